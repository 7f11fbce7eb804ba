//! Which weights of the networks a phase changed that went on from other networks.

use crate::outcome::measured::Measured;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a phase changed in the networks that it went on from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The hidden layers from the input on, then the heads `policy` and `value`.
    pub layers: Vec<LayerChange>,
    /// In the order of the study.
    pub heuristics: Vec<HeuristicChange>,
    /// How many units the last hidden layer has.
    pub units: usize,
    /// For each seed, the units of the last hidden layer whose weights changed most, at most 16, the most changed first.
    pub units_by_seed: Vec<Vec<UnitChange>>,
}

/// How a phase changed the weights of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LayerChange {
    /// `hidden 1`, `hidden 2`, …, `policy`, `value`.
    pub layer: String,
    /// The norm of the change of its weights and biases over their norm before the phase.
    pub change: Measured,
}

/// How a phase changed the strength of a heuristic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeuristicChange {
    /// As in the file.
    pub name: String,
    /// The change of its strength, logits.
    pub strength: Measured,
    /// The fewest units of the last hidden layer that make up half of the sum over units of the absolute change of the
    /// strength that they carry; undefined where no unit changed.
    pub half_in_units: Measured,
}

/// How a phase changed a unit of the last hidden layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnitChange {
    /// Its index, from 0.
    pub unit: usize,
    /// The norm of the change of its incoming weights and its bias.
    pub incoming: f64,
    /// The norm of the change of its weights to the actions, less their mean over the actions.
    pub outgoing: f64,
    /// Per heuristic, the change of the strength that it carries, logits.
    pub strength: Vec<f64>,
}
