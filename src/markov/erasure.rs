//! Loop erasure as a machine: what [`flux`](crate::markov::flux) defines, for thousands of sequences of the same states.
//!
//! Its states are the paths without loops; from each, a next event leads to another path and may close a cycle. Both are found
//! once and looked up ever after. Three solvers have 16 paths, six 1,957; of more, those are kept that were met since the
//! machine was last full.

use crate::markov::flux::Book;
use std::collections::BTreeMap;

/// The path of a walk that has not begun.
pub const START: u32 = 0;
/// Not looked for yet.
const UNKNOWN: u32 = u32::MAX;
/// The most paths that are kept.
const MOST_PATHS: usize = 1 << 14;

/// What an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    path: u32,
    /// One more than the number of the cycle of at least two states that it closes; 0 for none, and for a new one if there are too
    /// many.
    pub cycle: u32,
    /// Transitions of the loop that it closes, one that a solver makes alone included; 0 for none.
    pub length: u32,
}

/// Erases loops.
pub struct Erasure {
    states: usize,
    book: Book,
    paths: Vec<Vec<u8>>,
    places: BTreeMap<Vec<u8>, u32>,
    /// `[path + state]`, a path being the place of the first of its states: a multiple of their number.
    steps: Vec<Step>,
}

impl Erasure {
    /// Of sequences of states below `states`; their cycles fill at most `limit` nodes of a [`Book`].
    pub fn new(states: usize, limit: usize) -> Erasure {
        let (paths, places) = (Vec::new(), BTreeMap::new());
        let mut erasure = Erasure { states, book: Book::new(limit), paths, places, steps: Vec::new() };
        erasure.place(Vec::new());
        erasure
    }

    /// The cycles of at least two states met so far, by number.
    pub fn cycles(&self) -> &[Vec<u8>] {
        self.book.cycles()
    }

    /// Goes from a path, the last that this led to or [`START`], to a state.
    pub fn step(&mut self, path: &mut u32, state: u8) -> Step {
        let known = self.steps[*path as usize + usize::from(state)];
        let step = if known.path == UNKNOWN { self.find(*path, state) } else { known };
        *path = step.path;
        step
    }

    #[cold]
    fn find(&mut self, path: u32, state: u8) -> Step {
        let mut walked = self.paths[path as usize / self.states].clone();
        let (mut cycle, mut length) = (0, 0);
        match walked.iter().position(|on| *on == state) {
            None => walked.push(state),
            Some(place) => {
                let closed = walked.split_off(place);
                walked.push(state);
                length = closed.len() as u32;
                if closed.len() > 1 {
                    cycle = self.book.index(&closed).map_or(0, |index| index as u32 + 1);
                }
            }
        }
        let kept = self.places.contains_key(&walked) || self.paths.len() < MOST_PATHS;
        if !kept {
            self.paths.clear();
            self.places.clear();
            self.steps.clear();
            self.place(Vec::new());
        }
        let step = Step { path: self.place(walked), cycle, length };
        if kept {
            self.steps[path as usize + usize::from(state)] = step;
        }
        step
    }

    /// The place of the steps from a path.
    fn place(&mut self, path: Vec<u8>) -> u32 {
        if let Some(&place) = self.places.get(&path) {
            return place;
        }
        let place = self.steps.len() as u32;
        self.steps.extend(std::iter::repeat_n(Step { path: UNKNOWN, cycle: 0, length: 0 }, self.states));
        self.places.insert(path.clone(), place);
        self.paths.push(path);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::{Erasure, START};
    use crate::markov::flux::flux;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use std::collections::BTreeMap;

    #[test]
    fn the_machine_finds_what_the_walk_does() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        // Of twenty states there are more paths than are kept.
        for (states, length) in [(1, 20), (2, 50), (4, 400), (20, 60_000)] {
            let sequences: Vec<Vec<usize>> =
                (0..3).map(|_| (0..length).map(|_| rng.random_range(0..states)).collect()).collect();
            let mut erasure = Erasure::new(states, usize::MAX);
            let (mut counts, mut consumed) = (BTreeMap::new(), 0);
            for sequence in &sequences {
                let mut path = START;
                for &state in sequence {
                    let step = erasure.step(&mut path, state as u8);
                    consumed += u64::from(step.length);
                    *counts.entry(step.cycle as usize).or_insert(0) += 1;
                }
            }
            let found = flux(&sequences, states).expect("in range");
            assert_eq!(consumed, found.consumed);
            counts.remove(&0);
            let cycle = |index: usize| erasure.cycles()[index - 1].iter().map(|&state| usize::from(state)).collect();
            let counts: BTreeMap<Vec<usize>, u64> = counts.into_iter().map(|(index, n)| (cycle(index), n)).collect();
            let long = found.cycles.into_iter().filter(|cycle| cycle.states.len() > 1);
            assert_eq!(counts, long.map(|cycle| (cycle.states, cycle.count)).collect());
        }
    }
}
