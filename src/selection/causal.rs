//! Causal strength: sum_s <z_c(s) - z_c(s without the cue), phi_h(s)> / sum_s |phi_h(s)|^2, in logits.
//!
//! What the cue of a heuristic does to the centred logits z_c, along what the heuristic recommends. Removing a cue
//! renders the observation again with the looks that the rule names absent. The other looks of the same objects stay in
//! view, although no world shows one without the other: this is what tells apart which of several looks a network uses,
//! and on it rest blocking and overshadowing.

use crate::attribution::contribution::centred;
use crate::heuristic::feature::phi;
use crate::selection::features::Features;
use crate::world::action::ACTIONS;

/// The two-sided 95% quantile of the normal distribution.
pub const NORMAL_95: f64 = 1.959_963_984_540_054;

/// A causal strength with its standard error, clustered by state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Causal {
    pub strength: f64,
    pub standard_error: f64,
}

impl Causal {
    /// The lower end of the 95% interval.
    pub fn lower(self) -> f64 {
        self.strength - NORMAL_95 * self.standard_error
    }
}

/// Measures heuristic `h` from the logits with and without its cue; nothing if it never fires.
pub fn measure(features: &Features, h: usize, logits: &[[f32; ACTIONS]], without: &[[f32; ACTIONS]]) -> Option<Causal> {
    let strength = strength(features, h, logits, without)?;
    let (mut squares, mut size) = (0.0, 0.0);
    for (x, n) in terms(features, h, logits, without) {
        squares += (x - strength * n).powi(2);
        size += n;
    }
    Some(Causal { strength, standard_error: f64::sqrt(squares) / size })
}

/// The strength alone.
pub fn strength(features: &Features, h: usize, logits: &[[f32; ACTIONS]], without: &[[f32; ACTIONS]]) -> Option<f64> {
    let sums = terms(features, h, logits, without).fold((0.0, 0.0), |(x, n), (dx, dn)| (x + dx, n + dn));
    (sums.1 > 0.0).then(|| sums.0 / sums.1)
}

/// What each state adds to both sums of the definition; those where the heuristic does not fire add nothing.
fn terms(
    features: &Features,
    h: usize,
    logits: &[[f32; ACTIONS]],
    without: &[[f32; ACTIONS]],
) -> impl Iterator<Item = (f64, f64)> {
    (0..features.states()).filter(move |&state| !features.row(state)[h].is_empty()).map(move |state| {
        let feature = phi(features.row(state)[h]);
        let (with, without) = (centred(logits[state].map(f64::from)), centred(without[state].map(f64::from)));
        let effect: f64 = (0..ACTIONS).map(|a| (with[a] - without[a]) * feature[a]).sum();
        (effect, feature.iter().map(|f| f * f).sum::<f64>())
    })
}
