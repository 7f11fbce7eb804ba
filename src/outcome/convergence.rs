//! Which heuristics are selected whatever is rewarded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Over the trainings of a study that reward differently and in which the agent learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Convergence {
    /// `train` or the names of phases: one for each different reward function, the last training under it.
    pub trainings: Vec<String>,
    /// The trainings under yet other reward functions in which the agent did not learn, and which count for nothing.
    pub not_learned: Vec<String>,
    /// In file order; none where fewer than two reward functions were learned.
    pub heuristics: Vec<ConvergentHeuristic>,
}

/// How often a heuristic is selected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConvergentHeuristic {
    /// As in the file.
    pub name: String,
    /// For each of `trainings`, in how many seeds.
    pub selected: Vec<usize>,
    /// In how many seeds it is selected in all of them.
    pub in_all: usize,
    /// It is selected in all of them in more than half of the seeds.
    pub convergent: bool,
}
