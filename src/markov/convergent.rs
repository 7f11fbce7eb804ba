//! Convergent solvers: on every cycle's way, but in no cycle of their own.
//!
//! Definition, on the event chain with the cycles found in it ([`crate::markov::solver_cycle`]). A solver is *on the way* of
//! a cycle if it belongs to it, or if one round is more likely than not to pass it: with h_i the probability to visit it
//! on the way from the i-th solver of the cycle to the next, 1 - prod (1 - h_i) is at least 1/2. A cycle is a solver's
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

/// The probability that a round of a cycle passes a solver outside of it.
pub fn passes(p: &Transition, cycle: &[usize], solver: usize) -> f64 {
    if cycle.iter().any(|&state| state >= p.states()) || solver >= p.states() {
        return 0.0;
    }
    let missed = |from: usize, to: usize| {
        // Where the next solver of the cycle is made a dead end, the other one is hit before it or never.
        let stop = |(row, numbers): (usize, &Vec<f64>)| {
            if row == to { vec![0.0; numbers.len()] } else { numbers.clone() }
        };
        let stopped = Transition::from_checked(p.rows().iter().enumerate().map(stop).collect());
        let hit = hitting(&stopped, &[solver]);
        1.0 - p.row(from).iter().zip(&hit).map(|(p, h)| p * h).sum::<f64>()
    };
    1.0 - cycle.iter().zip(cycle.iter().cycle().skip(1)).map(|(&from, &to)| missed(from, to)).product::<f64>()
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
    }
}
