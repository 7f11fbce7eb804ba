//! The forecast of who looks at biases alone: the share of rule h is bias_h / sum_k bias_k.

use crate::heuristic::rule::Bias;
use crate::predictor::kappa::Kappa;
use crate::predictor::laws::without_update;
use crate::predictor::prediction::{Prediction, Selection};
use crate::predictor::task::Task;
use crate::predictor::{Exemption, Predictor, PredictorError};

/// How sure it is of its shares: they are Dirichlet(kappa x share).
const KAPPA: Kappa = Kappa { relative: 3.0, pixel: 2.0 };

/// Shares in proportion to bias.
pub struct BiasOnly;

impl Predictor for BiasOnly {
    fn name(&self) -> &str {
        "bias only"
    }

    fn summary(&self) -> &str {
        "the share of a rule is proportional to its bias"
    }

    fn version(&self) -> u32 {
        2
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        let selection = Selection::of(&biases(task));
        let selections = vec![selection; task.arenas.len()];
        Ok(Prediction::of_selections(selections, KAPPA.of(&task.study), "it looks at biases alone"))
    }

    fn exemptions(&self) -> Vec<Exemption> {
        let exempt = |law| Exemption { law, reason: "it looks at biases alone" };
        ["never fires", "no reward"].into_iter().map(exempt).chain(without_update("it looks at biases alone")).collect()
    }
}

/// The bias of each rule, above 0: the number that is given, 1 for one that is to be measured.
pub fn biases(task: &Task) -> Vec<f64> {
    let bias = |bias: Bias| match bias {
        Bias::Given(bias) => bias,
        Bias::Measured => 1.0,
    };
    task.study.heuristics.iter().map(|heuristic| bias(heuristic.bias)).collect()
}
