//! Every fused kernel against the same computation on dfdx's tape, to 1e-5, on every set of instructions that the processor has:
//! random networks, batches and observations.

use dfdx::prelude::{AsArray, Axis, Backward, Gradients, MeanTo, Rank0, SumTo, ZerosTensor};
use dfdx::tensor::{Cpu, Tensor};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use pulp::Arch;
use rand::RngExt;
use shardbed::attribution::contribution::{contributed_by_units, contributed_in_all, contributions};
use shardbed::attribution::gradients::{Attribution, on_tape};
use shardbed::network::fused::{Fused, Loss, last_hidden, logits};
use shardbed::network::initialise::orthogonal;
use shardbed::network::lit_sum::Matrix;
use shardbed::network::packed::VALUE;
use shardbed::network::parameters::{Affine, Parameters};
use shardbed::network::tape::{GradientTape, Network};
use shardbed::seed::{Seed, Stream};
use shardbed::study::Mlp;
use shardbed::study::ppo::Ppo;
use shardbed::training::distil::{CrossEntropy, Distillation, Lessons, distil};
use shardbed::training::fused::FusedLearner;
use shardbed::training::learner::Gradients as By;
use shardbed::training::ppo::train;
use shardbed::training::supervised::{Looks, Regression, SquaredError, Targets, regress};
use shardbed::training::taped::TapedLearner;
use shardbed::world::action::ACTIONS;
use shardbed::world::engine::Engine;
use shardbed::world::lit::LitRows;
use shardbed::world::sight::Sight;
use shardbed::world::spec::{Layout, Object, Place, Touch, View, World};
use std::sync::Arc;

/// None, one, a whole block of the kernels and its neighbours, and several blocks.
const COUNTS: [usize; 7] = [0, 1, 2, 63, 64, 65, 200];
/// How near to its kink a unit may be for its derivative to be compared: on either side of it the two ways may round to another.
const KINK: f32 = 1e-5;

type Taped = Tensor<Rank0, f32, Cpu, GradientTape>;

/// The instruction sets of this processor.
fn instructions() -> Vec<Arch> {
    let mut all = vec![Arch::Scalar];
    #[cfg(target_arch = "x86_64")]
    {
        all.extend(pulp::x86::V3::try_new().map(Arch::V3));
        all.extend(pulp::x86::V4::try_new().map(Arch::V4));
    }
    #[cfg(target_arch = "aarch64")]
    all.push(Arch::new());
    all
}

/// A network and observations, drawn from a seed.
#[derive(Clone, Debug)]
struct Drawn {
    bits: usize,
    widths: Vec<usize>,
    /// Observations.
    count: usize,
    /// How large the weights to the logits are.
    policy: f32,
    seed: u64,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let shape = (1..80_usize, vec(1..70_usize, 1..=3), select(&COUNTS[..]));
    (shape, 0.1_f32..30.0, any::<u64>()).prop_map(|((bits, widths, count), policy, seed)| Drawn {
        bits,
        widths,
        count,
        policy,
        seed,
    })
}

impl Drawn {
    fn stream(&self, name: &str) -> Stream {
        Seed(self.seed).stream(name, &[])
    }

    fn parameters(&self) -> Parameters {
        let mut parameters = orthogonal(self.bits, &self.widths, Seed(self.seed));
        parameters.policy.weight.iter_mut().for_each(|weight| *weight *= self.policy);
        let mut random = self.stream("biases");
        for bias in parameters.layers_mut().flat_map(|layer| &mut layer.bias) {
            *bias = random.random_range(-0.2..0.2);
        }
        parameters
    }

    /// Of no bit, a few, half of them or all.
    fn rows(&self) -> Arc<LitRows> {
        let (mut random, mut rows) = (self.stream("rows"), LitRows::new());
        for _ in 0..self.count {
            let part = [0.0, 0.1, 0.5, 1.0][random.random_range(0..4_usize)];
            (0..self.bits as u16).filter(|_| random.random::<f64>() < part).for_each(|bit| rows.light(bit));
            rows.end_row();
        }
        Arc::new(rows)
    }

    /// What the tape says, and the rows on which no unit is at its kink; nothing without rows, which the tape cannot run.
    fn on_tape(&self) -> Option<(Attribution, Vec<u32>)> {
        if self.count == 0 {
            return None;
        }
        let found = on_tape(&Network::new(&self.parameters()), &self.rows());
        let at_kink = |row: usize| {
            let of = |before: &[f32]| before.iter().any(|unit| *unit != 0.0 && unit.abs() < KINK);
            found.layers.iter().any(|layer| of(&layer.before[row * layer.units..][..layer.units]))
        };
        let clear = (0..self.count).filter(|row| !at_kink(*row)).map(|row| row as u32).collect();
        Some((found, clear))
    }

    /// As many rows as there are, some of them more than once, some not at all.
    fn picked(&self, clear: &[u32]) -> Vec<u32> {
        let mut random = self.stream("picked");
        let count = if clear.is_empty() { 0 } else { self.count };
        (0..count).map(|_| clear[random.random_range(0..clear.len())]).collect()
    }

    /// A policy for each row, some of its probabilities 0.
    fn policies(&self) -> Vec<[f64; ACTIONS]> {
        let mut random = self.stream("policies");
        let mut one = || {
            let weights: [f64; ACTIONS] = std::array::from_fn(|_| (random.random_range(-0.5..1.0_f64)).max(0.0));
            let sum: f64 = weights.iter().sum();
            if sum > 0.0 { weights.map(|weight| weight / sum) } else { [0.0, 1.0, 0.0, 0.0, 0.0] }
        };
        (0..self.count).map(|_| one()).collect()
    }

    /// Logits for each row, of sum 0.
    fn targets(&self) -> Vec<[f64; ACTIONS]> {
        let mut random = self.stream("targets");
        let mut one = || {
            let numbers: [f64; ACTIONS] = std::array::from_fn(|_| random.random_range(-1.0..1.0));
            let mean = numbers.iter().sum::<f64>() / ACTIONS as f64;
            numbers.map(|number| number - mean)
        };
        (0..self.count).map(|_| one()).collect()
    }
}

/// Each within 1e-5 of the largest expected, or of 1 if all are smaller.
fn near(what: &str, found: &[f32], expected: &[f32]) -> Result<(), TestCaseError> {
    within(what, found, expected, 1.0)
}

/// Each within 1e-5 of the largest expected, or of `least` if all are smaller.
fn within(what: &str, found: &[f32], expected: &[f32], least: f32) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), expected.len(), "{}", what);
    let largest = expected.iter().fold(least, |largest, number| largest.max(number.abs()));
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        prop_assert!(
            (found - expected).abs() <= 1e-5 * largest,
            "{what} {place}: {found}, not {expected} of {largest}"
        );
    }
    Ok(())
}

fn near_f64(what: &str, found: &[f64], expected: &[f64]) -> Result<(), TestCaseError> {
    let narrow = |numbers: &[f64]| -> Vec<f32> { numbers.iter().map(|number| *number as f32).collect() };
    near(what, &narrow(found), &narrow(expected))
}

/// All numbers of two networks, or of their gradients, list by list as in [`within`].
fn near_all(found: &Parameters, expected: &Parameters, least: f32) -> Result<(), TestCaseError> {
    for (index, (found, expected)) in found.layers().zip(expected.layers()).enumerate() {
        within(&format!("weights of layer {index}"), &found.weight, &expected.weight, least)?;
        within(&format!("biases of layer {index}"), &found.bias, &expected.bias, least)?;
    }
    Ok(())
}

/// The numbers of a row, for the rows picked.
fn matrix(device: &Cpu, all: &[[f64; ACTIONS]], picked: &[u32]) -> Matrix {
    let numbers: Vec<f32> = picked.iter().flat_map(|&row| all[row as usize]).map(|number| number as f32).collect();
    let mut matrix = device.zeros_like(&(picked.len(), ACTIONS));
    matrix.copy_from(&numbers);
    matrix
}

/// The mean cross-entropy of policies and the network's.
fn crossed_on_tape(network: &Network, rows: &Arc<LitRows>, policies: &[[f64; ACTIONS]], picked: &[u32]) -> Taped {
    let logits = network.logits(network.trace(rows, &picked.into()));
    let target = matrix(&network.device, policies, picked);
    -(logits.log_softmax::<Axis<1>>() * target).sum::<Rank0, _>() / picked.len() as f32
}

/// The mean square of the distance of logits and targets.
fn missed_on_tape(network: &Network, rows: &Arc<LitRows>, targets: &[[f64; ACTIONS]], picked: &[u32]) -> Taped {
    let logits = network.logits(network.trace(rows, &picked.into()));
    let target = matrix(&network.device, targets, picked);
    (logits - target).square().mean::<Rank0, _>() * ACTIONS as f32
}

/// The derivatives by all numbers, where the loss depends on none of them 0.
fn by_numbers(network: &mut Network, gradients: &mut Gradients<f32, Cpu>) -> Parameters {
    let mut sums = network.parameters();
    for (layer, sums) in network.layers_mut().zip(sums.layers_mut()) {
        sums.weight.copy_from_slice(gradients.get_or_alloc_mut(&layer.weight).expect("memory"));
        sums.bias.copy_from_slice(gradients.get_or_alloc_mut(&layer.bias).expect("memory"));
    }
    sums
}

/// The loss and its gradient by the kernels, against those of the tape.
fn same_gradient(
    drawn: &Drawn,
    picked: &[u32],
    on_tape: impl Fn(&Network) -> Taped,
    loss: impl Loss + Copy,
) -> Result<(), TestCaseError> {
    let (parameters, rows) = (drawn.parameters(), drawn.rows());
    let mut network = Network::new(&parameters);
    let (expected, gradient) = if picked.is_empty() {
        (0.0, Parameters::zero(drawn.bits, &drawn.widths))
    } else {
        let expected = on_tape(&network);
        (expected.array(), by_numbers(&mut network, &mut expected.backward()))
    };
    for arch in instructions() {
        let mut fused = Fused::on(arch, &parameters);
        let mut sums = fused.packed().zero_like();
        let found = fused.gradient(&rows, picked, &mut sums, loss);
        near("loss", &[found as f32], &[expected])?;
        near_all(&sums.parameters(), &gradient, 0.01)?;
        // What is padded stays 0, since Adam would move it.
        let moves = |number: &&f32| **number != 0.0;
        let whole: usize = sums.numbers().map(|numbers| numbers.iter().filter(moves).count()).sum();
        let own = |layer: &Affine| layer.weight.iter().chain(&layer.bias).filter(moves).count();
        prop_assert_eq!(whole, sums.parameters().layers().map(own).sum::<usize>());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_network_says(drawn in drawn()) {
        let (parameters, rows) = (drawn.parameters(), drawn.rows());
        let units = *drawn.widths.last().expect("a layer");
        let (expected, values, top) = match drawn.count {
            0 => Default::default(),
            count => {
                let network = Network::new(&parameters);
                let pass = network.trace(&rows, &(0..count as u32).collect());
                let top = pass.after.last().expect("a layer").as_vec();
                let (logits, values) = network.heads(pass);
                (logits.as_vec(), values.as_vec(), top)
            }
        };
        near("logits", logits(&parameters, &rows).as_flattened(), &expected)?;
        near("units", &last_hidden(&parameters, &rows), &top)?;
        for arch in instructions() {
            let mut fused = Fused::on(arch, &parameters);
            let (mut said, mut valued) = (vec![[0.0; ACTIONS]; drawn.count], vec![0.0; drawn.count]);
            fused.run(&rows, &mut said, &mut valued);
            near("logits", said.as_flattened(), &expected)?;
            near("values", &valued, &values)?;
            let mut told = Vec::new();
            let mut seen = Vec::new();
            fused.each(&rows, |row, units, heads| {
                told.push(row);
                seen.extend_from_slice(units);
                assert!(heads[..ACTIONS] == said[row] && heads[VALUE] == valued[row]);
                assert!(heads[VALUE + 1..].iter().all(|padded| *padded == 0.0));
            });
            prop_assert_eq!(told, (0..drawn.count).collect::<Vec<_>>());
            near("units", &seen, &top)?;
            for (row, seen) in seen.chunks_exact(units).enumerate() {
                prop_assert_eq!(fused.activations(rows.row(row)), seen);
            }
        }
    }

    /// Of one logit of each row, with respect to all units.
    #[test]
    fn the_gradient_by_unit(drawn in drawn()) {
        let (parameters, rows) = (drawn.parameters(), drawn.rows());
        let on_tape = drawn.on_tape();
        let mut random = drawn.stream("chosen");
        let chosen: Vec<usize> = (0..drawn.count).map(|_| random.random_range(0..ACTIONS)).collect();
        for arch in instructions() {
            let mut fused = Fused::on(arch, &parameters);
            let empty = |width: &usize| (vec![f32::NAN; drawn.count * width], vec![f32::NAN; drawn.count * width]);
            let mut found: Vec<(Vec<f32>, Vec<f32>)> = drawn.widths.iter().map(empty).collect();
            let mut padded = 0.0;
            fused.gradients(&rows, |row, _| chosen[row], |told| {
                let units = drawn.widths[told.layer];
                let (after, gradient) = &mut found[told.layer];
                let lists = [(told.after, after), (told.gradient, gradient)];
                for (list, into) in lists {
                    for (place, row) in list.chunks_exact(told.width).enumerate() {
                        into[(told.first + place) * units..][..units].copy_from_slice(&row[..units]);
                        padded += row[units..].iter().map(|number| number.abs()).sum::<f32>();
                    }
                }
            });
            prop_assert_eq!(padded, 0.0);
            let Some((expected, clear)) = &on_tape else { continue };
            for (index, (layer, (after, gradient))) in expected.layers.iter().zip(&found).enumerate() {
                near(&format!("units of layer {index}"), after, &layer.after)?;
                for &row in clear {
                    let row = row as usize;
                    let own = row * layer.units..(row + 1) * layer.units;
                    let [by_after, by_before] =
                        [&layer.gradient_after, &layer.gradient_before].map(|of| &of[chosen[row]][own.clone()]);
                    near(&format!("gradient of layer {index}"), &gradient[own.clone()], by_after)?;
                    let open = gradient[own.clone()].iter().zip(&after[own.clone()]);
                    let before: Vec<f32> = open.map(|(gradient, after)| if *after > 0.0 { *gradient } else { 0.0 }).collect();
                    near(&format!("gradient before the ReLU of layer {index}"), &before, by_before)?;
                }
            }
        }
    }

    #[test]
    fn what_units_contribute(drawn in drawn()) {
        let (said, found) = contributed_by_units(&drawn.parameters(), &drawn.rows());
        let in_all = contributed_in_all(&drawn.parameters(), &drawn.rows());
        prop_assert_eq!((&said, &found.total), (&in_all.0, &in_all.1));
        let Some((expected, _)) = drawn.on_tape() else {
            prop_assert!(said.is_empty() && found.by_unit.is_empty() && found.total.is_empty());
            return Ok(());
        };
        near("logits", said.as_flattened(), expected.logits.as_flattened())?;
        let expected = contributions(&expected);
        prop_assert_eq!(found.units, expected.units);
        near_f64("contributions", found.by_unit.as_flattened(), expected.by_unit.as_flattened())?;
        near_f64("their sums", found.total.as_flattened(), expected.total.as_flattened())?;
    }

    #[test]
    fn the_gradient_of_distillation(drawn in drawn()) {
        let picked = drawn.on_tape().map_or_else(Vec::new, |(_, clear)| drawn.picked(&clear));
        let (rows, policies) = (drawn.rows(), drawn.policies());
        same_gradient(
            &drawn,
            &picked,
            |network| crossed_on_tape(network, &rows, &policies, &picked),
            CrossEntropy { policy: &policies, picked: &picked },
        )?;
    }

    #[test]
    fn the_gradient_of_regression(drawn in drawn()) {
        let picked = drawn.on_tape().map_or_else(Vec::new, |(_, clear)| drawn.picked(&clear));
        let (rows, targets) = (drawn.rows(), drawn.targets());
        same_gradient(
            &drawn,
            &picked,
            |network| missed_on_tape(network, &rows, &targets, &picked),
            SquaredError { targets: &targets, picked: &picked },
        )?;
    }

    /// Clipped steps of Adam, then a plain one, on networks whose units stay on one side of their kinks all along.
    #[test]
    fn steps_of_adam(drawn in drawn(), limit in select(&[0.01, 0.5, 1e9][..])) {
        let mut parameters = drawn.parameters();
        let mut random = drawn.stream("sides");
        for layer in &mut parameters.hidden {
            let reach = 1.0 / layer.inputs as f32;
            layer.weight.iter_mut().for_each(|weight| *weight *= 0.2 * reach.sqrt());
            layer.bias.iter_mut().for_each(|bias| *bias = [-1.0, 1.0, 2.0][random.random_range(0..3_usize)]);
        }
        parameters.policy.weight.iter_mut().for_each(|weight| *weight /= drawn.policy);
        let (rows, targets) = (drawn.rows(), drawn.targets());
        let picked: Vec<u32> = (0..drawn.count as u32).collect();
        if picked.is_empty() {
            return Ok(());
        }
        let (mut taped, mut fused) = (TapedLearner::new(&parameters).expect("memory"), FusedLearner::new(&parameters));
        for step in 0..6 {
            let loss = missed_on_tape(&taped.network, &rows, &targets, &picked);
            let expected = loss.array();
            let mut gradients = loss.backward();
            let found = fused.differentiate(&rows, &picked, SquaredError { targets: &targets, picked: &picked });
            near("loss", &[found as f32], &[expected])?;
            prop_assert!(taped.clip(&mut gradients, limit).expect("memory") && fused.clip(limit));
            if step < 5 {
                taped.descend(&mut gradients, 1e-3).expect("memory");
                fused.adam(1e-3);
            } else {
                taped.network.descend(&mut gradients, 0.1).expect("memory");
                fused.descend(0.1);
            }
            near_all(&fused.network.parameters(), &taped.network.parameters(), 0.1)?;
        }
    }
}

/// What is no number stops a step on both ways.
#[test]
fn a_gradient_that_is_no_number_is_told() {
    let drawn = Drawn { bits: 9, widths: vec![5], count: 3, policy: 1.0, seed: 1 };
    let (parameters, rows) = (drawn.parameters(), drawn.rows());
    let (mut taped, mut fused) = (TapedLearner::new(&parameters).expect("memory"), FusedLearner::new(&parameters));
    let targets = [[f64::NAN; ACTIONS]; 3];
    let mut gradients = missed_on_tape(&taped.network, &rows, &targets, &[0, 1, 2]).backward();
    let loss = fused.differentiate(&rows, &[0, 1, 2], SquaredError { targets: &targets, picked: &[0, 1, 2] });
    assert!(loss.is_nan() && !fused.clip(0.5) && !taped.clip(&mut gradients, 0.5).expect("memory"));
}

fn lessons(drawn: &Drawn) -> Lessons {
    Lessons { observations: drawn.rows(), policy: drawn.policies() }
}

/// Whole runs of few steps: the fused one as the program makes it, the other on the tape.
#[test]
fn whole_distillations_and_regressions() {
    for (seed, widths) in [(1, vec![7]), (2, vec![24, 17]), (3, vec![16, 33, 5])] {
        let drawn = Drawn { bits: 40, widths: widths.clone(), count: 100, policy: 1.0, seed };
        let (agent, steps, batch, rate) = (Mlp { hidden: widths }, 4, 70, 1e-3);
        let initial = orthogonal(drawn.bits, &agent.hidden, Seed(seed));

        let taught = lessons(&drawn);
        let settings = Distillation { batch, learning_rate: rate, steps, between: steps, divergence: 0.0 };
        let found = distil(&agent, drawn.bits, &taught, &taught, &settings, Seed(seed)).expect("it stays finite");
        let mut taped = TapedLearner::new(&initial).expect("memory");
        let mut random = Seed(seed).stream("lessons", &[]);
        for step in 0..steps {
            let picked: Vec<u32> = (0..batch).map(|_| random.random_range(0..100_u32)).collect();
            let loss = crossed_on_tape(&taped.network, &taught.observations, &taught.policy, &picked);
            taped.descend(&mut loss.backward(), rate * (1.0 - step as f64 / steps as f64)).expect("memory");
        }
        near_all(&found.parameters, &taped.network.parameters(), 0.1).expect("distillation");

        let targets = Targets { observations: drawn.rows(), logits: drawn.targets() };
        let settings = Regression { batch, learning_rate: rate, steps, looks: Looks::Last };
        let found = regress(&agent, drawn.bits, &targets, &targets, &settings, Seed(seed)).expect("it stays finite");
        let mut taped = TapedLearner::new(&initial).expect("memory");
        let mut random = Seed(seed).stream("practice", &[]);
        for _ in 0..steps {
            let picked: Vec<u32> = (0..batch).map(|_| random.random_range(0..100_u32)).collect();
            let loss = missed_on_tape(&taped.network, &targets.observations, &targets.logits, &picked);
            taped.descend(&mut loss.backward(), rate).expect("memory");
        }
        near_all(&found.parameters, &taped.network.parameters(), 0.1).expect("regression");
    }
}

/// Two updates of PPO, rollouts included.
#[test]
fn a_training_by_either_way() {
    let cheese = Object { rewards: Object::reward_of(1.0), touch: Touch::Ends, ..Object::named("cheese") };
    let world = World {
        layout: Layout::Scatter { width: 6, height: 6, walls: 0.25 },
        start: Place::Anywhere.into(),
        view: View::All,
        horizon: 16,
        step_reward: -0.01,
        slip: 0.0,
        carry: None,
        objects: vec![cheese],
    };
    let engine = Engine::new(&world, &Sight::of([&world]));
    let settings = Ppo { steps: 512, environments: 16, rollout: 16, ..Ppo::default() };
    for (seed, widths) in [(1, vec![24]), (2, vec![40, 20])] {
        let initial = orthogonal(engine.sight().bits(), &widths, Seed(seed));
        let [fused, taped] = [By::Fused, By::Tape].map(|by| {
            train(initial.clone(), &settings, &engine, Seed(seed), by, &mut |_| ()).expect("it stays finite")
        });
        assert_eq!(fused.len(), 3);
        for (fused, taped) in fused.iter().zip(&taped) {
            assert_eq!((fused.step, fused.mean_return), (taped.step, taped.mean_return));
            near_all(&fused.parameters, &taped.parameters, 0.1).expect("the same network");
        }
        assert_ne!(fused[1].parameters, fused[2].parameters);
    }
}
