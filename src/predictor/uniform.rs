//! The forecast of who knows nothing: every split of the shares is equally likely.

use crate::predictor::laws::without_update;
use crate::predictor::prediction::Prediction;
use crate::predictor::task::Task;
use crate::predictor::{Exemption, Predictor, PredictorError};

/// Dirichlet(1, …, 1) over the shares.
pub struct Uniform;

impl Predictor for Uniform {
    fn name(&self) -> &str {
        "uniform"
    }

    fn summary(&self) -> &str {
        "every split of the shares is equally likely"
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        let rules = task.rules.len();
        let shares = vec![1.0 / rules as f64; rules];
        Ok(Prediction::of_shares(&task.study, shares, rules as f64, "it knows nothing"))
    }

    fn exemptions(&self) -> Vec<Exemption> {
        let exempt = |law| Exemption { law, reason: "it gives every rule the same share, whatever the study" };
        let laws = ["divided bias", "never fires", "no reward"];
        laws.into_iter().map(exempt).chain(without_update("it learns nothing")).collect()
    }
}
