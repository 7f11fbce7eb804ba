//! One entry, and what it may hold.

use crate::digest::{digest, hex};
use crate::ledger::time::seconds;
use serde::{Deserialize, Serialize};

/// What an entry's hash begins with, so that it is never the hash of something else.
const OF: &[u8] = b"shardbed ledger entry 1";
/// The most bytes of a study's name.
pub const MAX_STUDY: usize = 1_000;
/// The most bytes of an author's name.
pub const MAX_AUTHOR: usize = 200;
/// The most bytes of a version.
pub const MAX_VERSION: usize = 100;
/// Digits of a hash.
pub const DIGITS: usize = 64;

/// That a study was sealed. Fields are written in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// From 1 on.
    pub entry: u64,
    pub study: String,
    /// The canonical hash of the study.
    pub prediction: String,
    /// When, in UTC: `2026-01-31T23:59:59Z`.
    pub sealed: String,
    pub author: String,
    /// Of the program.
    pub version: String,
    /// The hash of the entry before; of the first, [`first`].
    pub previous: String,
    /// Of all fields above.
    pub hash: String,
}

/// What is sealed.
#[derive(Clone, Copy, Debug)]
pub struct Sealing<'a> {
    pub study: &'a str,
    /// Its canonical hash.
    pub prediction: &'a str,
    /// Seconds since 1970.
    pub time: u64,
    pub author: &'a str,
    /// Of the program.
    pub version: &'a str,
}

/// What the first entry of any ledger follows.
pub fn first() -> String {
    "0".repeat(DIGITS)
}

impl Entry {
    /// The hash of what it says.
    pub fn own_hash(&self) -> String {
        let Entry { entry, study, prediction, sealed, author, version, previous, hash: _ } = self;
        let number = entry.to_le_bytes();
        let fields = [study, prediction, sealed, author, version, previous].map(|field| field.as_bytes());
        hex(&digest(&[&[OF, number.as_slice()], fields.as_slice()].concat()))
    }

    /// What no entry may hold, if it does: the name of the field and what is wrong with it.
    pub fn unfit(&self) -> Option<(&'static str, String)> {
        let name = |field, text: &str, most: usize| unfit_name(text, most).map(|what| (field, what));
        let hash = |field, text: &str| (!is_hash(text)).then(|| (field, format!("is no hash of {DIGITS} digits")));
        name("study", &self.study, MAX_STUDY)
            .or_else(|| hash("prediction", &self.prediction))
            .or_else(|| seconds(&self.sealed).is_none().then(|| ("sealed", "is no time in UTC".to_string())))
            .or_else(|| name("author", &self.author, MAX_AUTHOR))
            .or_else(|| name("version", &self.version, MAX_VERSION))
            .or_else(|| hash("previous", &self.previous))
            .or_else(|| hash("hash", &self.hash))
    }
}

/// What is wrong with a name in an entry, if something is: a clause.
pub fn unfit_name(text: &str, most: usize) -> Option<String> {
    // Whoever reads it would see something else than what is hashed.
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    match text {
        _ if text.trim().is_empty() => Some("is empty".to_string()),
        _ if text.trim() != text => Some("begins or ends with a space".to_string()),
        _ if text.len() > most => Some(format!("is longer than {most} bytes")),
        _ if text.contains(hidden) => Some("holds a control character, or one that hides or turns text".to_string()),
        _ => None,
    }
}

/// Whether it is a SHA-256 in small hexadecimal digits.
pub fn is_hash(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
