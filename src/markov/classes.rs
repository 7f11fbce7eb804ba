//! Communicating classes, which of them are recurrent, and their periods.
//!
//! Definition: states communicate if each can be reached from the other. A class is recurrent (closed) if nothing leads out
//! of it, else transient. Its period is the greatest common divisor of the lengths of its closed walks. A state is absorbing
//! if it is left for itself alone: a recurrent class of its own.
//!
//! Method: strongly connected components of the graph of positive probabilities; the period is the divisor of
//! level(i) + 1 - level(j) over the edges i -> j of the class, levels counted from any state of it.
//!
//! Edge cases: a state that is never left is a class of its own without a period, and not recurrent, since nothing is known
//! to bring the chain back; what can end there is transient. A transient state without a closed walk has no period either. A
//! chain of such states alone has no recurrent class.
//!
//! Kemeny, J. G. and Snell, J. L. (1976), Finite Markov Chains, chapter 2; Jarvis, J. P. and Shier, D. R. (1999),
//! Graph-theoretic analysis of finite Markov chains.

use crate::markov::transition::Transition;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use serde::Serialize;

/// A communicating class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Class {
    /// In ascending order.
    pub states: Vec<usize>,
    pub recurrent: bool,
    /// One state that is left for itself alone.
    pub absorbing: bool,
    /// Nothing where no closed walk exists.
    pub period: Option<usize>,
}

/// The classes, ordered by their smallest states.
pub fn classes(p: &Transition) -> Vec<Class> {
    let mut graph = DiGraph::<(), ()>::with_capacity(p.states(), p.states() * p.states());
    (0..p.states()).for_each(|_| {
        graph.add_node(());
    });
    for from in 0..p.states() {
        for to in (0..p.states()).filter(|&to| p.get(from, to) > 0.0) {
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
        }
    }
    let mut found: Vec<Vec<usize>> =
        tarjan_scc(&graph).into_iter().map(|class| class.into_iter().map(NodeIndex::index).collect()).collect();
    found.iter_mut().for_each(|class| class.sort_unstable());
    found.sort_unstable();
    found.into_iter().map(|states| describe(p, states)).collect()
}

/// The recurrent classes alone, each as its states.
pub fn recurrent(p: &Transition) -> Vec<Vec<usize>> {
    classes(p).into_iter().filter(|class| class.recurrent).map(|class| class.states).collect()
}

fn describe(p: &Transition, states: Vec<usize>) -> Class {
    let inside = |state: &usize| states.binary_search(state).is_ok();
    let closed = |&from: &usize| p.is_left(from) && (0..p.states()).all(|to| p.get(from, to) == 0.0 || inside(&to));
    let recurrent = states.iter().all(closed);
    let period = period(p, &states);
    Class { absorbing: recurrent && states.len() == 1, recurrent, period, states }
}

fn period(p: &Transition, states: &[usize]) -> Option<usize> {
    let mut levels = vec![None; p.states()];
    let mut queue = vec![*states.first()?];
    levels[queue[0]] = Some(0_usize);
    let mut divisor = 0;
    let mut next = 0;
    while let Some(&from) = queue.get(next) {
        next += 1;
        let level = levels[from].unwrap_or(0);
        for &to in states.iter().filter(|&&to| p.get(from, to) > 0.0) {
            match levels[to] {
                None => {
                    levels[to] = Some(level + 1);
                    queue.push(to);
                }
                Some(reached) => divisor = gcd(divisor, (level + 1).abs_diff(reached)),
            }
        }
    }
    (divisor > 0).then_some(divisor)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::classes;
    use crate::markov::transition::Transition;

    fn chain(rows: &[&[f64]]) -> Transition {
        Transition::new(rows.iter().map(|row| row.to_vec()).collect()).expect("valid")
    }

    #[test]
    fn states_never_left_are_not_recurrent() {
        let found = classes(&chain(&[&[0.5, 0.5, 0.0], &[0.0, 0.0, 1.0], &[0.0, 0.0, 0.0]]));
        let facts: Vec<(bool, bool, Option<usize>)> =
            found.iter().map(|class| (class.recurrent, class.absorbing, class.period)).collect();
        assert_eq!(facts, [(false, false, Some(1)), (false, false, None), (false, false, None)]);
    }

    #[test]
    fn one_state_and_none() {
        let [only] = classes(&chain(&[&[1.0]])).try_into().expect("one class");
        assert!(only.recurrent && only.absorbing && only.period == Some(1));
        assert_eq!(classes(&chain(&[])), []);
    }

    #[test]
    fn periods_of_two_loops() {
        // Loops of 2 and 4 through state 0: period 2; a loop of 3 in place of 4: period 1.
        let two = chain(&[
            &[0.0, 0.5, 0.5, 0.0, 0.0],
            &[1.0, 0.0, 0.0, 0.0, 0.0],
            &[0.0, 0.0, 0.0, 1.0, 0.0],
            &[0.0, 0.0, 0.0, 0.0, 1.0],
            &[1.0, 0.0, 0.0, 0.0, 0.0],
        ]);
        assert_eq!(classes(&two)[0].period, Some(2));
        let one = chain(&[&[0.0, 0.5, 0.5, 0.0], &[1.0, 0.0, 0.0, 0.0], &[0.0, 0.0, 0.0, 1.0], &[1.0, 0.0, 0.0, 0.0]]);
        assert_eq!(classes(&one)[0].period, Some(1));
    }
}
