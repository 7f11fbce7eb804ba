//! What predictors say as outcomes hold it, and how good it is.

use crate::experiment::predicted::{self, Reading, Said, shares};
use crate::experiment::predictors::{Forecaster, Forecasters};
use crate::experiment::score::{Findings, score_outcome};
use crate::experiment::setup::Setup;
use crate::outcome::ScoreOutcome;
use crate::outcome::predictor::{
    CourseOutcome, PredictedRow, PredictedTraining, PredictorForecast, PredictorOutcome, ShareScore, SilenceOutcome,
};
use crate::predictor::prediction::{Course, Prediction, Topic};
use crate::scoring::error::ScoringError;
use crate::scoring::event::event;
use crate::scoring::number::{drawn, number};
use crate::scoring::weights::compared;
use crate::study::forecast::Statement;
use std::collections::BTreeSet;

/// The most points of a course that an outcome holds.
const POINTS: usize = 33;

/// Every predictor, in order, with what it says of each training.
pub fn outcomes(setup: &Setup, forecasters: &Forecasters) -> Vec<PredictorOutcome> {
    forecasters.all.iter().map(|forecaster| outcome(setup, forecaster)).collect()
}

/// What every predictor that did not fail says of the quantity of a statement.
pub fn forecasts(setup: &Setup, forecasters: &Forecasters, statement: &Statement) -> Vec<PredictorForecast> {
    let said = |(forecaster, prediction): (&Forecaster, &Prediction)| {
        forecast(setup, forecaster, &Reading { setup, prediction }.of(statement))
    };
    forecasters.spoken().map(said).collect()
}

fn outcome(setup: &Setup, forecaster: &Forecaster) -> PredictorOutcome {
    let mut outcome = PredictorOutcome {
        name: forecaster.name.clone(),
        summary: forecaster.summary.clone(),
        version: forecaster.version,
        ..PredictorOutcome::default()
    };
    let prediction = match &forecaster.prediction {
        Ok(prediction) => prediction,
        Err(failure) => return PredictorOutcome { failure: Some(failure.clone()), ..outcome },
    };
    let silence = |silence: &crate::predictor::prediction::Silence| SilenceOutcome {
        topic: silence.topic.name().to_string(),
        reason: silence.reason.clone(),
    };
    let mut asked: BTreeSet<Topic> =
        setup.study.forecasts.iter().flat_map(|forecast| Topic::of(&forecast.statement)).collect();
    asked.insert(Topic::Shares);
    outcome.silences =
        prediction.silences.iter().filter(|silence| asked.contains(&silence.topic)).map(silence).collect();
    let reading = Reading { setup, prediction };
    let training = |(index, training): (usize, crate::study::phase::Training)| {
        let (shares, silent) = match shares(prediction, index) {
            Ok(forecast) => (Some(forecast.mean()), None),
            Err(reason) => (None, Some(reason)),
        };
        PredictedTraining {
            training: training.name.to_string(),
            shares,
            silent,
            strengths: prediction.mean_strengths(index),
            selected: reading.selected(index),
            course: prediction.mean_course(index).map(thinned),
            score: None,
        }
    };
    outcome.trainings = setup.study.trainings().into_iter().enumerate().map(training).collect();
    outcome
}

/// The first, the last, and points evenly between them.
fn thinned(course: Course) -> CourseOutcome {
    let length = course.steps.len();
    let kept: Vec<usize> = match length > POINTS {
        true => (0..POINTS).map(|point| point * (length - 1) / (POINTS - 1)).collect(),
        false => (0..length).collect(),
    };
    CourseOutcome {
        steps: kept.iter().map(|&at| course.steps[at]).collect(),
        strengths: kept.iter().map(|&at| course.strengths[at].clone()).collect(),
    }
}

fn forecast(setup: &Setup, forecaster: &Forecaster, said: &Result<Said, String>) -> PredictorForecast {
    let mut forecast = PredictorForecast { name: forecaster.name.clone(), ..PredictorForecast::default() };
    match said {
        Err(reason) => forecast.silent = Some(reason.clone()),
        Ok(Said::Weights(said)) => forecast.shares = Some(said.mean()),
        Ok(Said::Rows(rows)) => {
            let states = setup.study.states();
            let row = |row: &predicted::PredictedRow| PredictedRow {
                from: states.name(row.from).to_string(),
                shares: row.forecast.mean(),
            };
            forecast.rows = rows.iter().map(row).collect();
        }
        Ok(Said::Probability(probability)) => forecast.probability = Some(*probability),
        Ok(Said::Number { low, high, .. }) => (forecast.low, forecast.high) = (Some(*low), Some(*high)),
    }
    forecast
}

/// The same with scores: of every predictor on the shares after each training, and of what each says of every forecast of the
/// study, in file order. What is inadmissible for the author is for all.
pub fn scored(
    findings: &Findings,
    forecasters: &Forecasters,
    inadmissible: &[bool],
) -> (Vec<PredictorOutcome>, Vec<Vec<PredictorForecast>>) {
    let setup = findings.setup;
    let mut outcomes = outcomes(setup, forecasters);
    for training in 0..setup.arenas.len() {
        let measured = findings.shares(training);
        let statement = Statement::Weights { shares: Vec::new(), concentration: 1.0, after: training };
        if findings.inadmissible(&statement).is_some() {
            continue;
        }
        let seed = setup.measurement_seed.0;
        let Ok(uniform) = measured.uniform().and_then(|uniform| measured.errors(&uniform, seed)) else { continue };
        for (outcome, forecaster) in outcomes.iter_mut().zip(&forecasters.all) {
            let Ok(prediction) = &forecaster.prediction else { continue };
            let errors = shares(prediction, training).map(|forecast| measured.errors(&forecast, seed));
            let Ok(Ok(errors)) = errors else { continue };
            let energy = compared(&errors.drawn, &uniform.drawn, &measured.by_seed);
            let squares = errors.squared_error.zip(uniform.squared_error);
            if let (Ok(energy), Some((squared_error, squared_error_uniform))) = (energy, squares) {
                let energy = score_outcome(&energy);
                outcome.trainings[training].score = Some(ShareScore { energy, squared_error, squared_error_uniform });
            }
        }
    }
    let of = |(forecast, inadmissible): (&crate::study::forecast::Forecast, &bool)| {
        let statement = &forecast.statement;
        let one = |(index, forecaster): (usize, &Forecaster)| {
            let prediction = forecaster.prediction.as_ref().ok()?;
            let said = Reading { setup, prediction }.of(statement);
            let mut outcome = self::forecast(setup, forecaster, &said);
            if let (Ok(said), false) = (&said, inadmissible) {
                outcome.scores = match statement {
                    Statement::Weights { after, .. } => {
                        let score = outcomes[index].trainings[*after].score.as_ref();
                        score.map(|score| score.energy.clone()).into_iter().collect()
                    }
                    _ => scores(findings, statement, said).unwrap_or_default(),
                };
            }
            Some(outcome)
        };
        forecasters.all.iter().enumerate().filter_map(one).collect()
    };
    let forecasts = setup.study.forecasts.iter().zip(inadmissible).map(of).collect();
    (outcomes, forecasts)
}

/// The scores of what is said about anything but weights.
fn scores(findings: &Findings, statement: &Statement, said: &Said) -> Result<Vec<ScoreOutcome>, ScoringError> {
    let scored = match (statement, said) {
        (Statement::Transitions { scenario, after, .. }, Said::Rows(rows)) => {
            let scored = findings.transitions(rows, *after, *scenario)?;
            vec![scored.energy, scored.log]
        }
        (Statement::Event { event: asked, .. }, Said::Probability(probability)) => {
            let scored = event(*probability, &findings.held(asked))?;
            vec![scored.brier, scored.log]
        }
        (Statement::Number { number: asked, .. }, Said::Number { low, high, draws }) => {
            let values = findings.values(asked);
            vec![number(*low, *high, findings.reference(asked)?, &values)?, drawn(draws, &values)?]
        }
        _ => Vec::new(),
    };
    Ok(scored.iter().map(score_outcome).collect())
}
