//! Drawing a level: walls, objects in file order, then the agent.
//!
//! Every object goes to a cell drawn uniformly from the floor cells of its place that nothing holds, the agent
//! likewise to one of `start`. A level in which something has no free cell, or in which an object with a positive
//! reward cannot be reached, is drawn again. To be reached means by a path from the agent over floor; the
//! cell of an object that ends the episode can be entered but not passed.

use crate::world::action::Side;
use crate::world::engine::Engine;
use crate::world::grid::Grid;
use crate::world::place;
use crate::world::spec::{Place, Site, Touch};
use crate::world::state::GONE;
use rand::Rng;
use thiserror::Error;

/// After how many failures in a row there is no level.
pub const ATTEMPTS: u32 = 1_000;

/// Why no level could be drawn, from the last of [`ATTEMPTS`] failures in a row.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LevelError {
    #[error(
        "no level after {ATTEMPTS} attempts: no floor cell is free for the object `{object}` at its place; \
         enlarge the place, or lower the count of what is placed there"
    )]
    NoCellForObject { object: String },
    #[error(
        "no level after {ATTEMPTS} attempts: no floor cell is free for the agent at its `start`; \
         enlarge the place, or lower the count of the objects there"
    )]
    NoCellForAgent,
    #[error(
        "no level after {ATTEMPTS} attempts: the rewarded object `{object}` cannot be reached from the agent; \
         open a way to it, or move what ends the episode out of the way"
    )]
    Unreachable { object: String },
}

/// A failure of one attempt, by kind.
enum Failure {
    NoCellForObject(usize),
    NoCellForAgent,
    Unreachable(usize),
}

/// Memory that drawing a level reuses.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    marks: Vec<u8>,
    queue: Vec<u16>,
}

/// Draws a level into a grid of this engine and one cell per slot; returns the agent's cell.
///
/// `grid` was cloned from [`Engine::grid`], and drawn before or not. What is drawn depends on `rng` alone.
pub fn draw(
    engine: &Engine,
    grid: &mut Grid,
    slots: &mut [u16],
    scratch: &mut Scratch,
    rng: &mut impl Rng,
) -> Result<u16, LevelError> {
    let mut failure = Failure::NoCellForAgent;
    for _ in 0..ATTEMPTS {
        if !engine.is_fixed() {
            grid.redraw(&engine.world().layout, rng);
        }
        match attempt(engine, grid, slots, scratch, rng) {
            Ok(agent) => return Ok(agent),
            Err(reason) => failure = reason,
        }
    }
    let name = |kind: usize| engine.world().objects[kind].name.clone();
    Err(match failure {
        Failure::NoCellForObject(kind) => LevelError::NoCellForObject { object: name(kind) },
        Failure::NoCellForAgent => LevelError::NoCellForAgent,
        Failure::Unreachable(kind) => LevelError::Unreachable { object: name(kind) },
    })
}

fn attempt(
    engine: &Engine,
    grid: &Grid,
    slots: &mut [u16],
    scratch: &mut Scratch,
    rng: &mut impl Rng,
) -> Result<u16, Failure> {
    let world = engine.world();
    slots.fill(GONE);
    for slot in 0..slots.len() {
        let kind = engine.kind_of(slot);
        let free = |cell| !slots[..slot].contains(&cell);
        let cell = place::draw(&placed(&world.objects[kind].at[0].site), grid, free, rng);
        slots[slot] = cell.ok_or(Failure::NoCellForObject(kind))?;
    }
    let free = |cell| !slots.contains(&cell);
    let agent = place::draw(&placed(&world.start), grid, free, rng).ok_or(Failure::NoCellForAgent)?;
    if engine.always_reachable() {
        return Ok(agent);
    }
    match unreached(engine, grid, slots, agent, scratch) {
        Some(kind) => Err(Failure::Unreachable(kind)),
        None => Ok(agent),
    }
}

fn placed(site: &Site) -> Place {
    site.place().unwrap_or(Place::Anywhere)
}

/// The kind of the first rewarded object that no path leads to.
fn unreached(engine: &Engine, grid: &Grid, slots: &[u16], agent: u16, scratch: &mut Scratch) -> Option<usize> {
    const REACHED: u8 = 1;
    const ENDS: u8 = 2;
    let Scratch { marks, queue } = scratch;
    marks.clear();
    marks.resize(grid.len(), 0);
    queue.clear();
    let objects = &engine.world().objects;
    for (&cell, &kind) in slots.iter().zip(engine.slot_kinds()) {
        if objects[usize::from(kind)].touch == Touch::Ends {
            marks[usize::from(cell)] = ENDS;
        }
    }
    marks[usize::from(agent)] |= REACHED;
    queue.push(agent);
    let mut head = 0;
    while let Some(&cell) = queue.get(head) {
        head += 1;
        for next in Side::ALL.into_iter().filter_map(|side| grid.neighbour(cell, side)) {
            let mark = &mut marks[usize::from(next)];
            if *mark & REACHED == 0 {
                *mark |= REACHED;
                if *mark & ENDS == 0 {
                    queue.push(next);
                }
            }
        }
    }
    let kinds = slots.iter().zip(engine.slot_kinds());
    let mut missed = kinds
        .filter(|(cell, kind)| objects[usize::from(**kind)].is_rewarded() && marks[usize::from(**cell)] & REACHED == 0);
    missed.next().map(|(_, kind)| usize::from(*kind))
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::drawn::{object, world};
    use crate::world::engine::Engine;
    use crate::world::level::LevelError;
    use crate::world::sight::Sight;
    use crate::world::spec::{Place, Placement, Touch, World};
    use crate::world::state::State;

    fn draw(world: &World, seed: u64) -> Result<State, LevelError> {
        State::draw(&Engine::new(world, &Sight::of([world])), &mut Seed(seed).stream("level", &[]))
    }

    #[test]
    fn what_has_no_cell_is_named() {
        let mut full = world("@cc", &[object("cheese", Touch::Stays, 0.0)]);
        full.objects[0].count = 3;
        let object = "cheese".to_owned();
        assert_eq!(draw(&full, 1), Err(LevelError::NoCellForObject { object }));
        full.objects[0].at = Placement::only(Place::Anywhere);
        assert_eq!(draw(&full, 1), Err(LevelError::NoCellForAgent));
        full.start = Place::Marker('z').into();
        full.objects[0].count = 0;
        assert_eq!(draw(&full, 1), Err(LevelError::NoCellForAgent));
        assert!(LevelError::NoCellForAgent.to_string().contains("enlarge the place"));
    }

    #[test]
    fn rewarded_objects_can_be_reached() {
        let cheese = |reward| object("cheese", Touch::Vanishes, reward);
        let unreachable = Err(LevelError::Unreachable { object: "cheese".into() });
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
}
