//! Whether training still strengthens a heuristic: g_h = mean over a batch of advantage x (phi_h(s, a) - E_pi phi_h(s, .)),
//! the part of the policy gradient that lies along its feature.
//!
//! It is the derivative of the surrogate objective by w_h where w_h phi_h is added to the logits, so that it says how a
//! step would change the strength if nothing but the strength could change. Advantages are centred over each batch: what
//! all steps share says nothing of one action against another. One batch is sampling noise, so a verdict needs |t| above
//! [`CERTAIN`](crate::attribution::effect::CERTAIN) over batches.
//!
//! The entropy bonus is left out: at four points along a training of `corner_cheese` and one of `deliver` it pulled at most
//! about a tenth as strongly, in the end as well. So a selected rule is mostly still reinforced where
//! training ends: the gradient fades as the policy grows certain, and training ends because its learning rate does.
//!
//! Source: the policy gradient theorem, Sutton et al. 2000, "Policy gradient methods for reinforcement learning with
//! function approximation"; for a policy that is log-linear in features, its natural form is in Kakade 2001.

use crate::attribution::effect::{Effect, OverBatches};
use crate::heuristic::feature::phi;
use crate::selection::features::Features;
use crate::world::action::ACTIONS;

/// What the policy gradient does to a heuristic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reinforcement {
    /// The mean of g over the batches.
    pub gradient: f64,
    /// That mean over its standard error.
    pub t: f64,
}

impl Reinforcement {
    /// The gradient strengthens it beyond noise.
    pub fn reinforced(self) -> bool {
        self.effect() == Effect::Reinforced
    }

    /// What the gradient does to it beyond noise.
    pub fn effect(self) -> Effect {
        Effect::of(self.t)
    }
}

/// Steps of a network's own policy, one row per step.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// What the heuristics recommend.
    pub features: Features,
    /// The network's policy.
    pub policy: Vec<[f64; ACTIONS]>,
    /// The action taken.
    pub actions: Vec<usize>,
    pub advantages: Vec<f64>,
}

/// The reinforcement of each heuristic over batches; nothing for one that never fires, and where there are fewer than two
/// batches. All batches have the same heuristics.
pub fn reinforcement(batches: &[Steps]) -> Vec<Option<Reinforcement>> {
    let heuristics = batches.first().map_or(0, |batch| batch.features.heuristics);
    let gradients: Vec<Vec<f64>> = batches.iter().map(gradients).collect();
    let of = |h: usize| {
        let fires = batches.iter().any(|batch| batch.features.firing(h) > 0.0);
        let over = OverBatches::of(&gradients.iter().map(|batch| batch[h]).collect::<Vec<f64>>());
        over.filter(|_| fires).map(|over| Reinforcement { gradient: over.mean, t: over.t })
    };
    (0..heuristics).map(of).collect()
}

/// g of each heuristic in one batch.
fn gradients(batch: &Steps) -> Vec<f64> {
    let steps = batch.actions.len().max(1) as f64;
    let mean = batch.advantages.iter().sum::<f64>() / steps;
    let mut sums = vec![0.0; batch.features.heuristics];
    for (step, ((&action, policy), advantage)) in
        batch.actions.iter().zip(&batch.policy).zip(&batch.advantages).enumerate()
    {
        for (sum, set) in sums.iter_mut().zip(batch.features.row(step)).filter(|(_, set)| !set.is_empty()) {
            let feature = phi(*set);
            let expected: f64 = feature.iter().zip(policy).map(|(feature, p)| feature * p).sum();
            *sum += (advantage - mean) * (feature[action] - expected);
        }
    }
    sums.into_iter().map(|sum| sum / steps).collect()
}

#[cfg(test)]
mod tests {
    use super::{Steps, reinforcement};
    use crate::attribution::effect::Effect;
    use crate::selection::features::Features;
    use crate::world::action::ActionSet;

    /// Four steps; the first rule recommends action 0 in all of them, the second action 1 in the last two, the third never.
    fn batch(advantages: [f64; 4]) -> Steps {
        let row = |second| [ActionSet(1), second, ActionSet::EMPTY];
        let sets = [ActionSet::EMPTY, ActionSet::EMPTY, ActionSet(2), ActionSet(2)].map(row).concat();
        Steps {
            features: Features { heuristics: 3, sets },
            policy: vec![[0.4, 0.6, 0.0, 0.0, 0.0]; 4],
            actions: vec![0, 1, 0, 1],
            advantages: advantages.to_vec(),
        }
    }

    #[test]
    fn what_pays_more_than_the_rest_is_reinforced() {
        // Action 0 is worth 2 more than action 1, whatever both are worth.
        let batches = [0.0, 5.0, -3.0].map(|worth| batch([worth + 2.0, worth, worth + 2.2, worth]));
        let found = reinforcement(&batches);
        // Centred (0.95, -1.05, 1.15, -1.05), phi - E phi (0.6, -0.4, 0.6, -0.4), and for the second -0.6 and 0.4.
        let [Some(first), Some(second), None] = found[..] else { panic!("{found:?}") };
        assert!((first.gradient - (0.6 * 2.1 + 0.4 * 2.1) / 4.0).abs() < 1e-12, "{first:?}");
        assert!((second.gradient + (0.6 * 1.15 + 0.4 * 1.05) / 4.0).abs() < 1e-12, "{second:?}");
        assert_eq!((first.effect(), second.effect()), (Effect::Reinforced, Effect::Disinforced));
        assert!(first.reinforced() && !second.reinforced());
    }

    #[test]
    fn noise_is_no_reinforcement() {
        let batches = [1.0, -1.0, 0.9, -0.8].map(|sign| batch([sign, 0.0, sign, 0.0]));
        let found = reinforcement(&batches)[0].unwrap();
        // g is 0.25 of each sign: mean 0.00625, deviation from 1, -1, 0.9, -0.8.
        let gs = [0.25, -0.25, 0.225, -0.2];
        let mean = gs.iter().sum::<f64>() / 4.0;
        let deviation = (gs.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / 3.0).sqrt();
        assert!((found.t - mean / (deviation / 2.0)).abs() < 1e-9, "{found:?}");
        assert_eq!(found.effect(), Effect::Unchanged);
        assert!(reinforcement(&batches[..1]).iter().all(Option::is_none) && reinforcement(&[]).is_empty());
    }

    /// The derivative by w of the mean of advantage x log pi, the policy turned by w phi.
    #[test]
    fn it_is_the_slope_of_the_objective() {
        use crate::heuristic::feature::phi;
        use crate::heuristic::policy::softmax;
        let batch = batch([0.3, -1.0, 2.0, 0.1]);
        let mean = batch.advantages.iter().sum::<f64>() / 4.0;
        let objective = |h: usize, w: f64| {
            let one = |step: usize| {
                let feature = phi(batch.features.row(step)[h]);
                let turned = softmax(std::array::from_fn(|a| batch.policy[step][a].ln() + w * feature[a]));
                (batch.advantages[step] - mean) * turned[batch.actions[step]].ln()
            };
            (0..4).map(one).sum::<f64>() / 4.0
        };
        let found = reinforcement(&[batch.clone(), batch.clone()]);
        assert!(found[0].is_some() && found[1].is_some());
        for (h, found) in found.iter().flatten().enumerate() {
            let slope = (objective(h, 1e-5) - objective(h, -1e-5)) / 2e-5;
            assert!((found.gradient - slope).abs() < 1e-8, "{h}: {slope}");
        }
    }
}
