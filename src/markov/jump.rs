//! The jump chain: self-loops removed.
//!
//! Of sequences: a run of one state becomes one symbol. Of a transition matrix: p_ij / (1 - p_ii) off the diagonal, 0 on it.
//! With the step chain (sequences as they are, self-loops kept) and the event chain (one symbol per completed bout, so that a
//! state may follow itself) it is one of the three chains over solvers; all are counted by
//! [`crate::markov::counts::Counts::from_sequences`].
//!
//! Edge cases: a state that is left for itself alone becomes one that is never left. On the jump chain of two states one
//! always follows the other: it says nothing about their order.

use crate::markov::transition::Transition;

/// The sequences with every run of one state as one symbol.
pub fn collapsed(sequences: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let collapse = |sequence: &Vec<usize>| {
        let mut shorter = sequence.clone();
        shorter.dedup();
        shorter
    };
    sequences.iter().map(collapse).collect()
}

/// The transition matrix of the jump chain.
pub fn jump(p: &Transition) -> Transition {
    let row = |from: usize| {
        let leaves: f64 = p.row(from).iter().enumerate().filter(|(to, _)| *to != from).map(|(_, p)| p).sum();
        let share = |(to, &p): (usize, &f64)| if to == from || leaves == 0.0 { 0.0 } else { p / leaves };
        p.row(from).iter().enumerate().map(share).collect()
    };
    Transition::from_checked((0..p.states()).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::{collapsed, jump};
    use crate::markov::counts::Counts;
    use crate::markov::transition::Transition;

    #[test]
    fn of_sequences_as_of_their_matrix() {
        let sequences = [vec![0, 0, 1, 2, 2, 2, 0, 1, 1, 0], vec![2, 2, 0], vec![], vec![1, 1]];
        assert_eq!(collapsed(&sequences), [vec![0, 1, 2, 0, 1, 0], vec![2, 0], vec![], vec![1]]);
        let counts = |sequences: &[Vec<usize>]| Counts::from_sequences(sequences, 3, 1).expect("in range");
        assert_eq!(jump(&counts(&sequences).transition()), counts(&collapsed(&sequences)).transition());
    }

    #[test]
    fn an_absorbing_state_is_never_left() {
        let p = jump(&Transition::new(vec![vec![1.0, 0.0], vec![0.25, 0.75]]).expect("valid"));
        assert_eq!(p.rows(), [[0.0, 0.0], [1.0, 0.0]]);
        assert_eq!(jump(&Transition::new(Vec::new()).expect("empty")).states(), 0);
    }
}
