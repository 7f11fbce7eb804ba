//! What everybody forecasts of a study, before anything is trained.

use crate::experiment::assemble::study_info;
use crate::experiment::described::described;
use crate::experiment::error::ExperimentError;
use crate::experiment::predictor_outcome::{forecasts, outcomes};
use crate::experiment::predictors::forecasters;
use crate::experiment::setup::Setup;
use crate::experiment::{Options, Source};
use crate::outcome::predictor::StudyForecast;
use crate::outcome::{ForecastOutcome, SCHEMA};
use crate::predictor::Predictor;
use crate::store::Store;
use crate::study::Study;
use crate::study::forecast::Forecast;
use std::sync::Arc;

/// The author's forecasts and those of predictors, which are told of other studies in the store, if there is one.
///
/// # Errors
/// As those of [`forecasters`].
pub fn foresee(
    study: &Study,
    source: &Source,
    options: Options,
    predictors: &[Arc<dyn Predictor>],
    store: Option<&Store>,
) -> Result<StudyForecast, ExperimentError> {
    let setup = Setup::new(study)?;
    let said = forecasters(&setup, predictors, options.jobs, store)?;
    let forecast = |forecast: &Forecast| ForecastOutcome {
        predictors: forecasts(&setup, &said, &forecast.statement),
        ..described(&setup, forecast)
    };
    let states = study.states();
    Ok(StudyForecast {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_string(),
        study: study_info(study, &source.file),
        prediction: source.prediction.clone(),
        earlier: said.earlier,
        heuristics: study.heuristics.iter().map(|heuristic| heuristic.name.clone()).collect(),
        states: (0..=states.solvers()).map(|state| states.name(state).to_string()).collect(),
        predictors: outcomes(&setup, &said),
        forecasts: study.forecasts.iter().map(forecast).collect(),
    })
}
