//! What is known of other studies, as far as a predictor may know it.
//!
//! A study is told of another where the two have different names and no training of one has the
//! [form](crate::experiment::form) of a training of the other: a copy under another name, with more seeds, other rewards or
//! another agent is the study itself. Of runs that have a name or a form in common one counts: that of the most seeds, of
//! these that of the most steps, of these the latest. Left out before that are
//! - runs whose agent did not learn, or in which nothing was selected: their shares are noise;
//! - runs that are damaged, or that another version stored in a way that is no longer read.
//!
//! They are sorted by what they hold, so that it does not matter which was stored first.

use crate::experiment::error::ExperimentError;
use crate::experiment::form::forms;
use crate::heuristic::rule::Heuristic;
use crate::language::read;
use crate::outcome::Outcome;
use crate::predictor::earlier::Earlier;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::study::Study;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Only so many runs of a store are read, the latest.
pub const MOST: usize = 500;

/// A run, as far as others may be told of it.
#[derive(Clone, Debug)]
pub struct Told {
    study: String,
    forms: BTreeSet<String>,
    seeds: usize,
    steps: u64,
    earlier: Earlier,
}

impl Told {
    /// Nothing where the run tells nothing.
    ///
    /// # Errors
    /// If a number in the study is not finite.
    pub fn of(study: &Study, outcome: &Outcome) -> Result<Option<Told>, ExperimentError> {
        let Some(earlier) = measured(&study.heuristics, outcome) else { return Ok(None) };
        Ok(Some(Told {
            study: study.name.clone(),
            forms: forms(study)?,
            seeds: outcome.seeds.len(),
            steps: outcome.results.training.steps,
            earlier,
        }))
    }
}

/// The other studies in the store.
///
/// # Errors
/// If the list of runs cannot be read.
pub fn earlier(store: &Store, study: &Study) -> Result<Vec<Earlier>, ExperimentError> {
    let mut runs = Vec::new();
    for run in store.runs()?.into_iter().filter(|run| run.study != study.name).take(MOST) {
        let Some((outcome, text)) = stored(store, &run.id)? else { continue };
        let Some(other) = read(&text).ok().and_then(|checked| checked.studies.into_iter().next()) else { continue };
        runs.extend(Told::of(&other, &outcome)?);
    }
    others(study, runs)
}

/// What a study is told of these runs, which come the latest first.
///
/// # Errors
/// If a number in the study is not finite.
pub fn others(study: &Study, mut runs: Vec<Told>) -> Result<Vec<Earlier>, ExperimentError> {
    runs.sort_by_key(|run| Reverse((run.seeds, run.steps)));
    let (mut names, mut known) = (BTreeSet::from([study.name.clone()]), forms(study)?);
    let mut keyed = Vec::new();
    for run in runs {
        if !names.contains(&run.study) && known.is_disjoint(&run.forms) {
            names.insert(run.study);
            known.extend(run.forms);
            keyed.push((serde_json::to_string(&content(&run.earlier))?, run.earlier));
        }
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

/// Nothing where the agent did not learn or a share is unknown.
fn measured(heuristics: &[Heuristic], outcome: &Outcome) -> Option<Earlier> {
    let measured = &outcome.results.heuristics;
    let same = measured.len() == heuristics.len() && measured.iter().zip(heuristics).all(|(m, h)| m.name == h.name);
    let shares: Option<Vec<f64>> = measured.iter().map(|heuristic| heuristic.share.mean).collect();
    let part = |flags: &Vec<bool>| flags.iter().filter(|flag| **flag).count() as f64 / flags.len().max(1) as f64;
    let selected = measured.iter().map(|heuristic| part(&heuristic.selected)).collect();
    let shares = shares.filter(|_| same && outcome.results.training.learned)?;
    Some(Earlier { heuristics: heuristics.to_vec(), shares, selected })
}
