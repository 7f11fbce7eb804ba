//! shardbed: a formal testbed for shard predictions.
#![forbid(unsafe_code)]

pub mod attribution;
pub mod behaviour;
pub mod cli;
pub mod experiment;
pub mod heuristic;
pub mod language;
pub mod network;
pub mod outcome;
pub mod report;
pub mod scoring;
pub mod seed;
pub mod selection;
pub mod store;
pub mod study;
pub mod training;
pub mod world;
