//! Placebo: the strength of the same heuristic, fitted jointly with the others, with its cue permuted over the states.
//!
//! The permuted feature is no alias of what its original was, so the fit is on all directions, with the ridge alone.
//!
//! In each of [`REFITS`] refits every state shows the objects that have a look which the rule names where another state
//! of the bank has its own, as far as that is in view. Whole objects move, with the looks that the rule does not name:
//! to move one of two looks that always coincide would show what no world has. States that could not look like this (an
//! object in a wall, on the agent or on another object) are left out.
//! A rule whose strength is not above the largest of its placebos owes it to what the cue does not carry.

use crate::heuristic::evaluate::Rule;
use crate::seed::Seed;
use crate::selection::bank::Bank;
use crate::selection::features::Features;
use crate::selection::linear::{inverse, mean_diagonal, times, with_ridge};
use crate::selection::normal::{Normal, Weighed};
use crate::selection::strength::RIDGE;
use crate::world::action::ActionSet;
use crate::world::paths::Paths;
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

/// Draws the permutations of all rules; nothing for a rule that `has_cue` says has none to permute.
pub fn draw(bank: &Bank, rules: &[Rule], has_cue: &[bool], seed: Seed) -> Vec<Option<Placebo>> {
    if !has_cue.contains(&true) {
        return vec![None; has_cue.len()];
    }
    let states = bank.probes.len();
    // The streams do not depend on the rules, so neither on their names nor on their order.
    let orders: Vec<Vec<usize>> = (0..REFITS as u64)
        .map(|refit| {
            let mut order: Vec<usize> = (0..states).collect();
            order.shuffle(&mut seed.stream("placebo", &[refit]));
            order
        })
        .collect();
    let empty =
        |(h, has_cue): (usize, &bool)| has_cue.then(|| Placebo { heuristic: h, refits: vec![Vec::new(); REFITS] });
    let mut placebos: Vec<Option<Placebo>> = has_cue.iter().enumerate().map(empty).collect();
    for (state, probe) in bank.probes.iter().enumerate() {
        // Distances are kept for one state at a time.
        let paths = Paths::of(&probe.state.grid);
        let own = (&*probe.engine, probe.state.borrow());
        let mut scene = probe.scene(&paths);
        for (rule, placebo) in rules.iter().zip(&mut placebos) {
            let Some(placebo) = placebo else { continue };
            for (order, refit) in orders.iter().zip(&mut placebo.refits) {
                let donor = &bank.probes[order[state]];
                let other = (&*donor.engine, donor.state.borrow());
                let possible = scene.turn_to_replaced(rule.cue(), own, other, &paths);
                refit.push(possible.then(|| rule.recommends(&scene)));
            }
        }
    }
    placebos
}

impl Placebo {
    /// The largest strength of the heuristic over the refits, logits. `weighed` has a row per state of the bank.
    pub fn largest(&self, features: &Features, weighed: &[Weighed]) -> f64 {
        let strengths = self.refits.iter().map(|refit| {
            let mut normal = Normal::new(features.heuristics);
            for (state, (set, weighed)) in refit.iter().zip(weighed).enumerate() {
                let Some(placebo) = set else { continue };
                let own = features.row(state).iter().enumerate();
                normal.add(own.map(|(h, set)| if h == self.heuristic { *placebo } else { *set }), weighed);
            }
            let gram = normal.gram();
            match inverse(&with_ridge(&gram, RIDGE * mean_diagonal(&gram))) {
                Some(inverse) => times(&inverse, &normal.moments)[self.heuristic],
                None => 0.0,
            }
        });
        strengths.fold(f64::NEG_INFINITY, f64::max)
    }
}
