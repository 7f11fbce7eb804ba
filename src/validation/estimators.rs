//! The ways of estimating strengths, in a list beside that of the [magnitudes](crate::selection::magnitude).

use crate::attribution::contribution::centred;
use crate::experiment::measure::Measured;
use crate::selection::features::{Features, fisher_weights};
use crate::selection::magnitude::Evidence;
use crate::selection::{behavioural, strength};
use crate::world::action::ACTIONS;
use faer::Mat;

/// What is known of one network.
pub struct Reading<'a> {
    /// What the pipeline measures it at.
    pub measured: &'a Measured,
    pub evidence: Evidence<'a>,
    /// The directions of strengths that the bank identifies.
    pub basis: &'a Mat<f64>,
    /// States of the bank, drawn with replacement, each with one action sampled from the network's policy.
    pub sampled: &'a [(usize, usize)],
}

/// One way of estimating strengths.
pub struct Estimator {
    pub name: &'static str,
    pub formula: &'static str,
    /// Per heuristic, logits; nothing where it is undefined.
    pub compute: fn(&Reading) -> Vec<Option<f64>>,
}

/// Every way; the first is the one that shares are made of.
pub const ESTIMATORS: &[Estimator] = &[
    Estimator {
        name: "strength",
        formula: "unit contributions regressed on all features, Fisher weight",
        compute: |reading| reading.measured.strength.iter().copied().map(Some).collect(),
    },
    Estimator {
        name: "strength with bias",
        formula: "the same of the centred logits, output bias included",
        compute: with_bias,
    },
    Estimator {
        name: "behavioural strength",
        formula: "argmin_w sum KL(p || pi_w)",
        compute: |reading| reading.measured.behavioural.iter().copied().map(Some).collect(),
    },
    Estimator {
        name: "causal strength",
        formula: "effect of removing the cue along phi, each rule alone",
        compute: |reading| reading.measured.causal.iter().map(|causal| causal.map(|c| c.strength)).collect(),
    },
    Estimator {
        name: "sampled actions",
        formula: "maximum likelihood of pi_w on one action in each of 3,000 states",
        compute: sampled_actions,
    },
];

fn with_bias(reading: &Reading) -> Vec<Option<f64>> {
    let Evidence { features, attribution, .. } = &reading.evidence;
    let logits: Vec<[f64; ACTIONS]> = attribution.logits.iter().map(|row| centred(row.map(f64::from))).collect();
    let strengths = strength::total(features, &fisher_weights(&attribution.logits), &logits, reading.basis);
    strengths.into_iter().map(Some).collect()
}

/// KL to a certain action is the negative log likelihood of it.
fn sampled_actions(reading: &Reading) -> Vec<Option<f64>> {
    let all = reading.evidence.features;
    let sets = reading.sampled.iter().flat_map(|&(state, _)| all.row(state)).copied().collect();
    let certain = |&(_, action): &(usize, usize)| std::array::from_fn(|a| f64::from(u8::from(a == action)));
    let policy: Vec<[f64; ACTIONS]> = reading.sampled.iter().map(certain).collect();
    let features = Features { heuristics: all.heuristics, sets };
    behavioural::fit(&features, &policy).strength.into_iter().map(Some).collect()
}
