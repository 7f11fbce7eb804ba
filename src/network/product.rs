//! Products of small matrices in vector instructions.
//!
//! Sums run over the inner index in its order, each step a fused multiply and add: the same bits for any number of rows
//! and threads. What a product keeps in registers is a tile of rows by vectors, so large that neither the latency of
//! additions nor the loads hold it up; or, where many numbers are 0, as behind a ReLU, one row, of which those are left out.

use crate::network::marks::{Ones, WORD};
use pulp::Simd;
use std::ops::Range;

/// start + left right.
pub struct Product<'a, S: Simd> {
    /// Of shape (rows, inner or more), of which the first inner columns count.
    pub left: &'a [f32],
    /// Of shape (inner, `width` vectors).
    pub right: &'a [S::f32s],
    /// A row, or nothing for 0.
    pub start: Option<&'a [S::f32s]>,
    pub width: usize,
    pub then: Then<'a, S>,
}

/// What becomes of a product.
#[derive(Clone, Copy)]
pub enum Then<'a, S: Simd> {
    Nothing,
    /// What comes out of a ReLU.
    Relu,
    /// The product, a derivative with respect to what comes out of a ReLU, becomes one with respect to what goes in: 0 where these
    /// numbers, which came out, are.
    ThroughRelu(&'a [S::f32s]),
}

impl<S: Simd> Then<'_, S> {
    /// To a part of the product, of which there are `part` as large before it. (Its length is known when this is compiled, so that it
    /// stays in registers; in memory, the compiler makes slow stores under a mask of it.)
    #[inline(always)]
    pub fn change<const VECTORS: usize>(self, simd: S, product: &mut [S::f32s; VECTORS], part: usize) {
        let zero = simd.splat_f32s(0.0);
        match self {
            Then::Nothing => {}
            Then::Relu => {
                for number in product {
                    *number = simd.max_f32s(*number, zero);
                }
            }
            Then::ThroughRelu(after) => {
                for (number, after) in product.iter_mut().zip(&after.as_chunks::<VECTORS>().0[part]) {
                    *number = simd.select_f32s(simd.greater_than_f32s(*after, zero), *number, zero);
                }
            }
        }
    }
}

impl<S: Simd> Product<'_, S> {
    /// Of shape (rows, `width` vectors), of which the first `columns` vectors of each row are computed.
    #[inline(always)]
    pub fn dense(self, simd: S, out: &mut [S::f32s], columns: usize) {
        match (S::F32_LANES >= 16, columns % 4, columns % 2) {
            (true, 0, _) => self.by_tiles::<4, 4>(simd, out, columns),
            (_, _, 0) => self.by_tiles::<4, 2>(simd, out, columns),
            _ => self.by_tiles::<8, 1>(simd, out, columns),
        }
    }

    /// By tiles of so many rows, and the rows that are left one by one: every sum is the same in both.
    #[inline(always)]
    fn by_tiles<const ROWS: usize, const VECTORS: usize>(&self, simd: S, out: &mut [S::f32s], columns: usize) {
        let whole = out.len() / self.width / ROWS * ROWS;
        self.tiles::<ROWS, VECTORS>(simd, out, 0..whole, columns);
        self.tiles::<1, VECTORS>(simd, out, whole..out.len() / self.width, columns);
    }

    #[inline(always)]
    fn tiles<const ROWS: usize, const VECTORS: usize>(
        &self,
        simd: S,
        out: &mut [S::f32s],
        rows: Range<usize>,
        columns: usize,
    ) {
        if rows.is_empty() {
            return;
        }
        let (parts, inner) = (self.width / VECTORS, self.right.len() / self.width);
        let stride = self.left.len() / (out.len() / self.width);
        let (right, out) = (self.right.as_chunks::<VECTORS>().0, out.as_chunks_mut::<VECTORS>().0);
        for column in 0..columns / VECTORS {
            let start = self.start(simd, column);
            for first in rows.clone().step_by(ROWS) {
                let rows: [&[f32]; ROWS] = std::array::from_fn(|row| &self.left[(first + row) * stride..][..inner]);
                let mut sums = [start; ROWS];
                for (k, right) in right.chunks_exact(parts).enumerate() {
                    let right = right[column];
                    for (sums, row) in sums.iter_mut().zip(rows) {
                        let factor = simd.splat_f32s(row[k]);
                        for (sum, right) in sums.iter_mut().zip(right) {
                            *sum = simd.mul_add_e_f32s(factor, right, *sum);
                        }
                    }
                }
                for (row, sums) in sums.iter_mut().enumerate() {
                    let place = (first + row) * parts + column;
                    self.then.change(simd, sums, place);
                    out[place] = *sums;
                }
            }
        }
    }

    /// What the sums of a part of the columns begin with.
    #[inline(always)]
    fn start<const VECTORS: usize>(&self, simd: S, part: usize) -> [S::f32s; VECTORS] {
        match self.start {
            Some(start) => start.as_chunks().0[part],
            None => [simd.splat_f32s(0.0); VECTORS],
        }
    }

    /// The same, one row after the other, but what belongs to a number of `left`, of shape (rows, inner), that is not marked is not
    /// computed: it has to be 0, or not to count. The marks are those of [`crate::network::marks::mark`].
    #[inline(always)]
    pub fn sparse(self, simd: S, out: &mut [S::f32s], marks: &[u64]) {
        match (self.width % 8, self.width % 4, self.width % 2) {
            (0, _, _) => self.row_by_row::<8>(simd, out, marks),
            (_, 0, _) => self.row_by_row::<4>(simd, out, marks),
            (_, _, 0) => self.row_by_row::<2>(simd, out, marks),
            _ => self.row_by_row::<1>(simd, out, marks),
        }
    }

    #[inline(always)]
    fn row_by_row<const VECTORS: usize>(&self, simd: S, out: &mut [S::f32s], marks: &[u64]) {
        let (inner, parts) = (self.right.len() / self.width, self.width / VECTORS);
        let (right, out) = (self.right.as_chunks::<VECTORS>().0, out.as_chunks_mut::<VECTORS>().0);
        for column in 0..parts {
            let start = self.start(simd, column);
            let rows = self.left.chunks_exact(inner).zip(marks.chunks_exact(inner.div_ceil(WORD)));
            for (row, (left, marks)) in rows.enumerate() {
                let mut sums = start;
                for (word, (numbers, marks)) in left.chunks(WORD).zip(marks).enumerate() {
                    let right = &right[word * WORD * parts + column..];
                    for k in Ones(*marks) {
                        let factor = simd.splat_f32s(numbers[k]);
                        for (sum, right) in sums.iter_mut().zip(&right[k * parts]) {
                            *sum = simd.mul_add_e_f32s(factor, *right, *sum);
                        }
                    }
                }
                let place = row * parts + column;
                self.then.change(simd, &mut sums, place);
                out[place] = sums;
            }
        }
    }
}
