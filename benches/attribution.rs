//! What a network does on many states, in states per second of one thread: the logits alone, and every activation with
//! the gradient of every logit.

mod cheese;

use crate::cheese::cheese;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shardbed::attribution::gradients::attribute;
use shardbed::network::forward::Forward;
use shardbed::network::initialise::orthogonal;
use shardbed::network::tape::Network;
use shardbed::seed::Seed;
use shardbed::world::action::ACTIONS;
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use shardbed::world::lit::LitRows;
use shardbed::world::sight::Sight;
use shardbed::world::spec::View;
use std::hint::black_box;
use std::sync::Arc;

const STATES: usize = 8_192;

fn states(criterion: &mut Criterion) {
    let world = cheese(View::All);
    let engine = Engine::new(&world, &Sight::of([&world]));
    let mut rows = LitRows::new();
    Batch::new(&engine, STATES, Seed(1)).expect("the world has levels").observe(&mut rows);
    let rows = Arc::new(rows);
    let parameters = orthogonal(engine.sight().bits(), &[64, 64], Seed(2));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be started");
    let mut group = criterion.benchmark_group("states");
    group.sample_size(20).throughput(Throughput::Elements(STATES as u64));
    group.bench_function("forward", |bencher| {
        let mut forward = Forward::new(parameters.clone());
        let (mut logits, mut values) = (vec![[0.0; ACTIONS]; STATES], vec![0.0; STATES]);
        bencher.iter(|| {
            forward.run(&rows, &mut logits, &mut values);
            black_box((&logits, &values));
        });
    });
    group.bench_function("attribution", |bencher| {
        let network = Network::new(&parameters);
        pool.install(|| bencher.iter(|| attribute(&network, &rows)));
    });
    group.finish();
}

criterion_group!(benches, states);
criterion_main!(benches);
