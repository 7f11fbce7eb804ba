//! The forecasts of shares that are compared, and their scores.

use crate::experiment::benchmark::observed::Observed;
use crate::experiment::error::ExperimentError;
use crate::experiment::measured_shares::MeasuredShares;
use crate::experiment::predicted::shares;
use crate::outcome::benchmark::Forecast;
use crate::outcome::measured::Measured;
use crate::predictor::guard::Failure;
use crate::predictor::prediction::Prediction;
use crate::scoring::mixture::Mixture;
use crate::study::Study;
use crate::study::forecast::Statement;

/// A forecast of the shares after one training; else why there is none, a clause.
pub type Shares = Result<Mixture, String>;

/// What the author says after each training, in the file.
pub fn of_author(study: &Study) -> Vec<Shares> {
    let of = |training: usize| {
        let found = study.forecasts.iter().find_map(|forecast| match &forecast.statement {
            Statement::Weights { shares, concentration, after } if *after == training => {
                Some(Mixture::new(std::slice::from_ref(shares), Some(*concentration)))
            }
            _ => None,
        });
        let found = found.ok_or_else(|| "the file does not forecast it".to_string())?;
        found.map_err(|error| error.to_string())
    };
    (0..study.trainings().len()).map(of).collect()
}

/// What a predictor says after each training.
pub fn of_predictor(study: &Study, prediction: &Result<Prediction, Failure>) -> Vec<Shares> {
    let of = |training: usize| match prediction {
        Ok(prediction) => shares(prediction, training),
        Err(failure) => Err(failure.to_string()),
    };
    (0..study.trainings().len()).map(of).collect()
}

/// A forecast with its scores, as far as the training is scored. Draws come from `seed`.
///
/// # Errors
/// If a share is not finite.
pub fn scored(shares: &Shares, observed: &Observed, seed: u64) -> Result<Forecast, ExperimentError> {
    let forecast = match shares {
        Ok(forecast) => forecast,
        Err(reason) => {
            return Ok(Forecast { shares: None, silent: Some(reason.clone()), squared_error: None, energy: None });
        }
    };
    let measured = MeasuredShares { parts: observed.parts.clone(), by_seed: observed.seeds.clone() };
    let errors = measured.errors(forecast, seed)?;
    let energy = Measured::over_seeds(errors.drawn.scores(&measured.by_seed)?).mean;
    let scored = observed.left_out.is_none();
    Ok(Forecast {
        shares: Some(errors.mean),
        silent: None,
        squared_error: errors.squared_error.filter(|_| scored),
        energy: energy.filter(|_| scored),
    })
}
