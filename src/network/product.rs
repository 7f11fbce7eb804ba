//! Products of small matrices in vector instructions.
//!
//! Sums run over the inner index in its order, each step a fused multiply and add: the same bits for any number of rows
//! and threads. What a product keeps in registers is a tile of rows by vectors, so large that neither the latency of
//! additions nor the loads hold it up.

use pulp::Simd;

/// The tallest tile: the inner size of [`outer`] is a multiple of it.
const TALLEST: usize = 8;

/// out = start + left right, for `left` of shape (rows, inner or more), of which the first inner columns count, `right` of shape
/// (inner, `width` vectors) and `start` a row, or nothing for 0.
#[inline(always)]
pub fn product<S: Simd>(
    simd: S,
    left: &[f32],
    right: &[S::f32s],
    start: Option<&[S::f32s]>,
    out: &mut [S::f32s],
    width: usize,
) {
    match (S::F32_LANES >= 16, width % 4, width % 2) {
        (true, 0, _) => tall::<S, 4, 4>(simd, left, right, start, out, width),
        (_, _, 0) => tall::<S, 4, 2>(simd, left, right, start, out, width),
        _ => tall::<S, TALLEST, 1>(simd, left, right, start, out, width),
    }
}

/// By tiles of so many rows, and the rows that are left one by one: every sum is the same in both.
#[inline(always)]
fn tall<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    left: &[f32],
    right: &[S::f32s],
    start: Option<&[S::f32s]>,
    out: &mut [S::f32s],
    width: usize,
) {
    let rows = out.len() / width;
    let whole = rows / ROWS * ROWS;
    let (left, left_over) = left.split_at(left.len() / rows * whole);
    let (out, out_over) = out.split_at_mut(whole * width);
    tiles::<S, ROWS, VECTORS>(simd, left, right, start, out, width);
    tiles::<S, 1, VECTORS>(simd, left_over, right, start, out_over, width);
}

#[inline(always)]
fn tiles<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    left: &[f32],
    right: &[S::f32s],
    start: Option<&[S::f32s]>,
    out: &mut [S::f32s],
    width: usize,
) {
    if out.is_empty() {
        return;
    }
    let (inner, stride) = (right.len() / width, left.len() / (out.len() / width));
    for column in (0..width).step_by(VECTORS) {
        let start: [S::f32s; VECTORS] =
            std::array::from_fn(|v| start.map_or(simd.splat_f32s(0.0), |start| start[column + v]));
        for (left, out) in left.chunks_exact(stride * ROWS).zip(out.chunks_exact_mut(width * ROWS)) {
            let rows: [&[f32]; ROWS] = std::array::from_fn(|row| &left[row * stride..][..inner]);
            let mut sums = [start; ROWS];
            for (k, right) in right.chunks_exact(width).enumerate() {
                let right: [S::f32s; VECTORS] = std::array::from_fn(|v| right[column + v]);
                for (sums, row) in sums.iter_mut().zip(rows) {
                    let factor = simd.splat_f32s(row[k]);
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = simd.mul_add_e_f32s(factor, right, *sum);
                    }
                }
            }
            for (sums, out) in sums.iter().zip(out.chunks_exact_mut(width)) {
                out[column..column + VECTORS].copy_from_slice(sums);
            }
        }
    }
}

/// out += the transpose of left, times right, for `left` of shape (rows, inner) and `right` of shape (rows, `width` vectors). The
/// inner size is a multiple of 8.
#[inline(always)]
pub fn outer<S: Simd>(simd: S, left: &[f32], right: &[S::f32s], out: &mut [S::f32s], width: usize) {
    match (S::F32_LANES >= 16, width % 4, width % 2) {
        (true, 0, _) => outer_tiles::<S, 4, 4>(simd, left, right, out, width),
        (_, _, 0) => outer_tiles::<S, 4, 2>(simd, left, right, out, width),
        _ => outer_tiles::<S, TALLEST, 1>(simd, left, right, out, width),
    }
}

#[inline(always)]
fn outer_tiles<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    left: &[f32],
    right: &[S::f32s],
    out: &mut [S::f32s],
    width: usize,
) {
    let inner = out.len() / width;
    for column in (0..width).step_by(VECTORS) {
        for (tile, out) in out.chunks_exact_mut(width * ROWS).enumerate() {
            let first = tile * ROWS;
            let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
            for (left, right) in left.chunks_exact(inner).zip(right.chunks_exact(width)) {
                let left = &left[first..first + ROWS];
                let right: [S::f32s; VECTORS] = std::array::from_fn(|v| right[column + v]);
                for (sums, factor) in sums.iter_mut().zip(left) {
                    let factor = simd.splat_f32s(*factor);
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = simd.mul_add_e_f32s(factor, right, *sum);
                    }
                }
            }
            for (sums, out) in sums.iter().zip(out.chunks_exact_mut(width)) {
                for (sum, out) in sums.iter().zip(&mut out[column..column + VECTORS]) {
                    *out = simd.add_f32s(*out, *sum);
                }
            }
        }
    }
}
