//! Solvers: groups of heuristics that are one state of the chain, and `other`.

use crate::study::Study;
use serde::Serialize;

/// The state of the steps at which no solver acts; no solver has this name.
pub const OTHER: &str = "other";

/// A declared group of heuristics.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Solver {
    pub name: String,
    /// The `///` lines above it, without the slashes.
    pub doc: String,
    /// Indices of heuristics, at least one; a heuristic belongs to at most one solver.
    pub heuristics: Vec<usize>,
}

/// The states of the chains of a study: its solvers, then [`OTHER`].
#[derive(Clone, Debug, PartialEq)]
pub struct States {
    /// Of the solvers, without [`OTHER`].
    pub names: Vec<String>,
    /// Per heuristic, the index of its solver; nothing where it counts as other.
    pub of_heuristic: Vec<Option<usize>>,
}

impl States {
    /// How many solvers there are, which is the index of [`OTHER`].
    pub fn solvers(&self) -> usize {
        self.names.len()
    }

    /// The name of a state.
    pub fn name(&self, state: usize) -> &str {
        self.names.get(state).map_or(OTHER, |name| name)
    }
}

impl Study {
    /// The solvers that chains are over: those declared, else every heuristic on its own.
    pub fn states(&self) -> States {
        if self.solvers.is_empty() {
            return States {
                names: self.heuristics.iter().map(|heuristic| heuristic.name.clone()).collect(),
                of_heuristic: (0..self.heuristics.len()).map(Some).collect(),
            };
        }
        let of = |h: usize| self.solvers.iter().position(|solver| solver.heuristics.contains(&h));
        States {
            names: self.solvers.iter().map(|solver| solver.name.clone()).collect(),
            of_heuristic: (0..self.heuristics.len()).map(of).collect(),
        }
    }
}
