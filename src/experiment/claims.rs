//! Where claims and measurements meet.
//!
//! A claim is judged on the seeds in which every number that it compares is defined, on either side, so that all it says is
//! about the same seeds; the others are left out, and the outcome says how many. It is inadmissible where a forecast of the
//! same numbers would be, and where no seed is left.

use crate::experiment::described::unit;
use crate::experiment::score::Findings;
use crate::heuristic::rule::Comparison;
use crate::language::number::percent;
use crate::language::print;
use crate::outcome::claim::{ClaimOutcome, ClaimSide, Family};
use crate::outcome::measured::Measured;
use crate::scoring::claim::{Resamples, Side, Verdict, Why, either, fewest, verdict};
use crate::scoring::holm::holm;
use crate::scoring::sign_flip::one_sided;
use crate::study::claim::{Claim, Criterion};
use crate::study::forecast::{Event, Operand, Statement};

/// Every claim of the study, in file order, judged on what was measured, and corrected for one another.
pub fn claims(findings: &Findings) -> Vec<ClaimOutcome> {
    let mut outcomes: Vec<ClaimOutcome> =
        findings.setup.study.claims.iter().map(|claim| judged(findings, claim)).collect();
    correct([&mut outcomes]);
    outcomes
}

/// Corrects the p of the claims of several studies for one another by Holm's procedure, and says which verdicts stand. A claim
/// without a p was not tested and does not count.
pub fn correct<'a>(studies: impl IntoIterator<Item = &'a mut Vec<ClaimOutcome>>) {
    let tested = |claims: &'a mut Vec<ClaimOutcome>| -> Vec<&'a mut ClaimOutcome> {
        claims.iter_mut().filter(|claim| claim.p_value.is_some()).collect()
    };
    let studies: Vec<_> = studies.into_iter().map(tested).filter(|claims| !claims.is_empty()).collect();
    let count = studies.len();
    let family: Vec<f64> = studies.iter().flatten().filter_map(|claim| claim.p_value).collect();
    for claim in studies.into_iter().flatten() {
        let decided = match claim.verdict.as_str() {
            "confirmed" => claim.confirm.as_ref(),
            "refuted" => claim.refute.as_ref(),
            _ => None,
        };
        claim.family = claim.p_value.map(|p| holm(p, &family)).map(|adjusted_p| Family {
            claims: family.len(),
            studies: count,
            adjusted_p,
            // 1 - .95 is not .05 in binary.
            stands: decided.map(|side| adjusted_p <= 1.0 - side.level + 1e-12),
        });
    }
}

/// Why so many seeds decide nothing at a level, a clause.
pub fn too_few(seeds: usize, level: f64, needed: usize) -> String {
    let seeds = if seeds == 1 { "one seed is".to_string() } else { format!("{seeds} seeds are") };
    format!("{seeds} too few, at {} it takes at least {needed}", percent(level))
}

/// A side of a claim on the seeds that count.
struct Weighed {
    outcome: ClaimSide,
    side: Side,
}

fn judged(findings: &Findings, claim: &Claim) -> ClaimOutcome {
    let counted = counted(findings, claim);
    let seeds = counted.iter().filter(|counts| **counts).count();
    let weigh = |criterion: &Option<Criterion>| criterion.as_ref().map(|side| weighed(findings, side, &counted));
    let (mut confirm, mut refute) = (weigh(&claim.confirm), weigh(&claim.refute));
    let mut outcome = ClaimOutcome {
        name: claim.name.clone(),
        doc: claim.doc.clone(),
        text: claim.text.clone(),
        seeds,
        undefined_seeds: counted.len() - seeds,
        ..ClaimOutcome::default()
    };
    let reason = claim.criteria().find_map(|criterion| findings.inadmissible(&as_forecast(criterion)));
    let reason = reason.or((seeds == 0).then(|| "what it compares is undefined in every seed".to_string()));
    let came_out = if reason.is_some() {
        "inadmissible"
    } else {
        let seed = findings.setup.measurement_seed.child("claims", &[]).0;
        let resamples = Resamples::of(seeds, seed);
        let held = |weighed: &Option<Weighed>| {
            weighed.as_ref().and_then(|weighed| Some((resamples.holding(&weighed.side)?, weighed.side.level)))
        };
        let (confirms, refutes) = (held(&confirm), held(&refute));
        // Of one seed nothing can be drawn but the seed.
        for (weighed, held) in [(&mut confirm, confirms), (&mut refute, refutes)] {
            if let Some(weighed) = weighed.as_mut().filter(|_| seeds > 1) {
                weighed.outcome.resamples = held.map(|(held, _)| held);
                weighed.outcome.p_value = one_sided(&weighed.side.differences, seed);
            }
        }
        let p = |weighed: &Option<Weighed>| weighed.as_ref().and_then(|weighed| weighed.outcome.p_value);
        outcome.p_value = either(p(&confirm), p(&refute));
        match verdict(seeds, confirms, refutes) {
            Verdict::Confirmed => "confirmed",
            Verdict::Refuted => "refuted",
            Verdict::Inconclusive(why) => {
                outcome.reason = Some(why_not(why, seeds, claim));
                "inconclusive"
            }
        }
    };
    ClaimOutcome {
        verdict: came_out.to_string(),
        reason: reason.or(outcome.reason),
        confirm: confirm.map(|weighed| weighed.outcome),
        refute: refute.map(|weighed| weighed.outcome),
        ..outcome
    }
}

fn why_not(why: Why, seeds: usize, claim: &Claim) -> String {
    match why {
        Why::TooFew { level, needed } => return too_few(seeds, level, needed),
        Why::Both => "both what confirms it and what refutes it hold",
        Why::Neither if claim.confirm.is_some() && claim.refute.is_some() => {
            "neither side holds as surely as it has to"
        }
        Why::Neither => "the one side that it has does not hold as surely as it has to",
    }
    .to_string()
}

/// The forecast of a comparison, for which the reasons against judging are known.
fn as_forecast(criterion: &Criterion) -> Statement {
    let Criterion { left, comparison, right, .. } = criterion.clone();
    Statement::Event { event: Event::Comparison { left, comparison, right }, probability: 0.5 }
}

/// For each seed, whether every number that the claim compares is defined in it.
fn counted(findings: &Findings, claim: &Claim) -> Vec<bool> {
    let numbers: Vec<Vec<Option<f64>>> =
        claim.criteria().flat_map(Criterion::numbers).map(|number| findings.values(number)).collect();
    let finite = |value: &Option<f64>| value.is_some_and(f64::is_finite);
    let seeds = 0..numbers.first().map_or(0, Vec::len);
    seeds.map(|seed| numbers.iter().all(|values| values.get(seed).is_some_and(finite))).collect()
}

fn weighed(findings: &Findings, criterion: &Criterion, counted: &[bool]) -> Weighed {
    let names = print::Names::of(findings.setup.study);
    let kept = |values: Vec<Option<f64>>| -> Vec<Option<f64>> {
        values.into_iter().zip(counted).map(|(value, counts)| value.filter(|_| *counts)).collect()
    };
    let left = kept(findings.values(&criterion.left));
    let (right, constant) = match &criterion.right {
        Operand::Number(right) => (Some(kept(findings.values(right))), None),
        Operand::Constant(constant) => (None, Some(*constant)),
    };
    let opposite = |seed: usize| match &right {
        Some(right) => right.get(seed).copied().flatten(),
        None => constant,
    };
    let difference: Vec<Option<f64>> =
        left.iter().enumerate().map(|(seed, left)| Some((*left)? - opposite(seed)?)).collect();
    let upwards = matches!(criterion.comparison, Comparison::Greater | Comparison::AtLeast);
    let strict = matches!(criterion.comparison, Comparison::Greater | Comparison::Less);
    let differences = difference.iter().flatten().map(|d| if upwards { *d } else { -d }).collect();
    let outcome = ClaimSide {
        comparison: print::criterion(criterion, &names),
        level: criterion.level,
        seeds_needed: fewest(criterion.level),
        unit: unit(&criterion.left).to_string(),
        left: Measured::over_seeds(left),
        right: right.map(Measured::over_seeds),
        constant,
        difference: Measured::over_seeds(difference),
        ..ClaimSide::default()
    };
    Weighed { outcome, side: Side { differences, strict, level: criterion.level } }
}

#[cfg(test)]
mod tests {
    use super::{correct, too_few};
    use crate::outcome::claim::{ClaimOutcome, ClaimSide, Family};

    fn claim(verdict: &str, p_value: Option<f64>) -> ClaimOutcome {
        let side = || Some(ClaimSide { level: 0.95, ..ClaimSide::default() });
        ClaimOutcome {
            verdict: verdict.to_string(),
            p_value,
            confirm: side(),
            refute: side(),
            ..ClaimOutcome::default()
        }
    }

    #[test]
    fn the_claims_of_a_file_are_corrected_for_one_another() {
        let mut one = vec![
            claim("confirmed", Some(0.01)),
            claim("inconclusive", Some(0.5)),
            claim("inadmissible", None),
            claim("refuted", Some(0.03)),
        ];
        let mut silent = vec![claim("inadmissible", None)];
        let of = |claims: &[ClaimOutcome]| claims.iter().map(|claim| claim.family.clone()).collect::<Vec<_>>();
        let family = |claims, studies, adjusted_p, stands| Some(Family { claims, studies, adjusted_p, stands });
        correct([&mut one, &mut silent]);
        // .01 x 3, .03 x 2.
        assert_eq!(
            of(&one),
            [family(3, 1, 0.03, Some(true)), family(3, 1, 0.5, None), None, family(3, 1, 0.06, Some(false))]
        );
        assert_eq!(of(&silent), [None]);
        // With a second study of the file the first of the claims does not stand either.
        let mut two = vec![claim("refuted", Some(0.02)), claim("confirmed", Some(0.012_5))];
        correct([&mut one, &mut silent, &mut two]);
        assert_eq!(one[0].family, family(5, 2, 0.05, Some(true)), "at 95% .05 is enough");
        assert_eq!(two[1].family, family(5, 2, 0.05, Some(true)));
        assert_eq!(two[0].family, family(5, 2, 0.06, Some(false)));
        assert_eq!(one[3].family, family(5, 2, 0.06, Some(false)));
    }

    #[test]
    fn too_few_seeds_are_counted() {
        assert_eq!(too_few(3, 0.95, 5), "3 seeds are too few, at 95% it takes at least 5");
        assert_eq!(too_few(1, 0.8, 3), "one seed is too few, at 80% it takes at least 3");
    }
}
