//! Objects that move, one after the other in file order, each as the one before has left the level.
//!
//! Per object that is on the grid, one random number decides what it does: with probability `random` a step to a side
//! drawn uniformly from the free ones, with probability `toward_agent` one along a shortest path to the agent, drawn
//! uniformly from the free sides that shorten the distance, else nothing. A second number is drawn where there are
//! several such sides, in the order north, south, east, west; where there is none the object stays.
//!
//! A side is free when the cell there is floor without an object. The agent's cell is free too, unless an object
//! stands on it, or the one that moves blocks and touching it would not work. In distances only walls matter. A mover
//! that enters the agent's cell is touched.

use crate::world::action::Side;
use crate::world::chance::{below, which};
use crate::world::engine::Engine;
use crate::world::environment::{Ending, Environment, StepOutcome};
use crate::world::state::HELD;
use rand::Rng;

impl Environment<'_> {
    /// The moves of the objects; what follows on one that ends the episode is left out.
    pub(super) fn move_objects(&mut self, engine: &Engine, outcome: &mut StepOutcome, rng: &mut impl Rng) {
        // The distances from the agent, as long as no touch has used the search for something else.
        let mut searched = false;
        for &slot in engine.movers() {
            let cell = self.slots[slot];
            if cell >= HELD {
                continue;
            }
            let kind = engine.kind_of(slot);
            let object = &engine.world().objects[kind];
            let toward = match which([object.moves.random, object.moves.toward_agent], rng) {
                Some(0) => false,
                Some(_) => true,
                None => continue,
            };
            if toward && !searched {
                self.search.spread(self.grid, std::iter::once(*self.agent), u32::MAX);
                searched = true;
            }
            let touching = self.touching(engine, kind);
            let free = |next: &u16| {
                (!toward || self.search.distance(*next) < self.search.distance(cell))
                    && (next != self.agent || touching.admits(object))
                    && !self.slots.contains(next)
            };
            let (mut sides, mut count) = ([0; 4], 0);
            for next in Side::ALL.into_iter().filter_map(|side| self.grid.neighbour(cell, side)).filter(free) {
                sides[count] = next;
                count += 1;
            }
            let next = match count {
                0 => continue,
                1 => sides[0],
                several => sides[below(several as u32, rng) as usize],
            };
            self.slots[slot] = next;
            if next == *self.agent {
                self.touch(engine, slot, touching, outcome, rng);
                if outcome.ending != Ending::None {
                    return;
                }
                searched = false;
            }
        }
    }
}
