//! Proximal policy optimisation: a function of (initial network, study, seed).
//!
//! Clipped surrogate, generalised advantage estimation, entropy bonus, value loss, advantages
//! normalised per minibatch, gradient norm clipped, Adam with a rate that falls linearly to 0.
//!
//! Source: Schulman et al. 2017, arXiv:1707.06347, and 2016, arXiv:1506.02438; details as in
//! Huang et al. 2022, "The 37 implementation details of proximal policy optimization", but for the value
//! loss, which is not clipped, and for truncation: where an episode is cut the value bootstraps.

use crate::network::fused::Fused;
use crate::network::parameters::Parameters;
use crate::seed::{Seed, Stream};
use crate::study::ppo::Ppo;
use crate::training::fused::FusedLearner;
use crate::training::learner::{Gradients, Learner};
use crate::training::loss::{Surrogate, taped};
use crate::training::rollout::{Episodes, Rollout};
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::level::LevelError;
use dfdx::prelude::{AsArray, Backward, CpuError};
use rand::seq::SliceRandom;

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
    gradients: Gradients,
    observer: &mut dyn FnMut(Progress),
) -> Result<Vec<Snapshot>, TrainingError> {
    let mut learner = Learner::new(&initial, gradients)?;
    let mut batch = Batch::new(engine, settings.environments as usize, seed.child("environments", &[]))?;
    let mut actions = seed.stream("actions", &[]);
    let mut minibatches = Minibatches { random: seed.stream("minibatches", &[]), order: Vec::new() };
    let mut rollout = Rollout::new(settings.environments as usize, settings.rollout as usize);
    let updates = updates(settings);
    let mut snapshots = vec![Snapshot { step: 0, mean_return: None, parameters: initial }];
    let mut since = Episodes::default();
    for update in 0..updates {
        let mut collect =
            |policy: &mut Fused| rollout.collect(policy, &mut batch, settings, &mut actions, &mut |_, _| ());
        let ended = match &mut learner {
            Learner::Fused(learner) => collect(&mut learner.network)?,
            Learner::Taped(learner) => collect(&mut Fused::new(&learner.network.parameters()))?,
        };
        since.add(ended);
        let rate = settings.learning_rate * (1.0 - update as f64 / updates as f64);
        let step = (update + 1) * per_update(settings);
        learner.update(&rollout, settings, rate, &mut minibatches, step)?;
        if keeps_snapshot(update + 1, updates) {
            let parameters = learner.parameters();
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
    let mut learner = FusedLearner::new(parameters);
    let picked: Vec<u32> = (0..rollout.actions.len() as u32).collect();
    if !learner.slope(rollout, &picked, settings) {
        return Err(TrainingError::Diverged { step: 0, learning_rate: rate });
    }
    learner.descend(rate);
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

/// The order in which steps of a rollout are trained on.
struct Minibatches {
    random: Stream,
    order: Vec<u32>,
}

impl Learner {
    /// All epochs on one rollout.
    fn update(
        &mut self,
        rollout: &Rollout,
        settings: &Ppo,
        rate: f64,
        minibatches: &mut Minibatches,
        step: u64,
    ) -> Result<(), TrainingError> {
        let Minibatches { random, order } = minibatches;
        let total = rollout.actions.len();
        order.clear();
        order.extend(0..total as u32);
        for _ in 0..settings.epochs {
            order.shuffle(random);
            let parts = settings.minibatches as usize;
            for part in 0..parts {
                let picked = &order[part * total / parts..(part + 1) * total / parts];
                if !self.step(rollout, picked, settings, rate)? {
                    return Err(TrainingError::Diverged { step, learning_rate: settings.learning_rate });
                }
            }
        }
        Ok(())
    }

    /// One step of Adam on the picked rows; none, and false, where the loss or its gradient is not finite.
    fn step(&mut self, rollout: &Rollout, picked: &[u32], settings: &Ppo, rate: f64) -> Result<bool, TrainingError> {
        match self {
            Learner::Fused(learner) => {
                let finite = learner.slope(rollout, picked, settings);
                if finite {
                    learner.adam(rate);
                }
                Ok(finite)
            }
            Learner::Taped(learner) => {
                let loss = taped(&learner.network, rollout, &picked.into(), settings);
                if !loss.array().is_finite() {
                    return Ok(false);
                }
                let mut gradients = loss.try_backward()?;
                let finite = learner.clip(&mut gradients, settings.gradient_norm)?;
                if finite {
                    learner.descend(&mut gradients, rate)?;
                }
                Ok(finite)
            }
        }
    }
}

impl FusedLearner {
    /// Takes the gradient of the loss on the picked rows, clipped; false where one of the two is not finite.
    fn slope(&mut self, rollout: &Rollout, picked: &[u32], settings: &Ppo) -> bool {
        let surrogate = Surrogate::new(rollout, picked, settings);
        let loss = self.differentiate(&rollout.observations, picked, surrogate);
        loss.is_finite() && self.clip(settings.gradient_norm)
    }
}
