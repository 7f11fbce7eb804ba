//! What a further step of training would do to a network, along trainings of shipped studies.

mod trained;

use shardbed::attribution::effect::{Effect, OverBatches};
use shardbed::experiment::measure::{Measured, Measurement, measure};
use shardbed::experiment::reinforcement::{reinforcements, unit_effects};
use shardbed::experiment::setup::Setup;
use shardbed::language::read;
use shardbed::network::initialise::orthogonal;
use shardbed::network::parameters::Parameters;
use shardbed::parallel::side_by_side;
use shardbed::seed::Seed;
use shardbed::selection::reinforcement::Reinforcement;
use shardbed::study::Study;
use shardbed::training::learner::Gradients;
use shardbed::training::ppo::train;
use std::path::Path;

fn study(file: &str) -> Study {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("predictions").join(file);
    read(&std::fs::read_to_string(path).unwrap()).unwrap().studies.remove(0)
}

/// As the program does, in a pool of one thread.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(work)
}

fn reinforced(setup: &Setup, parameters: &Parameters) -> Vec<Reinforcement> {
    let found = alone(|| reinforcements(setup, 0, 0, parameters)).unwrap();
    found.into_iter().map(|one| one.expect("every rule of these studies fires")).collect()
}

/// How many units are reinforced, disinforced and unchanged.
fn counts(units: &[OverBatches]) -> [usize; 3] {
    let effects = [Effect::Reinforced, Effect::Disinforced, Effect::Unchanged];
    effects.map(|effect| units.iter().filter(|unit| unit.effect() == effect).count())
}

#[test]
fn early_training_strengthens_the_way_to_the_cheese() {
    let mut study = study("corner_cheese.shard");
    study.train.steps = 20_000;
    let setup = Setup::new(&study).unwrap();
    let (engine, first) = (&setup.own_arena(0).engine, Seed(0));
    let initial = orthogonal(setup.sight.bits(), &study.agent.hidden, first);
    let snapshots = alone(|| train(initial, &study.train, engine, first, Gradients::Fused, &mut |_| {})).unwrap();
    let parameters = &snapshots.last().unwrap().parameters;
    let found = reinforced(&setup, parameters);
    assert_eq!(study.heuristics[0].name, "to_corner");
    assert!(found[0].t > 10.0, "{found:?}");
    // The cheese is always in that corner: both rules recommend the same.
    assert!((found[0].gradient - found[1].gradient).abs() < 1e-12, "{found:?}");
    assert_eq!(found, reinforced(&setup, parameters));

    // The same with the reward for cheese turned to punishment: what paid is paid for.
    let mut sour = study.clone();
    for object in &mut sour.world.objects {
        object.rewards.iter_mut().for_each(|reward| reward.amount = -reward.amount);
    }
    let sour = Setup::new(&sour).unwrap();
    assert_eq!(reinforced(&sour, parameters)[0].effect(), Effect::Disinforced);

    let units = alone(|| unit_effects(&setup, 0, 0, parameters)).unwrap();
    assert_eq!(units.len(), study.agent.hidden.len());
    for (layer, width) in units.iter().zip(&study.agent.hidden) {
        let (before, after) = (counts(&layer.before), counts(&layer.after));
        assert_eq!([before, after].map(|counts| counts.iter().sum::<usize>()), [*width; 2]);
        assert!(before[0] > 0 && before[1] > 0 && after[0] > 0 && after[1] > 0, "{before:?}, {after:?}");
    }
    assert_eq!(units, alone(|| unit_effects(&setup, 0, 0, parameters)).unwrap());
}

#[test]
fn what_never_fires_has_no_reinforcement() {
    let text = "edition 1\nworld w { layout room 4x4; view offsets; horizon 9; object ant { ends; reward +1 }; object bee { count 0 } }\n\
                study s { on w; agent mlp(8)\ntrain ppo { }\nheuristic to_ant { if ant visible then move toward ant }\n\
                heuristic to_bee { if bee visible then move toward bee }\nscenario bees { object bee { count 1 } } }";
    let study = read(text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    let setup = Setup::new(&study).unwrap();
    let network = orthogonal(setup.sight.bits(), &study.agent.hidden, Seed(1));
    let found = reinforcements(&setup, 0, 0, &network).unwrap();
    assert!(found[0].is_some() && found[1].is_none(), "{found:?}");
}

/// Pearson's correlation.
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), pair| (x + pair.0 / n, y + pair.1 / n));
    let sum = |product: fn(f64, f64) -> f64| pairs.iter().map(|pair| product(pair.0 - x, pair.1 - y)).sum::<f64>();
    sum(|x, y| x * y) / (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt()
}

/// Along whole trainings: the least and the largest |t| in the middle of them, and whether the sum of reinforcement up to
/// a snapshot, weighted with the learning rate, follows the strength there.
#[test]
#[ignore = "trains two studies with their whole budget: `.ci/run` does it"]
fn reinforcement_adds_up_to_strength() {
    for (file, rules, least) in [("corner_cheese.shard", 0..1, 10.0), ("deliver.shard", 0..2, 5.0)] {
        let mut study = study(file);
        study.train.seeds = 1;
        let setup = Setup::new(&study).unwrap();
        let snapshots = trained::snapshots(&setup).remove(0);
        let measurement = Measurement::prepare(&setup).unwrap();
        let measured: Measured = alone(|| measure(&setup, &measurement, 0, 0, &snapshots)).unwrap();
        let reinforced = |index: usize| reinforced(&setup, &snapshots[index].parameters);
        let course: Vec<Vec<Reinforcement>> = side_by_side(2, snapshots.len(), reinforced).unwrap();
        let whole = snapshots.last().unwrap().step as f64;
        for h in rules {
            let mut pairs = vec![(0.0, measured.course[0][h])];
            let mut sum = 0.0;
            for k in 1..snapshots.len() {
                let [from, to] = [k - 1, k].map(|k| snapshots[k].step as f64);
                sum += course[k - 1][h].gradient * (to - from) * (1.0 - (from + to) / 2.0 / whole);
                pairs.push((sum, measured.course[k][h]));
            }
            let middle: Vec<f64> = (1..snapshots.len() - 1)
                .filter(|&k| snapshots[k].step as f64 > 0.04 * whole && (snapshots[k].step as f64) < 0.3 * whole)
                .map(|k| course[k][h].t)
                .collect();
            let [low, high] = [f64::min, f64::max].map(|pick| middle.iter().copied().reduce(pick).unwrap());
            let found = correlation(&pairs);
            let name = &study.heuristics[h].name;
            println!(
                "{file}, {name}: t {low:.1} to {high:.1} in the middle, {:.1} at the end; sum and strength r {found:.3}",
                course.last().unwrap()[h].t
            );
            assert!(low > least, "{name}: {low}");
            assert!(found > 0.8, "{name}: {found}");
        }
    }
}
