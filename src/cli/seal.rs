//! `seal FILE…`: says in a ledger beside each file what its studies predict, and when.

use crate::cli::Report;
use crate::cli::arguments::{Format, Seal};
use crate::cli::author::author;
use crate::cli::files::shown;
use crate::cli::ledgers::{self, LedgerError};
use crate::cli::studies::studies;
use crate::language::canonical::canonical_hash;
use crate::language::render::visible;
use crate::ledger::entry::{Entry, Sealing};
use crate::store::now;
use crate::study::Study;
use serde::Serialize;
use std::path::Path;
use std::slice;

/// What was done with a file.
#[derive(Serialize)]
struct Sealed {
    file: String,
    ledger: String,
    /// How many entries the ledger has now.
    entries: usize,
    /// The hash of the last.
    head: String,
    studies: Vec<SealedStudy>,
}

#[derive(Serialize)]
struct SealedStudy {
    /// Whether it was sealed now; else the entry is an older one that says the same.
    new: bool,
    #[serde(flatten)]
    entry: Entry,
}

/// Seals every study that is not sealed as it is. All files and ledgers are read and checked before; if one is in error, nothing
/// is sealed, with code 2, or 3 where a ledger is broken. One that cannot be written does not stop the others.
pub fn seal(arguments: &Seal, colour: bool) -> Report {
    let author = match author(arguments.author.as_deref()) {
        Ok(author) => author,
        Err(message) => return Report::failure(message),
    };
    let (mut files, mut report) = (Vec::new(), Report::default());
    for file in &arguments.files {
        let (studies, mut said) = studies(slice::from_ref(file), false, colour);
        files.push((file, studies));
        let ledger = ledgers::path(file).map_err(LedgerError::from).and_then(|path| ledgers::load(&path));
        // What is wrong with the file itself is said already.
        if let Err(error @ (LedgerError::Broken { .. } | LedgerError::Unreadable { .. })) = ledger {
            said = said.and(error.report());
        }
        report = report.and(said);
    }
    if report.code != 0 {
        let several = files.len() > 1;
        let nothing = || Report::failure("nothing was sealed: mend what is named above, or leave it out");
        return if several { report.and(nothing()) } else { report };
    }
    let (mut sealed, mut unsealed) = (None, Vec::new());
    for (file, studies) in files {
        let studies: Vec<&Study> = studies.iter().map(|(_, study)| study).collect();
        let done = match seal_file(file, &studies, &author) {
            Ok(done) => done,
            Err(error) => {
                report = report.and(error.report());
                unsealed.push(shown(file));
                continue;
            }
        };
        sealed = Some(file);
        report = report.and(match arguments.format {
            Format::Human => Report::success(human(&done, &author)),
            Format::Json => {
                serde_json::to_string(&done).map_or_else(Report::failure, |json| Report::success(json + "\n"))
            }
        });
    }
    if sealed.is_some() && !unsealed.is_empty() {
        let unsealed = unsealed.join(", ");
        let said = format!("NOT sealed: {unsealed}; the other files are, as is said of each");
        report = report.and(Report::failure(said));
    }
    if let (Some(file), Format::Human) = (sealed, arguments.format) {
        report.stdout.push_str(&advice(file));
    }
    report
}

fn seal_file(file: &Path, studies: &[&Study], author: &str) -> Result<Sealed, LedgerError> {
    let path = ledgers::path(file)?;
    let mut new = Vec::new();
    let ledger = ledgers::append(&path, |ledger| {
        for study in studies {
            let (name, prediction) = (study.name.as_str(), canonical_hash(study));
            let known = ledger.newest(name).is_some_and(|entry| entry.prediction == prediction);
            if !known {
                let version = env!("CARGO_PKG_VERSION");
                ledger.append(Sealing { study: name, prediction: &prediction, time: now(), author, version })?;
            }
            new.push(!known);
        }
        Ok(())
    })?;
    let sealed = studies.iter().zip(new).filter_map(|(study, new)| {
        let entry = ledger.newest(&study.name)?.clone();
        Some(SealedStudy { new, entry })
    });
    Ok(Sealed {
        file: shown(file),
        ledger: ledgers::named(file, &path),
        entries: ledger.entries().len(),
        head: ledger.head().unwrap_or_default().to_string(),
        studies: sealed.collect(),
    })
}

/// `sealing` is who gave the command.
fn human(sealed: &Sealed, sealing: &str) -> String {
    let mut text = String::new();
    let Sealed { file, ledger, entries, head, studies } = sealed;
    for SealedStudy { new, entry } in studies {
        let Entry { entry: number, study, sealed, author, .. } = entry;
        let other = (author != sealing).then(|| {
            format!("; nothing is added for {}: one prediction is whose who sealed it first", visible(sealing))
        });
        let (study, author, other) = (visible(study), visible(author), other.unwrap_or_default());
        text.push_str(&match new {
            true => format!("{file}: study {study} is sealed by {author} at {sealed}, as entry {number} of {ledger}\n"),
            false => format!(
                "{file}: study {study} is sealed as it is since {sealed}, by {author}, as entry {number} of {ledger}{other}\n"
            ),
        });
    }
    let entries = if *entries == 1 { "1 entry".to_string() } else { format!("{entries} entries") };
    text.push_str(&format!("  head {head}, {entries}\n"));
    text
}

/// What a head is good for.
fn advice(file: &Path) -> String {
    format!(
        "Publish the head where you cannot take it back: in a commit that others have, in a mail. Whoever has it sees with\n\
         `shardbed verify {} --head HEAD` that nothing up to it was changed since.\n",
        shown(file)
    )
}
