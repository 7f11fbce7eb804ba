//! The baseline of a cue: what taking it away does to the logits alike in every state that shows it.
//!
//! Where a cue is in view all through training, training does not say what the network does without it: whatever is the
//! same in all states can sit in the weights of the cue or in those of anything else. So it is taken out: the baseline b
//! is the intercept in the least squares fit of z_c(s) - z_c(s without the cue) = sum_k w_k phi_k(s) + b on the features
//! of all heuristics with a cue, over the states of the bank in which something is taken away.

use crate::attribution::contribution::centred;
use crate::heuristic::feature::phi;
use crate::network::forward::logits;
use crate::network::parameters::Parameters;
use crate::selection::bank::Bank;
use crate::selection::linear::{inverse, mean_diagonal, times, with_ridge};
use crate::world::action::ACTIONS;
use faer::Mat;

/// Of the mean diagonal: rules that the states do not tell apart share what they explain.
const RIDGE: f64 = 1e-4;

/// The baseline of the looks in the bitmask, logits; `explained` are the heuristics with a cue. 0 where no state of the
/// bank shows any of these looks.
pub fn baseline(parameters: &Parameters, bank: &Bank, looks: u64, explained: &[usize]) -> [f64; ACTIONS] {
    let bare = bank.observations_without(looks);
    let shows = |state: &usize| bank.observations.row(*state).len() != bare.row(*state).len();
    let states: Vec<usize> = (0..bank.probes.len()).filter(shows).collect();
    let (full, without) = (logits(parameters, &bank.observations), logits(parameters, &bare));
    let effect = |state: usize| -> [f64; ACTIONS] {
        centred(std::array::from_fn(|a| f64::from(full[state][a]) - f64::from(without[state][a])))
    };
    let feature = |state: usize, k: usize| phi(bank.features.row(state)[explained[k]]);
    let n = states.len().max(1) as f64;
    let mut mean = [0.0; ACTIONS];
    let mut features = vec![[0.0; ACTIONS]; explained.len()];
    for &state in &states {
        add(&mut mean, &effect(state), 1.0 / n);
        features.iter_mut().enumerate().for_each(|(k, sum)| add(sum, &feature(state, k), 1.0 / n));
    }
    let mut gram = Mat::zeros(explained.len(), explained.len());
    let mut moments = vec![0.0; explained.len()];
    for &state in &states {
        let effect = less(&effect(state), &mean);
        let own: Vec<[f64; ACTIONS]> = (0..explained.len()).map(|k| less(&feature(state, k), &features[k])).collect();
        for (i, left) in own.iter().enumerate() {
            moments[i] += dot(left, &effect);
            own.iter().enumerate().for_each(|(j, right)| gram[(i, j)] += dot(left, right));
        }
    }
    let ridged = with_ridge(&gram, RIDGE * mean_diagonal(&gram));
    let weights = inverse(&ridged).map_or(vec![0.0; explained.len()], |inverse| times(&inverse, &moments));
    weights.iter().zip(&features).for_each(|(weight, feature)| add(&mut mean, feature, -weight));
    mean
}

fn add(sum: &mut [f64; ACTIONS], part: &[f64; ACTIONS], factor: f64) {
    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += factor * part);
}

fn less(left: &[f64; ACTIONS], right: &[f64; ACTIONS]) -> [f64; ACTIONS] {
    std::array::from_fn(|action| left[action] - right[action])
}

fn dot(left: &[f64; ACTIONS], right: &[f64; ACTIONS]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}
