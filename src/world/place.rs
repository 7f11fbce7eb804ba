//! Which cells of a grid a [`Place`] has. Only its floor cells count.

use crate::world::action::Side;
use crate::world::chance::below;
use crate::world::grid::Grid;
use crate::world::spec::Place;
use rand::Rng;

/// How often a cell is drawn blindly before the free cells are counted.
const TRIES: u32 = 8;

/// The smallest rectangle around a place: first column and row, and how many of each.
struct Bounds {
    column: u32,
    row: u32,
    columns: u32,
    rows: u32,
}

impl Bounds {
    fn of(place: &Place, grid: &Grid) -> Bounds {
        let (width, height) = (grid.width, grid.height);
        let (columns, rows) = match *place {
            Place::Anywhere | Place::Marker(_) => ((0, width), (0, height)),
            Place::Corner { vertical, horizontal, size } => {
                (outermost(horizontal, size, width), outermost(vertical, size, height))
            }
            Place::Edge(side @ (Side::East | Side::West)) => (outermost(side, 1, width), (0, height)),
            Place::Edge(side) => ((0, width), outermost(side, 1, height)),
            Place::Columns(first, last) => ((first, last.saturating_add(1)), (0, height)),
            Place::Rows(first, last) => ((0, width), (first, last.saturating_add(1))),
            Place::Cell(column, row) => ((column, column.saturating_add(1)), (row, row.saturating_add(1))),
        };
        let (columns, rows) = ((columns.0, columns.1.min(width)), (rows.0, rows.1.min(height)));
        Bounds {
            column: columns.0,
            row: rows.0,
            columns: columns.1.saturating_sub(columns.0),
            rows: rows.1.saturating_sub(rows.0),
        }
    }

    fn len(&self) -> u32 {
        self.columns * self.rows
    }

    /// The cell with this number in the rectangle, row by row.
    fn cell(&self, number: u32, grid: &Grid) -> u16 {
        ((self.row + number / self.columns) * grid.width + self.column + number % self.columns) as u16
    }
}

/// The `size` outermost of `length` columns or rows on this side: the first, and the one after the last.
fn outermost(side: Side, size: u32, length: u32) -> (u32, u32) {
    match side {
        Side::North | Side::West => (0, size),
        Side::South | Side::East => (length.saturating_sub(size), length),
    }
}

/// Whether the cell is a floor cell of the place.
pub fn contains(place: &Place, grid: &Grid, cell: u16) -> bool {
    if grid.wall(cell) {
        return false;
    }
    match *place {
        Place::Anywhere => true,
        Place::Marker(letter) => grid.marker(cell) == Some(letter),
        _ => {
            let (bounds, column, row) = (Bounds::of(place, grid), grid.column(cell), grid.row(cell));
            (bounds.column..bounds.column + bounds.columns).contains(&column)
                && (bounds.row..bounds.row + bounds.rows).contains(&row)
        }
    }
}

/// The floor cells of the place in ascending order.
pub fn cells<'a>(place: &'a Place, grid: &'a Grid) -> impl Iterator<Item = u16> + 'a {
    let bounds = Bounds::of(place, grid);
    (0..bounds.len()).map(move |number| bounds.cell(number, grid)).filter(move |&cell| in_bounds(place, grid, cell))
}

/// One of the floor cells of the place for which `free` holds, uniformly; nothing if there is none.
pub fn draw(place: &Place, grid: &Grid, free: impl Fn(u16) -> bool, rng: &mut impl Rng) -> Option<u16> {
    let bounds = Bounds::of(place, grid);
    let fits = |cell| in_bounds(place, grid, cell) && free(cell);
    match bounds.len() {
        0 => return None,
        1 => return Some(bounds.cell(0, grid)).filter(|&cell| fits(cell)),
        _ => {}
    }
    // Rejection is uniform whenever it succeeds, and mostly succeeds at once; counting is sure.
    for _ in 0..TRIES {
        let cell = bounds.cell(below(bounds.len(), rng), grid);
        if fits(cell) {
            return Some(cell);
        }
    }
    let all = || (0..bounds.len()).map(|number| bounds.cell(number, grid)).filter(|&cell| fits(cell));
    let count = all().count() as u32;
    (count > 0).then(|| all().nth(below(count, rng) as usize)).flatten()
}

/// [`contains`] for a cell that is known to lie in the bounds of the place.
fn in_bounds(place: &Place, grid: &Grid, cell: u16) -> bool {
    match *place {
        Place::Marker(letter) => grid.marker(cell) == Some(letter),
        _ => !grid.wall(cell),
    }
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::action::Side;
    use crate::world::drawn::world;
    use crate::world::grid::Grid;
    use crate::world::place::{cells, contains, draw};
    use crate::world::spec::Place;

    const CORNER: Place = Place::Corner { vertical: Side::South, horizontal: Side::East, size: 2 };

    fn grid() -> Grid {
        Grid::draw(&world("a... .#.a ....", &[]).layout, &mut Seed(1).stream("grid", &[]))
    }

    #[test]
    fn places_have_their_floor_cells() {
        let grid = grid();
        for (place, expected) in [
            (Place::Anywhere, &[0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11][..]),
            (CORNER, &[6, 7, 10, 11]),
            (Place::Corner { vertical: Side::North, horizontal: Side::West, size: 2 }, &[0, 1, 4]),
            (
                Place::Corner { vertical: Side::North, horizontal: Side::East, size: 99 },
                &[0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11],
            ),
            (Place::Edge(Side::North), &[0, 1, 2, 3]),
            (Place::Edge(Side::South), &[8, 9, 10, 11]),
            (Place::Edge(Side::East), &[3, 7, 11]),
            (Place::Edge(Side::West), &[0, 4, 8]),
            (Place::Columns(1, 1), &[1, 9]),
            (Place::Columns(3, u32::MAX), &[3, 7, 11]),
            (Place::Rows(1, 1), &[4, 6, 7]),
            (Place::Rows(2, 1), &[]),
            (Place::Cell(2, 1), &[6]),
            (Place::Cell(1, 1), &[]),
            (Place::Cell(9, u32::MAX), &[]),
            (Place::Marker('a'), &[0, 7]),
            (Place::Marker('b'), &[]),
        ] {
            assert_eq!(cells(&place, &grid).collect::<Vec<_>>(), expected, "{place:?}");
            for cell in 0..15 {
                assert_eq!(contains(&place, &grid, cell), expected.contains(&cell), "{place:?} {cell}");
            }
        }
    }

    #[test]
    fn a_cell_is_drawn_uniformly_from_those_that_are_free() {
        let (grid, rng) = (grid(), &mut Seed(2).stream("place", &[]));
        let mut counts = [0; 12];
        for _ in 0..3_000 {
            let cell = draw(&CORNER, &grid, |cell| cell != 7, rng).unwrap();
            counts[usize::from(cell)] += 1;
        }
        assert!([6, 10, 11].iter().all(|&cell| (900..1_100).contains(&counts[cell])), "{counts:?}");
        assert_eq!(counts.iter().sum::<i32>() - counts[6] - counts[10] - counts[11], 0);
        assert_eq!(draw(&Place::Anywhere, &grid, |cell| cell == 9, rng), Some(9));
        assert_eq!(draw(&Place::Anywhere, &grid, |_| false, rng), None);
        assert_eq!(draw(&Place::Cell(1, 1), &grid, |_| true, rng), None);
    }
}
