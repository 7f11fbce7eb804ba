//! Known answers from other implementations and exact arithmetic, in `tests/known-answers/markov.json`.

use crate::markov::classes::{classes, recurrent};
use crate::markov::counts::Counts;
use crate::markov::cycles::cycle_weights;
use crate::markov::entropy::{entropy_production, entropy_rate};
use crate::markov::fit::fit;
use crate::markov::passage::mean_first_passage;
use crate::markov::posterior::uniform;
use crate::markov::returns::returns;
use crate::markov::spectrum::spectrum;
use crate::markov::stationary::{stationary, unique};
use crate::markov::transition::Transition;
use serde::de::DeserializeOwned;
use serde_json::Value;

const EXACT: f64 = 1e-12;

fn answers() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/known-answers/markov.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file is there")).expect("it is JSON")
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("of this shape")
}

fn chain(case: &Value) -> Transition {
    Transition::new(read(&case["p"])).expect("a transition matrix")
}

fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance, "found {found}, expected {expected}");
    }
}

#[test]
fn stationary_distributions() {
    let cases: Vec<Value> = read(&answers()["stationary"]);
    assert_eq!(cases.len(), 3);
    for case in &cases {
        close(&unique(&chain(case)).expect("one class"), &read::<Vec<f64>>(&case["pi"]), EXACT);
        if let Some(period) = case["period"].as_u64() {
            assert_eq!(classes(&chain(case))[0].period, Some(period as usize));
        }
    }
}

#[test]
fn communicating_classes() {
    let case = &answers()["classes"];
    let p = chain(case);
    let found = classes(&p);
    let states: Vec<Vec<usize>> = found.iter().map(|class| class.states.clone()).collect();
    assert_eq!(states, read::<Vec<Vec<usize>>>(&case["communicating"]));
    assert_eq!(recurrent(&p), read::<Vec<Vec<usize>>>(&case["recurrent"]));
    let periods: Vec<Option<usize>> = found.iter().filter(|class| class.recurrent).map(|class| class.period).collect();
    assert_eq!(periods, read::<Vec<Option<usize>>>(&case["period_per_recurrent_class"]));
    let expected: Vec<Vec<f64>> = read(&case["stationary_per_recurrent_class"]);
    close(&stationary(&p).concat(), &expected.concat(), EXACT);
}

#[test]
fn first_passage_times() {
    let case = &answers()["first_passage"];
    let fraction = |text: &String| {
        let (above, below) = text.split_once('/').expect("a fraction");
        above.parse::<f64>().expect("a number") / below.parse::<f64>().expect("a number")
    };
    let pi: Vec<f64> = read::<Vec<String>>(&case["pi_fractions"]).iter().map(fraction).collect();
    close(&unique(&chain(case)).expect("one class"), &pi, EXACT);
    let expected: Vec<Vec<f64>> = read(&case["mean_first_passage"]);
    close(&mean_first_passage(&chain(case)).concat(), &expected.concat(), EXACT);
}

#[test]
fn return_probabilities() {
    let case = &answers()["return_probability"];
    let found = returns(&chain(case));
    let names: Vec<&str> = case["states"].as_str().expect("names").split(' ').collect();
    assert_eq!(found.len(), names.len());
    for (name, found) in names.iter().zip(found) {
        close(&[found.probability], &[read(&case["f"][format!("{name}{name}")])], EXACT);
    }
}

#[test]
fn counts_of_sequences() {
    let case = &answers()["counts"];
    let sequence: Vec<usize> = read(&case["sequence"]);
    for (name, lag) in [("lag1", 1), ("lag2_sliding", 2)] {
        let counts = Counts::from_sequences(std::slice::from_ref(&sequence), 2, lag).expect("in range");
        assert_eq!(counts.rows(), read::<Vec<Vec<u64>>>(&case[name]));
    }
}

#[test]
fn posterior_intervals() {
    let case = &answers()["posterior"];
    let rows = uniform(&Counts::from_rows(&read::<Vec<Vec<u64>>>(&case["counts"])).expect("square"));
    let means: Vec<f64> = rows.iter().flatten().map(|entry| entry.mean).collect();
    close(&means, &read::<Vec<Vec<f64>>>(&case["mean"]).concat(), EXACT);
    let tolerance = read(&case["tolerance"]);
    close(&rows[0][1].interval, &read::<Vec<f64>>(&case["p01_interval95"]), tolerance);
    close(&rows[1][0].interval, &read::<Vec<f64>>(&case["p10_interval95"]), tolerance);
}

#[test]
fn weights_of_cycles() {
    let case = &answers()["cycles"];
    let (p, tolerance) = (chain(case), read(&case["tolerance"]));
    let cycles = cycle_weights(&p, &[0, 1, 2]).expect("few");
    let expected = case["weights"].as_object().expect("weights");
    assert_eq!(cycles.len(), expected.len());
    for cycle in &cycles {
        let name: Vec<String> = cycle.states.iter().map(usize::to_string).collect();
        close(&[cycle.weight], &[read(&expected[&name.join("-")])], tolerance);
    }
    let sum = cycles.iter().map(|cycle| cycle.states.len() as f64 * cycle.weight).sum();
    close(&[sum], &[1.0], EXACT);
    close(&[entropy_production(&p, &[0, 1, 2])], &[read(&case["entropy_production"])], tolerance);
}

#[test]
fn eigenvalues_of_a_permutation() {
    let found = spectrum(&chain(&answers()["permutation_eigenvalues"])).expect("converges");
    let (real, imaginary): (Vec<f64>, Vec<f64>) =
        found.eigenvalues.iter().map(|value| (value.real, value.imaginary)).unzip();
    close(&real, &[1.0, 0.0, 0.0, -1.0], EXACT);
    close(&imaginary, &[0.0, 1.0, -1.0, 0.0], EXACT);
    close(&[found.gap.expect("states")], &[0.0], EXACT);
}

#[test]
fn goodness_of_fit() {
    let case = &answers()["goodness_of_fit"];
    let counts = Counts::from_rows(&read::<Vec<Vec<u64>>>(&case["counts"])).expect("square");
    let predicted = Transition::new(read(&case["predicted"])).expect("a transition matrix");
    let found = fit(&counts, &predicted, 999, 1).expect("alike");
    let numbers = [found.test.g, found.test.chi_square_p, found.kl_rate.expect("counts")];
    let expected = [read(&case["g"]), read(&case["p_value"]), read(&case["kl_rate"])];
    close(&numbers, &expected, read(&case["tolerance"]));
    assert_eq!(found.test.degrees, read::<u64>(&case["df"]));
    assert!((found.test.p() - found.test.chi_square_p).abs() < 0.06, "{found:?}");
}

#[test]
fn rate_of_entropy() {
    let case = &answers()["entropy_rate"];
    close(&[entropy_rate(&chain(case), &[0, 1])], &[read(&case["nats"])], read(&case["tolerance"]));
}
