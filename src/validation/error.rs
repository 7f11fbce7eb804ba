//! Why a validation has no result.

use crate::experiment::error::ExperimentError;
use crate::parallel::ThreadError;
use crate::selection::disagreement::BankError;
use crate::training::ppo::TrainingError;
use crate::validation::circuit::Unwired;

#[derive(Debug, thiserror::Error)]
pub enum ValidationError {
    #[error("the study {0} of the program itself is in error; this is a fault of the program")]
    Study(&'static str),
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    #[error(transparent)]
    Threads(#[from] ThreadError),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error(transparent)]
    Bank(#[from] BankError),
    #[error(transparent)]
    Unwired(#[from] Unwired),
}
