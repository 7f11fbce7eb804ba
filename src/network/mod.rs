//! Multilayer perceptrons over lit bits: ReLU layers, then a policy and a value head on the last.
//!
//! [`parameters`] are the plain numbers; [`tape`] is the definition, on dfdx with runtime shapes;
//! [`forward`] computes the same without a tape and without allocation; [`checkpoint`] stores them.
//! [`sequential`] reads networks from elsewhere.

pub mod checkpoint;
pub mod forward;
pub mod initialise;
pub mod lit_sum;
pub mod parameters;
pub mod sequential;
pub mod tape;
