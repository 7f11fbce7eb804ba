//! What a list says of a run beside its row: a few fields of the outcome, whatever else is in it.

use crate::outcome::seal::SealStatus;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Clone, Debug, Deserialize)]
pub struct Glance {
    /// The version of the program.
    pub version: String,
    pub ids: Ids,
    pub seeds: Vec<u64>,
    /// The study's own.
    pub training: Training,
    #[serde(default)]
    pub phases: Vec<Phase>,
    /// Nothing where nobody looked.
    #[serde(default)]
    pub seal: Option<Seal>,
}

/// One of [`crate::outcome::Ids`].
#[derive(Clone, Debug, Deserialize)]
pub struct Ids {
    pub training: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Training {
    /// Environment steps of one seed.
    pub steps: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Phase {
    pub name: String,
    pub training: Training,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Seal {
    pub status: SealStatus,
    /// What the command line put in place of what the file says.
    pub instead: Vec<IgnoredAny>,
}
