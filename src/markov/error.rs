//! What a chain refuses to be computed from.

/// An input outside the domain. Rows, columns, sequences and positions in messages count from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MarkovError {
    #[error("a chain has at most {limit} states here, found {found}; merge states or leave some out")]
    States { found: usize, limit: usize },
    #[error("row {} has {found} numbers and the matrix {expected} rows; a matrix over states is square", .row + 1)]
    NotSquare { row: usize, found: usize, expected: usize },
    #[error("row {}, column {}: expected a finite number of at least 0, found {value}", .row + 1, .column + 1)]
    Cell { row: usize, column: usize, value: f64 },
    #[error(
        "row {}: probabilities sum to {sum:?}; they must sum to 1 within 1e-9, or all be 0 for a state that is never left",
        .row + 1
    )]
    RowSum { row: usize, sum: f64 },
    #[error(
        "row {}, column {}: the counts are too large; together they must stay below 2^53",
        .row + 1, .column + 1
    )]
    Overflow { row: usize, column: usize },
    #[error(
        "sequence {}, position {}: there is no state {state}; {}",
        .sequence + 1, .position + 1, range(*.states)
    )]
    State { sequence: usize, position: usize, state: usize, states: usize },
    #[error("a lag is at least 1")]
    Lag,
    #[error("expected {expected} states as in the counts, found {found}")]
    Dimension { expected: usize, found: usize },
    #[error("the eigenvalues of the matrix did not converge")]
    Spectrum,
    #[error("the chain has more than {limit} simple cycles, too many for their exact weights")]
    Cycles { limit: usize },
}

fn range(states: usize) -> String {
    match states {
        0 => "there are none".to_string(),
        _ => format!("they are 0 to {}", states - 1),
    }
}
