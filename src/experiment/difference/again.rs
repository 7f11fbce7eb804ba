//! Stored networks measured and scored again, which tells apart what made two outcomes differ.
//!
//! Between outcomes a and b lie up to three others: a's study on a's networks, by this program; b's study on a's networks;
//! and b's study on b's networks. Each differs from the one before it in one thing: what the program measures and scores,
//! what the prediction asks, the world and the training, and once more the program. A number was moved by the step on which
//! it moved most. Predictors are not asked again.

use crate::behaviour::arena::compiled;
use crate::experiment::assemble::assemble;
use crate::experiment::difference::compare::trained_alike;
use crate::experiment::difference::leaves::{Leaf, Leaves, leaves};
use crate::experiment::error::ExperimentError;
use crate::experiment::measure::Measurement;
use crate::experiment::observer::Observer;
use crate::experiment::predictors::forecasters;
use crate::experiment::replay::{ReplayError, study};
use crate::experiment::setup::Setup;
use crate::experiment::train::Trained;
use crate::experiment::{Options, Source, measure_all};
use crate::outcome::Outcome;
use crate::outcome::difference::{Again, Component, Difference};
use crate::store::Store;
use crate::study::Study;
use crate::study::phase::Training;
use crate::study::ppo::Ppo;

/// What lies between two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// What is measured and scored, by another version of the program.
    Program,
    Prediction,
    /// World and training.
    Networks,
    /// Everything that could not be taken apart.
    Mixed,
}

/// What made networks differ.
const TRAINING: &str = "training";
const WORLD: &str = "world";
/// Both may have.
const EITHER: &str = "world or training";

/// An outcome on the way from one to the other.
struct Stage {
    leaves: Leaves,
    /// How it came from the one before.
    step: Step,
}

/// Writes into a comparison which component moved each number, as far as hashes and the networks in the store tell. What
/// cannot be measured again is noted.
pub fn explain(
    difference: &mut Difference,
    (a, b): (&Outcome, &Outcome),
    store: Option<&Store>,
    options: Options,
    observer: &dyn Observer,
) {
    let differing: Vec<String> =
        difference.components.iter().filter(|own| own.differs()).map(|own| own.name.clone()).collect();
    let mut networks = if a.ids.world == b.ids.world { TRAINING } else { EITHER };
    let found = match store {
        // Where one component alone differs, its hash says so.
        Some(store) if differing.len() > 1 => stages(difference, (a, b), store, options, observer, &mut networks),
        _ => Ok(Vec::new()),
    };
    let stages = found.unwrap_or_else(|error| {
        difference.again.push(Again {
            what: format!("the stored networks could not be measured again: {error}"),
            tells: Vec::new(),
        });
        Vec::new()
    });
    // The hash says what was to be trained, and not on what.
    let retrained = a.ids.training == b.ids.training && a.seeds == b.seeds && !trained_alike(a, b);
    let measured: Vec<bool> = stages.windows(2).map(measured_moved).collect();
    for number in &mut difference.numbers {
        let told = because(&stages, &measured, &number.name, networks);
        number.because = told.or_else(|| by_hash(&difference.components, retrained, &number.name, networks));
    }
}

/// The outcomes between `a` and `b`, these first and last; none where nothing could be measured again.
fn stages(
    difference: &mut Difference,
    (a, b): (&Outcome, &Outcome),
    store: &Store,
    options: Options,
    observer: &dyn Observer,
    networks: &mut &'static str,
) -> Result<Vec<Stage>, ExperimentError> {
    let mut stages = vec![Stage { leaves: leaves(a)?, step: Step::Mixed }];
    let note = |difference: &mut Difference, what: String, tells: &[&str]| {
        difference.again.push(Again { what, tells: tells.iter().map(|name| name.to_string()).collect() });
    };
    let measured = |study: &Study, of: &Outcome| again(study, of, store, options, observer);
    let (one, other) = (replayed(store, a, "a", difference)?, replayed(store, b, "b", difference)?);
    if let (Some(one), Some(other)) = (&one, &other) {
        *networks = made_by(one, other);
    }
    let mut step = Step::Mixed;
    if let Some(one) = &one {
        match measured(one, a)? {
            Some(outcome) => {
                note(
                    difference,
                    "the networks of a were measured and scored by this program".to_string(),
                    &["measurement", "scoring"],
                );
                stages.push(Stage { leaves: leaves(&outcome)?, step: Step::Program });
                step = Step::Prediction;
            }
            None => note(difference, lost("a"), &[]),
        }
    }
    if let (Some(one), Some(other), Step::Prediction, false) = (&one, &other, step, difference.same_networks) {
        step = Step::Mixed;
        match crossed(one, other).map(|crossed| measured(&crossed, a)).transpose()?.flatten() {
            Some(outcome) => {
                note(difference, "the networks of a were asked what b asks".to_string(), &["prediction"]);
                stages.push(Stage { leaves: leaves(&outcome)?, step: Step::Prediction });
                step = Step::Networks;
            }
            None => note(
                difference,
                "the networks of a cannot be asked what b asks, since they see another world".to_string(),
                &[],
            ),
        }
    }
    if let Some(other) = &other {
        match measured(other, b)? {
            Some(outcome) => {
                note(
                    difference,
                    "the networks of b were measured and scored by this program".to_string(),
                    &["measurement", "scoring"],
                );
                stages.push(Stage { leaves: leaves(&outcome)?, step });
                step = Step::Program;
            }
            None => {
                // Then what this program would measure of them is not known either.
                step = if b.version == env!("CARGO_PKG_VERSION") { step } else { Step::Mixed };
                note(difference, lost("b"), &[]);
            }
        }
    }
    if stages.len() == 1 {
        return Ok(Vec::new());
    }
    stages.push(Stage { leaves: leaves(b)?, step });
    Ok(stages)
}

/// Where networks are not those of a side.
fn lost(side: &str) -> String {
    format!(
        "the store does not have all networks of {side}, does not tell which they are, or has those of another kind of processor"
    )
}

/// The study of an outcome as it was run, if the store has it; why not is noted.
fn replayed(
    store: &Store,
    outcome: &Outcome,
    side: &str,
    difference: &mut Difference,
) -> Result<Option<Study>, ExperimentError> {
    match study(store, outcome) {
        Ok(study) => Ok(Some(study)),
        Err(ReplayError::Store(error)) => Err(error.into()),
        Err(_) => {
            let what = format!("the store has no study of {side} that this program can read");
            difference.again.push(Again { what, tells: Vec::new() });
            Ok(None)
        }
    }
}

/// A study on the networks of an outcome, measured and scored; nothing where the store does not have them all, or others under
/// the same hash.
fn again(
    study: &Study,
    of: &Outcome,
    store: &Store,
    options: Options,
    observer: &dyn Observer,
) -> Result<Option<Outcome>, ExperimentError> {
    let mut study = study.clone();
    study.train.seeds = (of.seeds.len() + of.failed.len()) as u32;
    let setup = Setup::new(&study)?;
    let Some(trained) = Trained::stored(&setup, of, store)? else { return Ok(None) };
    observer.stage("measuring");
    let said = forecasters(&setup, &[], options.jobs, None)?;
    let measurement = Measurement::prepare(&setup)?;
    let measured = measure_all(&setup, &measurement, &trained, options.jobs, store, observer)?;
    let source = Source { file: of.study.file.clone(), prediction: of.ids.prediction.clone(), sealing: None };
    let outcome = assemble(&setup, &source, &trained, &measurement, &measured, &said)?;
    Ok(Some(outcome).filter(|outcome| trained_alike(outcome, of)))
}

/// What `asking` asks, of networks that were trained as `trained` says; nothing where phases do not correspond, or the worlds
/// that are asked about show what the networks do not see.
fn crossed(trained: &Study, asking: &Study) -> Option<Study> {
    let names = |study: &Study| study.phases.iter().map(|phase| phase.name.clone()).collect::<Vec<_>>();
    let crossed = (names(trained) == names(asking)).then(|| Study {
        world_name: trained.world_name.clone(),
        world: trained.world.clone(),
        agent: trained.agent.clone(),
        train: trained.train.clone(),
        phases: trained.phases.clone(),
        ..asking.clone()
    })?;
    (compiled(&crossed).0 == compiled(trained).0).then_some(crossed)
}

/// What made the networks of two studies differ: the worlds that they are trained in, or how.
fn made_by(one: &Study, other: &Study) -> &'static str {
    let worlds = |study: &Study| study.trainings().into_iter().map(|own| own.world.clone()).collect::<Vec<_>>();
    let how = |study: &Study| {
        let own = |training: Training| {
            let train = Ppo { seeds: 0, ..training.train.clone() };
            (training.agent.clone(), train, training.after)
        };
        study.trainings().into_iter().map(own).collect::<Vec<_>>()
    };
    match (worlds(one) == worlds(other), how(one) == how(other)) {
        (true, _) => TRAINING,
        (false, true) => WORLD,
        (false, false) => EITHER,
    }
}

/// The component of the step on which a number moved most; nothing where a stage does not have it. `measured` says of each
/// step whether anything that is measured moved.
fn because(stages: &[Stage], measured: &[bool], name: &str, networks: &str) -> Option<String> {
    let value = |stage: &Stage| match stage.leaves.get(name)? {
        Leaf::Measured(measured) => measured.mean,
        Leaf::Number(number) => Some(*number),
        Leaf::Text(_) | Leaf::List(_) => None,
    };
    let mut most: Option<(f64, Step, bool)> = None;
    for (pair, &measured) in stages.windows(2).zip(measured) {
        let moved = (value(&pair[1])? - value(&pair[0])?).abs();
        if most.is_none_or(|(largest, ..)| moved > largest) {
            most = Some((moved, pair[1].step, measured));
        }
    }
    let (moved, step, measured) = most?;
    let told = match step {
        Step::Program if is_score(name) && !measured => "scoring",
        Step::Program => "measurement",
        // What is asked in a scenario is asked in a world that is laid over the study's.
        Step::Prediction if networks != TRAINING && name.contains("scenarios / ") => networks,
        Step::Prediction => "prediction",
        Step::Networks => networks,
        Step::Mixed => return None,
    };
    (moved > 0.0).then(|| told.to_string())
}

/// Whether a number says how good a forecast is.
fn is_score(name: &str) -> bool {
    let parts: Vec<&str> = name.split(" / ").collect();
    parts.first() == Some(&"verdict") || parts.contains(&"scores") || parts.contains(&"squared_error")
}

/// Whether anything that was measured differs between two stages.
fn measured_moved(pair: &[Stage]) -> bool {
    let is_measured = |(name, leaf): &(&String, &Leaf)| matches!(leaf, Leaf::Measured(_)) && !is_score(name);
    !pair[0].leaves.iter().filter(is_measured).eq(pair[1].leaves.iter().filter(is_measured))
}

/// Whether a number is one that the file states, which nothing else can move.
fn states(name: &str) -> bool {
    const STATED: &[&str] = &["probability", "low", "high", "concentration", "constant", "level"];
    let parts: Vec<&str> = name.split(" / ").collect();
    let by_author = matches!(parts.first(), Some(&"forecasts" | &"claims")) && !parts.contains(&"predictors");
    by_author && parts.last().is_some_and(|last| STATED.contains(last))
}

/// What the hashes alone say: the one component that can have moved a number, if there is only one.
fn by_hash(components: &[Component], retrained: bool, name: &str, networks: &str) -> Option<String> {
    let differs = |wanted: &str| {
        let hash = || components.iter().any(|own| own.name == wanted && own.differs());
        hash() || retrained && wanted == TRAINING
    };
    if states(name) && differs("prediction") {
        return Some("prediction".to_string());
    }
    let first = ["world", "training", "measurement", "scoring"].into_iter().filter(|own| differs(own));
    // A world is part of what is trained, and what is trained or asked is part of all that follows from it.
    let mut suspects: Vec<&str> = first.filter(|own| *own != "training" || !differs("world")).collect();
    if !is_score(name) && !name.split(" / ").any(|part| part == "predictors") {
        suspects.retain(|own| *own != "scoring");
    }
    match suspects[..] {
        // Nobody changed the program, so the file did.
        ["measurement" | "scoring"] if differs("prediction") && !differs("version") => Some("prediction".to_string()),
        ["world"] => Some(networks.to_string()),
        [only] => Some(only.to_string()),
        [] if differs("prediction") => Some("prediction".to_string()),
        _ => None,
    }
}
