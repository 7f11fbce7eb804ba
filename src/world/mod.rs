//! One gridworld engine: what a world is ([`spec`]), the walls of a level ([`grid`]), sets of its cells ([`place`],
//! [`site`]), path distances ([`search`], [`paths`]), a world made ready to step ([`engine`]), a [`level`] with its
//! [`order`] and what can be reached in it ([`reach`]), a [`state`], the rules of a step ([`environment`],
//! [`touching`], [`movers`]), the observation as lit bits ([`sight`], [`window`], [`observation`], [`lit`]), and a
//! [`batch`] of environments that step together. A world has mirror [`image`]s.
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
pub mod image;
pub mod level;
pub mod lit;
pub mod movers;
pub mod observation;
pub mod occupancy;
pub mod order;
pub mod paths;
pub mod place;
pub mod reach;
pub mod search;
pub mod sight;
pub mod site;
pub mod spec;
pub mod state;
pub mod touched;
pub mod touching;
pub mod window;
