//! Measurement on networks that were wired by hand: what was put in must be found.
//!
//! Each rule of the study below is a sum of units of one threshold: a unit is 1 where one of its bits is lit (or
//! always) and turns the policy by a fixed direction. So a network can follow the rules with given strengths exactly,
//! and the strengths that are measured have a truth to be compared with.

use rand::RngExt;
use rand::seq::SliceRandom;
use shardbed::attribution::contribution::contributions;
use shardbed::attribution::gradients::attribute;
use shardbed::heuristic::evaluate::Rule;
use shardbed::heuristic::policy::{probabilities, softmax};
use shardbed::language::read;
use shardbed::network::fused::Fused;
use shardbed::network::parameters::{Affine, Parameters};
use shardbed::seed::{Seed, Stream};
use shardbed::selection::bank::Bank;
use shardbed::selection::behavioural::{self, Behavioural};
use shardbed::selection::causal;
use shardbed::selection::features::fisher_weights;
use shardbed::selection::identifiability::{AliasKind, Identified, identify};
use shardbed::selection::share::{Parts, shares};
use shardbed::selection::strength::{Strengths, measure};
use shardbed::study::Study;
use shardbed::validation::circuit::{Unit, units};
use shardbed::world::action::ACTIONS;
use shardbed::world::sight::Sight;

const STUDY: &str = "
edition 1
world room {
  layout room 6x5
  view offsets
  horizon 40
  object ant { }
  object bee { vanishes }
}
study planted {
  on room
  agent mlp(8)
  train ppo { }
  heuristic eastward { if always then move east }
  heuristic southward { if wall north then move south }
  heuristic to_ant { if ant visible then move toward ant by direction }
  heuristic to_bee { if bee visible then move toward bee }
  heuristic past_bee { if bee west then move north }
  heuristic pause { if wall west or wall east then stay }
  heuristic unbumped { if always then move free }
  heuristic out_west { if at columns(0, 2) then move south }
}
";
/// The rules whose cue is an ant, alone.
const TO_ANT: usize = 2;
/// The rule that fires everywhere and is one unit.
const EASTWARD: usize = 0;

fn study() -> Study {
    read(STUDY).unwrap().studies.remove(0)
}

/// In an empty room a path leads where the direction points: so this study lists the rule `to_ant` twice.
fn doubled() -> Study {
    let again = "heuristic to_ant_too { if always then move toward ant }\n heuristic pause";
    read(&STUDY.replace("heuristic pause", again)).unwrap().studies.remove(0)
}

/// The units of each rule of the study, in its order.
fn wiring(study: &Study, sight: &Sight) -> Vec<Vec<Unit>> {
    study.heuristics.iter().map(|heuristic| units(heuristic, sight).unwrap()).collect()
}

/// A network that follows the rules with these strengths, and per hidden unit its rule and its part of it.
///
/// Some units are split in two that share their strength; one unit more turns all logits alike, which is no policy;
/// with `deep` the activations pass through a second hidden layer.
fn planted(sight: &Sight, strengths: &[f64], deep: bool, random: &mut Stream) -> (Parameters, Vec<(usize, f64)>) {
    let mut units: Vec<(usize, f64, Unit)> = Vec::new();
    for (rule, wired) in wiring(&study(), sight).into_iter().enumerate() {
        for unit in wired {
            if random.random_bool(0.5) {
                let part = random.random_range(0.1..0.9);
                units.push((rule, 1.0 - part, unit.clone()));
                units.push((rule, part, unit));
            } else {
                units.push((rule, 1.0, unit));
            }
        }
    }
    let width = units.len() + 1;
    let mut parameters = Parameters::zero(sight.bits(), &vec![width; if deep { 2 } else { 1 }]);
    if deep {
        let mut second = Affine::zero(width, width);
        (0..width).for_each(|unit| second.weight[unit * width + unit] = 1.0);
        parameters.hidden[1] = second;
    }
    for (index, (rule, part, unit)) in units.iter().enumerate() {
        // How large an activation is must not matter, only what it does.
        let size = random.random_range(0.2..5.0_f32);
        unit.write(&mut parameters.hidden[0], index, size);
        for (action, weight) in unit.direction.iter().enumerate() {
            parameters.policy.weight[index * ACTIONS + action] = weight * (strengths[*rule] * part) as f32 / size;
        }
    }
    parameters.hidden[0].bias[width - 1] = 1.0;
    parameters.policy.weight[(width - 1) * ACTIONS..].fill(7.0);
    parameters.value.weight.fill(0.5);
    (parameters, units.into_iter().map(|(rule, part, _)| (rule, part)).collect())
}

/// Strengths in logits: a quarter is zero, some are negative, the first never is.
fn strengths(rules: usize, random: &mut Stream) -> Vec<f64> {
    let mut strength = |rule: usize| match random.random_range(0..8) {
        _ if rule == EASTWARD => random.random_range(0.5..2.0),
        0 | 1 => 0.0,
        2 => random.random_range(-1.5..-0.2),
        _ => random.random_range(0.2..3.0),
    };
    (0..rules).map(&mut strength).collect()
}

/// A bank and what it identifies.
struct Instrument {
    bank: Bank,
    identified: Identified,
}

/// What is read off a network.
struct Reading {
    strengths: Strengths,
    behavioural: Behavioural,
}

impl Instrument {
    fn new(study: &Study, sight: &Sight) -> Instrument {
        let rules: Vec<Rule> = study.heuristics.iter().map(|heuristic| Rule::compile(heuristic, sight)).collect();
        let bank = Bank::draw(study, sight, &rules, Seed(11)).unwrap();
        let identified = identify(&bank.features.uniform_gram());
        Instrument { bank, identified }
    }

    fn read(&self, parameters: &Parameters) -> Reading {
        let attribution = attribute(parameters, &self.bank.observations);
        let q = fisher_weights(&attribution.logits);
        let strengths = measure(&self.bank.features, &q, &contributions(&attribution), &self.identified.basis);
        let policy: Vec<_> = attribution.logits.iter().map(|logits| softmax(logits.map(f64::from))).collect();
        Reading { strengths, behavioural: behavioural::fit(&self.bank.features, &policy) }
    }
}

/// The study with its rules in another order.
fn reordered(study: &Study, order: &[usize]) -> Study {
    let heuristics = order.iter().map(|&rule| study.heuristics[rule].clone()).collect();
    Study { heuristics, ..study.clone() }
}

fn assert_close(name: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let apart = found.iter().zip(expected).fold(0.0_f64, |largest, (f, e)| largest.max((f - e).abs()));
    assert!(apart <= tolerance, "{name}: {apart} apart: {found:?}, expected {expected:?}");
}

#[test]
fn planted_strengths_are_measured() {
    let study = study();
    let sight = Sight::of([&study.world]);
    let instrument = Instrument::new(&study, &sight);
    assert_eq!(instrument.identified.aliases, [], "the rules can be told apart");
    let features = &instrument.bank.features;
    for seed in 0..12 {
        let mut random = Seed(seed).stream("planted", &[]);
        let truth = strengths(features.heuristics, &mut random);
        let (parameters, units) = planted(&sight, &truth, seed % 2 == 1, &mut random);
        let Reading { strengths, behavioural } = instrument.read(&parameters);

        let expected = shares(&truth).unwrap();
        assert_close("shares", &shares(&strengths.strength).unwrap(), &expected, 0.005);
        assert_close("strengths", &strengths.strength, &truth, 0.005);
        assert_close("behavioural shares", &shares(&behavioural.strength).unwrap(), &expected, 0.005);
        assert_close("behavioural strengths", &behavioural.strength, &truth, 0.005);
        assert!(behavioural.explained.unwrap() > 0.9999, "{:?}", behavioural.explained);
        assert!(strengths.standard_error.iter().all(|error| *error < 0.02), "{:?}", strengths.standard_error);

        // What the units carry: together the strength; each one of a split pair its part.
        let beta = &strengths.by_unit;
        assert_eq!(beta.len(), units.len() + 1);
        let sums: Vec<f64> = (0..truth.len()).map(|rule| beta.iter().map(|beta| beta[rule]).sum()).collect();
        assert_close("sums over units", &sums, &strengths.strength, 1e-9);
        assert_close("the unit that turns all alike", &beta[units.len()], &vec![0.0; truth.len()], 1e-6);
        for (index, (rule, part)) in units.iter().enumerate() {
            if *rule == EASTWARD {
                assert!((beta[index][EASTWARD] - truth[EASTWARD] * part).abs() < 0.02, "{part}: {:?}", beta[index]);
            }
            if index > 0 && units[index - 1].0 == *rule && (units[index - 1].1 + part - 1.0).abs() < 1e-12 {
                let scaled: Vec<f64> = beta[index - 1].iter().map(|b| b * part / (1.0 - part)).collect();
                assert_close("a split unit", &beta[index], &scaled, 1e-5);
            }
        }
    }
}

/// The wiring is what the rules say: otherwise the test above would compare two errors.
#[test]
fn the_wired_policy_is_that_of_the_rules() {
    let study = study();
    let sight = Sight::of([&study.world]);
    let bank = Instrument::new(&study, &sight).bank;
    let mut random = Seed(5).stream("planted", &[]);
    for rule in 0..study.heuristics.len() {
        let mut alone = vec![0.0; study.heuristics.len()];
        alone[rule] = 1.5;
        let (parameters, _) = planted(&sight, &alone, false, &mut random);
        let attribution = attribute(&parameters, &bank.observations);
        for (state, logits) in attribution.logits.iter().enumerate() {
            let expected = probabilities(&alone, bank.features.row(state));
            assert_close(&study.heuristics[rule].name, &softmax(logits.map(f64::from)), &expected, 1e-5);
        }
        assert!(bank.features.firing(rule) > 0.1, "{} seldom fires", study.heuristics[rule].name);
    }
}

#[test]
fn the_order_of_the_rules_changes_nothing() {
    let study = study();
    let sight = Sight::of([&study.world]);
    for (listed, aliases) in [(study.clone(), 0), (doubled(), 1)] {
        let rules = listed.heuristics.len();
        let first = Instrument::new(&listed, &sight);
        assert_eq!(first.identified.aliases.len(), aliases);
        for seed in 20..23 {
            let mut random = Seed(seed).stream("planted", &[]);
            let truth = strengths(study.heuristics.len(), &mut random);
            let (parameters, _) = planted(&sight, &truth, false, &mut random);
            let mut order: Vec<usize> = (0..rules).collect();
            order.shuffle(&mut random);
            let (one, other) =
                (first.read(&parameters), Instrument::new(&reordered(&listed, &order), &sight).read(&parameters));
            let permuted = |values: &[f64]| -> Vec<f64> { order.iter().map(|&rule| values[rule]).collect() };
            assert_close("strengths", &other.strengths.strength, &permuted(&one.strengths.strength), 1e-9);
            assert_close("errors", &other.strengths.standard_error, &permuted(&one.strengths.standard_error), 1e-9);
            assert_close("behaviour", &other.behavioural.strength, &permuted(&one.behavioural.strength), 1e-6);
        }
    }
}

#[test]
fn a_rule_listed_twice_has_its_strength_once() {
    let study = doubled();
    let sight = Sight::of([&study.world]);
    let instrument = Instrument::new(&study, &sight);
    let again = study.heuristics.iter().position(|heuristic| heuristic.name == "to_ant_too").unwrap();
    let [alias] = &instrument.identified.aliases[..] else { panic!("{:?}", instrument.identified.aliases) };
    assert_eq!((&alias.members[..], alias.kind), (&[TO_ANT, again][..], AliasKind::Aligned));
    for seed in 30..34 {
        let mut random = Seed(seed).stream("planted", &[]);
        let truth = strengths(study.heuristics.len() - 1, &mut random);
        let (parameters, _) = planted(&sight, &truth, false, &mut random);
        let found = instrument.read(&parameters).strengths.strength;
        assert!((found[TO_ANT] - found[again]).abs() < 1e-9, "{found:?}");
        let parts = Parts::new(study.heuristics.len(), &instrument.identified.aliases);
        assert_eq!(parts.parts.len(), truth.len());
        assert_close("shares of parts", &parts.shares(&found).unwrap(), &shares(&truth).unwrap(), 0.005);
    }
}

#[test]
fn removing_a_cue_removes_what_only_it_explains() {
    let study = study();
    let sight = Sight::of([&study.world]);
    let bank = Instrument::new(&study, &sight).bank;
    let cue = 1 << sight.look("ant").unwrap();
    for seed in 40..44 {
        let mut random = Seed(seed).stream("planted", &[]);
        let truth = strengths(study.heuristics.len(), &mut random);
        let (parameters, _) = planted(&sight, &truth, seed % 2 == 1, &mut random);
        let mut forward = Fused::new(&parameters);
        let mut logits = |rows| {
            let (mut logits, mut values) = (vec![[0.0; ACTIONS]; bank.probes.len()], vec![0.0; bank.probes.len()]);
            forward.run(rows, &mut logits, &mut values);
            logits
        };
        let (with, without) = (logits(&bank.observations), logits(&bank.observations_without(cue)));
        let causal = causal::measure(&bank.features, TO_ANT, &with, &without).unwrap();
        assert_close("causal strength", &[causal.strength], &[truth[TO_ANT]], 1e-4);
        assert!(causal.standard_error < 1e-4, "{causal:?}");
    }
}

#[test]
fn what_is_always_there_need_not_always_be_in_view() {
    for (view, always) in [("all", true), ("window 3", false)] {
        let text = STUDY.replace("view offsets", &format!("view {view}"));
        let study = read(&text).unwrap().studies.remove(0);
        let sight = Sight::of([&study.world]);
        let bank = Instrument::new(&study, &sight).bank;
        let cue = 1 << sight.look("ant").unwrap();
        assert_eq!(bank.always_shows(0, &bank.observations_without(cue)), always, "{view}");
    }
}
