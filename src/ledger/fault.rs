//! What is wrong with a ledger.

use crate::ledger::read::{LAYOUT, MAX_BYTES, MAX_ENTRIES};

/// The first thing that is. No text of the ledger is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it is empty: all entries were deleted")]
    Empty,
    #[error("it is longer than {MAX_BYTES} bytes, the most that a ledger has")]
    Long,
    #[error("line {line}: this is no text, so it was edited")]
    NoText { line: usize },
    #[error("the first line is not that of a ledger: it was edited or deleted")]
    NoHead,
    #[error("it has layout {found}, and this program knows layout {LAYOUT}: use the newer shardbed that wrote it")]
    Newer { found: u64 },
    #[error("the first line tells of {told} entries, and a ledger has from 1 to {MAX_ENTRIES}: it was edited")]
    Count { told: u64 },
    #[error("line {line}: this is no entry as `shardbed seal` writes it, so it was edited")]
    NoEntry { line: usize },
    #[error("line {line} ends within an entry: the ledger was truncated there")]
    Cut { line: usize },
    #[error("line {line}, entry {entry}: its {field} {what}, so it was edited")]
    Unfit { line: usize, entry: u64, field: &'static str, what: String },
    #[error("line {line}, entry {entry}: its hash is not that of what it says, so it was edited")]
    Edited { line: usize, entry: u64 },
    #[error("line {line}: entry {missing} is missing there, so it was deleted")]
    Deleted { line: usize, missing: u64 },
    #[error("line {line}: entry {found} stands where entry {expected} belongs, so entries were reordered or put in")]
    Reordered { line: usize, found: u64, expected: u64 },
    #[error(
        "line {line}, entry {entry}: it follows another entry {before} than the one above it, so that one was replaced"
    )]
    Replaced { line: usize, entry: u64, before: u64 },
    #[error(
        "line {line}, entry {entry}: it follows an entry before it, and is the first: what came before was deleted"
    )]
    NotFirst { line: usize, entry: u64 },
    #[error(
        "the first line tells of {told} entries, and {found} are there: the ledger was truncated after line {line}"
    )]
    Truncated { told: u64, found: u64, line: usize },
    #[error("the first line tells of {told} entries, and {found} are there: it was edited, or entries were put in")]
    TooMany { told: u64, found: u64 },
    #[error("the first line names another last entry than entry {last}: one of the two was edited")]
    OtherHead { last: u64 },
}
