//! Which weights a phase changed.

use crate::outcome::change::{Change, UnitChange};
use crate::outcome::{Outcome, PhaseOutcome};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::wrap::{left, widest};

/// Of each seed, so many units are shown; the outcome has more.
const UNITS: usize = 3;
/// So many seeds are shown: the units of one seed are not those of another.
const SEEDS: usize = 2;

const TERMS: &[(&str, &str)] = &[
    ("layers", "how far the weights of each moved, in percent of their size before"),
    ("unit", "one neuron of the last hidden layer, by its number; each carries a part of every rule's strength"),
    ("in, out", "how far the weights into the unit moved, and those from it to the agent's moves"),
    ("seed", "its units whose weights moved most, and the rule whose strength in them changed most"),
];

/// `first` in the report: then terms are explained.
pub fn write(paper: &mut Paper, outcome: &Outcome, phase: &PhaseOutcome, change: &Change, first: bool) {
    paper.blank();
    paper.paragraph(0, Paint::Heading, &format!("which weights {} changed most", phase.name));
    if first {
        paper.terms(TERMS);
    }
    let layer = |layer: &crate::outcome::change::LayerChange| {
        format!("{} {}", layer.layer, Unit::Relative.measured(&layer.change))
    };
    paper.parts("  layers  ", Paint::Measured, &change.layers.iter().map(layer).collect::<Vec<_>>());
    let widest = widest(change.heuristics.iter().map(|h| h.name.as_str()));
    for heuristic in &change.heuristics {
        let mut facts = vec![format!("strength moved by {} logits", Unit::Plain.measured(&heuristic.strength))];
        if let Some(half) = heuristic.half_in_units.mean {
            let seeds = if heuristic.half_in_units.by_seed.len() > 1 { " on average" } else { "" };
            facts.push(format!("half of all change, up and down, in {half:.0} of {} units{seeds}", change.units));
        }
        paper.parts(&format!("  {}  ", left(&sanitize(&heuristic.name), widest)), Paint::Measured, &facts);
    }
    for (seed, units) in outcome.seeds.iter().zip(&change.units_by_seed).take(SEEDS) {
        let units: Vec<String> = units.iter().take(UNITS).map(|unit| one(unit, change)).collect();
        paper.parts(&format!("  seed {seed}  "), Paint::Plain, &units);
    }
    if change.units_by_seed.len() > SEEDS {
        let more = change.units_by_seed.len() - SEEDS;
        paper.paragraph(2, Paint::Faint, &format!("{more} more seeds, and more units of each, are in the JSON."));
    }
}

/// A unit, and the rule whose strength in it changed most.
fn one(unit: &UnitChange, change: &Change) -> String {
    let [incoming, outgoing] = [unit.incoming, unit.outgoing].map(|size| Unit::Plain.show(size));
    let strengths = change.heuristics.iter().zip(&unit.strength);
    let most = strengths.max_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs()));
    let carried = most.map_or(String::new(), |(heuristic, strength)| {
        let sign = if *strength > 0.0 { "+" } else { "" };
        format!("; {} {sign}{} logits", heuristic.name, Unit::Plain.show(*strength))
    });
    format!("unit {} (in {incoming}, out {outgoing}{carried})", unit.unit)
}
