//! Do counts fit a predicted transition matrix?
//!
//! Definition: G = 2 sum_ij n_ij ln(n_ij / (n_i p_ij)), with n_i = sum_j n_ij the row's total. The degrees of freedom are, over
//! the rows that were left at all, the entries that are not predicted zero, less 1. The KL rate, G / (2 sum n), is
//! how many nats per transition the counts lose by being coded with the prediction.
//!
//! Simulated p: rows drawn anew from the prediction with the same totals. Above [`MAX_DRAWN`] transitions there is none, and
//! chi-square holds unless predicted probabilities are small.
//!
//! Edge cases: something counted where zero is predicted, or out of a state of which the prediction knows no way out: G is
//! infinite, p 0, and the KL rate infinite. Rows never left count for nothing. Nothing counted: G 0, p 1, no KL rate.
//!
//! Kullback, S., Kupperman, M. and Ku, H. H. (1962), Tests for contingency tables and Markov chains, Technometrics 4,
//! 573-608.

use crate::markov::counts::Counts;
use crate::markov::draw::multinomial;
use crate::markov::error::MarkovError;
use crate::markov::g_test::{GTest, cell};
use crate::markov::transition::Transition;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// The most transitions that are drawn anew.
pub const MAX_DRAWN: u64 = 200_000;

/// How counts fit a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Fit {
    #[serde(flatten)]
    pub test: GTest,
    /// In nats per transition; infinite as G is, nothing without counts.
    pub kl_rate: Option<f64>,
}

/// Tests the prediction with `simulations` simulated data sets.
///
/// # Errors
/// If counts and prediction have different numbers of states.
pub fn fit(counts: &Counts, predicted: &Transition, simulations: usize, seed: u64) -> Result<Fit, MarkovError> {
    if counts.states() != predicted.states() {
        return Err(MarkovError::Dimension { expected: counts.states(), found: predicted.states() });
    }
    let rows: Vec<(u64, &[f64])> = (0..counts.states())
        .map(|from| (counts.row_total(from), predicted.row(from)))
        .filter(|(total, _)| *total > 0)
        .collect();
    let observed = (0..counts.states()).filter(|&from| counts.row_total(from) > 0).map(|from| counts.row(from));
    let g: f64 = observed.zip(&rows).map(|(observed, (total, p))| row(observed, *total, p)).sum();
    let open = |p: &[f64]| p.iter().filter(|&&p| p > 0.0).count().saturating_sub(1) as u64;
    let degrees = rows.iter().map(|(_, p)| open(p)).sum();
    let total = counts.total();
    let kl_rate = |test: &GTest| (total > 0).then(|| test.g / (2.0 * total as f64));
    if total > MAX_DRAWN {
        let test = GTest::by_chi_square(g, degrees);
        return Ok(Fit { kl_rate: kl_rate(&test), test });
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = vec![0; counts.states()];
    let test = GTest::new(g, degrees, simulations, || {
        let mut g = 0.0;
        for (total, p) in &rows {
            multinomial(*total, p, &mut drawn, &mut rng);
            g += row(&drawn, *total, p);
        }
        g
    });
    Ok(Fit { kl_rate: kl_rate(&test), test })
}

fn row(counts: &[u64], total: u64, predicted: &[f64]) -> f64 {
    counts.iter().zip(predicted).map(|(&n, p)| cell(n, total as f64 * p)).sum()
}

#[cfg(test)]
mod tests {
    use super::fit;
    use crate::markov::counts::Counts;
    use crate::markov::transition::Transition;

    fn counts(rows: &[&[u64]]) -> Counts {
        Counts::from_rows(&rows.iter().map(|row| row.to_vec()).collect::<Vec<Vec<u64>>>()).expect("square")
    }

    fn chain(rows: &[&[f64]]) -> Transition {
        Transition::new(rows.iter().map(|row| row.to_vec()).collect()).expect("valid")
    }

    #[test]
    fn what_was_held_impossible() {
        let never = fit(&counts(&[&[3, 1], &[2, 2]]), &chain(&[&[1.0, 0.0], &[0.5, 0.5]]), 99, 1).expect("alike");
        assert_eq!((never.test.g, never.test.p(), never.kl_rate), (f64::INFINITY, 0.0, Some(f64::INFINITY)));
        let no_way = fit(&counts(&[&[3, 0], &[2, 2]]), &chain(&[&[1.0, 0.0], &[0.0, 0.0]]), 99, 1).expect("alike");
        assert_eq!(no_way.test.p(), 0.0);
    }

    #[test]
    fn nothing_to_contradict() {
        let none = fit(&counts(&[&[0, 0], &[0, 0]]), &chain(&[&[0.5, 0.5], &[0.5, 0.5]]), 99, 1).expect("alike");
        assert_eq!((none.test.degrees, none.test.p(), none.kl_rate), (0, 1.0, None));
        let sure = fit(&counts(&[&[0, 4], &[0, 0]]), &chain(&[&[0.0, 1.0], &[0.5, 0.5]]), 99, 1).expect("alike");
        assert_eq!((sure.test.g, sure.test.degrees, sure.test.p()), (0.0, 0, 1.0));
        assert!(fit(&counts(&[&[1]]), &chain(&[]), 99, 1).is_err());
        assert_eq!(fit(&counts(&[]), &chain(&[]), 99, 1).expect("empty").test.p(), 1.0);
    }
}
