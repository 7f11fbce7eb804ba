//! How strongly a network acts by each heuristic in a state, in logits:
//! m_h(s) = max(0, <z_c(s) - z_c(s without the cue of h) - b_h, phi_h(s) / |phi_h(s)|>) where h fires, else 0; b_h is the
//! [baseline](crate::solver::baseline) of the cue.
//!
//! A heuristic without a cue cannot be taken away. Its activity is what the joint fit says that it adds,
//! max(0, w_h) |phi_h(s)|, w_h its [strength](crate::selection::strength), times the part in [0, 1] of what all such
//! heuristics say together, p(s) = sum_h w_h phi_h(s), that is in the logits without all cues, r(s) with their baseline
//! put back: <r(s), p(s)> / |p(s)|^2. The projection of r(s) on phi_h(s) alone would hold the parts of all that recommend
//! alike: in networks wired by hand, where nothing else is there, it names the strongest rule in .72 of the states where
//! that is one about a place, this in all.
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
use crate::selection::activity::{along, length};
use crate::selection::bank::Bank;
use crate::selection::features::Features;
use crate::solver::baseline::baseline;
use crate::world::action::{ACTIONS, ActionSet};
use crate::world::lit::LitRows;

/// What the activities in one network are measured with.
#[derive(Clone, Debug, PartialEq)]
pub struct Meter {
    /// The cues that are taken away, each once, as bitmasks of looks, each with its baseline.
    cues: Vec<(u64, [f64; ACTIONS])>,
    /// Per heuristic, the index of its cue; without one, that of all cues together.
    cue_of: Vec<usize>,
    /// Per heuristic without a cue, its strength, logits; nothing with one.
    strengths: Vec<Option<f64>>,
}

impl Meter {
    /// A meter for a network with these strengths of the rules, logits. `has_cue` says of each rule whether it has a cue
    /// that some state of the bank shows.
    pub fn new(parameters: &Parameters, bank: &Bank, rules: &[Rule], has_cue: &[bool], strengths: &[f64]) -> Meter {
        let cued: Vec<usize> = (0..rules.len()).filter(|&h| has_cue[h]).collect();
        let all = rules.iter().fold(0, |cues, rule| cues | rule.cue());
        let mut cues: Vec<(u64, [f64; ACTIONS])> = Vec::new();
        let mut cue_of = Vec::with_capacity(rules.len());
        for (h, rule) in rules.iter().enumerate() {
            let looks = if has_cue[h] { rule.cue() } else { all };
            let known = cues.iter().position(|(known, _)| *known == looks);
            cue_of.push(known.unwrap_or_else(|| {
                cues.push((looks, baseline(parameters, bank, looks, &cued)));
                cues.len() - 1
            }));
        }
        let strengths = has_cue.iter().zip(strengths).map(|(has_cue, own)| (!has_cue).then_some(*own)).collect();
        Meter { cues, cue_of, strengths }
    }

    /// The cues that are taken away, as bitmasks of looks, none twice.
    pub fn cues(&self) -> impl ExactSizeIterator<Item = u64> {
        self.cues.iter().map(|(looks, _)| *looks)
    }

    /// Which of [`Meter::cues`] is taken away for heuristic `h`.
    pub fn cue_of(&self, h: usize) -> usize {
        self.cue_of[h]
    }

    /// The activity of each heuristic, in `activities`, where they recommend `sets`: from the logits with all looks, and
    /// from those without each of [`Meter::cues`], which are asked for where a heuristic fires that has it.
    pub fn measure<'l>(
        &self,
        sets: &[ActionSet],
        logits: &[f32; ACTIONS],
        without: impl Fn(usize) -> &'l [f32; ACTIONS],
        activities: &mut Vec<f64>,
    ) {
        activities.clear();
        let present = self.present(sets, &without);
        activities.extend(sets.iter().enumerate().map(|(h, &set)| match self.strengths[h] {
            _ if set.is_empty() => 0.0,
            Some(strength) => present * strength.max(0.0) * length(set),
            None => {
                let ((_, baseline), bare) = (self.cues[self.cue_of[h]], without(self.cue_of[h]));
                let change = centred(std::array::from_fn(|a| f64::from(logits[a]) - f64::from(bare[a])));
                along(&std::array::from_fn(|a| change[a] - baseline[a]), set)
            }
        }));
    }

    /// How much of what the heuristics without a cue say together is in the logits without all cues: 0 to 1.
    fn present<'l>(&self, sets: &[ActionSet], without: &impl Fn(usize) -> &'l [f32; ACTIONS]) -> f64 {
        let mut expected = [0.0; ACTIONS];
        let mut all = None;
        for (h, &set) in sets.iter().enumerate().filter(|(_, set)| !set.is_empty()) {
            if let Some(strength) = self.strengths[h] {
                all = Some(self.cue_of[h]);
                expected.iter_mut().zip(phi(set)).for_each(|(sum, feature)| *sum += strength * feature);
            }
        }
        let size: f64 = expected.iter().map(|e| e * e).sum();
        let Some(all) = all.filter(|_| size > 0.0) else { return 0.0 };
        let (bare, (_, baseline)) = (centred(without(all).map(f64::from)), self.cues[all]);
        let product: f64 = (0..ACTIONS).map(|a| expected[a] * (bare[a] + baseline[a])).sum();
        (product / size).clamp(0.0, 1.0)
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
