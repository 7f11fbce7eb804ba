//! Outcomes of runs.

use crate::digest::digest;
use crate::outcome::seal::{Seal, SealStatus};
use crate::outcome::{Outcome, SCHEMA};
use crate::store::error::StoreError;
use crate::store::glance::Glance;
use crate::store::schema::or_null;
use crate::store::study::{StoredStudy, put as put_study};
use crate::store::{Store, now};
use rusqlite::{Connection, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest outcome that is kept or read, in bytes of JSON: thousands of seeds have room, and to read it takes no more memory
/// than a processor has.
pub const LONGEST: usize = 256 << 20;

/// The fewest digits of an id that are shown, and the digits of a whole one.
const SHORTEST: usize = 8;
const LONGEST_ID: usize = 64;

/// How many runs are named that a beginning of an id may mean.
const MOST_TOLD: usize = 10;

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
    /// When it was stored last, in seconds since 1970 (UTC).
    pub stored: u64,
    /// When it was stored first; the same where an older layout stored it.
    pub first_stored: u64,
}

impl Store {
    /// Stores an outcome, in place of an earlier one of the same id; of its study nothing. When that was first stored is kept:
    /// of several runs of one sealed prediction the first counts, so running one again must not make it another.
    ///
    /// # Errors
    /// As [`Store::put_run`].
    pub fn put_outcome(&self, outcome: &Outcome) -> Result<(), StoreError> {
        self.put(outcome, None)
    }

    /// Stores an outcome with its study, both or none, in place of an earlier one of the same id.
    ///
    /// # Errors
    /// If it holds what JSON cannot hold, or is longer than [`LONGEST`], or the database cannot be written.
    pub fn put_run(&self, outcome: &Outcome, study: &StoredStudy) -> Result<(), StoreError> {
        self.put(outcome, Some(study))
    }

    fn put(&self, outcome: &Outcome, study: Option<&StoredStudy>) -> Result<(), StoreError> {
        let id = &outcome.ids.run;
        let failed = |error| StoreError::from_sqlite(self.path(), &error);
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let mut outcome = outcome.clone();
        match self.read(&transaction, id) {
            Ok(earlier) => keep(&mut outcome, earlier),
            Err(StoreError::NoSuchRun { .. } | StoreError::DamagedRun { .. } | StoreError::Schema { .. }) => {}
            Err(error) => return Err(error),
        }
        let json = self.json(&outcome)?;
        let write = || -> rusqlite::Result<()> {
            transaction.execute(
                "INSERT INTO runs (id, study, file, seeds, verdict, stored, first, outcome, sha256) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET study = excluded.study, \
                 file = excluded.file, seeds = excluded.seeds, verdict = excluded.verdict, stored = excluded.stored, \
                 first = coalesce(runs.first, runs.stored), outcome = excluded.outcome, sha256 = excluded.sha256",
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
            )?;
            if let Some(study) = study {
                put_study(&transaction, id, study)?;
            }
            transaction.commit()
        };
        write().map_err(failed)
    }

    /// An outcome as it is stored.
    fn json(&self, outcome: &Outcome) -> Result<String, StoreError> {
        let id = &outcome.ids.run;
        let unstorable =
            |message: String| StoreError::Unstorable { path: self.path().to_path_buf(), id: id.clone(), message };
        let json = serde_json::to_string(outcome).map_err(|error| unstorable(error.to_string()))?;
        // A number that is not finite is written as null, and would be missed only when it is read.
        if let Err(error) = serde_json::from_str::<Outcome>(&json) {
            return Err(unstorable(format!("it would not be readable again: {error}")));
        }
        if json.len() > LONGEST {
            return Err(unstorable(format!("it is longer than {} MiB; use fewer seeds or studies", LONGEST >> 20)));
        }
        Ok(json)
    }

    /// The outcome of the run whose id is, or alone begins with, `id`.
    ///
    /// # Errors
    /// If there is no such run, or several, or it is damaged, or the database cannot be read.
    pub fn outcome(&self, id: &str) -> Result<Outcome, StoreError> {
        let connection = self.connection();
        let mut found = matching(&connection, id).map_err(|error| StoreError::from_sqlite(self.path(), &error))?;
        let path = self.path().to_path_buf();
        match found.len() {
            1 => self.read(&connection, &found.remove(0).id),
            0 => Err(StoreError::NoSuchRun { path, id: id.to_string() }),
            _ => Err(StoreError::Ambiguous { path, id: id.to_string(), found: told_apart(&found) }),
        }
    }

    fn read(&self, connection: &Connection, run: &str) -> Result<Outcome, StoreError> {
        let json = self.text(connection, run)?;
        let path = self.path().to_path_buf();
        match serde_json::from_str::<Layout>(&json) {
            Ok(Layout { schema: found }) if found != u64::from(SCHEMA) => {
                Err(StoreError::Schema { path, id: run.to_string(), found, known: SCHEMA })
            }
            _ => serde_json::from_str(&json).map_err(|error| StoreError::DamagedRun {
                path,
                id: run.to_string(),
                message: error.to_string(),
            }),
        }
    }

    /// The outcome of the run with this id as it was stored.
    fn text(&self, connection: &Connection, run: &str) -> Result<String, StoreError> {
        let path = self.path().to_path_buf();
        let read = || -> rusqlite::Result<(Option<String>, Vec<u8>)> {
            let mut statement = connection.prepare_cached(
                "SELECT CASE WHEN octet_length(outcome) <= ?2 THEN outcome END, sha256 FROM runs WHERE id = ?1",
            )?;
            statement.query_row(params![run, LONGEST as i64], |row| Ok((row.get(0)?, row.get(1)?)))
        };
        let damaged = |message: String| StoreError::DamagedRun { path: path.clone(), id: run.to_string(), message };
        match read() {
            Ok((Some(json), sha256)) if sha256 == hash(run, &json) => Ok(json),
            Ok((Some(_), _)) => Err(damaged("its SHA-256 is another than when it was stored".to_string())),
            Ok((None, _)) => Err(damaged(format!("it is longer than {} MiB", LONGEST >> 20))),
            Err(rusqlite::Error::QueryReturnedNoRows) => {
                Err(StoreError::NoSuchRun { path: path.clone(), id: run.to_string() })
            }
            Err(error) if error.sqlite_error_code().is_none() => Err(damaged(error.to_string())),
            Err(error) => Err(StoreError::from_sqlite(self.path(), &error)),
        }
    }

    /// What a list says of the run with this id; nothing where it is gone or damaged, or of a version that says it otherwise.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn glance(&self, id: &str) -> Result<Option<Glance>, StoreError> {
        match self.text(&self.connection(), id) {
            Ok(json) => Ok(serde_json::from_str(&json).ok()),
            Err(StoreError::DamagedRun { .. } | StoreError::NoSuchRun { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All runs, the latest first, of one second the one that was new last. Rows that hold something else than they should are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn runs(&self) -> Result<Vec<RunRow>, StoreError> {
        let read = || -> rusqlite::Result<Vec<RunRow>> {
            let connection = self.connection();
            let first = or_null(&connection, "runs", "first")?;
            let mut statement = connection.prepare_cached(&format!(
                "SELECT id, study, file, seeds, verdict, stored, coalesce({first}, stored) FROM runs \
                 WHERE max(octet_length(id), octet_length(study), octet_length(file), octet_length(verdict)) <= ?1 \
                 ORDER BY stored DESC, rowid DESC"
            ))?;
            let time =
                |row: &rusqlite::Row, column: usize| row.get(column).map(|time: i64| time.max(0).cast_unsigned());
            let row = |row: &rusqlite::Row| -> rusqlite::Result<RunRow> {
                Ok(RunRow {
                    id: row.get(0)?,
                    study: row.get(1)?,
                    file: row.get(2)?,
                    seeds: row.get(3)?,
                    verdict: row.get(4)?,
                    stored: time(row, 5)?,
                    first_stored: time(row, 6)?,
                })
            };
            let rows = statement.query_map([LONGEST_LINE], |found| Ok(row(found).ok()))?;
            rows.filter_map(Result::transpose).collect()
        };
        read().map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }
}

/// Keeps in an outcome what an earlier one of the same run knew.
fn keep(outcome: &mut Outcome, earlier: Outcome) {
    // Measured when the networks were trained; a run that took them from the store says nothing of it.
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

/// A run that a beginning of an id may mean.
struct Candidate {
    id: String,
    study: String,
    /// When it was stored; nothing where that is no date.
    stored: Option<String>,
}

/// The one with this id if there is one, else all whose ids begin with it, up to one more than [`MOST_TOLD`]. None for an empty
/// id.
fn matching(connection: &Connection, id: &str) -> rusqlite::Result<Vec<Candidate>> {
    if id.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare_cached(
        "SELECT id, CAST(substr(study, 1, 60) AS BLOB), CASE typeof(stored) WHEN 'integer' THEN \
         strftime('%Y-%m-%d %H:%M UTC', stored, 'unixepoch') END FROM runs \
         WHERE substr(id, 1, length(?1)) = ?1 AND typeof(id) = 'text' ORDER BY id <> ?1, id LIMIT ?2",
    )?;
    let candidate = |row: &rusqlite::Row| {
        let study: Vec<u8> = row.get(1)?;
        let study = String::from_utf8_lossy(&study).into_owned();
        Ok(Candidate { id: row.get(0)?, study, stored: row.get(2)? })
    };
    let mut found: Vec<Candidate> =
        statement.query_map(params![id, MOST_TOLD as i64 + 1], candidate)?.collect::<Result<_, _>>()?;
    if found.first().is_some_and(|first| first.id == id) {
        found.truncate(1);
    }
    Ok(found)
}

/// Each run in a few words, with as much of its id as no other of these has.
fn told_apart(found: &[Candidate]) -> Vec<String> {
    let start = |id: &str, digits: usize| id.chars().take(digits).collect::<String>();
    let differ = |digits: &usize| {
        let starts: BTreeSet<String> = found.iter().map(|run| start(&run.id, *digits)).collect();
        starts.len() == found.len()
    };
    let digits = (SHORTEST..LONGEST_ID).find(differ).unwrap_or(LONGEST_ID);
    let told = |run: &Candidate| {
        let stored = run.stored.as_ref().map_or(String::new(), |stored| format!(", {stored}"));
        format!("{} ({}{stored})", start(&run.id, digits), run.study)
    };
    let mut told: Vec<String> = found.iter().map(told).collect();
    if told.len() > MOST_TOLD {
        told.truncate(MOST_TOLD);
        told.push("and others".to_string());
    }
    told
}

/// The layout of an outcome, whatever else is in it.
#[derive(Deserialize)]
struct Layout {
    schema: u64,
}

fn hash(id: &str, json: &str) -> [u8; 32] {
    digest(&[id.as_bytes(), json.as_bytes()])
}
