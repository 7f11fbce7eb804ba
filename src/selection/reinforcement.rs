//! Whether training still strengthens a heuristic: g_h = mean over a batch of advantage x (phi_h(s, a) - E_pi phi_h(s, .)),
//! the part of the policy gradient that lies along its feature.
//!
//! One batch is sampling noise, so a verdict needs |t| above [`CERTAIN`] over batches.

/// The |t| from which on a verdict is given.
pub const CERTAIN: f64 = 3.0;

/// What the policy gradient does to a heuristic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reinforcement {
    /// The mean of g over the batches.
    pub gradient: f64,
    /// That mean over its standard error.
    pub t: f64,
}

impl Reinforcement {
    /// The gradient strengthens it beyond noise.
    pub fn reinforced(self) -> bool {
        self.t > CERTAIN
    }
}
