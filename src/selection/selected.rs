//! Selected, in one seed: the strength is above [`THRESHOLD`], above the largest of the placebos, and the causal
//! strength's lower 95% bound is above [`CAUSAL_THRESHOLD`]. Without a cue the first clause alone.

use crate::selection::causal::Causal;

/// The least strength of a selected heuristic, in logits.
///
/// Set on planted networks (`shardbed validate --only planted`; rules at zero or at 0.3 to 3 logits). Over five times
/// 30 networks distilled from rules, with all clauses, 712 rules at zero and 1,088 planted ones: at 0.15 three false
/// positives and 21 misses, at 0.2 one and 21, at 0.25 none and 23, at 0.3 none and 26, at 0.35 none and 46. So 0.25 is
/// the lowest of these without a false positive, and it costs two more misses; the 21 are no matter of strength (the
/// causal strength of a rule is about its cue as a whole, which other rules may use against it). In networks wired by
/// hand everything from 0.05 to 0.3 is without error.
///
/// That holds for policies that the listed rules describe. What no rule describes leaks into strengths at any size, as
/// the controls of `shardbed validate` show: there the other clauses decide, and a rule without a cue has none.
pub const THRESHOLD: f64 = 0.25;

/// What the lower bound of the causal strength of a selected heuristic with a cue is above, in logits.
///
/// Not zero: bits that training never lights keep the weights that were drawn, and what these do to the logits is
/// small, but it is there, and the standard error shrinks around it. Set on the controls of `shardbed validate`: in
/// networks trained without the object the lower bounds of rules that zero would select (16 of 480 in 160 seeds trained
/// on nothing, none of 480 trained on a coin) are at most 0.107, and at 0.15 no planted rule is missed that zero would
/// not miss.
pub const CAUSAL_THRESHOLD: f64 = 0.15;

/// Whether a heuristic with this strength was selected; `cue` holds the largest placebo and the causal strength.
pub fn selected(strength: f64, cue: Option<(f64, Causal)>) -> bool {
    selected_above(THRESHOLD, strength, cue)
}

/// The same at another threshold.
pub fn selected_above(threshold: f64, strength: f64, cue: Option<(f64, Causal)>) -> bool {
    strength > threshold && cue.is_none_or(|(placebo, causal)| strength > placebo && causal.lower() > CAUSAL_THRESHOLD)
}

#[cfg(test)]
mod tests {
    use super::selected;
    use crate::selection::causal::Causal;

    #[test]
    fn every_clause_counts() {
        let causal = Causal { strength: 1.0, standard_error: 0.1 };
        let weak = Causal { strength: 0.2, standard_error: 0.1 };
        assert!(selected(0.3, None) && !selected(0.2, None));
        assert!(selected(0.5, Some((0.4, causal))));
        assert!(!selected(0.5, Some((0.6, causal))));
        assert!(!selected(0.5, Some((0.4, weak))));
    }
}
