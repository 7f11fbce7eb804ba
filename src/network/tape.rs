//! The definition of a network's function, on dfdx's tape.

use crate::network::lit_sum::{Matrix, lit_sum};
use crate::network::parameters::{Affine, Parameters};
use crate::world::lit::LitRows;
use dfdx::prelude::{
    Axis, BroadcastTo, CpuError, Gradients, HasShape, NoneTape, OwnedTape, Tape, TensorFromVec, Trace, TryMatMul,
};
use dfdx::tensor::{Cpu, PutTape, SplitTape, Tensor};
use std::sync::Arc;

/// A vector whose size is known at run time.
pub type Vector<T = NoneTape> = Tensor<(usize,), f32, Cpu, T>;
/// The tape of gradients.
pub type GradientTape = OwnedTape<f32, Cpu>;

/// An affine layer in tensors; the weight has shape (inputs, outputs).
#[derive(Clone, Debug)]
pub struct Layer {
    pub weight: Matrix,
    pub bias: Vector,
}

/// A network in tensors on one device of its own.
#[derive(Clone, Debug)]
pub struct Network {
    pub device: Cpu,
    pub hidden: Vec<Layer>,
    pub policy: Layer,
    pub value: Layer,
}

/// What a forward pass computes: activations before and after each ReLU carry no tape, but their
/// gradients are found in the tape's under the same tensors.
pub struct Pass<T> {
    /// One per hidden layer, shape (rows, units), before the ReLU.
    pub before: Vec<Matrix>,
    /// One per hidden layer, shape (rows, units), after the ReLU.
    pub after: Vec<Matrix>,
    /// The last hidden layer with the tape.
    last: Matrix<T>,
}

impl Network {
    pub fn new(parameters: &Parameters) -> Network {
        let device = Cpu::default();
        let layer = |affine: &Affine| Layer {
            weight: device.tensor_from_vec(affine.weight.clone(), (affine.inputs, affine.outputs)),
            bias: device.tensor_from_vec(affine.bias.clone(), (affine.outputs,)),
        };
        Network {
            hidden: parameters.hidden.iter().map(layer).collect(),
            policy: layer(&parameters.policy),
            value: layer(&parameters.value),
            device,
        }
    }

    /// The numbers, copied out.
    pub fn parameters(&self) -> Parameters {
        let affine = |layer: &Layer| {
            let &(inputs, outputs) = layer.weight.shape();
            Affine { inputs, outputs, weight: layer.weight.as_vec(), bias: layer.bias.as_vec() }
        };
        Parameters {
            hidden: self.hidden.iter().map(affine).collect(),
            policy: affine(&self.policy),
            value: affine(&self.value),
        }
    }

    /// All layers, in the order hidden, policy, value.
    pub fn layers_mut(&mut self) -> impl Iterator<Item = &mut Layer> {
        self.hidden.iter_mut().chain([&mut self.policy, &mut self.value])
    }

    /// One step of plain gradient descent: every number less `rate` times its gradient.
    pub fn descend(&mut self, gradients: &mut Gradients<f32, Cpu>, rate: f64) -> Result<(), CpuError> {
        for layer in self.layers_mut() {
            let mut weight = layer.weight.as_vec();
            subtract(&mut weight, gradients.get_or_alloc_mut(&layer.weight)?, rate);
            layer.weight.copy_from(&weight);
            let mut bias = layer.bias.as_vec();
            subtract(&mut bias, gradients.get_or_alloc_mut(&layer.bias)?, rate);
            layer.bias.copy_from(&bias);
        }
        Ok(())
    }

    /// The hidden layers on the `picked` rows, with a tape that keeps the gradient of every tensor.
    pub fn trace(&self, rows: &Arc<LitRows>, picked: &Arc<[u32]>) -> Pass<GradientTape> {
        let mut pass: Option<Pass<GradientTape>> = None;
        for layer in &self.hidden {
            let (mut before_all, mut after_all, sum) = match pass {
                None => (Vec::new(), Vec::new(), lit_sum(layer.weight.leaky_trace(), rows, picked)),
                Some(pass) => (pass.before, pass.after, pass.last.matmul(layer.weight.clone())),
            };
            let (before, tape) = add_bias(sum, layer).split_tape();
            before_all.push(before.clone());
            let (after, tape) = before.put_tape(tape).relu().split_tape();
            after_all.push(after.clone());
            pass = Some(Pass { before: before_all, after: after_all, last: after.put_tape(tape) });
        }
        match pass {
            Some(pass) => pass,
            None => unreachable!("the checker gives every network at least one hidden layer"),
        }
    }

    /// Logits, shape (rows, 5), and the pass's tape.
    pub fn logits<T: Tape<f32, Cpu>>(&self, pass: Pass<T>) -> Matrix<T> {
        add_bias(pass.last.matmul(self.policy.weight.clone()), &self.policy)
    }

    /// Logits, shape (rows, 5), with the policy's tape, and values, shape (rows, 1), with none: for a loss of both.
    pub fn heads(&self, pass: Pass<GradientTape>) -> (Matrix<GradientTape>, Matrix<GradientTape>) {
        let (last, tape) = pass.last.split_tape();
        let value = add_bias(last.retaped::<GradientTape>().matmul(self.value.weight.clone()), &self.value);
        let logits = add_bias(last.put_tape(tape).matmul(self.policy.weight.clone()), &self.policy);
        (logits, value)
    }
}

fn subtract(numbers: &mut [f32], gradient: &[f32], rate: f64) {
    let moved = |number: f32, gradient: f32| (f64::from(number) - rate * f64::from(gradient)) as f32;
    numbers.iter_mut().zip(gradient).for_each(|(number, gradient)| *number = moved(*number, *gradient));
}

fn add_bias<T: Tape<f32, Cpu>>(sum: Matrix<T>, layer: &Layer) -> Matrix<T> {
    let shape = *sum.shape();
    sum + layer.bias.clone().broadcast_like::<_, Axis<0>>(&shape)
}
