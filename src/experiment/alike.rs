//! Heuristics that no activity can tell apart: they recommend the same in every state of the probe bank, fire in some, and
//! what is taken away to measure them is the same.
//!
//! Two such rules are equally active in every state of every network, so that neither alone is ever dominant. Rules that
//! recommend the same by different cues are not among them: without the cheese, one that goes to the cheese has lost its
//! cue, and one that goes to the corner where the cheese lies has not.

use crate::selection::features::Features;

/// The pairs, ascending. `cues` holds one bitmask of looks per heuristic; nothing for one whose cue cannot be taken away.
pub fn alike(features: &Features, cues: &[Option<u64>]) -> Vec<[usize; 2]> {
    let all = (0..cues.len()).flat_map(|one| (one + 1..cues.len()).map(move |two| [one, two]));
    let same = |[one, two]: &[usize; 2]| {
        let sets = |state: usize| (features.row(state)[*one], features.row(state)[*two]);
        cues[*one] == cues[*two]
            && features.firing(*one) > 0.0
            && (0..features.states()).map(sets).all(|(one, two)| one == two)
    };
    all.filter(same).collect()
}
