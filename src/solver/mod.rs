//! Solvers: what leads a network at each step of its episodes.
//!
//! [`learned`] solvers are found without any heuristic, from the [`cues`] that the observations show by themselves;
//! [`labels`] say afterwards which heuristics they match.

pub mod cues;
pub mod labels;
pub mod learned;
