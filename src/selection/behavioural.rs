//! Behavioural strength, the cross-check: argmin_w sum_s KL(p(s) || pi_w(s)) + (1e-4 / 2) |w|^2, by Newton;
//! and the part of the policy that all listed heuristics explain: 1 - KL(p || pi_w) / KL(p || uniform).

use crate::heuristic::policy::{divergence_term, probabilities};
use crate::selection::features::Features;
use crate::selection::linear::{inverse, times, with_ridge};
use crate::world::action::ACTIONS;

const RIDGE: f64 = 1e-4;
/// Newton steps at most; the objective is convex and smooth, so a dozen are usual.
const STEPS: usize = 100;
/// The size of the largest change of a strength at which Newton stops, logits.
const TOLERANCE: f64 = 1e-9;

/// The policy of heuristics that is nearest to a network's.
#[derive(Clone, Debug, PartialEq)]
pub struct Behavioural {
    /// Per heuristic, logits.
    pub strength: Vec<f64>,
    /// At most 1, about 0 where the rules say nothing of the policy; nothing where the policy is uniform itself.
    pub explained: Option<f64>,
}

/// Fits pi_w to the probabilities `policy`, one row per state of `features`.
pub fn fit(features: &Features, policy: &[[f64; ACTIONS]]) -> Behavioural {
    let mut strength = vec![0.0; features.heuristics];
    let mut value = objective(features, policy, &strength);
    for _ in 0..STEPS {
        let modelled: Vec<[f64; ACTIONS]> =
            (0..policy.len()).map(|state| probabilities(&strength, features.row(state))).collect();
        let mut gradient: Vec<f64> = strength.iter().map(|w| RIDGE * w).collect();
        for (state, (model, policy)) in modelled.iter().zip(policy).enumerate() {
            for (h, feature) in features.centred(state, model) {
                gradient[h] += (0..ACTIONS).map(|a| feature[a] * (model[a] - policy[a])).sum::<f64>();
            }
        }
        let Some(hessian) = inverse(&with_ridge(&features.gram(modelled.iter()), RIDGE)) else { break };
        let step = times(&hessian, &gradient);
        let mut length = 1.0;
        let (next, lower) = loop {
            let next: Vec<f64> = strength.iter().zip(&step).map(|(w, s)| w - length * s).collect();
            let lower = objective(features, policy, &next);
            if lower <= value || length < 1e-6 {
                break (next, lower);
            }
            length /= 2.0;
        };
        let change = step.iter().fold(0.0f64, |largest, s| largest.max((length * s).abs()));
        if lower <= value {
            (strength, value) = (next, lower);
        }
        if change < TOLERANCE || length < 1e-6 {
            break;
        }
    }
    let uniform = divergence(policy, |_| [1.0 / ACTIONS as f64; ACTIONS]);
    let explained = (uniform > 1e-12)
        .then(|| 1.0 - divergence(policy, |state| probabilities(&strength, features.row(state))) / uniform);
    Behavioural { strength, explained }
}

fn objective(features: &Features, policy: &[[f64; ACTIONS]], strength: &[f64]) -> f64 {
    let penalty: f64 = strength.iter().map(|w| w * w).sum();
    divergence(policy, |state| probabilities(strength, features.row(state))) + RIDGE / 2.0 * penalty
}

/// sum_s KL(policy(s) || model(s)), in nats.
fn divergence(policy: &[[f64; ACTIONS]], model: impl Fn(usize) -> [f64; ACTIONS]) -> f64 {
    let mut sum = 0.0;
    for (state, policy) in policy.iter().enumerate() {
        let model = model(state);
        policy.iter().zip(model).for_each(|(p, q)| sum += divergence_term(*p, q));
    }
    sum
}
