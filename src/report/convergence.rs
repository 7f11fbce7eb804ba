//! Which rules are selected whatever is rewarded.

use crate::outcome::Outcome;
use crate::outcome::convergence::ConvergentHeuristic;
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::wrap::{left, widest};

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    let Some(convergence) = &outcome.convergence else { return };
    paper.heading("WHATEVER IS REWARDED", "rules that every reward function of this study selects");
    let seeds = outcome.seeds.len();
    let widest = widest(convergence.heuristics.iter().map(|heuristic| heuristic.name.as_str()));
    for heuristic in &convergence.heuristics {
        let label = format!("  {}  ", left(&sanitize(&heuristic.name), widest));
        let of = |(training, count): (&String, &usize)| format!("after {training} in {count}");
        let mut parts = vec![verdict(heuristic, seeds)];
        parts.extend(convergence.trainings.iter().zip(&heuristic.selected).map(of));
        paper.parts(&label, if heuristic.convergent { Paint::Good } else { Paint::Plain }, &parts);
    }
    if !convergence.not_learned.is_empty() {
        let names = convergence.not_learned.join(", ");
        let text = if convergence.heuristics.is_empty() {
            format!("Not judged: the agent did not learn in {names}, and it takes two rewards that it learned under.")
        } else {
            format!("Not counted, since the agent did not learn: {names}.")
        };
        paper.hanging("  ! ", Paint::Warning, &text);
    }
}

fn verdict(heuristic: &ConvergentHeuristic, seeds: usize) -> String {
    let word = if heuristic.convergent { "convergent" } else { "not convergent" };
    format!("{word}: selected under all in {} of {seeds} seeds", heuristic.in_all)
}
