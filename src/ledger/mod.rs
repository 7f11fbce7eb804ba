//! The ledger of a prediction file: when each study of it was sealed, by whom, and what it said then.
//!
//! A text of JSON lines. The first says how many entries follow and the hash of the last; each of the others is an
//! [`entry::Entry`], which holds the hash of the entry before it and its own, over all that it says: a hash chain (Haber,
//! S. and Stornetta, W. S. (1991), How to time-stamp a digital document). [`read`] takes nothing but the bytes that
//! [`whole::Ledger::text`] writes, so that a change of any byte shows: an entry that was edited, deleted, put
//! elsewhere or cut off is a [`fault::Fault`] which says where. [`standing`] is what a ledger says of a study.
//!
//! What a ledger alone cannot prove:
//! - that it is the first one. Its owner can write it anew from the first entry on, or cut entries off and mend the first
//!   line. Against that its head, the hash of the last entry, is published where its owner cannot take it back: in a commit
//!   that others have, a mail, a print. No entry up to a published head can be changed unseen.
//! - what time it was: the clock is that of the machine that sealed. A published head gives the latest time that it can have been.
//! - that nobody knew the result: networks may have been trained elsewhere, or in a store that was deleted.
//! - who wrote it: an author is a name, not a signature.

pub mod entry;
pub mod fault;
pub mod read;
pub mod standing;
pub mod time;
pub mod whole;

#[cfg(test)]
mod tests;
