//! Touching an object: what comes of it, and what it does.
//!
//! First `unless`: while that kind is carried, one of it is used up and the object is removed, without reward; this
//! counts as passing for what blocks, but not as touched. Then `needs`: touching works only while that kind is
//! carried. A carried kind does not work while `carry` objects are in hand, of which the one needed, which is used up
//! before anything is picked up, is none. Touching that does not work does nothing, and nothing is used up.
//!
//! Touching that works brings all rewards whose site has the object's cell, judged before anything else; then one of
//! what is needed is used up; then touching has its effect.
//!
//! Of a kind used up, the first in slot order goes, and is gone; or, where it returns, gets a fresh place: a free cell
//! of the placement that its kind has in this level. The object touched still holds its cell, and nothing is placed on
//! the agent. Where no cell is free, it is gone. An object that respawns gets a fresh place likewise, and stays where
//! it is if there is none.

use crate::world::engine::Engine;
use crate::world::environment::{Ending, Environment, StepOutcome};
use crate::world::site::{self, Surroundings};
use crate::world::spec::{Object, Touch};
use crate::world::state::{GONE, HELD};
use rand::Rng;

/// What comes of touching an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touching {
    /// Nothing.
    Fails,
    Works,
    /// The object is removed, for its `unless`.
    Averted,
}

impl Touching {
    /// Whether the object and the agent can come to share a cell.
    pub fn admits(self, object: &Object) -> bool {
        !object.blocks || self != Touching::Fails
    }
}

impl Environment<'_> {
    /// What comes of touching an object of this kind now.
    pub(super) fn touching(&self, engine: &Engine, kind: usize) -> Touching {
        let holds = |kind: usize| self.held.get(kind).is_some_and(|&held| held > 0);
        let needs = engine.needs(kind);
        if engine.unless(kind).is_some_and(holds) {
            return Touching::Averted;
        }
        if needs.is_some_and(|needs| !holds(needs)) {
            return Touching::Fails;
        }
        let world = engine.world();
        if let Some(most) = world.carry
            && world.objects[kind].is_carried()
            && self.held.iter().sum::<u32>() >= most.saturating_add(u32::from(needs.is_some()))
        {
            return Touching::Fails;
        }
        Touching::Works
    }

    /// Touches the object in the slot, which shares the agent's cell; `touching` is what comes of it.
    pub(super) fn touch(
        &mut self,
        engine: &Engine,
        slot: usize,
        touching: Touching,
        outcome: &mut StepOutcome,
        rng: &mut impl Rng,
    ) {
        let kind = engine.kind_of(slot);
        match touching {
            Touching::Fails => {}
            Touching::Averted => {
                engine.unless(kind).into_iter().for_each(|unless| self.use_up(engine, unless, rng));
                self.slots[slot] = GONE;
            }
            Touching::Works => {
                outcome.touched.add(kind);
                outcome.reward += self.reward(engine, slot);
                engine.needs(kind).into_iter().for_each(|needs| self.use_up(engine, needs, rng));
                match engine.world().objects[kind].touch {
                    Touch::Stays => {}
                    Touch::Ends => outcome.ending = Ending::Terminated,
                    Touch::Vanishes => self.slots[slot] = GONE,
                    Touch::Respawns => {
                        if let Some(cell) = self.fresh(engine, kind, rng) {
                            self.slots[slot] = cell;
                        }
                    }
                    Touch::Carried { .. } => {
                        self.slots[slot] = HELD;
                        self.held[kind] += 1;
                    }
                }
            }
        }
    }

    /// What touching the object in the slot brings where it is.
    fn reward(&mut self, engine: &Engine, slot: usize) -> f64 {
        let kind = engine.kind_of(slot);
        if !engine.rewarded_by_place(kind) {
            return engine.reward(kind);
        }
        let around = Surroundings { engine, grid: self.grid, agent: *self.agent, slots: self.slots };
        let mut sum = 0.0;
        for reward in &engine.world().objects[kind].rewards {
            let holds = |site| site::contains(site, &around, slot, *self.agent, self.search);
            if reward.at.as_ref().is_none_or(holds) {
                sum += reward.amount;
            }
        }
        sum
    }

    /// Uses up one object of the kind that is in hand.
    fn use_up(&mut self, engine: &Engine, kind: usize, rng: &mut impl Rng) {
        let Some(slot) = engine.slots_of(kind).find(|&slot| self.slots[slot] == HELD) else { return };
        self.held[kind] -= 1;
        self.slots[slot] = GONE;
        if engine.world().objects[kind].touch == (Touch::Carried { returns: true })
            && let Some(cell) = self.fresh(engine, kind, rng)
        {
            self.slots[slot] = cell;
        }
    }

    /// A free cell of the kind's placement in this level.
    fn fresh(&mut self, engine: &Engine, kind: usize, rng: &mut impl Rng) -> Option<u16> {
        let placement = self.placed.get(kind).map_or(0, |&placement| usize::from(placement));
        let site = &engine.world().objects[kind].at.get(placement)?.site;
        let around = Surroundings { engine, grid: self.grid, agent: *self.agent, slots: self.slots };
        site::draw(site, &around, self.search, rng)
    }
}
