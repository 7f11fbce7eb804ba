//! A transition matrix: p_ij, the probability that state j follows state i.
//!
//! Rows sum to 1 within 1e-9, or are zero throughout: such a state is *never left*. The process ends in it, and it
//! counts as neither recurrent nor absorbing, since what would follow is not known. (An absorbing state is left for itself:
//! p_ii = 1.) A state that was never visited has no way in either.
//!
//! Rows are taken as they are and not scaled; what is computed from them uses the entries off the diagonal where it can.

use crate::markov::counts::square;
use crate::markov::error::MarkovError;

/// How far a row's sum may be from 1: a row of at most twenty numbers with ten decimals passes.
pub const ROW_TOLERANCE: f64 = 1e-9;

/// A checked transition matrix of at most 64 states.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    rows: Vec<Vec<f64>>,
}

impl Transition {
    /// From its rows.
    ///
    /// # Errors
    /// If it is not square or too large, an entry is negative or not finite, or a row sums to neither 1 nor 0.
    pub fn new(rows: Vec<Vec<f64>>) -> Result<Transition, MarkovError> {
        square(&rows)?;
        for (row, numbers) in rows.iter().enumerate() {
            for (column, &value) in numbers.iter().enumerate() {
                if !value.is_finite() || value < 0.0 {
                    return Err(MarkovError::Cell { row, column, value });
                }
            }
            let sum: f64 = numbers.iter().sum();
            if (sum - 1.0).abs() > ROW_TOLERANCE && numbers.iter().any(|&p| p > 0.0) {
                return Err(MarkovError::RowSum { row, sum });
            }
        }
        Ok(Transition::from_checked(rows))
    }

    /// From rows that are known to be a transition matrix.
    pub(in crate::markov) fn from_checked(mut rows: Vec<Vec<f64>>) -> Transition {
        // A negative zero would print as such.
        rows.iter_mut().flatten().for_each(|p| *p = p.abs());
        Transition { rows }
    }

    pub fn states(&self) -> usize {
        self.rows.len()
    }

    pub fn get(&self, from: usize, to: usize) -> f64 {
        self.rows[from][to]
    }

    pub fn row(&self, from: usize) -> &[f64] {
        &self.rows[from]
    }

    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// Whether anything is known to follow, perhaps the state itself.
    pub fn is_left(&self, state: usize) -> bool {
        self.rows[state].iter().any(|&p| p > 0.0)
    }

    /// Whether the state is left for itself alone.
    pub fn is_absorbing(&self, state: usize) -> bool {
        self.rows[state].iter().enumerate().all(|(to, &p)| (p > 0.0) == (to == state))
    }
}

#[cfg(test)]
mod tests {
    use super::Transition;

    #[test]
    fn refusals_name_the_place() {
        let said = |rows: Vec<Vec<f64>>| Transition::new(rows).expect_err("refused").to_string();
        assert!(said(vec![vec![0.5, 0.5], vec![1.5, -0.5]]).starts_with("row 2, column 2: expected a finite number"));
        assert!(said(vec![vec![f64::NAN]]).starts_with("row 1, column 1"));
        assert!(said(vec![vec![1.0, 0.0], vec![0.5, 0.4]]).starts_with("row 2: probabilities sum to 0.9"));
        assert!(said(vec![vec![1.0], vec![1.0]]).contains("square"));
        assert!(said(vec![vec![1e-12, 0.0], vec![0.0, 1.0]]).contains("row 1"));
    }

    #[test]
    fn states_that_are_never_left() {
        let p = Transition::new(vec![vec![0.0, 0.0], vec![-0.0, 1.0]]).expect("valid");
        assert!(!p.is_left(0) && !p.is_absorbing(0));
        assert!(p.is_left(1) && p.is_absorbing(1));
        assert!(p.get(1, 0).is_sign_positive());
        assert_eq!(Transition::new(Vec::new()).expect("empty").states(), 0);
    }
}
