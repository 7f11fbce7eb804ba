//! Running predictors on a study, before anything is trained.

use crate::experiment::earlier::{content, earlier};
use crate::experiment::error::ExperimentError;
use crate::experiment::ids::hash;
use crate::experiment::setup::Setup;
use crate::parallel::side_by_side;
use crate::predictor::Predictor;
use crate::predictor::guard::{Card, LIMIT, card, guarded};
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
    let cards = cards(predictors);
    let who: Vec<_> = cards.iter().map(|(card, _)| (&card.name, card.version)).collect();
    let told: Vec<_> = earlier.iter().map(content).collect();
    let (given, known) = (hash(&(who, told))?, earlier.len());
    let mut task = Task::new(setup.study, earlier).map_err(|source| setup.level_error(setup.own_arena(0), source))?;
    task.threads = jobs;
    let task = Arc::new(task);
    let all = side_by_side(jobs, predictors.len(), |index| {
        let (card, failure) = &cards[index];
        let said = match failure {
            None => guarded(&predictors[index], &task, LIMIT).map_err(|failure| failure.to_string()),
            Some(failure) => Err(failure.clone()),
        };
        let (name, summary) = (card.name.clone(), card.summary.clone());
        Forecaster { name, summary, version: card.version, prediction: said }
    })?;
    Ok(Forecasters { all, given, earlier: known })
}

/// Who predictors are; one that cannot say is named by its place, with the reason, a clause.
pub fn cards(predictors: &[Arc<dyn Predictor>]) -> Vec<(Card, Option<String>)> {
    let of = |(index, predictor): (usize, &Arc<dyn Predictor>)| match card(predictor, LIMIT) {
        Ok(card) => (card, None),
        Err(failure) => {
            let (name, summary) = (format!("predictor {}", index + 1), "it does not say who it is".to_string());
            (Card { name, summary, version: 0, exemptions: Vec::new() }, Some(failure.to_string()))
        }
    };
    predictors.iter().enumerate().map(of).collect()
}

impl Forecasters {
    /// Those that said something, with what they said.
    pub fn spoken(&self) -> impl Iterator<Item = (&Forecaster, &Prediction)> {
        self.all.iter().filter_map(|forecaster| Some((forecaster, forecaster.prediction.as_ref().ok()?)))
    }
}
