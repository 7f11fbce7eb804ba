//! Products of small matrices in vector instructions.
//!
//! Sums run over the inner index in its order, each step a fused multiply and add: the same bits for any number of rows
//! and threads. What a product keeps in registers is a tile of rows by vectors, so large that neither the latency of
//! additions nor the loads hold it up; or, where many numbers are 0, as behind a ReLU, one row, of which those are left out.

use pulp::Simd;
use std::ops::Range;

/// The tallest tile: the inner size of [`outer`] is a multiple of it.
const TALLEST: usize = 8;

/// Numbers whose zeros are found at once.
const WORD: usize = u64::BITS as usize;

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
            _ => self.by_tiles::<TALLEST, 1>(simd, out, columns),
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
        let (width, inner, stride) =
            (self.width, self.right.len() / self.width, self.left.len() / (out.len() / self.width));
        for column in (0..columns).step_by(VECTORS) {
            let start: [S::f32s; VECTORS] =
                std::array::from_fn(|v| self.start.map_or(simd.splat_f32s(0.0), |start| start[column + v]));
            for first in rows.clone().step_by(ROWS) {
                let rows: [&[f32]; ROWS] = std::array::from_fn(|row| &self.left[(first + row) * stride..][..inner]);
                let mut sums = [start; ROWS];
                for (k, right) in self.right.chunks_exact(width).enumerate() {
                    let right: [S::f32s; VECTORS] = std::array::from_fn(|v| right[column + v]);
                    for (sums, row) in sums.iter_mut().zip(rows) {
                        let factor = simd.splat_f32s(row[k]);
                        for (sum, right) in sums.iter_mut().zip(right) {
                            *sum = simd.mul_add_e_f32s(factor, right, *sum);
                        }
                    }
                }
                for (row, sums) in sums.iter_mut().enumerate() {
                    let place = (first + row) * width + column;
                    self.then.change(simd, sums, place / VECTORS);
                    out[place..place + VECTORS].copy_from_slice(sums);
                }
            }
        }
    }

    /// The same, one row after the other, but what belongs to a 0 is not computed: that of `zeros`, of the shape of `left`, which has to
    /// be 0 there or not to count.
    #[inline(always)]
    pub fn sparse(self, simd: S, out: &mut [S::f32s], zeros: &[f32]) {
        match (self.width % 8, self.width % 4, self.width % 2) {
            (0, _, _) => self.row_by_row::<8>(simd, out, zeros),
            (_, 0, _) => self.row_by_row::<4>(simd, out, zeros),
            (_, _, 0) => self.row_by_row::<2>(simd, out, zeros),
            _ => self.row_by_row::<1>(simd, out, zeros),
        }
    }

    #[inline(always)]
    fn row_by_row<const VECTORS: usize>(&self, simd: S, out: &mut [S::f32s], zeros: &[f32]) {
        let (inner, parts) = (self.right.len() / self.width, self.width / VECTORS);
        let (right, out) = (self.right.as_chunks::<VECTORS>().0, out.as_chunks_mut::<VECTORS>().0);
        for column in 0..parts {
            let start = match self.start {
                Some(start) => start.as_chunks::<VECTORS>().0[column],
                None => [simd.splat_f32s(0.0); VECTORS],
            };
            let rows = self.left.chunks_exact(inner).zip(zeros.chunks_exact(inner));
            for (row, (left, zeros)) in rows.enumerate() {
                let mut sums = start;
                for (word, (numbers, zeros)) in left.chunks(WORD).zip(zeros.chunks(WORD)).enumerate() {
                    let right = &right[word * WORD * parts + column..];
                    let mut left_over = not_zero(simd, S::as_simd_f32s(zeros).0);
                    while left_over != 0 {
                        let k = left_over.trailing_zeros() as usize;
                        let factor = simd.splat_f32s(numbers[k]);
                        for (sum, right) in sums.iter_mut().zip(&right[k * parts]) {
                            *sum = simd.mul_add_e_f32s(factor, *right, *sum);
                        }
                        left_over &= left_over - 1;
                    }
                }
                let place = row * parts + column;
                self.then.change(simd, &mut sums, place);
                out[place] = sums;
            }
        }
    }
}

/// Which numbers are not 0, the first at the lowest bit.
#[inline(always)]
fn not_zero<S: Simd>(simd: S, numbers: &[S::f32s]) -> u64 {
    const HALF: usize = WORD / 2;
    const POWERS: [u32; HALF] = {
        let (mut powers, mut bit) = ([1; HALF], 1);
        while bit < HALF {
            powers[bit] = 2 * powers[bit - 1];
            bit += 1;
        }
        powers
    };
    let (powers, zero, nothing) = (S::as_simd_u32s(&POWERS).0, simd.splat_f32s(0.0), simd.splat_u32s(0));
    let mut found = 0;
    for (half, numbers) in numbers.chunks(HALF / S::F32_LANES).enumerate() {
        let mut bits = nothing;
        for (number, powers) in numbers.iter().zip(powers) {
            let is_zero = simd.equal_f32s(*number, zero);
            bits = simd.or_u32s(bits, simd.select_u32s(is_zero, nothing, *powers));
        }
        let bits = pulp::bytemuck::cast_slice::<S::u32s, u32>(std::slice::from_ref(&bits));
        found |= u64::from(bits.iter().fold(0, |all, bits| all | bits)) << (half * HALF);
    }
    found
}

/// out += the transpose of left, times right, for `left` of shape (rows, inner) and `right` of shape (rows, `width` vectors), of which
/// the first `columns` vectors of each row alone. The inner size is a multiple of 8.
#[inline(always)]
pub fn outer<S: Simd>(simd: S, left: &[f32], right: &[S::f32s], out: &mut [S::f32s], width: usize, columns: usize) {
    match (S::F32_LANES >= 16, columns % 4, columns % 2) {
        (true, 0, _) => outer_tiles::<S, 4, 4>(simd, left, right, out, width, columns),
        (_, _, 0) => outer_tiles::<S, 4, 2>(simd, left, right, out, width, columns),
        _ => outer_tiles::<S, TALLEST, 1>(simd, left, right, out, width, columns),
    }
}

#[inline(always)]
fn outer_tiles<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    left: &[f32],
    right: &[S::f32s],
    out: &mut [S::f32s],
    width: usize,
    columns: usize,
) {
    let inner = out.len() / width;
    for column in (0..columns).step_by(VECTORS) {
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
