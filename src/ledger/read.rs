//! Reading a ledger: a whole one, or what is wrong with it.

use crate::ledger::entry::{Entry, first};
use crate::ledger::fault::Fault;
use crate::ledger::whole::{Head, Ledger};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

/// The version of the layout.
pub const LAYOUT: u64 = 1;
/// The most entries.
pub const MAX_ENTRIES: u64 = 10_000;
/// The most bytes.
pub const MAX_BYTES: usize = 8 << 20;

/// The ledger in a file with these bytes. That lines end in CR LF, as version control may have it, means nothing.
///
/// # Errors
/// The first fault, from top to bottom.
pub fn read(bytes: &[u8]) -> Result<Ledger, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(Fault::Long);
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Fault::NoText { line: 1 + count(&bytes[..error.valid_up_to()]) })?
        .replace("\r\n", "\n");
    let (head, rest) = text.split_once('\n').ok_or(Fault::NoHead)?;
    let head = told(head)?;
    let entries = entries(rest)?;
    chained(&entries)?;
    let (line, found) = (entries.len() + 1, entries.len() as u64);
    match entries.last() {
        _ if found < head.entries => Err(Fault::Truncated { told: head.entries, found, line }),
        _ if found > head.entries => Err(Fault::TooMany { told: head.entries, found }),
        Some(last) if last.hash != head.head => Err(Fault::OtherHead { last: last.entry }),
        None => Err(Fault::Empty),
        Some(_) => Ok(Ledger::of_chain(entries)),
    }
}

fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// What a line says, if it is written as the program writes it.
fn exactly<T: Serialize + DeserializeOwned>(line: &str) -> Option<T> {
    let value: T = serde_json::from_str(line).ok()?;
    (serde_json::to_string(&value).ok()? == line).then_some(value)
}

fn told(line: &str) -> Result<Head, Fault> {
    let layout = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok()?["layout"].as_u64();
    let head = exactly::<Head>(line).filter(Head::is_of_a_ledger);
    let head = match head.ok_or_else(|| layout(line)) {
        Ok(head) => head,
        Err(Some(found)) if found > LAYOUT => return Err(Fault::Newer { found }),
        Err(_) => return Err(Fault::NoHead),
    };
    match head.entries {
        _ if head.layout > LAYOUT => Err(Fault::Newer { found: head.layout }),
        _ if head.layout < LAYOUT => Err(Fault::NoHead),
        told if (1..=MAX_ENTRIES).contains(&told) => Ok(head),
        told => Err(Fault::Count { told }),
    }
}

/// The entries of all lines but the first.
fn entries(text: &str) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let number = index + 2;
        if index as u64 >= MAX_ENTRIES {
            return Err(Fault::TooMany { told: MAX_ENTRIES, found: index as u64 + 1 });
        }
        let whole = line.strip_suffix('\n').ok_or(Fault::Cut { line: number })?;
        let entry: Entry = exactly(whole).ok_or(Fault::NoEntry { line: number })?;
        if let Some((field, what)) = entry.unfit() {
            return Err(Fault::Unfit { line: number, entry: entry.entry, field, what });
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// That each entry is what it was hashed as, and follows the one above it.
fn chained(entries: &[Entry]) -> Result<(), Fault> {
    let there: BTreeSet<u64> = entries.iter().map(|entry| entry.entry).collect();
    let (mut previous, mut expected) = (first(), 1);
    for (index, entry) in entries.iter().enumerate() {
        let (line, found) = (index + 2, entry.entry);
        if entry.own_hash() != entry.hash {
            return Err(Fault::Edited { line, entry: found });
        }
        if found != expected {
            let gone = found > expected && !there.contains(&expected);
            return Err(match gone {
                true => Fault::Deleted { line, missing: expected },
                false => Fault::Reordered { line, found, expected },
            });
        }
        if entry.previous != previous {
            return Err(match expected {
                1 => Fault::NotFirst { line, entry: found },
                _ => Fault::Replaced { line, entry: found, before: expected - 1 },
            });
        }
        previous.clone_from(&entry.hash);
        expected += 1;
    }
    Ok(())
}
