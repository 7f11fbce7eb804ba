//! The exact sign-flip test: would differences this far from 0 be usual if signs were coin tosses?
//!
//! Under the null hypothesis each difference is as likely to be d as -d. The two-sided p is the share of
//! the 2^n assignments of signs whose sum is at least as far from 0 as the one observed. The least p
//! that n seeds allow is 2^(1 - n): with fewer than 6 nothing can fall below 5%.
//!
//! Fisher, R. A. (1935), The Design of Experiments, section 21.

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
    let assignments = 1_u32 << n;
    let flipped = |signs: u32| {
        differences.iter().enumerate().map(|(i, d)| if signs >> i & 1 == 1 { -d } else { *d }).sum::<f64>()
    };
    let as_far = (0..assignments).filter(|&signs| flipped(signs).abs() >= observed - slack).count();
    Some(as_far as f64 / f64::from(assignments))
}

#[cfg(test)]
mod tests {
    use super::sign_flip;

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
