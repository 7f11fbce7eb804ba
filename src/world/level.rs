//! Drawing a level: walls, objects in file order, then the agent.
//!
//! Every object goes to a cell drawn uniformly from the floor cells of its site that nothing holds, the agent
//! likewise to one of `start`. What something is placed near to comes before it ([`order`](crate::world::order)). Of a
//! kind with several placements one is drawn before its first object, with one number. A level in which something has
//! no free cell, or in which a rewarded object cannot be [reached](crate::world::reach), is drawn again, its placements
//! with it: shares are those of levels before this, and a placement that fails more often than others is rarer than its
//! share among the levels that remain.

use crate::world::chance::which;
use crate::world::engine::Engine;
use crate::world::grid::Grid;
use crate::world::image::Image;
use crate::world::order::Thing;
use crate::world::reach::{Reach, Unreached};
use crate::world::search::Search;
use crate::world::site::{self, Surroundings};
use crate::world::spec::{Placement, Site};
use crate::world::state::GONE;
use rand::Rng;
use thiserror::Error;

/// After how many failures in a row a world is taken to have no level.
pub const ATTEMPTS: u32 = 1_000;

/// Why no level could be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LevelError {
    #[error(
        "no level: what `{thing}` is placed near to is itself placed near to `{thing}`; place one of them elsewhere"
    )]
    Circle { thing: String },
    /// Every attempt failed, this many of them for the reason that was the commonest.
    #[error("no level after {attempts} attempts: {}{reason}", commonness(*times, *attempts))]
    Failed { reason: Reason, times: u32, attempts: u32 },
}

/// Why an attempt at a level failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Reason {
    /// `drawn`: the walls are drawn anew per level.
    #[error(
        "no floor cell is free for the object `{object}` at its place{}; enlarge the place, or lower the count of what \
         is placed there{}", walls(*drawn)[0], walls(*drawn)[1]
    )]
    NoCellForObject { object: String, drawn: bool },
    #[error(
        "no floor cell is free for the agent at its `start`{}; enlarge the place, or lower the count of the objects \
         there{}", walls(*drawn)[0], walls(*drawn)[1]
    )]
    NoCellForAgent { drawn: bool },
    #[error(
        "the rewarded object `{object}` cannot be reached from the agent; open a way to it, or move what ends the \
         episode or blocks out of the way"
    )]
    Unreachable { object: String },
    #[error(
        "the rewarded object `{object}` needs `{needs}`, which cannot be reached; place a `{needs}` that can be \
         carried where a way leads from the agent"
    )]
    NeedUnreachable { object: String, needs: String },
}

fn commonness(times: u32, attempts: u32) -> String {
    if times == attempts { String::new() } else { format!("in {times} of them, ") }
}

/// What a place without a free cell has to do with walls that are drawn, and what helps.
fn walls(drawn: bool) -> [&'static str; 2] {
    if drawn { [", where the level may have walls", ", or have fewer walls"] } else { [""; 2] }
}

/// A failure of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    NoCell(Thing),
    Unreached(Unreached),
}

/// What a level is drawn into: `grid` was cloned from [`Engine::grid`], and drawn before or not; one cell per slot;
/// as many numbers as [`Engine::placements`] says.
#[derive(Debug)]
pub struct Level<'a> {
    pub grid: &'a mut Grid,
    pub slots: &'a mut [u16],
    pub placed: &'a mut [u16],
}

/// Memory that drawing a level reuses.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    pub search: Search,
    reach: Reach,
    /// How often each failure has occurred.
    failures: Vec<(Failure, u32)>,
}

/// Draws a level, in at most this many attempts, and returns the agent's cell. What is drawn depends on `rng` alone.
pub fn draw(
    engine: &Engine,
    mut level: Level<'_>,
    scratch: &mut Scratch,
    attempts: u32,
    rng: &mut impl Rng,
) -> Result<u16, LevelError> {
    if let Some((original, image)) = engine.original() {
        return draw_image(original, image, level, attempts, rng);
    }
    let objects = &engine.world().objects;
    let name = |thing: Thing| match thing {
        Thing::Agent => "agent".to_owned(),
        Thing::Kind(kind) => objects[kind].name.clone(),
    };
    let order = engine.order().map_err(|thing| LevelError::Circle { thing: name(thing) })?;
    scratch.failures.clear();
    for _ in 0..attempts {
        if !engine.is_fixed() {
            level.grid.redraw(&engine.world().layout, rng);
        }
        match attempt(engine, order, &mut level, scratch, rng) {
            Ok(agent) => return Ok(agent),
            Err(failure) => match scratch.failures.iter_mut().find(|(known, _)| *known == failure) {
                Some((_, times)) => *times += 1,
                None => scratch.failures.push((failure, 1)),
            },
        }
    }
    // Of failures equally common the one that was first.
    let commonest = scratch.failures.iter().rev().max_by_key(|(_, times)| *times);
    let (failure, times) = commonest.copied().unwrap_or((Failure::NoCell(Thing::Agent), 0));
    let drawn = !engine.is_fixed();
    let reason = match failure {
        Failure::NoCell(Thing::Agent) => Reason::NoCellForAgent { drawn },
        Failure::NoCell(object) => Reason::NoCellForObject { object: name(object), drawn },
        Failure::Unreached(Unreached::Cell(kind)) => Reason::Unreachable { object: name(Thing::Kind(kind)) },
        Failure::Unreached(Unreached::Need(kind)) => Reason::NeedUnreachable {
            object: name(Thing::Kind(kind)),
            needs: objects[kind].needs.clone().unwrap_or_default(),
        },
    };
    Err(LevelError::Failed { reason, times, attempts })
}

/// Draws the image of a level of the original.
fn draw_image(
    original: &Engine,
    image: Image,
    level: Level<'_>,
    attempts: u32,
    rng: &mut impl Rng,
) -> Result<u16, LevelError> {
    let mut grid = original.grid().clone();
    let own = Level { grid: &mut grid, slots: &mut *level.slots, placed: &mut *level.placed };
    // A scratch of its own, as its grid has another size.
    let agent = draw(original, own, &mut Scratch::default(), attempts, rng)?;
    let size = (grid.width, grid.height);
    level.slots.iter_mut().for_each(|cell| *cell = image.cell(*cell, size));
    *level.grid = grid.image(image);
    Ok(image.cell(agent, size))
}

fn attempt(
    engine: &Engine,
    order: &[Thing],
    level: &mut Level<'_>,
    scratch: &mut Scratch,
    rng: &mut impl Rng,
) -> Result<u16, Failure> {
    let world = engine.world();
    let Level { grid, slots, placed } = level;
    slots.fill(GONE);
    let mut agent = GONE;
    for &thing in order {
        let mut cell = |site: &Site, slots: &[u16], rng: &mut _| {
            let around = Surroundings { engine, grid, agent, slots };
            site::draw(site, &around, &mut scratch.search, rng).ok_or(Failure::NoCell(thing))
        };
        match thing {
            Thing::Agent => agent = cell(&world.start, slots, rng)?,
            Thing::Kind(kind) => {
                let at = &world.objects[kind].at;
                let drawn = if at.len() > 1 { one_of(at, rng) } else { 0 };
                if let Some(placed) = placed.get_mut(kind) {
                    *placed = drawn as u16;
                }
                let site = &at.get(drawn).ok_or(Failure::NoCell(thing))?.site;
                for slot in engine.slots_of(kind) {
                    slots[slot] = cell(site, slots, rng)?;
                }
            }
        }
    }
    if !engine.always_reachable()
        && let Some(unreached) = scratch.reach.unreached(engine, grid, slots, agent)
    {
        return Err(Failure::Unreached(unreached));
    }
    Ok(agent)
}

/// The index of a placement, by their shares.
fn one_of(at: &[Placement], rng: &mut impl Rng) -> usize {
    // What rounding leaves of the sum belongs to the last.
    which(at.iter().map(|placement| placement.share), rng).unwrap_or(at.len() - 1)
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::drawn::{near, object, world};
    use crate::world::engine::Engine;
    use crate::world::level::{ATTEMPTS, LevelError, Reason};
    use crate::world::paths::Paths;
    use crate::world::sight::Sight;
    use crate::world::spec::{Layout, Object, Place, Placement, Touch, World};
    use crate::world::state::State;

    fn draw(world: &World, seed: u64) -> Result<State, LevelError> {
        State::draw(&Engine::new(world, &Sight::of([world])), &mut Seed(seed).stream("level", &[]))
    }

    /// All attempts fail for this reason.
    fn always(reason: Reason) -> LevelError {
        LevelError::Failed { reason, times: ATTEMPTS, attempts: ATTEMPTS }
    }

    fn no_cell_for(object: &str) -> LevelError {
        always(Reason::NoCellForObject { object: object.to_owned(), drawn: false })
    }

    const NO_START: Reason = Reason::NoCellForAgent { drawn: false };

    #[test]
    fn what_has_no_cell_is_named() {
        let mut full = world("@cc", &[object("cheese", Touch::Stays, 0.0)]);
        full.objects[0].count = 3;
        assert_eq!(draw(&full, 1), Err(no_cell_for("cheese")));
        full.objects[0].at = Placement::only(Place::Anywhere);
        assert_eq!(draw(&full, 1), Err(always(NO_START)));
        full.start = Place::Marker('z').into();
        full.objects[0].count = 0;
        assert_eq!(draw(&full, 1), Err(always(NO_START)));
        let message = always(NO_START).to_string();
        assert!(message.contains("1000 attempts: no floor cell is free for the agent"), "{message}");
        assert!(message.contains("enlarge the place") && !message.contains("wall"), "{message}");
    }

    #[test]
    fn the_commonest_of_several_reasons_is_given_with_its_number() {
        let mut scattered = world("@", &[object("cheese", Touch::Ends, 1.0)]);
        scattered.layout = Layout::Scatter { width: 3, height: 1, walls: 0.7 };
        scattered.start = Place::Cell(0, 0).into();
        scattered.objects[0].at = Placement::only(Place::Cell(0, 0));
        scattered.objects[0].count = 1;
        let error = draw(&scattered, 1).unwrap_err();
        // In most levels the cell is a wall; where it is floor, the agent has no cell.
        let LevelError::Failed { reason, times, attempts: ATTEMPTS } = &error else { panic!("{error}") };
        assert_eq!(*reason, Reason::NoCellForObject { object: "cheese".into(), drawn: true });
        assert!((650..750).contains(times), "{times}");
        let message = error.to_string();
        assert!(message.contains(&format!("in {times} of them, no floor cell is free")), "{message}");
        assert!(message.contains("may have walls; enlarge") && message.ends_with("or have fewer walls"), "{message}");
    }

    #[test]
    fn rewarded_objects_can_be_reached() {
        let cheese = |reward| object("cheese", Touch::Vanishes, reward);
        let unreachable = Err(always(Reason::Unreachable { object: "cheese".into() }));
        assert_eq!(draw(&world("@#c", &[cheese(1.0)]), 1), unreachable);
        assert!(draw(&world("@#c", &[cheese(0.0)]), 1).is_ok());
        assert!(draw(&world("@#c", &[cheese(-1.0)]), 1).is_ok());
        // What ends the episode can be entered but not passed, whatever else is on the way can.
        let exit = object("exit", Touch::Ends, 1.0);
        assert_eq!(draw(&world("@ec", &[cheese(1.0), exit.clone()]), 1), unreachable);
        assert!(draw(&world("@ec ...", &[cheese(1.0), exit]), 1).is_ok());
        assert!(draw(&world("@xc", &[cheese(1.0), object("x", Touch::Stays, 0.0)]), 1).is_ok());
    }

    #[test]
    fn a_level_that_cannot_be_won_is_drawn_again() {
        let mut world = world("..#..", &[object("cheese", Touch::Ends, 1.0)]);
        (world.start, world.objects[0].count) = (Place::Anywhere.into(), 1);
        world.objects[0].at = Placement::only(Place::Anywhere);
        for seed in 0..50 {
            let state = draw(&world, seed).unwrap();
            assert_eq!(state.agent / 3, state.slots[0] / 3, "the same half");
        }
    }

    #[test]
    fn needs_are_met_by_what_can_be_reached() {
        let exit = |needs: &str| Object { needs: Some(needs.into()), blocks: true, ..object("exit", Touch::Ends, 1.0) };
        let key = |name: &str| object(name, Touch::Carried { returns: false }, 0.0);
        let door =
            |needs: &str| Object { needs: Some(needs.into()), blocks: true, ..object("door", Touch::Stays, 0.0) };
        let check = |map: &str, objects: &[Object]| draw(&world(map, objects), 1);
        let missing =
            |needs: &str| Some(always(Reason::NeedUnreachable { object: "exit".into(), needs: needs.into() }));
        assert!(check("k@e", &[exit("key"), key("key")]).is_ok());
        assert_eq!(check("#@e ##k", &[exit("key"), key("key")]).err(), missing("key"));
        assert_eq!(check("@e", &[exit("nothing")]).err(), missing("nothing"));
        // One key leads to the next; a key behind its own door does not.
        assert!(check("e@kdl", &[exit("lock"), key("key"), key("lock"), door("key")]).is_ok());
        assert_eq!(check("e@.dl", &[exit("lock"), key("key"), key("lock"), door("lock")]).err(), missing("lock"));
        // A kind that stays on the grid is never in hand.
        assert_eq!(check("k@e", &[exit("kiosk"), object("kiosk", Touch::Stays, 0.0)]).err(), missing("kiosk"));
    }

    #[test]
    fn what_blocks_or_ends_is_passed_where_something_in_hand_allows_it() {
        let cheese = object("cheese", Touch::Vanishes, 1.0);
        let sword = object("sword", Touch::Carried { returns: false }, 0.0);
        let ends = |needs: Option<&str>, unless: Option<&str>, blocks| Object {
            needs: needs.map(str::to_owned),
            unless: unless.map(str::to_owned),
            blocks,
            ..object("monster", Touch::Ends, 0.0)
        };
        for (map, monster, possible) in [
            ("s@mc", ends(None, None, false), false),
            ("s@mc", ends(None, Some("sword"), true), true),
            ("#@mc", ends(None, Some("sword"), true), false),
            // Without a sword in hand it does nothing, and can be passed.
            ("s@mc", ends(Some("sword"), None, false), true),
            ("s@mc", ends(Some("sword"), None, true), false),
        ] {
            let drawn = draw(&world(map, &[cheese.clone(), sword.clone(), monster.clone()]), 1);
            let unreachable = always(Reason::Unreachable { object: "cheese".into() });
            assert_eq!(drawn.err(), (!possible).then_some(unreachable), "{map} {monster:?}");
        }
    }

    #[test]
    fn one_placement_is_drawn_per_kind_and_level() {
        let mut world = world(".... .... ....", &[object("cheese", Touch::Respawns, 1.0)]);
        world.start = Place::Rows(1, 1).into();
        let row = |row, share| Placement { site: Place::Rows(row, row).into(), share };
        (world.objects[0].count, world.objects[0].at) = (3, vec![row(0, 0.25), row(2, 0.75)]);
        let mut north = 0;
        for seed in 0..1_000 {
            let state = draw(&world, seed).unwrap();
            assert!(state.slots.iter().all(|&cell| u32::from(cell) / 4 == [0, 2][usize::from(state.placed[0])]));
            north += i32::from(state.placed[0] == 0);
        }
        assert!((200..300).contains(&north), "{north}");
    }

    #[test]
    fn near_is_by_path_and_what_it_is_near_to_comes_first() {
        let mut world = world("...#. .#.#. .#...", &[object("a", Touch::Stays, 0.0), object("b", Touch::Stays, 0.0)]);
        (world.objects[0].count, world.objects[1].count, world.start) = (2, 1, near("b", 1));
        world.objects[0].at[0].site = near("agent", 2);
        world.objects[1].at = Placement::only(Place::Anywhere);
        for seed in 0..200 {
            let state = draw(&world, seed).unwrap();
            let paths = Paths::of(&state.grid);
            assert!(state.slots[..2].iter().all(|&cell| (1..=2).contains(&paths.between(cell, state.agent))));
            assert_eq!(paths.between(state.slots[2], state.agent), 1);
        }
        world.objects[1].count = 0;
        assert_eq!(draw(&world, 1), Err(always(NO_START)));
        world.objects[1].at[0].site = near("a", 1);
        let circle = draw(&world, 1).unwrap_err();
        assert_eq!(circle, LevelError::Circle { thing: "a".into() });
        assert!(circle.to_string().contains("place one of them elsewhere"));
    }
}
