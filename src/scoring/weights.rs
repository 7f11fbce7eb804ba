//! The score of a Dirichlet forecast of shares: the energy score, fair form, from seeded draws.
//!
//! Not the log score of the Dirichlet density: measured shares are clipped at 0, where densities with
//! parameters below 1 are infinite, so that it would reward stating nothing but zeros.
//!
//! The order in which rules are listed changes no bit: parts are drawn in the order of their parameters, and
//! parts with equal parameters, which are exchangeable, meet the outcome's parts in the order of the
//! outcome.

use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::energy::Ensemble;
use crate::scoring::error::ScoringError;
use crate::scoring::scored::{Rule, Scored};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Draws per forecast.
pub const DRAWS: usize = 4096;

/// The scores of `forecast` and of `reference` on the shares measured in each seed, nothing where they are undefined.
///
/// The scale is what the reference expects to score under itself. With a single part all scores are 0 and there
/// is no scale.
///
/// # Errors
/// If the forecast, the reference and an outcome have different numbers of parts, or an outcome is not finite.
pub fn weights(
    forecast: &Dirichlet,
    reference: &Dirichlet,
    outcomes: &[Option<Vec<f64>>],
    seed: u64,
) -> Result<Scored, ScoringError> {
    let (expected, found) = (forecast.alpha().len(), reference.alpha().len());
    if expected != found {
        return Err(ScoringError::Dimension { expected, found });
    }
    let (scores, _) = against(forecast, outcomes, seed)?;
    let (reference, spread) = against(reference, outcomes, seed)?;
    let scale = (spread > 0.0).then_some(spread);
    Ok(Scored { rule: Rule::Energy, scores, reference: Some(reference), scale })
}

/// The scores on each outcome, and what the distribution expects to score under itself.
fn against(
    distribution: &Dirichlet,
    outcomes: &[Option<Vec<f64>>],
    seed: u64,
) -> Result<(Vec<Option<f64>>, f64), ScoringError> {
    let alpha = distribution.alpha();
    let mut sorted = alpha.to_vec();
    sorted.sort_by(f64::total_cmp);
    let columns = Dirichlet::new(sorted)?.draws(DRAWS, &mut ChaCha8Rng::seed_from_u64(seed));
    let ensemble = Ensemble::new(columns)?;
    let score = |shares: &Vec<f64>| {
        if shares.len() != alpha.len() {
            return Err(ScoringError::Dimension { expected: alpha.len(), found: shares.len() });
        }
        let mut parts: Vec<(f64, f64)> = alpha.iter().copied().zip(shares.iter().copied()).collect();
        parts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        ensemble.fair(&parts.iter().map(|part| part.1).collect::<Vec<f64>>())
    };
    let scores = outcomes.iter().map(|shares| shares.as_ref().map(score).transpose()).collect::<Result<_, _>>()?;
    Ok((scores, ensemble.expected()))
}

#[cfg(test)]
mod tests {
    use super::weights;
    use crate::scoring::dirichlet::Dirichlet;
    use crate::scoring::scored::Scored;

    fn score(shares: &[f64], concentration: f64, outcomes: &[Option<Vec<f64>>]) -> Scored {
        let forecast = Dirichlet::around(shares, concentration).expect("valid");
        weights(&forecast, &Dirichlet::uniform(shares.len()).expect("valid"), outcomes, 7).expect("valid")
    }

    #[test]
    fn a_right_forecast_has_skill_and_a_wrong_one_has_not() {
        let outcomes = [Some(vec![0.6, 0.3, 0.1]), None, Some(vec![0.7, 0.3, 0.0])];
        let right = score(&[0.65, 0.3, 0.05], 20.0, &outcomes);
        assert!(right.skill().expect("defined") > 0.5);
        assert_eq!(right.scores[1], None);
        assert!(score(&[0.0, 0.0, 1.0], 20.0, &outcomes).skill().expect("defined") < 0.0);
    }

    #[test]
    fn the_order_of_heuristics_changes_no_bit() {
        let forward = score(&[0.5, 0.2, 0.2, 0.1, 0.0], 8.0, &[Some(vec![0.4, 0.3, 0.1, 0.2, 0.0])]);
        let other = score(&[0.2, 0.0, 0.1, 0.2, 0.5], 8.0, &[Some(vec![0.1, 0.0, 0.2, 0.3, 0.4])]);
        assert_eq!(forward, other);
    }

    #[test]
    fn repeatable_and_without_information_in_one_part() {
        let single = score(&[1.0], 5.0, &[Some(vec![1.0])]);
        assert_eq!((single.scale, single.skill()), (None, None));
        let outcomes = [Some(vec![0.5, 0.5])];
        assert_eq!(score(&[0.9, 0.1], 3.0, &outcomes), score(&[0.9, 0.1], 3.0, &outcomes));
    }

    #[test]
    fn the_scale_is_the_references_own_expectation() {
        // Two parts: Euclidean distance is sqrt 2 times that of uniform variables, whose mean is 1/3.
        let scale = score(&[0.9, 0.1], 3.0, &[]).scale.expect("two parts");
        assert!((scale - 2.0_f64.sqrt() / 6.0).abs() < 0.005, "{scale}");
    }

    #[test]
    fn domain() {
        let two = Dirichlet::uniform(2).expect("valid");
        assert!(weights(&two, &Dirichlet::uniform(3).expect("valid"), &[], 1).is_err());
        assert!(weights(&two, &two, &[Some(vec![1.0])], 1).is_err());
        assert!(weights(&two, &two, &[Some(vec![f64::NAN, 1.0])], 1).is_err());
    }
}
