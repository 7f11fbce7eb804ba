//! A forecast's scores on every seed, beside those of the reference forecast.

use crate::scoring::registry::{Rule, Skill};
use crate::scoring::skill;

/// Scores by seed, in the order of the outcomes given.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    pub rule: &'static Rule,
    /// Nothing where the outcome is undefined; infinite where a log score is.
    pub scores: Vec<Option<f64>>,
    /// The reference forecast on the same outcomes; nothing where no reference exists.
    pub reference: Option<Vec<Option<f64>>>,
    /// The unit in which [`verdict`](crate::scoring::verdict) adds this score to others: above 0 and fixed before the
    /// outcome. Nothing where the score takes no part in that sum.
    pub scale: Option<f64>,
}

impl Scored {
    /// Beside the reference, as the [rule](Rule::skill) has it; nothing without one, or where a score is infinite.
    pub fn skill(&self) -> Option<f64> {
        let reference = self.reference.as_ref()?;
        match self.rule.skill {
            Skill::Ratio => skill::ratio(&self.scores, reference),
            Skill::Difference => skill::difference(&self.scores, reference),
            Skill::Undefined => None,
        }
    }

    /// How many seeds have an infinite score.
    pub fn infinite(&self) -> usize {
        self.scores.iter().flatten().filter(|s| s.is_infinite()).count()
    }
}
