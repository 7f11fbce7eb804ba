//! JSON that a line-by-line comparison can read: an object's fields below one another, what is short on one line.

use serde_json::Value;

/// The most characters of what stands on one line.
const LINE: usize = 100;

/// A value as text, without a newline at its end.
pub fn readable(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn write(text: &mut String, value: &Value, indent: usize) {
    let whole = value.to_string();
    let (open, close, parts): (char, char, Vec<(String, &Value)>) = match value {
        // Rows of numbers stay rows, however long.
        Value::Array(rows) if !rows.iter().any(|row| row.is_array() || row.is_object()) => {
            return text.push_str(&whole);
        }
        _ if indent + whole.len() <= LINE => return text.push_str(&whole),
        Value::Array(things) => ('[', ']', things.iter().map(|thing| (String::new(), thing)).collect()),
        Value::Object(fields) => {
            let named = |(name, field)| (format!("{}: ", Value::String(String::clone(name))), field);
            ('{', '}', fields.iter().map(named).collect())
        }
        _ => return text.push_str(&whole),
    };
    text.push(open);
    let last = parts.len();
    for (place, (name, part)) in (1..).zip(parts) {
        text.push_str(&format!("\n{}{name}", " ".repeat(indent + 1)));
        write(text, part, indent + 1);
        text.push_str(if place < last { "," } else { "" });
    }
    text.push_str(&format!("\n{}{close}", " ".repeat(indent)));
}

#[cfg(test)]
mod tests {
    use super::readable;
    use serde_json::{Value, json};

    #[test]
    fn what_is_written_is_the_same_and_rows_stay_rows() {
        let rows: Vec<Vec<f64>> = (0..3).map(|row| (0..40).map(|n| f64::from(row * n) / 7.0).collect()).collect();
        let value = json!({"name": "x \" y", "empty": [], "rows": rows, "short": {"a": null, "b": [1, 2]}});
        let text = readable(&value);
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
        assert_eq!(text.lines().count(), 10, "the braces, four fields, three rows and their bracket: {text}");
    }
}
