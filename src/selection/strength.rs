//! Strength: the contributions of units regressed on the features of all heuristics jointly.
//!
//! With Fisher weight F(s) = diag(q) - q q^T, beta_i = (sum_s Phi^T F Phi + ridge)^-1 sum_s Phi^T F u_i(s) for each
//! unit i, on the identified directions; the ridge is 1e-4 of the mean diagonal. The strength of heuristic h is
//! w_h = sum_i beta_ih, in logits; beta_ih says which units carry it.
//!
//! The standard error is the sandwich clustered by state: of the projection on this bank, which is not the truth
//! of a network that no list of rules describes.

use crate::attribution::contribution::Contributions;
use crate::selection::features::Features;
use crate::selection::linear::{inverse, mean_diagonal, times, with_ridge};
use crate::world::action::ACTIONS;
use faer::Mat;

/// The ridge of a fit, as a part of the mean diagonal of its Gram matrix.
pub const RIDGE: f64 = 1e-4;

/// Strengths measured in one network.
#[derive(Clone, Debug, PartialEq)]
pub struct Strengths {
    /// Per heuristic, logits.
    pub strength: Vec<f64>,
    /// Per heuristic, logits.
    pub standard_error: Vec<f64>,
    /// Per unit, then heuristic: `[unit][heuristic]`, logits; over the units they sum to the strength.
    pub by_unit: Vec<Vec<f64>>,
}

/// The ridged solution operator B (B^T (G + ridge) B)^-1 B^T on the directions spanned by the columns of B.
///
/// All zero where nothing is identified.
pub fn solver(gram: &Mat<f64>, basis: &Mat<f64>) -> Mat<f64> {
    let ridged = with_ridge(gram, RIDGE * mean_diagonal(gram));
    match inverse(&(basis.transpose() * &ridged * basis)) {
        Some(inner) => basis * inner * basis.transpose(),
        None => Mat::zeros(gram.nrows(), gram.nrows()),
    }
}

/// sum_s Phi^T F(s) u(s) for one vector of logits per state.
pub fn moments(features: &Features, q: &[[f64; ACTIONS]], logits: &[[f64; ACTIONS]]) -> Vec<f64> {
    features.normal(q, logits).moments
}

/// Measures strengths. `q` are the Fisher weights, one row per state of `features` and `contributions`;
/// `basis` the identified directions.
pub fn measure(
    features: &Features,
    q: &[[f64; ACTIONS]],
    contributions: &Contributions,
    basis: &Mat<f64>,
) -> Strengths {
    let solve = solver(&features.gram(q.iter()), basis);
    let by_unit: Vec<Vec<f64>> =
        unit_moments(features, q, contributions).iter().map(|moments| times(&solve, moments)).collect();
    let strength: Vec<f64> = (0..features.heuristics).map(|h| by_unit.iter().map(|beta| beta[h]).sum()).collect();
    let standard_error = sandwich(features, q, &contributions.total, &solve, &strength);
    Strengths { strength, standard_error, by_unit }
}

/// The strengths alone, from the sum of contributions: what [`measure`] finds, without the parts of units.
pub fn total(features: &Features, q: &[[f64; ACTIONS]], logits: &[[f64; ACTIONS]], basis: &Mat<f64>) -> Vec<f64> {
    let normal = features.normal(q, logits);
    times(&solver(&normal.gram(), basis), &normal.moments)
}

/// The moments of each unit's contribution.
fn unit_moments(features: &Features, q: &[[f64; ACTIONS]], contributions: &Contributions) -> Vec<Vec<f64>> {
    let units = contributions.units;
    let mut moments = vec![vec![0.0; features.heuristics]; units];
    for (state, q) in q.iter().enumerate() {
        for (h, feature) in features.centred(state, q) {
            let weight: [f64; ACTIONS] = std::array::from_fn(|a| q[a] * feature[a]);
            for (unit, moments) in moments.iter_mut().enumerate() {
                let u = &contributions.by_unit[state * units + unit];
                moments[h] += (0..ACTIONS).map(|a| weight[a] * u[a]).sum::<f64>();
            }
        }
    }
    moments
}

/// sqrt of the diagonal of P M P, M the sum over states of the outer product of their scores.
fn sandwich(
    features: &Features,
    q: &[[f64; ACTIONS]],
    logits: &[[f64; ACTIONS]],
    solve: &Mat<f64>,
    strength: &[f64],
) -> Vec<f64> {
    let n = features.heuristics;
    let mut meat = Mat::<f64>::zeros(n, n);
    let mut score = vec![0.0; n];
    for (state, (q, logits)) in q.iter().zip(logits).enumerate() {
        let mut residual = *logits;
        for (h, feature) in features.centred(state, q) {
            for a in 0..ACTIONS {
                residual[a] -= strength[h] * feature[a];
            }
        }
        score.fill(0.0);
        for (h, feature) in features.centred(state, q) {
            score[h] = (0..ACTIONS).map(|a| q[a] * feature[a] * residual[a]).sum();
        }
        for (h, left) in score.iter().enumerate() {
            for (k, right) in score.iter().enumerate() {
                meat[(h, k)] += left * right;
            }
        }
    }
    let covariance = solve * meat * solve;
    (0..n).map(|h| covariance[(h, h)].max(0.0).sqrt()).collect()
}
