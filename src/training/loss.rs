//! The loss of PPO on a minibatch: - clipped surrogate - entropy bonus + value loss, means over its rows.
//!
//! [`taped`] is the definition, on dfdx's tape; [`Surrogate`] the same with its derivatives in closed form. With p the policy,
//! a the action taken, A its normalised advantage, r = p_a / (p_a when it was taken), V the value, of n rows:
//!
//! | part of a row | derivative |
//! | --- | --- |
//! | - min(r A, clip(r) A) / n | by logit j: - A r (\[j = a\] - p_j) / n, where r A is the smaller; else 0 |
//! | entropy x sum_k p_k log p_k / n | by logit j: entropy x p_j (log p_j - sum_k p_k log p_k) / n |
//! | value x (V - target)^2 / 2n | by V: value x (V - target) / n |

use crate::network::fused::{Heads, Loss};
use crate::network::lit_sum::Matrix;
use crate::network::packed::VALUE;
use crate::network::tape::{GradientTape, Network, Vector};
use crate::study::ppo::Ppo;
use crate::training::rollout::Rollout;
use crate::training::softmax::{LANES, Softmax, exp, lanes};
use crate::world::action::ACTIONS;
use dfdx::prelude::{Axis, Cpu, MeanTo, PutTape, Rank0, SelectTo, SplitTape, SumTo, Tensor, ZerosTensor};
use std::sync::Arc;

/// On dfdx's tape.
pub fn taped(
    network: &Network,
    rollout: &Rollout,
    picked: &Arc<[u32]>,
    settings: &Ppo,
) -> Tensor<Rank0, f32, Cpu, GradientTape> {
    let device = &network.device;
    let gather = |source: &[f32]| -> Vec<f32> { picked.iter().map(|&row| source[row as usize]).collect() };
    let mut advantages = gather(&rollout.advantages);
    let targets: Vec<f32> = gather(&rollout.values).iter().zip(&advantages).map(|(v, a)| v + a).collect();
    let Scale { mean, factor } = Scale::of(&rollout.advantages, picked);
    advantages.iter_mut().for_each(|advantage| *advantage = (*advantage - mean) * factor);
    let advantage = vector(device, &advantages);
    let old = vector(device, &gather(&rollout.log_probabilities));
    let mut target: Matrix = device.zeros_like(&(picked.len(), 1));
    target.copy_from(&targets);
    let mut action: Tensor<(usize,), usize, Cpu> = device.zeros_like(&(picked.len(),));
    action.copy_from(&picked.iter().map(|&row| rollout.actions[row as usize]).collect::<Vec<_>>());

    let pass = network.trace(&rollout.observations, picked);
    let (logits, value) = network.heads(pass);
    let (log_policy, tape) = logits.log_softmax::<Axis<1>>().split_tape();
    let negative_entropy =
        (log_policy.retaped::<GradientTape>().exp() * log_policy.clone()).sum::<Rank0, _>() / picked.len() as f32;
    let taken = log_policy.put_tape(tape).select::<(usize,), _>(action);
    let (ratio, tape) = (taken - old).exp().split_tape();
    let clip = settings.clip as f32;
    let clipped = ratio.retaped::<GradientTape>().clamp(1.0 - clip, 1.0 + clip) * advantage.clone();
    let surrogate = (ratio.put_tape(tape) * advantage).minimum(clipped).mean::<Rank0, _>();
    let value_loss = (value - target).square().mean::<Rank0, _>() * (0.5 * settings.value as f32);
    -surrogate + negative_entropy * settings.entropy as f32 + value_loss
}

/// A tensor made without growing dfdx's cache, as `tensor_from_vec` does in a loop.
fn vector(device: &Cpu, values: &[f32]) -> Vector {
    let mut tensor: Vector = device.zeros_like(&(values.len(),));
    tensor.copy_from(values);
    tensor
}

/// What brings the advantages of a minibatch to mean 0 and deviation 1.
struct Scale {
    mean: f32,
    factor: f32,
}

impl Scale {
    fn of(advantages: &[f32], picked: &[u32]) -> Scale {
        let n = picked.len() as f32;
        let picked = || picked.iter().map(|&row| advantages[row as usize]);
        let mean = picked().sum::<f32>() / n;
        let variance = picked().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
        Scale { mean, factor: 1.0 / (variance.sqrt() + 1e-8) }
    }
}

/// The loss of one minibatch.
pub struct Surrogate<'a> {
    rollout: &'a Rollout,
    picked: &'a [u32],
    scale: Scale,
    /// The least and the largest ratio.
    clip: [f32; 2],
    entropy: f32,
    value: f32,
    /// One part of the rows.
    part: f32,
}

impl<'a> Surrogate<'a> {
    pub fn new(rollout: &'a Rollout, picked: &'a [u32], settings: &Ppo) -> Surrogate<'a> {
        let clip = settings.clip as f32;
        Surrogate {
            rollout,
            picked,
            scale: Scale::of(&rollout.advantages, picked),
            clip: [1.0 - clip, 1.0 + clip],
            entropy: settings.entropy as f32,
            value: settings.value as f32,
            part: 1.0 / picked.len() as f32,
        }
    }

    /// The slopes of at most [`LANES`] rows.
    #[inline(always)]
    fn side_by_side(&self, picked: &[u32], said: &[Heads], slopes: &mut [Heads]) -> f64 {
        let Rollout { actions, advantages, log_probabilities, values, .. } = self.rollout;
        let advantages = lanes(picked, |&row| advantages[row as usize]);
        let before = lanes(picked, |&row| log_probabilities[row as usize]);
        let values = lanes(picked, |&row| values[row as usize]);
        let estimates = lanes(said, |said| said[VALUE]);
        let Softmax { policy, log_policy } = Softmax::of(said);
        let mut now = [0.0; LANES];
        for (lane, (now, &row)) in now.iter_mut().zip(picked).enumerate() {
            *now = log_policy[actions[row as usize]][lane];
        }
        let (mut by_taken, mut by_value, mut loss) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        let mut by_logit = policy;
        for lane in 0..LANES {
            let mut negative_entropy = 0.0;
            for action in 0..ACTIONS {
                negative_entropy += policy[action][lane] * log_policy[action][lane];
            }
            let advantage = (advantages[lane] - self.scale.mean) * self.scale.factor;
            let ratio = exp(now[lane] - before[lane]);
            let (free, clipped) = (ratio * advantage, ratio.clamp(self.clip[0], self.clip[1]) * advantage);
            by_taken[lane] = if free <= clipped { -free * self.part } else { 0.0 };
            let missed = estimates[lane] - values[lane] - advantages[lane];
            by_value[lane] = self.value * self.part * missed;
            for action in 0..ACTIONS {
                let uneven = log_policy[action][lane] - negative_entropy;
                by_logit[action][lane] *= self.entropy * self.part * uneven - by_taken[lane];
            }
            let surrogate = if free <= clipped { free } else { clipped };
            loss[lane] = self.entropy * negative_entropy - surrogate + 0.5 * self.value * missed * missed;
        }
        for (lane, (slopes, &row)) in slopes.iter_mut().zip(picked).enumerate() {
            for action in 0..ACTIONS {
                slopes[action] = by_logit[action][lane];
            }
            slopes[actions[row as usize]] += by_taken[lane];
            slopes[VALUE] = by_value[lane];
        }
        let mut sum = 0.0;
        for loss in loss.iter().take(picked.len()) {
            sum += f64::from(loss * self.part);
        }
        sum
    }
}

impl Loss for Surrogate<'_> {
    #[inline(always)]
    fn slopes(&mut self, first: usize, said: &[Heads], slopes: &mut [Heads]) -> f64 {
        let picked = self.picked[first..first + said.len()].chunks(LANES);
        let mut sum = 0.0;
        for ((picked, said), slopes) in picked.zip(said.chunks(LANES)).zip(slopes.chunks_mut(LANES)) {
            sum += self.side_by_side(picked, said, slopes);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use crate::network::fused::Fused;
    use crate::network::initialise::orthogonal;
    use crate::network::parameters::Parameters;
    use crate::network::tape::Network;
    use crate::seed::Seed;
    use crate::study::ppo::Ppo;
    use crate::training::loss::{Surrogate, taped};
    use crate::training::rollout::Rollout;
    use dfdx::prelude::{AsArray, Backward};
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any, prop_assert};
    use proptest::proptest;
    use std::sync::Arc;

    const BITS: usize = 40;

    /// A rollout of anything: observations of up to all bits, advantages, values, and probabilities of an older policy.
    fn rollouts() -> impl Strategy<Value = (Rollout, Vec<u32>)> {
        let row = (
            proptest::sample::subsequence((0..BITS as u16).collect::<Vec<_>>(), 0..=BITS),
            0..5usize,
            -3.0f32..-0.5,
            -2.0f32..2.0,
            -2.0f32..2.0,
        );
        let rows = vec(row, 1..200).prop_flat_map(|rows| {
            let count = rows.len() as u32;
            (proptest::strategy::Just(rows), vec(0..count, 1..150))
        });
        rows.prop_map(|(rows, picked)| {
            let mut rollout = Rollout::new(1, rows.len());
            let mut observations = crate::world::lit::LitRows::new();
            for (index, (bits, action, log_probability, value, advantage)) in rows.into_iter().enumerate() {
                observations.push_row(&bits);
                rollout.actions[index] = action;
                rollout.log_probabilities[index] = log_probability;
                rollout.values[index] = value;
                rollout.advantages[index] = advantage;
            }
            rollout.observations = Arc::new(observations);
            (rollout, picked)
        })
    }

    fn networks() -> impl Strategy<Value = Parameters> {
        (vec(1..70usize, 1..4), any::<u64>(), 0.1f32..30.0).prop_map(|(widths, seed, policy)| {
            let mut parameters = orthogonal(BITS, &widths, Seed(seed));
            parameters.policy.weight.iter_mut().for_each(|weight| *weight *= policy);
            let mut sign = 1.0;
            for bias in parameters.layers_mut().flat_map(|layer| &mut layer.bias) {
                (*bias, sign) = (0.1 * sign, -sign);
            }
            parameters
        })
    }

    proptest! {
        /// Loss and gradient within 1e-5 of the largest number of each layer's gradient.
        #[test]
        fn the_closed_form_is_that_of_the_tape((rollout, picked) in rollouts(), parameters in networks()) {
            let settings = Ppo::default();
            let network = Network::new(&parameters);
            let loss = taped(&network, &rollout, &picked.as_slice().into(), &settings);
            let expected_loss = loss.array();
            let gradients = loss.backward();
            let mut fused = Fused::new(&parameters);
            let mut sums = fused.packed().zero_like();
            let surrogate = Surrogate::new(&rollout, &picked, &settings);
            let found_loss = fused.gradient(&rollout.observations, &picked, &mut sums, surrogate);
            let near = |found: f64, expected: f64, scale: f64| (found - expected).abs() <= 1e-5 * scale.max(1.0);
            prop_assert!(near(found_loss, f64::from(expected_loss), f64::from(expected_loss).abs()));
            let mut network = network;
            for (layer, found) in network.layers_mut().zip(sums.parameters().layers()) {
                let pairs = [(gradients.get(&layer.weight).as_vec(), &found.weight), (gradients.get(&layer.bias).as_vec(), &found.bias)];
                for (expected, found) in pairs {
                    let largest = expected.iter().fold(0.0f32, |largest, e| largest.max(e.abs()));
                    for (expected, found) in expected.iter().zip(found) {
                        prop_assert!(near(f64::from(*found), f64::from(*expected), f64::from(largest)), "{found} {expected} of {largest}");
                    }
                }
            }
        }
    }
}
