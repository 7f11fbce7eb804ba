//! The normal equations of a fit of logits on the features of heuristics: the Gram matrix sum_s Phi^T F(s) Phi and the moments
//! sum_s Phi^T F(s) z(s), with F(s) = diag(q) - q q^T, q a distribution over actions per state.
//!
//! Centred under q, the feature of a heuristic that recommends the actions A is 1[a in A] - q(A), q(A) the sum of q over A: what it
//! has in common with all actions falls out. So the entry of two heuristics is q(A and B) - q(A) q(B), and a moment is
//! (q z)(A) - q(A) (q z)(all). Such sums are found once per state, for every set of actions.

use crate::world::action::{ACTIONS, ActionSet};
use faer::Mat;

/// The sum of a number per action over each set of actions, by its bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums([f64; 1 << ACTIONS]);

impl Sums {
    pub fn of(numbers: &[f64; ACTIONS]) -> Sums {
        let mut sums = [0.0; 1 << ACTIONS];
        for (action, number) in numbers.iter().enumerate() {
            let (without, with) = sums[..2 << action].split_at_mut(1 << action);
            with.iter_mut().zip(without).for_each(|(with, without)| *with = *without + number);
        }
        Sums(sums)
    }

    fn over(&self, set: ActionSet) -> f64 {
        self.0[usize::from(set.0 & ActionSet::ALL.0)]
    }
}

/// What a fit needs of a state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    q: Sums,
    /// Of q times the logits.
    logits: Sums,
}

impl Weighed {
    pub fn of(q: &[f64; ACTIONS], logits: &[f64; ACTIONS]) -> Weighed {
        Weighed { q: Sums::of(q), logits: Sums::of(&std::array::from_fn(|action| q[action] * logits[action])) }
    }
}

/// The equations of the states so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Normal {
    heuristics: usize,
    /// `[h * heuristics + k]` for k up to h.
    gram: Vec<f64>,
    pub moments: Vec<f64>,
    /// Those that fire in the state at hand, with what they recommend and its q.
    firing: Vec<(usize, ActionSet, f64)>,
}

impl Normal {
    /// Of no state.
    pub fn new(heuristics: usize) -> Normal {
        let gram = vec![0.0; heuristics * heuristics];
        Normal { heuristics, gram, moments: vec![0.0; heuristics], firing: Vec::with_capacity(heuristics) }
    }

    /// Adds a state in which the heuristics recommend `sets`.
    pub fn add(&mut self, sets: impl IntoIterator<Item = ActionSet>, weighed: &Weighed) {
        let Weighed { q, logits } = weighed;
        let all = logits.over(ActionSet::ALL);
        self.firing.clear();
        for (h, set) in sets.into_iter().enumerate().filter(|(_, set)| !set.is_empty()) {
            let own = q.over(set);
            self.firing.push((h, set, own));
            self.moments[h] += logits.over(set) - own * all;
            let row = &mut self.gram[h * self.heuristics..][..self.heuristics];
            for &(k, other, its) in &self.firing {
                row[k] += q.over(ActionSet(set.0 & other.0)) - own * its;
            }
        }
    }

    /// The Gram matrix.
    pub fn gram(&self) -> Mat<f64> {
        let n = self.heuristics;
        Mat::from_fn(n, n, |h, k| self.gram[h.max(k) * n + h.min(k)])
    }
}

#[cfg(test)]
mod tests {
    use super::{Normal, Weighed};
    use crate::heuristic::feature::phi;
    use crate::heuristic::policy::softmax;
    use crate::world::action::{ACTIONS, ActionSet};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn they_are_those_of_the_definition() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut numbers = || -> [f64; ACTIONS] { std::array::from_fn(|_| rng.random_range(-3.0..3.0)) };
        let states: Vec<_> = (0..40).map(|_| (softmax(numbers()), numbers())).collect();
        let mut normal = Normal::new(4);
        let (mut gram, mut moments) = ([[0.0; 4]; 4], [0.0; 4]);
        for (q, z) in &states {
            let sets: [ActionSet; 4] = std::array::from_fn(|_| ActionSet(rng.random_range(0..31)));
            normal.add(sets, &Weighed::of(q, z));
            let mean = |x: &[f64; ACTIONS]| q.iter().zip(x).map(|(q, x)| q * x).sum::<f64>();
            let covariance = |x: [f64; ACTIONS], y: &[f64; ACTIONS]| {
                mean(&std::array::from_fn(|a| x[a] * y[a])) - mean(&x) * mean(y)
            };
            for h in 0..4 {
                moments[h] += covariance(phi(sets[h]), z);
                (0..4).for_each(|k| gram[h][k] += covariance(phi(sets[h]), &phi(sets[k])));
            }
        }
        let found = normal.gram();
        for h in 0..4 {
            assert!((normal.moments[h] - moments[h]).abs() < 1e-12, "{h}");
            (0..4).for_each(|k| assert!((found[(h, k)] - gram[h][k]).abs() < 1e-12, "{h} {k}"));
        }
    }
}
