//! What happened: `{"outcomes": […]}` written by hand, or an outcome as `run` and `show` print it.
//!
//! An entry written by hand has a `name` and `by_seed`, a list with one entry per seed, `null` where it is undefined: true or
//! false for an event; a number; a list of shares; or for rows a list of rows of counts. Numbers may have a `reference`, the
//! range [low, high] of who knows nothing.

use crate::cli::json::{brief, cut, object, shown};
use crate::cli::score::forecast::{MESSAGE, MOST, MOST_PARTS, name_of, named, numbers, shares};
use crate::experiment::benchmark::observed::after;
use crate::experiment::measured_shares::MeasuredShares;
use crate::outcome::{ForecastOutcome, Outcome, SCHEMA, ScoreOutcome};
use crate::selection::share::Parts;
use serde_json::{Map, Value};

const KEYS: [&str; 3] = ["name", "by_seed", "reference"];
const EXAMPLE: &str = "for example {\"outcomes\": [{\"name\": \"rain\", \"by_seed\": [true, false, null]}]}";
/// A count above this is no longer exact in every reader of JSON.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// All that happened.
#[derive(Debug)]
pub struct Outcomes {
    pub all: Vec<Happening>,
    pub seeds: usize,
    /// It was written for these forecasts, so that each needs one.
    pub by_hand: bool,
}

#[derive(Debug)]
pub struct Happening {
    pub name: String,
    /// Or why nothing can be scored on it, a clause.
    pub happened: Result<Happened, String>,
}

/// What happened, by seed; nothing where it is undefined.
#[derive(Debug)]
pub enum Happened {
    Held(Vec<Option<bool>>),
    Values {
        by_seed: Vec<Option<f64>>,
        reference: Reference,
    },
    Shares(MeasuredShares),
    /// Per row, then seed, how often each transition was counted; all 0 where it is undefined.
    Counts(Vec<Vec<Vec<u64>>>),
}

/// Who knows nothing of a number.
#[derive(Debug)]
pub enum Reference {
    Unknown,
    Range(f64, f64),
    /// The scores of its range, which outcomes hold.
    Scored {
        by_seed: Vec<Option<f64>>,
        scale: Option<f64>,
    },
}

impl Happened {
    /// In words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Happened::Held(_) => "true or false",
            Happened::Values { .. } => "numbers",
            Happened::Shares(_) => "shares",
            Happened::Counts(_) => "rows of counts",
        }
    }
}

/// The outcomes in a file.
///
/// # Errors
/// What is wrong, where, and how to mend it.
pub fn read(bytes: &[u8]) -> Result<Outcomes, String> {
    let object = object(bytes, EXAMPLE)?;
    if object.contains_key("schema") {
        return of_run(Value::Object(object));
    }
    if object.contains_key("forecasts") {
        return Err("this says what is forecast, and what happened comes second: score FORECAST OUTCOME".to_string());
    }
    if let Some(key) = object.keys().find(|key| *key != "outcomes") {
        return Err(format!("`{}` is not known; known is `outcomes`", brief(key)));
    }
    let list = object.get("outcomes").and_then(Value::as_array);
    let list = list.ok_or_else(|| format!("`outcomes` is a list of outcomes, {EXAMPLE}"))?;
    if list.is_empty() || list.len() > MOST {
        return Err(format!("`outcomes` has {} entries; give 1 to {MOST}", list.len()));
    }
    let mut all: Vec<Happening> = Vec::with_capacity(list.len());
    let mut seeds = None;
    for (index, entry) in list.iter().enumerate() {
        let (name, entry) = named("outcome", index, entry)?;
        let place = || format!("outcome {} (`{}`)", index + 1, brief(name));
        if let Some(before) = all.iter().position(|other| other.name == name) {
            return Err(format!("outcomes {} and {} have one name; give each once", before + 1, index + 1));
        }
        let (happened, own) = happened(entry).map_err(|problem| format!("{}: {problem}", place()))?;
        let first = *seeds.get_or_insert(own);
        if own != first {
            return Err(format!(
                "{}: `by_seed` has {own} entries, and that of outcome 1 {first}; give one per seed, null where it is undefined",
                place()
            ));
        }
        all.push(Happening { name: name.to_string(), happened });
    }
    Ok(Outcomes { all, seeds: seeds.unwrap_or(0), by_hand: true })
}

/// What happened, and in how many seeds.
fn happened(entry: &Map<String, Value>) -> Result<(Result<Happened, String>, usize), String> {
    if let Some(key) = entry.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("`{}` is not known; known are {}", brief(key), KEYS.join(", ")));
    }
    let shape = "`by_seed` is a list with one entry per seed, for example [true, false, null] or [0.3, 0.5]";
    let by_seed = entry.get("by_seed").and_then(Value::as_array).ok_or(shape)?;
    if by_seed.is_empty() {
        return Err(shape.to_string());
    }
    let reference = entry.get("reference").filter(|reference| !reference.is_null());
    let known = by_seed.iter().find(|value| !value.is_null());
    let happened = match known {
        None => {
            reference.map(range).transpose()?;
            return Ok((Err("it is undefined in every seed".to_string()), by_seed.len()));
        }
        Some(Value::Bool(_)) => Happened::Held(each(by_seed, |value| {
            let other = || {
                format!(": expected true or false as in the seeds before, found {}; write true or false", shown(value))
            };
            value.as_bool().ok_or_else(other)
        })?),
        Some(Value::Number(_)) => {
            let other = |value: &Value| format!(": expected a number as in the seeds before, found {}", shown(value));
            let number = |value: &Value| value.as_f64().ok_or_else(|| other(value));
            let reference = reference.map_or(Ok(Reference::Unknown), range)?;
            return Ok((Ok(Happened::Values { by_seed: each(by_seed, number)?, reference }), by_seed.len()));
        }
        Some(Value::Array(first)) if first.first().is_some_and(Value::is_array) => Happened::Counts(rows(by_seed)?),
        Some(Value::Array(first)) => {
            // A row of counts, say, in place of rows of them.
            let counts = first.iter().all(|count| count.as_u64().is_some())
                && first.iter().any(|count| count.as_u64() > Some(1));
            if counts {
                let mend = "shares sum to 1; counts are given as rows, for one row [[[3, 1]], [[2, 2]]] in two seeds";
                return Err(format!("`by_seed`: these are whole numbers; {mend}"));
            }
            let shares = each(by_seed, shares)?;
            let parts = shares.iter().flatten().map(Vec::len).next().unwrap_or(0);
            if let Some(seed) = shares.iter().position(|own| own.as_ref().is_some_and(|own| own.len() != parts)) {
                return Err(format!("`by_seed`, seed {}: every seed has as many shares, {parts}", seed + 1));
            }
            Happened::Shares(MeasuredShares { parts: Parts::new(parts, &[]), by_seed: shares })
        }
        Some(other) => {
            return Err(format!(
                "`by_seed`: expected true or false, numbers or lists, found {}; of an event write true or false, without quotes",
                shown(other)
            ));
        }
    };
    match reference {
        Some(_) => Err("`reference` is the range of a number; leave it out".to_string()),
        None => Ok((Ok(happened), by_seed.len())),
    }
}

/// What is read of every entry that is not null.
fn each<T>(by_seed: &[Value], read: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<Option<T>>, String> {
    let one = |(index, value): (usize, &Value)| {
        let read = (!value.is_null()).then(|| read(value)).transpose();
        read.map_err(|problem| format!("`by_seed`, seed {}{problem}", index + 1))
    };
    by_seed.iter().enumerate().map(one).collect()
}

fn range(value: &Value) -> Result<Reference, String> {
    let shape = || "`reference` is the range of who knows nothing, [low, high]".to_string();
    match numbers(value).map_err(|_| shape())?[..] {
        [low, high] if low <= high => Ok(Reference::Range(low, high)),
        _ => Err(shape()),
    }
}

/// Per row, then seed, the counts.
fn rows(by_seed: &[Value]) -> Result<Vec<Vec<Vec<u64>>>, String> {
    let matrix = |value: &Value| -> Result<Vec<Vec<u64>>, String> {
        let whole = |count: f64| (count.fract() == 0.0 && (0.0..LARGEST).contains(&count)).then_some(count as u64);
        let row = |(index, row): (usize, &Value)| -> Result<Vec<u64>, String> {
            let counts = numbers(row).map_err(|problem| format!(", row {}{problem}", index + 1))?;
            let counted: Option<Vec<u64>> = counts.into_iter().map(whole).collect();
            let counted = counted.filter(|counts| (1..=MOST_PARTS).contains(&counts.len()));
            counted
                .ok_or_else(|| format!(", row {}: expected 1 to {MOST_PARTS} whole numbers of at least 0", index + 1))
        };
        let list = value.as_array().ok_or_else(|| format!(": expected rows of counts, found {}", shown(value)))?;
        list.iter().enumerate().map(row).collect()
    };
    let matrices = each(by_seed, matrix)?;
    let widths = |matrix: &Vec<Vec<u64>>| matrix.iter().map(Vec::len).collect::<Vec<_>>();
    let first = matrices.iter().flatten().map(widths).next().unwrap_or_default();
    if first.len() > MOST_PARTS {
        return Err(format!("`by_seed`: there are {} rows; give at most {MOST_PARTS}", first.len()));
    }
    if let Some(seed) = matrices.iter().position(|own| own.as_ref().is_some_and(|own| widths(own) != first)) {
        return Err(format!("`by_seed`, seed {}: every seed has rows of the same lengths", seed + 1));
    }
    let row = |index: usize| {
        let of =
            |own: &Option<Vec<Vec<u64>>>| own.as_ref().map_or_else(|| vec![0; first[index]], |own| own[index].clone());
        matrices.iter().map(of).collect()
    };
    Ok((0..first.len()).map(row).collect())
}

fn of_run(value: Value) -> Result<Outcomes, String> {
    if value.get("forecasts").is_some() && value.get("training").is_none() {
        return Err("this is what `predict` prints, and says nothing of what happened; give what `run --format json` prints, and \
                    that second: score FORECAST OUTCOME"
            .to_string());
    }
    let outcome: Outcome = serde_json::from_value(value).map_err(|error| {
        format!("this is no outcome as `run --format json` prints it: {}", cut(&error.to_string(), MESSAGE))
    })?;
    if outcome.schema != SCHEMA {
        return Err(format!("its layout is version {}, and this program reads {SCHEMA}; run it again", outcome.schema));
    }
    let mut all: Vec<Happening> = Vec::new();
    for forecast in &outcome.forecasts {
        let name = name_of(&forecast.text);
        if all.iter().all(|other| other.name != name) {
            let happened = match &forecast.inadmissible {
                Some(reason) => Err(reason.clone()),
                None => measured(&outcome, forecast).ok_or_else(|| "the outcome does not hold it".to_string()),
            };
            all.push(Happening { name: name.to_string(), happened });
        }
    }
    Ok(Outcomes { all, seeds: outcome.seeds.len(), by_hand: false })
}

/// What an outcome says of the quantity of a forecast, if it is whole.
fn measured(outcome: &Outcome, forecast: &ForecastOutcome) -> Option<Happened> {
    let (results, seeds) = (outcome.after(forecast.after.as_deref())?, outcome.seeds.len());
    let by_seed = || Some(forecast.measured.as_ref()?.by_seed.clone()).filter(|by_seed| by_seed.len() == seeds);
    match forecast.kind.as_str() {
        "event" => Some(Happened::Held(by_seed()?.into_iter().map(|held| held.map(|held| held > 0.5)).collect())),
        "number" => {
            let known = |score: &ScoreOutcome| {
                let by_seed = score.reference.as_ref()?.by_seed.clone();
                Some(Reference::Scored { by_seed, scale: score.scale })
            };
            let reference = forecast.scores.iter().find_map(known).unwrap_or(Reference::Unknown);
            Some(Happened::Values { by_seed: by_seed()?, reference })
        }
        "weights" => {
            let observed = after(results, seeds, None);
            let measured = MeasuredShares { parts: observed.parts, by_seed: observed.seeds };
            observed.left_out.is_none().then_some(Happened::Shares(measured))
        }
        "transitions" => {
            let scenario =
                results.scenarios.iter().find(|scenario| Some(&scenario.name) == forecast.scenario.as_ref())?;
            let chain = scenario.chain.as_ref()?;
            let row = |from: &str| {
                let state = chain.states.iter().position(|state| state == from)?;
                let rows: Option<Vec<Vec<u64>>> = chain.counts.iter().map(|seed| seed.get(state).cloned()).collect();
                rows.filter(|rows| rows.len() == seeds && rows.iter().all(|row| row.len() == chain.states.len()))
            };
            Some(Happened::Counts(forecast.rows.iter().map(|own| row(&own.from)).collect::<Option<_>>()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Happened, read};

    #[test]
    fn every_kind() {
        let text = r#"{"outcomes": [
            {"name": "rain", "by_seed": [null, true]},
            {"name": "mm", "by_seed": [3, 4.5], "reference": [0, 20]},
            {"name": "split", "by_seed": [[0.5, 0.5], null]},
            {"name": "chain", "by_seed": [[[3, 1], [0, 4]], null]},
            {"name": "nothing", "by_seed": [null, null], "reference": [0, 20]}
        ]}"#;
        let found = read(text.as_bytes()).expect("valid");
        assert_eq!((found.seeds, found.by_hand, found.all.len()), (2, true, 5));
        let [held, values, shares, counts, nothing] = &found.all[..] else { panic!("{found:?}") };
        assert!(matches!(&held.happened, Ok(Happened::Held(held)) if *held == [None, Some(true)]));
        assert!(matches!(&values.happened, Ok(Happened::Values { by_seed, .. }) if *by_seed == [Some(3.0), Some(4.5)]));
        assert!(matches!(&shares.happened, Ok(Happened::Shares(shares)) if shares.parts.parts.len() == 2));
        let counted = vec![vec![vec![3, 1], vec![0, 0]], vec![vec![0, 4], vec![0, 0]]];
        assert!(matches!(&counts.happened, Ok(Happened::Counts(counts)) if *counts == counted), "{counts:?}");
        assert!(nothing.happened.is_err());
    }

    #[test]
    fn refusals_name_place_and_mend() {
        let entry = |rest: &str| format!("{{\"outcomes\": [{{\"name\": \"rain\"{rest}}}]}}");
        let cases = [
            ("{}".to_string(), "`outcomes` is a list of outcomes, for example"),
            (entry(""), "outcome 1 (`rain`): `by_seed` is a list"),
            (entry(", \"by_seed\": []"), "`by_seed` is a list with one entry per seed"),
            (entry(", \"by_seeds\": []"), "`by_seeds` is not known"),
            (entry(", \"by_seed\": [\"yes\"]"), "expected true or false, numbers or lists, found \"yes\""),
            (entry(", \"by_seed\": [\"yes\"]"), "of an event write true or false, without quotes"),
            (
                entry(", \"by_seed\": [true, 1]"),
                "`by_seed`, seed 2: expected true or false as in the seeds before, found 1; write true or false",
            ),
            (entry(", \"by_seed\": [1, true]"), "seed 2: expected a number as in the seeds before, found true"),
            (entry(", \"by_seed\": [[3, 1]]"), "counts are given as rows, for one row [[[3, 1]], [[2, 2]]]"),
            (entry(", \"by_seed\": [null], \"reference\": [2, 1]"), "[low, high]"),
            (
                "{\"schema\": 1, \"forecasts\": [], \"predictors\": []}".to_string(),
                "this is what `predict` prints, and says nothing of what happened; give what `run --format json` prints, and that second",
            ),
            (entry(", \"by_seed\": [[0.5, 0.4]]"), "`by_seed`, seed 1: the sum is 0.9; shares sum to 1"),
            (entry(", \"by_seed\": [[1, 0], [1]]"), "seed 2: every seed has as many shares, 2"),
            (entry(", \"by_seed\": [[[1, 0.5]]]"), "seed 1, row 1: expected 1 to 64 whole numbers"),
            (entry(", \"by_seed\": [[[1]], [[1], [2]]]"), "seed 2: every seed has rows of the same lengths"),
            (entry(", \"by_seed\": [true], \"reference\": [0, 1]"), "`reference` is the range of a number"),
            (entry(", \"by_seed\": [1], \"reference\": [2, 1]"), "[low, high]"),
            (
                entry(", \"by_seed\": [1]}, {\"name\": \"sun\", \"by_seed\": [1, 2]"),
                "outcome 2 (`sun`): `by_seed` has 2 entries, and that of outcome 1 1",
            ),
            (entry(", \"by_seed\": [1]}, {\"name\": \"rain\", \"by_seed\": [1]"), "outcomes 1 and 2 have one name"),
            ("{\"schema\": 1}".to_string(), "no outcome as `run --format json` prints it: missing field"),
        ];
        for (text, part) in cases {
            let said = read(text.as_bytes()).expect_err("refused");
            assert!(said.contains(part), "{said}");
        }
    }
}
