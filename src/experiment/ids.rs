//! What each component of a result depends on, as hashes.

use crate::experiment::quantities::Quantities;
use crate::experiment::setup::Setup;
use crate::outcome::{Ids, SCHEMA};
use crate::study::Study;
use crate::world::sight::Sight;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Raised whenever the same settings train another network.
const TRAINING_VERSION: u32 = 1;
/// Raised whenever the same network is measured differently.
const MEASUREMENT_VERSION: u32 = 1;
/// Raised whenever the same measurement is scored differently.
const SCORING_VERSION: u32 = 1;

/// SHA-256 of the JSON of a value, in hexadecimal.
fn hash(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let digest = Sha256::digest(serde_json::to_vec(value)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The hash of all that the training of any seed depends on: the key of networks in the store.
///
/// Heuristics, forecasts and the number of seeds are not in it, so that editing them does not train again. The
/// observation is: a scenario with a new look or a larger grid changes what every network sees.
pub fn training_key(study: &Study, sight: &Sight) -> Result<String, serde_json::Error> {
    let mut settings = study.train.clone();
    settings.seeds = 0;
    hash(&(TRAINING_VERSION, "ppo", settings, &study.agent, &study.world, sight))
}

/// The identities of a run; `prediction` is the hash of the study as written.
pub fn ids(setup: &Setup, prediction: &str, quantities: &[Quantities]) -> Result<Ids, serde_json::Error> {
    let study = setup.study;
    let scenarios: Vec<_> = study.scenarios.iter().map(|scenario| (&scenario.name, &scenario.world)).collect();
    let rules: Vec<_> = study.heuristics.iter().map(|rule| (&rule.condition, &rule.recommendation)).collect();
    let forecasts: Vec<_> = study.forecasts.iter().map(|forecast| &forecast.statement).collect();
    let prediction = prediction.to_string();
    let world = hash(&(&study.world, &scenarios, &setup.sight))?;
    let training = hash(&(training_key(study, &setup.sight)?, study.train.seeds))?;
    let asked: Vec<_> = quantities.iter().map(|quantities| &quantities.behaviours).collect();
    let measurement = hash(&(MEASUREMENT_VERSION, &rules, asked))?;
    let scoring = hash(&(SCORING_VERSION, &forecasts))?;
    let version = env!("CARGO_PKG_VERSION");
    let run = hash(&(SCHEMA, version, &prediction, &world, &training, &measurement, &scoring))?;
    Ok(Ids { run, prediction, world, training, measurement, scoring })
}
