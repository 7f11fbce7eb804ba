//! Whether a number moved by more than other seeds would move it, where the networks are not the same.
//!
//! The seeds of the two outcomes are two samples: Welch's t, with the degrees of freedom of Welch and Satterthwaite. Where no
//! seed differs from another on either side, as with an event that always held and now never does, there is no spread to
//! compare with: p is the part of all splits of the n + m seeds into two that separate them so, 2 / C(n + m, n). In how many
//! seeds a number is defined is judged in the same way, and the smaller p of the two, doubled, stands.
//!
//! Welch, B. L. (1947), The generalization of Student's problem when several different population variances are involved,
//! Biometrika 34, 28-35.

use crate::outcome::measured::Measured;
use serde_json::Value;
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::gamma::ln_gamma;

/// Below this, relative to the larger number, a difference is one of rounding.
const ROUNDING: f64 = 1e-9;

/// Whether two numbers are the same but for rounding.
pub fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs()).max(1e-6)
}

/// Whether raw data are the same but for rounding.
pub fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b || matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if near(a, b))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| alike(a, b)))
        }
        (a, b) => a == b,
    }
}

/// The size of the difference of the means in standard deviations over seeds, pooled; nothing without a spread.
pub fn spreads(a: &Measured, b: &Measured) -> Option<f64> {
    let (one, other) = (moments(a)?, moments(b)?);
    let freedom = one.n + other.n - 2.0;
    let pooled = ((one.squares + other.squares) / freedom).sqrt();
    Some((other.mean - one.mean).abs() / pooled).filter(|spreads| spreads.is_finite())
}

/// The two-sided p of the difference; nothing where nothing can be compared: with fewer than two seeds on a side.
pub fn p_value(a: &Measured, b: &Measured) -> Option<f64> {
    let defined = |measured: &Measured| {
        of(&measured.by_seed.iter().map(|value| f64::from(u8::from(value.is_some()))).collect::<Vec<_>>())
    };
    let there = two_samples(&defined(a)?, &defined(b)?);
    match (moments(a), moments(b)) {
        (Some(one), Some(other)) if there == Some(1.0) => two_samples(&one, &other),
        (Some(one), Some(other)) => Some((2.0 * two_samples(&one, &other)?.min(there?)).min(1.0)),
        _ => there.filter(|p| *p < 1.0),
    }
}

fn two_samples(one: &Moments, other: &Moments) -> Option<f64> {
    let difference = other.mean - one.mean;
    let variance = |own: &Moments| own.squares / (own.n - 1.0) / own.n;
    let (va, vb) = (variance(one), variance(other));
    if near(one.mean, other.mean) {
        return Some(1.0);
    }
    if va + vb == 0.0 {
        let all = one.n + other.n;
        return Some((2.0 / (ln_gamma(all + 1.0) - ln_gamma(one.n + 1.0) - ln_gamma(other.n + 1.0)).exp()).min(1.0));
    }
    let freedom = (va + vb).powi(2) / (va * va / (one.n - 1.0) + vb * vb / (other.n - 1.0));
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?;
    Some((2.0 * t.cdf(-(difference / (va + vb).sqrt()).abs())).min(1.0))
}

struct Moments {
    n: f64,
    mean: f64,
    /// The sum of squared deviations.
    squares: f64,
}

fn moments(measured: &Measured) -> Option<Moments> {
    of(&measured.by_seed.iter().flatten().copied().collect::<Vec<_>>())
}

fn of(values: &[f64]) -> Option<Moments> {
    let (n, first) = (values.len() as f64, *values.first()?);
    // What is the same in all seeds has no spread; the rounding of its sum would leave one.
    let same = values.iter().all(|value| near(*value, first));
    let mean = if same { first } else { values.iter().sum::<f64>() / n };
    let squares = if same { 0.0 } else { values.iter().map(|value| (value - mean).powi(2)).sum() };
    (values.len() > 1).then_some(Moments { n, mean, squares })
}

#[cfg(test)]
mod tests {
    use super::{alike, near, p_value, spreads};
    use crate::outcome::measured::Measured;
    use serde_json::json;

    fn measured(values: &[f64]) -> Measured {
        Measured::over_seeds(values.iter().copied().map(Some).collect())
    }

    #[test]
    fn welch_in_closed_form() {
        // Means 2 and 3, variances 1 of three seeds each: t = sqrt 1.5 with four degrees of freedom, whose distribution
        // function is 1/2 + (x / s) (1 + 2 / s^2) / 2 with s^2 = 4 + x^2.
        let (a, b) = (measured(&[1.0, 2.0, 3.0]), measured(&[2.0, 3.0, 4.0]));
        let (x, s) = (1.5_f64.sqrt(), 5.5_f64.sqrt());
        let expected = 1.0 - x / s * (1.0 + 2.0 / (s * s));
        assert!((p_value(&a, &b).expect("three seeds") - expected).abs() < 1e-9);
        assert_eq!(spreads(&a, &b), Some(1.0));
    }

    #[test]
    fn without_a_spread_the_splits_are_counted() {
        let (a, b) = (measured(&[1.0; 3]), measured(&[0.0; 3]));
        assert!((p_value(&a, &b).expect("three seeds") - 0.1).abs() < 1e-12, "2 of 20 splits");
        assert_eq!((p_value(&a, &a), spreads(&a, &b)), (Some(1.0), None));
        // The sum of three times 0.1 is not three times 0.1 to the last bit, which is no spread.
        let (a, b) = (measured(&[0.1; 3]), measured(&[0.7; 3]));
        assert!((p_value(&a, &b).expect("three seeds") - 0.1).abs() < 1e-12 && spreads(&a, &b).is_none());
        let single = measured(&[1.0]);
        assert_eq!((p_value(&single, &b), p_value(&single, &single)), (None, None));
    }

    #[test]
    fn what_is_no_longer_defined_is_seen() {
        let none = |seeds: usize| Measured::over_seeds(vec![None; seeds]);
        let eight = measured(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        // 2 of the 12,870 splits of sixteen seeds.
        assert!((p_value(&eight, &none(8)).expect("eight seeds") - 2.0 / 12_870.0).abs() < 1e-9);
        assert_eq!(p_value(&none(8), &none(3)), None);
        let mut fewer = eight.clone();
        fewer.by_seed[0] = None;
        assert!(p_value(&eight, &fewer).expect("eight seeds") > 0.5);
    }

    #[test]
    fn rounding() {
        assert!(near(1.0, 1.0 + 1e-12) && near(0.0, 1e-17) && !near(1.0, 1.0001) && !near(0.0, 1e-9));
        let data = |x: f64, held: bool| json!([{"x": [x, null], "held": held}, 3]);
        assert!(alike(&data(1.0, true), &data(1.0 + 1e-12, true)));
        for other in [data(1.001, true), data(1.0, false), json!([]), json!([{"x": [1.0, 2], "held": true}, 3])] {
            assert!(!alike(&data(1.0, true), &other), "{other}");
        }
    }
}
