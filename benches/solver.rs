//! Which solver acts, in environment steps per second of one thread: a network plays, and at every step the activity of
//! each rule is measured.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shardbed::experiment::measure::Measurement;
use shardbed::experiment::setup::Setup;
use shardbed::experiment::solvers::{CHAIN_EPISODES, meter, rollout};
use shardbed::language::read;
use shardbed::network::initialise::orthogonal;
use shardbed::seed::Seed;
use std::hint::black_box;

/// Three kinds of food on 8x8, three rules about them and one about walls.
const STUDY: &str = include_str!("../predictions/forage.shard");

fn rollouts(criterion: &mut Criterion) {
    let study = read(STUDY).expect("the study is shipped").studies.remove(0);
    let setup = Setup::new(&study).expect("its worlds have levels");
    let arena = setup.own_arena(0);
    let parameters = orthogonal(setup.sight.bits(), &study.agent.hidden, Seed(2));
    let measurement = Measurement::prepare(&setup).expect("its worlds have levels");
    let meter = meter(&setup, &measurement, &parameters);
    let steps = CHAIN_EPISODES as u64 * u64::from(study.world.horizon);
    let mut group = criterion.benchmark_group("solver");
    group.sample_size(20).throughput(Throughput::Elements(steps));
    group.bench_function("rollout", |bencher| {
        bencher.iter(|| {
            let episodes = rollout(&setup, &meter, arena, &parameters, Seed(1), &mut |_| {});
            black_box(episodes.expect("the world has levels"));
        });
    });
    group.finish();
}

criterion_group!(benches, rollouts);
criterion_main!(benches);
