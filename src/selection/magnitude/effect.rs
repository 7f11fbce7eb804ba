//! Magnitudes by the effect of a step: make the actions taken likelier, run again on the same input, and see how far the
//! selective units went up or down.
//!
//! The step is plain, on the mean of log pi(taken) over the states where the heuristic fires, the first
//! [`STATES`] of them; no reward is asked, so that it is defined for a network whose world pays none. What is
//! reinforced under the objective of a training is another question: see `experiment::reinforcement`.

use crate::attribution::step::{LayerStep, step, toward};
use crate::selection::magnitude::Evidence;
use crate::selection::magnitude::selective::Contrast;
use std::sync::Arc;

/// On how many states a step is taken at most.
const STATES: usize = 500;
/// So small that hardly a unit switches on or off, and far above what f32 rounds away.
const RATE: f64 = 1e-3;

/// The sum over the selective units of the last hidden layer of |mean change|, per unit of rate.
pub fn change(evidence: &Evidence, of: fn(&LayerStep) -> &[f64]) -> Vec<Option<f64>> {
    let one = |h: usize| {
        let contrast = Contrast::of(evidence.features, evidence.attribution.layers.last()?, h)?;
        let picked: Arc<[u32]> = evidence.firing(h).take(STATES).map(|state| state as u32).collect();
        let taken: Vec<usize> = picked.iter().map(|&state| evidence.taken[state as usize]).collect();
        let after = toward(evidence.parameters, evidence.observations, &picked, &taken, RATE).ok()?;
        let layers = step(evidence.parameters, &after, evidence.observations, &picked);
        let changes = of(layers.last()?);
        Some(contrast.selective().iter().map(|&unit| changes[unit].abs() / RATE).sum())
    };
    (0..evidence.features.heuristics).map(one).collect()
}
