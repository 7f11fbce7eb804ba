//! What scores to expect over many seeds, from what one seed scores in simulation.
//!
//! Given are the values of a score in many simulated seeds, the pool. A study of n seeds is n draws from it, with repetition;
//! that is every seed a draw of its own. Where all seeds are alike, a study of any size is a single draw. The truth lies
//! between the two, and no forecast says where.
//!
//! How many seeds tell a forecast from its reference: the fewest n such that in at least [`POWER`] of simulated studies the 95%
//! Student interval of the mean gain over seeds lies above 0. It is found by doubling n and then halving the gap, which is
//! exact as far as the power grows with n.

use crate::scoring::number::middle;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// How many studies are simulated.
pub const STUDIES: usize = 2_000;
/// In how many of them a difference is to be seen for seeds to suffice.
pub const POWER: f64 = 0.8;
/// More seeds than these are not looked at.
pub const MOST_SEEDS: usize = 1_000;

/// A mean over seeds, over simulated studies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    pub mean: f64,
    /// The 5% and 95% quantiles, every seed a draw of its own.
    pub independent: [f64; 2],
    /// The same where all seeds are alike.
    pub alike: [f64; 2],
}

/// Of studies with so many seeds; nothing where the pool is empty or holds what is not finite. Draws come from `seed`.
pub fn expected(pool: &[f64], seeds: usize, seed: u64) -> Option<Expected> {
    if pool.is_empty() || seeds == 0 || pool.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut study = || (0..seeds).map(|_| pool[rng.random_range(0..pool.len())]).sum::<f64>() / seeds as f64;
    Some(Expected {
        mean: pool.iter().sum::<f64>() / pool.len() as f64,
        independent: middle((0..STUDIES).map(|_| study()).collect())?,
        alike: middle(pool.to_vec())?,
    })
}

/// The fewest seeds that tell gains from 0, every seed a draw of its own; nothing where [`MOST_SEEDS`] do not suffice.
pub fn seeds_needed(pool: &[f64], seed: u64) -> Option<usize> {
    let enough = |seeds: usize| power(pool, seeds, seed) >= POWER;
    let (mut few, mut many) = (1, 2);
    while !enough(many) {
        if many == MOST_SEEDS {
            return None;
        }
        (few, many) = (many, (2 * many).min(MOST_SEEDS));
    }
    while many - few > 1 {
        let middle = few.midpoint(many);
        if enough(middle) { many = middle } else { few = middle }
    }
    Some(many)
}

/// The same where all seeds are alike: two seeds show as much as any number, if what all of them do is a gain often enough.
pub fn seeds_needed_if_alike(pool: &[f64]) -> Option<usize> {
    let gains = pool.iter().filter(|gain| **gain > 0.0).count();
    (gains as f64 >= POWER * pool.len() as f64 && !pool.is_empty()).then_some(2)
}

/// In how many simulated studies the 95% interval lies above 0, of so many seeds, at least 2.
pub fn power(pool: &[f64], seeds: usize, seed: u64) -> f64 {
    let freedom = (seeds - 1) as f64;
    let Some(t) = StudentsT::new(0.0, 1.0, freedom).ok().map(|student| student.inverse_cdf(0.975)) else { return 0.0 };
    if pool.is_empty() {
        return 0.0;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut gains = vec![0.0; seeds];
    let mut above = || {
        gains.fill_with(|| pool[rng.random_range(0..pool.len())]);
        let mean = gains.iter().sum::<f64>() / seeds as f64;
        let squares: f64 = gains.iter().map(|gain| (gain - mean) * (gain - mean)).sum();
        mean - t * (squares / freedom / seeds as f64).sqrt() > 0.0
    };
    (0..STUDIES).filter(|_| above()).count() as f64 / STUDIES as f64
}

#[cfg(test)]
mod tests {
    use super::{MOST_SEEDS, POWER, STUDIES, expected, power, seeds_needed, seeds_needed_if_alike};
    use statrs::distribution::{ContinuousCDF, Normal};

    /// The quantiles of a normal distribution, so that the pool has its mean and its deviation.
    fn normal(mean: f64, deviation: f64) -> Vec<f64> {
        let law = Normal::new(mean, deviation).expect("valid");
        (0..4000).map(|i| law.inverse_cdf((f64::from(i) + 0.5) / 4000.0)).collect()
    }

    #[test]
    fn a_mean_over_seeds_spreads_by_their_root() {
        let found = expected(&normal(1.0, 1.0), 16, 1).expect("finite");
        assert!((found.mean - 1.0).abs() < 1e-6);
        // The 5% quantile of a normal distribution lies 1.645 deviations below its mean; its error over 2,000 studies
        // is about .047 of a deviation.
        let [low, high] = found.independent;
        assert!((low - (1.0 - 1.645 / 4.0)).abs() < 5.0 * 0.047 / 4.0, "{low}");
        assert!((high - (1.0 + 1.645 / 4.0)).abs() < 5.0 * 0.047 / 4.0, "{high}");
        assert!((found.alike[0] - (1.0 - 1.645)).abs() < 0.01, "{:?}", found.alike);
        assert_eq!(expected(&[], 4, 1), None);
        assert_eq!(expected(&[f64::INFINITY], 4, 1), None);
        assert_eq!(expected(&[0.5; 10], 4, 1).expect("finite").independent, [0.5, 0.5]);
    }

    /// Of a two-sided t test at 5% with n = 10 and an effect of one deviation the power is .803 (Cohen 1988; G*Power, one sample
    /// t test), nearly all of it on the right side.
    #[test]
    fn power_of_a_t_test() {
        let found = power(&normal(1.0, 1.0), 10, 1);
        let deviation = (0.803 * 0.197 / STUDIES as f64).sqrt();
        assert!((found - 0.803).abs() < 4.0 * deviation, "{found}");
        // With an effect of half a deviation 34 seeds have a power of .808.
        let found = seeds_needed(&normal(0.5, 1.0), 1).expect("enough");
        assert!((32..=36).contains(&found), "{found}");
        assert!(power(&normal(0.5, 1.0), found, 1) >= POWER);
    }

    #[test]
    fn what_gains_nothing_is_never_told_apart() {
        assert_eq!(seeds_needed(&normal(0.0, 1.0), 1), None);
        assert_eq!(seeds_needed(&[0.0; 10], 1), None);
        assert_eq!(seeds_needed(&[], 1), None);
        assert_eq!(seeds_needed(&[-0.1; 10], 1), None);
        assert_eq!(seeds_needed(&[0.1; 10], 1), Some(2));
        assert!(seeds_needed(&normal(0.1, 1.0), 1).is_some_and(|seeds| seeds < MOST_SEEDS));
        assert_eq!(seeds_needed_if_alike(&normal(0.5, 1.0)), None);
        assert_eq!(seeds_needed_if_alike(&normal(1.0, 1.0)), Some(2));
        assert_eq!(seeds_needed_if_alike(&[]), None);
    }
}
