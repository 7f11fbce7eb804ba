//! Skill: scores beside those of a reference forecast on the same outcomes.
//!
//! For scores with a natural zero: skill = 1 - sum S / sum S_ref, over all seeds (and studies) together,
//! never a mean of ratios, which rewards luck on easy cases. 1 is perfect, 0 as good as the
//! reference, negative worse. For the log score, which may be infinite and whose zero depends on the
//! outcome space, the mean difference S_ref - S in nats: above 0 is better.
//!
//! Murphy, A. H. (1988), Skill scores based on the mean square error and their relationships to
//! the correlation coefficient, Monthly Weather Review 116, 2417-2424.

/// 1 - sum of scores / sum of reference scores, over the seeds where both are defined.
///
/// Nothing where no seed has both, a score is infinite, or the reference is perfect.
pub fn ratio(scores: &[Option<f64>], reference: &[Option<f64>]) -> Option<f64> {
    let (mut score, mut known_nothing) = (0.0, 0.0);
    for (s, r) in both(scores, reference) {
        score += s;
        known_nothing += r;
    }
    let skill = 1.0 - score / known_nothing;
    (known_nothing > 0.0 && skill.is_finite()).then_some(skill)
}

/// The mean of reference score - score, over the seeds where both are defined.
///
/// Nothing where no seed has both or a score is infinite.
pub fn difference(scores: &[Option<f64>], reference: &[Option<f64>]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for (s, r) in both(scores, reference) {
        sum += r - s;
        count += 1.0;
    }
    let mean: f64 = sum / count;
    (count > 0.0 && mean.is_finite()).then_some(mean)
}

fn both(scores: &[Option<f64>], reference: &[Option<f64>]) -> impl Iterator<Item = (f64, f64)> {
    scores.iter().zip(reference).filter_map(|(s, r)| Some(((*s)?, (*r)?)))
}

#[cfg(test)]
mod tests {
    use super::{difference, ratio};

    #[test]
    fn sums_before_the_ratio() {
        let scores = [Some(0.0), None, Some(0.3)];
        let reference = [Some(0.1), Some(9.0), Some(0.5)];
        assert!((ratio(&scores, &reference).expect("defined") - 0.5).abs() < 1e-12);
        assert!((difference(&scores, &reference).expect("defined") - 0.15).abs() < 1e-12);
    }

    #[test]
    fn undefined() {
        assert_eq!(ratio(&[], &[]), None);
        assert_eq!(ratio(&[Some(0.0)], &[Some(0.0)]), None);
        assert_eq!(ratio(&[Some(f64::INFINITY)], &[Some(1.0)]), None);
        assert_eq!(difference(&[None], &[Some(1.0)]), None);
        assert_eq!(difference(&[Some(f64::INFINITY)], &[Some(1.0)]), None);
    }
}
