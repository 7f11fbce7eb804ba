//! Magnitudes of a group of weights: those that come into the selective units of the last hidden layer, all together.
//!
//! With a_j what comes in and x_i a unit before the ReLU, dz/dw_ji = a_j dz/dx_i: so the group's gradient follows from
//! those of its units, and neither is computed weight by weight.

use crate::selection::magnitude::Evidence;
use crate::selection::magnitude::selective::{Group, over_groups};

/// The norm of the gradient of the logit of the action taken, weights and biases of the group taken as one vector.
pub fn gradient_norm(evidence: &Evidence) -> Vec<Option<f64>> {
    over_groups(evidence, evidence.attribution.layers.last(), &|group| {
        let taken = group.taken();
        // The bias comes in as 1.
        let incoming = 1.0 + incoming_squares(group);
        (incoming * group.sum(|unit| unit.gradient_before()[taken].powi(2))).sqrt()
    })
}

/// |sum of weight x gradient| over the group, biases left out: how much the logit would lose, to first order, if the
/// group were taken away.
pub fn weight_times_gradient(evidence: &Evidence) -> Vec<Option<f64>> {
    let Some(layer) = evidence.parameters.hidden.last() else { return vec![None; evidence.features.heuristics] };
    over_groups(evidence, evidence.attribution.layers.last(), &|group| {
        let taken = group.taken();
        let of = |&unit: &usize| {
            let at = group.unit(unit);
            (at.before() - f64::from(layer.bias[unit])) * at.gradient_before()[taken]
        };
        group.units.iter().map(of).sum::<f64>().abs()
    })
}

/// The sum of squares of what comes into the last hidden layer: activations of the layer before it, or lit bits.
fn incoming_squares(group: &Group) -> f64 {
    match group.evidence.attribution.layers.iter().rev().nth(1) {
        Some(layer) => {
            let activations = &layer.after[group.state * layer.units..(group.state + 1) * layer.units];
            activations.iter().map(|activation| f64::from(*activation).powi(2)).sum()
        }
        None => group.evidence.observations.row(group.state).len() as f64,
    }
}
