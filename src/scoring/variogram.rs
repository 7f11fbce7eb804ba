//! The variogram score of a forecast in several dimensions, from draws: how well it has differences between them.
//!
//! VS(F, y) = sum_ij (|y_i - y_j|^p - E|X_i - X_j|^p)^2, over ordered pairs of dimensions with equal weights;
//! lower is better. It is proper, not strictly: adding the same to every dimension changes nothing.
//!
//! Scheuerer, M. and Hamill, T. M. (2015), Variogram-based proper scoring rules for probabilistic
//! forecasts of multivariate quantities, Monthly Weather Review 143, 1321-1334.

use crate::scoring::error::{ScoringError, finite};

/// From one column of draws per dimension, an outcome, and the order `p`, 1/2 as a rule.
///
/// # Errors
/// Without a draw, with columns of different lengths or another number of them than of outcomes, or with a number that
/// is not finite.
pub fn variogram(columns: &[Vec<f64>], y: &[f64], p: f64) -> Result<f64, ScoringError> {
    if columns.len() != y.len() {
        return Err(ScoringError::Dimension { expected: columns.len(), found: y.len() });
    }
    let size = columns.first().map_or(0, Vec::len);
    if size == 0 {
        return Err(ScoringError::TooFewDraws { needed: 1, found: 0 });
    }
    if let Some(other) = columns.iter().find(|column| column.len() != size) {
        return Err(ScoringError::Ragged { expected: size, found: other.len() });
    }
    finite("the order of a variogram", p)?;
    for &value in columns.iter().flatten().chain(y) {
        finite("a draw or an outcome", value)?;
    }
    let mut sum = 0.0;
    for i in 0..y.len() {
        for j in 0..i {
            let powers = columns[i].iter().zip(&columns[j]).map(|(a, b)| (a - b).abs().powf(p));
            let gap = (y[i] - y[j]).abs().powf(p) - powers.sum::<f64>() / size as f64;
            sum += 2.0 * gap * gap;
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::variogram;

    #[test]
    fn domain() {
        assert_eq!(variogram(&[vec![0.0, 1.0], vec![1.0, 2.0]], &[5.0, 6.0], 0.5), Ok(0.0));
        assert!(variogram(&[], &[], 0.5).is_err());
        assert!(variogram(&[vec![1.0]], &[1.0, 2.0], 0.5).is_err());
        assert!(variogram(&[vec![1.0], vec![1.0, 2.0]], &[1.0, 2.0], 0.5).is_err());
        assert!(variogram(&[vec![f64::NAN]], &[1.0], 0.5).is_err());
    }
}
