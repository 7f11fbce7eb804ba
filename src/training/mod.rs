//! Training algorithms, one file each, a function of (study, seed); [`learner`] is what they share.

pub mod distil;
pub mod learner;
pub mod ppo;
