//! What fresh networks of a study's architecture practise a rule on: states that a random policy visits in the world of a
//! training. Trainings in the same world, with the same agent and learning rate, have the same networks.

use crate::behaviour::arena::Arena;
use crate::predictor::PredictorError;
use crate::predictor::budget::work;
use crate::predictor::fits::{Plan, States, fits};
use crate::predictor::task::Task;
use crate::seed::Seed;
use crate::selection::bank::{Bank, visited};
use crate::training::supervised::{Fitted, Looks};
use crate::world::action::ACTIONS;
use rand::RngExt;
use std::sync::Arc;

/// States of a random policy that are drawn in the world of a training; a fifth of them stays unused.
const STATES: usize = 2500;
/// In the worlds of all trainings together.
const ALL_STATES: usize = 4 * STATES;
/// Never fewer in one world.
const LEAST_STATES: usize = 250;

/// Fresh networks to be trained on every rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Practice {
    /// Gradient steps of each.
    pub steps: usize,
    /// Per rule, fewer where they are large.
    pub networks: u64,
    /// From which states and networks are drawn.
    pub seed: Seed,
}

/// For each training of the study what `keep` makes of the networks that practise every rule in its world: per rule, then
/// network; none for a rule that never fires there.
///
/// # Errors
/// If a world has no level, all networks would take too long, or one finds no memory; if `keep` makes nothing of one,
/// since its outputs are not finite.
pub fn practise<T: Clone + Send>(
    task: &Task,
    practice: &Practice,
    keep: impl Fn(Fitted) -> Option<T> + Sync,
) -> Result<Vec<Arc<Vec<Vec<T>>>>, PredictorError> {
    let firsts = firsts(task);
    let worlds = firsts.iter().enumerate().filter(|(own, first)| own == *first).count();
    let mut all: Vec<Arc<Vec<Vec<T>>>> = Vec::new();
    for (own, &first) in firsts.iter().enumerate() {
        let known = all.get(first).cloned();
        all.push(match known {
            Some(known) => known,
            None => Arc::new(practised(task, (own, worlds), practice, &keep)?),
        });
    }
    Ok(all)
}

/// Those of one training, where there are so many different worlds.
fn practised<T: Clone + Send>(
    task: &Task,
    (training, worlds): (usize, usize),
    practice: &Practice,
    keep: &(impl Fn(Fitted) -> Option<T> + Sync),
) -> Result<Vec<Vec<T>>, PredictorError> {
    let own = task.study.training(training);
    let walked = states(task, (training, worlds), practice.seed)?;
    let states = States { observations: &walked.observations, features: &walked.features };
    let plan = Plan {
        agent: own.agent,
        bits: task.sight.bits(),
        networks: practice.networks,
        worlds,
        steps: practice.steps,
        learning_rate: own.train.learning_rate,
        looks: Looks::Last,
        threads: task.threads,
        seed: practice.seed,
    };
    let kept: Option<_> = fits(&plan, &states, keep)?.into_iter().map(|own| own.into_iter().collect()).collect();
    kept.ok_or_else(|| diverged(own.name))
}

/// For each training of the study the first whose fresh networks are the same.
fn firsts(task: &Task) -> Vec<usize> {
    let trainings = task.study.trainings();
    let same = |one: usize, other: usize| {
        let (one, other) = (trainings[one], trainings[other]);
        one.world == other.world && one.agent == other.agent && one.train.learning_rate == other.train.learning_rate
    };
    (0..trainings.len()).map(|own| (0..own).find(|&other| same(other, own)).unwrap_or(own)).collect()
}

/// The states that are visited in the world of a training, with what the rules say in them.
fn states(task: &Task, (training, worlds): (usize, usize), seed: Seed) -> Result<Bank, PredictorError> {
    let Arena { engine, .. } = task.own_arena(training);
    let states = STATES.min(ALL_STATES / worlds.max(1) / work(engine.world()) as usize).max(LEAST_STATES);
    let order = engine.actions();
    let mut random = seed.stream("walks", &[]);
    let walk = visited(&Arc::new(engine.clone()), states, seed.child("states", &[]), |_, _, actions| {
        actions.fill_with(|| order[usize::from(random.random_range(0..ACTIONS as u8))] as u8);
    })?;
    Ok(Bank::of(walk, &task.rules))
}

/// That networks diverge in this training.
fn diverged(training: &str) -> PredictorError {
    let what = "no network learns a rule at this learning rate, since its outputs are no longer finite";
    PredictorError::Other(format!("after {training}, {what}; try a lower `learning rate`"))
}
