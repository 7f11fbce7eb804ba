//! The scores of a forecast of a number: of a 90% interval the interval score, beside a reference interval; of draws the
//! continuous ranked probability score, the [energy score](crate::scoring::energy) in one dimension.

use crate::scoring::energy::Ensemble;
use crate::scoring::error::ScoringError;
use crate::scoring::interval::interval;
use crate::scoring::registry::{CRPS, INTERVAL};
use crate::scoring::scored::Scored;

/// The scores of the interval from `low` to `high` on the number measured in each seed, nothing where it is undefined.
///
/// The reference is an interval that knows nothing of training, the range over seeds of a random policy say; the
/// scale is its width, and nothing where that is 0.
///
/// # Errors
/// If an interval or an outcome is not finite, or an interval's low exceeds its high.
pub fn number(
    low: f64,
    high: f64,
    reference: Option<(f64, f64)>,
    outcomes: &[Option<f64>],
) -> Result<Scored, ScoringError> {
    let of = |low: f64, high: f64| {
        interval(low, high, low)?;
        outcomes.iter().map(|y| y.map(|y| interval(low, high, y)).transpose()).collect::<Result<Vec<_>, _>>()
    };
    Ok(Scored {
        rule: &INTERVAL,
        scores: of(low, high)?,
        reference: reference.map(|(low, high)| of(low, high)).transpose()?,
        scale: reference.map(|(low, high)| high - low).filter(|width| *width > 0.0 && width.is_finite()),
    })
}

/// The quantile at `level` in [0, 1] of ascending numbers that are all there is, linear between them; nothing of none.
pub fn between(sorted: &[f64], level: f64) -> Option<f64> {
    let place = level * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

/// The 5% and 95% quantiles of numbers in any order that are all there is; nothing of none.
pub fn middle(mut values: Vec<f64>) -> Option<[f64; 2]> {
    values.sort_by(f64::total_cmp);
    Some([between(&values, 0.05)?, between(&values, 0.95)?])
}

/// The scores of a forecaster that gives draws, in one dimension.
///
/// There is no reference, since one that knows nothing states an interval and no distribution, and so no scale.
///
/// # Errors
/// If an outcome is not finite, or the draws have more dimensions.
pub fn drawn(draws: &Ensemble, outcomes: &[Option<f64>]) -> Result<Scored, ScoringError> {
    let scores = outcomes.iter().map(|y| y.map(|y| draws.score(&[y])).transpose()).collect::<Result<_, _>>()?;
    Ok(Scored { rule: &CRPS, scores, reference: None, scale: None })
}

#[cfg(test)]
mod tests {
    use super::{drawn, middle, number};
    use crate::scoring::energy::Ensemble;

    #[test]
    fn beside_a_reference() {
        let scored = number(0.5, 0.7, Some((0.0, 0.4)), &[Some(0.6), None, Some(0.4)]).expect("valid");
        assert_eq!(scored.scale, Some(0.4));
        // Widths .2 and .4; the one misses by .1 once, the other by .2 once.
        let skill = 1.0 - (0.4 + 2.0) / (0.8 + 4.0);
        assert!((scored.skill().expect("defined") - skill).abs() < 1e-12);
    }

    #[test]
    fn without_a_reference() {
        let scored = number(0.0, 1.0, None, &[Some(0.5)]).expect("valid");
        assert_eq!((scored.skill(), scored.scale), (None, None));
        assert_eq!(number(0.0, 1.0, Some((0.3, 0.3)), &[Some(0.5)]).expect("valid").scale, None);
        assert!(number(1.0, 0.0, None, &[]).is_err());
    }

    #[test]
    fn draws_have_a_score_without_a_reference() {
        let draws = vec![vec![0.0, 1.0]];
        let sample = drawn(&Ensemble::sample(draws.clone()).expect("two"), &[Some(0.5), None]).expect("finite");
        // The mean distance is 1/2, half of the mean distance between two different draws too.
        assert_eq!((sample.scores, sample.reference, sample.scale), (vec![Some(0.0), None], None, None));
        let stated = drawn(&Ensemble::stated(draws).expect("two"), &[Some(0.5)]).expect("finite");
        assert_eq!((stated.skill(), stated.scores), (None, vec![Some(0.25)]));
        let plane = Ensemble::stated(vec![vec![0.0], vec![1.0]]).expect("one");
        assert!(drawn(&plane, &[Some(0.5)]).is_err());
    }

    #[test]
    fn quantiles_lie_between_numbers() {
        // Of 0 to 10 the 5% quantile is half of the way from 0 to 1, as in R's quantile(0:10, .05).
        assert_eq!(middle((0..=10).rev().map(f64::from).collect()), Some([0.5, 9.5]));
        assert_eq!((middle(vec![3.0]), middle(Vec::new())), (Some([3.0, 3.0]), None));
    }
}
