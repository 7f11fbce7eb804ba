//! The studies of runs, so that what a run measured can be measured again.

use crate::digest::digest;
use crate::store::Store;
use crate::store::error::StoreError;
use rusqlite::params;

impl Store {
    /// Stores the study of a run, in the words of the language, in place of an earlier one.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn put_study(&self, run: &str, text: &str) -> Result<(), StoreError> {
        let written = self.connection().execute(
            "INSERT OR REPLACE INTO studies (run, text, sha256) VALUES (?1, ?2, ?3)",
            params![run, text, digest(&[run.as_bytes(), text.as_bytes()])],
        );
        written.map(|_| ()).map_err(|error| StoreError::from_sqlite(self.path(), &error))
    }

    /// The study of the run with this id; nothing where an older version made it.
    ///
    /// # Errors
    /// If it is damaged, or the database cannot be read.
    pub fn study(&self, run: &str) -> Result<Option<String>, StoreError> {
        let read = || -> rusqlite::Result<Option<(String, Vec<u8>)>> {
            let connection = self.connection();
            let tables = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'studies'";
            if connection.query_row(tables, [], |row| row.get::<_, i64>(0))? == 0 {
                return Ok(None);
            }
            let mut statement = connection.prepare_cached("SELECT text, sha256 FROM studies WHERE run = ?1")?;
            let mut rows = statement.query(params![run])?;
            rows.next()?.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
        };
        let damaged =
            |message: String| StoreError::DamagedRun { path: self.path().to_path_buf(), id: run.to_string(), message };
        match read() {
            Ok(None) => Ok(None),
            Ok(Some((text, sha256))) if sha256 == digest(&[run.as_bytes(), text.as_bytes()]) => Ok(Some(text)),
            Ok(Some(_)) => Err(damaged("its study has another SHA-256 than when it was stored".to_string())),
            Err(error) if error.sqlite_error_code().is_none() => Err(damaged(error.to_string())),
            Err(error) => Err(StoreError::from_sqlite(self.path(), &error)),
        }
    }
}
