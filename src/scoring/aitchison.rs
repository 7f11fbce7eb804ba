//! Aitchison distance between two compositions: a diagnostic, not a score.
//!
//! d(a, b) = |clr a - clr b|, clr x = ln x - mean of ln x. It compares ratios between parts, so it is undefined where a
//! part is 0, and it does not change when both are perturbed (multiplied part by part) alike or rescaled.
//!
//! Aitchison, J. (1986), The Statistical Analysis of Compositional Data, Chapman and Hall.

/// The centred log-ratios. Nothing without parts, or where one is not above 0 and finite.
pub fn clr(x: &[f64]) -> Option<Vec<f64>> {
    if x.is_empty() || x.iter().any(|part| !(*part > 0.0 && part.is_finite())) {
        return None;
    }
    let mean = x.iter().map(|part| part.ln()).sum::<f64>() / x.len() as f64;
    Some(x.iter().map(|part| part.ln() - mean).collect())
}

/// The distance. Nothing where a part is 0, or the numbers of parts differ.
pub fn aitchison(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() {
        return None;
    }
    Some(clr(a)?.iter().zip(clr(b)?).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt())
}

#[cfg(test)]
mod tests {
    use super::aitchison;

    #[test]
    fn invariant_to_perturbation_and_closure() {
        let (a, b, c) = ([0.1, 0.3, 0.6], [0.5, 0.3, 0.2], [0.2, 5.0, 0.7]);
        let perturbed = |x: [f64; 3]| [x[0] * c[0], x[1] * c[1], x[2] * c[2]];
        let distance = aitchison(&a, &b).expect("defined");
        assert!((aitchison(&perturbed(a), &perturbed(b)).expect("defined") - distance).abs() < 1e-12);
        assert!((aitchison(&a.map(|x| 7.0 * x), &b).expect("defined") - distance).abs() < 1e-12);
    }

    #[test]
    fn undefined() {
        assert_eq!(aitchison(&[0.0, 1.0], &[0.5, 0.5]), None);
        assert_eq!(aitchison(&[1.0], &[0.5, 0.5]), None);
        assert_eq!(aitchison(&[], &[]), None);
    }
}
