//! Shard dynamics: the training objective itself, run on pi_w alone, the policy that heuristics with strengths w stand for.
//!
//! H strengths, all 0 at first, or those that the training before ended with. In each update pi_w acts in the world of the
//! training; with r the ratio of an action's probability to the one it was taken with, A its advantage,
//!
//! w_h += eta x bias_h x d/dw_h ( mean of min(r A, clip(r, 1 - e, 1 + e) A) + c x entropy ),
//!
//! by plain gradient steps, as many as training makes, with the study's clip e, entropy bonus c, discount and lambda.
//! eta is [`SPEED`] times the study's learning rate, which falls to 0 as in training. Advantages are estimated against a
//! [critic](crate::predictor::critic) that starts at 0, centred over the rollout, and divided by their deviation unless
//! that is below [`LEAST_DEVIATION`] times the largest reward met so far in the training.
//!
//! Then what training selects is a matter of what earns (the advantage), of when it can be learned (the critic, and what pi_w
//! meets), and of what is easy to learn (the bias, and the [form](crate::predictor::weights) of the strengths).

use crate::heuristic::policy::softmax;
use crate::predictor::budget::Plan;
use crate::predictor::courses::{Budget, Learner, courses};
use crate::predictor::critic::{Critic, Values};
use crate::predictor::finite::Finite;
use crate::predictor::foretold::foretold;
use crate::predictor::imagined::{Rollout, advantages};
use crate::predictor::kappa::Kappa;
use crate::predictor::measured_bias::in_file;
use crate::predictor::prediction::{Course, Prediction};
use crate::predictor::situation::Situations;
use crate::predictor::task::Task;
use crate::predictor::update::{add_fisher, add_push, entropy_push, logits, score_push, surrogate_weight};
use crate::predictor::weights::{Form, Weights};
use crate::predictor::{Predictor, PredictorError};
use crate::study::ppo::Ppo;
use std::sync::Arc;

/// How far it errs.
const KAPPA: Kappa = Kappa { relative: 14.0, pixel: 3.0 };

/// eta per learning rate: Adam moves each of the many weights by about the learning rate whatever the gradient is, and so a
/// logit by many times that, a plain step a strength by the gradient, which is well below 1 for advantages of deviation 1.
pub const SPEED: f64 = 100.0;
/// Advantages are not divided by their deviation where that is less than this part of the largest reward met: what is left when
/// all is learned is not blown up. It is a part, and no number of its own, since training divides whatever the
/// deviation is: in which unit rewards are counted says nothing about what it selects.
pub const LEAST_DEVIATION: f64 = 1e-3;

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    pub form: Form,
    pub critic: Critic,
    /// Per learning rate.
    pub speed: f64,
    pub budget: Budget,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { form: Form::Plain, critic: Critic::Facts, speed: SPEED, budget: Budget::default() }
    }
}

/// The predictor, with the biases that the file gives, measured where it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ShardDynamics {
    pub settings: Settings,
}

impl Predictor for ShardDynamics {
    fn name(&self) -> &str {
        "shard dynamics"
    }

    fn summary(&self) -> &str {
        "the training objective itself, run on the policy that the rules alone make up"
    }

    fn version(&self) -> u32 {
        2
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        let courses = shard_courses(task, &in_file(task)?, &self.settings)?;
        foretold(task, &courses, KAPPA.of(&task.study))
    }

    fn expected_update(&self, process: &Finite, bias: &[f64], strengths: &[f64], critic: &[f64]) -> Option<Vec<f64>> {
        Some(expected_update(process, bias, strengths, critic))
    }
}

/// The course of the strengths in every training of the study, per imagined seed. `biases` has one number above 0 per
/// rule.
///
/// # Errors
/// If the world of a training has no level.
pub fn shard_courses(task: &Task, biases: &[f64], settings: &Settings) -> Result<Vec<Vec<Course>>, PredictorError> {
    let fresh = |biases: &[f64]| ShardLearner::new(task, biases, settings);
    courses(task, biases, &settings.budget, fresh)
}

/// bias x gradient, what one plain step adds to each strength per rate, in expectation.
pub fn expected_update(process: &Finite, bias: &[f64], strengths: &[f64], critic: &[f64]) -> Vec<f64> {
    process.gradient(strengths, critic).iter().zip(bias).map(|(gradient, bias)| bias * gradient).collect()
}

/// Strengths with their critic.
#[derive(Clone, Debug)]
pub struct ShardLearner {
    weights: Weights,
    values: Values,
    speed: f64,
    /// Per training, what [`Weights::respond`] is told; empty where a step along a rule strengthens that rule alone.
    responses: Arc<Vec<Vec<Vec<f64>>>>,
}

impl ShardLearner {
    pub fn new(task: &Task, biases: &[f64], settings: &Settings) -> ShardLearner {
        let facts = Situations::of(&task.sight).count();
        ShardLearner {
            weights: Weights::new(biases, settings.form),
            values: Values::new(settings.critic, facts),
            speed: settings.speed,
            responses: Arc::default(),
        }
    }

    /// The same, begun at these strengths; the product form begins where it always does.
    pub fn starting_at(mut self, strengths: &[f64]) -> ShardLearner {
        self.weights = self.weights.starting_at(strengths);
        self
    }

    /// The same, whose steps along rules strengthen others too: see [`Weights::respond`], per training.
    pub fn responding(self, responses: Arc<Vec<Vec<Vec<f64>>>>) -> ShardLearner {
        ShardLearner { responses, ..self }
    }

    /// One gradient step on every `parts`-th step of the rollout, from this one on.
    fn step(
        &mut self,
        rollout: &Rollout,
        advantages: &[f64],
        settings: &Ppo,
        (part, parts): (usize, usize),
        rate: f64,
    ) {
        let strengths = self.weights.strengths();
        let mut gradient = vec![0.0; strengths.len()];
        let mut fisher = vec![0.0; if self.weights.is_natural() { strengths.len().pow(2) } else { 0 }];
        let mut count = 0.0;
        for index in (part..advantages.len()).step_by(parts) {
            let sets = rollout.states.sets(index);
            let z = logits(strengths, sets);
            let p = softmax(z);
            let action = usize::from(rollout.actions[index]);
            let weight = surrogate_weight(p[action] / rollout.probabilities[index], advantages[index], settings.clip);
            let mut push = score_push(&p, action, weight);
            if settings.entropy > 0.0 {
                let entropy = entropy_push(&p, &z);
                push.iter_mut().zip(entropy).for_each(|(push, entropy)| *push += settings.entropy * entropy);
            }
            add_push(&mut gradient, sets, &push);
            if !fisher.is_empty() {
                add_fisher(&mut fisher, sets, &p, 1.0);
            }
            count += 1.0;
        }
        gradient.iter_mut().chain(&mut fisher).for_each(|sum| *sum /= count);
        self.weights.step(&gradient, &fisher, rate);
    }
}

impl Learner for ShardLearner {
    fn strengths(&self) -> &[f64] {
        self.weights.strengths()
    }

    fn begin(&mut self, training: usize) {
        if let Some(responses) = self.responses.get(training) {
            self.weights.respond(responses.clone());
        }
    }

    fn learn(&mut self, rollout: &Rollout, settings: &Ppo, plan: &Plan, rate: f64) {
        let values = self.values.of(&rollout.states, rollout.actions.len());
        let last = self.values.of(&rollout.last, rollout.last.count());
        let steps = (&rollout.rewards[..], &rollout.next[..]);
        let mut advantages = advantages(steps, &values, &last, settings.discount, settings.lambda);
        let returns: Vec<f64> = advantages.iter().zip(&values).map(|(advantage, value)| advantage + value).collect();
        standardise(&mut advantages, LEAST_DEVIATION * rollout.largest_reward);
        let rate = self.speed * rate * plan.scale;
        for _ in 0..plan.passes {
            for part in 0..plan.parts {
                self.step(rollout, &advantages, settings, (part, plan.parts), rate);
            }
            self.values.learn(&rollout.states, &returns);
        }
    }
}

/// Centres advantages, and divides them by their deviation unless that is 0 or below `least`.
fn standardise(advantages: &mut [f64], least: f64) {
    let n = advantages.len() as f64;
    let mean = advantages.iter().sum::<f64>() / n;
    advantages.iter_mut().for_each(|advantage| *advantage -= mean);
    let deviation = (advantages.iter().map(|advantage| advantage * advantage).sum::<f64>() / n).sqrt();
    if deviation > 0.0 && deviation >= least {
        advantages.iter_mut().for_each(|advantage| *advantage /= deviation);
    }
}

#[cfg(test)]
mod tests {
    use super::standardise;

    #[test]
    fn advantages_that_hardly_differ_are_centred_alone() {
        let mut wide = [1.0, 3.0];
        standardise(&mut wide, 1e-3);
        assert_eq!(wide, [-1.0, 1.0]);
        let mut narrow = [0.0, 2e-4];
        standardise(&mut narrow, 1e-3);
        assert_eq!(narrow, [-1e-4, 1e-4]);
        standardise(&mut narrow, 1e-7);
        assert_eq!(narrow, [-1.0, 1.0]);
        let mut none = [0.0; 4];
        standardise(&mut none, 0.0);
        assert_eq!(none, [0.0; 4]);
    }
}
