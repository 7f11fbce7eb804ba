//! How often `selected` errs on planted rules, at candidate thresholds of strength.

use crate::experiment::measure::Measured;
use crate::selection::selected::selected_above;
use serde::Serialize;

/// The thresholds tried, logits. Planted strengths are 0 or at least 0.3.
pub const CANDIDATES: [f64; 10] = [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5];

/// Errors at one threshold. A rule may be missed for several reasons at once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Errors {
    pub threshold: f64,
    /// Rules planted at zero, over all networks.
    pub zeros: usize,
    /// Of these, those selected.
    pub false_positives: usize,
    /// Rules planted above zero, over all networks.
    pub planted: usize,
    /// Of these, those not selected.
    pub misses: usize,
    /// Of the misses, those whose strength is not above the threshold.
    pub weak: usize,
    /// Of the misses, those whose strength is not above the largest placebo.
    pub below_placebo: usize,
    /// Of the misses, those whose causal strength may be zero.
    pub not_causal: usize,
    /// Of the misses, those whose cue is not above the shuffles of its weights.
    pub not_learned: usize,
}

/// The errors at every candidate, over networks: the planted strengths and what the pipeline measured.
pub fn errors<'a>(networks: impl Iterator<Item = (&'a [f64], &'a Measured)> + Clone) -> Vec<Errors> {
    CANDIDATES.iter().map(|&threshold| at(threshold, networks.clone())).collect()
}

fn at<'a>(threshold: f64, networks: impl Iterator<Item = (&'a [f64], &'a Measured)>) -> Errors {
    let mut errors = Errors {
        threshold,
        zeros: 0,
        false_positives: 0,
        planted: 0,
        misses: 0,
        weak: 0,
        below_placebo: 0,
        not_causal: 0,
        not_learned: 0,
    };
    for (planted, measured) in networks {
        for (h, &truth) in planted.iter().enumerate() {
            let strength = measured.strength[h];
            let cue = measured.evidence[h];
            let selected = selected_above(threshold, strength, cue);
            if truth == 0.0 {
                errors.zeros += 1;
                errors.false_positives += usize::from(selected);
            } else {
                errors.planted += 1;
                if !selected {
                    errors.misses += 1;
                    errors.weak += usize::from(strength <= threshold);
                    errors.below_placebo += usize::from(cue.is_some_and(|cue| strength <= cue.placebo));
                    errors.not_causal += usize::from(cue.is_some_and(|cue| cue.causal.lower() <= 0.0));
                    errors.not_learned += usize::from(cue.is_some_and(|cue| !cue.learned));
                }
            }
        }
    }
    errors
}
