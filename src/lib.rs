//! shardbed: a formal testbed for shard predictions.
//!
//! A prediction file states gridworlds, if-then heuristics and forecasts of which heuristics training selects. The
//! flow, in reading order: [`language`] turns text into a [`study`] of [`world`]s and [`heuristic`]s;
//! [`training`] fits [`network`]s; [`attribution`], [`selection`], [`solver`] and [`behaviour`] measure them; [`markov`]
//! describes chains; [`predictor`]s forecast from a study alone; [`scoring`] meets forecasts with measurements; [`experiment`] is the pipeline from a study to its
//! [`outcome`], which the [`store`] keeps and [`report`] shows; [`validation`] measures networks whose strengths are known.
//! A [`ledger`] says when a prediction was sealed. Randomness enters as a [`seed`]; what is independent is done in [`parallel`]; rows and
//! entries carry a [`digest`].
#![forbid(unsafe_code)]

pub mod attribution;
pub mod behaviour;
pub mod cli;
pub mod digest;
pub mod experiment;
pub mod heuristic;
pub mod language;
pub mod ledger;
pub mod markov;
pub mod network;
pub mod outcome;
pub mod parallel;
pub mod predictor;
pub mod report;
pub mod scoring;
pub mod seed;
pub mod selection;
pub mod solver;
pub mod store;
pub mod study;
pub mod training;
pub mod validation;
pub mod world;
