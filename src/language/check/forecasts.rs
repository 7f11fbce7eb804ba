//! Forecasts: answers fit what is asked, nothing is asked twice.

use crate::language::check::Findings;
use crate::language::check::names::Once;
use crate::language::check::numbers;
use crate::language::check::quantities::{self, Asked};
use crate::language::check::shares::{self, Written};
use crate::language::check::subjects::{self, Names};
use crate::language::check::transitions;
use crate::language::codes::{CERTAIN, DUPLICATE, EMPTY_INTERVAL, OUT_OF_RANGE, WRONG_ANSWER};
use crate::language::diagnostic::Diagnostic;
use crate::language::number;
use crate::language::print;
use crate::language::span::Span;
use crate::language::tree::{self, Answer};
use crate::study::forecast::{Event, Forecast, Number, Statement};
use crate::study::phase::OWN;
use std::collections::BTreeMap;

/// All `predict` statements of a study, in order; nothing where one is wrong.
pub fn forecasts(written: &[tree::Predict], names: &Names<'_>, findings: &mut Findings) -> Option<Vec<Forecast>> {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let mut weights = Once::default();
    let mut good = true;
    let mut checked = Vec::new();
    for predict in written {
        let statement = match &predict.forecast {
            tree::Forecast::Weights(written) => {
                let after = written.after.as_ref().filter(|name| name.value != OWN);
                let after = after.map_or(String::new(), |name| format!(" after `{}`", name.value));
                weights.note(&format!("a forecast of the weights{after}"), written.span, findings);
                self::weights(written, names, findings)
            }
            tree::Forecast::Transitions(written) => transitions::transitions(written, names, findings),
            tree::Forecast::Asked(asked) => self::asked(asked, names, findings),
        };
        let Some(statement) = statement else {
            good = false;
            continue;
        };
        let question = print::question(&statement, &names.words);
        match seen.get(&question) {
            Some(first) if !question.starts_with("weights") => {
                let circle = matches!(&statement, Statement::Event { event: Event::Cycle { .. }, .. });
                let anywhere = if circle { " (a cycle may begin anywhere)" } else { "" };
                let message = format!("`{question}` is forecast a second time{anywhere}");
                findings.push(
                    Diagnostic::new(&DUPLICATE, predict.span, message)
                        .label("again here")
                        .also(*first, "first here")
                        .help("keep one of them"),
                );
            }
            Some(_) => {}
            None => {
                seen.insert(question, predict.span);
            }
        }
        checked.push(Forecast { doc: predict.doc.clone(), text: print::shown(&statement, &names.words), statement });
    }
    good.then_some(checked)
}

fn weights(written: &tree::Weights, names: &Names<'_>, findings: &mut Findings) -> Option<Statement> {
    let after = subjects::training(written.after.as_ref(), false, names, findings);
    let mut once = Once::default();
    written.rest.iter().for_each(|span| once.note("`rest`", *span, findings));
    let block = ("the shares", written.span, written.broken);
    let concentration = shares::concentration(&written.concentrations, block, findings);
    let parts = Written {
        parts: &written.parts,
        rest: written.rest.first().copied(),
        span: written.span,
        what: "the shares",
        of: "heuristic",
    };
    let find = |name: &tree::Name, findings: &mut Findings| subjects::heuristic(name, names, findings);
    let shares = shares::shares(&parts, names.words.heuristics.len(), find, findings);
    if written.broken {
        return None;
    }
    Some(Statement::Weights { shares: shares?, concentration: concentration?, after: after? })
}

fn asked(written: &tree::Asked, names: &Names<'_>, findings: &mut Findings) -> Option<Statement> {
    let Some((comparison, operand)) = &written.comparison else {
        return match quantities::quantity(&written.quantity, names, findings)? {
            Asked::Event(event) => Some(Statement::Event { event, probability: probability(written, findings)? }),
            Asked::Number(number) => interval(number, written, names, findings),
        };
    };
    let sides = quantities::compared(&written.quantity, operand, no_number, names, findings);
    let probability = probability(written, findings);
    let (left, right) = sides?;
    let event = Event::Comparison { left, comparison: *comparison, right };
    Some(Statement::Event { event, probability: probability? })
}

fn no_number(_: &Event, span: Span) -> Diagnostic {
    let message = "an event is no number, so it cannot be compared";
    Diagnostic::new(&WRONG_ANSWER, span, message).help("give it a probability: `= 70%`")
}

fn probability(written: &tree::Asked, findings: &mut Findings) -> Option<f64> {
    let amount = match &written.answer {
        Answer::Probability(amount) => amount,
        Answer::Interval(low, high) => {
            let message = "an event has a probability, not an interval";
            let span = low.span.to(high.span);
            findings.push(Diagnostic::new(&WRONG_ANSWER, span, message).help("give it one number: `= 70%`"));
            return None;
        }
    };
    let value = numbers::share(amount, "a probability", findings)?;
    if value == 0.0 || value == 1.0 {
        let message = format!("a forecast of {} cannot be wrong without losing everything", number::percent(value));
        let help = "the log score of a certain forecast that fails is infinite; leave room for surprise";
        findings.push(Diagnostic::new(&CERTAIN, amount.span, message).help(help));
    }
    Some(value)
}

fn interval(number: Number, written: &tree::Asked, names: &Names<'_>, findings: &mut Findings) -> Option<Statement> {
    let (low, high) = match &written.answer {
        Answer::Interval(low, high) => (low, high),
        Answer::Probability(amount) => {
            let message = "a number is forecast by an interval, its 5% and 95% quantiles";
            let shown = print::number(&number, &names.words);
            let (example, bound) = quantities::example(&number);
            let help = format!("write `{shown} = {example}`, or make it an event: `{shown} > {bound} = 70%`");
            findings.push(Diagnostic::new(&WRONG_ANSWER, amount.span, message).help(help));
            return None;
        }
    };
    let (bottom, top) = (quantities::constant(&number, low, findings), quantities::constant(&number, high, findings));
    let (bottom, top) = (bottom?, top?);
    if bottom >= top {
        let message = "the 5% quantile comes first and is below the 95% quantile";
        let finding = Diagnostic::new(&EMPTY_INTERVAL, written.answer.span(), message);
        findings.push(if bottom > top { finding.help("swap the two") } else { finding.help("widen the interval") });
        return None;
    }
    if !top.is_finite() {
        findings.push(Diagnostic::new(&OUT_OF_RANGE, high.span, "a quantile is a finite number"));
        return None;
    }
    Some(Statement::Number { number, low: bottom, high: top })
}
