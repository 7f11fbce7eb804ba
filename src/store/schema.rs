//! The tables, and opening the database that holds them.
//!
//! `networks` has a row per snapshot of a training. `key` is the hash of all that training depends on but the seed,
//! `snapshots` how many the training has, so that a missing row is seen. Seeds and steps are unsigned; SQLite stores
//! their bits as signed. `runs` has a row per outcome, `outcome` its JSON, `stored` seconds since 1970. `studies` has
//! the study of each, in the words of the language; layout 1 had none. `trained` is when the networks were stored, in seconds
//! since 1970; null where layout 2 or 1 stored them.

use crate::store::error::{PATIENCE, StoreError};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// The layout's version, kept in SQLite's `user_version`.
pub const VERSION: i64 = 3;

const TABLES: &str = "
CREATE TABLE networks (
  key TEXT NOT NULL,
  seed INTEGER NOT NULL,
  snapshot INTEGER NOT NULL,
  snapshots INTEGER NOT NULL,
  step INTEGER NOT NULL,
  mean_return REAL,
  network BLOB NOT NULL,
  sha256 BLOB NOT NULL,
  PRIMARY KEY (key, seed, snapshot)
);
CREATE TABLE runs (
  id TEXT PRIMARY KEY NOT NULL,
  study TEXT NOT NULL,
  file TEXT NOT NULL,
  seeds INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  stored INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  sha256 BLOB NOT NULL
);
";

const SINCE_2: &str = "
CREATE TABLE studies (
  run TEXT PRIMARY KEY NOT NULL,
  text TEXT NOT NULL,
  sha256 BLOB NOT NULL
);
";

const SINCE_3: &str = "
ALTER TABLE networks ADD COLUMN trained INTEGER;
";

/// Opens the database at `path`, with its tables made where it is new.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    let (connection, found) = connect(path).map_err(|error| StoreError::from_sqlite(path, &error))?;
    known(path, found)?;
    Ok(connection)
}

/// Opens the database at `path` to read it alone; nothing where it has no tables yet. It waits for no writer.
pub fn open_to_read(path: &Path) -> Result<Option<Connection>, StoreError> {
    let connect = || -> rusqlite::Result<(Connection, i64)> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(Duration::from_secs(PATIENCE))?;
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok((connection, version))
    };
    let (connection, found) = connect().map_err(|error| StoreError::from_sqlite(path, &error))?;
    known(path, found)?;
    Ok((found > 0).then_some(connection))
}

fn known(path: &Path, found: i64) -> Result<(), StoreError> {
    match (0..=VERSION).contains(&found) {
        true => Ok(()),
        false => Err(StoreError::Newer { path: path.to_path_buf(), found, known: VERSION }),
    }
}

/// The connection, and the version found.
fn connect(path: &Path) -> rusqlite::Result<(Connection, i64)> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(PATIENCE))?;
    // Another process may be switching a new database to the same mode, which the timeout does not cover.
    let mut attempts = 0;
    while let Err(error) = connection.pragma_update(None, "journal_mode", "WAL") {
        attempts += 1;
        if error.sqlite_error_code() != Some(rusqlite::ErrorCode::DatabaseBusy) || attempts > 100 {
            return Err(error);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(TABLES)?;
    }
    if version < 2 {
        transaction.execute_batch(SINCE_2)?;
    }
    if version < 3 {
        transaction.execute_batch(SINCE_3)?;
    }
    if version < VERSION {
        transaction.pragma_update(None, "user_version", VERSION)?;
        version = VERSION;
    }
    transaction.commit()?;
    Ok((connection, version))
}
