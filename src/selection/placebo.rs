//! Placebo: the strength of the same heuristic, in the same joint fit, with its cue permuted over the states.
//!
//! In each of [`REFITS`] refits every state shows the looks that the rule names where another state of the bank has
//! them; states that could not look like this (an object in a wall, on the agent or on another object) are left out.
//! A rule whose strength is not above the largest of its placebos owes it to what the cue does not carry.

use crate::heuristic::evaluate::Rule;
use crate::seed::Seed;
use crate::selection::bank::Bank;
use crate::selection::features::Features;
use crate::selection::linear::{inverse, mean_diagonal, times, with_ridge};
use crate::selection::strength::{RIDGE, moments};
use crate::world::action::{ACTIONS, ActionSet};
use rand::seq::SliceRandom;

/// How many permutations: the largest of 19 is exceeded by chance once in 20.
pub const REFITS: usize = 19;

/// The permuted recommendations of one heuristic. They depend on the study alone.
#[derive(Clone, Debug)]
pub struct Placebo {
    heuristic: usize,
    /// Per refit, per state: what the rule recommends under the permuted cue; nothing where the state is impossible.
    refits: Vec<Vec<Option<ActionSet>>>,
}

impl Placebo {
    /// Draws the permutations of heuristic `h`; nothing if it has no cue.
    pub fn draw(bank: &Bank, rules: &[Rule], h: usize, seed: Seed) -> Option<Placebo> {
        let rule = rules.get(h)?;
        let cue = rule.cue();
        if cue == 0 {
            return None;
        }
        let scenes: Vec<_> = bank.probes.iter().map(|probe| probe.scene()).collect();
        let refits = (0..REFITS as u64)
            .map(|refit| {
                // The stream does not depend on the heuristic, so neither on names nor on their order.
                let mut order: Vec<usize> = (0..scenes.len()).collect();
                order.shuffle(&mut seed.stream("placebo", &[refit]));
                let permuted = scenes.iter().zip(order).map(|(scene, other)| {
                    let mut scene = scene.clone();
                    scene.replace(cue, &scenes[other]).then(|| rule.recommends(&scene))
                });
                permuted.collect()
            })
            .collect();
        Some(Placebo { heuristic: h, refits })
    }

    /// The largest strength of the heuristic over the refits, logits. `q` and `logits` are rows of the bank.
    pub fn largest(&self, features: &Features, q: &[[f64; ACTIONS]], logits: &[[f64; ACTIONS]]) -> f64 {
        let strengths = self.refits.iter().map(|refit| {
            let mut sets = Vec::with_capacity(features.sets.len());
            let (mut kept_q, mut kept_logits) = (Vec::with_capacity(q.len()), Vec::with_capacity(q.len()));
            for (state, set) in refit.iter().enumerate() {
                let Some(set) = set else { continue };
                sets.extend_from_slice(features.row(state));
                let first = sets.len() - features.heuristics;
                sets[first + self.heuristic] = *set;
                kept_q.push(q[state]);
                kept_logits.push(logits[state]);
            }
            let kept = Features { heuristics: features.heuristics, sets };
            let gram = kept.gram(kept_q.iter());
            match inverse(&with_ridge(&gram, RIDGE * mean_diagonal(&gram))) {
                Some(inverse) => times(&inverse, &moments(&kept, &kept_q, &kept_logits))[self.heuristic],
                None => 0.0,
            }
        });
        strengths.fold(f64::NEG_INFINITY, f64::max)
    }
}
