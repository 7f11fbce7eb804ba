//! The probe bank: the states on which strengths are measured.
//!
//! It depends on the study and the measurement seed alone, never on a network; seeds, snapshots, trainings and predictors
//! share it. The first half are states that a random policy visits in the training world, an equal part in that of each
//! training; the second half is drawn so that heuristics disagree: objects wherever the world, its scenarios and its
//! phases allow, the agent anywhere, and in hand each number of each kind that can be carried, all that there is room
//! for alike.

use crate::heuristic::evaluate::Rule;
use crate::heuristic::scene::Scene;
use crate::seed::Seed;
use crate::selection::disagreement::{BankError, Origin, disagreeing_states};
use crate::selection::features::Features;
use crate::study::Study;
use crate::world::action::{ACTIONS, ActionSet};
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::image::Image;
use crate::world::level::LevelError;
use crate::world::lit::LitRows;
use crate::world::paths::Paths;
use crate::world::sight::Sight;
use crate::world::spec::World;
use crate::world::state::State;
use rand::RngExt;
use std::ops::Range;
use std::sync::Arc;

/// How many states a bank has.
pub const STATES: usize = 2000;
/// The root of everything that measuring draws: it is no seed of training.
const MEASUREMENT: &str = "measurement";
/// A random policy is followed this many steps at most before its state is taken.
const LONGEST_WALK: u32 = 1000;

/// From which bank, episodes and placebos of every study are drawn.
pub fn measurement_seed() -> Seed {
    Seed(0).child(MEASUREMENT, &[])
}

/// A state with the engine of the world that it is a state of.
#[derive(Clone, Debug)]
pub struct Probe {
    pub engine: Arc<Engine>,
    pub state: State,
}

impl Probe {
    /// The state as rules see it. `paths` are those of the state's grid; they are the caller's, because the distances
    /// of all states of a bank together would fill the memory.
    pub fn scene<'p>(&self, paths: &'p Paths) -> Scene<'p> {
        Scene::of(&self.engine, self.state.borrow(), paths)
    }
}

/// The states, and what heuristics and networks see there.
#[derive(Clone, Debug)]
pub struct Bank {
    pub probes: Vec<Probe>,
    /// For each training of the study, the states of its world that a random policy visits. Trainings in one world share
    /// them.
    pub walks: Vec<Range<usize>>,
    pub features: Features,
    /// The observations, one row per state.
    pub observations: Arc<LitRows>,
}

impl Bank {
    /// The bank that every seed, snapshot, training and predictor of a study shares. `sight` is that of all its worlds.
    pub fn of_study(study: &Study, sight: &Sight, rules: &[Rule]) -> Result<Bank, BankError> {
        Bank::draw(study, sight, rules, measurement_seed().child("bank", &[]))
    }

    /// A bank of a study. `sight` is that of all its worlds.
    pub fn draw(study: &Study, sight: &Sight, rules: &[Rule], seed: Seed) -> Result<Bank, BankError> {
        Bank::of_size(STATES, study, sight, rules, seed)
    }

    /// `n` states drawn as those of the bank of a study are.
    pub fn of_size(n: usize, study: &Study, sight: &Sight, rules: &[Rule], seed: Seed) -> Result<Bank, BankError> {
        let (mut probes, mut walks) = (Vec::new(), Vec::new());
        let trainings = study.trainings();
        // A training in a world of another one has the same walk, so that it changes nothing that is measured.
        let mut firsts: Vec<usize> = Vec::new();
        for (index, training) in trainings.iter().enumerate() {
            if firsts.iter().all(|&first| trainings[first].world != training.world) {
                firsts.push(index);
            }
        }
        let part = |world: usize| n / 2 * world / firsts.len();
        for (world, &first) in firsts.iter().enumerate() {
            let seed = if world == 0 { seed } else { seed.child("walks of a phase", &[world as u64]) };
            let states = training_states(trainings[first].world, sight, part(world + 1) - part(world), seed);
            probes.extend(states.map_err(|source| BankError { of: Origin::Training(first), source })?);
        }
        for training in &trainings {
            let world = firsts.iter().position(|&first| trainings[first].world == training.world).unwrap_or(0);
            walks.push(part(world)..part(world + 1));
        }
        probes.extend(disagreeing_states(study, sight, n - n / 2, seed)?);
        Ok(Bank { walks, ..Bank::of(probes, rules) })
    }

    /// The image of this bank: the images of its states. `sight` is that of the images of all worlds, `rules` are the images
    /// of its own.
    pub fn image(&self, image: Image, sight: &Sight, rules: &[Rule]) -> Bank {
        let mut engines: Vec<(&Arc<Engine>, Arc<Engine>)> = Vec::new();
        let mut probes = Vec::with_capacity(self.probes.len());
        for Probe { engine, state } in &self.probes {
            let known = engines.iter().find(|(original, _)| Arc::ptr_eq(original, engine));
            let turned = match known {
                Some((_, turned)) => turned.clone(),
                None => {
                    let turned = Arc::new(Engine::image_of(engine, image, sight));
                    engines.push((engine, turned.clone()));
                    turned
                }
            };
            probes.push(Probe { engine: turned, state: image.state(state.borrow()) });
        }
        Bank { walks: self.walks.clone(), ..Bank::of(probes, rules) }
    }

    /// The bank of these states, none of them of a training.
    pub fn of(probes: Vec<Probe>, rules: &[Rule]) -> Bank {
        let observations = Arc::new(observe(&probes, 0));
        let features = Features { heuristics: rules.len(), sets: recommendations(&probes, rules) };
        Bank { probes, walks: Vec::new(), features, observations }
    }

    /// What heuristics recommend where a random policy comes in the world of the training with this index.
    pub fn training_features(&self, training: usize) -> Features {
        let heuristics = self.features.heuristics;
        let walk = &self.walks[training];
        Features { heuristics, sets: self.features.sets[walk.start * heuristics..walk.end * heuristics].to_vec() }
    }

    /// Whether wherever a random policy comes in the world of the training with this index, it has something in view
    /// that `bare` leaves out; `bare` are the observations of the bank [without](Bank::observations_without) it.
    pub fn always_shows(&self, training: usize, bare: &LitRows) -> bool {
        self.walks[training].clone().all(|state| self.observations.row(state).len() != bare.row(state).len())
    }

    /// Whether some state where heuristic `h` fires looks otherwise in `bare`, the observations of the bank
    /// [without](Bank::observations_without) its cue.
    pub fn shows(&self, h: usize, bare: &LitRows) -> bool {
        (0..self.probes.len()).any(|state| {
            !self.features.row(state)[h].is_empty() && self.observations.row(state).len() != bare.row(state).len()
        })
    }

    /// The observations with the looks in the bitmask absent.
    pub fn observations_without(&self, looks: u64) -> LitRows {
        observe(&self.probes, looks)
    }
}

fn observe(probes: &[Probe], hidden: u64) -> LitRows {
    let mut rows = LitRows::new();
    for probe in probes {
        probe.state.observe(&probe.engine, hidden, &mut rows);
    }
    rows
}

fn recommendations(probes: &[Probe], rules: &[Rule]) -> Vec<ActionSet> {
    let mut sets = Vec::with_capacity(probes.len() * rules.len());
    for probe in probes {
        let paths = Paths::of(&probe.state.grid);
        let scene = probe.scene(&paths);
        sets.extend(rules.iter().map(|rule| rule.recommends(&scene)));
    }
    sets
}

/// The states that a random policy visits in the training world.
fn training_states(world: &World, sight: &Sight, n: usize, seed: Seed) -> Result<Vec<Probe>, LevelError> {
    let engine = Arc::new(Engine::new(world, sight));
    let mut random = seed.stream("walks", &[]);
    visited(&engine, n, seed, |_, _, actions| actions.fill_with(|| random.random_range(0..ACTIONS as u8)))
}

/// One state from each of `n` walks of a policy, after a random number of steps up to the horizon.
///
/// `act` chooses the actions of all environments of a batch. It is told which of them still wait for their moment; what happens in
/// the others does not matter.
pub fn visited(
    engine: &Arc<Engine>,
    n: usize,
    seed: Seed,
    mut act: impl FnMut(&Batch, &[bool], &mut [u8]),
) -> Result<Vec<Probe>, LevelError> {
    let longest = engine.world().horizon.clamp(1, LONGEST_WALK);
    let mut random = seed.stream("moments", &[]);
    let taken_at: Vec<u32> = (0..n).map(|_| random.random_range(0..longest)).collect();
    let mut batch = Batch::new(engine, n, seed.child("walk worlds", &[]))?;
    let mut states: Vec<Option<State>> = vec![None; n];
    let (mut actions, mut waits) = (vec![0u8; n], vec![true; n]);
    for step in 0..longest {
        for (i, state) in states.iter_mut().enumerate().filter(|(i, _)| taken_at[*i] == step) {
            *state = Some(batch.state(i));
            waits[i] = false;
        }
        act(&batch, &waits, &mut actions);
        batch.step(&actions);
        batch.reset_ended()?;
    }
    Ok(states.into_iter().flatten().map(|state| Probe { engine: engine.clone(), state }).collect())
}
