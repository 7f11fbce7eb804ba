//! Markov chains: estimation, long-run behaviour, passage, cycles, fit. Pure f64, states are numbers from 0.
//!
//! Sequences of states, each an episode, become [`counts`] (of steps, of jumps with [`jump`], or of events); counts become a
//! [`posterior`] and a [`transition`] matrix. Of a chain: [`classes`], [`stationary`] distributions, [`passage`],
//! [`returns`], [`entropy`], [`spectrum`], [`cycles`]. Of sequences: [`flux`] by loop erasure, and the test of
//! [`solver_cycle`]s and their [`direction`], with the [`convergent`] solvers beside them. Of counts and hypotheses: [`fit`],
//! [`homogeneity`], [`order`]. [`summary`] holds all that is said about one chain.
//!
//! Whatever is random takes a seed. Every function has defined answers for chains that fall apart, absorbing states, states
//! never visited or never left, periods, one state and none: its file says which.
//!
//! References: Kemeny, J. G. and Snell, J. L. (1976), Finite Markov Chains; Norris, J. R. (1997), Markov Chains.

pub mod classes;
pub mod convergent;
pub mod counts;
pub mod cycles;
pub mod direction;
pub mod draw;
pub mod entropy;
pub mod erasure;
pub mod error;
pub mod first_step;
pub mod fit;
pub mod flux;
pub mod g_test;
pub mod homogeneity;
pub mod jump;
pub mod order;
pub mod passage;
pub mod posterior;
pub mod repeats;
pub mod returns;
pub mod solver_cycle;
pub mod spectrum;
pub mod stationary;
pub mod summary;
pub mod transition;

#[cfg(test)]
mod known_answers;
#[cfg(test)]
mod properties;
