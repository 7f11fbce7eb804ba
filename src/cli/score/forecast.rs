//! What is forecast: `{"forecasts": […]}` written by hand, or what `predict` prints of a study.
//!
//! An entry written by hand has a `name`, and one of `probability`; `low` and `high`, the 5% and 95% quantiles; `samples`;
//! `shares`; `rows`, a list of shares or of objects with these. `concentration`, the sum of the Dirichlet parameters, goes with the
//! last two; shares without one are stated to be exactly these. What a study forecasts is named by its text before the answer.

use crate::cli::json::{brief, cut, object, rounded, shown};
use crate::language::suggest::help;
use crate::outcome::benchmark::AUTHOR;
use crate::outcome::predictor::{PredictorForecast, PredictorOutcome};
use crate::outcome::{ForecastOutcome, SCHEMA};
use crate::scoring::weights::DRAWS;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The most forecasts, the most shares of one or rows of it, and the most shares of all together: each takes a time of 4,096
/// draws squared.
pub const MOST: usize = 1000;
pub const MOST_PARTS: usize = 64;
const MOST_SHARES: usize = 2048;
/// Characters of what others say, in messages.
pub const MESSAGE: usize = 160;
/// How far from 1 sums of shares may be.
pub const ROUNDING: f64 = 1e-6;
const KEYS: [&str; 8] = ["name", "probability", "low", "high", "samples", "shares", "rows", "concentration"];
const EXAMPLE: &str = "for example {\"forecasts\": [{\"name\": \"rain\", \"probability\": 0.7}]}";
const POINT: &str =
    "its mean shares alone, as if it were sure of them: how sure it is is not printed, and `run` scores it";

/// A forecast of one thing.
#[derive(Debug, PartialEq)]
pub struct Forecast {
    pub name: String,
    /// Or why there is nothing to be scored, a clause.
    pub said: Result<Said, String>,
    /// What to know about its score.
    pub note: Option<&'static str>,
}

#[derive(Debug, PartialEq)]
pub enum Said {
    Probability(f64),
    Range { low: f64, high: f64 },
    Samples(Vec<f64>),
    Shares { shares: Vec<f64>, concentration: Option<f64> },
    Rows { rows: Vec<Vec<f64>>, concentration: f64 },
}

impl Said {
    /// How many numbers each seed is compared with.
    pub fn size(&self) -> usize {
        match self {
            Said::Samples(samples) => samples.len(),
            Said::Shares { .. } | Said::Rows { .. } => DRAWS * self.shares(),
            Said::Probability(_) | Said::Range { .. } => 1,
        }
    }

    /// How many shares it has.
    fn shares(&self) -> usize {
        match self {
            Said::Shares { shares, .. } => shares.len(),
            Said::Rows { rows, .. } => rows.iter().map(Vec::len).sum(),
            Said::Probability(_) | Said::Range { .. } | Said::Samples(_) => 0,
        }
    }

    /// In words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Said::Probability(_) => "a probability",
            Said::Range { .. } => "a range",
            Said::Samples(_) => "samples",
            Said::Shares { .. } => "shares",
            Said::Rows { .. } => "rows",
        }
    }
}

/// What a study's text is about: all of it before the answer or the block.
pub fn name_of(text: &str) -> &str {
    let block = text.ends_with('}').then(|| text.split_once(" {")).flatten();
    block.or_else(|| text.rsplit_once(" = ")).map_or(text, |(name, _)| name)
}

/// The forecasts in a file, of this forecaster where there are several.
///
/// # Errors
/// What is wrong, where, and how to mend it.
pub fn read(bytes: &[u8], forecaster: Option<&str>) -> Result<Vec<Forecast>, String> {
    let object = object(bytes, EXAMPLE)?;
    let forecasts = match object.contains_key("schema") {
        true => of_program(Value::Object(object), forecaster.unwrap_or(AUTHOR)),
        false => by_hand(object, forecaster),
    }?;
    let shares: usize = forecasts.iter().filter_map(|forecast| forecast.said.as_ref().ok()).map(Said::shares).sum();
    if shares > MOST_SHARES {
        return Err(format!("there are {shares} shares in it; give at most {MOST_SHARES} at a time"));
    }
    Ok(forecasts)
}

fn by_hand(object: Map<String, Value>, forecaster: Option<&str>) -> Result<Vec<Forecast>, String> {
    if let Some(forecaster) = forecaster {
        return Err(format!("--forecaster {}: this file has one forecaster; leave it out", brief(forecaster)));
    }
    if object.contains_key("outcomes") {
        return Err("this says what happened, and what is forecast comes first: score FORECAST OUTCOME".to_string());
    }
    if let Some(key) = object.keys().find(|key| *key != "forecasts") {
        return Err(format!("`{}` is not known; known is `forecasts`", brief(key)));
    }
    let list = object.get("forecasts").and_then(Value::as_array);
    let list = list.ok_or_else(|| format!("`forecasts` is a list of forecasts, {EXAMPLE}"))?;
    if list.is_empty() || list.len() > MOST {
        return Err(format!("`forecasts` has {} entries; give 1 to {MOST}", list.len()));
    }
    let mut forecasts: Vec<Forecast> = Vec::with_capacity(list.len());
    for (index, entry) in list.iter().enumerate() {
        let (name, entry) = named("forecast", index, entry)?;
        if let Some(before) = forecasts.iter().position(|forecast| forecast.name == name) {
            return Err(format!("forecasts {} and {} have one name; give each once", before + 1, index + 1));
        }
        let said = said(entry).map_err(|problem| format!("forecast {} (`{}`): {problem}", index + 1, brief(name)))?;
        forecasts.push(Forecast { name: name.to_string(), said: Ok(said), note: None });
    }
    Ok(forecasts)
}

/// An entry of a list and its name.
pub fn named<'a>(what: &str, index: usize, entry: &'a Value) -> Result<(&'a str, &'a Map<String, Value>), String> {
    let shape = || format!("{what} {}: expected an object, found {}", index + 1, shown(entry));
    let entry = entry.as_object().ok_or_else(shape)?;
    let name = entry.get("name").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| format!("{what} {}: it has no name; give `name`, a text in quotes", index + 1))?;
    Ok((name, entry))
}

fn said(entry: &Map<String, Value>) -> Result<Said, String> {
    if let Some(key) = entry.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("`{}` is not known; known are {}", brief(key), KEYS.join(", ")));
    }
    let given: Vec<&str> = KEYS[1..7].iter().copied().filter(|key| entry.contains_key(*key)).collect();
    let number = |key: &str| {
        let value = &entry[key];
        value.as_f64().ok_or_else(|| format!("`{key}`: expected a number, found {}", shown(value)))
    };
    let concentration = entry.contains_key("concentration").then(|| number("concentration")).transpose()?;
    if concentration.is_some_and(|concentration| concentration <= 0.0) {
        return Err("`concentration` is above 0: the larger, the surer".to_string());
    }
    let sure = |said: Said| match concentration {
        Some(_) => Err("`concentration` goes with `shares` and `rows` alone; leave it out".to_string()),
        None => Ok(said),
    };
    match given[..] {
        ["probability"] => sure(Said::Probability(probability(number("probability")?)?)),
        ["low", "high"] => {
            let (low, high) = (number("low")?, number("high")?);
            if low > high {
                return Err(format!(
                    "`low` is {low} and `high` {high}; give the 5% quantile as `low`, the 95% as `high`"
                ));
            }
            sure(Said::Range { low, high })
        }
        ["samples"] => {
            sure(Said::Samples(numbers(&entry["samples"]).map_err(|problem| format!("`samples`{problem}"))?))
        }
        ["shares"] => {
            let shares = shares(&entry["shares"]).map_err(|problem| format!("`shares`{problem}"))?;
            Ok(Said::Shares { shares, concentration })
        }
        ["rows"] => {
            let rows =
                entry["rows"].as_array().ok_or("`rows` is a list of rows, for example [[0.9, 0.1], [0.5, 0.5]]")?;
            if rows.is_empty() || rows.len() > MOST_PARTS {
                return Err(format!("`rows` has {} of them; give 1 to {MOST_PARTS}", rows.len()));
            }
            let row = |(index, row): (usize, &Value)| {
                shares(row.get("shares").unwrap_or(row)).map_err(|problem| format!("row {}{problem}", index + 1))
            };
            let rows = rows.iter().enumerate().map(row).collect::<Result<_, _>>()?;
            let concentration =
                concentration.ok_or("rows need a `concentration`: how sure they are, 10 for example")?;
            Ok(Said::Rows { rows, concentration })
        }
        ["low"] | ["high"] => Err("a range has both `low` and `high`, its 5% and 95% quantiles".to_string()),
        [] => Err("it says nothing: give `probability`, `low` and `high`, `samples`, `shares` or `rows`".to_string()),
        _ => Err(format!("give one of {}, not several", given.join(", "))),
    }
}

fn probability(p: f64) -> Result<f64, String> {
    let range = || format!("`probability` is {p}; it lies between 0 and 1");
    (0.0..=1.0).contains(&p).then_some(p).ok_or_else(range)
}

/// A list of numbers; else what is wrong, after what it stands in.
pub fn numbers(value: &Value) -> Result<Vec<f64>, String> {
    let list = value.as_array().ok_or_else(|| format!(": expected a list of numbers, found {}", shown(value)))?;
    let number = |(index, value): (usize, &Value)| {
        value.as_f64().ok_or_else(|| format!(", place {}: expected a number, found {}", index + 1, shown(value)))
    };
    list.iter().enumerate().map(number).collect()
}

/// A list of shares, at least 0 with sum 1; else what is wrong.
pub fn shares(value: &Value) -> Result<Vec<f64>, String> {
    let shares = numbers(value)?;
    if shares.is_empty() || shares.len() > MOST_PARTS {
        return Err(format!(": {} of them; give 1 to {MOST_PARTS}", shares.len()));
    }
    if let Some(place) = shares.iter().position(|share| *share < 0.0) {
        return Err(format!(", place {}: {} is below 0, and no share is", place + 1, shares[place]));
    }
    let sum: f64 = shares.iter().sum();
    if (sum - 1.0).abs() > ROUNDING {
        return Err(format!(": the sum is {}; shares sum to 1", rounded(sum)));
    }
    Ok(shares)
}

/// What `predict` prints of a study, and of an outcome what was forecast.
#[derive(Deserialize)]
struct Foretold {
    schema: u32,
    forecasts: Vec<ForecastOutcome>,
    #[serde(default)]
    predictors: Vec<PredictorOutcome>,
}

fn of_program(value: Value, forecaster: &str) -> Result<Vec<Forecast>, String> {
    let foretold: Foretold = serde_json::from_value(value).map_err(|error| {
        format!("this is not what `predict --format json` prints: {}", cut(&error.to_string(), MESSAGE))
    })?;
    if foretold.schema != SCHEMA {
        return Err(format!(
            "its layout is version {}, and this program reads {SCHEMA}; make it again",
            foretold.schema
        ));
    }
    if foretold.forecasts.is_empty() {
        return Err("the study forecasts nothing; add a `predict` to its file".to_string());
    }
    if forecaster == AUTHOR {
        let of = |forecast: &ForecastOutcome| Forecast {
            name: name_of(&forecast.text).to_string(),
            said: of_author(forecast).ok_or_else(|| "the file does not say what is forecast".to_string()),
            note: None,
        };
        return Ok(foretold.forecasts.iter().map(of).collect());
    }
    let known: Vec<&str> =
        [AUTHOR].into_iter().chain(foretold.predictors.iter().map(|own| own.name.as_str())).collect();
    let Some(predictor) = foretold.predictors.iter().find(|predictor| predictor.name == forecaster) else {
        let name = brief(forecaster);
        return Err(format!("--forecaster {name}: there is no such forecaster; {}", help(&name, "forecaster", &known)));
    };
    if let Some(failure) = &predictor.failure {
        return Err(format!("--forecaster {}: it has no forecast: {}", predictor.name, cut(failure, MESSAGE)));
    }
    let of = |forecast: &ForecastOutcome| {
        let said = forecast.predictors.iter().find(|said| said.name == forecaster);
        let said = said.map_or_else(|| Err("it says nothing of this".to_string()), of_predictor);
        let note = matches!(said, Ok(Said::Shares { .. })).then_some(POINT);
        Forecast { name: name_of(&forecast.text).to_string(), said, note }
    };
    Ok(foretold.forecasts.iter().map(of).collect())
}

fn of_author(forecast: &ForecastOutcome) -> Option<Said> {
    match (forecast.probability, forecast.low.zip(forecast.high), &forecast.shares) {
        (Some(probability), ..) => Some(Said::Probability(probability)),
        (_, Some((low, high)), _) => Some(Said::Range { low, high }),
        (.., Some(shares)) => Some(Said::Shares { shares: shares.clone(), concentration: forecast.concentration }),
        _ => {
            let rows: Vec<Vec<f64>> = forecast.rows.iter().map(|row| row.shares.clone()).collect();
            let concentration = forecast.concentration.filter(|_| !rows.is_empty())?;
            Some(Said::Rows { rows, concentration })
        }
    }
}

fn of_predictor(said: &PredictorForecast) -> Result<Said, String> {
    match (said.probability, said.low.zip(said.high), &said.shares) {
        (Some(probability), ..) => Ok(Said::Probability(probability)),
        (_, Some((low, high)), _) => Ok(Said::Range { low, high }),
        (.., Some(shares)) => Ok(Said::Shares { shares: shares.clone(), concentration: None }),
        _ => Err(match &said.silent {
            Some(reason) => format!("it says nothing of this: {reason}"),
            None => "how sure a predictor is of rows is not printed; `run` scores them".to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Said, name_of, read};

    #[test]
    fn every_kind() {
        let text = r#"{"forecasts": [
            {"name": "rain", "probability": 0.7},
            {"name": "mm", "low": 1, "high": 9.5},
            {"name": "mm, sampled", "samples": [1, 2, 3]},
            {"name": "split", "shares": [0.25, 0.75], "concentration": 10},
            {"name": "sure", "shares": [0, 1]},
            {"name": "chain", "rows": [[0.5, 0.5], {"from": "b", "shares": [0.1, 0.9]}], "concentration": 20}
        ]}"#;
        let said: Vec<Said> =
            read(text.as_bytes(), None).expect("valid").into_iter().filter_map(|f| f.said.ok()).collect();
        let expected = [
            Said::Probability(0.7),
            Said::Range { low: 1.0, high: 9.5 },
            Said::Samples(vec![1.0, 2.0, 3.0]),
            Said::Shares { shares: vec![0.25, 0.75], concentration: Some(10.0) },
            Said::Shares { shares: vec![0.0, 1.0], concentration: None },
            Said::Rows { rows: vec![vec![0.5, 0.5], vec![0.1, 0.9]], concentration: 20.0 },
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn forecasts_of_studies_are_named_by_what_they_are_about() {
        for (text, name) in [
            ("selected(a) = 70%", "selected(a)"),
            ("share(a) > 50% = 10%", "share(a) > 50%"),
            ("weights { a 60%; rest; concentration 20 }", "weights"),
            ("transitions in maze after more { a -> a 75%, rest; concentration 20 }", "transitions in maze after more"),
            ("odd", "odd"),
        ] {
            assert_eq!(name_of(text), name);
        }
    }

    #[test]
    fn refusals_name_place_and_mend() {
        let entry = |rest: &str| format!("{{\"forecasts\": [{{\"name\": \"rain\"{rest}}}]}}");
        let deep = format!("{{\"forecasts\": {}}}", "[".repeat(10_000));
        let row = format!("[{}]", ["0.015625"; 64].join(","));
        let rows = format!("{{\"name\": \"NAME\", \"concentration\": 1, \"rows\": [{}]}}", vec![row; 40].join(","));
        let many = format!("{{\"forecasts\": [{}]}}", rows.replace("NAME", "a"));
        let cases = [
            ("".to_string(), "this is no JSON"),
            ("[]".to_string(), "expected one JSON object"),
            ("{}".to_string(), "`forecasts` is a list of forecasts, for example"),
            (deep, "recursion limit"),
            (many, "there are 2560 shares in it"),
            ("{\"forecasts\": [1e999]}".to_string(), "number out of range"),
            ("{\"forecasts\": []} x".to_string(), "trailing characters"),
            ("{\"forecasts\": []}".to_string(), "give 1 to 1000"),
            ("{\"forecasts\": [3]}".to_string(), "forecast 1: expected an object, found 3"),
            ("{\"forecasts\": [{}]}".to_string(), "forecast 1: it has no name"),
            ("{\"forecast\": []}".to_string(), "`forecast` is not known"),
            (entry(""), "forecast 1 (`rain`): it says nothing: give `probability`"),
            (entry(", \"probabilty\": 1"), "`probabilty` is not known; known are name, probability"),
            (entry(", \"probability\": 1.2"), "`probability` is 1.2; it lies between 0 and 1"),
            (entry(", \"probability\": \"x\""), "`probability`: expected a number, found \"x\""),
            (entry(", \"probability\": 1, \"low\": 3"), "give one of probability, low, not several"),
            (entry(", \"probability\": 1, \"concentration\": 3"), "goes with `shares` and `rows` alone"),
            (entry(", \"low\": 1"), "both `low` and `high`"),
            (entry(", \"low\": 2, \"high\": 1"), "`low` is 2 and `high` 1"),
            (entry(", \"shares\": [0.5, 0.6]"), "`shares`: the sum is 1.1; shares sum to 1"),
            (entry(", \"shares\": [0.7, 0.1, 0.3]"), "`shares`: the sum is 1.1; shares sum to 1"),
            (entry(", \"shares\": [1.5, -0.5]"), "`shares`, place 2: -0.5 is below 0"),
            (entry(", \"shares\": []"), "`shares`: 0 of them; give 1 to 64"),
            (entry(", \"shares\": [1], \"concentration\": 0"), "`concentration` is above 0"),
            (entry(", \"rows\": [[1]]"), "rows need a `concentration`"),
            (entry(", \"rows\": [[1], [0.5]], \"concentration\": 1"), "row 2: the sum is 0.5"),
            (entry(", \"samples\": [1, null]"), "`samples`, place 2: expected a number, found null"),
            (entry("}, {\"name\": \"rain\""), "forecast 1 (`rain`): it says nothing"),
            (entry(", \"probability\": 1}, {\"name\": \"rain\""), "forecasts 1 and 2 have one name"),
            ("{\"schema\": 1}".to_string(), "not what `predict --format json` prints: missing field `forecasts`"),
            ("{\"schema\": 99, \"forecasts\": []}".to_string(), "its layout is version 99"),
            ("{\"schema\": 1, \"forecasts\": []}".to_string(), "the study forecasts nothing"),
        ];
        for (text, part) in cases {
            let said = read(text.as_bytes(), None).expect_err("refused");
            assert!(said.contains(part), "{said}");
            assert!(said.len() < 300, "{said}");
        }
        let said = read(entry(", \"probability\": 1").as_bytes(), Some("mix")).expect_err("refused");
        assert!(said.contains("this file has one forecaster"), "{said}");
    }
}
