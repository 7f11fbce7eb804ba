//! The continuous ranked probability score, in the units of the number.
//!
//! CRPS(F, y) = E|X - y| - (1/2) E|X - X'|, X and X' independent draws from F; lower is better, at least
//! 0 for a true distribution. Of an ensemble x_1, …, x_m the standard form takes E over the ensemble as the
//! distribution; the fair form takes it as a sample of one, so that E|X - X'| runs over different
//! members alone and the score does not reward large ensembles. The fair form can be negative.
//!
//! Gneiting and Raftery (2007), section 4.2; Ferro, C. A. T. (2014), Fair scores for ensemble forecasts,
//! Quarterly Journal of the Royal Meteorological Society 140, 1917-1923.

use crate::scoring::error::{ScoringError, finite};
use statrs::function::erf::erfc;
use std::f64::consts::{PI, SQRT_2};

/// The standard form for an ensemble of at least one member.
///
/// # Errors
/// If the ensemble is empty or a number is not finite.
pub fn ensemble(members: &[f64], y: f64) -> Result<f64, ScoringError> {
    let (distance, pairs) = terms(members, y, 1)?;
    let m = members.len() as f64;
    Ok(distance / m - pairs / (m * m))
}

/// The fair form for an ensemble of at least two members.
///
/// # Errors
/// If the ensemble has fewer than two members or a number is not finite.
pub fn fair(members: &[f64], y: f64) -> Result<f64, ScoringError> {
    let (distance, pairs) = terms(members, y, 2)?;
    let m = members.len() as f64;
    Ok(distance / m - pairs / (m * (m - 1.0)))
}

/// Of the normal distribution: s (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)), z = (y - mean) / s.
///
/// # Errors
/// If a number is not finite or the deviation not above 0.
pub fn normal(mean: f64, deviation: f64, y: f64) -> Result<f64, ScoringError> {
    if !(deviation.is_finite() && deviation > 0.0) {
        return Err(ScoringError::Deviation(deviation));
    }
    let z = (finite("the outcome", y)? - finite("the mean", mean)?) / deviation;
    let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
    let below = 0.5 * erfc(-z / SQRT_2);
    Ok(deviation * (z * (2.0 * below - 1.0) + 2.0 * density - 1.0 / PI.sqrt()))
}

/// The sum of |x_i - y|, and the sum of |x_i - x_j| over unordered pairs.
fn terms(members: &[f64], y: f64, needed: usize) -> Result<(f64, f64), ScoringError> {
    if members.len() < needed {
        return Err(ScoringError::TooFewDraws { needed, found: members.len() });
    }
    finite("the outcome", y)?;
    for &x in members {
        finite("a member", x)?;
    }
    let distance = members.iter().map(|x| (x - y).abs()).sum();
    Ok((distance, sum_of_distances(members)))
}

/// The sum of |x_i - x_j| over unordered pairs of finite numbers.
pub fn sum_of_distances(members: &[f64]) -> f64 {
    let mut sorted = members.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (mut pairs, mut below) = (0.0, 0.0);
    for (i, x) in sorted.iter().enumerate() {
        pairs += x * i as f64 - below;
        below += x;
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::{ensemble, fair, normal};

    #[test]
    fn domain() {
        assert!(ensemble(&[], 0.0).is_err());
        assert!(fair(&[1.0], 0.0).is_err());
        assert_eq!(ensemble(&[1.0], 3.0), Ok(2.0));
        assert!(ensemble(&[f64::NAN], 0.0).is_err());
        assert!(normal(0.0, 0.0, 0.0).is_err());
    }

    #[test]
    fn a_large_ensemble_approaches_its_distribution() {
        // The quantiles of the uniform distribution on [0, 1]: at y = 1/2 its CRPS is 1/4 - 1/6.
        let members: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) / 1000.0).collect();
        assert!((ensemble(&members, 0.5).expect("valid") - 1.0 / 12.0).abs() < 1e-6);
    }
}
