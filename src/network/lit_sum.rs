//! The first layer, as an operation on dfdx's tape: y_r = sum of the rows of W over the lit bits of row r.
//!
//! It equals the product of the dense 0/1 observation with W, and costs a tenth of it or less. Its
//! derivative: dL/dW_b = sum of dL/dy_r over the rows r in which bit b is lit. A bit that is
//! listed twice counts twice, forward and backward.

use crate::world::lit::LitRows;
use dfdx::shapes::HasShape;
use dfdx::tensor::{Cpu, PutTape, SplitTape, Tape, Tensor, ZerosTensor};
use std::sync::Arc;

/// A matrix whose sizes are known at run time.
pub type Matrix<T = dfdx::tensor::NoneTape> = Tensor<(usize, usize), f32, Cpu, T>;

/// Sums the weight rows of the lit bits of the `picked` rows: shape (picked, units).
///
/// Every bit of `rows` must be below the number of rows of `weight`.
pub fn lit_sum<T: Tape<f32, Cpu>>(weight: Matrix<T>, rows: &Arc<LitRows>, picked: &Arc<[u32]>) -> Matrix<T> {
    let (weight, mut tape) = weight.split_tape();
    let units = weight.shape().1;
    let mut source = vec![0.0f32; weight.shape().0 * units];
    weight.copy_into(&mut source);
    let mut sums = vec![0.0f32; picked.len() * units];
    for (&row, sum) in picked.iter().zip(sums.chunks_exact_mut(units)) {
        for &bit in rows.row(row as usize) {
            add(sum, &source[bit as usize * units..][..units]);
        }
    }
    let mut output: Matrix = weight.device().zeros_like(&(picked.len(), units));
    output.copy_from(&sums);
    let (output_ghost, weight_ghost) = (output.ghost(), weight.ghost());
    let (rows, picked) = (rows.clone(), picked.clone());
    tape.add_backward_op(move |gradients| {
        let upstream = std::mem::take(&mut **gradients.get_or_alloc_mut(&output_ghost)?);
        let gradient = gradients.get_or_alloc_mut(&weight_ghost)?;
        for (&row, upstream) in picked.iter().zip(upstream.chunks_exact(units)) {
            for &bit in rows.row(row as usize) {
                add(&mut gradient[bit as usize * units..][..units], upstream);
            }
        }
        **gradients.get_or_alloc_mut(&output_ghost)? = upstream;
        Ok(())
    });
    output.put_tape(tape)
}

/// target += source, elementwise.
pub fn add(target: &mut [f32], source: &[f32]) {
    for (t, s) in target.iter_mut().zip(source) {
        *t += s;
    }
}
