//! `shardbed run FILE… --only training`: trains, keeps the networks, and says how fast it was.

use crate::cli::Report;
use crate::cli::arguments::Format;
use crate::cli::kept::Kept;
use crate::cli::progress::Progress;
use crate::cli::run::Overrides;
use crate::cli::studies::{each, file_name};
use crate::experiment::Options;
use crate::experiment::error::ExperimentError;
use crate::experiment::measure::mean;
use crate::experiment::setup::Setup;
use crate::experiment::train::{TrainedSeeds, train_all};
use crate::language::render::visible;
use crate::outcome::FailedSeed;
use crate::report::number::{Unit, counted};
use crate::store::Store;
use crate::study::Study;
use crate::training::ppo::whole_steps;
use serde::Serialize;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What training a study took.
#[derive(Clone, Debug, Serialize)]
struct TrainedStudy {
    study: String,
    file: String,
    version: &'static str,
    /// From the start of the command, or the end of the study before, until training began: reading the files and making the worlds
    /// ready. It is in no speed.
    start_up_seconds: f64,
    /// The study's own, then the phases.
    trainings: Vec<TrainedPhase>,
    failed: Vec<FailedSeed>,
}

#[derive(Clone, Debug, Serialize)]
struct TrainedPhase {
    /// Null for the study's own training.
    phase: Option<String>,
    seeds: usize,
    /// Environment steps of each seed.
    steps: u64,
    /// Environment steps of all seeds that were trained now over wall time; null if the store had all. Starting threads, drawing
    /// networks and storing them are in it.
    steps_per_second: Option<f64>,
    /// The mean return of the episodes of training that ended last, over seeds.
    last_return: Option<f64>,
}

/// Of every study. `start` is when the command began.
pub fn train(
    studies: &[(PathBuf, Study)],
    (overrides, options): (&Overrides, Options),
    store: &Store,
    (format, quiet): (Format, bool),
    kept: &Kept,
    start: Instant,
    print: &mut dyn FnMut(&Report),
) -> Report {
    let since = Cell::new(start);
    let work = |file: &Path, study: &Study, report: &mut Report| -> Result<TrainedStudy, String> {
        let mut study = study.clone();
        overrides.apply(&mut study);
        let own = Setup::new(&study).map_err(|error| error.to_string())?;
        let setup = Setup { gradients: options.gradients, ..own };
        let progress = Progress::new(&study.name, !quiet, kept);
        let start_up_seconds = since.get().elapsed().as_secs_f64();
        let trained = train_all(&setup, options.jobs, store, &progress).map_err(|error| match error {
            ExperimentError::Store(error) => format!("{error}\nnote: {}", kept.said()),
            error => error.to_string(),
        });
        for damage in store.take_damage() {
            report.stderr.push_str(&visible(&format!("warning: {damage}\n")));
        }
        since.set(Instant::now());
        let trained = trained?;
        let phase = |(index, own): (usize, &TrainedSeeds)| {
            let last: Vec<f64> =
                own.seeds.iter().filter_map(|seed| seed.returns.iter().rev().find_map(|mean| *mean)).collect();
            TrainedPhase {
                phase: setup.phase_name(index),
                seeds: own.seeds.len(),
                steps: whole_steps(study.training(index).train),
                steps_per_second: own.steps_per_second,
                last_return: (!last.is_empty()).then(|| mean(&last)),
            }
        };
        Ok(TrainedStudy {
            study: study.name.clone(),
            file: file_name(file),
            version: env!("CARGO_PKG_VERSION"),
            start_up_seconds,
            trainings: trained.trainings.iter().enumerate().map(phase).collect(),
            failed: trained.failed,
        })
    };
    each(studies, format, print, work, page)
}

/// For people: a line for each training.
fn page(trained: &TrainedStudy) -> String {
    let mut text = String::new();
    for own in &trained.trainings {
        let phase = own.phase.as_ref().map_or(String::new(), |phase| format!(", phase {phase}"));
        let seeds = counted(own.seeds, "seed");
        let speed = match own.steps_per_second {
            Some(speed) => format!("{} steps a second", Unit::Steps.show(speed.round())),
            None => "nothing to train, the store has them".to_string(),
        };
        let steps = Unit::Steps.show(own.steps as f64);
        text.push_str(&format!("{}{phase}: {seeds} of {steps} steps: {speed}\n", trained.study));
    }
    if trained.trainings.iter().any(|own| own.steps_per_second.is_some()) {
        text.push_str(&format!("  start-up of {:.0} ms is not counted\n", 1e3 * trained.start_up_seconds));
    }
    for failed in &trained.failed {
        text.push_str(&format!("  ! seed {} failed: {}\n", failed.seed, failed.message));
    }
    text
}
