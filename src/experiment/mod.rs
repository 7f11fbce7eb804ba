//! The pipeline from a study to its outcome: [`mod@train`] every seed, [`mod@measure`] every
//! network, [`mod@score`] the forecasts.
//!
//! Forecasts and measurements meet only in [`mod@score`]: no measurement reaches what is measured.

pub mod assemble;
pub mod baseline;
pub mod error;
pub mod ids;
pub mod measure;
pub mod observer;
pub mod parallel;
pub mod quantities;
pub mod score;
pub mod setup;
pub mod train;
pub mod warnings;

use crate::experiment::assemble::assemble;
use crate::experiment::baseline::Baseline;
use crate::experiment::error::ExperimentError;
use crate::experiment::measure::{Measurement, measure};
use crate::experiment::observer::Observer;
use crate::experiment::parallel::side_by_side;
use crate::experiment::setup::Setup;
use crate::experiment::train::{Trained, train_all};
use crate::outcome::Outcome;
use crate::store::Store;
use crate::study::Study;

/// How an experiment is run. Nothing here changes a bit of the result.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Networks trained or measured at the same time, at least 1.
    pub jobs: usize,
}

/// Where a study comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name of the file, shown in the outcome.
    pub file: String,
    /// The hash of the study as written, before a command line changed its seeds or steps.
    pub prediction: String,
}

/// Trains, measures and scores a study, and stores the outcome.
pub fn run(
    study: &Study,
    source: &Source,
    options: Options,
    store: &Store,
    observer: &dyn Observer,
) -> Result<Outcome, ExperimentError> {
    let setup = Setup::new(study)?;
    let trained = train_all(&setup, options.jobs, store, observer)?;
    observer.stage("measuring");
    let measurement = Measurement::prepare(&setup)?;
    let (baseline, measured) = measure_all(&setup, &measurement, &trained, options.jobs, store, observer)?;
    observer.stage("scoring");
    let outcome = assemble(&setup, source, &trained, &measurement, &baseline, &measured)?;
    store.put_outcome(&outcome)?;
    Ok(outcome)
}

/// Measures every network and the policies that it is compared with.
fn measure_all(
    setup: &Setup,
    measurement: &Measurement,
    trained: &Trained,
    jobs: usize,
    store: &Store,
    observer: &dyn Observer,
) -> Result<(Baseline, Vec<measure::Measured>), ExperimentError> {
    let seeds = &trained.seeds;
    let measured = side_by_side(jobs, seeds.len(), |index| {
        let seed = seeds[index].seed;
        let result = measure(setup, measurement, seed, &trained.snapshots(setup, store, seed)?);
        observer.measured(seed);
        result
    })?;
    let measured = measured.into_iter().collect::<Result<Vec<_>, _>>()?;
    let numbers: Vec<u64> = seeds.iter().map(|seed| seed.seed).collect();
    let baseline = Baseline::measure(setup, measurement, &numbers, &measured, jobs)?;
    Ok((baseline, measured))
}
