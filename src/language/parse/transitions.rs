//! `predict transitions` blocks: rows of the step chain.

use crate::language::codes::EXPECTED;
use crate::language::diagnostic::Diagnostic;
use crate::language::parse::cursor::{Cursor, Parsed};
use crate::language::parse::forecasts;
use crate::language::span::{Span, Spanned};
use crate::language::token::Kind;
use crate::language::tree::{Row, Transitions};
use crate::language::vocabulary::{ROW, ROWS_CONCENTRATION};

/// From behind the word `transitions`, which stands at `span`.
pub fn transitions(cursor: &mut Cursor<'_>, span: Span) -> Parsed<Transitions> {
    if cursor.is(Kind::OpenParen) {
        let message = "`transitions` is a block of rows";
        let finding = Diagnostic::new(&EXPECTED, cursor.here(), message);
        return Err(cursor.stop(finding.help("one probability of the chain is `transition(a, b)`")));
    }
    let (scenario, after) = forecasts::scenario_and_phase(cursor)?;
    let (mut rows, mut concentrations) = (Vec::new(), Vec::new());
    let understood = cursor.block(|cursor| {
        let start = cursor.here();
        // A solver may have the name `concentration`.
        if cursor.is_word("concentration") && !cursor.is_word_before(Kind::Arrow) {
            cursor.reading = Some(&ROWS_CONCENTRATION);
            cursor.bump();
            let amount = cursor.number("a number above 0")?;
            concentrations.push(Spanned::new(amount, cursor.since(start)));
        } else {
            cursor.reading = Some(&ROW);
            rows.push(row(cursor, start)?);
        }
        Ok(())
    })?;
    Ok(Transitions { rows, concentrations, scenario, after, span, broken: !understood })
}

fn row(cursor: &mut Cursor<'_>, start: Span) -> Parsed<Row> {
    if cursor.is_word("rest") {
        let finding = Diagnostic::new(&EXPECTED, start, "`rest` stands at the end of a row");
        return Err(
            cursor.stop(finding.help("a row of equal shares is `a -> rest`; a state without a row is not forecast"))
        );
    }
    let from = cursor.state("a row, or `concentration`")?;
    cursor.expect(Kind::Arrow, "`->` and where the chain goes")?;
    let (mut parts, mut rest) = (Vec::new(), None);
    loop {
        let here = cursor.here();
        if cursor.take_word("rest") {
            rest = Some(here);
            break;
        }
        let to = cursor.state("a solver with its share, or `rest`")?;
        parts.push((to, cursor.number("a share such as `25%`")?));
        if cursor.at_end() {
            break;
        }
        cursor.expect(Kind::Comma, "`,` or the end of the row")?;
    }
    if rest.is_some() && !cursor.at_end() {
        let message = format!("expected the end of the row behind `rest`, found {}", cursor.found());
        let finding = Diagnostic::new(&EXPECTED, cursor.here(), message);
        return Err(cursor.stop(finding.help(if cursor.kind() == Kind::Word {
            "what follows stands on the next line, or behind `;`"
        } else {
            "`rest` comes last and takes no share: it stands for what is left"
        })));
    }
    Ok(Row { from, parts, rest, span: cursor.since(start) })
}
