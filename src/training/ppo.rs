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
use crate::world::action::ACTIONS;
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::environment::Ending;
use crate::world::level::LevelError;
use crate::world::lit::LitRows;
use dfdx::prelude::{AsArray, Axis, Backward, Cpu, CpuError};
use dfdx::prelude::{MeanTo, PutTape, Rank0, SelectTo, SplitTape, SumTo, Tensor, ZerosTensor};
use rand::RngExt;
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
    let mut rollout = Rollout::new(settings);
    let updates = updates(settings);
    let mut snapshots = vec![Snapshot { step: 0, mean_return: None, parameters: learner.network.parameters() }];
    let mut since = Episodes::default();
    for update in 0..updates {
        let mut policy = Forward::new(learner.network.parameters());
        let ended = rollout.collect(&mut policy, &mut batch, settings, &mut actions)?;
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

/// Snapshots lie densest at the start, where selection happens: at the squares of even fractions.
fn keeps_snapshot(done: u64, updates: u64) -> bool {
    let intervals = SNAPSHOTS - 1;
    let place = |k: u64| (updates * k * k).div_ceil(intervals * intervals);
    updates <= intervals || (1..=intervals).any(|k| place(k) == done)
}

/// A count of episodes and the sum of their returns.
#[derive(Clone, Copy, Debug, Default)]
struct Episodes {
    count: u64,
    total: f64,
}

impl Episodes {
    fn add(&mut self, other: Episodes) {
        self.count += other.count;
        self.total += other.total;
    }

    fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.total / self.count as f64)
    }
}

/// What the environments and the policy did: `rollout` steps of all environments, time by time.
struct Rollout {
    environments: usize,
    /// The observations of all times; row = time * environments + environment.
    observations: Arc<LitRows>,
    actions: Vec<usize>,
    log_probabilities: Vec<f32>,
    values: Vec<f32>,
    rewards: Vec<f32>,
    /// The value of the state that a step leads to: 0 after termination, the cut state's value after truncation.
    next_values: Vec<f32>,
    /// The episode ended at this step, in either way.
    ended: Vec<bool>,
    advantages: Vec<f32>,
}

impl Rollout {
    fn new(settings: &Ppo) -> Rollout {
        let total = per_update(settings) as usize;
        Rollout {
            environments: settings.environments as usize,
            observations: Arc::default(),
            actions: vec![0; total],
            log_probabilities: vec![0.0; total],
            values: vec![0.0; total],
            rewards: vec![0.0; total],
            next_values: vec![0.0; total],
            ended: vec![false; total],
            advantages: vec![0.0; total],
        }
    }

    fn collect(
        &mut self,
        policy: &mut Forward,
        batch: &mut Batch,
        settings: &Ppo,
        random: &mut Stream,
    ) -> Result<Episodes, TrainingError> {
        let n = self.environments;
        let mut episodes = Episodes::default();
        let mut logits = vec![[0.0; ACTIONS]; n];
        let mut values = vec![0.0; n];
        let mut taken = vec![0u8; n];
        let (mut now, mut cut) = (LitRows::default(), LitRows::default());
        let mut observations = Arc::unwrap_or_clone(std::mem::take(&mut self.observations));
        observations.clear();
        for time in 0..settings.rollout as usize {
            let here = time * n..(time + 1) * n;
            batch.observe(&mut now);
            policy.run(&now, &mut logits, &mut values);
            observations.append(&now);
            if time > 0 {
                self.fill_next_values((time - 1) * n, &values);
            }
            for (i, logits) in logits.iter().enumerate() {
                let (action, log_probability) = sample(logits, random);
                taken[i] = action as u8;
                self.actions[here.start + i] = action;
                self.log_probabilities[here.start + i] = log_probability;
            }
            self.values[here.clone()].copy_from_slice(&values);
            batch.step(&taken);
            self.rewards[here.clone()].copy_from_slice(batch.rewards());
            for (i, ending) in batch.endings().iter().enumerate() {
                self.ended[here.start + i] = *ending != Ending::None;
                self.next_values[here.start + i] = match ending {
                    Ending::Truncated => {
                        cut.clear();
                        batch.observe_one(i, &mut cut);
                        let mut value = [0.0];
                        policy.run(&cut, &mut [[0.0; ACTIONS]], &mut value);
                        value[0]
                    }
                    Ending::Terminated | Ending::None => 0.0,
                };
                if *ending != Ending::None {
                    episodes.add(Episodes { count: 1, total: batch.returns()[i] });
                }
            }
            batch.reset_ended()?;
        }
        batch.observe(&mut now);
        policy.run(&now, &mut logits, &mut values);
        self.fill_next_values((settings.rollout as usize - 1) * n, &values);
        self.observations = Arc::new(observations);
        advantages(
            Steps { rewards: &self.rewards, values: &self.values, next_values: &self.next_values, ended: &self.ended },
            n,
            settings.discount as f32,
            settings.lambda as f32,
            &mut self.advantages,
        );
        Ok(episodes)
    }

    /// Where the episode went on after the step at `start`, the next state's value is the one just computed.
    fn fill_next_values(&mut self, start: usize, values: &[f32]) {
        for (i, value) in values.iter().enumerate() {
            if !self.ended[start + i] {
                self.next_values[start + i] = *value;
            }
        }
    }
}

/// Steps of `n` environments, time by time: index = time * n + environment.
#[derive(Clone, Copy)]
pub struct Steps<'a> {
    pub rewards: &'a [f32],
    pub values: &'a [f32],
    /// The value of the state that the step leads to; 0 after termination.
    pub next_values: &'a [f32],
    pub ended: &'a [bool],
}

/// Generalised advantage estimation: A_t = delta_t + discount lambda A_{t+1}, with
/// delta_t = r_t + discount V(s_{t+1}) - V(s_t), where nothing passes over the end of an episode.
pub fn advantages(steps: Steps, environments: usize, discount: f32, lambda: f32, out: &mut [f32]) {
    let last = out.len() - environments;
    for index in (0..out.len()).rev() {
        let delta = steps.rewards[index] + discount * steps.next_values[index] - steps.values[index];
        let trace = if index >= last || steps.ended[index] { 0.0 } else { out[index + environments] };
        out[index] = delta + discount * lambda * trace;
    }
}

/// An action drawn from the softmax of the logits, and its log probability.
fn sample(logits: &[f32; ACTIONS], random: &mut Stream) -> (usize, f32) {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights = logits.map(|logit| (logit - largest).exp());
    let total: f32 = weights.iter().sum();
    let mut left = random.random::<f32>() * total;
    let mut action = ACTIONS - 1;
    for (candidate, weight) in weights.iter().enumerate() {
        if left < *weight {
            action = candidate;
            break;
        }
        left -= weight;
    }
    (action, logits[action] - largest - total.ln())
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
