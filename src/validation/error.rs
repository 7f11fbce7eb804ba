//! Why a validation has no result.

use crate::experiment::error::ExperimentError;
use crate::training::ppo::TrainingError;
use crate::validation::circuit::Unwired;
use crate::world::level::LevelError;

#[derive(Debug, thiserror::Error)]
pub enum ValidationError {
    #[error("the study {0} of the program itself is in error; this is a fault of the program")]
    Study(&'static str),
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error(transparent)]
    Level(#[from] LevelError),
    #[error(transparent)]
    Unwired(#[from] Unwired),
}
