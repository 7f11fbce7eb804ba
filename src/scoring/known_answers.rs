//! Known answers from other implementations and closed forms, in `tests/known-answers/scoring.json`.

use crate::scoring::aitchison::{aitchison, clr};
use crate::scoring::brier::brier;
use crate::scoring::crps;
use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::dirichlet_multinomial::dirichlet_multinomial;
use crate::scoring::energy::Ensemble;
use crate::scoring::logarithmic::logarithmic;
use crate::scoring::rank::{kendall, spearman};
use crate::scoring::rps::rps;
use crate::scoring::sign_flip::sign_flip;
use crate::scoring::variogram::variogram;
use crate::scoring::wis::wis;
use serde_json::Value;

fn answers() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/known-answers/scoring.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file is there")).expect("it is JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(number).collect()
}

/// Every case of the list called `name`.
fn each(name: &str, check: impl Fn(&Value, &dyn Fn(f64, &Value))) {
    let answers = answers();
    let tolerance = number(&answers["default_tolerance"]);
    let cases = answers[name].as_array().expect("a list of cases");
    assert!(!cases.is_empty());
    for case in cases {
        let close = |found: f64, expected: &Value| {
            assert!(
                (found - number(expected)).abs() <= tolerance,
                "{name}: found {found}, expected {expected} in {case}"
            );
        };
        check(case, &close);
    }
}

#[test]
fn crps_of_an_ensemble() {
    each("crps_ensemble", |case, close| {
        let (members, y) = (numbers(&case["x"]), number(&case["y"]));
        close(crps::ensemble(&members, y).expect("valid"), &case["crps"]);
        if case["fair"].is_number() {
            close(crps::fair(&members, y).expect("valid"), &case["fair"]);
        }
    });
}

#[test]
fn crps_of_a_normal() {
    each("crps_normal", |case, close| {
        let score = crps::normal(number(&case["mu"]), number(&case["sigma"]), number(&case["y"]));
        close(score.expect("valid"), &case["crps"]);
    });
}

/// The draws and the outcome of the case called `energy`.
fn ensemble() -> (Vec<Vec<f64>>, Vec<f64>) {
    let case = &answers()["energy"];
    let draws: Vec<Vec<f64>> = case["x"].as_array().expect("a list").iter().map(numbers).collect();
    let columns = (0..2).map(|d| draws.iter().map(|x| x[d]).collect()).collect();
    (columns, numbers(&case["y"]))
}

#[test]
fn energy() {
    let case = &answers()["energy"];
    let (columns, y) = ensemble();
    let [stated, sample] = [Ensemble::stated, Ensemble::sample].map(|form| form(columns.clone()).expect("valid"));
    let tolerance = number(&case["tolerance"]);
    assert!((stated.score(&y).expect("valid") - number(&case["energy"])).abs() <= tolerance);
    assert!((sample.score(&y).expect("valid") - number(&case["fair"])).abs() <= tolerance);
}

#[test]
fn variograms() {
    let case = &answers()["variogram"];
    let (columns, y) = ensemble();
    let score = variogram(&columns, &y, number(&case["p"])).expect("valid");
    assert!((score - number(&case["value"])).abs() <= number(&case["tolerance"]));
}

#[test]
fn ranked_probabilities() {
    each("rps", |case, close| {
        let happened = case["outcome_index"].as_u64().expect("an index") as usize;
        close(rps(&numbers(&case["probabilities"]), happened).expect("valid"), &case["rps"]);
    });
}

#[test]
fn weighted_intervals() {
    let answers = answers();
    let levels = numbers(&answers["wis"]["levels"]);
    for case in answers["wis"]["cases"].as_array().expect("a list") {
        let score = wis(&levels, &numbers(&case["quantiles"]), number(&case["y"])).expect("valid");
        assert!((score - number(&case["k_plus_half"])).abs() <= number(&answers["default_tolerance"]));
    }
}

#[test]
fn dirichlets() {
    let dirichlet = |case: &Value| Dirichlet::new(numbers(&case["alpha"])).expect("valid");
    each("dirichlet_multinomial", |case, close| {
        let counts: Vec<u64> = numbers(&case["counts"]).iter().map(|n| *n as u64).collect();
        let score = dirichlet_multinomial(&dirichlet(case), &counts).expect("valid");
        close(-score, &case["log_probability"]);
    });
    each("dirichlet", |case, close| {
        close(dirichlet(case).density(&numbers(&case["x"])).expect("inside"), &case["density"]);
    });
}

#[test]
fn diagnostics() {
    let case = &answers()["clr"];
    let tolerance = number(&case["tolerance"]);
    for (found, expected) in clr(&numbers(&case["x"])).expect("inside").iter().zip(numbers(&case["clr"])) {
        assert!((found - expected).abs() <= tolerance);
    }
    let pair = |case: &Value| (numbers(&case["a"]), numbers(&case["b"]));
    each("aitchison", |case, close| {
        let (a, b) = pair(case);
        close(aitchison(&a, &b).expect("inside"), &case["distance"]);
    });
    each("kendall_tau_b", |case, close| {
        let (a, b) = pair(case);
        close(kendall(&a, &b).expect("defined"), &case["tau"]);
    });
    each("spearman", |case, close| {
        let (a, b) = pair(case);
        close(spearman(&a, &b).expect("defined"), &case["rho"]);
    });
}

#[test]
fn events() {
    each("brier", |case, close| {
        close(brier(number(&case["p"]), number(&case["y"]) == 1.0).expect("valid"), &case["brier"]);
    });
    each("log", |case, close| {
        close(logarithmic(number(&case["p"]), number(&case["y"]) == 1.0).expect("valid"), &case["nats"]);
    });
}

#[test]
fn sign_flips() {
    each("sign_flip", |case, close| {
        close(sign_flip(&numbers(&case["differences"])).expect("few enough"), &case["two_sided_p"]);
    });
}
