//! Counts of transitions.
//!
//! Definition: n_ij is the number of times that state j comes `lag` positions after state i in the same sequence, all
//! windows that overlap included. Nothing runs across sequences.
//!
//! The maximum-likelihood estimate of the transition matrix is p_ij = n_ij / sum_j n_ij. A state that is never left has a
//! row of zeros, in the counts as in the estimate.
//!
//! Edge cases: no states, no sequences, or sequences not longer than the lag, give counts of zero.
//!
//! Anderson, T. W. and Goodman, L. A. (1957), Statistical inference about Markov chains, Annals of Mathematical
//! Statistics 28, 89-110.

use crate::markov::error::MarkovError;
use crate::markov::transition::Transition;

/// The most states of a chain.
pub const MAX_STATES: usize = 64;
/// The most transitions that are counted: whole numbers up to here are exact in f64.
const MAX_TOTAL: u64 = 1 << 53;

/// A square matrix of counts; at most [`MAX_STATES`] states, and the end of [`Counts::with_end`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    states: usize,
    cells: Vec<u64>,
}

impl Counts {
    /// Of the steps of `sequences` of states below `states`.
    ///
    /// # Errors
    /// For too many states, a state out of range, or a lag of 0.
    pub fn from_sequences(sequences: &[Vec<usize>], states: usize, lag: usize) -> Result<Counts, MarkovError> {
        check(sequences, states)?;
        if lag == 0 {
            return Err(MarkovError::Lag);
        }
        let mut counts = Counts::none(states);
        for sequence in sequences {
            for (from, to) in sequence.iter().zip(sequence.iter().skip(lag)) {
                counts.cells[from * states + to] += 1;
            }
        }
        Ok(counts)
    }

    fn none(states: usize) -> Counts {
        Counts { states, cells: vec![0; states * states] }
    }

    /// Of the steps of `sequences` and of their ends: one state more, the last, stands for the end of a sequence and is
    /// never left, and comes on top of [`MAX_STATES`]. So a return probability on it is the chance to come back before
    /// the sequence ends.
    ///
    /// # Errors
    /// For too many states, or a state out of range.
    pub fn with_end(sequences: &[Vec<usize>], states: usize) -> Result<Counts, MarkovError> {
        let steps = Counts::from_sequences(sequences, states, 1)?;
        let mut counts = Counts::none(states + 1);
        for from in 0..states {
            counts.cells[from * (states + 1)..][..states].copy_from_slice(steps.row(from));
        }
        for &last in sequences.iter().filter_map(|sequence| sequence.last()) {
            counts.cells[last * (states + 1) + states] += 1;
        }
        Ok(counts)
    }

    /// From the rows of a matrix: n_ij in row i, column j.
    ///
    /// # Errors
    /// If it is not square, has too many states, or counts 2^53 transitions or more.
    pub fn from_rows(rows: &[Vec<u64>]) -> Result<Counts, MarkovError> {
        let states = square(rows)?;
        let mut total = 0_u64;
        for (row, numbers) in rows.iter().enumerate() {
            for (column, &number) in numbers.iter().enumerate() {
                total = total.saturating_add(number);
                if total >= MAX_TOTAL {
                    return Err(MarkovError::Overflow { row, column });
                }
            }
        }
        Ok(Counts { states, cells: rows.concat() })
    }

    pub fn states(&self) -> usize {
        self.states
    }

    pub fn get(&self, from: usize, to: usize) -> u64 {
        self.cells[from * self.states + to]
    }

    pub fn row(&self, from: usize) -> &[u64] {
        &self.cells[from * self.states..(from + 1) * self.states]
    }

    pub fn rows(&self) -> Vec<Vec<u64>> {
        (0..self.states).map(|from| self.row(from).to_vec()).collect()
    }

    /// How often `from` was left, itself as next state included.
    pub fn row_total(&self, from: usize) -> u64 {
        self.row(from).iter().sum()
    }

    pub fn total(&self) -> u64 {
        self.cells.iter().sum()
    }

    /// Both together.
    ///
    /// # Errors
    /// If they have another number of states, or count too much.
    pub fn plus(&self, other: &Counts) -> Result<Counts, MarkovError> {
        if self.states != other.states {
            return Err(MarkovError::Dimension { expected: self.states, found: other.states });
        }
        let sum = |from: usize| self.row(from).iter().zip(other.row(from)).map(|(a, b)| a + b).collect();
        Counts::from_rows(&(0..self.states).map(sum).collect::<Vec<Vec<u64>>>())
    }

    /// The maximum-likelihood estimate of the transition matrix; a state never left has a row of zeros.
    pub fn transition(&self) -> Transition {
        let share = |row: &[u64]| {
            let total = row.iter().sum::<u64>().max(1) as f64;
            row.iter().map(|&n| n as f64 / total).collect()
        };
        Transition::from_checked((0..self.states).map(|from| share(self.row(from))).collect())
    }
}

/// The number of rows of a square matrix of a chain's size.
///
/// # Errors
/// If it is neither.
pub fn square<T>(rows: &[Vec<T>]) -> Result<usize, MarkovError> {
    if rows.len() > MAX_STATES {
        return Err(MarkovError::States { found: rows.len(), limit: MAX_STATES });
    }
    match rows.iter().position(|row| row.len() != rows.len()) {
        Some(row) => Err(MarkovError::NotSquare { row, found: rows[row].len(), expected: rows.len() }),
        None => Ok(rows.len()),
    }
}

/// Nothing, if all states of `sequences` are below `states`, and these not too many.
///
/// # Errors
/// If they are.
pub fn check(sequences: &[Vec<usize>], states: usize) -> Result<(), MarkovError> {
    if states > MAX_STATES {
        return Err(MarkovError::States { found: states, limit: MAX_STATES });
    }
    for (sequence, list) in sequences.iter().enumerate() {
        if let Some(position) = list.iter().position(|&state| state >= states) {
            return Err(MarkovError::State { sequence, position, state: list[position], states });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Counts, MAX_STATES};
    use crate::markov::error::MarkovError;

    #[test]
    fn nothing_runs_across_sequences() {
        let counts = Counts::from_sequences(&[vec![0, 1], vec![0, 1], vec![1], vec![]], 2, 1).expect("in range");
        assert_eq!(counts.rows(), [[0, 2], [0, 0]]);
        assert_eq!(counts.transition().rows(), [[0.0, 1.0], [0.0, 0.0]]);
        let ended = Counts::with_end(&[vec![0, 1], vec![0, 1], vec![1], vec![]], 2).expect("in range");
        assert_eq!(ended.rows(), [[0, 2, 0], [0, 0, 3], [0, 0, 0]]);
        let largest = Counts::with_end(&[vec![MAX_STATES - 1]], MAX_STATES).expect("in range");
        assert_eq!((largest.states(), largest.get(MAX_STATES - 1, MAX_STATES)), (MAX_STATES + 1, 1));
        assert!(Counts::with_end(&[], MAX_STATES + 1).is_err());
        assert_eq!(counts.plus(&counts).expect("alike").total(), 4);
    }

    #[test]
    fn refusals_name_the_place() {
        let said = |result: Result<Counts, MarkovError>| result.expect_err("refused").to_string();
        let state = said(Counts::from_sequences(&[vec![0], vec![0, 2]], 2, 1));
        assert_eq!(state, "sequence 2, position 2: there is no state 2; they are 0 to 1");
        assert!(said(Counts::from_sequences(&[vec![0]], 0, 1)).contains("there are none"));
        assert_eq!(said(Counts::from_sequences(&[], 2, 0)), "a lag is at least 1");
        assert!(said(Counts::from_rows(&[vec![1, 2], vec![1]])).starts_with("row 2 has 1 numbers"));
        assert!(said(Counts::from_rows(&[vec![u64::MAX; 2], vec![1; 2]])).starts_with("row 1, column 1"));
        assert!(said(Counts::from_sequences(&[], MAX_STATES + 1, 1)).contains("at most 64"));
    }

    #[test]
    fn empty() {
        assert_eq!(Counts::from_sequences(&[], 0, 1).expect("empty").total(), 0);
        assert_eq!(Counts::from_rows(&[]).expect("empty").transition().states(), 0);
    }
}
