//! Convergent solvers: on every cycle's way, but in no cycle of their own.
//!
//! Definition, on the event chain with the cycles found in it ([`crate::markov::solver_cycle`]). A solver is *on the way* of
//! a cycle if it belongs to it, or if half of the completed rounds or more pass it: with h_i the probability that the way from
//! the i-th solver of the cycle to the next leads through it, given that it gets there, 1 - prod (1 - h_i) is at least 1/2. A
//! cycle is a solver's
//! *own* if the solver belongs to it and not every other found cycle passes through that solver too; an only cycle is its
//! members' own. A solver on the way of every found cycle and with none of its own is convergent: whatever the agent
//! is after, it needs this, and is never after this alone.
//!
//! So of the cycles (key, cheese) and (key, coin) key is convergent, and beside the one cycle (nest, food) a door passed in most
//! rounds is.
//!
//! Edge cases: without cycles nothing is convergent. A solver never visited is on no way.
//!
//! Definition of this project, after the convergent shards of its source.

use crate::markov::passage::hitting;
use crate::markov::transition::Transition;

/// A round passes a solver at least this often, if it is on the way.
const MOST: f64 = 0.5;

/// The convergent solvers of the event chain `p` with these found cycles, in ascending order.
pub fn convergent(p: &Transition, cycles: &[Vec<usize>]) -> Vec<usize> {
    if cycles.is_empty() {
        return Vec::new();
    }
    let owns = |solver: usize| {
        let inside = cycles.iter().filter(|cycle| cycle.contains(&solver)).count();
        inside > 0 && (inside < cycles.len() || cycles.len() == 1)
    };
    (0..p.states()).filter(|&solver| cycles.iter().all(|cycle| on_way(p, cycle, solver)) && !owns(solver)).collect()
}

fn on_way(p: &Transition, cycle: &[usize], solver: usize) -> bool {
    cycle.contains(&solver) || passes(p, cycle, solver) >= MOST
}

/// The probability that a completed round of a cycle passes a solver outside of it; 0 where no round can be completed.
pub fn passes(p: &Transition, cycle: &[usize], solver: usize) -> f64 {
    if cycle.iter().any(|&state| state >= p.states()) || solver >= p.states() {
        return 0.0;
    }
    // Where the solver is made a dead end, the next one of the cycle is reached past it or not at all.
    let mut past = p.rows().to_vec();
    past[solver].fill(0.0);
    let past = Transition::from_checked(past);
    let reaches = |p: &Transition, from: usize, to: usize| -> f64 {
        p.row(from).iter().zip(hitting(p, &[to])).map(|(p, h)| p * h).sum()
    };
    let mut missed = 1.0;
    for (&from, &to) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
        let all = reaches(p, from, to);
        if all == 0.0 {
            return 0.0;
        }
        missed *= (reaches(&past, from, to) / all).min(1.0);
    }
    1.0 - missed
}

#[cfg(test)]
mod tests {
    use super::{convergent, passes};
    use crate::markov::transition::Transition;

    fn chain(rows: &[&[f64]]) -> Transition {
        Transition::new(rows.iter().map(|row| row.to_vec()).collect()).expect("valid")
    }

    #[test]
    fn a_key_to_two_things() {
        let p = chain(&[&[0.0, 0.5, 0.5], &[1.0, 0.0, 0.0], &[1.0, 0.0, 0.0]]);
        assert_eq!(convergent(&p, &[vec![0, 1], vec![0, 2]]), [0]);
        // Members of an only cycle are after it; what is beside it but passed in half of the rounds is on its way.
        assert_eq!(convergent(&p, &[vec![0, 1]]), [2]);
        assert!(convergent(&p, &[]).is_empty());
    }

    #[test]
    fn a_door_on_the_way() {
        // 0 to 1 by way of 2 with 3/4, and back straight; 3 never.
        let p = chain(&[&[0.0, 0.25, 0.75, 0.0], &[1.0, 0.0, 0.0, 0.0], &[0.0, 1.0, 0.0, 0.0], &[0.0; 4]]);
        assert_eq!(passes(&p, &[0, 1], 2), 0.75);
        assert_eq!(passes(&p, &[0, 1], 3), 0.0);
        assert_eq!(convergent(&p, &[vec![0, 1]]), [2]);
        assert_eq!(passes(&p, &[0, 9], 2), 0.0);
        // Where the chain ends in 2, no round passes it.
        let p = chain(&[&[0.0, 0.25, 0.75], &[1.0, 0.0, 0.0], &[0.0; 3]]);
        assert_eq!(passes(&p, &[0, 1], 2), 0.0);
        assert_eq!(passes(&p, &[1, 2], 0), 0.0);
    }
}
