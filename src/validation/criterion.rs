//! What a validation demands of a number.

use serde::Serialize;

/// A number with the bounds that are demanded of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Criterion {
    pub name: String,
    pub value: f64,
    /// Both bounds belong to what is allowed.
    pub least: Option<f64>,
    pub most: Option<f64>,
    pub holds: bool,
}

impl Criterion {
    pub fn at_least(name: impl Into<String>, value: f64, least: f64) -> Criterion {
        Criterion { name: name.into(), value, least: Some(least), most: None, holds: value >= least }
    }

    pub fn at_most(name: impl Into<String>, value: f64, most: f64) -> Criterion {
        Criterion { name: name.into(), value, least: None, most: Some(most), holds: value <= most }
    }

    pub fn within(name: impl Into<String>, value: f64, least: f64, most: f64) -> Criterion {
        let holds = (least..=most).contains(&value);
        Criterion { name: name.into(), value, least: Some(least), most: Some(most), holds }
    }
}

/// The least k that a binomial count of `trials` with this chance exceeds with a chance of at most 1 - `level`.
pub fn binomial_quantile(trials: usize, chance: f64, level: f64) -> usize {
    let mut mass = (1.0 - chance).powi(trials as i32);
    let (mut below, mut k) = (mass, 0);
    while below < level && k < trials {
        mass *= (trials - k) as f64 / (k + 1) as f64 * chance / (1.0 - chance);
        below += mass;
        k += 1;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::{Criterion, binomial_quantile};

    #[test]
    fn bounds_belong_to_what_is_allowed_and_nothing_undefined_holds() {
        assert!(Criterion::at_least("", 0.99, 0.99).holds && !Criterion::at_least("", 0.98, 0.99).holds);
        assert!(Criterion::at_most("", 0.05, 0.05).holds && !Criterion::at_most("", 0.06, 0.05).holds);
        assert!(Criterion::within("", 0.95, 0.935, 0.965).holds && !Criterion::within("", 0.97, 0.935, 0.965).holds);
        assert!(!Criterion::at_least("", f64::NAN, 0.0).holds && !Criterion::at_most("", f64::NAN, 1.0).holds);
        assert!(!Criterion::within("", f64::NAN, 0.0, 1.0).holds);
    }

    #[test]
    fn quantiles_are_those_of_the_binomial_distribution() {
        // 0.99^20 = 0.818, and 0.983 up to one, 0.999 up to two.
        assert_eq!([0.8, 0.95, 0.99].map(|level| binomial_quantile(20, 0.01, level)), [0, 1, 2]);
        assert_eq!((binomial_quantile(1, 0.5, 0.5), binomial_quantile(3, 0.5, 1.0)), (0, 3));
    }
}
