//! Breadth-first search over floor, in memory that is reused. Only walls matter.

use crate::world::action::Side;
use crate::world::grid::Grid;
use crate::world::paths::UNREACHABLE;

/// The path distances of the last search.
#[derive(Clone, Debug, Default)]
pub struct Search {
    distances: Vec<u16>,
    queue: Vec<u16>,
}

impl Search {
    /// Finds for every cell how far the nearest source is, up to `most`. Sources that are not floor are left out.
    pub fn spread(&mut self, grid: &Grid, sources: impl Iterator<Item = u16>, most: u32) {
        let Search { distances, queue } = self;
        distances.clear();
        distances.resize(grid.len(), UNREACHABLE);
        queue.clear();
        queue.reserve(grid.floor().len());
        for source in sources.filter(|&cell| !grid.wall(cell)) {
            distances[usize::from(source)] = 0;
            queue.push(source);
        }
        let mut head = 0;
        while let Some(&cell) = queue.get(head) {
            head += 1;
            let distance = distances[usize::from(cell)];
            if u32::from(distance) >= most {
                break;
            }
            for next in Side::ALL.into_iter().filter_map(|side| grid.neighbour(cell, side)) {
                if distances[usize::from(next)] == UNREACHABLE {
                    distances[usize::from(next)] = distance + 1;
                    queue.push(next);
                }
            }
        }
    }

    /// The distance of a cell; [`UNREACHABLE`] where the search did not come.
    pub fn distance(&self, cell: u16) -> u16 {
        self.distances.get(usize::from(cell)).copied().unwrap_or(UNREACHABLE)
    }

    /// The distances by cell.
    pub fn into_distances(self) -> Box<[u16]> {
        self.distances.into_boxed_slice()
    }
}
