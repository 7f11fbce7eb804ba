//! Every claim, how it came out, and the numbers that decide.

use crate::outcome::Outcome;
use crate::outcome::claim::{ClaimOutcome, ClaimSide, Family};
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
    (
        "Holm",
        "the p of a claim, twice the smaller of its sides', raised because several claims are tested at once; a verdict \
         stands after it where that is at most what its level leaves, 0.05 at 95%",
    ),
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

/// The claims of several studies of one file, which were corrected for one another, each with the name of its study.
pub fn of_file(file: &str, studies: &[(&str, &[ClaimOutcome])], style: Style) -> String {
    let mut paper = Paper::new(style);
    let mut families = studies.iter().flat_map(|(_, claims)| claims.iter()).filter_map(|claim| claim.family.as_ref());
    let remark = families.next().map_or("none was judged".to_string(), |family| format!("Holm over {}", over(family)));
    paper.heading(&format!("ALL CLAIMS of {file}"), &remark);
    for (study, claims) in studies {
        for claim in *claims {
            let (paint, verdict) = verdict(claim);
            let holm = claim.family.as_ref().map_or("", |family| match family.stands {
                Some(true) => ", after Holm too",
                Some(false) => ", but not after Holm",
                None => "",
            });
            let mut parts = vec![format!("{verdict}{holm}")];
            parts.extend(claim.p_value.map(|p| format!("p = {}", shown(p))));
            parts.extend(claim.family.as_ref().map(|family| format!("after Holm {}", shown(family.adjusted_p))));
            paper.parts(&format!("  {study}, {}: ", claim.name), paint, &parts);
        }
    }
    // The empty line above a heading is for what stands before it.
    paper.into_text().trim_start().to_string()
}

fn claim(paper: &mut Paper, claim: &ClaimOutcome) {
    paper.blank();
    paper.hanging(&format!("{}  ", claim.name), Paint::Forecast, &claim.text);
    if !claim.doc.trim().is_empty() {
        paper.paragraph(2, Paint::Plain, &claim.doc);
    }
    let (paint, verdict) = verdict(claim);
    let reason = claim.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    paper.paragraph(2, paint, &format!("{verdict}{}{reason}", beside(claim)));
    let sides = [("confirm  ", &claim.confirm), ("refute   ", &claim.refute)];
    for (word, side) in sides.into_iter().filter_map(|(word, side)| Some((word, side.as_ref()?))) {
        let mut parts = vec![side.comparison.clone()];
        let asked = Unit::Part.show(side.level);
        parts.push(match side.resamples {
            Some(held) => format!("in {} of resamples, {asked} asked", Unit::Part.show(held)),
            None => format!("at {asked}"),
        });
        parts.extend(side.p_value.map(|p| format!("p = {}", shown(p))));
        paper.parts(&format!("  {word}"), Paint::Plain, &parts);
    }
    if let (Some(p), Some(family)) = (claim.p_value, &claim.family) {
        let p = format!("p = {}", shown(p));
        let holm = format!("after Holm over {} {}", over(family), shown(family.adjusted_p));
        paper.parts("  claim    ", Paint::Plain, &if family.claims > 1 { vec![p, holm] } else { vec![p] });
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
    // Where there are too few for either side the verdict says so.
    let needed = claim.confirm.iter().chain(&claim.refute).map(|side| side.seeds_needed).min().unwrap_or(0);
    if (needed.max(2)..FEW).contains(&claim.seeds) && claim.verdict != "inadmissible" {
        let sides = if claim.confirm.is_some() && claim.refute.is_some() { 2.0 } else { 1.0 };
        let least = Unit::Plain.show(sides * 0.5_f64.powi(claim.seeds as i32));
        let count = claim.seeds;
        let text = format!(
            "! {count} seeds are few: the p of the claim cannot be below {least}, and sets drawn from so few hardly differ."
        );
        paper.paragraph(2, Paint::Warning, &text);
    }
}

/// Which claims were tested at once.
fn over(family: &Family) -> String {
    let claims = if family.claims == 1 { "the one claim".to_string() } else { format!("the {} claims", family.claims) };
    if family.studies > 1 {
        format!("{claims} of {} studies of the file", family.studies)
    } else {
        format!("{claims} of this study")
    }
}

/// What a verdict is worth beside all other claims; nothing where none was reached, and where the claim is the only one and stands.
fn beside(claim: &ClaimOutcome) -> String {
    let Some((family, stands)) = claim.family.as_ref().and_then(|family| Some((family, family.stands?))) else {
        return String::new();
    };
    match (stands, family.claims) {
        (true, 1) => String::new(),
        (false, 1) => ", but the sign-flip test does not bear it out".to_string(),
        (true, _) => format!(", and stands after Holm over {}", over(family)),
        (false, _) => format!(", but not after Holm over {}", over(family)),
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

/// A p, which is 1 where it is.
fn shown(p: f64) -> String {
    if p == 1.0 { "1".to_string() } else { Unit::Plain.show(p) }
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

#[cfg(test)]
mod tests {
    use super::{of_file, write};
    use crate::outcome::claim::Family;
    use crate::outcome::{Outcome, fixture};
    use crate::report::paper::Paper;
    use crate::report::terminal::Style;

    /// The section, of a terminal as wide as a line gets.
    fn section(outcome: &Outcome) -> String {
        let mut paper = Paper::new(Style { width: 400, ..Style::default() });
        write(&mut paper, outcome);
        paper.into_text()
    }

    fn line(outcome: &Outcome, beginning: &str) -> String {
        let text = section(outcome);
        let line = text.lines().map(str::trim).find(|line| line.starts_with(beginning));
        line.unwrap_or_else(|| panic!("{beginning}\n{text}")).to_string()
    }

    #[test]
    fn a_verdict_says_whether_it_stands_after_holm() {
        let mut outcome = fixture::outcome();
        let stands = "✓ confirmed, and stands after Holm over the 2 claims of this study";
        assert_eq!(line(&outcome, "✓"), stands);
        assert_eq!(line(&outcome, "claim "), "claim    p = 0.008 · after Holm over the 2 claims of this study 0.016");
        let family = |claims, studies, stands| Some(Family { claims, studies, adjusted_p: 0.11, stands: Some(stands) });
        for (family, expected) in [
            (family(14, 1, false), "✓ confirmed, but not after Holm over the 14 claims of this study"),
            (family(14, 3, false), "✓ confirmed, but not after Holm over the 14 claims of 3 studies of the file"),
            (family(1, 1, false), "✓ confirmed, but the sign-flip test does not bear it out"),
            (family(1, 1, true), "✓ confirmed"),
            (None, "✓ confirmed"),
        ] {
            outcome.claims[0].family = family;
            assert_eq!(line(&outcome, "✓"), expected);
        }
    }

    #[test]
    fn few_seeds_are_warned_of_where_they_could_decide() {
        let mut outcome = fixture::outcome();
        outcome.claims.truncate(1);
        let mut with = |seeds: usize| {
            outcome.claims[0].seeds = seeds;
            section(&outcome)
        };
        assert!(with(5).contains("! 5 seeds are few: the p of the claim cannot be below 0.062"), "{}", with(5));
        assert!(!with(4).contains("seeds are few") && !with(8).contains("seeds are few"));
    }

    #[test]
    fn a_claim_that_was_not_judged_says_at_which_level_it_would_have_been() {
        let confirm = line(&fixture::troubled(), "confirm");
        assert_eq!(confirm, "confirm  share(to_corner) > share(to_cheese) · at 95%");
    }

    #[test]
    fn the_claims_of_a_file() {
        let mut claims = fixture::outcome().claims;
        let mut other = vec![claims[0].clone()];
        for (claim, adjusted_p, stands) in [(&mut claims[0], 0.0234, Some(true)), (&mut other[0], 0.06, Some(false))] {
            claim.family = Some(Family { claims: 3, studies: 2, adjusted_p, stands });
        }
        let expected = "\
ALL CLAIMS of a.shard  Holm over the 3 claims of 2 studies of the file
  one, proxy_wins: ✓ confirmed, after Holm too · p = 0.008 · after Holm 0.023
  one, useless: ? inconclusive · p = 0.18 · after Holm 0.18
  two, proxy_wins: ✓ confirmed, but not after Holm · p = 0.008 · after Holm 0.060
";
        assert_eq!(of_file("a.shard", &[("one", &claims), ("two", &other)], Style::default()), expected);
    }
}
