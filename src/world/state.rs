//! The state of one environment.

use crate::seed::Stream;
use crate::world::action::Action;
use crate::world::engine::Engine;
use crate::world::environment::{Environment, StepOutcome};
use crate::world::grid::Grid;
use crate::world::level::{self, ATTEMPTS, Level, LevelError, Scratch};
use crate::world::lit::LitRows;
use crate::world::observation;
use crate::world::occupancy::Occupancy;
use crate::world::search::Search;

/// In place of the cell of an object that was removed.
pub const GONE: u16 = u16::MAX;
/// In place of the cell of an object that is in hand.
pub const HELD: u16 = u16::MAX - 1;

/// Everything that the next step depends on, apart from the engine and the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub grid: Grid,
    /// The agent's cell.
    pub agent: u16,
    /// The cell of each object, by the slots of the engine; [`GONE`] or [`HELD`] where it has none.
    pub slots: Vec<u16>,
    /// How many are in hand, by kind.
    pub held: Vec<u32>,
    /// Which of its placements each kind has in this level; empty where no kind of the world has several.
    pub placed: Vec<u16>,
    /// How many steps the episode has taken.
    pub step: u32,
}

/// A state borrowed to be read.
#[derive(Clone, Copy, Debug)]
pub struct StateRef<'a> {
    pub grid: &'a Grid,
    pub agent: u16,
    pub slots: &'a [u16],
    pub held: &'a [u32],
    pub placed: &'a [u16],
    pub step: u32,
}

impl State {
    /// A level drawn from the stream, at step 0.
    pub fn draw(engine: &Engine, rng: &mut Stream) -> Result<State, LevelError> {
        State::draw_within(ATTEMPTS, engine, rng)
    }

    /// The same, given up after this many attempts.
    pub fn draw_within(attempts: u32, engine: &Engine, rng: &mut Stream) -> Result<State, LevelError> {
        let mut state = State {
            grid: engine.grid().clone(),
            agent: GONE,
            slots: vec![GONE; engine.slots()],
            held: vec![0; engine.world().objects.len()],
            placed: vec![0; engine.placements()],
            step: 0,
        };
        let level = Level { grid: &mut state.grid, slots: &mut state.slots, placed: &mut state.placed };
        state.agent = level::draw(engine, level, &mut Scratch::default(), attempts, rng)?;
        Ok(state)
    }

    /// Takes one step; the caller begins a new episode where it ends.
    pub fn step(&mut self, engine: &Engine, action: Action, rng: &mut Stream) -> StepOutcome {
        let State { grid, agent, slots, held, placed, step } = self;
        let (search, occupancy) = (&mut Search::default(), &mut Occupancy::default());
        Environment { grid, agent, slots, held, placed, step, search, occupancy }.step(engine, action, rng)
    }

    /// Adds the observation as a row. Looks in the bitmask `hidden` are rendered as absent.
    pub fn observe(&self, engine: &Engine, hidden: u64, out: &mut LitRows) {
        observation::render(engine, self.borrow(), hidden, out);
    }

    pub fn borrow(&self) -> StateRef<'_> {
        let State { grid, agent, slots, held, placed, step } = self;
        StateRef { grid, agent: *agent, slots, held, placed, step: *step }
    }
}

impl StateRef<'_> {
    /// A copy that owns what it holds.
    pub fn to_state(self) -> State {
        State {
            grid: self.grid.clone(),
            agent: self.agent,
            slots: self.slots.to_vec(),
            held: self.held.to_vec(),
            placed: self.placed.to_vec(),
            step: self.step,
        }
    }
}
