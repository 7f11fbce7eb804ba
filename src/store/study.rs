//! What a run was made from: its study, so that it can be measured again, and which networks it rests on.

use crate::digest::digest;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::schema::or_null;
use rusqlite::{Connection, params};

/// What the store keeps of a run beside its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStudy {
    /// The study as it was run, in the words of the language.
    pub text: String,
    /// For each training, the key of its networks; nothing where a layout before 4 stored it.
    pub keys: Option<Vec<String>>,
    /// Where the prediction file was, absolute and without links; nothing where there was none, or a layout before 4 stored it.
    pub path: Option<String>,
}

impl Store {
    /// The study of the run with this id; nothing where an older version made it.
    ///
    /// # Errors
    /// If it is damaged, or the database cannot be read.
    pub fn study(&self, run: &str) -> Result<Option<String>, StoreError> {
        Ok(self.stored_study(run)?.map(|stored| stored.text))
    }

    /// The study of the run with this id, and what is kept with it; nothing where layout 1 stored the run.
    ///
    /// # Errors
    /// If it is damaged, or the database cannot be read.
    pub fn stored_study(&self, run: &str) -> Result<Option<StoredStudy>, StoreError> {
        type Row = (String, Option<String>, Option<String>, Vec<u8>);
        let read = || -> rusqlite::Result<Option<Row>> {
            let connection = self.connection();
            if or_null(&connection, "studies", "run")? == "NULL" {
                return Ok(None);
            }
            let [keys, path] = [or_null(&connection, "studies", "keys")?, or_null(&connection, "studies", "path")?];
            let sql = format!("SELECT text, {keys}, {path}, sha256 FROM studies WHERE run = ?1");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![run])?;
            rows.next()?.map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).transpose()
        };
        let damaged =
            |message: String| StoreError::DamagedRun { path: self.path().to_path_buf(), id: run.to_string(), message };
        match read() {
            Ok(None) => Ok(None),
            Ok(Some((text, keys, path, sha256))) if sha256 == hash(run, &text, keys.as_deref(), path.as_deref()) => {
                let keys = keys.map(|keys| keys.split(' ').map(str::to_string).collect());
                Ok(Some(StoredStudy { text, keys, path }))
            }
            Ok(Some(_)) => Err(damaged("its study has another SHA-256 than when it was stored".to_string())),
            Err(error) if error.sqlite_error_code().is_none() => Err(damaged(error.to_string())),
            Err(error) => Err(StoreError::from_sqlite(self.path(), &error)),
        }
    }
}

/// Stores the study of a run, in place of an earlier one.
pub fn put(connection: &Connection, run: &str, study: &StoredStudy) -> rusqlite::Result<()> {
    let StoredStudy { text, keys, path } = study;
    let keys = keys.as_ref().map(|keys| keys.join(" "));
    let sha256 = hash(run, text, keys.as_deref(), path.as_deref());
    let sql = "INSERT OR REPLACE INTO studies (run, text, keys, path, sha256) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.execute(sql, params![run, text, keys, path, sha256]).map(|_| ())
}

/// Over everything in the row. One of an older layout has the hash that this gave it.
fn hash(run: &str, text: &str, keys: Option<&str>, path: Option<&str>) -> [u8; 32] {
    let mut parts = vec![run.as_bytes(), text.as_bytes()];
    if keys.is_some() || path.is_some() {
        parts.extend([keys, path].map(|part| part.unwrap_or_default().as_bytes()));
    }
    digest(&parts)
}
