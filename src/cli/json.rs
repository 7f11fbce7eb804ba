//! JSON from elsewhere: one object, in which no key is there twice.

use crate::report::sanitize::sanitize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};
use std::fmt::{self, Formatter};

/// The object; `example` goes into the message where there is another thing.
///
/// # Errors
/// If the bytes are no JSON, no object, nested too deeply, more than one thing, or a key is there twice.
pub fn object(bytes: &[u8], example: &str) -> Result<Map<String, Value>, String> {
    let Pairs(pairs) = serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => format!("expected one JSON object, {example}"),
        _ if error.to_string().starts_with("trailing") => {
            format!("there is more than one JSON object in it, or something behind it; give one object: {error}")
        }
        _ => format!("this is no JSON: {error}"),
    })?;
    let mut object = Map::new();
    for (key, value) in pairs {
        if object.contains_key(&key) {
            return Err(format!("`{}` is there twice; give it once", brief(&key)));
        }
        object.insert(key, value);
    }
    Ok(object)
}

/// What stands in a JSON object; a map would keep the last of equal keys and not tell.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        deserializer.deserialize_map(Pairs(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Pairs {
    type Value = Pairs;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Pairs, A::Error> {
        while let Some(pair) = map.next_entry()? {
            self.0.push(pair);
        }
        Ok(self)
    }
}

/// Text from the file, short enough for a message.
pub fn brief(text: &str) -> String {
    cut(text, 40)
}

/// At most so many characters of a text from the file, without what a terminal would obey.
pub fn cut(text: &str, most: usize) -> String {
    // What is left out is not looked at: a file can hold a text of its own length.
    let clean = sanitize(&text.chars().take(4 * most).collect::<String>());
    if clean.chars().count() <= most { clean } else { clean.chars().take(most - 1).chain(['…']).collect() }
}

/// A number for a message, without the last digits that rounding leaves: 1.1, not 1.0999999999999999.
pub fn rounded(number: f64) -> String {
    let short = (number * 1e9).round() / 1e9;
    if number.abs() < 1e6 { short.to_string() } else { number.to_string() }
}

/// A value from the file, short enough for a message.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_string(),
        Value::Object(_) => "an object".to_string(),
        other => brief(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn numbers_for_people() {
        assert_eq!([0.7 + 0.1 + 0.3, 1.0000011, -0.5].map(rounded), ["1.1", "1.0000011", "-0.5"]);
        assert_eq!([1e300, 1e6 + 0.1].map(rounded), [1e300.to_string(), "1000000.1".to_string()]);
    }
}
