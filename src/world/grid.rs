//! The walls of one level. Everything beyond the grid is wall.
//!
//! A grid is drawn from a [`Layout`]. A depth-first maze has its rooms on even columns and rows and is a
//! spanning tree of them, so that removing any passage disconnects it; `braid` then opens a share of its
//! dead ends. A scatter makes each cell a wall independently and keeps its largest connected part. Of rooms in a row
//! or a column, those in the west or north are one cell longer where the cells do not divide evenly.

use crate::world::action::Side;
use crate::world::chance::{below, happens};
use crate::world::image::Image;
use crate::world::spec::{Glyph, Layout};
use rand::Rng;

/// A bit of [`Grid::flags`]; the bits below it say, by the discriminant of [`Side`], which neighbours are floor.
const FLOOR: u8 = 1 << 4;
/// Marks a cell while a flood fill runs.
const SEEN: u8 = 1 << 5;

/// Which cells are floor, and which carry a marker. At most 65,534 cells, as cells are 16 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// In cells.
    pub width: u32,
    /// In cells.
    pub height: u32,
    /// What a step to each side adds to a cell, wrapping.
    deltas: [u16; 4],
    flags: Vec<u8>,
    floor: Vec<u16>,
    walls: Vec<u16>,
    markers: Vec<(u16, char)>,
}

impl Grid {
    /// A grid of this size that is all wall.
    pub fn solid(width: u32, height: u32) -> Grid {
        let mut grid = Grid {
            width: 0,
            height: 0,
            deltas: [0; 4],
            flags: Vec::new(),
            floor: Vec::new(),
            walls: Vec::new(),
            markers: Vec::new(),
        };
        grid.clear(width, height);
        grid.finish();
        grid
    }

    /// A grid drawn from this layout.
    pub fn draw(layout: &Layout, rng: &mut impl Rng) -> Grid {
        let (width, height) = layout.size();
        let mut grid = Grid::solid(width, height);
        grid.redraw(layout, rng);
        grid
    }

    /// Draws anew in place, without allocation where the size stays.
    pub fn redraw(&mut self, layout: &Layout, rng: &mut impl Rng) {
        let (width, height) = layout.size();
        self.clear(width, height);
        match layout {
            Layout::Room { .. } => self.flags.fill(FLOOR),
            Layout::Rooms { columns, rows, .. } => self.partition(*columns, *rows, rng),
            Layout::Maze { braid, .. } => self.carve(*braid, rng),
            Layout::Scatter { walls, .. } => self.scatter(*walls, rng),
            Layout::Map { cells, .. } => self.copy(cells),
        }
        self.finish();
    }

    /// The grid turned over.
    pub fn image(&self, image: Image) -> Grid {
        let size = (self.width, self.height);
        let (width, height) = image.size(size);
        let mut grid = Grid::solid(width, height);
        for &cell in &self.floor {
            grid.flags[usize::from(image.cell(cell, size))] = FLOOR;
        }
        grid.markers = self.markers.iter().map(|&(cell, letter)| (image.cell(cell, size), letter)).collect();
        grid.markers.sort_unstable();
        grid.finish();
        grid
    }

    /// How many cells there are, walls included.
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// The cell at this column and row, if it lies on the grid.
    pub fn cell(&self, column: u32, row: u32) -> Option<u16> {
        (column < self.width && row < self.height).then(|| (row * self.width + column) as u16)
    }

    pub fn column(&self, cell: u16) -> u32 {
        u32::from(cell) % self.width.max(1)
    }

    pub fn row(&self, cell: u16) -> u32 {
        u32::from(cell) / self.width.max(1)
    }

    /// Whether the cell is wall or beyond the grid.
    pub fn wall(&self, cell: u16) -> bool {
        self.flags.get(usize::from(cell)).is_none_or(|flags| flags & FLOOR == 0)
    }

    /// The cell to this side; nothing where it is wall or beyond the grid.
    pub fn neighbour(&self, cell: u16, side: Side) -> Option<u16> {
        let flags = *self.flags.get(usize::from(cell))?;
        (flags >> side as u8 & 1 == 1).then(|| cell.wrapping_add(self.deltas[side as usize]))
    }

    /// The floor cells in ascending order.
    pub fn floor(&self) -> &[u16] {
        &self.floor
    }

    /// The wall cells in ascending order.
    pub fn walls(&self) -> &[u16] {
        &self.walls
    }

    /// The letter that a map gives the cell.
    pub fn marker(&self, cell: u16) -> Option<char> {
        let found = self.markers.binary_search_by_key(&cell, |(cell, _)| *cell).ok()?;
        Some(self.markers[found].1)
    }

    /// All wall, without markers; the lists of cells are left for [`Grid::finish`].
    fn clear(&mut self, width: u32, height: u32) {
        (self.width, self.height) = (width, height);
        self.deltas = [(width as u16).wrapping_neg(), width as u16, 1, 1_u16.wrapping_neg()];
        self.flags.clear();
        self.flags.resize((width * height) as usize, 0);
        self.markers.clear();
    }

    /// Derives the open sides and the lists from the floor flags.
    fn finish(&mut self) {
        self.floor.clear();
        self.walls.clear();
        let (width, height) = (self.width as usize, self.height as usize);
        let mut cell = 0_usize;
        for row in 0..height {
            for column in 0..width {
                let floor = |open: bool, other: usize| open && self.flags[other] & FLOOR != 0;
                let open = u8::from(floor(row > 0, cell.wrapping_sub(width))) << Side::North as u8
                    | u8::from(floor(row + 1 < height, cell + width)) << Side::South as u8
                    | u8::from(floor(column + 1 < width, cell + 1)) << Side::East as u8
                    | u8::from(floor(column > 0, cell.wrapping_sub(1))) << Side::West as u8;
                let own = self.flags[cell] & FLOOR;
                self.flags[cell] = own | open;
                if own == 0 {
                    self.walls.push(cell as u16)
                } else {
                    self.floor.push(cell as u16)
                }
                cell += 1;
            }
        }
    }

    fn copy(&mut self, glyphs: &[Glyph]) {
        for (cell, glyph) in glyphs.iter().enumerate().take(self.flags.len()) {
            if *glyph != Glyph::Wall {
                self.flags[cell] = FLOOR;
            }
            if let Glyph::Marker(letter) = *glyph {
                self.markers.push((cell as u16, letter));
            }
        }
    }

    /// Rooms with walls one cell thick between them. Room by room, row by row, the door to the east is drawn, then the
    /// one to the south.
    fn partition(&mut self, columns: u32, rows: u32, rng: &mut impl Rng) {
        let (width, height) = (self.width, self.height);
        for row in 0..rows {
            let (top, bottom) = stretch(row, rows, height);
            for column in 0..columns {
                let (left, right) = stretch(column, columns, width);
                for y in top..bottom {
                    (left..right).for_each(|x| self.floor_at(x, y));
                }
                if column + 1 < columns {
                    self.floor_at(right, top + below(bottom - top, rng));
                }
                if row + 1 < rows {
                    self.floor_at(left + below(right - left, rng), bottom);
                }
            }
        }
    }

    fn floor_at(&mut self, column: u32, row: u32) {
        if let Some(cell) = self.cell(column, row) {
            self.flags[usize::from(cell)] = FLOOR;
        }
    }

    fn scatter(&mut self, walls: f64, rng: &mut impl Rng) {
        for flags in &mut self.flags {
            *flags = if happens(walls, rng) { 0 } else { FLOOR };
        }
        // The queue of the flood fills ends up listing the floor part by part.
        let queue = &mut self.floor;
        queue.clear();
        let (mut largest, mut head) = (0..0, 0);
        for cell in 0..self.flags.len() {
            if self.flags[cell] != FLOOR {
                continue;
            }
            let start = queue.len();
            self.flags[cell] |= SEEN;
            queue.push(cell as u16);
            while head < queue.len() {
                let here = u32::from(queue[head]);
                head += 1;
                for next in around(here, self.width, self.height, 1).into_iter().flatten() {
                    if self.flags[next as usize] == FLOOR {
                        self.flags[next as usize] |= SEEN;
                        queue.push(next as u16);
                    }
                }
            }
            if queue.len() - start > largest.len() {
                largest = start..queue.len();
            }
        }
        self.flags.fill(0);
        for &cell in &queue[largest] {
            self.flags[usize::from(cell)] = FLOOR;
        }
    }

    /// A depth-first maze over the rooms on even columns and rows.
    fn carve(&mut self, braid: f64, rng: &mut impl Rng) {
        let (width, height) = (self.width, self.height);
        let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
        if columns == 0 || rows == 0 {
            return;
        }
        let first = 2 * below(rows, rng) * width + 2 * below(columns, rng);
        self.flags[first as usize] = FLOOR;
        let mut stack = std::mem::take(&mut self.floor);
        stack.clear();
        stack.push(first as u16);
        while let Some(&top) = stack.last() {
            let here = u32::from(top);
            match self.pick(here, rng, |flags, room, _| flags[room] == 0) {
                Some(next) => {
                    self.open(here, next);
                    stack.push(next as u16);
                }
                None => drop(stack.pop()),
            }
        }
        self.braid(braid, &mut stack, rng);
        self.floor = stack;
    }

    /// Opens this share of the dead ends, each to a neighbouring room; `ends` is scratch.
    fn braid(&mut self, share: f64, ends: &mut Vec<u16>, rng: &mut impl Rng) {
        if share <= 0.0 {
            return;
        }
        ends.clear();
        for row in (0..self.height).step_by(2) {
            for column in (0..self.width).step_by(2) {
                let room = row * self.width + column;
                if self.dead_end(room) {
                    ends.push(room as u16);
                }
            }
        }
        let chosen = (share.min(1.0) * ends.len() as f64).round() as usize;
        for index in 0..chosen {
            let other = index + below((ends.len() - index) as u32, rng) as usize;
            ends.swap(index, other);
            let room = u32::from(ends[index]);
            // An end opened from the other side is one no longer.
            if self.dead_end(room)
                && let Some(next) = self.pick(room, rng, |flags, _, passage| flags[passage] == 0)
            {
                self.open(room, next);
            }
        }
    }

    fn dead_end(&self, room: u32) -> bool {
        let passages = around(room, self.width, self.height, 1).into_iter().flatten();
        passages.filter(|&passage| self.flags[passage as usize] != 0).count() <= 1
    }

    /// One of the neighbouring rooms for which the test on (flags, room, passage) holds, uniformly.
    fn pick(&self, room: u32, rng: &mut impl Rng, test: impl Fn(&[u8], usize, usize) -> bool) -> Option<u32> {
        let (mut found, mut count) = ([0; 4], 0);
        for next in around(room, self.width, self.height, 2).into_iter().flatten() {
            if test(&self.flags, next as usize, usize::midpoint(room as usize, next as usize)) {
                found[count] = next;
                count += 1;
            }
        }
        (count > 0).then(|| found[below(count as u32, rng) as usize])
    }

    /// Makes a room and the passage to it floor.
    fn open(&mut self, from: u32, to: u32) {
        self.flags[to as usize] = FLOOR;
        self.flags[usize::midpoint(from as usize, to as usize)] = FLOOR;
    }
}

/// The first cell of the room with this number among `rooms` in a line of `length` cells, and the one after its last.
pub fn stretch(number: u32, rooms: u32, length: u32) -> (u32, u32) {
    let cells = length.saturating_sub(rooms.saturating_sub(1));
    let (least, longer) = (cells / rooms.max(1), cells % rooms.max(1));
    let first = number * (least + 1) + number.min(longer);
    (first, first + least + u32::from(number < longer))
}

/// The cells at this distance to the four sides, where they lie on the grid.
fn around(cell: u32, width: u32, height: u32, distance: u32) -> [Option<u32>; 4] {
    let (column, row) = (cell % width, cell / width);
    [
        (row >= distance).then(|| cell - distance * width),
        (row + distance < height).then(|| cell + distance * width),
        (column + distance < width).then(|| cell + distance),
        (column >= distance).then(|| cell - distance),
    ]
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::action::Side;
    use crate::world::drawn::world;
    use crate::world::grid::Grid;
    use crate::world::paths::{Paths, UNREACHABLE};
    use crate::world::spec::Layout;

    fn draw(layout: &Layout, seed: u64) -> Grid {
        Grid::draw(layout, &mut Seed(seed).stream("grid", &[]))
    }

    fn connected(grid: &Grid) -> bool {
        let paths = Paths::of(grid);
        grid.floor().iter().all(|&cell| paths.between(grid.floor()[0], cell) != UNREACHABLE)
    }

    /// Passages between neighbouring floor cells.
    fn edges(grid: &Grid) -> usize {
        grid.floor().iter().map(|&cell| open_sides(grid, cell)).sum::<usize>() / 2
    }

    fn open_sides(grid: &Grid, cell: u16) -> usize {
        Side::ALL.into_iter().filter(|&side| grid.neighbour(cell, side).is_some()).count()
    }

    fn dead_ends(grid: &Grid) -> usize {
        grid.floor().iter().filter(|&&cell| open_sides(grid, cell) == 1).count()
    }

    #[test]
    fn a_maze_is_a_spanning_tree_of_its_rooms() {
        for (seed, (width, height)) in
            [(1, 1), (1, 9), (3, 3), (5, 9), (13, 13), (13, 7), (63, 63)].into_iter().enumerate()
        {
            let grid = draw(&Layout::Maze { width, height, braid: 0.0 }, seed as u64);
            let rooms = (width.div_ceil(2) * height.div_ceil(2)) as usize;
            assert_eq!(grid.floor().len(), 2 * rooms - 1);
            assert_eq!(edges(&grid), grid.floor().len() - 1);
            assert!(connected(&grid));
        }
    }

    #[test]
    fn braid_opens_its_share_of_the_dead_ends() {
        let mut ends = [0; 3];
        for seed in 0..20 {
            for (index, braid) in [0.0, 0.5, 1.0].into_iter().enumerate() {
                let grid = draw(&Layout::Maze { width: 13, height: 13, braid }, seed);
                assert!(connected(&grid));
                ends[index] += dead_ends(&grid);
            }
        }
        assert_eq!(ends[2], 0);
        assert!(ends[1] > ends[0] / 4 && ends[1] <= ends[0].div_ceil(2), "{ends:?}");
    }

    #[test]
    fn a_scatter_keeps_one_connected_part() {
        for seed in 0..50 {
            let grid = draw(&Layout::Scatter { width: 9, height: 7, walls: 0.4 }, seed);
            assert!(!grid.floor().is_empty() && connected(&grid));
        }
        assert_eq!(draw(&Layout::Scatter { width: 9, height: 7, walls: 0.0 }, 1).floor().len(), 63);
        assert_eq!(draw(&Layout::Scatter { width: 9, height: 7, walls: 1.0 }, 1).walls().len(), 63);
    }

    #[test]
    fn rooms_are_as_equal_as_can_be_and_joined_by_one_door_each() {
        let rooms = |width, height, columns, rows| Layout::Rooms { width, height, columns, rows };
        for seed in 0..20 {
            // Columns of 3, 2 and 2 cells, rows of 3 and 2.
            let grid = draw(&rooms(9, 6, 3, 2), seed);
            assert!(connected(&grid));
            let doors: Vec<(u32, u32)> = grid
                .floor()
                .iter()
                .map(|&cell| (grid.column(cell), grid.row(cell)))
                .filter(|(column, row)| [3, 6].contains(column) || *row == 3)
                .collect();
            assert_eq!((grid.floor().len(), doors.len()), (7 * 5 + 7, 7));
            for (wall, side) in [(3, 0..3), (3, 4..6), (6, 0..3), (6, 4..6)] {
                assert_eq!(doors.iter().filter(|(x, y)| *x == wall && side.contains(y)).count(), 1);
            }
            for side in [0..3, 4..6, 7..9] {
                assert_eq!(doors.iter().filter(|(x, y)| *y == 3 && side.contains(x)).count(), 1);
            }
        }
        let all: std::collections::BTreeSet<u16> =
            (0..50).flat_map(|seed| draw(&rooms(3, 3, 2, 1), seed).floor().to_vec()).collect();
        assert_eq!(all.len(), 9, "each cell of the wall is a door in some level");
        assert!(draw(&rooms(4, 3, 1, 1), 1).walls().is_empty());
        // More rooms than there is space for are no panic.
        for (width, height, columns, rows) in [(1, 1, 3, 3), (2, 5, 2, 9), (4, 4, 0, 0), (5, 5, 4, 1)] {
            draw(&rooms(width, height, columns, rows), 1);
        }
    }

    #[test]
    fn redrawing_in_place_is_drawing() {
        let layouts = [
            Layout::Rooms { width: 9, height: 7, columns: 2, rows: 2 },
            Layout::Scatter { width: 9, height: 7, walls: 0.4 },
            Layout::Maze { width: 5, height: 7, braid: 0.5 },
            world("#a. .b#", &[]).layout,
            Layout::Room { width: 4, height: 2 },
        ];
        let mut grid = Grid::solid(3, 3);
        for seed in 0..5 {
            for layout in &layouts {
                grid.redraw(layout, &mut Seed(seed).stream("grid", &[]));
                assert_eq!(grid, draw(layout, seed));
            }
        }
    }

    #[test]
    fn a_map_is_as_drawn() {
        let grid = draw(&world("#a. .b#", &[]).layout, 1);
        assert_eq!((grid.width, grid.height, grid.walls(), grid.floor()), (3, 2, &[0, 5][..], &[1, 2, 3, 4][..]));
        assert_eq!((grid.marker(1), grid.marker(4), grid.marker(2)), (Some('a'), Some('b'), None));
        assert_eq!(Side::ALL.map(|side| grid.neighbour(4, side)), [Some(1), None, None, Some(3)]);
        assert_eq!(Side::ALL.map(|side| grid.neighbour(2, side)), [None, None, None, Some(1)]);
        assert_eq!((grid.column(5), grid.row(5), grid.cell(2, 1), grid.cell(3, 0)), (2, 1, Some(5), None));
        assert!(grid.wall(0) && grid.wall(6) && !grid.wall(1));
    }
}
