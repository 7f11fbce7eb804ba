//! The contribution of a unit: u_i(s, a) = a_i(s) (dz_a/da_i - mean over actions).
//!
//! That is the gradient-attributed part of the centred logits that passes through unit i of the last hidden layer,
//! after the ReLU. Over all units the contributions sum to the centred logits, up to the centred output bias.

use crate::attribution::gradients::Attribution;
use crate::network::fused::Fused;
use crate::network::parameters::Parameters;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;

/// Contributions of the units of the last hidden layer, in logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    pub units: usize,
    /// `[state * units + unit]`, one number per action.
    pub by_unit: Vec<[f64; ACTIONS]>,
    /// Their sum over the units: one row per state.
    pub total: Vec<[f64; ACTIONS]>,
}

/// What a network says on observations and what its units contribute to it, in closed form: the gradient of a logit with
/// respect to a unit of the last hidden layer is its weight. [`contributions`] of an attribution is the definition.
pub fn contributed_by_units(parameters: &Parameters, rows: &LitRows) -> (Vec<[f32; ACTIONS]>, Contributions) {
    let units = parameters.policy.inputs;
    let mut by_unit = vec![[0.0; ACTIONS]; rows.len() * units];
    let (logits, total) = contribute(parameters, rows, |row, unit, part| by_unit[row * units + unit] = part);
    (logits, Contributions { units, by_unit, total })
}

/// What a network says on observations and what all its units contribute to it, in logits.
pub fn contributed_in_all(parameters: &Parameters, rows: &LitRows) -> (Vec<[f32; ACTIONS]>, Vec<[f64; ACTIONS]>) {
    contribute(parameters, rows, |_, _, _| ())
}

/// Tells of every unit that is not 0.
fn contribute(
    parameters: &Parameters,
    rows: &LitRows,
    mut tell: impl FnMut(usize, usize, [f64; ACTIONS]),
) -> (Vec<[f32; ACTIONS]>, Vec<[f64; ACTIONS]>) {
    let (weights, _) = parameters.policy.weight.as_chunks::<ACTIONS>();
    let weights: Vec<[f64; ACTIONS]> = weights.iter().map(|weights| centred(weights.map(f64::from))).collect();
    let (mut logits, mut total) = (vec![[0.0; ACTIONS]; rows.len()], vec![[0.0; ACTIONS]; rows.len()]);
    Fused::new(parameters).each(rows, |row, units, heads| {
        logits[row].copy_from_slice(&heads[..ACTIONS]);
        for (unit, (&activation, weights)) in units.iter().zip(&weights).enumerate() {
            if activation != 0.0 {
                let part = weights.map(|weight| weight * f64::from(activation));
                total[row].iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
                tell(row, unit, part);
            }
        }
    });
    (logits, total)
}

/// The contributions in an attribution.
pub fn contributions(attribution: &Attribution) -> Contributions {
    let Some(last) = attribution.layers.last() else {
        return Contributions { units: 0, by_unit: Vec::new(), total: vec![[0.0; ACTIONS]; attribution.states] };
    };
    let mut by_unit = vec![[0.0; ACTIONS]; last.after.len()];
    let mut total = vec![[0.0; ACTIONS]; attribution.states];
    for (index, (contribution, &activation)) in by_unit.iter_mut().zip(&last.after).enumerate() {
        if activation == 0.0 {
            continue;
        }
        let gradient: [f64; ACTIONS] = std::array::from_fn(|action| f64::from(last.gradient_after[action][index]));
        *contribution = centred(gradient).map(|g| g * f64::from(activation));
        for (sum, part) in total[index / last.units].iter_mut().zip(contribution) {
            *sum += *part;
        }
    }
    Contributions { units: last.units, by_unit, total }
}

/// What the units contribute in all: the centred logits less the centred bias of the output, which no unit contributes.
pub fn contributed(logits: [f64; ACTIONS], bias: [f64; ACTIONS]) -> [f64; ACTIONS] {
    let (logits, bias) = (centred(logits), centred(bias));
    std::array::from_fn(|action| logits[action] - bias[action])
}

/// `values` less their mean.
pub fn centred(values: [f64; ACTIONS]) -> [f64; ACTIONS] {
    let mean = values.iter().sum::<f64>() / ACTIONS as f64;
    values.map(|value| value - mean)
}
