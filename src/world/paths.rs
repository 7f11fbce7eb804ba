//! Path distances on a grid: the least number of moves between two cells, in which only walls matter.
//!
//! Moves can be undone, so distances are symmetric and one breadth-first search per source gives the
//! distance field around it. Fields are computed when first asked for and kept as long as the grid.

use crate::world::grid::Grid;
use crate::world::place;
use crate::world::search::Search;
use crate::world::spec::Place;
use std::sync::OnceLock;

/// The distance to what no path leads to.
pub const UNREACHABLE: u16 = u16::MAX;

/// What the distances of one grid may fill when it is turned to: 128 sources of the largest grid. Hundreds of
/// environments, in which objects move about, each have their own.
const MOST_BYTES: usize = 1 << 20;

/// The distances of every cell from a source, by cell.
type Field = Box<[u16]>;

/// The path distances of one grid, computed as needed. May be shared between threads.
#[derive(Clone, Debug)]
pub struct Paths {
    grid: Grid,
    cells: Vec<OnceLock<Field>>,
    places: OnceLock<Box<PlaceField>>,
}

/// A list that grows at its end, so that fields once handed out stay where they are.
#[derive(Clone, Debug)]
struct PlaceField {
    place: Place,
    field: Field,
    next: OnceLock<Box<PlaceField>>,
}

impl Paths {
    pub fn of(grid: &Grid) -> Paths {
        Paths { grid: grid.clone(), cells: vec![OnceLock::new(); grid.len()], places: OnceLock::new() }
    }

    /// How many bytes the distances of a grid of so many cells fill at most, if they are turned to it at every step.
    pub fn most_bytes(cells: usize) -> usize {
        cells * size_of::<OnceLock<Field>>() + (cells * cells * size_of::<u16>()).min(MOST_BYTES)
    }

    /// The grid that these are the distances of.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Turns to another grid; keeps all distances if it is the same, unless they have come to fill 1 MiB.
    pub fn turn_to(&mut self, grid: &Grid) {
        let fit = |fields: usize| fields * grid.len() * size_of::<u16>() <= MOST_BYTES;
        let kept = || self.cells.iter().filter(|field| field.get().is_some()).count();
        if self.grid == *grid && (fit(grid.len()) || fit(kept())) {
            return;
        }
        self.grid.clone_from(grid);
        self.cells.clear();
        self.cells.resize(grid.len(), OnceLock::new());
        self.places = OnceLock::new();
    }

    /// The distance between two cells; [`UNREACHABLE`] from and to what is not floor.
    pub fn between(&self, from: u16, to: u16) -> u16 {
        self.from_cell(from).get(usize::from(to)).copied().unwrap_or(UNREACHABLE)
    }

    /// The distances of all cells from this one, by cell; empty for a cell beyond the grid.
    pub fn from_cell(&self, source: u16) -> &[u16] {
        match self.cells.get(usize::from(source)) {
            Some(field) => field.get_or_init(|| flood(&self.grid, std::iter::once(source))),
            None => &[],
        }
    }

    /// The distances of all cells from the nearest floor cell of the place, by cell.
    pub fn from_place(&self, place: &Place) -> &[u16] {
        let search = || {
            let field = flood(&self.grid, place::cells(place, &self.grid));
            Box::new(PlaceField { place: *place, field, next: OnceLock::new() })
        };
        let mut entry = self.places.get_or_init(search);
        while entry.place != *place {
            entry = entry.next.get_or_init(search);
        }
        &entry.field
    }
}

/// The distances from a set of cells; those that are not floor are left out.
fn flood(grid: &Grid, sources: impl Iterator<Item = u16>) -> Field {
    let mut search = Search::default();
    search.spread(grid, sources, u32::MAX);
    search.into_distances()
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::drawn::world;
    use crate::world::grid::Grid;
    use crate::world::paths::{Paths, UNREACHABLE};
    use crate::world::spec::Place;

    fn grid(map: &str) -> Grid {
        Grid::draw(&world(map, &[]).layout, &mut Seed(1).stream("grid", &[]))
    }

    #[test]
    fn distances_go_around_walls() {
        let paths = Paths::of(&grid("..#. .#.. ..##"));
        let no = UNREACHABLE;
        assert_eq!(paths.from_cell(0), [0, 1, no, no, 1, no, no, no, 2, 3, no, no]);
        let paths = Paths::of(&grid("..#. .#.. ...."));
        assert_eq!(paths.from_cell(0), [0, 1, no, 7, 1, no, 5, 6, 2, 3, 4, 5]);
        assert_eq!(
            (paths.between(3, 0), paths.between(0, 2), paths.between(2, 2), paths.between(99, 0)),
            (7, no, no, no)
        );
    }

    #[test]
    fn a_place_is_as_far_as_its_nearest_floor_cell() {
        let paths = Paths::of(&grid("..#. .#.. ...."));
        let field = paths.from_place(&Place::Columns(2, 3));
        assert_eq!(field, [4, 5, UNREACHABLE, 0, 3, UNREACHABLE, 0, 0, 2, 1, 0, 0]);
        assert!(paths.from_place(&Place::Cell(2, 0)).iter().all(|&distance| distance == UNREACHABLE));
        assert_eq!(paths.from_place(&Place::Columns(2, 3)).as_ptr(), field.as_ptr(), "computed once");
    }

    #[test]
    fn turning_to_another_grid_forgets() {
        let mut paths = Paths::of(&grid("...."));
        assert_eq!((paths.between(0, 3), paths.from_place(&Place::Cell(3, 0))[0]), (3, 3));
        paths.turn_to(&grid("..#."));
        assert_eq!((paths.between(0, 3), paths.from_place(&Place::Cell(3, 0))[0]), (UNREACHABLE, UNREACHABLE));
    }
}
