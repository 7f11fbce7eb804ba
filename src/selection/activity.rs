//! Activity: how strongly a network acts by a heuristic in a state, and its mean, the magnitude of a solver; in logits.
//!
//! m_h(s) = max(0, <z_c(s) - z_c(s without the cue of h), phi_h(s) / |phi_h(s)|>). A heuristic without a cue
//! competes for what no cue explains: the centred logits with all cues removed stand in place of the difference.

use crate::attribution::contribution::centred;
use crate::heuristic::feature::phi;
use crate::selection::features::Features;
use crate::world::action::{ACTIONS, ActionSet};

/// How far an effect on the centred logits goes along what a heuristic recommends: max(0, <effect, phi / |phi|>), logits.
/// 0 where it does not fire.
pub fn along(effect: &[f64; ACTIONS], set: ActionSet) -> f64 {
    let feature = phi(set);
    let norm = length(set);
    let product: f64 = effect.iter().zip(feature).map(|(e, f)| e * f).sum();
    if norm > 0.0 { product.max(0.0) / norm } else { 0.0 }
}

/// |phi| of the recommended actions.
pub fn length(set: ActionSet) -> f64 {
    phi(set).iter().map(|f| f * f).sum::<f64>().sqrt()
}

/// The magnitude of heuristic `h`: its mean activity over the states where it fires. `without` are the logits without
/// its cue, or without all cues if it has none. Nothing if it never fires.
pub fn magnitude(
    features: &Features,
    h: usize,
    logits: &[[f32; ACTIONS]],
    without: &[[f32; ACTIONS]],
    has_cue: bool,
) -> Option<f64> {
    let (mut sum, mut fires) = (0.0, 0usize);
    for state in 0..features.states() {
        let set = features.row(state)[h];
        if !set.is_empty() {
            let bare = centred(without[state].map(f64::from));
            let full = centred(logits[state].map(f64::from));
            let effect = if has_cue { std::array::from_fn(|a| full[a] - bare[a]) } else { bare };
            sum += along(&effect, set);
            fires += 1;
        }
    }
    (fires > 0).then(|| sum / fires as f64)
}
