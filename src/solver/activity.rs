//! How strongly a network acts by each heuristic in a state, in logits:
//! m_h(s) = max(0, <z_c(s) - z_c(s without the cue of h), phi_h(s) / |phi_h(s)|>) where h fires, else 0.
//!
//! Heuristics without a cue compete for what no cue explains: the centred logits with all cues removed stand in place of
//! the difference.
//!
//! The logits are linear in the units of the last hidden layer. So integrated gradients along any path between the two
//! observations give unit i the part (a_i(s) - a_i(s without the cue)) <v_i, phi_h(s) / |phi_h(s)|>, v_i its centred
//! output weights: no integral is left, and the parts sum to the activity. Source: Sundararajan, Taly and Yan 2017,
//! arXiv:1703.01365; for hidden units, Dhamdhere, Sundararajan and Yan 2018, arXiv:1805.12233.

use crate::attribution::contribution::centred;
use crate::heuristic::evaluate::Rule;
use crate::heuristic::feature::phi;
use crate::network::forward::last_hidden;
use crate::network::parameters::Parameters;
use crate::selection::activity::activity;
use crate::selection::features::Features;
use crate::world::action::{ACTIONS, ActionSet};
use crate::world::lit::LitRows;

/// Without which looks a state is looked at for the activity of each heuristic.
#[derive(Clone, Debug, PartialEq)]
pub struct Cues {
    /// Each once, as bitmasks of looks.
    masks: Vec<u64>,
    /// Per heuristic, the index of its mask.
    mask_of: Vec<usize>,
    has_cue: Vec<bool>,
}

impl Cues {
    /// `has_cue` says of each rule whether it has a cue that some state shows.
    pub fn new(rules: &[Rule], has_cue: &[bool]) -> Cues {
        let all = rules.iter().fold(0, |cues, rule| cues | rule.cue());
        let (mut masks, mut mask_of) = (Vec::new(), Vec::with_capacity(rules.len()));
        for (rule, has_cue) in rules.iter().zip(has_cue) {
            let mask = if *has_cue { rule.cue() } else { all };
            let known = masks.iter().position(|known| *known == mask);
            mask_of.push(known.unwrap_or_else(|| {
                masks.push(mask);
                masks.len() - 1
            }));
        }
        Cues { masks, mask_of, has_cue: has_cue.to_vec() }
    }

    /// Each set of looks that is taken away for some heuristic, as bitmasks, none twice.
    pub fn masks(&self) -> &[u64] {
        &self.masks
    }

    /// The index in [`Cues::masks`] of what is taken away for heuristic `h`.
    pub fn mask_of(&self, h: usize) -> usize {
        self.mask_of[h]
    }

    /// The activity of heuristic `h`, which recommends `set` here, from the logits with all looks and without its
    /// [mask](Cues::mask_of).
    pub fn activity(&self, h: usize, set: ActionSet, logits: &[f32; ACTIONS], without: &[f32; ACTIONS]) -> f64 {
        activity(set, logits, without, self.has_cue[h])
    }
}

/// The mean activity of a heuristic over the states where it fires, split over the units of the last hidden layer. With
/// [`ByUnit::bias`] the parts sum to the [magnitude](crate::selection::activity::magnitude).
#[derive(Clone, Debug, PartialEq)]
pub struct ByUnit {
    pub units: Vec<f64>,
    /// The part of the bias of the policy head; 0 with a cue, which the bias does not see.
    pub bias: f64,
}

/// The activity of heuristic `h` by unit. `without` are the observations without its cue, or without all cues if it has
/// none; one row per state, as in `observations`. Nothing if it never fires.
pub fn by_unit(
    parameters: &Parameters,
    features: &Features,
    h: usize,
    observations: &LitRows,
    without: &LitRows,
    has_cue: bool,
) -> Option<ByUnit> {
    let count = parameters.policy.inputs;
    let (full, bare) = (last_hidden(parameters, observations), last_hidden(parameters, without));
    let outputs: Vec<[f64; ACTIONS]> =
        parameters.policy.weight.as_chunks::<ACTIONS>().0.iter().map(|row| centred(row.map(f64::from))).collect();
    let bias = centred(std::array::from_fn(|a| parameters.policy.bias.get(a).copied().map_or(0.0, f64::from)));
    let mut split = ByUnit { units: vec![0.0; count], bias: 0.0 };
    let mut parts = vec![0.0; count];
    let mut fires = 0usize;
    for state in (0..features.states()).filter(|&state| !features.row(state)[h].is_empty()) {
        fires += 1;
        let feature = phi(features.row(state)[h]);
        let norm = feature.iter().map(|f| f * f).sum::<f64>().sqrt();
        let along = |output: &[f64; ACTIONS]| output.iter().zip(feature).map(|(o, f)| o * f).sum::<f64>() / norm;
        let of_state = |units: &[f32], unit: usize| f64::from(units[state * count + unit]);
        for (unit, (part, output)) in parts.iter_mut().zip(&outputs).enumerate() {
            let change = if has_cue { of_state(&full, unit) - of_state(&bare, unit) } else { of_state(&bare, unit) };
            *part = change * along(output);
        }
        let constant = if has_cue { 0.0 } else { along(&bias) };
        // Where the sum is negative the heuristic is not acted by, and no unit has a part in it.
        if parts.iter().sum::<f64>() + constant > 0.0 {
            split.units.iter_mut().zip(&parts).for_each(|(sum, part)| *sum += part);
            split.bias += constant;
        }
    }
    split.units.iter_mut().for_each(|sum| *sum /= fires.max(1) as f64);
    split.bias /= fires.max(1) as f64;
    (fires > 0).then_some(split)
}
