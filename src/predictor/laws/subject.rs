//! Asking a predictor, guarded, and trying a law on cases until one breaks it.

use crate::predictor::guard::{Card, Failure, card, sensible, within};
use crate::predictor::laws::compare::Answer;
use crate::predictor::laws::config::Config;
use crate::predictor::laws::process::Update;
use crate::predictor::prediction::{After, Prediction};
use crate::predictor::task::Task;
use crate::predictor::{Predictor, PredictorError};
use crate::seed::Seed;
use crate::study::Study;
use proptest::strategy::Strategy;
use proptest::test_runner::{self, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use rand::Rng;
use std::cell::Cell;
use std::sync::Arc;

/// A predictor under a law.
pub struct Subject<'a> {
    pub predictor: &'a Arc<dyn Predictor>,
    pub config: &'a Config,
    /// The name of the law, from which the cases are drawn.
    pub law: &'a str,
    /// Whether it did not answer in time once: then it is asked no more, as it may never answer.
    pub stuck: &'a Cell<bool>,
}

/// A task and what was answered.
pub struct Answered {
    pub task: Arc<Task>,
    pub prediction: Prediction,
}

impl Answered {
    pub fn answer(&self) -> Answer<'_> {
        Answer { task: &self.task, prediction: &self.prediction }
    }
}

impl Subject<'_> {
    /// The forecast of a study, or what is wrong with it, a clause.
    pub fn predict(&self, study: &Study) -> Result<Answered, String> {
        self.answer(Arc::new(self.task(study)?))
    }

    /// The task that a study sets, with the [earlier](Config::earlier) studies of the configuration.
    pub fn task(&self, study: &Study) -> Result<Task, String> {
        Task::new(study, self.config.earlier.clone()).map_err(|error| format!("the study has {error}"))
    }

    /// The forecast of a task.
    pub fn answer(&self, task: Arc<Task>) -> Result<Answered, String> {
        let (predictor, own) = (Arc::clone(self.predictor), Arc::clone(&task));
        self.sensible(task, self.ask(move || predictor.predict(&own))?)
    }

    /// The same with so many threads of its own, in a rayon pool of so many.
    pub fn answer_among(&self, threads: usize, mut task: Task) -> Result<Answered, String> {
        task.threads = threads;
        let task = Arc::new(task);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| format!("no pool of {threads} threads: {error}"))?;
        let (predictor, own) = (Arc::clone(self.predictor), Arc::clone(&task));
        self.sensible(task, self.ask(move || pool.install(|| predictor.predict(&own)))?)
    }

    fn sensible(&self, task: Arc<Task>, answer: Result<Prediction, PredictorError>) -> Result<Answered, String> {
        let prediction = answer.map_err(|error| format!("it refuses a study that is in order: {error}"))?;
        match sensible(&prediction, &task) {
            Ok(()) => Ok(Answered { task, prediction }),
            Err(what) => Err(format!("its answer is none: {what}")),
        }
    }

    /// The expected update at these strengths; it must have one.
    pub fn update(&self, given: &Update, critic: &[f64]) -> Result<Vec<f64>, String> {
        let missing = "it gives no expected update: give one, or declare that the law does not apply, with the reason";
        self.optional_update(given, critic)?.ok_or_else(|| missing.to_string())
    }

    /// The expected update, if it has one.
    pub fn optional_update(&self, given: &Update, critic: &[f64]) -> Result<Option<Vec<f64>>, String> {
        let (predictor, own, critic) = (Arc::clone(self.predictor), given.clone(), critic.to_vec());
        let update = self.ask(move || predictor.expected_update(&own.process, &own.bias, &own.strengths, &critic))?;
        let rules = given.process.rules();
        match update {
            Some(update) if update.len() != rules => {
                Err(format!("its expected update has {} numbers, and {rules} are needed", update.len()))
            }
            Some(update) if update.iter().any(|change| !change.is_finite()) => {
                Err(format!("its expected update is {update:?}"))
            }
            update => Ok(update),
        }
    }

    fn ask<T: Send + 'static>(&self, ask: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
        within("is asked", self.config.limit, ask).map_err(|failure| self.failed(&failure))
    }

    /// Who it says that it is.
    pub fn card(&self) -> Result<Card, String> {
        card(self.predictor, self.config.limit).map_err(|failure| self.failed(&failure))
    }

    fn failed(&self, failure: &Failure) -> String {
        self.stuck.set(self.stuck.get() || matches!(failure, Failure::TooLong(_)));
        failure.to_string()
    }

    /// Tries a law on as many cases as the configuration says, the same in every run. Of one that breaks it the smallest
    /// that was found is shown, with what is wrong there.
    pub fn for_all<S: Strategy>(
        &self,
        cases: S,
        show: impl Fn(&S::Value) -> String,
        test: impl Fn(&S::Value) -> Result<(), String>,
    ) -> Result<(), String> {
        let settings = test_runner::Config {
            cases: self.config.cases,
            max_shrink_iters: self.config.shrinks,
            failure_persistence: None,
            ..test_runner::Config::default()
        };
        let mut seed = [0; 32];
        Seed(self.config.seed).stream(self.law, &[]).fill_bytes(&mut seed);
        let mut runner = TestRunner::new_with_rng(settings, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        let outcome = runner.run(&cases, |case| {
            // Nothing simpler is looked for once it is stuck.
            if self.stuck.get() {
                return Ok(());
            }
            test(&case).map_err(TestCaseError::fail)
        });
        match outcome {
            Ok(()) => Ok(()),
            Err(TestError::Fail(reason, case)) => {
                Err(format!("{}\nThe simplest case found:\n{}", reason.message(), show(&case)))
            }
            Err(TestError::Abort(reason)) => Err(format!("no cases could be drawn: {}", reason.message())),
        }
    }
}

/// What is forecast after each training of each draw, with the numbers of both.
pub fn afters(prediction: &Prediction) -> impl Iterator<Item = (usize, usize, &After)> {
    let draws = prediction.draws.iter().enumerate();
    draws.flat_map(|(draw, all)| all.trainings.iter().enumerate().map(move |(training, after)| (draw, training, after)))
}
