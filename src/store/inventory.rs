//! Everything that a store holds, and taking some of it away.

use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::examine;
use crate::store::schema::or_null;
use rusqlite::params;
use std::fs;

/// The longest key and id of ours are 64 bytes.
const LONGEST_NAME: i64 = 200;

/// A study whose run is not here.
const ORPHAN: &str = "run NOT IN (SELECT id FROM runs)";

/// Notes when networks were first stored; null where that is not known of all of them.
const REMEMBER: &str = "INSERT OR REPLACE INTO removed (key, seed, trained) \
                        SELECT key, seed, CASE WHEN sum(typeof(trained) = 'integer') = count(*) THEN min(trained) END \
                        FROM networks WHERE key = ?1 AND seed = ?2 GROUP BY key, seed";

/// The networks of one seed in one training.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSeed {
    pub key: String,
    pub seed: u64,
    /// Of its networks.
    pub bytes: u64,
}

/// What is to be taken out of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// Ids of runs, of which the studies go too; and so do those of no run.
    pub runs: Vec<String>,
    pub seeds: Vec<StoredSeed>,
}

impl Store {
    /// The seeds of all trainings, whole or damaged.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn seeds(&self) -> Result<Vec<StoredSeed>, StoreError> {
        let read = || -> rusqlite::Result<Vec<StoredSeed>> {
            let connection = self.connection();
            let mut statement = connection.prepare(
                "SELECT key, seed, sum(octet_length(network)) FROM networks \
                 WHERE typeof(key) = 'text' AND octet_length(key) <= ?1 AND typeof(seed) = 'integer' GROUP BY key, seed",
            )?;
            let seed = |row: &rusqlite::Row| {
                let seed: i64 = row.get(1)?;
                let bytes: i64 = row.get(2)?;
                Ok(StoredSeed { key: row.get(0)?, seed: seed.cast_unsigned(), bytes: bytes.max(0).cast_unsigned() })
            };
            statement.query_map([LONGEST_NAME], seed)?.collect()
        };
        read().map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// How many rows are none that a store writes: without a key, a seed or an id. Nothing can ask for them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn misfits(&self) -> Result<u64, StoreError> {
        let count = || -> rusqlite::Result<i64> {
            let connection = self.connection();
            let networks = "SELECT count(*) FROM networks WHERE typeof(key) <> 'text' OR octet_length(key) > ?1 \
                            OR typeof(seed) <> 'integer'";
            let runs = "SELECT count(*) FROM runs WHERE typeof(id) <> 'text' OR octet_length(id) > ?1";
            let count = |sql: &str| connection.query_row(sql, [LONGEST_NAME], |row| row.get::<_, i64>(0));
            Ok(count(networks)? + count(runs)?)
        };
        count().map(i64::cast_unsigned).map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// How many studies are of no run that is here, as layouts before 4 could leave them. Nothing asks for them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn orphans(&self) -> Result<u64, StoreError> {
        let count = || -> rusqlite::Result<i64> {
            let connection = self.connection();
            if or_null(&connection, "studies", "run")? == "NULL" {
                return Ok(0);
            }
            connection.query_row(&format!("SELECT count(*) FROM studies WHERE {ORPHAN}"), [], |row| row.get(0))
        };
        count().map(i64::cast_unsigned).map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// The ids of all runs, of damaged ones too.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn run_ids(&self) -> Result<Vec<String>, StoreError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let connection = self.connection();
            let sql = "SELECT id FROM runs WHERE typeof(id) = 'text' AND octet_length(id) <= ?1 ORDER BY id";
            connection.prepare(sql)?.query_map([LONGEST_NAME], |row| row.get(0))?.collect()
        };
        read().map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// Does this while no other process writes, and keeps what it wrote whole, or where it fails nothing of it. No other thread
    /// may write through this store meanwhile.
    ///
    /// # Errors
    /// Its own, and if the database cannot be written.
    pub fn alone<T, E: From<StoreError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let say = |sql: &str| {
            let said = self.connection().execute_batch(sql);
            said.map_err(|error| StoreError::from_sqlite(self.path(), &error))
        };
        say("BEGIN IMMEDIATE")?;
        let done = work().and_then(|done| say("COMMIT").map(|()| done).map_err(E::from));
        if done.is_err() {
            // The error that is told is the first one; without a commit nothing is kept in any case.
            let _ = say("ROLLBACK");
        }
        done
    }

    /// Takes all of this away, studies of no run, and what is none of ours; when networks were trained stays known. Within
    /// [`Store::alone`], after what is to go was looked for there: else it may be something else by now.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn remove(&self, removal: &Removal) -> Result<(), StoreError> {
        let write = || -> rusqlite::Result<()> {
            let connection = self.connection();
            for run in &removal.runs {
                connection.execute("DELETE FROM runs WHERE id = ?1", params![run])?;
            }
            for StoredSeed { key, seed, .. } in &removal.seeds {
                let name = params![key, seed.cast_signed()];
                connection.execute(REMEMBER, name)?;
                connection.execute("DELETE FROM networks WHERE key = ?1 AND seed = ?2", name)?;
            }
            for sql in [
                "DELETE FROM networks WHERE typeof(key) <> 'text' OR octet_length(key) > ?1 OR typeof(seed) <> 'integer'",
                "DELETE FROM runs WHERE typeof(id) <> 'text' OR octet_length(id) > ?1",
            ] {
                connection.execute(sql, [LONGEST_NAME])?;
            }
            connection.execute(&format!("DELETE FROM studies WHERE {ORPHAN}"), []).map(|_| ())
        };
        write().map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// Gives the space of what was removed back to the disk. It writes the database anew, so for a while it needs as much again.
    ///
    /// # Errors
    /// If there is too little space, or the database cannot be written; nothing is lost then.
    pub fn shrink(&self) -> Result<(), StoreError> {
        let shrunk = self.connection().execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
        shrunk.map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// The size of its files, in bytes.
    ///
    /// # Errors
    /// If one of them is no file.
    pub fn bytes(&self) -> Result<u64, StoreError> {
        let files = examine::files(self.path())?;
        // What vanishes in between has no size.
        Ok(files.iter().map(|file| fs::metadata(file).map_or(0, |file| file.len())).sum())
    }
}
