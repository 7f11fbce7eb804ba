//! The numbers of a network laid out for vector instructions: rows padded with zeros to whole vectors, at whole cache lines.
//!
//! A padded unit has weights and a bias of 0, so that it stays 0, and so does its gradient: it takes part in every
//! computation and changes none.

use crate::network::parameters::{Affine, Parameters};
use crate::world::action::ACTIONS;
use aligned_vec::{AVec, ConstAlign};
use std::iter::repeat_n;

/// Numbers of a cache line, and of the widest vector: all rows are whole multiples of it.
pub const LINE: usize = 16;
/// The column of the value in the heads, behind the logits.
pub const VALUE: usize = ACTIONS;

/// Numbers that begin at a cache line.
pub type Numbers = AVec<f32, ConstAlign<64>>;

pub fn zeros(count: usize) -> Numbers {
    AVec::from_iter(64, repeat_n(0.0, count))
}

/// An affine layer, y = x W + b.
#[derive(Clone, Debug)]
pub struct PackedLayer {
    /// Of the first layer as many as there are bits, else padded.
    pub inputs: usize,
    /// Padded.
    pub outputs: usize,
    /// A row per input: `weight[input * outputs + output]`.
    pub weight: Numbers,
    pub bias: Numbers,
}

/// A network: the hidden layers, and both heads as one layer, the logits first.
#[derive(Clone, Debug)]
pub struct Packed {
    bits: usize,
    /// Of the hidden layers, not padded.
    widths: Vec<usize>,
    pub hidden: Vec<PackedLayer>,
    pub heads: PackedLayer,
}

impl Packed {
    /// All zero, for `bits` bits of observation and these widths.
    pub fn zero(bits: usize, widths: &[usize]) -> Packed {
        let mut inputs = bits;
        let mut hidden = Vec::with_capacity(widths.len());
        for width in widths {
            let outputs = width.next_multiple_of(LINE);
            hidden.push(PackedLayer::zero(inputs, outputs));
            inputs = outputs;
        }
        Packed { bits, widths: widths.to_vec(), hidden, heads: PackedLayer::zero(inputs, LINE) }
    }

    /// All zero, of the same shape.
    pub fn zero_like(&self) -> Packed {
        Packed::zero(self.bits, &self.widths)
    }

    pub fn of(parameters: &Parameters) -> Packed {
        let bits = parameters.hidden.first().map_or(0, |layer| layer.inputs);
        let widths: Vec<usize> = parameters.hidden.iter().map(|layer| layer.outputs).collect();
        let mut packed = Packed::zero(bits, &widths);
        for (packed, layer) in packed.hidden.iter_mut().zip(&parameters.hidden) {
            packed.take(layer, 0);
        }
        packed.heads.take(&parameters.policy, 0);
        packed.heads.take(&parameters.value, VALUE);
        packed
    }

    pub fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::zero(self.bits, &self.widths);
        for (packed, layer) in self.hidden.iter().zip(&mut parameters.hidden) {
            packed.give(layer, 0);
        }
        self.heads.give(&mut parameters.policy, 0);
        self.heads.give(&mut parameters.value, VALUE);
        parameters
    }

    /// The units of the last hidden layer in a padded row of them.
    pub fn top<'u>(&self, units: &'u [f32]) -> &'u [f32] {
        &units[..self.widths.last().copied().unwrap_or(0)]
    }

    /// All numbers, layer by layer: weights, then biases, of the heads last.
    pub fn numbers(&self) -> impl Iterator<Item = &Numbers> {
        self.hidden.iter().chain([&self.heads]).flat_map(|layer| [&layer.weight, &layer.bias])
    }

    /// All numbers, in the order of [`Packed::numbers`].
    pub fn numbers_mut(&mut self) -> impl Iterator<Item = &mut Numbers> {
        self.hidden.iter_mut().chain([&mut self.heads]).flat_map(|layer| [&mut layer.weight, &mut layer.bias])
    }
}

impl PackedLayer {
    fn zero(inputs: usize, outputs: usize) -> PackedLayer {
        PackedLayer { inputs, outputs, weight: zeros(inputs * outputs), bias: zeros(outputs) }
    }

    /// Copies a layer in, its outputs from a column on.
    fn take(&mut self, layer: &Affine, column: usize) {
        let columns = column..column + layer.outputs;
        for (packed, row) in self.weight.chunks_exact_mut(self.outputs).zip(layer.weight.chunks_exact(layer.outputs)) {
            packed[columns.clone()].copy_from_slice(row);
        }
        self.bias[columns].copy_from_slice(&layer.bias);
    }

    /// Copies a layer out, its outputs from a column on.
    fn give(&self, layer: &mut Affine, column: usize) {
        let columns = column..column + layer.outputs;
        for (packed, row) in self.weight.chunks_exact(self.outputs).zip(layer.weight.chunks_exact_mut(layer.outputs)) {
            row.copy_from_slice(&packed[columns.clone()]);
        }
        layer.bias.copy_from_slice(&self.bias[columns]);
    }
}

#[cfg(test)]
mod tests {
    use crate::network::initialise::orthogonal;
    use crate::network::packed::{LINE, Packed};
    use crate::seed::Seed;

    #[test]
    fn a_network_comes_out_as_it_went_in() {
        for widths in [&[5][..], &[16, 7], &[64, 64, 1]] {
            let mut network = orthogonal(11, widths, Seed(1));
            network.layers_mut().flat_map(|layer| &mut layer.bias).enumerate().for_each(|(i, b)| *b = i as f32);
            let packed = Packed::of(&network);
            assert_eq!(packed.parameters(), network);
            for numbers in packed.numbers() {
                assert!(numbers.len().is_multiple_of(LINE) && numbers.as_ptr().align_offset(64) == 0);
            }
        }
    }
}
