//! The contribution of a unit: u_i(s, a) = a_i(s) (dz_a/da_i - mean over actions).
//!
//! That is the gradient-attributed part of the centred logits that passes through unit i of the last hidden layer,
//! after the ReLU. Over all units the contributions sum to the centred logits, up to the centred output bias.

use crate::attribution::gradients::Attribution;
use crate::world::action::ACTIONS;

/// Contributions of the units of the last hidden layer, in logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    pub units: usize,
    /// `[state * units + unit]`, one number per action.
    pub by_unit: Vec<[f64; ACTIONS]>,
    /// Their sum over the units: one row per state.
    pub total: Vec<[f64; ACTIONS]>,
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
