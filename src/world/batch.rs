//! Environments of one world that step together, in flat arrays, without allocation once built.

use crate::seed::{Seed, Stream};
use crate::world::action::Action;
use crate::world::engine::Engine;
use crate::world::environment::{Ending, Environment};
use crate::world::grid::Grid;
use crate::world::level::{self, ATTEMPTS, Level, LevelError, Scratch};
use crate::world::lit::LitRows;
use crate::world::observation;
use crate::world::occupancy::Occupancy;
use crate::world::state::{GONE, State, StateRef};
use crate::world::touched::Touched;

/// `n` environments. Environment i draws everything from the stream `("environment", [i])` of the seed,
/// so that neither `n` nor the other environments' actions change what happens in it.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    engine: &'a Engine,
    streams: Vec<Stream>,
    grids: Vec<Grid>,
    agents: Vec<u16>,
    /// One row per environment, one column per slot.
    slots: Vec<u16>,
    /// One row per environment, one column per kind.
    held: Vec<u32>,
    /// One row per environment of as many numbers as [`Engine::placements`] says.
    placed: Vec<u16>,
    steps: Vec<u32>,
    rewards: Vec<f32>,
    endings: Vec<Ending>,
    touched: Vec<Touched>,
    returns: Vec<f64>,
    scratch: Scratch,
    occupancy: Occupancy,
}

/// The lengths of the rows of one environment.
struct Rows {
    slots: usize,
    kinds: usize,
    placements: usize,
}

impl<'a> Batch<'a> {
    /// `n` environments, each at the first step of a level of its own.
    pub fn new(engine: &'a Engine, n: usize, seed: Seed) -> Result<Batch<'a>, LevelError> {
        let mut batch = Batch {
            engine,
            streams: (0..n as u64).map(|i| seed.stream("environment", &[i])).collect(),
            grids: vec![engine.grid().clone(); n],
            agents: vec![0; n],
            slots: vec![GONE; n * engine.slots()],
            held: vec![0; n * engine.world().objects.len()],
            placed: vec![0; n * engine.placements()],
            steps: vec![0; n],
            rewards: vec![0.0; n],
            endings: vec![Ending::None; n],
            touched: vec![Touched::default(); n],
            returns: vec![0.0; n],
            scratch: Scratch::default(),
            occupancy: Occupancy::default(),
        };
        (0..n).try_for_each(|i| batch.reset(i))?;
        Ok(batch)
    }

    /// How many environments there are.
    pub fn len(&self) -> usize {
        self.agents.len()
    }

    pub fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    pub fn engine(&self) -> &'a Engine {
        self.engine
    }

    /// Takes one step in every environment; `actions` are the discriminants of [`Action`], one per
    /// environment (what is none of them is `stay`; an environment without an action takes no step).
    ///
    /// An environment whose episode has ended takes no step until [`Batch::reset_ended`]: its reward is 0,
    /// nothing is touched, and its ending stays.
    pub fn step(&mut self, actions: &[u8]) {
        let Rows { slots, kinds, placements } = self.rows();
        for (i, &action) in actions.iter().enumerate().take(self.agents.len()) {
            if self.endings[i] != Ending::None {
                (self.rewards[i], self.touched[i]) = (0.0, Touched::default());
                continue;
            }
            let mut environment = Environment {
                grid: &self.grids[i],
                agent: &mut self.agents[i],
                slots: &mut self.slots[i * slots..(i + 1) * slots],
                held: &mut self.held[i * kinds..(i + 1) * kinds],
                placed: &self.placed[i * placements..(i + 1) * placements],
                step: &mut self.steps[i],
                search: &mut self.scratch.search,
                occupancy: &mut self.occupancy,
            };
            let action = Action::ALL.get(usize::from(action)).copied().unwrap_or(Action::Stay);
            let outcome = environment.step(self.engine, action, &mut self.streams[i]);
            self.rewards[i] = outcome.reward as f32;
            self.endings[i] = outcome.ending;
            self.touched[i] = outcome.touched;
            self.returns[i] += outcome.reward;
        }
    }

    /// The reward of the last step.
    pub fn rewards(&self) -> &[f32] {
        &self.rewards
    }

    /// How each episode stands after the last step.
    pub fn endings(&self) -> &[Ending] {
        &self.endings
    }

    /// What was touched in the last step.
    pub fn touched(&self) -> &[Touched] {
        &self.touched
    }

    /// The undiscounted return of each current episode so far; of one that ended, until it is reset.
    pub fn returns(&self) -> &[f64] {
        &self.returns
    }

    /// The steps of each current episode so far; of one that ended, until it is reset.
    pub fn lengths(&self) -> &[u32] {
        &self.steps
    }

    /// The agent's cell in each environment.
    pub fn agents(&self) -> &[u16] {
        &self.agents
    }

    /// The agent's cell in environment `i`.
    pub fn agent(&self, i: usize) -> u16 {
        self.agents[i]
    }

    /// The walls of environment `i`.
    pub fn grid(&self, i: usize) -> &Grid {
        &self.grids[i]
    }

    /// The state of environment `i`, to be read.
    pub fn borrow(&self, i: usize) -> StateRef<'_> {
        let Rows { slots, kinds, placements } = self.rows();
        StateRef {
            grid: &self.grids[i],
            agent: self.agents[i],
            slots: &self.slots[i * slots..(i + 1) * slots],
            held: &self.held[i * kinds..(i + 1) * kinds],
            placed: &self.placed[i * placements..(i + 1) * placements],
            step: self.steps[i],
        }
    }

    /// A copy of the state of environment `i`.
    pub fn state(&self, i: usize) -> State {
        self.borrow(i).to_state()
    }

    /// The observations: clears `out`, then writes one row per environment.
    pub fn observe(&self, out: &mut LitRows) {
        out.clear();
        (0..self.len()).for_each(|i| self.observe_one(i, out));
    }

    /// Adds the observation of environment `i` as a row.
    pub fn observe_one(&self, i: usize, out: &mut LitRows) {
        observation::render(self.engine, self.borrow(i), 0, out);
    }

    /// Begins a new episode, on a new level, in every environment whose episode has ended.
    pub fn reset_ended(&mut self) -> Result<(), LevelError> {
        for i in 0..self.len() {
            if self.endings[i] != Ending::None {
                self.reset(i)?;
            }
        }
        Ok(())
    }

    fn rows(&self) -> Rows {
        let (slots, kinds) = (self.engine.slots(), self.engine.world().objects.len());
        Rows { slots, kinds, placements: if self.placed.is_empty() { 0 } else { kinds } }
    }

    fn reset(&mut self, i: usize) -> Result<(), LevelError> {
        let Rows { slots, kinds, placements } = self.rows();
        let level = Level {
            grid: &mut self.grids[i],
            slots: &mut self.slots[i * slots..(i + 1) * slots],
            placed: &mut self.placed[i * placements..(i + 1) * placements],
        };
        self.agents[i] = level::draw(self.engine, level, &mut self.scratch, ATTEMPTS, &mut self.streams[i])?;
        self.held[i * kinds..(i + 1) * kinds].fill(0);
        (self.steps[i], self.returns[i], self.endings[i]) = (0, 0.0, Ending::None);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::action::Action;
    use crate::world::batch::Batch;
    use crate::world::drawn::{object, world};
    use crate::world::engine::Engine;
    use crate::world::environment::Ending;
    use crate::world::sight::Sight;
    use crate::world::spec::Touch;

    #[test]
    fn an_ended_environment_waits_for_its_reset() {
        let mut world = world("@e", &[object("exit", Touch::Ends, 1.0)]);
        (world.horizon, world.step_reward) = (2, -0.25);
        let engine = Engine::new(&world, &Sight::of([&world]));
        let mut batch = Batch::new(&engine, 3, Seed(1)).unwrap();
        let (east, stay) = (Action::East as u8, Action::Stay as u8);
        batch.step(&[east, stay, 99]);
        assert_eq!(batch.rewards(), [0.75, -0.25, -0.25]);
        assert_eq!(batch.touched().iter().map(|touched| touched.count(0)).collect::<Vec<_>>(), [1, 0, 0]);
        assert_eq!(batch.endings(), [Ending::Terminated, Ending::None, Ending::None]);
        batch.step(&[east, stay, east]);
        assert_eq!(batch.rewards(), [0.0, -0.25, 0.75]);
        assert_eq!(batch.touched().iter().map(|touched| touched.count(0)).collect::<Vec<_>>(), [0, 0, 1]);
        assert_eq!(batch.endings(), [Ending::Terminated, Ending::Truncated, Ending::Terminated]);
        assert_eq!((batch.returns(), batch.lengths()), (&[0.75, -0.5, 0.5][..], &[1, 2, 2][..]));
        batch.reset_ended().unwrap();
        assert_eq!((batch.endings(), batch.agents()), (&[Ending::None; 3][..], &[0; 3][..]));
        assert_eq!((batch.returns(), batch.lengths()), (&[0.0; 3][..], &[0; 3][..]));
    }
}
