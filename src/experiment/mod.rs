//! The pipeline from a study to its outcome: ask the [`predictors`], [`mod@train`] every seed in every training,
//! [`mod@measure`] every network, [`mod@score`] the forecasts.
//!
//! Forecasts and measurements meet only in [`mod@score`], [`mod@claims`] and [`predictor_outcome`]: no measurement reaches what is measured or a
//! predictor. [`foresight`] and [`mod@diagnose`] are what can be said before training, [`replay`] brings a stored run back.

pub mod alike;
pub mod assemble;
pub mod baseline;
pub mod benchmark;
pub mod bias;
pub mod chain;
pub mod chain_outcome;
pub mod claims;
pub mod convergence;
pub mod counting;
pub mod described;
pub mod diagnose;
pub mod difference;
pub mod earlier;
pub mod error;
pub mod foresight;
pub mod form;
pub mod history;
pub mod ids;
pub mod learned;
pub mod measure;
pub mod measured_shares;
pub mod needed;
pub mod observer;
pub mod predicted;
pub mod predictor_outcome;
pub mod predictors;
pub mod reference;
pub mod reinforcement;
pub mod replay;
pub mod score;
pub mod seal;
pub mod setup;
pub mod simulated;
pub mod skills;
pub mod solvers;
pub mod train;
pub mod unrun;
pub mod warnings;

use crate::experiment::assemble::assemble;
use crate::experiment::baseline::Baseline;
use crate::experiment::error::ExperimentError;
use crate::experiment::measure::{Measured, Measurement, measure};
use crate::experiment::needed::kept;
use crate::experiment::observer::Observer;
use crate::experiment::predictors::forecasters;
use crate::experiment::seal::Sealing;
use crate::experiment::setup::Setup;
use crate::experiment::train::{Trained, train_all};
use crate::outcome::Outcome;
use crate::parallel::side_by_side;
use crate::predictor::Predictor;
use crate::store::Store;
use crate::study::Study;
use crate::training::learner::Gradients;
use std::sync::Arc;

/// How an experiment is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Networks trained or measured at the same time, at least 1. It changes no bit of the result.
    pub jobs: usize,
    /// How networks are trained. It changes what is trained by the rounding of f32, which grows along training.
    pub gradients: Gradients,
}

impl Options {
    /// So many jobs, and else as ever.
    pub fn jobs(jobs: usize) -> Options {
        Options { jobs, gradients: Gradients::default() }
    }
}

/// Where a study comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name of the file, shown in the outcome.
    pub file: String,
    /// The hash of the study as written, before a command line changed its seeds or steps.
    pub prediction: String,
    /// What is known of its seal; nothing where nobody looked.
    pub sealing: Option<Sealing>,
}

/// [`outcome`], which is then [kept](keep).
pub fn run(
    study: &Study,
    source: &Source,
    options: Options,
    predictors: &[Arc<dyn Predictor>],
    store: &Store,
    observer: &dyn Observer,
) -> Result<Outcome, ExperimentError> {
    let outcome = outcome(study, source, options, predictors, store, observer)?;
    keep(study, &outcome, options.gradients, None, store, observer)?;
    Ok(outcome)
}

/// Stores an outcome with its study. `path` is where the prediction file is, absolute and without links; nothing where there is
/// none, or it is no text.
pub fn keep(
    study: &Study,
    outcome: &Outcome,
    gradients: Gradients,
    path: Option<String>,
    store: &Store,
    observer: &dyn Observer,
) -> Result<(), ExperimentError> {
    store.put_run(outcome, &kept(study, gradients, path)?)?;
    observer.stored();
    Ok(())
}

/// Trains, measures and scores a study beside what predictors say of it. The store keeps the networks.
///
/// Predictors are told of other studies in the store, so the outcome depends on these; its ids say so.
pub fn outcome(
    study: &Study,
    source: &Source,
    options: Options,
    predictors: &[Arc<dyn Predictor>],
    store: &Store,
    observer: &dyn Observer,
) -> Result<Outcome, ExperimentError> {
    let setup = Setup { gradients: options.gradients, ..Setup::new(study)? };
    observer.stage("predicting");
    let forecasters = forecasters(&setup, predictors, options.jobs, Some(store))?;
    let trained = train_all(&setup, options.jobs, store, observer)?;
    observer.stage("measuring");
    let measurement = Measurement::prepare(&setup)?;
    let measured = measure_all(&setup, &measurement, &trained, options.jobs, store, observer)?;
    observer.stage("scoring");
    assemble(&setup, source, &trained, &measurement, &measured, &forecasters)
}

/// What was measured after one training.
pub struct MeasuredTraining {
    /// In the order of [`Trained::seeds`].
    pub networks: Vec<Measured>,
    /// The policies that they are compared with.
    pub baseline: Baseline,
}

/// Measures every network after every training.
pub fn measure_all(
    setup: &Setup,
    measurement: &Measurement,
    trained: &Trained,
    jobs: usize,
    store: &Store,
    observer: &dyn Observer,
) -> Result<Vec<MeasuredTraining>, ExperimentError> {
    let seeds = &trained.seeds;
    let networks = seeds.len() * setup.arenas.len();
    let measured = side_by_side(jobs, networks, |index| {
        let (training, seed) = (index / seeds.len(), seeds[index % seeds.len()]);
        let snapshots = trained.snapshots(setup, store, training, seed)?;
        let result = measure(setup, measurement, training, seed, &snapshots);
        observer.measured(networks);
        result
    })?;
    let mut measured = measured.into_iter();
    let mut trainings = Vec::with_capacity(setup.arenas.len());
    for training in 0..setup.arenas.len() {
        let networks = measured.by_ref().take(seeds.len()).collect::<Result<Vec<_>, _>>()?;
        let baseline = Baseline::measure(setup, training, seeds, &networks, jobs)?;
        trainings.push(MeasuredTraining { networks, baseline });
    }
    Ok(trainings)
}
