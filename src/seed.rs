//! One root seed and the named random streams derived from it.
//!
//! A stream is ChaCha8 keyed by SHA-256 over the root, the name of the stream and its indices.
//! So two streams are independent, adding a stream never shifts another, and no stream
//! depends on the names or the order of heuristics.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};

/// The generator of every stream: fast, and the same bits on every platform.
pub type Stream = ChaCha8Rng;

/// A root from which streams are derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The stream called `name`, the one with these `indices` of its kind.
    pub fn stream(self, name: &str, indices: &[u64]) -> Stream {
        Stream::from_seed(self.digest(name, indices))
    }

    /// A root of its own, for a part that derives streams itself.
    pub fn child(self, name: &str, indices: &[u64]) -> Seed {
        let [a, b, c, d, e, f, g, h, ..] = self.digest(name, indices);
        Seed(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
    }

    fn digest(self, name: &str, indices: &[u64]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.to_le_bytes());
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        for index in indices {
            hash.update(index.to_le_bytes());
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::Seed;
    use rand::Rng;

    #[test]
    fn streams_are_repeatable_and_apart() {
        let first = |seed: u64, name: &str, indices: &[u64]| Seed(seed).stream(name, indices).next_u64();
        assert_eq!(first(1, "levels", &[0]), first(1, "levels", &[0]));
        assert_ne!(first(1, "levels", &[0]), first(2, "levels", &[0]));
        assert_ne!(first(1, "levels", &[0]), first(1, "levels", &[1]));
        assert_ne!(first(1, "levels", &[0]), first(1, "actions", &[0]));
        assert_ne!(Seed(1).child("a", &[]), Seed(1).child("b", &[]));
    }
}
