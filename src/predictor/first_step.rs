//! The forecast of who looks one update ahead: the strength of rule h after a single step is proportional to
//! bias_h x g_h, g_h the policy gradient at the uniform policy, and its share is the part of it that is positive.
//!
//! g_h = E[(A_t - b_t) (phi_h(s_t, a_t) - E_pi phi_h(s_t, .))], actions at random, over rollouts as long as those of the
//! training and begun as it begins. A_t is the generalised advantage with the study's discount and lambda and a critic
//! that is zero: A_t = r_t + discount lambda A_{t+1}, where nothing passes over the end of an episode or of the rollout.
//! b_t is the mean of A_t over the n environments. It takes out what is the same whatever is done. The score of an action has
//! mean 0 and is independent of what comes of the other environments, so that the mean becomes 1 - 1 / n of what it would be
//! without b_t, for all rules alike, and shares are the same.
//!
//! A training that goes on from another one begins with other strengths; here it is looked at as if it began afresh.
//!
//! Source: as for the [update](crate::predictor::update), and Schulman et al. 2016, arXiv:1506.02438.

use crate::heuristic::scene::Scene;
use crate::predictor::bias_only::biases;
use crate::predictor::budget::steps_in;
use crate::predictor::finite::Finite;
use crate::predictor::kappa::Kappa;
use crate::predictor::prediction::{Prediction, Selection};
use crate::predictor::shard_dynamics::expected_update;
use crate::predictor::task::Task;
use crate::predictor::update::add_score;
use crate::predictor::{Predictor, PredictorError};
use crate::seed::Seed;
use crate::world::action::{ACTIONS, ActionSet};
use crate::world::batch::Batch;
use crate::world::environment::Ending;
use crate::world::level::LevelError;
use crate::world::paths::Paths;
use rand::RngExt;

/// How sure it is of its shares: they are Dirichlet(kappa x share).
const KAPPA: Kappa = Kappa { relative: 5.0, pixel: 2.0 };
/// Advantages that differ by less than this part of them differ by the rounding of their mean alone.
const ROUNDING: f64 = 1e-9;
/// Steps of all environments together, for each training at most.
const STEPS: usize = 100_000;
/// The same for all trainings.
const ALL_STEPS: usize = 10 * STEPS;

/// Shares from one expected update.
pub struct FirstStep;

impl Predictor for FirstStep {
    fn name(&self) -> &str {
        "first gradient step"
    }

    fn summary(&self) -> &str {
        "the share of a rule is that of the first update of a policy that knows nothing"
    }

    fn version(&self) -> u32 {
        2
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        let bias = biases(task);
        let ordinary = STEPS.min(ALL_STEPS / task.arenas.len().max(1)) as u64;
        let selection = |training: usize| {
            let seed = task.seed.child("first gradient step", &task.own_arena(training).indices(&[]));
            let steps = steps_in(task.own_arena(training).engine.world(), ordinary)? as usize;
            let gradient = gradient(task, training, steps, seed)?;
            Ok(Selection::of(&bias.iter().zip(&gradient).map(|(bias, own)| bias * own).collect::<Vec<f64>>()))
        };
        let selections: Result<Vec<Selection>, PredictorError> = (0..task.arenas.len()).map(selection).collect();
        Ok(Prediction::of_selections(
            selections?,
            KAPPA.of(&task.study),
            "it looks at the first update, which tells who gains but not how far",
        ))
    }

    /// What a step would be anywhere; the forecast is made from the one at strengths 0, with a critic that is zero.
    fn expected_update(&self, process: &Finite, bias: &[f64], strengths: &[f64], critic: &[f64]) -> Option<Vec<f64>> {
        Some(expected_update(process, bias, strengths, critic))
    }
}

/// What the distances of all environments may fill.
const MOST_BYTES: usize = 1 << 28;

/// The policy gradient of each rule at the uniform policy in the world of a training, in units of return, from about so
/// many steps, at least two environments of half as many: rollouts that are longer are cut there.
///
/// # Errors
/// If the world has no level.
pub fn gradient(task: &Task, training: usize, steps: usize, seed: Seed) -> Result<Vec<f64>, LevelError> {
    let settings = task.study.training(training).train;
    let engine = &task.own_arena(training).engine;
    let length = (settings.rollout as usize).min(steps / 2).max(1);
    // As many environments as that takes, or as there is room for.
    let room = MOST_BYTES / Paths::most_bytes(engine.grid().len());
    let n = steps.div_ceil(length).clamp(2, room.max(2));
    let mut batch = Batch::new(engine, n, seed.child("levels", &[]))?;
    let mut random = seed.stream("random policy", &[]);
    let order = engine.actions();
    // A place for the distances of each environment's walls, or one for all.
    let mut paths: Vec<Paths> = (0..if engine.is_fixed() { 1 } else { n }).map(|i| Paths::of(batch.grid(i))).collect();
    let rules = task.rules.len();
    let mut sets: Vec<ActionSet> = Vec::with_capacity(n * length * rules);
    let (mut actions, mut rewards, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    let mut taken = vec![0u8; n];
    for _ in 0..length {
        for (i, paths) in paths.iter_mut().enumerate() {
            paths.turn_to(batch.grid(i));
        }
        let mut scene: Option<Scene<'_>> = None;
        for i in 0..n {
            let paths = &paths[if engine.is_fixed() { 0 } else { i }];
            let scene = Scene::turned(&mut scene, &batch, i, paths);
            sets.extend(task.rules.iter().map(|rule| rule.recommends(scene)));
        }
        taken.fill_with(|| order[usize::from(random.random_range(0..ACTIONS as u8))] as u8);
        actions.extend_from_slice(&taken);
        batch.step(&taken);
        rewards.extend_from_slice(batch.rewards());
        ended.extend(batch.endings().iter().map(|ending| *ending != Ending::None));
        batch.reset_ended()?;
    }
    let trace = settings.discount * settings.lambda;
    let mut advantages = vec![0.0; n];
    let mut sum = vec![0.0; rules];
    for time in (0..length).rev() {
        let here = time * n..(time + 1) * n;
        for (advantage, index) in advantages.iter_mut().zip(here.clone()) {
            let later = if ended[index] { 0.0 } else { trace * *advantage };
            *advantage = f64::from(rewards[index]) + later;
        }
        let mean = advantages.iter().sum::<f64>() / n as f64;
        for (advantage, index) in advantages.iter().zip(here) {
            let sets = &sets[index * rules..][..rules];
            let uniform = [1.0 / ACTIONS as f64; ACTIONS];
            let centred = advantage - mean;
            if centred.abs() > ROUNDING * mean.abs() {
                add_score(&mut sum, sets, &uniform, usize::from(actions[index]), centred);
            }
        }
    }
    let all = (n * length).max(1) as f64;
    Ok(sum.into_iter().map(|sum| sum / all).collect())
}
