//! Solvers: every heuristic that they name exists and belongs to one of them; groups of units that are to be found.

use crate::language::check::Findings;
use crate::language::check::limits::{MAX_HEURISTICS, MAX_LEARNED};
use crate::language::check::names::Once;
use crate::language::check::{numbers, studies};
use crate::language::codes::{DUPLICATE, FEW_UNITS, TWO_SOLVERS, UNKNOWN_HEURISTIC};
use crate::language::diagnostic::Diagnostic;
use crate::language::span::{Span, Spanned};
use crate::language::suggest;
use crate::language::tree::{self, Amount, Name};
use crate::study::Mlp;
use crate::study::solver::Solver;

/// The solvers that a study declares.
pub struct Declared<'a> {
    /// The first 16.
    pub names: Vec<&'a str>,
    /// Per heuristic, the solver that names it first.
    pub of_heuristic: Vec<Option<usize>>,
    /// Nothing where one of them is wrong. The heuristics of each are in the order of the study.
    pub solvers: Option<Vec<Solver>>,
}

/// All `solver` statements of a study over these heuristics; `cut` says that there are more heuristics, which has been
/// reported: then none is unknown.
pub fn declared<'a>(
    written: &'a [tree::Solver],
    heuristics: &[&str],
    cut: bool,
    findings: &mut Findings,
) -> Declared<'a> {
    studies::unique("solver", "solvers", MAX_HEURISTICS, written.iter().map(|solver| &solver.name), findings);
    let written = written.get(..MAX_HEURISTICS).unwrap_or(written);
    let names: Vec<&str> = written.iter().map(|solver| solver.name.value.as_str()).collect();
    let mut owners: Vec<Option<(usize, Span)>> = vec![None; heuristics.len()];
    let mut good = true;
    for (index, solver) in written.iter().enumerate() {
        for name in &solver.heuristics {
            let Some(owner) = heuristic(name, heuristics, &names, cut, findings).and_then(|h| owners.get_mut(h)) else {
                good = false;
                continue;
            };
            match *owner {
                None => *owner = Some((index, name.span)),
                Some((first, place)) => {
                    good = false;
                    findings.push(again(name, (names[first], place), &solver.name.value));
                }
            }
        }
    }
    let of_heuristic: Vec<Option<usize>> = owners.iter().map(|owner| owner.map(|(solver, _)| solver)).collect();
    let solver = |(index, solver): (usize, &tree::Solver)| Solver {
        name: solver.name.value.clone(),
        doc: solver.doc.clone(),
        heuristics: (0..heuristics.len()).filter(|&h| of_heuristic[h] == Some(index)).collect(),
    };
    let solvers = good.then(|| written.iter().enumerate().map(solver).collect());
    Declared { names, of_heuristic, solvers }
}

fn heuristic(name: &Name, heuristics: &[&str], solvers: &[&str], cut: bool, findings: &mut Findings) -> Option<usize> {
    let found = heuristics.iter().position(|known| *known == name.value);
    if found.is_none() && !cut {
        findings.push_unknown("heuristic", name, || {
            let message = format!("the study has no heuristic `{}`", name.value);
            let help = if solvers.contains(&name.value.as_str()) {
                format!("`{}` is a solver: name its heuristics here", name.value)
            } else {
                suggest::help(&name.value, "heuristic", heuristics)
            };
            Diagnostic::new(&UNKNOWN_HEURISTIC, name.span, message).help(help)
        });
    }
    found
}

/// A heuristic that a solver named before.
fn again(name: &Name, (first, place): (&str, Span), solver: &str) -> Diagnostic {
    if first == solver {
        let message = format!("the heuristic `{}` a second time in the solver `{solver}`", name.value);
        return Diagnostic::new(&DUPLICATE, name.span, message)
            .label("again here")
            .also(place, "first here")
            .help("keep one of them");
    }
    let message = format!("`{}` belongs to the solver `{first}` already", name.value);
    Diagnostic::new(&TWO_SOLVERS, name.span, message)
        .label(format!("again, in `{solver}`"))
        .also(place, format!("in `{first}`"))
        .help("a heuristic belongs to at most one solver: keep one of them")
}

/// The number after `solvers learned`, nothing within where the study does not say so, nothing at all where it is wrong.
/// `agents` are those of its trainings, each with its place.
pub fn learned<'a>(
    written: &[Spanned<Amount>],
    agents: impl Iterator<Item = (&'a Mlp, Span)>,
    findings: &mut Findings,
) -> Option<Option<usize>> {
    let mut once = Once::default();
    written.iter().for_each(|statement| once.note("`solvers learned`", statement.span, findings));
    let Some(statement) = written.first() else { return Some(None) };
    let groups =
        numbers::whole(&statement.value, "the number of learned solvers", (2, MAX_LEARNED), findings)? as usize;
    let units = |agent: &Mlp| agent.hidden.iter().sum::<usize>();
    for (agent, place) in agents {
        let units = units(agent);
        if units < groups {
            let s = if units == 1 { "" } else { "s" };
            let message = format!("{units} hidden unit{s} cannot be divided into {groups} groups");
            let finding = Diagnostic::new(&FEW_UNITS, statement.value.span, message).also(place, "the agent");
            findings.push(finding.help("look for fewer groups, or give the agent more units"));
            return None;
        }
    }
    Some(Some(groups))
}
