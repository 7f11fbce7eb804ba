//! Everything that can go wrong with a store, and how to mend it.

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHORT_READ;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{} is not a directory, or lies inside of a file; give the store a directory with --store", path.display())]
    NotADirectory { path: PathBuf },
    #[error("cannot use the store directory {}: {source}; give another with --store", path.display())]
    Directory { path: PathBuf, source: std::io::Error },
    #[error("cannot open or write {}: {message}; check its permissions and its disk, or give another directory with --store", path.display())]
    Unwritable { path: PathBuf, message: String },
    #[error("there is no store in {}: nothing has been run yet, or it is elsewhere; give its directory with --store", path.display())]
    Missing { path: PathBuf },
    #[error("{} is damaged or not a database ({message}); move it away, and the next run starts a new one", path.display())]
    Corrupt { path: PathBuf, message: String },
    #[error(
        "{} is no file of its own but a link, a folder or a device, through which nothing is read or written; remove it, or \
         give another directory with --store", path.display()
    )]
    NotAFile { path: PathBuf },
    #[error("{} is no store of shardbed: {what}; move it away, or give another directory with --store", path.display())]
    NotAStore { path: PathBuf, what: String },
    #[error(
        "{} has layout {found}, and this program knows layouts up to {known}; use the newer shardbed that wrote it, \
         or another directory with --store", path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("no space left for {}; free some on its disk, or give another directory with --store", path.display())]
    Full { path: PathBuf },
    #[error("{} has been locked by another process for {seconds} seconds; wait for it to end, and try again", path.display())]
    Busy { path: PathBuf, seconds: u64 },
    #[error("{} failed: {message}; if it does so again, move it away, and the next run starts a new one", path.display())]
    Database { path: PathBuf, message: String },
    #[error("no run in {} has an id that begins with `{id}`; `shardbed runs` lists what it holds", path.display())]
    NoSuchRun { path: PathBuf, id: String },
    #[error("`{id}` begins the ids of several runs in {}: {}; write more of it", path.display(), found.join(", "))]
    Ambiguous { path: PathBuf, id: String, found: Vec<String> },
    #[error("the outcome of run {id} in {} is damaged ({message}); run its prediction file again", path.display())]
    DamagedRun { path: PathBuf, id: String, message: String },
    #[error(
        "the outcome of run {id} in {} has layout {found}, and this program knows layout {known}; run its prediction \
         file again, or use the shardbed that wrote it", path.display()
    )]
    Schema { path: PathBuf, id: String, found: u64, known: u32 },
    #[error("the outcome of run {id} cannot be stored in {}: {message}", path.display())]
    Unstorable { path: PathBuf, id: String, message: String },
    #[error("{} holds no networks to store for seed {seed}: a training needs at least one snapshot", path.display())]
    NoSnapshots { path: PathBuf, seed: u64 },
}

/// How long a connection waits for another's lock, in seconds: longer than `shardbed gc` takes to make a large file smaller, so
/// that no seed that was trained for hours is lost to it.
pub const PATIENCE: u64 = 300;

impl StoreError {
    /// What SQLite reported about the database at `path`.
    pub fn from_sqlite(path: &Path, error: &rusqlite::Error) -> StoreError {
        let path = path.to_path_buf();
        let message = error.to_string();
        if error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_SHORT_READ) {
            return StoreError::Corrupt { path, message: "it ends too early".to_string() };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Corrupt { path, message },
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path, seconds: PATIENCE },
            Some(
                ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::AuthorizationForStatementDenied,
            ) => StoreError::Unwritable { path, message },
            _ => StoreError::Database { path, message },
        }
    }
}
