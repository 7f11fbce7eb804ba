//! What training selected, rule by rule.

use crate::outcome::measured::Measured;
use crate::outcome::{HeuristicOutcome, Outcome};
use crate::report::figure;
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};

/// What the words and marks of this section mean.
const TERMS: &[(&str, &str)] = &[
    ("strength", "how many logits a network adds to the moves that the rule recommends, where it fires"),
    ("share", "part of the total positive strength of the rules listed here"),
    ("causal", "the strength lost when what the rule looks at is taken out of view"),
    ("placebo", "the largest strength seen when what the rule looks at is shuffled: what chance gives"),
    (
        "shuffled",
        "the largest causal strength when the weights from what the rule looks at are mixed: what chance gives",
    ),
    (
        "selected",
        "strength above 0.25 logits and above the placebo; causal strength surely above 0 and, for this rule or another \
         about the same thing, above the largest shuffled; for a rule that looks at no object the first alone",
    ),
    ("emerged", "environment step, first to last seed, from which on the strength stays above half of its final value"),
    (
        "reinforced",
        "a further step of this training would strengthen it, beyond what differs between batches (t above 3); \
         disinforced: weaken it",
    ),
    ("▼", "the forecast"),
    ("█ ▒ ┃", "measured: a bar up to the interval, the interval, the mean in it"),
    ("●", "one seed; a digit is how many seeds fall on one spot, + ten or more"),
];

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    paper.heading("RULES", "which heuristics training selected, and how strongly");
    paper.terms(TERMS);
    let forecast = forecast_shares(outcome, None);
    for (i, heuristic) in outcome.results.heuristics.iter().enumerate() {
        paper.blank();
        one(paper, heuristic, forecast.and_then(|shares| shares.get(i).copied()), i == 0);
    }
    paper.blank();
    explained(paper, &outcome.results.explained);
}

/// How much of the policy the rules explain.
pub fn explained(paper: &mut Paper, measured: &Measured) {
    let text =
        format!("{} of the trained policy is explained by all these rules together.", Unit::Part.measured(measured));
    let unknown = "How much of the trained policy these rules explain together is undefined.";
    paper.paragraph(2, Paint::Plain, if measured.mean.is_some() { &text } else { unknown });
}

/// The shares of the first forecast of weights after a phase, or after the study's own training, that has one for every
/// heuristic.
pub fn forecast_shares<'a>(outcome: &'a Outcome, phase: Option<&str>) -> Option<&'a Vec<f64>> {
    let about = outcome.forecasts.iter().filter(|forecast| forecast.after.as_deref() == phase);
    about.filter_map(|f| f.shares.as_ref()).find(|shares| shares.len() == outcome.results.heuristics.len())
}

/// In how many seeds it was selected.
pub fn selected(heuristic: &HeuristicOutcome) -> String {
    let selected = heuristic.selected.iter().filter(|selected| **selected).count();
    match (selected, heuristic.selected.len()) {
        (1, 1) => "selected".to_string(),
        (0, 1) => "not selected".to_string(),
        (selected, seeds) => format!("selected in {selected} of {seeds} seeds"),
    }
}

fn one(paper: &mut Paper, heuristic: &HeuristicOutcome, forecast: Option<f64>, first: bool) {
    paper.paragraph(0, Paint::Heading, &heuristic.name);
    if !heuristic.doc.trim().is_empty() {
        paper.paragraph(2, Paint::Faint, &heuristic.doc);
    }
    paper.paragraph(2, Paint::Plain, &heuristic.rule);
    if first {
        figure::scale(paper);
    }
    figure::share(paper, forecast, &heuristic.share);
    paper.parts("  ", Paint::Plain, &facts(heuristic));
}

fn facts(heuristic: &HeuristicOutcome) -> Vec<String> {
    let mut facts =
        vec![self::selected(heuristic), format!("strength {} logits", Unit::Plain.measured(&heuristic.strength))];
    if heuristic.has_cue {
        facts.push(format!("causal {}", Unit::Plain.measured(&heuristic.causal)));
        facts.push(format!(
            "placebo {}",
            heuristic.placebo.mean.map_or("undefined".to_string(), |p| Unit::Plain.show(p))
        ));
        facts.extend(heuristic.shuffled.mean.map(|shuffled| format!("shuffled {}", Unit::Plain.show(shuffled))));
    } else {
        facts.push("looks at no object where it fires, so no causal or placebo".to_string());
    }
    if heuristic.selected.contains(&true) {
        facts.extend(emerged(&heuristic.emerged_at));
    }
    facts.extend(reinforced(heuristic));
    if heuristic.alias_group.is_some() {
        facts.push("cannot be told apart from another, see below".to_string());
    }
    facts.push(format!("fires on {} of training states", Unit::Part.show(heuristic.fires)));
    facts
}

/// In how many seeds a further step would strengthen it or weaken it; nothing where it never fires.
pub fn reinforced(heuristic: &HeuristicOutcome) -> Option<String> {
    let verdicts: Vec<&str> = heuristic.reinforcement.as_ref()?.verdict.iter().flatten().map(String::as_str).collect();
    let of = |name: &str| {
        let count = verdicts.iter().filter(|verdict| **verdict == name).count();
        (count > 0).then(|| format!("{name} in {count} of {} seeds", verdicts.len()))
    };
    let said: Vec<String> = ["reinforced", "disinforced"].into_iter().filter_map(of).collect();
    match (verdicts.is_empty(), said.is_empty()) {
        (true, _) => None,
        (false, true) => Some("neither reinforced nor disinforced".to_string()),
        (false, false) => Some(said.join(", ")),
    }
}

/// The earliest and the latest seed, since an interval around the mean of few can begin before training does.
pub fn emerged(at: &Measured) -> Option<String> {
    let steps = || at.by_seed.iter().flatten().copied();
    let first = Unit::Steps.show(steps().reduce(f64::min)?);
    let last = Unit::Steps.show(steps().reduce(f64::max)?);
    Some(if first == last { format!("emerged at step {first}") } else { format!("emerged at steps {first} to {last}") })
}
