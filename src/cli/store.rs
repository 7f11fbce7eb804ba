//! The store that a command reads.

use crate::cli::arguments::STORE;
use crate::store::Store;
use crate::store::error::StoreError;
use std::path::Path;

/// The store in `dir`; nothing where that is the folder that is used where none is given, and no run has made it yet.
///
/// # Errors
/// If there is none in another folder, or one that cannot be read.
pub fn opened(dir: &Path) -> Result<Option<Store>, StoreError> {
    match Store::open_existing(dir) {
        Err(StoreError::Missing { .. }) if dir == Path::new(STORE) => Ok(None),
        opened => opened.map(Some),
    }
}
