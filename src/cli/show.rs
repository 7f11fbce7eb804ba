//! `show RUN`: the report of a stored run.

use crate::outcome::Outcome;
use crate::report::terminal::{Style, terminal};
use crate::store::Store;
use crate::store::error::StoreError;
use std::path::Path;

/// The outcome of the run in the store in `dir` whose id is, or alone begins with, `id`.
///
/// # Errors
/// If there is no store, no such run or several, or it cannot be read.
pub fn find(dir: &Path, id: &str) -> Result<Outcome, StoreError> {
    Store::open_existing(dir)?.outcome(id)
}

/// For people: the report.
pub fn human(outcome: &Outcome, style: Style) -> String {
    terminal(outcome, style)
}

/// For programs: the outcome in JSON on one line.
///
/// # Errors
/// If it cannot be written as JSON, which no outcome from a store does.
pub fn json(outcome: &Outcome) -> Result<String, serde_json::Error> {
    serde_json::to_string(outcome).map(|json| json + "\n")
}

#[cfg(test)]
mod tests {
    use super::{find, human, json};
    use crate::outcome::{Outcome, fixture};
    use crate::report::terminal::Style;
    use crate::store::Store;
    use crate::store::error::StoreError;

    #[test]
    fn shows_what_was_stored() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(matches!(find(folder.path(), "3f9a"), Err(StoreError::Missing { .. })));
        Store::open(folder.path()).expect("opens").put_outcome(&fixture::outcome()).expect("stored");
        let outcome = find(folder.path(), "3f9a").expect("found");
        assert!(human(&outcome, Style::default()).starts_with("corner_cheese\n"));
        let parsed: Outcome = serde_json::from_str(&json(&outcome).expect("valid")).expect("valid");
        assert_eq!(parsed, fixture::outcome());
    }
}
