//! The ranked probability score of probabilities for ordered outcomes.
//!
//! RPS(p, k) = sum_j (p_1 + … + p_j - 1[k <= j])^2; lower is better. With two outcomes it is the Brier
//! score.
//!
//! Epstein, E. S. (1969), A scoring system for probability forecasts of ranked categories, Journal of
//! Applied Meteorology 8, 985-987.

use crate::scoring::error::{ScoringError, probability};

/// When the outcome with index `happened` happens.
///
/// # Errors
/// If a probability is none, or there are too few for the outcome.
pub fn rps(probabilities: &[f64], happened: usize) -> Result<f64, ScoringError> {
    if happened >= probabilities.len() {
        return Err(ScoringError::Dimension { expected: happened + 1, found: probabilities.len() });
    }
    let (mut below, mut sum) = (0.0, 0.0);
    for (j, &p) in probabilities.iter().enumerate() {
        below += probability(p)?;
        let gap = below - if happened <= j { 1.0 } else { 0.0 };
        sum += gap * gap;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::rps;
    use crate::scoring::brier::brier;

    #[test]
    fn with_two_outcomes_it_is_the_brier_score() {
        for p in [0.0, 0.25, 0.7, 1.0] {
            for (happened, holds) in [(0, true), (1, false)] {
                let score = rps(&[p, 1.0 - p], happened).expect("valid");
                assert!((score - brier(p, holds).expect("valid")).abs() < 1e-15);
            }
        }
        assert!(rps(&[1.0], 1).is_err());
        assert!(rps(&[2.0], 0).is_err());
    }
}
