//! Rows of bits, each as the list of those that are lit: a sparse 0/1 matrix in compressed rows.

/// Observations, one row each. Within a row no bit occurs twice; the order has no meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LitRows {
    /// Row i is `bits[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    bits: Vec<u16>,
}

impl Default for LitRows {
    fn default() -> LitRows {
        LitRows::new()
    }
}

impl LitRows {
    pub fn new() -> LitRows {
        LitRows { starts: vec![0], bits: Vec::new() }
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.starts.truncate(1);
        self.bits.clear();
    }

    /// How many rows are complete.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lights a bit in the row that is being written.
    pub fn light(&mut self, bit: u16) {
        self.bits.push(bit);
    }

    /// Lights these bits in the row that is being written.
    pub fn light_all(&mut self, bits: &[u16]) {
        self.bits.extend_from_slice(bits);
    }

    /// Completes the row that is being written; the next one begins.
    pub fn end_row(&mut self) {
        self.starts.push(self.bits.len() as u32);
    }

    /// Adds a complete row.
    pub fn push_row(&mut self, bits: &[u16]) {
        self.light_all(bits);
        self.end_row();
    }

    /// Adds all rows of another list.
    pub fn append(&mut self, other: &LitRows) {
        let offset = self.bits.len() as u32;
        self.bits.extend_from_slice(&other.bits);
        self.starts.extend(other.starts.iter().skip(1).map(|start| start + offset));
    }

    /// The lit bits of row `index`; empty beyond the last row.
    pub fn row(&self, index: usize) -> &[u16] {
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(&start), Some(&end)) => &self.bits[start as usize..end as usize],
            _ => &[],
        }
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[u16]> {
        self.starts.windows(2).map(|ends| &self.bits[ends[0] as usize..ends[1] as usize])
    }

    /// Where each row begins in [`LitRows::bits`], and where the last one ends: one more than there are rows.
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// The lit bits of all rows, one after the other.
    pub fn bits(&self) -> &[u16] {
        &self.bits
    }
}

#[cfg(test)]
mod tests {
    use crate::world::lit::LitRows;

    #[test]
    fn rows_are_kept_apart() {
        let mut rows = LitRows::new();
        assert!(rows.is_empty() && rows.row(0).is_empty());
        rows.push_row(&[3, 1]);
        rows.end_row();
        rows.light(9);
        assert_eq!((rows.len(), rows.row(0), rows.row(1), rows.row(2)), (2, &[3, 1][..], &[][..], &[][..]));
        rows.end_row();
        assert_eq!(rows.rows().collect::<Vec<_>>(), [&[3, 1][..], &[], &[9]]);
        assert_eq!((rows.starts(), rows.bits()), (&[0, 2, 2, 3][..], &[3, 1, 9][..]));
        rows.clear();
        assert_eq!(rows, LitRows::default());
    }
}
