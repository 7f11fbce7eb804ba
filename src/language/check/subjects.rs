//! What forecasts can be about: heuristics, states of the chains, scenarios, trainings.

use crate::language::check::Findings;
use crate::language::check::heuristics::Vocabulary;
use crate::language::check::phases::{self, Layers};
use crate::language::codes::{UNKNOWN_HEURISTIC, UNKNOWN_SCENARIO, UNKNOWN_SOLVER};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::suggest;
use crate::language::tree::Name;
use crate::study::solver::OTHER;

/// What forecasts of a study can name.
pub struct Names<'a> {
    /// The first 16 heuristics and solvers, the first 20 scenarios and phases.
    pub words: print::Names<'a>,
    /// Per heuristic, the solver that it belongs to; nothing at all where the study declares no solver.
    pub solver_of: Option<Vec<Option<usize>>>,
    /// Indices of heuristics that name no look.
    pub cueless: Vec<usize>,
    /// There are more, which has been reported: then no name is unknown.
    pub cut: bool,
    pub vocabulary: &'a Vocabulary<'a>,
    /// The worlds of scenarios and phases, where the study has one.
    pub layers: Option<&'a Layers>,
}

/// The index of a heuristic.
pub fn heuristic(name: &Name, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    let known = &names.words.heuristics;
    let found = known.iter().position(|known| *known == name.value);
    if found.is_none() && !names.cut {
        findings.push_unknown("heuristic", name, || {
            let message = format!("the study has no heuristic `{}`", name.value);
            let help = match names.words.solvers.iter().position(|solver| *solver == name.value) {
                Some(solver) => format!("`{}` is a solver{}", name.value, members(solver, names)),
                None => suggest::help(&name.value, "heuristic", known),
            };
            Diagnostic::new(&UNKNOWN_HEURISTIC, name.span, message).help(help)
        });
    }
    found
}

/// `; its heuristics: a, b`
fn members(solver: usize, names: &Names<'_>) -> String {
    let of = names.solver_of.iter().flatten().zip(&names.words.heuristics);
    let members: Vec<&str> = of.filter(|(of, _)| **of == Some(solver)).map(|(_, name)| *name).collect();
    if members.is_empty() { String::new() } else { format!("; its heuristics: {}", suggest::some(&members)) }
}

/// The index of a state of the chains: a solver, or the one behind them, which is `other`.
pub fn state(name: &Name, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    let known = &names.words.solvers;
    if name.value == OTHER {
        return Some(known.len());
    }
    let found = known.iter().position(|known| *known == name.value);
    if found.is_none() && !names.cut {
        findings.push_unknown("state", name, || unknown_state(name, names));
    }
    found
}

fn unknown_state(name: &Name, names: &Names<'_>) -> Diagnostic {
    let known = &names.words.solvers;
    let Some(solver_of) = &names.solver_of else {
        let message =
            format!("the study has no solver `{}`: it declares none, so every heuristic is its own", name.value);
        return Diagnostic::new(&UNKNOWN_SOLVER, name.span, message).help(suggest::help(&name.value, "solver", known));
    };
    let heuristic = names.words.heuristics.iter().position(|known| *known == name.value);
    let Some(heuristic) = heuristic else {
        let message = format!("the study has no solver `{}`", name.value);
        return Diagnostic::new(&UNKNOWN_SOLVER, name.span, message).help(suggest::help(&name.value, "solver", known));
    };
    let message = format!("`{}` is a heuristic; where solvers are declared, chains are over solvers", name.value);
    let of = solver_of.get(heuristic).copied().flatten().and_then(|solver| known.get(solver));
    let help = match of {
        Some(solver) => format!("`{}` belongs to the solver `{solver}`", name.value),
        None => {
            format!("`{0}` belongs to no solver, so it counts as `other`; `solver NAME = {0}` makes it one", name.value)
        }
    };
    Diagnostic::new(&UNKNOWN_SOLVER, name.span, message).help(help)
}

/// Where and after which training something is asked for: the index of a scenario, nothing for the world of the
/// training; the index of the training. `takes_in` says that it can be asked for in a scenario.
pub fn world(
    (scenario, after): (Option<&Name>, Option<&Name>),
    takes_in: bool,
    names: &Names<'_>,
    findings: &mut Findings,
) -> Option<(Option<usize>, usize)> {
    let index = scenario.map(|name| self::scenario(name, names, findings));
    let training = training(after, takes_in && scenario.is_none(), names, findings);
    if let (Some(name), Some(Some(index)), Some(training), Some(layers)) = (scenario, index, training, names.layers) {
        let place = after.map_or(name.span, |phase| name.span.to(phase.span));
        layers.asked(index, training, place, findings);
    }
    match index {
        None => Some((None, training?)),
        Some(index) => Some((Some(index?), training?)),
    }
}

fn scenario(name: &Name, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    let known = &names.words.scenarios;
    let found = known.iter().position(|known| *known == name.value);
    if found.is_none() && !names.cut {
        findings.push_unknown("scenario", name, || {
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

/// The index of a training; the study's own where none is named. `or_in` says that `in` might stand there as well.
pub fn training(name: Option<&Name>, or_in: bool, names: &Names<'_>, findings: &mut Findings) -> Option<usize> {
    let Some(name) = name else { return Some(0) };
    phases::training_named(name, &names.words.phases, &names.words.scenarios, (names.cut, or_in), findings)
}
