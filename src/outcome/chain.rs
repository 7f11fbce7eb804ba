//! Which solver acts at each step of episodes, as Markov chains.
//!
//! The step chain has a state per step and keeps self-loops; the event chain has a symbol per completed bout of a solver,
//! so that `other` is on the step chain only. Nothing runs across episodes.

use crate::outcome::measured::Measured;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The chains of the networks of all seeds in one world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChainOutcome {
    /// The states of the step chain: solvers in file order, `other` last.
    pub states: Vec<String>,
    /// Episodes per seed.
    pub episodes: u64,
    /// The step chain: `[seed][from][to]`.
    pub counts: Vec<Vec<Vec<u64>>>,
    /// `[from][to]`: the frequency, undefined in a seed that never leaves `from`.
    pub transition: Vec<Vec<Measured>>,
    /// The share of steps at each state.
    pub occupancy: Vec<Measured>,
    /// The stationary distribution of the step chain; undefined in a seed whose chain has several recurrent classes.
    pub stationary: Vec<Measured>,
    /// Nats per step; undefined as the stationary distribution is.
    pub entropy_rate: Measured,
    /// One per solver.
    pub solvers: Vec<SolverOutcome>,
    /// The event chain, over solvers: `[seed][from][to]`.
    pub events: Vec<Vec<Vec<u64>>>,
    /// Every cycle that is found in some seed, in the most seeds first.
    pub cycles: Vec<CycleOutcome>,
    /// By seed: why cycles cannot be tested, a clause; null where they can.
    pub not_testable: Vec<Option<String>>,
    /// Whether the step chains of all seeds could be one; null with a single seed.
    pub homogeneity: Option<TestOutcome>,
    /// By seed: solvers on the way of every cycle found that are in none of their own.
    pub convergent: Vec<Vec<String>>,
}

/// One solver in one world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SolverOutcome {
    /// As in the file; that of its only heuristic where it is not declared.
    pub name: String,
    /// The `///` lines above it.
    pub doc: String,
    /// The heuristics that it groups.
    pub heuristics: Vec<String>,
    /// The mean activity over the steps at which it is dominant, logits.
    pub activity: Measured,
    /// Bouts per episode.
    pub bouts: Measured,
    /// Steps per bout.
    pub length: Measured,
    /// The share of its bouts that end because the condition is resolved: the target reached, or the condition gone.
    pub resolved: Measured,
    /// The share of its completed bouts, those that are resolved, that are followed by another one of it in the episode.
    pub return_probability: Measured,
    /// Steps from the start of a completed bout to the start of the next in the episode, over those that have one.
    pub returns: Measured,
}

/// A cycle of solvers in the event chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CycleOutcome {
    /// Each leads to the next and the last to the first; the first is the earliest in file order.
    pub solvers: Vec<String>,
    /// `cycle`, or `alternation` of two.
    pub kind: String,
    /// Its part of the flux of all cycles, in [0, 1], each weighted by its length.
    pub flux_share: Measured,
    /// Of order against none: permutations of the events within episodes.
    pub p_value: Measured,
    /// Of its flux against its reverse; undefined for an alternation, which has none.
    pub p_reverse: Measured,
    /// Of an alternation against orders in which solvers follow themselves as often: 0.01 or less speaks for more than that
    /// none follows itself. Undefined for other cycles.
    #[serde(default)]
    pub p_beyond: Measured,
    /// By seed; null where cycles cannot be tested.
    pub found: Vec<Option<bool>>,
}

/// A test of a hypothesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestOutcome {
    /// The larger, the less likely under the hypothesis.
    pub statistic: f64,
    /// Degrees of freedom.
    pub freedom: f64,
    /// In [0, 1]; small speaks against the hypothesis.
    pub p_value: f64,
}
