//! What a further step of its training would do to a network: to each heuristic, and to each unit.
//!
//! The network plays [`BATCHES`] batches of 2,048 steps in the world of its training, with its own policy, one batch after
//! the other in the same environments, on levels and with luck of their own. Advantages are those of the training: by
//! its discount and lambda, and by the network's own value head.

use crate::attribution::effect::OverBatches;
use crate::attribution::step::{LayerStep, over_batches, step};
use crate::experiment::error::ExperimentError;
use crate::experiment::measure::Player;
use crate::experiment::setup::Setup;
use crate::heuristic::policy::softmax;
use crate::heuristic::scene::Scene;
use crate::network::fused::Fused;
use crate::network::parameters::Parameters;
use crate::seed::{Seed, Stream};
use crate::selection::features::Features;
use crate::selection::reinforcement::{Reinforcement, Steps, reinforcement};
use crate::study::ppo::Ppo;
use crate::training::ppo::{TrainingError, stepped};
use crate::training::rollout::Rollout;
use crate::world::action::ACTIONS;
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::level::LevelError;
use crate::world::paths::Paths;

/// How many batches are played.
pub const BATCHES: usize = 16;
/// The steps of one batch: those of each environment are as many as rollouts have by default.
const ENVIRONMENTS: usize = 16;
const LENGTH: usize = 128;

/// What the policy gradient at this network does to each heuristic; nothing for one that never fires there.
pub fn reinforcements(
    setup: &Setup,
    training: usize,
    seed: u64,
    parameters: &Parameters,
) -> Result<Vec<Option<Reinforcement>>, ExperimentError> {
    let arena = setup.own_arena(training);
    let failed = |source: LevelError| setup.level_error(arena, source);
    let mut table = Table::new(setup, training, seed, parameters).map_err(failed)?;
    let mut paths: Vec<Paths> = Vec::new();
    let mut batches = Vec::with_capacity(BATCHES);
    for _ in 0..BATCHES {
        let (mut sets, mut policy) = (Vec::new(), Vec::new());
        let rollout = table.play(&mut |batch, logits| {
            let is_fixed = batch.engine().is_fixed();
            for i in 0..if is_fixed { 1 } else { batch.len() } {
                match paths.get_mut(i) {
                    Some(paths) => paths.turn_to(batch.grid(i)),
                    None => paths.push(Paths::of(batch.grid(i))),
                }
            }
            let mut scene: Option<Scene<'_>> = None;
            for (i, logits) in logits.iter().enumerate() {
                let scene = Scene::turned(&mut scene, batch, i, &paths[if is_fixed { 0 } else { i }]);
                sets.extend(setup.rules.iter().map(|rule| rule.recommends(scene)));
                policy.push(softmax(logits.map(f64::from)));
            }
        });
        let rollout = rollout.map_err(failed)?;
        batches.push(Steps {
            features: Features { heuristics: setup.rules.len(), sets },
            policy,
            actions: rollout.actions.clone(),
            advantages: rollout.advantages.iter().copied().map(f64::from).collect(),
        });
    }
    Ok(reinforcement(&batches))
}

/// What a plain step of the training's objective on one batch does to each unit of each hidden layer on the states of
/// that batch, over the batches; the network is the same before every step. The rate is the study's.
pub fn unit_effects(
    setup: &Setup,
    training: usize,
    seed: u64,
    parameters: &Parameters,
) -> Result<Vec<LayerStep<OverBatches>>, TrainingError> {
    let settings = setup.study.training(training).train;
    let mut table = Table::new(setup, training, seed, parameters)?;
    let all = (0..(ENVIRONMENTS * LENGTH) as u32).collect();
    let mut changes = Vec::with_capacity(BATCHES);
    for _ in 0..BATCHES {
        let rollout = table.play(&mut |_, _| ())?;
        let after = stepped(parameters, rollout, settings, settings.learning_rate)?;
        changes.push(step(parameters, &after, &rollout.observations, &all));
    }
    Ok(over_batches(&changes))
}

/// A network at play.
struct Table<'a> {
    policy: Fused,
    environments: Batch<'a>,
    luck: Stream,
    settings: &'a Ppo,
    rollout: Rollout,
}

impl<'a> Table<'a> {
    fn new(setup: &'a Setup, training: usize, seed: u64, parameters: &Parameters) -> Result<Table<'a>, LevelError> {
        let arena = setup.own_arena(training);
        let root: Seed = Player::Seed(seed).seed(setup, arena).child("reinforcement", &[]);
        let engine: &Engine = &arena.engine;
        Ok(Table {
            policy: Fused::new(parameters),
            environments: Batch::new(engine, ENVIRONMENTS, root.child("environments", &[]))?,
            luck: root.stream("actions", &[]),
            settings: setup.study.training(training).train,
            rollout: Rollout::new(ENVIRONMENTS, LENGTH),
        })
    }

    /// The next batch; `see` is told of every moment of it.
    fn play(&mut self, see: &mut dyn FnMut(&Batch, &[[f32; ACTIONS]])) -> Result<&Rollout, LevelError> {
        self.rollout.collect(&mut self.policy, &mut self.environments, self.settings, &mut self.luck, see)?;
        Ok(&self.rollout)
    }
}
