//! Attribution against known answers, and that contributions add up to what the network decides.
//!
//! The known answers also hold the effect of one gradient step (`one_step`) and singular values (`jacobian`, `svd`):
//! the program does not compute these yet, so they are not read here.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use rand::RngExt;
use serde_json::Value;
use shardbed::attribution::contribution::{centred, contributions};
use shardbed::attribution::gradients::{Attribution, attribute};
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
fn known_network(cases: &Value) -> Network {
    let layers = cases["network"]["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 3);
    let mut parameters = Parameters::zero(3, &[3, 4]);
    parameters.hidden = vec![layer(&layers[0], 3), layer(&layers[1], 4)];
    parameters.policy = layer(&layers[2], ACTIONS);
    Network::new(&parameters)
}

/// The attribution at `x`, whose whole numbers say how often each bit is listed.
fn at(network: &Network, x: &Value) -> Attribution {
    let mut rows = LitRows::new();
    for (bit, &times) in numbers(x).iter().enumerate() {
        (0..times as usize).for_each(|_| rows.light(bit as u16));
    }
    rows.end_row();
    attribute(network, &Arc::new(rows))
}

fn assert_close(name: &str, found: &[f32], expected: &Value) {
    let expected = numbers(expected);
    assert_eq!(found.len(), expected.len(), "{name}");
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-5 * expected.abs(), "{name}: {found}, expected {expected}");
    }
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
    });
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
        let found = attribute(&Network::new(&parameters), &Arc::new(rows));
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
