//! Outcomes whose parts do not fit one another, as a stranger's store may hold: reports and tables of them need not make sense, but
//! they end.

use crate::outcome::{Outcome, fixture};
use crate::report::tables::tables;
use crate::report::terminal::{Style, terminal};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::panic::catch_unwind;

/// The places in a value, by their form: where `*` stands for any index of an array. Of each the last.
fn places(value: &Value, place: &str, form: &str, found: &mut BTreeMap<String, String>) {
    found.insert(form.to_string(), place.to_string());
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| places(item, &format!("{place}/{index}"), &format!("{form}/*"), found)),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, field)| places(field, &format!("{place}/{name}"), &format!("{form}/{name}"), found)),
        _ => {}
    }
}

/// What a stranger might have put in its place.
fn instead(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => {
            let mut longer = items.clone();
            longer.extend(items.last().cloned());
            let shorter = items.split_last().map(|(_, rest)| rest.to_vec());
            vec![Value::Array(shorter.unwrap_or_default()), json!([]), Value::Array(longer), Value::Null]
        }
        Value::Number(_) => vec![json!(0), json!(1_000_000), json!(-1e300), json!(1e-300), Value::Null],
        Value::String(_) => vec![json!(""), json!("\u{1b}[2J猫"), Value::Null],
        Value::Bool(flag) => vec![json!(!flag)],
        Value::Object(_) => vec![Value::Null],
        Value::Null => Vec::new(),
    }
}

#[test]
fn every_outcome_that_can_be_read_can_be_shown() {
    let mut shown = 0;
    let mut failed = BTreeMap::new();
    for outcome in [fixture::with_phases(), fixture::troubled()] {
        let good = serde_json::to_value(outcome).expect("serialises");
        let mut found = BTreeMap::new();
        places(&good, "", "", &mut found);
        for (form, place) in found {
            for other in instead(good.pointer(&place).expect("a place")) {
                let said = other.to_string().chars().take(40).collect::<String>();
                let mut changed = good.clone();
                *changed.pointer_mut(&place).expect("a place") = other;
                let Ok(outcome) = serde_json::from_value::<Outcome>(changed) else { continue };
                shown += 1;
                let read = catch_unwind(|| (terminal(&outcome, Style::default()), tables(&outcome).len()));
                match read {
                    Ok((text, _)) => assert!(!text.contains('\u{1b}'), "{place}"),
                    Err(_) => {
                        failed.entry(form.clone()).or_insert(said);
                    }
                }
            }
        }
    }
    assert!(shown > 500, "{shown} were shown");
    assert!(failed.is_empty(), "{} places fail: {failed:#?}", failed.len());
}
