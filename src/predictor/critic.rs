//! Critics: the return that is expected from a state on.
//!
//! A value is the sum of what the [facts](crate::predictor::situation) that hold are worth, each of them 0 at first, fitted
//! to the returns of each rollout by normalised least mean squares: after each state, every fact that held takes its part
//! of [`PACE`] of what was missing. It stands for the value head of the network: what was learned in a training is still
//! known in the phases that go on from it.
//!
//! Why not a small network: one whose first weights are drawn prefers some facts to others, so that a mirrored world would
//! get another answer and rules that are alike could part. It is also tens of times slower than the rest of the simulation.
//!
//! Source: Widrow and Hoff 1960, "Adaptive switching circuits".

use crate::predictor::imagined::States;

/// The part of an error that is taken away at once.
const PACE: f64 = 0.1;

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
        for (state, target) in returns.iter().enumerate() {
            let facts = states.facts(state);
            let part = PACE * (target - self.one(facts)) / facts.len().max(1) as f64;
            facts.iter().for_each(|&fact| self.worth[fact as usize] += part);
        }
    }
}
