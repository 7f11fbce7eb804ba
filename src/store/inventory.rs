//! Everything that a store holds, and taking some of it away.

use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::examine;
use rusqlite::{TransactionBehavior, params};
use std::fs;

/// The longest key and id of ours are 64 bytes.
const LONGEST_NAME: i64 = 200;

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
    /// Ids of runs, of which the studies go too.
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

    /// Takes all of this away, and what is none of ours; or nothing.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn remove(&self, removal: &Removal) -> Result<(), StoreError> {
        let write = || -> rusqlite::Result<()> {
            let mut connection = self.connection();
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for run in &removal.runs {
                transaction.execute("DELETE FROM runs WHERE id = ?1", params![run])?;
                transaction.execute("DELETE FROM studies WHERE run = ?1", params![run])?;
            }
            for StoredSeed { key, seed, .. } in &removal.seeds {
                let sql = "DELETE FROM networks WHERE key = ?1 AND seed = ?2";
                transaction.execute(sql, params![key, seed.cast_signed()])?;
            }
            for sql in [
                "DELETE FROM networks WHERE typeof(key) <> 'text' OR octet_length(key) > ?1 OR typeof(seed) <> 'integer'",
                "DELETE FROM runs WHERE typeof(id) <> 'text' OR octet_length(id) > ?1",
            ] {
                transaction.execute(sql, [LONGEST_NAME])?;
            }
            transaction.commit()
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
