//! The Brier score of a probability for an event.
//!
//! S(p, y) = (p - y)^2, y = 1 where the event holds and 0 where not; lower is better, in [0, 1].
//! A forecast of 50% scores 1/4 whatever happens.
//!
//! Brier, G. W. (1950), Verification of forecasts expressed in terms of probability, Monthly
//! Weather Review 78, 1-3 (here for one of the two classes: half of his sum over both).

use crate::scoring::error::{ScoringError, probability};

/// The score of the probability `p` in [0, 1].
///
/// # Errors
/// If `p` is not a probability.
pub fn brier(p: f64, holds: bool) -> Result<f64, ScoringError> {
    let p = probability(p)?;
    Ok(if holds { (p - 1.0) * (p - 1.0) } else { p * p })
}

#[cfg(test)]
mod tests {
    use super::brier;

    /// No other probability is expected to score better than the true one.
    #[test]
    fn proper() {
        let expected = |p: f64, truth: f64| {
            truth * brier(p, true).expect("in range") + (1.0 - truth) * brier(p, false).expect("in range")
        };
        for truth in 0..=20 {
            let truth = f64::from(truth) / 20.0;
            for p in 0..=100 {
                assert!(expected(truth, truth) <= expected(f64::from(p) / 100.0, truth) + 1e-15);
            }
        }
    }

    #[test]
    fn refuses_what_is_no_probability() {
        assert!(brier(1.1, true).is_err());
        assert!(brier(f64::NAN, true).is_err());
    }
}
