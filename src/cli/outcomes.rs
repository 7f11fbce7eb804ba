//! Outcomes by name: runs in a store, files that `run --format json` wrote, stored snapshots.

use crate::cli::files::{self, FileError, shown};
use crate::outcome::{Outcome, SCHEMA};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::run::LONGEST;
use serde_json::Value;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why there is no outcome of a name.
#[derive(Debug, Error)]
pub enum OutcomesError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{given:?} is no file, and {source}")]
    Neither { given: String, source: StoreError },
    #[error("{}: the file is longer than {} MiB; give fewer studies at a time", shown(.0), LONGEST >> 20)]
    TooLong(PathBuf),
    #[error(
        "{}: line {line}: {what}; an outcome is expected, one a line, as `shardbed run FILE --format json` prints it, or a snapshot",
        shown(.path)
    )]
    Json { path: PathBuf, line: usize, what: String },
    #[error("{}: the snapshot has no end of its head, a line of ---; take the file as insta wrote it", shown(.0))]
    Head(PathBuf),
    #[error("{}: there is no outcome in it; write one with `shardbed run FILE --format json`", shown(.0))]
    Empty(PathBuf),
    #[error(
        "{}: the outcome has layout {found}, and this program knows layout {SCHEMA}; run its prediction file again, or use the \
         shardbed that wrote it", shown(.path)
    )]
    Schema { path: PathBuf, found: u64 },
}

/// The outcomes that a name stands for, at least one: those in the file of this name, else that of the run whose id begins so.
pub fn named(given: &str, store: &Path) -> Result<Vec<Outcome>, OutcomesError> {
    let path = Path::new(given);
    if path.exists() || given.contains(['/', '.']) {
        return read(path);
    }
    let found = Store::open_existing(store).and_then(|store| store.outcome(given));
    match found {
        Ok(outcome) => Ok(vec![outcome]),
        Err(source @ (StoreError::Missing { .. } | StoreError::NoSuchRun { .. })) => {
            Err(OutcomesError::Neither { given: given.to_string(), source })
        }
        Err(error) => Err(error.into()),
    }
}

/// Those in a file, at least one.
pub fn read(path: &Path) -> Result<Vec<Outcome>, OutcomesError> {
    let bytes = files::read_up_to(path, LONGEST)?;
    let path = path.to_owned();
    if bytes.len() > LONGEST {
        return Err(OutcomesError::TooLong(path));
    }
    let text = String::from_utf8_lossy(&bytes);
    let (before, body) = match text.strip_prefix("---\n") {
        None => (0, &*text),
        Some(snapshot) => {
            let (head, body) = snapshot.split_once("\n---\n").ok_or_else(|| OutcomesError::Head(path.clone()))?;
            (head.lines().count() + 2, body)
        }
    };
    let mut outcomes = Vec::new();
    // An outcome a line, or one over several.
    let whole = serde_json::from_str::<Value>(body).is_ok();
    let parts: Vec<(usize, &str)> = if whole { vec![(0, body)] } else { body.lines().enumerate().collect() };
    for (line, part) in parts.into_iter().filter(|(_, part)| !part.trim().is_empty()) {
        let failed = |error: serde_json::Error| {
            let what = error.to_string();
            // Its own line counts from where this part begins.
            let what = what.split(" at line ").next().unwrap_or(&what).to_string();
            OutcomesError::Json { path: path.clone(), line: before + line + error.line().max(1), what }
        };
        let value: Value = serde_json::from_str(part).map_err(failed)?;
        // A newer layout is not called broken.
        if let Some(found) = value.get("schema").and_then(Value::as_u64).filter(|found| *found != u64::from(SCHEMA)) {
            return Err(OutcomesError::Schema { path, found });
        }
        outcomes.push(serde_json::from_str::<Outcome>(part).map_err(failed)?);
    }
    if outcomes.is_empty() {
        return Err(OutcomesError::Empty(path));
    }
    Ok(outcomes)
}

#[cfg(test)]
mod tests {
    use super::{OutcomesError, named, read};
    use crate::outcome::fixture;
    use crate::store::Store;
    use std::fs;

    #[test]
    fn from_lines_from_a_snapshot_and_from_the_store() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let outcome = fixture::with_phases();
        let json = serde_json::to_string(&outcome).expect("an outcome is JSON");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("written");
            path
        };
        assert_eq!(read(&file("two.json", &format!("{json}\n{json}\n"))).expect("two").len(), 2);
        let pretty = serde_json::to_string_pretty(&outcome).expect("an outcome is JSON");
        let snapshot =
            file("one.snap", &format!("---\nsource: tests/outcomes.rs\nexpression: outcome\n---\n{pretty}\n"));
        assert_eq!(read(&snapshot).expect("a snapshot"), std::slice::from_ref(&outcome));
        Store::open(folder.path()).expect("opens").put_outcome(&outcome).expect("stored");
        let id = &outcome.ids.run[..6];
        assert_eq!(named(id, folder.path()).expect("a run"), [outcome]);
    }

    #[test]
    fn what_is_no_outcome_is_told_with_its_place() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("outcome.json");
        let refused = |text: &str| {
            fs::write(&path, text).expect("written");
            read(&path).expect_err("no outcome").to_string()
        };
        assert!(refused("").contains("there is no outcome in it"));
        assert!(refused("{\"schema\": 99}").contains("layout 99"));
        assert!(refused("---\nno end").contains("no end of its head"));
        assert!(
            refused("---\nhead\n---\n\n{}").contains("line 5: missing field"),
            "{}",
            refused("---\nhead\n---\n\n{}")
        );
        assert!(refused(&"[".repeat(100_000)).contains("recursion limit"));
        assert!(matches!(named("3f", folder.path()), Err(OutcomesError::Neither { .. })));
        assert!(matches!(named("missing.json", folder.path()), Err(OutcomesError::File(_))));
    }
}
