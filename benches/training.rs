//! One rollout and update of PPO, everything included, in environment steps per second of one thread.

mod cheese;

use crate::cheese::cheese;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shardbed::network::initialise::orthogonal;
use shardbed::seed::Seed;
use shardbed::study::ppo::Ppo;
use shardbed::training::ppo::{train, whole_steps};
use shardbed::world::engine::Engine;
use shardbed::world::sight::Sight;
use shardbed::world::spec::View;

fn update(criterion: &mut Criterion) {
    let world = cheese(View::All);
    let engine = Engine::new(&world, &Sight::of([&world]));
    let initial = orthogonal(engine.sight().bits(), &[64, 64], Seed(1));
    let settings = Ppo { steps: 1, environments: 64, rollout: 128, ..Ppo::default() };
    // As the program trains: dfdx's products use the ambient pool.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be started");
    let mut group = criterion.benchmark_group("training");
    group.sample_size(20).throughput(Throughput::Elements(whole_steps(&settings)));
    group.bench_function("ppo", |bencher| {
        pool.install(|| {
            bencher
                .iter(|| train(initial.clone(), &settings, &engine, Seed(1), &mut |_| {}).expect("nothing diverges"));
        });
    });
    group.finish();
}

criterion_group!(benches, update);
criterion_main!(benches);
