//! Which objects of a level the agent can reach, every need that has a reachable object counting as met.
//!
//! It is the least fixed point of a flood from the agent over floor. An object is reachable when the flood enters its
//! cell and its need, if it has one, is met: by a reachable object of the kind needed that can be carried. An `unless`
//! is met likewise. An object that blocks can be entered once its need or its `unless` is met. One that ends the
//! episode can be entered but not passed, unless its `unless` is met, or it needs something without blocking: then the
//! agent passes it before it has that in hand. What moves counts where the level has put it.

use crate::world::action::Side;
use crate::world::engine::Engine;
use crate::world::grid::Grid;
use crate::world::spec::Touch;

/// The flood has entered the cell.
const REACHED: u8 = 1;
/// The cell holds an object that cannot be passed.
const CLOSED: u8 = 2;
/// The cell holds an object that cannot be entered.
const BARRED: u8 = 4;

/// Why a rewarded kind cannot be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// No way leads to an object of this kind.
    Cell(usize),
    /// No way leads to what this kind needs.
    Need(usize),
}

/// The memory of the search.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    marks: Vec<u8>,
    queue: Vec<u16>,
    /// The kinds that can be had in hand.
    met: Vec<bool>,
}

impl Reach {
    /// The first rewarded object of a level that cannot be reached. `slots` are cells of the grid.
    pub fn unreached(&mut self, engine: &Engine, grid: &Grid, slots: &[u16], agent: u16) -> Option<Unreached> {
        let objects = &engine.world().objects;
        self.met.clear();
        self.met.resize(objects.len(), false);
        loop {
            self.flood(engine, grid, slots, agent);
            let mut grown = false;
            for (&cell, &kind) in slots.iter().zip(engine.slot_kinds()) {
                let kind = usize::from(kind);
                let had = objects[kind].is_carried() && self.reached(cell) && self.need_met(engine, kind);
                grown |= had && !self.met[kind];
                self.met[kind] |= had;
            }
            if !grown {
                break;
            }
        }
        let kinds = slots.iter().zip(engine.slot_kinds().iter().map(|&kind| usize::from(kind)));
        let mut rewarded = kinds.filter(|(_, kind)| objects[*kind].is_rewarded());
        rewarded.find_map(|(&cell, kind)| match (self.need_met(engine, kind), self.reached(cell)) {
            (true, true) => None,
            (true, false) => Some(Unreached::Cell(kind)),
            (false, _) => Some(Unreached::Need(kind)),
        })
    }

    fn reached(&self, cell: u16) -> bool {
        self.marks.get(usize::from(cell)).is_some_and(|mark| mark & REACHED != 0)
    }

    fn need_met(&self, engine: &Engine, kind: usize) -> bool {
        engine.needs(kind).is_none_or(|needs| self.met.get(needs).copied().unwrap_or(false))
    }

    /// Marks what can be entered with what is met so far.
    fn flood(&mut self, engine: &Engine, grid: &Grid, slots: &[u16], agent: u16) {
        let objects = &engine.world().objects;
        self.marks.clear();
        self.marks.resize(grid.len(), 0);
        for (&cell, &kind) in slots.iter().zip(engine.slot_kinds()) {
            let kind = usize::from(kind);
            let (object, needs) = (&objects[kind], engine.needs(kind).is_some());
            let averted = engine.unless(kind).is_some_and(|unless| self.met.get(unless).copied().unwrap_or(false));
            let barred = object.blocks && !averted && !self.need_met(engine, kind);
            let closed = object.touch == Touch::Ends && !averted && (object.blocks || !needs);
            if let Some(mark) = self.marks.get_mut(usize::from(cell)) {
                *mark = match (barred, closed) {
                    (true, _) => BARRED,
                    (false, true) => CLOSED,
                    (false, false) => 0,
                };
            }
        }
        self.queue.clear();
        if let Some(mark) = self.marks.get_mut(usize::from(agent)) {
            *mark |= REACHED;
            self.queue.push(agent);
        }
        let mut head = 0;
        while let Some(&cell) = self.queue.get(head) {
            head += 1;
            for next in Side::ALL.into_iter().filter_map(|side| grid.neighbour(cell, side)) {
                let mark = &mut self.marks[usize::from(next)];
                if *mark & (REACHED | BARRED) == 0 {
                    *mark |= REACHED;
                    if *mark & CLOSED == 0 {
                        self.queue.push(next);
                    }
                }
            }
        }
    }
}
