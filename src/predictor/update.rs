//! The policy gradient of pi_w, the policy that heuristics with strengths w stand for.
//!
//! A strength is felt through the logits of the actions that its rule recommends: d J / d w_h = sum over a in A_h(s) of
//! d J / d z_a, the sum of which over all actions is 0 for whatever J depends on pi_w alone. What d J / d z_a says is here
//! called a push. The push of log pi_w(a|s) is 1 at a less pi_w, and what it does to w is the score,
//! phi_h(s, a) - sum_b pi_w(b|s) phi_h(s, b). A rule that does not fire is pushed by exactly 0, so it gains nothing there.
//! Everything that changes strengths adds pushes: of samples in training, of all that can happen in a
//! [finite](crate::predictor::finite) process.
//!
//! Source: Sutton, McAllester, Singh and Mansour 2000, "Policy gradient methods for reinforcement learning with function
//! approximation"; the surrogate: Schulman et al. 2017, arXiv:1707.06347.

use crate::world::action::{ACTIONS, ActionSet};

/// How many sets of actions there are.
const SETS: usize = 1 << ACTIONS;

/// The logits of pi_w, up to a constant: to those of its recommended actions each rule adds its strength.
pub fn logits(strengths: &[f64], sets: &[ActionSet]) -> [f64; ACTIONS] {
    let mut logits = [0.0; ACTIONS];
    for (strength, set) in strengths.iter().zip(sets) {
        for (action, logit) in logits.iter_mut().enumerate() {
            *logit += if set.contains(action) { *strength } else { 0.0 };
        }
    }
    logits
}

/// The sum of a number over the actions of each set, by the bits of the set.
pub fn over_sets(numbers: &[f64; ACTIONS]) -> [f64; SETS] {
    let mut sums = [0.0; SETS];
    for set in 1..SETS {
        sums[set] = sums[set & (set - 1)] + numbers[set.trailing_zeros() as usize];
    }
    sums
}

/// Adds what a push of the logits does to each strength to `sum`; `sets` are what the rules recommend in the state.
pub fn add_push(sum: &mut [f64], sets: &[ActionSet], push: &[f64; ACTIONS]) {
    let sums = over_sets(push);
    for (sum, set) in sum.iter_mut().zip(sets) {
        *sum += sums[usize::from(set.0) % SETS];
    }
}

/// Adds `weight` times the score of an action to `sum`, one per rule; `sets` are what the rules recommend in the state, `p`
/// the probability of each action there.
pub fn add_score(sum: &mut [f64], sets: &[ActionSet], p: &[f64; ACTIONS], action: usize, weight: f64) {
    add_push(sum, sets, &score_push(p, action, weight));
}

/// The push of `weight` times the log probability of an action.
pub fn score_push(p: &[f64; ACTIONS], action: usize, weight: f64) -> [f64; ACTIONS] {
    std::array::from_fn(|a| weight * (f64::from(u8::from(a == action)) - p[a]))
}

/// The push of the entropy of the policy, in nats: -p_a (z_a - sum_b p_b z_b), exactly 0 where all logits are the same.
pub fn entropy_push(p: &[f64; ACTIONS], logits: &[f64; ACTIONS]) -> [f64; ACTIONS] {
    // Relative to one of them, so that logits that are the same count as zeros.
    let relative = logits.map(|logit| logit - logits[0]);
    let mean: f64 = p.iter().zip(&relative).map(|(p, z)| p * z).sum();
    std::array::from_fn(|a| -p[a] * (relative[a] - mean))
}

/// By how much the clipped surrogate min(r A, clip(r) A) weighs the score: r A, or 0 where the ratio r of the action's
/// probability to the one that it was taken with is already beyond the clip in the direction of the advantage A.
pub fn surrogate_weight(ratio: f64, advantage: f64, clip: f64) -> f64 {
    let beyond = if advantage > 0.0 { ratio > 1.0 + clip } else { ratio < 1.0 - clip };
    if beyond { 0.0 } else { ratio * advantage }
}

/// Adds the Fisher information of one state to `sum`, rules x rules, row by row: the covariance of the features of two
/// rules under the policy, times `weight`.
pub fn add_fisher(sum: &mut [f64], sets: &[ActionSet], p: &[f64; ACTIONS], weight: f64) {
    let of = over_sets(p);
    let probability = |set: u8| of[usize::from(set) % SETS];
    for (row, a) in sum.chunks_exact_mut(sets.len().max(1)).zip(sets) {
        for (entry, b) in row.iter_mut().zip(sets) {
            *entry += weight * (probability(a.0 & b.0) - probability(a.0) * probability(b.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{add_fisher, add_push, add_score, entropy_push, logits, surrogate_weight};
    use crate::heuristic::policy::{probabilities, softmax};
    use crate::world::action::{ACTIONS, ActionSet};

    const SETS: [ActionSet; 3] = [ActionSet(0b00101), ActionSet(0b01100), ActionSet::EMPTY];
    const W: [f64; 3] = [0.7, -0.4, 2.0];

    /// Whether a gradient is that of a number, by differences.
    fn is_the_gradient_of(number: impl Fn(&[f64; ACTIONS]) -> f64, gradient: &[f64]) {
        for h in 0..W.len() {
            let at = |step: f64| {
                let mut w = W;
                w[h] += step;
                number(&softmax(logits(&w, &SETS)))
            };
            let difference = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!((gradient[h] - difference).abs() < 1e-8, "rule {h}: {} and {difference}", gradient[h]);
        }
    }

    #[test]
    fn logits_stand_for_the_policy_of_the_rules() {
        let (p, q) = (softmax(logits(&W, &SETS)), probabilities(&W, &SETS));
        assert!(p.iter().zip(q).all(|(p, q)| (p - q).abs() < 1e-15));
    }

    #[test]
    fn a_score_is_the_gradient_of_a_log_probability() {
        let p = softmax(logits(&W, &SETS));
        for action in 0..ACTIONS {
            let mut sum = [0.0; 3];
            add_score(&mut sum, &SETS, &p, action, 1.0);
            is_the_gradient_of(|p| p[action].ln(), &sum);
            assert_eq!(sum[2], 0.0, "it does not fire");
        }
    }

    #[test]
    fn the_entropy_is_pushed_down_its_gradient_and_not_at_all_where_it_is_largest() {
        let z = logits(&W, &SETS);
        let mut sum = [0.0; 3];
        add_push(&mut sum, &SETS, &entropy_push(&softmax(z), &z));
        is_the_gradient_of(|p| -p.iter().map(|p| p * p.ln()).sum::<f64>(), &sum);
        for same in [0.0, 0.3] {
            let z = [same; ACTIONS];
            assert!(entropy_push(&softmax(z), &z).iter().all(|push| *push == 0.0));
        }
    }

    #[test]
    fn the_surrogate_stops_beyond_the_clip_in_the_direction_of_the_advantage_alone() {
        assert_eq!(surrogate_weight(1.0, 2.0, 0.2), 2.0);
        assert_eq!([surrogate_weight(1.3, 1.0, 0.2), surrogate_weight(0.7, 1.0, 0.2)], [0.0, 0.7]);
        assert_eq!([surrogate_weight(1.3, -1.0, 0.2), surrogate_weight(0.7, -1.0, 0.2)], [-1.3, 0.0]);
    }

    #[test]
    fn the_fisher_information_is_the_mean_square_of_scores() {
        let p = softmax(logits(&W, &SETS));
        let mut expected = [0.0; 9];
        for (action, p_action) in p.iter().enumerate() {
            let mut score = [0.0; 3];
            add_score(&mut score, &SETS, &p, action, 1.0);
            for (k, entry) in expected.iter_mut().enumerate() {
                *entry += p_action * score[k / 3] * score[k % 3];
            }
        }
        let mut sum = [0.0; 9];
        add_fisher(&mut sum, &SETS, &p, 1.0);
        assert!(sum.iter().zip(expected).all(|(sum, expected)| (sum - expected).abs() < 1e-15), "{sum:?}");
    }
}
