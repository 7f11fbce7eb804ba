//! A forecast's scores on every seed, beside those of the reference forecast.

use crate::scoring::skill;

/// A scoring rule. Lower is better in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Energy,
    Brier,
    Log,
    Interval,
    Crps,
}

impl Rule {
    /// As stored in an outcome.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Energy => "energy",
            Rule::Brier => "brier",
            Rule::Log => "log",
            Rule::Interval => "interval",
            Rule::Crps => "crps",
        }
    }
}

/// Scores by seed, in the order of the outcomes given.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    pub rule: Rule,
    /// Nothing where the outcome is undefined; infinite where a log score is.
    pub scores: Vec<Option<f64>>,
    /// The reference forecast on the same outcomes; nothing where no reference exists.
    pub reference: Option<Vec<Option<f64>>>,
    /// The unit in which [`verdict`](crate::scoring::verdict) adds this score to others: above 0 and fixed before the
    /// outcome. Nothing where the score takes no part in that sum.
    pub scale: Option<f64>,
}

impl Scored {
    /// 1 - sum of scores / sum of reference scores; for the log score the mean difference, reference - score.
    pub fn skill(&self) -> Option<f64> {
        let reference = self.reference.as_ref()?;
        match self.rule {
            Rule::Log => skill::difference(&self.scores, reference),
            Rule::Energy | Rule::Brier | Rule::Interval | Rule::Crps => skill::ratio(&self.scores, reference),
        }
    }

    /// How many seeds have an infinite score.
    pub fn infinite(&self) -> usize {
        self.scores.iter().flatten().filter(|s| s.is_infinite()).count()
    }
}
