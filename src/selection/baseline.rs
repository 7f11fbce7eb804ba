//! The baseline of a cue: what taking it away does to the logits alike in every state that shows it.
//!
//! Where a cue is in view all through training, training does not say what the network does without it: whatever is the
//! same in all states can sit in the weights of the cue or in those of anything else. So it is taken out: the baseline b
//! is the intercept in the least squares fit of z_c(s) - z_c(s without the cue) = sum_k w_k phi_k(s) + b on the features
//! of all heuristics with a cue, over the states of the bank in which something is taken away.
//!
//! The intercept is linear in what is fitted: those of the parts of an effect sum to that of the effect.

use crate::heuristic::feature::phi;
use crate::selection::bank::Bank;
use crate::selection::features::Features;
use crate::selection::linear::{inverse, mean_diagonal, times, with_ridge};
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use faer::Mat;

/// Of the mean diagonal: rules that the states do not tell apart share what they explain.
const RIDGE: f64 = 1e-4;

/// The fit of effects of taking a cue away: all of it that does not depend on the network.
pub struct Fit<'b> {
    features: &'b Features,
    /// The heuristics with a cue.
    explained: &'b [usize],
    /// The states in which something is taken away.
    states: Vec<usize>,
    /// The mean over these states of the features of each of `explained`.
    means: Vec<[f64; ACTIONS]>,
    /// Of the centred features.
    inverse: Option<Mat<f64>>,
}

impl<'b> Fit<'b> {
    /// `bare` are the observations of the bank without the cue; `explained` are the heuristics with a cue.
    pub fn new(bank: &'b Bank, bare: &LitRows, explained: &'b [usize]) -> Fit<'b> {
        let shows = |state: &usize| bank.observations.row(*state).len() != bare.row(*state).len();
        let states: Vec<usize> = (0..bank.probes.len()).filter(shows).collect();
        let means = vec![[0.0; ACTIONS]; explained.len()];
        let mut fit = Fit { features: &bank.features, explained, states, means, inverse: None };
        let n = fit.states.len().max(1) as f64;
        for &state in &fit.states {
            for (mean, &k) in fit.means.iter_mut().zip(explained) {
                add(mean, &phi(fit.features.row(state)[k]), 1.0 / n);
            }
        }
        let mut gram = Mat::zeros(explained.len(), explained.len());
        for &state in &fit.states {
            let own = fit.centred(state);
            for (i, left) in own.iter().enumerate() {
                own.iter().enumerate().for_each(|(j, right)| gram[(i, j)] += dot(left, right));
            }
        }
        fit.inverse = inverse(&with_ridge(&gram, RIDGE * mean_diagonal(&gram)));
        fit
    }

    /// The intercept of the fit of an effect, which is asked for at states of the bank. 0 where none of them shows the
    /// cue.
    pub fn intercept(&self, effect: impl Fn(usize) -> [f64; ACTIONS]) -> [f64; ACTIONS] {
        let n = self.states.len().max(1) as f64;
        let mut mean = [0.0; ACTIONS];
        self.states.iter().for_each(|&state| add(&mut mean, &effect(state), 1.0 / n));
        let mut moments = vec![0.0; self.explained.len()];
        for &state in &self.states {
            let effect = less(&effect(state), &mean);
            moments.iter_mut().zip(self.centred(state)).for_each(|(sum, own)| *sum += dot(&own, &effect));
        }
        let weights = self.inverse.as_ref().map_or(vec![0.0; moments.len()], |inverse| times(inverse, &moments));
        weights.iter().zip(&self.means).for_each(|(weight, feature)| add(&mut mean, feature, -weight));
        mean
    }

    /// The features of each of the explained heuristics, less their means.
    fn centred(&self, state: usize) -> Vec<[f64; ACTIONS]> {
        let feature = |k: usize| phi(self.features.row(state)[k]);
        self.explained.iter().zip(&self.means).map(|(&k, mean)| less(&feature(k), mean)).collect()
    }
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
