//! The interval score of a central 90% interval, in the units of the number.
//!
//! S(l, u, y) = (u - l) + (2 / a) (l - y)+ + (2 / a) (y - u)+ with a = 0.1: the width, and 20 times
//! the distance by which the outcome misses; lower is better, at least 0. It is proper for
//! the 5% and 95% quantiles.
//!
//! Gneiting and Raftery (2007), section 6.2; Winkler, R. L. (1972), A decision-theoretic approach
//! to interval estimation, Journal of the American Statistical Association 67, 187-191.

use crate::scoring::error::{ScoringError, finite};

/// The probability that falls outside of the interval.
const OUTSIDE: f64 = 0.1;

/// The score of the interval from `low` to `high`, its 5% and 95% quantiles, when `y` happens.
///
/// # Errors
/// If a bound or `y` is not finite, or `low` exceeds `high`.
pub fn interval(low: f64, high: f64, y: f64) -> Result<f64, ScoringError> {
    let y = finite("the outcome", y)?;
    if !(low <= high && low.is_finite() && high.is_finite()) {
        return Err(ScoringError::Interval { low, high });
    }
    let missed = (low - y).max(0.0) + (y - high).max(0.0);
    Ok((high - low) + 2.0 / OUTSIDE * missed)
}

#[cfg(test)]
mod tests {
    use super::interval;

    #[test]
    fn width_and_misses() {
        assert_eq!(interval(0.2, 0.6, 0.3), Ok(0.6 - 0.2));
        assert!((interval(0.0, 1.0, 1.5).expect("valid") - 11.0).abs() < 1e-12);
        assert!((interval(0.0, 1.0, -0.5).expect("valid") - 11.0).abs() < 1e-12);
        assert!(interval(1.0, 0.0, 0.5).is_err());
        assert!(interval(0.0, f64::INFINITY, 0.5).is_err());
        assert!(interval(0.0, 1.0, f64::NAN).is_err());
    }

    /// Under a lopsided law on 0, 1, …, 40 no interval is expected to beat its 5% and 95% quantiles.
    #[test]
    fn proper() {
        let weights: Vec<f64> = (0..=40).map(|k| 0.9_f64.powi(k) * f64::from(k + 1)).collect();
        let total: f64 = weights.iter().sum();
        let quantile = |level: f64| {
            let mut below = 0.0;
            weights.iter().position(|w| {
                below += w / total;
                below >= level
            })
        };
        let expected = |low: usize, high: usize| -> f64 {
            let score = |y: usize| interval(low as f64, high as f64, y as f64).expect("valid");
            weights.iter().enumerate().map(|(y, w)| w / total * score(y)).sum()
        };
        let (low, high) = (quantile(0.05).expect("reached"), quantile(0.95).expect("reached"));
        for l in 0..=40 {
            for h in l..=40 {
                assert!(expected(low, high) <= expected(l, h) + 1e-12, "{l} to {h}");
            }
        }
    }
}
