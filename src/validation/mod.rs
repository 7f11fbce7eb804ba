//! Validation: the instruments turned on things whose truth is known.
//!
//! [`planted`]: networks that follow rules with strengths that were put in, [`wiring`] by hand or distilled; how well
//! every one of the [`estimators`] and magnitudes finds them ([`recovery`]), and how often `selected` errs
//! ([`threshold`]). [`calibration`]: how often the 95% intervals of strength cover. [`controls`]: rules about an object
//! that training never showed. [`solvers`]: who is dominant in a state where it is known. Each has a full size, that of
//! the command, and takes a smaller one for tests. [`findings`] judges them by stated
//! [`criterion`](crate::validation::criterion); [`tables`] shows them.

pub mod calibration;
pub mod circuit;
pub mod controls;
pub mod criterion;
pub mod error;
pub mod estimators;
pub mod findings;
pub mod planted;
pub mod recovery;
pub mod solvers;
pub mod tables;
pub mod threshold;
pub mod wiring;
