//! shardbed: a formal testbed for shard predictions.
#![forbid(unsafe_code)]

pub mod cli;
pub mod heuristic;
pub mod language;
pub mod outcome;
pub mod seed;
pub mod study;
pub mod world;
