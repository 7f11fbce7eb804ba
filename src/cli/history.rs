//! `history [PATH…]`: how good each author and each predictor was, and what they sealed that was never run.

use crate::cli::Report;
use crate::cli::arguments::{Format, History};
use crate::cli::files::{self, DEPTH, FileError, LEDGER, shown};
use crate::cli::ledgers::{self, LedgerError};
use crate::cli::store::opened;
use crate::experiment::history;
use crate::report;
use crate::report::terminal::Style;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Of the outcomes in the store, and of the ledgers of files and folders. One that is broken, code 3, or cannot be read, code 2,
/// does not stop the rest. A store that is named has to be there.
pub fn history(arguments: &History, style: Style) -> Report {
    let dir = &arguments.output.store;
    let store = match opened(dir) {
        Ok(store) => store,
        Err(error) => return Report::failure(error),
    };
    let mut report = Report::default();
    let ledgers = match ledgers_of(&arguments.paths, &mut report) {
        Ok(ledgers) => ledgers,
        Err(error) => return Report::failure(error),
    };
    let read = ledgers.into_iter().map(|(path, name)| {
        let read = ledgers::load(&path).map_err(|error| {
            report = std::mem::take(&mut report).and(error.report());
            match error {
                LedgerError::Broken { fault, .. } => fault.to_string(),
                LedgerError::Unreadable { why, .. } => why,
                other => other.to_string(),
            }
        });
        (name, read)
    });
    let found = match history::history(store.as_ref(), arguments.all, read) {
        Ok(found) => found,
        Err(error) => return Report::failure(error),
    };
    let text = match arguments.output.format {
        Format::Human => Ok(report::history::history(&found, &shown(dir), style)),
        Format::Json => serde_json::to_string(&found).map(|json| json + "\n"),
    };
    text.map_or_else(Report::failure, |stdout| Report { stdout, ..report })
}

/// The ledgers of prediction files, of all in folders, or those named themselves: each once, with its name for people. The report
/// names the folders without one.
fn ledgers_of(paths: &[PathBuf], report: &mut Report) -> Result<BTreeMap<PathBuf, String>, FileError> {
    let mut found = BTreeMap::new();
    for path in paths {
        if path.is_dir() {
            let ledgers = files::below(path, DEPTH, LEDGER)?;
            if ledgers.is_empty() {
                let said = format!("warning: {}: nothing was sealed in this folder: no ledger is in it\n", shown(path));
                report.stderr.push_str(&said);
            }
            for ledger in ledgers {
                found.entry(files::real(&ledger)?).or_insert_with(|| shown(&ledger));
            }
        } else if path.as_os_str().as_encoded_bytes().ends_with(LEDGER.as_bytes()) {
            found.entry(files::real(path)?).or_insert_with(|| shown(path));
        } else {
            let ledger = ledgers::path(path)?;
            let name = ledgers::named(path, &ledger);
            found.entry(ledger).or_insert(name);
        }
    }
    Ok(found)
}
