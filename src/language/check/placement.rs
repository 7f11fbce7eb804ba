//! Places: their numbers, and whether everything that a world puts somewhere has a floor cell there.

use crate::language::check::Findings;
use crate::language::check::limits::MAX_GRID;
use crate::language::check::numbers;
use crate::language::check::worlds::Draft;
use crate::language::codes::{IMPOSSIBLE_PLACE, OUT_OF_RANGE, TOO_CROWDED};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::span::Span;
use crate::language::tree::{Amount, Place as Written, PlaceKind};
use crate::world::action::Side;
use crate::world::spec::{Glyph, Layout, Place};
use std::collections::BTreeMap;

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

/// Cells of a grid: a bit per column in every row.
type Cells = Vec<u64>;

/// The cells of a layout that can be floor. Walls that are drawn per level are not known here.
pub struct Ground<'a> {
    layout: &'a Layout,
    floor: Cells,
    markers: BTreeMap<char, Cells>,
}

impl<'a> Ground<'a> {
    pub fn new(layout: &'a Layout) -> Self {
        let (width, height) = layout.size();
        let mut floor = vec![columns(0, width - 1); height as usize];
        let mut markers: BTreeMap<char, Cells> = BTreeMap::new();
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
        Ground { layout, floor, markers }
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
        if found.iter().all(|row| *row == 0) { Err("is all wall".into()) } else { Ok(found) }
    }
}

/// The bits of the columns from `first` to `last`, which is at most 63.
fn columns(first: u32, last: u32) -> u64 {
    (u64::MAX >> (63 - (last - first))) << first
}

/// Something that a world puts somewhere.
struct Placed<'a> {
    what: &'a str,
    count: u32,
    place: Place,
    span: Span,
    cells: Cells,
}

/// Whether the agent and all objects find floor cells of their own. `around` is where the world is written: places
/// that it takes over from another are reported at its name.
pub fn check(world: &Draft, name: Span, inside: Option<Span>, findings: &mut Findings) {
    let Some(layout) = world.layout.as_ref().map(|layout| &layout.value) else { return };
    let ground = Ground::new(layout);
    let mut placed = Vec::new();
    let agent = ("the agent", 1, &world.start);
    let objects = world.objects.iter().map(|object| (object.name.value.as_str(), object.count.value, &object.at));
    for (what, count, at) in std::iter::once(agent).chain(objects).filter(|(_, count, _)| *count > 0) {
        let taken_over = inside.is_some_and(|inside| !inside.contains(at.span));
        let span = if taken_over { name } else { at.span };
        match ground.cells(at.value) {
            Ok(cells) => placed.push(Placed { what, count, place: at.value, span, cells }),
            Err(reason) => {
                let shown = print::place(&at.value);
                let mut finding = Diagnostic::new(&IMPOSSIBLE_PLACE, span, format!("`{shown}` {reason}"));
                if taken_over {
                    finding = finding.also(at.span, "placed here");
                }
                findings.push(finding);
            }
        }
    }
    for one in &placed {
        let inside: Vec<&Placed<'_>> =
            placed.iter().filter(|other| other.cells.iter().zip(&one.cells).all(|(a, b)| a & !b == 0)).collect();
        let needed: u32 = inside.iter().map(|other| other.count).sum();
        let room: u32 = one.cells.iter().map(|row| row.count_ones()).sum();
        if needed > room {
            let list: Vec<String> = inside.iter().map(|other| format!("{} {}", other.count, other.what)).collect();
            let shown = print::place(&one.place);
            let cells = if room == 1 { "1 cell".to_owned() } else { format!("{room} cells") };
            let message =
                format!("`{shown}` has {cells} for {needed}: {}", list.join(", ").replace("1 the agent", "the agent"));
            findings.push(Diagnostic::new(&TOO_CROWDED, one.span, message).help("no two of them share a cell"));
            return;
        }
    }
}
