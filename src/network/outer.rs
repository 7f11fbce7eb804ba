//! Sums of outer products over the rows of a block: the derivatives with respect to weights.
//!
//! Sums run over the rows in their order, from 0, each step a fused multiply and add, and are added to what is there at the end; rows of
//! zeros and ones are added one after the other.

use crate::network::marks::Ones;
use pulp::Simd;

/// Rows of the result that are summed at once, in registers.
const TILE: usize = 8;

/// out += the transpose of left, times right, for `left` of shape (rows, inner) and `right` of shape (rows, `width` vectors), of which
/// the first `columns` vectors of each row alone. The inner size is a multiple of 8.
#[inline(always)]
pub fn outer<S: Simd>(simd: S, left: &[f32], right: &[S::f32s], out: &mut [S::f32s], width: usize, columns: usize) {
    let inner = out.len() / width;
    for column in 0..columns {
        for (tile, out) in out.chunks_exact_mut(width * TILE).enumerate() {
            let mut sums = [simd.splat_f32s(0.0); TILE];
            for (left, right) in left.chunks_exact(inner).zip(right.chunks_exact(width)) {
                for (sum, factor) in sums.iter_mut().zip(&left.as_chunks::<TILE>().0[tile]) {
                    *sum = simd.mul_add_e_f32s(simd.splat_f32s(*factor), right[column], *sum);
                }
            }
            for (out, sum) in out.chunks_exact_mut(width).zip(sums) {
                out[column] = simd.add_f32s(out[column], sum);
            }
        }
    }
}

/// The same for all columns, of at most 64 rows, but of `left` only what is marked, with a word for each column of it that has a bit for
/// each row; without `left`, what is marked is 1.
#[inline(always)]
pub fn outer_sparse<S: Simd>(
    simd: S,
    left: Option<&[f32]>,
    marks: &[u64],
    right: &[S::f32s],
    out: &mut [S::f32s],
    width: usize,
) {
    match (width % 8, width % 4, width % 2) {
        (0, _, _) => by_parts::<S, 8>(simd, left, marks, right, out, width),
        (_, 0, _) => by_parts::<S, 4>(simd, left, marks, right, out, width),
        (_, _, 0) => by_parts::<S, 2>(simd, left, marks, right, out, width),
        _ => by_parts::<S, 1>(simd, left, marks, right, out, width),
    }
}

/// By so many vectors of a row at once.
#[inline(always)]
fn by_parts<S: Simd, const VECTORS: usize>(
    simd: S,
    left: Option<&[f32]>,
    marks: &[u64],
    right: &[S::f32s],
    out: &mut [S::f32s],
    width: usize,
) {
    let (inner, parts) = (marks.len(), width / VECTORS);
    let (right, out) = (right.as_chunks::<VECTORS>().0, out.as_chunks_mut::<VECTORS>().0);
    for (k, (rows, out)) in marks.iter().zip(out.chunks_exact_mut(parts)).enumerate() {
        if *rows == 0 {
            continue;
        }
        for (part, out) in out.iter_mut().enumerate() {
            let Some(left) = left else {
                // A copy, which stays in registers.
                let mut sums = *out;
                for row in Ones(*rows) {
                    for (sum, right) in sums.iter_mut().zip(&right[row * parts + part]) {
                        *sum = simd.add_f32s(*sum, *right);
                    }
                }
                *out = sums;
                continue;
            };
            let mut sums = [simd.splat_f32s(0.0); VECTORS];
            for row in Ones(*rows) {
                let factor = simd.splat_f32s(left[row * inner + k]);
                for (sum, right) in sums.iter_mut().zip(&right[row * parts + part]) {
                    *sum = simd.mul_add_e_f32s(factor, *right, *sum);
                }
            }
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = simd.add_f32s(*out, sum);
            }
        }
    }
}
