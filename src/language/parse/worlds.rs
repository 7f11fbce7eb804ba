//! `world` and `object` blocks, and the statements that scenarios share with worlds.

use crate::language::codes::{BAD_MAP, UNKNOWN_STATEMENT, UNKNOWN_WORD};
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::parse::places;
use crate::language::span::{Span, Spanned};
use crate::language::token::Kind;
use crate::language::tree::{Layout, Object, ObjectStatement, Placement, View, World, WorldStatement};
use crate::language::vocabulary::{LAYOUTS, MOVES, OBJECT, VIEWS, WORLD};
use crate::world::spec::Touch;

/// A world, from behind the word `world`.
pub fn world(cursor: &mut Cursor<'_>) -> Parsed<World> {
    let doc = cursor.take_doc();
    let name = cursor.name("the name of the world")?;
    let mut statements = Vec::new();
    let understood = cursor.block(|cursor| {
        let start = cursor.here();
        let (entry, _) = cursor.entry("a world", WORLD, &UNKNOWN_STATEMENT)?;
        let statement = statement(cursor, entry.name)?;
        statements.push(Spanned::new(statement, cursor.since(start)));
        Ok(())
    })?;
    Ok(World { doc, name, statements, broken: !understood })
}

/// The statement that begins with this word, from behind it.
pub fn statement(cursor: &mut Cursor<'_>, word: &str) -> Parsed<WorldStatement> {
    Ok(match word {
        "layout" => WorldStatement::Layout(layout(cursor)?),
        "start" => WorldStatement::Start(places::site(cursor)?),
        "view" => WorldStatement::View(view(cursor)?),
        "horizon" => WorldStatement::Horizon(cursor.number("a number of steps")?),
        "step reward" => WorldStatement::StepReward(cursor.number("a reward")?),
        "slip" => WorldStatement::Slip(cursor.number("a probability")?),
        "carry" => WorldStatement::Carry(cursor.number("how many objects")?),
        _ => WorldStatement::Object(object(cursor)?),
    })
}

fn layout(cursor: &mut Cursor<'_>) -> Parsed<Layout> {
    let (entry, _) = cursor.entry("layouts", LAYOUTS, &UNKNOWN_WORD)?;
    Ok(match entry.name {
        "room" => Layout::Room(cursor.size()?),
        "maze" => {
            let size = cursor.size()?;
            let braid = if cursor.take_word("braid") { Some(cursor.number("a share of dead ends")?) } else { None };
            Layout::Maze(size, braid)
        }
        "scatter" => {
            let size = cursor.size()?;
            cursor.expect_word("walls")?;
            Layout::Scatter(size, cursor.number("the probability of a wall")?)
        }
        "rooms" => {
            let size = cursor.size()?;
            cursor.expect_word("grid")?;
            Layout::Rooms(size, cursor.size()?)
        }
        _ => map(cursor)?,
    })
}

fn map(cursor: &mut Cursor<'_>) -> Parsed<Layout> {
    let token = cursor.token();
    if !cursor.is(Kind::Text) {
        return Err(cursor.expected("the map between `\"\"\"` and `\"\"\"`"));
    }
    let Some(inside) = token.text.strip_prefix("\"\"\"").and_then(|text| text.strip_suffix("\"\"\"")) else {
        let finding = Diagnostic::new(&BAD_MAP, token.span, "a map stands between `\"\"\"` and `\"\"\"`");
        return Err(cursor.stop(finding));
    };
    cursor.bump();
    let mut rows = Vec::new();
    let mut offset = token.span.start + 3;
    for line in inside.split('\n') {
        let row = line.trim();
        let start = offset + (line.len() - line.trim_start().len());
        rows.push(Spanned::new(row.to_owned(), Span { start, end: start + row.len() }));
        offset += line.len() + 1;
    }
    // Empty lines around the map are no rows of it; the quotes mostly stand on lines of their own.
    let last = rows.iter().rposition(|row| !row.value.is_empty()).map_or(0, |last| last + 1);
    rows.truncate(last);
    let first = rows.iter().position(|row| !row.value.is_empty()).unwrap_or(0);
    rows.drain(..first);
    Ok(Layout::Map(rows))
}

fn view(cursor: &mut Cursor<'_>) -> Parsed<View> {
    let (entry, _) = cursor.entry("views", VIEWS, &UNKNOWN_WORD)?;
    Ok(match entry.name {
        "all" => View::All,
        "window" => View::Window(cursor.number("the width of the window")?),
        _ => View::Offsets,
    })
}

fn object(cursor: &mut Cursor<'_>) -> Parsed<Object> {
    let doc = cursor.take_doc();
    let name = cursor.name("the name of the object")?;
    let mut statements = Vec::new();
    cursor.block(|cursor| {
        let start = cursor.here();
        let (entry, _) = cursor.entry("an object", OBJECT, &UNKNOWN_STATEMENT)?;
        let statement = object_statement(cursor, entry.name)?;
        statements.push(Spanned::new(statement, cursor.since(start)));
        Ok(())
    })?;
    Ok(Object { doc, name, statements })
}

fn object_statement(cursor: &mut Cursor<'_>, word: &str) -> Parsed<ObjectStatement> {
    Ok(match word {
        "count" => ObjectStatement::Count(cursor.number("how many")?),
        "at" => ObjectStatement::At(cursor.list(placement)?),
        "reward" => {
            let amount = cursor.number("a reward")?;
            let site = if cursor.take_word("at") { Some(places::site(cursor)?) } else { None };
            ObjectStatement::Reward(amount, site)
        }
        "blocks" => ObjectStatement::Blocks,
        "needs" => ObjectStatement::Needs(cursor.name("the name of an object")?),
        "unless" => ObjectStatement::Unless(cursor.name("the name of an object")?),
        "moves" => {
            let (entry, _) = cursor.entry("moves", MOVES, &UNKNOWN_WORD)?;
            let amount = cursor.number("a probability")?;
            match entry.name {
                "random" => ObjectStatement::MovesRandom(amount),
                _ => ObjectStatement::MovesTowardAgent(amount),
            }
        }
        "looks" => ObjectStatement::Looks(cursor.list(|cursor| cursor.name("the name of a look"))?),
        "stays" => ObjectStatement::Touch(Touch::Stays),
        "ends" => ObjectStatement::Touch(Touch::Ends),
        "vanishes" => ObjectStatement::Touch(Touch::Vanishes),
        "respawns" => ObjectStatement::Touch(Touch::Respawns),
        _ => ObjectStatement::Touch(Touch::Carried { returns: false }),
    })
}

fn placement(cursor: &mut Cursor<'_>) -> Parsed<Placement> {
    let site = places::site(cursor)?;
    let share = if cursor.is(Kind::Number) { Some(cursor.number("a share")?) } else { None };
    Ok(Placement { site, share })
}
