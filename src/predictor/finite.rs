//! A decision process of finitely many states, in which the policy gradient of pi_w is computed without sampling.

use crate::heuristic::feature::phi;
use crate::heuristic::policy::softmax;
use crate::predictor::update::{add_fisher, add_score};
use crate::world::action::{ACTIONS, ActionSet};
use faer::Mat;
use faer::prelude::Solve;

/// What can follow an action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// Above 0; those of an action sum to 1.
    pub probability: f64,
    pub reward: f64,
    /// The state that it leads to; nothing where the episode ends.
    pub next: Option<usize>,
}

/// One state of it.
#[derive(Clone, Debug, PartialEq)]
pub struct FiniteState {
    /// What each rule recommends.
    pub sets: Vec<ActionSet>,
    /// The actions that there are, at least one: a bandit with two arms has two.
    pub available: ActionSet,
    /// Per action, what can follow; empty for one that is not available.
    pub moves: [Vec<Move>; ACTIONS],
}

/// The process. From every state the end is reached, or the discount is below 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Finite {
    pub states: Vec<FiniteState>,
    /// The probability that an episode begins in each state.
    pub start: Vec<f64>,
    /// Steps of an episode at most, at least 1.
    pub horizon: usize,
    pub discount: f64,
    /// The lambda of generalised advantage estimation.
    pub lambda: f64,
}

impl Finite {
    /// How many rules there are.
    pub fn rules(&self) -> usize {
        self.states.first().map_or(0, |state| state.sets.len())
    }

    /// pi_w in a state: the actions that are not available have probability 0.
    pub fn policy(&self, state: usize, strengths: &[f64]) -> [f64; ACTIONS] {
        let situation = &self.states[state];
        let mut logits = [0.0; ACTIONS];
        for (strength, set) in strengths.iter().zip(&situation.sets) {
            logits.iter_mut().zip(phi(*set)).for_each(|(logit, feature)| *logit += strength * feature);
        }
        for (action, logit) in logits.iter_mut().enumerate() {
            if !situation.available.contains(action) {
                *logit = f64::NEG_INFINITY;
            }
        }
        softmax(logits)
    }

    /// The discounted return of pi_w from each state: the exact critic.
    pub fn values(&self, strengths: &[f64]) -> Vec<f64> {
        let reward = |state: usize, p: &[f64; ACTIONS]| self.mean(state, p, |step| step.reward);
        self.discounted(strengths, self.discount, reward)
    }

    /// How often pi_w is in each state per episode: sums over the steps of the horizon.
    pub fn visits(&self, strengths: &[f64]) -> Vec<f64> {
        let (mut now, mut visits) = (self.start.clone(), vec![0.0; self.states.len()]);
        for _ in 0..self.horizon {
            let mut next = vec![0.0; self.states.len()];
            for (state, here) in now.iter().enumerate().filter(|(_, here)| **here > 0.0) {
                visits[state] += here;
                for (p, moves) in self.policy(state, strengths).iter().zip(&self.states[state].moves) {
                    for step in moves {
                        if let Some(to) = step.next {
                            next[to] += here * p * step.probability;
                        }
                    }
                }
            }
            now = next;
        }
        visits
    }

    /// The expected advantage of every action in every state under pi_w, by generalised advantage estimation with these
    /// values as the critic.
    pub fn advantages(&self, strengths: &[f64], critic: &[f64]) -> Vec<[f64; ACTIONS]> {
        let value = |next: Option<usize>| next.map_or(0.0, |next| critic[next]);
        let surprise = |state: usize, step: &Move| step.reward + self.discount * value(step.next) - critic[state];
        let mean_surprise = |state: usize, p: &[f64; ACTIONS]| self.mean(state, p, |step| surprise(state, step));
        let trace = self.discount * self.lambda;
        let later = self.discounted(strengths, trace, mean_surprise);
        let of = |state: usize| {
            std::array::from_fn(|action| {
                let term = |step: &Move| {
                    step.probability * (surprise(state, step) + trace * step.next.map_or(0.0, |next| later[next]))
                };
                self.states[state].moves[action].iter().map(term).sum()
            })
        };
        (0..self.states.len()).map(of).collect()
    }

    /// The expected policy gradient at these strengths, per rule: the mean over visits of advantage x score.
    pub fn gradient(&self, strengths: &[f64], critic: &[f64]) -> Vec<f64> {
        let advantages = self.advantages(strengths, critic);
        let visits = self.visits(strengths);
        let all: f64 = visits.iter().sum();
        let mut sum = vec![0.0; self.rules()];
        for (state, visits) in visits.iter().enumerate().filter(|(_, visits)| **visits > 0.0) {
            let p = self.policy(state, strengths);
            for action in (0..ACTIONS).filter(|&action| p[action] > 0.0) {
                let weight = visits / all * p[action] * advantages[state][action];
                add_score(&mut sum, &self.states[state].sets, &p, action, weight);
            }
        }
        sum
    }

    /// The Fisher information of pi_w at these strengths, rules x rules, row by row: the mean over visits.
    pub fn fisher(&self, strengths: &[f64]) -> Vec<f64> {
        let visits = self.visits(strengths);
        let all: f64 = visits.iter().sum();
        let mut sum = vec![0.0; self.rules() * self.rules()];
        for (state, visits) in visits.iter().enumerate().filter(|(_, visits)| **visits > 0.0) {
            add_fisher(&mut sum, &self.states[state].sets, &self.policy(state, strengths), visits / all);
        }
        sum
    }

    /// The mean over what can follow in a state.
    fn mean(&self, state: usize, p: &[f64; ACTIONS], number: impl Fn(&Move) -> f64) -> f64 {
        let moves = p.iter().zip(&self.states[state].moves);
        moves
            .flat_map(|(p, moves)| moves.iter().map(move |step| (p, step)))
            .fold(0.0, |sum, (p, step)| sum + p * step.probability * number(step))
    }

    /// The expected discounted sum of a number from each state on.
    fn discounted(&self, strengths: &[f64], discount: f64, number: impl Fn(usize, &[f64; ACTIONS]) -> f64) -> Vec<f64> {
        let n = self.states.len();
        let mut system = Mat::<f64>::identity(n, n);
        let mut right = Mat::<f64>::zeros(n, 1);
        for state in 0..n {
            let p = self.policy(state, strengths);
            right[(state, 0)] = number(state, &p);
            for (p, moves) in p.iter().zip(&self.states[state].moves) {
                for step in moves {
                    if let Some(to) = step.next {
                        system[(state, to)] -= discount * p * step.probability;
                    }
                }
            }
        }
        let solved = system.partial_piv_lu().solve(&right);
        (0..n).map(|state| solved[(state, 0)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Finite, FiniteState, Move};
    use crate::world::action::ActionSet;

    /// A corridor of `n` states, east to the end with a reward of 1, west back; one rule for each side.
    fn corridor(n: usize, discount: f64, lambda: f64) -> Finite {
        let to = |next: Option<usize>, reward: f64| vec![Move { probability: 1.0, reward, next }];
        let (east, west) = (2, 3);
        let state = |i: usize| {
            let mut moves: [Vec<Move>; 5] = Default::default();
            moves[east] = to((i + 1 < n).then_some(i + 1), if i + 1 < n { 0.0 } else { 1.0 });
            moves[west] = to(Some(i.saturating_sub(1)), 0.0);
            FiniteState {
                sets: vec![ActionSet(1 << east), ActionSet(1 << west)],
                available: ActionSet(1 << east | 1 << west),
                moves,
            }
        };
        let mut start = vec![0.0; n];
        start[0] = 1.0;
        Finite { states: (0..n).map(state).collect(), start, horizon: 400, discount, lambda }
    }

    #[test]
    fn values_solve_the_bellman_equation() {
        let process = corridor(4, 0.9, 1.0);
        let (w, values) = ([0.7, 0.1], process.values(&[0.7, 0.1]));
        for state in 0..4 {
            let p = process.policy(state, &w);
            let (on, back) = (values.get(state + 1).copied().unwrap_or(0.0), values[state.saturating_sub(1)]);
            let reward = if state == 3 { 1.0 } else { 0.0 };
            assert!((values[state] - (p[2] * (reward + 0.9 * on) + p[3] * 0.9 * back)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_gradient_is_that_of_the_return_and_no_critic_changes_it_at_lambda_one() {
        // Without discount every state leads to a return of 1, so a discount below 1 is what makes haste worth it; the
        // gradient then leaves out the discount of visits, as training does, so a single state is compared.
        let process = corridor(1, 0.9, 1.0);
        let w = [0.3, -0.2];
        let change = |h: usize| {
            let mut moved = w;
            moved[h] += 1e-6;
            (process.values(&moved)[0] - process.values(&w)[0]) / 1e-6
        };
        let exact = process.gradient(&w, &process.values(&w));
        // Per visit, where the derivative of the value counts every visit, the k-th of them discounted.
        let p = process.policy(0, &w);
        let discounted_visits = 1.0 / (1.0 - 0.9 * p[3]);
        for h in 0..2 {
            assert!((exact[h] - change(h) / discounted_visits).abs() < 1e-6, "{exact:?}");
        }
        for critic in [0.0, 5.0] {
            let other = process.gradient(&w, &[critic]);
            assert!(exact.iter().zip(other).all(|(exact, other)| (exact - other).abs() < 1e-12));
        }
    }

    #[test]
    fn with_a_zero_critic_a_later_reward_is_credited_with_discount_times_lambda() {
        let process = corridor(4, 0.9, 0.8);
        // Always east: the reward comes 3 steps after the first.
        let advantages = process.advantages(&[800.0, 0.0], &[0.0; 4]);
        assert!((advantages[0][2] - (0.9_f64 * 0.8).powi(3)).abs() < 1e-9, "{advantages:?}");
    }
}
