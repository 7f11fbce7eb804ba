//! What a heuristic sees of a state: where the objects of each look are, the agent, what is in hand, and the
//! path distances of the grid.
//!
//! A look that is hidden, removed, in hand or out of view has no cells here. A scene can be changed without the state:
//! looks can be hidden (the state without a cue), or objects shown where another state has theirs (a placebo).

use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::observation::is_in;
use crate::world::paths::Paths;
use crate::world::spec::View;
use crate::world::state::{HELD, StateRef};
use crate::world::window::Window;

/// A state as rules see it.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    paths: &'a Paths,
    agent: u16,
    view: View,
    /// The cells in view that show each look, by the look's index.
    cells: Vec<Vec<u16>>,
    /// How many of each carried kind are in hand, by its place in the sight.
    held: Vec<u32>,
    /// Memory that [`Scene::turn_to_replaced`] reuses: the cells of the objects that it keeps.
    kept: Vec<u16>,
}

impl<'a> Scene<'a> {
    /// The scene of a state. `paths` are those of the state's grid.
    pub fn of(engine: &Engine, state: StateRef<'_>, paths: &'a Paths) -> Scene<'a> {
        let sight = engine.sight();
        let mut scene = Scene {
            paths,
            agent: state.agent,
            view: sight.view,
            cells: vec![Vec::new(); sight.looks.len()],
            held: vec![0; sight.carried.len()],
            kept: Vec::new(),
        };
        scene.turn_to(engine, state, paths);
        scene
    }

    /// Turns to another state of a world of the same sight, without allocation.
    pub fn turn_to(&mut self, engine: &Engine, state: StateRef<'_>, paths: &'a Paths) {
        self.begin(engine, state, paths);
        let window = Window::of(self.view, state.grid, state.agent);
        for (cell, kind) in objects(engine, state) {
            if window.is_none_or(|window| window.position(state.grid, cell).is_some()) {
                self.show(engine, kind, cell);
            }
        }
    }

    /// The scene of environment `i` of a batch, in place of the one that was there before. All batches have worlds of the same
    /// sight; `paths` are those of the environment's grid.
    pub fn turned<'s>(
        scene: &'s mut Option<Scene<'a>>,
        batch: &Batch,
        i: usize,
        paths: &'a Paths,
    ) -> &'s mut Scene<'a> {
        let state = batch.borrow(i);
        match scene {
            Some(scene) => {
                scene.turn_to(batch.engine(), state, paths);
                scene
            }
            None => scene.insert(Scene::of(batch.engine(), state, paths)),
        }
    }

    /// Turns to a state in which the objects that have one of the looks in the bitmask are replaced, with all their
    /// looks, by those of another state, by column and row. Both are states of worlds of the same sight.
    ///
    /// False where no state could look like this: in view here one would be in a wall, on the agent or on an object
    /// that is not replaced; the scene is then none of any state. What is out of view here is not seen. This asks of a
    /// state no more than that: how many objects there are and what is in hand can be what the world never has
    /// together, and an object that stays, which can be on the agent's cell, is not put there.
    pub fn turn_to_replaced(
        &mut self,
        looks: u64,
        (engine, state): (&Engine, StateRef<'_>),
        (other, from): (&Engine, StateRef<'_>),
        paths: &'a Paths,
    ) -> bool {
        self.begin(engine, state, paths);
        let grid = state.grid;
        let window = Window::of(self.view, grid, state.agent);
        let in_view = |cell: u16| window.is_none_or(|window| window.position(grid, cell).is_some());
        let kept = || objects(engine, state).filter(|(_, kind)| !has_any(engine, *kind, looks));
        self.kept.clear();
        self.kept.extend(kept().map(|(cell, _)| cell));
        for (cell, kind) in objects(other, from).filter(|(_, kind)| has_any(other, *kind, looks)) {
            let (column, row) = (from.grid.column(cell), from.grid.row(cell));
            match grid.cell(column, row) {
                Some(cell) if in_view(cell) => {
                    if grid.wall(cell) || cell == state.agent || self.kept.contains(&cell) {
                        return false;
                    }
                    self.show(other, kind, cell);
                }
                Some(_) => {}
                // Beyond the grid is wall.
                None if window.is_none_or(|window| window.reaches(column, row)) => return false,
                None => {}
            }
        }
        kept().filter(|(cell, _)| in_view(*cell)).for_each(|(cell, kind)| self.show(engine, kind, cell));
        true
    }

    /// The state without its objects.
    fn begin(&mut self, engine: &Engine, state: StateRef<'_>, paths: &'a Paths) {
        (self.paths, self.agent) = (paths, state.agent);
        self.cells.iter_mut().for_each(Vec::clear);
        self.held.fill(0);
        for (kind, &held) in state.held.iter().enumerate() {
            if let Some(own) = engine.carried_index(kind).and_then(|carried| self.held.get_mut(carried)) {
                *own = held;
            }
        }
    }

    /// Adds an object of this kind.
    fn show(&mut self, engine: &Engine, kind: usize, cell: u16) {
        for &(look, _) in engine.looks_of(kind) {
            if let Some(cells) = self.cells.get_mut(look) {
                cells.push(cell);
            }
        }
    }

    /// Makes the looks in the bitmask absent.
    pub fn hide(&mut self, looks: u64) {
        let cells = self.cells.iter_mut().enumerate();
        cells.filter(|(look, _)| is_in(looks, *look)).for_each(|(_, cells)| cells.clear());
    }

    pub fn paths(&self) -> &'a Paths {
        self.paths
    }

    /// The agent's cell.
    pub fn agent(&self) -> u16 {
        self.agent
    }

    /// The cells in view that show a look; empty where it is absent or unknown.
    pub fn cells(&self, look: usize) -> &[u16] {
        self.cells.get(look).map_or(&[], Vec::as_slice)
    }

    /// How many of a carried kind are in hand, by its place in the sight.
    pub fn held(&self, carried: usize) -> u32 {
        self.held.get(carried).copied().unwrap_or(0)
    }
}

/// The cells of the objects on the grid, with their kinds.
fn objects<'s>(engine: &'s Engine, state: StateRef<'s>) -> impl Iterator<Item = (u16, usize)> {
    let slots = state.slots.iter().zip(engine.slot_kinds());
    slots.filter(|(cell, _)| **cell < HELD).map(|(&cell, &kind)| (cell, usize::from(kind)))
}

/// Whether a kind has one of the looks in the bitmask.
fn has_any(engine: &Engine, kind: usize, looks: u64) -> bool {
    engine.looks_of(kind).iter().any(|&(look, _)| is_in(looks, look))
}
