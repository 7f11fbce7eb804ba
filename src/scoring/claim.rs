//! Whether a claim about means over seeds comes out confirmed, refuted or inconclusive.
//!
//! The claim compares two means over the same seeds, so that the mean of the differences by seed decides. Seeds are drawn
//! again, as many as there are, with repetition, and the share of such resamples in which the comparison holds is set
//! against the share that the author asked for: the percentile bootstrap, one-sided. All sides of a claim see the same
//! resamples. With few seeds the resamples hardly differ, so that shares are coarse and too near to 0 and 1: of three
//! seeds on one side every resample is.
//!
//! Efron, B. and Tibshirani, R. J. (1993), An Introduction to the Bootstrap, chapter 13.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How many resamples are drawn.
pub const RESAMPLES: usize = 10_000;

/// How a claim comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Confirmed,
    Refuted,
    Inconclusive(Why),
}

/// Why a claim decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Neither side holds as surely as it has to.
    Neither,
    /// Both do.
    Both,
    /// All resamples of one seed are that seed.
    OneSeed,
}

/// What one side of a claim compares.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// In each seed, by how much the number that has to be larger is larger.
    pub differences: Vec<f64>,
    /// Means that are equal do not suffice.
    pub strict: bool,
    /// The least share of resamples in which it has to hold.
    pub level: f64,
}

/// Sets of seeds drawn from a number of seeds, with repetition.
pub struct Resamples {
    seeds: usize,
    /// The places of the seeds of one resample after another.
    drawn: Vec<u16>,
}

impl Resamples {
    /// [`RESAMPLES`] of them, drawn from `seed`; `seeds` is at most 65,536.
    pub fn of(seeds: usize, seed: u64) -> Resamples {
        Resamples::drawn(RESAMPLES, seeds, seed)
    }

    /// So many of them.
    pub fn drawn(count: usize, seeds: usize, seed: u64) -> Resamples {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let last = seeds.saturating_sub(1).min(usize::from(u16::MAX)) as u16;
        Resamples { seeds, drawn: (0..count * seeds).map(|_| rng.random_range(0..=last)).collect() }
    }

    /// The share of resamples in which the mean of the differences is above 0, or not below it. Nothing without seeds, or
    /// with another number of differences than seeds.
    pub fn holding(&self, side: &Side) -> Option<f64> {
        let differences = &side.differences;
        if self.seeds == 0 || self.drawn.is_empty() || differences.len() != self.seeds {
            return None;
        }
        // Means that are equal in exact arithmetic must count as equal.
        let largest = differences.iter().map(|d| d.abs()).fold(0.0, f64::max);
        let slack = 1e-12 * largest * self.seeds as f64;
        let bound = if side.strict { slack } else { -slack };
        let sum = |places: &[u16]| places.iter().map(|&place| differences[usize::from(place)]).sum::<f64>();
        let holds = |places: &&[u16]| if side.strict { sum(places) > bound } else { sum(places) >= bound };
        let held = self.drawn.chunks_exact(self.seeds).filter(holds).count();
        Some(held as f64 / (self.drawn.len() / self.seeds) as f64)
    }

    /// How a claim comes out whose sides hold in these shares of resamples, each beside its level; nothing for a side that it
    /// does not have.
    pub fn verdict(&self, confirm: Option<(f64, f64)>, refute: Option<(f64, f64)>) -> Verdict {
        let surely = |side: Option<(f64, f64)>| side.is_some_and(|(held, level)| held >= level);
        match (surely(confirm), surely(refute)) {
            _ if self.seeds < 2 => Verdict::Inconclusive(Why::OneSeed),
            (true, true) => Verdict::Inconclusive(Why::Both),
            (true, false) => Verdict::Confirmed,
            (false, true) => Verdict::Refuted,
            (false, false) => Verdict::Inconclusive(Why::Neither),
        }
    }

    /// How a claim comes out.
    pub fn judge(&self, confirm: Option<&Side>, refute: Option<&Side>) -> Verdict {
        let side = |side: Option<&Side>| side.and_then(|side| Some((self.holding(side)?, side.level)));
        self.verdict(side(confirm), side(refute))
    }
}

#[cfg(test)]
mod tests {
    use super::{RESAMPLES, Resamples, Side, Verdict, Why};

    fn side(differences: &[f64], strict: bool) -> Side {
        Side { differences: differences.to_vec(), strict, level: 0.95 }
    }

    /// Of two seeds with the differences -1 and 1 a quarter of the resamples has the mean 1, half 0, a quarter -1.
    #[test]
    fn shares_of_two_seeds_are_quarters() {
        let two = Resamples::of(2, 7);
        let deviation = (0.25 * 0.75 / RESAMPLES as f64).sqrt();
        let strictly = two.holding(&side(&[-0.1, 0.1], true)).expect("two seeds");
        let weakly = two.holding(&side(&[-0.1, 0.1], false)).expect("two seeds");
        assert!((strictly - 0.25).abs() < 5.0 * deviation, "{strictly}");
        assert!((weakly - 0.75).abs() < 5.0 * deviation, "{weakly}");
    }

    #[test]
    fn sides_that_are_opposites_share_out_all_resamples() {
        let eight = Resamples::of(8, 1);
        let differences = [0.3, -0.2, 0.1, 0.4, -0.35, 0.2, 0.05, -0.1];
        let opposite = differences.map(|d: f64| -d);
        let above = eight.holding(&side(&differences, true)).expect("eight seeds");
        let not_above = eight.holding(&side(&opposite, false)).expect("eight seeds");
        assert_eq!(above + not_above, 1.0);
        assert_eq!(eight.holding(&side(&differences, true)), Resamples::of(8, 1).holding(&side(&differences, true)));
    }

    #[test]
    fn equal_means_survive_rounding() {
        let three = Resamples::of(3, 1);
        assert_eq!(three.holding(&side(&[0.0; 3], true)), Some(0.0));
        assert_eq!(three.holding(&side(&[0.0; 3], false)), Some(1.0));
        // 0.1 + 0.2 - 0.3 is not 0 in binary.
        let tenths = [0.1, 0.2, -0.3];
        assert!(tenths.iter().sum::<f64>() != 0.0);
        let hundreds = [1.0, 2.0, -3.0];
        assert_eq!(three.holding(&side(&tenths, false)), three.holding(&side(&hundreds, false)));
    }

    #[test]
    fn verdicts() {
        let eight = Resamples::of(8, 1);
        let (up, down) = (side(&[0.2; 8], true), side(&[-0.2; 8], true));
        let unclear = side(&[0.2, -0.2, 0.2, -0.2, 0.2, -0.2, 0.2, -0.2], true);
        for (confirm, refute, verdict) in [
            (Some(&up), Some(&down), Verdict::Confirmed),
            (Some(&down), Some(&up), Verdict::Refuted),
            (Some(&up), None, Verdict::Confirmed),
            (Some(&down), None, Verdict::Inconclusive(Why::Neither)),
            (Some(&unclear), Some(&unclear), Verdict::Inconclusive(Why::Neither)),
            (Some(&up), Some(&up), Verdict::Inconclusive(Why::Both)),
        ] {
            assert_eq!(eight.judge(confirm, refute), verdict);
        }
        let one = Resamples::of(1, 1);
        assert_eq!(one.judge(Some(&side(&[0.2], true)), None), Verdict::Inconclusive(Why::OneSeed));
        assert_eq!(Resamples::of(0, 1).holding(&side(&[], true)), None);
        assert_eq!(eight.holding(&side(&[0.1], true)), None);
    }
}
