//! What fresh networks of a study's architecture practise a rule on: states that a random policy visits in the world of a
//! training. Trainings in the same world, with the same agent and learning rate, have the same networks.

use crate::behaviour::arena::Arena;
use crate::predictor::PredictorError;
use crate::predictor::budget::work;
use crate::predictor::task::Task;
use crate::seed::Seed;
use crate::selection::bank::{Bank, visited};
use crate::world::action::ACTIONS;
use rand::RngExt;
use std::sync::Arc;

/// States of a random policy that are drawn in the world of a training; a fifth of them stays unused.
const STATES: usize = 2500;
/// In the worlds of all trainings together.
const ALL_STATES: usize = 4 * STATES;
/// Never fewer in one world.
const LEAST_STATES: usize = 250;

/// For each training of the study the first whose fresh networks are the same.
pub fn firsts(task: &Task) -> Vec<usize> {
    let trainings = task.study.trainings();
    let same = |one: usize, other: usize| {
        let (one, other) = (trainings[one], trainings[other]);
        one.world == other.world && one.agent == other.agent && one.train.learning_rate == other.train.learning_rate
    };
    (0..trainings.len()).map(|own| (0..own).find(|&other| same(other, own)).unwrap_or(own)).collect()
}

/// The states that are visited in the world of a training, where there are so many different worlds, with what the rules say
/// in them.
///
/// # Errors
/// If the world has no level.
pub fn states(task: &Task, (training, worlds): (usize, usize), seed: Seed) -> Result<Bank, PredictorError> {
    let Arena { engine, .. } = task.own_arena(training);
    let states = STATES.min(ALL_STATES / worlds.max(1) / work(engine.world()) as usize).max(LEAST_STATES);
    let order = engine.actions();
    let mut random = seed.stream("walks", &[]);
    let walk = visited(&Arc::new(engine.clone()), states, seed.child("states", &[]), &mut |_, actions| {
        actions.fill_with(|| order[usize::from(random.random_range(0..ACTIONS as u8))] as u8);
    })?;
    Ok(Bank::of(walk, &task.rules))
}

/// That networks diverge in this training.
pub fn diverged(training: &str) -> PredictorError {
    let what = "no network learns a rule at this learning rate, since its outputs are no longer finite";
    PredictorError::Other(format!("after {training}, {what}; try a lower `learning rate`"))
}
