//! Forecasts about chains: what was measured and scored, computed again from what else the outcome says.

use crate::{run, studies};
use shardbed::outcome::chain::ChainOutcome;
use shardbed::outcome::{ForecastOutcome, Outcome};
use shardbed::scoring::dirichlet::Dirichlet;
use shardbed::scoring::dirichlet_multinomial::dirichlet_multinomial;
use std::path::Path;

const FILE: &str = "tests/outcomes/chains.shard";
/// The states: solvers in file order, then `other`.
const RED: usize = 0;
const BROWN: usize = 1;
const OTHER: usize = 2;

/// The chains in a world after a training.
fn chain<'o>(outcome: &'o Outcome, after: Option<&str>, world: &str) -> &'o ChainOutcome {
    let results = outcome.after(after).expect("a training");
    let scenario = results.scenarios.iter().find(|scenario| scenario.name == world).expect("a world");
    scenario.chain.as_ref().expect("chains are measured in every world")
}

/// The forecast that says this, up to its probability or range.
fn forecast<'o>(outcome: &'o Outcome, text: &str) -> &'o ForecastOutcome {
    let mut found = outcome.forecasts.iter().filter(|forecast| forecast.text.split(" = ").next() == Some(text));
    found
        .next()
        .unwrap_or_else(|| panic!("{text}: {:?}", outcome.forecasts.iter().map(|f| &f.text).collect::<Vec<_>>()))
}

fn by_seed(forecast: &ForecastOutcome) -> &[Option<f64>] {
    &forecast.measured.as_ref().expect("measured").by_seed
}

/// Per seed, the part of the steps after `from` at which `to` acts.
fn frequencies(chain: &ChainOutcome, from: usize, to: usize) -> Vec<Option<f64>> {
    let of = |counts: &Vec<Vec<u64>>| {
        let all: u64 = counts[from].iter().sum();
        (all > 0).then(|| counts[from][to] as f64 / all as f64)
    };
    chain.counts.iter().map(of).collect()
}

fn outcome() -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    run(&studies(Path::new(FILE)).remove(0), Path::new(FILE), 2, folder.path())
}

#[test]
fn every_forecast_about_chains_is_measured_and_scored() {
    let outcome = outcome();
    assert!(outcome.results.training.learned && outcome.phases[0].results.training.learned);
    numbers(&outcome);
    rows(&outcome, "transitions after sour", Some("sour"), "training");
    rows(&outcome, "transitions in no_nuts", None, "no_nuts");
    cycles(&outcome);
    let magnitude = forecast(&outcome, "magnitude(to_nut) after sour");
    assert_eq!(by_seed(magnitude), outcome.phases[0].results.heuristics[1].magnitude.by_seed);
    for (text, after, h) in [("reinforced(to_berry)", None, 0), ("reinforced(to_nut) after sour", Some("sour"), 1)] {
        let reinforcement = outcome.after(after).expect("a training").heuristics[h].reinforcement.as_ref();
        let verdicts = &reinforcement.expect("measured").verdict;
        let held =
            |verdict: &Option<String>| verdict.as_ref().map(|verdict| f64::from(u8::from(verdict == "reinforced")));
        assert_eq!(by_seed(forecast(&outcome, text)), verdicts.iter().map(held).collect::<Vec<_>>());
    }
    for scored in outcome.forecasts.iter().filter(|forecast| forecast.inadmissible.is_none()) {
        let defined = outcome.seeds.len() - scored.undefined_seeds;
        assert!(!scored.scores.is_empty(), "{}", scored.text);
        for score in &scored.scores {
            assert_eq!(score.score.by_seed.iter().flatten().count() + score.infinite, defined, "{}", scored.text);
        }
    }
}

fn numbers(outcome: &Outcome) {
    for (text, after, world, from, to) in [
        ("transition(brown, red)", None, "training", BROWN, RED),
        ("transition(red, other) after sour", Some("sour"), "training", RED, OTHER),
        ("transition(brown, red) in no_nuts", None, "no_nuts", BROWN, RED),
    ] {
        let asked = forecast(outcome, text);
        assert_eq!((asked.after.as_deref(), asked.scenario.as_deref()), (after, Some(world)), "{text}");
        assert_eq!((asked.kind.as_str(), asked.unit.as_deref()), ("number", Some("probability")));
        let measured = frequencies(chain(outcome, after, world), from, to);
        assert_eq!(by_seed(asked), measured, "{text}");
        let (low, high) = asked.low.zip(asked.high).expect("a range");
        let interval = |y: f64| high - low + 20.0 * ((low - y).max(0.0) + (y - high).max(0.0));
        for (score, y) in asked.scores[0].score.by_seed.iter().zip(&measured) {
            assert_eq!(score.is_some(), y.is_some());
            let difference = score.zip(*y).map_or(0.0, |(score, y)| score - interval(y));
            assert!(difference.abs() < 1e-12, "{text}: {difference}");
        }
    }
    // Without nuts nobody goes to one.
    let never = forecast(outcome, "transition(brown, red) in no_nuts");
    assert_eq!((never.undefined_seeds, never.inadmissible.as_deref()), (outcome.seeds.len(), None));
    let compared = forecast(outcome, "transition(red, red) in no_nuts after sour > transition(red, red)");
    let left = frequencies(chain(outcome, Some("sour"), "no_nuts"), RED, RED);
    let right = frequencies(chain(outcome, None, "training"), RED, RED);
    assert_eq!([&compared.sides[0].by_seed, &compared.sides[1].by_seed], [&left, &right]);
    let held = left.iter().zip(&right).map(|(left, right)| Some(f64::from(u8::from((*left)? > (*right)?))));
    assert_eq!(by_seed(compared), held.collect::<Vec<_>>());
    for (text, after, world) in
        [("returns(red)", None, "training"), ("returns(red) in short after sour", Some("sour"), "short")]
    {
        let (asked, chain) = (forecast(outcome, text), chain(outcome, after, world));
        assert_eq!(by_seed(asked), chain.solvers[RED].returns.by_seed, "{text}");
        assert!(asked.scores[0].reference.is_none() && asked.scores[0].skill.is_none());
    }
}

/// The log score of forecast rows, from the counts.
fn rows(outcome: &Outcome, text: &str, after: Option<&str>, world: &str) {
    let forecast = outcome.forecasts.iter().find(|forecast| forecast.text.starts_with(text)).expect("forecast");
    assert_eq!((forecast.kind.as_str(), forecast.after.as_deref()), ("transitions", after));
    assert_eq!(forecast.scenario.as_deref(), Some(world));
    let chain = chain(outcome, after, world);
    let around = |shares: &[f64]| Dirichlet::around(shares, forecast.concentration.expect("stated")).expect("valid");
    let uniform = Dirichlet::uniform(3).expect("valid");
    let [mut scores, mut reference] = [vec![None; outcome.seeds.len()], vec![None; outcome.seeds.len()]];
    for row in &forecast.rows {
        let from = chain.states.iter().position(|state| *state == row.from).expect("a state");
        assert!((row.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for to in [RED, BROWN, OTHER] {
            assert_eq!(row.measured[to].by_seed, frequencies(chain, from, to), "{text}");
        }
        for (seed, counts) in chain.counts.iter().enumerate().filter(|(_, counts)| counts[from].iter().sum::<u64>() > 0)
        {
            let add = |sum: &mut Option<f64>, forecast: &Dirichlet| {
                *sum = Some(sum.unwrap_or(0.0) + dirichlet_multinomial(forecast, &counts[from]).expect("three states"));
            };
            add(&mut scores[seed], &around(&row.shares));
            add(&mut reference[seed], &uniform);
        }
    }
    let [energy, log] = &forecast.scores[..] else { panic!("two scores: {:?}", forecast.scores) };
    assert_eq!([energy.rule.as_str(), log.rule.as_str()], ["energy", "log"]);
    assert_eq!(log.score.by_seed, scores, "{text}");
    assert_eq!(log.reference.as_ref().map(|reference| &reference.by_seed), Some(&reference), "{text}");
    assert_eq!(forecast.undefined_seeds, scores.iter().filter(|score| score.is_none()).count());
}

fn cycles(outcome: &Outcome) {
    for (text, after, world) in [
        ("cycle(red, brown)", None, "training"),
        ("cycle(red, brown) in no_nuts after sour", Some("sour"), "no_nuts"),
        ("cycle(red, brown) in short", None, "short"),
    ] {
        let (asked, chain) = (forecast(outcome, text), chain(outcome, after, world));
        assert_eq!((asked.after.as_deref(), asked.scenario.as_deref()), (after, Some(world)), "{text}");
        let found = |seed: usize| {
            let found = || {
                chain.cycles.iter().any(|cycle| cycle.solvers == ["red", "brown"] && cycle.found[seed] == Some(true))
            };
            chain.not_testable[seed].is_none().then(|| f64::from(u8::from(found())))
        };
        assert_eq!(by_seed(asked), (0..outcome.seeds.len()).map(found).collect::<Vec<_>>(), "{text}");
    }
    // Nobody goes anywhere twice in two steps.
    let short = forecast(outcome, "cycle(red, brown) in short");
    let reason = short.inadmissible.as_deref().expect("not scored");
    assert!(
        reason.ends_with("bouts were completed in episodes with more than 2 of them, and 20 are needed"),
        "{reason}"
    );
    assert!(short.scores.is_empty());
    let warned = outcome.warnings.iter().find(|warning| warning.code == "cycles-not-tested").expect("a warning");
    assert!(warned.message.contains("in: short"), "{}", warned.message);
    assert!(forecast(outcome, "cycle(red, brown)").inadmissible.is_none());
}

#[test]
fn the_counts_of_a_chain_hold_every_step() {
    let outcome = outcome();
    for (after, world, steps) in [(None, "training", 24), (None, "short", 2), (Some("sour"), "training", 24)] {
        let chain = chain(&outcome, after, world);
        assert_eq!(chain.states, ["red", "brown", "other"]);
        for (seed, counts) in chain.counts.iter().enumerate() {
            // Each episode is as long as its horizon, and its last step leads nowhere.
            assert_eq!(counts.iter().flatten().sum::<u64>(), chain.episodes * (steps - 1));
            let acts: f64 = chain.occupancy.iter().filter_map(|acts| acts.by_seed[seed]).sum();
            assert!((acts - 1.0).abs() < 1e-12);
        }
    }
    let learned = outcome.results.learned_solvers.as_ref().expect("asked for");
    assert!(learned.by_seed.len() == outcome.seeds.len() && learned.by_seed.iter().all(|solvers| solvers.len() == 2));
    let convergence = outcome.convergence.as_ref().expect("two rewards");
    assert_eq!(convergence.trainings, ["train", "sour"]);
    for (h, heuristic) in convergence.heuristics.iter().enumerate() {
        let [own, sour] = [&outcome.results, &outcome.phases[0].results].map(|results| &results.heuristics[h].selected);
        let in_all = own.iter().zip(sour).filter(|(own, sour)| **own && **sour).count();
        assert_eq!((heuristic.in_all, heuristic.convergent), (in_all, 2 * in_all > outcome.seeds.len()));
    }
}

/// What is first in a file is a state with a lower number, and nothing else.
#[test]
fn the_order_of_solvers_has_no_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut study = studies(Path::new(FILE)).remove(0);
    (study.train.seeds, study.learned_solvers) = (2, None);
    study.phases.clear();
    study.forecasts.clear();
    let first = run(&study, Path::new(FILE), 2, folder.path());
    study.solvers.reverse();
    let second = run(&study, Path::new(FILE), 2, folder.path());
    let to = [BROWN, RED, OTHER];
    for world in ["training", "short", "no_nuts"] {
        let [one, other] = [&first, &second].map(|outcome| chain(outcome, None, world));
        assert_eq!(other.states, ["brown", "red", "other"]);
        for (before, after) in one.counts.iter().zip(&other.counts) {
            for from in to {
                to.iter().for_each(|&next| assert_eq!(before[from][next], after[to[from]][to[next]], "{world}"));
            }
        }
        assert_eq!((&one.solvers[RED], &one.solvers[BROWN]), (&other.solvers[BROWN], &other.solvers[RED]));
        assert_eq!((&one.not_testable, &one.cycles.len()), (&other.not_testable, &other.cycles.len()));
    }
}

/// Two rules that say the same, each a solver of its own: neither is ever the one that acts.
#[test]
fn solvers_that_cannot_be_told_apart_are_said_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut study = studies(Path::new(FILE)).remove(0);
    // With one seed, its own return says whether it learned, and no interval.
    (study.train.seeds, study.learned_solvers) = (1, None);
    study.phases.clear();
    study.heuristics[2] = study.heuristics[0].clone();
    study.heuristics[2].name = "the_same".to_string();
    let asked = ["transition(brown, red) = 5% to 60%", "returns(red) = 2 to 8", "cycle(red, brown) = 20%"];
    study
        .forecasts
        .retain(|forecast| asked.contains(&forecast.text.as_str()) || forecast.text.starts_with("magnitude"));
    study.forecasts.retain(|forecast| !forecast.text.contains("sour"));
    assert_eq!(study.forecasts.len(), asked.len());
    let apart = run(&study, Path::new(FILE), 2, folder.path());
    for forecast in &apart.forecasts {
        let reason = forecast.inadmissible.as_deref().unwrap_or_default();
        assert!(reason.starts_with("to_berry and the_same recommend the same by the same cue"), "{forecast:?}");
    }
    let code = |outcome: &Outcome, code: &str| outcome.warnings.iter().any(|warning| warning.code == code);
    assert!(code(&apart, "solvers-alike"), "{:?}", apart.warnings);
    assert_eq!(chain(&apart, None, "training").occupancy[RED].mean, Some(0.0));

    // In one solver they are no two.
    study.solvers[0].heuristics = vec![0, 2];
    let together = run(&study, Path::new(FILE), 2, folder.path());
    assert!(together.forecasts.iter().all(|forecast| forecast.inadmissible.is_none()), "{:?}", together.forecasts);
    assert!(!code(&together, "solvers-alike"), "{:?}", together.warnings);

    // With a solver that never acts, and nothing beside it, nobody does.
    study.forecasts.clear();
    study.solvers.truncate(1);
    study.solvers[0].heuristics = vec![0];
    let nobody = run(&study, Path::new(FILE), 2, folder.path());
    assert!(code(&nobody, "solvers-seldom-act") && code(&nobody, "solvers-alike"), "{:?}", nobody.warnings);
    assert!(!code(&nobody, "cycles-not-tested"), "one solver has no cycle: {:?}", nobody.warnings);
}
