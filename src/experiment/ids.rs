//! What each component of a result depends on, as hashes.

use crate::digest::hex;
use crate::experiment::setup::Setup;
use crate::outcome::{Ids, SCHEMA};
use crate::study::Study;
use crate::training::learner::Gradients;
use crate::world::sight::Sight;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Raised whenever the same settings train another network.
const TRAINING_VERSION: u32 = 2;
/// Raised whenever the same network is measured differently.
const MEASUREMENT_VERSION: u32 = 4;
/// Raised whenever the same measurement is scored differently.
const SCORING_VERSION: u32 = 5;

/// SHA-256 of the JSON of a value, in hexadecimal.
pub fn hash(value: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(hex(&Sha256::digest(serde_json::to_vec(value)?)))
}

/// For each training of a study, the hash of all that it depends on for any seed: the key of its networks in the store.
///
/// That of a phase which goes on from another holds the other's key. One that trains fresh networks has the key of any
/// training with its world, agent and settings: the networks are the same.
///
/// How derivatives are computed is in it, since the bits depend on that. Heuristics, forecasts, claims and the number of seeds are
/// not, so that editing them does not train again. The observation is: a scenario with a new look or a larger grid changes
/// what every network sees.
pub fn training_keys(study: &Study, sight: &Sight, gradients: Gradients) -> Result<Vec<String>, serde_json::Error> {
    let trainings = study.trainings();
    let mut keys = vec![String::new(); trainings.len()];
    for index in study.training_order() {
        let training = trainings[index];
        let mut settings = training.train.clone();
        settings.seeds = 0;
        let algorithm = match gradients {
            Gradients::Fused => "ppo",
            Gradients::Tape => "ppo on the tape",
        };
        let own = (TRAINING_VERSION, algorithm, settings, training.agent, training.world, sight);
        keys[index] = match training.after.and_then(|from| keys.get(from)) {
            None => hash(&own)?,
            Some(from) => hash(&(own, from))?,
        };
    }
    Ok(keys)
}

/// The identity of all trainings of a study together.
pub fn training_id(keys: &[String], seeds: u32) -> Result<String, serde_json::Error> {
    hash(&(keys, seeds))
}

/// The identities of a run; `prediction` is the hash of the study as written.
///
/// `given` is the hash of the predictors that are scored and of all that they were told beside the study. What other
/// studies the store holds is part of that, so one file has runs of different names in stores with different histories.
pub fn ids(setup: &Setup, prediction: &str, given: &str) -> Result<Ids, serde_json::Error> {
    let study = setup.study;
    let scenarios: Vec<_> =
        study.scenarios.iter().map(|scenario| (&scenario.name, &scenario.world, &scenario.over_phases)).collect();
    let phases: Vec<_> = study.phases.iter().map(|phase| (&phase.name, phase.after, &phase.world)).collect();
    let rules: Vec<_> = study.heuristics.iter().map(|rule| (&rule.condition, &rule.recommendation)).collect();
    let forecasts: Vec<_> = study.forecasts.iter().map(|forecast| &forecast.statement).collect();
    let prediction = prediction.to_string();
    let world = hash(&(&study.world, &scenarios, &phases, &setup.sight))?;
    let training = training_id(&training_keys(study, &setup.sight, setup.gradients)?, study.train.seeds)?;
    let asked: Vec<_> = setup.arenas.iter().flatten().map(|arena| (arena.indices(&[]), &arena.behaviours)).collect();
    // Not what solvers are called: only which heuristics are one state, and how many are learned.
    let solvers = (study.states().of_heuristic, study.learned_solvers);
    let measurement = hash(&(MEASUREMENT_VERSION, &rules, solvers, asked))?;
    let claims: Vec<_> = study.claims.iter().map(|claim| (&claim.confirm, &claim.refute)).collect();
    let scoring = hash(&(SCORING_VERSION, &forecasts, &claims, given))?;
    let version = env!("CARGO_PKG_VERSION");
    let run = hash(&(SCHEMA, version, &prediction, &world, &training, &measurement, &scoring))?;
    Ok(Ids { run, prediction, world, training, measurement, scoring })
}

#[cfg(test)]
mod tests {
    use super::ids;
    use crate::experiment::setup::Setup;
    use crate::language::canonical::canonical_hash;
    use crate::language::read;
    use crate::outcome::Ids;

    /// Of a study with these solvers.
    fn of(solvers: &str) -> Ids {
        let file = format!(
            "edition 1\nworld alcove {{ layout room 3x3; object cheese {{ reward +1 }} }}\nstudy one {{\n on alcove\n agent mlp(8)\n \
             heuristic to_cheese {{ if cheese visible then move toward cheese }}\n \
             heuristic go_north {{ if always then move north }}\n heuristic go_east {{ if always then move east }}\n \
             {solvers}\n}}\n"
        );
        let studies = read(&file).unwrap_or_else(|findings| panic!("{findings:?}")).studies;
        let study = studies.first().expect("a study");
        ids(&Setup::new(study).expect("a possible world"), &canonical_hash(study), "nothing").expect("serialises")
    }

    #[test]
    fn which_rules_are_one_solver_decides_what_is_measured_and_names_do_not() {
        let all = |solvers: &[&str]| solvers.iter().map(|solvers| of(solvers)).collect::<Vec<Ids>>();
        let measured = all(&[
            "",
            "solver walls = go_north, go_east",
            "solver food = to_cheese",
            "solver walls = go_north, go_east\n solver food = to_cheese",
            "solvers learned 2",
            "solvers learned 3",
        ]);
        for (i, one) in measured.iter().enumerate() {
            for other in &measured[..i] {
                assert_ne!((&one.measurement, &one.run), (&other.measurement, &other.run));
                assert_ne!(one.measurement, other.measurement);
                assert_eq!((&one.training, &one.scoring), (&other.training, &other.scoring));
            }
        }
        let renamed = of("/// What keeps it there.\n solver border = go_north, go_east");
        assert_eq!(renamed.measurement, measured[1].measurement);
        assert_ne!(renamed.run, measured[1].run);
    }
    #[test]
    fn a_claim_is_scored_and_trains_nothing() {
        let claim = |bound: &str| {
            of(&format!(
                "claim one \"it counts\" {{ confirm share(to_cheese) > {bound} at 95%; refute share(to_cheese) < 20% at 95% }}"
            ))
        };
        let [none, one, other] = [of(""), claim("20%"), claim("30%")];
        for [a, b] in [[&none, &one], [&one, &other]] {
            assert_eq!((&a.training, &a.measurement, &a.world), (&b.training, &b.measurement, &b.world));
            assert_ne!(a.scoring, b.scoring);
            assert_ne!(a.prediction, b.prediction);
        }
        // What it compares is measured.
        let asks = of(
            "claim one \"it is there\" { confirm time(at edge(west)) > 20% at 95%; refute time(at edge(west)) < 20% at 95% }",
        );
        assert_ne!(asks.measurement, none.measurement);
        assert_eq!(asks.training, none.training);
    }
}
