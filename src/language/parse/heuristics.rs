//! `heuristic` blocks: conditions and recommendations.

use crate::heuristic::rule::Comparison;
use crate::language::codes::{EXPECTED, NESTING, UNKNOWN_STATEMENT, UNKNOWN_WORD};
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::parse::places;
use crate::language::span::Spanned;
use crate::language::suggest;
use crate::language::token::{Kind, MAX_NESTING, shorten};
use crate::language::tree::{Bias, Condition, Heuristic, Recommendation, Rule};
use crate::language::vocabulary::{ACTIONS, CONDITIONS, HEURISTIC};

/// A heuristic, from behind the word `heuristic`.
pub fn heuristic(cursor: &mut Cursor<'_>) -> Parsed<Heuristic> {
    let doc = cursor.take_doc();
    let name = cursor.name("the name of the heuristic")?;
    let (mut rules, mut biases) = (Vec::new(), Vec::new());
    let understood = cursor.block(|cursor| {
        let (entry, start) = cursor.entry("a heuristic", HEURISTIC, &UNKNOWN_STATEMENT)?;
        if entry.name == "if" {
            let condition = condition(cursor, 0)?;
            cursor.expect_word("then")?;
            let recommendation = recommendation(cursor)?;
            rules.push(Spanned::new(Rule { condition, recommendation }, cursor.since(start)));
        } else {
            let bias = if cursor.take_word("measured") {
                Bias::Measured
            } else {
                Bias::Given(cursor.number("a number above 0, or `measured`")?)
            };
            biases.push(Spanned::new(bias, cursor.since(start)));
        }
        Ok(())
    })?;
    Ok(Heuristic { doc, name, rules, biases, broken: !understood })
}

/// Conditions joined by `or`, which binds weaker than `and`, which binds weaker than `not`.
fn condition(cursor: &mut Cursor<'_>, depth: usize) -> Parsed<Condition> {
    let mut any = vec![all(cursor, depth)?];
    while cursor.take_word("or") {
        any.push(all(cursor, depth)?);
    }
    Ok(joined(any, Condition::Any, |condition| match condition {
        Condition::Any(parts) => Ok(parts),
        other => Err(other),
    }))
}

fn all(cursor: &mut Cursor<'_>, depth: usize) -> Parsed<Condition> {
    let mut all = vec![negation(cursor, depth)?];
    while cursor.take_word("and") {
        all.push(negation(cursor, depth)?);
    }
    Ok(joined(all, Condition::All, |condition| match condition {
        Condition::All(parts) => Ok(parts),
        other => Err(other),
    }))
}

/// Several conditions as one, without groups of the same kind inside it.
fn joined(
    parts: Vec<Condition>,
    join: fn(Vec<Condition>) -> Condition,
    split: fn(Condition) -> Result<Vec<Condition>, Condition>,
) -> Condition {
    let mut flat = Vec::new();
    for part in parts {
        match split(part) {
            Ok(inner) => flat.extend(inner),
            Err(part) => flat.push(part),
        }
    }
    match flat.len() {
        1 => flat.pop().unwrap_or(Condition::Always),
        _ => join(flat),
    }
}

fn negation(cursor: &mut Cursor<'_>, depth: usize) -> Parsed<Condition> {
    if depth > MAX_NESTING {
        let message = format!("a condition nested deeper than {MAX_NESTING}");
        let finding = Diagnostic::new(&NESTING, cursor.here(), message).help("say it with fewer `not` and parentheses");
        return Err(cursor.stop(finding));
    }
    if cursor.take_word("not") {
        return Ok(Condition::Not(Box::new(negation(cursor, depth + 1)?)));
    }
    if cursor.is(Kind::OpenParen) {
        cursor.open()?;
        let inner = condition(cursor, depth + 1)?;
        cursor.close()?;
        return Ok(inner);
    }
    atom(cursor)
}

fn atom(cursor: &mut Cursor<'_>) -> Parsed<Condition> {
    if !cursor.is(Kind::Word) {
        return Err(cursor.expected("a condition such as `cheese visible`, `wall north` or `always`"));
    }
    if cursor.take_word("always") {
        return Ok(Condition::Always);
    }
    let start = cursor.here();
    if cursor.take_word("wall") {
        let side = cursor.side("the side of the wall")?;
        return Ok(Condition::Wall(Spanned::new(side, cursor.since(start))));
    }
    if cursor.take_word("holding") {
        return cursor.name("the name of an object").map(Condition::Holding);
    }
    if cursor.take_word("at") {
        return places::place(cursor).map(Condition::At);
    }
    if cursor.is_call() && (cursor.is_word("distance") || cursor.is_word("count")) {
        let distance = cursor.is_word("distance");
        cursor.bump();
        cursor.open()?;
        let target = places::target(cursor)?;
        cursor.close()?;
        let Some(comparison) = comparison(cursor) else {
            return Err(cursor.expected("one of `<`, `<=`, `=`, `>=`, `>`"));
        };
        let number = cursor.number("a number to compare with")?;
        return Ok(match distance {
            true => Condition::Distance(target, comparison, number),
            false => Condition::Count(target, comparison, number),
        });
    }
    let target = places::target(cursor)?;
    if cursor.take_word("visible") {
        return Ok(Condition::Visible(target));
    }
    if cursor.take_word("within") {
        return Ok(Condition::Within(target, cursor.number("a number of steps")?));
    }
    if let Some(side) = cursor.maybe_side() {
        let within = if cursor.take_word("within") { Some(cursor.number("a number of steps")?) } else { None };
        return Ok(Condition::Side { target, side, within });
    }
    let verbs = ["visible", "within", "north", "south", "east", "west"];
    let message = format!("expected what is said about it, found {}", cursor.found());
    let mut finding = Diagnostic::new(&EXPECTED, cursor.here(), message).label("one of `visible`, `within N`, a side");
    if cursor.is(Kind::Word)
        && let Some(verb) = suggest::nearest(cursor.token().text, verbs)
    {
        finding = finding.help(format!("did you mean `{verb}`?"));
    } else {
        let forms: Vec<&str> = CONDITIONS.iter().map(|entry| entry.form).collect();
        finding = finding.help(format!("conditions: {}", suggest::list(&forms)));
    }
    Err(cursor.stop(finding))
}

/// A sign of comparison, if one stands here.
pub fn comparison(cursor: &mut Cursor<'_>) -> Option<Comparison> {
    if cursor.at_end() {
        return None;
    }
    let comparison = match cursor.kind() {
        Kind::Less => Comparison::Less,
        Kind::AtMost => Comparison::AtMost,
        Kind::Greater => Comparison::Greater,
        Kind::AtLeast => Comparison::AtLeast,
        Kind::Equal => Comparison::Equal,
        _ => return None,
    };
    cursor.bump();
    Some(comparison)
}

fn recommendation(cursor: &mut Cursor<'_>) -> Parsed<Recommendation> {
    if cursor.take_word("stay") {
        return Ok(Recommendation::Stay);
    }
    let forms: Vec<&str> = ACTIONS.iter().map(|entry| entry.form).collect();
    let forms = suggest::list(&forms);
    let start = cursor.here();
    if !cursor.take_word("move") {
        if cursor.is(Kind::Word) {
            let token = cursor.token();
            let message = format!("expected an action, found `{}`", shorten(token.text));
            let help = format!("actions: {forms}");
            return Err(cursor.stop(Diagnostic::new(&UNKNOWN_WORD, token.span, message).help(help)));
        }
        return Err(cursor.expected("an action such as `move toward cheese` or `stay`"));
    }
    if cursor.take_word("free") {
        return Ok(Recommendation::Free(cursor.since(start)));
    }
    if cursor.take_word("toward") {
        let target = places::target(cursor)?;
        let by_direction = cursor.take_word("by");
        if by_direction {
            cursor.expect_word("direction")?;
        }
        return Ok(Recommendation::Toward { target, by_direction });
    }
    if cursor.take_word("away") {
        cursor.expect_word("from")?;
        return places::target(cursor).map(Recommendation::AwayFrom);
    }
    if let Some(side) = cursor.maybe_side() {
        return Ok(Recommendation::Side(side));
    }
    if cursor.is(Kind::Word) {
        let token = cursor.token();
        let words = ["toward", "away", "free", "north", "south", "east", "west"];
        let message = format!("expected how to move, found `{}`", shorten(token.text));
        let help = match token.text {
            "towards" | "to" => "did you mean `toward`?".into(),
            word => match suggest::nearest(word, words) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("actions: {forms}"),
            },
        };
        return Err(cursor.stop(Diagnostic::new(&UNKNOWN_WORD, token.span, message).help(help)));
    }
    Err(cursor.expected("`toward`, `away from`, `free` or a side"))
}
