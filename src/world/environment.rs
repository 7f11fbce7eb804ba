//! The rules of a step, once for one environment alone and for those of a batch.
//!
//! A step: slip, the agent's move, touching, then the step reward. A move into a wall or off the grid leaves the
//! agent where it is. Touching happens on entering a cell only, never on `stay` or a bump.

use crate::world::action::Action;
use crate::world::chance::{below, happens};
use crate::world::engine::Engine;
use crate::world::grid::Grid;
use crate::world::place;
use crate::world::spec::Touch;
use crate::world::state::{GONE, HELD};
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
    /// The kind whose touch worked.
    pub touched: Option<usize>,
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
    pub step: &'a mut u32,
}

impl Environment<'_> {
    /// Takes one step. Random numbers are drawn only where the world slips and where an object respawns.
    pub fn step(&mut self, engine: &Engine, action: Action, rng: &mut impl Rng) -> StepOutcome {
        let world = engine.world();
        let action = if world.slip > 0.0 && happens(world.slip, rng) {
            Action::ALL[below(Action::ALL.len() as u32, rng) as usize]
        } else {
            action
        };
        let entered = action.side().and_then(|side| self.grid.neighbour(*self.agent, side));
        let mut outcome =
            StepOutcome { reward: 0.0, ending: Ending::None, touched: None, action, moved: entered.is_some() };
        if let Some(cell) = entered {
            *self.agent = cell;
            if let Some(slot) = self.slots.iter().position(|&object| object == cell) {
                let kind = engine.kind_of(slot);
                outcome.touched = Some(kind);
                outcome.reward = world.objects[kind].reward;
                outcome.ending = self.touch(engine, slot, rng);
            }
        }
        outcome.reward += world.step_reward;
        *self.step += 1;
        if outcome.ending == Ending::None && *self.step >= world.horizon {
            outcome.ending = Ending::Truncated;
        }
        outcome
    }

    /// What touching does to the object in the slot.
    fn touch(&mut self, engine: &Engine, slot: usize, rng: &mut impl Rng) -> Ending {
        let kind = engine.kind_of(slot);
        let object = &engine.world().objects[kind];
        match object.touch {
            Touch::Stays => {}
            Touch::Ends => return Ending::Terminated,
            Touch::Vanishes => self.slots[slot] = GONE,
            Touch::Respawns => {
                // The agent stands on the object, so its old cell is not free either.
                let free = |cell| !self.slots.contains(&cell);
                // With no free cell at its place it stays where it is.
                if let Some(cell) = place::draw(&object.at, self.grid, free, rng) {
                    self.slots[slot] = cell;
                }
            }
            Touch::Carried => {
                self.slots[slot] = HELD;
                self.held[kind] += 1;
            }
        }
        Ending::None
    }
}
