//! The tables, and opening the database that holds them.
//!
//! `networks` has a row per snapshot of a training. `key` is the hash of all that training depends on but the seed,
//! `snapshots` how many the training has, so that a missing row is seen. Seeds and steps are unsigned; SQLite stores
//! their bits as signed. `runs` has a row per outcome, `outcome` its JSON, `stored` when it was
//! stored last and, since layout 4, `first` when first, both in seconds since 1970; null where an older layout stored it. `studies` has
//! the study of each, in the words of the language, since layout 2; since layout 4 `keys`, those of its networks, one a
//! training, with a space between, and `path`, where the prediction file was; null where older layouts stored it. `trained` is
//! when the networks were stored, in seconds since 1970; null where layout 2 or 1 stored them. `removed` has a row per seed of
//! a training whose networks were taken away, with the time that they had, so that nobody forgets that they were there.

use crate::store::error::{PATIENCE, StoreError};
use crate::store::examine::{examine, files};
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The layout's version, kept in SQLite's `user_version`.
pub const VERSION: i64 = 4;

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

const SINCE_4: &str = "
ALTER TABLE studies ADD COLUMN keys TEXT;
ALTER TABLE studies ADD COLUMN path TEXT;
ALTER TABLE runs ADD COLUMN first INTEGER;
CREATE TABLE removed (
  key TEXT NOT NULL,
  seed INTEGER NOT NULL,
  trained INTEGER,
  PRIMARY KEY (key, seed)
);
";

/// Opens the database at `path`, with its tables made where it is new.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    files(path)?;
    let failed = |error| StoreError::from_sqlite(path, &error);
    let mut connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(Duration::from_secs(PATIENCE)).map_err(failed)?;
    // Found out now, rather than after hours of training: SQLite itself complains of the first row alone.
    if connection.is_readonly(MAIN_DB).map_err(failed)? {
        return Err(StoreError::Unwritable { path: path.to_path_buf(), message: "it is read-only".to_string() });
    }
    known(path, examine(&mut connection).map_err(failed)?)?;
    let found = prepare(&mut connection).map_err(failed)?;
    known(path, Ok(found))?;
    Ok(connection)
}

/// Opens the database at `path` to read it alone; nothing where it has no tables yet. It waits for no writer.
pub fn open_to_read(path: &Path) -> Result<Option<Connection>, StoreError> {
    let files = files(path)?;
    let connect = |path: &Path, flags: OpenFlags| -> rusqlite::Result<(Connection, Result<i64, String>)> {
        let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | flags)?;
        connection.busy_timeout(Duration::from_secs(PATIENCE))?;
        let found = examine(&mut connection)?;
        Ok((connection, found))
    };
    let opened = match connect(path, OpenFlags::empty()) {
        // Readers of a write-ahead log share a file beside it, which cannot be made where nothing can be. Where all that was
        // logged is in the database, and nobody can add to it, none is needed.
        Err(error) if files.len() == 1 && error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => {
            connect(&unchanging(path), OpenFlags::SQLITE_OPEN_URI)
        }
        opened => opened,
    };
    let (connection, found) = opened.map_err(|error| StoreError::from_sqlite(path, &error))?;
    Ok((known(path, found)? > 0).then_some(connection))
}

/// The URI by which SQLite opens a file that nobody changes.
fn unchanging(path: &Path) -> PathBuf {
    let mut uri = "file:".to_string();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => uri.push(char::from(byte)),
            other => uri.push_str(&format!("%{other:02x}")),
        }
    }
    PathBuf::from(uri + "?immutable=1")
}

fn known(path: &Path, found: Result<i64, String>) -> Result<i64, StoreError> {
    let path = path.to_path_buf();
    match found {
        Ok(found) if found <= VERSION => Ok(found),
        Ok(found) => Err(StoreError::Newer { path, found, known: VERSION }),
        Err(what) => Err(StoreError::NotAStore { path, what }),
    }
}

/// Makes the tables that are not there; the version found.
fn prepare(connection: &mut Connection) -> rusqlite::Result<i64> {
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
    if version < 4 {
        transaction.execute_batch(SINCE_4)?;
    }
    if version < VERSION {
        transaction.pragma_update(None, "user_version", VERSION)?;
        version = VERSION;
    }
    transaction.commit()?;
    Ok(version)
}

/// The name of a column, or what stands for it in a store of an older layout that was opened to read.
pub fn or_null(connection: &Connection, table: &str, column: &'static str) -> rusqlite::Result<&'static str> {
    let columns = "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2";
    let found: i64 = connection.query_row(columns, [table, column], |row| row.get(0))?;
    Ok(if found == 0 { "NULL" } else { column })
}
