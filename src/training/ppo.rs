//! Proximal policy optimisation: a function of (initial network, study, seed).
//!
//! Clipped surrogate, generalised advantage estimation, entropy bonus, value loss, advantages
//! normalised per minibatch, gradient norm clipped, Adam with a rate that falls linearly to 0.
//!
//! Source: Schulman et al. 2017, arXiv:1707.06347, and 2016, arXiv:1506.02438; details as in
//! Huang et al. 2022, "The 37 implementation details of proximal policy optimization", but for the value
//! loss, which is not clipped, and for truncation: where an episode is cut the value bootstraps.

use crate::network::forward::Forward;
use crate::network::lit_sum::Matrix;
use crate::network::parameters::Parameters;
use crate::network::tape::{GradientTape, Vector};
use crate::seed::{Seed, Stream};
use crate::study::ppo::Ppo;
use crate::training::learner::Learner;
use crate::training::rollout::{Episodes, Rollout};
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::level::LevelError;
use dfdx::prelude::{AsArray, Axis, Backward, Cpu, CpuError};
use dfdx::prelude::{MeanTo, PutTape, Rank0, SelectTo, SplitTape, SumTo, Tensor, ZerosTensor};
use rand::seq::SliceRandom;
use std::sync::Arc;

/// How many snapshots are kept at most, the untrained and the final network included; a training of
/// fewer updates keeps one per update.
const SNAPSHOTS: u64 = 33;

/// A network along training.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Environment steps taken before it.
    pub step: u64,
    /// The mean return of the training episodes that ended since the snapshot before; none where none ended.
    pub mean_return: Option<f64>,
    pub parameters: Parameters,
}

/// What an observer of training is told after each update.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Environment steps taken.
    pub step: u64,
    /// The mean return of the training episodes that ended in this rollout.
    pub mean_return: Option<f64>,
}

/// Why a seed stopped.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    #[error(
        "the loss is no longer finite at step {step}; try a lower `learning rate` than {learning_rate}, \
         a lower `gradient norm`, or smaller rewards"
    )]
    Diverged { step: u64, learning_rate: f64 },
    #[error(transparent)]
    Level(#[from] LevelError),
    #[error("the memory for training is used up ({0:?}); try fewer `environments`, a shorter `rollout`, or `--jobs 1`")]
    Memory(CpuError),
}

impl From<CpuError> for TrainingError {
    fn from(error: CpuError) -> Self {
        TrainingError::Memory(error)
    }
}

/// Environment steps that `settings` lead to: whole rollouts.
pub fn whole_steps(settings: &Ppo) -> u64 {
    updates(settings) * per_update(settings)
}

fn per_update(settings: &Ppo) -> u64 {
    u64::from(settings.environments) * u64::from(settings.rollout)
}

fn updates(settings: &Ppo) -> u64 {
    settings.steps.div_ceil(per_update(settings)).max(1)
}

/// Trains the network given; returns its snapshots, the one given first and the final one last.
///
/// The same arguments give the same bits, whatever else runs beside it: call it in a rayon pool of one thread,
/// since dfdx's products use the ambient pool.
pub fn train(
    initial: Parameters,
    settings: &Ppo,
    engine: &Engine,
    seed: Seed,
    observer: &mut dyn FnMut(Progress),
) -> Result<Vec<Snapshot>, TrainingError> {
    let mut learner = Learner::new(&initial)?;
    let mut batch = Batch::new(engine, settings.environments as usize, seed.child("environments", &[]))?;
    let mut actions = seed.stream("actions", &[]);
    let mut order = seed.stream("minibatches", &[]);
    let mut rollout = Rollout::new(settings.environments as usize, settings.rollout as usize);
    let updates = updates(settings);
    let mut snapshots = vec![Snapshot { step: 0, mean_return: None, parameters: learner.network.parameters() }];
    let mut since = Episodes::default();
    for update in 0..updates {
        let mut policy = Forward::new(learner.network.parameters());
        let ended = rollout.collect(&mut policy, &mut batch, settings, &mut actions, &mut |_, _| ())?;
        since.add(ended);
        let rate = settings.learning_rate * (1.0 - update as f64 / updates as f64);
        let step = (update + 1) * per_update(settings);
        learner.update(&mut rollout, settings, rate, &mut order, step)?;
        if keeps_snapshot(update + 1, updates) {
            let parameters = learner.network.parameters();
            snapshots.push(Snapshot { step, mean_return: std::mem::take(&mut since).mean(), parameters });
        }
        observer(Progress { step, mean_return: ended.mean() });
    }
    Ok(snapshots)
}

/// The network after one plain step down the loss on a whole rollout of its own: what training strives for at this point,
/// without the moments and the scales of Adam. The gradient is clipped as in training.
///
/// Call it in a rayon pool of one thread, as [`train`].
pub fn stepped(
    parameters: &Parameters,
    rollout: &Rollout,
    settings: &Ppo,
    rate: f64,
) -> Result<Parameters, TrainingError> {
    let diverged = TrainingError::Diverged { step: 0, learning_rate: rate };
    let mut learner = Learner::new(parameters)?;
    let loss = learner.loss(rollout, &(0..rollout.actions.len() as u32).collect(), settings);
    if !loss.array().is_finite() {
        return Err(diverged);
    }
    let mut gradients = loss.try_backward()?;
    if !learner.clip(&mut gradients, settings.gradient_norm)? {
        return Err(diverged);
    }
    learner.network.descend(&mut gradients, rate)?;
    Ok(learner.network.parameters())
}

/// Whether a snapshot is kept after so many of all updates.
pub fn keeps_snapshot(done: u64, updates: u64) -> bool {
    kept(updates).any(|kept| kept == done)
}

/// After how many updates snapshots are kept, ascending; some twice. They lie densest at the start, where selection happens: at
/// the squares of even fractions; with few updates after each.
fn kept(updates: u64) -> impl Iterator<Item = u64> {
    let intervals = SNAPSHOTS - 1;
    let place = move |k: u64| match updates <= intervals {
        true => k.min(updates),
        false => (updates * k * k).div_ceil(intervals * intervals),
    };
    (1..=intervals).map(place)
}

/// Environment steps before each snapshot of a whole training: 0 first, all of them last.
pub fn snapshot_steps(settings: &Ppo) -> Vec<u64> {
    let mut steps: Vec<u64> = [0].into_iter().chain(kept(updates(settings))).collect();
    steps.dedup();
    steps.into_iter().map(|update| update * per_update(settings)).collect()
}

impl Learner {
    /// All epochs on one rollout.
    fn update(
        &mut self,
        rollout: &mut Rollout,
        settings: &Ppo,
        rate: f64,
        random: &mut Stream,
        step: u64,
    ) -> Result<(), TrainingError> {
        let total = rollout.actions.len();
        let mut order: Vec<u32> = (0..total as u32).collect();
        for _ in 0..settings.epochs {
            order.shuffle(random);
            let parts = settings.minibatches as usize;
            for part in 0..parts {
                let picked = &order[part * total / parts..(part + 1) * total / parts];
                let diverged = TrainingError::Diverged { step, learning_rate: settings.learning_rate };
                let loss = self.loss(rollout, &picked.into(), settings);
                if !loss.array().is_finite() {
                    return Err(diverged);
                }
                let mut gradients = loss.try_backward()?;
                if !self.clip(&mut gradients, settings.gradient_norm)? {
                    return Err(diverged);
                }
                self.descend(&mut gradients, rate)?;
            }
        }
        Ok(())
    }

    /// The loss on the picked rows: - surrogate - entropy bonus + value loss.
    fn loss(&self, rollout: &Rollout, picked: &Arc<[u32]>, settings: &Ppo) -> Tensor<Rank0, f32, Cpu, GradientTape> {
        let device = &self.network.device;
        let gather = |source: &[f32]| -> Vec<f32> { picked.iter().map(|&row| source[row as usize]).collect() };
        let advantages = gather(&rollout.advantages);
        let targets: Vec<f32> = gather(&rollout.values).iter().zip(&advantages).map(|(v, a)| v + a).collect();
        let advantage = vector(device, &normalised(advantages));
        let old = vector(device, &gather(&rollout.log_probabilities));
        let mut target: Matrix = device.zeros_like(&(picked.len(), 1));
        target.copy_from(&targets);
        let mut action: Tensor<(usize,), usize, Cpu> = device.zeros_like(&(picked.len(),));
        action.copy_from(&picked.iter().map(|&row| rollout.actions[row as usize]).collect::<Vec<_>>());

        let pass = self.network.trace(&rollout.observations, picked);
        let (logits, value) = self.network.heads(pass);
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
}

/// A tensor made without growing dfdx's cache, as `tensor_from_vec` does in a loop.
fn vector(device: &Cpu, values: &[f32]) -> Vector {
    let mut tensor: Vector = device.zeros_like(&(values.len(),));
    tensor.copy_from(values);
    tensor
}

/// Mean 0, deviation 1.
fn normalised(mut values: Vec<f32>) -> Vec<f32> {
    let n = values.len() as f32;
    let mean = values.iter().sum::<f32>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
    let scale = 1.0 / (variance.sqrt() + 1e-8);
    values.iter_mut().for_each(|v| *v = (*v - mean) * scale);
    values
}
