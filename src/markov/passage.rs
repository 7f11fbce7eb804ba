//! Hitting probabilities and mean first-passage times.
//!
//! Definition: h_i, the probability that the chain, started in i, is ever in a target state; 1 in the target itself. m_ij, the
//! mean number of steps from i to the first visit of j; 0 for i = j (see [`crate::markov::returns`] for coming back).
//! h = P h outside of the target, least solution; m_ij = 1 + sum over k != j of p_ik m_kj.
//!
//! Edge cases, all exact: h_i = 0 where no target can be reached, and exactly 1 where nothing else can happen; m_ij is infinite
//! where h_i < 1, so across classes, into a transient state that may be missed, and from a state that is never left.
//! Periods change nothing.
//!
//! Kemeny, J. G. and Snell, J. L. (1976), Finite Markov Chains, sections 3.2 and 4.4; Norris, J. R. (1997), Markov
//! Chains, section 1.3.

use crate::markov::first_step::FirstStep;
use crate::markov::transition::Transition;

/// What is certain about reaching a target, from the graph alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Target,
    /// Sooner or later.
    Sure,
    Perhaps,
    Never,
}

/// For every state the probability of ever being in one of the `targets`.
pub fn hitting(p: &Transition, targets: &[usize]) -> Vec<f64> {
    let reach = reach(p, targets);
    let open: Vec<usize> = (0..p.states()).filter(|&state| reach[state] == Reach::Perhaps).collect();
    let sure = |to: usize| matches!(reach[to], Reach::Target | Reach::Sure);
    let into = |from: usize, wanted: &dyn Fn(usize) -> bool| -> f64 {
        (0..p.states()).filter(|&to| wanted(to)).map(|to| p.get(from, to)).sum()
    };
    let solved = FirstStep {
        q: open.iter().map(|&from| open.iter().map(|&to| p.get(from, to)).collect()).collect(),
        exit: open.iter().map(|&from| into(from, &|to| reach[to] != Reach::Perhaps)).collect(),
        b: open.iter().map(|&from| into(from, &sure)).collect(),
    };
    let mut found: Vec<f64> = (0..p.states()).map(|state| if sure(state) { 1.0 } else { 0.0 }).collect();
    open.iter().zip(solved.solve().0).for_each(|(&state, h)| found[state] = h.min(1.0));
    found
}

/// For every state the mean of what is collected before the first visit of one of the `targets`, where a step out of state i
/// brings `steps[i]`: the mean number of steps, if all are 1. Infinite where the visit is not certain.
pub fn mean_time(p: &Transition, targets: &[usize], steps: &[f64]) -> Vec<f64> {
    let reach = reach(p, targets);
    let open: Vec<usize> = (0..p.states()).filter(|&state| reach[state] == Reach::Sure).collect();
    let solved = FirstStep {
        q: open.iter().map(|&from| open.iter().map(|&to| p.get(from, to)).collect()).collect(),
        exit: open.iter().map(|&from| targets.iter().map(|&to| p.get(from, to)).sum()).collect(),
        b: open.iter().map(|&from| steps[from]).collect(),
    };
    let outside = |reach: &Reach| if *reach == Reach::Target { 0.0 } else { f64::INFINITY };
    let mut found: Vec<f64> = reach.iter().map(outside).collect();
    open.iter().zip(solved.solve().0).for_each(|(&state, time)| found[state] = time);
    found
}

/// m_ij in row i, column j.
pub fn mean_first_passage(p: &Transition) -> Vec<Vec<f64>> {
    let ones = vec![1.0; p.states()];
    let columns: Vec<Vec<f64>> = (0..p.states()).map(|target| mean_time(p, &[target], &ones)).collect();
    (0..p.states()).map(|from| columns.iter().map(|column| column[from]).collect()).collect()
}

fn reach(p: &Transition, targets: &[usize]) -> Vec<Reach> {
    let mut reach = vec![Reach::Never; p.states()];
    targets.iter().for_each(|&target| reach[target] = Reach::Target);
    // Backwards from the target; then backwards, but not through the target, from what never gets there.
    spread(p, &mut reach, Reach::Target, Reach::Never, Reach::Sure);
    spread(p, &mut reach, Reach::Never, Reach::Sure, Reach::Perhaps);
    reach
}

/// Marks `marked` all that is `open` and from which some state marked `seed` can be reached through such states.
fn spread(p: &Transition, reach: &mut [Reach], seed: Reach, open: Reach, marked: Reach) {
    let mut queue: Vec<usize> = (0..p.states()).filter(|&state| reach[state] == seed).collect();
    while let Some(to) = queue.pop() {
        for (from, mark) in reach.iter_mut().enumerate() {
            if *mark == open && p.get(from, to) > 0.0 {
                *mark = marked;
                queue.push(from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{hitting, mean_first_passage, mean_time};
    use crate::markov::transition::Transition;

    fn chain(rows: &[&[f64]]) -> Transition {
        Transition::new(rows.iter().map(|row| row.to_vec()).collect()).expect("valid")
    }

    #[test]
    fn across_classes_and_into_dead_ends() {
        let p = chain(&[&[0.0, 0.5, 0.5, 0.0], &[0.0, 1.0, 0.0, 0.0], &[0.0, 0.0, 0.0, 0.0], &[0.25, 0.0, 0.0, 0.75]]);
        assert_eq!(hitting(&p, &[1]), [0.5, 1.0, 0.0, 0.5]);
        assert_eq!(hitting(&p, &[0]), [1.0, 0.0, 0.0, 1.0]);
        assert_eq!(hitting(&p, &[]), [0.0; 4]);
        let infinite = f64::INFINITY;
        assert_eq!(
            mean_first_passage(&p),
            [
                [0.0, infinite, infinite, infinite],
                [infinite, 0.0, infinite, infinite],
                [infinite, infinite, 0.0, infinite],
                [4.0, infinite, infinite, 0.0]
            ]
        );
        assert_eq!(mean_time(&p, &[1, 2], &[3.0, 9.0, 9.0, 1.0]), [3.0, 0.0, 0.0, 7.0]);
    }

    #[test]
    fn a_cycle_and_nothing() {
        let p = chain(&[&[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0], &[1.0, 0.0, 0.0]]);
        assert_eq!(mean_first_passage(&p), [[0.0, 1.0, 2.0], [2.0, 0.0, 1.0], [1.0, 2.0, 0.0]]);
        assert_eq!(hitting(&p, &[2]), [1.0; 3]);
        assert!(mean_first_passage(&chain(&[])).is_empty());
    }
}
