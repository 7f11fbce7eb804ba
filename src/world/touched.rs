//! Which kinds of objects were touched in a step, and how often.

/// How many bits count the touches of one kind.
const BITS: u32 = 4;
/// The largest count.
const MOST: u64 = (1 << BITS) - 1;

/// The touches that worked in one step: a count up to 15 for each of the first 16 kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched(u64);

impl Touched {
    /// Counts one more touch of the kind.
    pub fn add(&mut self, kind: usize) {
        if u64::from(self.count(kind)) < MOST
            && let Some(one) = 1_u64.checked_shl(kind as u32 * BITS)
        {
            self.0 += one;
        }
    }

    /// How often the kind was touched.
    pub fn count(self, kind: usize) -> u32 {
        self.0.checked_shr(kind as u32 * BITS).map_or(0, |counts| (counts & MOST) as u32)
    }

    pub fn contains(self, kind: usize) -> bool {
        self.count(kind) > 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use crate::world::touched::Touched;

    #[test]
    fn kinds_are_counted_apart() {
        let mut touched = Touched::default();
        assert!(touched.is_empty());
        [0, 15, 15, 3, 16].into_iter().for_each(|kind| touched.add(kind));
        assert_eq!([0, 1, 3, 15, 16].map(|kind| touched.count(kind)), [1, 0, 1, 2, 0]);
        assert!(touched.contains(3) && !touched.contains(4) && !touched.is_empty());
        (0..99).for_each(|_| touched.add(3));
        assert_eq!([2, 3, 4].map(|kind| touched.count(kind)), [0, 15, 0]);
    }
}
