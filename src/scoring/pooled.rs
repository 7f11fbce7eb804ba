//! Skill over several studies: the study is the unit of its interval, and no forecast can be better than the noise.
//!
//! Skill is 1 - sum S / sum S_ref over studies. Its interval is the jackknife's with Student's t: leave each
//! study out in turn; with theta_i the skill without study i, the squared standard error is (n - 1)/n x the sum of
//! (theta_i - mean theta)^2. A bootstrap of four to eight studies would be too narrow.
//!
//! The ceiling is what the true distribution of seeds would score. Its mean differs from that of n seeds by the
//! variance over n, expected. Its energy score on a seed is estimated without bias by the fair score of the others.
//!
//! Efron, B. (1982), The jackknife, the bootstrap and other resampling plans; Ferro, C. A. T. (2014), Fair scores for
//! ensemble forecasts, Quarterly Journal of the Royal Meteorological Society 140, 1917-1923.

use crate::scoring::energy::Ensemble;
use crate::scoring::error::ScoringError;
use crate::scoring::skill::ratio;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Skill over studies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// 1 - sum of scores / sum of reference scores.
    pub skill: f64,
    /// The 95% interval; nothing of a single study.
    pub interval: Option<[f64; 2]>,
}

/// The skill of one score and one reference score per study, both defined. Nothing without studies, where a score is not
/// finite, and where the reference is perfect.
pub fn pooled(scores: &[f64], reference: &[f64]) -> Option<Pooled> {
    let skill = skill_without(scores, reference, None)?;
    Some(Pooled { skill, interval: jackknife(scores, reference, skill) })
}

/// The skill of all studies but one.
fn skill_without(scores: &[f64], reference: &[f64], left_out: Option<usize>) -> Option<f64> {
    let kept = |numbers: &[f64]| -> Vec<Option<f64>> {
        numbers.iter().enumerate().filter(|(i, _)| Some(*i) != left_out).map(|(_, x)| Some(*x)).collect()
    };
    ratio(&kept(scores), &kept(reference))
}

fn jackknife(scores: &[f64], reference: &[f64], skill: f64) -> Option<[f64; 2]> {
    let studies = scores.len();
    if studies < 2 {
        return None;
    }
    let without: Vec<f64> =
        (0..studies).map(|study| skill_without(scores, reference, Some(study))).collect::<Option<_>>()?;
    let n = studies as f64;
    let mean = without.iter().sum::<f64>() / n;
    let squares: f64 = without.iter().map(|skill| (skill - mean) * (skill - mean)).sum();
    let error = ((n - 1.0) / n * squares).sqrt();
    let half = StudentsT::new(0.0, 1.0, n - 1.0).ok()?.inverse_cdf(0.975) * error;
    half.is_finite().then_some([skill - half, skill + half])
}

/// The sum of squared errors of a forecast of several parts.
///
/// # Errors
/// If there are not as many parts as there were measured.
pub fn squared_error(forecast: &[f64], measured: &[f64]) -> Result<f64, ScoringError> {
    let (expected, found) = (measured.len(), forecast.len());
    if expected != found {
        return Err(ScoringError::Dimension { expected, found });
    }
    Ok(forecast.iter().zip(measured).map(|(f, m)| (f - m) * (f - m)).sum())
}

/// The expected squared error of the true mean against the mean of these seeds: the sum over parts of the sample variance
/// over the number of seeds. One row of parts per seed; nothing of fewer than two seeds.
pub fn mean_noise(seeds: &[Vec<f64>]) -> Option<f64> {
    let n = seeds.len() as f64;
    let parts = seeds.first()?.len();
    if seeds.len() < 2 {
        return None;
    }
    let variance = |part: usize| {
        let mean = seeds.iter().map(|seed| seed[part]).sum::<f64>() / n;
        seeds.iter().map(|seed| (seed[part] - mean) * (seed[part] - mean)).sum::<f64>() / (n - 1.0)
    };
    Some((0..parts).map(variance).sum::<f64>() / n)
}

/// The mean over seeds of the fair energy score of the other seeds' shares. One row of parts per seed; nothing of fewer
/// than three.
///
/// # Errors
/// If seeds have different numbers of parts, or one is not finite.
pub fn energy_noise(seeds: &[Vec<f64>]) -> Result<Option<f64>, ScoringError> {
    if seeds.len() < 3 {
        return Ok(None);
    }
    let mut sum = 0.0;
    for (left_out, seed) in seeds.iter().enumerate() {
        let others: Vec<&Vec<f64>> =
            seeds.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, seed)| seed).collect();
        if let Some(other) = others.iter().find(|other| other.len() != seed.len()) {
            return Err(ScoringError::Dimension { expected: seed.len(), found: other.len() });
        }
        let column = |part: usize| others.iter().map(|other| other[part]).collect();
        sum += Ensemble::sample((0..seed.len()).map(column).collect())?.score(seed)?;
    }
    Ok(Some(sum / seeds.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::{energy_noise, mean_noise, pooled, squared_error};

    #[test]
    fn skill_is_a_ratio_of_sums_with_the_study_as_its_unit() {
        // By hand: 1 - 2/10; without each study in turn 1 - 1/8, 1 - 2/6 and 1 - 1/6.
        let found = pooled(&[1.0, 0.0, 1.0], &[2.0, 4.0, 4.0]).expect("defined");
        assert!((found.skill - 0.8).abs() < 1e-12);
        let without = [7.0 / 8.0, 2.0 / 3.0, 5.0 / 6.0];
        let mean: f64 = without.iter().sum::<f64>() / 3.0;
        let error = (2.0 / 3.0 * without.iter().map(|w| (w - mean) * (w - mean)).sum::<f64>()).sqrt();
        // t(0.975, 2) from tables.
        let half = 4.302_652_729_911_275 * error;
        let [low, high] = found.interval.expect("three studies");
        assert!((low - (0.8 - half)).abs() < 1e-9 && (high - (0.8 + half)).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn what_has_no_skill_or_no_interval() {
        assert_eq!(pooled(&[], &[]), None);
        assert_eq!(pooled(&[0.0], &[0.0]), None);
        assert_eq!(pooled(&[f64::NAN, 1.0], &[1.0, 1.0]), None);
        let one = pooled(&[1.0], &[4.0]).expect("defined");
        assert_eq!((one.skill, one.interval), (0.75, None));
        // Alike studies: sure.
        assert_eq!(pooled(&[1.0, 1.0], &[4.0, 4.0]).and_then(|p| p.interval), Some([0.75, 0.75]));
    }

    #[test]
    fn errors_of_means_and_their_noise() {
        assert!((squared_error(&[0.5, 0.5], &[0.8, 0.2]).expect("two parts") - 0.18).abs() < 1e-12);
        assert!(squared_error(&[1.0], &[0.8, 0.2]).is_err());
        // Variances 0.02 and 0.02, over two seeds.
        let seeds = [vec![0.9, 0.1], vec![0.7, 0.3]];
        assert!((mean_noise(&seeds).expect("two seeds") - 0.02).abs() < 1e-12);
        assert_eq!(mean_noise(&seeds[..1]), None);
        assert_eq!(mean_noise(&[]), None);
    }

    #[test]
    fn energy_of_the_other_seeds() {
        // In one dimension 0, 1, 3. On 0 by 1 and 3: mean distance 2, half of the distance between them 1: 1. On 1 by
        // 0 and 3: 1.5 - 1.5 = 0. On 3 by 0 and 1: 2.5 - 0.5 = 2.
        let seeds = [vec![0.0], vec![1.0], vec![3.0]];
        assert!((energy_noise(&seeds).expect("finite").expect("three seeds") - 1.0).abs() < 1e-12);
        assert_eq!(energy_noise(&seeds[..2]), Ok(None));
        assert!(energy_noise(&[vec![0.0], vec![1.0, 2.0], vec![3.0]]).is_err());
    }
}
