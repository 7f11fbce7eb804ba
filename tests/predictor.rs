//! Predictors as the program runs them: one that misbehaves is named and ends nothing.

use shardbed::language::read;
use shardbed::predictor::guard::{Failure, guarded};
use shardbed::predictor::prediction::Prediction;
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
    guarded(&predictor, &task, Duration::from_millis(500)).err()
}

fn of(task: &Task, shares: Vec<f64>) -> Prediction {
    Prediction::of_shares(&task.study, shares, 10.0, "the test needs no more")
}

#[test]
fn what_is_in_order_passes() {
    assert!(failure(Uniform).is_none());
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
            "it did not answer within 500ms",
        ),
    ];
    for (answer, message) in cases {
        assert_eq!(failure(Told(answer)).map(|failure| failure.to_string()).as_deref(), Some(message));
    }
}
