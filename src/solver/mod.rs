//! Solvers: which heuristic, or group of them, a network acts by at each step.
//!
//! [`activity`] says how strongly each heuristic is acted by in a state, less the [`baseline`] of its cue, [`dominant`] which solver leads, [`bouts`] how
//! long it does and what ends it; a [`recorder`] is fed the steps of a rollout, with what ends a bout ([`targets`]).

pub mod activity;
pub mod baseline;
pub mod bouts;
pub mod dominant;
pub mod recorder;
pub mod targets;
