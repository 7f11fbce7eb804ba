//! Solvers: which heuristic, or group of them, a network acts by at each step.
//!
//! Its [activity](crate::selection::activity) says how strongly a heuristic is acted by in a state, [`by_unit`] by which units,
//! [`dominant`] which solver leads, [`bouts`] how long it does and what ends it; a [`recorder`] is fed the steps of a rollout
//! of an [`actor`], with what ends a bout ([`targets`]).
//!
//! [`learned`] solvers are found without any heuristic, from the [`cues`] that the observations show by themselves;
//! [`labels`] say afterwards which heuristics they match.

pub mod actor;
pub mod bouts;
pub mod by_unit;
pub mod cues;
pub mod dominant;
pub mod labels;
pub mod learned;
pub mod recorder;
pub mod targets;
