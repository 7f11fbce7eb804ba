//! What was sealed and never run, as far as a store and a ledger tell.

use crate::ledger::entry::Entry;
use crate::ledger::whole::Ledger;
use crate::outcome::history::NeverRun;
use std::collections::{BTreeMap, BTreeSet};

/// The predictions of a ledger that are not among those with an outcome, by their canonical hashes; each once for whoever sealed it,
/// in the order of their last entries.
pub fn unrun(name: &str, ledger: &Ledger, run: &BTreeSet<String>) -> Vec<NeverRun> {
    let mut newest: BTreeMap<&str, &Entry> = BTreeMap::new();
    let mut sealed: BTreeMap<(&str, &str), &Entry> = BTreeMap::new();
    for entry in ledger.entries() {
        newest.insert(&entry.study, entry);
        sealed.insert((&entry.prediction, &entry.author), entry);
    }
    let mut sealed: Vec<&Entry> = sealed.into_values().filter(|entry| !run.contains(&entry.prediction)).collect();
    sealed.sort_by_key(|entry| entry.entry);
    let never_run = |entry: &Entry| {
        let newest = newest.get(entry.study.as_str()).filter(|newest| newest.prediction != entry.prediction);
        NeverRun {
            ledger: name.to_string(),
            entry: entry.entry,
            study: entry.study.clone(),
            author: entry.author.clone(),
            sealed: entry.sealed.clone(),
            replaced_by: newest.map(|newest| newest.entry),
        }
    };
    sealed.into_iter().map(never_run).collect()
}

#[cfg(test)]
mod tests {
    use super::unrun;
    use crate::ledger::entry::Sealing;
    use crate::ledger::whole::Ledger;
    use std::collections::BTreeSet;

    #[test]
    fn what_has_no_outcome_is_listed_once() {
        let mut ledger = Ledger::default();
        let seals =
            [("one", "a", "Ada"), ("two", "b", "Ada"), ("one", "c", "Eve"), ("one", "a", "Ada"), ("three", "d", "Eve")];
        for (study, prediction, author) in seals {
            let prediction = prediction.repeat(64);
            let sealing = Sealing { study, prediction: &prediction, time: 1, author, version: "1" };
            ledger.append(sealing).expect("a sound entry");
        }
        let found = unrun("x.ledger", &ledger, &BTreeSet::from(["b".repeat(64)]));
        let found: Vec<_> =
            found.iter().map(|f| (f.entry, f.study.as_str(), f.author.as_str(), f.replaced_by)).collect();
        assert_eq!(found, [(3, "one", "Eve", Some(4)), (4, "one", "Ada", None), (5, "three", "Eve", None)]);
        assert!(unrun("x.ledger", &Ledger::default(), &BTreeSet::new()).is_empty());
    }
}
