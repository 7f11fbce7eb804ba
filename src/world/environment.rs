//! The rules of a step, once for one environment alone and for those of a batch.
//!
//! A step: slip, the agent's move, [touching](crate::world::touching), [movers](crate::world::movers) in file order,
//! each touching the agent if it enters its cell, then the step reward. A move into a wall, off the grid or against an
//! object that [blocks](crate::world::touching) leaves the agent where it is. Touching happens on entering a cell
//! only, never on `stay` or a bump. When it ends the episode nothing else moves.

use crate::world::action::Action;
use crate::world::chance::{below, happens};
use crate::world::engine::Engine;
use crate::world::grid::Grid;
use crate::world::occupancy::Occupancy;
use crate::world::search::Search;
use crate::world::touched::Touched;
use rand::Rng;

/// How an episode stands after a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It goes on.
    #[default]
    None,
    /// Touching ended it, be it on the last step of the horizon: no value follows.
    Terminated,
    /// The horizon cut it: the value of its last state follows.
    Truncated,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepOutcome {
    /// The rewards of touching and the step reward.
    pub reward: f64,
    pub ending: Ending,
    /// The touches that worked.
    pub touched: Touched,
    /// The action after slip.
    pub action: Action,
    /// Whether the agent entered another cell.
    pub moved: bool,
}

/// One environment's state, borrowed to be stepped. The fields are those of [`State`](crate::world::state::State).
#[derive(Debug)]
pub struct Environment<'a> {
    pub grid: &'a Grid,
    pub agent: &'a mut u16,
    pub slots: &'a mut [u16],
    pub held: &'a mut [u32],
    pub placed: &'a [u16],
    pub step: &'a mut u32,
    /// Memory that is reused.
    pub search: &'a mut Search,
    pub occupancy: &'a mut Occupancy,
}

impl Environment<'_> {
    /// Takes one step. Random numbers are drawn in the order of its parts, and only where the world slips, where an
    /// object gets a fresh place, and for objects that move.
    pub fn step(&mut self, engine: &Engine, action: Action, rng: &mut impl Rng) -> StepOutcome {
        let world = engine.world();
        let action = if world.slip > 0.0 && happens(world.slip, rng) {
            engine.actions()[below(Action::ALL.len() as u32, rng) as usize]
        } else {
            action
        };
        let mut outcome =
            StepOutcome { reward: 0.0, ending: Ending::None, touched: Touched::default(), action, moved: false };
        if let Some(cell) = action.side().and_then(|side| self.grid.neighbour(*self.agent, side)) {
            match self.slots.iter().position(|&object| object == cell) {
                None => (*self.agent, outcome.moved) = (cell, true),
                Some(slot) => outcome = self.meet(engine, slot, outcome, rng),
            }
        }
        if !engine.movers().is_empty() && outcome.ending == Ending::None {
            outcome = self.move_objects(engine, outcome, rng);
        }
        outcome.reward += world.step_reward;
        *self.step += 1;
        if outcome.ending == Ending::None && *self.step >= world.horizon {
            outcome.ending = Ending::Truncated;
        }
        outcome
    }

    /// The agent's move to the cell of an object beside it, and touching that, added to the outcome. This is apart from
    /// `step`, and the outcome a value, so that steps in which nothing is met keep theirs in registers.
    #[inline(never)]
    fn meet(&mut self, engine: &Engine, slot: usize, mut outcome: StepOutcome, rng: &mut impl Rng) -> StepOutcome {
        let kind = engine.kind_of(slot);
        let touching = self.touching(engine, kind);
        if touching.admits(&engine.world().objects[kind]) {
            (*self.agent, outcome.moved) = (self.slots[slot], true);
            self.touch(engine, slot, touching, &mut outcome, rng);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::action::Action;
    use crate::world::drawn::{drawn, object, of_world, step, world};
    use crate::world::environment::Ending;
    use crate::world::spec::{Place, Placement, Touch};
    use crate::world::state::{GONE, HELD};
    use crate::world::touched::Touched;

    #[test]
    fn a_move_goes_one_cell_and_walls_and_edges_stop_it() {
        let mut drawn = drawn(".#. .@. ...", &[]);
        for (action, cell) in [
            (Action::North, 4),
            (Action::East, 5),
            (Action::East, 5),
            (Action::North, 2),
            (Action::North, 2),
            (Action::West, 2),
            (Action::South, 5),
            (Action::South, 8),
            (Action::South, 8),
            (Action::West, 7),
            (Action::West, 6),
            (Action::West, 6),
            (Action::Stay, 6),
        ] {
            let before = drawn.state.agent;
            let outcome = step(&mut drawn, action);
            assert_eq!(drawn.state.agent, cell, "{action:?}");
            assert_eq!((outcome.moved, outcome.action), (cell != before, action));
        }
        assert_eq!(drawn.state.step, 13);
    }

    #[test]
    fn touching_happens_on_entering_only() {
        let mut drawn = drawn("@s", &[object("stone", Touch::Stays, 2.0)]);
        let entered = step(&mut drawn, Action::East);
        assert_eq!((entered.reward, entered.touched.count(0), entered.ending), (2.0, 1, Ending::None));
        for action in [Action::Stay, Action::East, Action::North] {
            let outcome = step(&mut drawn, action);
            assert_eq!((outcome.reward, outcome.touched), (0.0, Touched::default()), "{action:?}");
        }
        step(&mut drawn, Action::West);
        assert_eq!(step(&mut drawn, Action::East).reward, 2.0);
    }

    #[test]
    fn rewards_add_to_the_step_reward() {
        let mut world = world("@cd", &[object("cheese", Touch::Stays, 1.0), object("door", Touch::Stays, -0.5)]);
        world.step_reward = -0.25;
        let mut drawn = of_world(&world);
        assert_eq!(step(&mut drawn, Action::Stay).reward, -0.25);
        assert_eq!(step(&mut drawn, Action::East).reward, 0.75);
        let door = step(&mut drawn, Action::East);
        assert_eq!((door.reward, door.touched.contains(1)), (-0.75, true));
    }

    #[test]
    fn what_vanishes_is_touched_once() {
        let mut drawn = drawn("@v.", &[object("v", Touch::Vanishes, 1.0)]);
        assert_eq!(step(&mut drawn, Action::East).reward, 1.0);
        assert_eq!(drawn.state.slots, [GONE]);
        step(&mut drawn, Action::West);
        assert!(step(&mut drawn, Action::East).touched.is_empty());
    }

    #[test]
    fn what_is_carried_goes_in_hand() {
        let mut drawn = drawn("@kk", &[object("key", Touch::Carried { returns: false }, 0.0)]);
        step(&mut drawn, Action::East);
        assert_eq!((drawn.state.held[0], drawn.state.slots.iter().filter(|cell| **cell == HELD).count()), (1, 1));
        step(&mut drawn, Action::East);
        assert_eq!((drawn.state.held[0], drawn.state.slots.clone()), (2, vec![HELD, HELD]));
        step(&mut drawn, Action::West);
        assert_eq!(drawn.state.held[0], 2);
    }

    #[test]
    fn what_respawns_moves_to_a_free_cell_of_its_place() {
        let mut food = object("food", Touch::Respawns, 1.0);
        food.at = Placement::only(Place::Anywhere);
        let mut world = world("@f #o", &[food, object("o", Touch::Stays, 0.0)]);
        let mut drawn = of_world(&world);
        // Only the cells 0 and 1 are free for it: it alternates with the agent.
        for (action, cell) in [(Action::East, 0), (Action::West, 1), (Action::East, 0)] {
            assert_eq!(step(&mut drawn, action).reward, 1.0);
            assert_eq!(drawn.state.slots[0], cell);
        }
        world.objects[0].at = Placement::only(Place::Marker('f'));
        let mut drawn = of_world(&world);
        step(&mut drawn, Action::East);
        assert_eq!(drawn.state.slots[0], 1, "without a free cell it stays");
        step(&mut drawn, Action::West);
        assert_eq!(step(&mut drawn, Action::East).reward, 1.0);
    }

    #[test]
    fn the_horizon_truncates_and_touching_terminates_even_on_the_last_step() {
        let mut world = world("@e", &[object("exit", Touch::Ends, 1.0)]);
        world.horizon = 2;
        let mut drawn = of_world(&world);
        assert_eq!(step(&mut drawn, Action::Stay).ending, Ending::None);
        assert_eq!(step(&mut drawn, Action::Stay).ending, Ending::Truncated);
        let mut drawn = of_world(&world);
        step(&mut drawn, Action::Stay);
        assert_eq!(step(&mut drawn, Action::East).ending, Ending::Terminated);
        assert_eq!(drawn.state.step, 2);
    }

    #[test]
    fn slip_replaces_the_action_by_a_uniform_one() {
        let mut world = world("@", &[]);
        (world.slip, world.horizon) = (0.5, u32::MAX);
        let mut drawn = of_world(&world);
        let rng = &mut Seed(3).stream("slip", &[]);
        let mut counts = [0; 5];
        for _ in 0..10_000 {
            counts[drawn.state.step(&drawn.engine, Action::East, rng).action as usize] += 1;
        }
        // A tenth each, and half more for the one taken.
        assert!((5_800..6_200).contains(&counts[2]), "{counts:?}");
        assert!([0, 1, 3, 4].iter().all(|&a| (900..1_100).contains(&counts[a])), "{counts:?}");
    }
}
