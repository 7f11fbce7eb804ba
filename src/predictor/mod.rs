//! Predictors: programs that forecast what training selects from a study alone, before any policy network is trained.
//!
//! A [`Predictor`] is given a [`Task`], a study without its author's forecasts, and answers with a
//! [`Prediction`]: draws of what would be measured in one freshly trained seed, and what it has nothing to say about. The
//! [`registry`] holds those of this program; [`guard`] runs one so that nothing it does can end a run.
//!
//! No network that was trained on the study reaches a predictor, no rollout of one, no author's forecast and no outcome of
//! the study; [`earlier`] runs of other studies come as a part of the task.

pub mod absence;
pub mod bias_only;
pub mod budget;
pub mod change;
pub mod courses;
pub mod critic;
pub mod earlier;
pub mod empirical;
pub mod enact;
pub mod finite;
pub mod firing;
pub mod first_step;
pub mod fits;
pub mod foretold;
pub mod guard;
pub mod imagined;
pub mod kappa;
pub mod kernel;
pub mod laws;
pub mod measured_bias;
pub mod mix;
pub mod practice;
pub mod prediction;
pub mod predictive_processing;
pub mod registry;
pub mod shard_dynamics;
pub mod situation;
pub mod task;
pub mod uniform;
pub mod update;
pub mod weights;

use crate::parallel::ThreadError;
use crate::predictor::finite::Finite;
use crate::predictor::prediction::Prediction;
use crate::predictor::task::Task;
use crate::world::level::LevelError;

/// A program that forecasts what training selects.
///
/// The same task gives the same bits, whatever else runs beside it, in any rayon pool and with any number of
/// [threads](Task::threads).
pub trait Predictor: Send + Sync {
    /// Stable, in words of small letters joined by spaces, for example `shard dynamics`.
    fn name(&self) -> &str;

    /// What it does, in a sentence without a full stop.
    fn summary(&self) -> &str;

    /// Raised whenever the same task gets another prediction.
    fn version(&self) -> u32 {
        1
    }

    /// The forecast.
    ///
    /// # Errors
    /// If the study asks for what it cannot do, for example a world without a level.
    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError>;

    /// The expected change of each strength by one update at these strengths, per unit of its rate, in a process that is
    /// known whole, with these values as the critic, or its own where it has one that values cannot replace: what laws
    /// about single updates are tested on. Nothing where the predictor has no such update. `bias` has one number above 0 per rule.
    fn expected_update(
        &self,
        _process: &Finite,
        _bias: &[f64],
        _strengths: &[f64],
        _critic: &[f64],
    ) -> Option<Vec<f64>> {
        None
    }

    /// The laws that it need not keep, with the reason.
    fn exemptions(&self) -> Vec<Exemption> {
        Vec::new()
    }
}

/// A law that a predictor does not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// The name of the law.
    pub law: &'static str,
    /// Why it does not apply: a clause without a full stop.
    pub reason: &'static str,
}

/// Why there is no prediction.
#[derive(Debug, thiserror::Error)]
pub enum PredictorError {
    #[error(transparent)]
    Level(#[from] LevelError),
    #[error(transparent)]
    Threads(#[from] ThreadError),
    #[error("{0}")]
    Other(String),
}
