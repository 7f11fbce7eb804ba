//! The logarithmic score of a probability for an event, in nats.
//!
//! S(p, y) = -ln p where the event holds and -ln(1 - p) where not; lower is better, in [0, infinity].
//! It is never clamped: what was called impossible and happens scores infinity. A forecast
//! of 50% scores ln 2 whatever happens.
//!
//! Good, I. J. (1952), Rational decisions, Journal of the Royal Statistical Society B 14, 107-114.

use crate::scoring::error::{ScoringError, probability};

/// The score of the probability `p` in [0, 1]; infinite where 0% happened or 100% did not.
///
/// # Errors
/// If `p` is not a probability.
pub fn logarithmic(p: f64, holds: bool) -> Result<f64, ScoringError> {
    let p = probability(p)?;
    // `0.0 -` and not a sign: certainty that comes true scores 0, not -0.
    Ok(0.0 - if holds { p.ln() } else { (-p).ln_1p() })
}

#[cfg(test)]
mod tests {
    use super::logarithmic;

    /// No other probability is expected to score better than the true one.
    #[test]
    fn proper() {
        let expected = |p: f64, truth: f64| {
            truth * logarithmic(p, true).expect("in range") + (1.0 - truth) * logarithmic(p, false).expect("in range")
        };
        for truth in 1..20 {
            let truth = f64::from(truth) / 20.0;
            for p in 0..=100 {
                assert!(expected(truth, truth) <= expected(f64::from(p) / 100.0, truth) + 1e-15);
            }
        }
    }

    #[test]
    fn never_clamped() {
        assert_eq!(logarithmic(0.0, true), Ok(f64::INFINITY));
        assert_eq!(logarithmic(1.0, false), Ok(f64::INFINITY));
        assert_eq!(logarithmic(1.0, true), Ok(0.0));
        assert_eq!(logarithmic(0.0, false), Ok(0.0));
        assert!(logarithmic(-0.1, true).is_err());
    }
}
