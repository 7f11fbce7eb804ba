//! What moved between two outcomes, on outcomes of real runs: by how much, and because of which component.

use shardbed::experiment::difference::again::explain;
use shardbed::experiment::difference::compare::compare;
use shardbed::experiment::observer::Silent;
use shardbed::experiment::{self, Options, Source};
use shardbed::language::canonical::canonical_hash;
use shardbed::language::read;
use shardbed::outcome::Outcome;
use shardbed::outcome::difference::{Conclusion, Difference, Judgement, NumberDifference};
use shardbed::outcome::measured::Measured;
use shardbed::predictor::Predictor;
use shardbed::predictor::uniform::Uniform;
use shardbed::store::Store;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Cheese in a room so small that one rollout is enough to learn; three seeds.
fn text(object: &str, train: &str, rules: &str, forecast: &str) -> String {
    format!(
        "edition 1\nworld kitchen {{ layout room 3x3; view offsets; horizon 12; step reward -0.05; object cheese {{ {object}; reward +1; ends }} }}\n\
         study small {{\n on kitchen\n agent mlp(16)\n train ppo {{ steps 8k; seeds 3; environments 256; rollout 32; epochs 20; minibatches 4; clip 1; discount 0.8; entropy 0; \
         {train} }}\n \
         heuristic to_cheese {{ if cheese visible then move toward cheese }}\n {rules}\n {forecast}\n}}\n"
    )
}

const CORNER: &str = "at corner(north, east)";
const ANYWHERE: &str = "at anywhere";
const FAST: &str = "learning rate 0.005";
const SLOW: &str = "learning rate 0.0005";
const NORTH: &str = "heuristic go_north { if always then move north }";
const EVEN: &str = "predict strength(to_cheese) > 0.5 = 50%";
const SURE: &str = "predict strength(to_cheese) > 0.5 = 90%";

fn run(text: &str, store: &Store) -> Outcome {
    let study = read(text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    let source = Source { file: "small.shard".to_string(), prediction: canonical_hash(&study), sealing: None };
    let predictors: Vec<Arc<dyn Predictor>> = vec![Arc::new(Uniform)];
    experiment::run(&study, &source, Options::jobs(2), &predictors, store, &Silent).expect("an outcome")
}

fn difference(a: &Outcome, b: &Outcome, store: Option<&Store>) -> Difference {
    let mut difference = compare(("a", a), ("b", b)).expect("outcomes are JSON");
    explain(&mut difference, (a, b), store, Options::jobs(2), &Silent);
    difference
}

fn number<'a>(difference: &'a Difference, name: &str) -> &'a NumberDifference {
    let found = difference.numbers.iter().find(|number| number.name == name);
    found.unwrap_or_else(|| panic!("{name} among {:?}", difference.numbers))
}

fn because<'a>(difference: &'a Difference, name: &str) -> Option<&'a str> {
    number(difference, name).because.as_deref()
}

const STRENGTH: &str = "heuristics / to_cheese / strength";
const PROBABILITY: &str = "forecasts / strength(to_cheese) > 0.5 / probability";
const SCORE: &str = "forecasts / strength(to_cheese) > 0.5 / scores / brier / score";

#[test]
fn two_runs_of_a_study_are_identical_in_any_store() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let text = text(CORNER, FAST, NORTH, EVEN);
    let (one, two) = (Store::open(one.path()).expect("opens"), Store::open(two.path()).expect("opens"));
    let same = difference(&run(&text, &one), &run(&text, &two), None);
    assert_eq!((same.conclusion, same.numbers.len()), (Conclusion::Identical, 0));
}

#[test]
fn one_component_alone_is_told_by_its_hash() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let a = run(&text(CORNER, FAST, NORTH, EVEN), &store);
    let forecast = difference(&a, &run(&text(CORNER, FAST, NORTH, SURE), &store), Some(&store));
    let part = |number: &NumberDifference| number.name.split(" / ").next().unwrap_or_default().to_string();
    let parts: BTreeSet<String> = forecast.numbers.iter().map(part).collect();
    assert!(parts.iter().all(|part| ["forecasts", "skills", "verdict"].contains(&part.as_str())), "{parts:?}");
    for name in [PROBABILITY, SCORE] {
        assert_eq!(because(&forecast, name), Some("prediction"), "{forecast:?}");
    }
    let slow = difference(&a, &run(&text(CORNER, SLOW, NORTH, EVEN), &store), Some(&store));
    assert_eq!(because(&slow, STRENGTH), Some("training"), "{:?}", slow.again);
}

#[test]
fn several_components_are_told_apart_by_measuring_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let a = run(&text(CORNER, FAST, NORTH, EVEN), &store);
    let b = run(&text(ANYWHERE, FAST, "", SURE), &store);
    let both = difference(&a, &b, Some(&store));
    assert_eq!(both.conclusion, Conclusion::Moved, "{}", both.sentence);
    assert_eq!(because(&both, PROBABILITY), Some("prediction"));
    assert_eq!(because(&both, "training / return_random"), Some("world"));
    let told: Vec<&str> = both.again.iter().map(|again| again.what.as_str()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        both.only_in_a.iter().any(|only| only.name == "heuristics / go_north" && only.holds > 10)
            && both.only_in_b.iter().all(|only| !only.name.starts_with("heuristics")),
        "{:?}",
        both.only_in_a
    );
    // Without the networks, only what a hash tells.
    assert_eq!(because(&difference(&a, &b, None), STRENGTH), None);
}

/// An outcome as an older version would have left it, which measured a strength that much larger.
fn older(newer: &Outcome, larger: f64) -> Outcome {
    let mut older = newer.clone();
    older.version = "0.0.9".to_string();
    older.ids.run = older.ids.run.chars().rev().collect();
    older.ids.measurement = older.ids.measurement.chars().rev().collect();
    let own = &mut older.results.heuristics[0].strength;
    *own = Measured::over_seeds(own.by_seed.iter().map(|value| value.map(|value| value + larger)).collect());
    older
}

#[test]
fn what_another_version_measured_otherwise_is_told_from_what_it_trained() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let b = run(&text(CORNER, FAST, NORTH, EVEN), &store);
    let a = older(&b, 0.5);
    store.put_run(&a, &store.stored_study(&b.ids.run).expect("readable").expect("there")).expect("stored");
    let moved = difference(&a, &b, Some(&store));
    assert_eq!(moved.numbers.len(), 1, "{:?}", moved.numbers);
    let strength = number(&moved, STRENGTH);
    assert_eq!((strength.judgement, strength.because.as_deref()), (Judgement::Moved, Some("measurement")));
    assert!(moved.again.iter().all(|again| !again.tells.is_empty()), "{:?}", moved.again);
}

/// Networks under the same hash that went otherwise, as another kind of processor trains them.
#[test]
fn networks_that_went_otherwise_under_the_same_hash_are_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let b = run(&text(CORNER, FAST, NORTH, EVEN), &store);
    let mut a = older(&b, 500.0);
    a.results.training.curve[0][1] = Some(0.123);
    store.put_run(&a, &store.stored_study(&b.ids.run).expect("readable").expect("there")).expect("stored");
    let moved = difference(&a, &b, Some(&store));
    assert!(!moved.same_networks);
    assert_ne!(because(&moved, STRENGTH), Some("measurement"), "{:?}", moved.again);
    assert!(moved.again[0].what.starts_with("the store does not have all networks of a"), "{:?}", moved.again);
    // Where the hashes say that nothing else differs, it was the training.
    a.ids.measurement.clone_from(&b.ids.measurement);
    assert_eq!(because(&difference(&a, &b, None), STRENGTH), Some("training"));
}

/// What moved is known without the store; why it did is then left to the hashes.
#[test]
fn a_store_that_fails_is_noted() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("opens");
    let a = run(&text(CORNER, FAST, NORTH, EVEN), &store);
    let b = run(&text(CORNER, SLOW, NORTH, SURE), &store);
    let database = rusqlite::Connection::open(folder.path().join(shardbed::store::FILE)).expect("opens");
    database.execute_batch("DROP TABLE networks").expect("dropped");
    let moved = difference(&a, &b, Some(&store));
    assert_eq!(moved.conclusion, Conclusion::Moved);
    let [again] = &moved.again[..] else { panic!("{:?}", moved.again) };
    assert!(again.what.starts_with("the stored networks could not be measured again: ") && again.tells.is_empty());
    assert_eq!(because(&moved, PROBABILITY), Some("prediction"), "the hashes of training and scoring differ too");
}
