//! The laws of scores that `tests/known-answers/scoring.json` lists, each by exact enumeration or to the last bit.
//!
//! Propriety is enumerated over three outcomes: every law whose probabilities are sixths, or less fine fractions, is the truth
//! once, and no other is expected to score better than it. Where a forecaster gives a sample, all samples of up to six
//! draws are enumerated, each with its probability.

use crate::scoring::aitchison::aitchison;
use crate::scoring::brier::brier;
use crate::scoring::crps;
use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::dirichlet_multinomial::dirichlet_multinomial;
use crate::scoring::energy::Ensemble;
use crate::scoring::error::ScoringError;
use crate::scoring::interval::interval;
use crate::scoring::logarithmic::logarithmic;
use crate::scoring::mixture::Mixture;
use crate::scoring::rank::{kendall, spearman};
use crate::scoring::rps::rps;
use crate::scoring::transitions::{Row, transitions};
use crate::scoring::variogram::variogram;
use crate::scoring::weights::{Drawn, compared};
use crate::scoring::wis::wis;
use serde_json::Value;

/// The three outcomes: as numbers, and as shares.
const NUMBERS: [f64; 3] = [0.0, 1.0, 4.0];
const SHARES: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.1, 0.2, 0.7]];
const ROUNDING: f64 = 1e-9;

type Counts = [usize; 3];

/// All counts of three outcomes in so many draws.
fn all(draws: usize) -> Vec<Counts> {
    (0..=draws).flat_map(|a| (0..=draws - a).map(move |b| [a, b, draws - a - b])).collect()
}

/// The law of which these are sixths.
fn law(counts: &Counts) -> [f64; 3] {
    let total = counts.iter().sum::<usize>() as f64;
    counts.map(|count| count as f64 / total)
}

/// The probability that so many draws from a law have these counts.
fn probability(counts: &Counts, law: &[f64; 3]) -> f64 {
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    let ways = factorial(counts.iter().sum()) / counts.iter().map(|&n| factorial(n)).product::<f64>();
    ways * counts.iter().zip(law).map(|(&n, p)| p.powi(n as i32)).product::<f64>()
}

/// The draws with these counts, as one column per dimension.
fn columns<const D: usize>(counts: &Counts, outcomes: &[[f64; D]; 3]) -> Vec<Vec<f64>> {
    let draws: Vec<[f64; D]> = (0..3).flat_map(|k| vec![outcomes[k]; counts[k]]).collect();
    (0..D).map(|d| draws.iter().map(|x| x[d]).collect()).collect()
}

/// The expectation over a law of a function of the outcome; what cannot happen counts for nothing, though it scored infinity.
fn expected(truth: &[f64; 3], score: impl Fn(usize) -> Result<f64, ScoringError>) -> f64 {
    let of = |k: usize| if truth[k] > 0.0 { truth[k] * score(k).expect("in its domain") } else { 0.0 };
    (0..3).map(of).sum()
}

/// No law is expected to score better than the true one, where `score` is that of a forecast law, given as sixths.
fn proper(name: &str, score: impl Fn(&Counts, usize) -> Result<f64, ScoringError>) {
    for truth in all(6) {
        let of = |forecast: &Counts| expected(&law(&truth), |happened| score(forecast, happened));
        let own = of(&truth);
        for other in all(6) {
            let theirs = of(&other);
            assert!(own <= theirs + ROUNDING, "{name}: {truth:?} scores {own}, {other:?} {theirs}");
        }
    }
}

/// No law is expected to score better than the true one, where a forecaster gives a sample of so many draws from a law.
fn proper_by_samples(name: &str, draws: usize, score: impl Fn(&Counts, usize) -> Result<f64, ScoringError>) {
    let samples = all(draws);
    let scores: Vec<[f64; 3]> = samples
        .iter()
        .map(|sample| [0, 1, 2].map(|happened| score(sample, happened).expect("in its domain")))
        .collect();
    for truth in all(6) {
        let of = |forecast: &Counts| -> f64 {
            let term = |(sample, scores): (&Counts, &[f64; 3])| {
                probability(sample, &law(forecast)) * expected(&law(&truth), |happened| Ok(scores[happened]))
            };
            samples.iter().zip(&scores).map(term).sum()
        };
        let own = of(&truth);
        for other in all(6) {
            let theirs = of(&other);
            assert!(own <= theirs + ROUNDING, "{name}, {draws} draws: {truth:?} scores {own}, {other:?} {theirs}");
        }
    }
}

fn points() -> [[f64; 1]; 3] {
    NUMBERS.map(|number| [number])
}

/// The quantile of a law over the numbers.
fn quantile(law: &[f64; 3], level: f64) -> f64 {
    let at_most = |k: usize| law[..=k].iter().sum::<f64>();
    NUMBERS[(0..3).find(|&k| at_most(k) >= level - 1e-12).unwrap_or(2)]
}

fn propriety() {
    // Of one outcome, the first, as an event.
    proper("Brier", |forecast, happened| brier(law(forecast)[0], happened == 0));
    proper("log", |forecast, happened| logarithmic(law(forecast)[0], happened == 0));
    proper("ranked probability", |forecast, happened| rps(&law(forecast), happened));
    proper("interval", |forecast, happened| {
        let law = law(forecast);
        interval(quantile(&law, 0.05), quantile(&law, 0.95), NUMBERS[happened])
    });
    proper("weighted interval", |forecast, happened| {
        let levels = [0.05, 0.25, 0.5, 0.75, 0.95];
        wis(&levels, &levels.map(|level| quantile(&law(forecast), level)), NUMBERS[happened])
    });
    proper("variogram", |forecast, happened| variogram(&columns(forecast, &SHARES), &SHARES[happened], 0.5));
    proper("CRPS", |forecast, happened| crps::ensemble(&columns(forecast, &points())[0], NUMBERS[happened]));
    proper("energy", |forecast, happened| Ensemble::stated(columns(forecast, &SHARES))?.score(&SHARES[happened]));
    // Shares that are stated to be the distribution, the whole way.
    proper("stated shares", |forecast, happened| {
        let imagined: Vec<Vec<f64>> = (0..3).flat_map(|k| vec![SHARES[k].to_vec(); forecast[k]]).collect();
        let drawn = Drawn::mixture(&Mixture::new(&imagined, None)?, 0)?;
        Ok(drawn.scores(&[Some(SHARES[happened].to_vec())])?[0].expect("defined"))
    });
    for draws in 2..=6 {
        proper_by_samples("fair CRPS", draws, |sample, happened| {
            crps::fair(&columns(sample, &points())[0], NUMBERS[happened])
        });
        proper_by_samples("fair energy", draws, |sample, happened| {
            Ensemble::sample(columns(sample, &SHARES))?.score(&SHARES[happened])
        });
        // A seed is drawn, and each of its draws is the same: pairs are of different seeds.
        proper_by_samples("energy of groups", draws, |sample, happened| {
            let doubled = sample.map(|count| 2 * count);
            Ensemble::grouped(columns(&doubled, &SHARES), &vec![2; draws])?.score(&SHARES[happened])
        });
    }
    counts_are_proper();
}

/// Over all counts of up to six draws, no other parameters are expected to score better than those that they come from.
fn counts_are_proper() {
    let parameters: Vec<Dirichlet> = all(6)
        .iter()
        .map(|counts| Dirichlet::new(counts.iter().map(|&n| 0.3 + n as f64).collect()).expect("valid"))
        .collect();
    for draws in 0..=6 {
        let scores: Vec<Vec<f64>> = parameters
            .iter()
            .map(|forecast| {
                let score =
                    |counts: &Counts| dirichlet_multinomial(forecast, &counts.map(|n| n as u64)).expect("three parts");
                all(draws).iter().map(score).collect()
            })
            .collect();
        for truth in &scores {
            let of = |forecast: &Vec<f64>| -> f64 { truth.iter().zip(forecast).map(|(t, f)| (-t).exp() * f).sum() };
            let own = of(truth);
            assert!(scores.iter().all(|other| own <= of(other) + ROUNDING), "{draws} draws");
        }
    }
}

/// The fair form is for samples and the standard form for what is stated.
#[test]
fn each_form_is_improper_for_the_other() {
    let truth = [3, 2, 1];
    let (fair, stated) = (
        |forecast: &Counts| {
            expected(&law(&truth), |happened| Ensemble::sample(columns(forecast, &SHARES))?.score(&SHARES[happened]))
        },
        |forecast: &Counts| -> f64 {
            let score = |sample: &Counts| {
                expected(&law(&truth), |happened| Ensemble::stated(columns(sample, &SHARES))?.score(&SHARES[happened]))
            };
            all(2).iter().map(|sample| probability(sample, &law(forecast)) * score(sample)).sum()
        },
    );
    assert!((2..6).flat_map(all).any(|other| fair(&other) < fair(&truth) - 1e-3), "stating few points would pay");
    assert!(all(6).iter().any(|other| stated(other) < stated(&truth) - 1e-3), "sampling what is too narrow would pay");
}

fn energy_is_crps() {
    for draws in 2..=6 {
        for sample in all(draws) {
            let [column] = <[Vec<f64>; 1]>::try_from(columns(&sample, &points())).expect("one dimension");
            for y in NUMBERS {
                let of = |ensemble: Ensemble| ensemble.score(&[y]).expect("finite");
                let stated = of(Ensemble::stated(vec![column.clone()]).expect("draws"));
                let fair = of(Ensemble::sample(vec![column.clone()]).expect("draws"));
                assert!((stated - crps::ensemble(&column, y).expect("finite")).abs() < ROUNDING);
                assert!((fair - crps::fair(&column, y).expect("finite")).abs() < ROUNDING);
                // And in groups, of which each is a draw that is there twice.
                let doubled: Vec<f64> = column.iter().flat_map(|x| [*x; 2]).collect();
                let grouped = of(Ensemble::grouped(vec![doubled], &vec![2; draws]).expect("draws"));
                assert!((grouped - fair).abs() < ROUNDING);
            }
        }
    }
}

fn rps_is_brier() {
    for p in 0..=20 {
        let p = f64::from(p) / 20.0;
        for happened in [0, 1] {
            let ranked = rps(&[p, 1.0 - p], happened).expect("probabilities");
            let brier = brier(p, happened == 0).expect("a probability");
            // The second term is the square of a sum that is 1.
            assert!((ranked - brier).abs() < ROUNDING, "{p} {happened}: {ranked} {brier}");
        }
    }
}

fn multinomial_in_the_limit() {
    for truth in all(6) {
        let law = law(&truth);
        for draws in 0..=6 {
            for counts in all(draws) {
                let multinomial = probability(&counts, &law);
                let at = |concentration: f64| {
                    let forecast = Dirichlet::around(&law, concentration).expect("valid");
                    (-dirichlet_multinomial(&forecast, &counts.map(|n| n as u64)).expect("three parts")).exp()
                };
                let [near, nearer] = [1e4, 1e6].map(|concentration| (at(concentration) - multinomial).abs());
                assert!(nearer <= near / 10.0 + 1e-9 && nearer < 1e-4, "{law:?} {counts:?}: {near} {nearer}");
            }
        }
    }
}

fn aitchison_is_invariant() {
    let (a, b) = ([0.1, 0.3, 0.6], [0.5, 0.3, 0.2]);
    let distance = aitchison(&a, &b).expect("inside");
    for perturbation in [[0.2, 5.0, 0.7], [1e-6, 1.0, 1e6], [3.0, 3.0, 3.0]] {
        let perturbed = |x: [f64; 3]| {
            let x = [0, 1, 2].map(|k| x[k] * perturbation[k]);
            let closure = x.iter().sum::<f64>();
            (x.to_vec(), x.map(|part| part / closure).to_vec())
        };
        let ((open, closed), (other_open, other_closed)) = (perturbed(a), perturbed(b));
        for (x, y) in [(&open, &other_open), (&closed, &other_closed), (&open, &other_closed)] {
            assert!((aitchison(x, y).expect("inside") - distance).abs() < ROUNDING);
        }
    }
}

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

fn the_order_of_heuristics_is_nothing() {
    let turned = |x: &[f64; 3], order: &[usize; 3]| order.map(|k| x[k]).to_vec();
    let (imagined, outcome, counts) = ([[0.5, 0.3, 0.2], [0.7, 0.1, 0.2]], [0.6, 0.4, 0.0], [6.0, 3.0, 1.0]);
    // To the last bit where draws are taken, by rounding where sums are.
    let drawn = |order: &[usize; 3]| {
        let rows: Vec<Vec<f64>> = imagined.iter().map(|shares| turned(shares, order)).collect();
        let groups: Vec<Vec<Vec<f64>>> = rows.iter().map(|row| vec![row.clone(); 2]).collect();
        let uniform = Drawn::dirichlet(&Dirichlet::uniform(3).expect("three"), 5).expect("valid");
        let forecasts = [Mixture::new(&rows, Some(10.0)), Mixture::new(&rows, None), Mixture::sample(&groups)];
        let outcome = [Some(turned(&outcome, order)), None];
        forecasts.map(|mixture| {
            let forecast = Drawn::mixture(&mixture.expect("valid"), 5).expect("valid");
            compared(&forecast, &uniform, &outcome).expect("three parts")
        })
    };
    let summed = |order: &[usize; 3]| -> Vec<f64> {
        let rows: Vec<Vec<f64>> = imagined.iter().map(|shares| turned(shares, order)).collect();
        let counts: Vec<u64> = turned(&counts, order).iter().map(|n| *n as u64).collect();
        let row = Row { forecast: Mixture::new(&rows, Some(10.0)).expect("valid"), counts: vec![counts] };
        let log = transitions(&[row], 5).expect("three states").log.scores[0].expect("left");
        let columns: Vec<Vec<f64>> = (0..3).map(|k| rows.iter().map(|row| row[k]).collect()).collect();
        let variogram = variogram(&columns, &turned(&outcome, order), 0.5).expect("finite");
        let [one, other] = [0, 1].map(|k| rows[k].clone());
        let ranks = [kendall(&one, &other), spearman(&one, &other)].map(|rank| rank.expect("not all tied"));
        [log, variogram, aitchison(&one, &other).expect("inside")].into_iter().chain(ranks).collect()
    };
    for order in &ORDERS {
        assert_eq!(drawn(order), drawn(&ORDERS[0]), "{order:?}");
        let apart = |(a, b): (f64, f64)| (a - b).abs() < ROUNDING;
        assert!(summed(order).into_iter().zip(summed(&ORDERS[0])).all(apart), "{order:?}");
    }
}

/// One check for each law of the file; a law without one fails.
#[test]
fn every_law_holds() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/known-answers/scoring.json");
    let answers: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the file is there")).expect("it is JSON");
    let laws = answers["laws"].as_array().expect("a list of laws");
    assert!(!laws.is_empty());
    for law in laws.iter().map(|law| law.as_str().expect("words")) {
        match law {
            "the expected score of the true law is never beaten by another (propriety, by exact enumeration for three \
             outcomes and up to six draws)" => propriety(),
            "energy score in one dimension equals CRPS" => energy_is_crps(),
            "RPS with two outcomes equals Brier" => rps_is_brier(),
            "Dirichlet-multinomial tends to the multinomial as the concentration grows" => multinomial_in_the_limit(),
            "Aitchison distance is invariant to perturbation and closure" => aitchison_is_invariant(),
            "every score is invariant to the order in which heuristics are listed" => {
                the_order_of_heuristics_is_nothing();
            }
            other => panic!("no check of the law \"{other}\""),
        }
    }
}
