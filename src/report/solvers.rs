//! Which solver acts at each step, as Markov chains.

use crate::outcome::chain::{ChainOutcome, CycleOutcome, SolverOutcome};
use crate::outcome::measured::Measured;
use crate::outcome::{Outcome, Results};
use crate::report::learned;
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
    (
        "again",
        "how often a resolved bout is followed by another one of the solver in the episode, and how many steps lie between \
         the starts of the two",
    ),
    ("next step", "which solver acts one step later; other: none does, or a rule that belongs to no solver"),
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

/// Every world in which chains were measured after a phase, or after the study's own training.
pub fn worlds(paper: &mut Paper, phase: Option<&str>, results: &Results) {
    for scenario in &results.scenarios {
        if let Some(chain) = &scenario.chain {
            paper.blank();
            let episodes = Unit::Steps.show(chain.episodes as f64);
            let before = phase.map_or("", |_| "solvers in ");
            let title = format!("{before}{} ({episodes} episodes per seed)", title(scenario, phase));
            paper.paragraph(0, Paint::Heading, &title);
            one(paper, chain);
        }
    }
    learned::write(paper, results, phase);
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
        parts.push(format!("again in {chance} of cases, {steps} steps on"));
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
            parts.push(format!("{} of the events that close a loop", Unit::Part.measured(&cycle.flux_share)));
        }
        if cycle.kind == "alternation" {
            parts.push(taking_turns(cycle));
        }
        paper.parts(&format!("  {}  ", sanitize(&cycle.kind)), Paint::Good, &parts);
    }
    if found.is_empty() && untested < seeds {
        paper.paragraph(2, Paint::Plain, &no_cycle(chain));
    }
    if let Some(reason) = chain.not_testable.iter().flatten().next() {
        let text = format!("Cycles could not be tested in {untested} of {seeds} seeds: {reason}.");
        paper.hanging("  ! ", Paint::Warning, &text);
    }
    let convergent: Vec<String> = chain.states.iter().filter_map(|name| convergent(chain, name)).collect();
    if !convergent.is_empty() {
        paper.parts("  every cycle found leads through: ", Paint::Plain, &convergent);
    }
}

/// Why there is none: a single solver acts, or the order is not surely more than chance.
fn no_cycle(chain: &ChainOutcome) -> String {
    let acting = |solver: &&SolverOutcome| solver.bouts.mean.is_some_and(|bouts| bouts > 0.0);
    let acting: Vec<&SolverOutcome> = chain.solvers.iter().filter(acting).collect();
    match acting.as_slice() {
        [] => "No solver acts, so there is nothing to cycle.".to_string(),
        [only] => format!("Only {} acts, so there is nothing to cycle.", only.name),
        _ => "No cycle was found: what follows what is not surely more regular than chance.".to_string(),
    }
}

/// What an alternation says beyond that the two do not follow themselves.
fn taking_turns(cycle: &CycleOutcome) -> String {
    let values = || cycle.p_beyond.by_seed.iter().flatten();
    let beyond = values().filter(|p| **p <= 0.01).count();
    match beyond {
        0 => "almost all bouts are theirs: given how often each follows itself, turns are all that is left".to_string(),
        _ => format!("beyond mere turns in {beyond} of {} seeds", values().count()),
    }
}

fn convergent(chain: &ChainOutcome, name: &String) -> Option<String> {
    let count = chain.convergent.iter().filter(|solvers| solvers.contains(name)).count();
    (count > 0).then(|| format!("{name} in {count} of {} seeds", chain.convergent.len()))
}
