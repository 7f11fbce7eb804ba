//! What counts say about transition probabilities: a Dirichlet posterior per row.
//!
//! Definition: with the prior Dirichlet(a_i1, …, a_iS), row i given its counts follows Dirichlet(a_i1 + n_i1, …). Entry ij
//! alone follows Beta(a_ij + n_ij, sum of the row's other parameters); its mean is a_ij + n_ij over the row's sum, its
//! interval goes from the 2.5% to the 97.5% quantile.
//!
//! Assumptions: a first-order chain, rows independent a priori. The uniform prior is Dirichlet(1, …, 1).
//!
//! Edge cases: a state never left shows its prior. A prior of 0 where nothing was counted is a structural zero: the entry
//! is 0, with certainty. A row with one possible entry is 1, with certainty; one without any is zero.
//!
//! Martin, J. J. (1967), Bayesian Decision Problems and Markov Chains, chapter 3.

use crate::markov::counts::{Counts, square};
use crate::markov::error::MarkovError;
use crate::markov::transition::Transition;
use serde::Serialize;
use statrs::function::beta::checked_beta_reg;

/// The part of the probability that an interval leaves out on either side.
const TAIL: f64 = 0.025;

/// One transition probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Entry {
    pub mean: f64,
    /// The 95% interval.
    pub interval: [f64; 2],
}

/// The posterior under the uniform prior, row by row.
pub fn uniform(counts: &Counts) -> Vec<Vec<Entry>> {
    (0..counts.states()).map(|from| row(counts.row(from), &vec![1.0; counts.states()])).collect()
}

/// The posterior under a prior with these parameters, one row per state; all finite and at least 0.
///
/// # Errors
/// If the prior is no such matrix of the size of the counts.
pub fn posterior(counts: &Counts, prior: &[Vec<f64>]) -> Result<Vec<Vec<Entry>>, MarkovError> {
    if square(prior)? != counts.states() {
        return Err(MarkovError::Dimension { expected: counts.states(), found: prior.len() });
    }
    for (from, parameters) in prior.iter().enumerate() {
        if let Some(column) = parameters.iter().position(|a| !(0.0..=1e15).contains(a)) {
            return Err(MarkovError::Cell { row: from, column, value: parameters[column] });
        }
    }
    Ok((0..counts.states()).map(|from| row(counts.row(from), &prior[from])).collect())
}

/// The posterior means as a chain: under the uniform prior every state follows every other.
pub fn means(posterior: &[Vec<Entry>]) -> Transition {
    Transition::from_checked(posterior.iter().map(|row| row.iter().map(|entry| entry.mean).collect()).collect())
}

fn row(counts: &[u64], prior: &[f64]) -> Vec<Entry> {
    let parameters: Vec<f64> = counts.iter().zip(prior).map(|(&n, a)| n as f64 + a).collect();
    let total: f64 = parameters.iter().sum();
    let mut entries: Vec<Entry> = Vec::with_capacity(parameters.len());
    for (to, &a) in parameters.iter().enumerate() {
        // Equal parameters have equal quantiles, which take long to find.
        let entry = match parameters[..to].iter().position(|&before| before == a) {
            Some(before) => entries[before],
            None => {
                let others: f64 = parameters.iter().enumerate().filter(|(other, _)| *other != to).map(|(_, a)| a).sum();
                let mean = if total > 0.0 { a / total } else { 0.0 };
                Entry { mean, interval: [quantile(a, others, TAIL), quantile(a, others, 1.0 - TAIL)] }
            }
        };
        entries.push(entry);
    }
    entries
}

/// The quantile of Beta(a, b) at `level`, by bisection.
fn quantile(a: f64, b: f64, level: f64) -> f64 {
    if a <= 0.0 || b <= 0.0 {
        return if a > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 1e-14 {
        let middle = 0.5 * (low + high);
        match checked_beta_reg(a, b, middle) {
            Ok(below) if below < level => low = middle,
            _ => high = middle,
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::{means, posterior, uniform};
    use crate::markov::counts::Counts;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn certainties() {
        let counts = Counts::from_rows(&[vec![3, 0], vec![0, 0]]).expect("square");
        let rows = posterior(&counts, &[vec![0.0, 0.0], vec![0.0, 0.0]]).expect("a prior");
        assert_eq!(rows.iter().flatten().map(|entry| entry.mean).collect::<Vec<f64>>(), [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(rows[0][0].interval, [1.0, 1.0]);
        assert_eq!(rows[0][1].interval, [0.0, 0.0]);
        let never_left = uniform(&counts)[1][0];
        assert!((never_left.interval[0] - 0.025).abs() < 1e-12 && never_left.mean == 0.5);
        assert_eq!(uniform(&Counts::from_rows(&[vec![0]]).expect("square"))[0][0].interval, [1.0, 1.0]);
        assert!(uniform(&Counts::from_rows(&[]).expect("empty")).is_empty());
    }

    #[test]
    fn refuses_what_is_no_prior() {
        let counts = Counts::from_rows(&[vec![3, 0], vec![0, 0]]).expect("square");
        assert!(posterior(&counts, &[vec![1.0]]).is_err());
        assert!(posterior(&counts, &[vec![1.0, -1.0], vec![1.0, 1.0]]).is_err());
        assert!(posterior(&counts, &[vec![1.0, f64::NAN], vec![1.0, 1.0]]).is_err());
    }

    #[test]
    fn quantiles_of_large_counts() {
        let counts = Counts::from_rows(&[vec![4_000_000_000_000, 1], vec![1, 1_000_000]]).expect("square");
        for entry in uniform(&counts).iter().flatten() {
            assert!(entry.interval[0] <= entry.mean && entry.mean <= entry.interval[1], "{entry:?}");
        }
        assert!(means(&uniform(&counts)).is_left(0));
    }

    /// Rows drawn from the prior and counts from the rows: 95% of entries lie in their intervals.
    #[test]
    fn intervals_cover_in_simulation() {
        let mut rng = ChaCha8Rng::seed_from_u64(20_261_123);
        let (mut covered, mut entries) = (0_u32, 0_u32);
        for _ in 0..2_000 {
            let states = rng.random_range(2..=5);
            let mut truth = Vec::new();
            let mut rows = Vec::new();
            for _ in 0..states {
                let parts: Vec<f64> = (0..states).map(|_| -(1.0 - rng.random::<f64>()).ln()).collect();
                let sum: f64 = parts.iter().sum();
                let mut counts = vec![0_u64; states];
                for _ in 0..rng.random_range(0..60) {
                    let mut left = rng.random::<f64>() * sum;
                    let next = parts.iter().position(|part| {
                        left -= part;
                        left < 0.0
                    });
                    counts[next.unwrap_or(states - 1)] += 1;
                }
                truth.push(parts.into_iter().map(|part| part / sum).collect::<Vec<f64>>());
                rows.push(counts);
            }
            let found = uniform(&Counts::from_rows(&rows).expect("square"));
            for (entry, truth) in found.iter().flatten().zip(truth.iter().flatten()) {
                covered += u32::from(entry.interval[0] <= *truth && *truth <= entry.interval[1]);
                entries += 1;
            }
        }
        let share = f64::from(covered) / f64::from(entries);
        assert!((0.935..=0.965).contains(&share), "{share} of {entries} entries");
    }
}
