//! The JSON Schema of outcomes (draft 2020-12), made from the types. `schema.json` beside this file is what is shipped; a test
//! compares the two.

use crate::outcome::{Outcome, SCHEMA};
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

/// The schema of the layout [`SCHEMA`]: what every outcome of it is, of this version or an older one.
pub fn schema() -> String {
    format!("{:#}\n", made().as_value())
}

fn made() -> Schema {
    let mut schema = schema_for!(Outcome);
    schema.insert("title".to_string(), json!(format!("outcome of shardbed, layout {SCHEMA}")));
    if let Some(layout) = schema.pointer_mut("/properties/schema").and_then(Value::as_object_mut) {
        layout.insert("const".to_string(), json!(SCHEMA));
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::{made, schema};
    use crate::outcome::fixture;
    use jsonschema::Validator;
    use serde_json::{Value, json};

    fn validator() -> Validator {
        jsonschema::validator_for(made().as_value()).expect("a JSON Schema")
    }

    /// `UPDATE_SCHEMA=1 cargo test --lib schema` writes it.
    #[test]
    fn what_is_shipped_is_of_these_types() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/outcome/schema.json");
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, schema()).expect("written");
        }
        let shipped = std::fs::read_to_string(path).expect("it is shipped");
        assert!(shipped == schema(), "write it anew with `UPDATE_SCHEMA=1 cargo test --lib schema`");
    }

    #[test]
    fn every_outcome_is_valid() {
        let validator = validator();
        for outcome in [fixture::outcome(), fixture::single_seed(), fixture::with_phases(), fixture::troubled()] {
            let json = serde_json::to_value(&outcome).expect("serialises");
            let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }

    #[test]
    fn what_is_no_outcome_is_refused() {
        let validator = validator();
        let good = serde_json::to_value(fixture::with_phases()).expect("serialises");
        for (place, wrong) in [
            ("/schema", json!(2)),
            ("/seeds", json!([-1])),
            ("/ids/run", Value::Null),
            ("/explained/interval", json!([0.5])),
            ("/heuristics/0/strength/by_seed/0", json!("0.5")),
            ("/phases/0/heuristics", Value::Null),
            ("/forecasts/0/scores", json!([{}])),
            ("/training", json!({})),
        ] {
            let mut outcome = good.clone();
            *outcome.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = wrong;
            assert!(!validator.is_valid(&outcome), "{place}");
        }
    }

    #[test]
    fn every_field_is_described() {
        let schema = made();
        let definitions = schema.get("$defs").and_then(Value::as_object).expect("types");
        for (name, own) in definitions.iter().chain([(&"Outcome".to_string(), schema.as_value())]) {
            assert!(own["description"].is_string(), "{name}");
            // A word of several has none.
            for (field, own) in own["properties"].as_object().into_iter().flatten() {
                assert!(own["description"].is_string(), "{name}.{field}");
            }
        }
    }
}
