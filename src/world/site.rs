//! Which cells a [`Site`] has in a level as it stands: those of a place, or those near to something.

use crate::world::chance::below;
use crate::world::engine::Engine;
use crate::world::grid::Grid;
use crate::world::paths::UNREACHABLE;
use crate::world::place;
use crate::world::search::Search;
use crate::world::spec::{Anchor, Site};
use rand::Rng;

/// What something can be put near to: a level, complete or on the way to it.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    pub engine: &'a Engine,
    pub grid: &'a Grid,
    /// The agent's cell; [`GONE`](crate::world::state::GONE) while it has none.
    pub agent: u16,
    pub slots: &'a [u16],
}

impl Surroundings<'_> {
    /// Whether a floor cell is neither the agent's nor an object's.
    fn free(&self, cell: u16) -> bool {
        cell != self.agent && !self.slots.contains(&cell)
    }

    /// Finds how far every cell is from the nearest of these, up to `most`; objects removed or in hand, and the object
    /// in the slot `except`, are none of them.
    fn spread(&self, of: &Anchor, most: u32, except: Option<usize>, search: &mut Search) {
        match of {
            Anchor::Agent => search.spread(self.grid, std::iter::once(self.agent), most),
            Anchor::Object(name) => {
                let kind = self.engine.kind_named(name);
                let slots = kind.map_or(0..0, |kind| self.engine.slots_of(kind));
                let others = slots.filter(|&slot| Some(slot) != except).map(|slot| self.slots[slot]);
                // Marks in place of a cell are beyond the grid, so not floor.
                search.spread(self.grid, others, most);
            }
        }
    }
}

/// One of the site's cells that nothing holds, uniformly; nothing if there is none.
///
/// For a place that is [`place::draw`]. Near something, one number is drawn among the free cells in ascending order,
/// and none where there is no such cell.
pub fn draw(site: &Site, around: &Surroundings<'_>, search: &mut Search, rng: &mut impl Rng) -> Option<u16> {
    match site {
        Site::Place(place) => place::draw(place, around.grid, |cell| around.free(cell), rng),
        Site::Near { of, distance } => {
            around.spread(of, *distance, None, search);
            let near =
                |cell: &u16| u32::from(search.distance(*cell)) <= *distance && search.distance(*cell) != UNREACHABLE;
            let free = || around.grid.floor().iter().copied().filter(|cell| near(cell) && around.free(*cell));
            let count = free().count() as u32;
            (count > 0).then(|| free().nth(below(count, rng) as usize)).flatten()
        }
    }
}

/// Whether the site has the cell of the object in this slot, as a reward asks it. Every object that is touched is near
/// to the agent; none is near to itself, only to the others of its kind.
pub fn contains(site: &Site, around: &Surroundings<'_>, slot: usize, cell: u16, search: &mut Search) -> bool {
    match site {
        Site::Place(place) => place::contains(place, around.grid, cell),
        Site::Near { of: Anchor::Agent, .. } => true,
        Site::Near { of, distance } => {
            around.spread(of, *distance, Some(slot), search);
            let found = search.distance(cell);
            found != UNREACHABLE && u32::from(found) <= *distance
        }
    }
}
