//! What became of a claim about means over seeds, with the numbers that decide.

use crate::outcome::measured::Measured;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A claim and how it came out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimOutcome {
    /// As in the file.
    pub name: String,
    /// The `///` lines above it.
    pub doc: String,
    /// What is claimed, in a sentence.
    pub text: String,
    /// `confirmed`, `refuted`, `inconclusive` or `inadmissible`.
    pub verdict: String,
    /// Why it is inconclusive or inadmissible: a clause without a full stop; null otherwise.
    pub reason: Option<String>,
    /// What would confirm it; null where the file does not say.
    pub confirm: Option<ClaimSide>,
    /// What would refute it.
    pub refute: Option<ClaimSide>,
    /// Seeds in which all numbers that it compares are defined; the others are left out of all.
    pub seeds: usize,
    /// Seeds left out.
    pub undefined_seeds: usize,
}

/// One side of a claim: a comparison of means over seeds. Where the claim is inadmissible, nothing is decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimSide {
    /// For example `share(a) > share(b)`.
    pub comparison: String,
    /// The least share of resamples in which it has to hold, above 0.5 and below 1.
    pub level: f64,
    /// Of the numbers compared: `probability` (in [0, 1]; a share counts as one), `logits`, or `number`.
    pub unit: String,
    /// The left number by seed.
    pub left: Measured,
    /// The right number by seed; null where it is compared with a constant.
    pub right: Option<Measured>,
    /// The constant, in the unit of the left number; null where it is compared with a number.
    pub constant: Option<f64>,
    /// Left minus right, by seed.
    pub difference: Measured,
    /// The share of 10,000 bootstrap resamples of seeds in which the comparison of the means holds; null where
    /// inadmissible, and with one seed.
    pub resamples: Option<f64>,
    /// One-sided sign-flip test over seeds that the difference favours this side by chance; null likewise.
    pub p_value: Option<f64>,
    /// The same after Holm, over the claims of the study: the p of what confirms among all that confirm, of what refutes among
    /// all that refute.
    pub adjusted_p: Option<f64>,
}
