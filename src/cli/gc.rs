//! `shardbed gc`: what the store holds, and taking away what nobody needs.
//!
//! Damaged rows always go. Of runs those go that are asked for, with the networks that no other run needs. Networks of no run
//! at all are kept unless asked for: an interrupted run left them, and goes on from them. Where a run that is kept does not say
//! which networks are its own, all that may be stay. A process that is running meanwhile trains again what it finds gone, to
//! the same bits; what it stores between looking and removing counts. When the networks that go were trained stays known.

use crate::cli::Report;
use crate::cli::arguments::{Format, Gc};
use crate::cli::files::shown;
use crate::experiment::error::ExperimentError;
use crate::experiment::needed::needed;
use crate::outcome::seal::SealStatus;
use crate::report::number::counted;
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;
use crate::store::error::StoreError;
use crate::store::inventory::{Removal, StoredSeed};
use crate::store::run::RunRow;
use crate::store::{Store, now};
use serde::Serialize;
use std::collections::BTreeSet;

/// What was found, and what goes.
#[derive(Debug, Default, Serialize)]
struct Found {
    /// The size of the store's files, in bytes.
    bytes: u64,
    /// The size afterwards; null where nothing was removed.
    bytes_after: Option<u64>,
    /// Nothing is removed, but only said.
    dry_run: bool,
    runs_kept: usize,
    runs_removed: Vec<Gone>,
    /// Networks of runs that are kept.
    needed: Amount,
    /// Networks that may be those of the runs in `unnamed`; they are kept.
    perhaps_needed: Amount,
    /// Runs that are kept and whose networks the store cannot name, as older versions stored them.
    unnamed: Vec<String>,
    /// Of runs that are removed, and of none that is kept.
    no_longer_needed: Amount,
    /// Of no run.
    unfinished: Amount,
    /// Whether these are removed.
    unfinished_removed: bool,
    damaged: Amount,
    /// Rows that no store writes.
    misfits: u64,
    /// Studies of no run, which older versions could leave.
    orphans: u64,
    /// Why the file could not be made smaller, if it could not.
    not_shrunk: Option<String>,
}

/// A run that is removed.
#[derive(Debug, Serialize)]
struct Gone {
    id: String,
    /// Null where its row is damaged.
    study: Option<String>,
    /// `damaged`, `older` or `superseded`.
    reason: &'static str,
}

/// Seeds, each in one training, and the bytes of their networks.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Amount {
    seeds: usize,
    bytes: u64,
}

impl Amount {
    fn add(&mut self, seed: &StoredSeed) {
        self.seeds += 1;
        self.bytes += seed.bytes;
    }
}

/// Removes, or with `--dry-run` says what would be.
pub fn gc(arguments: &Gc, style: Style) -> Report {
    let found = match collect(arguments) {
        Ok(found) => found,
        Err(error) => return Report::failure(error),
    };
    let (stderr, code) = match &found.not_shrunk {
        Some(why) => (format!("error: all that is named was removed, but the file is not smaller: {why}\n"), 2),
        None => (String::new(), 0),
    };
    let stdout = match arguments.output.format {
        Format::Human => Ok(human(&found, &shown(&arguments.output.store), style)),
        Format::Json => serde_json::to_string(&found).map(|json| json + "\n"),
    };
    stdout.map_or_else(Report::failure, |stdout| Report { stdout, stderr, code })
}

fn collect(arguments: &Gc) -> Result<Found, ExperimentError> {
    let dir = &arguments.output.store;
    // One that is not there is not made.
    let store = Store::open_existing(dir)?;
    let store = if arguments.dry_run { store } else { Store::open(dir)? };
    let looked = look(&store, arguments)?;
    if arguments.dry_run || !looked.removes() { Ok(looked.found) } else { sweep(&store, arguments) }
}

/// Looks again while no other process writes, since one may have stored something since, and removes what was seen.
fn sweep(store: &Store, arguments: &Gc) -> Result<Found, ExperimentError> {
    let mut found = store.alone(|| -> Result<Found, ExperimentError> {
        let Looked { found, removal } = look(store, arguments)?;
        store.remove(&removal)?;
        Ok(found)
    })?;
    found.not_shrunk = store.shrink().err().map(|error| error.to_string());
    found.bytes_after = Some(store.bytes()?);
    Ok(found)
}

/// What is there, and what of it is to go.
struct Looked {
    found: Found,
    removal: Removal,
}

impl Looked {
    fn removes(&self) -> bool {
        self.removal != Removal::default() || self.found.misfits + self.found.orphans > 0
    }
}

fn look(store: &Store, arguments: &Gc) -> Result<Looked, ExperimentError> {
    let mut found = Found {
        bytes: store.bytes()?,
        dry_run: arguments.dry_run,
        unfinished_removed: arguments.unfinished,
        misfits: store.misfits()?,
        orphans: store.orphans()?,
        ..Found::default()
    };
    let mut removal = Removal::default();
    // In this order: a run that another process stores in between is not taken for one without a row.
    let ids = store.run_ids()?;
    let rows = rows(store)?;
    let (mut kept, mut released) = (Needs::default(), Needs::default());
    for id in ids {
        let row = rows.iter().find(|row| row.run.id == id);
        let (outcome, damaged) = match store.outcome(&id) {
            Ok(outcome) => (Some(outcome), row.is_none()),
            // That of another version is left to it.
            Err(StoreError::Schema { .. }) => (None, row.is_none()),
            Err(StoreError::DamagedRun { .. }) => (None, true),
            // Another process removed it.
            Err(StoreError::NoSuchRun { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        // The track record rests on what was sealed before the run.
        let sealed = outcome
            .as_ref()
            .is_some_and(|outcome| outcome.seal.as_ref().is_some_and(|seal| seal.status == SealStatus::Before));
        let unwanted = || row.and_then(|row| unwanted(row, &rows, arguments));
        let reason =
            if damaged { Some("damaged") } else { unwanted().filter(|reason| !sealed || *reason != SUPERSEDED) };
        let needs = if reason.is_some() { &mut released } else { &mut kept };
        if !damaged {
            let keys = needed(store, &id, outcome.as_ref().map(|outcome| outcome.ids.training.as_str()))?;
            if keys.is_none() && reason.is_none() {
                found.unnamed.push(id.clone());
            }
            needs.add(keys, outcome.map(|outcome| outcome.seeds));
        }
        match reason {
            None => found.runs_kept += 1,
            Some(reason) => {
                found.runs_removed.push(Gone { id: id.clone(), study: row.map(|row| row.run.study.clone()), reason });
                removal.runs.push(id);
            }
        }
    }
    for stored in store.seeds()? {
        let whole = store.networks(&stored.key, stored.seed)?.is_some();
        let (amount, goes) = match (whole, kept.names(&stored)) {
            (false, _) => (&mut found.damaged, true),
            (true, true) => (&mut found.needed, false),
            (true, false) if kept.may_name(&stored) => (&mut found.perhaps_needed, false),
            (true, false) if released.names(&stored) => (&mut found.no_longer_needed, true),
            (true, false) => (&mut found.unfinished, arguments.unfinished),
        };
        amount.add(&stored);
        if goes {
            removal.seeds.push(stored);
        }
    }
    Ok(Looked { found, removal })
}

/// Networks that runs rest on.
#[derive(Default)]
struct Needs {
    /// Of these seeds in these trainings.
    seeds: BTreeSet<(String, u64)>,
    /// Of any seed in these trainings.
    keys: BTreeSet<String>,
    /// Of these seeds in trainings that cannot be told.
    anywhere: BTreeSet<u64>,
    /// Any.
    any: bool,
}

impl Needs {
    /// Those of a run in these trainings with these seeds, either of which may not be known.
    fn add(&mut self, keys: Option<Vec<String>>, seeds: Option<Vec<u64>>) {
        match (keys, seeds) {
            (Some(keys), Some(seeds)) => {
                let of = |key: String| seeds.iter().map(move |&seed| (key.clone(), seed));
                self.seeds.extend(keys.into_iter().flat_map(of));
            }
            (Some(keys), None) => self.keys.extend(keys),
            (None, Some(seeds)) => self.anywhere.extend(seeds),
            (None, None) => self.any = true,
        }
    }

    fn names(&self, stored: &StoredSeed) -> bool {
        self.keys.contains(&stored.key) || self.seeds.contains(&(stored.key.clone(), stored.seed))
    }

    fn may_name(&self, stored: &StoredSeed) -> bool {
        self.any || self.anywhere.contains(&stored.seed)
    }
}

/// A line of the list of runs, with the place of its prediction file where that is known.
struct Placed {
    run: RunRow,
    path: Option<String>,
}

/// The latest come first.
fn rows(store: &Store) -> Result<Vec<Placed>, ExperimentError> {
    let placed = |run: RunRow| match store.stored_study(&run.id) {
        Ok(stored) => Ok(Placed { run, path: stored.and_then(|stored| stored.path) }),
        Err(StoreError::DamagedRun { .. }) => Ok(Placed { run, path: None }),
        Err(error) => Err(error.into()),
    };
    store.runs()?.into_iter().map(placed).collect()
}

/// Of which there is a newer one.
const SUPERSEDED: &str = "superseded";

/// Why a run goes, if it does.
fn unwanted(own: &Placed, all: &[Placed], arguments: &Gc) -> Option<&'static str> {
    let too_old = |days: u64| own.run.stored < now().saturating_sub(days.saturating_mul(86_400));
    // Files of one name in two folders are two predictions. One with fewer seeds takes no other's place.
    let same = |other: &&Placed| {
        let file = |of: &Placed| (of.run.study.clone(), of.path.clone());
        own.path.is_some() && file(other) == file(own) && other.run.seeds >= own.run.seeds
    };
    match arguments {
        Gc { older_than: Some(days), .. } if too_old(*days) => Some("older"),
        Gc { superseded: true, .. } if all.iter().find(same).is_some_and(|newest| newest.run.id != own.run.id) => {
            Some(SUPERSEDED)
        }
        _ => None,
    }
}

/// For people.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn human(found: &Found, store: &str, style: Style) -> String {
    let mut paper = Paper::new(style);
    let seeds = |amount: Amount| format!("{} ({})", counted(amount.seeds, "trained seed"), size(amount.bytes));
    let mut line = |label: &str, text: String| paper.hanging(label, Paint::Plain, &text);
    line("", format!("{store}: {}", size(found.bytes)));
    line("  keeps    ", format!("{}, with {}", counted(found.runs_kept, "run"), seeds(found.needed)));
    if found.perhaps_needed.seeds > 0 {
        let first: String = found.unnamed.iter().take(1).flat_map(|id| id.chars().take(12)).collect();
        let more = found.unnamed.len().saturating_sub(1);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let what = format!("that may be those of run {first}{more}: an older version did not note which");
        line("  keeps    ", format!("{} {what}", seeds(found.perhaps_needed)));
    }
    if found.unfinished.seeds > 0 && !found.unfinished_removed {
        let what = "of no run, which an interrupted one goes on from; --unfinished removes them";
        line("  keeps    ", format!("{} {what}", seeds(found.unfinished)));
    }
    let mut nothing = true;
    let mut removes = |text: String| {
        nothing = false;
        line("  removes  ", text);
    };
    for Gone { id, study, reason } in &found.runs_removed {
        let study = study.as_ref().map_or(String::new(), |study| format!(" of {study}"));
        let why = match *reason {
            "damaged" => "which is damaged",
            "older" => "which is older than asked for",
            _ => "of which there is a newer one",
        };
        removes(format!("run {}{study}, {why}", id.chars().take(12).collect::<String>()));
    }
    if found.no_longer_needed.seeds > 0 {
        removes(format!("{} that no other run needs", seeds(found.no_longer_needed)));
    }
    if found.unfinished.seeds > 0 && found.unfinished_removed {
        removes(format!("{} of no run", seeds(found.unfinished)));
    }
    if found.damaged.seeds > 0 {
        removes(format!("{} that are damaged", seeds(found.damaged)));
    }
    if found.misfits > 0 {
        removes(format!("{} that no store writes", counted(found.misfits as usize, "row")));
    }
    if found.orphans > 0 {
        let studies = if found.orphans == 1 { "study" } else { "studies" };
        removes(format!("{} {studies} of no run", found.orphans));
    }
    if nothing {
        line("  removes  ", "nothing; of runs, --older-than DAYS removes old ones, and --superseded those not sealed before that a newer one replaces".to_string());
    } else if found.dry_run {
        line("", "Nothing was removed: --dry-run".to_string());
    }
    if let Some(after) = found.bytes_after {
        line("", format!("{store}: {}", size(after)));
    }
    paper.into_text()
}

#[cfg(test)]
mod tests {
    use super::{look, sweep};
    use crate::cli::arguments::{Arguments, Command, Gc};
    use crate::outcome::fixture;
    use crate::store::Store;
    use crate::store::training::{StoredSnapshot, StoredTraining};
    use clap::Parser;
    use rusqlite::Connection;

    fn arguments(more: &[&str]) -> Gc {
        match Arguments::try_parse_from([&["shardbed", "gc"], more].concat()).expect("arguments").command {
            Command::Gc(gc) => gc,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_another_process_stores_after_the_look_stays() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (store, other) = (Store::open(folder.path()).expect("opens"), Store::open(folder.path()).expect("opens"));
        let outcome = fixture::outcome();
        store.put_outcome(&outcome).expect("stored");
        let tampering = Connection::open(store.path()).expect("opens");
        tampering.execute_batch("UPDATE runs SET stored = 1000").expect("runs");
        let network = StoredSnapshot { step: 0, mean_return: None, network: vec![7; 9] };
        let training = StoredTraining { snapshots: vec![network] };
        store.put_networks("key", 99, &training).expect("stored");
        tampering.execute_batch("UPDATE networks SET network = x'00'").expect("runs");

        let old = arguments(&["--older-than", "30"]);
        let looked = look(&store, &old).expect("readable");
        assert_eq!((looked.removal.runs.len(), looked.removal.seeds.len()), (1, 1));
        other.put_outcome(&outcome).expect("stored again");
        other.put_networks("key", 99, &training).expect("trained again");
        sweep(&store, &old).expect("swept");
        assert_eq!(other.outcome(&outcome.ids.run).expect("still there"), outcome);
        assert_eq!(other.networks("key", 99).expect("readable"), Some(training));
    }
}
