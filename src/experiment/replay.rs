//! A stored run once more, without training: its study and its networks, to be measured again as they were.

use crate::experiment::error::ExperimentError;
use crate::experiment::ids::ids;
use crate::experiment::needed::needed;
use crate::experiment::setup::Setup;
use crate::language;
use crate::network::checkpoint::from_bytes;
use crate::network::parameters::Parameters;
use crate::outcome::Outcome;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::study::Study;

/// Why a stored run cannot be measured again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("the store keeps no study of run {run}, since an older version made it; run its prediction file again")]
    NoStudy { run: String },
    #[error("the study of run {run} in the store is no study of this version; run its prediction file again")]
    NotRead { run: String },
    #[error(
        "this version measures the study of run {run} in another way than the one that made it ({what} differs); run its \
         prediction file again, or use the shardbed that wrote it"
    )]
    Differs { run: String, what: &'static str },
    #[error(
        "which networks are those of run {run} cannot be told: the store keeps no names of them, as the version that made the run \
         wrote it, and this version names them otherwise; run its prediction file again, or use the shardbed that wrote it"
    )]
    Unnamed { run: String },
    #[error(
        "the networks of seed {seed}{phase} are no longer in the store, or damaged; run the prediction file again, which trains \
         what is missing"
    )]
    Lost { seed: u64, phase: String },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
}

/// The study of a stored run, as it was run: with the seeds and steps of the command line.
pub fn study(store: &Store, outcome: &Outcome) -> Result<Study, ReplayError> {
    let run = &outcome.ids.run;
    let text = store.study(run)?.ok_or_else(|| ReplayError::NoStudy { run: run.clone() })?;
    let studies = language::read(&text).map(|checked| checked.studies).unwrap_or_default();
    studies.into_iter().next().ok_or_else(|| ReplayError::NotRead { run: run.clone() })
}

/// The networks of a stored run.
pub struct Networks<'a> {
    setup: &'a Setup<'a>,
    store: &'a Store,
    keys: Vec<String>,
}

impl<'a> Networks<'a> {
    /// Those of the run with this outcome, of which `setup` is the study.
    ///
    /// # Errors
    /// If this version would measure the study otherwise, or it cannot be told which they are.
    pub fn of(setup: &'a Setup<'a>, store: &'a Store, outcome: &Outcome) -> Result<Networks<'a>, ReplayError> {
        let (then, now) = (&outcome.ids, ids(setup, &outcome.ids.prediction, "").map_err(ExperimentError::Identity)?);
        let parts = [("the world", &then.world, &now.world), ("the measurement", &then.measurement, &now.measurement)];
        if let Some((what, ..)) = parts.into_iter().find(|(_, then, now)| then != now) {
            return Err(ReplayError::Differs { run: then.run.clone(), what });
        }
        let keys = needed(store, &then.run, Some(&then.training))?;
        let keys = keys.ok_or_else(|| ReplayError::Unnamed { run: then.run.clone() })?;
        Ok(Networks { setup, store, keys })
    }

    /// The final network of a seed in a training.
    ///
    /// # Errors
    /// If the store does not have it any more.
    pub fn last(&self, training: usize, seed: u64) -> Result<Parameters, ReplayError> {
        let stored = self.keys.get(training).map(|key| self.store.networks(key, seed)).transpose()?.flatten();
        let bytes = stored.and_then(|mut stored| stored.snapshots.pop()).map(|snapshot| snapshot.network);
        let widths = &self.setup.study.training(training).agent.hidden;
        let network = bytes.and_then(|bytes| from_bytes(&bytes, self.setup.sight.bits(), widths).ok());
        network.ok_or_else(|| {
            let phase = self.setup.phase_name(training).map_or(String::new(), |phase| format!(" in phase {phase}"));
            ReplayError::Lost { seed, phase }
        })
    }
}
