//! Does a cycle of three or more occur more often than its reverse?
//!
//! Definition: in each episode the closed cycles are counted by loop erasure ([`crate::markov::flux`]), this way round less the
//! other. If neither way is preferred, each difference has either sign with the same probability, whatever its size: the
//! exact one-sided sign-flip test. Several cycles are corrected for by [Holm's procedure](crate::scoring::holm).

use crate::markov::flux::Path;
use serde::Serialize;

/// A cycle against its reverse.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Direction {
    /// How often the reverse was counted.
    pub reverse: u64,
    /// Episodes in which the two differ.
    pub episodes: usize,
    pub p: f64,
    /// After Holm.
    pub adjusted_p: f64,
}

/// By how much more often than its reverse each episode closes a cycle, where it differs; and how often all close the reverse.
pub fn against_reverse(cycle: &[usize], episodes: &[Vec<usize>]) -> (Vec<i64>, u64) {
    let forward: Vec<u8> = cycle.iter().map(|&solver| solver as u8).collect();
    let backward: Vec<u8> = forward.iter().take(1).chain(forward.iter().skip(1).rev()).copied().collect();
    let turned = |closed: &[u8], cycle: &[u8]| {
        let place = closed.iter().position(|solver| Some(solver) == cycle.first()).unwrap_or(0);
        closed[place..].iter().chain(&closed[..place]).eq(cycle)
    };
    let mut reverse = 0;
    let mut differences = Vec::new();
    for episode in episodes {
        let mut path = Path::default();
        let mut difference = 0;
        for &solver in episode {
            let closed = path.step(solver as u8);
            if closed.len() != forward.len() {
                continue;
            }
            if turned(closed, &forward) {
                difference += 1;
            } else if turned(closed, &backward) {
                difference -= 1;
                reverse += 1;
            }
        }
        if difference != 0 {
            differences.push(difference);
        }
    }
    (differences, reverse)
}

/// The probability that the sum of whole numbers with random signs is at least the sum as it is: exact but for parts below
/// 1e-30, by adding one number after the other to the distribution of the sum.
pub fn at_least_as_far(differences: &[i64]) -> f64 {
    let observed: i64 = differences.iter().sum();
    // The probability of each sum from `least` upwards.
    let (mut least, mut distribution) = (0_i64, vec![1.0]);
    for difference in differences {
        let size = difference.unsigned_abs() as usize;
        let mut next = vec![0.0; distribution.len() + 2 * size];
        for (place, p) in distribution.iter().enumerate() {
            next[place] += 0.5 * p;
            next[place + 2 * size] += 0.5 * p;
        }
        least -= size as i64;
        let kept = |p: &f64| *p > 1e-30;
        let first = next.iter().position(kept).unwrap_or(0);
        let last = next.iter().rposition(kept).unwrap_or(0);
        distribution = next[first..=last].to_vec();
        least += first as i64;
    }
    let from = (observed - least).clamp(0, distribution.len() as i64) as usize;
    // What was cut off is far below the p of a sum that only one choice of signs gives.
    distribution[from..].iter().fold(0.0, |sum, p| sum + p).clamp(0.5_f64.powi(differences.len() as i32), 1.0)
}

#[cfg(test)]
mod tests {
    use super::at_least_as_far;

    #[test]
    fn sign_flips() {
        assert_eq!(at_least_as_far(&[]), 1.0);
        assert_eq!(at_least_as_far(&[1; 10]), 1.0 / 1024.0);
        // Of the eight sums of 1, 2 and 3 with signs those at least 0: 6, 4, 2, 0, 0.
        assert_eq!(at_least_as_far(&[1, 2, -3]), 5.0 / 8.0);
        assert_eq!(at_least_as_far(&[-1, -2, -3]), 1.0);
        let many = at_least_as_far(&[1; 1000]);
        assert!((0.0..1e-25).contains(&many));
    }
}
