//! How cost grows with what a study may be large in, each alone: `benches/table --growth` fits exponents and draws them.
//!
//! | group | once | expected of the time |
//! | --- | --- | --- |
//! | width, depth | a rollout and an update of PPO of 16 x 32 steps | quadratic in width once it is large, linear in depth |
//! | grid | the same | by the cells that a level draws and an observation lights; the bits that are not lit cost nothing |
//! | environments | the same | linear |
//! | steps | training for so many | linear |
//! | seeds | so many trainings on one thread | linear |
//! | states of a network | its logits, by row | linear |
//! | states, heuristics | strengths of all heuristics, with the parts of units | linear in states, quadratic in heuristics at most |
//! | heuristics of a study | everything that is measured at one seed | quadratic at most |
//!
//! What grows less than expected has a part that does not grow at all.

mod cheese;

use crate::cheese::cheese;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shardbed::attribution::contribution::contributed_by_units;
use shardbed::experiment::measure::{Measurement, measure};
use shardbed::experiment::setup::Setup;
use shardbed::language::read;
use shardbed::network::fused::{Fused, logits};
use shardbed::network::initialise::orthogonal;
use shardbed::parallel::side_by_side;
use shardbed::seed::Seed;
use shardbed::selection::features::{Features, fisher_weights};
use shardbed::selection::identifiability::identify;
use shardbed::selection::strength;
use shardbed::study::Study;
use shardbed::study::ppo::Ppo;
use shardbed::training::learner::Gradients;
use shardbed::training::ppo::{Snapshot, train, whole_steps};
use shardbed::world::action::{ACTIONS, ActionSet};
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use shardbed::world::lit::LitRows;
use shardbed::world::sight::Sight;
use shardbed::world::spec::{Layout, View, World};
use std::hint::black_box;
use std::time::Duration;

/// A training, to be varied in one thing.
#[derive(Clone)]
struct Training {
    grid: u32,
    widths: Vec<usize>,
    settings: Ppo,
}

impl Training {
    fn small() -> Training {
        let settings = Ppo { steps: 1, environments: 16, rollout: 32, ..Ppo::default() };
        Training { grid: 8, widths: vec![64, 64], settings }
    }

    fn bench(&self, group: &mut BenchmarkGroup<'_, WallTime>, of: usize) {
        let world = scattered(self.grid);
        let engine = Engine::new(&world, &Sight::of([&world]));
        let initial = orthogonal(engine.sight().bits(), &self.widths, Seed(1));
        group.throughput(Throughput::Elements(whole_steps(&self.settings)));
        group.bench_function(BenchmarkId::from_parameter(of), |bencher| {
            bencher.iter(|| {
                let done = train(initial.clone(), &self.settings, &engine, Seed(1), Gradients::Fused, &mut |_| ());
                black_box(done.expect("nothing diverges"))
            });
        });
    }
}

fn scattered(side: u32) -> World {
    let world = cheese(View::All);
    World { layout: Layout::Scatter { width: side, height: side, walls: 0.25 }, ..world }
}

/// A group whose name says what grows.
fn group<'c>(criterion: &'c mut Criterion, name: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(format!("growth/{name}"));
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(800));
    group
}

fn training(criterion: &mut Criterion) {
    let small = Training::small();
    let mut width = group(criterion, "width");
    for of in [32, 64, 128, 256, 512] {
        Training { widths: vec![of, of], ..small.clone() }.bench(&mut width, of);
    }
    width.finish();
    let mut depth = group(criterion, "depth");
    for of in [1, 2, 3, 4] {
        Training { widths: vec![64; of], ..small.clone() }.bench(&mut depth, of);
    }
    depth.finish();
    let mut grid = group(criterion, "grid");
    for of in [4_u32, 8, 16, 32] {
        Training { grid: of, ..small.clone() }.bench(&mut grid, of as usize);
    }
    grid.finish();
    let mut environments = group(criterion, "environments");
    for of in [8_u32, 16, 64, 256] {
        let settings = Ppo { environments: of, ..small.settings.clone() };
        Training { settings, ..small.clone() }.bench(&mut environments, of as usize);
    }
    environments.finish();
    let mut steps = group(criterion, "steps");
    for of in [1_u64, 4, 16] {
        let settings = Ppo { steps: of * 512, ..small.settings.clone() };
        Training { settings, ..small.clone() }.bench(&mut steps, of as usize * 512);
    }
    steps.finish();
}

fn seeds(criterion: &mut Criterion) {
    let world = scattered(8);
    let engine = Engine::new(&world, &Sight::of([&world]));
    let Training { widths, settings, .. } = Training::small();
    let mut group = group(criterion, "seeds");
    for of in [1, 2, 4, 8] {
        group.throughput(Throughput::Elements(of as u64 * whole_steps(&settings)));
        group.bench_function(BenchmarkId::from_parameter(of), |bencher| {
            let one = |seed: usize| {
                let seed = Seed(seed as u64);
                let initial = orthogonal(engine.sight().bits(), &widths, seed);
                train(initial, &settings, &engine, seed, Gradients::Fused, &mut |_| ()).expect("nothing diverges")
            };
            bencher.iter(|| side_by_side(1, of, one).expect("a thread starts"));
        });
    }
    group.finish();
}

/// Observations of so many states of the world of all benches.
fn states(count: usize) -> LitRows {
    let world = cheese(View::All);
    let engine = Engine::new(&world, &Sight::of([&world]));
    let mut rows = LitRows::new();
    Batch::new(&engine, count, Seed(1)).expect("the world has levels").observe(&mut rows);
    rows
}

fn network(criterion: &mut Criterion) {
    let parameters = orthogonal(192, &[64, 64], Seed(2));
    let mut group = group(criterion, "states of a network");
    for of in [256, 1_024, 4_096, 16_384] {
        let rows = states(of);
        let (mut said, mut values) = (vec![[0.0; ACTIONS]; of], vec![0.0; of]);
        let mut network = Fused::new(&parameters);
        group.throughput(Throughput::Elements(of as u64));
        group.bench_function(BenchmarkId::from_parameter(of), |bencher| {
            bencher.iter(|| {
                network.run(&rows, &mut said, &mut values);
                black_box((&said, &values));
            });
        });
    }
    group.finish();
}

/// Strengths of heuristics that fire everywhere, which is the most that there is to do.
fn strengths(criterion: &mut Criterion) {
    let parameters = orthogonal(192, &[64, 64], Seed(2));
    for (name, sizes) in [
        ("states", [(500, 4), (1_000, 4), (2_000, 4), (4_000, 4)]),
        ("heuristics", [(500, 2), (500, 4), (500, 8), (500, 16)]),
    ] {
        let mut group = group(criterion, name);
        for (count, heuristics) in sizes {
            let rows = states(count);
            let (_, contributions) = contributed_by_units(&parameters, &rows);
            let q = fisher_weights(&logits(&parameters, &rows));
            // Of 1 to 30 are the sets of some and not all actions.
            let set = |at: usize| ActionSet((at * 7 % 30) as u8 + 1);
            let sets =
                (0..count).flat_map(|state| (0..heuristics).map(move |h| set(state * (2 * h + 1) + h))).collect();
            let features = Features { heuristics, sets };
            let basis = identify(&features.uniform_gram()).basis;
            group.throughput(Throughput::Elements(count as u64));
            let of = if name == "states" { count } else { heuristics };
            group.bench_function(BenchmarkId::from_parameter(of), |bencher| {
                bencher.iter(|| black_box(strength::measure(&features, &q, &contributions, &basis)));
            });
        }
        group.finish();
    }
}

/// A study with so many heuristics, half of them about a cheese.
fn study(heuristics: usize) -> Study {
    let directions = ["north", "east", "south", "west"];
    let rule = |h: usize| match h % 2 {
        0 => format!("heuristic near{h} {{ if cheese within {} then move toward cheese }}", h + 2),
        _ => {
            let [blocked, moved] = [h / 2, h / 2 + 1 + h / 8].map(|side| directions[side % 4]);
            format!("heuristic turn{h} {{ if wall {blocked} then move {moved} }}")
        }
    };
    let rules: Vec<String> = (0..heuristics).map(rule).collect();
    let text = format!(
        "edition 1\nworld room {{ layout room 8x8; view all; horizon 16; object cheese {{ at anywhere; reward +1; ends }} }}\n\
         study many {{ on room; agent mlp(64, 64)\n train ppo {{ steps 1k }}\n {}\n}}\n",
        rules.join("\n ")
    );
    read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0)
}

fn measuring(criterion: &mut Criterion) {
    let mut group = group(criterion, "heuristics of a study");
    for of in [2, 4, 8, 16] {
        let study = study(of);
        let setup = Setup::new(&study).expect("its world has levels");
        let measurement = Measurement::prepare(&setup).expect("its world has levels");
        let snapshot = |step: u64| Snapshot {
            step,
            mean_return: None,
            parameters: orthogonal(setup.sight.bits(), &study.agent.hidden, Seed(step)),
        };
        let snapshots = [snapshot(0), snapshot(1)];
        group.bench_function(BenchmarkId::from_parameter(of), |bencher| {
            bencher.iter(|| black_box(measure(&setup, &measurement, 0, 0, &snapshots).expect("it can be measured")));
        });
    }
    group.finish();
}

criterion_group!(benches, training, seeds, network, strengths, measuring);
criterion_main!(benches);
