//! Selected, in one seed: the strength is above [`THRESHOLD`], above the largest of the placebos, and the causal
//! strength's lower 95% bound is above zero. Without a cue the first clause alone.

use crate::selection::causal::Causal;

/// The least strength of a selected heuristic, in logits.
pub const THRESHOLD: f64 = 0.25;

/// Whether a heuristic with this strength was selected; `cue` holds the largest placebo and the causal strength.
pub fn selected(strength: f64, cue: Option<(f64, Causal)>) -> bool {
    selected_above(THRESHOLD, strength, cue)
}

/// The same at another threshold.
pub fn selected_above(threshold: f64, strength: f64, cue: Option<(f64, Causal)>) -> bool {
    strength > threshold && cue.is_none_or(|(placebo, causal)| strength > placebo && causal.lower() > 0.0)
}

#[cfg(test)]
mod tests {
    use super::selected;
    use crate::selection::causal::Causal;

    #[test]
    fn every_clause_counts() {
        let causal = Causal { strength: 1.0, standard_error: 0.1 };
        let weak = Causal { strength: 0.1, standard_error: 0.1 };
        assert!(selected(0.3, None) && !selected(0.2, None));
        assert!(selected(0.5, Some((0.4, causal))));
        assert!(!selected(0.5, Some((0.6, causal))));
        assert!(!selected(0.5, Some((0.4, weak))));
    }
}
