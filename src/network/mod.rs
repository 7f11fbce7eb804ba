//! Multilayer perceptrons over lit bits: ReLU layers, then a policy and a value head on the last.
//!
//! [`parameters`] are the plain numbers; [`tape`] is the definition, on dfdx with runtime shapes;
//! [`fused`] computes the same, and its derivatives, in blocks and without allocation, from numbers [`packed`] for vector
//! instructions; [`checkpoint`] stores them.
//! [`sequential`] reads networks from elsewhere.

pub mod checkpoint;
pub mod fused;
pub mod initialise;
mod lit_product;
pub mod lit_sum;
mod marks;
mod outer;
pub mod packed;
pub mod parameters;
mod product;
pub mod sequential;
pub mod tape;
