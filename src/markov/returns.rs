//! Coming back: the probability and the mean time from one visit of a state to its next.
//!
//! Definition: f_i = sum_j p_ij h_j, with h_j the probability to hit i from j: leave the state, come back. The mean return time
//! is 1 + sum over j != i of p_ij m_ji, infinite where f_i < 1; given that the chain comes back it is finite, by
//! the chain conditioned on that (p_jk h_k / h_j). In a recurrent class f_i = 1 and the mean time is 1 / pi_i.
//!
//! From bout to bout: on the event chain one symbol is one bout, so f is the probability of being activated again and the
//! time is counted in bouts, or in steps from start to start of bouts if `steps` holds the mean length of each solver's bouts
//! with what passes until the next begins. On the step chain the same functions count the next step of one bout as
//! a return: 1 / occupancy is not the time between bouts. [`observed`] is the plain mean over what happened.
//!
//! Episodes end: on counts with an end ([`crate::markov::counts::Counts::with_end`]) f is the probability of another bout in
//! the same episode.
//!
//! Edge cases: a state that is never left does not come back (f = 0); an absorbing one does at once (f = 1, time 1).
//! Without a way back the conditional time is undefined.
//!
//! Norris, J. R. (1997), Markov Chains, sections 1.5 and 1.7.

use crate::markov::first_step::FirstStep;
use crate::markov::passage::{hitting, mean_time};
use crate::markov::transition::Transition;
use serde::Serialize;

/// How a state comes back.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Return {
    pub probability: f64,
    /// In steps of the chain; infinite (`null` in JSON) where the return is not certain.
    pub mean_time: f64,
    /// Given that it comes back; nothing where it cannot.
    pub mean_time_if_it_returns: Option<f64>,
}

/// For every state.
pub fn returns(p: &Transition) -> Vec<Return> {
    timed(p, &vec![1.0; p.states()])
}

/// For every state, with times in which a visit of state i takes `steps[i]` (finite, at least 0; missing ones 1).
pub fn timed(p: &Transition, steps: &[f64]) -> Vec<Return> {
    let steps: Vec<f64> = (0..p.states()).map(|state| steps.get(state).copied().unwrap_or(1.0)).collect();
    (0..p.states()).map(|state| one(p, state, &steps)).collect()
}

fn one(p: &Transition, state: usize, steps: &[f64]) -> Return {
    let h = hitting(p, &[state]);
    let next = || (0..p.states()).filter(|&to| p.get(state, to) > 0.0);
    // A probability of 1 may be so by rounding alone; what is certain has a mean time.
    let sure = mean_time(p, &[state], steps);
    let certain = p.is_left(state) && next().all(|to| sure[to].is_finite());
    let probability = if certain { 1.0 } else { next().map(|to| p.get(state, to) * h[to]).sum::<f64>().min(1.0) };
    if probability == 0.0 {
        return Return { probability, mean_time: f64::INFINITY, mean_time_if_it_returns: None };
    }
    if certain {
        let time = steps[state] + next().map(|to| p.get(state, to) * sure[to]).sum::<f64>();
        return Return { probability, mean_time: time, mean_time_if_it_returns: Some(time) };
    }
    let after = conditioned(p, state, &h, steps);
    let weighted: f64 = next().filter(|&to| h[to] > 0.0).map(|to| p.get(state, to) * h[to] * after[to]).sum();
    let time = steps[state] + weighted / probability;
    Return { probability, mean_time: f64::INFINITY, mean_time_if_it_returns: Some(time) }
}

/// The mean time to `target` from every state with h > 0, given that it is reached; 0 elsewhere.
fn conditioned(p: &Transition, target: usize, h: &[f64], steps: &[f64]) -> Vec<f64> {
    let open: Vec<usize> = (0..p.states()).filter(|&state| state != target && h[state] > 0.0).collect();
    let given = |from: usize, to: usize| p.get(from, to) * h[to] / h[from];
    let solved = FirstStep {
        q: open.iter().map(|&from| open.iter().map(|&to| given(from, to)).collect()).collect(),
        exit: open.iter().map(|&from| given(from, target)).collect(),
        b: open.iter().map(|&from| steps[from]).collect(),
    };
    let mut times = vec![0.0; p.states()];
    open.iter().zip(solved.solve().0).for_each(|(&state, time)| times[state] = time);
    times
}

/// What was observed of a solver's bouts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Observed {
    pub bouts: u64,
    /// Those with a later one in the same episode.
    pub followed: u64,
    /// From the start of a bout to the start of the next of the same solver in the episode, over `followed`; nothing
    /// without any.
    pub mean: Option<f64>,
}

/// For each of `states` solvers what was observed. `starts` holds the time at which each event of `events` begins, of the
/// same shape and ascending within a sequence; without it, positions count. Events out of range or without a time are left
/// out.
pub fn observed(events: &[Vec<usize>], starts: Option<&[Vec<u64>]>, states: usize) -> Vec<Observed> {
    let mut found = vec![Observed::default(); states];
    let mut sums = vec![0_u64; states];
    for (episode, sequence) in events.iter().enumerate() {
        let mut last = vec![None; states];
        for (position, &solver) in sequence.iter().enumerate().filter(|(_, solver)| **solver < states) {
            let time = match starts {
                None => Some(position as u64),
                Some(starts) => starts.get(episode).and_then(|times| times.get(position)).copied(),
            };
            let Some(time) = time else { continue };
            found[solver].bouts += 1;
            if let Some(before) = last[solver].replace(time) {
                found[solver].followed += 1;
                sums[solver] += time.saturating_sub(before);
            }
        }
    }
    for (solver, sum) in found.iter_mut().zip(sums) {
        solver.mean = (solver.followed > 0).then(|| sum as f64 / solver.followed as f64);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{observed, returns, timed};
    use crate::markov::counts::Counts;
    use crate::markov::transition::Transition;

    fn chain(rows: &[&[f64]]) -> Transition {
        Transition::new(rows.iter().map(|row| row.to_vec()).collect()).expect("valid")
    }

    #[test]
    fn given_that_it_comes_back() {
        // From 0: back at once with 1/4, by way of 1 with 1/2 * 1/2, else lost in 2.
        let p = chain(&[&[0.25, 0.5, 0.25], &[0.5, 0.0, 0.5], &[0.0, 0.0, 1.0]]);
        let [zero, one, two] = returns(&p).try_into().expect("three");
        assert_eq!((zero.probability, zero.mean_time), (0.5, f64::INFINITY));
        assert_eq!(zero.mean_time_if_it_returns, Some(1.5));
        // From 1: to 0 with 1/2, from there back with 2/3.
        assert!((one.probability - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!((two.probability, two.mean_time), (1.0, 1.0));
        let zero = timed(&p, &[10.0, 1.0, 1.0])[0];
        assert_eq!(zero.mean_time_if_it_returns, Some(10.5));
    }

    #[test]
    fn all_but_certain() {
        // 1e-17 is lost beside 1, and yet the mean time is infinite; given the return it is not.
        let p = chain(&[&[0.5, 0.5, 0.0], &[1.0, 0.0, 1e-17], &[0.0, 0.0, 1.0]]);
        let zero = returns(&p)[0];
        assert_eq!((zero.probability, zero.mean_time), (1.0, f64::INFINITY));
        assert_eq!(zero.mean_time_if_it_returns, Some(1.5));
    }

    #[test]
    fn never_left_and_alone() {
        let [dead] = returns(&chain(&[&[0.0]])).try_into().expect("one");
        assert_eq!((dead.probability, dead.mean_time, dead.mean_time_if_it_returns), (0.0, f64::INFINITY, None));
        assert_eq!(returns(&chain(&[&[1.0]]))[0].mean_time, 1.0);
        assert!(returns(&chain(&[])).is_empty());
    }

    #[test]
    fn before_the_episode_ends() {
        // One episode 0 1 0: half of the bouts of 0 are followed by another, none of 1.
        let counts = Counts::with_end(&[vec![0, 1, 0]], 2).expect("in range");
        let found = returns(&counts.transition());
        assert_eq!(found[0].probability, 0.5);
        assert_eq!(found[0].mean_time_if_it_returns, Some(2.0));
        assert_eq!(found[1].probability, 0.5);
    }

    #[test]
    fn what_happened() {
        let events = [vec![0, 1, 0, 0], vec![1], vec![]];
        let starts = [vec![0, 3, 7, 20], vec![5], vec![]];
        let [zero, one, two] = observed(&events, Some(&starts), 3).try_into().expect("three");
        assert_eq!((zero.bouts, zero.followed, zero.mean), (3, 2, Some(10.0)));
        assert_eq!((one.bouts, one.followed, one.mean), (2, 0, None));
        assert_eq!(two.bouts, 0);
        assert_eq!(observed(&events, None, 3)[0].mean, Some(1.5));
    }
}
