//! What an author forecasts. Every forecast is about one freshly trained seed: the value that this
//! program would measure on it.

use crate::heuristic::rule::Comparison;
use crate::world::spec::Place;
use serde::Serialize;

/// A `predict` statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// The `///` lines above it, without the slashes.
    pub doc: String,
    /// Its text for people on one line, without `predict`; shares of selection have at most two decimals.
    pub text: String,
    pub statement: Statement,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Statement {
    /// A Dirichlet distribution over the shares of selection.
    Weights {
        /// One per heuristic, in the order of the study; at least 0, sum 1.
        shares: Vec<f64>,
        /// Above 0; the Dirichlet parameters are this times the shares.
        concentration: f64,
    },
    /// The probability in [0, 1] that an event holds.
    Event { event: Event, probability: f64 },
    /// The 5% and 95% quantiles of a number, `low` < `high`.
    Number { number: Number, low: f64, high: f64 },
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The heuristic with this index is selected.
    Selected(usize),
    Comparison {
        left: Number,
        comparison: Comparison,
        right: Operand,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operand {
    Number(Number),
    Constant(f64),
}

/// A measured number. Shares and probabilities lie in [0, 1].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Number {
    /// The share of the heuristic with this index.
    Share(usize),
    /// The strength, in logits, of the heuristic with this index.
    Strength(usize),
    /// The part of the policy that all listed heuristics explain.
    Explained,
    Behaviour {
        behaviour: Behaviour,
        /// The index of a scenario; nothing for the training world.
        scenario: Option<usize>,
    },
}

/// A mean over episodes, actions sampled from the policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Behaviour {
    /// The share of episodes in which `goal` is reached after the start, within so many steps and strictly before `before`.
    Reach {
        goal: Goal,
        before: Option<Goal>,
        within: Option<u32>,
    },
    /// The share of steps at a place.
    TimeAt(Place),
    Return,
    Length,
    /// Times that `goal` is reached.
    MeanReach(Goal),
}

/// What an agent can reach: an object (touching works) or a place (the agent enters it).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    Object(String),
    Place(Place),
}
