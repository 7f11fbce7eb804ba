//! Mix: what training makes of the strengths that shard dynamics forecasts, when the study's own architecture has to
//! represent the rules.
//!
//! f_h is a fresh network of that architecture after [`STEPS`] gradient steps of regression on phi_h(s, .), in states of a random
//! policy in the world of the training: where training cannot tell two rules apart, it is the same network for both. With
//! the strengths w of shard dynamics the logits are forecast to be z = sum_h w_h f_h, and z is measured on the probe bank
//! as any network is: a sum of networks is a network, with their units side by side and w in its last layer. What is
//! gained in a phase is represented by networks that learned in the world of the phase, on top of what was there before.
//!
//! So mix knows what the architecture can represent, how it generalises from what training shows, and in which rules
//! that is seen.

use crate::attribution::contribution::centred;
use crate::behaviour::arena::Arena;
use crate::heuristic::policy::softmax;
use crate::network::forward::logits;
use crate::network::parameters::Parameters;
use crate::predictor::budget::work;
use crate::predictor::fits::{Plan, States, fits};
use crate::predictor::foretold::{DRAWS, foretold};
use crate::predictor::kappa::Kappa;
use crate::predictor::measured_bias::in_file;
use crate::predictor::prediction::{Course, Prediction, Topic};
use crate::predictor::shard_dynamics::{Settings, shard_courses};
use crate::predictor::task::Task;
use crate::predictor::{Exemption, Predictor, PredictorError};
use crate::seed::Seed;
use crate::selection::bank::{Bank, visited};
use crate::selection::behavioural;
use crate::selection::features::fisher_weights;
use crate::selection::identifiability::identify;
use crate::selection::strength;
use crate::training::supervised::{Fitted, Looks};
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use faer::Mat;
use rand::RngExt;
use std::sync::Arc;

/// How far it errs.
const KAPPA: Kappa = Kappa { relative: 20.0, pixel: 20.0 };

/// Gradient steps of each network: few, and rules leak into one another; many, and the architecture has no say. On the studies
/// that predictors are tuned on, the skill of mean shares with relative and pixel views was .70 and .92 after 100 steps, .82
/// and .94 after 250, .79 and .96 after 400, .77 and .97 after 700.
const STEPS: usize = 300;
/// Networks per rule, fewer where they are large: imagined seeds take turns with them.
const NETWORKS: u64 = 4;
/// States of a random policy that are drawn in the world of a training; a fifth of them stays unused.
const STATES: usize = 2500;
/// In the worlds of all trainings together.
const ALL_STATES: usize = 4 * STATES;
/// Never fewer in one world.
const LEAST_STATES: usize = 250;

/// The predictor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mix {
    /// Of shard dynamics.
    pub settings: Settings,
}

impl Predictor for Mix {
    fn name(&self) -> &str {
        "mix"
    }

    fn summary(&self) -> &str {
        "the strengths of shard dynamics, as networks of the study's architecture would represent them"
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        let courses = shard_courses(task, &in_file(task)?, &self.settings)?;
        let mixture = Mixture::new(task)?;
        let measured = |(seed, own): (usize, &Vec<Course>)| -> Vec<Course> {
            (0..own.len()).map(|training| mixture.measured(own, training, seed)).collect()
        };
        let mixed = courses.iter().enumerate().map(measured).collect();
        let mut prediction = foretold(task, mixed, KAPPA.of(&task.study))?;
        let draws = prediction.draws.chunks_mut(DRAWS as usize);
        for ((seed, own), draws) in courses.iter().enumerate().zip(draws) {
            for training in 0..own.len() {
                let explained = mixture.explained(own, training, seed);
                draws.iter_mut().for_each(|draw| draw.trainings[training].explained = explained);
            }
        }
        // A policy that is uniform has nothing to be explained, and the silence gives its reason.
        let silent = prediction.draws.iter().flat_map(|draw| &draw.trainings).any(|after| after.explained.is_none());
        prediction.silences.retain(|silence| silent || silence.topic != Topic::Explained);
        for silence in prediction.silences.iter_mut().filter(|silence| silence.topic == Topic::Explained) {
            silence.reason = "where no strength is other than 0 there is nothing to explain".to_string();
        }
        Ok(prediction)
    }

    fn exemptions(&self) -> Vec<Exemption> {
        let update = "its strengths are measured on networks, which have no update of their own";
        let weights = "a network's first weights have no mirror image among those that are drawn";
        let seen = "networks that learned other rules may do what it recommends";
        let ridge = "the ridge of the fit of strengths depends on the rules that are listed";
        [
            ("divided bias", ridge),
            ("never fires", seen),
            ("mirror", weights),
            ("bias", update),
            ("sign", update),
            ("shaping", update),
        ]
        .map(|(law, reason)| Exemption { law, reason })
        .to_vec()
    }
}

/// A network that learned a rule, on the probe bank.
#[derive(Clone)]
struct Represented {
    /// One row per state of the bank.
    logits: Vec<[f32; ACTIONS]>,
    /// The bias of the output: no unit contributes it.
    bias: [f32; ACTIONS],
}

/// The networks of one training: per rule, then one per seed; none for a rule that never fires in its world.
type Repertoire = Vec<Vec<Represented>>;

/// The rules as networks represent them after each training, in the order of the trainings.
pub struct Mixture<'a> {
    task: &'a Task,
    bank: &'a Bank,
    /// The identified directions.
    basis: Mat<f64>,
    repertoires: Vec<Arc<Repertoire>>,
}

impl<'a> Mixture<'a> {
    /// Trains the networks.
    ///
    /// # Errors
    /// If a world has no level, or a network finds no memory.
    pub fn new(task: &'a Task) -> Result<Mixture<'a>, PredictorError> {
        let bank = task.bank()?;
        let basis = identify(&bank.features.uniform_gram()).basis;
        let trainings = task.study.trainings();
        // For each training the first whose networks are the same.
        let same = |one: usize, other: usize| {
            let (one, other) = (trainings[one], trainings[other]);
            one.world == other.world && one.agent == other.agent && one.train.learning_rate == other.train.learning_rate
        };
        let firsts: Vec<usize> =
            (0..trainings.len()).map(|own| (0..own).find(|&other| same(other, own)).unwrap_or(own)).collect();
        let worlds = firsts.iter().enumerate().filter(|(own, first)| own == *first).count();
        let mut repertoires: Vec<Arc<Repertoire>> = Vec::new();
        for (own, &first) in firsts.iter().enumerate() {
            let known = repertoires.get(first).cloned();
            repertoires.push(match known {
                Some(known) => known,
                None => Arc::new(repertoire(task, bank, own, worlds)?),
            });
        }
        Ok(Mixture { task, bank, basis, repertoires })
    }

    /// The strengths that would be measured along a training, per entry of `course` and rule. `finals` holds the forecast
    /// course of every training in one imagined seed, of which this is the one with this index.
    pub fn measured(&self, courses: &[Course], training: usize, seed: usize) -> Course {
        let before = self.before(courses, training, seed);
        let course = &courses[training];
        let start = course.strengths.first();
        let at = |strengths: &Vec<f64>| {
            let mut sum = before.clone();
            sum.add(&self.repertoires[training], seed, strengths, start);
            self.strengths(&sum)
        };
        Course { steps: course.steps.clone(), strengths: course.strengths.iter().map(at).collect() }
    }

    /// The part of the policy that all rules would be measured to explain after a training, at most 1; nothing where it is
    /// uniform.
    pub fn explained(&self, courses: &[Course], training: usize, seed: usize) -> Option<f64> {
        let mut sum = self.before(courses, training, seed);
        let course = &courses[training];
        if let Some(last) = course.strengths.last() {
            sum.add(&self.repertoires[training], seed, last, course.strengths.first());
        }
        let policy: Vec<[f64; ACTIONS]> = sum.logits.iter().map(|row| softmax(*row)).collect();
        behavioural::fit(&self.bank.features, &policy).explained
    }

    /// What the networks are before a training.
    fn before(&self, courses: &[Course], training: usize, seed: usize) -> Sum {
        let mut sum = Sum::zero(self.bank.probes.len());
        let lineage = self.task.study.lineage(training);
        for &earlier in lineage.iter().take_while(|&&earlier| earlier != training) {
            let course = &courses[earlier];
            if let Some(last) = course.strengths.last() {
                sum.add(&self.repertoires[earlier], seed, last, course.strengths.first());
            }
        }
        sum
    }

    fn strengths(&self, sum: &Sum) -> Vec<f64> {
        let logits: Vec<[f32; ACTIONS]> = sum.logits.iter().map(|row| row.map(|z| z as f32)).collect();
        let bias = centred(sum.bias);
        let contributed = |row: &[f64; ACTIONS]| {
            let row = centred(*row);
            std::array::from_fn(|action| row[action] - bias[action])
        };
        let contributions: Vec<[f64; ACTIONS]> = sum.logits.iter().map(contributed).collect();
        strength::total(&self.bank.features, &fisher_weights(&logits), &contributions, &self.basis)
    }
}

/// A sum of networks on the bank.
#[derive(Clone)]
struct Sum {
    logits: Vec<[f64; ACTIONS]>,
    bias: [f64; ACTIONS],
}

impl Sum {
    fn zero(states: usize) -> Sum {
        Sum { logits: vec![[0.0; ACTIONS]; states], bias: [0.0; ACTIONS] }
    }

    /// Adds each rule's network times its strength less that in `start`.
    fn add(&mut self, repertoire: &Repertoire, seed: usize, strengths: &[f64], start: Option<&Vec<f64>>) {
        for (rule, networks) in repertoire.iter().enumerate().filter(|(_, networks)| !networks.is_empty()) {
            let network = &networks[seed % networks.len()];
            let gained = strengths[rule] - start.map_or(0.0, |start| start[rule]);
            let add = |sum: &mut [f64; ACTIONS], row: &[f32; ACTIONS]| {
                sum.iter_mut().zip(row).for_each(|(sum, z)| *sum += gained * f64::from(*z));
            };
            self.logits.iter_mut().zip(&network.logits).for_each(|(sum, row)| add(sum, row));
            add(&mut self.bias, &network.bias);
        }
    }
}

/// `worlds` is how many of them there are.
fn repertoire(task: &Task, bank: &Bank, training: usize, worlds: usize) -> Result<Repertoire, PredictorError> {
    let own = task.study.training(training);
    let seed = task.seed.child("mix", &[]);
    let walked =
        walked(task, training, STATES.min(ALL_STATES / worlds / work(own.world) as usize).max(LEAST_STATES), seed)?;
    let states = States { observations: &walked.observations, features: &walked.features };
    let plan = Plan {
        agent: own.agent,
        bits: task.sight.bits(),
        networks: NETWORKS,
        worlds,
        steps: STEPS,
        learning_rate: own.train.learning_rate,
        looks: Looks::Last,
        seed,
    };
    let represented = |network: Fitted| represented(&network.parameters, &bank.observations);
    let found = fits(&plan, &states, represented)?;
    let all: Option<Repertoire> = found.into_iter().map(|networks| networks.into_iter().collect()).collect();
    all.ok_or_else(|| {
        let what = "no network learns a rule at this learning rate, since its outputs are no longer finite";
        PredictorError::Other(format!("after {}, {what}; try a lower `learning rate`", own.name))
    })
}

/// States that a random policy visits in the world of a training, the same for every training in this world.
fn walked(task: &Task, training: usize, states: usize, seed: Seed) -> Result<Bank, PredictorError> {
    let Arena { engine, .. } = task.own_arena(training);
    let order = engine.actions();
    let mut random = seed.stream("walks", &[]);
    let walk = visited(&Arc::new(engine.clone()), states, seed.child("states", &[]), &mut |_, actions| {
        actions.fill_with(|| order[usize::from(random.random_range(0..ACTIONS as u8))] as u8);
    })?;
    Ok(Bank::of(walk, &task.rules))
}

/// Nothing where the outputs are not finite.
fn represented(parameters: &Parameters, observations: &LitRows) -> Option<Represented> {
    let logits = logits(parameters, observations);
    let bias = std::array::from_fn(|action| parameters.policy.bias[action]);
    logits.iter().flatten().all(|z| z.is_finite()).then_some(Represented { logits, bias })
}
