//! What `shardbed chain` reads: one JSON object.
//!
//! One of `counts` (square, whole numbers), `transition` (square, rows that sum to 1, or to 0 for a state that is never left) and
//! `sequences` (lists of states, each a number from 0 or a name). Also `states` (names, in order), `predicted` (a transition
//! matrix to compare counts or sequences with) and `kind` (`step`, `jump` or `event`).

use crate::cli::json::{self, brief, shown};
use crate::language::MAX_BYTES;
use crate::markov::counts::{Counts, MAX_STATES};
use crate::markov::summary::{Data, Kind};
use crate::markov::transition::Transition;
use crate::report::sanitize::sanitize;
use serde_json::{Map, Value};

/// A number above this is no longer exact in every reader of JSON.
const LARGEST: f64 = 9_007_199_254_740_992.0;
const KEYS: [&str; 6] = ["counts", "transition", "sequences", "states", "predicted", "kind"];
const EXAMPLE: &str = "for example {\"sequences\": [[\"a\", \"b\", \"a\"]]}";

/// A chain as it was given.
#[derive(Debug, PartialEq)]
pub struct Input {
    pub states: Vec<String>,
    pub kind: Kind,
    pub data: Data,
    pub predicted: Option<Transition>,
}

/// Reads a chain.
///
/// # Errors
/// What is wrong, where, and how to mend it.
pub fn read(bytes: &[u8]) -> Result<Input, String> {
    if bytes.len() > MAX_BYTES {
        return Err("a chain's file is at most 1 MiB long; give counts in place of long sequences".to_string());
    }
    let object = json::object(bytes, EXAMPLE)?;
    if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("`{}` is not known; known are {}", brief(key), KEYS.join(", ")));
    }
    let kind = match object.get("kind").map(|kind| kind.as_str()) {
        None | Some(Some("step")) => Kind::Step,
        Some(Some("jump")) => Kind::Jump,
        Some(Some("event")) => Kind::Event,
        Some(_) => return Err("`kind` is \"step\", \"jump\" or \"event\"".to_string()),
    };
    let mut names = object.get("states").map(names).transpose()?;
    let given: Vec<&str> = KEYS[..3].iter().copied().filter(|key| object.contains_key(*key)).collect();
    let data = match given[..] {
        ["counts"] => Data::Counts(counts(&object)?),
        ["transition"] => Data::Transition(transition(&object, "transition")?),
        ["sequences"] => Data::Sequences(sequences(&object["sequences"], &mut names)?),
        [] => return Err(format!("there is no chain in it: give counts, transition or sequences, {EXAMPLE}")),
        _ => return Err(format!("give one of {}, not several", given.join(", "))),
    };
    let predicted = object.contains_key("predicted").then(|| transition(&object, "predicted")).transpose()?;
    let found = match &data {
        Data::Counts(counts) => counts.states(),
        Data::Transition(p) => p.states(),
        Data::Sequences(sequences) => {
            let largest = sequences.iter().flatten().max().map_or(0, |state| state + 1);
            let predicted = predicted.as_ref().map_or(0, Transition::states);
            names.as_ref().map_or(largest.max(predicted), Vec::len)
        }
    };
    if found == 0 {
        return Err("a chain has at least one state, and here is none".to_string());
    }
    let states = names.unwrap_or_else(|| (0..found).map(|state| state.to_string()).collect());
    if states.len() != found {
        return Err(format!("`states` names {} and the matrix has {found}; name each once", states.len()));
    }
    if let Some(other) = predicted.as_ref().map(Transition::states).filter(|other| *other != found) {
        return Err(format!("`predicted` has {other} states and the chain {found}; both need the same"));
    }
    if predicted.is_some() && matches!(data, Data::Transition(_)) {
        return Err(
            "`predicted` is compared with counts; give counts or sequences in place of `transition`".to_string()
        );
    }
    Ok(Input { states, kind, data, predicted })
}

fn names(value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or("`states` is a list of names, for example [\"cheese\", \"corner\"]")?;
    if list.len() > MAX_STATES {
        return Err(format!("`states`: at most {MAX_STATES} are possible, found {}", list.len()));
    }
    let mut names: Vec<String> = Vec::with_capacity(list.len());
    for (place, name) in list.iter().enumerate() {
        let name = name.as_str().filter(|name| !sanitize(name).trim().is_empty());
        let name = name.ok_or_else(|| format!("`states`, place {}: expected a name in quotes", place + 1))?;
        if let Some(before) = names.iter().position(|before| before == name) {
            return Err(format!("`states`: places {} and {} have one name; name each once", before + 1, place + 1));
        }
        names.push(name.to_string());
    }
    Ok(names)
}

/// The rows of a matrix, as long as `each` accepts its numbers.
fn matrix<T>(
    object: &Map<String, Value>,
    key: &str,
    expected: &str,
    each: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<Vec<T>>, String> {
    let shape = || format!("`{key}` is a list of rows, each a list of numbers, for example [[1, 0], [0.5, 0.5]]");
    let rows = object[key].as_array().ok_or_else(shape)?;
    let mut read = Vec::with_capacity(rows.len().min(MAX_STATES));
    for (row, numbers) in rows.iter().enumerate() {
        let numbers = numbers.as_array().ok_or_else(|| format!("{} (row {})", shape(), row + 1))?;
        let cell = |(column, value): (usize, &Value)| {
            each(value).ok_or_else(|| {
                format!("`{key}`, row {}, column {}: expected {expected}, found {}", row + 1, column + 1, shown(value))
            })
        };
        read.push(numbers.iter().enumerate().map(cell).collect::<Result<Vec<T>, String>>()?);
    }
    Ok(read)
}

fn counts(object: &Map<String, Value>) -> Result<Counts, String> {
    let whole = |value: &Value| value.as_f64().filter(|n| n.fract() == 0.0 && (0.0..LARGEST).contains(n));
    let rows = matrix(object, "counts", "a whole number of at least 0", |value| whole(value).map(|n| n as u64))?;
    Counts::from_rows(&rows).map_err(|error| format!("`counts`: {error}"))
}

fn transition(object: &Map<String, Value>, key: &str) -> Result<Transition, String> {
    let rows = matrix(object, key, "a number", Value::as_f64)?;
    Transition::new(rows).map_err(|error| format!("`{key}`: {error}"))
}

/// Sequences as numbers of states; names that are new are added, where none were given.
fn sequences(value: &Value, names: &mut Option<Vec<String>>) -> Result<Vec<Vec<usize>>, String> {
    let shape = || format!("`sequences` is a list of sequences, each a list of states, {EXAMPLE}");
    let lists = value.as_array().ok_or_else(shape)?;
    let closed = names.is_some();
    let mut met: Vec<String> = names.clone().unwrap_or_default();
    let mut numbered = false;
    let mut read = Vec::with_capacity(lists.len());
    for (sequence, list) in lists.iter().enumerate() {
        let list = list.as_array().ok_or_else(|| format!("{} (sequence {})", shape(), sequence + 1))?;
        let mut states = Vec::with_capacity(list.len());
        for (position, state) in list.iter().enumerate() {
            let place = || format!("`sequences`, sequence {}, position {}", sequence + 1, position + 1);
            let most = if closed { met.len() } else { MAX_STATES };
            let found = match state {
                Value::String(name) => match met.iter().position(|before| before == name) {
                    Some(found) => found,
                    None if closed => return Err(format!("{}: `{}` is not in `states`", place(), brief(name))),
                    None if sanitize(name).trim().is_empty() => {
                        return Err(format!("{}: a name needs at least one letter", place()));
                    }
                    None => {
                        met.push(name.clone());
                        met.len() - 1
                    }
                },
                other => {
                    numbered = true;
                    let number = other.as_u64().map(|number| number.min(MAX_STATES as u64 * 2) as usize);
                    number.ok_or_else(|| {
                        format!("{}: expected a name or a number from 0, found {}", place(), shown(other))
                    })?
                }
            };
            if found >= most {
                return Err(format!("{}: found {}, and there can be {most} states at most", place(), shown(state)));
            }
            if numbered && !closed && !met.is_empty() {
                return Err(format!("{}: states are all names or all numbers; or give `states`", place()));
            }
            states.push(found);
        }
        read.push(states);
    }
    if !closed && !met.is_empty() {
        *names = Some(met);
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::markov::summary::{Data, Kind};

    #[test]
    fn names_and_numbers() {
        let input = read(br#"{"sequences": [["b", "a"], ["b"]], "kind": "event"}"#).expect("valid");
        assert_eq!(input.states, ["b", "a"]);
        assert_eq!((input.kind, &input.data), (Kind::Event, &Data::Sequences(vec![vec![0, 1], vec![0]])));
        let input = read(br#"{"states": ["a", "b", "c"], "sequences": [["b", 0]]}"#).expect("valid");
        assert_eq!(input.data, Data::Sequences(vec![vec![1, 0]]));
        assert_eq!(input.states.len(), 3);
        assert_eq!(read(br#"{"sequences": [[2], []]}"#).expect("valid").states, ["0", "1", "2"]);
    }

    #[test]
    fn refusals_name_place_and_mend() {
        let deep = format!("{{\"counts\": {}}}", "[".repeat(10_000));
        let many = format!("{{\"counts\": [{}]}}", vec!["[1]"; 70].join(","));
        let cases = [
            ("", "this is no JSON"),
            ("[1]", "expected one JSON object"),
            ("{}", "give counts, transition or sequences"),
            (r#"{"count": [[1]]}"#, "`count` is not known; known are counts"),
            (r#"{"counts": [[1]], "transition": [[1]]}"#, "give one of counts, transition"),
            (r#"{"counts": [[1]], "counts": [[2]]}"#, "`counts` is there twice; give it once"),
            (r#"{"counts": 3}"#, "`counts` is a list of rows"),
            (r#"{"counts": [[1, 2], 3]}"#, "(row 2)"),
            (
                r#"{"counts": [[1, 2], [3, 4.5]]}"#,
                "`counts`, row 2, column 2: expected a whole number of at least 0, found 4.5",
            ),
            (r#"{"counts": [[1, 2], [3, -4]]}"#, "row 2, column 2"),
            (r#"{"counts": [[1, 2], [3, 1e30]]}"#, "row 2, column 2"),
            (r#"{"counts": [[1, 2], [3]]}"#, "row 2 has 1 numbers"),
            (r#"{"counts": []}"#, "at least one state"),
            (r#"{"transition": [[0.5, 0.6], [1, 0]]}"#, "`transition`: row 1: probabilities sum to 1.1"),
            (r#"{"transition": [[0.5, "x"], [1, 0]]}"#, "row 1, column 2: expected a number, found \"x\""),
            (r#"{"transition": [[1]], "predicted": [[1]]}"#, "compared with counts"),
            (r#"{"counts": [[1]], "predicted": [[1, 0], [0, 1]]}"#, "both need the same"),
            (r#"{"counts": [[1]], "states": ["a", "a"]}"#, "places 1 and 2 have one name"),
            (r#"{"counts": [[1]], "states": ["a", "b"]}"#, "`states` names 2 and the matrix has 1"),
            (r#"{"counts": [[1]], "states": [" "]}"#, "place 1: expected a name"),
            (r#"{"counts": [[1]], "kind": "walk"}"#, "`kind` is"),
            (r#"{"sequences": [["a"], ["b", 1]]}"#, "sequence 2, position 2: states are all names or all numbers"),
            (r#"{"sequences": [[0, 64]]}"#, "sequence 1, position 2: found 64"),
            (r#"{"sequences": [[0, 18446744073709551615]]}"#, "sequence 1, position 2"),
            (r#"{"sequences": [[-1]]}"#, "expected a name or a number from 0, found -1"),
            (r#"{"sequences": [["c"]], "states": ["a"]}"#, "`c` is not in `states`"),
            (r#"{"sequences": [["\u001b[31m"]]}"#, "a name needs at least one letter"),
            (r#"{"sequences": []}"#, "at least one state"),
            (&deep, "recursion limit"),
            (&many, "at most 64 states"),
        ];
        for (text, part) in cases {
            let said = read(text.as_bytes()).expect_err("refused");
            assert!(said.contains(part), "{said}");
        }
        assert!(read(&vec![b' '; 1 << 21]).expect_err("too long").contains("1 MiB"));
        assert!(read(&[0xff, 0xfe]).is_err());
    }
}
