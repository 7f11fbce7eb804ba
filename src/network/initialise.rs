//! Orthogonal initialisation: the rows or columns of each weight matrix, whichever are fewer, are
//! orthonormal times a gain; biases are zero. Gains: sqrt 2 for hidden layers, 0.01 for the policy,
//! so that training starts from a nearly uniform one, 1 for the value.
//!
//! Source: Saxe, McClelland and Ganguli 2014, arXiv:1312.6120; the gains are those of Huang et al. 2022,
//! "The 37 implementation details of proximal policy optimization".

use crate::network::parameters::{Affine, Parameters};
use crate::seed::Seed;
use faer::Mat;
use rand::{Rng, RngExt};
use std::f64::consts::{SQRT_2, TAU};

const POLICY_GAIN: f64 = 0.01;
const VALUE_GAIN: f64 = 1.0;

/// A fresh network for `bits` bits of observation; the same seed gives the same numbers.
pub fn orthogonal(bits: usize, widths: &[usize], seed: Seed) -> Parameters {
    let mut parameters = Parameters::zero(bits, widths);
    let mut random = seed.stream("initialisation", &[]);
    for layer in &mut parameters.hidden {
        fill(layer, SQRT_2, &mut random);
    }
    fill(&mut parameters.policy, POLICY_GAIN, &mut random);
    fill(&mut parameters.value, VALUE_GAIN, &mut random);
    parameters
}

fn fill(layer: &mut Affine, gain: f64, random: &mut impl Rng) {
    let (rows, columns) = (layer.inputs.max(layer.outputs), layer.inputs.min(layer.outputs));
    let gauss = Mat::from_fn(rows, columns, |_, _| normal(random));
    let qr = gauss.qr();
    let (q, r) = (qr.compute_thin_Q(), qr.thin_R());
    for input in 0..layer.inputs {
        for output in 0..layer.outputs {
            let (row, column) = if layer.inputs >= layer.outputs { (input, output) } else { (output, input) };
            // The sign of R's diagonal makes Q uniform over orthonormal frames.
            let sign = if r[(column, column)] < 0.0 { -1.0 } else { 1.0 };
            layer.weight[input * layer.outputs + output] = (gain * sign * q[(row, column)]) as f32;
        }
    }
}

/// A standard normal draw, by Box and Muller.
fn normal(random: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (TAU * random.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use super::orthogonal;
    use crate::seed::Seed;

    #[test]
    fn columns_are_orthonormal_times_the_gain() {
        let network = orthogonal(30, &[8, 12], Seed(3));
        for layer in &network.hidden {
            let wide = layer.inputs < layer.outputs;
            let (count, length) = if wide { (layer.inputs, layer.outputs) } else { (layer.outputs, layer.inputs) };
            let at = |vector: usize, k: usize| {
                let (input, output) = if wide { (vector, k) } else { (k, vector) };
                f64::from(layer.weight[input * layer.outputs + output])
            };
            for a in 0..count {
                for b in 0..count {
                    let dot: f64 = (0..length).map(|k| at(a, k) * at(b, k)).sum();
                    let expected = if a == b { 2.0 } else { 0.0 };
                    assert!((dot - expected).abs() < 1e-5, "{a} {b}: {dot}");
                }
            }
        }
        assert_eq!(network, orthogonal(30, &[8, 12], Seed(3)));
        assert_ne!(network, orthogonal(30, &[8, 12], Seed(4)));
    }
}
