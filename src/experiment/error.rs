//! Why an experiment has no outcome.

use crate::markov::error::MarkovError;
use crate::network::checkpoint::CheckpointError;
use crate::parallel::ThreadError;
use crate::scoring::error::ScoringError;
use crate::solver::learned::LearnedError;
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
    #[error("no solvers could be learned: {0}")]
    Learned(#[from] LearnedError),
    #[error("the chains of a network could not be measured: {0}")]
    Chain(#[from] MarkovError),
    #[error("a forecast could not be scored: {0}")]
    Scoring(#[from] ScoringError),
    #[error(transparent)]
    Threads(#[from] ThreadError),
    #[error("the identity of the run could not be computed: {0}")]
    Identity(#[from] serde_json::Error),
}
