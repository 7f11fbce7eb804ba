//! The function of a network without a tape and without allocation: for rollouts and episodes.
//!
//! Equal to [`crate::network::tape`] up to the order of sums in f32.

use crate::network::lit_sum::add;
use crate::network::parameters::{Affine, Parameters};
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;

/// A network ready to run, with buffers for its activations.
pub struct Forward {
    parameters: Parameters,
    units: Vec<f32>,
    next: Vec<f32>,
}

/// The logits of a network, one row per observation.
pub fn logits(parameters: &Parameters, rows: &LitRows) -> Vec<[f32; ACTIONS]> {
    let (mut logits, mut values) = (vec![[0.0; ACTIONS]; rows.len()], vec![0.0; rows.len()]);
    Forward::new(parameters.clone()).run(rows, &mut logits, &mut values);
    logits
}

impl Forward {
    pub fn new(parameters: Parameters) -> Forward {
        let widest = parameters.hidden.iter().map(|layer| layer.outputs).max().unwrap_or(0);
        Forward { parameters, units: Vec::with_capacity(widest), next: Vec::with_capacity(widest) }
    }

    /// The first layer, to be changed between runs.
    pub fn first(&mut self) -> &mut Affine {
        &mut self.parameters.hidden[0]
    }

    /// Logits of the five actions and the value of each row; the slices are as long as `rows`.
    pub fn run(&mut self, rows: &LitRows, logits: &mut [[f32; ACTIONS]], values: &mut [f32]) {
        for (row, (logits, value)) in logits.iter_mut().zip(values).enumerate() {
            self.hidden(rows.row(row));
            affine(&self.parameters.policy, &self.units, logits);
            let mut single = [0.0];
            affine(&self.parameters.value, &self.units, &mut single);
            [*value] = single;
        }
    }

    /// The activations of the last hidden layer where these bits are lit, after the ReLU.
    pub fn activations(&mut self, lit: &[u16]) -> &[f32] {
        self.hidden(lit);
        &self.units
    }

    /// Leaves the activations of the last hidden layer in `units`.
    fn hidden(&mut self, lit: &[u16]) {
        for (depth, layer) in self.parameters.hidden.iter().enumerate() {
            self.next.clear();
            self.next.extend_from_slice(&layer.bias);
            if depth == 0 {
                for &bit in lit {
                    add(&mut self.next, &layer.weight[bit as usize * layer.outputs..][..layer.outputs]);
                }
            } else {
                accumulate(layer, &self.units, &mut self.next);
            }
            for unit in &mut self.next {
                *unit = unit.max(0.0);
            }
            std::mem::swap(&mut self.units, &mut self.next);
        }
    }
}

fn affine(layer: &Affine, inputs: &[f32], outputs: &mut [f32]) {
    outputs.copy_from_slice(&layer.bias);
    accumulate(layer, inputs, outputs);
}

fn accumulate(layer: &Affine, inputs: &[f32], outputs: &mut [f32]) {
    for (&input, weights) in inputs.iter().zip(layer.weight.chunks_exact(layer.outputs)) {
        // Half of the units of a ReLU layer are 0.
        if input != 0.0 {
            for (output, weight) in outputs.iter_mut().zip(weights) {
                *output += input * weight;
            }
        }
    }
}
