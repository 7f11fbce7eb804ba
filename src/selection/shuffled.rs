//! Shuffled: the causal strength of the same heuristic in the same network, with the weights from its cue mixed.
//!
//! The rows of the first layer that start at the bits of a look are turned together by a random rotation: each becomes
//! a mixture of all of them. Where training never lights these bits, their rows stay as they were drawn, and orthogonal
//! initialisation prefers no direction among inputs, nor would a normal one: whatever training makes of the rest, the
//! turned network is another draw of the same one. So the causal strength of a rule about something that was never
//! shown is above the largest of [`SHUFFLES`] rotations with a chance of at most 1 in [`SHUFFLES`] + 1. What training
//! makes of a cue, a rotation takes apart.
//!
//! That is a test of the cue, and a weak rule would be lost beside a strong one about the same thing, whose weights are
//! mixed with its own. So the statistic is the largest causal strength of all rules with the same cue: [`learned`].
//! The chance that any rule about something never shown passes is then 1 in 100 for each cue, not for each rule.
//!
//! To permute the rows would be exact too, but it leaves alone what all bits of a look do alike ("if cheese visible then
//! stay"), and what a single bit does comes back to its place in one of as many permutations as a look has bits.
//!
//! Source: Langsrud 2005, "Rotation tests", Statistics and Computing 15, 53-60. Our rotations are not quite uniform.
//! The test is exact all the same since the network is turned once before it is turned anew each time: Besag and
//! Clifford 1989, "Generalized Monte Carlo significance tests", Biometrika 76, 633-642.

use crate::network::fused::Fused;
use crate::network::packed::PackedLayer;
use crate::network::parameters::Parameters;
use crate::seed::{Seed, Stream};
use crate::selection::bank::Bank;
use crate::selection::causal;
use crate::selection::features::Features;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use rand::RngExt;
use rand::seq::SliceRandom;
use std::f32::consts::TAU;
use std::ops::Range;

/// How many rotations: the largest of 99 is exceeded by chance once in 100.
pub const SHUFFLES: usize = 99;
/// At most so many of the bank's states where the rule fires, spread over the bank.
const STATES: usize = 500;

/// Causal strengths of one heuristic on some states of the bank, logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shuffled {
    /// With the weights as they are.
    pub observed: f64,
    /// The largest over the rotations.
    pub largest: f64,
}

/// Measures heuristic `h`, whose cue are the looks with these bits; nothing if it never fires. `without` are the logits
/// without its cue, one row per state of the bank.
pub fn measure(
    parameters: &Parameters,
    bank: &Bank,
    h: usize,
    looks: &[Range<usize>],
    without: &[[f32; ACTIONS]],
    seed: Seed,
) -> Option<Shuffled> {
    let fires: Vec<usize> = (0..bank.probes.len()).filter(|&s| !bank.features.row(s)[h].is_empty()).collect();
    let states: Vec<usize> = fires.iter().step_by(fires.len().div_ceil(STATES).max(1)).copied().collect();
    let mut rows = LitRows::new();
    states.iter().for_each(|&state| rows.push_row(bank.observations.row(state)));
    let without: Vec<[f32; ACTIONS]> = states.iter().map(|&state| without[state]).collect();
    let features = Features { heuristics: 1, sets: states.iter().map(|&s| bank.features.row(s)[h]).collect() };

    let mut forward = Fused::new(parameters);
    let (mut logits, mut values) = (vec![[0.0; ACTIONS]; rows.len()], vec![0.0; rows.len()]);
    let mut strength = |forward: &mut Fused| {
        forward.run(&rows, &mut logits, &mut values);
        causal::strength(&features, 0, &logits, &without)
    };
    let observed = strength(&mut forward)?;
    let shuffle = |forward: &mut Fused, index: u64| {
        let mut random = seed.stream("shuffled weights", &[index]);
        looks.iter().for_each(|bits| turn(forward.first(), bits.clone(), &mut random));
    };
    shuffle(&mut forward, 0);
    let turned = forward.first().weight.clone();
    let mut largest = f64::NEG_INFINITY;
    for index in 1..=SHUFFLES as u64 {
        forward.first().weight.copy_from_slice(&turned);
        shuffle(&mut forward, index);
        largest = largest.max(strength(&mut forward)?);
    }
    Some(Shuffled { observed, largest })
}

/// Per heuristic, whether training shaped the weights from its cue: the largest causal strength of the rules with the
/// same cue is above the largest over the shuffles. `shuffled` is nothing, and so not learned, without a cue.
pub fn learned(cues: &[u64], shuffled: &[Option<Shuffled>]) -> Vec<bool> {
    let of = |cue: u64| cues.iter().zip(shuffled).filter(move |(own, _)| **own == cue).filter_map(|(_, s)| *s);
    let largest = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(f64::NEG_INFINITY, f64::max);
    let above = |cue: u64| {
        largest(&mut of(cue).map(|shuffled| shuffled.observed)) > largest(&mut of(cue).map(|shuffled| shuffled.largest))
    };
    cues.iter().zip(shuffled).map(|(&cue, shuffled)| shuffled.is_some() && above(cue)).collect()
}

/// Turns these rows by a random rotation: in each of enough rounds for every row to meet every other, in random pairs
/// by random angles.
fn turn(layer: &mut PackedLayer, bits: Range<usize>, random: &mut Stream) {
    let mut order: Vec<usize> = bits.collect();
    let width = layer.outputs;
    for _ in 0..=order.len().ilog2() + 1 {
        order.shuffle(random);
        for pair in order.chunks_exact(2) {
            let (sine, cosine) = random.random_range(0.0..TAU).sin_cos();
            let (low, high) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            let (left, right) = layer.weight.split_at_mut(high * width);
            for (a, b) in left[low * width..][..width].iter_mut().zip(&mut right[..width]) {
                (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
            }
        }
    }
}
