//! The forecast of who counts how often rules fire: the share of rule h is f_h / sum_k f_k, f_h the part of the states at
//! which it fires among those that a random policy visits in the world of the training.
//!
//! The states are those of the [bank](crate::selection::bank) on which strengths are measured.

use crate::predictor::kappa::Kappa;
use crate::predictor::laws::without_update;
use crate::predictor::prediction::{Prediction, Selection};
use crate::predictor::task::Task;
use crate::predictor::{Exemption, Predictor, PredictorError};

/// How sure it is of its shares: they are Dirichlet(kappa x share).
const KAPPA: Kappa = Kappa { relative: 2.0, pixel: 2.0 };

/// Shares in proportion to firing.
pub struct FiringFrequency;

impl Predictor for FiringFrequency {
    fn name(&self) -> &str {
        "firing frequency"
    }

    fn summary(&self) -> &str {
        "the share of a rule is proportional to how often it fires where a random policy comes"
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        let bank = task.bank()?;
        let selection = |training: usize| {
            let features = bank.training_features(training);
            Selection::of(&(0..task.rules.len()).map(|h| features.firing(h)).collect::<Vec<f64>>())
        };
        let selections = (0..task.arenas.len()).map(selection).collect();
        Ok(Prediction::of_selections(selections, KAPPA.of(&task.study), "it counts how often rules fire, and no more"))
    }

    fn exemptions(&self) -> Vec<Exemption> {
        let exempt = |law| Exemption { law, reason: "it counts how often rules fire, and no more" };
        ["divided bias", "no reward"].into_iter().map(exempt).chain(without_update("it learns nothing")).collect()
    }
}
