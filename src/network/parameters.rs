//! The numbers of a network, and nothing else.

use crate::world::action::ACTIONS;

/// An affine layer, y = x W + b.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    pub inputs: usize,
    pub outputs: usize,
    /// Row by row, a row per input: `weight[input * outputs + output]`.
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
}

impl Affine {
    /// All zero.
    pub fn zero(inputs: usize, outputs: usize) -> Affine {
        Affine { inputs, outputs, weight: vec![0.0; inputs * outputs], bias: vec![0.0; outputs] }
    }
}

/// A network: hidden layers with ReLU, at least one, then two heads on the last of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    pub hidden: Vec<Affine>,
    /// To the logits of the five actions.
    pub policy: Affine,
    /// To one number, the value of the state.
    pub value: Affine,
}

impl Parameters {
    /// All zero, for `bits` bits of observation and these widths.
    pub fn zero(bits: usize, widths: &[usize]) -> Parameters {
        let mut inputs = bits;
        let mut hidden = Vec::with_capacity(widths.len());
        for &outputs in widths {
            hidden.push(Affine::zero(inputs, outputs));
            inputs = outputs;
        }
        Parameters { hidden, policy: Affine::zero(inputs, ACTIONS), value: Affine::zero(inputs, 1) }
    }

    /// All layers, in the order hidden, policy, value.
    pub fn layers(&self) -> impl Iterator<Item = &Affine> {
        self.hidden.iter().chain([&self.policy, &self.value])
    }

    /// All layers, in the order hidden, policy, value.
    pub fn layers_mut(&mut self) -> impl Iterator<Item = &mut Affine> {
        self.hidden.iter_mut().chain([&mut self.policy, &mut self.value])
    }
}
