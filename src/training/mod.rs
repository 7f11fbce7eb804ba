//! Training algorithms, one file each, a function of (study, seed); [`learner`] and [`rollout`] are what they share.

pub mod distil;
pub mod learner;
pub mod ppo;
pub mod rollout;
pub mod supervised;
