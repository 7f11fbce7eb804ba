//! Imagined seeds: a learner trained on pi_w alone through every training of a study, and the course of its strengths.

use crate::heuristic::evaluate::Rule;
use crate::parallel::side_by_side;
use crate::predictor::PredictorError;
use crate::predictor::budget::{Plan, steps_in};
use crate::predictor::imagined::{Imagined, Rollout};
use crate::predictor::prediction::Course;
use crate::predictor::task::Task;
use crate::study::ppo::Ppo;
use std::cmp::Ordering;

/// What learns from what pi_w does.
pub trait Learner: Clone + Send + Sync {
    /// Logits, one per rule.
    fn strengths(&self) -> &[f64];

    /// A training begins, the one with this index, after the one that it goes on from.
    fn begin(&mut self, _training: usize) {}

    /// One update. `rate` is the learning rate of the study at this point.
    fn learn(&mut self, rollout: &Rollout, settings: &Ppo, plan: &Plan, rate: f64);
}

/// How much is imagined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Imagined seeds, at least 1.
    pub seeds: usize,
    /// Steps of a training in each of them at most.
    pub steps: u64,
    /// Steps of all trainings together in each of them, at most.
    pub all_steps: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { seeds: 4, steps: 100_000, all_steps: 400_000 }
    }
}

/// The course of the strengths in every training of the study, per imagined seed. `biases` has one number above 0 per
/// rule; `fresh` makes a learner of rules with these biases, in the order that it is given.
///
/// Rules are simulated in an order of their own, which depends on what they say and on their biases alone, so that their
/// order in the file permutes the answer to the last bit. The number of threads changes nothing either.
///
/// # Errors
/// If the world of a training has no level.
pub fn courses<L: Learner>(
    task: &Task,
    biases: &[f64],
    budget: &Budget,
    fresh: impl Fn(&[f64]) -> L,
) -> Result<Vec<Vec<Course>>, PredictorError> {
    let order = order(&task.rules, biases);
    let fresh = fresh(&order.iter().map(|&rule| biases[rule]).collect::<Vec<_>>());
    let imagine = |seed| imagine(task, &order, &fresh, budget, seed as u64);
    side_by_side(task.threads, budget.seeds.max(1), imagine)?.into_iter().collect()
}

/// The indices of the rules in the order in which they are simulated.
pub fn order(rules: &[Rule], biases: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rules.len()).collect();
    // No number in a rule is NaN.
    let by_content = |a: usize, b: usize| rules[a].partial_cmp(&rules[b]).unwrap_or(Ordering::Equal);
    order.sort_by(|&a, &b| by_content(a, b).then(biases[a].total_cmp(&biases[b])));
    order
}

/// One imagined seed.
fn imagine<L: Learner>(
    task: &Task,
    order: &[usize],
    fresh: &L,
    budget: &Budget,
    seed: u64,
) -> Result<Vec<Course>, PredictorError> {
    let trainings = task.study.trainings();
    let ordinary = budget.steps.min(budget.all_steps / trainings.len() as u64);
    let rules: Vec<&Rule> = order.iter().map(|&rule| &task.rules[rule]).collect();
    let mut learners: Vec<L> = trainings.iter().map(|_| fresh.clone()).collect();
    let mut courses = vec![Course::default(); trainings.len()];
    for training in task.study.training_order() {
        let settings = trainings[training].train;
        let plan = Plan::of(settings, steps_in(trainings[training].world, ordinary)?);
        // As in training, how many trainings came before counts, not which of the phases this is.
        let root = task.seed.child("imagined seed", &[seed, task.study.depth(training) as u64]);
        let mut imagined = Imagined::new(rules.clone(), &task.own_arena(training).engine, &plan, root)?;
        let mut learner = trainings[training].after.map_or_else(|| fresh.clone(), |from| learners[from].clone());
        learner.begin(training);
        let course = &mut courses[training];
        let mut note = |step: u64, strengths: &[f64]| {
            let mut row = vec![0.0; strengths.len()];
            order.iter().zip(strengths).for_each(|(&rule, strength)| row[rule] = *strength);
            course.steps.push(step);
            course.strengths.push(row);
        };
        note(0, learner.strengths());
        for update in 0..plan.updates {
            let rollout = imagined.collect(learner.strengths())?;
            learner.learn(rollout, settings, &plan, settings.learning_rate * plan.rate(update));
            if let Some(step) = plan.point(update + 1) {
                note(step, learner.strengths());
            }
        }
        learners[training] = learner;
    }
    Ok(courses)
}
