//! Whether a database is a store of ours, found out before anything in it is read or changed.
//!
//! A store may come from a stranger. SQLite follows links when it writes its files, and runs what a database says in triggers,
//! views, generated columns and expressions of indexes; a store of ours has none of these.

use crate::store::error::StoreError;
use rusqlite::Connection;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The tables, the layout since which they are there, and columns that they have.
const TABLES: [(&str, i64, &[&str]); 7] = [
    ("networks", 1, &["key", "seed", "snapshot", "snapshots", "step", "mean_return", "network", "sha256"]),
    ("runs", 1, &["id", "study", "file", "seeds", "verdict", "stored", "outcome", "sha256"]),
    ("studies", 2, &["run", "text", "sha256"]),
    ("networks", 3, &["trained"]),
    ("runs", 4, &["first"]),
    ("studies", 4, &["keys", "path"]),
    ("removed", 4, &["key", "seed", "trained"]),
];

/// The files that SQLite keeps beside a database.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// The database and the files beside it, as far as they are there.
///
/// # Errors
/// If one is a link, a folder or a device.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for suffix in BESIDE {
        let mut name = OsString::from(path);
        name.push(suffix);
        let file = PathBuf::from(name);
        match fs::symlink_metadata(&file) {
            Ok(kind) if !kind.is_file() => return Err(StoreError::NotAFile { path: file }),
            Ok(_) => found.push(file),
            Err(_) => {}
        }
    }
    Ok(found)
}

/// The version of the layout, 0 for an empty database; or what it is instead, a clause.
pub fn examine(connection: &mut Connection) -> rusqlite::Result<Result<i64, String>> {
    // What a database defines may call no function with effects, and damage is found rather than believed.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // Of one moment, since another process may be making the tables.
    let moment = connection.transaction()?;
    let version: i64 = moment.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let mut statement = moment.prepare(
        "SELECT type, substr(name, 1, 100) FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL OR ?1 = 0 LIMIT 1",
    )?;
    let other = statement.query_map([version], |row| Ok((row.get(0)?, row.get(1)?)))?.next().transpose()?;
    if version < 0 {
        return Ok(Err(format!("it has layout {version}")));
    }
    if let Some((kind, name)) = other {
        let (kind, name): (String, String) = (kind, name);
        return Ok(Err(format!("it holds the {kind} `{name}`, and no store does")));
    }
    for (table, since, columns) in TABLES.iter().filter(|(_, since, _)| *since <= version) {
        let mut statement = moment.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
        let found = statement.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        let computed = "SELECT count(*) FROM pragma_table_xinfo(?1) WHERE hidden <> 0";
        let computed: i64 = moment.query_row(computed, [table], |row| row.get(0))?;
        if computed > 0 || !columns.iter().all(|column| found.iter().any(|found| found == column)) {
            return Ok(Err(format!("its table `{table}` is not that of layout {since}")));
        }
    }
    Ok(Ok(version))
}
