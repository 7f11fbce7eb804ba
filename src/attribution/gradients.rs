//! Activations, and the gradient of each logit with respect to them.
//!
//! [`on_tape`], by dfdx's tape, is the definition; [`attribute`] computes the same by fused kernels, up to the rounding of f32.
//!
//! A unit that the ReLU holds at 0 has gradient 0 before the ReLU and in general another after it: the two are
//! separate measurements.

use crate::network::fused::{Fused, Heads};
use crate::network::parameters::{Affine, Parameters};
use crate::network::tape::Network;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use dfdx::prelude::{Backward, Rank0, SumTo, ZerosTensor};
use std::sync::Arc;

/// What one network does on a set of observations.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// How many observations.
    pub states: usize,
    /// The logits, one row per observation.
    pub logits: Vec<[f32; ACTIONS]>,
    /// The hidden layers, from the input on.
    pub layers: Vec<LayerAttribution>,
}

/// One hidden layer; every matrix is flat, `[state * units + unit]`.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerAttribution {
    pub units: usize,
    /// Activations before the ReLU.
    pub before: Vec<f32>,
    /// Activations after the ReLU.
    pub after: Vec<f32>,
    /// Per action, the gradient of its logit with respect to the activations before the ReLU.
    pub gradient_before: [Vec<f32>; ACTIONS],
    /// Per action, the gradient of its logit with respect to the activations after the ReLU.
    pub gradient_after: [Vec<f32>; ACTIONS],
}

/// Runs the network once per action on all observations. Every lit bit must be an input of the network.
pub fn attribute(parameters: &Parameters, observations: &LitRows) -> Attribution {
    let states = observations.len();
    let empty = |layer: &Affine| {
        let zeros = || vec![0.0; states * layer.outputs];
        let gradients = || std::array::from_fn(|_| zeros());
        LayerAttribution {
            units: layer.outputs,
            before: zeros(),
            after: zeros(),
            gradient_before: gradients(),
            gradient_after: gradients(),
        }
    };
    let mut layers: Vec<LayerAttribution> = parameters.hidden.iter().map(empty).collect();
    let mut logits = vec![[0.0; ACTIONS]; states];
    let mut network = Fused::new(parameters);
    for action in 0..ACTIONS {
        let choose = |row: usize, said: &Heads| {
            logits[row].copy_from_slice(&said[..ACTIONS]);
            action
        };
        network.gradients(observations, choose, |told| {
            let layer = &mut layers[told.layer];
            let rows = told.after.chunks_exact(told.width).zip(told.gradient.chunks_exact(told.width));
            for (place, (after, gradient)) in rows.enumerate() {
                let row = (told.first + place) * layer.units;
                for unit in 0..layer.units {
                    layer.after[row + unit] = after[unit];
                    layer.gradient_after[action][row + unit] = gradient[unit];
                    layer.gradient_before[action][row + unit] = if after[unit] > 0.0 { gradient[unit] } else { 0.0 };
                }
            }
        });
    }
    network.before(observations, |layer, row, before| {
        let LayerAttribution { units, before: all, .. } = &mut layers[layer];
        all[row * *units..][..*units].copy_from_slice(&before[..*units]);
    });
    Attribution { states, logits, layers }
}

/// Runs the network once per action on all observations. Every lit bit must be an input of the network.
pub fn on_tape(network: &Network, observations: &Arc<LitRows>) -> Attribution {
    let picked: Arc<[u32]> = (0..observations.len() as u32).collect();
    let states = picked.len();
    let mut logits = Vec::new();
    let mut layers: Vec<LayerAttribution> = Vec::new();
    for action in 0..ACTIONS {
        let pass = network.trace(observations, &picked);
        let (before, after) = (pass.before.clone(), pass.after.clone());
        let output = network.logits(pass);
        if action == 0 {
            logits = output.as_vec().as_chunks::<ACTIONS>().0.to_vec();
            layers = before
                .iter()
                .zip(&after)
                .map(|(b, a)| LayerAttribution::empty(b.as_vec(), a.as_vec(), states))
                .collect();
        }
        let mut column = vec![0.0; states * ACTIONS];
        column.iter_mut().skip(action).step_by(ACTIONS).for_each(|c| *c = 1.0);
        let mut mask = network.device.zeros_like(&(states, ACTIONS));
        mask.copy_from(&column);
        let gradients = (output * mask).sum::<Rank0, _>().backward();
        for ((layer, before), after) in layers.iter_mut().zip(&before).zip(&after) {
            layer.gradient_before[action] = gradients.get(before).as_vec();
            layer.gradient_after[action] = gradients.get(after).as_vec();
        }
    }
    Attribution { states, logits, layers }
}

impl LayerAttribution {
    fn empty(before: Vec<f32>, after: Vec<f32>, states: usize) -> LayerAttribution {
        let units = before.len() / states.max(1);
        let (gradient_before, gradient_after) = Default::default();
        LayerAttribution { units, before, after, gradient_before, gradient_after }
    }
}
