//! Networks of one seed, from before training to its end.

use crate::digest::digest;
use crate::store::error::StoreError;
use crate::store::schema::or_null;
use crate::store::{Store, now};
use rusqlite::{Connection, Row, TransactionBehavior, params};
use std::fmt;
use std::sync::PoisonError;

/// The snapshots of one seed's training, in order of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTraining {
    pub snapshots: Vec<StoredSnapshot>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StoredSnapshot {
    /// Environment steps taken.
    pub step: u64,
    /// Mean training return per episode up to it; nothing where no episode ended.
    pub mean_return: Option<f64>,
    /// The network in safetensors.
    pub network: Vec<u8>,
}

/// A training that was stored and cannot be used: it counts as absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub key: String,
    pub seed: u64,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stored networks of seed {} are damaged ({}) and are trained again", self.seed, self.what)
    }
}

impl Store {
    /// The networks trained from `seed`, `key` being the hash of all else that training depends on.
    ///
    /// Nothing where there are none, or where they are damaged: [`Store::take_damage`] then tells.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn networks(&self, key: &str, seed: u64) -> Result<Option<StoredTraining>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Result<(i64, StoredSnapshot), String>>> {
            let connection = self.connection();
            let trained = or_null(&connection, "networks", "trained")?;
            let mut statement = connection.prepare_cached(&format!(
                "SELECT snapshot, snapshots, step, mean_return, network, sha256, {trained} FROM networks \
                 WHERE key = ?1 AND seed = ?2 ORDER BY snapshot",
            ))?;
            statement
                .query_map(params![key, seed.cast_signed()], |row| {
                    Ok(snapshot(row, key, seed).unwrap_or_else(|error| Err(error.to_string())))
                })?
                .collect()
        };
        let rows = read().map_err(|error| StoreError::from_sqlite(self.path(), &error))?;
        if rows.is_empty() {
            return Ok(None);
        }
        match whole(rows) {
            Ok(snapshots) => Ok(Some(StoredTraining { snapshots })),
            Err(what) => {
                let damage = Damage { key: key.to_string(), seed, what };
                self.damage.lock().unwrap_or_else(PoisonError::into_inner).push(damage);
                Ok(None)
            }
        }
    }

    /// Stores the networks trained from `seed`, in place of any stored before: all of them or none. They are as old as the first
    /// that were there, whether these are still there, damaged, or were removed.
    ///
    /// # Errors
    /// If there is no snapshot, or the database cannot be written.
    pub fn put_networks(&self, key: &str, seed: u64, training: &StoredTraining) -> Result<(), StoreError> {
        if training.snapshots.is_empty() {
            return Err(StoreError::NoSnapshots { path: self.path().to_path_buf(), seed });
        }
        let now = now().cast_signed();
        let write = || -> rusqlite::Result<()> {
            let mut connection = self.connection();
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Those that are replaced, damaged ones included, and those that were removed were there to be looked at.
            let mut trained = Some(now);
            for table in ["networks", "removed"] {
                trained = trained.min(first_stored(&transaction, table, key, seed)?.unwrap_or(trained));
            }
            transaction
                .execute("DELETE FROM removed WHERE key = ?1 AND seed = ?2", params![key, seed.cast_signed()])?;
            transaction
                .execute("DELETE FROM networks WHERE key = ?1 AND seed = ?2", params![key, seed.cast_signed()])?;
            let total = training.snapshots.len() as i64;
            for (index, snapshot) in (0_i64..).zip(&training.snapshots) {
                // SQLite has no NaN: it would come back as null and break the hash.
                let mean_return = snapshot.mean_return.filter(|value| value.is_finite());
                let step = snapshot.step.cast_signed();
                let sha256 = hash(key, seed, [index, total, step], mean_return, &snapshot.network, trained);
                transaction.execute(
                    "INSERT INTO networks (key, seed, snapshot, snapshots, step, mean_return, network, sha256, trained) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    params![key, seed.cast_signed(), index, total, step, mean_return, snapshot.network, sha256, trained],
                )?;
            }
            transaction.commit()
        };
        write().map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// The size of the networks trained from `seed`, whole or damaged, in bytes; nothing where there are none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn network_bytes(&self, key: &str, seed: u64) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT sum(octet_length(network)) FROM networks WHERE key = ?1 AND seed = ?2";
        let bytes =
            self.connection().query_row(sql, params![key, seed.cast_signed()], |row| row.get::<_, Option<i64>>(0));
        let bytes = bytes.map_err(|error| StoreError::from_sqlite(self.path(), &error))?;
        Ok(bytes.map(|bytes| bytes.max(0).cast_unsigned()))
    }

    /// When the networks trained from `seed` were stored, in seconds since 1970; nothing where there are none, or a layout of
    /// the store that knew no times kept them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn trained(&self, key: &str, seed: u64) -> Result<Option<u64>, StoreError> {
        let first = first_stored(&self.connection(), "networks", key, seed);
        let first = first.map_err(|error| StoreError::from_sqlite(self.path(), &error))?;
        Ok(first.flatten().map(i64::cast_unsigned))
    }

    /// The damaged trainings met since it was last asked.
    pub fn take_damage(&self) -> Vec<Damage> {
        std::mem::take(&mut *self.damage.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// When the first snapshot of a seed was stored, as a table has it; nothing inside where that is not known, nothing at all where
/// the table has none.
fn first_stored(connection: &Connection, table: &str, key: &str, seed: u64) -> rusqlite::Result<Option<Option<i64>>> {
    let trained = or_null(connection, table, "trained")?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT CASE typeof({trained}) WHEN 'integer' THEN {trained} END FROM {table} WHERE key = ?1 AND seed = ?2"
    ))?;
    let times: Vec<Option<i64>> =
        statement.query_map(params![key, seed.cast_signed()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(times.into_iter().min())
}

/// One row, with the number of snapshots that it claims; the inner error where its hash is wrong.
fn snapshot(row: &Row, key: &str, seed: u64) -> rusqlite::Result<Result<(i64, StoredSnapshot), String>> {
    let (index, total, step): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let mean_return: Option<f64> = row.get(3)?;
    let network: Vec<u8> = row.get(4)?;
    let sha256: Vec<u8> = row.get(5)?;
    let trained: Option<i64> = row.get(6)?;
    if sha256 != hash(key, seed, [index, total, step], mean_return, &network, trained) {
        return Ok(Err(format!("snapshot {index} has another SHA-256 than when it was stored")));
    }
    Ok(Ok((total, StoredSnapshot { step: step.cast_unsigned(), mean_return, network })))
}

/// The snapshots, if none is damaged or missing.
fn whole(rows: Vec<Result<(i64, StoredSnapshot), String>>) -> Result<Vec<StoredSnapshot>, String> {
    let found = rows.len();
    let rows = rows.into_iter().collect::<Result<Vec<_>, String>>()?;
    match rows.iter().find(|(total, _)| usize::try_from(*total) != Ok(found)) {
        Some((total, _)) => Err(format!("{found} of {total} snapshots are there")),
        None => Ok(rows.into_iter().map(|(_, snapshot)| snapshot).collect()),
    }
}

/// Over everything in the row. One without a time has the hash that older layouts gave it.
fn hash(
    key: &str,
    seed: u64,
    numbers: [i64; 3],
    mean_return: Option<f64>,
    network: &[u8],
    trained: Option<i64>,
) -> [u8; 32] {
    let [index, total, step] = numbers.map(i64::to_le_bytes);
    let mean_return = mean_return.map(|value| value.to_bits().to_le_bytes());
    let mean_return: &[u8] = mean_return.as_ref().map_or(&[], |bits| bits);
    let trained = trained.map(i64::to_le_bytes);
    let seed = seed.to_le_bytes();
    let mut parts: Vec<&[u8]> = vec![key.as_bytes(), &seed, &index, &total, &step, mean_return, network];
    parts.extend(trained.as_ref().map(<[u8; 8]>::as_slice));
    digest(&parts)
}
