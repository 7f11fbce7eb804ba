//! Solvers that were learned from networks without the heuristics.

use crate::outcome::measured::Measured;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The learned solvers of the networks of all seeds, in the world of their training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LearnedOutcome {
    /// Normalised mutual information in [0, 1] of the learned solver that is dominant at a step with the solver of the
    /// heuristics that is.
    pub information: Measured,
    /// The share of steps in [0, 1] at which the best pairing of the two agrees.
    pub accuracy: Measured,
    /// By seed, the most active first.
    pub by_seed: Vec<Vec<LearnedSolver>>,
}

/// One learned solver of one network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LearnedSolver {
    /// The solver of the heuristics that it matches; null where it matches none.
    pub solver: Option<String>,
    /// The part in [0, 1] of its steps that the best solver has, whether or not it matches.
    pub agreement: f64,
    /// Its part in [0, 1] of the activity of all of them.
    pub share: f64,
    /// What it reads: looks, kinds in hand, or where the agent is.
    pub reads: Vec<String>,
    /// How much of its effect passes through each unit of the last hidden layer: at least 0, sum 1.
    pub units: Vec<f64>,
}
