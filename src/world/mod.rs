//! One gridworld engine: what a world is ([`spec`]), the walls of a level ([`grid`]), sets of its cells
//! ([`place`]), path distances ([`paths`]), a world made ready to step ([`engine`]), a [`level`], a
//! [`state`], the rules of a step ([`environment`]), the observation as lit bits ([`sight`],
//! [`observation`], [`lit`]), and a [`batch`] of environments that step together.
//!
//! Columns count from 0 in the west, rows from 0 in the north. A cell is `row * width + column`.

pub mod action;
pub mod batch;
pub mod chance;
#[cfg(test)]
pub mod drawn;
pub mod engine;
pub mod environment;
pub mod grid;
pub mod level;
pub mod lit;
pub mod observation;
pub mod paths;
pub mod place;
pub mod sight;
pub mod spec;
pub mod state;
