//! The scores of a forecast of a number: of a 90% interval the interval score, beside a reference interval; of samples
//! the continuous ranked probability score.

use crate::scoring::crps;
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

/// The scores of a forecaster that gives samples, at least one: the fair form, or with a single one the distance to it.
///
/// There is no reference, since one that knows nothing states an interval and no distribution, and so no scale.
///
/// # Errors
/// If a sample or an outcome is not finite, or there is no sample.
pub fn sampled(samples: &[f64], outcomes: &[Option<f64>]) -> Result<Scored, ScoringError> {
    let score = if samples.len() > 1 { crps::fair } else { crps::ensemble };
    let scores = outcomes.iter().map(|y| y.map(|y| score(samples, y)).transpose()).collect::<Result<_, _>>()?;
    Ok(Scored { rule: &CRPS, scores, reference: None, scale: None })
}

#[cfg(test)]
mod tests {
    use super::{number, sampled};

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
    fn samples_have_a_score_without_a_reference() {
        let two = sampled(&[0.0, 1.0], &[Some(0.5), None]).expect("valid");
        // The mean distance is 1/2, half of the mean distance between two different samples too.
        assert_eq!((two.scores, two.reference, two.scale), (vec![Some(0.0), None], None, None));
        assert_eq!(sampled(&[2.0], &[Some(0.5)]).expect("valid").scores, [Some(1.5)]);
        assert!(sampled(&[], &[Some(0.5)]).is_err() && sampled(&[f64::NAN], &[Some(0.5)]).is_err());
    }
}
