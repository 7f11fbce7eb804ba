//! The chains of one network in one world.

/// What was measured of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// The step chain, over solvers, then `other`: `[from][to]`.
    pub steps: Vec<Vec<u64>>,
    /// Per solver, the mean number of steps from the start of a bout to the start of its next in the episode.
    pub returns: Vec<Option<f64>>,
    /// The cycles found in the event chain, each begun at its first solver; else why none can be tested, a clause.
    pub cycles: Result<Vec<Vec<usize>>, String>,
}
