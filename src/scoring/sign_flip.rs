//! The exact sign-flip test: would differences this far from 0 be usual if signs were coin tosses?
//!
//! Under the null hypothesis each difference is as likely to be d as -d. The two-sided p is the share of
//! the 2^n assignments of signs whose sum is at least as far from 0 as the one observed. The least p
//! that n seeds allow is 2^(1 - n): with fewer than 6 nothing can fall below 5%. One-sided it is the share
//! whose sum is at least as large, and no p is below 2^-n.
//!
//! Fisher, R. A. (1935), The Design of Experiments, section 21; of drawn assignments: Phipson, B. and Smyth, G. K. (2010),
//! Permutation p-values should never be zero, Statistical Applications in Genetics and Molecular Biology 9, 39.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The most differences that are enumerated: 2^16 sums.
pub const LARGEST: usize = 16;

/// The two-sided p. Nothing without differences, with more than [`LARGEST`], or with one that is not finite.
pub fn sign_flip(differences: &[f64]) -> Option<f64> {
    let n = differences.len();
    if n == 0 || n > LARGEST || differences.iter().any(|d| !d.is_finite()) {
        return None;
    }
    let observed = differences.iter().sum::<f64>().abs();
    // Sums that are equal in exact arithmetic must count as equal.
    let slack = 1e-12 * differences.iter().map(|d| d.abs()).sum::<f64>();
    Some(part(differences, |sum| sum.abs() >= observed - slack))
}

/// The part of all 2^n assignments of signs to at most [`LARGEST`] differences of which the sum is such.
fn part(differences: &[f64], such: impl Fn(f64) -> bool) -> f64 {
    let assignments = 1_u32 << differences.len();
    let flipped = |signs: u32| {
        differences.iter().enumerate().map(|(i, d)| if signs >> i & 1 == 1 { -d } else { *d }).sum::<f64>()
    };
    (0..assignments).filter(|&signs| such(flipped(signs))).count() as f64 / f64::from(assignments)
}

/// Assignments that are drawn where there are too many to enumerate.
const DRAWN: u32 = 9_999;

/// The one-sided p: how usual a sum at least as large would be. Exact up to [`LARGEST`] differences; of more, the share among
/// 9,999 assignments drawn from `seed` and the one observed. Nothing without differences, or with one that is not finite.
pub fn one_sided(differences: &[f64], seed: u64) -> Option<f64> {
    let n = differences.len();
    if n == 0 || differences.iter().any(|d| !d.is_finite()) {
        return None;
    }
    let slack = 1e-12 * differences.iter().map(|d| d.abs()).sum::<f64>();
    let least = differences.iter().sum::<f64>() - slack;
    if n <= LARGEST {
        return Some(part(differences, |sum| sum >= least));
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut flipped = || differences.iter().map(|d| if rng.next_u32() & 1 == 1 { -d } else { *d }).sum::<f64>();
    let as_large = (0..DRAWN).filter(|_| flipped() >= least).count();
    Some((as_large + 1) as f64 / f64::from(DRAWN + 1))
}

#[cfg(test)]
mod tests {
    use super::{DRAWN, one_sided, sign_flip};

    #[test]
    fn one_sided_p() {
        assert_eq!(one_sided(&[0.1, 0.2, 0.3], 1), Some(1.0 / 8.0));
        assert_eq!(one_sided(&[-0.1, -0.2, -0.3], 1), Some(1.0));
        // Of the eight sums of 1, 2 and 3 with signs those at least 0: 6, 4, 2, 0, 0.
        assert_eq!(one_sided(&[0.1, 0.2, -0.3], 1), Some(5.0 / 8.0));
        assert_eq!((one_sided(&[], 1), one_sided(&[f64::NAN], 1)), (None, None));
        // Where no assignment but one reaches the sum, two-sided is twice as much.
        assert_eq!(sign_flip(&[1.0, 2.0, 4.0]).zip(one_sided(&[1.0, 2.0, 4.0], 1)), Some((0.25, 0.125)));
    }

    #[test]
    fn of_many_differences_assignments_are_drawn() {
        let least = 1.0 / f64::from(DRAWN + 1);
        assert_eq!(one_sided(&[1.0; 40], 1), Some(least));
        assert_eq!(one_sided(&[0.0; 40], 1), Some(1.0));
        // The sum of 17 signs is odd, so half of the assignments lie above 0: the p of a sum of 1 is a half.
        let even: Vec<f64> = (0..17).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let found = one_sided(&even, 1).expect("finite");
        assert!((found - 0.5).abs() < 5.0 * (0.25 / f64::from(DRAWN)).sqrt(), "{found}");
        assert_eq!(one_sided(&even, 1), one_sided(&even, 1));
    }

    #[test]
    fn extremes() {
        assert_eq!(sign_flip(&[0.0, 0.0]), Some(1.0));
        assert_eq!(sign_flip(&[1.0; 16]), Some(2.0 / 65536.0));
        assert_eq!(sign_flip(&[0.1, 0.2, -0.3]), Some(1.0));
        assert_eq!(sign_flip(&[1.0; 17]), None);
        assert_eq!(sign_flip(&[]), None);
        assert_eq!(sign_flip(&[f64::NAN]), None);
    }

    #[test]
    fn ties_survive_rounding() {
        let scaled: Vec<f64> = [1.0, 2.0, 3.0, 4.0].iter().map(|d| d * 0.1).collect();
        assert_eq!(sign_flip(&scaled), sign_flip(&[4.0, 3.0, 2.0, 1.0]));
    }
}
