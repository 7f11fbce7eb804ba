//! Magnitude by the plain counterfactual, the first definition of an [activity](crate::selection::activity):
//! max(0, <z_c(s) - z_c(s without the cue of h), phi_h(s) / |phi_h(s)|>), and for a heuristic without a cue the centred logits
//! with all cues removed in place of the difference. No dominant solver and no outcome depends on it.

use crate::attribution::contribution::centred;
use crate::selection::activity::along;
use crate::selection::magnitude::Evidence;
use crate::world::action::{ACTIONS, ActionSet};

/// In one state, logits, where a heuristic recommends `set`; `bare` are the logits without its cue, or without all cues if
/// it has none.
pub fn activity(full: &[f32; ACTIONS], bare: &[f32; ACTIONS], has_cue: bool, set: ActionSet) -> f64 {
    let [full, bare] = [full, bare].map(|logits| centred(logits.map(f64::from)));
    let effect = if has_cue { std::array::from_fn(|a| full[a] - bare[a]) } else { bare };
    along(&effect, set)
}

/// The mean over the states where a heuristic fires; nothing if it never does.
pub fn counterfactual(evidence: &Evidence) -> Vec<Option<f64>> {
    let one = |h: usize| {
        let (mut sum, mut fires) = (0.0, 0usize);
        for state in evidence.firing(h) {
            let set = evidence.features.row(state)[h];
            sum += activity(&evidence.logits[state], &evidence.without[h][state], evidence.has_cue[h], set);
            fires += 1;
        }
        (fires > 0).then(|| sum / fires as f64)
    };
    (0..evidence.features.heuristics).map(one).collect()
}
