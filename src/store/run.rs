//! Outcomes of runs.

use crate::digest::digest;
use crate::outcome::seal::{Seal, SealStatus};
use crate::outcome::{Outcome, SCHEMA};
use crate::store::error::StoreError;
use crate::store::{Store, now};
use rusqlite::params;
use serde::{Deserialize, Serialize};

/// The longest outcome that is kept or read, in bytes of JSON: thousands of seeds have room, and to read it takes no more memory
/// than a processor has.
pub const LONGEST: usize = 256 << 20;

/// The longest text in a line of the list of runs, in bytes.
const LONGEST_LINE: i64 = 100_000;

/// A line of the list of runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunRow {
    /// SHA-256 in hexadecimal: the outcome's `ids.run`.
    pub id: String,
    pub study: String,
    /// The prediction file, without its folder.
    pub file: String,
    /// How many seeds were measured.
    pub seeds: u32,
    /// The verdict in one sentence.
    pub verdict: String,
    /// When it was first stored, in seconds since 1970 (UTC).
    pub stored: u64,
}

impl Store {
    /// Stores an outcome, in place of an earlier one of the same id; when that was first stored stays. Of several runs of one
    /// sealed prediction the first counts, so running one again must not make it another.
    ///
    /// # Errors
    /// If it holds what JSON cannot hold, or is longer than [`LONGEST`], or the database cannot be written.
    pub fn put_outcome(&self, outcome: &Outcome) -> Result<(), StoreError> {
        let id = &outcome.ids.run;
        let unstorable =
            |message: String| StoreError::Unstorable { path: self.path().to_path_buf(), id: id.clone(), message };
        let mut outcome = outcome.clone();
        // Measured when the networks were trained; a run that took them from the store says nothing of it.
        if let Ok(earlier) = self.outcome(id) {
            let kept = outcome.results.training.steps_per_second.or(earlier.results.training.steps_per_second);
            outcome.results.training.steps_per_second = kept;
            for (phase, earlier) in outcome.phases.iter_mut().zip(&earlier.phases) {
                let kept = phase.results.training.steps_per_second.or(earlier.results.training.steps_per_second);
                phase.results.training.steps_per_second = kept;
            }
            // That it was sealed before its result stays true, whatever became of the file and its ledger since.
            let sealed = |seal: &Seal| seal.status == SealStatus::Before;
            if earlier.seal.as_ref().is_some_and(sealed) && !outcome.seal.as_ref().is_some_and(sealed) {
                outcome.seal = earlier.seal;
                outcome.study.file = earlier.study.file;
            }
        }
        let json = serde_json::to_string(&outcome).map_err(|error| unstorable(error.to_string()))?;
        // A number that is not finite is written as null, and would be missed only when it is read.
        if let Err(error) = serde_json::from_str::<Outcome>(&json) {
            return Err(unstorable(format!("it would not be readable again: {error}")));
        }
        if json.len() > LONGEST {
            return Err(unstorable(format!("it is longer than {} MB; use fewer seeds or studies", LONGEST >> 20)));
        }
        let write = || {
            self.connection().execute(
                "INSERT INTO runs (id, study, file, seeds, verdict, stored, outcome, sha256) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET study = excluded.study, \
                 file = excluded.file, seeds = excluded.seeds, verdict = excluded.verdict, outcome = excluded.outcome, \
                 sha256 = excluded.sha256",
                params![
                    id,
                    outcome.study.name,
                    outcome.study.file,
                    outcome.seeds.len() as i64,
                    outcome.verdict.sentence,
                    now().cast_signed(),
                    json,
                    hash(id, &json)
                ],
            )
        };
        write().map(|_| ()).map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// The outcome of the run whose id is, or alone begins with, `id`.
    ///
    /// # Errors
    /// If there is no such run, or several, or it is damaged, or the database cannot be read.
    pub fn outcome(&self, id: &str) -> Result<Outcome, StoreError> {
        let path = self.path().to_path_buf();
        let mut found = self.matching(id).map_err(|error| StoreError::from_sqlite(self.path(), &error))?;
        let run = match found.len() {
            1 => found.remove(0),
            0 => return Err(StoreError::NoSuchRun { path, id: id.to_string() }),
            _ => return Err(StoreError::Ambiguous { path, id: id.to_string(), found }),
        };
        let read = || -> rusqlite::Result<(Option<String>, Vec<u8>)> {
            let connection = self.connection();
            let mut statement = connection.prepare_cached(
                "SELECT CASE WHEN octet_length(outcome) <= ?2 THEN outcome END, sha256 FROM runs WHERE id = ?1",
            )?;
            statement.query_row(params![run, LONGEST as i64], |row| Ok((row.get(0)?, row.get(1)?)))
        };
        let damaged = |message: String| StoreError::DamagedRun { path: path.clone(), id: run.clone(), message };
        let (json, sha256) = match read() {
            Ok((Some(json), sha256)) => (json, sha256),
            Ok((None, _)) => return Err(damaged(format!("it is longer than {} MB", LONGEST >> 20))),
            Err(rusqlite::Error::QueryReturnedNoRows) => return Err(StoreError::NoSuchRun { path, id: run }),
            Err(error) if error.sqlite_error_code().is_none() => return Err(damaged(error.to_string())),
            Err(error) => return Err(StoreError::from_sqlite(self.path(), &error)),
        };
        if sha256 != hash(&run, &json) {
            return Err(damaged("its SHA-256 is another than when it was stored".to_string()));
        }
        match serde_json::from_str::<Layout>(&json) {
            Ok(Layout { schema: found }) if found != u64::from(SCHEMA) => {
                Err(StoreError::Schema { path, id: run, found, known: SCHEMA })
            }
            _ => serde_json::from_str(&json).map_err(|error| damaged(error.to_string())),
        }
    }

    /// All runs, the latest first. Rows that hold something else than they should are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn runs(&self) -> Result<Vec<RunRow>, StoreError> {
        let read = || -> rusqlite::Result<Vec<RunRow>> {
            let connection = self.connection();
            let mut statement = connection.prepare_cached(
                "SELECT id, study, file, seeds, verdict, stored FROM runs \
                 WHERE max(octet_length(id), octet_length(study), octet_length(file), octet_length(verdict)) <= ?1 \
                 ORDER BY stored DESC, id",
            )?;
            let row = |row: &rusqlite::Row| -> rusqlite::Result<RunRow> {
                Ok(RunRow {
                    id: row.get(0)?,
                    study: row.get(1)?,
                    file: row.get(2)?,
                    seeds: row.get(3)?,
                    verdict: row.get(4)?,
                    stored: row.get::<_, i64>(5)?.max(0).cast_unsigned(),
                })
            };
            let rows = statement.query_map([LONGEST_LINE], |found| Ok(row(found).ok()))?;
            rows.filter_map(Result::transpose).collect()
        };
        read().map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// The id itself if it is one, else all that begin with it. Nothing for an empty one.
    fn matching(&self, id: &str) -> rusqlite::Result<Vec<String>> {
        if id.is_empty() {
            return Ok(Vec::new());
        }
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 AND typeof(id) = 'text' ORDER BY id LIMIT 10",
        )?;
        let found: Vec<String> = statement.query_map(params![id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(if found.iter().any(|full| full == id) { vec![id.to_string()] } else { found })
    }
}

/// The layout of an outcome, whatever else is in it.
#[derive(Deserialize)]
struct Layout {
    schema: u64,
}

fn hash(id: &str, json: &str) -> [u8; 32] {
    digest(&[id.as_bytes(), json.as_bytes()])
}
