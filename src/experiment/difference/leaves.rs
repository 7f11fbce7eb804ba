//! An outcome as leaves by name: every number, text and list in it.
//!
//! The name of a leaf is the way to it in the outcome's JSON. Things in a list go by their own names: a heuristic by its
//! name, a forecast by what it is about, without what is forecast of it, so that it is found again in an outcome in which
//! others stand before it. A list with nothing in it is no leaf, so that what another outcome has in it stands there alone.

use crate::outcome::Outcome;
use crate::outcome::measured::Measured;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What stands at a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Leaf {
    /// Measured in every seed.
    Measured(Measured),
    /// Stated, or counted: measured in no seed.
    Number(f64),
    /// A text, yes or no.
    Text(String),
    /// Raw data.
    List(Value),
}

/// What an outcome holds, by name.
pub type Leaves = BTreeMap<String, Leaf>;

/// What differs between two runs of the same and says nothing of the result, and the ids, which are compared by themselves.
const APART: &[&str] = &["ids", "version", "schema"];

/// The leaves of an outcome.
///
/// # Errors
/// If it is no JSON, which no outcome from a store or a file is.
pub fn leaves(outcome: &Outcome) -> Result<Leaves, serde_json::Error> {
    let mut outcome = outcome.clone();
    outcome.without_circumstances();
    let mut leaves = Leaves::new();
    let mut json = serde_json::to_value(&outcome)?;
    for (forecast, own) in outcome.forecasts.iter().zip(json["forecasts"].as_array_mut().into_iter().flatten()) {
        let results = outcome.after(forecast.after.as_deref());
        let scenario = results.and_then(|results| {
            results.scenarios.iter().find(|scenario| forecast.scenario.as_ref() == Some(&scenario.name))
        });
        let Some(chain) = scenario.and_then(|scenario| scenario.chain.as_ref()) else { continue };
        for row in own["rows"].as_array_mut().into_iter().flatten() {
            row["measured"] = by_name(row["measured"].take(), &chain.states);
        }
    }
    if let Value::Object(fields) = json {
        for (name, value) in fields.into_iter().filter(|(name, _)| !APART.contains(&name.as_str())) {
            add(&mut leaves, name, value);
        }
    }
    Ok(leaves)
}

/// What a chain has one of for each of its states.
const PER_STATE: &[&str] = &["transition", "occupancy", "stationary"];

/// A list with one thing per name as an object, and so the lists in it; any other as it is.
fn by_name(value: Value, names: &[String]) -> Value {
    match value {
        Value::Array(things)
            if things.len() == names.len() && names.iter().collect::<BTreeSet<_>>().len() == names.len() =>
        {
            let things = things.into_iter().map(|thing| by_name(thing, names));
            Value::Object(names.iter().cloned().zip(things).collect())
        }
        other => other,
    }
}

fn add(leaves: &mut Leaves, name: String, value: Value) {
    let leaf = match value {
        Value::Null => return,
        Value::Array(things) if things.is_empty() => return,
        Value::Bool(held) => Leaf::Text(if held { "yes" } else { "no" }.to_string()),
        Value::String(text) => Leaf::Text(text),
        Value::Number(number) => Leaf::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::Object(fields) => match measured(&fields) {
            Some(measured) => Leaf::Measured(measured),
            None => {
                let states = fields.get("states").and_then(Value::as_array).into_iter().flatten();
                let states: Vec<String> = states.filter_map(Value::as_str).map(str::to_string).collect();
                for (key, value) in fields {
                    let value = if PER_STATE.contains(&key.as_str()) { by_name(value, &states) } else { value };
                    add(leaves, format!("{name} / {key}"), value);
                }
                return;
            }
        },
        Value::Array(things) => {
            let numbered = names(&things);
            match numbered {
                Some(names) => {
                    names
                        .into_iter()
                        .zip(things)
                        .for_each(|(own, thing)| add(leaves, format!("{name} / {own}"), thing));
                    return;
                }
                None => Leaf::List(Value::Array(things)),
            }
        }
    };
    leaves.insert(name, leaf);
}

fn measured(fields: &Map<String, Value>) -> Option<Measured> {
    let is = fields.len() == 4 && fields.contains_key("by_seed") && fields.contains_key("standard_error");
    is.then(|| serde_json::from_value(Value::Object(fields.clone())).ok()).flatten()
}

/// By which things in a list are known; the first that a thing has.
const KEYS: &[&str] = &["name", "text", "rule", "training", "code", "layer", "from", "topic"];

/// The names of things in a list, told apart by numbers where several have the same; nothing where they are none.
fn names(things: &[Value]) -> Option<Vec<String>> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut told_apart = |(index, thing): (usize, &Value)| {
        let own = name(thing.as_object()?, index);
        let times = seen.entry(own.clone()).or_default();
        *times += 1;
        Some(if *times == 1 { own } else { format!("{own} ({times})") })
    };
    if things.is_empty() {
        return None;
    }
    things.iter().enumerate().map(&mut told_apart).collect()
}

fn name(fields: &Map<String, Value>, index: usize) -> String {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    if let Some((key, own)) = KEYS.iter().find_map(|key| Some((*key, text(key)?))) {
        // Of a forecast, what it is about.
        let about = || own.split(" = ").next().and_then(|about| about.split(" {").next());
        return if key == "text" { about().unwrap_or(own) } else { own }.to_string();
    }
    if let Some((forecaster, reference)) = text("forecaster").zip(text("reference")) {
        return format!("{forecaster} over {reference}");
    }
    let members = fields.get("members").or_else(|| fields.get("solvers")).and_then(Value::as_array);
    let members = members.map(|members| members.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "));
    members.unwrap_or_else(|| (index + 1).to_string())
}

#[cfg(test)]
mod tests {
    use super::{Leaf, leaves};
    use crate::outcome::chain::ChainOutcome;
    use crate::outcome::{RowOutcome, fixture};

    #[test]
    fn things_go_by_their_names() {
        let outcome = fixture::with_phases();
        let leaves = leaves(&outcome).expect("an outcome is JSON");
        let heuristic = &outcome.results.heuristics[1];
        let name = format!("heuristics / {} / strength", heuristic.name);
        assert_eq!(leaves.get(&name), Some(&Leaf::Measured(heuristic.strength.clone())), "{:?}", leaves.keys());
        let phase = &outcome.phases[0];
        let name = format!("phases / {} / heuristics / {} / share", phase.name, phase.results.heuristics[0].name);
        assert!(matches!(leaves.get(&name), Some(Leaf::Measured(_))));
        assert!(leaves.keys().all(|name| !name.starts_with("ids") && !name.contains("steps_per_second")));
    }

    #[test]
    fn what_a_chain_has_per_state_goes_by_the_names_of_its_states() {
        let mut outcome = fixture::outcome();
        let scenario =
            outcome.results.scenarios.iter().find(|own| own.chain.is_some()).expect("one with a chain").clone();
        let from = |chain: &ChainOutcome| RowOutcome {
            from: chain.states[0].clone(),
            shares: vec![0.5, 0.5, 0.0],
            measured: chain.transition[0].clone(),
        };
        outcome.forecasts[0].scenario = Some(scenario.name.clone());
        outcome.forecasts[0].rows = scenario.chain.iter().map(from).collect();
        let leaves = leaves(&outcome).expect("an outcome is JSON");
        let chain = scenario.chain.as_ref().expect("a chain");
        let [from, to] = [&chain.states[0], &chain.states[1]];
        let place = |own: &str| format!("scenarios / {} / chain / {own}", scenario.name);
        for (name, measured) in [
            (place(&format!("occupancy / {to}")), &chain.occupancy[1]),
            (place(&format!("stationary / {from}")), &chain.stationary[0]),
            (place(&format!("transition / {from} / {to}")), &chain.transition[0][1]),
        ] {
            assert_eq!(leaves.get(&name), Some(&Leaf::Measured(measured.clone())), "{name}");
        }
        let name = format!("rows / {from} / measured / {to}");
        assert!(leaves.keys().any(|own| own.ends_with(&name)), "{name}");
        assert!(leaves.keys().all(|own| !own.ends_with("/ 1") || own.contains("sides")), "{:?}", leaves.keys());
    }

    #[test]
    fn a_forecast_goes_by_what_it_is_about() {
        let mut outcome = fixture::outcome();
        let before = leaves(&outcome).expect("an outcome is JSON");
        let own = outcome.forecasts.iter_mut().find(|forecast| forecast.kind == "event").expect("an event");
        let (about, _) = own.text.split_once(" = ").expect("an event is forecast with a probability");
        let about = about.to_string();
        own.text = format!("{about} = 1%");
        own.probability = Some(0.01);
        let after = leaves(&outcome).expect("an outcome is JSON");
        assert!(before.keys().eq(after.keys()));
        let moved: Vec<_> = before.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
        let [probability, text] = &moved[..] else { panic!("{moved:?}") };
        assert!(
            probability.ends_with("/ probability") && text.ends_with("/ text") && text.contains(&about),
            "{moved:?}"
        );
    }
}
