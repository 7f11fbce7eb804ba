//! Whether a claim about means over seeds comes out confirmed, refuted or inconclusive.
//!
//! The claim compares two means over the same seeds, so that the mean of the differences by seed decides. Seeds are drawn
//! again, as many as there are, with repetition, and the share of such resamples in which the comparison holds is set
//! against the share that the author asked for: the percentile bootstrap, one-sided. All sides of a claim see the same
//! resamples.
//!
//! Of n seeds on one side every resample is on that side, so that the bootstrap alone is sure of it with any n. Yet if each
//! difference were as likely to be d as -d, all n would lie on that side in 2^-n of studies: with three seeds in an eighth. A side
//! that has to hold at the level P can therefore hold only with n seeds such that 2^-n <= 1 - P ([`fewest`]); with fewer the
//! claim is inconclusive, whatever the seeds say. That is the n from which the one-sided
//! [sign-flip test](crate::scoring::sign_flip) can have a p of 1 - P.
//!
//! Efron, B. and Tibshirani, R. J. (1993), An Introduction to the Bootstrap, chapter 13.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal};

/// How many resamples are drawn.
pub const RESAMPLES: usize = 10_000;

/// How a claim comes out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    Confirmed,
    Refuted,
    Inconclusive(Why),
}

/// Why a claim decides nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// Neither side holds as surely as it has to.
    Neither,
    /// Both do.
    Both,
    /// No side, or not the one that would, can hold with so few seeds: at this level it takes at least so many.
    TooFew { level: f64, needed: usize },
}

/// The fewest seeds with which a side can hold at `level`, above 0 and below 1: the least n with 2^-n <= 1 - level. 5 at 95%, 7 at
/// 99%.
pub fn fewest(level: f64) -> usize {
    // Below 1 no level is nearer to it than 2^-53.
    (1..53).find(|&n| surest(n) >= level).unwrap_or(53)
}

/// The highest level at which a side can hold with so many seeds: 1 - 2^-n.
pub fn surest(seeds: usize) -> f64 {
    1.0 - 0.5_f64.powi(i32::try_from(seeds).unwrap_or(i32::MAX))
}

/// How a claim about so many seeds comes out whose sides hold in these shares of resamples, each beside its level; nothing for a
/// side that it does not have.
pub fn verdict(seeds: usize, confirm: Option<(f64, f64)>, refute: Option<(f64, f64)>) -> Verdict {
    let surely = |side: Option<(f64, f64)>| side.is_some_and(|(held, level)| held >= level);
    let too_few = |level: f64| Why::TooFew { level, needed: fewest(level) };
    let decided = |side: Option<(f64, f64)>, verdict: Verdict| match side {
        Some((_, level)) if seeds < fewest(level) => Verdict::Inconclusive(too_few(level)),
        _ => verdict,
    };
    let levels = [confirm, refute].into_iter().flatten().map(|(_, level)| level);
    if let Some(lowest) = levels.min_by(f64::total_cmp).filter(|level| seeds < fewest(*level)) {
        return Verdict::Inconclusive(too_few(lowest));
    }
    match (surely(confirm), surely(refute)) {
        (true, true) => Verdict::Inconclusive(Why::Both),
        (true, false) => decided(confirm, Verdict::Confirmed),
        (false, true) => decided(refute, Verdict::Refuted),
        (false, false) => Verdict::Inconclusive(Why::Neither),
    }
}

/// The p of a claim from those of its sides: of two twice the smaller, since either could have decided it.
pub fn either(confirm: Option<f64>, refute: Option<f64>) -> Option<f64> {
    match (confirm, refute) {
        (Some(confirm), Some(refute)) => Some((2.0 * confirm.min(refute)).min(1.0)),
        (side, None) | (None, side) => side,
    }
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

impl Side {
    /// The sum over seeds from which on, or above which, it holds: means that are equal in exact arithmetic must count as equal.
    fn bound(&self) -> f64 {
        let largest = self.differences.iter().map(|d| d.abs()).fold(0.0, f64::max);
        let slack = 1e-12 * largest * self.differences.len() as f64;
        if self.strict { slack } else { -slack }
    }

    /// Whether it holds where the differences have this sum.
    fn holds(&self, sum: f64, bound: f64) -> bool {
        if self.strict { sum > bound } else { sum >= bound }
    }

    /// The share of resamples in which it holds if the mean of a resample were normal: Phi(sqrt(n) m / s), m and s the mean and the
    /// deviation of the differences. For a hundred seeds or more, where that is nearer to all resamples than a thousand that are
    /// drawn. Nothing without seeds.
    pub fn holding_if_normal(&self) -> Option<f64> {
        let n = self.differences.len() as f64;
        let sum = self.differences.iter().sum::<f64>();
        let squares: f64 = self.differences.iter().map(|d| (d - sum / n) * (d - sum / n)).sum();
        match squares {
            _ if self.differences.is_empty() => None,
            squares if squares > 0.0 => Some(Normal::standard().cdf(sum / squares.sqrt())),
            _ => Some(f64::from(u8::from(self.holds(sum, self.bound())))),
        }
    }
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
        let bound = side.bound();
        let sum = |places: &[u16]| places.iter().map(|&place| differences[usize::from(place)]).sum::<f64>();
        let holds = |places: &&[u16]| side.holds(sum(places), bound);
        let held = self.drawn.chunks_exact(self.seeds).filter(holds).count();
        Some(held as f64 / (self.drawn.len() / self.seeds) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::{RESAMPLES, Resamples, Side, Verdict, Why, either, fewest, surest, verdict};
    use crate::scoring::sign_flip::one_sided;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

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

    fn judge(confirm: Option<&Side>, refute: Option<&Side>) -> Verdict {
        let seeds = confirm.or(refute).expect("a side").differences.len();
        let resamples = Resamples::of(seeds, 1);
        let held = |side: Option<&Side>| side.map(|side| (resamples.holding(side).expect("seeds"), side.level));
        verdict(seeds, held(confirm), held(refute))
    }

    #[test]
    fn verdicts() {
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
            assert_eq!(judge(confirm, refute), verdict);
        }
        assert_eq!(Resamples::of(0, 1).holding(&side(&[], true)), None);
        assert_eq!(Resamples::of(8, 1).holding(&side(&[0.1], true)), None);
    }

    #[test]
    fn so_many_seeds_can_decide() {
        let levels = [0.51, 0.75, 0.76, 0.875, 0.9, 0.95, 0.99, 0.999, 1.0 - f64::EPSILON / 2.0];
        assert_eq!(levels.map(fewest), [2, 2, 3, 3, 4, 5, 7, 10, 53]);
        for (n, level) in (1..=20).map(|n| (n, surest(n))) {
            assert_eq!(fewest(level), n, "all of {n} seeds on one side have a p of {}", 1.0 - level);
            assert_eq!(one_sided(&vec![1.0; n], 1).filter(|_| n <= 16), (n <= 16).then_some(1.0 - level));
        }
    }

    /// Of n seeds that lie on one side all resamples do, with any n: chance puts two of them there in a quarter of studies.
    #[test]
    fn a_few_seeds_on_one_side_decide_nothing() {
        for seeds in 1..=8 {
            let (up, down) = (side(&vec![0.2; seeds], true), side(&vec![-0.2; seeds], true));
            let enough = seeds >= 5;
            let expected =
                |verdict| if enough { verdict } else { Verdict::Inconclusive(Why::TooFew { level: 0.95, needed: 5 }) };
            assert_eq!(judge(Some(&up), Some(&down)), expected(Verdict::Confirmed), "{seeds}");
            assert_eq!(judge(Some(&down), Some(&up)), expected(Verdict::Refuted), "{seeds}");
            assert_eq!(judge(None, Some(&up)), expected(Verdict::Refuted), "{seeds}");
        }
        // Each side by its own level.
        let at = |difference: f64, level: f64| Side { level, ..side(&[difference; 3], true) };
        let (up, down) = (at(0.2, 0.95), at(-0.2, 0.8));
        assert_eq!(judge(Some(&up), Some(&down)), Verdict::Inconclusive(Why::TooFew { level: 0.95, needed: 5 }));
        assert_eq!(judge(Some(&at(-0.2, 0.95)), Some(&at(0.2, 0.8))), Verdict::Refuted);
        assert_eq!(judge(Some(&at(0.2, 0.8)), None), Verdict::Confirmed);
        assert_eq!(judge(Some(&down), Some(&at(-0.2, 0.95))), Verdict::Inconclusive(Why::Neither));
    }

    /// Where two means are the same, all of n seeds are on one of two sides in 2^(1 - n) of studies, and no study is decided more
    /// often than its level allows.
    #[test]
    fn chance_alone_decides_no_more_often_than_the_level_allows() {
        for seeds in 1..=5_u32 {
            let decided = (0..1_u32 << seeds).filter(|signs| {
                let of =
                    |sign: f64| (0..seeds).map(|i| if signs >> i & 1 == 1 { sign } else { -sign }).collect::<Vec<_>>();
                judge(Some(&side(&of(1.0), true)), None) == Verdict::Confirmed
            });
            let share = decided.count() as f64 / f64::from(1_u32 << seeds);
            assert!(share <= 0.05, "{seeds} seeds: {share}");
        }
    }

    #[test]
    fn of_many_seeds_resamples_are_normal() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        // Skewed, as squares of uniform numbers are, about their mean of a third.
        let differences: Vec<f64> = (0..128).map(|_| rng.random::<f64>().powi(2) - 0.31).collect();
        for shift in [-0.06, -0.03, 0.0, 0.03, 0.06] {
            let side = side(&differences.iter().map(|d| d + shift).collect::<Vec<_>>(), true);
            let drawn = Resamples::of(128, 1).holding(&side).expect("seeds");
            let normal = side.holding_if_normal().expect("seeds");
            // Five deviations of the drawn share, and the skewness, 1 / (6 sqrt(n)) of .65 at most.
            let error = 5.0 * (0.25 / RESAMPLES as f64).sqrt() + 0.65 / (6.0 * 128_f64.sqrt());
            assert!((drawn - normal).abs() < error, "{shift}: {drawn} {normal}");
        }
        for (value, strict, expected) in [(0.0, true, 0.0), (0.0, false, 1.0), (0.5, true, 1.0), (-0.5, false, 0.0)] {
            assert_eq!(side(&[value; 200], strict).holding_if_normal(), Some(expected));
        }
        assert_eq!(side(&[], true).holding_if_normal(), None);
    }

    #[test]
    fn the_p_of_a_claim() {
        assert_eq!(either(Some(0.25), Some(0.875)), Some(0.5));
        assert_eq!(either(Some(0.625), Some(0.75)), Some(1.0));
        assert_eq!(
            (either(Some(0.1), None), either(None, Some(0.2)), either(None, None)),
            (Some(0.1), Some(0.2), None)
        );
    }
}
