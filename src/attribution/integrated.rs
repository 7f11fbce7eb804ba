//! Integrated gradients of a logit along the straight path from one observation to another.
//!
//! With x the activations of the first hidden layer before the ReLU, IG_j = (x_j - x'_j) integral_0^1 dz/dx_j (x' + t (x - x'))
//! dt. The first layer is affine, so the straight path between two observations is the straight path between their x,
//! and sums over units are those over bits of the input. Over all units they sum to z - z' (completeness).
//!
//! The integral is the mean over midpoints of equal parts of the path, [`POINTS`] of them. z is piecewise linear along the
//! path, so a part without a kink is integrated exactly, and a kink costs at most half of a part times the jump of the
//! gradient: the error falls with the number of points. On random networks of up to three hidden layers the sum of 16
//! points misses z - z' by less than a sixteenth of the largest difference.
//!
//! In the last hidden layer, after the ReLU, the gradient is the same all along the path, so there the integral is
//! (a_i - a'_i) dz/da_i whatever path activations take between the two observations: no points are needed.
//!
//! Source: Sundararajan, Taly and Yan 2017, arXiv:1703.01365; of hidden units, Dhamdhere, Sundararajan and Yan 2018,
//! arXiv:1805.12233.

use crate::network::parameters::{Affine, Parameters};
use crate::world::action::ACTIONS;

/// At how many points of the path the gradient is taken.
pub const POINTS: usize = 16;

/// The first hidden layer before the ReLU, in f64.
pub fn first_layer(parameters: &Parameters, lit: &[u16]) -> Vec<f64> {
    let Some(layer) = parameters.hidden.first() else { return Vec::new() };
    let mut sums: Vec<f64> = layer.bias.iter().copied().map(f64::from).collect();
    for &bit in lit {
        add_scaled(&mut sums, row(layer, usize::from(bit)), 1.0);
    }
    sums
}

/// The integrated gradient of the logit of `action` for each unit of the first hidden layer, on the path from one
/// [`first_layer`] to another, by so many points, at least one.
pub fn integrated(parameters: &Parameters, from: &[f64], to: &[f64], action: usize, points: usize) -> Vec<f64> {
    let mut sums = vec![0.0; to.len()];
    for point in 0..points {
        let along = (point as f64 + 0.5) / points as f64;
        let x: Vec<f64> = from.iter().zip(to).map(|(from, to)| from + along * (to - from)).collect();
        add_into(&mut sums, &gradient(parameters, x, action));
    }
    let difference = from.iter().zip(to).map(|(from, to)| to - from);
    sums.iter().zip(difference).map(|(sum, difference)| difference * sum / points as f64).collect()
}

/// The gradient of the logit of `action` with respect to the first hidden layer before the ReLU, at `x`.
fn gradient(parameters: &Parameters, x: Vec<f64>, action: usize) -> Vec<f64> {
    let mut layers = vec![x];
    for layer in parameters.hidden.iter().skip(1) {
        let mut next: Vec<f64> = layer.bias.iter().copied().map(f64::from).collect();
        for (input, &before) in layers[layers.len() - 1].iter().enumerate().filter(|(_, before)| **before > 0.0) {
            add_scaled(&mut next, row(layer, input), before);
        }
        layers.push(next);
    }
    let outgoing = parameters.policy.weight.iter().skip(action).step_by(ACTIONS);
    let mut upstream: Vec<f64> = outgoing.copied().map(f64::from).collect();
    for (depth, before) in layers.iter().enumerate().rev() {
        upstream.iter_mut().zip(before).filter(|(_, before)| **before <= 0.0).for_each(|(up, _)| *up = 0.0);
        if depth > 0 {
            let layer = &parameters.hidden[depth];
            let dot = |input: usize| row(layer, input).iter().zip(&upstream).map(|(w, up)| f64::from(*w) * up).sum();
            upstream = (0..layer.inputs).map(dot).collect();
        }
    }
    upstream
}

fn row(layer: &Affine, input: usize) -> &[f32] {
    &layer.weight[input * layer.outputs..(input + 1) * layer.outputs]
}

fn add_scaled(sums: &mut [f64], row: &[f32], scale: f64) {
    sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += scale * f64::from(*weight));
}

fn add_into(sums: &mut [f64], values: &[f64]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
}

#[cfg(test)]
mod tests {
    use super::{POINTS, first_layer, integrated};
    use crate::network::parameters::Parameters;

    /// z = relu(x), x from -1 to 3: the gradient is 1 on three quarters of the path.
    #[test]
    fn a_unit_that_switches_on_along_the_way() {
        let mut network = Parameters::zero(1, &[1]);
        (network.hidden[0].weight[0], network.hidden[0].bias[0]) = (4.0, -1.0);
        network.policy.weight[2] = 1.0;
        let [from, to] = [&[][..], &[0]].map(|lit| first_layer(&network, lit));
        assert_eq!((&from[..], &to[..]), (&[-1.0][..], &[3.0][..]));
        assert_eq!(integrated(&network, &from, &to, 2, POINTS), [3.0]);
        assert_eq!(integrated(&network, &from, &to, 1, POINTS), [0.0]);
        assert_eq!(integrated(&network, &to, &to, 2, POINTS), [0.0]);
    }
}
