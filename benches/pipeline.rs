//! What a study costs beside its training: measuring one network, the bootstrap of a claim, a prediction by shard dynamics, the check
//! of a file; on one thread.
//!
//! Where measuring goes, by `perf record` of whole runs whose networks were in the store, on a processor with AVX2, in parts of
//! a hundred of the time of all threads:
//!
//! | | `forage` | `corner_cheese` |
//! | --- | --- | --- |
//! | episodes in every world, of trained and of fresh networks and of rules | 14 | 22 |
//! | learned solvers, of which the eigenvectors of the bits' correlations | 26, 10 | |
//! | rotations of the weights from a cue | 10 | 6 |
//! | strengths along training | 6 | 10 |
//! | what a further step would do | 4 | 13 |
//! | episodes of the chains | 6 | 5 |
//! | chains of all seeds, scores | 8 | 10 |
//! | networks read from the store | 6 | 6 |
//!
//! By the clock, two threads need 13 to 15% more than half of that time, what is done once for all seeds included. Doing the
//! tests of the chains of all seeds on one thread and the scores on the other was tried: 1 to 2% of the best times, which is not worth
//! it. The largest part that is not needed is dealing out the transitions of all seeds 99 times for one p (3 and 5).

use criterion::{Criterion, criterion_group, criterion_main};
use shardbed::experiment::measure::{Measurement, measure};
use shardbed::experiment::setup::Setup;
use shardbed::language::read;
use shardbed::markov::solver_cycle::solver_cycles;
use shardbed::network::initialise::orthogonal;
use shardbed::predictor::registry::named;
use shardbed::predictor::task::Task;
use shardbed::scoring::claim::{Resamples, Side};
use shardbed::seed::Seed;
use shardbed::training::ppo::Snapshot;
use std::hint::black_box;

/// Three kinds of food on 8x8, three rules about them and one about walls.
const STUDY: &str = include_str!("../predictions/forage.shard");
/// Networks along a training, as many as are kept.
const SNAPSHOTS: u64 = 33;

fn measuring(criterion: &mut Criterion) {
    let study = read(STUDY).expect("the study is shipped").studies.remove(0);
    let setup = Setup::new(&study).expect("its worlds have levels");
    let measurement = Measurement::prepare(&setup).expect("its worlds have levels");
    let parameters = orthogonal(setup.sight.bits(), &study.agent.hidden, Seed(2));
    let snapshot = |step: u64| Snapshot { step, mean_return: None, parameters: parameters.clone() };
    let snapshots: Vec<Snapshot> = (0..SNAPSHOTS).map(snapshot).collect();
    let mut group = criterion.benchmark_group("measuring");
    group.sample_size(10);
    group.bench_function("network", |bencher| {
        bencher.iter(|| black_box(measure(&setup, &measurement, 0, 0, &snapshots).expect("its worlds have levels")));
    });
    group.bench_function("what all networks share", |bencher| {
        bencher.iter(|| black_box(Measurement::prepare(&setup).expect("its worlds have levels")));
    });
    // 200 episodes of ten events of four solvers: each of the first two is followed by the other three times out of four.
    let event = |index: usize| if index % 8 < 6 { index % 2 } else { index / 8 % 4 };
    let episodes: Vec<Vec<usize>> =
        (0..200).map(|episode| (0..10).map(|i| event(13 * episode + i)).collect()).collect();
    group.bench_function("solver-cycles", |bencher| {
        bencher.iter(|| black_box(solver_cycles(&episodes, 4, 1).expect("four solvers")));
    });
    group.finish();
}

fn bootstrap(criterion: &mut Criterion) {
    let side = Side { differences: (0..8).map(|seed| f64::from(seed) - 2.5).collect(), strict: true, level: 0.95 };
    criterion.bench_function("1,000 resamples of 8 seeds", |bencher| {
        bencher.iter(|| black_box(Resamples::drawn(1000, 8, 1).holding(&side)));
    });
}

fn before_training(criterion: &mut Criterion) {
    let study = read(STUDY).expect("the study is shipped").studies.remove(0);
    let task = Task::new(&study, Vec::new()).expect("its worlds have levels");
    let predictor = named("shard dynamics").expect("it is registered");
    let mut group = criterion.benchmark_group("before training");
    group.sample_size(10);
    group.bench_function("shard dynamics", |bencher| bencher.iter(|| black_box(predictor.predict(&task))));
    group.bench_function("check", |bencher| bencher.iter(|| black_box(read(STUDY))));
    group.finish();
}

criterion_group!(benches, measuring, bootstrap, before_training);
criterion_main!(benches);
