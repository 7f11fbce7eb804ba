//! One rollout and update of PPO, everything included, in environment steps per second of one thread.
//!
//! Where the time of 8,192 steps goes, by `perf record` and by timing the parts alone, on one core of an AMD EPYC with AVX-512:
//!
//! | part | on dfdx's tape | by kernels |
//! | --- | --- | --- |
//! | all | 38.6 ms | 9.1 ms |
//! | rollout | | 1.3 ms: environments .45, network .57, sampling .1 |
//! | 16 gradients | | 6.9 ms, of which the loss itself .3 |
//! | 16 steps of Adam, clipping included | | .2 ms |
//!
//! What made the difference, in turn: blocks of 64 rows that stay in cache through all layers and back, with products by tiles in registers
//! (3.4 times as fast as the tape in all); rows of weights aligned to cache lines (a fifth); sums that begin at zero in registers
//! rather than in memory (a tenth); exponentials and logarithms of 16 rows side by side in place of calls, which the compiler
//! turns into vector instructions only where nothing on the way is a closure that it leaves outside (a tenth); the six rows of the
//! heads that are not padding (a fiftieth). Three quarters of what is left are products at some 80% of what the processor can
//! multiply, and the weight rows of the lit bits, which wait for stores.
//!
//! Later, on a processor with AVX2 alone: what a ReLU holds at 0, about half of the units of a layer, is left out of products one row
//! at a time, which gives the same bits. And no derivative is set to 0 in memory: the compiler makes stores under a mask of that
//! (`vmaskmovps`), which took about a fifth of the time of an attribution.
//!
//! Later still, on the same processor: which units are not 0 is marked once for the products there and back. Derivatives of weights are
//! summed weight row by weight row over the marked rows of a block, in registers, and stored once for a block: before, those
//! of the first layer were loaded and stored for each row in which a bit is lit. The bits are the same, the instructions of
//! an update are 41% fewer, and training is 5 to 15% faster (callgrind, and best and median times beside each other in one run).

mod cheese;

use crate::cheese::cheese;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shardbed::network::initialise::orthogonal;
use shardbed::seed::Seed;
use shardbed::study::ppo::Ppo;
use shardbed::training::learner::Gradients;
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
    for (name, gradients) in [("ppo", Gradients::Fused), ("ppo on the tape", Gradients::Tape)] {
        group.bench_function(name, |bencher| {
            let once = || train(initial.clone(), &settings, &engine, Seed(1), gradients, &mut |_| {});
            pool.install(|| bencher.iter(|| once().expect("nothing diverges")));
        });
    }
    group.finish();
}

criterion_group!(benches, update);
criterion_main!(benches);
