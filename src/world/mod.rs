//! One gridworld engine: what a world is ([`spec`]), the walls of a level ([`grid`]), path
//! distances ([`paths`]), a level and its state ([`level`], [`state`]), the observation as lit bits
//! ([`sight`], [`lit`]), and a batch of environments that step together ([`batch`]).
//!
//! Columns count from 0 in the west, rows from 0 in the north. A cell is `row * width + column`.

pub mod action;
pub mod spec;
