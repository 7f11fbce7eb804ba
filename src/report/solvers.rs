//! Which solver acts at each step, as Markov chains.

use crate::outcome::chain::{ChainOutcome, CycleOutcome, SolverOutcome};
use crate::outcome::learned::LearnedSolver;
use crate::outcome::measured::Measured;
use crate::outcome::{Outcome, Results};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::scenarios::title;
use crate::report::wrap::{left, widest};

const TERMS: &[(&str, &str)] = &[
    ("solver", "the part of a network that follows a rule, or one of a group of rules"),
    (
        "acts",
        "the share of steps at which it is the most active: the logits that what its rule looks at adds to what the rule \
         recommends",
    ),
    (
        "bout",
        "a run of steps at which one solver acts; resolved: it ended with its target reached or its condition gone, not \
         by another solver",
    ),
    ("again", "steps from the start of a resolved bout to that of its next, and how often there is a next"),
    ("next step", "which solver acts one step later; other: none does"),
    ("cycle", "solvers that lead to one another in a fixed order, more often than chance has it"),
];

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    if outcome.results.scenarios.iter().all(|scenario| scenario.chain.is_none()) {
        return;
    }
    paper.heading("SOLVERS", "which rule the networks follow at each step, and what follows what");
    paper.terms(TERMS);
    groups(paper, &outcome.results);
    worlds(paper, None, &outcome.results);
}

/// Which rules each solver has, where a solver is not simply the rule of its name.
fn groups(paper: &mut Paper, results: &Results) {
    let Some(chain) = results.scenarios.iter().find_map(|scenario| scenario.chain.as_ref()) else { return };
    if chain.solvers.iter().all(|solver| solver.heuristics == [solver.name.clone()]) {
        return;
    }
    paper.blank();
    paper.paragraph(0, Paint::Heading, "the rules of each solver");
    let widest = widest(chain.states.iter().map(String::as_str));
    for solver in &chain.solvers {
        let mut parts = solver.heuristics.clone();
        parts.extend((!solver.doc.trim().is_empty()).then(|| solver.doc.clone()));
        paper.parts(&format!("  {}  ", left(&sanitize(&solver.name), widest)), Paint::Plain, &parts);
    }
    let grouped = |name: &String| chain.solvers.iter().any(|solver| solver.heuristics.contains(name));
    let mut rest: Vec<String> = results.heuristics.iter().map(|rule| rule.name.clone()).collect();
    rest.retain(|name| !grouped(name));
    rest.push("the steps at which no solver acts".to_string());
    paper.parts(&format!("  {}  ", left("other", widest)), Paint::Plain, &rest);
}

/// Solvers learned without the heuristics: in how many seeds each of the study's solvers is among them.
fn learned(paper: &mut Paper, results: &Results) {
    let Some(learned) = &results.learned_solvers else { return };
    paper.blank();
    let groups = learned.by_seed.iter().map(Vec::len).max().unwrap_or(0);
    let title = format!("learned without the rules: {groups} groups of what the networks read");
    paper.paragraph(0, Paint::Heading, &title);
    let text = format!(
        "They agree with the solvers of the rules at {} of steps in the best pairing (normalised mutual information {}).",
        Unit::Part.measured(&learned.accuracy),
        Unit::Plain.measured(&learned.information)
    );
    paper.paragraph(2, Paint::Measured, &text);
    let mut labels: Vec<(String, Vec<&LearnedSolver>)> = Vec::new();
    for solver in learned.by_seed.iter().flatten() {
        let label = solver.solver.clone().unwrap_or_else(|| "none of them".to_string());
        match labels.iter_mut().find(|(known, _)| *known == label) {
            Some((_, solvers)) => solvers.push(solver),
            None => labels.push((label, vec![solver])),
        }
    }
    let widest = widest(labels.iter().map(|(label, _)| label.as_str()));
    for (label, solvers) in &labels {
        let mean = |of: fn(&LearnedSolver) -> f64| solvers.iter().map(|s| of(s)).sum::<f64>() / solvers.len() as f64;
        let mut reads: Vec<String> = Vec::new();
        for name in solvers.iter().flat_map(|solver| &solver.reads) {
            if !reads.contains(name) {
                reads.push(name.clone());
            }
        }
        let times =
            if solvers.len() == 1 { "matched once".to_string() } else { format!("matched {} times", solvers.len()) };
        let parts = [
            times,
            format!("acts with it at {} of its steps", Unit::Part.show(mean(|solver| solver.agreement))),
            format!("reads {}", if reads.is_empty() { "nothing".to_string() } else { reads.join(", ") }),
        ];
        paper.parts(&format!("  {}  ", left(&sanitize(label), widest)), Paint::Plain, &parts);
    }
}

/// Every world in which chains were measured after a phase, or after the study's own training.
pub fn worlds(paper: &mut Paper, phase: Option<&str>, results: &Results) {
    for scenario in &results.scenarios {
        if let Some(chain) = &scenario.chain {
            paper.blank();
            let episodes = Unit::Steps.show(chain.episodes as f64);
            let title = format!("{} ({episodes} episodes per seed)", title(scenario, phase));
            paper.paragraph(0, Paint::Heading, &title);
            one(paper, chain);
        }
    }
    learned(paper, results);
}

fn one(paper: &mut Paper, chain: &ChainOutcome) {
    let widest = widest(chain.states.iter().map(String::as_str));
    for (state, name) in chain.states.iter().enumerate() {
        let label = format!("  {}  ", left(&sanitize(name), widest));
        let acts = chain.occupancy.get(state);
        if acts.is_none_or(|acts| acts.mean.is_none_or(|mean| mean == 0.0)) {
            paper.parts(&label, Paint::Plain, &["never acts".to_string()]);
            continue;
        }
        let mut parts = vec![format!("acts at {} of steps", acts.map_or_else(String::new, |m| Unit::Part.measured(m)))];
        parts.extend(chain.solvers.get(state).map(bouts).unwrap_or_default());
        paper.parts(&label, Paint::Measured, &parts);
        let row = chain.transition.get(state).map_or(&[][..], Vec::as_slice);
        let next = next(&chain.states, row);
        if !next.is_empty() {
            paper.parts(&format!("{}next step: ", " ".repeat(widest + 4)), Paint::Plain, &next);
        }
    }
    cycles(paper, chain);
}

fn bouts(solver: &SolverOutcome) -> Vec<String> {
    let mean = |measured: &Measured, unit: Unit| measured.mean.map(|mean| unit.show(mean));
    let mut parts = Vec::new();
    if let (Some(bouts), Some(length)) = (mean(&solver.bouts, Unit::Plain), mean(&solver.length, Unit::Plain)) {
        parts.push(format!("{bouts} bouts an episode, {length} steps each"));
    }
    parts.extend(mean(&solver.resolved, Unit::Part).map(|resolved| format!("{resolved} resolved")));
    if let (Some(steps), Some(chance)) =
        (mean(&solver.returns, Unit::Plain), mean(&solver.return_probability, Unit::Part))
    {
        parts.push(format!("again after {steps} steps, {chance} of the time"));
    }
    parts
}

/// The states that follow in more than one of 200 steps, the likeliest first.
fn next(states: &[String], row: &[Measured]) -> Vec<String> {
    let mut next: Vec<(f64, &String)> =
        row.iter().zip(states).filter_map(|(to, name)| Some((to.mean.filter(|mean| *mean >= 0.005)?, name))).collect();
    next.sort_by(|a, b| b.0.total_cmp(&a.0));
    next.into_iter().map(|(mean, name)| format!("{name} {}", Unit::Part.show(mean))).collect()
}

fn cycles(paper: &mut Paper, chain: &ChainOutcome) {
    let untested = chain.not_testable.iter().flatten().count();
    let seeds = chain.not_testable.len();
    let found: Vec<&CycleOutcome> = chain.cycles.iter().filter(|cycle| cycle.found.contains(&Some(true))).collect();
    for cycle in &found {
        let count = cycle.found.iter().filter(|found| **found == Some(true)).count();
        let first = cycle.solvers.first().map_or("", String::as_str);
        let way = format!("{} → {first}", cycle.solvers.join(" → "));
        let mut parts = vec![way, format!("found in {count} of {seeds} seeds")];
        if cycle.flux_share.mean.is_some() {
            parts.push(format!("{} of what follows what", Unit::Part.measured(&cycle.flux_share)));
        }
        if cycle.kind == "alternation" {
            parts.push(taking_turns(cycle));
        }
        paper.parts(&format!("  {}  ", sanitize(&cycle.kind)), Paint::Good, &parts);
    }
    if found.is_empty() && untested < seeds {
        paper.paragraph(2, Paint::Plain, "No cycle was found: what follows what could be chance.");
    }
    if let Some(reason) = chain.not_testable.iter().flatten().next() {
        let text = format!("Cycles could not be tested in {untested} of {seeds} seeds: {reason}.");
        paper.hanging("  ! ", Paint::Warning, &text);
    }
    let convergent: Vec<String> = chain.states.iter().filter_map(|name| convergent(chain, name)).collect();
    if !convergent.is_empty() {
        paper.parts("  on the way of every cycle, in none of its own: ", Paint::Plain, &convergent);
    }
}

/// What an alternation says beyond that the two do not follow themselves.
fn taking_turns(cycle: &CycleOutcome) -> String {
    let values = || cycle.p_beyond.by_seed.iter().flatten();
    let beyond = values().filter(|p| **p <= 0.01).count();
    match beyond {
        0 => "the two are almost alone: they take turns if neither follows itself".to_string(),
        _ => format!("more than that none follows itself in {beyond} of {} seeds", values().count()),
    }
}

fn convergent(chain: &ChainOutcome, name: &String) -> Option<String> {
    let count = chain.convergent.iter().filter(|solvers| solvers.contains(name)).count();
    (count > 0).then(|| format!("{name} in {count} of {} seeds", chain.convergent.len()))
}
