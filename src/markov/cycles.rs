//! Exact cycle weights of a recurrent class.
//!
//! Definition: follow the chain and erase every loop as it closes; the weight of a simple cycle is the number of times per
//! step that it is the loop erased. For the cycle c (a self-loop is one of length 1)
//!
//! w_c = (product of p along c) det(I - P off c) / sum_j det(I - P off j),
//!
//! with `off` for the matrix without the rows and columns of these states; an empty determinant is 1. A cycle and its
//! reverse are two. The sum over cycles of length times weight is 1: every step belongs to one loop.
//!
//! Method: depth-first enumeration of simple cycles from their smallest states; determinants by elimination without subtraction,
//! in logarithms: among tens of states that are seldom left they are too small for f64.
//!
//! Edge cases: an absorbing state is its one cycle, of weight 1. Transient states lie on no cycle of positive weight and
//! are left out. A chain with too many cycles is refused; a complete graph of 8 states, with 16,072, is not.
//!
//! Qian, M. P. and Qian, M. (1982), Circulation for recurrent Markov chains, Zeitschrift für
//! Wahrscheinlichkeitstheorie 59, 203-210; Kalpazidou, S. L. (2006), Cycle Representations of Markov Processes,
//! chapter 1.

use crate::markov::error::MarkovError;
use crate::markov::first_step::FirstStep;
use crate::markov::transition::Transition;
use serde::Serialize;

/// The most cycles of one class.
pub const MAX_CYCLES: usize = 20_000;
/// The most steps of their enumeration, which may search long between one cycle and the next.
const MAX_STEPS: usize = 2_000_000;

/// A simple cycle, from its smallest state onwards.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cycle {
    pub states: Vec<usize>,
    /// Times per step.
    pub weight: f64,
}

/// Every cycle of a recurrent class with its weight, heaviest first, then shortest.
///
/// # Errors
/// If there are more than [`MAX_CYCLES`].
pub fn cycle_weights(p: &Transition, class: &[usize]) -> Result<Vec<Cycle>, MarkovError> {
    let found = simple_cycles(p, class)?;
    let single: Vec<f64> = class.iter().map(|state| log_off(p, class, &[*state])).collect();
    let largest = single.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_total = largest + single.iter().map(|log| (log - largest).exp()).sum::<f64>().ln();
    let weigh = |states: Vec<usize>| {
        let next = states.iter().cycle().skip(1);
        let along: f64 = states.iter().zip(next).map(|(&from, &to)| p.get(from, to).ln()).sum();
        Cycle { weight: (along + log_off(p, class, &states) - log_total).exp(), states }
    };
    let mut cycles: Vec<Cycle> = found.into_iter().map(weigh).collect();
    cycles.sort_by(|a, b| {
        let by_length = a.states.len().cmp(&b.states.len());
        b.weight.total_cmp(&a.weight).then(by_length).then_with(|| a.states.cmp(&b.states))
    });
    Ok(cycles)
}

/// ln det(I - P restricted to the states of the class off the cycle).
fn log_off(p: &Transition, class: &[usize], cycle: &[usize]) -> f64 {
    let rest: Vec<usize> = class.iter().copied().filter(|state| !cycle.contains(state)).collect();
    let q = rest.iter().map(|&from| rest.iter().map(|&to| p.get(from, to)).collect()).collect();
    let exit = rest.iter().map(|&from| cycle.iter().map(|&to| p.get(from, to)).sum()).collect();
    FirstStep { q, exit, b: vec![0.0; rest.len()] }.solve().1
}

fn simple_cycles(p: &Transition, class: &[usize]) -> Result<Vec<Vec<usize>>, MarkovError> {
    let mut found = Vec::new();
    let mut steps = 0;
    for &start in class {
        let mut path = vec![start];
        // For each state of the path, the index in the class of the next one to try.
        let mut tries = vec![0];
        while let (Some(&at), Some(next)) = (path.last(), tries.last_mut()) {
            let to = class.get(*next).copied();
            *next += 1;
            steps += 1;
            if steps > MAX_STEPS || found.len() > MAX_CYCLES {
                return Err(MarkovError::Cycles { limit: MAX_CYCLES });
            }
            match to {
                None => {
                    path.pop();
                    tries.pop();
                }
                Some(to) if p.get(at, to) == 0.0 || to < start => {}
                Some(to) if to == start => found.push(path.clone()),
                Some(to) if path.contains(&to) => {}
                Some(to) => {
                    path.push(to);
                    tries.push(0);
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::cycle_weights;
    use crate::markov::transition::Transition;

    fn uniform(states: usize) -> Transition {
        Transition::new(vec![vec![1.0 / states as f64; states]; states]).expect("valid")
    }

    #[test]
    fn complete_graphs() {
        let class: Vec<usize> = (0..8).collect();
        let cycles = cycle_weights(&uniform(8), &class).expect("few enough");
        assert_eq!(cycles.len(), 16_072);
        let sum: f64 = cycles.iter().map(|cycle| cycle.states.len() as f64 * cycle.weight).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        assert!(cycle_weights(&uniform(9), &(0..9).collect::<Vec<usize>>()).is_err());
        assert!(cycle_weights(&uniform(64), &(0..64).collect::<Vec<usize>>()).is_err());
    }

    #[test]
    fn states_seldom_left() {
        let states = 64;
        let row = |from: usize| {
            let to = |to: usize| match to {
                to if to == from => 1.0 - 1e-6,
                to if to == (from + 1) % states => 1e-6,
                _ => 0.0,
            };
            (0..states).map(to).collect()
        };
        let p = Transition::new((0..states).map(row).collect()).expect("valid");
        let cycles = cycle_weights(&p, &(0..states).collect::<Vec<usize>>()).expect("few enough");
        assert_eq!(cycles.len(), 65);
        assert!((cycles[0].weight - (1.0 - 1e-6) / 64.0).abs() < 1e-12, "{:?}", cycles[0]);
        assert!((cycles[64].weight - 1e-6 / 64.0).abs() < 1e-18, "{:?}", cycles[64]);
    }

    #[test]
    fn an_absorbing_state_and_none() {
        let p = Transition::new(vec![vec![1.0, 0.0], vec![0.5, 0.5]]).expect("valid");
        let cycles = cycle_weights(&p, &[0]).expect("few enough");
        assert_eq!((cycles.len(), cycles[0].weight), (1, 1.0));
        assert!(cycle_weights(&p, &[]).expect("few enough").is_empty());
    }
}
