//! Training algorithms, one file each, a function of (study, seed).

pub mod ppo;
