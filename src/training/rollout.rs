//! Rollouts: what a network's policy does in environments that step together, and the advantage of each step.
//!
//! Source of the advantages: Schulman et al. 2016, "High-dimensional continuous control using generalized advantage
//! estimation", arXiv:1506.02438. Where an episode is cut the value bootstraps.

use crate::network::fused::Fused;
use crate::seed::Stream;
use crate::study::ppo::Ppo;
use crate::training::softmax::{LANES, Softmax};
use crate::world::action::ACTIONS;
use crate::world::batch::Batch;
use crate::world::environment::Ending;
use crate::world::level::LevelError;
use crate::world::lit::LitRows;
use std::sync::Arc;

/// A count of episodes and the sum of their returns.
#[derive(Clone, Copy, Debug, Default)]
pub struct Episodes {
    count: u64,
    total: f64,
}

impl Episodes {
    /// Adds those of another count.
    pub fn add(&mut self, other: Episodes) {
        self.count += other.count;
        self.total += other.total;
    }

    /// The mean return; nothing without an episode.
    pub fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.total / self.count as f64)
    }
}

/// What the environments and the policy did, time by time: in every list, index = time * environments + environment.
#[derive(Debug)]
pub struct Rollout {
    environments: usize,
    /// Steps of each environment.
    length: usize,
    /// The observations of all times.
    pub observations: Arc<LitRows>,
    pub actions: Vec<usize>,
    /// Of the actions, in nats.
    pub log_probabilities: Vec<f32>,
    pub values: Vec<f32>,
    rewards: Vec<f32>,
    /// The value of the state that a step leads to: 0 after termination, the cut state's value after truncation.
    next_values: Vec<f32>,
    /// The episode ended at this step, in either way.
    ended: Vec<bool>,
    pub advantages: Vec<f32>,
}

impl Rollout {
    /// Room for `length` steps of each of so many environments.
    pub fn new(environments: usize, length: usize) -> Rollout {
        let total = environments * length;
        Rollout {
            environments,
            length,
            observations: Arc::default(),
            actions: vec![0; total],
            log_probabilities: vec![0.0; total],
            values: vec![0.0; total],
            rewards: vec![0.0; total],
            next_values: vec![0.0; total],
            ended: vec![false; total],
            advantages: vec![0.0; total],
        }
    }

    /// Goes on with the environments of `batch`, as many as this has room for, under the policy of a network; discount
    /// and lambda are those of `settings`. `see` is told of every time: the environments before their steps, and the
    /// logits there.
    pub fn collect(
        &mut self,
        policy: &mut Fused,
        batch: &mut Batch,
        settings: &Ppo,
        random: &mut Stream,
        see: &mut dyn FnMut(&Batch, &[[f32; ACTIONS]]),
    ) -> Result<Episodes, LevelError> {
        let n = self.environments;
        let mut episodes = Episodes::default();
        let mut logits = vec![[0.0; ACTIONS]; n];
        let mut values = vec![0.0; n];
        let mut taken = vec![0u8; n];
        let (mut now, mut cut) = (LitRows::default(), LitRows::default());
        let mut observations = Arc::unwrap_or_clone(std::mem::take(&mut self.observations));
        observations.clear();
        for time in 0..self.length {
            let here = time * n..(time + 1) * n;
            batch.observe(&mut now);
            policy.run(&now, &mut logits, &mut values);
            observations.append(&now);
            see(batch, &logits);
            if time > 0 {
                self.fill_next_values((time - 1) * n, &values);
            }
            for (group, logits) in logits.chunks(LANES).enumerate() {
                let policies = Softmax::of(logits);
                for lane in 0..logits.len() {
                    let (i, action) = (group * LANES + lane, policies.sample(lane, random));
                    taken[i] = action as u8;
                    self.actions[here.start + i] = action;
                    self.log_probabilities[here.start + i] = policies.log_policy[action][lane];
                }
            }
            self.values[here.clone()].copy_from_slice(&values);
            batch.step(&taken);
            self.rewards[here.clone()].copy_from_slice(batch.rewards());
            for (i, ending) in batch.endings().iter().enumerate() {
                self.ended[here.start + i] = *ending != Ending::None;
                self.next_values[here.start + i] = match ending {
                    Ending::Truncated => {
                        cut.clear();
                        batch.observe_one(i, &mut cut);
                        let mut value = [0.0];
                        policy.run(&cut, &mut [[0.0; ACTIONS]], &mut value);
                        value[0]
                    }
                    Ending::Terminated | Ending::None => 0.0,
                };
                if *ending != Ending::None {
                    episodes.add(Episodes { count: 1, total: batch.returns()[i] });
                }
            }
            batch.reset_ended()?;
        }
        batch.observe(&mut now);
        policy.run(&now, &mut logits, &mut values);
        self.fill_next_values((self.length - 1) * n, &values);
        self.observations = Arc::new(observations);
        advantages(
            Steps { rewards: &self.rewards, values: &self.values, next_values: &self.next_values, ended: &self.ended },
            n,
            settings.discount as f32,
            settings.lambda as f32,
            &mut self.advantages,
        );
        Ok(episodes)
    }

    /// Where the episode went on after the step at `start`, the next state's value is the one just computed.
    fn fill_next_values(&mut self, start: usize, values: &[f32]) {
        for (i, value) in values.iter().enumerate() {
            if !self.ended[start + i] {
                self.next_values[start + i] = *value;
            }
        }
    }
}

/// Steps of `n` environments, time by time: index = time * n + environment.
#[derive(Clone, Copy)]
pub struct Steps<'a> {
    pub rewards: &'a [f32],
    pub values: &'a [f32],
    /// The value of the state that the step leads to; 0 after termination.
    pub next_values: &'a [f32],
    pub ended: &'a [bool],
}

/// Generalised advantage estimation: A_t = delta_t + discount lambda A_{t+1}, with
/// delta_t = r_t + discount V(s_{t+1}) - V(s_t), where nothing passes over the end of an episode.
pub fn advantages(steps: Steps, environments: usize, discount: f32, lambda: f32, out: &mut [f32]) {
    let last = out.len() - environments;
    for index in (0..out.len()).rev() {
        let delta = steps.rewards[index] + discount * steps.next_values[index] - steps.values[index];
        let trace = if index >= last || steps.ended[index] { 0.0 } else { out[index + environments] };
        out[index] = delta + discount * lambda * trace;
    }
}
