//! The magnitude of a heuristic, its mean [activity](crate::selection::activity), split over the units of the last hidden
//! layer.
//!
//! With a cue: the logits are linear in these units, and so integrated gradients along any path between the two
//! observations give unit i the effect (a_i(s) - a_i(s without the cue)) v_i, v_i its centred output weights; no integral is
//! left, and the effects sum to that on the logits. The baseline is linear in the effect, so each unit has one of its own.
//! Source: Sundararajan, Taly and Yan 2017, arXiv:1703.01365; for hidden units, Dhamdhere, Sundararajan and Yan 2018,
//! arXiv:1805.12233.
//!
//! Without a cue: the strength is a sum over units already, w_h = sum_i beta_ih, and unit i has beta_ih in place of w_h.

use crate::attribution::contribution::centred;
use crate::heuristic::feature::phi;
use crate::network::fused::{last_hidden, logits};
use crate::network::parameters::Parameters;
use crate::selection::activity::{Meter, length};
use crate::selection::bank::Bank;
use crate::selection::baseline::Fit;
use crate::world::action::ACTIONS;

/// The parts of the units in the magnitude of heuristic `h`, logits; they sum to it. `strengths` are those by unit that the
/// meter's are the sums of: `[unit][heuristic]`. Nothing if it never fires.
pub fn by_unit(
    meter: &Meter,
    parameters: &Parameters,
    bank: &Bank,
    strengths: &[Vec<f64>],
    h: usize,
) -> Option<Vec<f64>> {
    let firing: Vec<usize> = (0..bank.probes.len()).filter(|&s| !bank.features.row(s)[h].is_empty()).collect();
    let n = firing.len() as f64;
    let bare = bank.observations_without(meter.cues[meter.cue_of[h]].0);
    let parts = match meter.strengths[h] {
        Some(strength) if strength > 0.0 => {
            let without = logits(parameters, &bare);
            let size =
                |&s: &usize| meter.present(bank.features.row(s), &|_| &without[s]) * length(bank.features.row(s)[h]);
            let size = firing.iter().map(size).sum::<f64>() / n;
            strengths.iter().map(|unit| unit[h] * size).collect()
        }
        Some(_) => vec![0.0; strengths.len()],
        None => {
            let cued: Vec<usize> = (0..meter.strengths.len()).filter(|&k| meter.strengths[k].is_none()).collect();
            let fit = Fit::new(bank, &bare, &cued);
            let count = parameters.policy.inputs;
            let (full, without) = (last_hidden(parameters, &bank.observations), last_hidden(parameters, &bare));
            let outputs = parameters.policy.weight.as_chunks::<ACTIONS>().0.iter();
            let outputs: Vec<[f64; ACTIONS]> = outputs.map(|row| centred(row.map(f64::from))).collect();
            let effect = |unit: usize, state: usize| {
                let index = state * count + unit;
                outputs[unit].map(|output| (f64::from(full[index]) - f64::from(without[index])) * output)
            };
            let baselines: Vec<_> = (0..count).map(|unit| fit.intercept(|state| effect(unit, state))).collect();
            let mut parts = vec![0.0; count];
            for &state in firing.iter().filter(|&&s| bank.observations.row(s).len() != bare.row(s).len()) {
                let set = bank.features.row(state)[h];
                let along = |unit: usize| {
                    let effect = effect(unit, state);
                    (0..ACTIONS).map(|a| (effect[a] - baselines[unit][a]) * phi(set)[a]).sum::<f64>() / length(set)
                };
                let own: Vec<f64> = (0..count).map(along).collect();
                // Where the sum is negative the heuristic is not acted by, and no unit has a part in it.
                if own.iter().sum::<f64>() > 0.0 {
                    parts.iter_mut().zip(own).for_each(|(sum, own)| *sum += own / n);
                }
            }
            parts
        }
    };
    (!firing.is_empty()).then_some(parts)
}
