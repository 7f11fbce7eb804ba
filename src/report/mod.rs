//! An outcome as people read it. [`terminal`] puts the sections together: [`head`], [`training`], [`heuristics`] (with
//! [`figure`]), [`aliases`], [`scenarios`], [`solvers`] (with [`learned`]), [`phases`] (with [`change`]), [`convergence`],
//! [`forecasts`], [`claims`], [`predictors`], [`closing`]. [`foresight`] and [`diagnose`] are
//! pages of a study before anything is trained.
//!
//! Sections write on [`paper`], which alone wraps, colours, and passes everything through [`sanitize`]: text from prediction
//! files never reaches a terminal as it is. [`number`] says how numbers look, [`wrap`] measures and breaks text,
//! [`grid`] lays out tables.
//!
//! [`tables`] is the same for programs, as [`csv`].

pub mod aliases;
pub mod benchmark;
pub mod bias;
pub mod chain_tables;
pub mod change;
pub mod claim_table;
pub mod claims;
pub mod closing;
pub mod convergence;
pub mod csv;
pub mod diagnose;
pub mod difference;
pub mod figure;
pub mod forecasts;
pub mod foresight;
pub mod grid;
pub mod head;
pub mod heuristics;
pub mod history;
pub mod json;
pub mod learned;
pub mod number;
pub mod paper;
pub mod phases;
pub mod predictors;
pub mod sanitize;
pub mod scenarios;
pub mod seal;
pub mod solvers;
pub mod tables;
pub mod terminal;
pub mod training;
pub mod wrap;

#[cfg(test)]
mod misfits;
#[cfg(test)]
mod tests;
