//! `seal FILE…`: says in a ledger beside each file what its studies predict, and when.

use crate::cli::arguments::{Format, Seal};
use crate::cli::author::author;
use crate::cli::files::shown;
use crate::cli::studies::studies;
use crate::cli::{Report, ledgers};
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

/// Seals every study that is not sealed as it is. All files are read and checked before; one that is in error stops the
/// command with code 2, and nothing is sealed. A ledger that is broken is code 3.
pub fn seal(arguments: &Seal, colour: bool) -> Report {
    let author = match author(arguments.author.as_deref()) {
        Ok(author) => author,
        Err(message) => return Report::failure(message),
    };
    let (mut files, mut report) = (Vec::new(), Report::default());
    for file in &arguments.files {
        let (studies, said) = studies(slice::from_ref(file), false, colour);
        files.push((file, studies));
        report.stderr.push_str(&said.stderr);
        report.code = report.code.max(said.code);
    }
    if report.code != 0 {
        return report;
    }
    let mut sealed = None;
    for (file, studies) in files {
        let studies: Vec<&Study> = studies.iter().map(|(_, study)| study).collect();
        let said = seal_file(file, &studies, &author).map_err(|error| (error.to_string(), error.code()));
        let said = said.and_then(|sealed| match arguments.format {
            Format::Human => Ok(human(&sealed)),
            Format::Json => {
                serde_json::to_string(&sealed).map(|json| json + "\n").map_err(|error| (error.to_string(), 2))
            }
        });
        match said {
            Ok(text) => {
                report.stdout.push_str(&text);
                sealed = Some(file);
            }
            Err((message, code)) => {
                report.stderr.push_str(&format!("error: {message}\n"));
                report.code = report.code.max(code);
            }
        }
    }
    if let (Some(file), Format::Human) = (sealed, arguments.format) {
        report.stdout.push_str(&advice(file));
    }
    report
}

fn seal_file(file: &Path, studies: &[&Study], author: &str) -> Result<Sealed, ledgers::LedgerError> {
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

fn human(sealed: &Sealed) -> String {
    let mut text = String::new();
    let Sealed { file, ledger, entries, head, studies } = sealed;
    for SealedStudy { new, entry } in studies {
        let Entry { entry: number, study, sealed, author, .. } = entry;
        let (study, author) = (visible(study), visible(author));
        text.push_str(&match new {
            true => format!("{file}: study {study} is sealed by {author} at {sealed}, as entry {number} of {ledger}\n"),
            false => {
                format!("{file}: study {study} is sealed as it is since {sealed}, by {author}, as entry {number}\n")
            }
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
