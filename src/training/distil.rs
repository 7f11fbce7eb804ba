//! Distillation: a fresh network trained on the probabilities of a policy that is known, a function of (lessons, seed).
//!
//! Minibatches of states drawn with replacement, the loss KL(policy || network) averaged over them, Adam with a rate
//! that falls linearly to 0. Training stops as soon as the divergence on states that it never sees is small enough.
//!
//! Source: Hinton, Vinyals and Dean 2015, arXiv:1503.02531; of policies, Rusu et al. 2016, arXiv:1511.06295.

use crate::heuristic::policy::{divergence_term, softmax};
use crate::network::forward::logits;
use crate::network::initialise::orthogonal;
use crate::network::lit_sum::Matrix;
use crate::network::parameters::Parameters;
use crate::seed::Seed;
use crate::study::Mlp;
use crate::training::learner::Learner;
use crate::training::ppo::TrainingError;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use dfdx::prelude::{AsArray, Axis, Backward, Rank0, SumTo, ZerosTensor};
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
    let mut learner = Learner::new(&orthogonal(bits, &agent.hidden, seed))?;
    let mut random = seed.stream("lessons", &[]);
    let mut targets = vec![0.0; settings.batch * ACTIONS];
    let mut step = 0;
    loop {
        let parameters = learner.network.parameters();
        let reached = divergence(&parameters, fresh);
        if reached < settings.divergence || step >= settings.steps || lessons.policy.is_empty() {
            return Ok(Distilled { parameters, divergence: reached, steps: step });
        }
        for _ in 0..settings.between.max(1) {
            let picked: Arc<[u32]> =
                (0..settings.batch).map(|_| random.random_range(0..lessons.policy.len() as u32)).collect();
            for (row, target) in picked.iter().zip(targets.chunks_exact_mut(ACTIONS)) {
                target.iter_mut().zip(&lessons.policy[*row as usize]).for_each(|(t, p)| *t = *p as f32);
            }
            let mut target: Matrix = learner.network.device.zeros_like(&(picked.len(), ACTIONS));
            target.copy_from(&targets);
            let pass = learner.network.trace(&lessons.observations, &picked);
            let log_policy = learner.network.logits(pass).log_softmax::<Axis<1>>();
            // Up to the entropy of the policy, which no parameter changes.
            let loss = -(log_policy * target).sum::<Rank0, _>() / picked.len() as f32;
            if !loss.array().is_finite() {
                return Err(TrainingError::Diverged { step: step as u64, learning_rate: settings.learning_rate });
            }
            let mut gradients = loss.try_backward()?;
            let rate = settings.learning_rate * (1.0 - step as f64 / settings.steps as f64).max(0.0);
            learner.descend(&mut gradients, rate)?;
            step += 1;
        }
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
