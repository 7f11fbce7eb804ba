//! What was measured of how selection is shared out after a training, and how good a forecast of it is.

use crate::scoring::error::ScoringError;
use crate::scoring::mixture::Mixture;
use crate::scoring::pooled::squared_error;
use crate::scoring::scored::Scored;
use crate::scoring::weights::{Drawn, compared};
use crate::selection::share::Parts;

/// Shares after one training.
#[derive(Clone, Debug)]
pub struct MeasuredShares {
    /// Every heuristic on its own, but an aligned group as one.
    pub parts: Parts,
    /// Per seed, the share of each part; nothing where nothing is selected.
    pub by_seed: Vec<Option<Vec<f64>>>,
}

/// How good a forecast is.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareErrors {
    /// The expected share of each part.
    pub mean: Vec<f64>,
    /// The sum of squared differences between these and the measured means; nothing where no seed has any.
    pub squared_error: Option<f64>,
    /// Its draws over the parts, ready for the energy score.
    pub drawn: Drawn,
}

impl MeasuredShares {
    /// The forecast that knows nothing: every split among heuristics is equally likely.
    ///
    /// # Errors
    /// Without a heuristic.
    pub fn uniform(&self) -> Result<Mixture, ScoringError> {
        let rules = self.heuristics();
        Mixture::new(&[vec![1.0 / rules as f64; rules]], Some(rules as f64))
    }

    /// The squared error and the energy score of a forecast, the latter beside that of the uniform one.
    ///
    /// # Errors
    /// As those of [`errors`](MeasuredShares::errors).
    pub fn scored(&self, forecast: &Mixture, seed: u64) -> Result<(Option<f64>, Scored), ScoringError> {
        let (errors, uniform) = (self.errors(forecast, seed)?, self.errors(&self.uniform()?, seed)?);
        Ok((errors.squared_error, compared(&errors.drawn, &uniform.drawn, &self.by_seed)?))
    }

    fn heuristics(&self) -> usize {
        self.parts.parts.iter().map(Vec::len).sum()
    }

    /// The mean over the seeds in which something is selected; nothing where there is none.
    pub fn mean(&self) -> Option<Vec<f64>> {
        let measured: Vec<&Vec<f64>> = self.by_seed.iter().flatten().collect();
        let mean = |part: usize| measured.iter().map(|shares| shares[part]).sum::<f64>() / measured.len() as f64;
        (!measured.is_empty()).then(|| (0..self.parts.parts.len()).map(mean).collect())
    }

    /// How good a forecast of the shares of heuristics is. Draws come from `seed`.
    ///
    /// # Errors
    /// If there are not as many heuristics as were measured, or a share is not finite.
    pub fn errors(&self, forecast: &Mixture, seed: u64) -> Result<ShareErrors, ScoringError> {
        let wrong = ScoringError::Dimension { expected: self.heuristics(), found: forecast.parts().len() };
        let of_parts = forecast.merged(&self.parts.parts).ok_or(wrong)?;
        let mean = of_parts.mean();
        let squared_error = self.mean().map(|measured| squared_error(&mean, &measured)).transpose()?;
        Ok(ShareErrors { mean, squared_error, drawn: Drawn::mixture(&of_parts, seed)? })
    }
}

#[cfg(test)]
mod tests {
    use super::MeasuredShares;
    use crate::scoring::mixture::Mixture;
    use crate::selection::share::Parts;

    #[test]
    fn aligned_rules_count_as_one() {
        let by_seed = vec![Some(vec![0.75, 0.25]), None, Some(vec![0.25, 0.75])];
        let measured = MeasuredShares { parts: Parts { parts: vec![vec![0, 2], vec![1]] }, by_seed };
        let errors = |shares: [f64; 3]| {
            let forecast = Mixture::new(&[shares.to_vec()], Some(10.0)).expect("valid");
            measured.errors(&forecast, 3).expect("as many rules")
        };
        let [one, other] = [errors([0.5, 0.25, 0.25]), errors([0.25, 0.25, 0.5])];
        assert_eq!(one, other);
        assert_eq!((one.mean, one.squared_error), (vec![0.75, 0.25], Some(0.125)));
        let energy = one.drawn.scores(&measured.by_seed).expect("two parts");
        assert!(energy[1].is_none() && energy[0] < energy[2], "{energy:?}");
        let two = Mixture::new(&[vec![0.5, 0.5]], Some(10.0)).expect("valid");
        assert!(measured.errors(&two, 3).is_err());
    }
}
