//! What a network does on many states, in states per second of one thread: the logits alone, the gradient of the highest logit with
//! respect to every hidden unit, and every activation with the gradient of every logit, by kernels and on the tape.

mod cheese;

use crate::cheese::cheese;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shardbed::attribution::gradients::{attribute, on_tape};
use shardbed::network::fused::{Fused, Heads};
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
        let mut forward = Fused::new(&parameters);
        let (mut logits, mut values) = (vec![[0.0; ACTIONS]; STATES], vec![0.0; STATES]);
        bencher.iter(|| {
            forward.run(&rows, &mut logits, &mut values);
            black_box((&logits, &values));
        });
    });
    group.bench_function("attribution", |bencher| {
        let mut network = Fused::new(&parameters);
        let highest = |_, said: &Heads| {
            (1..ACTIONS).fold(0, |best, action| if said[action] > said[best] { action } else { best })
        };
        bencher.iter(|| network.gradients(&rows, highest, |layer| assert!(!black_box(layer.gradient).is_empty())));
    });
    group.bench_function("attribution of all logits", |bencher| bencher.iter(|| attribute(&parameters, &rows)));
    group.bench_function("attribution of all logits on the tape", |bencher| {
        let network = Network::new(&parameters);
        pool.install(|| bencher.iter(|| on_tape(&network, &rows)));
    });
    group.finish();
}

criterion_group!(benches, states);
criterion_main!(benches);
