//! A network under Adam by the fused kernels of [`crate::network::fused`], the way that training takes unless told otherwise.
//!
//! Source: Kingma and Ba 2015, arXiv:1412.6980; the formulas in f32 are those of dfdx.

use crate::network::fused::{Fused, Loss};
use crate::network::packed::Packed;
use crate::network::parameters::Parameters;
use crate::training::learner::{ADAM_BETAS, ADAM_EPSILON};
use crate::world::lit::LitRows;

/// A network, the derivatives of a loss, and the moments of Adam.
pub struct FusedLearner {
    pub network: Fused,
    gradient: Packed,
    /// First and second.
    moments: [Packed; 2],
    /// Gradient steps taken, for Adam's bias correction.
    steps: i32,
}

impl FusedLearner {
    pub fn new(parameters: &Parameters) -> FusedLearner {
        let network = Fused::new(parameters);
        let zero = || network.packed().zero_like();
        FusedLearner { gradient: zero(), moments: [zero(), zero()], steps: 0, network }
    }

    /// Takes the derivatives of a loss that is a sum over the `picked` rows; returns the loss.
    pub fn differentiate(&mut self, rows: &LitRows, picked: &[u32], loss: impl Loss) -> f64 {
        self.gradient.numbers_mut().for_each(|numbers| numbers.fill(0.0));
        self.network.gradient(rows, picked, &mut self.gradient, loss)
    }

    /// Scales the gradient down to the norm given; false where it is not finite.
    pub fn clip(&mut self, limit: f64) -> bool {
        let norm = self.gradient.numbers().map(|numbers| squares(numbers)).sum::<f64>().sqrt();
        if norm > limit {
            let scale = (limit / norm) as f32;
            self.gradient.numbers_mut().for_each(|numbers| numbers.iter_mut().for_each(|g| *g *= scale));
        }
        norm.is_finite()
    }

    /// One step of Adam.
    pub fn adam(&mut self, rate: f64) {
        self.steps += 1;
        let [beta_mean, beta_square] = ADAM_BETAS.map(|beta| beta as f32);
        let corrected = |beta: f32| (1.0 - beta.powi(self.steps)).recip();
        let (correct_mean, correct_square) = (corrected(beta_mean), corrected(beta_square));
        let (rate, epsilon) = (rate as f32, ADAM_EPSILON as f32);
        let [means, squares] = &mut self.moments;
        let moments = means.numbers_mut().zip(squares.numbers_mut());
        let gradient = &self.gradient;
        self.network.change(|packed| {
            for ((numbers, gradient), (means, squares)) in packed.numbers_mut().zip(gradient.numbers()).zip(moments) {
                let moments = means.iter_mut().zip(squares.iter_mut());
                for ((number, g), (mean, square)) in numbers.iter_mut().zip(gradient.iter()).zip(moments) {
                    *mean = *mean * beta_mean + g * (1.0 - beta_mean);
                    *square = *square * beta_square + g * g * (1.0 - beta_square);
                    *number -= rate * (*mean * correct_mean) / ((*square * correct_square).sqrt() + epsilon);
                }
            }
        });
    }

    /// One step of plain gradient descent: every number less `rate` times its derivative.
    pub fn descend(&mut self, rate: f64) {
        let gradient = &self.gradient;
        self.network.change(|packed| {
            for (numbers, gradient) in packed.numbers_mut().zip(gradient.numbers()) {
                for (number, g) in numbers.iter_mut().zip(gradient.iter()) {
                    *number = (f64::from(*number) - rate * f64::from(*g)) as f32;
                }
            }
        });
    }
}

/// The sum of squares in f64, by eight sums side by side.
fn squares(numbers: &[f32]) -> f64 {
    let mut sums = [0.0; 8];
    for eight in numbers.as_chunks::<8>().0 {
        sums.iter_mut().zip(eight).for_each(|(sum, number)| *sum += f64::from(*number) * f64::from(*number));
    }
    sums.iter().sum()
}
