//! Activity: how strongly a network acts by a heuristic in a state, and its mean, the magnitude of a solver; in logits.
//!
//! m_h(s) = max(0, <z_c(s) - z_c(s without the cue of h), phi_h(s) / |phi_h(s)|>). A heuristic without a cue
//! competes for what no cue explains: the centred logits with all cues removed stand in place of the difference.

use crate::attribution::contribution::centred;
use crate::heuristic::feature::phi;
use crate::selection::features::Features;
use crate::world::action::{ACTIONS, ActionSet};

/// The activity of a heuristic in a state where it recommends `set`; 0 where it does not fire. `without` are the logits
/// without its cue, or without all cues if it has none.
pub fn activity(set: ActionSet, logits: &[f32; ACTIONS], without: &[f32; ACTIONS], has_cue: bool) -> f64 {
    if set.is_empty() {
        return 0.0;
    }
    let feature = phi(set);
    let norm = feature.iter().map(|f| f * f).sum::<f64>().sqrt();
    let bare = centred(without.map(f64::from));
    let effect: [f64; ACTIONS] = if has_cue {
        let full = centred(logits.map(f64::from));
        std::array::from_fn(|a| full[a] - bare[a])
    } else {
        bare
    };
    (0..ACTIONS).map(|a| effect[a] * feature[a]).sum::<f64>().max(0.0) / norm
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
            sum += activity(set, &logits[state], &without[state], has_cue);
            fires += 1;
        }
    }
    (fires > 0).then(|| sum / fires as f64)
}
