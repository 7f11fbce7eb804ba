//! The policy gradient of pi_w, the policy that heuristics with strengths w stand for.
//!
//! The score of an action is d log pi_w(a|s) / d w_h = phi_h(s, a) - sum_b pi_w(b|s) phi_h(s, b). A rule that does not fire
//! has a score of 0, so it gains nothing there. Everything that changes strengths adds scores, each times the advantage of
//! the action that was taken: of samples in training, of all that can happen in a [finite](crate::predictor::finite) process.
//!
//! Source: Sutton, McAllester, Singh and Mansour 2000, "Policy gradient methods for reinforcement learning with function
//! approximation".

use crate::heuristic::feature::phi;
use crate::world::action::{ACTIONS, ActionSet};

/// Adds `weight` times the score of an action to `sum`, one per rule; `sets` are what the rules recommend in the state, `p`
/// the probability of each action there.
pub fn add_score(sum: &mut [f64], sets: &[ActionSet], p: &[f64; ACTIONS], action: usize, weight: f64) {
    for (sum, &set) in sum.iter_mut().zip(sets).filter(|(_, set)| !set.is_empty()) {
        let feature = phi(set);
        let mean: f64 = feature.iter().zip(p).map(|(f, p)| f * p).sum();
        *sum += weight * (feature[action] - mean);
    }
}
