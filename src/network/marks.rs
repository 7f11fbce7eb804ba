//! Which numbers are not 0, a bit each, so that products leave the others out.

use pulp::Simd;

/// Numbers that are marked in one word.
pub const WORD: usize = u64::BITS as usize;

/// The places of the bits that are 1, ascending.
pub struct Ones(pub u64);

impl Iterator for Ones {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let place = self.0.trailing_zeros() as usize;
        let some = self.0 != 0;
        self.0 &= self.0.wrapping_sub(1);
        some.then_some(place)
    }
}

/// Marks the numbers of each row that are not 0: `words[row * words of a row + word]`, the first at the lowest bit.
#[inline(always)]
pub fn mark<S: Simd>(simd: S, rows: &[f32], width: usize, words: &mut [u64]) {
    for (row, words) in rows.chunks_exact(width).zip(words.chunks_exact_mut(width.div_ceil(WORD))) {
        for (numbers, word) in row.chunks(WORD).zip(words) {
            *word = not_zero(simd, S::as_simd_f32s(numbers).0);
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

/// Of the marks of at most 64 rows, those of each column: bit `row` of `columns[column]` is bit `column` of the row's words.
pub fn by_columns(words: &[u64], columns: &mut [u64]) {
    let parts = columns.len().div_ceil(WORD);
    for (part, columns) in columns.chunks_mut(WORD).enumerate() {
        let mut square = [0; WORD];
        square.iter_mut().zip(words.chunks_exact(parts)).for_each(|(to, row)| *to = row[part]);
        transpose(&mut square);
        columns.copy_from_slice(&square[..columns.len()]);
    }
}

/// Marks in which of so many rows, at most 64, each bit is lit: adds to what is marked.
#[inline(always)]
pub fn mark_lit<'r>(count: usize, lit: impl Fn(usize) -> &'r [u16], columns: &mut [u64]) {
    for row in 0..count {
        for &bit in lit(row) {
            columns[usize::from(bit)] |= 1 << row;
        }
    }
}

/// A square of bits, mirrored at its diagonal: by halves, quarters, and so on.
///
/// Source: Warren 2013, Hacker's Delight, 7-3.
fn transpose(square: &mut [u64; WORD]) {
    let (mut size, mut mask) = (WORD / 2, u64::MAX >> (WORD / 2));
    while size > 0 {
        for pair in square.chunks_exact_mut(2 * size) {
            let (upper, lower) = pair.split_at_mut(size);
            for (upper, lower) in upper.iter_mut().zip(lower) {
                let swapped = ((*upper >> size) ^ *lower) & mask;
                *upper ^= swapped << size;
                *lower ^= swapped;
            }
        }
        size /= 2;
        mask ^= mask << size;
    }
}

#[cfg(test)]
mod tests {
    use super::{Ones, WORD, by_columns};
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    #[test]
    fn the_places_of_ones_ascend() {
        assert_eq!(Ones(1 << 63 | 0b1010_0001).collect::<Vec<_>>(), [0, 5, 7, 63]);
        assert_eq!(Ones(0).count(), 0);
    }

    proptest! {
        #[test]
        fn marks_by_rows_and_by_columns_are_the_same(rows in vec(any::<[u64; 2]>(), 0..=WORD), columns in 65..=128_usize) {
            let mut turned = vec![0; columns];
            by_columns(rows.as_flattened(), &mut turned);
            for (column, rows_of) in turned.iter().enumerate() {
                let expected = rows.iter().map(|row| row[column / WORD] >> (column % WORD) & 1);
                let found = (0..rows.len()).map(|row| rows_of >> row & 1);
                prop_assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
            }
        }
    }
}
