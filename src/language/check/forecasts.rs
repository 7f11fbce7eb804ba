//! Forecasts: what they are about exists, units agree, sums are right.

use crate::language::check::Findings;
use crate::language::check::heuristics::Vocabulary;
use crate::language::check::names::Once;
use crate::language::check::numbers::{self, LARGEST, MAX_HORIZON};
use crate::language::check::phases::{self, Layers};
use crate::language::codes::{
    BAD_SUM, BEFORE_ITSELF, CERTAIN, DUPLICATE, EMPTY_INTERVAL, MIXED_UNITS, NO_CONCENTRATION, NO_CUE, NO_ORDER,
    NO_SCENARIO_HERE, NOTHING_LEFT, OUT_OF_RANGE, UNKNOWN_HEURISTIC, UNKNOWN_SCENARIO, WRONG_ANSWER,
};
use crate::language::diagnostic::Diagnostic;
use crate::language::number;
use crate::language::print;
use crate::language::span::Span;
use crate::language::suggest;
use crate::language::tree::{self, Amount, Answer, Name, QuantityKind};
use crate::study::forecast::{Behaviour, Event, Forecast, Goal, Number, Operand, Quantity, Statement};
use crate::study::phase::OWN;
use std::collections::BTreeMap;

/// What forecasts of a study can name.
pub struct Names<'a> {
    /// The first 16 heuristics, the first 20 scenarios and phases.
    pub words: print::Names<'a>,
    /// Indices of heuristics that name no look.
    pub cueless: Vec<usize>,
    /// There are more, which has been reported: then no name is unknown.
    pub cut: bool,
    pub vocabulary: &'a Vocabulary<'a>,
    /// The worlds of scenarios and phases, where the study has one.
    pub layers: Option<&'a Layers>,
}

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
                shares(written, names, findings)
            }
            tree::Forecast::Asked(asked) => self::asked(asked, names, findings),
        };
        let Some(statement) = statement else {
            good = false;
            continue;
        };
        let question = print::question(&statement, &names.words);
        match seen.get(&question) {
            Some(first) if !question.starts_with("weights") => findings.push(
                Diagnostic::new(&DUPLICATE, predict.span, format!("`{question}` is forecast a second time"))
                    .label("again here")
                    .also(*first, "first here")
                    .help("keep one of them"),
            ),
            Some(_) => {}
            None => {
                seen.insert(question, predict.span);
            }
        }
        checked.push(Forecast { doc: predict.doc.clone(), text: print::shown(&statement, &names.words), statement });
    }
    good.then_some(checked)
}

fn heuristic(name: &Name, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    let known = &names.words.heuristics;
    let found = known.iter().position(|known| *known == name.value);
    if found.is_none() && !names.cut {
        findings.push_with(|| {
            let message = format!("the study has no heuristic `{}`", name.value);
            let help = suggest::help(&name.value, "heuristic", known);
            Diagnostic::new(&UNKNOWN_HEURISTIC, name.span, message).help(help)
        });
    }
    found
}

fn scenario(name: &Name, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    let known = &names.words.scenarios;
    let found = known.iter().position(|known| *known == name.value);
    if found.is_none() && !names.cut {
        findings.push_with(|| {
            let message = format!("the study has no scenario `{}`", name.value);
            let help = if names.words.phases.contains(&name.value.as_str()) {
                format!("`{0}` is a phase: write `after {0}`", name.value)
            } else {
                suggest::help(&name.value, "scenario", known)
            };
            Diagnostic::new(&UNKNOWN_SCENARIO, name.span, message).help(help)
        });
    }
    found
}

/// The index of a training; the study's own where none is named.
fn after(name: Option<&Name>, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    let Some(name) = name else { return Some(0) };
    phases::training_named(name, &names.words.phases, &names.words.scenarios, names.cut, findings)
}

fn shares(written: &tree::Weights, names: &Names<'_>, findings: &mut Findings) -> Option<Statement> {
    let mut shares: Vec<Option<(f64, Span)>> = vec![None; names.words.heuristics.len()];
    let after = after(written.after.as_ref(), names, findings);
    let mut good = !written.broken && after.is_some();
    for (name, amount) in &written.parts {
        let (found, share) = (heuristic(name, names, findings), numbers::share(amount, "a share", findings));
        good &= found.is_some() && share.is_some();
        let (Some(slot), Some(share)) = (found.and_then(|index| shares.get_mut(index)), share) else { continue };
        match slot {
            Some((_, first)) => {
                let message = format!("a second share of `{}`", name.value);
                findings.push(Diagnostic::new(&DUPLICATE, name.span, message).also(*first, "first here"));
                good = false;
            }
            None => *slot = Some((share, name.span)),
        }
    }
    let mut once = Once::default();
    written.rest.iter().for_each(|span| once.note("`rest`", *span, findings));
    written.concentrations.iter().for_each(|amount| once.note("`concentration`", amount.span, findings));
    let concentration = match written.concentrations.first() {
        Some(amount) => numbers::positive(&amount.value, "`concentration`", findings),
        None => {
            if !written.broken {
                let message = "the shares have no concentration";
                let help = "add `concentration C`: the Dirichlet parameters are C times the shares; \
                            the larger C, the surer the forecast (try 20)";
                findings.push(Diagnostic::new(&NO_CONCENTRATION, written.span, message).help(help));
            }
            None
        }
    };
    if !good {
        return None;
    }
    let sum: f64 = shares.iter().flatten().map(|(share, _)| share).sum();
    let unnamed = shares.iter().filter(|share| share.is_none()).count();
    let left = match (written.rest.first(), unnamed) {
        (Some(rest), 0) => {
            let help = "every heuristic is named: remove it";
            findings.push(Diagnostic::new(&NOTHING_LEFT, *rest, "`rest` stands for nothing").help(help));
            return None;
        }
        (Some(_), unnamed) if numbers::is_at_most_whole(sum) => {
            numbers::rounded_sum((1.0 - sum).max(0.0) / unnamed as f64)
        }
        (None, _) if numbers::is_whole_sum(sum) => 0.0,
        (rest, _) => {
            let span = match (written.parts.first(), written.parts.last()) {
                (Some((first, _)), Some((_, last))) => first.span.to(last.span),
                _ => written.span,
            };
            let shown = numbers::shown_sum(sum);
            let wanted = if rest.is_some() { "with `rest` at most 100%" } else { "not 100%" };
            let mut finding = Diagnostic::new(&BAD_SUM, span, format!("the shares sum to {shown}, {wanted}"));
            if rest.is_none() && sum < 1.0 && unnamed > 0 {
                finding = finding.help("add `rest` to share out what is left");
            }
            findings.push(finding);
            return None;
        }
    };
    let shares = shares.into_iter().map(|share| share.map_or(left, |(share, _)| share)).collect();
    Some(Statement::Weights { shares, concentration: concentration?, after: after? })
}

fn asked(written: &tree::Asked, names: &Names<'_>, findings: &mut Findings) -> Option<Statement> {
    let left = quantity(&written.quantity, names, findings);
    let Some((comparison, operand)) = &written.comparison else {
        return match left? {
            Asked::Event(event) => Some(Statement::Event { event, probability: probability(written, findings)? }),
            Asked::Number(number) => interval(number, written, names, findings),
        };
    };
    let right = match operand {
        tree::Operand::Constant(amount) => Some(Err(*amount)),
        tree::Operand::Quantity(quantity) => {
            self::quantity(quantity, names, findings).map(|asked| Ok((asked, quantity.span)))
        }
    };
    let probability = probability(written, findings);
    let left = as_number(left?, written.quantity.span, findings)?;
    let right = match right? {
        Err(amount) => Operand::Constant(constant(&left, &amount, findings)?),
        Ok((asked, span)) => {
            let right = as_number(asked, span, findings)?;
            if print::is_share(&left) != print::is_share(&right) {
                let message = "a share or a probability is compared with a bare number";
                let finding = Diagnostic::new(&MIXED_UNITS, span, message)
                    .label(unit(&right))
                    .also(written.quantity.span, unit(&left));
                findings.push(finding);
                return None;
            }
            Operand::Number(right)
        }
    };
    let event = Event::Comparison { left, comparison: *comparison, right };
    Some(Statement::Event { event, probability: probability? })
}

/// What a quantity is.
enum Asked {
    Event(Event),
    Number(Number),
}

fn as_number(asked: Asked, span: Span, findings: &mut Findings) -> Option<Number> {
    match asked {
        Asked::Number(number) => Some(number),
        Asked::Event(_) => {
            let message = "an event is no number, so it cannot be compared";
            findings.push(Diagnostic::new(&WRONG_ANSWER, span, message).help("give it a probability: `= 70%`"));
            None
        }
    }
}

fn quantity(written: &tree::Quantity, names: &Names<'_>, findings: &mut Findings) -> Option<Asked> {
    let scenario = match &written.scenario {
        None => Some(None),
        Some(name) => scenario(name, names, findings).map(Some),
    };
    let after = after(written.after.as_ref(), names, findings);
    if let (Some(name), Some(Some(scenario)), Some(training)) = (&written.scenario, scenario, after)
        && let Some(layers) = names.layers
    {
        let place = written.after.as_ref().map_or(name.span, |phase| name.span.to(phase.span));
        layers.asked(scenario, training, place, findings);
    }
    let asked = about(written, names, findings)?;
    let behavioural = matches!(asked, About::Quantity(Quantity::Behaviour(_)));
    if let (Some(name), false) = (&written.scenario, behavioural) {
        let message = "shares, strengths and what derives from them take no `in`";
        let help = "they are measured after each training, not in a world; behaviour is measured in every scenario";
        findings.push(Diagnostic::new(&NO_SCENARIO_HERE, name.span, message).help(help));
        return None;
    }
    let (scenario, after) = (scenario?, after?);
    Some(match asked {
        About::Quantity(quantity) => Asked::Number(Number { quantity, scenario, after }),
        About::Selected(heuristic) => Asked::Event(Event::Selected { heuristic, after }),
        About::Order(heuristics) => Asked::Event(Event::Order { heuristics, after }),
    })
}

/// What is measured, wherever and whenever that is.
enum About {
    Quantity(Quantity),
    Selected(usize),
    Order(Vec<usize>),
}

fn about(written: &tree::Quantity, names: &Names<'_>, findings: &mut Findings) -> Option<About> {
    let behaviour = match &written.kind {
        QuantityKind::Share(name) => return heuristic(name, names, findings).map(Quantity::Share).map(About::Quantity),
        QuantityKind::Strength(name) => {
            return heuristic(name, names, findings).map(Quantity::Strength).map(About::Quantity);
        }
        QuantityKind::Causal(name) => {
            let found = heuristic(name, names, findings)?;
            if names.cueless.contains(&found) {
                let message = format!("`{}` names no look, so there is nothing to take away", name.value);
                let help = "forecast its strength; a causal strength is that of a rule about what is seen";
                findings.push(Diagnostic::new(&NO_CUE, name.span, message).help(help));
                return None;
            }
            return Some(About::Quantity(Quantity::Causal(found)));
        }
        QuantityKind::Selected(name) => return heuristic(name, names, findings).map(About::Selected),
        QuantityKind::Order(list) => return order(list, written.span, names, findings).map(About::Order),
        QuantityKind::Explained => return Some(About::Quantity(Quantity::Explained)),
        QuantityKind::Reach { goal, before, within } => {
            let reached = self::goal(goal, names, findings);
            let first = match before {
                Some(before) => Some(self::goal(before, names, findings)?),
                None => None,
            };
            let within = match within {
                Some(steps) => Some(numbers::whole(steps, "`within`", (1, MAX_HORIZON), findings)?),
                None => None,
            };
            let goal = reached?;
            if first.as_ref() == Some(&goal) {
                let message = format!("`{}` is never reached before itself", print::goal(&goal));
                findings.push(Diagnostic::new(&BEFORE_ITSELF, written.span, message));
                return None;
            }
            Behaviour::Reach { goal, before: first, within }
        }
        QuantityKind::TimeAt(place) => Behaviour::TimeAt(names.vocabulary.place(place, findings)?),
        QuantityKind::MeanReturn => Behaviour::Return,
        QuantityKind::MeanLength => Behaviour::Length,
        QuantityKind::MeanReach(goal) => Behaviour::MeanReach(self::goal(goal, names, findings)?),
    };
    Some(About::Quantity(Quantity::Behaviour(behaviour)))
}

/// Two or more heuristics, all different.
fn order(list: &[Name], span: Span, names: &Names<'_>, findings: &mut Findings) -> Option<Vec<usize>> {
    let found: Vec<Option<usize>> = list.iter().map(|name| heuristic(name, names, findings)).collect();
    if list.len() < 2 {
        let message = "an order is of two heuristics or more";
        findings.push(Diagnostic::new(&NO_ORDER, span, message).help("write `order(first, second)`"));
        return None;
    }
    for (index, name) in list.iter().enumerate() {
        if let Some(first) = list.iter().take(index).find(|first| first.value == name.value) {
            let message = format!("`{}` does not emerge before itself", name.value);
            findings.push(Diagnostic::new(&NO_ORDER, name.span, message).also(first.span, "first here"));
            return None;
        }
    }
    found.into_iter().collect()
}

fn goal(written: &tree::Goal, names: &Names<'_>, findings: &mut Findings) -> Option<Goal> {
    match written {
        tree::Goal::Object(name) => names.vocabulary.object(name, findings).map(Goal::Object),
        tree::Goal::Place(place) => names.vocabulary.place(place, findings).map(Goal::Place),
    }
}

fn unit(number: &Number) -> &'static str {
    if print::is_share(number) { "written with `%`" } else { "a bare number" }
}

/// A constant in the unit and the range of a number.
fn constant(number: &Number, amount: &Amount, findings: &mut Findings) -> Option<f64> {
    match &number.quantity {
        // Worse than the uniform policy is below zero.
        Quantity::Explained => numbers::percentage(amount, "the explained part", f64::NEG_INFINITY, findings),
        _ if print::is_share(number) => numbers::share(amount, "a share or a probability", findings),
        Quantity::Behaviour(Behaviour::Length) => numbers::plain(amount, "a length", (0.0, f64::INFINITY), findings),
        Quantity::Behaviour(Behaviour::MeanReach(_)) => {
            numbers::plain(amount, "how often something is reached", (0.0, f64::INFINITY), findings)
        }
        Quantity::Strength(_) | Quantity::Causal(_) => {
            numbers::plain(amount, "a strength", (-LARGEST, LARGEST), findings)
        }
        _ => numbers::plain(amount, "a return", (-LARGEST * LARGEST, LARGEST * LARGEST), findings),
    }
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
            let (example, bound) = if print::is_share(&number) { ("20% to 60%", "50%") } else { ("0.5 to 2", "1") };
            let help = format!("write `{shown} = {example}`, or make it an event: `{shown} > {bound} = 70%`");
            findings.push(Diagnostic::new(&WRONG_ANSWER, amount.span, message).help(help));
            return None;
        }
    };
    let (bottom, top) = (constant(&number, low, findings), constant(&number, high, findings));
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
