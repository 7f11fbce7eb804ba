//! Holm's procedure: p values of one family, raised so that the chance of any false rejection stays below the level.
//!
//! Of m p values in order, p_(1) <= … <= p_(m), the adjusted one of p_(k) is max over j <= k of min(1, (m - j + 1) p_(j)).
//! It holds however the tests depend on one another, and is never larger than Bonferroni's m p.
//!
//! Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 65-70.

/// The adjusted p of the member `p` of `family`, all in [0, 1].
pub fn holm(p: f64, family: &[f64]) -> f64 {
    let mut sorted = family.to_vec();
    sorted.sort_by(f64::total_cmp);
    let steps = sorted.iter().enumerate().take_while(|(_, other)| **other <= p);
    steps.map(|(rank, other)| other * (sorted.len() - rank) as f64).fold(p, f64::max).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::holm;

    fn adjusted(family: &[f64]) -> Vec<f64> {
        family.iter().map(|&p| holm(p, family)).collect()
    }

    #[test]
    fn known_values() {
        assert_eq!(adjusted(&[0.001, 0.02, 0.03]), [0.003, 0.04, 0.04]);
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), method = "holm").
        let expected = [0.03, 0.06, 0.06, 0.02];
        for (found, expected) in adjusted(&[0.01, 0.04, 0.03, 0.005]).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
        assert_eq!(adjusted(&[0.9, 0.6]), [1.0, 1.0]);
        assert_eq!(adjusted(&[0.2]), [0.2]);
    }

    #[test]
    fn at_least_the_p_at_most_bonferroni_and_in_the_same_order() {
        let family = [0.5, 0.01, 0.01, 0.2, 0.0, 0.049, 0.05];
        let found = adjusted(&family);
        for (i, (p, holm)) in family.iter().zip(&found).enumerate() {
            assert!(p <= holm && *holm <= (p * family.len() as f64).min(1.0));
            assert!(family.iter().zip(&found).skip(i).all(|(q, other)| (p <= q) == (holm <= other) || holm == other));
        }
    }
}
