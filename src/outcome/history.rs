//! What all outcomes of a store say of those who forecast, and what they sealed and nobody ran.

use serde::{Deserialize, Serialize};

/// The track records, authors first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Outcomes in the store.
    pub outcomes: usize,
    /// Those that count.
    pub counted: usize,
    /// Whether outcomes count that were not sealed before the run.
    pub all: bool,
    /// Predictions that were never run with the number of seeds that they say, so that an outcome with another number counts.
    pub other_seeds: usize,
    pub left_out: Vec<LeftOut>,
    /// The ledgers that were read beside the outcomes: those that were asked for.
    pub ledgers: Vec<LedgerRead>,
    /// What was sealed in them and the store has no outcome of, whoever ran it elsewhere.
    pub never_run: Vec<NeverRun>,
    pub forecasters: Vec<ForecasterRecord>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// A clause.
    pub reason: String,
    pub outcomes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRead {
    pub ledger: String,
    /// None where nothing was sealed.
    pub entries: usize,
    /// Why it could not be read; null otherwise.
    pub fault: Option<String>,
}

/// A sealed prediction without an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeverRun {
    pub ledger: String,
    /// The number of its last entry in the ledger.
    pub entry: u64,
    pub study: String,
    pub author: String,
    /// When, in UTC.
    pub sealed: String,
    /// The newest entry of the study, where another prediction took the place of this one.
    pub replaced_by: Option<u64>,
}

/// How good a forecaster was. The study is the unit of all numbers; copies of one that share their networks are one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecasterRecord {
    /// `author` or `predictor`.
    pub kind: String,
    /// The author's by their own word; null where the outcome names none.
    pub name: Option<String>,
    /// Of a predictor: raised whenever it forecasts otherwise.
    pub version: Option<u32>,
    /// The names of the studies that the record rests on, copies of one joined by ` = `.
    pub studies: Vec<String>,
    /// How many of these were not, or not all of their copies, sealed before the run.
    pub not_sealed_before: usize,
    /// Predictions that an author sealed in the ledgers and the store has no outcome of; null of predictors, and where no
    /// ledger was read.
    pub never_run: Option<usize>,
    /// Studies with a score that has a reference.
    pub scored: usize,
    /// 1 - sum of scores / sum of reference scores over studies; each study's is the verdict's sum over forecasts of the mean
    /// score over its scale.
    pub skill: Option<f64>,
    /// Of the skill: 95%, jackknife over studies; null of a single one.
    pub interval: Option<[f64; 2]>,
    /// The mean over studies of the difference of log scores, reference - score, in nats, without infinite ones.
    pub log_difference: Option<f64>,
    /// Of how many studies.
    pub log_studies: usize,
    /// Studies with a forecast that called impossible what happened; then the difference is truly minus infinity.
    pub log_infinite: usize,
    /// By stated probability, ascending.
    pub events: Vec<EventCalibration>,
    /// Null where there are no ranges.
    pub ranges: Option<RangeCalibration>,
}

/// Events whose stated probability is at least `from` and below `to`, or 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventCalibration {
    pub from: f64,
    pub to: f64,
    /// On average.
    pub stated: f64,
    /// How often they did.
    pub happened: f64,
    pub forecasts: usize,
    pub studies: usize,
}

/// 90% ranges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RangeCalibration {
    /// How often they held, in [0, 1].
    pub held: f64,
    pub forecasts: usize,
    pub studies: usize,
}
