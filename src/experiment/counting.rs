//! Which outcomes of a store count for track records, so that nobody can choose it after the result.
//!
//! Outcomes count that were sealed before the run, with the steps that were sealed. Of several of one sealed prediction one
//! counts: that with the number of seeds that was sealed; else that of the most seeds; of equals the one that was stored
//! first. It does so even if nothing in it could be scored. A predictor that is not in it, or only as another version, counts
//! where the next one has it.

use crate::experiment::history::{Counted, Forecaster, author, records};
use crate::experiment::ids::hash;
use crate::experiment::seal::SEEDS;
use crate::language;
use crate::outcome::Outcome;
use crate::outcome::seal::{Instead, SealStatus};
use crate::scoring::record::StudyRecord;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::study::phase::Training;
use crate::study::ppo::Ppo;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const DAMAGED: &str = "damaged, or of another layout";
const STEPS: &str = "trained for other steps than the prediction says";
const NOTHING: &str = "without a forecast that could be scored";
const ANOTHER: &str = "of a prediction of which another run counts: the one with the seeds that were sealed, else the one of most \
                       seeds, and of these the first";

/// What counts.
#[derive(Default)]
pub struct Counting {
    /// All in the store.
    pub outcomes: usize,
    pub counted: usize,
    /// Predictions of which no run has the number of seeds that they say.
    pub other_seeds: usize,
    /// How many do not count, by the reason: a clause.
    pub left_out: BTreeMap<&'static str, usize>,
    /// The canonical hashes of all that was run, whether it counts or not.
    pub predictions: BTreeSet<String>,
    /// By forecaster and networks, copies with the same networks together.
    pub studies: BTreeMap<(Forecaster, String), Vec<Counted>>,
}

/// An outcome that may count.
struct Candidate {
    study: String,
    sealed_before: bool,
    /// Nothing where it has the seeds that the prediction says; else how many.
    other_seeds: Option<u64>,
    /// When, in seconds since 1970.
    stored: u64,
    /// In the list of runs, from the latest on, which tells those of one second apart.
    place: usize,
    networks: String,
    records: Vec<(Forecaster, StudyRecord)>,
}

/// Of a store. With `all`, outcomes count as well that were not sealed before the run.
///
/// # Errors
/// If the store cannot be read.
pub fn count(store: &Store, all: bool) -> Result<Counting, StoreError> {
    let mut found = Counting::default();
    let mut candidates: BTreeMap<(Option<String>, String), Vec<Candidate>> = BTreeMap::new();
    for (place, row) in store.runs()?.into_iter().enumerate() {
        found.outcomes += 1;
        let outcome = match store.outcome(&row.id) {
            Ok(outcome) => outcome,
            Err(StoreError::DamagedRun { .. } | StoreError::Schema { .. } | StoreError::NoSuchRun { .. }) => {
                *found.left_out.entry(DAMAGED).or_default() += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        if let Some(reason) = unfit(&outcome, all) {
            *found.left_out.entry(reason).or_default() += 1;
            continue;
        }
        found.predictions.insert(outcome.ids.prediction.clone());
        let key = (author(&outcome), outcome.ids.prediction.clone());
        candidates.entry(key).or_default().push(Candidate {
            study: outcome.study.name.clone(),
            sealed_before: status(&outcome) == SealStatus::Before,
            other_seeds: instead(&outcome).find(|instead| instead.setting == SEEDS).map(|seeds| seeds.run),
            stored: row.first_stored,
            networks: networks(store, &outcome)?,
            records: records(&outcome).collect(),
            place,
        });
    }
    for of_one in candidates.into_values() {
        found.choose(of_one);
    }
    Ok(found)
}

impl Counting {
    /// Counts of the outcomes of one prediction the one that counts, and what the others have beside it.
    fn choose(&mut self, mut of_one: Vec<Candidate>) {
        of_one.sort_by_cached_key(|candidate| {
            let seeds = candidate.other_seeds.map(Reverse);
            (!candidate.sealed_before, seeds, candidate.stored, Reverse(candidate.place))
        });
        let other_seeds = of_one.first().is_some_and(|first| first.other_seeds.is_some());
        let (before, mut known) = (self.counted, BTreeSet::new());
        for candidate in of_one {
            let new = candidate.records.into_iter().filter(|(forecaster, _)| known.insert(forecaster.clone()));
            let new: Vec<(Forecaster, StudyRecord)> = new.collect();
            let anybody = !new.is_empty();
            let scored = new.into_iter().filter(|(_, record)| *record != StudyRecord::default());
            let mut counts = false;
            for (forecaster, record) in scored {
                counts = true;
                let (study, sealed_before) = (candidate.study.clone(), candidate.sealed_before);
                let copies = self.studies.entry((forecaster, candidate.networks.clone())).or_default();
                copies.push(Counted { study, sealed_before, record });
            }
            match counts {
                true => self.counted += 1,
                false => *self.left_out.entry(if anybody { NOTHING } else { ANOTHER }).or_default() += 1,
            }
        }
        self.other_seeds += usize::from(other_seeds && self.counted > before);
    }
}

/// What the networks of an outcome are known by: worlds, agents and settings of all trainings but the number of seeds. Where the
/// store keeps no study, the number of seeds is part of it.
fn networks(store: &Store, outcome: &Outcome) -> Result<String, StoreError> {
    let text = match store.study(&outcome.ids.run) {
        Ok(text) => text,
        Err(StoreError::DamagedRun { .. }) => None,
        Err(error) => return Err(error),
    };
    let study = text.and_then(|text| language::read(&text).ok()?.studies.into_iter().next());
    let trained = study.and_then(|study| {
        let one = |training: Training| {
            let settings = Ppo { seeds: 0, ..training.train.clone() };
            hash(&(settings, training.agent, training.world, training.after)).ok()
        };
        study.trainings().into_iter().map(one).collect::<Option<Vec<String>>>()
    });
    Ok(trained.map_or_else(|| outcome.ids.training.clone(), |trained| trained.join(" ")))
}

fn status(outcome: &Outcome) -> SealStatus {
    outcome.seal.as_ref().map_or(SealStatus::Unsealed, |seal| seal.status)
}

fn instead(outcome: &Outcome) -> impl Iterator<Item = &Instead> {
    outcome.seal.iter().flat_map(|seal| &seal.instead)
}

/// Why an outcome does not count, if it does not, whatever other runs there are.
fn unfit(outcome: &Outcome, all: bool) -> Option<&'static str> {
    let unsealed = match status(outcome) {
        SealStatus::Before => None,
        SealStatus::After => Some("sealed after training"),
        SealStatus::Unsealed => Some("unsealed"),
        SealStatus::Changed => Some("changed since they were sealed"),
        SealStatus::Broken => Some("of a broken ledger"),
        SealStatus::Unreadable => Some("of a ledger that could not be read"),
        SealStatus::Unknown => Some("sealed in a way that this version does not know"),
    };
    let steps = instead(outcome).any(|instead| instead.setting != SEEDS);
    unsealed.filter(|_| !all).or_else(|| steps.then_some(STEPS))
}
