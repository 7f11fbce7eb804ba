//! What a heuristic sees of a state: where the objects of each look are, the agent, what is in hand, and the
//! path distances of the grid.
//!
//! A look that is hidden, removed, in hand or out of view has no cells here. A scene can be changed without the state:
//! looks can be hidden (the state without a cue) or shown where another state has them (a placebo).

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
    /// Those out of view.
    unseen: Vec<Vec<u16>>,
    /// How many of each carried kind are in hand, by its place in the sight.
    held: Vec<u32>,
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
            unseen: vec![Vec::new(); sight.looks.len()],
            held: vec![0; sight.carried.len()],
        };
        scene.turn_to(engine, state, paths);
        scene
    }

    /// Turns to another state of a world of the same sight, without allocation.
    pub fn turn_to(&mut self, engine: &Engine, state: StateRef<'_>, paths: &'a Paths) {
        (self.paths, self.agent) = (paths, state.agent);
        self.cells.iter_mut().chain(&mut self.unseen).for_each(Vec::clear);
        self.held.fill(0);
        let window = Window::of(self.view, state.grid, state.agent);
        for (&cell, &kind) in state.slots.iter().zip(engine.slot_kinds()) {
            if cell < HELD {
                let seen = window.is_none_or(|window| window.position(state.grid, cell).is_some());
                let looks = if seen { &mut self.cells } else { &mut self.unseen };
                for &(look, _) in engine.looks_of(usize::from(kind)) {
                    if let Some(cells) = looks.get_mut(look) {
                        cells.push(cell);
                    }
                }
            }
        }
        for (kind, &held) in state.held.iter().enumerate() {
            if let Some(own) = engine.carried_index(kind).and_then(|carried| self.held.get_mut(carried)) {
                *own = held;
            }
        }
    }

    /// Makes the looks in the bitmask absent.
    pub fn hide(&mut self, looks: u64) {
        for cells in [&mut self.cells, &mut self.unseen] {
            let cells = cells.iter_mut().enumerate();
            cells.filter(|(look, _)| is_in(looks, *look)).for_each(|(_, cells)| cells.clear());
        }
    }

    /// Shows the looks in the bitmask where `other` has them, in view there or not, by column and row; what is out of
    /// view here is not seen. False where no state could look like this: a cell in view is wall here, or the agent's,
    /// or shows one of the other looks; then nothing is changed.
    pub fn replace(&mut self, looks: u64, other: &Scene<'_>) -> bool {
        let (grid, from) = (self.paths.grid(), other.paths.grid());
        let window = Window::of(self.view, grid, self.agent);
        let here = |cell: u16| grid.cell(from.column(cell), from.row(cell));
        let in_view = |cell: u16| window.is_none_or(|window| window.position(grid, cell).is_some());
        let kept = |cell: u16| {
            let mut others = self.cells.iter().enumerate().filter(|(look, _)| !is_in(looks, *look));
            others.any(|(_, cells)| cells.contains(&cell))
        };
        let fits = |cell: u16| match here(cell) {
            Some(cell) => !in_view(cell) || !grid.wall(cell) && cell != self.agent && !kept(cell),
            // Beyond the grid is wall.
            None => window.is_some_and(|window| !window.reaches(from.column(cell), from.row(cell))),
        };
        let replaced = |look: &usize| is_in(looks, *look);
        if !(0..other.cells.len()).filter(replaced).all(|look| other.all_cells(look).all(fits)) {
            return false;
        }
        for look in (0..self.cells.len().min(other.cells.len())).filter(replaced) {
            self.cells[look].clear();
            self.cells[look].extend(other.all_cells(look).filter_map(here).filter(|&cell| in_view(cell)));
            self.unseen[look].clear();
            self.unseen[look].extend(other.all_cells(look).filter_map(here).filter(|&cell| !in_view(cell)));
        }
        true
    }

    /// The cells that show a look, in view and out of it.
    fn all_cells(&self, look: usize) -> impl Iterator<Item = u16> {
        self.cells[look].iter().chain(&self.unseen[look]).copied()
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
