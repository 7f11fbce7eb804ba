//! Proper scores, reference forecasts, skill and verdicts: numbers in, numbers out.
//!
//! Every score is negatively oriented, lower is better, and proper: a forecaster who believes a
//! distribution expects the best score by stating it. A forecast is about one freshly trained
//! seed, so it is scored on each ([`weights`], [`event`], [`number`] give [`scored::Scored`]), beside a
//! reference forecast that knows nothing; [`skill`] and [`verdict`] compare the two, [`against`] one forecaster with another.
//!
//! The [`registry`] lists every rule with its formula and its reference: [`energy`] for shares ([`dirichlet`] and [`mixture`] give
//! its draws), [`brier`] and [`logarithmic`] for events, [`interval`] for numbers, and [`crps`], which the energy score is in one
//! dimension, for forecasters that give draws or a normal distribution.
//! [`marginal`] and [`predictive`] say what a predictor's draws say of a share, an event or the next number.
//! Also [`variogram`], [`rps`], [`wis`] and [`dirichlet_multinomial`]; [`aitchison`] and [`rank`] are diagnostics.
//! [`sign_flip`] tests whether seeds favour one side, [`claim`] judges a claim about means over seeds, and [`holm`] corrects for
//! several of them; [`record`] is what a forecaster's studies say together, and [`expected`] what scores and how many seeds to
//! expect.
//!
//! Reference for all of it: Gneiting, T. and Raftery, A. E. (2007), Strictly proper scoring rules,
//! prediction, and estimation, Journal of the American Statistical Association 102, 359-378.

pub mod against;
pub mod aitchison;
pub mod brier;
pub mod claim;
pub mod crps;
pub mod dirichlet;
pub mod dirichlet_multinomial;
pub mod energy;
pub mod error;
pub mod event;
pub mod expected;
pub mod holm;
pub mod interval;
pub mod logarithmic;
pub mod marginal;
pub mod mixture;
pub mod number;
pub mod pooled;
pub mod predictive;
pub mod rank;
pub mod record;
pub mod registry;
pub mod rps;
pub mod scored;
pub mod sign_flip;
pub mod skill;
pub mod transitions;
pub mod variogram;
pub mod verdict;
pub mod weights;
pub mod wis;

#[cfg(test)]
mod known_answers;
#[cfg(test)]
mod laws;
