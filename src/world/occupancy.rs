//! Which cells objects hold, as a table by cell: where there are many objects, asking all slots for each cell takes too
//! long.

/// The cells that objects hold, in memory that is reused.
#[derive(Clone, Debug, Default)]
pub struct Occupancy {
    held: Vec<bool>,
}

impl Occupancy {
    /// Of a grid of `cells` cells, those of the slots; marks in place of a cell are beyond the grid.
    pub fn fill(&mut self, cells: usize, slots: &[u16]) {
        self.held.clear();
        self.held.resize(cells, false);
        slots.iter().for_each(|&cell| self.set(cell, true));
    }

    /// An object goes from one cell to another.
    pub fn shift(&mut self, from: u16, to: u16) {
        self.set(from, false);
        self.set(to, true);
    }

    pub fn holds(&self, cell: u16) -> bool {
        self.held.get(usize::from(cell)).is_some_and(|held| *held)
    }

    fn set(&mut self, cell: u16, value: bool) {
        if let Some(held) = self.held.get_mut(usize::from(cell)) {
            *held = value;
        }
    }
}
