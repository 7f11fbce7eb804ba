//! Every forecast, what happened, and how well it did.

use crate::outcome::measured::Measured;
use crate::outcome::{ForecastOutcome, Outcome, RowOutcome, ScoreOutcome};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::predictors::beside;
use crate::report::wrap::{columns, left};

const TERMS: &[(&str, &str)] = &[
    ("score", "how far the forecast lay from what happened, mean over seeds; lower is better"),
    (
        "reference",
        "the same for a forecast that knows nothing: any split of the shares, 50% for an event, the random policy's range \
         for a number",
    ),
    ("skill", "1 is perfect, 0 is knowing nothing, below 0 is worse than that"),
];

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    if outcome.forecasts.is_empty() {
        paper.heading("FORECASTS", "");
        return paper.paragraph(2, Paint::Plain, "The prediction file states none, so nothing is scored.");
    }
    paper.heading("FORECASTS", "each is about one freshly trained seed, and is scored on every one");
    if outcome.forecasts.iter().any(|forecast| !forecast.scores.is_empty()) {
        paper.terms(TERMS);
    }
    let digits = outcome.forecasts.len().to_string().len();
    for (i, forecast) in outcome.forecasts.iter().enumerate() {
        paper.blank();
        paper.hanging(&format!("{:>digits$}  ", i + 1), Paint::Forecast, &forecast.text);
        let indent = " ".repeat(digits + 2);
        if !forecast.doc.trim().is_empty() {
            paper.hanging(&indent, Paint::Plain, &forecast.doc);
        }
        if let Some(happened) = happened(outcome, forecast) {
            paper.hanging(&indent, Paint::Measured, &happened);
        }
        if let Some(reason) = &forecast.inadmissible {
            paper.hanging(&indent, Paint::Warning, &format!("not scored: {reason}"));
        }
        for score in &forecast.scores {
            scored(paper, &indent, score);
        }
        let others = beside(forecast, &outcome.predictors);
        if !others.is_empty() {
            paper.parts(&format!("{indent}predictors  "), Paint::Plain, &others);
        }
        if forecast.undefined_seeds > 0 && forecast.inadmissible.is_none() {
            let text = format!("undefined, and so unscored, in {}", seeds(forecast.undefined_seeds));
            paper.hanging(&indent, Paint::Warning, &text);
        }
    }
}

/// What happened, in words.
fn happened(outcome: &Outcome, forecast: &ForecastOutcome) -> Option<String> {
    if forecast.kind == "weights" {
        let share =
            |h: &crate::outcome::HeuristicOutcome| Some(format!("{} {}", h.name, Unit::Part.show(h.share.mean?)));
        let results = outcome.after(forecast.after.as_deref())?;
        let shares: Vec<String> = results.heuristics.iter().filter_map(share).collect();
        return (!shares.is_empty()).then(|| format!("measured: {}", shares.join(", ")));
    }
    if forecast.kind == "transitions" {
        let rows: Vec<String> = forecast.rows.iter().map(|row| self::row(outcome, forecast, row)).collect();
        return (!rows.is_empty()).then(|| format!("measured: {}", rows.join("; ")));
    }
    let measured = forecast.measured.as_ref()?;
    measured.mean?;
    let values: Vec<f64> = measured.by_seed.iter().flatten().copied().collect();
    let unit = Unit::named(forecast.unit.as_deref().unwrap_or_default());
    let of_seeds = |count: usize| format!("in {count} of {} seeds", values.len());
    if forecast.kind == "event" {
        let count = values.iter().filter(|value| **value > 0.5).count();
        let held = match (values.len(), count) {
            (1, 1) => "held in the one seed".to_string(),
            (1, _) => "did not hold in the one seed".to_string(),
            _ => format!("held {}", of_seeds(count)),
        };
        let sides: Vec<String> = forecast.sides.iter().map(|side| unit.measured(side)).collect();
        return Some(if sides.is_empty() { held } else { format!("{held}: {}", sides.join(" against ")) });
    }
    let logits = if forecast.unit.as_deref() == Some("logits") { " logits" } else { "" };
    let inside = forecast.low.zip(forecast.high).map_or(String::new(), |(low, high)| {
        let count = values.iter().filter(|value| (low..=high).contains(*value)).count();
        match (values.len(), count) {
            (1, 1) => ", inside the range".to_string(),
            (1, _) => ", outside the range".to_string(),
            _ => format!(", inside the range {}", of_seeds(count)),
        }
    });
    Some(format!("measured: {}{logits}{inside}", unit.measured(measured)))
}

/// A measured row of the step chain: where it goes, the states that no seed ever saw left out.
fn row(outcome: &Outcome, forecast: &ForecastOutcome, row: &RowOutcome) -> String {
    let results = outcome.after(forecast.after.as_deref());
    let scenario = results.and_then(|r| r.scenarios.iter().find(|s| forecast.scenario.as_ref() == Some(&s.name)));
    let states = scenario.and_then(|scenario| Some(scenario.chain.as_ref()?.states.as_slice())).unwrap_or_default();
    let seen = |measured: &Measured| measured.mean.filter(|mean| *mean > 0.0);
    let part = |(to, name)| Some(format!("{name} {}", Unit::Part.show(seen(to)?)));
    let parts: Vec<String> = row.measured.iter().zip(states).filter_map(part).collect();
    let parts = if parts.is_empty() { "never left".to_string() } else { parts.join(", ") };
    format!("{} -> {parts}", row.from)
}

/// What stands before a score of this rule.
pub fn label(indent: &str, rule: &str) -> String {
    let name = match rule {
        "energy" => "energy score",
        "brier" => "Brier score",
        "log" => "log score",
        "interval" => "interval score",
        other => other,
    };
    format!("{indent}{}  ", left(name, 14))
}

/// A skill by this rule, in words.
pub fn skill_words(rule: &str, skill: f64) -> String {
    match rule {
        "log" if skill.abs() < 1e-9 => "no better".to_string(),
        "log" => format!("{} nats {}", Unit::Plain.show(skill.abs()), if skill < 0.0 { "worse" } else { "better" }),
        _ => format!("skill {}", Unit::Plain.show(skill)),
    }
}

/// A score on one line, beside its reference.
pub fn scored(paper: &mut Paper, indent: &str, score: &ScoreOutcome) {
    let name = label(indent, &score.rule);
    if score.infinite > 0 {
        let text = format!("infinite: what it called impossible happened in {}", seeds(score.infinite));
        return paper.hanging(&name, Paint::Bad, &text);
    }
    let Some(mean) = score.score.mean else {
        return paper.hanging(&name, Paint::Plain, "undefined");
    };
    let value = Unit::Plain.show(mean);
    let Some(reference) = score.reference.as_ref().and_then(|reference| reference.mean) else {
        return paper.hanging(&format!("{name}{}", left(&value, 7)), Paint::Plain, "no reference, so no skill");
    };
    let reference = format!("reference {}", Unit::Plain.show(reference));
    let (paint, skill) = skill(score);
    let (before, beside) = (left(&value, 7), left(&reference, 17));
    if columns(&name) + columns(&before) + columns(&beside) + columns(&skill) > paper.width() {
        return paper.parts(&name, paint, &[value, reference, skill]);
    }
    paper.line(&[(&name, Paint::Plain), (&before, Paint::Plain), (&beside, Paint::Plain), (&skill, paint)]);
}

fn skill(score: &ScoreOutcome) -> (Paint, String) {
    let Some(skill) = score.skill else { return (Paint::Plain, "skill undefined".to_string()) };
    (if skill > 0.0 { Paint::Good } else { Paint::Bad }, skill_words(&score.rule, skill))
}

/// So many, in words.
pub fn seeds(count: usize) -> String {
    if count == 1 { "one seed".to_string() } else { format!("{count} seeds") }
}
