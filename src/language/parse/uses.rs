//! `use` statements.

use crate::language::codes::EXPECTED;
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::span::Spanned;
use crate::language::token::Kind;
use crate::language::tree::Use;

/// From behind the word `use`.
pub fn using(cursor: &mut Cursor<'_>) -> Parsed<Use> {
    const EXAMPLE: &str = "write, for example, `use \"worlds/other.shard\"`";
    if !cursor.is(Kind::Text) {
        let message = format!("expected the path of a file in quotes, found {}", cursor.found());
        return Err(cursor.stop(Diagnostic::new(&EXPECTED, cursor.here(), message).help(EXAMPLE)));
    }
    let token = cursor.token();
    if token.text.starts_with("\"\"\"") {
        let message = "a path stands on one line, between `\"` and `\"`";
        return Err(cursor.stop(Diagnostic::new(&EXPECTED, token.span, message).help(EXAMPLE)));
    }
    cursor.bump();
    Ok(Use { path: Spanned::new(token.text.trim_matches('"').to_owned(), token.span) })
}
