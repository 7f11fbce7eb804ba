//! Why an experiment has no outcome.

use crate::network::checkpoint::CheckpointError;
use crate::scoring::error::ScoringError;
use crate::store::error::StoreError;
use crate::world::level::LevelError;

#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    #[error("world `{world}`: {source}")]
    Level { world: String, source: LevelError },
    #[error("no seed finished training; {0}")]
    NoSeed(String),
    #[error(
        "the networks of seed {seed} are no longer in the store or were damaged since they were trained; run again"
    )]
    Lost { seed: u64 },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error("a score could not be computed: {0}")]
    Scoring(#[from] ScoringError),
    #[error("the threads could not be started ({0}); try `--jobs 1`")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    #[error("the identity of the run could not be computed: {0}")]
    Identity(#[from] serde_json::Error),
}
