//! The serialisable result of measuring biases: how fast fresh networks learn each rule of a study by itself.

use serde::{Deserialize, Serialize};

/// What is found in one study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Biases {
    pub study: String,
    /// The widths of the hidden layers of its agent.
    pub agent: Vec<usize>,
    /// Networks trained on each rule; 0 if none ever fires.
    pub networks: usize,
    /// Gradient steps that were tried.
    pub steps_tried: usize,
    /// The part of a rule that has to be explained.
    pub part: f64,
    /// The geometric mean of the biases of the rules that fire in training, rules that are alike counted once.
    pub mean_bias: Option<f64>,
    pub heuristics: Vec<RuleBias>,
}

/// What is found of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleBias {
    pub name: String,
    /// What the file says; nothing where it says `measured`.
    pub given: Option<f64>,
    /// The share of the states of a random policy in training in which it fires.
    pub fires: f64,
    /// The earlier rule that recommends the same everywhere, and is learned by the same networks.
    pub same_as: Option<String>,
    /// The geometric mean over networks of the gradient steps until the part is explained, `steps_tried` where these are too
    /// few; nothing for a rule that fires nowhere.
    pub steps: Option<f64>,
    /// Per network, nothing where the steps tried are too few.
    pub steps_by_network: Vec<Option<f64>>,
    /// 1 / steps.
    pub bias: Option<f64>,
    /// Over the mean bias.
    pub relative_bias: Option<f64>,
    /// Per network.
    pub curves: Vec<Curve>,
}

/// A learning curve.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Gradient steps, ascending from 0.
    pub steps: Vec<usize>,
    /// The part of the rule that is explained on fresh states, at most 1.
    pub explained: Vec<f64>,
}
