//! The policy that heuristics with strengths w stand for:
//! pi_w(a|s) proportional to exp(sum_h w_h phi_h(s, a)).

use crate::heuristic::feature::phi;
use crate::world::action::{ACTIONS, ActionSet};

/// The probability of each action, from the strength of each rule (in logits) and what it recommends.
pub fn probabilities(strengths: &[f64], sets: &[ActionSet]) -> [f64; ACTIONS] {
    softmax(logits(strengths, sets))
}

/// The logits of each action, with mean 0: sum_h w_h phi_h.
pub fn logits(strengths: &[f64], sets: &[ActionSet]) -> [f64; ACTIONS] {
    let mut logits = [0.0; ACTIONS];
    for (strength, set) in strengths.iter().zip(sets) {
        logits.iter_mut().zip(phi(*set)).for_each(|(logit, feature)| *logit += strength * feature);
    }
    logits
}

/// The probabilities that logits stand for.
pub fn softmax(logits: [f64; ACTIONS]) -> [f64; ACTIONS] {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights = logits.map(|logit| (logit - largest).exp());
    let total: f64 = weights.iter().sum();
    weights.map(|weight| weight / total)
}

/// What one action, of probability `p` and `q`, adds to KL(p || q), in nats.
pub fn divergence_term(p: f64, q: f64) -> f64 {
    if p > 0.0 { p * (p / q.max(f64::MIN_POSITIVE)).ln() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use crate::heuristic::policy::probabilities;
    use crate::world::action::ActionSet;

    #[test]
    fn strength_is_the_logit_advantage_of_what_is_recommended() {
        let east = ActionSet(0b00100);
        let policy = probabilities(&[1.5], &[east]);
        assert!(((policy[2] / policy[0]).ln() - 1.5).abs() < 1e-12);
        assert!((policy.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(probabilities(&[1.5], &[ActionSet::EMPTY]), [0.2; 5]);
    }

    #[test]
    fn matching_rules_add_up_and_opposed_ones_cancel() {
        let (east, rest) = (ActionSet(0b00100), ActionSet(0b11011));
        let close = |left: [f64; 5], right: [f64; 5]| left.iter().zip(right).all(|(l, r)| (l - r).abs() < 1e-12);
        assert!(close(probabilities(&[1.0, 0.5], &[east, east]), probabilities(&[1.5], &[east])));
        assert!(close(probabilities(&[2.0, 2.0], &[east, rest]), [0.2; 5]));
        assert!(probabilities(&[1e6], &[east]).iter().all(|p| p.is_finite()));
    }
}
