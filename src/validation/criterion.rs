//! What a validation demands of a number.

use serde::Serialize;

/// A number with the bounds that were stated for it before it was measured.
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

#[cfg(test)]
mod tests {
    use super::Criterion;

    #[test]
    fn bounds_belong_to_what_is_allowed_and_nothing_undefined_holds() {
        assert!(Criterion::at_least("", 0.99, 0.99).holds && !Criterion::at_least("", 0.98, 0.99).holds);
        assert!(Criterion::at_most("", 0.05, 0.05).holds && !Criterion::at_most("", 0.06, 0.05).holds);
        assert!(Criterion::within("", 0.95, 0.935, 0.965).holds && !Criterion::within("", 0.97, 0.935, 0.965).holds);
        assert!(!Criterion::at_least("", f64::NAN, 0.0).holds && !Criterion::at_most("", f64::NAN, 1.0).holds);
        assert!(!Criterion::within("", f64::NAN, 0.0, 1.0).holds);
    }
}
