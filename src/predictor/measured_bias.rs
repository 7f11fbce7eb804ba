//! Measured bias: how fast the architecture learns each rule by itself.
//!
//! A fresh network of the study's own architecture is trained on z = phi_h(s, .); the bias of h is 1 / (gradient steps until
//! half of phi_h is explained on states that the network is not trained on), with the geometric mean of the steps over
//! a few networks. Where half is not explained within the steps that are tried, the bias is 1 over these, an upper
//! bound. A rule that fires nowhere has none.
//!
//! The states are drawn as those of the probe bank are, from another seed: half from a random policy in the worlds that are
//! trained in, half so that rules disagree. On the former alone, rules that training cannot tell apart would be
//! learned equally fast, since they would be one rule.
//!
//! In predictors biases are divided by their geometric mean over the rules that fire in training, rules that are alike
//! counted once, and by how many are alike, so that listing a rule twice changes no other rule.

use crate::heuristic::rule::{Bias, Heuristic};
use crate::predictor::finite::Finite;
use crate::predictor::fits::{Plan, States, copies, firsts, fits};
use crate::predictor::foretold::foretold;
use crate::predictor::kappa::Kappa;
use crate::predictor::prediction::Prediction;
use crate::predictor::shard_dynamics::{Settings, expected_update, shard_courses};
use crate::predictor::task::Task;
use crate::predictor::{Exemption, Predictor, PredictorError};
use crate::selection::bank::Bank;
use crate::training::supervised::{Looks, Point, steps_until};

/// How far it errs.
const KAPPA: Kappa = Kappa { relative: 14.0, pixel: 5.0 };

/// The part of a rule that has to be explained.
pub const PART: f64 = 0.5;
/// Gradient steps that are tried.
pub const STEPS: usize = 400;
/// Networks per rule; fewer where they are large.
const NETWORKS: u64 = 3;
/// States that are drawn, as those of a bank; a fifth of them is kept from the networks.
const STATES: usize = 2500;

/// Shard dynamics with the measured bias of every rule, whatever the file says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeasuredBias {
    pub settings: Settings,
}

impl Predictor for MeasuredBias {
    fn name(&self) -> &str {
        "measured bias"
    }

    fn summary(&self) -> &str {
        "shard dynamics, each rule as fast as fresh networks learn it by itself"
    }

    fn version(&self) -> u32 {
        2
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        foretold(task, &shard_courses(task, &biases(task)?, &self.settings)?, KAPPA.of(&task.study))
    }

    fn expected_update(&self, process: &Finite, bias: &[f64], strengths: &[f64], critic: &[f64]) -> Option<Vec<f64>> {
        Some(expected_update(process, bias, strengths, critic))
    }

    fn exemptions(&self) -> Vec<Exemption> {
        vec![
            Exemption { law: "divided bias", reason: "it measures biases, whatever numbers there are" },
            Exemption {
                law: "mirror",
                reason: "a network's first weights have no mirror image among those that are drawn",
            },
        ]
    }
}

/// How fresh networks learn the rules of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Learning {
    /// One per rule.
    pub rules: Vec<Learned>,
}

/// How fresh networks learn one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// The share in [0, 1] of the states of a random policy in training in which it fires.
    pub fires: f64,
    /// The rule that it recommends the same as in every state, the first of these; itself where there is none before it.
    pub first: usize,
    /// The learning curve of each network; none for a rule that fires nowhere.
    pub curves: Vec<Vec<Point>>,
    /// Per network, the gradient steps until half is explained; nothing where [`STEPS`] were too few.
    pub half: Vec<Option<f64>>,
}

impl Learned {
    /// The geometric mean over the networks of the steps until half is explained, [`STEPS`] standing for what is more;
    /// nothing for a rule that fires nowhere.
    pub fn steps(&self) -> Option<f64> {
        let logs = self.half.iter().map(|half| half.unwrap_or(STEPS as f64).ln());
        (!self.half.is_empty()).then(|| (logs.sum::<f64>() / self.half.len() as f64).exp())
    }

    /// 1 over the steps.
    pub fn bias(&self) -> Option<f64> {
        self.steps().map(|steps| 1.0 / steps)
    }
}

impl Learning {
    /// The geometric mean of the biases of the rules that fire in training, rules that are alike counted once; nothing if
    /// none fires.
    pub fn mean_bias(&self) -> Option<f64> {
        let counted = self.rules.iter().enumerate().filter(|(rule, own)| own.first == *rule && own.fires > 0.0);
        let mut logs: Vec<f64> = counted.filter_map(|(_, own)| own.bias()).map(f64::ln).collect();
        // In another order of the rules, the same sum to the last bit.
        logs.sort_by(f64::total_cmp);
        (!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / logs.len() as f64).exp())
    }

    /// The bias of a rule over the geometric mean; nothing for a rule that fires nowhere.
    pub fn relative(&self, rule: usize) -> Option<f64> {
        Some(self.rules[rule].bias()? / self.mean_bias()?)
    }
}

/// The measured bias of every rule over the geometric mean and over how many rules are alike: above 0, around 1. A rule that
/// fires nowhere gets 1, which strengthens nothing.
///
/// # Errors
/// If one of the worlds has no level, or a network finds no memory.
pub fn biases(task: &Task) -> Result<Vec<f64>, PredictorError> {
    let learning = task.learning()?;
    let copies = copies(&learning.rules.iter().map(|own| own.first).collect::<Vec<_>>());
    let of = |(rule, copies): (usize, usize)| learning.relative(rule).unwrap_or(1.0) / copies as f64;
    Ok(copies.into_iter().enumerate().map(of).collect())
}

/// The biases that training has by the file: the numbers in it, and where it says `measured`, the measured ones over their
/// geometric mean. Nothing is measured where it says so nowhere.
///
/// # Errors
/// As for [`biases`].
pub fn in_file(task: &Task) -> Result<Vec<f64>, PredictorError> {
    let heuristics = &task.study.heuristics;
    let asked = heuristics.iter().any(|heuristic| heuristic.bias == Bias::Measured);
    let measured = if asked { biases(task)? } else { vec![1.0; heuristics.len()] };
    let of = |(heuristic, measured): (&Heuristic, f64)| match heuristic.bias {
        Bias::Given(bias) => bias,
        Bias::Measured => measured,
    };
    Ok(heuristics.iter().zip(measured).map(of).collect())
}

/// Trains the networks, for [`STEPS`] unless `looks` end it before: from [`PART`] on the biases are the same.
///
/// # Errors
/// If one of the worlds has no level, or a network finds no memory.
pub fn learning(task: &Task, looks: Looks) -> Result<Learning, PredictorError> {
    let seed = task.seed.child("measured bias", &[]);
    let drawn = Bank::of_size(STATES, &task.study, &task.sight, &task.rules, seed);
    let bank = drawn.map_err(|error| PredictorError::Level(error.source))?;
    let plan = Plan {
        agent: &task.study.agent,
        bits: task.sight.bits(),
        networks: NETWORKS,
        worlds: 1,
        steps: STEPS,
        learning_rate: task.study.train.learning_rate,
        looks,
        threads: task.threads,
        seed,
    };
    let states = States { observations: &bank.observations, features: &bank.features };
    let fitted = fits(&plan, &states, |network| network.curve)?;
    let walks = bank.walks.iter().map(|walk| walk.end).max().unwrap_or(0);
    let fires = |rule: usize| {
        let fires = (0..walks).filter(|&state| !bank.features.row(state)[rule].is_empty()).count();
        fires as f64 / walks.max(1) as f64
    };
    let first = firsts(&bank.features);
    let learned = |(rule, curves): (usize, Vec<Vec<Point>>)| {
        let half = curves.iter().map(|curve| steps_until(curve, PART)).collect();
        Learned { fires: fires(rule), first: first[rule], curves, half }
    };
    Ok(Learning { rules: fitted.into_iter().enumerate().map(learned).collect() })
}
