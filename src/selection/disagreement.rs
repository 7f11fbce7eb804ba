//! States in which heuristics disagree: levels of all worlds of a study whose placements are mixed, the agent anywhere,
//! and objects in hand. The second half of the [bank](crate::selection::bank).

use crate::seed::{Seed, Stream};
use crate::selection::bank::Probe;
use crate::study::Study;
use crate::world::chance::which;
use crate::world::engine::Engine;
use crate::world::level::{ATTEMPTS, LevelError};
use crate::world::sight::Sight;
use crate::world::spec::{Anchor, Object, Place, Placement, Site, World};
use crate::world::state::{HELD, State};
use rand::seq::IndexedRandom;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// How many attempts at a level a mixture of placements is worth, and how many mixtures a state.
const MIXTURE_ATTEMPTS: u32 = 20;
const MIXTURES: usize = 4;

/// A world of a study without a level.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct BankError {
    pub of: Origin,
    pub source: LevelError,
}

/// What of a study a world belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The training with this index.
    Training(usize),
    /// The scenario with this index.
    Scenario(usize),
}

/// Levels of the training world, a scenario or a phase, each kind placed as one of the worlds places it, the agent
/// anywhere, and objects in hand.
///
/// A mixture of placements that no level is found for in [`MIXTURE_ATTEMPTS`] is drawn again, [`MIXTURES`] times in all;
/// then the world's own placements are taken, and, where the agent cannot be anywhere in that, its own start.
pub fn disagreeing_states(study: &Study, sight: &Sight, n: usize, seed: Seed) -> Result<Vec<Probe>, BankError> {
    let bases = bases(study);
    let mut random = seed.stream("disagreement", &[]);
    // The same mixture is compiled once, and tried no more once it has failed.
    let mut engines = Engines::new();
    let mut probes = Vec::with_capacity(n);
    while probes.len() < n {
        let Some(mut base) = bases.choose(&mut random) else { break };
        let mut drawn = None;
        for mixed in 0..MIXTURES {
            if mixed > 0 {
                let Some(other) = bases.choose(&mut random) else { break };
                base = other;
            }
            let mixture = base.mixture(&mut random);
            let attempts = if mixture == base.own(true) { ATTEMPTS } else { MIXTURE_ATTEMPTS };
            drawn = level(&mut engines, (base, mixture), attempts, sight, &mut random).ok();
            if drawn.is_some() {
                break;
            }
        }
        let (engine, mut state) = match drawn {
            Some(drawn) => drawn,
            None => level(&mut engines, (base, base.own(true)), ATTEMPTS, sight, &mut random)
                .or_else(|_| level(&mut engines, (base, base.own(false)), ATTEMPTS, sight, &mut random))
                .map_err(|source| BankError { of: base.of, source })?,
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

/// A world with some of its placements replaced and perhaps the agent anywhere, in place of the world itself as a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mixture {
    /// See [`Base::index`].
    base: usize,
    anywhere: bool,
    /// For each kind the index of its choice; nothing for what the base has itself.
    choices: Vec<Option<usize>>,
}

/// A world whose placements are mixed with those of the others.
struct Base<'s> {
    of: Origin,
    /// Of the first base with an equal world.
    index: usize,
    world: &'s World,
    /// For each kind what the worlds place it at, as far as the base has what it is near to.
    choices: Vec<Vec<&'s [Placement]>>,
}

fn bases(study: &Study) -> Vec<Base<'_>> {
    let scenarios = study.scenarios.iter().enumerate().map(|(i, scenario)| (Origin::Scenario(i), &scenario.world));
    let phases = study.phases.iter().enumerate().map(|(i, phase)| (Origin::Training(i + 1), &phase.world));
    let worlds: Vec<(Origin, &World)> =
        std::iter::once((Origin::Training(0), &study.world)).chain(scenarios).chain(phases).collect();
    let choices = |base: &World, name: &str| {
        let kinds = worlds.iter().flat_map(|(_, world)| &world.objects).filter(|other| other.name == name);
        kinds
            .filter(|other| other.at.iter().all(|placement| has_anchor(base, &placement.site)))
            .map(|other| other.at.as_slice())
            .collect()
    };
    let first = |world: &World| worlds.iter().position(|(_, other)| *other == world);
    worlds
        .iter()
        .enumerate()
        .map(|(own, &(of, world))| Base {
            of,
            index: first(world).unwrap_or(own),
            world,
            choices: world.objects.iter().map(|object| choices(world, &object.name)).collect(),
        })
        .collect()
}

impl Base<'_> {
    /// Each kind placed as one of the worlds places it, the agent anywhere.
    fn mixture(&self, random: &mut Stream) -> Mixture {
        let choose = |(choices, object): (&Vec<&[Placement]>, &Object)| {
            let chosen = choices.choose(random)?;
            if *chosen == object.at { None } else { choices.iter().position(|other| other == chosen) }
        };
        let choices = self.choices.iter().zip(&self.world.objects).map(choose).collect();
        Mixture { base: self.index, anywhere: true, choices }
    }

    /// The world's own placements, the agent anywhere or at its start.
    fn own(&self, anywhere: bool) -> Mixture {
        Mixture { base: self.index, anywhere, choices: vec![None; self.world.objects.len()] }
    }

    fn world(&self, mixture: &Mixture) -> World {
        let mut world = self.world.clone();
        if mixture.anywhere {
            world.start = Place::Anywhere.into();
        }
        for ((object, choices), chosen) in world.objects.iter_mut().zip(&self.choices).zip(&mixture.choices) {
            if let Some(at) = chosen.and_then(|chosen| choices.get(chosen)) {
                object.at = at.to_vec();
            }
        }
        world
    }
}

/// What is compiled of each mixture; of one whose first level was not found, why.
type Engines = BTreeMap<Mixture, Result<Arc<Engine>, LevelError>>;

/// A level of a mixture.
fn level(
    engines: &mut Engines,
    (base, mixture): (&Base<'_>, Mixture),
    attempts: u32,
    sight: &Sight,
    random: &mut Stream,
) -> Result<(Arc<Engine>, State), LevelError> {
    match engines.entry(mixture) {
        Entry::Occupied(known) => {
            let engine = known.get().clone()?;
            let state = State::draw_within(attempts, &engine, random)?;
            Ok((engine, state))
        }
        Entry::Vacant(unknown) => {
            let engine = Arc::new(Engine::new(&base.world(unknown.key()), sight));
            let state = State::draw_within(attempts, &engine, random);
            unknown.insert(state.as_ref().map(|_| engine.clone()).map_err(Clone::clone));
            Ok((engine, state?))
        }
    }
}

/// Takes objects in hand, so that rules about what is in hand can be told apart: how many of each kind is drawn
/// uniformly from all that there is room for, so that neither the order of the kinds nor how many objects they have
/// decides which of them are in hand. Without a limit, each kind is drawn by itself, and one object is in hand with
/// probability 1/2.
fn take_in_hand(engine: &Engine, state: &mut State, random: &mut Stream) {
    let world = engine.world();
    let counts: Vec<usize> = (0..world.objects.len())
        .map(|kind| if world.objects[kind].is_carried() { engine.slots_of(kind).len() } else { 0 })
        .collect();
    let most: usize = counts.iter().sum();
    let room = world.carry.map_or(most, |carry| most.min(carry as usize));
    let ways = ways(&counts, room);
    let mut left = room;
    for (kind, &count) in counts.iter().enumerate() {
        // From the most on, as one number is drawn only where there is a choice.
        let most = count.min(left);
        let share = |taken: usize| ways[kind + 1][left - taken] / ways[kind][left];
        let taken =
            if most == 0 { 0 } else { which((0..=most).rev().map(share), random).map_or(0, |less| most - less) };
        // Objects of a kind are alike: which of them is in hand makes no difference.
        engine.slots_of(kind).take(taken).for_each(|slot| state.slots[slot] = HELD);
        state.held[kind] = taken as u32;
        left -= taken;
    }
}

/// For each kind and room, in how many ways that kind and those after it can be in hand: how many of each, at most
/// `counts`, together at most the room.
fn ways(counts: &[usize], room: usize) -> Vec<Vec<f64>> {
    let mut ways = vec![vec![1.0; room + 1]; counts.len() + 1];
    for kind in (0..counts.len()).rev() {
        for left in 0..=room {
            ways[kind][left] = (0..=counts[kind].min(left)).map(|taken| ways[kind + 1][left - taken]).sum();
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::selection::disagreement::{Origin, disagreeing_states, take_in_hand};
    use crate::study::ppo::Ppo;
    use crate::study::{Mlp, Scenario, Study};
    use crate::world::engine::Engine;
    use crate::world::sight::Sight;
    use crate::world::spec::{Glyph, Layout, Object, Place, Placement, Site, Touch, View, World};
    use crate::world::state::{HELD, State};

    fn world(layout: Layout, objects: Vec<Object>) -> World {
        World {
            layout,
            start: Place::Anywhere.into(),
            view: View::All,
            horizon: 10,
            step_reward: 0.0,
            slip: 0.0,
            carry: None,
            objects,
        }
    }

    fn room(objects: Vec<Object>) -> World {
        world(Layout::Room { width: 4, height: 4 }, objects)
    }

    fn study(world: World, scenarios: Vec<World>) -> Study {
        let scenario = |world| Scenario { name: "s".into(), doc: String::new(), world, over_phases: Vec::new() };
        Study {
            name: "s".into(),
            doc: String::new(),
            world_name: "w".into(),
            world_doc: String::new(),
            world,
            agent: Mlp { hidden: vec![8] },
            train: Ppo::default(),
            heuristics: Vec::new(),
            scenarios: scenarios.into_iter().map(scenario).collect(),
            phases: Vec::new(),
            solvers: Vec::new(),
            learned_solvers: None,
            forecasts: Vec::new(),
            claims: Vec::new(),
        }
    }

    #[test]
    fn every_number_in_hand_that_there_is_room_for_is_as_likely() {
        let key = |name: &str, count| Object { count, touch: Touch::Carried { returns: false }, ..Object::named(name) };
        // Each row: the limit, then how often none, one or two keys are in hand.
        for (carry, expected) in [(None, [1_000, 1_000, 1_000]), (Some(1), [2_000, 1_000, 0]), (Some(0), [3_000, 0, 0])]
        {
            // In file order the many gems come first: they do not take all the room.
            let mut world = room(vec![Object::named("stone"), key("gem", 7), key("key", 2)]);
            world.carry = carry;
            let engine = Engine::new(&world, &Sight::of([&world]));
            let random = &mut Seed(1).stream("hands", &[]);
            let (mut keys, mut gems) = ([0_i32; 3], [0_i32; 8]);
            for _ in 0..3_000 {
                let mut state = State::draw(&engine, random).unwrap();
                take_in_hand(&engine, &mut state, random);
                let held = |kind| engine.slots_of(kind).filter(|&slot| state.slots[slot] == HELD).count();
                assert_eq!(state.held, [0, held(1) as u32, held(2) as u32]);
                gems[held(1)] += 1;
                keys[held(2)] += 1;
            }
            assert!(keys.iter().zip(expected).all(|(count, mean)| (count - mean).abs() < 120), "{keys:?}");
            match carry {
                None => assert!(gems.iter().all(|count| (count - 375).abs() < 90), "{gems:?}"),
                Some(carry) => assert!((gems[1] - 1_000 * carry as i32).abs() < 120, "{gems:?}"),
            }
        }
    }

    #[test]
    fn mixtures_that_have_no_level_cost_little_and_the_agent_is_still_anywhere() {
        // Each world has one cell for each kind; nearly every mixture of them has one cell for several.
        let kinds = ["a", "b", "c", "d", "e", "f"];
        let shifted = |shift: u32| {
            let object = |(i, name): (usize, &&str)| Object {
                at: Placement::only(Place::Cell((i as u32 + shift) % 6, 0)),
                ..Object::named(name)
            };
            let layout = Layout::Maze { width: 31, height: 31, braid: 0.5 };
            let mut world = world(layout, kinds.iter().enumerate().map(object).collect());
            world.objects.iter_mut().for_each(|object| {
                if let Site::Place(Place::Cell(column, _)) = &mut object.at[0].site {
                    *column *= 2;
                }
            });
            world.start = Place::Cell(30, 30).into();
            world
        };
        let study = study(shifted(0), (1..6).map(shifted).collect());
        let worlds = std::iter::once(&study.world).chain(study.scenarios.iter().map(|scenario| &scenario.world));
        let sight = Sight::of(worlds);
        let states = disagreeing_states(&study, &sight, 200, Seed(1)).unwrap();
        let elsewhere = states.iter().filter(|probe| probe.state.agent != 30 * 31 + 30).count();
        assert!(elsewhere > 190, "{elsewhere}");
        // Each of the worlds' own levels is among them.
        for shift in 0..6_u16 {
            let own: Vec<u16> = (0..6).map(|i| (i + shift) % 6 * 2).collect();
            assert!(states.iter().any(|probe| probe.state.slots == own), "{shift}");
        }
    }

    #[test]
    fn the_own_placements_of_a_world_are_worth_many_attempts() {
        // Only from one cell in sixty can the cheese be reached.
        let cheese = Object {
            touch: Touch::Ends,
            rewards: Object::reward_of(1.0),
            at: Placement::only(Place::Cell(61, 0)),
            ..Object::named("cheese")
        };
        let cells = (0..62).map(|column| if column == 59 { Glyph::Wall } else { Glyph::Floor }).collect();
        let mut world = world(Layout::Map { width: 62, height: 1, cells }, vec![cheese]);
        world.start = Place::Cell(60, 0).into();
        let study = study(world, Vec::new());
        let states = disagreeing_states(&study, &Sight::of([&study.world]), 50, Seed(1)).unwrap();
        assert!(
            states.iter().all(|probe| probe.state.agent == 60 && probe.engine.world().start == Place::Anywhere.into())
        );
    }

    #[test]
    fn a_world_without_a_level_is_named() {
        let stones = |count| room(vec![Object { count, ..Object::named("stone") }]);
        let study = study(stones(1), vec![stones(2), stones(16)]);
        let sight = Sight::of([&study.world]);
        let error = disagreeing_states(&study, &sight, 1000, Seed(1)).unwrap_err();
        assert_eq!(error.of, Origin::Scenario(1));
    }
}
