//! Touching an object: what comes of it, and what it does.
//!
//! First `unless`: while that kind is carried, one of it is used up and the object is removed, without reward; this
//! counts as passing for what blocks, but not as touched. Then `needs`: touching works only while that kind is
//! carried. A carried kind does not work while `carry` objects are in hand, of which the one needed, which is used up
//! before anything is picked up, is none. Touching that does not work does nothing, and nothing is used up.
//!
//! Touching that works brings all rewards whose site has the object's cell, judged before anything else; then one of
//! what is needed is used up; then touching has its effect. `reward R at near(agent, K)` is paid at every touch that
//! works: what is touched is in the agent's cell.
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

#[cfg(test)]
mod tests {
    use crate::world::action::Action::{East, North, Stay, West};
    use crate::world::drawn::{Drawn, drawn, near, object, of_world, step, world};
    use crate::world::engine::Engine;
    use crate::world::environment::Ending;
    use crate::world::spec::{Object, Place, Placement, Reward, Touch};
    use crate::world::state::{GONE, HELD};

    fn key(returns: bool) -> Object {
        object("key", Touch::Carried { returns }, 0.25)
    }

    fn needing(name: &str, needs: &str, touch: Touch) -> Object {
        Object { needs: Some(needs.into()), ..object(name, touch, 1.0) }
    }

    /// The reward of a step, and how often each of the first two kinds was touched.
    fn felt(drawn: &mut Drawn, action: crate::world::action::Action) -> (f64, u32, u32) {
        let outcome = step(drawn, action);
        (outcome.reward, outcome.touched.count(0), outcome.touched.count(1))
    }

    #[test]
    fn what_needs_something_works_only_with_it_and_uses_it_up() {
        let mut drawn = drawn("gk@d", &[needing("door", "key", Touch::Stays), key(false)]);
        assert_eq!(felt(&mut drawn, East), (0.0, 0, 0));
        assert_eq!(drawn.state.agent, 3, "what does not block is entered");
        step(&mut drawn, West);
        assert_eq!(felt(&mut drawn, West), (0.25, 0, 1));
        step(&mut drawn, East);
        assert_eq!(felt(&mut drawn, East), (1.0, 1, 0));
        assert_eq!((drawn.state.slots[1], drawn.state.held[1]), (GONE, 0));
        step(&mut drawn, West);
        assert_eq!(felt(&mut drawn, East), (0.0, 0, 0), "the key is used up");
    }

    #[test]
    fn what_blocks_is_entered_only_when_touching_works() {
        let door = Object { blocks: true, ..needing("door", "key", Touch::Vanishes) };
        let mut drawn = drawn("k@d.", &[door, key(false)]);
        let bump = step(&mut drawn, East);
        assert!(!bump.moved && bump.touched.is_empty() && drawn.state.agent == 1);
        step(&mut drawn, West);
        step(&mut drawn, East);
        assert_eq!((felt(&mut drawn, East), drawn.state.agent), ((1.0, 1, 0), 2));
        let mut gate = of_world(&world("@g", &[Object { blocks: true, ..object("gate", Touch::Stays, 1.0) }]));
        assert_eq!(felt(&mut gate, East).0, 1.0, "nothing is needed");
    }

    #[test]
    fn unless_averts_before_need_and_without_reward() {
        let monster = Object {
            unless: Some("sword".into()),
            needs: Some("nothing".into()),
            blocks: true,
            ..object("monster", Touch::Ends, -1.0)
        };
        let sword = object("sword", Touch::Carried { returns: true }, 0.0);
        let mut drawn = drawn("s@m.", &[monster, sword]);
        assert!(!step(&mut drawn, East).moved, "neither works nor is averted");
        step(&mut drawn, West);
        step(&mut drawn, East);
        let averted = step(&mut drawn, East);
        assert_eq!((averted.reward, averted.ending, averted.moved), (0.0, Ending::None, true));
        assert!(averted.touched.is_empty());
        assert_eq!((drawn.state.slots.clone(), drawn.state.held[1]), (vec![GONE, 0], 0), "the sword is back");
    }

    #[test]
    fn carry_limits_what_is_picked_up_and_a_swap_works() {
        let gem = |name: &str| object(name, Touch::Carried { returns: false }, 1.0);
        let mut limited = world("@ab", &[gem("a"), gem("b")]);
        limited.carry = Some(1);
        let mut drawn = of_world(&limited);
        assert_eq!(felt(&mut drawn, East), (1.0, 1, 0));
        assert_eq!((felt(&mut drawn, East), drawn.state.agent), ((0.0, 0, 0), 2));
        assert_eq!(drawn.state.slots, [HELD, 2]);
        limited.objects[1].needs = Some("a".into());
        let mut drawn = of_world(&limited);
        step(&mut drawn, East);
        assert_eq!(felt(&mut drawn, East), (1.0, 0, 1));
        assert_eq!((drawn.state.slots, drawn.state.held), (vec![GONE, HELD], vec![0, 1]));
    }

    #[test]
    fn what_is_used_up_returns_to_a_free_cell_or_is_gone() {
        let world = |place| {
            let mut world = world("@kd", &[needing("door", "key", Touch::Stays), key(true)]);
            world.objects[1].at = Placement::only(place);
            of_world(&world)
        };
        let used = |mut drawn: Drawn| {
            step(&mut drawn, East);
            assert_eq!(felt(&mut drawn, East).1, 1);
            drawn.state.slots[1]
        };
        assert_eq!(used(world(Place::Marker('k'))), 1);
        // From here on its place is the cell of the door.
        let mut drawn = world(Place::Marker('k'));
        let mut moved = drawn.engine.world().clone();
        moved.objects[1].at = Placement::only(Place::Marker('d'));
        drawn.engine = Engine::new(&moved, drawn.engine.sight());
        assert_eq!(used(drawn), GONE);
    }

    #[test]
    fn rewards_hold_where_their_site_has_the_object() {
        let at = |amount, at| Reward { amount, at };
        let mut crate_ = object("crate", Touch::Vanishes, 0.0);
        crate_.rewards = vec![
            at(1.0, None),
            at(2.0, Some(Place::Columns(0, 1).into())),
            at(4.0, Some(near("agent", 0))),
            at(8.0, Some(near("bin", 2))),
            at(16.0, Some(near("crate", 3))),
        ];
        let mut drawn = drawn("@c.cb", &[crate_, object("bin", Touch::Carried { returns: false }, 0.0)]);
        assert_eq!(felt(&mut drawn, East).0, 1.0 + 2.0 + 4.0 + 16.0);
        step(&mut drawn, East);
        assert_eq!(felt(&mut drawn, East).0, 1.0 + 4.0 + 8.0, "no other crate is left");
        step(&mut drawn, East);
        assert_eq!(drawn.state.slots, [GONE, GONE, HELD]);
        assert_eq!(felt(&mut drawn, Stay).0, 0.0);
    }

    #[test]
    fn rewards_are_judged_before_anything_is_used_up() {
        let mut door = needing("door", "key", Touch::Stays);
        door.rewards.push(Reward { amount: 2.0, at: Some(near("key", 1)) });
        let mut drawn = drawn("@kd", &[door, key(true)]);
        step(&mut drawn, East);
        // The key comes back beside the door, but only then.
        assert_eq!((felt(&mut drawn, East).0, drawn.state.slots[1]), (1.0, 1));
    }

    #[test]
    fn ending_leaves_everything_else_in_place() {
        let mut ghost = object("ghost", Touch::Stays, 0.0);
        ghost.moves.random = 1.0;
        let mut drawn = drawn("@e.g", &[object("exit", Touch::Ends, 1.0), ghost]);
        let ended = step(&mut drawn, East);
        assert_eq!((ended.ending, ended.reward, drawn.state.slots.clone()), (Ending::Terminated, 1.0, vec![1, 3]));
        assert!(!step(&mut drawn, North).moved);
        assert_ne!(drawn.state.slots[1], 3);
    }
}
