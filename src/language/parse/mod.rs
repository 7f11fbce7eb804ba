//! Tokens to syntax tree, by recursive descent. A statement that cannot be understood is one diagnostic; parsing
//! goes on with the next.

mod blocks;
mod claims;
mod cursor;
mod forecasts;
mod heuristics;
mod places;
mod solvers;
mod studies;
mod transitions;
mod uses;
mod worlds;

use crate::language::codes::{EDITION, EXPECTED, UNKNOWN_STATEMENT};
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::span::Span;
use crate::language::token::{Kind, Token};
use crate::language::tree::File;
use crate::language::vocabulary::ITEMS;

/// The tree of what could be understood, and what could not.
pub fn parse(text: &str, tokens: &[Token<'_>]) -> (File, Vec<Diagnostic>) {
    let mut cursor = Cursor::new(text, tokens);
    let mut file = File::default();
    edition(&mut cursor);
    while cursor.kind() != Kind::EndOfFile {
        cursor.statement(|cursor| item(cursor, &mut file));
    }
    (file, cursor.diagnostics)
}

/// `edition 1`, before anything else.
fn edition(cursor: &mut Cursor<'_>) {
    if !cursor.documented_word("edition") {
        let span = cursor.token().span;
        let span = Span { start: span.start, end: span.start };
        cursor.push(
            Diagnostic::new(&EDITION, span, "the file does not say its edition").help("begin it with `edition 1`"),
        );
        return;
    }
    cursor.statement(|cursor| {
        cursor.take_word("edition");
        let amount = cursor.number("the number of the edition")?;
        if amount.value != 1.0 || amount.percent {
            cursor.push(
                Diagnostic::new(&EDITION, amount.span, "an edition that this program does not know")
                    .help("write `edition 1`, the only one so far"),
            );
        }
        Ok(())
    });
}

fn item(cursor: &mut Cursor<'_>, file: &mut File) -> Parsed<()> {
    if cursor.kind() == Kind::CloseBrace {
        // Reported by the lexer.
        cursor.bump();
        return Ok(());
    }
    let (entry, span) = cursor.entry("a file", ITEMS, &UNKNOWN_STATEMENT)?;
    match entry.name {
        "world" => file.worlds.push(worlds::world(cursor)?),
        "study" => file.studies.push(studies::study(cursor)?),
        "use" => match uses::using(cursor) {
            Ok(written) => file.uses.push(written),
            Err(stop) => {
                file.broken_use = true;
                return Err(stop);
            }
        },
        _ => {
            let message = "a second `edition`";
            let finding = Diagnostic::new(&EXPECTED, span, message).help("a file has one edition, in its first line");
            return Err(cursor.stop(finding));
        }
    }
    Ok(())
}
