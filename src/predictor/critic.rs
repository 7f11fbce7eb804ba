//! Critics: the return that is expected from a state on.
//!
//! A value is the sum of what the [facts](crate::predictor::situation) that hold are worth, each of them 0 at first. In
//! each pass over a rollout every fact takes its part of the mean error of the states in which it holds, as if it had held
//! in [`DOUBT`] more without an error. In which order states come does not count: one by one, those in which a rollout
//! is cut would come last and be remembered best. The critic stands for the value head of the network: what was learned in
//! a training is still known in the phases that go on from it.
//!
//! Why not zero: of a chain of errands the last is then learned first and most, since rewards fade with every step between.
//! With values, what leads to the next errand is as good as what it is worth.
//!
//! Why not a small network: one whose first weights are drawn prefers some facts to others, so that a mirrored world would
//! get another answer and rules that are alike could part.
//!
//! Source: Censor, Gordon and Gordon 2001, "Component averaging: an efficient iterative parallel algorithm for large and
//! sparse unstructured problems".

use crate::predictor::imagined::States;

/// How many states without an error each fact is counted in.
const DOUBT: f64 = 5.0;

/// Which values advantages are measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Critic {
    /// Always 0: what centring leaves of the returns counts.
    Zero,
    /// What facts are worth.
    Facts,
}

/// What each fact is worth; empty for [`Critic::Zero`].
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    worth: Vec<f64>,
}

impl Values {
    /// Zero for each of so many facts.
    pub fn new(critic: Critic, facts: usize) -> Values {
        let facts = if critic == Critic::Zero { 0 } else { facts };
        Values { worth: vec![0.0; facts] }
    }

    /// The value of so many states, from the first.
    pub fn of(&self, states: &States, count: usize) -> Vec<f64> {
        if self.worth.is_empty() {
            return vec![0.0; count];
        }
        (0..count).map(|state| self.one(states.facts(state))).collect()
    }

    fn one(&self, facts: &[u32]) -> f64 {
        facts.iter().map(|&fact| self.worth[fact as usize]).sum()
    }

    /// One pass over states and the returns that followed.
    pub fn learn(&mut self, states: &States, returns: &[f64]) {
        if self.worth.is_empty() {
            return;
        }
        let mut errors = vec![(0.0, DOUBT); self.worth.len()];
        for (state, target) in returns.iter().enumerate() {
            let facts = states.facts(state);
            let error = (target - self.one(facts)) / facts.len().max(1) as f64;
            for &fact in facts {
                let (sum, count) = &mut errors[fact as usize];
                (*sum, *count) = (*sum + error, *count + 1.0);
            }
        }
        self.worth.iter_mut().zip(errors).for_each(|(worth, (sum, count))| *worth += sum / count);
    }
}
