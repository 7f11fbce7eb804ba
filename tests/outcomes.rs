//! Outcomes of whole experiments: a snapshot for every study that is shipped, and that the same study gives the same
//! bits whatever the number of threads and whatever is in the store.

#[path = "outcomes/chains.rs"]
mod chains;
#[path = "outcomes/judged.rs"]
mod judged;
#[path = "outcomes/near.rs"]
mod near;
#[expect(dead_code, reason = "the networks are not looked at")]
mod trained;

use crate::near::Near;
use insta::{Settings, assert_compact_json_snapshot, glob};
use shardbed::cli::{outcomes, snapshot};
use shardbed::experiment::observer::Silent;
use shardbed::experiment::{self, Options, Source};
use shardbed::language::canonical::canonical_hash;
use shardbed::language::read;
use shardbed::outcome::{Ids, Outcome};
use shardbed::predictor::Predictor;
use shardbed::predictor::uniform::Uniform;
use shardbed::report::terminal::{Style, terminal};
use shardbed::store::Store;
use shardbed::study::Study;
use shardbed::world::spec::Layout;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The studies of a file, as they are but for the seeds.
fn studies(path: &Path) -> Vec<Study> {
    let text = fs::read_to_string(path).expect("a prediction file");
    let mut studies = read(&text).unwrap_or_else(|findings| panic!("{}: {findings:?}", path.display())).studies;
    // Three, since the interval over two magnifies every difference thirteenfold.
    studies.iter_mut().for_each(|study| study.train.seeds = 3);
    studies
}

/// The same with a budget that is soon spent: what is tested is the way from a study to its outcome, and after so few
/// updates the rounding of another kind of processor has not grown.
fn shortened(path: &Path) -> Vec<Study> {
    let mut studies = studies(path);
    for study in &mut studies {
        for train in study.phases.iter_mut().map(|phase| &mut phase.train).chain([&mut study.train]) {
            (train.steps, train.environments, train.rollout) = (train.steps.min(8192), 32, 64);
        }
    }
    studies
}

fn source(study: &Study, file: &str) -> Source {
    Source { file: file.to_string(), prediction: canonical_hash(study), sealing: None }
}

/// A predictor that takes no time: what others say of these studies is in the snapshots of `tests/predictions.rs`.
fn cheap() -> Vec<Arc<dyn Predictor>> {
    vec![Arc::new(Uniform)]
}

fn run(study: &Study, path: &Path, jobs: usize, store: &Path) -> Outcome {
    run_in(study, path, jobs, &Store::open(store).expect("a store in a temporary folder"))
}

fn run_in(study: &Study, path: &Path, jobs: usize, store: &Store) -> Outcome {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    experiment::run(study, &source(study, &file), Options::jobs(jobs), &cheap(), store, &Silent)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn without_speed(mut outcome: Outcome) -> Outcome {
    let phases = outcome.phases.iter_mut().map(|phase| &mut phase.results);
    phases.chain([&mut outcome.results]).for_each(|results| results.training.steps_per_second = None);
    outcome
}

/// The speeds of all trainings.
fn speeds(outcome: &Outcome) -> Vec<Option<f64>> {
    let phases = outcome.phases.iter().map(|phase| &phase.results);
    [&outcome.results].into_iter().chain(phases).map(|results| results.training.steps_per_second).collect()
}

/// Without the speed.
fn bits(outcome: Outcome) -> String {
    serde_json::to_string(&without_speed(outcome)).expect("an outcome is JSON")
}

/// Without what says nothing about the result: the speed, and hashes, which every edit of a file moves; and without what
/// counts steps of a policy, or is decided by such counts, since the rounding of another kind of processor can move one.
fn result(outcome: Outcome) -> Outcome {
    let mut outcome = without_speed(outcome);
    let hash = || "[hash]".to_string();
    outcome.version = "[version]".to_string();
    outcome.ids =
        Ids { run: hash(), prediction: hash(), world: hash(), training: hash(), measurement: hash(), scoring: hash() };
    for reason in outcome.forecasts.iter_mut().filter_map(|forecast| forecast.inadmissible.as_mut()) {
        *reason = reason.replace(|c: char| c.is_ascii_digit(), "#");
    }
    // The one predictor is silent about most.
    outcome.predictors.iter_mut().for_each(|predictor| predictor.silences.clear());
    outcome.forecasts.iter_mut().for_each(|forecast| forecast.predictors.retain(|said| said.silent.is_none()));
    let phases = outcome.phases.iter_mut().map(|phase| &mut phase.results);
    for results in phases.chain([&mut outcome.results]) {
        for chain in results.scenarios.iter_mut().filter_map(|scenario| scenario.chain.as_mut()) {
            chain.counts.clear();
            chain.events.clear();
            chain.cycles.clear();
            chain.convergent.clear();
            chain.homogeneity = None;
            chain.not_testable.iter_mut().flatten().for_each(|reason| *reason = "[reason]".to_string());
        }
        results.learned_solvers.iter_mut().for_each(|learned| learned.by_seed.clear());
    }
    outcome
}

/// A snapshot for every study of a file; each within the tolerance of [`Near`].
fn snapshots(studies: Vec<Study>, path: &Path) {
    for study in studies {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let outcome = run(&study, path, 2, folder.path());
        assert_compact_json_snapshot!(study.name.clone(), result(outcome));
    }
}

fn near() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_comparator(Box::new(Near));
    settings
}

/// With the budget that they state; an agent that did not learn says nothing about any forecast. Those of which an outcome was
/// accepted come out so again.
#[test]
#[ignore = "takes some minutes: `.ci/run` does it"]
fn every_agent_of_a_shipped_prediction_learns() {
    glob!("../predictions", "*.shard", |path| {
        let text = fs::read_to_string(path).expect("a prediction file");
        for study in read(&text).expect("a file in order").studies {
            let outcome = run_in(&study, path, 2, &trained::store());
            let phases = outcome.phases.iter().map(|phase| (phase.name.as_str(), &phase.results));
            for (name, results) in phases.chain([("training", &outcome.results)]) {
                assert!(results.training.learned, "{} after {name}: {:?}", study.name, results.training.return_mean);
            }
            let report = terminal(&outcome, Style { width: 100, colour: false });
            assert_eq!(report.matches("✓ The agent learned").count(), 1 + outcome.phases.len(), "{report}");
            if snapshot::path(path, &study.name).exists() {
                judged::holds(path, &outcome);
            }
        }
    });
}

/// So that none is there that no test holds anything to.
#[test]
fn accepted_outcomes_are_of_shipped_studies() {
    let mut studies = BTreeMap::new();
    glob!("../predictions", "*.shard", |path| {
        let text = fs::read_to_string(path).expect("a prediction file");
        for study in read(&text).expect("a file in order").studies {
            studies.insert(snapshot::path(path, &study.name).file_name().expect("a name").to_owned(), study);
        }
    });
    let accepted: Vec<_> =
        fs::read_dir("predictions/outcomes").expect("a folder").map(|entry| entry.expect("readable")).collect();
    assert!(!accepted.is_empty());
    for entry in accepted {
        let study = studies.get(&entry.file_name()).unwrap_or_else(|| panic!("{:?} is of no study", entry.path()));
        let [outcome] = &outcomes::read(&entry.path()).expect("an outcome")[..] else { panic!("{:?}", entry.path()) };
        assert_eq!((&outcome.study.name, outcome.seeds.len()), (&study.name, study.train.seeds as usize));
        assert!(outcome.results.training.steps >= study.train.steps, "with the budget that it states");
    }
}

#[test]
fn shipped_predictions() {
    near().bind(|| glob!("../predictions", "*.shard", |path| snapshots(shortened(path), path)));
}

/// Studies that learn within their budget, so that scores and verdicts are in a snapshot, and that show what the shipped
/// ones do not. Each trains on a single rollout, of the untrained network: with more of them, a sampled action that
/// rounding flips changes all that follows (a learning rate off by 1e-7 moved strengths past any tolerance; with one
/// rollout 1e-5 does not).
#[test]
fn small_studies() {
    near().bind(|| glob!("outcomes", "*.shard", |path| snapshots(studies(path), path)));
}

/// No reward that a prediction file may state makes a loss infinite; here one does, and few seeds meet it.
#[test]
fn a_seed_that_diverges_does_not_stop_the_others() {
    let path = Path::new("tests/outcomes/learned.shard");
    let mut study = studies(path).remove(0);
    (study.train.seeds, study.train.steps) = (6, 32);
    (study.train.environments, study.train.rollout) = (1, 32);
    study.world.layout = Layout::Room { width: 9, height: 9 };
    study.world.objects[0].rewards[0].amount = 1e30;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let outcome = run(&study, path, 2, folder.path());
    assert!(!outcome.failed.is_empty() && !outcome.seeds.is_empty(), "{:?} {:?}", outcome.failed, outcome.seeds);
    assert_eq!(outcome.failed.len() + outcome.seeds.len(), 6);
    let report = terminal(&outcome, Style { width: 1000, colour: false });
    for failed in &outcome.failed {
        assert!(failed.message.contains("at step 32; try a lower `learning rate` than 0.005"), "{}", failed.message);
        let warned = format!("Seed {} stopped and is left out: {}.", failed.seed, failed.message);
        assert!(outcome.warnings.iter().any(|w| w.code == "seed-failed" && w.message == warned), "{warned}");
        assert!(report.contains(&warned), "{report}");
    }

    // Where the cheese is met at once, all diverge.
    study.world.layout = Layout::Room { width: 2, height: 1 };
    let store = Store::open(folder.path()).expect("a store in a temporary folder");
    let error = experiment::run(&study, &source(&study, "learned.shard"), Options::jobs(2), &cheap(), &store, &Silent)
        .expect_err("no network");
    let error = error.to_string();
    assert!(error.starts_with("no seed finished training; seed 5: the loss is no longer finite at step 32"), "{error}");
    assert!(error.contains("; try a lower `learning rate`"), "{error}");
}

/// One that stops in a phase is left out of all trainings, and not trained any more.
#[test]
fn a_seed_that_diverges_in_a_phase_is_left_out_of_all() {
    let path = Path::new("tests/outcomes/phases.shard");
    let mut study = studies(path).remove(0);
    study.train.seeds = 6;
    let sour = &mut study.phases[1];
    (sour.train.steps, sour.train.environments, sour.train.rollout) = (32, 1, 32);
    sour.world.layout = Layout::Room { width: 9, height: 9 };
    sour.world.objects[0].rewards[0].amount = -1e30;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let outcome = run(&study, path, 2, folder.path());
    assert!(!outcome.failed.is_empty() && !outcome.seeds.is_empty(), "{:?} {:?}", outcome.failed, outcome.seeds);
    assert_eq!(outcome.failed.len() + outcome.seeds.len(), 6);
    assert!(outcome.failed.iter().all(|failed| failed.phase.as_deref() == Some("sour")), "{:?}", outcome.failed);
    let everywhere = outcome.phases.iter().map(|phase| &phase.results).chain([&outcome.results]);
    assert!(everywhere.into_iter().all(|results| results.training.curve.len() == outcome.seeds.len()));
    let warned = format!("Seed {} stopped in phase sour and is left out: ", outcome.failed[0].seed);
    assert!(outcome.warnings.iter().any(|w| w.code == "seed-failed" && w.message.starts_with(&warned)), "{warned}");
}

/// A forecast trains nothing, and a phase that changes leaves alone what it does not lead to.
#[test]
fn networks_of_phases_are_kept_like_any_other() {
    let path = Path::new("tests/outcomes/phases.shard");
    let mut study = studies(path).remove(0);
    study.train.seeds = 2;
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(speeds(&run(&study, path, 2, folder.path())).iter().all(Option::is_some));
    study.forecasts.truncate(3);
    study.forecasts.push(studies(path).remove(0).forecasts.swap_remove(8));
    assert_eq!(speeds(&run(&study, path, 1, folder.path())), [None; 4]);
    // `sweet` goes on from `sour`, and the own training knows neither.
    study.phases[1].train.epochs = 5;
    let trained: Vec<bool> = speeds(&run(&study, path, 1, folder.path())).iter().map(Option::is_some).collect();
    assert_eq!(trained, [false, true, true, false]);
}

#[test]
fn the_same_bits_with_any_number_of_threads_and_from_the_store() {
    for file in ["learned", "phases", "chains"] {
        let path = format!("tests/outcomes/{file}.shard");
        let path = Path::new(&path);
        let study = studies(path).remove(0);
        let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let first = run(&study, path, 1, one.path());
        assert!(speeds(&first).iter().all(|speed| speed.is_some_and(|speed| speed > 0.0)));
        let first = bits(first);
        assert_eq!(bits(run(&study, path, 2, two.path())), first);
        let again = run(&study, path, 2, one.path());
        assert!(speeds(&again).iter().all(Option::is_none), "nothing is trained again");
        assert_eq!(bits(again), first);
    }
}
