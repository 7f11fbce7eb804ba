//! The probe bank: the states on which strengths are measured.
//!
//! It depends on the study and the measurement seed alone, never on a network; seeds, snapshots, trainings and predictors
//! share it. The first half are states that a random policy visits in the training world, an equal part in that of each
//! training; the second half is drawn so that heuristics disagree: objects wherever the world, its scenarios and its
//! phases allow, the agent anywhere, and every object that can be carried in hand with probability 1/2.

use crate::heuristic::evaluate::Rule;
use crate::heuristic::scene::Scene;
use crate::seed::{Seed, Stream};
use crate::selection::features::Features;
use crate::study::Study;
use crate::world::action::{ACTIONS, ActionSet};
use crate::world::batch::Batch;
use crate::world::chance::happens;
use crate::world::engine::Engine;
use crate::world::level::LevelError;
use crate::world::lit::LitRows;
use crate::world::paths::Paths;
use crate::world::sight::Sight;
use crate::world::spec::{Anchor, Place, Placement, Site, World};
use crate::world::state::{HELD, State};
use rand::RngExt;
use rand::seq::IndexedRandom;
use std::ops::Range;
use std::sync::Arc;

/// How many states a bank has.
pub const STATES: usize = 2000;
/// A random policy is followed this many steps at most before its state is taken.
const LONGEST_WALK: u32 = 1000;

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
    /// For each training of the study, the states of its world that a random policy visits.
    pub walks: Vec<Range<usize>>,
    pub features: Features,
    /// The observations, one row per state.
    pub observations: Arc<LitRows>,
}

impl Bank {
    /// The bank of a study. `sight` is that of all its worlds.
    pub fn draw(study: &Study, sight: &Sight, rules: &[Rule], seed: Seed) -> Result<Bank, LevelError> {
        Bank::of_size(STATES, study, sight, rules, seed)
    }

    /// `n` states drawn as those of the bank of a study are.
    pub fn of_size(n: usize, study: &Study, sight: &Sight, rules: &[Rule], seed: Seed) -> Result<Bank, LevelError> {
        let (mut probes, mut walks) = (Vec::new(), Vec::new());
        let trainings = study.trainings();
        let part = |training: usize| n / 2 * training / trainings.len();
        for (index, training) in trainings.iter().enumerate() {
            let seed = if index == 0 { seed } else { seed.child("walks of a phase", &[index as u64]) };
            let walk = part(index)..part(index + 1);
            probes.extend(training_states(training.world, sight, walk.len(), seed)?);
            walks.push(walk);
        }
        probes.extend(disagreeing_states(study, sight, n - n / 2, seed)?);
        Ok(Bank { walks, ..Bank::of(probes, rules) })
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
    visited(&engine, n, seed, &mut |_, actions| actions.fill_with(|| random.random_range(0..ACTIONS as u8)))
}

/// One state from each of `n` walks of a policy, after a random number of steps up to the horizon.
///
/// `act` chooses the actions of all environments of a batch.
pub fn visited(
    engine: &Arc<Engine>,
    n: usize,
    seed: Seed,
    act: &mut dyn FnMut(&Batch, &mut [u8]),
) -> Result<Vec<Probe>, LevelError> {
    let longest = engine.world().horizon.clamp(1, LONGEST_WALK);
    let mut random = seed.stream("moments", &[]);
    let taken_at: Vec<u32> = (0..n).map(|_| random.random_range(0..longest)).collect();
    let mut batch = Batch::new(engine, n, seed.child("walk worlds", &[]))?;
    let mut states: Vec<Option<State>> = vec![None; n];
    let mut actions = vec![0u8; n];
    for step in 0..longest {
        for (i, state) in states.iter_mut().enumerate().filter(|(i, _)| taken_at[*i] == step) {
            *state = Some(batch.state(i));
        }
        act(&batch, &mut actions);
        batch.step(&actions);
        batch.reset_ended()?;
    }
    Ok(states.into_iter().flatten().map(|state| Probe { engine: engine.clone(), state }).collect())
}

/// Levels of the training world, a scenario or a phase, each kind placed as one of the worlds places it, the agent
/// anywhere, and objects in hand.
fn disagreeing_states(study: &Study, sight: &Sight, n: usize, seed: Seed) -> Result<Vec<Probe>, LevelError> {
    let scenarios = study.scenarios.iter().map(|scenario| &scenario.world);
    let phases = study.phases.iter().map(|phase| &phase.world);
    let worlds: Vec<&World> = std::iter::once(&study.world).chain(scenarios).chain(phases).collect();
    let mut random = seed.stream("disagreement", &[]);
    let mut engines: Vec<(World, Arc<Engine>)> = Vec::new();
    let mut compiled = |world: World| match engines.iter().find(|(known, _)| *known == world) {
        Some((_, engine)) => engine.clone(),
        None => {
            let engine = Arc::new(Engine::new(&world, sight));
            engines.push((world, engine.clone()));
            engine
        }
    };
    let mut probes = Vec::with_capacity(n);
    while probes.len() < n {
        let Some(&base) = worlds.choose(&mut random) else { break };
        let mut world = base.clone();
        world.start = Place::Anywhere.into();
        for object in &mut world.objects {
            let places: Vec<Vec<Placement>> = worlds
                .iter()
                .flat_map(|world| &world.objects)
                .filter(|other| other.name == object.name)
                .filter(|other| other.at.iter().all(|placement| has_anchor(base, &placement.site)))
                .map(|other| other.at.clone())
                .collect();
            if let Some(at) = places.choose(&mut random) {
                object.at.clone_from(at);
            }
        }
        let mut engine = compiled(world);
        let mut state = match State::draw(&engine, &mut random) {
            Ok(state) => state,
            // A mixture of places that no level has: take the world as it is.
            Err(_) => {
                engine = compiled(base.clone());
                State::draw(&engine, &mut random)?
            }
        };
        take_in_hand(&engine, &mut state, &mut random);
        probes.push(Probe { engine, state });
    }
    Ok(probes)
}

/// Whether the world has what the site is near to.
fn has_anchor(world: &World, site: &Site) -> bool {
    match site {
        Site::Near { of: Anchor::Object(name), .. } => world.objects.iter().any(|object| object.name == *name),
        Site::Near { of: Anchor::Agent, .. } | Site::Place(_) => true,
    }
}

/// Puts every object that can be carried in hand with probability 1/2, as long as there is room, so that rules about
/// what is in hand can be told apart.
fn take_in_hand(engine: &Engine, state: &mut State, random: &mut Stream) {
    let world = engine.world();
    let mut room = world.carry.unwrap_or(u32::MAX);
    for (slot, cell) in state.slots.iter_mut().enumerate() {
        let kind = engine.kind_of(slot);
        if world.objects[kind].is_carried() && happens(0.5, random) && room > 0 {
            *cell = HELD;
            state.held[kind] += 1;
            room -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::selection::bank::take_in_hand;
    use crate::world::engine::Engine;
    use crate::world::sight::Sight;
    use crate::world::spec::{Layout, Object, Place, Touch, View, World};
    use crate::world::state::{HELD, State};

    #[test]
    fn each_carried_object_is_in_hand_half_of_the_time_as_long_as_there_is_room() {
        let key = Object { count: 2, touch: Touch::Carried { returns: false }, ..Object::named("key") };
        let mut world = World {
            layout: Layout::Room { width: 4, height: 4 },
            start: Place::Anywhere.into(),
            view: View::All,
            horizon: 10,
            step_reward: 0.0,
            slip: 0.0,
            carry: None,
            objects: vec![Object::named("stone"), key],
        };
        for (carry, expected) in [(None, [250, 500, 250]), (Some(1), [250, 750, 0])] {
            world.carry = carry;
            let engine = Engine::new(&world, &Sight::of([&world]));
            let random = &mut Seed(1).stream("hands", &[]);
            let mut counts = [0_i32; 3];
            for _ in 0..1_000 {
                let mut state = State::draw(&engine, random).unwrap();
                take_in_hand(&engine, &mut state, random);
                let held = state.slots.iter().filter(|&&cell| cell == HELD).count();
                assert_eq!((state.held[0], state.held[1] as usize), (0, held));
                counts[held] += 1;
            }
            assert!(counts.iter().zip(expected).all(|(count, mean)| (count - mean).abs() < 60), "{counts:?}");
        }
    }
}
