//! What a score refuses to be computed from.

/// An input outside a score's domain.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ScoringError {
    #[error("a score from draws needs at least {needed} of them, found {found}")]
    TooFewDraws { needed: usize, found: usize },
    #[error("every dimension needs the same number of draws: one has {expected}, another {found}")]
    Ragged { expected: usize, found: usize },
    #[error("groups of draws are not empty and together all {draws} draws, found groups of {sizes:?}")]
    Groups { draws: usize, sizes: Vec<usize> },
    #[error("expected {expected} parts, one per rule or group of rules, found {found}")]
    Dimension { expected: usize, found: usize },
    #[error("{what} must be finite, found {value}")]
    NotFinite { what: &'static str, value: f64 },
    #[error("a Dirichlet distribution needs parameters of at least 0 with a finite sum above 0, found {0:?}")]
    Parameters(Vec<f64>),
    #[error("a probability must lie between 0 and 1, found {0}")]
    Probability(f64),
    #[error("an interval must be finite and go from the smaller to the larger number, found {low} to {high}")]
    Interval { low: f64, high: f64 },
    #[error("a standard deviation must be finite and above 0, found {0}")]
    Deviation(f64),
}

/// `value`, if it is finite.
pub fn finite(what: &'static str, value: f64) -> Result<f64, ScoringError> {
    if value.is_finite() { Ok(value) } else { Err(ScoringError::NotFinite { what, value }) }
}

/// `value`, if it is a probability.
pub fn probability(value: f64) -> Result<f64, ScoringError> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(ScoringError::Probability(value)) }
}
