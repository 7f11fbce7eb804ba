//! A network under Adam on dfdx's tape: the definition of what [`crate::training::fused`] does faster.
//!
//! Source: Kingma and Ba 2015, arXiv:1412.6980.

use crate::network::parameters::Parameters;
use crate::network::tape::Network;
use crate::training::learner::{ADAM_BETAS, ADAM_EPSILON};
use dfdx::prelude::{AdamConfig, Cache, Cpu, CpuError, Gradients, Storage};

/// A network and the moments of Adam.
pub struct TapedLearner {
    pub network: Network,
    /// Of the weight and the bias of each layer, first and second.
    moments: Vec<[Moment; 4]>,
    /// Gradient steps taken, for Adam's bias correction.
    steps: i32,
}

type Moment = <Cpu as Storage<f32>>::Vec;

impl TapedLearner {
    pub fn new(parameters: &Parameters) -> Result<TapedLearner, CpuError> {
        let mut network = Network::new(parameters);
        network.device.enable_cache();
        let device = network.device.clone();
        let zeros = |n: usize| -> Result<Moment, CpuError> { device.try_alloc_len(n) };
        let mut moments = Vec::new();
        for affine in parameters.layers() {
            let (weight, bias) = (affine.weight.len(), affine.bias.len());
            moments.push([zeros(weight)?, zeros(weight)?, zeros(bias)?, zeros(bias)?]);
        }
        debug_assert_eq!(moments.len(), network.layers_mut().count());
        Ok(TapedLearner { network, moments, steps: 0 })
    }

    /// Scales the gradient down to the norm given; false where it is not finite.
    pub fn clip(&mut self, gradients: &mut Gradients<f32, Cpu>, limit: f64) -> Result<bool, CpuError> {
        let mut squares = 0.0;
        let sum = |gradient: &[f32]| gradient.iter().map(|&g| f64::from(g) * f64::from(g)).sum::<f64>();
        for layer in self.network.layers_mut() {
            squares += sum(gradients.get_or_alloc_mut(&layer.weight)?);
            squares += sum(gradients.get_or_alloc_mut(&layer.bias)?);
        }
        let norm = squares.sqrt();
        if norm > limit {
            let scale = (limit / norm) as f32;
            for layer in self.network.layers_mut() {
                gradients.get_or_alloc_mut(&layer.weight)?.iter_mut().for_each(|g| *g *= scale);
                gradients.get_or_alloc_mut(&layer.bias)?.iter_mut().for_each(|g| *g *= scale);
            }
        }
        Ok(norm.is_finite())
    }

    /// One step of Adam.
    pub fn descend(&mut self, gradients: &mut Gradients<f32, Cpu>, rate: f64) -> Result<(), CpuError> {
        self.steps += 1;
        let adam = AdamConfig { lr: rate, betas: ADAM_BETAS, eps: ADAM_EPSILON, ..AdamConfig::default() };
        for (layer, [weight_mean, weight_square, bias_mean, bias_square]) in
            self.network.layers_mut().zip(&mut self.moments)
        {
            let gradient = gradients.get_or_alloc_mut(&layer.weight)?;
            adam.try_update(self.steps, &mut layer.weight, weight_mean, weight_square, gradient)?;
            let gradient = gradients.get_or_alloc_mut(&layer.bias)?;
            adam.try_update(self.steps, &mut layer.bias, bias_mean, bias_square, gradient)?;
        }
        Ok(())
    }
}

impl Drop for TapedLearner {
    /// dfdx frees what its cache holds only when told to; the tensors, dropped after this, are then freed at once.
    fn drop(&mut self) {
        self.network.device.disable_cache();
    }
}
