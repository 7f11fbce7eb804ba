//! What is measured: what it is about exists, units and ranges agree.

use crate::language::check::Findings;
use crate::language::check::numbers::{self, LARGEST, MAX_HORIZON};
use crate::language::check::subjects::{self, Names, heuristic};
use crate::language::codes::{
    BEFORE_ITSELF, Code, MIXED_UNITS, NO_BOUTS, NO_CUE, NO_CYCLE, NO_ORDER, NO_SCENARIO_HERE,
};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::span::Span;
use crate::language::tree::{self, Amount, Name, QuantityKind};
use crate::study::forecast::{Behaviour, Event, Goal, Number, Operand, Quantity};
use crate::study::solver::OTHER;

/// What a quantity is.
pub enum Asked {
    Event(Event),
    Number(Number),
}

/// A quantity with its world and its training.
pub fn quantity(written: &tree::Quantity, names: &Names<'_>, findings: &mut Findings) -> Option<Asked> {
    let takes_in = written.kind.takes_in();
    let world = subjects::world((written.scenario.as_ref(), written.after.as_ref()), takes_in, names, findings);
    let asked = about(written, names, findings)?;
    if let (Some(name), false) = (&written.scenario, takes_in) {
        let message = "shares, strengths, magnitudes and what derives from them take no `in`";
        let help = "they are measured after each training, not in a world; chains and behaviour are measured in every \
                    world that is asked for";
        findings.push(Diagnostic::new(&NO_SCENARIO_HERE, name.span, message).help(help));
        return None;
    }
    let (scenario, after) = world?;
    Some(match asked {
        About::Quantity(quantity) => Asked::Number(Number { quantity, scenario, after }),
        About::Selected(heuristic) => Asked::Event(Event::Selected { heuristic, after }),
        About::Order(heuristics) => Asked::Event(Event::Order { heuristics, after }),
        About::Reinforced(heuristic) => Asked::Event(Event::Reinforced { heuristic, after }),
        About::Cycle(solvers) => Asked::Event(Event::Cycle { solvers, scenario, after }),
    })
}

/// What is measured, wherever and whenever that is.
enum About {
    Quantity(Quantity),
    Selected(usize),
    Order(Vec<usize>),
    Reinforced(usize),
    Cycle(Vec<usize>),
}

fn about(written: &tree::Quantity, names: &Names<'_>, findings: &mut Findings) -> Option<About> {
    let behaviour = Quantity::Behaviour;
    Some(About::Quantity(match &written.kind {
        QuantityKind::Selected(name) => return heuristic(name, names, findings).map(About::Selected),
        QuantityKind::Order(list) => return order(list, written.span, names, findings).map(About::Order),
        QuantityKind::Reinforced(name) => return heuristic(name, names, findings).map(About::Reinforced),
        QuantityKind::Cycle(list) => return cycle(list, written.span, names, findings).map(About::Cycle),
        QuantityKind::Share(name) => Quantity::Share(heuristic(name, names, findings)?),
        QuantityKind::Strength(name) => Quantity::Strength(heuristic(name, names, findings)?),
        QuantityKind::Causal(name) => Quantity::Causal(with_a_look(name, names, findings)?),
        QuantityKind::Explained => Quantity::Explained,
        QuantityKind::Magnitude(name) => Quantity::Magnitude(heuristic(name, names, findings)?),
        QuantityKind::Transition(from, to) => {
            let (from, to) = (subjects::state(from, names, findings), subjects::state(to, names, findings));
            Quantity::Transition { from: from?, to: to? }
        }
        QuantityKind::Returns(name) => {
            let help = "name a solver; how often a step of `a` is followed by one of `other` is `transition(a, other)`";
            Quantity::Returns(solver(name, help, names, findings)?)
        }
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
            behaviour(Behaviour::Reach { goal, before: first, within })
        }
        QuantityKind::TimeAt(place) => behaviour(Behaviour::TimeAt(names.vocabulary.place(place, findings)?)),
        QuantityKind::MeanReturn => behaviour(Behaviour::Return),
        QuantityKind::MeanLength => behaviour(Behaviour::Length),
        QuantityKind::MeanReach(goal) => behaviour(Behaviour::MeanReach(self::goal(goal, names, findings)?)),
    }))
}

/// The index of a heuristic that names a look.
fn with_a_look(name: &Name, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    let found = heuristic(name, names, findings)?;
    if names.cueless.contains(&found) {
        let message = format!("`{}` names no look, so there is nothing to take away", name.value);
        let help = "forecast its strength; a causal strength is that of a rule about what is seen";
        findings.push(Diagnostic::new(&NO_CUE, name.span, message).help(help));
        return None;
    }
    Some(found)
}

/// Two or more heuristics, all different.
fn order(list: &[Name], span: Span, names: &Names<'_>, findings: &mut Findings) -> Option<Vec<usize>> {
    let found: Vec<Option<usize>> = list.iter().map(|name| heuristic(name, names, findings)).collect();
    if list.len() < 2 {
        let message = "an order is of two heuristics or more";
        findings.push(Diagnostic::new(&NO_ORDER, span, message).help("write `order(first, second)`"));
        return None;
    }
    different(list, found, &NO_ORDER, |name| format!("`{name}` does not emerge before itself"), findings)
}

/// Two or more solvers, all different, from the first in the order of the study on: where a circle begins means nothing.
fn cycle(list: &[Name], span: Span, names: &Names<'_>, findings: &mut Findings) -> Option<Vec<usize>> {
    let help = "a cycle is of solvers alone";
    let found: Vec<Option<usize>> = list.iter().map(|name| solver(name, help, names, findings)).collect();
    if list.len() < 2 {
        let message = "a cycle is of two solvers or more";
        findings.push(Diagnostic::new(&NO_CYCLE, span, message).help("write `cycle(a, b)`"));
        return None;
    }
    let closed = list.len() > 2 && list.first().map(|name| &name.value) == list.last().map(|name| &name.value);
    let twice = |name: &str| match closed {
        true => format!("a cycle leads back to its first solver by itself: leave the second `{name}` out"),
        false => format!("`{name}` comes twice in the cycle, which is of different solvers"),
    };
    let mut solvers = different(list, found, &NO_CYCLE, twice, findings)?;
    let first = (0..solvers.len()).min_by_key(|&index| solvers[index])?;
    solvers.rotate_left(first);
    Some(solvers)
}

/// The indices of names, where all are known and all are different.
fn different(
    list: &[Name],
    found: Vec<Option<usize>>,
    code: &'static Code,
    twice: impl Fn(&str) -> String,
    findings: &mut Findings,
) -> Option<Vec<usize>> {
    let found = found.into_iter().collect::<Option<Vec<usize>>>()?;
    for (index, (name, known)) in list.iter().zip(&found).enumerate() {
        // At most 16 are different, so that this ends soon.
        if let Some(first) = found.iter().take(index).position(|before| before == known) {
            let finding = Diagnostic::new(code, name.span, twice(&name.value));
            findings.push(finding.also(list[first].span, "first here"));
            return None;
        }
    }
    Some(found)
}

/// The index of a solver, which has bouts; `help` says what to do about `other`.
fn solver(name: &Name, help: &str, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    if name.value == OTHER {
        let message = "`other` has no bouts: it stands for the steps at which no solver acts";
        findings.push(Diagnostic::new(&NO_BOUTS, name.span, message).help(help));
        return None;
    }
    subjects::state(name, names, findings)
}

fn goal(written: &tree::Goal, names: &Names<'_>, findings: &mut Findings) -> Option<Goal> {
    match written {
        tree::Goal::Object(name) => names.vocabulary.object(name, findings).map(Goal::Object),
        tree::Goal::Place(place) => names.vocabulary.place(place, findings).map(Goal::Place),
    }
}

/// The two sides of a comparison, in one unit. `no_number` says of an event that stands there that it cannot.
pub fn compared(
    left: &tree::Quantity,
    right: &tree::Operand,
    no_number: fn(&Event, Span) -> Diagnostic,
    names: &Names<'_>,
    findings: &mut Findings,
) -> Option<(Number, Operand)> {
    let place = left.span;
    let number = |asked: Asked, span: Span, findings: &mut Findings| match asked {
        Asked::Number(number) => Some(number),
        Asked::Event(event) => {
            findings.push(no_number(&event, span));
            None
        }
    };
    let left = quantity(left, names, findings);
    let right = match right {
        tree::Operand::Constant(amount) => Err(amount),
        tree::Operand::Quantity(right) => Ok((quantity(right, names, findings), right.span)),
    };
    let left = number(left?, place, findings)?;
    let right = match right {
        Err(amount) => Operand::Constant(constant(&left, amount, findings)?),
        Ok((right, span)) => {
            let right = number(right?, span, findings)?;
            if print::is_share(&left) != print::is_share(&right) {
                let message = "a share or a probability is compared with a bare number";
                let finding = Diagnostic::new(&MIXED_UNITS, span, message).label(unit(&right)).also(place, unit(&left));
                findings.push(finding);
                return None;
            }
            Operand::Number(right)
        }
    };
    Some((left, right))
}

/// How a number is written.
fn unit(number: &Number) -> &'static str {
    if print::is_share(number) { "written with `%`" } else { "a bare number" }
}

/// An interval for a number, and a bound to compare it with.
pub fn example(number: &Number) -> (&'static str, &'static str) {
    match number.quantity {
        Quantity::Returns(_) => ("5 to 9", "7"),
        _ if print::is_share(number) => ("20% to 60%", "50%"),
        _ => ("0.5 to 2", "1"),
    }
}

/// A constant in the unit and the range of a number.
pub fn constant(number: &Number, amount: &Amount, findings: &mut Findings) -> Option<f64> {
    let at_least = |least: f64| (least, f64::INFINITY);
    match &number.quantity {
        // Worse than the uniform policy is below zero.
        Quantity::Explained => numbers::percentage(amount, "the explained part", f64::NEG_INFINITY, findings),
        Quantity::Share(_)
        | Quantity::Transition { .. }
        | Quantity::Behaviour(Behaviour::Reach { .. } | Behaviour::TimeAt(_)) => {
            numbers::share(amount, "a share or a probability", findings)
        }
        Quantity::Strength(_) | Quantity::Causal(_) => {
            numbers::plain(amount, "a strength", (-LARGEST, LARGEST), findings)
        }
        Quantity::Magnitude(_) => numbers::plain(amount, "a magnitude", (0.0, LARGEST), findings),
        Quantity::Returns(_) => numbers::plain(amount, "the number of steps of a return", at_least(1.0), findings),
        Quantity::Behaviour(Behaviour::Length) => numbers::plain(amount, "a length", at_least(0.0), findings),
        Quantity::Behaviour(Behaviour::MeanReach(_)) => {
            numbers::plain(amount, "how often something is reached", at_least(0.0), findings)
        }
        Quantity::Behaviour(Behaviour::Return) => {
            numbers::plain(amount, "a return", (-LARGEST * LARGEST, LARGEST * LARGEST), findings)
        }
    }
}
