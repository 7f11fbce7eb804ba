//! What every further training changed: compact, since its words are explained above.

use crate::outcome::{HeuristicOutcome, OWN, Outcome, PhaseOutcome, Results};
use crate::report::heuristics::{emerged, explained, forecast_shares, reinforced, selected};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::wrap::{left, widest};
use crate::report::{aliases, change, scenarios, solvers, training};

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    for phase in &outcome.phases {
        one(paper, outcome, phase);
    }
}

fn one(paper: &mut Paper, outcome: &Outcome, phase: &PhaseOutcome) {
    let results = &phase.results;
    let from = match phase.after.as_deref() {
        Some(other) => format!("goes on from {other}"),
        None => "trains fresh networks".to_string(),
    };
    let remark = format!("{from}, {}", training::length(&results.training));
    paper.heading(&format!("PHASE {}", sanitize(&phase.name)), &remark);
    if !phase.doc.trim().is_empty() {
        paper.paragraph(2, Paint::Plain, &phase.doc);
    }
    let mut changes: Vec<String> = phase.world.iter().chain(&phase.settings).cloned().collect();
    if phase.after.is_none() && phase.agent != outcome.study.agent {
        changes.push(format!("agent {}", phase.agent));
    }
    if changes.is_empty() {
        changes.push(
            if phase.after.is_some() { "nothing: more of the same" } else { "nothing: the same networks" }.to_string(),
        );
    }
    let from = phase.after.as_deref().unwrap_or(OWN);
    paper.parts(&format!("  differs from {} in: ", sanitize(from)), Paint::Plain, &changes);
    paper.blank();
    training::returns(paper, &results.training);
    paper.blank();
    rules(paper, outcome, phase);
    if let Some(change) = &phase.change {
        let first = outcome.phases.iter().find(|phase| phase.change.is_some());
        change::write(paper, outcome, phase, change, first.is_some_and(|first| first.name == phase.name));
    }
    scenarios::worlds(paper, outcome, Some(&phase.name), results);
    solvers::worlds(paper, Some(&phase.name), results);
}

/// A line for each rule, beside what it was before.
fn rules(paper: &mut Paper, outcome: &Outcome, phase: &PhaseOutcome) {
    let results = &phase.results;
    let before = phase.after.as_deref().and_then(|name| outcome.after(Some(name)));
    let forecast = forecast_shares(outcome, Some(&phase.name));
    let widest = widest(results.heuristics.iter().map(|h| h.name.as_str()));
    for (index, heuristic) in results.heuristics.iter().enumerate() {
        let label = format!("  {}  ", left(&sanitize(&heuristic.name), widest));
        let forecast = forecast.and_then(|shares| shares.get(index).copied());
        paper.parts(&label, Paint::Measured, &facts(heuristic, index, before, forecast));
    }
    explained(paper, &results.explained);
    aliases::groups(paper, results, forecast);
}

fn facts(heuristic: &HeuristicOutcome, index: usize, before: Option<&Results>, forecast: Option<f64>) -> Vec<String> {
    let earlier = before.and_then(|results| results.heuristics.get(index));
    let was = |unit: Unit, mean: Option<Option<f64>>| match mean {
        Some(Some(mean)) => format!(", before {}", unit.show(mean)),
        Some(None) => ", before undefined".to_string(),
        None => String::new(),
    };
    let strength = was(Unit::Plain, earlier.map(|earlier| earlier.strength.mean));
    let share = was(Unit::Part, earlier.map(|earlier| earlier.share.mean));
    let forecast = forecast.map_or(String::new(), |forecast| format!(", forecast {}", Unit::Part.show(forecast)));
    let mut facts = vec![
        selected(heuristic),
        format!("strength {} logits{strength}", Unit::Plain.measured(&heuristic.strength)),
        format!("share {}{share}{forecast}", Unit::Part.measured(&heuristic.share)),
    ];
    if heuristic.has_cue {
        facts.push(format!("causal {}", Unit::Plain.measured(&heuristic.causal)));
    }
    if heuristic.selected.contains(&true) {
        facts.extend(emerged(&heuristic.emerged_at));
    }
    facts.extend(reinforced(heuristic));
    facts
}
