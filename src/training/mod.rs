//! Training algorithms, one file each, a function of (study, seed); [`learner`] and [`rollout`] are what they share.
//!
//! Derivatives are taken by [`fused`] kernels or on dfdx's tape ([`taped`]), which is the definition.

pub mod distil;
pub mod fused;
pub mod learner;
pub mod loss;
pub mod ppo;
pub mod rollout;
mod softmax;
pub mod supervised;
pub mod taped;
