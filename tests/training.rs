//! Training: the advantage estimate, what PPO learns, and that the same seed gives the same bits.

use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use shardbed::network::fused::Fused;
use shardbed::network::initialise::orthogonal;
use shardbed::seed::Seed;
use shardbed::study::ppo::Ppo;
use shardbed::training::learner::Gradients;
use shardbed::training::ppo::{Snapshot, TrainingError, train};
use shardbed::training::rollout::{Steps, advantages};
use shardbed::world::action::ACTIONS;
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use shardbed::world::environment::Ending;
use shardbed::world::lit::LitRows;
use shardbed::world::sight::Sight;
use shardbed::world::spec::{Glyph, Layout, Object, Place, Touch, View, World};

fn cheese_room(side: u32, view: View) -> World {
    let cheese = Object { rewards: Object::reward_of(1.0), touch: Touch::Ends, ..Object::named("cheese") };
    World {
        layout: Layout::Room { width: side, height: side },
        start: Place::Anywhere.into(),
        view,
        horizon: 40,
        step_reward: -0.01,
        slip: 0.0,
        carry: None,
        objects: vec![cheese],
    }
}

fn engine(world: &World) -> Engine {
    Engine::new(world, &Sight::of([world]))
}

/// Trains as the program does: in a pool of `threads` threads.
fn trained(engine: &Engine, settings: &Ppo, seed: u64, threads: usize) -> Result<Vec<Snapshot>, TrainingError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        train(
            orthogonal(engine.sight().bits(), &[32, 32], Seed(seed)),
            settings,
            engine,
            Seed(seed),
            Gradients::Fused,
            &mut |_| {},
        )
    })
}

/// The mean return of the most likely actions over 500 episodes, and of a shortest path on the same levels.
fn greedy_and_shortest(engine: &Engine, snapshot: &Snapshot) -> (f64, f64) {
    let n = 500;
    let mut batch = Batch::new(engine, n, Seed(77)).unwrap();
    let shortest = (0..n)
        .map(|i| {
            let (grid, state) = (batch.grid(i), batch.borrow(i));
            let apart = |f: fn(&shardbed::world::grid::Grid, u16) -> u32| {
                f(grid, state.agent).abs_diff(f(grid, state.slots[0]))
            };
            let distance = apart(|grid, cell| grid.column(cell)) + apart(|grid, cell| grid.row(cell));
            1.0 - 0.01 * f64::from(distance)
        })
        .sum::<f64>()
        / n as f64;
    let mut forward = Fused::new(&snapshot.parameters);
    let (mut logits, mut values, mut rows) = (vec![[0.0; ACTIONS]; n], vec![0.0; n], LitRows::new());
    while batch.endings().contains(&Ending::None) {
        batch.observe(&mut rows);
        forward.run(&rows, &mut logits, &mut values);
        let best = |logits: &[f32; ACTIONS]| {
            (0..ACTIONS as u8).max_by(|&a, &b| logits[a as usize].total_cmp(&logits[b as usize])).unwrap()
        };
        batch.step(&logits.iter().map(best).collect::<Vec<_>>());
    }
    (batch.returns().iter().sum::<f64>() / n as f64, shortest)
}

#[test]
fn ppo_learns_a_room_to_the_best_return() {
    let world = cheese_room(5, View::Offsets);
    let engine = engine(&world);
    let settings = Ppo { steps: 40_000, environments: 32, rollout: 32, learning_rate: 2e-3, ..Ppo::default() };
    let snapshots = trained(&engine, &settings, 0, 1).unwrap();
    let (learned, shortest) = greedy_and_shortest(&engine, snapshots.last().unwrap());
    assert!(learned > shortest - 0.05, "learned {learned}, shortest {shortest}");
    let (untrained, _) = greedy_and_shortest(&engine, &snapshots[0]);
    assert!(untrained < shortest - 0.3, "untrained {untrained}");
}

/// The value of the first state of a level.
fn first_value(engine: &Engine, snapshot: &Snapshot) -> f64 {
    let batch = Batch::new(engine, 1, Seed(5)).unwrap();
    let (mut rows, mut logits, mut values) = (LitRows::new(), [[0.0; ACTIONS]], [0.0]);
    batch.observe(&mut rows);
    Fused::new(&snapshot.parameters).run(&rows, &mut logits, &mut values);
    f64::from(values[0])
}

#[test]
fn the_value_bootstraps_across_truncation_only() {
    // 0.1 at each step, for ever but for the cut after 4 steps: worth 0.1 / (1 - 0.9) = 1 if the cut is seen through,
    // 0.34 at most if it is taken for an end.
    let mut world = cheese_room(3, View::All);
    (world.horizon, world.step_reward) = (4, 0.1);
    world.objects[0].count = 0;
    let settings = Ppo {
        steps: 40_000,
        environments: 16,
        rollout: 32,
        learning_rate: 3e-3,
        discount: 0.9,
        gradient_norm: 10.0,
        ..Ppo::default()
    };
    let cut = engine(&world);
    let value = first_value(&cut, trained(&cut, &settings, 0, 1).unwrap().last().unwrap());
    assert!((value - 1.0).abs() < 0.1, "across truncation: {value}");
    // One step to the cheese, which ends the episode: worth 0.5, and nothing follows.
    world.layout = Layout::Map { width: 2, height: 1, cells: vec![Glyph::Floor, Glyph::Floor] };
    world.horizon = 1000;
    world.step_reward = 0.0;
    (world.objects[0].count, world.objects[0].rewards) = (1, Object::reward_of(0.5));
    let ends = engine(&world);
    let value = first_value(&ends, trained(&ends, &settings, 0, 1).unwrap().last().unwrap());
    assert!((value - 0.5).abs() < 0.05, "across termination: {value}");
}

#[test]
fn the_same_seed_gives_the_same_bits_with_any_number_of_threads() {
    let engine = engine(&cheese_room(4, View::All));
    let settings = Ppo { steps: 3_000, environments: 16, rollout: 32, ..Ppo::default() };
    let one = trained(&engine, &settings, 3, 1).unwrap();
    assert_eq!(one, trained(&engine, &settings, 3, 1).unwrap());
    assert_eq!(one, trained(&engine, &settings, 3, 2).unwrap());
    assert_ne!(one, trained(&engine, &settings, 4, 1).unwrap());
}

#[test]
fn snapshots_run_from_the_untrained_to_the_final_network() {
    let engine = engine(&cheese_room(4, View::All));
    let small = Ppo { environments: 4, rollout: 8, epochs: 1, minibatches: 1, ..Ppo::default() };
    for (updates, kept) in [(1, 2), (20, 21), (32, 33), (500, 33)] {
        let settings = Ppo { steps: updates * 32, ..small.clone() };
        let snapshots = trained(&engine, &settings, 0, 1).unwrap();
        assert_eq!(snapshots.len(), kept, "{updates} updates");
        assert_eq!((snapshots[0].step, snapshots[kept - 1].step), (0, updates * 32));
        assert!(snapshots.is_sorted_by(|a, b| a.step < b.step));
    }
    let settings = Ppo { steps: 45 * 32, ..small };
    assert!(trained(&engine, &settings, 0, 1).unwrap().len() > 20);
}

#[test]
fn divergence_is_an_error_that_says_what_to_try() {
    let mut world = cheese_room(4, View::All);
    world.objects[0].rewards = Object::reward_of(1e30);
    let settings = Ppo { steps: 5_000, environments: 16, rollout: 32, learning_rate: 1.0, ..Ppo::default() };
    let error = trained(&engine(&world), &settings, 0, 1).unwrap_err();
    assert!(matches!(error, TrainingError::Diverged { .. }), "{error}");
    assert!(error.to_string().contains("learning rate"), "{error}");
}

/// The definition, summed afresh for every step: A_t = sum_l (discount lambda)^l delta_{t+l} up to the end of the episode.
fn slow_advantage(steps: Steps, environments: usize, discount: f64, lambda: f64, index: usize) -> f64 {
    let (mut sum, mut weight, mut at) = (0.0, 1.0, index);
    while at < steps.rewards.len() {
        let delta =
            f64::from(steps.rewards[at]) + discount * f64::from(steps.next_values[at]) - f64::from(steps.values[at]);
        sum += weight * delta;
        if steps.ended[at] {
            break;
        }
        weight *= discount * lambda;
        at += environments;
    }
    sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn advantages_equal_a_slow_reference(
        environments in 1usize..5,
        times in 1usize..40,
        discount in 0.0..1.0f64,
        lambda in 0.0..1.0f64,
        draws in proptest::collection::vec((-2.0..2.0f32, -2.0..2.0f32, -2.0..2.0f32, 0u8..6), 160),
    ) {
        let n = environments * times;
        let column = |f: fn(&(f32, f32, f32, u8)) -> f32| draws[..n].iter().map(f).collect::<Vec<_>>();
        // 0: terminated, nothing follows; 1: truncated, the cut state's value follows; else the episode goes on.
        let next_values = column(|d| if d.3 == 0 { 0.0 } else { d.2 });
        let ended: Vec<bool> = draws[..n].iter().map(|d| d.3 < 2).collect();
        let (rewards, values) = (column(|d| d.0), column(|d| d.1));
        let steps = Steps { rewards: &rewards, values: &values, next_values: &next_values, ended: &ended };
        let mut fast = vec![0.0; n];
        advantages(steps, environments, discount as f32, lambda as f32, &mut fast);
        for (index, fast) in fast.iter().enumerate() {
            let slow = slow_advantage(steps, environments, discount, lambda, index);
            prop_assert!((f64::from(*fast) - slow).abs() < 1e-4, "{index}: {fast} {slow}");
        }
    }
}
