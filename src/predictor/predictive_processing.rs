//! Predictive processing: heuristics are beliefs that an outcome will follow.
//!
//! To each rule h belongs a belief m_h, how much more than otherwise is to follow when its advice is taken; m_0 is what is
//! to follow in any case. All are 0 at first. When action a_t is taken in state s_t, the outcome that is expected is
//!
//! y_t = m_0 + sum over h with a_t in A_h(s_t) of m_h,
//!
//! and before it was taken, the mean of that over what pi_w would do, e_t = sum over a of pi_w(a|s_t) y_t(a). A step later
//! the expectation is confirmed or fails: the surprise is delta_t = r_t + discount x y_{t+1} - y_t. It updates every belief
//! that had a part in the expectation, and the actions that led there, back to the start of the episode, where a step
//! k earlier counts (discount x lambda)^k. With S_t = sum over k of (discount x lambda)^k delta_{t+k}, all the surprise
//! that comes after step t, y_t + S_t is the outcome as it turned out, and
//!
//! m_h += a x mean over t of bias_h x 1[a_t in A_h(s_t)] x S_t / (1 + sum of the biases of all rules followed at t),
//!
//! w_h += eta x bias_h x mean over t of P x (y_t + S_t - e_t) x d log pi_w(a_t|s_t) / d w_h,
//!
//! m_0 as if it were a rule of bias 1 that is always followed. P, the precision, weighs surprises by how reliable they are:
//! 1 over their deviation in the rollout, or 1 where that is as small as in
//! [shard dynamics](crate::predictor::shard_dynamics), which has the same eta. At the end of a rollout and where an episode is
//! cut, what is expected is e.
//!
//! Over what pi_w does, the mean of y_{t+1} is e_{t+1}, and so that of y_t + S_t - e_t is the generalised advantage of
//! a_t with e as the critic. So it is shard dynamics with the beliefs themselves in place of a critic, without clip and
//! entropy bonus: as rules are all that it knows, its critic is a sum over rules. Beliefs that
//! share an expectation compete for it, as in the model of Rescorla and Wagner; what is expected already teaches nothing
//! more, and so what is learned first blocks the rest.
//!
//! Why actions are measured against e_t, not y_t: with y_t, an action that does what it is believed to do is not
//! strengthened any more, and what beliefs that only add up leave unexplained decides. So tried, rules that earn nothing
//! won over those that do in most of the shipped studies.
//!
//! Sources: Rescorla and Wagner 1972, "A theory of Pavlovian conditioning"; Sutton and Barto 2018, chapter 12 (traces);
//! Friston 2010, "The free-energy principle" (precision).

use crate::heuristic::policy::softmax;
use crate::predictor::budget::Plan;
use crate::predictor::courses::{Budget, Learner, courses};
use crate::predictor::finite::Finite;
use crate::predictor::foretold::foretold;
use crate::predictor::imagined::{Rollout, advantages};
use crate::predictor::kappa::Kappa;
use crate::predictor::measured_bias::in_file;
use crate::predictor::prediction::Prediction;
use crate::predictor::shard_dynamics::{LEAST_DEVIATION, SPEED};
use crate::predictor::task::Task;
use crate::predictor::update::{add_score, logits, over_sets};
use crate::predictor::weights::{Form, Weights};
use crate::predictor::{Exemption, Predictor, PredictorError};
use crate::study::ppo::Ppo;
use crate::world::action::{ACTIONS, ActionSet};

/// How far it errs.
const KAPPA: Kappa = Kappa { relative: 7.0, pixel: 3.0 };

/// How much of a surprise beliefs take up in an update of one gradient step; at most all of it.
const OPENNESS: f64 = 0.05;

/// The predictor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PredictiveProcessing {
    pub budget: Budget,
}

impl Predictor for PredictiveProcessing {
    fn name(&self) -> &str {
        "predictive processing"
    }

    fn summary(&self) -> &str {
        "rules are beliefs about outcomes, and surprise updates them and the actions that led there"
    }

    fn version(&self) -> u32 {
        2
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        foretold(task, &courses(task, &in_file(task)?, &self.budget, Believer::new)?, KAPPA.of(&task.study))
    }

    /// As it begins, believing nothing: what it expects comes of its beliefs, and no critic takes their place.
    fn expected_update(&self, process: &Finite, bias: &[f64], strengths: &[f64], _: &[f64]) -> Option<Vec<f64>> {
        Some(Believer::new(bias).starting_at(strengths).expected_update(process))
    }

    fn exemptions(&self) -> Vec<Exemption> {
        let beliefs = "what it expects is a sum of beliefs in rules, which no exact critic takes the place of";
        vec![Exemption { law: "shaping", reason: beliefs }]
    }
}

/// Strengths and beliefs.
#[derive(Clone, Debug)]
pub struct Believer {
    weights: Weights,
    biases: Vec<f64>,
    /// Per rule, in units of the return.
    beliefs: Vec<f64>,
    /// What is to follow in any case.
    ground: f64,
}

impl Believer {
    pub fn new(biases: &[f64]) -> Believer {
        Believer {
            weights: Weights::new(biases, Form::Plain),
            biases: biases.to_vec(),
            beliefs: vec![0.0; biases.len()],
            ground: 0.0,
        }
    }

    /// The same, begun at these strengths.
    pub fn starting_at(mut self, strengths: &[f64]) -> Believer {
        self.weights = self.weights.starting_at(strengths);
        self
    }

    /// The expected change of each strength per rate, with a precision of 1.
    pub fn expected_update(&self, process: &Finite) -> Vec<f64> {
        let strengths = self.weights.strengths();
        let expected = |state: usize| self.on_average(&process.states[state].sets, &process.policy(state, strengths));
        let critic: Vec<f64> = (0..process.states.len()).map(expected).collect();
        process.gradient(strengths, &critic).iter().zip(&self.biases).map(|(gradient, bias)| bias * gradient).collect()
    }

    /// What is expected of an action.
    fn expects(&self, sets: &[ActionSet], action: usize) -> f64 {
        followed(sets, action).map(|rule| self.beliefs[rule]).fold(self.ground, |sum, belief| sum + belief)
    }

    /// What is expected before an action is taken, in a state in which the rules recommend these.
    pub fn expects_on_average(&self, sets: &[ActionSet]) -> f64 {
        self.on_average(sets, &softmax(logits(self.weights.strengths(), sets)))
    }

    /// The same where the actions have these probabilities.
    fn on_average(&self, sets: &[ActionSet], p: &[f64; ACTIONS]) -> f64 {
        let of = over_sets(p);
        let parts = sets.iter().zip(&self.beliefs).map(|(set, belief)| of[usize::from(set.0)] * belief);
        parts.fold(self.ground, |sum, part| sum + part)
    }
}

/// The rules that recommend an action.
fn followed(sets: &[ActionSet], action: usize) -> impl Iterator<Item = usize> {
    sets.iter().enumerate().filter(move |(_, set)| set.contains(action)).map(|(rule, _)| rule)
}

impl Learner for Believer {
    fn strengths(&self) -> &[f64] {
        self.weights.strengths()
    }

    fn learn(&mut self, rollout: &Rollout, settings: &Ppo, plan: &Plan, rate: f64) {
        let n = rollout.actions.len();
        let action = |t: usize| usize::from(rollout.actions[t]);
        let expected: Vec<f64> = (0..n).map(|t| self.expects(rollout.states.sets(t), action(t))).collect();
        let last = (0..rollout.last.count()).map(|index| self.expects_on_average(rollout.last.sets(index)));
        let last: Vec<f64> = last.collect();
        let steps = (&rollout.rewards[..], &rollout.next[..]);
        let surprise = advantages(steps, &expected, &last, settings.discount, settings.lambda);
        let before = |t: usize| self.expects_on_average(rollout.states.sets(t));
        let news: Vec<f64> = (0..n).map(|t| expected[t] + surprise[t] - before(t)).collect();
        let mean = news.iter().sum::<f64>() / n as f64;
        let deviation = (news.iter().map(|news| (news - mean).powi(2)).sum::<f64>() / n as f64).sqrt();
        let least = LEAST_DEVIATION * rollout.largest_reward;
        let precision = if deviation > 0.0 && deviation >= least { 1.0 / deviation } else { 1.0 };

        let mut gradient = vec![0.0; self.biases.len()];
        let (mut beliefs, mut ground) = (vec![0.0; self.biases.len()], 0.0);
        for (t, surprise) in surprise.iter().enumerate() {
            let sets = rollout.states.sets(t);
            let p = softmax(logits(self.weights.strengths(), sets));
            add_score(&mut gradient, sets, &p, action(t), precision * news[t]);
            let salience = followed(sets, action(t)).fold(1.0, |sum, rule| sum + self.biases[rule]);
            ground += surprise / salience;
            followed(sets, action(t)).for_each(|rule| beliefs[rule] += self.biases[rule] * surprise / salience);
        }
        let gradient_steps = (plan.passes * plan.parts) as f64 * plan.scale;
        gradient.iter_mut().for_each(|sum| *sum /= n as f64);
        self.weights.step(&gradient, &[], SPEED * rate * gradient_steps);
        let taken_up = (OPENNESS * gradient_steps).min(1.0) / n as f64;
        self.ground += taken_up * ground;
        self.beliefs.iter_mut().zip(beliefs).for_each(|(belief, sum)| *belief += taken_up * sum);
    }
}
