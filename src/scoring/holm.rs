//! Holm's adjustment of several p: the chance that any true null hypothesis is rejected stays below the level.
//!
//! With p_(1) <= … <= p_(m) the adjusted p_(k) is the largest of (m - j + 1) p_(j) over j <= k, at most 1.
//!
//! Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 65-70.

/// The adjusted p of each, in the order given.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut largest = 0.0_f64;
    for (before, &index) in order.iter().enumerate() {
        largest = largest.max((p.len() - before) as f64 * p[index]).min(1.0);
        adjusted[index] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::holm;

    #[test]
    fn as_p_adjust_of_r_has_it() {
        // p.adjust(c(.01, .04, .03, .005), "holm")
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (own, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((own - expected).abs() < 1e-12, "{adjusted:?}");
        }
        assert_eq!((holm(&[]), holm(&[0.7, 0.9])), (Vec::new(), vec![1.0, 1.0]));
    }
}
