//! Running a predictor so that nothing it does ends a run: one that panics, answers nonsense or never answers is named,
//! with the reason, and the others go on.

use crate::predictor::prediction::{After, Chain, Course, Draw, InWorld, Prediction, Selection, Topic};
use crate::predictor::task::Task;
use crate::predictor::{Exemption, Predictor, PredictorError};
use crate::study::Study;
use crate::training::ppo::whole_steps;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How long a predictor may take, unless told otherwise. It is there for one that hangs. Those of this program count their work
/// beforehand and need a minute at most, so that no clock decides what an outcome holds, however busy the machine is.
pub const LIMIT: Duration = Duration::from_secs(3600);
/// How far a sum of shares may be from 1.
const ROUNDING: f64 = 1e-6;

/// Why a predictor has no forecast that could be used.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Predictor(#[from] PredictorError),
    #[error("it panicked: {0}")]
    Panicked(String),
    #[error("it did not answer within {0:?}")]
    TooLong(Duration),
    #[error("its answer is none: {0}")]
    Nonsense(String),
    #[error("its thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// Runs a predictor on a thread of its own. One that does not answer within `limit` is left running, since no thread can
/// be stopped from without; it ends with the program.
pub fn guarded(predictor: &Arc<dyn Predictor>, task: &Arc<Task>, limit: Duration) -> Result<Prediction, Failure> {
    let (own, given) = (Arc::clone(predictor), Arc::clone(task));
    let prediction = within("is asked", limit, move || own.predict(&given))??;
    match sensible(&prediction, task) {
        Ok(()) => Ok(prediction),
        Err(what) => Err(Failure::Nonsense(what)),
    }
}

/// What a predictor says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub name: String,
    pub summary: String,
    pub version: u32,
    pub exemptions: Vec<Exemption>,
}

/// Asks a predictor who it is.
pub fn card(predictor: &Arc<dyn Predictor>, limit: Duration) -> Result<Card, Failure> {
    let own = Arc::clone(predictor);
    within("says who it is", limit, move || Card {
        name: own.name().to_string(),
        summary: own.summary().to_string(),
        version: own.version(),
        exemptions: own.exemptions(),
    })
}

/// What `ask` answers on a thread of its own; `what` is what the predictor does there. One that takes longer than `limit`
/// is left running.
pub fn within<T: Send + 'static>(
    what: &str,
    limit: Duration,
    ask: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let (sender, receiver) = channel();
    std::thread::Builder::new().name(format!("a predictor {what}")).spawn(move || {
        let answer = catch_unwind(AssertUnwindSafe(ask));
        // Nobody listens any more after the limit.
        let _ = sender.send(answer);
    })?;
    match receiver.recv_timeout(limit) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(panic)) => Err(Failure::Panicked(message(&*panic))),
        Err(RecvTimeoutError::Timeout) => Err(Failure::TooLong(limit)),
        Err(RecvTimeoutError::Disconnected) => Err(Failure::Panicked("without a word".to_string())),
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a word".to_string())
}

/// Whether every number of a prediction is one that could be measured; else what is not, a clause.
pub fn sensible(prediction: &Prediction, task: &Task) -> Result<(), String> {
    if prediction.draws.is_empty() {
        return Err("it has no draw".to_string());
    }
    let draws = prediction.draws.len();
    if let Some(seeds) = prediction.seeds.filter(|&seeds| seeds == 0 || !draws.is_multiple_of(seeds)) {
        return Err(format!("it has {draws} draws, which are not as many for each of {seeds} seeds"));
    }
    if let Some(kappa) = prediction.kappa.filter(|kappa| !(kappa.is_finite() && *kappa > 0.0)) {
        return Err(format!("kappa is {kappa}, and a number above 0 is needed"));
    }
    prediction.draws.iter().try_for_each(|draw| sensible_draw(prediction, draw, task))
}

fn sensible_draw(prediction: &Prediction, draw: &Draw, task: &Task) -> Result<(), String> {
    let trainings = task.arenas.len();
    if draw.trainings.len() != trainings {
        return Err(format!("a draw has {} trainings, and the study {trainings}", draw.trainings.len()));
    }
    for (training, after) in draw.trainings.iter().enumerate() {
        let own = sensible_after(after, task, training);
        own.map_err(|what| format!("after {}, {what}", task.study.training(training).name))?;
        unsaid(prediction, after, training)?;
    }
    Ok(())
}

/// What is not forecast must be named among the silences.
fn unsaid(prediction: &Prediction, after: &After, training: usize) -> Result<(), String> {
    if training > 0 && prediction.silence(Topic::Phases).is_some() {
        return Ok(());
    }
    let said = |world: fn(&InWorld) -> bool| !after.worlds.is_empty() && after.worlds.iter().all(world);
    let topics = [
        (Topic::Shares, after.selection.is_some()),
        (Topic::Strengths, after.strength.is_some()),
        (Topic::Selected, after.selected.is_some()),
        (Topic::Order, after.course.is_some()),
        (Topic::Causal, after.causal.is_some()),
        (Topic::Magnitude, after.magnitude.is_some()),
        (Topic::Reinforced, after.reinforced.is_some()),
        (Topic::Explained, after.explained.is_some()),
        (Topic::Behaviour, said(|world| world.behaviours.is_some())),
        (Topic::Transitions, said(|world| world.chain.is_some())),
        (Topic::Cycles, said(|world| world.chain.is_some())),
    ];
    match topics.iter().find(|(topic, said)| !said && prediction.silence(*topic).is_none()) {
        Some((topic, _)) => Err(format!("it says nothing of {}, and not why", topic.name())),
        None => Ok(()),
    }
}

fn sensible_after(after: &After, task: &Task, training: usize) -> Result<(), String> {
    let rules = task.rules.len();
    let study = &task.study;
    if let Some(Selection::Shares(shares)) = &after.selection {
        of_length("shares", shares.len(), rules)?;
        on_the_simplex(shares).map_err(|what| format!("the shares {what}"))?;
    }
    if let Some(strength) = &after.strength {
        of_length("strengths", strength.len(), rules)?;
        finite(study, "strength", strength)?;
    }
    for (what, numbers) in [("causal strengths", &after.causal), ("magnitudes", &after.magnitude)] {
        if let Some(numbers) = numbers {
            of_length(what, numbers.len(), rules)?;
            finite(study, what, &numbers.iter().map(|number| number.unwrap_or(0.0)).collect::<Vec<_>>())?;
        }
    }
    for (what, flags) in [("selected", &after.selected), ("reinforced", &after.reinforced)] {
        if let Some(flags) = flags {
            of_length(what, flags.len(), rules)?;
        }
    }
    if let Some(explained) =
        after.explained.filter(|explained| !(explained.is_finite() && *explained <= 1.0 + ROUNDING))
    {
        return Err(format!("explained is {explained}, and a number of at most 1 is needed"));
    }
    if let Some(course) = &after.course {
        sensible_course(course, task, training)?;
    }
    if after.worlds.is_empty() {
        return Ok(());
    }
    of_length("worlds", after.worlds.len(), task.arenas[training].len())?;
    let states = study.states().solvers() + 1;
    for (world, arena) in after.worlds.iter().zip(&task.arenas[training]) {
        let place = |what: String| format!("in {}, {what}", arena.name);
        if let Some(behaviours) = &world.behaviours {
            of_length("behaviours", behaviours.len(), arena.behaviours.len()).map_err(place)?;
            if behaviours.iter().any(|value| !value.is_finite()) {
                return Err(place("a behaviour is not finite".to_string()));
            }
        }
        if let Some(chain) = &world.chain {
            of_length("rows of the chain", chain.rows.len(), states).map_err(place)?;
            of_length("returns", chain.returns.len(), states - 1).map_err(place)?;
            for row in chain.rows.iter().flatten() {
                of_length("states of the chain", row.len(), states).map_err(place)?;
                on_the_simplex(row).map_err(|what| place(format!("a row {what}")))?;
            }
            if chain.returns.iter().flatten().any(|steps| !steps.is_finite()) {
                return Err(place("a return is not finite".to_string()));
            }
            of_length("lengths of cycles", chain.testable.len(), states).map_err(place)?;
            sensible_cycles(chain, states - 1).map_err(place)?;
        }
    }
    Ok(())
}

/// Steps ascend from 0 to all of the training.
fn sensible_course(course: &Course, task: &Task, training: usize) -> Result<(), String> {
    of_length("rows of the course", course.strengths.len(), course.steps.len())?;
    for row in &course.strengths {
        of_length("strengths in the course", row.len(), task.rules.len())?;
        finite(&task.study, "strength in the course", row)?;
    }
    let all = whole_steps(task.study.training(training).train);
    let from_first_to_last = (course.steps.first(), course.steps.last()) == (Some(&0), Some(&all));
    if !from_first_to_last || !course.steps.is_sorted_by(|step, next| step < next) {
        return Err(format!("the steps of the course are {:?}, and 0 to {all} ascending are needed", course.steps));
    }
    Ok(())
}

/// Each cycle is of two solvers or more, each of them once, the smallest first, and of a length that could be tested.
fn sensible_cycles(chain: &Chain, solvers: usize) -> Result<(), String> {
    for (index, cycle) in chain.cycles.iter().enumerate() {
        let wrong = |what: &str| Err(format!("the cycle {cycle:?} {what}"));
        if cycle.iter().any(|&state| state >= solvers) {
            return wrong(&format!("holds what is none of {solvers} solvers"));
        }
        if cycle.len() < 2 || (1..cycle.len()).any(|place| cycle[..place].contains(&cycle[place])) {
            return wrong("is not of two solvers or more, each once");
        }
        if cycle.iter().min() != cycle.first() {
            return wrong("does not begin with its smallest solver");
        }
        if chain.cycles[..index].contains(cycle) {
            return wrong("is there twice");
        }
        if !chain.testable[cycle.len()] {
            return wrong("is of a length that could not be tested");
        }
    }
    Ok(())
}

fn of_length(what: &str, found: usize, expected: usize) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("it has {found} {what}, and {expected} are needed")) }
}

fn finite(study: &Study, what: &str, numbers: &[f64]) -> Result<(), String> {
    match numbers.iter().position(|number| !number.is_finite()) {
        Some(h) => Err(format!("the {what} of {} is {}", study.heuristics[h].name, numbers[h])),
        None => Ok(()),
    }
}

fn on_the_simplex(shares: &[f64]) -> Result<(), String> {
    if let Some(share) = shares.iter().find(|share| !(0.0..=1.0 + ROUNDING).contains(*share)) {
        return Err(format!("hold {share}, which is not in [0, 1]"));
    }
    let sum: f64 = shares.iter().sum();
    if (sum - 1.0).abs() > ROUNDING { Err(format!("sum to {sum}, and 1 is needed")) } else { Ok(()) }
}
