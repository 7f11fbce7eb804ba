//! What an author claims. A claim is about means over seeds, where a forecast is about one seed: it names what would
//! confirm it and what would refute it, before anything is trained.

use crate::heuristic::rule::Comparison;
use crate::study::forecast::{Number, Operand};
use serde::Serialize;

/// A `claim` block.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    pub name: String,
    /// The `///` lines above it, without the slashes.
    pub doc: String,
    /// What is claimed, in a sentence for people; not empty, one line, without `"`.
    pub text: String,
    /// What confirms it; at least one of the two is there.
    pub confirm: Option<Criterion>,
    pub refute: Option<Criterion>,
}

/// A comparison of means over seeds, and how sure it has to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Criterion {
    pub left: Number,
    /// Not `=`.
    pub comparison: Comparison,
    pub right: Operand,
    /// The least share of bootstrap resamples of seeds in which the comparison holds, above 0.5 and below 1; with n seeds it can
    /// hold only where 2^-n is at most 1 - level.
    pub level: f64,
}

impl Claim {
    /// What confirms it, then what refutes it.
    pub fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.confirm.iter().chain(&self.refute)
    }
}

impl Criterion {
    /// The numbers that it compares: one, or two.
    pub fn numbers(&self) -> Vec<&Number> {
        match &self.right {
            Operand::Number(right) => vec![&self.left, right],
            Operand::Constant(_) => vec![&self.left],
        }
    }
}
