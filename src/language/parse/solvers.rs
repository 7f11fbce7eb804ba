//! `solver` and `solvers learned` statements.

use crate::language::codes::{EXPECTED, RESERVED};
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::span::{Span, Spanned};
use crate::language::token::{Kind, shorten};
use crate::language::tree::{Amount, Solver};

/// The word behind `solvers`, which is no name of a solver: one letter less would say another thing.
const LEARNED: &str = "learned";

/// A solver, from behind the word `solver`.
pub fn solver(cursor: &mut Cursor<'_>) -> Parsed<Solver> {
    let doc = cursor.take_doc();
    if cursor.is_word(LEARNED) {
        let here = cursor.here();
        let finding = Diagnostic::new(&RESERVED, here, "`learned` is never the name of a solver");
        let help = "choose another name; `solvers learned 3` looks for groups of units without the heuristics";
        return Err(cursor.stop(finding.help(help)));
    }
    let name = cursor.name("the name of the solver")?;
    cursor.expect(Kind::Equal, "`=` and the heuristics of the solver")?;
    let heuristics = cursor.list(|cursor| cursor.name("the name of a heuristic"))?;
    if !cursor.at_end() {
        return Err(cursor.expected("`,` and another heuristic, or the end of the statement"));
    }
    Ok(Solver { doc, name, heuristics })
}

/// How many groups, from behind the word `solvers`, which stands at `start`.
pub fn learned(cursor: &mut Cursor<'_>, start: Span) -> Parsed<Spanned<Amount>> {
    if !cursor.is_word(LEARNED) && cursor.is_word_before(Kind::Equal) {
        let name = shorten(cursor.token().text);
        let message = format!("expected `learned`, found `{name}`");
        let help =
            format!("a solver is declared by `solver {name} = …`; `solvers learned 3` looks for groups of units");
        return Err(cursor.stop(Diagnostic::new(&EXPECTED, cursor.here(), message).help(help)));
    }
    cursor.expect_word(LEARNED)?;
    let groups = cursor.number("how many groups of units")?;
    Ok(Spanned::new(groups, cursor.since(start)))
}
