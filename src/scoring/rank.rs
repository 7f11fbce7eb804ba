//! Rank correlations between two lists: diagnostics, not scores.
//!
//! Kendall's tau-b = (concordant - discordant) / sqrt((pairs - ties in a) (pairs - ties in b)); Spearman's rho is
//! the correlation of ranks, tied values sharing the mean of theirs. Both lie in [-1, 1].
//!
//! Kendall, M. G. (1945), The treatment of ties in ranking problems, Biometrika 33, 239-251; Spearman, C. (1904), The
//! proof and measurement of association between two things, American Journal of Psychology 15, 72-101.

use std::cmp::Ordering;

/// Tau-b. Nothing if the lengths differ, all values of a list are tied, or one is not a number.
pub fn kendall(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() {
        return None;
    }
    let (mut sum, mut apart_a, mut apart_b) = (0_i64, 0_i64, 0_i64);
    for i in 0..a.len() {
        for j in 0..i {
            let (in_a, in_b) = (sign(a[i], a[j])?, sign(b[i], b[j])?);
            sum += in_a * in_b;
            apart_a += in_a.abs();
            apart_b += in_b.abs();
        }
    }
    let scale = (apart_a as f64).sqrt() * (apart_b as f64).sqrt();
    (scale > 0.0).then(|| sum as f64 / scale)
}

/// Rho. Nothing if the lengths differ, all values of a list are tied, or one is not a number.
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() {
        return None;
    }
    let (a, b) = (ranks(a)?, ranks(b)?);
    let middle = (a.len() as f64 + 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - middle) * (y - middle)).sum::<f64>();
    let scale = (product(&a, &a) * product(&b, &b)).sqrt();
    (scale > 0.0).then(|| product(&a, &b) / scale)
}

fn sign(x: f64, y: f64) -> Option<i64> {
    x.partial_cmp(&y).map(|order| match order {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    })
}

/// From 1, tied values sharing the mean of theirs.
fn ranks(values: &[f64]) -> Option<Vec<f64>> {
    values
        .iter()
        .map(|x| {
            let signs = values.iter().map(|y| sign(*y, *x)).collect::<Option<Vec<i64>>>()?;
            let below = signs.iter().filter(|sign| **sign < 0).count() as f64;
            let tied = signs.iter().filter(|sign| **sign == 0).count() as f64;
            Some(below + (tied + 1.0) / 2.0)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{kendall, spearman};

    #[test]
    fn extremes_and_undefined() {
        for correlation in [kendall, spearman] {
            assert!((correlation(&[1.0, 2.0, 3.0], &[1.0, 4.0, 9.0]).expect("defined") - 1.0).abs() < 1e-12);
            assert!((correlation(&[1.0, 2.0, 3.0], &[0.0, -4.0, -9.0]).expect("defined") + 1.0).abs() < 1e-12);
            assert_eq!(correlation(&[1.0, 1.0], &[1.0, 2.0]), None);
            assert_eq!(correlation(&[1.0], &[1.0, 2.0]), None);
            assert_eq!(correlation(&[], &[]), None);
            assert_eq!(correlation(&[f64::NAN, 1.0], &[1.0, 2.0]), None);
        }
    }
}
