//! Places, and what a rule or a goal is about.

use crate::language::codes::{CORNER_ORDER, EXPECTED, NEAR_HERE, UNKNOWN_WORD};
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::span::Span;
use crate::language::token::Kind;
use crate::language::tree::{Amount, Anchor, Goal, Place, PlaceKind, Site, Target};
use crate::language::vocabulary::PLACES;
use crate::world::action::Side;

/// Whether a place stands here rather than a name: places other than `anywhere` have parentheses.
fn is_place(cursor: &Cursor<'_>) -> bool {
    cursor.is_word("anywhere") || cursor.is_call()
}

/// A place of a rule, a forecast or a goal.
pub fn place(cursor: &mut Cursor<'_>) -> Parsed<Place> {
    match site(cursor)? {
        Site::Place(place) => Ok(place),
        Site::Near { of, span, .. } => {
            let message = "`near` stands only in placements, in `start` and in the place of a reward";
            let help = match of {
                Anchor::Object(name) => {
                    format!("a rule can say `{} within 3`, a forecast `reach {}`", name.value, name.value)
                }
                Anchor::Agent(_) => "a rule says of a look how far it is: `cheese within 3`".to_owned(),
            };
            Err(cursor.stop(Diagnostic::new(&NEAR_HERE, span, message).help(help)))
        }
    }
}

/// Where something is put.
pub fn site(cursor: &mut Cursor<'_>) -> Parsed<Site> {
    let around = cursor.reading;
    let site = any_site(cursor)?;
    cursor.reading = around;
    Ok(site)
}

fn any_site(cursor: &mut Cursor<'_>) -> Parsed<Site> {
    if !cursor.is(Kind::Word) {
        return Err(cursor.expected("a place such as `anywhere`, `corner(north, east)` or `cell(3, 4)`"));
    }
    let (entry, start) = cursor.entry("places", PLACES, &UNKNOWN_WORD)?;
    let kind = match entry.name {
        "anywhere" => PlaceKind::Anywhere,
        "near" => return near(cursor, start),
        "corner" => corner(cursor)?,
        "edge" => {
            cursor.open()?;
            let side = cursor.side("a side")?;
            cursor.close()?;
            PlaceKind::Edge(side)
        }
        "columns" => {
            let (first, last) = two(cursor, "the first column", "the last column")?;
            PlaceKind::Columns(first, last)
        }
        "rows" => {
            let (first, last) = two(cursor, "the first row", "the last row")?;
            PlaceKind::Rows(first, last)
        }
        "cell" => {
            let (column, row) = two(cursor, "the column of the cell", "the row of the cell")?;
            PlaceKind::Cell(column, row)
        }
        _ => marker(cursor)?,
    };
    Ok(Site::Place(Place { kind, span: cursor.since(start) }))
}

/// From behind the word `near`, which stands at `start`.
fn near(cursor: &mut Cursor<'_>, start: Span) -> Parsed<Site> {
    cursor.open()?;
    let here = cursor.here();
    let of = if cursor.take_word("agent") {
        Anchor::Agent(here)
    } else {
        Anchor::Object(cursor.name("an object or `agent`")?)
    };
    cursor.expect(Kind::Comma, "`,` and a path distance")?;
    let distance = cursor.number("a path distance")?;
    cursor.close()?;
    Ok(Site::Near { of, distance, span: cursor.since(start) })
}

fn corner(cursor: &mut Cursor<'_>) -> Parsed<PlaceKind> {
    cursor.open()?;
    let first = cursor.here();
    let vertical = cursor.side("`north` or `south`")?;
    cursor.expect(Kind::Comma, "`,`")?;
    let horizontal = cursor.side("`east` or `west`")?;
    let is_vertical = |side| matches!(side, Side::North | Side::South);
    if !is_vertical(vertical) || is_vertical(horizontal) {
        let span = cursor.since(first);
        let message = format!("there is no corner ({}, {})", vertical.name(), horizontal.name());
        let swapped = is_vertical(horizontal) && !is_vertical(vertical);
        return Err(cursor.stop(Diagnostic::new(&CORNER_ORDER, span, message).help(if swapped {
            format!("north or south comes first: `corner({}, {})`", horizontal.name(), vertical.name())
        } else {
            "north or south first, then east or west: `corner(north, east)`".into()
        })));
    }
    let size = if cursor.take(Kind::Comma) { Some(cursor.number("the side of the square")?) } else { None };
    cursor.close()?;
    Ok(PlaceKind::Corner { vertical, horizontal, size })
}

fn two(cursor: &mut Cursor<'_>, first: &str, second: &str) -> Parsed<(Amount, Amount)> {
    cursor.open()?;
    let first = cursor.number(first)?;
    cursor.expect(Kind::Comma, "`,`")?;
    let second = cursor.number(second)?;
    cursor.close()?;
    Ok((first, second))
}

fn marker(cursor: &mut Cursor<'_>) -> Parsed<PlaceKind> {
    cursor.open()?;
    let token = cursor.token();
    if !cursor.is(Kind::Letter) {
        let stop = cursor.expected("a letter in single quotes such as `'A'`");
        return Err(stop);
    }
    let mut letters = token.text.trim_matches('\'').chars();
    let kind = match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_alphabetic() => PlaceKind::Marker(letter),
        _ => {
            let message = format!("expected one letter, found {}", token.text);
            return Err(
                cursor.stop(Diagnostic::new(&EXPECTED, token.span, message).help("markers are a to z and A to Z"))
            );
        }
    };
    cursor.bump();
    cursor.close()?;
    Ok(kind)
}

pub fn target(cursor: &mut Cursor<'_>) -> Parsed<Target> {
    if is_place(cursor) { place(cursor).map(Target::Place) } else { cursor.name("a look or a place").map(Target::Look) }
}

pub fn goal(cursor: &mut Cursor<'_>) -> Parsed<Goal> {
    if is_place(cursor) {
        place(cursor).map(Goal::Place)
    } else {
        cursor.name("an object or a place").map(Goal::Object)
    }
}
