//! The SHA-256 that a row carries of what it holds.

use sha2::{Digest, Sha256};

/// Over the parts, each preceded by its length.
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
