//! The forecasts of shares that are compared, and their scores.

use crate::experiment::benchmark::observed::Observed;
use crate::experiment::error::ExperimentError;
use crate::experiment::predicted::shares;
use crate::outcome::benchmark::Forecast;
use crate::outcome::measured::Measured;
use crate::predictor::guard::Failure;
use crate::predictor::prediction::Prediction;
use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::mixture::Mixture;
use crate::scoring::pooled::squared_error;
use crate::scoring::weights::Drawn;
use crate::study::Study;
use crate::study::forecast::Statement;

/// A forecast of the shares after one training.
pub enum Shares {
    /// Dirichlet(concentration x share).
    Author { shares: Vec<f64>, concentration: f64 },
    /// One vector of shares per imagined seed; with a kappa each stands for Dirichlet(kappa x share).
    Draws { draws: Vec<Vec<f64>>, kappa: Option<f64> },
    /// Why there is none: a clause.
    Silent(String),
}

/// What the author says after each training, in the file.
pub fn of_author(study: &Study) -> Vec<Shares> {
    let of = |training: usize| {
        let found = study.forecasts.iter().find_map(|forecast| match &forecast.statement {
            Statement::Weights { shares, concentration, after } if *after == training => {
                Some(Shares::Author { shares: shares.clone(), concentration: *concentration })
            }
            _ => None,
        });
        found.unwrap_or_else(|| Shares::Silent("the file does not forecast it".to_string()))
    };
    (0..study.trainings().len()).map(of).collect()
}

/// What a predictor says after each training.
pub fn of_predictor(study: &Study, prediction: &Result<Prediction, Failure>) -> Vec<Shares> {
    let prediction = match prediction {
        Ok(prediction) => prediction,
        Err(failure) => return study.trainings().iter().map(|_| Shares::Silent(failure.to_string())).collect(),
    };
    let of = |training: usize| match shares(prediction, training) {
        Ok(draws) => Shares::Draws { draws, kappa: prediction.kappa },
        Err(reason) => Shares::Silent(reason),
    };
    (0..study.trainings().len()).map(of).collect()
}

/// A forecast with its scores, as far as the training is scored. Draws come from `seed`.
///
/// # Errors
/// If a share is not finite.
pub fn scored(shares: &Shares, observed: &Observed, seed: u64) -> Result<Forecast, ExperimentError> {
    let mean = match shares {
        Shares::Silent(reason) => {
            return Ok(Forecast { shares: None, silent: Some(reason.clone()), squared_error: None, energy: None });
        }
        Shares::Author { shares, .. } => observed.parts.sum(shares),
        Shares::Draws { draws, .. } => {
            let parts = observed.parts.parts.len();
            let rows: Vec<Vec<f64>> = draws.iter().map(|draw| observed.parts.sum(draw)).collect();
            (0..parts).map(|part| rows.iter().map(|row| row[part]).sum::<f64>() / rows.len() as f64).collect()
        }
    };
    let forecast = Forecast { shares: Some(mean.clone()), silent: None, squared_error: None, energy: None };
    let (None, Some(measured)) = (&observed.left_out, observed.mean()) else { return Ok(forecast) };
    Ok(Forecast {
        squared_error: Some(squared_error(&mean, &measured)?),
        energy: Measured::over_seeds(energies(shares, observed, seed)?).mean,
        ..forecast
    })
}

/// The energy score on each seed in which something was selected.
fn energies(shares: &Shares, observed: &Observed, seed: u64) -> Result<Vec<Option<f64>>, ExperimentError> {
    let drawn = match shares {
        Shares::Silent(_) => return Ok(Vec::new()),
        Shares::Author { shares, concentration } => {
            Drawn::dirichlet(&Dirichlet::around(&observed.parts.sum(shares), *concentration)?, seed)?
        }
        Shares::Draws { draws, kappa } => {
            let draws: Vec<Vec<f64>> = draws.iter().map(|draw| observed.parts.sum(draw)).collect();
            Drawn::mixture(&Mixture::new(&draws, *kappa)?, seed)?
        }
    };
    Ok(drawn.scores(&observed.seeds)?)
}
