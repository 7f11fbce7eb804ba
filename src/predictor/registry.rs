//! The predictors of this program, in the order in which they are shown.

use crate::predictor::Predictor;
use crate::predictor::bias_only::BiasOnly;
use crate::predictor::empirical::EmpiricalFrequency;
use crate::predictor::firing::FiringFrequency;
use crate::predictor::first_step::FirstStep;
use crate::predictor::kernel::Kernel;
use crate::predictor::measured_bias::MeasuredBias;
use crate::predictor::mix::Mix;
use crate::predictor::predictive_processing::PredictiveProcessing;
use crate::predictor::shard_dynamics::ShardDynamics;
use crate::predictor::uniform::Uniform;
use std::sync::Arc;

/// All of them; their names are different.
pub fn predictors() -> Vec<Arc<dyn Predictor>> {
    let mut all: Vec<Arc<dyn Predictor>> = vec![
        Arc::new(ShardDynamics::default()),
        Arc::new(MeasuredBias::default()),
        Arc::new(Mix::default()),
        Arc::new(Kernel::default()),
        Arc::new(PredictiveProcessing::default()),
    ];
    all.extend(references());
    all
}

/// Those of them that are references, which others ought to beat.
pub fn references() -> Vec<Arc<dyn Predictor>> {
    vec![
        Arc::new(Uniform),
        Arc::new(BiasOnly),
        Arc::new(FiringFrequency),
        Arc::new(FirstStep),
        Arc::new(EmpiricalFrequency),
    ]
}

/// Whether one of these has this name.
pub fn is_reference(name: &str) -> bool {
    references().iter().any(|reference| reference.name() == name)
}

/// The one with this name.
pub fn named(name: &str) -> Option<Arc<dyn Predictor>> {
    predictors().into_iter().find(|predictor| predictor.name() == name)
}
