//! The score of a forecast of shares, a Dirichlet distribution or a [`mixture`](crate::scoring::mixture): the energy score, of
//! distributions with a density from seeded draws, in the fair form.
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
use crate::scoring::mixture::{Mixture, by_content};
use crate::scoring::registry::ENERGY;
use crate::scoring::scored::Scored;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Draws per forecast.
pub const DRAWS: usize = 4096;

/// A forecast of shares as draws, ready to be scored.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Per part, what tells it from others: parts with the same are exchangeable.
    parts: Vec<Vec<f64>>,
    /// One dimension per part, in the order of `parts` sorted.
    ensemble: Ensemble,
}

impl Drawn {
    /// Of a Dirichlet distribution.
    ///
    /// # Errors
    /// None that a distribution could cause.
    pub fn dirichlet(forecast: &Dirichlet, seed: u64) -> Result<Drawn, ScoringError> {
        let parts: Vec<Vec<f64>> = forecast.alpha().iter().map(|&alpha| vec![alpha]).collect();
        let sorted = by_content(&parts).into_iter().map(|part| parts[part][0]).collect();
        let columns = Dirichlet::new(sorted)?.draws(DRAWS, &mut ChaCha8Rng::seed_from_u64(seed));
        Ok(Drawn { parts, ensemble: Ensemble::sample(columns)? })
    }

    /// Of a mixture; one that is not wider than its shares is these alone, or the distribution that they are a sample of.
    ///
    /// # Errors
    /// None that a mixture could cause.
    pub fn mixture(forecast: &Mixture, seed: u64) -> Result<Drawn, ScoringError> {
        let parts = forecast.parts().to_vec();
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        let ensemble = forecast.ensemble(&by_content(&parts), DRAWS, &mut stream)?;
        Ok(Drawn { parts, ensemble })
    }

    /// The score on each outcome; nothing where that is undefined.
    ///
    /// # Errors
    /// If an outcome has another number of parts or is not finite.
    pub fn scores(&self, outcomes: &[Option<Vec<f64>>]) -> Result<Vec<Option<f64>>, ScoringError> {
        let score = |shares: &Vec<f64>| {
            if shares.len() != self.parts.len() {
                return Err(ScoringError::Dimension { expected: self.parts.len(), found: shares.len() });
            }
            let keyed = self.parts.iter().zip(shares).map(|(part, share)| [part.as_slice(), &[*share]].concat());
            let order = by_content(&keyed.collect::<Vec<_>>());
            self.ensemble.score(&order.into_iter().map(|part| shares[part]).collect::<Vec<f64>>())
        };
        outcomes.iter().map(|shares| shares.as_ref().map(score).transpose()).collect()
    }

    /// What it expects to score under itself.
    pub fn expected(&self) -> f64 {
        self.ensemble.expected()
    }
}

/// The scores of `forecast` and of `reference` on the shares measured in each seed, nothing where they are undefined.
///
/// The scale is what the reference expects to score under itself. With a single part all scores are 0 and there
/// is no scale.
///
/// # Errors
/// If the forecast, the reference and an outcome have different numbers of parts, or an outcome is not finite.
pub fn compared(forecast: &Drawn, reference: &Drawn, outcomes: &[Option<Vec<f64>>]) -> Result<Scored, ScoringError> {
    let (expected, found) = (forecast.parts.len(), reference.parts.len());
    if expected != found {
        return Err(ScoringError::Dimension { expected, found });
    }
    let scale = Some(reference.expected()).filter(|spread| *spread > 0.0);
    let (scores, reference) = (forecast.scores(outcomes)?, reference.scores(outcomes)?);
    Ok(Scored { rule: &ENERGY, scores, reference: Some(reference), scale })
}

#[cfg(test)]
mod tests {
    use super::{Drawn, compared};
    use crate::scoring::dirichlet::Dirichlet;
    use crate::scoring::error::ScoringError;
    use crate::scoring::mixture::Mixture;
    use crate::scoring::scored::Scored;

    fn weights(
        forecast: &Dirichlet,
        reference: &Dirichlet,
        outcomes: &[Option<Vec<f64>>],
        seed: u64,
    ) -> Result<Scored, ScoringError> {
        compared(&Drawn::dirichlet(forecast, seed)?, &Drawn::dirichlet(reference, seed)?, outcomes)
    }

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

    fn mixture(shares: &[Vec<f64>], kappa: Option<f64>, outcomes: &[Option<Vec<f64>>]) -> Scored {
        let forecast = Drawn::mixture(&Mixture::new(shares, kappa).expect("valid"), 7).expect("valid");
        let uniform = Dirichlet::uniform(shares[0].len()).expect("valid");
        compared(&forecast, &Drawn::dirichlet(&uniform, 7).expect("valid"), outcomes).expect("valid")
    }

    #[test]
    fn a_mixture_of_one_is_the_dirichlet_distribution() {
        let outcomes = [Some(vec![0.6, 0.3, 0.1]), None];
        assert_eq!(mixture(&[vec![0.5, 0.3, 0.2]], Some(10.0), &outcomes), score(&[0.5, 0.3, 0.2], 10.0, &outcomes));
        let uniform = mixture(&[vec![0.25; 4]], Some(4.0), &[Some(vec![0.1, 0.2, 0.3, 0.4])]);
        assert_eq!(uniform.skill(), Some(0.0));
    }

    #[test]
    fn a_mixture_that_is_no_wider_than_its_shares_is_these() {
        let outcomes = [Some(vec![0.6, 0.4])];
        let point = mixture(&[vec![0.5, 0.5]], None, &outcomes).scores[0].expect("defined");
        assert!((point - 0.1 * 2.0_f64.sqrt()).abs() < 1e-12);
        let two = mixture(&[vec![0.5, 0.5], vec![0.7, 0.3]], None, &outcomes).scores[0].expect("defined");
        assert!((two - 0.05 * 2.0_f64.sqrt()).abs() < 1e-12, "half of the mean distance, of one to itself too: {two}");
        let groups = [vec![vec![0.5, 0.5]], vec![vec![0.7, 0.3]]];
        let sample = Drawn::mixture(&Mixture::sample(&groups).expect("valid"), 7).expect("valid");
        let fair = sample.scores(&outcomes).expect("valid")[0].expect("defined");
        assert!(fair.abs() < 1e-12, "half of the distance between the two is taken off: {fair}");
    }

    #[test]
    fn the_order_of_heuristics_changes_no_bit_of_a_mixture() {
        let rows = [vec![0.5, 0.2, 0.2, 0.1], vec![0.4, 0.3, 0.3, 0.0], vec![0.6, 0.1, 0.1, 0.2]];
        let turned = |row: &Vec<f64>| vec![row[2], row[3], row[0], row[1]];
        let outcome = vec![0.5, 0.1, 0.3, 0.1];
        for kappa in [Some(10.0), None] {
            let one = mixture(&rows, kappa, &[Some(outcome.clone())]);
            // The second and the third part are forecast alike, so that what is measured of them may change places too.
            let alike = mixture(&rows, kappa, &[Some(vec![0.5, 0.3, 0.1, 0.1])]);
            let other = mixture(&rows.iter().map(turned).collect::<Vec<_>>(), kappa, &[Some(turned(&outcome))]);
            assert_eq!((&one, &one), (&other, &alike));
        }
    }
}
