//! A whole ledger, and adding to it.

use crate::ledger::entry::{Entry, MAX_AUTHOR, MAX_STUDY, Sealing, first, unfit_name};
use crate::ledger::read::{LAYOUT, MAX_BYTES, MAX_ENTRIES};
use crate::ledger::time::{rfc3339, seconds};
use serde::{Deserialize, Serialize};

/// What the first line's `shardbed` is.
const KIND: &str = "ledger";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    shardbed: String,
    pub layout: u64,
    /// How many follow.
    pub entries: u64,
    /// The hash of the last.
    pub head: String,
}

impl Head {
    pub fn is_of_a_ledger(&self) -> bool {
        self.shardbed == KIND
    }
}

/// Entries in a chain; none where nothing was sealed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    entries: Vec<Entry>,
    /// Of their lines.
    bytes: usize,
}

/// Why nothing can be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the author's name {0}; give another with --author")]
    Author(String),
    #[error("the study's name {0}; give it another")]
    Study(String),
    #[error(
        "the ledger is full: it has {MAX_ENTRIES} entries or {MAX_BYTES} bytes; keep it elsewhere, and begin a new one"
    )]
    Full,
}

impl Ledger {
    /// Of entries that form a chain.
    pub(in crate::ledger) fn of_chain(entries: Vec<Entry>) -> Ledger {
        let bytes = entries.iter().map(|entry| line(entry).len()).sum();
        Ledger { entries, bytes }
    }

    /// In order; the first has number 1.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The hash of the last entry; nothing where there is none.
    pub fn head(&self) -> Option<&str> {
        self.entries.last().map(|entry| entry.hash.as_str())
    }

    /// The newest entry of a study.
    pub fn newest(&self, study: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.study == study)
    }

    /// The entry with this hash.
    pub fn with_hash(&self, hash: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.hash == hash)
    }

    /// The earliest time at which an entry can have been written if no clock was ahead, in seconds since 1970: the latest
    /// that it or any entry before it says, whatever a clock that went back has written since.
    pub fn not_before(&self, entry: &Entry) -> u64 {
        let before = self.entries.iter().take_while(|other| other.entry <= entry.entry);
        before.filter_map(|entry| seconds(&entry.sealed)).max().unwrap_or(0)
    }

    /// The entries that say an earlier time than one before them.
    pub fn clocks_back(&self) -> Vec<&Entry> {
        let mut latest = 0;
        let mut back = Vec::new();
        for entry in &self.entries {
            let time = seconds(&entry.sealed).unwrap_or(latest);
            if time < latest {
                back.push(entry);
            }
            latest = latest.max(time);
        }
        back
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// If a name cannot stand in one, or the ledger is full.
    pub fn append(&mut self, sealing: Sealing) -> Result<(), Refusal> {
        if let Some(what) = unfit_name(sealing.author, MAX_AUTHOR) {
            return Err(Refusal::Author(what));
        }
        if let Some(what) = unfit_name(sealing.study, MAX_STUDY) {
            return Err(Refusal::Study(what));
        }
        let mut entry = Entry {
            entry: self.entries.len() as u64 + 1,
            study: sealing.study.to_string(),
            prediction: sealing.prediction.to_string(),
            sealed: rfc3339(sealing.time),
            author: sealing.author.to_string(),
            version: sealing.version.to_string(),
            previous: self.head().map_or_else(first, str::to_string),
            hash: String::new(),
        };
        entry.hash = entry.own_hash();
        let bytes = self.bytes + line(&entry).len();
        if entry.entry > MAX_ENTRIES || first_line(entry.entry, &entry.hash).len() + bytes > MAX_BYTES {
            return Err(Refusal::Full);
        }
        self.entries.push(entry);
        self.bytes = bytes;
        Ok(())
    }

    /// As a file. [`crate::ledger::read::read`] takes it, unless there is no entry.
    pub fn text(&self) -> String {
        let mut text = first_line(self.entries.len() as u64, self.head().unwrap_or(&first()));
        text.extend(self.entries.iter().map(line));
        text
    }
}

fn first_line(entries: u64, head: &str) -> String {
    line(&Head { shardbed: KIND.to_string(), layout: LAYOUT, entries, head: head.to_string() })
}

fn line(of: &impl Serialize) -> String {
    // Text and whole numbers can always be written.
    serde_json::to_string(of).map_or_else(|_| String::new(), |line| line + "\n")
}
