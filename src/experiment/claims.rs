//! Where claims and measurements meet.
//!
//! A claim is judged on the seeds in which every number that it compares is defined, on either side, so that all it says is
//! about the same seeds; the others are left out, and the outcome says how many. It is inadmissible where a forecast of the
//! same numbers would be, and where no seed is left.

use crate::experiment::described::unit;
use crate::experiment::score::Findings;
use crate::heuristic::rule::Comparison;
use crate::language::print;
use crate::outcome::claim::{ClaimOutcome, ClaimSide};
use crate::outcome::measured::Measured;
use crate::scoring::claim::{Resamples, Side, Verdict, Why};
use crate::scoring::holm::holm;
use crate::scoring::sign_flip::one_sided;
use crate::study::claim::{Claim, Criterion};
use crate::study::forecast::{Event, Operand, Statement};

/// Every claim of the study, in file order, judged on what was measured.
pub fn claims(findings: &Findings) -> Vec<ClaimOutcome> {
    let mut outcomes: Vec<ClaimOutcome> =
        findings.setup.study.claims.iter().map(|claim| judged(findings, claim)).collect();
    adjust(&mut outcomes);
    outcomes
}

/// Corrects the p of claims for one another by Holm's procedure: of what confirms among all that confirm, of what refutes
/// among all that refute. A claim that is inadmissible was not tested and does not count.
pub fn adjust<'a>(claims: impl IntoIterator<Item = &'a mut ClaimOutcome>) {
    let mut claims: Vec<&mut ClaimOutcome> = claims.into_iter().collect();
    type SideOf = fn(&mut ClaimOutcome) -> Option<&mut ClaimSide>;
    let sides: [SideOf; 2] = [|claim| claim.confirm.as_mut(), |claim| claim.refute.as_mut()];
    for side in sides {
        let family: Vec<f64> = claims.iter_mut().filter_map(|claim| side(claim)?.p_value).collect();
        for side in claims.iter_mut().filter_map(|claim| side(claim)) {
            side.adjusted_p = side.p_value.map(|p| holm(p, &family));
        }
    }
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
    let verdict = if reason.is_some() {
        "inadmissible"
    } else {
        let seed = findings.setup.measurement_seed.child("claims", &[]).0;
        let resamples = Resamples::of(seeds, seed);
        // Of one seed nothing can be drawn but the seed.
        for weighed in [&mut confirm, &mut refute].into_iter().flatten().filter(|_| seeds > 1) {
            weighed.outcome.resamples = resamples.holding(&weighed.side);
            weighed.outcome.p_value = one_sided(&weighed.side.differences, seed);
        }
        let held = |weighed: &Option<Weighed>| {
            weighed.as_ref().and_then(|weighed| Some((weighed.outcome.resamples?, weighed.side.level)))
        };
        match resamples.verdict(held(&confirm), held(&refute)) {
            Verdict::Confirmed => "confirmed",
            Verdict::Refuted => "refuted",
            Verdict::Inconclusive(why) => {
                outcome.reason = Some(why_not(why, claim).to_string());
                "inconclusive"
            }
        }
    };
    ClaimOutcome {
        verdict: verdict.to_string(),
        reason: reason.or(outcome.reason),
        confirm: confirm.map(|weighed| weighed.outcome),
        refute: refute.map(|weighed| weighed.outcome),
        ..outcome
    }
}

fn why_not(why: Why, claim: &Claim) -> &'static str {
    match why {
        Why::Both => "both what confirms it and what refutes it hold",
        Why::OneSeed => "a single seed says nothing of how seeds differ",
        Why::Neither if claim.confirm.is_some() && claim.refute.is_some() => {
            "neither side holds as surely as it has to"
        }
        Why::Neither => "the one side that it has does not hold as surely as it has to",
    }
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
        unit: unit(&criterion.left).to_string(),
        left: Measured::over_seeds(left),
        right: right.map(Measured::over_seeds),
        constant,
        difference: Measured::over_seeds(difference),
        ..ClaimSide::default()
    };
    Weighed { outcome, side: Side { differences, strict, level: criterion.level } }
}
