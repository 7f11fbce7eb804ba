//! The scores of a probability for an event: Brier and log, beside a forecast of 50%.

use crate::scoring::brier::brier;
use crate::scoring::error::ScoringError;
use crate::scoring::logarithmic::logarithmic;
use crate::scoring::registry::{BRIER, LOG, Rule};
use crate::scoring::scored::Scored;

/// The probability that knows nothing.
const REFERENCE: f64 = 0.5;

/// Both scores of one forecast. Only the Brier score, which is bounded, takes part in a verdict's sum.
#[derive(Clone, Debug, PartialEq)]
pub struct EventScores {
    pub brier: Scored,
    pub log: Scored,
}

/// The scores of `probability` in [0, 1], given whether the event held in each seed, nothing where that is undefined.
///
/// # Errors
/// If `probability` is not one.
pub fn event(probability: f64, outcomes: &[Option<bool>]) -> Result<EventScores, ScoringError> {
    let by_rule = |rule: &'static Rule, scale: Option<f64>, score: fn(f64, bool) -> Result<f64, ScoringError>| {
        let of = |p: f64| outcomes.iter().map(|y| y.map(|y| score(p, y)).transpose()).collect::<Result<Vec<_>, _>>();
        score(probability, true)?;
        Ok(Scored { rule, scores: of(probability)?, reference: Some(of(REFERENCE)?), scale })
    };
    Ok(EventScores {
        brier: by_rule(&BRIER, Some(REFERENCE * REFERENCE), brier)?,
        log: by_rule(&LOG, None, logarithmic)?,
    })
}

#[cfg(test)]
mod tests {
    use super::event;

    #[test]
    fn beside_even_odds() {
        let scores = event(0.7, &[Some(true), None, Some(false)]).expect("valid");
        assert_eq!(scores.brier.reference, Some(vec![Some(0.25), None, Some(0.25)]));
        assert!((scores.brier.skill().expect("defined") - (1.0 - 0.58 / 0.5)).abs() < 1e-12);
        let log = 2.0_f64.ln() + 0.5 * (0.7_f64.ln() + 0.3_f64.ln());
        assert!((scores.log.skill().expect("defined") - log).abs() < 1e-12);
    }

    #[test]
    fn certainty_that_fails_is_infinite() {
        let scores = event(0.0, &[Some(true), Some(false)]).expect("valid");
        assert_eq!((scores.log.infinite(), scores.log.skill()), (1, None));
        assert_eq!(scores.brier.skill(), Some(-1.0));
        assert!(event(1.5, &[]).is_err());
    }
}
