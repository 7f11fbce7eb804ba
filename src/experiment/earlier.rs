//! What the store knows of other studies, as far as a predictor may know it.
//!
//! Of each name of a study the latest run counts, of the newest [`MOST`] names. Left out are
//! - the study itself: any of the same name, and any that has a training with this study's world, agent and settings,
//!   since these are the same networks;
//! - studies whose agent did not learn, or in which nothing was selected: their shares are noise;
//! - runs that are damaged, or that another version stored in a way that is no longer read.
//!
//! They are sorted by what they hold, so that it does not matter which was stored first.

use crate::behaviour::arena::worlds;
use crate::experiment::error::ExperimentError;
use crate::experiment::ids::training_keys;
use crate::experiment::setup::Setup;
use crate::heuristic::rule::Heuristic;
use crate::language::read;
use crate::outcome::Outcome;
use crate::predictor::earlier::Earlier;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::world::sight::Sight;
use std::collections::BTreeSet;

/// More studies are not read.
pub const MOST: usize = 200;

/// The other studies in the store.
///
/// # Errors
/// If the list of runs cannot be read.
pub fn earlier(store: &Store, setup: &Setup) -> Result<Vec<Earlier>, ExperimentError> {
    let own = training_keys(setup.study, &setup.sight)?;
    let mut names = BTreeSet::new();
    let mut found = Vec::new();
    for run in store.runs()? {
        if run.study == setup.study.name || names.len() >= MOST || !names.insert(run.study) {
            continue;
        }
        let Some((outcome, text)) = stored(store, &run.id)? else { continue };
        let Some(study) = read(&text).ok().and_then(|checked| checked.studies.into_iter().next()) else { continue };
        let networks = training_keys(&study, &Sight::of(worlds(&study)))?;
        if !own.iter().any(|key| networks.contains(key)) {
            found.extend(of(study.heuristics, &outcome));
        }
    }
    let mut keyed = Vec::with_capacity(found.len());
    for earlier in found {
        keyed.push((serde_json::to_string(&content(&earlier))?, earlier));
    }
    keyed.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(keyed.into_iter().map(|(_, earlier)| earlier).collect())
}

/// All that it holds, to be hashed and sorted by.
pub fn content(earlier: &Earlier) -> (&[Heuristic], &[f64], &[f64]) {
    (&earlier.heuristics, &earlier.shares, &earlier.selected)
}

/// The outcome and the study of a run; nothing where either cannot be used.
fn stored(store: &Store, run: &str) -> Result<Option<(Outcome, String)>, ExperimentError> {
    let usable = |error: StoreError| match error {
        StoreError::DamagedRun { .. } | StoreError::Schema { .. } | StoreError::NoSuchRun { .. } => Ok(()),
        other => Err(other),
    };
    let outcome = match store.outcome(run) {
        Ok(outcome) => outcome,
        Err(error) => return Ok(usable(error).map(|()| None)?),
    };
    match store.study(run) {
        Ok(text) => Ok(text.map(|text| (outcome, text))),
        Err(error) => Ok(usable(error).map(|()| None)?),
    }
}

fn of(heuristics: Vec<Heuristic>, outcome: &Outcome) -> Option<Earlier> {
    let measured = &outcome.results.heuristics;
    let same = measured.len() == heuristics.len() && measured.iter().zip(&heuristics).all(|(m, h)| m.name == h.name);
    let shares: Option<Vec<f64>> = measured.iter().map(|heuristic| heuristic.share.mean).collect();
    let part = |flags: &Vec<bool>| flags.iter().filter(|flag| **flag).count() as f64 / flags.len().max(1) as f64;
    let selected = measured.iter().map(|heuristic| part(&heuristic.selected)).collect();
    let shares = shares.filter(|_| same && outcome.results.training.learned)?;
    Some(Earlier { heuristics, shares, selected })
}
