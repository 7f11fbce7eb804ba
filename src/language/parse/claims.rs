//! `claim` blocks: what confirms a claim, and what refutes it.

use crate::language::codes::{EXPECTED, UNKNOWN_STATEMENT};
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::parse::{forecasts, heuristics};
use crate::language::span::{Span, Spanned};
use crate::language::token::Kind;
use crate::language::tree::{Claim, Criterion};
use crate::language::vocabulary::{CLAIM, Entry};

/// Where what is compared stands, for messages.
const PLACE: &str = "claims";
/// The word before how sure a side has to be.
const AT: &str = "at";

/// A claim, from behind the word `claim`.
pub fn claim(cursor: &mut Cursor<'_>) -> Parsed<Claim> {
    let doc = cursor.take_doc();
    let name = cursor.name("the name of the claim")?;
    let text = text(cursor)?;
    let (mut confirm, mut refute) = (Vec::new(), Vec::new());
    let understood = cursor.block(|cursor| {
        let (entry, start) = cursor.entry("a claim", CLAIM, &UNKNOWN_STATEMENT)?;
        let side = if entry.name == "confirm" { &mut confirm } else { &mut refute };
        side.push(criterion(cursor, entry, start)?);
        Ok(())
    })?;
    Ok(Claim { doc, name, text, confirm, refute, broken: !understood })
}

/// What is claimed, in quotes on one line.
fn text(cursor: &mut Cursor<'_>) -> Parsed<Spanned<String>> {
    if !cursor.is(Kind::Text) {
        return Err(cursor.expected("what is claimed, a sentence in quotes"));
    }
    let token = cursor.token();
    let refused = |message: &str| {
        let help = "write, for example, `claim NAME \"the corner outweighs the cheese\" { … }`; `///` lines above it hold more";
        Diagnostic::new(&EXPECTED, token.span, message).help(help)
    };
    if token.text.starts_with("\"\"\"") {
        return Err(cursor.stop(refused("what is claimed stands on one line, between `\"` and `\"`")));
    }
    let text = token.text.trim_matches('"').trim();
    if text.is_empty() {
        return Err(cursor.stop(refused("nothing is claimed between the quotes")));
    }
    cursor.bump();
    Ok(Spanned::new(text.to_owned(), token.span))
}

/// From behind the word `confirm` or `refute`, which stands at `start`.
fn criterion(cursor: &mut Cursor<'_>, word: &'static Entry, start: Span) -> Parsed<Criterion> {
    let quantity = forecasts::quantity(cursor, PLACE)?;
    cursor.reading = Some(word);
    let mut comparison = None;
    if cursor.is(Kind::Equal) {
        return Err(forecasts::compared_by_equal(cursor));
    }
    if let Some(sign) = heuristics::comparison(cursor) {
        if cursor.is_word(AT) {
            return Err(cursor.expected("a number to compare with"));
        }
        comparison = Some((sign, forecasts::operand(cursor, PLACE)?));
        cursor.reading = Some(word);
    }
    if !cursor.take_word(AT) {
        let what =
            if comparison.is_some() { "`at` and how sure, such as `at 95%`" } else { "a comparison such as `>`" };
        return Err(cursor.expected(what));
    }
    let level = cursor.number("how sure, such as `95%`")?;
    Ok(Criterion { quantity, comparison, level, span: cursor.since(start) })
}
