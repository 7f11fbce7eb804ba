//! shardbed: a formal testbed for shard predictions.
#![forbid(unsafe_code)]

pub mod cli;
pub mod heuristic;
pub mod outcome;
pub mod report;
pub mod scoring;
pub mod seed;
pub mod store;
pub mod study;
pub mod world;
