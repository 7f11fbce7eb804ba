//! What the trained agents did, in the training world and in those they were never trained in.

use crate::outcome::{BehaviourOutcome, Outcome, Results, ScenarioOutcome};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::sanitize::sanitize;
use crate::report::wrap::{columns, left, wrap};

/// The least room for names beside their numbers; in a narrower terminal they stand above them.
const NAMES: usize = 24;

const TERMS: &[(&str, &str)] = &[
    ("measured", "mean over seeds of each seed's own mean over episodes"),
    ("random policy", "the same for an agent that picks every action with equal chance"),
    ("forecast", "90% of seeds were forecast to lie in this range"),
];

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    if outcome.results.scenarios.iter().all(|scenario| scenario.quantities.is_empty()) {
        return;
    }
    paper.heading("BEHAVIOUR", "in each world the agents act, and nothing is trained");
    paper.terms(TERMS);
    worlds(paper, outcome, None, &outcome.results);
}

/// Every world in which behaviour was measured after a phase, or after the study's own training.
pub fn worlds(paper: &mut Paper, outcome: &Outcome, phase: Option<&str>, results: &Results) {
    for scenario in results.scenarios.iter().filter(|scenario| !scenario.quantities.is_empty()) {
        paper.blank();
        one(paper, outcome, phase, scenario);
    }
}

/// A world in words.
pub fn title(scenario: &ScenarioOutcome, phase: Option<&str>) -> String {
    match (scenario.name.as_str(), phase) {
        ("training", None) => "the training world".to_string(),
        ("training", Some(phase)) => format!("the world of {phase}"),
        (name, None) => name.to_string(),
        (name, Some(phase)) => format!("{name} after {phase}"),
    }
}

fn one(paper: &mut Paper, outcome: &Outcome, phase: Option<&str>, scenario: &ScenarioOutcome) {
    let episodes = Unit::Steps.show(scenario.episodes as f64);
    let title = format!("{} ({episodes} episodes per seed)", title(scenario, phase));
    paper.paragraph(0, Paint::Heading, &title);
    if !scenario.doc.trim().is_empty() {
        paper.paragraph(2, Paint::Faint, &scenario.doc);
    }
    let header = ["measured", "random policy", "forecast"].map(str::to_string);
    let rows: Vec<[String; 3]> = scenario.quantities.iter().map(|q| numbers(outcome, phase, scenario, q)).collect();
    let widths = [0, 1, 2].map(|k| rows.iter().chain([&header]).map(|row| columns(&row[k])).max().unwrap_or(0) + 2);
    let room = paper.width().saturating_sub(4 + widths.iter().sum::<usize>());
    let longest = scenario.quantities.iter().map(|q| columns(&sanitize(&q.name))).max().unwrap_or(0);
    let beside = room >= NAMES.min(longest);
    let indent = if beside { longest.min(room) + 4 } else { 4 };
    if beside || room > 0 {
        let line: String = (0..3).map(|k| left(&header[k], widths[k])).collect();
        paper.line(&[(&left("", indent), Paint::Plain), (&line, Paint::Faint)]);
    }
    for (quantity, row) in scenario.quantities.iter().zip(&rows) {
        let mut names = if beside { wrap(&sanitize(&quantity.name), indent - 4) } else { Vec::new() }.into_iter();
        if !beside {
            paper.paragraph(2, Paint::Plain, &quantity.name);
        }
        if !beside && room == 0 {
            let named: Vec<String> = header.iter().zip(row).map(|(name, number)| format!("{name} {number}")).collect();
            paper.parts("    ", Paint::Plain, &named);
            continue;
        }
        let [measured, random, forecast] = [0, 1, 2].map(|k| left(&row[k], widths[k]));
        paper.line(&[
            (&left(&format!("  {}", names.next().unwrap_or_default()), indent), Paint::Plain),
            (&measured, Paint::Measured),
            (&random, Paint::Plain),
            (&forecast, Paint::Forecast),
        ]);
        for name in names {
            paper.line(&[(&format!("  {name}"), Paint::Plain)]);
        }
    }
}

/// What was measured, what a random policy gives, and what was forecast.
fn numbers(
    outcome: &Outcome,
    phase: Option<&str>,
    scenario: &ScenarioOutcome,
    quantity: &BehaviourOutcome,
) -> [String; 3] {
    let unit = Unit::named(&quantity.unit);
    let random = quantity.random.map_or("unknown".to_string(), |random| unit.show(random));
    [unit.measured(&quantity.value), random, forecast(outcome, phase, scenario, quantity).unwrap_or("-".to_string())]
}

/// The range forecast for a quantity, if one was.
fn forecast(
    outcome: &Outcome,
    phase: Option<&str>,
    scenario: &ScenarioOutcome,
    quantity: &BehaviourOutcome,
) -> Option<String> {
    let unit = Unit::named(&quantity.unit);
    let about = |f: &&crate::outcome::ForecastOutcome| {
        f.after.as_deref() == phase
            && f.scenario.as_ref() == Some(&scenario.name)
            && f.quantity.as_ref() == Some(&quantity.name)
    };
    let (low, high) = outcome.forecasts.iter().filter(about).find_map(|f| Some((f.low?, f.high?)))?;
    Some(format!("{} to {}", unit.show(low), unit.show(high)))
}
