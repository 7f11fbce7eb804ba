//! Stationary distributions.
//!
//! Definition: pi P = pi, pi >= 0, sum 1. There is exactly one on each recurrent class, zero elsewhere; every other is a
//! mixture of these. In a class with a period it is the mean over time, not a limit.
//!
//! Method: the elimination of Grassmann, Taksar and Heyman, which subtracts nothing, so that every entry is right to nearly
//! all digits however small it is. Diagonal entries are not used.
//!
//! Edge cases: a chain without a recurrent class (all can end in a state that is never left) has none; so has an empty one.
//!
//! Grassmann, W. K., Taksar, M. I. and Heyman, D. P. (1985), Regenerative analysis and steady state distributions for Markov
//! chains, Operations Research 33, 1107-1116; Stewart, W. J. (2009), Probability, Markov Chains, Queues, and
//! Simulation, section 10.2.

use crate::markov::classes::recurrent;
use crate::markov::transition::Transition;

/// In place of a probability too small for f64: what leads to it is then as good as never left.
const SMALLEST: f64 = 1e-300;

/// One distribution over all states for each recurrent class, in the order of [`recurrent`].
pub fn stationary(p: &Transition) -> Vec<Vec<f64>> {
    recurrent(p).iter().map(|class| on_class(p, class)).collect()
}

/// The stationary distribution, where there is exactly one.
pub fn unique(p: &Transition) -> Option<Vec<f64>> {
    <[Vec<f64>; 1]>::try_from(stationary(p)).ok().map(|[pi]| pi)
}

/// The distribution on one recurrent class, as a vector over all states.
pub fn on_class(p: &Transition, class: &[usize]) -> Vec<f64> {
    let mut a: Vec<Vec<f64>> = class.iter().map(|&from| class.iter().map(|&to| p.get(from, to)).collect()).collect();
    for last in (1..class.len()).rev() {
        let out = a[last][..last].iter().sum::<f64>().max(SMALLEST);
        let (above, row) = a.split_at_mut(last);
        for other in above {
            other[last] /= out;
            let weight = other[last];
            for (cell, &p) in other[..last].iter_mut().zip(&row[0][..last]) {
                *cell += weight * p;
            }
        }
    }
    let mut pi = vec![1.0; class.len()];
    for state in 1..class.len() {
        pi[state] = (0..state).map(|from| pi[from] * a[from][state]).sum();
        let largest = pi[state].max(1.0);
        pi[..=state].iter_mut().for_each(|mass| *mass /= largest);
    }
    let total: f64 = pi.iter().sum();
    let mut all = vec![0.0; p.states()];
    class.iter().zip(&pi).for_each(|(&state, mass)| all[state] = mass / total);
    all
}

#[cfg(test)]
mod tests {
    use super::{stationary, unique};
    use crate::markov::transition::Transition;

    #[test]
    fn tiny_probabilities_keep_their_digits() {
        let (a, b) = (1e-200, 3e-200);
        let p = Transition::new(vec![vec![1.0, a], vec![b, 1.0]]).expect("valid");
        let [pi] = stationary(&p).try_into().expect("one class");
        assert!((pi[0] - 0.75).abs() < 1e-15 && (pi[1] - 0.25).abs() < 1e-15, "{pi:?}");
    }

    #[test]
    fn extremes_stay_distributions() {
        // Every state leads back to the one before with certainty but for 1e-20, so that the last is all but out of reach; and
        // the other way round.
        let states = 64;
        let ladder = |up: f64, down: f64| {
            let row = |from: usize| {
                let to = |to: usize| match () {
                    () if to == from + 1 || from + 1 == states && to == from => up,
                    () if to + 1 == from || from == 0 && to == 0 => down,
                    () => 0.0,
                };
                (0..states).map(to).collect()
            };
            Transition::new((0..states).map(row).collect()).expect("valid")
        };
        for (up, down, end) in [(1e-20, 1.0, 0), (1.0, 1e-20, states - 1)] {
            let [pi] = stationary(&ladder(up, down)).try_into().expect("one class");
            assert!((pi[end] - 1.0).abs() < 1e-12 && pi.iter().all(|mass| (0.0..=1.0).contains(mass)), "{pi:?}");
        }
    }

    #[test]
    fn none_and_several() {
        let leaks = Transition::new(vec![vec![0.5, 0.5], vec![0.0, 0.0]]).expect("valid");
        assert!(stationary(&leaks).is_empty());
        let apart = Transition::new(vec![vec![1.0, 0.0], vec![0.0, 1.0]]).expect("valid");
        assert_eq!(stationary(&apart), [[1.0, 0.0], [0.0, 1.0]]);
        assert_eq!(unique(&apart), None);
        assert_eq!(unique(&Transition::new(vec![vec![1.0]]).expect("valid")), Some(vec![1.0]));
        assert!(stationary(&Transition::new(Vec::new()).expect("empty")).is_empty());
    }
}
