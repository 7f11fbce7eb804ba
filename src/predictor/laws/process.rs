//! Decision processes of a few states for laws about single updates, and what they are like in other rewards.

use crate::predictor::finite::{Finite, FiniteState, Move};
use crate::world::action::{ACTIONS, ActionSet};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};

/// What an update is asked about.
#[derive(Clone, Debug)]
pub struct Update {
    pub process: Finite,
    /// Per rule, above 0.
    pub bias: Vec<f64>,
    /// Per rule, logits.
    pub strengths: Vec<f64>,
}

/// What can follow an action before the number of states is known.
#[derive(Clone, Debug)]
struct Follows {
    next: Option<Index>,
    /// Where there are two, of the first.
    other: Option<(f64, Option<Index>)>,
    rewards: (f64, f64),
}

/// One to five states with one to four rules, in which episodes end or are discounted.
pub fn update() -> impl Strategy<Value = Update> {
    (1..=5_usize, 1..=4_usize).prop_flat_map(|(states, rules)| {
        let set = prop_oneof![1 => Just(ActionSet::EMPTY), 6 => (1..31_u8).prop_map(ActionSet)];
        // All five actions, or two arms.
        let available = prop_oneof![3 => Just(ActionSet::ALL), 1 => Just(ActionSet(0b01100))];
        let situation = (vec(set, rules), available, vec(follows(), ACTIONS));
        let start = vec(1..5_u32, states);
        let settings = (1..20_usize, select(vec![0.9, 0.5, 0.99]), select(vec![0.95, 1.0, 0.0, 0.5]));
        let numbers = (vec(select(vec![1.0, 0.5, 2.0, 3.0]), rules), vec(-1.5..1.5_f64, rules));
        (vec(situation, states), start, settings, numbers).prop_map(
            |(states, start, (horizon, discount, lambda), (bias, strengths))| {
                let count = states.len();
                let state = |(sets, available, follows): (Vec<ActionSet>, ActionSet, Vec<Follows>)| {
                    let moves = std::array::from_fn(|action| {
                        if available.contains(action) { follows[action].moves(count) } else { Vec::new() }
                    });
                    FiniteState { sets, available, moves }
                };
                let all: u32 = start.iter().sum();
                let process = Finite {
                    states: states.into_iter().map(state).collect(),
                    start: start.into_iter().map(|part| f64::from(part) / f64::from(all)).collect(),
                    horizon,
                    discount,
                    lambda,
                };
                Update { process, bias, strengths }
            },
        )
    })
}

fn follows() -> impl Strategy<Value = Follows> {
    let reward = || select(vec![0.0, 1.0, -0.5, 0.25]);
    let next = || weighted(0.7, any::<Index>());
    (next(), weighted(0.3, (select(vec![0.5, 0.25]), next())), (reward(), reward()))
        .prop_map(|(next, other, rewards)| Follows { next, other, rewards })
}

impl Follows {
    fn moves(&self, states: usize) -> Vec<Move> {
        let at = |next: &Option<Index>| next.map(|next| next.index(states));
        let first = |probability| Move { probability, reward: self.rewards.0, next: at(&self.next) };
        match &self.other {
            None => vec![first(1.0)],
            Some((probability, other)) => vec![
                first(*probability),
                Move { probability: 1.0 - probability, reward: self.rewards.1, next: at(other) },
            ],
        }
    }
}

/// The process with another reward for each move, told by its state, action and place among what can follow, and itself.
pub fn with_rewards(process: &Finite, reward: impl Fn(usize, usize, usize, &Move) -> f64) -> Finite {
    let mut changed = process.clone();
    for (state, situation) in changed.states.iter_mut().enumerate() {
        for (action, moves) in situation.moves.iter_mut().enumerate() {
            for (index, step) in moves.iter_mut().enumerate() {
                step.reward = reward(state, action, index, step);
            }
        }
    }
    changed
}

/// The process as it is with a potential: discount x that of the next state - that of the state is added to every reward.
/// At the end the potential is 0.
pub fn shaped(process: &Finite, potential: &[f64]) -> Finite {
    with_rewards(process, |state, _, _, step| {
        let next = step.next.map_or(0.0, |next| potential[next]);
        step.reward + process.discount * next - potential[state]
    })
}

/// The process with one reward: what one action brings in one state, both chosen by an index.
pub fn with_one_reward(process: &Finite, chosen: Index, amount: f64) -> Finite {
    let pairs: Vec<(usize, usize)> = (0..process.states.len())
        .flat_map(|state| (0..ACTIONS).map(move |action| (state, action)))
        .filter(|(state, action)| process.states[*state].available.contains(*action))
        .collect();
    let chosen = pairs[chosen.index(pairs.len())];
    with_rewards(process, |state, action, _, _| if (state, action) == chosen { amount } else { 0.0 })
}
