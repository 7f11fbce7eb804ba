//! Every claim, how it came out, and the numbers that decide.

use crate::outcome::Outcome;
use crate::outcome::claim::{ClaimOutcome, ClaimSide};
use crate::outcome::measured::Measured;
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;

/// With fewer seeds resamples say little.
const FEW: usize = 8;

const REMARK: &str = "each is about the mean over seeds, and says beforehand what would settle it";

const TERMS: &[(&str, &str)] = &[
    (
        "resamples",
        "seeds are drawn from those trained, as many and with repetition, 10,000 times: in how many of these sets the means \
         compare so, and how many the claim asks for",
    ),
    (
        "p",
        "how often the differences of the seeds would add up to as much on this side if their signs were tossed like coins",
    ),
    ("Holm", "the same p, raised because several claims are tested at once"),
];

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    if outcome.claims.is_empty() {
        return;
    }
    paper.heading("CLAIMS", REMARK);
    let sides = |claim: &ClaimOutcome| claim.confirm.iter().chain(&claim.refute).any(|side| side.p_value.is_some());
    if outcome.claims.iter().any(sides) {
        paper.terms(TERMS);
    }
    for claim in &outcome.claims {
        self::claim(paper, claim);
    }
}

/// The claims of several studies of one file, each with the name of its study, corrected for one another.
pub fn of_file(file: &str, studies: &[(String, Vec<ClaimOutcome>)], style: Style) -> String {
    let mut paper = Paper::new(style);
    let count: usize = studies.iter().map(|(_, claims)| claims.len()).sum();
    let title = format!("ALL CLAIMS of {file}");
    let remark = format!("the {count} claims of {} studies, with Holm over all of them", studies.len());
    paper.heading(&title, &remark);
    for (study, claims) in studies {
        for claim in claims {
            let (paint, verdict) = verdict(claim);
            let sides = [("confirm", &claim.confirm), ("refute", &claim.refute)];
            let p = sides.iter().filter_map(|(word, side)| Some(format!("{word} {}", tested(side.as_ref()?)?)));
            let parts: Vec<String> = std::iter::once(verdict).chain(p).collect();
            paper.parts(&format!("  {study}, {}: ", claim.name), paint, &parts);
        }
    }
    paper.into_text()
}

fn claim(paper: &mut Paper, claim: &ClaimOutcome) {
    paper.blank();
    paper.hanging(&format!("{}  ", claim.name), Paint::Forecast, &claim.text);
    if !claim.doc.trim().is_empty() {
        paper.paragraph(2, Paint::Plain, &claim.doc);
    }
    let (paint, verdict) = verdict(claim);
    let reason = claim.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    paper.paragraph(2, paint, &format!("{verdict}{reason}"));
    let sides = [("confirm  ", &claim.confirm), ("refute   ", &claim.refute)];
    for (word, side) in sides.into_iter().filter_map(|(word, side)| Some((word, side.as_ref()?))) {
        let mut parts = vec![side.comparison.clone()];
        let asked = Unit::Part.show(side.level);
        parts.extend(side.resamples.map(|held| format!("in {} of resamples, {asked} asked", Unit::Part.show(held))));
        parts.extend(tested(side));
        paper.parts(&format!("  {word}"), Paint::Plain, &parts);
    }
    let same = |one: &ClaimSide, other: &ClaimSide| {
        (&one.left.by_seed, one.right.as_ref().map(|right| &right.by_seed), one.constant)
            == (&other.left.by_seed, other.right.as_ref().map(|right| &right.by_seed), other.constant)
    };
    match (&claim.confirm, &claim.refute) {
        (Some(one), Some(other)) if !same(one, other) => {
            measured(paper, "confirm, measured: ", one);
            measured(paper, "refute, measured: ", other);
        }
        (Some(side), _) | (None, Some(side)) => measured(paper, "measured: ", side),
        (None, None) => {}
    }
    if claim.undefined_seeds > 0 && claim.seeds > 0 {
        let text = format!("undefined, and so left out, in {}", seeds(claim.undefined_seeds));
        paper.paragraph(2, Paint::Warning, &text);
    }
    if (2..FEW).contains(&claim.seeds) && claim.verdict != "inadmissible" {
        let least = Unit::Plain.show(0.5_f64.powi(claim.seeds as i32));
        let count = claim.seeds;
        let text =
            format!("! {count} seeds are few: no p can be below {least}, and sets drawn from so few hardly differ.");
        paper.paragraph(2, Paint::Warning, &text);
    }
}

fn verdict(claim: &ClaimOutcome) -> (Paint, String) {
    match claim.verdict.as_str() {
        "confirmed" => (Paint::Good, "✓ confirmed".to_string()),
        "refuted" => (Paint::Bad, "✗ refuted".to_string()),
        "inconclusive" => (Paint::Plain, "? inconclusive".to_string()),
        "inadmissible" => (Paint::Warning, "! not judged".to_string()),
        other => (Paint::Plain, other.to_string()),
    }
}

/// `p = 0.004, Holm 0.008`
fn tested(side: &ClaimSide) -> Option<String> {
    let p = side.p_value?;
    let shown = |p: f64| if p == 1.0 { "1".to_string() } else { Unit::Plain.show(p) };
    let holm = side.adjusted_p.map_or(String::new(), |p| format!(", Holm {}", shown(p)));
    Some(format!("p = {}{holm}", shown(p)))
}

/// The means of both sides, and by how much they differ.
fn measured(paper: &mut Paper, label: &str, side: &ClaimSide) {
    let unit = Unit::named(&side.unit);
    if side.left.mean.is_none() {
        return;
    }
    let right = match (&side.right, side.constant) {
        (Some(right), _) => unit.measured(right),
        (None, Some(constant)) => unit.show(constant),
        (None, None) => "nothing".to_string(),
    };
    let logits = if side.unit == "logits" { " logits" } else { "" };
    let mut parts = vec![format!("{} against {right}{logits}", unit.measured(&side.left))];
    parts.extend(difference(unit, &side.difference).map(|difference| format!("difference {difference}")));
    paper.parts(&format!("  {label}"), Paint::Measured, &parts);
}

/// A difference of parts is in points of a hundred, which may be negative, its interval cut to what is possible; any other is as
/// it is.
fn difference(unit: Unit, measured: &Measured) -> Option<String> {
    if unit != Unit::Part {
        return measured.mean.map(|_| unit.measured(measured));
    }
    let points = |part: f64| {
        let points = 100.0 * part;
        if points.abs() < 9.95 { format!("{points:.1}") } else { format!("{points:.0}") }
    };
    let mean = points(measured.mean?);
    Some(match measured.interval {
        Some(bounds) => {
            let [low, high] = bounds.map(|bound| points(bound.clamp(-1.0, 1.0)));
            format!("{mean} points ({low} to {high})")
        }
        None => format!("{mean} points"),
    })
}

fn seeds(count: usize) -> String {
    if count == 1 { "one seed".to_string() } else { format!("{count} seeds") }
}
