//! Whether a number moved by more than other seeds would move it.
//!
//! Where both outcomes measured the same networks, the seeds are pairs, and a shift that all of them share is found however
//! small it is: Student's t of the differences. Otherwise the seeds are two samples: Welch's t, with the
//! degrees of freedom of Welch and Satterthwaite.
//!
//! Welch, B. L. (1947), The generalization of Student's problem when several different population variances are involved,
//! Biometrika 34, 28-35.

use crate::outcome::measured::Measured;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Below this, relative to the larger number, a difference is one of rounding.
const ROUNDING: f64 = 1e-9;

/// Whether two numbers are the same but for rounding.
pub fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs()).max(1e-6)
}

/// The size of the difference of the means in standard deviations over seeds, pooled; nothing without a spread.
pub fn spreads(a: &Measured, b: &Measured) -> Option<f64> {
    let (one, other) = (moments(a)?, moments(b)?);
    let freedom = one.n + other.n - 2.0;
    let pooled = ((one.squares + other.squares) / freedom).sqrt();
    Some((other.mean - one.mean).abs() / pooled).filter(|spreads| spreads.is_finite())
}

/// The two-sided p of the difference; nothing where a side has fewer than two seeds. `same_networks` says that seeds are
/// pairs.
pub fn p_value(a: &Measured, b: &Measured, same_networks: bool) -> Option<f64> {
    if same_networks && a.by_seed.len() == b.by_seed.len() {
        let pairs = a.by_seed.iter().zip(&b.by_seed);
        let differences: Vec<f64> = pairs.filter_map(|(a, b)| Some((*b)? - (*a)?)).collect();
        let own = of(&differences)?;
        let error = (own.squares / (own.n - 1.0) / own.n).sqrt();
        return two_sided(own.mean, error, own.n - 1.0);
    }
    let (one, other) = (moments(a)?, moments(b)?);
    let variance = |own: &Moments| own.squares / (own.n - 1.0) / own.n;
    let (va, vb) = (variance(&one), variance(&other));
    let freedom = (va + vb).powi(2) / (va * va / (one.n - 1.0) + vb * vb / (other.n - 1.0));
    two_sided(other.mean - one.mean, (va + vb).sqrt(), freedom)
}

/// Without any spread, a difference beyond rounding is certain.
fn two_sided(difference: f64, error: f64, freedom: f64) -> Option<f64> {
    if error == 0.0 || !freedom.is_finite() {
        return Some(if difference == 0.0 { 1.0 } else { 0.0 });
    }
    let t = StudentsT::new(0.0, 1.0, freedom).ok()?;
    Some((2.0 * t.cdf(-(difference / error).abs())).min(1.0))
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
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then_some(Moments { n, mean, squares })
}

#[cfg(test)]
mod tests {
    use super::{near, p_value, spreads};
    use crate::outcome::measured::Measured;

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
        assert!((p_value(&a, &b, false).expect("three seeds") - expected).abs() < 1e-9);
        assert_eq!(spreads(&a, &b), Some(1.0));
    }

    #[test]
    fn pairs_find_what_all_seeds_share() {
        let (a, b) = (measured(&[1.0, 2.0, 3.0, 5.0]), measured(&[1.01, 2.02, 3.01, 5.02]));
        assert!(p_value(&a, &b, true).expect("pairs") < 0.02 && p_value(&a, &b, false).expect("two samples") > 0.9);
        // t of differences .25 +- .25 in two pairs is 1: half of Cauchy's distribution lies beyond.
        let (a, b) = (measured(&[0.0, 0.0]), measured(&[0.0, 0.5]));
        assert!((p_value(&a, &b, true).expect("pairs") - 0.5).abs() < 1e-9);
    }

    #[test]
    fn without_a_spread() {
        let (a, b) = (measured(&[1.0, 1.0]), measured(&[2.0, 2.0]));
        assert_eq!((p_value(&a, &b, false), p_value(&a, &a, false), spreads(&a, &b)), (Some(0.0), Some(1.0), None));
        let single = measured(&[1.0]);
        assert_eq!((p_value(&single, &b, false), p_value(&single, &single, true)), (None, None));
    }

    #[test]
    fn rounding() {
        assert!(near(1.0, 1.0 + 1e-12) && near(0.0, 1e-17) && !near(1.0, 1.0001) && !near(0.0, 1e-9));
    }
}
