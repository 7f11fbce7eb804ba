//! Cycles counted by loop erasure.
//!
//! Definition: walk along a sequence and keep the path of states not seen since; whenever the walk comes back to a state of
//! the path, the loop from that state on is a cycle: count it and take it out. A self-transition is a cycle of length 1. A
//! cycle and its reverse are two; rotations are one, written from the smallest state onwards. What is left on the path at
//! the end of a sequence belongs to no cycle, and nothing runs across sequences. So the sum over cycles of length times count
//! is the number of transitions *consumed*; the share of a cycle is its length times count over that sum. The count per
//! transition tends to the weight of [`crate::markov::cycles`], whatever state the sequence begins in.
//!
//! Edge cases: without a return to any state there are no cycles.
//!
//! Kalpazidou, S. L. (2006), Cycle Representations of Markov Processes, chapter 1; Qian, M. P. and Qian, M. (1982).

use crate::markov::counts::{MAX_STATES, check};
use crate::markov::error::MarkovError;
use serde::Serialize;

/// A cycle of a sequence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counted {
    /// From the smallest onwards.
    pub states: Vec<usize>,
    pub count: u64,
    /// Of the transitions consumed.
    pub share: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flux {
    /// The largest share first, then the shortest.
    pub cycles: Vec<Counted>,
    /// All within sequences.
    pub transitions: u64,
    /// Those that belong to a cycle.
    pub consumed: u64,
}

/// The cycles of sequences of states below `states`.
///
/// # Errors
/// For too many states or one out of range.
pub fn flux(sequences: &[Vec<usize>], states: usize) -> Result<Flux, MarkovError> {
    check(sequences, states)?;
    let mut book = Book::new(usize::MAX);
    let mut counts: Vec<u64> = Vec::new();
    let mut loops = [0_u64; MAX_STATES];
    for sequence in sequences {
        let mut path = Path::default();
        for &state in sequence {
            match path.step(state as u8) {
                [] => {}
                [alone] => loops[usize::from(*alone)] += 1,
                cycle => {
                    let Some(index) = book.index(cycle) else { continue };
                    counts.resize(book.cycles().len(), 0);
                    counts[index] += 1;
                }
            }
        }
    }
    let alone = loops.iter().enumerate().map(|(state, &count)| (vec![state], count));
    let longer = book.cycles().iter().map(|cycle| cycle.iter().map(|&state| usize::from(state)).collect());
    let all: Vec<(Vec<usize>, u64)> = alone.chain(longer.zip(counts)).filter(|(_, count)| *count > 0).collect();
    let consumed: u64 = all.iter().map(|(states, count)| states.len() as u64 * count).sum();
    let share = |states: &[usize], count| (states.len() as u64 * count) as f64 / consumed as f64;
    let mut cycles: Vec<Counted> =
        all.into_iter().map(|(states, count)| Counted { share: share(&states, count), states, count }).collect();
    cycles.sort_by(|a, b| {
        let by_length = a.states.len().cmp(&b.states.len());
        b.share.total_cmp(&a.share).then(by_length).then_with(|| a.states.cmp(&b.states))
    });
    let transitions = sequences.iter().map(|sequence| sequence.len().saturating_sub(1) as u64).sum();
    Ok(Flux { cycles, transitions, consumed })
}

/// The path of a walk, without loops.
pub struct Path {
    states: [u8; MAX_STATES],
    length: usize,
    /// One more than the place of each state on the path, 0 for those off it.
    places: [u8; MAX_STATES],
}

impl Default for Path {
    fn default() -> Path {
        Path { states: [0; MAX_STATES], length: 0, places: [0; MAX_STATES] }
    }
}

impl Path {
    /// Goes to a state below [`MAX_STATES`]; the loop that this closes, if it does, from that state on.
    pub fn step(&mut self, state: u8) -> &[u8] {
        let place = usize::from(self.places[usize::from(state)]);
        if place == 0 {
            self.states[self.length] = state;
            self.length += 1;
            self.places[usize::from(state)] = self.length as u8;
            return &[];
        }
        let end = self.length;
        for &left in &self.states[place..end] {
            self.places[usize::from(left)] = 0;
        }
        self.length = place;
        &self.states[place - 1..end]
    }

    /// Forgets the walk.
    pub fn clear(&mut self) {
        for &state in &self.states[..self.length] {
            self.places[usize::from(state)] = 0;
        }
        self.length = 0;
    }
}

/// Numbers for cycles, in the order in which they are first met: a tree whose paths from the root are the cycles from their
/// smallest states onwards.
pub struct Book {
    nodes: Vec<Node>,
    cycles: Vec<Vec<u8>>,
    /// The most nodes.
    limit: usize,
}

#[derive(Clone, Copy)]
struct Node {
    state: u8,
    child: u32,
    sibling: u32,
    /// One more than the number of the cycle that ends here; 0 if none does.
    cycle: u32,
}

impl Book {
    /// One that grows up to `limit` nodes.
    pub fn new(limit: usize) -> Book {
        let root = Node { state: 0, child: 0, sibling: 0, cycle: 0 };
        Book { nodes: vec![root], cycles: Vec::new(), limit: limit.min(u32::MAX as usize) }
    }

    /// The cycles met so far, by number.
    pub fn cycles(&self) -> &[Vec<u8>] {
        &self.cycles
    }

    /// The number of a cycle, of its rotation from the smallest state onwards. Nothing for a new one if the book is full.
    pub fn index(&mut self, cycle: &[u8]) -> Option<usize> {
        let (tail, head) = from_smallest(cycle);
        let mut node = 0;
        for &state in tail.iter().chain(head) {
            node = self.child(node, state)?;
        }
        if self.nodes[node].cycle == 0 {
            self.cycles.push(tail.iter().chain(head).copied().collect());
            self.nodes[node].cycle = self.cycles.len() as u32;
        }
        Some(self.nodes[node].cycle as usize - 1)
    }

    fn child(&mut self, parent: usize, state: u8) -> Option<usize> {
        let mut node = self.nodes[parent].child as usize;
        while node != 0 && self.nodes[node].state != state {
            node = self.nodes[node].sibling as usize;
        }
        if node != 0 {
            return Some(node);
        }
        let new = self.nodes.len();
        if new >= self.limit {
            return None;
        }
        self.nodes.push(Node { state, child: 0, sibling: self.nodes[parent].child, cycle: 0 });
        self.nodes[parent].child = new as u32;
        Some(new)
    }
}

/// The two parts of a cycle, of different states: from the smallest on, and what comes before that.
pub fn from_smallest<T: Ord>(cycle: &[T]) -> (&[T], &[T]) {
    let smallest = cycle.iter().enumerate().min_by_key(|(_, state)| *state).map_or(0, |(place, _)| place);
    let (head, tail) = cycle.split_at(smallest);
    (tail, head)
}

#[cfg(test)]
mod tests {
    use super::{Book, flux};

    #[test]
    fn loops_are_erased() {
        // 0 1 2 1 closes (1 2), then 0 closes (0 1), the second 0 itself, 3 stays on the path.
        let found = flux(&[vec![0, 1, 2, 1, 0, 0, 3], vec![2, 1, 0, 2], vec![]], 4).expect("in range");
        let cycles: Vec<(Vec<usize>, u64)> = found.cycles.iter().map(|c| (c.states.clone(), c.count)).collect();
        assert_eq!(cycles, [(vec![0, 2, 1], 1), (vec![0, 1], 1), (vec![1, 2], 1), (vec![0], 1)]);
        assert_eq!((found.transitions, found.consumed), (9, 8));
        assert!((found.cycles.iter().map(|cycle| cycle.share).sum::<f64>() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn nothing_comes_back() {
        for sequences in [vec![], vec![vec![0, 1, 2]], vec![vec![0], vec![0]]] {
            assert!(flux(&sequences, 3).expect("in range").cycles.is_empty());
        }
        assert!(flux(&[vec![3]], 3).is_err());
    }

    #[test]
    fn rotations_are_one_and_reverses_are_not() {
        let mut book = Book::new(8);
        assert_eq!(book.index(&[2, 5, 3]), Some(0));
        assert_eq!(book.index(&[5, 3, 2]), Some(0));
        assert_eq!(book.index(&[5, 2, 3]), Some(1));
        assert_eq!(book.index(&[2, 5]), Some(2));
        assert_eq!(book.cycles(), [vec![2, 5, 3], vec![2, 3, 5], vec![2, 5]]);
        assert_eq!(book.index(&[6, 7, 8]), None);
    }
}
