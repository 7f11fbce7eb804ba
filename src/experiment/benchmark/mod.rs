//! Measuring predictors: they forecast [`studies`] whose outcome is known, and are scored on the shares alone.
//!
//! Each study is trained and measured as any other; what the store holds is taken from there. Every predictor is then
//! given each study without its forecasts and, as [earlier](crate::experiment::earlier) runs, the other studies that may be
//! tuned on. Its mean shares meet
//! the mean over seeds (squared error), its distribution each seed (energy score); skill is over the sums of several
//! studies, beside the uniform forecast and beside what the noise between seeds leaves to be had.

pub mod forecasts;
pub mod groups;
pub mod observed;
pub mod studies;

use crate::experiment::benchmark::forecasts::{Shares, of_author, of_predictor, scored};
use crate::experiment::benchmark::groups::groups;
use crate::experiment::benchmark::observed::{Observed, observed};
use crate::experiment::benchmark::studies::Benched;
use crate::experiment::earlier::{Told, others};
use crate::experiment::error::ExperimentError;
use crate::experiment::ids::ids;
use crate::experiment::observer::Observer;
use crate::experiment::predictors::cards;
use crate::experiment::setup::Setup;
use crate::experiment::{Options, run};
use crate::outcome::Outcome;
use crate::outcome::benchmark::{AUTHOR, Benchmark, Forecast, Forecaster, Half, SCHEMA, Study, Training};
use crate::parallel::side_by_side;
use crate::predictor::Predictor;
use crate::predictor::guard::{Card, LIMIT, guarded};
use crate::predictor::task::Task;
use crate::seed::Seed;
use crate::store::Store;
use crate::store::error::StoreError;
use std::sync::Arc;

/// What is compared.
pub struct Plan {
    /// Those of the half to tune on are earlier runs for all.
    pub studies: Vec<Benched>,
    /// The half that is scored; both if absent.
    pub only: Option<Half>,
    pub predictors: Vec<Arc<dyn Predictor>>,
}

/// Why there is no benchmark.
#[derive(Debug, thiserror::Error)]
#[error("study {study}: {source}")]
pub struct BenchmarkError {
    pub study: String,
    pub source: ExperimentError,
}

/// Trains what the store does not have, measures, asks every predictor, and scores. `observe` is told the name of each study
/// before it is trained, and of the whole before predictors are asked; predictors run `options.jobs` at a time, each on as many
/// threads.
pub fn benchmark(
    plan: &Plan,
    options: Options,
    store: &Store,
    observe: &dyn Fn(&str) -> Box<dyn Observer>,
) -> Result<Benchmark, BenchmarkError> {
    let needed = |benched: &&Benched| benched.half == Half::Tuning || plan.only != Some(Half::Tuning);
    let cards = cards(&plan.predictors);
    let mut known = Vec::new();
    for benched in plan.studies.iter().filter(needed) {
        let outcome = outcome(benched, options, store, observe(&benched.study.name).as_ref())
            .map_err(|source| named(benched, source))?;
        known.push(Known { benched, observed: observed(&benched.study, &outcome), outcome });
    }
    let asked: Vec<&Known> =
        known.iter().filter(|known| plan.only.is_none_or(|half| half == known.benched.half)).collect();
    let observer = observe("all studies");
    observer.stage("predicting");
    let tasks = asked.iter().map(|own| own.task(&known, options.jobs).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
    let forecasters = plan.predictors.len() + 1;
    let forecasts = side_by_side(options.jobs, asked.len() * forecasters, |index| {
        let (own, forecaster) = (index / forecasters, index % forecasters);
        let study = &asked[own].benched.study;
        let shares = match plan.predictors.get(forecaster) {
            Some(predictor) => of_predictor(study, &guarded(predictor, &tasks[own], LIMIT)),
            None => of_author(study),
        };
        asked[own].scored(&shares)
    });
    let forecasts = forecasts.map_err(|error| BenchmarkError { study: "of all".to_string(), source: error.into() })?;
    let mut forecasts = forecasts.into_iter();
    let mut studies = Vec::with_capacity(asked.len());
    for known in asked {
        let of_study = forecasts.by_ref().take(forecasters).collect::<Result<Vec<_>, _>>();
        let study = of_study.and_then(|forecasts| known.study(&forecasts));
        studies.push(study.map_err(|source| named(known.benched, source))?);
    }
    Ok(Benchmark {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_string(),
        groups: groups(&studies, forecasters),
        forecasters: cards.into_iter().map(|(card, _)| forecaster(card)).chain([author()]).collect(),
        studies,
    })
}

fn named(benched: &Benched, source: ExperimentError) -> BenchmarkError {
    BenchmarkError { study: benched.study.name.clone(), source }
}

fn forecaster(card: Card) -> Forecaster {
    Forecaster { name: card.name, summary: card.summary, version: Some(card.version) }
}

fn author() -> Forecaster {
    Forecaster { name: AUTHOR.to_string(), summary: "what the file forecasts".to_string(), version: None }
}

/// The outcome of a study: one that the store has of the same networks measured in the same way, else a new one.
fn outcome(
    benched: &Benched,
    options: Options,
    store: &Store,
    observer: &dyn Observer,
) -> Result<Outcome, ExperimentError> {
    let wanted = ids(&Setup::new(&benched.study)?, &benched.source.prediction, "")?;
    for row in store.runs()?.into_iter().filter(|row| row.study == benched.study.name) {
        let stored = match store.outcome(&row.id) {
            // What cannot be read is measured again, as for one that is not there.
            Err(StoreError::DamagedRun { .. } | StoreError::Schema { .. } | StoreError::NoSuchRun { .. }) => continue,
            stored => stored?,
        };
        let same = |of: fn(&crate::outcome::Ids) -> &String| of(&stored.ids) == of(&wanted);
        if same(|ids| &ids.world) && same(|ids| &ids.training) && same(|ids| &ids.measurement) {
            return Ok(stored);
        }
    }
    run(&benched.study, &benched.source, options, &[], store, observer)
}

/// A study with what was measured of it.
struct Known<'a> {
    benched: &'a Benched,
    outcome: Outcome,
    /// One per training.
    observed: Vec<Observed>,
}

impl Known<'_> {
    /// What predictors are given: of other studies those to tune on.
    fn task(&self, all: &[Known], threads: usize) -> Result<Task, BenchmarkError> {
        let tuning = all.iter().filter(|known| known.benched.half == Half::Tuning);
        let told = tuning.filter_map(|known| Told::of(&known.benched.study, &known.outcome).transpose());
        let told = told.collect::<Result<_, _>>().map_err(|source| named(self.benched, source))?;
        let earlier = others(&self.benched.study, told).map_err(|source| named(self.benched, source))?;
        let mut task = Task::new(&self.benched.study, earlier).map_err(|source| {
            let world = self.benched.study.world_name.clone();
            named(self.benched, ExperimentError::Level { world, source })
        })?;
        task.threads = threads;
        Ok(task)
    }

    /// From which draws for scores come: the same for every forecaster.
    fn seed(&self, training: usize) -> u64 {
        Seed(0).child("benchmark", &[training as u64]).0
    }

    fn scored(&self, shares: &[Shares]) -> Result<Vec<Forecast>, ExperimentError> {
        let trainings = shares.iter().zip(&self.observed).enumerate();
        trainings.map(|(training, (shares, observed))| scored(shares, observed, self.seed(training))).collect()
    }

    fn study(&self, forecasts: &[Vec<Forecast>]) -> Result<Study, ExperimentError> {
        let training = |index: usize| self.training(index, forecasts.iter().map(|own| own[index].clone()).collect());
        Ok(Study {
            name: self.benched.study.name.clone(),
            half: self.benched.half,
            view: self.benched.view(),
            seeds: self.outcome.seeds.len(),
            trainings: (0..self.observed.len()).map(training).collect::<Result<_, _>>()?,
        })
    }

    fn training(&self, index: usize, forecasts: Vec<Forecast>) -> Result<Training, ExperimentError> {
        let study = &self.benched.study;
        let observed = &self.observed[index];
        let results = match index.checked_sub(1) {
            None => &self.outcome.results,
            Some(phase) => &self.outcome.phases[phase].results,
        };
        let bounds = observed.bounds(self.seed(index))?;
        let name =
            |part: &Vec<usize>| part.iter().map(|&h| study.heuristics[h].name.as_str()).collect::<Vec<_>>().join(" + ");
        Ok(Training {
            name: study.training(index).name.to_string(),
            steps: results.training.steps,
            learned: results.training.learned,
            left_out: observed.left_out.clone(),
            parts: observed.parts.parts.iter().map(name).collect(),
            shares: observed.shares(),
            uniform_squared_error: bounds.map(|bounds| bounds.uniform_squared_error),
            uniform_energy: bounds.map(|bounds| bounds.uniform_energy),
            noise_squared_error: bounds.and_then(|bounds| bounds.noise_squared_error),
            noise_energy: bounds.and_then(|bounds| bounds.noise_energy),
            forecasts,
        })
    }
}
