//! A network under Adam, the part that training algorithms share: gradients in, new parameters out.

use crate::network::parameters::Parameters;
use crate::training::fused::FusedLearner;
use crate::training::taped::TapedLearner;
use dfdx::prelude::CpuError;

/// The decays of Adam's moments, its authors'.
pub const ADAM_BETAS: [f64; 2] = [0.9, 0.999];
/// The epsilon of Adam, larger than its authors' as is usual for PPO.
pub const ADAM_EPSILON: f64 = 1e-5;

/// How derivatives are computed: two ways to the same numbers, up to the rounding of f32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gradients {
    /// By fused kernels.
    #[default]
    Fused,
    /// By dfdx's tape, the definition.
    Tape,
}

/// A network and how it learns.
pub enum Learner {
    Fused(Box<FusedLearner>),
    Taped(Box<TapedLearner>),
}

impl Learner {
    pub fn new(parameters: &Parameters, gradients: Gradients) -> Result<Learner, CpuError> {
        Ok(match gradients {
            Gradients::Fused => Learner::Fused(Box::new(FusedLearner::new(parameters))),
            Gradients::Tape => Learner::Taped(Box::new(TapedLearner::new(parameters)?)),
        })
    }

    pub fn parameters(&self) -> Parameters {
        match self {
            Learner::Fused(learner) => learner.network.parameters(),
            Learner::Taped(learner) => learner.network.parameters(),
        }
    }
}
