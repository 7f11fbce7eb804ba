//! Solvers that were learned without the heuristics, and which of the study's they match.

use crate::outcome::Results;
use crate::outcome::learned::LearnedSolver;
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::wrap::{left, widest};

/// Those of one training.
pub fn write(paper: &mut Paper, results: &Results, phase: Option<&str>) {
    let Some(learned) = &results.learned_solvers else { return };
    paper.blank();
    let groups = learned.by_seed.iter().map(Vec::len).max().unwrap_or(0);
    let world = phase.map_or("the training world".to_string(), |phase| format!("the world of {phase}"));
    let title = format!("learned without the rules: {groups} groups of what the networks read in {world}");
    paper.paragraph(0, Paint::Heading, &title);
    let nothing = learned.information.interval.is_some_and(|[low, _]| low <= 0.0)
        || learned.information.mean.is_none_or(|mean| mean <= 0.0);
    let text = format!(
        "When each group is paired with a solver in the best way, the two act together at {} of steps (normalised mutual \
         information {}{}).",
        Unit::Part.measured(&learned.accuracy),
        Unit::Plain.measured(&learned.information),
        if nothing { ": the groups say nothing about the solvers" } else { ", where 0 is chance" }
    );
    paper.paragraph(2, Paint::Measured, &text);
    let mut labels: Vec<(String, Vec<&LearnedSolver>)> = Vec::new();
    for solver in learned.by_seed.iter().flatten() {
        let label = solver.solver.clone().unwrap_or_else(|| "no solver".to_string());
        match labels.iter_mut().find(|(known, _)| *known == label) {
            Some((_, solvers)) => solvers.push(solver),
            None => labels.push((label, vec![solver])),
        }
    }
    let all = learned.by_seed.iter().map(Vec::len).sum::<usize>();
    let widest = widest(labels.iter().map(|(label, _)| label.as_str()));
    for (label, solvers) in &labels {
        let mut parts = vec![format!("matched by {} of {all} groups", solvers.len())];
        if solvers.iter().all(|solver| solver.solver.is_some()) {
            let right = solvers.iter().map(|solver| solver.agreement).sum::<f64>() / solvers.len() as f64;
            parts.push(format!("acts at {} of the steps of such a group", Unit::Part.show(right)));
        }
        let mut reads: Vec<&str> = Vec::new();
        for name in solvers.iter().flat_map(|solver| &solver.reads) {
            if !reads.contains(&name.as_str()) {
                reads.push(name);
            }
        }
        parts.extend((!reads.is_empty()).then(|| format!("reads {}", reads.join(", "))));
        paper.parts(&format!("  {}  ", left(&sanitize(label), widest)), Paint::Plain, &parts);
    }
}
