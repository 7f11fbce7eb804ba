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

/// The place that is written, its numbers checked. Whether it lies in a grid is asked by [`cells`].
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

/// Which cells of the grid belong to the place and can be floor, or what is wrong ("is all wall"). Walls that are drawn per level
/// are not known here.
pub fn cells(place: Place, layout: &Layout) -> Result<Vec<bool>, String> {
    let (width, height) = layout.size();
    let grid = format!("reaches beyond the grid, which is {width}x{height}");
    let outside = match place {
        Place::Columns(_, last) if last >= width => Some(format!("{grid}: columns go from 0 to {}", width - 1)),
        Place::Rows(_, last) if last >= height => Some(format!("{grid}: rows go from 0 to {}", height - 1)),
        Place::Cell(column, row) if column >= width || row >= height => {
            Some(format!("{grid}: columns go from 0 to {}, rows from 0 to {}", width - 1, height - 1))
        }
        Place::Corner { size, .. } if size > width.min(height) => Some(grid),
        _ => None,
    };
    if let Some(reason) = outside {
        return Err(reason);
    }
    let mut found = Vec::with_capacity((width * height) as usize);
    for row in 0..height {
        for column in 0..width {
            let glyph = match layout {
                Layout::Map { cells, .. } => cells.get((row * width + column) as usize).copied(),
                _ => Some(Glyph::Floor),
            };
            let floor = glyph.is_some_and(|glyph| glyph != Glyph::Wall);
            found.push(floor && within(place, (column, row), (width, height), glyph));
        }
    }
    if found.contains(&true) {
        return Ok(found);
    }
    Err(match (place, layout) {
        (Place::Marker(_), Layout::Map { .. }) => "is not on the map".into(),
        (Place::Marker(_), _) => "needs a map: only maps have markers".into(),
        _ => "is all wall".into(),
    })
}

fn within(place: Place, (column, row): (u32, u32), (width, height): (u32, u32), glyph: Option<Glyph>) -> bool {
    let side = |side: Side, depth: u32| match side {
        Side::North => row < depth,
        Side::South => row + depth >= height,
        Side::West => column < depth,
        Side::East => column + depth >= width,
    };
    match place {
        Place::Anywhere => true,
        Place::Corner { vertical, horizontal, size } => side(vertical, size) && side(horizontal, size),
        Place::Edge(edge) => side(edge, 1),
        Place::Columns(first, last) => (first..=last).contains(&column),
        Place::Rows(first, last) => (first..=last).contains(&row),
        Place::Cell(x, y) => (column, row) == (x, y),
        Place::Marker(letter) => glyph == Some(Glyph::Marker(letter)),
    }
}

/// Something that a world puts somewhere.
struct Placed<'a> {
    what: &'a str,
    count: u32,
    place: Place,
    span: Span,
    cells: Vec<bool>,
}

/// Whether the agent and all objects find floor cells of their own. `around` is where the world is written: places
/// that it takes over from another are reported at its name.
pub fn check(world: &Draft, name: Span, inside: Option<Span>, findings: &mut Findings) {
    let Some(layout) = world.layout.as_ref().map(|layout| &layout.value) else { return };
    let mut placed = Vec::new();
    let agent = ("the agent", 1, &world.start);
    let objects = world.objects.iter().map(|object| (object.name.value.as_str(), object.count.value, &object.at));
    for (what, count, at) in std::iter::once(agent).chain(objects).filter(|(_, count, _)| *count > 0) {
        let taken_over = inside.is_some_and(|inside| !inside.contains(at.span));
        let span = if taken_over { name } else { at.span };
        match cells(at.value, layout) {
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
            placed.iter().filter(|other| other.cells.iter().zip(&one.cells).all(|(a, b)| !a || *b)).collect();
        let needed: u32 = inside.iter().map(|other| other.count).sum();
        let room = one.cells.iter().filter(|cell| **cell).count();
        if needed as usize > room {
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
