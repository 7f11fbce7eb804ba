//! The target of a heuristic: what it moves toward. A heuristic that moves toward nothing has none, and is resolved by
//! its condition alone.

use crate::heuristic::rule::{Heuristic, Recommendation, Target};
use crate::world::engine::Engine;
use crate::world::grid::Grid;
use crate::world::place;
use crate::world::spec::Place;
use crate::world::touched::Touched;

/// A target in one world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    None,
    /// The kinds of objects that have the look, as a bitmask.
    Kinds(u64),
    Place(Place),
}

/// What a step did.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    pub grid: &'a Grid,
    /// The agent's cell before and after it.
    pub before: u16,
    pub after: u16,
    pub touched: Touched,
}

impl Goal {
    pub fn of(heuristic: &Heuristic, engine: &Engine) -> Goal {
        let Recommendation::Toward { target, .. } = &heuristic.recommendation else { return Goal::None };
        match target {
            Target::Place(place) => Goal::Place(*place),
            Target::Look(look) => {
                let kinds = engine.world().objects.iter().take(64).enumerate();
                let kinds = kinds.filter(|(_, object)| object.looks.contains(look));
                Goal::Kinds(kinds.fold(0, |kinds, (kind, _)| kinds | 1 << kind))
            }
        }
    }

    /// Whether the step reached it: an object that has the look was touched, so that touching worked, or the place was
    /// entered.
    pub fn is_reached(&self, step: &Step<'_>) -> bool {
        match self {
            Goal::None => false,
            Goal::Kinds(kinds) => (0..64).any(|kind| kinds >> kind & 1 == 1 && step.touched.contains(kind)),
            Goal::Place(place) => {
                place::contains(place, step.grid, step.after) && !place::contains(place, step.grid, step.before)
            }
        }
    }
}
