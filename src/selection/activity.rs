//! Activity: how strongly a network acts by a heuristic in a state, in logits. This is the one definition. Which solver is
//! [dominant](crate::solver::dominant) is decided by it; its mean over the states of the bank where a heuristic fires is the
//! heuristic's magnitude, which outcomes report, `magnitude(h)` forecasts and the [registry](crate::selection::magnitude)
//! lists first; [`crate::solver::by_unit`] splits it over units.
//!
//! With a cue, where h fires and its cue is in view:
//! m_h(s) = max(0, <z_c(s) - z_c(s without the cue of h) - b_h, phi_h(s) / |phi_h(s)|>), b_h the
//! [baseline](crate::selection::baseline) of the cue; else 0.
//!
//! Without a cue, nothing can be taken away. The activity is what the joint fit says that the heuristic adds,
//! max(0, w_h) |phi_h(s)|, w_h its [strength](crate::selection::strength), times the part in [0, 1] of what all such
//! heuristics say together, p(s) = sum_h w_h phi_h(s), that is in the logits without all cues, r(s) with their baseline
//! put back: <r(s), p(s)> / |p(s)|^2.
//!
//! The [plain counterfactual](crate::selection::magnitude::counterfactual) has neither b_h nor w_h: without a cue, it
//! projects r(s), without any baseline, on phi_h(s) / |phi_h(s)|. It is departed from twice, for what it says of networks that
//! follow rules with known strengths (`shardbed validate`, which prints both):
//!
//! - The projection holds the parts of all heuristics that recommend alike, so a weak one beside a strong one is taken
//!   for strong. In networks wired by hand, where nothing but the rules is there and baselines are 0, it names the strongest
//!   rule in 98% of the states where that is one about an object, in 88% for places and in 67% for walls; with the
//!   strengths, in 100% of all three.
//! - Where training always shows a cue, what its weights do alike in all states is arbitrary: it can outweigh what they say,
//!   and is missing from the rest. With the strengths but all baselines set to 0 (no command does this), distilled networks
//!   of the study `alone` are named right in 75% of the states where an object matters most and in 70% where a wall does, and
//!   those of `crowd` in 47% for places; with baselines in 86%, 94% and 98%. The counterfactual names 80%, 45% and 45%.
//!
//! Shares of the mean recover planted ones better, too: r = .979 wired and .966 distilled, where the counterfactual has .852
//! and .819. For heuristics without a cue that is the recovery of their strengths.

use crate::attribution::contribution::centred;
use crate::heuristic::evaluate::Rule;
use crate::heuristic::feature::phi;
use crate::network::fused;
use crate::network::parameters::Parameters;
use crate::selection::bank::Bank;
use crate::selection::baseline::Fit;
use crate::selection::features::Features;
use crate::world::action::{ACTIONS, ActionSet};

/// How far an effect on the centred logits goes along what a heuristic recommends: max(0, <effect, phi / |phi|>), logits.
/// 0 where it does not fire.
pub fn along(effect: &[f64; ACTIONS], set: ActionSet) -> f64 {
    let feature = phi(set);
    let norm = length(set);
    let product: f64 = effect.iter().zip(feature).map(|(e, f)| e * f).sum();
    if norm > 0.0 { product.max(0.0) / norm } else { 0.0 }
}

/// |phi| of the recommended actions.
pub fn length(set: ActionSet) -> f64 {
    phi(set).iter().map(|f| f * f).sum::<f64>().sqrt()
}

/// What the activities in one network are measured with.
#[derive(Clone, Debug, PartialEq)]
pub struct Meter {
    /// The cues that are taken away, each once, as bitmasks of looks, each with its baseline, logits.
    pub cues: Vec<(u64, [f64; ACTIONS])>,
    /// Per heuristic, the index of its cue; without one, that of all cues together.
    pub cue_of: Vec<usize>,
    /// Per heuristic without a cue, its strength, logits; nothing with one.
    pub strengths: Vec<Option<f64>>,
}

impl Meter {
    /// A meter for a network with these strengths of the rules, logits. `has_cue` says of each rule whether it has a cue
    /// that some state of the bank shows.
    pub fn new(parameters: &Parameters, bank: &Bank, rules: &[Rule], has_cue: &[bool], strengths: &[f64]) -> Meter {
        let cued: Vec<usize> = (0..rules.len()).filter(|&h| has_cue[h]).collect();
        let full = fused::logits(parameters, &bank.observations);
        let baseline = |looks: u64| {
            let bare = bank.observations_without(looks);
            let without = fused::logits(parameters, &bare);
            Fit::new(bank, &bare, &cued).intercept(|state| change(&full[state], &without[state]))
        };
        let all = rules.iter().fold(0, |cues, rule| cues | rule.cue());
        let mut cues: Vec<(u64, [f64; ACTIONS])> = Vec::new();
        let mut cue_of = Vec::with_capacity(rules.len());
        for (h, rule) in rules.iter().enumerate() {
            let looks = if has_cue[h] { rule.cue() } else { all };
            let known = cues.iter().position(|(known, _)| *known == looks);
            cue_of.push(known.unwrap_or_else(|| {
                cues.push((looks, baseline(looks)));
                cues.len() - 1
            }));
        }
        let strengths = has_cue.iter().zip(strengths).map(|(has_cue, own)| (!has_cue).then_some(*own)).collect();
        Meter { cues, cue_of, strengths }
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
                // A cue that is not in view has no baseline to lose.
                if logits == bare {
                    return 0.0;
                }
                let change = change(logits, bare);
                along(&std::array::from_fn(|a| change[a] - baseline[a]), set)
            }
        }));
    }

    /// How much of what the heuristics without a cue say together is in the logits without all cues: 0 to 1. Arguments
    /// as in [`Meter::measure`].
    pub fn present<'l>(&self, sets: &[ActionSet], without: &impl Fn(usize) -> &'l [f32; ACTIONS]) -> f64 {
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

    /// The magnitude of each heuristic: its mean activity over the states where it fires, nothing if it never does.
    /// `logits` has one row per state, and so has what `without` gives for a heuristic: those without its cue, or without
    /// all cues if it has none.
    pub fn magnitudes<'l>(
        &self,
        features: &Features,
        logits: &'l [[f32; ACTIONS]],
        without: impl Fn(usize) -> &'l [[f32; ACTIONS]],
    ) -> Vec<Option<f64>> {
        let of_cue = |cue: usize| self.cue_of.iter().position(|own| *own == cue).map_or(logits, &without);
        let bare: Vec<&[[f32; ACTIONS]]> = (0..self.cues.len()).map(of_cue).collect();
        let (mut sums, mut fires) = (vec![0.0; features.heuristics], vec![0usize; features.heuristics]);
        let mut activities = Vec::new();
        for state in 0..features.states() {
            let sets = features.row(state);
            self.measure(sets, &logits[state], |cue| &bare[cue][state], &mut activities);
            sums.iter_mut().zip(&activities).for_each(|(sum, activity)| *sum += activity);
            fires.iter_mut().zip(sets).for_each(|(count, set)| *count += usize::from(!set.is_empty()));
        }
        sums.iter().zip(fires).map(|(sum, fires)| (fires > 0).then(|| sum / fires as f64)).collect()
    }
}

/// What taking something away changes in the centred logits.
pub fn change(full: &[f32; ACTIONS], bare: &[f32; ACTIONS]) -> [f64; ACTIONS] {
    centred(std::array::from_fn(|a| f64::from(full[a]) - f64::from(bare[a])))
}
