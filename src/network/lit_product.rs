//! The product of a matrix of zeros and ones with another, in vector instructions: a sum of the rows whose bits are lit.

use crate::network::product::Then;
use pulp::Simd;

/// start + left right.
pub struct LitProduct<'a, S: Simd, L> {
    /// The lit bits of each row.
    pub left: &'a L,
    /// A row of vectors for each bit.
    pub right: &'a [S::f32s],
    /// A row of vectors.
    pub start: &'a [S::f32s],
    pub then: Then<'a, S>,
}

impl<'r, S: Simd, L: Fn(usize) -> &'r [u16]> LitProduct<'_, S, L> {
    /// Of as many rows as there is room for.
    #[inline(always)]
    pub fn run(self, simd: S, out: &mut [S::f32s]) {
        match self.start.len() % 4 {
            0 => self.by_parts::<4>(simd, out),
            _ => self.by_parts::<1>(simd, out),
        }
    }

    /// By so many vectors of a row at once.
    #[inline(always)]
    fn by_parts<const VECTORS: usize>(&self, simd: S, out: &mut [S::f32s]) {
        let (right, start) = (self.right.as_chunks().0, self.start.as_chunks::<VECTORS>().0);
        for (row, out) in out.as_chunks_mut().0.chunks_exact_mut(start.len()).enumerate() {
            let lit = (self.left)(row);
            for (part, out) in out.iter_mut().enumerate() {
                let mut sums = start[part];
                let row_of = |bit: u16| &right[usize::from(bit) * start.len() + part];
                // Two sums side by side, since each addition waits for the one before.
                let mut others = [simd.splat_f32s(0.0); VECTORS];
                let (pairs, last) = lit.as_chunks::<2>();
                for &[bit, other] in pairs {
                    add(simd, &mut sums, row_of(bit));
                    add(simd, &mut others, row_of(other));
                }
                for bit in last {
                    add(simd, &mut sums, row_of(*bit));
                }
                add(simd, &mut sums, &others);
                self.then.change(simd, &mut sums, 0);
                *out = sums;
            }
        }
    }
}

/// sums += numbers.
#[inline(always)]
fn add<S: Simd, const VECTORS: usize>(simd: S, sums: &mut [S::f32s; VECTORS], numbers: &[S::f32s; VECTORS]) {
    for (sum, number) in sums.iter_mut().zip(numbers) {
        *sum = simd.add_f32s(*sum, *number);
    }
}
