//! Steps of environments with their observations, one thread.

mod cheese;

use crate::cheese::cheese;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shardbed::seed::Seed;
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use shardbed::world::lit::LitRows;
use shardbed::world::sight::Sight;
use shardbed::world::spec::View;
use std::hint::black_box;

fn steps(criterion: &mut Criterion) {
    for (name, view) in [("all", View::All), ("offsets", View::Offsets)] {
        let world = cheese(view);
        let engine = Engine::new(&world, &Sight::of([&world]));
        let mut group = criterion.benchmark_group(format!("steps/{name}"));
        for environments in [64_usize, 1_024] {
            let Ok(mut batch) = Batch::new(&engine, environments, Seed(1)) else { continue };
            // Cheap, irregular actions: what is timed is the environments.
            let mut number = 1_u32;
            let mut actions = vec![0_u8; environments];
            let mut seen = LitRows::new();
            group.throughput(Throughput::Elements(environments as u64));
            group.bench_function(BenchmarkId::from_parameter(environments), |bencher| {
                bencher.iter(|| {
                    for action in &mut actions {
                        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        *action = (number >> 24) as u8 % 5;
                    }
                    batch.step(&actions);
                    let reset = batch.reset_ended();
                    batch.observe(&mut seen);
                    black_box((&seen, reset.is_ok()));
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);
