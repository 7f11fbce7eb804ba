//! Distillation: a fresh network trained on the probabilities of a policy that is known, a function of (lessons, seed).
//!
//! Minibatches of states drawn with replacement, the loss KL(policy || network) averaged over them, Adam with a rate
//! that falls linearly to 0. Training stops as soon as the divergence on states that it never sees is small enough.
//!
//! Source: Hinton, Vinyals and Dean 2015, arXiv:1503.02531; of policies, Rusu et al. 2016, arXiv:1511.06295.

use crate::heuristic::policy::{divergence_term, softmax};
use crate::network::fused::{Heads, Loss, logits};
use crate::network::initialise::orthogonal;
use crate::network::parameters::Parameters;
use crate::seed::Seed;
use crate::study::Mlp;
use crate::training::fused::FusedLearner;
use crate::training::ppo::TrainingError;
use crate::training::softmax::{LANES, Softmax};
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use rand::RngExt;
use std::sync::Arc;

/// What a policy does on a set of states.
#[derive(Clone, Debug, PartialEq)]
pub struct Lessons {
    /// One row per state.
    pub observations: Arc<LitRows>,
    /// The probability of each action, one row per state.
    pub policy: Vec<[f64; ACTIONS]>,
}

/// How a network is distilled.
#[derive(Clone, Debug, PartialEq)]
pub struct Distillation {
    /// States per gradient step.
    pub batch: usize,
    /// Of Adam, at the start.
    pub learning_rate: f64,
    /// Gradient steps at most.
    pub steps: usize,
    /// Gradient steps between two looks at the divergence.
    pub between: usize,
    /// The mean KL(policy || network), in nats, below which training stops.
    pub divergence: f64,
}

/// A network that was distilled.
#[derive(Clone, Debug, PartialEq)]
pub struct Distilled {
    pub parameters: Parameters,
    /// The mean KL(policy || network) on the fresh states, in nats. Above what the settings ask for if the steps ran out.
    pub divergence: f64,
    /// Gradient steps taken.
    pub steps: usize,
}

/// Distils the policy of `lessons` into a network for `bits` bits of observation; `fresh` are other states.
///
/// The same arguments give the same bits, whatever else runs beside it: call it in a rayon pool of one thread.
pub fn distil(
    agent: &Mlp,
    bits: usize,
    lessons: &Lessons,
    fresh: &Lessons,
    settings: &Distillation,
    seed: Seed,
) -> Result<Distilled, TrainingError> {
    let mut learner = FusedLearner::new(&orthogonal(bits, &agent.hidden, seed));
    let mut random = seed.stream("lessons", &[]);
    let mut picked = vec![0; settings.batch];
    let mut step = 0;
    loop {
        let parameters = learner.network.parameters();
        let reached = divergence(&parameters, fresh);
        if reached < settings.divergence || step >= settings.steps || lessons.policy.is_empty() {
            return Ok(Distilled { parameters, divergence: reached, steps: step });
        }
        for _ in 0..settings.between.max(1) {
            picked.fill_with(|| random.random_range(0..lessons.policy.len() as u32));
            let loss = CrossEntropy { policy: &lessons.policy, picked: &picked };
            let loss = learner.differentiate(&lessons.observations, &picked, loss);
            if !loss.is_finite() {
                return Err(TrainingError::Diverged { step: step as u64, learning_rate: settings.learning_rate });
            }
            let rate = settings.learning_rate * (1.0 - step as f64 / settings.steps as f64).max(0.0);
            learner.adam(rate);
            step += 1;
        }
    }
}

/// The mean over the picked states of - sum_a p_a log q_a, for p the policy and q the network's: the divergence up to the entropy
/// of the policy, which no parameter changes. By logit its derivative is q_a - p_a.
#[derive(Clone, Copy, Debug)]
pub struct CrossEntropy<'a> {
    /// The probability of each action, one row per state.
    pub policy: &'a [[f64; ACTIONS]],
    pub picked: &'a [u32],
}

impl Loss for CrossEntropy<'_> {
    fn slopes(&mut self, first: usize, said: &[Heads], slopes: &mut [Heads]) -> f64 {
        let (part, mut loss) = (1.0 / self.picked.len() as f32, 0.0);
        let picked = self.picked[first..].chunks(LANES);
        for ((picked, said), slopes) in picked.zip(said.chunks(LANES)).zip(slopes.chunks_mut(LANES)) {
            let network = Softmax::of(said);
            for (lane, (slopes, &row)) in slopes.iter_mut().zip(picked).enumerate() {
                let policy = self.policy[row as usize].map(|p| p as f32);
                let whole: f32 = policy.iter().sum();
                for (action, p) in policy.into_iter().enumerate() {
                    loss -= f64::from(p * network.log_policy[action][lane] * part);
                    slopes[action] = (network.policy[action][lane] * whole - p) * part;
                }
            }
        }
        loss
    }
}

/// The mean over the states of KL(policy || network), in nats.
pub fn divergence(parameters: &Parameters, states: &Lessons) -> f64 {
    let mut sum = 0.0;
    for (policy, logits) in states.policy.iter().zip(logits(parameters, &states.observations)) {
        let network = softmax(logits.map(f64::from));
        policy.iter().zip(network).for_each(|(p, q)| sum += divergence_term(*p, q));
    }
    sum / states.policy.len().max(1) as f64
}
