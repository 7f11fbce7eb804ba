//! Running predictors on a study, before anything is trained.

use crate::experiment::earlier::{content, earlier};
use crate::experiment::error::ExperimentError;
use crate::experiment::ids::hash;
use crate::experiment::setup::Setup;
use crate::parallel::side_by_side;
use crate::predictor::Predictor;
use crate::predictor::guard::{Card, Failure, LIMIT, card, guarded};
use crate::predictor::prediction::Prediction;
use crate::predictor::task::Task;
use crate::store::Store;
use std::sync::Arc;

/// A predictor, and what it said of the study.
pub struct Forecaster {
    /// For example `shard dynamics`.
    pub name: String,
    pub summary: String,
    pub version: u32,
    /// Or why it said nothing that could be used, a clause.
    pub prediction: Result<Prediction, String>,
}

/// What predictors said of a study.
pub struct Forecasters {
    /// In the order given.
    pub all: Vec<Forecaster>,
    /// The hash of all that they were given beside the study, and of who they are.
    pub given: String,
    /// How many other studies they were told of.
    pub earlier: usize,
}

/// Runs `jobs` predictors at a time on a study, each on as many threads, with what the store knows of others.
///
/// One that fails is named with its reason and stops nothing.
///
/// # Errors
/// If a world of the study has no level, the store cannot be read, or threads cannot be started.
pub fn forecasters(
    setup: &Setup,
    predictors: &[Arc<dyn Predictor>],
    jobs: usize,
    store: Option<&Store>,
) -> Result<Forecasters, ExperimentError> {
    let earlier = store.map_or(Ok(Vec::new()), |store| earlier(store, setup.study))?;
    let cards: Vec<Result<Card, Failure>> = predictors.iter().map(|predictor| card(predictor, LIMIT)).collect();
    let who: Vec<_> = cards.iter().flatten().map(|card| (&card.name, card.version)).collect();
    let told: Vec<_> = earlier.iter().map(content).collect();
    let (given, known) = (hash(&(who, told))?, earlier.len());
    let mut task = Task::new(setup.study, earlier).map_err(|source| setup.level_error(setup.own_arena(0), source))?;
    task.threads = jobs;
    let task = Arc::new(task);
    let all = side_by_side(jobs, predictors.len(), |index| {
        let (name, summary, version) = match &cards[index] {
            Ok(card) => (card.name.clone(), card.summary.clone(), card.version),
            Err(_) => (format!("predictor {}", index + 1), "it does not say who it is".to_string(), 0),
        };
        let said = match &cards[index] {
            Ok(_) => guarded(&predictors[index], &task, LIMIT).map_err(|failure| failure.to_string()),
            Err(failure) => Err(failure.to_string()),
        };
        Forecaster { name, summary, version, prediction: said }
    })?;
    Ok(Forecasters { all, given, earlier: known })
}

impl Forecasters {
    /// Those that said something, with what they said.
    pub fn spoken(&self) -> impl Iterator<Item = (&Forecaster, &Prediction)> {
        self.all.iter().filter_map(|forecaster| Some((forecaster, forecaster.prediction.as_ref().ok()?)))
    }
}
