//! Whether a prediction was sealed before its result.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the ledger beside the prediction file said when the study was run, and when its networks were trained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seal {
    /// What the report says of it.
    pub status: SealStatus,
    /// Who sealed the study last, by their own word; null where it is not sealed or the ledger is broken.
    pub author: Option<String>,
    /// When, in UTC, by the clock of the machine that sealed: `2026-01-31T23:59:59Z`.
    pub sealed: Option<String>,
    /// The hash of the ledger's entry that says so.
    pub entry: Option<String>,
    /// What is wrong with a ledger that is broken or cannot be read: a clause; null otherwise.
    pub fault: Option<String>,
    /// What the command line put in place of what the file, and so the seal, says.
    pub instead: Vec<Instead>,
}

/// Whether a prediction was there before its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SealStatus {
    /// As it is now, and before any network was trained that the outcome rests on, as far as the store knows.
    #[serde(rename = "sealed before the run")]
    Before,
    /// As it is now, and some of these networks were in the store before, or it is not known when they were trained.
    #[serde(rename = "sealed after training")]
    After,
    /// No entry of the ledger is about the study, or there is no ledger.
    #[serde(rename = "unsealed")]
    Unsealed,
    /// The study's newest entry has another prediction.
    #[serde(rename = "changed since")]
    Changed,
    /// The ledger is not whole.
    #[serde(rename = "broken")]
    Broken,
    /// The ledger cannot be read, or is of a newer version, and nothing shows that it was tampered with.
    #[serde(rename = "unreadable")]
    Unreadable,
    /// What a newer version may say.
    #[serde(rename = "unknown", other)]
    Unknown,
}

/// A setting of the training that the command line replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Instead {
    /// `seeds` or `steps`.
    pub setting: String,
    /// The phase whose training it is; null for the study's own.
    pub phase: Option<String>,
    /// In the file.
    pub written: u64,
    /// As it was run.
    pub run: u64,
}
