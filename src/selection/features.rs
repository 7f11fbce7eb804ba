//! What every heuristic recommends on a list of states, and the Fisher Gram matrix of their features.

use crate::heuristic::feature::phi;
use crate::heuristic::policy::softmax;
use crate::selection::normal::{Normal, Weighed};
use crate::world::action::{ACTIONS, ActionSet};
use faer::Mat;

/// Recommended actions of `heuristics` heuristics on a list of states.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    pub heuristics: usize,
    /// `[state * heuristics + heuristic]`; empty where the heuristic does not fire.
    pub sets: Vec<ActionSet>,
}

impl Features {
    pub fn states(&self) -> usize {
        self.sets.len() / self.heuristics.max(1)
    }

    /// The recommendations of all heuristics on one state.
    pub fn row(&self, state: usize) -> &[ActionSet] {
        &self.sets[state * self.heuristics..(state + 1) * self.heuristics]
    }

    /// The share in [0, 1] of the states on which a heuristic fires.
    pub fn firing(&self, heuristic: usize) -> f64 {
        let fires = (0..self.states()).filter(|&state| !self.row(state)[heuristic].is_empty()).count();
        fires as f64 / self.states().max(1) as f64
    }

    /// The features of one state less their mean under `q`, of the heuristics that fire: (heuristic, feature by action).
    pub fn centred<'a>(
        &'a self,
        state: usize,
        q: &'a [f64; ACTIONS],
    ) -> impl Iterator<Item = (usize, [f64; ACTIONS])> + 'a {
        self.row(state).iter().enumerate().filter(|(_, set)| !set.is_empty()).map(move |(heuristic, set)| {
            let feature = phi(*set);
            let mean: f64 = feature.iter().zip(q).map(|(f, q)| f * q).sum();
            (heuristic, feature.map(|f| f - mean))
        })
    }

    /// The [normal equations](crate::selection::normal) of logits on these features, one row of q and of logits per state.
    pub fn normal(&self, q: &[[f64; ACTIONS]], logits: &[[f64; ACTIONS]]) -> Normal {
        let mut normal = Normal::new(self.heuristics);
        for (state, (q, logits)) in q.iter().zip(logits).enumerate() {
            normal.add(self.row(state).iter().copied(), &Weighed::of(q, logits));
        }
        normal
    }

    /// sum_s Phi^T F(s) Phi with F(s) = diag(q) - q q^T, q a distribution over actions per state.
    pub fn gram<'q>(&self, q: impl Iterator<Item = &'q [f64; ACTIONS]>) -> Mat<f64> {
        let mut normal = Normal::new(self.heuristics);
        for (state, q) in q.enumerate() {
            normal.add(self.row(state).iter().copied(), &Weighed::of(q, &[0.0; ACTIONS]));
        }
        normal.gram()
    }

    /// The Gram matrix where the policy is uniform on every state: it depends on the states alone.
    pub fn uniform_gram(&self) -> Mat<f64> {
        let uniform = [1.0 / ACTIONS as f64; ACTIONS];
        self.gram(std::iter::repeat_n(&uniform, self.states()))
    }
}

/// q = 0.9 softmax(logits) + 0.1 / 5: the policy at which a fit is weighted, kept off the corners of the simplex.
pub fn fisher_weights(logits: &[[f32; ACTIONS]]) -> Vec<[f64; ACTIONS]> {
    logits.iter().map(|logits| softmax(logits.map(f64::from)).map(|p| 0.9 * p + 0.1 / ACTIONS as f64)).collect()
}
