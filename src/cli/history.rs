//! `history`: how good each author and each predictor was.

use crate::cli::store::opened;
use crate::experiment::history;
use crate::outcome::history::History;
use crate::report;
use crate::report::terminal::Style;
use crate::store::error::StoreError;
use std::path::Path;

/// Of the store in `dir`; nothing of anybody where no run has made it yet.
///
/// # Errors
/// If there is one that cannot be read.
pub fn find(dir: &Path, all: bool) -> Result<History, StoreError> {
    match opened(dir)? {
        None => Ok(History { all, ..History::default() }),
        Some(store) => history::history(&store, all),
    }
}

/// For people.
pub fn human(history: &History, style: Style) -> String {
    report::history::history(history, style)
}

/// For programs: one object in JSON on one line.
///
/// # Errors
/// If it cannot be written as JSON, which no history of a store does.
pub fn json(history: &History) -> Result<String, serde_json::Error> {
    serde_json::to_string(history).map(|json| json + "\n")
}
