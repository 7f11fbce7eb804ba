//! The square centred on the agent that `view window` shows.

use crate::world::grid::Grid;
use crate::world::lit::LitRows;
use crate::world::spec::View;

/// A window around an agent.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Its width and height in cells.
    across: u32,
    /// The column and the row of its north-west cell, which may lie west and north of the grid.
    column: i64,
    row: i64,
}

impl Window {
    /// The window of an agent in this cell; nothing where the view is no window.
    pub fn of(view: View, grid: &Grid, agent: u16) -> Option<Window> {
        let View::Window(across) = view else { return None };
        let half = i64::from(across / 2);
        let (column, row) = (i64::from(grid.column(agent)), i64::from(grid.row(agent)));
        Some(Window { across, column: column - half, row: row - half })
    }

    /// Where a cell is in the window, row by row from the north-west; nothing outside.
    pub fn position(&self, grid: &Grid, cell: u16) -> Option<usize> {
        self.index(grid.column(cell), grid.row(cell))
    }

    /// Whether this column and row, on the grid or beyond it, lie in the window.
    pub fn reaches(&self, column: u32, row: u32) -> bool {
        self.index(column, row).is_some()
    }

    fn index(&self, column: u32, row: u32) -> Option<usize> {
        let inside = |at: u32, first: i64| u32::try_from(i64::from(at) - first).ok().filter(|at| *at < self.across);
        let (column, row) = (inside(column, self.column)?, inside(row, self.row)?);
        Some((row * self.across + column) as usize)
    }

    /// Lights the positions of the walls, and of what lies beyond the grid.
    pub fn light_walls(&self, grid: &Grid, out: &mut LitRows) {
        let mut position = 0_u16;
        for row in self.row..self.row + i64::from(self.across) {
            for column in self.column..self.column + i64::from(self.across) {
                let cell = match (u32::try_from(column), u32::try_from(row)) {
                    (Ok(column), Ok(row)) => grid.cell(column, row),
                    _ => None,
                };
                if cell.is_none_or(|cell| grid.wall(cell)) {
                    out.light(position);
                }
                position = position.wrapping_add(1);
            }
        }
    }
}
