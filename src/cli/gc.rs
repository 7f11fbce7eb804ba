//! `shardbed gc`: what the store holds, and taking away what nobody needs.
//!
//! Damaged rows always go. Of runs those go that are asked for, with the networks that no other run needs. Networks of no run
//! at all are kept unless asked for: an interrupted run left them, and goes on from them. A process that is running meanwhile
//! trains again what it finds gone, to the same bits.

use crate::cli::Report;
use crate::cli::arguments::{Format, Gc};
use crate::cli::files::shown;
use crate::experiment::error::ExperimentError;
use crate::experiment::needed::needed;
use crate::outcome::seal::SealStatus;
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
    /// Of runs that are removed, and of none that is kept.
    no_longer_needed: Amount,
    /// Of no run.
    unfinished: Amount,
    /// Whether these are removed.
    unfinished_removed: bool,
    damaged: Amount,
    /// Rows that no store writes.
    misfits: u64,
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
    let mut found = Found {
        bytes: store.bytes()?,
        dry_run: arguments.dry_run,
        unfinished_removed: arguments.unfinished,
        misfits: store.misfits()?,
        ..Found::default()
    };
    let mut removal = Removal::default();
    // In this order: a run that another process stores in between is not taken for one without a row.
    let ids = store.run_ids()?;
    let rows = store.runs()?;
    let (mut kept, mut released) = (BTreeSet::new(), BTreeSet::new());
    for id in ids {
        let row = rows.iter().find(|row| row.id == id);
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
        if let Some(outcome) = outcome {
            let networks: Vec<(String, u64)> = needed(&store, &outcome)?
                .into_iter()
                .flatten()
                .flat_map(|key| outcome.seeds.iter().map(move |&seed| (key.clone(), seed)))
                .collect();
            if reason.is_some() { &mut released } else { &mut kept }.extend(networks);
        }
        match reason {
            None => found.runs_kept += 1,
            Some(reason) => {
                found.runs_removed.push(Gone { id: id.clone(), study: row.map(|row| row.study.clone()), reason });
                removal.runs.push(id);
            }
        }
    }
    for stored in store.seeds()? {
        let name = (stored.key.clone(), stored.seed);
        let whole = store.networks(&stored.key, stored.seed)?.is_some();
        let (amount, goes) = match (whole, kept.contains(&name), released.contains(&name)) {
            (false, _, _) => (&mut found.damaged, true),
            (true, true, _) => (&mut found.needed, false),
            (true, false, true) => (&mut found.no_longer_needed, true),
            (true, false, false) => (&mut found.unfinished, arguments.unfinished),
        };
        amount.add(&stored);
        if goes {
            removal.seeds.push(stored);
        }
    }
    if !arguments.dry_run && (removal != Removal::default() || found.misfits > 0) {
        store.remove(&removal)?;
        found.not_shrunk = store.shrink().err().map(|error| error.to_string());
        found.bytes_after = Some(store.bytes()?);
    }
    Ok(found)
}

/// Of which there is a newer one.
const SUPERSEDED: &str = "superseded";

/// Why a run goes, if it does.
fn unwanted(run: &RunRow, all: &[RunRow], arguments: &Gc) -> Option<&'static str> {
    let too_old = |days: u64| run.stored < now().saturating_sub(days.saturating_mul(86_400));
    // The latest come first; one with fewer seeds takes no other's place.
    let newest = || {
        let same = |other: &&RunRow| (&other.study, &other.file) == (&run.study, &run.file) && other.seeds >= run.seeds;
        all.iter().find(same)
    };
    match arguments {
        Gc { older_than: Some(days), .. } if too_old(*days) => Some("older"),
        Gc { superseded: true, .. } if newest().is_some_and(|newest| newest.id != run.id) => Some(SUPERSEDED),
        _ => None,
    }
}

fn human(found: &Found, store: &str, style: Style) -> String {
    let mut paper = Paper::new(style);
    let size = |bytes: u64| match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    };
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let seeds = |amount: Amount| format!("{} ({})", counted(amount.seeds, "trained seed"), size(amount.bytes));
    let mut line = |label: &str, text: String| paper.hanging(label, Paint::Plain, &text);
    line("", format!("{store}: {}", size(found.bytes)));
    line("  keeps    ", format!("{}, with {}", counted(found.runs_kept, "run"), seeds(found.needed)));
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
    if nothing {
        line("  removes  ", "nothing; --older-than DAYS and --superseded remove runs".to_string());
    } else if found.dry_run {
        line("", "Nothing was removed: --dry-run".to_string());
    }
    if let Some(after) = found.bytes_after {
        line("", format!("{store}: {}", size(after)));
    }
    paper.into_text()
}
