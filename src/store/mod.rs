//! What earlier runs left: trained networks, so that nothing is trained twice, and outcomes.
//!
//! One SQLite file, `shardbed.sqlite`, in the store's directory, written by several threads and processes at once
//! (write-ahead log; [`schema`] has the tables). Networks are rows of [`training`], outcomes of [`run`], of which
//! [`glance`] is what a list says, and [`study`] what they are of. Every one of these
//! carries a SHA-256 of what it holds: damaged networks count as absent, to be trained again, a damaged outcome is
//! an error. A store may come from a stranger: [`examine`] refuses a database that is no store. Every mishap is a
//! [`error::StoreError`].

pub mod error;
pub mod examine;
pub mod glance;
pub mod inventory;
pub mod run;
pub mod schema;
pub mod study;
pub mod training;

#[cfg(test)]
mod tests;

use crate::store::error::StoreError;
use crate::store::training::Damage;
use rusqlite::Connection;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The database inside the store's directory.
pub const FILE: &str = "shardbed.sqlite";

/// An open store. Threads may share it.
pub struct Store {
    path: PathBuf,
    connection: Mutex<Connection>,
    damage: Mutex<Vec<Damage>>,
}

impl Store {
    /// Opens the store in `dir`, made on the way if it is missing.
    ///
    /// A directory that is new or empty gets a `.gitignore` that keeps the store out of version control.
    ///
    /// # Errors
    /// If `dir` is no directory or cannot be written to, or the database is not one, damaged, or of a newer program.
    pub fn open(dir: &Path) -> Result<Store, StoreError> {
        prepare(dir)?;
        let path = dir.join(FILE);
        let connection = schema::open(&path)?;
        Ok(Store { path, connection: Mutex::new(connection), damage: Mutex::default() })
    }

    /// Opens the store in `dir` to read it, if one is there; makes and changes nothing.
    ///
    /// # Errors
    /// If there is none, or the database is not one, damaged, or of a newer program.
    pub fn open_existing(dir: &Path) -> Result<Store, StoreError> {
        if dir.is_dir() && !dir.join(FILE).exists() || !dir.exists() {
            return Err(StoreError::Missing { path: dir.to_path_buf() });
        }
        if !dir.is_dir() {
            return Err(StoreError::NotADirectory { path: dir.to_path_buf() });
        }
        let path = dir.join(FILE);
        match schema::open_to_read(&path)? {
            Some(connection) => Ok(Store { path, connection: Mutex::new(connection), damage: Mutex::default() }),
            None => Err(StoreError::Missing { path: dir.to_path_buf() }),
        }
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// Makes `dir` if it is missing.
fn prepare(dir: &Path) -> Result<(), StoreError> {
    let unwritable = |source| StoreError::Directory { path: dir.to_path_buf(), source };
    if fs::metadata(dir).is_ok_and(|found| !found.is_dir()) {
        return Err(StoreError::NotADirectory { path: dir.to_path_buf() });
    }
    fs::create_dir_all(dir).map_err(|source| match source.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => StoreError::NotADirectory { path: dir.to_path_buf() },
        _ => unwritable(source),
    })?;
    // Never in a directory that holds other things: its files would vanish from version control.
    if fs::read_dir(dir).map_err(unwritable)?.next().is_none() {
        fs::write(dir.join(".gitignore"), "*\n").map_err(unwritable)?;
    }
    Ok(())
}
