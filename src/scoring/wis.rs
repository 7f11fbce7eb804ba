//! The weighted interval score of a forecast by quantiles, in the units of the number.
//!
//! WIS = (1 / (K + 1/2)) sum over levels t of `(1[y < q_t] - t) (q_t - y)`, for K central intervals and the median, that is
//! 2K + 1 levels; lower is better. With more and more levels it tends to the CRPS. The median counts once:
//! a convention that counts it twice is also in use.
//!
//! Bracher, J., Ray, E. L., Gneiting, T. and Reich, N. G. (2021), Evaluating epidemic forecasts in an
//! interval format, PLOS Computational Biology 17, e1008618.

use crate::scoring::error::{ScoringError, finite, probability};

/// From one quantile for each level in [0, 1], the levels symmetric around a median that is one of them.
///
/// # Errors
/// Without levels, with other numbers of them and of quantiles, a level that is none, or a number that is not finite.
pub fn wis(levels: &[f64], quantiles: &[f64], y: f64) -> Result<f64, ScoringError> {
    if levels.is_empty() || levels.len() != quantiles.len() {
        return Err(ScoringError::Dimension { expected: levels.len().max(1), found: quantiles.len() });
    }
    finite("the outcome", y)?;
    let mut sum = 0.0;
    for (&level, &quantile) in levels.iter().zip(quantiles) {
        let above = if y < quantile { 1.0 } else { 0.0 };
        sum += (above - probability(level)?) * (finite("a quantile", quantile)? - y);
    }
    Ok(sum / (levels.len() as f64 / 2.0))
}

#[cfg(test)]
mod tests {
    use super::wis;

    #[test]
    fn domain() {
        assert_eq!(wis(&[0.5], &[1.0], 3.0), Ok(2.0));
        assert!(wis(&[], &[], 0.0).is_err());
        assert!(wis(&[0.5], &[], 0.0).is_err());
        assert!(wis(&[1.5], &[0.0], 0.0).is_err());
        assert!(wis(&[0.5], &[f64::INFINITY], 0.0).is_err());
    }
}
