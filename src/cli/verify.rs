//! `verify FILE…`: whether the ledger beside each file is whole, and the studies are as they were sealed.

use crate::cli::arguments::{Format, Verify};
use crate::cli::ledgers::{self, LedgerError};
use crate::cli::studies::studies;
use crate::cli::{Report, TAMPERED, files::shown};
use crate::language::canonical::canonical_hash;
use crate::language::render::visible;
use crate::ledger::entry::{DIGITS, Entry};
use crate::ledger::whole::Ledger;
use serde::Serialize;
use std::path::Path;
use std::slice;

/// The fewest digits of a head that tell it from others well enough.
const LEAST: usize = 8;

/// What was found.
#[derive(Serialize)]
struct Verified {
    file: String,
    ledger: String,
    state: State,
    /// What is wrong with a broken ledger.
    fault: Option<String>,
    /// Of a whole ledger.
    entries: usize,
    /// The hash of the last entry.
    head: Option<String>,
    /// Where the published head is in it, if one was asked for: the number of the entry.
    published: Option<u64>,
    /// Entries that say an earlier time than one before them.
    clock_went_back: Vec<u64>,
    /// Those in the file, then those that were sealed and are no longer in it.
    studies: Vec<StudyState>,
    #[serde(skip)]
    code: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Whole,
    Absent,
    Broken,
}

#[derive(Serialize)]
struct StudyState {
    study: String,
    state: Since,
    /// The canonical hash; null where the study is not in the file.
    prediction: Option<String>,
    /// Every entry about it, in order.
    seals: Vec<Entry>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Since {
    /// As it was sealed last.
    Sealed,
    Changed,
    Unsealed,
    /// No longer in the file.
    Removed,
}

/// Code 0 where every ledger is whole and every study as it was sealed last; 1 where a study is not, or is gone; 2 where a
/// file cannot be used; 3 where a ledger was tampered with or does not hold the published head. Of several, the largest.
pub fn verify(arguments: &Verify, colour: bool) -> Report {
    let published = match arguments.head.as_deref().map(head).transpose() {
        Ok(_) if arguments.head.is_some() && arguments.files.len() > 1 => {
            return Report::failure("--head is the head of one ledger: name one file");
        }
        Ok(published) => published,
        Err(message) => return Report::failure(message),
    };
    let mut report = Report::default();
    for file in &arguments.files {
        // What `check` warns of is nothing to a seal.
        let (studies, said) = studies(slice::from_ref(file), true, colour);
        let predictions: Vec<_> =
            studies.iter().map(|(_, study)| (study.name.clone(), canonical_hash(study))).collect();
        let found = match said.code {
            0 => check(file, &predictions, published.as_deref()).map_err(|error| format!("error: {error}\n")),
            _ => Err(said.stderr),
        };
        let text = found.and_then(|found| {
            report.code = report.code.max(found.code);
            match arguments.format {
                Format::Human => Ok(human(&found, published.as_deref())),
                Format::Json => {
                    serde_json::to_string(&found).map(|json| json + "\n").map_err(|e| format!("error: {e}\n"))
                }
            }
        });
        match text {
            Ok(text) => report.stdout.push_str(&text),
            Err(message) => {
                report.stderr.push_str(&message);
                report.code = report.code.max(2);
            }
        }
    }
    report
}

/// A head as it was published, or its beginning.
fn head(text: &str) -> Result<String, String> {
    let head = text.trim().to_lowercase();
    match (LEAST..=DIGITS).contains(&head.len()) && head.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(head),
        false => Err(format!(
            "--head {}: the hash of an entry is expected, from {LEAST} to {DIGITS} digits, as `shardbed seal` prints it",
            visible(text)
        )),
    }
}

fn check(file: &Path, predictions: &[(String, String)], published: Option<&str>) -> Result<Verified, LedgerError> {
    let path = ledgers::path(file)?;
    let mut found = Verified {
        file: shown(file),
        ledger: ledgers::named(file, &path),
        state: State::Broken,
        fault: None,
        entries: 0,
        head: None,
        published: None,
        clock_went_back: Vec::new(),
        studies: Vec::new(),
        code: TAMPERED,
    };
    let ledger = match ledgers::load(&path) {
        Ok(ledger) => ledger,
        Err(error) if error.code() == TAMPERED => return Ok(Verified { fault: Some(error.clause()), ..found }),
        Err(error) => return Err(error),
    };
    found.state = if ledger.entries().is_empty() { State::Absent } else { State::Whole };
    found.entries = ledger.entries().len();
    found.head = ledger.head().map(str::to_string);
    found.clock_went_back = ledger.clocks_back().iter().map(|entry| entry.entry).collect();
    found.studies = states(&ledger, predictions);
    found.published = published.and_then(|head| match ledger.beginning(head)[..] {
        [entry] => Some(entry.entry),
        _ => None,
    });
    let as_sealed = found.studies.iter().all(|study| study.state == Since::Sealed);
    found.code = match published.is_some() && found.published.is_none() {
        true => TAMPERED,
        false => u8::from(!as_sealed),
    };
    Ok(found)
}

fn states(ledger: &Ledger, predictions: &[(String, String)]) -> Vec<StudyState> {
    let seals =
        |name: &str| -> Vec<Entry> { ledger.entries().iter().filter(|entry| entry.study == name).cloned().collect() };
    let mut states: Vec<StudyState> = predictions
        .iter()
        .map(|(name, prediction)| {
            let state = match ledger.newest(name) {
                None => Since::Unsealed,
                Some(entry) if entry.prediction == *prediction => Since::Sealed,
                Some(_) => Since::Changed,
            };
            StudyState { study: name.clone(), state, prediction: Some(prediction.clone()), seals: seals(name) }
        })
        .collect();
    for entry in ledger.entries() {
        if !states.iter().any(|state| state.study == entry.study) {
            let (study, seals) = (entry.study.clone(), seals(&entry.study));
            states.push(StudyState { study, state: Since::Removed, prediction: None, seals });
        }
    }
    states
}

fn human(found: &Verified, published: Option<&str>) -> String {
    let Verified { file, ledger, fault, entries, head, .. } = found;
    let mut text = match found.state {
        State::Broken => format!("{file}: {ledger} IS BROKEN. {}\n", fault.as_deref().unwrap_or_default()),
        State::Absent => {
            format!("{file}: there is no ledger {ledger}; `shardbed seal {file}` makes one before the file is run\n")
        }
        State::Whole => {
            let entries = if *entries == 1 { "1 entry".to_string() } else { format!("{entries} entries") };
            format!("{file}: {ledger} is whole, {entries}\n  head {}\n", head.as_deref().unwrap_or_default())
        }
    };
    match (published, found.published) {
        _ if found.state == State::Broken => {}
        (Some(_), Some(entry)) => text.push_str(&format!(
            "  the published head is entry {entry}: no entry up to it was changed since it was published\n"
        )),
        (Some(head), None) => text.push_str(&format!(
            "  THE PUBLISHED HEAD IS NOT IN IT: no one entry's hash begins with {head}, so the ledger was written anew or cut off, or is \
             that of another file\n"
        )),
        (None, _) => {}
    }
    for entry in &found.clock_went_back {
        text.push_str(&format!("  entry {entry} says an earlier time than one before it: some clock was wrong\n"));
    }
    for study in &found.studies {
        let name = visible(&study.study);
        let word = match study.state {
            Since::Sealed => "as sealed",
            Since::Changed => "CHANGED SINCE IT WAS SEALED",
            Since::Unsealed => "NOT SEALED",
            Since::Removed => "NO LONGER IN THE FILE",
        };
        text.push_str(&format!("  study {name}: {word}\n"));
        for Entry { entry, sealed, author, prediction, version, .. } in &study.seals {
            let (author, version) = (visible(author), visible(version));
            let same = study.prediction.as_ref().is_some_and(|now| now == prediction);
            let same = if same { "as it is now" } else { "another text" };
            text.push_str(&format!("    entry {entry}: {sealed}, by {author}, shardbed {version}, {same}\n"));
        }
    }
    text
}
