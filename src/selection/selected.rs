//! Selected, in one seed: the strength is above [`THRESHOLD`] and above the largest of the placebos, the causal
//! strength's lower 95% bound is above zero, and training shaped the weights from the cue
//! ([`learned`](crate::selection::shuffled::learned)). Without a cue the first clause alone.
//!
//! A causal strength above zero would not do alone: bits that training never lights keep the weights that were drawn.
//! What these do to the logits is an accident, but it is there, and the standard error of one network shrinks around it.

use crate::selection::causal::Causal;

/// The least strength of a selected heuristic, in logits.
///
/// Set on planted networks (`shardbed validate --only planted`; rules at zero or at 0.3 to 3 logits). Over five times
/// 30 networks distilled from rules, 712 rules at zero and 1,088 planted ones: at 0.15 three false positives and 21
/// misses, at 0.2 one and 21, at 0.25 none and 23, at 0.3 none and 26, at 0.35 none and 46; with all clauses as they
/// were then, a causal strength surely above 0.15 in place of the last. So 0.25 is the lowest of these without a false
/// positive, and it costs two more misses; the 21 are no matter of strength (the causal strength of a rule is about its
/// cue as a whole, which other rules may use against it). In networks wired by hand everything from 0.05 to 0.3 is
/// without error.
///
/// That holds for policies that the listed rules describe. What no rule describes leaks into strengths at any size, as
/// the controls of `shardbed validate` show: there the other clauses decide, and a rule without a cue has none.
pub const THRESHOLD: f64 = 0.25;

/// What is known of the cue of a heuristic in one network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The largest of the placebos, logits.
    pub placebo: f64,
    pub causal: Causal,
    /// Whether training shaped the weights from the cue.
    pub learned: bool,
}

/// Whether a heuristic with this strength was selected; `cue` is nothing without a cue.
pub fn selected(strength: f64, cue: Option<Evidence>) -> bool {
    selected_above(THRESHOLD, strength, cue)
}

/// The same at another threshold.
pub fn selected_above(threshold: f64, strength: f64, cue: Option<Evidence>) -> bool {
    strength > threshold && cue.is_none_or(|cue| strength > cue.placebo && cue.causal.lower() > 0.0 && cue.learned)
}

#[cfg(test)]
mod tests {
    use super::{Evidence, selected};
    use crate::selection::causal::Causal;

    #[test]
    fn every_clause_counts() {
        let causal = |strength: f64| Causal { strength, standard_error: 0.1 };
        let sure = Evidence { placebo: 0.4, causal: causal(1.0), learned: true };
        assert!(selected(0.3, None) && !selected(0.2, None));
        assert!(selected(0.5, Some(sure)));
        assert!(!selected(0.5, Some(Evidence { placebo: 0.6, ..sure })));
        assert!(!selected(0.5, Some(Evidence { causal: causal(0.1), ..sure })));
        assert!(!selected(0.5, Some(Evidence { learned: false, ..sure })));
    }
}
