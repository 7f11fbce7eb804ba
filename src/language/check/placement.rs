//! Places: their numbers, and whether everything that a world puts somewhere has a floor cell there.

use crate::language::check::Findings;
use crate::language::check::limits::{MAX_DISTANCE, MAX_GRID};
use crate::language::check::numbers;
use crate::language::check::relations;
use crate::language::check::worlds::Draft;
use crate::language::codes::{Code, IMPOSSIBLE_PLACE, OUT_OF_RANGE, TOO_CROWDED};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::span::Span;
use crate::language::tree::{self, Amount, Place as Written, PlaceKind};
use crate::world::action::Side;
use crate::world::grid::stretch;
use crate::world::spec::{Anchor, Glyph, Layout, Place, Site};
use std::collections::BTreeMap;

/// Where something is put, and where that is written.
#[derive(Clone, Debug)]
pub struct Located {
    pub site: Site,
    pub span: Span,
    /// The name of what it is near to; for a place the same as `span`.
    pub anchor: Span,
}

impl Located {
    /// What a file leaves out is written at the name of its object or world.
    pub fn anywhere(span: Span) -> Self {
        Located { site: Place::Anywhere.into(), span, anchor: span }
    }

    pub fn written_at(self, span: Span) -> Self {
        Located { span, anchor: span, ..self }
    }
}

/// Where a world is written. What it takes over from another is reported at its name.
#[derive(Clone, Copy)]
pub struct Scope {
    pub name: Span,
    /// The statements that lie over the other world; nothing for a world of its own.
    pub inside: Option<Span>,
}

impl Scope {
    /// A finding at a part of the world; `here` is said of it where that part is taken over.
    pub fn finding(self, code: &'static Code, span: Span, message: impl Into<String>, here: &str) -> Diagnostic {
        match self.inside {
            Some(inside) if !inside.contains(span) => Diagnostic::new(code, self.name, message).also(span, here),
            _ => Diagnostic::new(code, span, message),
        }
    }
}

/// The site that is written, its numbers checked. Whether a world has it is asked by [`check`].
pub fn site(written: &tree::Site, findings: &mut Findings) -> Option<Located> {
    match written {
        tree::Site::Place(written) => {
            let site = place(written, findings)?.into();
            Some(Located { site, span: written.span, anchor: written.span })
        }
        tree::Site::Near { of, distance, span } => {
            let (of, anchor) = match of {
                tree::Anchor::Agent(span) => (Anchor::Agent, *span),
                tree::Anchor::Object(name) => (Anchor::Object(name.value.clone()), name.span),
            };
            let distance = numbers::whole(distance, "the distance of `near`", (1, MAX_DISTANCE), findings)?;
            Some(Located { site: Site::Near { of, distance }, span: *span, anchor })
        }
    }
}

/// The place that is written, its numbers checked. Whether it lies in a grid is asked by [`Ground::cells`].
pub fn place(written: &Written, findings: &mut Findings) -> Option<Place> {
    let largest = MAX_GRID as u32 - 1;
    let mut index = |amount: &Amount, what: &str| numbers::whole(amount, what, (0, largest), findings);
    Some(match &written.kind {
        PlaceKind::Anywhere => Place::Anywhere,
        PlaceKind::Corner { vertical, horizontal, size } => {
            let size = match size {
                Some(size) => numbers::whole(size, "the square of a corner", (1, MAX_GRID as u32), findings)?,
                None => 1,
            };
            Place::Corner { vertical: *vertical, horizontal: *horizontal, size }
        }
        PlaceKind::Edge(side) => Place::Edge(*side),
        PlaceKind::Columns(first, last) => {
            let (first, last) = (index(first, "a column"), index(last, "a column"));
            range(written, first?, last?, findings).map(|(first, last)| Place::Columns(first, last))?
        }
        PlaceKind::Rows(first, last) => {
            let (first, last) = (index(first, "a row"), index(last, "a row"));
            range(written, first?, last?, findings).map(|(first, last)| Place::Rows(first, last))?
        }
        PlaceKind::Cell(column, row) => {
            let (column, row) = (index(column, "a column"), index(row, "a row"));
            Place::Cell(column?, row?)
        }
        PlaceKind::Marker(letter) => Place::Marker(*letter),
    })
}

fn range(written: &Written, first: u32, last: u32, findings: &mut Findings) -> Option<(u32, u32)> {
    if first <= last {
        return Some((first, last));
    }
    let message = format!("from {first} to {last} there is nothing");
    findings.push(Diagnostic::new(&OUT_OF_RANGE, written.span, message).help("the smaller number comes first"));
    None
}

/// The odd columns or rows.
const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;

/// Cells of a grid: a bit per column in every row.
type Cells = Vec<u64>;

/// The cells of a layout that can be floor. Which of them are walls in a level is not known here.
pub struct Ground<'a> {
    layout: &'a Layout,
    floor: Cells,
    markers: BTreeMap<char, Cells>,
    partition: Option<Partition>,
}

/// The walls between the rooms of a layout.
struct Partition {
    /// The columns of walls, and the rows.
    columns: u64,
    rows: u64,
    /// The columns of each room in a row of rooms.
    rooms: Vec<u64>,
}

impl Partition {
    fn of(layout: &Layout) -> Option<Partition> {
        let Layout::Rooms { width, height, columns: across, rows: down } = *layout else { return None };
        let walls = |rooms: u32, length| (1..rooms).map(|room| 1 << (stretch(room, rooms, length).0 - 1)).sum();
        let room = |(first, end)| columns(first, end - 1);
        let rooms = (0..across).map(|number| room(stretch(number, across, width))).collect();
        Some(Partition { columns: walls(across, width), rows: walls(down, height), rooms })
    }

    /// How many of the cells are floor in one level at most: in the wall between two rooms one is.
    fn most(&self, cells: &Cells) -> u32 {
        let (mut sum, mut doors) = (0, 0_u64);
        for (row, &cells) in cells.iter().enumerate() {
            if self.rows >> row & 1 == 1 {
                let walls = self.rooms.iter().filter(|&room| cells & room != 0);
                sum += doors.count_ones() + walls.count() as u32;
                doors = 0;
            } else {
                sum += (cells & !self.columns).count_ones();
                doors |= cells & self.columns;
            }
        }
        sum + doors.count_ones()
    }
}

impl<'a> Ground<'a> {
    pub fn new(layout: &'a Layout) -> Self {
        let (width, height) = layout.size();
        let mut floor = vec![columns(0, width - 1); height as usize];
        let mut markers: BTreeMap<char, Cells> = BTreeMap::new();
        let partition = Partition::of(layout);
        // Where walls cross there is no door, and between the passages of a maze there is always wall.
        let (across, down) = match (layout, &partition) {
            (Layout::Maze { .. }, _) => (ODD, ODD),
            (_, Some(partition)) => (partition.columns, partition.rows),
            _ => (0, 0),
        };
        let rows = floor.iter_mut().enumerate();
        rows.filter(|(row, _)| down >> row & 1 == 1).for_each(|(_, floor)| *floor &= !across);
        if let Layout::Map { cells, .. } = layout {
            let rows = cells.chunks(width as usize);
            for (row, (glyphs, floor)) in rows.zip(&mut floor).enumerate() {
                for (column, glyph) in glyphs.iter().enumerate() {
                    match glyph {
                        Glyph::Wall => *floor &= !(1 << column),
                        Glyph::Floor => {}
                        Glyph::Marker(letter) => {
                            let cells = markers.entry(*letter).or_insert_with(|| vec![0; height as usize]);
                            cells.iter_mut().skip(row).take(1).for_each(|cells| *cells |= 1 << column);
                        }
                    }
                }
            }
        }
        Ground { layout, floor, markers, partition }
    }

    /// Which cells belong to the place and can be floor, or what is wrong ("is all wall").
    pub fn cells(&self, place: Place) -> Result<Cells, String> {
        let (width, height) = self.layout.size();
        let beyond = format_args!("reaches beyond the grid, which is {width}x{height}");
        let (east, south) = (width - 1, height - 1);
        let (columns, rows) = match place {
            Place::Columns(_, last) if last > east => {
                return Err(format!("{beyond}: columns go from 0 to {east}"));
            }
            Place::Rows(_, last) if last > south => {
                return Err(format!("{beyond}: rows go from 0 to {south}"));
            }
            Place::Cell(column, row) if column > east || row > south => {
                return Err(format!("{beyond}: columns go from 0 to {east}, rows from 0 to {south}"));
            }
            Place::Corner { size, .. } if size > width.min(height) => return Err(format!("{beyond}")),
            Place::Anywhere => ((0, east), (0, south)),
            Place::Corner { vertical, horizontal, size } => (
                if horizontal == Side::East { (width - size, east) } else { (0, size - 1) },
                if vertical == Side::South { (height - size, south) } else { (0, size - 1) },
            ),
            Place::Edge(Side::North) => ((0, east), (0, 0)),
            Place::Edge(Side::South) => ((0, east), (south, south)),
            Place::Edge(Side::West) => ((0, 0), (0, south)),
            Place::Edge(Side::East) => ((east, east), (0, south)),
            Place::Columns(first, last) => ((first, last), (0, south)),
            Place::Rows(first, last) => ((0, east), (first, last)),
            Place::Cell(column, row) => ((column, column), (row, row)),
            Place::Marker(letter) => {
                return self.markers.get(&letter).cloned().ok_or_else(|| match self.layout {
                    Layout::Map { .. } => "is not on the map".into(),
                    _ => "needs a map: only maps have markers".into(),
                });
            }
        };
        let mask = self::columns(columns.0, columns.1);
        let inside = |row: usize| (rows.0 as usize..=rows.1 as usize).contains(&row);
        let found: Cells =
            self.floor.iter().enumerate().map(|(row, floor)| if inside(row) { floor & mask } else { 0 }).collect();
        if found.iter().any(|row| *row != 0) {
            return Ok(found);
        }
        Err(match self.layout {
            Layout::Rooms { .. } => "is wall in every level: the walls between rooms cross there",
            Layout::Maze { .. } => "is wall in every level: a maze has no floor where an odd column crosses an odd row",
            _ => "is all wall",
        }
        .into())
    }

    /// How many of the cells are floor in one level at most.
    fn most(&self, cells: &Cells) -> u32 {
        match &self.partition {
            Some(partition) => partition.most(cells),
            None => count(cells),
        }
    }
}

fn count(cells: &Cells) -> u32 {
    cells.iter().map(|row| row.count_ones()).sum()
}

/// The bits of the columns from `first` to `last`, which is at most 63.
fn columns(first: u32, last: u32) -> u64 {
    (u64::MAX >> (63 - (last - first))) << first
}

/// Something that a world puts somewhere.
struct Placed<'a> {
    what: &'a str,
    count: u32,
    /// Each with the cells that it can have.
    sites: Vec<(&'a Located, Cells)>,
    /// The cells of all its sites.
    cells: Cells,
}

/// Whether what the world names is there, and whether the agent and all objects find floor cells of their own. Only
/// what fails in every level is an error, or in every level for which a place is drawn.
pub fn check(world: &Draft, name: Span, inside: Option<Span>, findings: &mut Findings) {
    let scope = Scope { name, inside };
    relations::check(world, scope, findings);
    let Some(layout) = world.layout.as_ref().map(|layout| &layout.value) else { return };
    let ground = Ground::new(layout);
    let cells = |at: &Located, findings: &mut Findings| match cells(at, world, &ground) {
        Ok(cells) => Some(cells),
        Err(reason) => {
            let message = format!("`{}` {reason}", print::site(&at.site));
            findings.push(scope.finding(&IMPOSSIBLE_PLACE, at.span, message, "placed here"));
            None
        }
    };
    let agent = ("the agent", 1, vec![&world.start]);
    let objects = world.objects.iter().filter(|object| object.count.value > 0);
    let objects = objects.map(|object| {
        let sites = object.at.iter().map(|(at, _)| at).collect();
        (object.name.value.as_str(), object.count.value, sites)
    });
    let mut placed = Vec::new();
    for (what, count, sites) in std::iter::once(agent).chain(objects) {
        let sites: Vec<(&Located, Cells)> =
            sites.into_iter().filter_map(|at| Some((at, cells(at, findings)?))).collect();
        let mut all = vec![0; ground.floor.len()];
        sites.iter().for_each(|(_, cells)| all.iter_mut().zip(cells).for_each(|(all, row)| *all |= row));
        if !sites.is_empty() {
            placed.push(Placed { what, count, sites, cells: all });
        }
    }
    for object in world.objects.iter().filter(|object| object.count.value > 0) {
        for (at, _) in object.placed_rewards.iter().filter(|(at, _)| at.site.place().is_some()) {
            cells(at, findings);
        }
    }
    if let Some(finding) = crowded(&placed, &ground, scope) {
        findings.push(finding);
    }
}

/// The cells that a site can have at most, or what is wrong.
fn cells(at: &Located, world: &Draft, ground: &Ground<'_>) -> Result<Cells, String> {
    let of = match &at.site {
        Site::Place(place) => return ground.cells(*place),
        Site::Near { of, .. } => of,
    };
    let absent = |name: &String| {
        let known = world.objects.iter().find(|object| object.name.value == *name);
        known.is_some_and(|object| object.count.value == 0)
    };
    match of {
        Anchor::Object(name) if absent(name) => {
            Err(format!("is nowhere: `{name}` has count 0 here; give it a count, or place this elsewhere"))
        }
        _ => Ok(ground.floor.clone()),
    }
}

/// The first place that has fewer cells than what is put there whenever it is drawn.
fn crowded(placed: &[Placed<'_>], ground: &Ground<'_>, scope: Scope) -> Option<Diagnostic> {
    for (index, one) in placed.iter().enumerate() {
        for (at, cells) in &one.sites {
            let within = |other: &Placed<'_>| other.cells.iter().zip(cells).all(|(a, b)| a & !b == 0);
            let together = placed.iter().enumerate().filter(|(other, what)| *other == index || within(what));
            let together: Vec<&Placed<'_>> = together.map(|(_, what)| what).collect();
            let needed: u32 = together.iter().map(|other| other.count).sum();
            let room = ground.most(cells);
            if needed > room {
                let list: Vec<String> =
                    together.iter().map(|other| format!("{} {}", other.count, other.what)).collect();
                let list = list.join(", ").replace("1 the agent", "the agent");
                let walled = room < count(cells);
                let room = if room == 1 { "1 cell".to_owned() } else { format!("{room} cells") };
                let message = format!("`{}` has {room} for {needed}: {list}", print::site(&at.site));
                let finding = scope.finding(&TOO_CROWDED, at.span, message, "placed here");
                return Some(finding.help(match walled {
                    true => "no two of them share a cell, and the wall between two rooms has one door",
                    false => "no two of them share a cell",
                }));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::language::check::placement::{Ground, count};
    use crate::seed::Seed;
    use crate::world::grid::Grid;
    use crate::world::spec::{Layout, Place};

    #[test]
    fn what_can_be_floor_is_floor_in_some_level_and_nothing_else() {
        for layout in [
            Layout::Rooms { width: 9, height: 6, columns: 3, rows: 2 },
            Layout::Rooms { width: 5, height: 7, columns: 3, rows: 1 },
            Layout::Rooms { width: 64, height: 2, columns: 2, rows: 1 },
            Layout::Rooms { width: 4, height: 3, columns: 1, rows: 1 },
            Layout::Maze { width: 7, height: 5, braid: 0.5 },
            Layout::Room { width: 3, height: 2 },
        ] {
            let (ground, (width, height)) = (Ground::new(&layout), layout.size());
            let mut places = vec![Place::Anywhere];
            places.extend((0..width).map(|column| Place::Columns(column, column)));
            places.extend((0..height).map(|row| Place::Rows(row, (row + 1).min(height - 1))));
            let mut union = vec![0; height as usize];
            for seed in 0..200 {
                let grid = Grid::draw(&layout, &mut Seed(seed).stream("grid", &[]));
                let mut floor = vec![0; height as usize];
                for &cell in grid.floor() {
                    floor[grid.row(cell) as usize] |= 1 << grid.column(cell);
                }
                union.iter_mut().zip(&floor).for_each(|(union, row)| *union |= row);
                for place in &places {
                    let cells = ground.cells(*place).expect("it has floor");
                    let found = floor.iter().zip(&cells).map(|(floor, cells)| floor & cells).collect();
                    match layout {
                        Layout::Rooms { .. } if *place == Place::Anywhere => {
                            assert_eq!(count(&found), ground.most(&cells), "{layout:?}");
                        }
                        _ => assert!(count(&found) <= ground.most(&cells), "{layout:?} {place:?}"),
                    }
                }
            }
            assert_eq!(union, ground.floor, "{layout:?}");
        }
    }
}
