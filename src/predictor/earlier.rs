//! What was measured in other studies, as far as a predictor may know it.

use crate::heuristic::rule::Heuristic;

/// A study that was run before: its rules, and what its own training made of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    pub heuristics: Vec<Heuristic>,
    /// Per heuristic, the mean share over its seeds, in [0, 1].
    pub shares: Vec<f64>,
    /// Per heuristic, the part of the seeds in which it is selected, in [0, 1].
    pub selected: Vec<f64>,
}
