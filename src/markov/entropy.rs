//! Entropy rate and entropy production of each recurrent class.
//!
//! Definitions, in nats per step, with pi the stationary distribution on the class and 0 ln 0 = 0:
//! the entropy rate, -sum_i pi_i sum_j p_ij ln p_ij, how uncertain the next state is; the entropy production,
//! sum_ij pi_i p_ij ln(pi_i p_ij / (pi_j p_ji)), how much forward time differs from backward: 0 exactly where the class is
//! reversible.
//!
//! Edge cases: where a transition has no reverse, the production is infinite (`null` in JSON). One state has 0 of both, and so
//! has a deterministic cycle of two. A chain without a recurrent class has neither. With several classes there is one
//! of each per class; a chain started in a transient state has their mixture.
//!
//! Cover, T. M. and Thomas, J. A. (2006), Elements of Information Theory, section 4.2; Jiang, D.-Q., Qian, M. and
//! Qian, M.-P. (2004), Mathematical Theory of Nonequilibrium Steady States, section 1.2.

use crate::markov::stationary::on_class;
use crate::markov::transition::Transition;

/// Of one recurrent class, in nats.
pub fn entropy_rate(p: &Transition, class: &[usize]) -> f64 {
    let pi = on_class(p, class);
    let surprise = |p: f64| if p > 0.0 { -p * p.ln() } else { 0.0 };
    let row = |&from: &usize| pi[from] * class.iter().map(|&to| surprise(p.get(from, to))).sum::<f64>();
    class.iter().map(row).sum::<f64>().max(0.0)
}

/// Of one recurrent class, in nats; infinite where a transition has no reverse.
pub fn entropy_production(p: &Transition, class: &[usize]) -> f64 {
    let pi = on_class(p, class);
    let mut sum = 0.0;
    for (index, &i) in class.iter().enumerate() {
        for &j in &class[index + 1..] {
            let (forward, backward) = (p.get(i, j), p.get(j, i));
            if (forward > 0.0) != (backward > 0.0) {
                return f64::INFINITY;
            }
            let (forward, backward) = (pi[i] * forward, pi[j] * backward);
            if forward > 0.0 && backward > 0.0 {
                sum += (forward - backward) * (forward / backward).ln();
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{entropy_production, entropy_rate};
    use crate::markov::transition::Transition;

    fn chain(rows: &[&[f64]]) -> Transition {
        Transition::new(rows.iter().map(|row| row.to_vec()).collect()).expect("valid")
    }

    #[test]
    fn cycles() {
        let two = chain(&[&[0.0, 1.0], &[1.0, 0.0]]);
        assert_eq!((entropy_rate(&two, &[0, 1]), entropy_production(&two, &[0, 1])), (0.0, 0.0));
        let three = chain(&[&[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0], &[1.0, 0.0, 0.0]]);
        assert_eq!(entropy_rate(&three, &[0, 1, 2]), 0.0);
        assert_eq!(entropy_production(&three, &[0, 1, 2]), f64::INFINITY);
    }

    #[test]
    fn one_class_of_several() {
        let p = chain(&[&[1.0, 0.0, 0.0], &[0.0, 0.5, 0.5], &[0.0, 0.5, 0.5]]);
        assert_eq!(entropy_rate(&p, &[0]), 0.0);
        assert!((entropy_rate(&p, &[1, 2]) - 2.0_f64.ln()).abs() < 1e-15);
        assert_eq!(entropy_production(&p, &[1, 2]), 0.0);
        assert_eq!(entropy_rate(&p, &[]), 0.0);
    }
}
