//! The validation of the command `validate` in small, by the same code and with the same demands.

use shardbed::experiment::measure::Measurement;
use shardbed::experiment::observer::Silent;
use shardbed::experiment::setup::Setup;
use shardbed::heuristic::policy::{probabilities, softmax};
use shardbed::language::read;
use shardbed::network::fused::logits;
use shardbed::network::initialise::orthogonal;
use shardbed::network::parameters::Parameters;
use shardbed::seed::Seed;
use shardbed::selection::bank::Bank;
use shardbed::selection::identifiability::inflation;
use shardbed::selection::shuffled::{self, Shuffled, learned};
use shardbed::study::Study;
use shardbed::training::distil::{Distillation, Lessons, distil, divergence};
use shardbed::validation::calibration::{self, calibration};
use shardbed::validation::circuit::units;
use shardbed::validation::controls::controls;
use shardbed::validation::criterion::{Criterion, binomial_quantile};
use shardbed::validation::estimators::ESTIMATORS;
use shardbed::validation::findings::Findings;
use shardbed::validation::planted::{self, draw, planted, study};
use shardbed::validation::tables::tables;
use shardbed::validation::wiring::{Wiring, wire};
use shardbed::world::observation::is_in;

/// As many as the command uses by default on two processors.
const JOBS: usize = 2;

fn small_plan() -> planted::Plan {
    planted::Plan { draws: 3, distilled: 3, lessons: 20_000, fresh: 2000, ..planted::Plan::full() }
}

fn assert_hold(criteria: &[Criterion]) {
    let failed: Vec<&Criterion> = criteria.iter().filter(|criterion| !criterion.holds).collect();
    assert!(!criteria.is_empty() && failed.is_empty(), "{failed:#?}");
}

/// What the demands on planted networks rest on: the bank tells the rules apart, and each of them fires.
#[test]
fn the_twelve_rules_can_be_told_apart() {
    let study = study().unwrap();
    let setup = Setup::new(&study).unwrap();
    let measurement = Measurement::prepare(&setup).unwrap();
    assert_eq!((study.heuristics.len(), &measurement.identified.aliases[..]), (12, &[][..]));
    let inflations = inflation(&measurement.bank.features.uniform_gram());
    for (h, heuristic) in study.heuristics.iter().enumerate() {
        let (name, inflation) = (&heuristic.name, inflations[h].unwrap());
        assert!(inflation < 10.0, "{name}: {inflation}");
        assert!(measurement.bank.features.firing(h) > 0.05, "{name} seldom fires");
    }
    assert_eq!(measurement.has_cue.iter().filter(|has_cue| **has_cue).count(), 6);
}

/// Every wiring is the policy of the rules: otherwise two errors would be compared.
#[test]
fn every_wiring_is_the_policy_of_the_rules() {
    let study = study().unwrap();
    let setup = Setup::new(&study).unwrap();
    let rules: Vec<_> = study.heuristics.iter().map(|heuristic| units(heuristic, &setup.sight).unwrap()).collect();
    let bank = Bank::of_size(400, &study, &setup.sight, &setup.rules, Seed(3)).unwrap();
    for (index, wiring) in Wiring::ALL.into_iter().enumerate() {
        let mut random = Seed(4).stream("test", &[index as u64]);
        let strengths = draw(rules.len(), &mut random);
        let parameters = wire(setup.sight.bits(), &rules, &strengths, wiring, &mut random);
        let attribution = shardbed::attribution::gradients::attribute(&parameters, &bank.observations);
        for (state, logits) in attribution.logits.iter().enumerate() {
            let (found, expected) =
                (softmax(logits.map(f64::from)), probabilities(&strengths, bank.features.row(state)));
            let apart = found.iter().zip(expected).fold(0.0f64, |most, (f, e)| most.max((f - e).abs()));
            assert!(apart < 1e-4, "{wiring:?} in state {state}: {found:?}, expected {expected:?}");
        }
    }
}

/// What shuffling gives for each rule, all of one cue.
fn shuffles(setup: &Setup, bank: &Bank, parameters: &Parameters) -> Vec<Option<Shuffled>> {
    let cue = setup.rules[0].cue();
    let looks = (0..setup.sight.looks.len()).filter(|&look| is_in(cue, look));
    let bits: Vec<_> = looks.map(|look| setup.sight.look_bits(look)).collect();
    let without = logits(parameters, &bank.observations_without(cue));
    (0..setup.rules.len()).map(|h| shuffled::measure(parameters, bank, h, &bits, &without, Seed(9))).collect()
}

/// Three rules about one object: one that depends on where it is, one that does not, and a rare one.
fn about_ants() -> Study {
    let text = "edition 1\nworld w { layout room 5x4; view offsets; horizon 9; object ant { } }\nstudy s { on w; agent mlp(16)\n\
                train ppo { }\nheuristic to_ant { if ant visible then move toward ant }\n\
                heuristic salute { if ant visible then move north }\nheuristic freeze { if ant within 2 then stay } }";
    read(text).unwrap().studies.pop().unwrap()
}

#[test]
fn what_was_never_trained_is_rarely_above_its_shuffles() {
    let study = about_ants();
    let setup = Setup::new(&study).unwrap();
    let bank = Bank::of_size(120, &study, &setup.sight, &setup.rules, Seed(3)).unwrap();
    let networks = 400;
    let (mut above, mut of_rules) = (0, [0; 3]);
    for seed in 0..networks {
        // A policy of some size, as if training had shaped the rest.
        let mut parameters = orthogonal(setup.sight.bits(), &[16], Seed(seed as u64));
        parameters.policy.weight.iter_mut().for_each(|weight| *weight *= 100.0);
        let found = shuffles(&setup, &bank, &parameters);
        let exceeds = |s: &Option<Shuffled>| s.is_some_and(|s| s.observed > s.largest);
        above += usize::from(learned(&[1; 3], &found)[0]);
        of_rules.iter_mut().zip(&found).for_each(|(count, found)| *count += usize::from(exceeds(found)));
    }
    let most = binomial_quantile(networks, 0.01, 0.999);
    assert!(above <= most && of_rules.iter().all(|&count| count <= most), "{above}, {of_rules:?} of {networks}");
    assert!(of_rules.iter().sum::<usize>() > 0, "1 in 100 is expected");
}

#[test]
fn what_was_put_in_is_far_above_its_shuffles() {
    let study = about_ants();
    let setup = Setup::new(&study).unwrap();
    let bank = Bank::of_size(400, &study, &setup.sight, &setup.rules, Seed(3)).unwrap();
    let rules: Vec<_> = study.heuristics.iter().map(|heuristic| units(heuristic, &setup.sight).unwrap()).collect();
    for h in 0..rules.len() {
        let strengths: Vec<f64> = (0..rules.len()).map(|k| if k == h { 1.0 } else { 0.0 }).collect();
        let mut random = Seed(4).stream("test", &[h as u64]);
        let parameters = wire(setup.sight.bits(), &rules, &strengths, Wiring::Aligned, &mut random);
        let found = shuffles(&setup, &bank, &parameters);
        let own = found[h].unwrap();
        assert!((own.observed - 1.0).abs() < 1e-4 && own.largest < 0.75, "{}: {own:?}", study.heuristics[h].name);
        assert_eq!(learned(&[1; 3], &found), [true; 3]);
    }
    // What does nothing is nothing when it is shuffled.
    let nothing = shuffles(&setup, &bank, &Parameters::zero(setup.sight.bits(), &[4]));
    assert_eq!(nothing[0], Some(Shuffled { observed: 0.0, largest: 0.0 }));
    assert_eq!(learned(&[1; 3], &nothing), [false; 3]);
}

#[test]
fn planted_shares_are_recovered() {
    let plan = small_plan();
    let networks = planted(&plan, JOBS, &Silent).unwrap();
    let mut findings = Findings::default();
    findings.add_planted(&networks, &plan);
    assert_hold(&findings.criteria);
    let found = findings.planted.as_ref().unwrap();
    assert_eq!((found.wired, found.distilled), (12, 3));
    // No threshold that is tried would do better than 0 errors on networks wired by hand.
    let errors = found.wired_errors.iter().find(|errors| errors.threshold == 0.25).unwrap();
    assert_eq!((errors.false_positives, errors.misses), (0, 0), "{errors:?}");
    // What raw gradients find is not what was planted.
    let gradients: Vec<_> = found.recoveries.iter().filter(|m| m.name.starts_with("gradient,")).collect();
    assert_eq!(gradients.len(), 5);
    assert!(gradients.iter().all(|m| m.wired.correlation.unwrap() < 0.7), "{gradients:#?}");
    // Nor does any other magnitude find it as well as strength does.
    let strength = &found.recoveries[0];
    for magnitude in found.recoveries.iter().filter(|measure| measure.magnitude) {
        for (own, best) in [(&magnitude.wired, &strength.wired), (&magnitude.distilled, &strength.distilled)] {
            assert!(own.correlation.is_none_or(|r| r < best.correlation.unwrap()), "{magnitude:?}");
        }
    }
    assert!(tables(&findings).contains("| strength | 1.0000 |"));
    // What outcomes report is the first of the magnitudes, to the bit.
    for network in &networks {
        assert_eq!(network.values[ESTIMATORS.len()], network.measured.magnitude);
    }
}

#[test]
fn planted_networks_do_not_depend_on_the_jobs() {
    let plan = planted::Plan { draws: 1, distilled: 1, ..small_plan() };
    let plan = planted::Plan { distillation: Distillation { steps: 100, between: 50, ..plan.distillation }, ..plan };
    let [one, many] = [1, 3].map(|jobs| planted(&plan, jobs, &Silent).unwrap());
    for (one, many) in one.iter().zip(&many) {
        assert_eq!((one.origin, &one.measured, &one.values), (many.origin, &many.measured, &many.values));
    }
}

#[test]
fn distillation_stops_where_it_is_told_to() {
    let study = study().unwrap();
    let setup = Setup::new(&study).unwrap();
    let strengths = draw(setup.rules.len(), &mut Seed(5).stream("strengths", &[]));
    let lessons = |n: usize, seed: u64| {
        let bank = Bank::of_size(n, &study, &setup.sight, &setup.rules, Seed(seed)).unwrap();
        let policy = (0..n).map(|state| probabilities(&strengths, bank.features.row(state))).collect();
        Lessons { observations: bank.observations, policy }
    };
    let (known, fresh) = (lessons(2000, 6), lessons(500, 7));
    let settings = Distillation { batch: 128, learning_rate: 3e-3, steps: 40, between: 20, divergence: 1e9 };
    let run =
        |settings: &Distillation| distil(&study.agent, setup.sight.bits(), &known, &fresh, settings, Seed(8)).unwrap();
    let untrained = run(&settings);
    assert_eq!(untrained.steps, 0);
    let never = run(&Distillation { divergence: 0.0, ..settings.clone() });
    assert_eq!((never.steps, never.divergence), (40, divergence(&never.parameters, &fresh)));
    let between = Distillation { divergence: (untrained.divergence + never.divergence) / 2.0, ..settings };
    let halfway = run(&between);
    assert!(halfway.divergence < between.divergence && halfway.steps <= 40, "{halfway:?}");
    assert_eq!(halfway, run(&between));
}

#[test]
fn intervals_of_strength_cover() {
    let plan =
        calibration::Plan { population: 20_000, policies: 20, exact: 2, samples: 20, ..calibration::Plan::full() };
    let found = calibration(&plan, JOBS, &Silent).unwrap();
    assert_eq!(found, calibration(&plan, JOBS + 1, &Silent).unwrap());
    let mut findings = Findings::default();
    findings.add_calibration(found.clone());
    assert_hold(&findings.criteria);
    assert_eq!((found.overall.data_sets, found.overall.intervals, found.by_rule.len()), (400, 4800, 12));
    assert!(found.exact_error < 0.01 && found.exact_standard_error < 0.01, "{found:?}");
}

#[test]
fn rules_about_an_object_are_found_where_they_were_learned_alone() {
    let found = controls(6, JOBS, &Silent).unwrap();
    assert_eq!(found.len(), 15);
    assert!(
        found.iter().filter(|control| !control.study.starts_with("trained_on_nothing")).all(|c| c.mean_return > 0.8)
    );
    let mut findings = Findings::default();
    findings.add_controls(found);
    assert_hold(&findings.criteria);
}

#[test]
fn the_command_says_what_it_cannot_do() {
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_shardbed"));
        command.arg("validate").args(arguments).output().unwrap()
    };
    for arguments in [&["--jobs", "0"][..], &["--only", "everything"], &["study.shard"]] {
        let said = run(arguments);
        assert_eq!((said.status.code(), said.stdout.is_empty()), (Some(2), true), "{arguments:?}");
    }
}
