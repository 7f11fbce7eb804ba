//! What each component of a result depends on, as hashes.

use crate::experiment::setup::Setup;
use crate::outcome::{Ids, SCHEMA};
use crate::study::Study;
use crate::world::sight::Sight;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Raised whenever the same settings train another network.
const TRAINING_VERSION: u32 = 1;
/// Raised whenever the same network is measured differently.
const MEASUREMENT_VERSION: u32 = 3;
/// Raised whenever the same measurement is scored differently.
const SCORING_VERSION: u32 = 1;

/// SHA-256 of the JSON of a value, in hexadecimal.
fn hash(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let digest = Sha256::digest(serde_json::to_vec(value)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// For each training of a study, the hash of all that it depends on for any seed: the key of its networks in the store.
///
/// That of a phase which goes on from another holds the other's key. One that trains fresh networks has the key of any
/// training with its world, agent and settings: the networks are the same.
///
/// Heuristics, forecasts and the number of seeds are not in it, so that editing them does not train again. The
/// observation is: a scenario with a new look or a larger grid changes what every network sees.
pub fn training_keys(study: &Study, sight: &Sight) -> Result<Vec<String>, serde_json::Error> {
    let trainings = study.trainings();
    let mut keys = vec![String::new(); trainings.len()];
    for index in study.training_order() {
        let training = trainings[index];
        let mut settings = training.train.clone();
        settings.seeds = 0;
        let own = (TRAINING_VERSION, "ppo", settings, training.agent, training.world, sight);
        keys[index] = match training.after.and_then(|from| keys.get(from)) {
            None => hash(&own)?,
            Some(from) => hash(&(own, from))?,
        };
    }
    Ok(keys)
}

/// The identities of a run; `prediction` is the hash of the study as written.
pub fn ids(setup: &Setup, prediction: &str) -> Result<Ids, serde_json::Error> {
    let study = setup.study;
    let scenarios: Vec<_> =
        study.scenarios.iter().map(|scenario| (&scenario.name, &scenario.world, &scenario.over_phases)).collect();
    let phases: Vec<_> = study.phases.iter().map(|phase| (&phase.name, phase.after, &phase.world)).collect();
    let rules: Vec<_> = study.heuristics.iter().map(|rule| (&rule.condition, &rule.recommendation)).collect();
    let forecasts: Vec<_> = study.forecasts.iter().map(|forecast| &forecast.statement).collect();
    let prediction = prediction.to_string();
    let world = hash(&(&study.world, &scenarios, &phases, &setup.sight))?;
    let training = hash(&(training_keys(study, &setup.sight)?, study.train.seeds))?;
    let asked: Vec<_> = setup.arenas.iter().flatten().map(|arena| (arena.indices(&[]), &arena.behaviours)).collect();
    let measurement = hash(&(MEASUREMENT_VERSION, &rules, asked))?;
    let scoring = hash(&(SCORING_VERSION, &forecasts))?;
    let version = env!("CARGO_PKG_VERSION");
    let run = hash(&(SCHEMA, version, &prediction, &world, &training, &measurement, &scoring))?;
    Ok(Ids { run, prediction, world, training, measurement, scoring })
}
