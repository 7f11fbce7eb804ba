//! The effect of a step on units: the network before and the network after it, run on the same input.
//!
//! What is averaged: the change of a unit's activation over all states of a batch, whether the unit is on there or not.
//! Before the ReLU and after it are separate measurements: a unit that is held at 0 in every state can be reinforced
//! before the ReLU and is unchanged after it.

use crate::attribution::effect::OverBatches;
use crate::network::lit_sum::Matrix;
use crate::network::parameters::Parameters;
use crate::network::tape::Network;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use dfdx::prelude::{Axis, Backward, CpuError, Rank0, SumTo, ZerosTensor};
use std::sync::Arc;

/// The change of one hidden layer, per unit: the mean over states.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerStep<T = f64> {
    /// Of the activation before the ReLU.
    pub before: Vec<T>,
    /// Of the activation after the ReLU.
    pub after: Vec<T>,
}

/// What changed from one network to another of the same shape, in each hidden layer, on the `picked` rows.
pub fn step(old: &Parameters, new: &Parameters, observations: &Arc<LitRows>, picked: &Arc<[u32]>) -> Vec<LayerStep> {
    let run = |parameters: &Parameters| {
        let pass = Network::new(parameters).trace(observations, picked);
        let copied = |layers: &[Matrix]| -> Vec<Vec<f32>> { layers.iter().map(|layer| layer.as_vec()).collect() };
        (copied(&pass.before), copied(&pass.after))
    };
    let (old_run, new_run) = (run(old), run(new));
    let units = old.hidden.iter().map(|layer| layer.outputs);
    let changes = |old: &[f32], new: &[f32], units: usize| {
        let mut sums = vec![0.0; units];
        for (index, (old, new)) in old.iter().zip(new).enumerate() {
            sums[index % units] += f64::from(*new) - f64::from(*old);
        }
        let states = picked.len().max(1) as f64;
        sums.into_iter().map(|sum| sum / states).collect()
    };
    units
        .enumerate()
        .map(|(layer, units)| LayerStep {
            before: changes(&old_run.0[layer], &new_run.0[layer], units),
            after: changes(&old_run.1[layer], &new_run.1[layer], units),
        })
        .collect()
}

/// The network after one plain step that makes the `taken` actions likelier: rate x the gradient of the mean of
/// log pi(taken) over the `picked` rows. One action is taken in each of these, and there is at least one.
pub fn toward(
    parameters: &Parameters,
    observations: &Arc<LitRows>,
    picked: &Arc<[u32]>,
    taken: &[usize],
    rate: f64,
) -> Result<Parameters, CpuError> {
    let mut network = Network::new(parameters);
    let mut column = vec![0.0; picked.len() * ACTIONS];
    column.chunks_exact_mut(ACTIONS).zip(taken).for_each(|(row, &action)| row[action] = 1.0);
    let mut mask = network.device.zeros_like(&(picked.len(), ACTIONS));
    mask.copy_from(&column);
    let log_policy = network.logits(network.trace(observations, picked)).log_softmax::<Axis<1>>();
    let objective = (log_policy * mask).sum::<Rank0, _>() / picked.len().max(1) as f32;
    let mut gradients = objective.try_backward()?;
    network.descend(&mut gradients, -rate)?;
    Ok(network.parameters())
}

/// The changes of each unit over batches, from what a step on each batch alone changed. All empty for fewer than two.
pub fn over_batches(batches: &[Vec<LayerStep>]) -> Vec<LayerStep<OverBatches>> {
    let layers = batches.first().map_or(0, Vec::len);
    let tested = |layer: usize, of: fn(&LayerStep) -> &Vec<f64>| -> Vec<OverBatches> {
        let units = batches.first().map_or(0, |batch| of(&batch[layer]).len());
        let unit =
            |unit: usize| OverBatches::of(&batches.iter().map(|batch| of(&batch[layer])[unit]).collect::<Vec<f64>>());
        (0..units).filter_map(unit).collect()
    };
    (0..layers)
        .map(|layer| LayerStep { before: tested(layer, |step| &step.before), after: tested(layer, |step| &step.after) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{over_batches, step};
    use crate::attribution::effect::Effect;
    use crate::network::parameters::Parameters;
    use crate::world::lit::LitRows;
    use std::sync::Arc;

    /// Unit 0 is off in both states, unit 1 on in one of them, unit 2 on in both.
    #[test]
    fn before_and_after_the_relu_are_apart() {
        let mut old = Parameters::zero(1, &[3]);
        old.hidden[0].bias = vec![-5.0, -0.5, 1.0];
        old.hidden[0].weight = vec![1.0; 3];
        let mut new = old.clone();
        new.hidden[0].bias = vec![-4.0, -1.5, 1.25];
        let mut rows = LitRows::new();
        rows.push_row(&[]);
        rows.push_row(&[0]);
        let found = &step(&old, &new, &Arc::new(rows), &[0, 1].into())[0];
        assert_eq!((&found.before[..], &found.after[..]), (&[1.0, -1.0, 0.25][..], &[0.0, -0.25, 0.25][..]));

        let batches: Vec<_> = [1.0, 1.1, 0.9]
            .map(|scale| {
                let scaled = |changes: &[f64]| changes.iter().map(|change| change * scale).collect();
                vec![super::LayerStep { before: scaled(&found.before), after: scaled(&found.after) }]
            })
            .into();
        let verdicts = |of: &[super::OverBatches]| of.iter().map(|unit| unit.effect()).collect::<Vec<_>>();
        let (up, down, same) = (Effect::Reinforced, Effect::Disinforced, Effect::Unchanged);
        let tested = over_batches(&batches);
        assert_eq!(verdicts(&tested[0].before), [up, down, up]);
        assert_eq!(verdicts(&tested[0].after), [same, down, up]);
        assert!(over_batches(&batches[..1])[0].before.is_empty() && over_batches(&[]).is_empty());
    }
}
