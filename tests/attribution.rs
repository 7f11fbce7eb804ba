//! Attribution against known answers, and that contributions add up to what the network decides.
//!
//! Their numbers are small whole ones that f32 holds exactly, so they are met at the stated tolerance, and those of the
//! step at its own.

use dfdx::prelude::{AsArray, Backward, Rank0, SumTo, ZerosTensor};
use faer::Mat;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use rand::RngExt;
use serde_json::Value;
use shardbed::attribution::contribution::{centred, contributions};
use shardbed::attribution::effect::{Effect, OverBatches};
use shardbed::attribution::gradients::{Attribution, attribute, on_tape};
use shardbed::attribution::integrated::{POINTS, first_layer, integrated};
use shardbed::attribution::step::step;
use shardbed::network::fused::logits;
use shardbed::network::initialise::orthogonal;
use shardbed::network::parameters::{Affine, Parameters};
use shardbed::network::tape::Network;
use shardbed::seed::Seed;
use shardbed::world::action::ACTIONS;
use shardbed::world::lit::LitRows;
use std::sync::Arc;

fn cases() -> Value {
    serde_json::from_str(include_str!("known-answers/attribution.json")).unwrap()
}

/// Every case of the list called `name`.
fn each(cases: &Value, name: &str, check: impl Fn(&Value)) {
    let list = cases[name].as_array().unwrap();
    assert!(!list.is_empty(), "{name}");
    list.iter().for_each(check);
}

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
}

/// A layer of the file, whose rows are its output units, into the first of `outputs` units; the others stay zero.
fn layer(case: &Value, outputs: usize) -> Affine {
    let rows: Vec<Vec<f32>> = case["weight"].as_array().unwrap().iter().map(numbers).collect();
    let mut affine = Affine::zero(rows[0].len(), outputs);
    for (output, row) in rows.iter().enumerate() {
        for (input, weight) in row.iter().enumerate() {
            affine.weight[input * outputs + output] = *weight;
        }
    }
    affine.bias[..rows.len()].copy_from_slice(&numbers(&case["bias"]));
    affine
}

/// The network of the file. Its `linear0` has no ReLU behind it and ours has one, which changes nothing on
/// nonnegative inputs; its two outputs are the first two of our five logits.
fn known_parameters(cases: &Value) -> Parameters {
    let layers = cases["network"]["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 3);
    let mut parameters = Parameters::zero(3, &[3, 4]);
    parameters.hidden = vec![layer(&layers[0], 3), layer(&layers[1], 4)];
    parameters.policy = layer(&layers[2], ACTIONS);
    parameters
}

fn known_network(cases: &Value) -> Network {
    Network::new(&known_parameters(cases))
}

/// The same, but that `linear0` is never at 0, where our ReLU would let no gradient through and the file has none: a bias
/// far below every tolerance holds it above.
fn known_linear(cases: &Value) -> Parameters {
    let mut parameters = known_parameters(cases);
    parameters.hidden[0].bias.fill(1e-12);
    parameters
}

/// The observation of `x`, whose whole numbers say how often each bit is listed.
fn observation(x: &Value) -> Arc<LitRows> {
    let mut rows = LitRows::new();
    for (bit, &times) in numbers(x).iter().enumerate() {
        (0..times as usize).for_each(|_| rows.light(bit as u16));
    }
    rows.end_row();
    Arc::new(rows)
}

/// On the tape; the kernels say the same.
fn attributed(network: &Network, rows: &Arc<LitRows>) -> Attribution {
    let (expected, found) = (on_tape(network, rows), attribute(&network.parameters(), rows));
    for (expected, found) in expected.layers.iter().zip(&found.layers) {
        let sides = [(&expected.before, &found.before), (&expected.after, &found.after)];
        let before = expected.gradient_before.iter().zip(&found.gradient_before);
        let after = expected.gradient_after.iter().zip(&found.gradient_after);
        for (expected, found) in sides.into_iter().chain(before).chain(after) {
            assert_eq!(expected.len(), found.len());
            let scale = expected.iter().fold(1.0_f32, |largest, number| largest.max(number.abs()));
            assert!(expected.iter().zip(found).all(|(expected, found)| (expected - found).abs() <= 1e-5 * scale));
        }
    }
    assert_eq!((expected.logits.len(), expected.layers.len()), (found.logits.len(), found.layers.len()));
    expected
}

fn at(network: &Network, x: &Value) -> Attribution {
    attributed(network, &observation(x))
}

fn assert_near(name: &str, found: impl IntoIterator<Item = f64>, expected: &Value, tolerance: f64) {
    let found: Vec<f64> = found.into_iter().collect();
    let expected: Vec<f64> = expected.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect();
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= tolerance, "{name}: {found}, expected {expected}");
    }
}

/// At the tolerance that the file states for all that it states no other for.
fn assert_close(name: &str, found: &[f32], expected: &Value) {
    let tolerance = cases()["tolerance"].as_f64().unwrap();
    assert_near(name, found.iter().copied().map(f64::from), expected, tolerance);
}

#[test]
fn activations_are_the_known_ones() {
    let cases = cases();
    let network = known_network(&cases);
    each(&cases, "activations", |case| {
        let found = at(&network, &case["x"]);
        let [first, second] = &found.layers[..] else { panic!("two hidden layers") };
        assert_close("linear0", &first.after, &case["x"]);
        assert_close("before", &second.before, &case["linear1_pre"]);
        assert_close("after", &second.after, &case["linear1_post"]);
        assert_close("out", &found.logits[0][..2], &case["out"]);
        assert_eq!(found.logits[0][2..], [0.0; 3]);
    });
}

#[test]
fn gradients_are_the_known_ones() {
    let cases = cases();
    let network = known_network(&cases);
    each(&cases, "gradient", |case| {
        let found = at(&network, &case["x"]);
        let output = case["output"].as_u64().unwrap() as usize;
        // Behind our ReLU: the file has none here, and before ours a unit at 0 has gradient 0.
        assert_close("linear0", &found.layers[0].gradient_after[output], &case["d_linear0"]);
        let linear = at(&Network::new(&known_linear(&cases)), &case["x"]);
        assert_close("linear0", &linear.layers[0].gradient_before[output], &case["d_linear0"]);
        assert_close("before", &found.layers[1].gradient_before[output], &case["d_linear1_pre"]);
        assert_close("after", &found.layers[1].gradient_after[output], &case["d_linear1_post"]);
        assert_eq!(found.layers[1].gradient_after[2], [0.0; 4], "an output without weights has no gradient");
    });
}

#[test]
fn gradient_times_activation_is_the_known_one() {
    let cases = cases();
    let network = known_network(&cases);
    each(&cases, "gradient_times_activation", |case| {
        let found = at(&network, &case["x"]);
        let output = case["output"].as_u64().unwrap() as usize;
        let products = |layer: usize| -> Vec<f32> {
            let layer = &found.layers[layer];
            layer.gradient_after[output].iter().zip(&layer.after).map(|(gradient, after)| gradient * after).collect()
        };
        assert_close("linear0", &products(0), &case["linear0"]);
        assert_close("linear1", &products(1), &case["linear1_post"]);
        // Before the ReLU the same, so there is one gradient x activation.
        let layer = &found.layers[1];
        let before =
            layer.gradient_before[output].iter().zip(&layer.before).map(|(gradient, before)| gradient * before);
        assert_eq!(before.map(f32::abs).collect::<Vec<_>>(), products(1));
    });
}

/// The network after one plain step down (z_0 - target)^2 / 2.
fn after_a_step(parameters: &Parameters, x: &Arc<LitRows>, target: f32, rate: f64) -> (Parameters, f64) {
    let mut network = Network::new(parameters);
    let mut first = network.device.zeros_like(&(1, ACTIONS));
    first.copy_from(&[1.0, 0.0, 0.0, 0.0, 0.0]);
    let logits = network.logits(network.trace(x, &[0].into()));
    let loss = ((logits * first).sum::<Rank0, _>() - target).square() * 0.5;
    let size = f64::from(loss.array());
    let mut gradients = loss.backward();
    network.descend(&mut gradients, rate).unwrap();
    (network.parameters(), size)
}

#[test]
fn the_effect_of_a_step_is_the_known_one() {
    let cases = cases();
    let case = &cases["one_step"];
    assert_eq!(case["loss"], "(out0 - 30)^2 / 2");
    let number = |name: &str| case[name].as_f64().unwrap();
    let (tolerance, rate) = (number("tolerance"), number("learning_rate"));
    let (before, x) = (known_linear(&cases), observation(&case["x"]));
    let (after, loss) = after_a_step(&before, &x, 30.0, rate);
    assert!((loss - number("loss_before")).abs() <= tolerance, "{loss}");

    let layers = [&before, &after].map(|parameters| attributed(&Network::new(parameters), &x).layers.remove(1));
    let of = |values: &[f32]| values.iter().copied().map(f64::from).collect::<Vec<f64>>();
    assert_near("before it", of(&layers[0].before), &case["linear1_pre_before"], tolerance);
    assert_near("before the ReLU", of(&layers[1].before), &case["linear1_pre_after"], tolerance);
    assert_near("after the ReLU", of(&layers[1].after), &case["linear1_post_after"], tolerance);
    let (_, loss) = after_a_step(&after, &x, 30.0, rate);
    assert!((loss - number("loss_after")).abs() <= tolerance, "{loss}");

    // The step is rate x gradient.
    let squares: f64 = before
        .layers()
        .zip(after.layers())
        .flat_map(|(old, new)| old.weight.iter().zip(&new.weight).chain(old.bias.iter().zip(&new.bias)))
        .map(|(old, new)| ((f64::from(*old) - f64::from(*new)) / rate).powi(2))
        .sum();
    let expected = number("gradient_norm_squared");
    assert!((squares - expected).abs() <= 1e-4 * expected, "{squares}, expected {expected}");

    // Unit 0 is reinforced before the ReLU and unchanged after it.
    let change = &step(&before, &after, &x, &[0].into())[1];
    let verdicts = |changes: &[f64]| -> Vec<Effect> {
        changes.iter().map(|change| OverBatches::of(&[*change; 2]).unwrap().effect()).collect()
    };
    assert_eq!(verdicts(&change.before), [Effect::Reinforced; 4]);
    let (same, up) = (Effect::Unchanged, Effect::Reinforced);
    assert_eq!(verdicts(&change.after), [same, up, up, up]);
}

/// The first-order change of the file. Two layers move with the rate r, so a unit of the second changes by exactly
/// c r + d r^2, and 4 times the change at r / 2 less that at r is c r. Steps 16 times as large keep f32 from rounding.
#[test]
fn a_small_step_changes_units_to_first_order() {
    let cases = cases();
    let case = &cases["one_step"];
    let (before, x) = (known_linear(&cases), observation(&case["x"]));
    let (rate, larger) = (case["learning_rate"].as_f64().unwrap(), 16.0);
    let change = |rate: f64| step(&before, &after_a_step(&before, &x, 30.0, rate).0, &x, &[0].into()).remove(1).before;
    let (half, whole) = (change(rate * larger / 2.0), change(rate * larger));
    let first_order = half.iter().zip(&whole).map(|(half, whole)| (4.0 * half - whole) / larger);
    assert_near("first order", first_order, &case["first_order_change_pre"], case["tolerance"].as_f64().unwrap());
}

/// dz/dx of the first two outputs: one row per output, one column per bit.
fn jacobian(parameters: &Parameters, x: &Value) -> Mat<f64> {
    let found = at(&Network::new(parameters), x);
    let first = &parameters.hidden[0];
    Mat::from_fn(2, first.inputs, |output, bit| {
        let weights = &first.weight[bit * first.outputs..(bit + 1) * first.outputs];
        let gradient = &found.layers[0].gradient_before[output];
        weights.iter().zip(gradient).map(|(weight, gradient)| f64::from(weight * gradient)).sum()
    })
}

#[test]
fn the_jacobian_has_the_known_singular_value() {
    let cases = cases();
    let tolerance = cases["tolerance"].as_f64().unwrap();
    each(&cases, "jacobian", |case| {
        let mut parameters = known_linear(&cases);
        if case["relu_removed"] == true {
            // A unit that is on everywhere has no ReLU.
            parameters.hidden[1].bias.fill(1000.0);
        }
        let values = jacobian(&parameters, &case["x"]).singular_values().unwrap();
        let largest = values.into_iter().fold(0.0, f64::max);
        let expected = case["largest_singular_value"].as_f64().unwrap();
        assert!((largest - expected).abs() <= tolerance, "{largest}, expected {expected}");
    });
}

#[test]
fn singular_values_are_the_known_ones() {
    let cases = cases();
    let case = &cases["svd"];
    let tolerance = case["tolerance"].as_f64().unwrap();
    let rows: Vec<Vec<f32>> = case["matrix"].as_array().unwrap().iter().map(numbers).collect();
    let matrix = Mat::from_fn(3, 3, |row, column| f64::from(rows[row][column]));
    let svd = matrix.svd().unwrap();
    let values: Vec<f64> = (0..3).map(|k| svd.S()[k]).collect();
    assert_near("singular values", values.iter().copied(), &case["singular_values"], tolerance);
    let first = Mat::from_fn(3, 3, |row, column| values[0] * svd.U()[(row, 0)] * svd.V()[(column, 0)]);
    let error = (&matrix - &first).norm_l2();
    let expected = case["rank1_frobenius_error"].as_f64().unwrap();
    assert!((error - expected).abs() <= tolerance, "{error}, expected {expected}");
}

/// Over all units, integrated gradients sum to the difference of the logit, the nearer the more points there are.
#[test]
fn integrated_gradients_are_complete() {
    for (seed, widths) in [&[16][..], &[16, 16], &[8, 8, 8]].into_iter().enumerate() {
        let mut network = orthogonal(20, widths, Seed(seed as u64));
        let mut random = Seed(7).stream("numbers", &[seed as u64]);
        network.layers_mut().flat_map(|layer| &mut layer.bias).for_each(|b| *b = random.random_range(-0.3..0.3));
        network.policy.weight.iter_mut().for_each(|weight| *weight *= 100.0);
        let (counts, mut worst, mut size) = ([POINTS, 16 * POINTS], [0.0f64; 2], 0.0f64);
        for _ in 0..50 {
            let to: Vec<u16> = (0..20).filter(|_| random.random_bool(0.4)).collect();
            let from: Vec<u16> = to.iter().copied().filter(|bit| *bit >= 6).collect();
            let mut rows = LitRows::new();
            [&from, &to].into_iter().for_each(|row| rows.push_row(row));
            let found = logits(&network, &rows);
            let difference = f64::from(found[1][3] - found[0][3]);
            let [from, to] = [from, to].map(|lit| first_layer(&network, &lit));
            for (points, worst) in counts.into_iter().zip(&mut worst) {
                let sum: f64 = integrated(&network, &from, &to, 3, points).iter().sum();
                *worst = worst.max((sum - difference).abs());
            }
            size = size.max(difference.abs());
        }
        assert!(worst[0] < size / POINTS as f64, "{widths:?}: {worst:?} of {size}");
        assert!(worst[1] < worst[0] / 4.0, "{widths:?}: 16 times the points leave {worst:?}");
        assert!(size > 0.1, "{size}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn contributions_sum_to_the_centred_logits_without_the_bias(
        widths in vec(1_usize..12, 1..=3),
        observed in vec(vec(0_u16..10, 0..6), 1..12),
        seed in 0_u64..1000,
    ) {
        let mut parameters = Parameters::zero(10, &widths);
        let mut random = Seed(seed).stream("numbers", &[]);
        for layer in parameters.layers_mut() {
            layer.weight.iter_mut().chain(&mut layer.bias).for_each(|number| *number = random.random_range(-1.0..1.0));
        }
        let mut rows = LitRows::new();
        observed.iter().for_each(|row| rows.push_row(row));
        let found = attributed(&Network::new(&parameters), &Arc::new(rows));
        let parts = contributions(&found);
        let units = widths[widths.len() - 1];
        prop_assert_eq!((parts.units, parts.total.len(), parts.by_unit.len()), (units, observed.len(), units * observed.len()));
        let bias: [f32; ACTIONS] = parameters.policy.bias.clone().try_into().unwrap();
        let bias = centred(bias.map(f64::from));
        for (state, logits) in found.logits.iter().enumerate() {
            let expected = centred(logits.map(f64::from));
            let own = &parts.by_unit[state * units..(state + 1) * units];
            for action in 0..ACTIONS {
                let sum: f64 = own.iter().map(|unit| unit[action]).sum();
                let expected = expected[action] - bias[action];
                let scale = 1.0 + logits.iter().fold(0.0_f64, |largest, x| largest.max(f64::from(x.abs())));
                prop_assert!((sum - expected).abs() < 1e-5 * scale, "{sum}, expected {expected}");
                prop_assert!((parts.total[state][action] - sum).abs() < 1e-9 * scale);
            }
            for (unit, own) in own.iter().enumerate() {
                prop_assert!(own.iter().sum::<f64>().abs() < 1e-6 * (1.0 + own[0].abs()), "unit {unit} is not centred");
            }
        }
    }
}
