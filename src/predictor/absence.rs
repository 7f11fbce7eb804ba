//! What pi_w, the policy that rules with strengths w stand for, does on the probe bank without cues: its causal strengths,
//! its magnitudes, and the meter of its activities.
//!
//! The logits z(s) = sum_h w_h phi_h(s) are linear in w, and so is what a cue does to them:
//! z(s) - z(s without the cue of h) = sum_k w_k (phi_k(s) - phi_k(s without the cue of h)), in which every rule takes part
//! that names a look of the cue. So all of it that does not depend on w is computed once: what the rules recommend on
//! each state of the bank with the looks of each cue hidden, and the [baseline](crate::selection::baseline) of each cue for
//! each rule at strength 1.
//!
//! The definitions are those by which networks are measured, with z in place of a network:
//! [causal strength](crate::selection::causal), [activity and magnitude](crate::selection::activity). The logits are
//! rounded to f32 as those of networks are.

use crate::heuristic::evaluate::Rule;
use crate::heuristic::feature::phi;
use crate::heuristic::policy::logits;
use crate::selection::activity::Meter;
use crate::selection::bank::Bank;
use crate::selection::baseline::Fit;
use crate::selection::causal;
use crate::selection::features::Features;
use crate::solver::actor::without;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use crate::world::paths::Paths;

/// What rules recommend on a bank where looks are absent.
#[derive(Clone, Debug)]
pub struct Absence {
    features: Features,
    /// The cues that are taken away, each once; that of all rules together is among them if some rule has none.
    cues: Vec<Cue>,
    /// Per rule, the index of its cue; without one, that of all cues together.
    cue_of: Vec<usize>,
    /// Per rule, whether it has a cue that some state of the bank shows where it fires.
    has_cue: Vec<bool>,
    /// The rules that have.
    cued: Vec<usize>,
}

/// Looks that are taken away together.
#[derive(Clone, Debug)]
struct Cue {
    /// As a bitmask.
    looks: u64,
    /// What the rules recommend without them, on each state of the bank.
    features: Features,
    /// Per rule, its part in the baseline at strength 1.
    baselines: Vec<[f64; ACTIONS]>,
}

impl Absence {
    /// Of a bank and the rules that its features are those of.
    pub fn of(bank: &Bank, rules: &[Rule]) -> Absence {
        let all = rules.iter().fold(0, |cues, rule| cues | rule.cue());
        let mut bare: Vec<(u64, LitRows)> = Vec::new();
        for looks in rules.iter().map(Rule::cue).chain([all]) {
            if bare.iter().all(|(known, _)| *known != looks) {
                bare.push((looks, bank.observations_without(looks)));
            }
        }
        let index = |looks: u64| bare.iter().position(|(known, _)| *known == looks).unwrap_or(0);
        let has_cue: Vec<bool> =
            rules.iter().enumerate().map(|(h, rule)| bank.shows(h, &bare[index(rule.cue())].1)).collect();
        let looks_of = |(rule, has_cue): (&Rule, &bool)| if *has_cue { rule.cue() } else { all };
        let cue_of = rules.iter().zip(&has_cue).map(|pair| index(looks_of(pair))).collect();
        let cued: Vec<usize> = (0..rules.len()).filter(|&h| has_cue[h]).collect();
        let features = features_without(bank, rules, &bare.iter().map(|(looks, _)| *looks).collect::<Vec<u64>>());
        let cue = |((looks, bare), features): (&(u64, LitRows), Features)| {
            let fit = Fit::new(bank, bare, &cued);
            let baseline = |(k, rule): (usize, &Rule)| match rule.cue() & looks {
                0 => [0.0; ACTIONS],
                _ => fit.intercept(|state| {
                    let (with, without) = (phi(bank.features.row(state)[k]), phi(features.row(state)[k]));
                    std::array::from_fn(|action| with[action] - without[action])
                }),
            };
            let baselines = rules.iter().enumerate().map(baseline).collect();
            Cue { looks: *looks, baselines, features }
        };
        let cues = bare.iter().zip(features).map(cue).collect();
        Absence { features: bank.features.clone(), cues, cue_of, has_cue, cued }
    }

    /// The looks of each cue that is taken away, as bitmasks.
    pub fn looks(&self) -> impl Iterator<Item = u64> {
        self.cues.iter().map(|cue| cue.looks)
    }

    /// Per rule, the index of its cue among those that are taken away; without one, that of all cues together.
    pub fn cue_of(&self) -> &[usize] {
        &self.cue_of
    }

    /// Per rule, whether it has a cue that some state of the bank shows where it fires.
    pub fn has_cue(&self) -> &[bool] {
        &self.has_cue
    }

    /// The indices of the rules that have a cue.
    pub fn cued(&self) -> &[usize] {
        &self.cued
    }

    /// What the activities of pi_w are measured with.
    pub fn meter(&self, strengths: &[f64]) -> Meter {
        let baseline = |cue: &Cue| {
            cue.baselines.iter().zip(strengths).fold([0.0; ACTIONS], |sum, (part, strength)| {
                std::array::from_fn(|action| sum[action] + strength * part[action])
            })
        };
        Meter {
            cues: self.cues.iter().map(|cue| (cue.looks, baseline(cue))).collect(),
            cue_of: self.cue_of.clone(),
            strengths: self.has_cue.iter().zip(strengths).map(|(has_cue, own)| (!has_cue).then_some(*own)).collect(),
        }
    }

    /// The causal strength of each rule, logits; nothing for one without a cue that the bank shows where it fires.
    pub fn causal(&self, strengths: &[f64]) -> Vec<Option<f64>> {
        let full = on(&self.features, strengths);
        let bare: Vec<_> = self.cues.iter().map(|cue| on(&cue.features, strengths)).collect();
        let of = |h: usize| causal::measure(&self.features, h, &full, &bare[self.cue_of[h]]);
        (0..self.has_cue.len()).map(|h| self.has_cue[h].then(|| of(h)).flatten().map(|own| own.strength)).collect()
    }

    /// The mean activity of each rule where it fires, logits; nothing for one that never does on the bank.
    pub fn magnitude(&self, strengths: &[f64]) -> Vec<Option<f64>> {
        let full = on(&self.features, strengths);
        let bare: Vec<_> = self.cues.iter().map(|cue| on(&cue.features, strengths)).collect();
        self.meter(strengths).magnitudes(&self.features, &full, |h| &bare[self.cue_of[h]])
    }
}

/// The logits of pi_w, one row per state.
fn on(features: &Features, strengths: &[f64]) -> Vec<[f32; ACTIONS]> {
    let row = |state: usize| logits(strengths, features.row(state)).map(|logit| logit as f32);
    (0..features.states()).map(row).collect()
}

/// What the rules recommend on the bank without each of these sets of looks.
fn features_without(bank: &Bank, rules: &[Rule], cues: &[u64]) -> Vec<Features> {
    let mut found = vec![bank.features.clone(); cues.len()];
    let mut paths: Option<Paths> = None;
    for (state, probe) in bank.probes.iter().enumerate() {
        let grid = &probe.state.grid;
        match &mut paths {
            Some(paths) => paths.turn_to(grid),
            None => paths = Some(Paths::of(grid)),
        }
        let Some(paths) = &paths else { continue };
        let mut scene = probe.scene(paths);
        for (features, &looks) in found.iter_mut().zip(cues).filter(|(_, looks)| **looks != 0) {
            scene.turn_to(&probe.engine, probe.state.borrow(), paths);
            without(looks, &mut scene, rules, &mut features.sets[state * rules.len()..][..rules.len()]);
        }
    }
    found
}
