//! Magnitudes by integrated gradients: on the way from a state without the cue to the state with it.
//!
//! The path begins at the observation with the cue removed, so that what is attributed is what the cue adds to the logit
//! of the action taken. A heuristic without a cue has no such path. Over all units of a layer the attributions of a state
//! sum to z - z without the cue, whose part along phi is the [`counterfactual`](crate::selection::magnitude::counterfactual) magnitude.

use crate::attribution::integrated::{POINTS, first_layer, integrated};
use crate::network::fused::last_hidden;
use crate::selection::magnitude::Evidence;
use crate::selection::magnitude::selective::over_groups;

/// On the selective units of the last hidden layer, after the ReLU: exact.
pub fn last_hidden_layer(evidence: &Evidence) -> Vec<Option<f64>> {
    let with = last_hidden(evidence.parameters, evidence.observations);
    let without: Vec<Vec<f32>> = (0..evidence.features.heuristics)
        .map(|h| if evidence.has_cue[h] { last_hidden(evidence.parameters, evidence.bare[h]) } else { Vec::new() })
        .collect();
    let found = over_groups(evidence, evidence.attribution.layers.last(), &|group| {
        let (taken, units) = (group.taken(), group.layer.units);
        let without = &without[group.heuristic];
        let attributed = |&unit: &usize| {
            let index = group.state * units + unit;
            let bare = without.get(index).copied().unwrap_or(0.0);
            f64::from(with[index] - bare) * group.unit(unit).gradient()[taken]
        };
        group.units.iter().map(attributed).map(f64::abs).sum()
    });
    with_cue(evidence, found)
}

/// On the selective units of the first hidden layer, before the ReLU: by points along the path.
pub fn first_hidden_layer(evidence: &Evidence) -> Vec<Option<f64>> {
    let found = over_groups(evidence, evidence.attribution.layers.first(), &|group| {
        let (h, state) = (group.heuristic, group.state);
        let (with, without) = (evidence.observations.row(state), evidence.bare[h].row(state));
        if !evidence.has_cue[h] || with.len() == without.len() {
            return 0.0;
        }
        let [from, to] = [without, with].map(|lit| first_layer(evidence.parameters, lit));
        let attributed = integrated(evidence.parameters, &from, &to, group.taken(), POINTS);
        group.units.iter().map(|&unit| attributed[unit].abs()).sum()
    });
    with_cue(evidence, found)
}

fn with_cue(evidence: &Evidence, found: Vec<Option<f64>>) -> Vec<Option<f64>> {
    found.into_iter().zip(evidence.has_cue).map(|(value, has_cue)| value.filter(|_| *has_cue)).collect()
}
