//! `shardbed score FORECAST OUTCOME`: forecasts from elsewhere, scored on what happened.
//!
//! What is read is defined by [`forecast`] and [`outcome`], and how it is scored by the same functions that score a study.

pub mod forecast;
pub mod outcome;
pub mod page;

use crate::cli::arguments::{Format, Score};
use crate::cli::inputs::MOST_BYTES;
use crate::cli::json::brief;
use crate::cli::score::forecast::{Forecast, Said};
use crate::cli::score::outcome::{Happened, Happening, Outcomes, Reference};
use crate::cli::{Report, files};
use crate::experiment::score::{judged, score_outcome};
use crate::language::suggest::help;
use crate::outcome::{ScoreOutcome, Verdict};
use crate::report::terminal::Style;
use crate::scoring::energy::Ensemble;
use crate::scoring::error::ScoringError;
use crate::scoring::event::event;
use crate::scoring::mixture::Mixture;
use crate::scoring::number::{drawn, middle, number};
use crate::scoring::scored::Scored;
use crate::scoring::transitions::{Row, transitions};
use crate::selection::bank::measurement_seed;
use serde::Serialize;
use std::path::Path;

/// The most numbers of forecasts that outcomes are compared with, over all seeds: some seconds.
const MOST_STEPS: usize = 10_000_000_000;

/// How good forecasts were.
#[derive(Debug, PartialEq, Serialize)]
pub struct Scores {
    /// As in FORECAST.
    pub forecasts: Vec<One>,
    /// What is in an outcome of a run and not forecast.
    pub not_forecast: Vec<String>,
    pub verdict: Verdict,
}

/// How good one was.
#[derive(Debug, PartialEq, Serialize)]
pub struct One {
    pub name: String,
    /// Every score that applies, that of the verdict first.
    pub scores: Vec<ScoreOutcome>,
    /// Why there is none, if so: a clause.
    pub not_scored: Option<String>,
    /// What to know about its scores.
    pub note: Option<&'static str>,
}

/// Scores a file of forecasts on one of outcomes; `-` stands for standard input, given as `stdin`.
pub fn score(arguments: &Score, style: Style, stdin: Option<&[u8]>) -> Report {
    if [&arguments.forecast, &arguments.outcome].into_iter().all(|file| file.as_os_str() == "-") {
        return Report::failure("one of FORECAST and OUTCOME can be standard input; name a file for the other");
    }
    let found = contents(&arguments.forecast, stdin).and_then(|(name, bytes)| {
        let read = forecast::read(&bytes, arguments.forecaster.as_deref());
        Ok((read.map_err(|problem| format!("{name}: {problem}"))?, name))
    });
    let found = found.and_then(|(forecasts, of_forecasts)| {
        let (name, bytes) = contents(&arguments.outcome, stdin)?;
        let outcomes = outcome::read(&bytes).map_err(|problem| format!("{name}: {problem}"))?;
        scores(forecasts, &of_forecasts, &outcomes, &name)
    });
    match (found, arguments.format) {
        (Err(problem), _) => Report::failure(problem),
        (Ok(found), Format::Human) => Report::success(page::page(&found, style)),
        (Ok(found), Format::Json) => match serde_json::to_string(&found) {
            Ok(json) => Report::success(json + "\n"),
            Err(error) => Report::failure(error),
        },
    }
}

/// What a file is called, and what is in it.
fn contents(path: &Path, stdin: Option<&[u8]>) -> Result<(String, Vec<u8>), String> {
    if let Some(bytes) = stdin.filter(|_| path == Path::new("-")) {
        return match bytes.len() > MOST_BYTES {
            true => Err("standard input is longer than 32 MiB; give fewer forecasts at a time".to_string()),
            false => Ok(("standard input".to_string(), bytes.to_vec())),
        };
    }
    let bytes = files::read_up_to(path, MOST_BYTES).map_err(|error| error.to_string())?;
    let name = files::shown(path);
    match bytes.len() > MOST_BYTES {
        true => Err(format!("{name}: the file is longer than 32 MiB; give fewer forecasts at a time")),
        false => Ok((name, bytes)),
    }
}

fn scores(forecasts: Vec<Forecast>, file: &str, outcomes: &Outcomes, other: &str) -> Result<Scores, String> {
    let known: Vec<&str> = outcomes.all.iter().map(|happening| happening.name.as_str()).collect();
    let mut representatives = Vec::new();
    let mut scored = Vec::with_capacity(forecasts.len());
    let mut steps: usize = 0;
    for (index, Forecast { name, said, note }) in forecasts.iter().enumerate() {
        let place = || format!("{file}: forecast {} (`{}`)", index + 1, brief(name));
        let Some(happening) = outcomes.all.iter().find(|happening| happening.name == *name) else {
            let known: Vec<String> = known.iter().map(|name| brief(name)).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return Err(format!("{}: {other} has no outcome of this name; {}", place(), help(name, "outcome", &known)));
        };
        let size = said.as_ref().map_or(0, Said::size);
        steps = steps.saturating_add(size.saturating_mul(outcomes.seeds));
        if steps > MOST_STEPS {
            let own = format!("{size} numbers or draws of it are compared with {} seeds", outcomes.seeds);
            return Err(format!(
                "{}: {own}, and all together may be {MOST_STEPS}; give fewer samples or seeds",
                place()
            ));
        }
        let (found, not_scored) = match one(said, happening).map_err(|problem| format!("{}: {problem}", place()))? {
            Ok(found) => (found, None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        scored.push(One {
            name: name.clone(),
            scores: found.iter().map(score_outcome).collect(),
            not_scored,
            note: note.filter(|_| !found.is_empty()),
        });
        representatives.extend(found.into_iter().next());
    }
    let missed = |name: &&&str| forecasts.iter().all(|forecast| forecast.name != **name);
    let not_forecast: Vec<String> = known.iter().filter(missed).map(|name| (*name).to_string()).collect();
    if let (Some(missed), true) = (not_forecast.first(), outcomes.by_hand) {
        let said: Vec<String> = forecasts.iter().map(|forecast| brief(&forecast.name)).collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let place = known.iter().position(|name| name == missed).unwrap_or(0);
        let (name, mend) = (brief(missed), help(missed, "forecast", &said));
        return Err(format!("{other}: outcome {} (`{name}`): {file} has no forecast of this name; {mend}", place + 1));
    }
    let reason = representatives.is_empty().then_some("no forecast has a score");
    let verdict = judged(&representatives, outcomes.seeds, forecasts.len(), reason);
    Ok(Scores { forecasts: scored, not_forecast, verdict })
}

/// Every score of a forecast, that of the verdict first; else why it has none, a clause.
///
/// # Errors
/// If what is forecast and what happened are not of a kind.
fn one(said: &Result<Said, String>, happening: &Happening) -> Result<Result<Vec<Scored>, String>, String> {
    let (said, happened) = match (said, &happening.happened) {
        (Err(reason), _) | (_, Err(reason)) => return Ok(Err(reason.clone())),
        (Ok(said), Ok(happened)) => (said, happened),
    };
    let scored = match (said, happened) {
        (Said::Probability(probability), Happened::Held(held)) => {
            event(*probability, held).map(|scores| vec![scores.brier, scores.log])
        }
        (Said::Range { low, high }, Happened::Values { by_seed, reference }) => {
            range([*low, *high], by_seed, reference).map(|scored| vec![scored])
        }
        (Said::Samples(samples), Happened::Values { by_seed, reference }) => sampled(samples, by_seed, reference),
        (Said::Shares { shares, concentration }, Happened::Shares(measured)) => {
            Mixture::new(std::slice::from_ref(shares), *concentration)
                .and_then(|forecast| Ok(vec![measured.scored(&forecast, measurement_seed().0)?.1]))
        }
        (Said::Rows { rows, concentration }, Happened::Counts(counts)) => {
            if rows.len() != counts.len() {
                let (rows, counted) = (rows.len(), counts.len());
                return Err(format!(
                    "it has {rows} rows, and its outcome has counts of {counted} in each seed; give as many"
                ));
            }
            let row = |(shares, counts): (&Vec<f64>, &Vec<Vec<u64>>)| {
                let forecast = Mixture::new(std::slice::from_ref(shares), Some(*concentration))?;
                Ok(Row { forecast, counts: counts.clone() })
            };
            let rows: Result<Vec<Row>, ScoringError> = rows.iter().zip(counts).map(row).collect();
            rows.and_then(|rows| transitions(&rows, measurement_seed().0)).map(|scores| vec![scores.energy, scores.log])
        }
        (Said::Probability(_), Happened::Values { .. }) => {
            return Err("a probability is of what is true or false, and its outcome has numbers; write true or false"
                .to_string());
        }
        _ => {
            let (said, happened) = (said.kind(), happened.kind());
            return Err(format!("{said} cannot be scored on {happened}; one of the two files means something else"));
        }
    };
    let scored = scored.map_err(|error| error.to_string())?;
    let defined = scored.iter().any(|scored| scored.scores.iter().any(Option::is_some));
    Ok(if defined { Ok(scored) } else { Err("it is undefined in every seed".to_string()) })
}

fn range(ends: [f64; 2], by_seed: &[Option<f64>], reference: &Reference) -> Result<Scored, ScoringError> {
    let [low, high] = ends;
    match reference {
        Reference::Unknown => number(low, high, None, by_seed),
        Reference::Range(least, most) => number(low, high, Some((*least, *most)), by_seed),
        Reference::Scored { by_seed: reference, scale } => {
            Ok(Scored { reference: Some(reference.clone()), scale: *scale, ..number(low, high, None, by_seed)? })
        }
    }
}

/// Samples meet ranges through their 5% and 95% quantiles.
fn sampled(samples: &[f64], by_seed: &[Option<f64>], reference: &Reference) -> Result<Vec<Scored>, ScoringError> {
    let draws = Ensemble::sample(vec![samples.to_vec()])?;
    let few = || ScoringError::TooFewDraws { needed: 2, found: samples.len() };
    let ends = middle(samples.to_vec()).ok_or_else(few)?;
    Ok(vec![range(ends, by_seed, reference)?, drawn(&draws, by_seed)?])
}

#[cfg(test)]
mod tests {
    use super::score;
    use crate::cli::Report;
    use crate::cli::arguments::{Format, Score};
    use crate::report::terminal::Style;
    use serde_json::Value;

    fn scored(forecasts: &str, outcomes: &str, format: Format) -> Report {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let forecast = folder.path().join("forecast.json");
        std::fs::write(&forecast, format!("{{\"forecasts\": [{forecasts}]}}")).expect("a file");
        let arguments = Score { forecast, outcome: "-".into(), forecaster: None, format };
        score(&arguments, Style::default(), Some(format!("{{\"outcomes\": [{outcomes}]}}").as_bytes()))
    }

    #[test]
    fn every_kind_is_scored_beside_its_reference() {
        let forecasts = r#"{"name": "rain", "probability": 0}, {"name": "mm", "low": 2, "high": 6},
            {"name": "drawn", "samples": [0, 1, 2, 3]}, {"name": "split", "shares": [1, 0]},
            {"name": "chain", "rows": [[1, 0]], "concentration": 10}, {"name": "never", "probability": 0.5}"#;
        let outcomes = r#"{"name": "rain", "by_seed": [true, false]},
            {"name": "mm", "by_seed": [4, 7], "reference": [0, 8]}, {"name": "drawn", "by_seed": [1, null]},
            {"name": "split", "by_seed": [[0.6, 0.4], [1, 0]]}, {"name": "chain", "by_seed": [[[3, 1]], null]},
            {"name": "never", "by_seed": [null, null]}"#;
        let report = scored(forecasts, outcomes, Format::Json);
        assert_eq!((report.code, report.stderr.as_str()), (0, ""));
        let found: Value = serde_json::from_str(&report.stdout).expect("JSON");
        let of = |forecast: usize, score: usize| &found["forecasts"][forecast]["scores"][score];
        let near = |value: &Value, expected: f64| {
            assert!((value.as_f64().expect("a number") - expected).abs() < 1e-9, "{value} {expected}");
        };
        near(&of(0, 0)["skill"], -1.0);
        assert_eq!((&of(0, 1)["rule"], &of(0, 1)["infinite"]), (&Value::from("log"), &Value::from(1)));
        assert!(of(0, 1)["score"]["mean"].is_null() && of(0, 1)["skill"].is_null());
        // Widths 4, 4 and 8, 8, and one miss by 1: 24 in all against 16.
        near(&of(1, 0)["score"]["mean"], 14.0);
        near(&of(1, 0)["skill"], 1.0 - 28.0 / 16.0);
        // From 0.15 to 2.85; mean distance 1 from the samples, half of 5/3 between two of them.
        near(&of(2, 0)["score"]["mean"], 2.7);
        near(&of(2, 1)["score"]["mean"], 1.0 - 5.0 / 6.0);
        assert!(of(2, 0)["reference"].is_null());
        near(&of(3, 0)["score"]["by_seed"][0], 0.4 * 2.0_f64.sqrt());
        near(&of(3, 0)["score"]["by_seed"][1], 0.0);
        assert_eq!((&of(4, 0)["rule"], &of(4, 1)["infinite"]), (&Value::from("energy"), &Value::from(1)));
        assert_eq!(found["forecasts"][5]["not_scored"], "it is undefined in every seed");
        assert_eq!(found["verdict"]["forecasts_scored"], 4);
        let page = scored(forecasts, outcomes, Format::Human).stdout;
        for words in ["1  rain", "infinite: what it called impossible happened in one seed", "VERDICT", "no reference"]
        {
            assert!(page.contains(words), "no `{words}` in {page}");
        }
    }

    #[test]
    fn what_would_take_for_ever_is_refused() {
        let list = |one: &str, times: usize| vec![one; times].join(",");
        let forecasts = format!("{{\"name\": \"a\", \"samples\": [{}]}}", list("1", 200_000));
        let outcomes = format!("{{\"name\": \"a\", \"by_seed\": [{}]}}", list("1", 50_001));
        let report = scored(&forecasts, &outcomes, Format::Human);
        assert_eq!(report.code, 2);
        let words = "forecast 1 (`a`): 200000 numbers or draws of it are compared with 50001 seeds, and all together may be \
                     10000000000; give fewer samples or seeds";
        assert!(report.stderr.contains(words), "{}", report.stderr);
        // Draws are made of shares, of which a file can be short.
        let shares = "{\"name\": \"a\", \"shares\": [0.5, 0.5], \"concentration\": 2}";
        let outcomes = format!("{{\"name\": \"a\", \"by_seed\": [{}]}}", list("[1,0]", 1_300_000));
        let report = scored(shares, &outcomes, Format::Human);
        assert!(report.code == 2 && report.stderr.contains("8192 numbers or draws"), "{}", report.stderr);
        // More than a prediction file may have, from standard input.
        let outcomes = format!("{{\"name\": \"a\", \"by_seed\": [{}]}}", list("true", 400_000));
        let report = scored("{\"name\": \"a\", \"probability\": 1}", &outcomes, Format::Human);
        assert!(outcomes.len() > crate::language::MAX_BYTES && report.code == 0, "{}", report.stderr);
    }

    #[test]
    fn refusals_name_both_files() {
        let cases = [
            (r#"{"name": "rian", "probability": 1}"#, r#"{"name": "rain", "by_seed": [true]}"#, "did you mean `rain`?"),
            (
                r#"{"name": "a", "probability": 1}"#,
                r#"{"name": "a", "by_seed": [true]}, {"name": "b", "by_seed": [true]}"#,
                "standard input: outcome 2 (`b`): ",
            ),
            (
                r#"{"name": "a", "probability": 1}"#,
                r#"{"name": "a", "by_seed": [3]}"#,
                "forecast 1 (`a`): a probability is of what is true or false, and its outcome has numbers; write true or false",
            ),
            (
                r#"{"name": "a", "low": 0, "high": 1}"#,
                r#"{"name": "a", "by_seed": [true]}"#,
                "forecast 1 (`a`): a range cannot be scored on true or false",
            ),
            (
                r#"{"name": "a", "rows": [[1, 0], [1, 0]], "concentration": 1}"#,
                r#"{"name": "a", "by_seed": [[[3, 1]]]}"#,
                "it has 2 rows, and its outcome has counts of 1 in each seed; give as many",
            ),
            (r#"{"name": "a", "shares": [0.5, 0.5]}"#, r#"{"name": "a", "by_seed": [[1, 0, 0]]}"#, "expected 3 parts"),
            (r#"{"name": "a", "samples": [1]}"#, r#"{"name": "a", "by_seed": [3]}"#, "at least 2"),
        ];
        for (forecasts, outcomes, part) in cases {
            let report = scored(forecasts, outcomes, Format::Human);
            assert!(report.code == 2 && report.stderr.contains(part), "{}", report.stderr);
        }
        let both = Score { forecast: "-".into(), outcome: "-".into(), forecaster: None, format: Format::Human };
        assert!(score(&both, Style::default(), Some(b"{}")).stderr.contains("name a file for the other"));
    }
}
