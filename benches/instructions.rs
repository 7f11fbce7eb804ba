//! Work whose instructions `tests/instructions/run` counts, so many times over: `instructions WORK TIMES`.
//!
//! | work | once |
//! | --- | --- |
//! | training | a rollout and an update of PPO, 16 x 128 steps in 4 x 4 minibatches |
//! | attribution | on 8,192 states, the gradient of the highest logit by every unit of all layers |
//! | contributions | on 8,192 states, what every unit of the last layer contributes to the logits |
//!
//! The world and the network are those of the other benches: 192 bits, 64-64 units. It says which instructions the network
//! takes, by the name of `pulp`.

mod cheese;

use crate::cheese::cheese;
use pulp::Arch;
use shardbed::attribution::contribution::contributed_by_units;
use shardbed::network::fused::{Fused, Heads};
use shardbed::network::initialise::orthogonal;
use shardbed::network::parameters::Parameters;
use shardbed::seed::Seed;
use shardbed::study::ppo::Ppo;
use shardbed::training::learner::Gradients;
use shardbed::training::ppo::train;
use shardbed::world::action::ACTIONS;
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use shardbed::world::lit::LitRows;
use shardbed::world::sight::Sight;
use shardbed::world::spec::View;
use std::hint::black_box;

const STATES: usize = 8_192;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, times] = arguments.as_slice() else { panic!("usage: instructions WORK TIMES") };
    let times: usize = times.parse().expect("TIMES is a whole number");
    let world = cheese(View::All);
    let engine = Engine::new(&world, &Sight::of([&world]));
    let parameters = orthogonal(engine.sight().bits(), &[64, 64], Seed(1));
    println!("{:?}", Arch::new());
    match work.as_str() {
        "training" => training(parameters, &engine, times),
        "attribution" => attribution(&parameters, &states(&engine), times),
        "contributions" => contributions(&parameters, &states(&engine), times),
        other => panic!("no work is called {other}"),
    }
}

fn training(initial: Parameters, engine: &Engine, updates: usize) {
    let update = Ppo { environments: 16, rollout: 128, ..Ppo::default() };
    let settings = Ppo { steps: 16 * 128 * updates as u64, ..update };
    black_box(train(initial, &settings, engine, Seed(1), Gradients::Fused, &mut |_| ()).expect("nothing diverges"));
}

fn states(engine: &Engine) -> LitRows {
    let mut rows = LitRows::new();
    Batch::new(engine, STATES, Seed(1)).expect("the world has levels").observe(&mut rows);
    rows
}

fn attribution(parameters: &Parameters, rows: &LitRows, times: usize) {
    for _ in 0..times {
        let mut sum = 0.0;
        let highest = |_, said: &Heads| (1..ACTIONS).fold(0, |best, at| if said[at] > said[best] { at } else { best });
        Fused::new(parameters).gradients(rows, highest, |told| sum += told.gradient[0]);
        black_box(sum);
    }
}

fn contributions(parameters: &Parameters, rows: &LitRows, times: usize) {
    for _ in 0..times {
        black_box(contributed_by_units(parameters, rows));
    }
}
