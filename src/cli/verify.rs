//! `verify FILE…`: whether the ledger beside each file is whole, and the studies are as they were sealed.

use crate::cli::arguments::{Format, Verify};
use crate::cli::ledgers::{self, LedgerError, MEND};
use crate::cli::studies::studies;
use crate::cli::{Report, TAMPERED, files::shown};
use crate::language::canonical::canonical_hash;
use crate::language::render::visible;
use crate::ledger::entry::{DIGITS, Entry, is_hash};
use crate::ledger::whole::Ledger;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::slice;

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
    /// The canonical hash; null where the study is not in the file, or the file cannot be used.
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
    /// The file cannot be used.
    Unknown,
}

/// Code 0 where every ledger is whole and every study as it was sealed last; 1 where a study is not, or is gone; 2 where a
/// file cannot be used, though its ledger is checked all the same; 3 where a ledger was tampered with or does not hold the published head. Of several, the largest.
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
        let predictions = (said.code == 0)
            .then(|| studies.iter().map(|(_, study)| (study.name.clone(), canonical_hash(study))).collect::<Vec<_>>());
        if predictions.is_none() {
            report = report.and(said);
        }
        report = report.and(match check(file, predictions.as_deref(), published.as_deref()) {
            // There is neither a file nor a ledger: what is wrong with the file is all.
            Ok(found) if predictions.is_none() && published.is_none() && found.state == State::Absent => {
                Report::default()
            }
            Ok(found) => {
                let text = match arguments.format {
                    Format::Human => Ok(human(&found, published.is_some())),
                    Format::Json => serde_json::to_string(&found).map(|json| json + "\n"),
                };
                text.map_or_else(Report::failure, |stdout| Report { stdout, code: found.code, ..Report::default() })
            }
            Err(error) => Report::failure(error),
        });
    }
    report
}

/// A head as it was published. Of a part of it, whoever writes a ledger anew could find one that has the same.
fn head(text: &str) -> Result<String, String> {
    let head = text.trim().to_lowercase();
    match is_hash(&head) {
        true => Ok(head),
        false => Err(format!(
            "--head {}: the whole hash of an entry is expected, all {DIGITS} digits, as `shardbed seal` prints it",
            visible(text)
        )),
    }
}

/// `predictions` are the names and hashes of the studies in the file; nothing where it cannot be used.
fn check(
    file: &Path,
    predictions: Option<&[(String, String)]>,
    published: Option<&str>,
) -> Result<Verified, LedgerError> {
    let path = ledgers::path(file).unwrap_or_else(|_| ledgers::beside(file));
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
        Err(LedgerError::Broken { fault, .. }) => return Ok(Verified { fault: Some(fault.to_string()), ..found }),
        Err(error) => return Err(error),
    };
    found.state = if ledger.entries().is_empty() { State::Absent } else { State::Whole };
    found.entries = ledger.entries().len();
    found.head = ledger.head().map(str::to_string);
    found.clock_went_back = ledger.clocks_back().iter().map(|entry| entry.entry).collect();
    found.studies = states(&ledger, predictions);
    found.published = published.and_then(|head| ledger.with_hash(head)).map(|entry| entry.entry);
    let as_sealed = found.studies.iter().all(|study| study.state == Since::Sealed);
    found.code = match published.is_some() && found.published.is_none() {
        true => TAMPERED,
        false => u8::from(!as_sealed),
    };
    Ok(found)
}

fn states(ledger: &Ledger, predictions: Option<&[(String, String)]>) -> Vec<StudyState> {
    let mut seals: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for entry in ledger.entries() {
        seals.entry(&entry.study).or_default().push(entry.clone());
    }
    let in_file = predictions.unwrap_or_default().iter().map(|(name, prediction)| {
        let seals = seals.remove(name.as_str()).unwrap_or_default();
        let state = match seals.last() {
            None => Since::Unsealed,
            Some(entry) if entry.prediction == *prediction => Since::Sealed,
            Some(_) => Since::Changed,
        };
        StudyState { study: name.clone(), state, prediction: Some(prediction.clone()), seals }
    });
    let mut states: Vec<StudyState> = in_file.collect();
    let state = if predictions.is_some() { Since::Removed } else { Since::Unknown };
    // In the order in which they were sealed first.
    for entry in ledger.entries() {
        if let Some(seals) = seals.remove(entry.study.as_str()) {
            states.push(StudyState { study: entry.study.clone(), state, prediction: None, seals });
        }
    }
    states
}

fn human(found: &Verified, published: bool) -> String {
    let Verified { file, ledger, fault, entries, head, .. } = found;
    let mut text = match found.state {
        State::Broken => format!("{file}: {ledger} IS BROKEN. {}\n  {MEND}.\n", fault.as_deref().unwrap_or_default()),
        State::Absent if published => format!(
            "{file}: THERE IS NO LEDGER {ledger}, and a head of it was published: it was deleted, moved or renamed, or the head is \
             that of another file. Bring it back from a copy or from version control\n"
        ),
        State::Absent => {
            format!("{file}: there is no ledger {ledger}; `shardbed seal {file}` makes one before the file is run\n")
        }
        State::Whole => {
            let entries = if *entries == 1 { "1 entry".to_string() } else { format!("{entries} entries") };
            format!("{file}: {ledger} is whole, {entries}\n  head {}\n", head.as_deref().unwrap_or_default())
        }
    };
    match found.published {
        _ if !published || found.state != State::Whole => {}
        Some(entry) => text.push_str(&format!(
            "  the published head is entry {entry}: no entry up to it was changed since it was published\n"
        )),
        None => text.push_str(
            "  THE PUBLISHED HEAD IS NOT IN IT: no entry has this hash, so the ledger was written anew or cut off, or the head is that \
             of another file\n",
        ),
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
            Since::Unknown => "whether it is as sealed cannot be told, since the file cannot be used",
        };
        text.push_str(&format!("  study {name}: {word}\n"));
        for Entry { entry, sealed, author, prediction, version, .. } in &study.seals {
            let (author, version) = (visible(author), visible(version));
            let same = match &study.prediction {
                Some(now) if now == prediction => ", as it is now",
                None if study.state == Since::Unknown => "",
                _ => ", another text",
            };
            text.push_str(&format!("    entry {entry}: {sealed}, by {author}, shardbed {version}{same}\n"));
        }
    }
    text
}
