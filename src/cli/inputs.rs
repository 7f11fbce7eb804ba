//! Rows of numbers from a file: JSON or NumPy's format.

use crate::cli::files::{self, FileError, shown};
use crate::cli::npy::{self, NpyError};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The longest file, in bytes.
pub const MOST_BYTES: usize = 32 << 20;

/// Why there are no rows in a file.
#[derive(Debug, Error)]
pub enum InputsError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{}: the file is longer than 32 MiB; give fewer rows at a time", shown(.0))]
    TooLong(PathBuf),
    #[error("{}: {source}", shown(.path))]
    Npy { path: PathBuf, source: NpyError },
    #[error(
        "{}: {source}; an array of rows is expected, each an array of numbers, for example [[1, 0.5], [0, -2]], or an array \
         in NumPy's format", shown(.path)
    )]
    Json { path: PathBuf, source: serde_json::Error },
    #[error("{}: there is no row in it; give at least one", shown(.0))]
    Empty(PathBuf),
    #[error(
        "{}: row {row}, counted from 0, has {found} numbers, and the network has {expected} inputs; give as many in every row",
        shown(.path)
    )]
    Width { path: PathBuf, row: usize, found: usize, expected: usize },
    #[error("{}: row {row}, column {column}, counted from 0, is not finite; replace or leave out what is missing", shown(.path))]
    NotFinite { path: PathBuf, row: usize, column: usize },
}

/// The rows in a file, at least one, each of `width` finite numbers; an array of numbers alone is one row.
pub fn read(path: &Path, width: usize) -> Result<Vec<Vec<f64>>, InputsError> {
    let bytes = files::read_up_to(path, MOST_BYTES)?;
    let path = path.to_owned();
    if bytes.len() > MOST_BYTES {
        return Err(InputsError::TooLong(path));
    }
    let rows = if bytes.starts_with(npy::MAGIC) {
        npy::rows(&bytes).map_err(|source| InputsError::Npy { path: path.clone(), source })?
    } else {
        json(&bytes).map_err(|source| InputsError::Json { path: path.clone(), source })?
    };
    if rows.is_empty() {
        return Err(InputsError::Empty(path));
    }
    for (row, numbers) in rows.iter().enumerate() {
        if numbers.len() != width {
            return Err(InputsError::Width { path, row, found: numbers.len(), expected: width });
        }
        if let Some(column) = numbers.iter().position(|number| !number.is_finite()) {
            return Err(InputsError::NotFinite { path, row, column });
        }
    }
    Ok(rows)
}

fn json(bytes: &[u8]) -> Result<Vec<Vec<f64>>, serde_json::Error> {
    let mut signs = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    match (signs.next(), signs.next()) {
        (Some(b'['), Some(b'[' | b']')) | (None, _) => serde_json::from_slice(bytes),
        _ => serde_json::from_slice::<Vec<f64>>(bytes).map(|row| vec![row]),
    }
}
