//! Of which order is a chain: does the next state depend on this one, and beyond it on the one before?
//!
//! Definitions: order 1 against order 0, G = 2 sum n_ij ln(n_ij n / (n_i n_j)) over pairs of neighbours; order 2 against
//! order 1, G = 2 sum n_ijk ln(n_ijk n_j / (n_ij n_jk)) over triples. Degrees of freedom as in the tables of pairs, and for
//! every middle state of triples, that are not empty.
//!
//! Simulated p, exact: given how often each state occurs in a sequence, every order of it is equally likely under order 0;
//! given its first state and its counts of transitions, every sequence with these is under order 1. The latter are
//! drawn by way of random Eulerian walks. Above [`MAX_EVENTS`] there is none and chi-square holds.
//!
//! Edge cases: sequences too short to hold a pair or a triple, or one state alone, cannot contradict: p 1. A chain
//! without self-transitions depends on the present state by that alone, and is not of order 0.
//!
//! Anderson, T. W. and Goodman, L. A. (1957), Statistical inference about Markov chains, section 3.3; Kandel, D.,
//! Matias, Y., Unger, R. and Winkler, P. (1996), Shuffling biological sequences, Discrete Applied Mathematics 71, 171-185.

use crate::markov::counts::check;
use crate::markov::error::MarkovError;
use crate::markov::g_test::{GTest, independence};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// The most events that are put into another order.
pub const MAX_EVENTS: usize = 200_000;

/// G and degrees of freedom of sequences.
type Statistic<'a> = dyn Fn(&[Vec<usize>]) -> (f64, u64) + 'a;

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Order {
    /// Small p: the next state depends on the present one.
    pub first_against_zero: GTest,
    /// Small p: it depends on the state before that too, so no first-order chain describes the sequences fully.
    pub second_against_first: GTest,
}

/// Tests sequences of states below `states` with `simulations` simulated data sets each.
///
/// # Errors
/// For too many states or one out of range.
pub fn order(sequences: &[Vec<usize>], states: usize, simulations: usize, seed: u64) -> Result<Order, MarkovError> {
    check(sequences, states)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let simulable = sequences.iter().map(Vec::len).sum::<usize>() <= MAX_EVENTS;
    let mut test = |statistic: &Statistic<'_>, shuffle: &dyn Fn(&mut Vec<usize>, &mut _)| {
        let (g, degrees) = statistic(sequences);
        if !simulable {
            return GTest::by_chi_square(g, degrees);
        }
        let mut simulated = sequences.to_vec();
        GTest::new(g, degrees, simulations, || {
            simulated.iter_mut().for_each(|sequence| shuffle(sequence, &mut rng));
            statistic(&simulated).0
        })
    };
    Ok(Order {
        first_against_zero: test(&|sequences| pairs(sequences, states), &|sequence, rng| sequence.shuffle(rng)),
        second_against_first: test(&|sequences| triples(sequences, states), &|sequence, rng| {
            shuffle_keeping_transitions(sequence, states, rng);
        }),
    })
}

fn pairs(sequences: &[Vec<usize>], states: usize) -> (f64, u64) {
    let mut table = vec![vec![0; states]; states];
    sequences.iter().flat_map(|sequence| sequence.windows(2)).for_each(|pair| table[pair[0]][pair[1]] += 1);
    independence(&table)
}

fn triples(sequences: &[Vec<usize>], states: usize) -> (f64, u64) {
    let mut tables = vec![vec![vec![0; states]; states]; states];
    for triple in sequences.iter().flat_map(|sequence| sequence.windows(3)) {
        tables[triple[1]][triple[0]][triple[2]] += 1;
    }
    tables.iter().map(|table| independence(table)).fold((0.0, 0), |(g, df), (more, also)| (g + more, df + also))
}

/// A random sequence with the same first state and the same counts of transitions, all of them equally likely.
fn shuffle_keeping_transitions(sequence: &mut [usize], states: usize, rng: &mut ChaCha8Rng) {
    let Some(&root) = sequence.last() else { return };
    let mut out = vec![Vec::new(); states];
    sequence.windows(2).for_each(|pair| out[pair[0]].push(pair[1]));
    // The last transitions out of each state form a tree towards the root: a random one, by loop-erased walks. Which last
    // transition is to be a self-loop is never the question.
    let mut in_tree = vec![false; states];
    in_tree[root] = true;
    let away: Vec<Vec<usize>> =
        out.iter().enumerate().map(|(from, to)| to.iter().copied().filter(|to| *to != from).collect()).collect();
    let mut exit = vec![root; states];
    for start in (0..states).filter(|&state| !out[state].is_empty()) {
        let mut at = start;
        while !in_tree[at] {
            exit[at] = away[at][rng.random_range(0..away[at].len())];
            at = exit[at];
        }
        let mut at = start;
        while !in_tree[at] {
            in_tree[at] = true;
            at = exit[at];
        }
    }
    for (state, list) in out.iter_mut().enumerate() {
        // Taken from the end, so what stands first comes last; the others in any order.
        let fixed = list.iter().position(|&to| to == exit[state]).filter(|_| state != root);
        if let Some(place) = fixed {
            list.swap(0, place);
        }
        list[usize::from(fixed.is_some())..].shuffle(rng);
    }
    for position in 1..sequence.len() {
        if let Some(to) = out[sequence[position - 1]].pop() {
            sequence[position] = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{order, shuffle_keeping_transitions};
    use crate::markov::counts::Counts;
    use crate::markov::properties::equally_likely;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use std::collections::BTreeMap;

    #[test]
    fn shuffles_keep_transitions_and_are_uniform() {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let original = vec![0, 1, 0, 2, 1, 0, 0, 1, 2, 2, 0];
        let count =
            |sequence: &Vec<usize>| Counts::from_sequences(std::slice::from_ref(sequence), 3, 1).expect("in range");
        let mut seen = BTreeMap::new();
        for _ in 0..20_000 {
            let mut shuffled = original.clone();
            shuffle_keeping_transitions(&mut shuffled, 3, &mut rng);
            assert_eq!(count(&shuffled), count(&original));
            *seen.entry(shuffled).or_insert(0) += 1;
        }
        // Every sequence of this length is tried, to know how many have these transitions.
        let possible = (0..3_usize.pow(10))
            .map(|code| (0..10).map(|digit| code / 3_usize.pow(digit) % 3).collect::<Vec<usize>>())
            .filter(|rest| count(&[vec![0], rest.clone()].concat()) == count(&original))
            .count();
        equally_likely(seen.values(), possible);
    }

    #[test]
    fn orders_are_told_apart() {
        let mut rng = ChaCha8Rng::seed_from_u64(12);
        // Each state is, mostly, the one two before.
        let mut sequence = vec![0, 1];
        while sequence.len() < 400 {
            let before = sequence[sequence.len() - 2];
            sequence.push(if rng.random::<f64>() < 0.7 { before } else { rng.random_range(0..3) });
        }
        let found = order(&[sequence], 3, 199, 1).expect("in range");
        assert!(found.second_against_first.p() <= 0.005, "{found:?}");
        let cycle: Vec<usize> = (0..60).map(|step| step % 3).collect();
        let found = order(&[cycle], 3, 199, 1).expect("in range");
        assert!(found.first_against_zero.p() <= 0.005 && found.second_against_first.p() == 1.0, "{found:?}");
    }

    #[test]
    fn nothing_to_contradict() {
        for sequences in [vec![], vec![vec![]], vec![vec![0]], vec![vec![0, 0, 0], vec![0]], vec![vec![0, 1]]] {
            let found = order(&sequences, 2, 99, 1).expect("in range");
            assert_eq!((found.first_against_zero.p(), found.second_against_first.p()), (1.0, 1.0), "{sequences:?}");
        }
        assert!(order(&[vec![2]], 2, 99, 1).is_err());
        assert!(order(&[], 0, 99, 1).is_ok());
    }
}
