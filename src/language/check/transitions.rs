//! Forecasts of transitions: rows of the step chain.

use crate::language::check::Findings;
use crate::language::check::shares::{self, Written};
use crate::language::check::subjects::{self, Names};
use crate::language::codes::{CERTAIN, DUPLICATE, NO_ROW};
use crate::language::diagnostic::Diagnostic;
use crate::language::span::Span;
use crate::language::suggest;
use crate::language::tree;
use crate::study::forecast::{Row, Statement};
use crate::study::solver::OTHER;

/// A `transitions` block, its rows in the order of the states.
pub fn transitions(written: &tree::Transitions, names: &Names<'_>, findings: &mut Findings) -> Option<Statement> {
    let world = subjects::world((written.scenario.as_ref(), written.after.as_ref()), true, names, findings);
    let mut good = !written.broken;
    if written.rows.is_empty() && good {
        let help = "add a row such as `a -> b 75%, rest`: where the chain goes from the solver `a`";
        findings.push(Diagnostic::new(&NO_ROW, written.span, "the forecast has no row").help(help));
        good = false;
    }
    let states = names.words.solvers.len() + 1;
    let mut rows: Vec<Option<(Row, Span)>> = vec![None; states];
    for row in &written.rows {
        let checked = self::row(row, names, findings);
        good &= checked.is_some();
        let Some(checked) = checked else { continue };
        match rows.get_mut(checked.from) {
            Some(Some((_, first))) => {
                let message = format!("a second row from `{}`", row.from.value);
                findings.push(
                    Diagnostic::new(&DUPLICATE, row.from.span, message)
                        .label("again here")
                        .also(*first, "first here")
                        .help("put the shares of both into one row"),
                );
                good = false;
            }
            Some(slot) => *slot = Some((checked, row.from.span)),
            None => good = false,
        }
    }
    let block = ("the rows", written.span, written.broken);
    let concentration = shares::concentration(&written.concentrations, block, findings);
    let (scenario, after) = world?;
    let rows = rows.into_iter().flatten().map(|(row, _)| row).collect();
    good.then_some(Statement::Transitions { rows, concentration: concentration?, scenario, after })
}

fn row(written: &tree::Row, names: &Names<'_>, findings: &mut Findings) -> Option<Row> {
    let from = subjects::state(&written.from, names, findings);
    let what = format!("the shares of the row from `{}`", written.from.value);
    let parts = Written { parts: &written.parts, rest: written.rest, span: written.span, what: &what, of: "state" };
    let states = names.words.solvers.len() + 1;
    let shares = shares::shares(&parts, states, |name, findings| subjects::state(name, names, findings), findings);
    let row = Row { from: from?, shares: shares? };
    certain(written, &row, names, findings);
    Some(row)
}

/// Warns of states that the chain is said never to go to.
fn certain(written: &tree::Row, row: &Row, names: &Names<'_>, findings: &mut Findings) {
    let states = names.words.solvers.iter().copied().chain([OTHER]);
    let never: Vec<&str> =
        states.zip(&row.shares).filter(|(_, share)| **share == 0.0).map(|(state, _)| state).collect();
    if !never.is_empty() {
        let message = format!("the row from `{}` leaves nothing for {}", written.from.value, suggest::some(&never));
        let help = "the log score of a row is infinite after a single step that it rules out; leave room for surprise, by \
                    `rest` or by name";
        findings.push(Diagnostic::new(&CERTAIN, written.span, message).help(help));
    }
}
