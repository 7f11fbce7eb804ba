//! Predictors as the program runs them: one that misbehaves is named and ends nothing.

use shardbed::language::read;
use shardbed::predictor::guard::{Failure, card, guarded};
use shardbed::predictor::laws::config::Config;
use shardbed::predictor::laws::{Verdict, check};
use shardbed::predictor::prediction::{Chain, Course, InWorld, Prediction};
use shardbed::predictor::task::Task;
use shardbed::predictor::uniform::Uniform;
use shardbed::predictor::{Predictor, PredictorError};
use std::sync::Arc;
use std::time::Duration;

const STUDY: &str = "edition 1\nworld alcove { layout room 3x3; object cheese { reward +1 } }\nstudy one {\n on alcove\n \
                     agent mlp(8)\n heuristic to_cheese { if cheese visible then move toward cheese }\n \
                     heuristic go_north { if always then move north }\n}\n";

/// What a predictor is told to answer.
type Answer = fn(&Task) -> Prediction;

/// Answers whatever it is told to.
struct Told(Answer);

impl Predictor for Told {
    fn name(&self) -> &str {
        "told"
    }

    fn summary(&self) -> &str {
        "answers what it is told to"
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        Ok((self.0)(task))
    }
}

fn failure(predictor: impl Predictor + 'static) -> Option<Failure> {
    let study = read(STUDY).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    let task = Arc::new(Task::new(&study, Vec::new()).expect("a possible world"));
    let predictor: Arc<dyn Predictor> = Arc::new(predictor);
    guarded(&predictor, &task, Duration::from_secs(3)).err()
}

fn of(task: &Task, shares: Vec<f64>) -> Prediction {
    Prediction::of_shares(&task.study, shares, 10.0, "the test needs no more")
}

#[test]
fn what_is_in_order_passes() {
    assert!(failure(Uniform).is_none());
}

/// A chain with one cycle.
fn with_cycle(task: &Task, cycle: Vec<usize>, testable: bool) -> Prediction {
    let chain = Chain {
        rows: vec![None; 3],
        returns: vec![None; 2],
        testable: vec![true, false, testable],
        cycles: vec![cycle],
    };
    let own = || InWorld { behaviours: None, chain: Some(chain.clone()) };
    let mut prediction = of(task, vec![0.5, 0.5]);
    prediction.draws[0].trainings[0].worlds = task.arenas[0].iter().map(|_| own()).collect();
    prediction
}

/// A course with these steps.
fn with_course(task: &Task, steps: Vec<u64>) -> Prediction {
    let mut prediction = of(task, vec![0.5, 0.5]);
    let strengths = vec![vec![0.0; 2]; steps.len()];
    prediction.draws[0].trainings[0].course = Some(Course { steps, strengths });
    prediction
}

/// Does not know who it is.
struct Nameless;

impl Predictor for Nameless {
    fn name(&self) -> &str {
        panic!("who am I")
    }

    fn summary(&self) -> &str {
        "it has no name"
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        Ok(of(task, vec![0.5, 0.5]))
    }
}

#[test]
fn who_does_not_say_who_it_is_is_caught() {
    let predictor: Arc<dyn Predictor> = Arc::new(Nameless);
    let failed = card(&predictor, Duration::from_secs(20)).map_err(|failure| failure.to_string());
    assert_eq!(failed, Err("it panicked: who am I".to_string()));
    let uniform: Arc<dyn Predictor> = Arc::new(Uniform);
    let known = card(&uniform, Duration::from_secs(20)).expect("it has a name");
    assert_eq!((known.name.as_str(), known.exemptions), (uniform.name(), uniform.exemptions()));
    assert!(failure(Nameless).is_none(), "it is not asked for its name where it forecasts");
    let law = check(&predictor, &Config { cases: 1, ..Config::default() }).remove(0);
    assert_eq!(law.verdict, Verdict::Broken("it panicked: who am I".to_string()));
}

#[test]
fn what_cannot_be_measured_is_nonsense() {
    let cases: [(Answer, &str); 8] = [
        (|task| with_course(task, vec![]), "the steps of the course are [], and 0 to 507904 ascending are needed"),
        (
            |task| with_course(task, vec![0, 9]),
            "the steps of the course are [0, 9], and 0 to 507904 ascending are needed",
        ),
        (
            |task| with_course(task, vec![0, 9, 9, 507_904]),
            "the steps of the course are [0, 9, 9, 507904], and 0 to 507904 ascending are needed",
        ),
        (|task| with_cycle(task, vec![0, 2], true), "in training, the cycle [0, 2] holds what is none of 2 solvers"),
        (
            |task| with_cycle(task, vec![0, 0], true),
            "in training, the cycle [0, 0] is not of two solvers or more, each once",
        ),
        (
            |task| with_cycle(task, vec![1, 0], true),
            "in training, the cycle [1, 0] does not begin with its smallest solver",
        ),
        (
            |task| with_cycle(task, vec![0, 1], false),
            "in training, the cycle [0, 1] is of a length that could not be tested",
        ),
        (
            |task| {
                let mut prediction = of(task, vec![0.5, 0.5]);
                prediction.draws[0].trainings[0].explained = Some(1.5);
                prediction
            },
            "explained is 1.5, and a number of at most 1 is needed",
        ),
    ];
    for (answer, message) in cases {
        let said = failure(Told(answer)).map(|failure| failure.to_string());
        assert_eq!(said, Some(format!("its answer is none: after train, {message}")));
    }
    assert!(failure(Told(|task| with_cycle(task, vec![0, 1], true))).is_none());
    assert!(failure(Told(|task| with_course(task, vec![0, 9, 507_904]))).is_none());
}

#[test]
fn nonsense_panics_and_silence_are_named() {
    let cases: [(Answer, &str); 8] = [
        (
            |task| of(task, vec![f64::NAN, 1.0]),
            "its answer is none: after train, the shares hold NaN, which is not in [0, 1]",
        ),
        (|task| of(task, vec![0.5, 0.4]), "its answer is none: after train, the shares sum to 0.9, and 1 is needed"),
        (|task| of(task, vec![1.0]), "its answer is none: after train, it has 1 shares, and 2 are needed"),
        (
            |task| Prediction { kappa: Some(0.0), ..of(task, vec![0.5, 0.5]) },
            "its answer is none: kappa is 0, and a number above 0 is needed",
        ),
        (
            |task| Prediction { seeds: Some(2), ..of(task, vec![0.5, 0.5]) },
            "its answer is none: it has 1 draws, which are not as many for each of 2 seeds",
        ),
        (
            |task| Prediction { silences: Vec::new(), ..of(task, vec![0.5, 0.5]) },
            "its answer is none: it says nothing of strengths, and not why",
        ),
        (|_| panic!("out of {}", "ideas"), "it panicked: out of ideas"),
        (
            |task| {
                std::thread::sleep(Duration::from_secs(20));
                of(task, vec![0.5, 0.5])
            },
            "it did not answer within 3s",
        ),
    ];
    for (answer, message) in cases {
        assert_eq!(failure(Told(answer)).map(|failure| failure.to_string()).as_deref(), Some(message));
    }
}
