//! Snapshots that hold on every kind of processor: numbers within a tolerance, everything else exactly.

use insta::internals::SnapshotContents;
use insta::{Comparator, Snapshot};
use serde_json::Value;

/// How far numbers may be apart, relative to the larger and absolutely.
const RELATIVE: f64 = 3e-3;
const ABSOLUTE: f64 = 3e-3;

/// Compares JSON: keys, order of arrays, texts, whole numbers, true, false and null exactly, other numbers within the
/// tolerance. In a `message` or `sentence` the numbers are compared as they are shown: decimals and percentages may
/// besides differ by one in their last place, where rounding falls to either side.
#[derive(Clone)]
pub struct Near;

impl Comparator for Near {
    fn matches(&self, reference: &Snapshot, test: &Snapshot) -> bool {
        match (json(reference.contents()), json(test.contents())) {
            (Some(reference), Some(test)) => values(&reference, &test, false),
            _ => false,
        }
    }

    fn dyn_clone(&self) -> Box<dyn Comparator> {
        Box::new(Near)
    }
}

fn json(contents: &SnapshotContents) -> Option<Value> {
    serde_json::from_str(&contents.as_text()?.to_string()).ok()
}

fn values(a: &Value, b: &Value, prose: bool) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let same = |((k, a), (l, b)): ((&String, &Value), (&String, &Value))| {
                k == l && values(a, b, matches!(k.as_str(), "message" | "sentence"))
            };
            a.len() == b.len() && a.iter().zip(b).all(same)
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| values(a, b, false)),
        (Value::String(a), Value::String(b)) if prose => sentences(a, b),
        (Value::Number(x), Value::Number(y)) if x.is_f64() || y.is_f64() => match (x.as_f64(), y.as_f64()) {
            (Some(x), Some(y)) => close(x, y, 0.0),
            _ => false,
        },
        _ => a == b,
    }
}

fn close(a: f64, b: f64, more: f64) -> bool {
    (a - b).abs() <= ABSOLUTE + RELATIVE * a.abs().max(b.abs()) + more
}

/// The same words, and numbers that are close.
fn sentences(a: &str, b: &str) -> bool {
    let (a, b) = (pieces(a), pieces(b));
    a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| match (shown(a), shown(b)) {
            (Some((x, place)), Some((y, other))) => place == other && close(x, y, place.unwrap_or(0.0)),
            _ => a == b,
        })
}

/// A text cut into numbers and what lies between them; a percent sign belongs to its number.
fn pieces(text: &str) -> Vec<&str> {
    let part = |c: char| c.is_ascii_digit() || c == '.' || c == '%';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let number = part(first);
        let (piece, behind) = rest.split_at(rest.find(|c| part(c) != number).unwrap_or(rest.len()));
        // The full stop of the sentence may follow a number.
        let stops = if number { piece.len() - piece.trim_end_matches('.').len() } else { 0 };
        let (piece, stop) = piece.split_at(piece.len() - stops);
        pieces.extend([piece, stop].into_iter().filter(|piece| !piece.is_empty()));
        rest = behind;
    }
    pieces
}

/// The number that a piece shows; with what one in its last place is, unless it counts something.
fn shown(piece: &str) -> Option<(f64, Option<f64>)> {
    let digits = piece.trim_end_matches('%');
    let number = digits.parse().ok()?;
    Some((
        number,
        match digits.split_once('.') {
            Some((_, decimals)) => Some(10f64.powi(-(decimals.len() as i32)) * 1.001),
            None if piece.ends_with('%') => Some(1.0),
            // Counts are exact: a relative tolerance never reaches 1 below some 300.
            None => None,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::{pieces, values};
    use serde_json::{Value, json};

    fn outcome() -> Value {
        json!({
            "name": "share(a) = 20%",
            "seeds": [0, 1, 2],
            "share": { "mean": 0.612, "interval": [0.41, 0.83], "by_seed": [0.5, null, 0.7] },
            "steps": 31.25,
            "selected": [true, false],
            "warnings": [{ "code": "few-seeds", "message": "Only 3 seeds: 61% or 0.612, and -2.5 on 1 of 2." }],
            "sentence": "Better than knowing nothing on 3 of 4 forecasts.",
        })
    }

    /// Whether the outcome still matches when the value at `path` is another.
    fn with(path: &str, value: Value) -> bool {
        let mut changed = outcome();
        *changed.pointer_mut(path).expect("a path in the outcome") = value;
        let (forth, back) = (values(&outcome(), &changed, false), values(&changed, &outcome(), false));
        assert_eq!(forth, back, "{path} one way only");
        forth
    }

    #[test]
    fn tiny_differences_are_accepted() {
        assert!(values(&outcome(), &outcome(), false));
        assert!(with("/share/mean", json!(0.6131)));
        assert!(with("/share/interval/0", json!(0.409)));
        assert!(with("/steps", json!(31.3)));
        assert!(with("/warnings/0/message", json!("Only 3 seeds: 62% or 0.613, and -2.4 on 1 of 2.")));
    }

    #[test]
    fn real_differences_are_not() {
        assert!(!with("/share/mean", json!(0.622)));
        assert!(!with("/share/mean", json!(-0.612)));
        assert!(!with("/share/interval/1", json!(0.84)));
        assert!(!with("/steps", json!(31.5)));
        assert!(!with("/seeds/1", json!(2)));
        assert!(!with("/selected/1", json!(true)));
        assert!(!with("/name", json!("share(a) = 21%")));
        for message in [
            "Only 3 seeds: 64% or 0.612, and -2.5 on 1 of 2.",
            "Only 3 seeds: 61% or 0.632, and -2.5 on 1 of 2.",
            "Only 3 seeds: 61% or 0.612, and 2.5 on 1 of 2.",
            "Only 3 seeds: 61% or 0.612, and -2.5 on 2 of 2.",
            "Only 4 seeds: 61% or 0.612, and -2.5 on 1 of 2.",
            "Only 3 seeds: 61% and 0.612, and -2.5 on 1 of 2.",
            "Only 3 seeds.",
        ] {
            assert!(!with("/warnings/0/message", json!(message)), "{message}");
        }
        assert!(!with("/sentence", json!("Better than knowing nothing on 2 of 4 forecasts.")));
    }

    #[test]
    fn another_structure_is_not() {
        assert!(!with("/share/mean", json!(null)));
        assert!(!with("/share/mean", json!("0.612")));
        assert!(!with("/share/by_seed/1", json!(0.0)));
        assert!(!with("/share/by_seed", json!([0.5, null])));
        assert!(!with("/share/by_seed", json!([null, 0.5, 0.7])));
        assert!(!with("/warnings", json!([])));
        assert!(!with("/share", json!({ "mean": 0.612, "interval": [0.41, 0.83] })));
        assert!(!with("/share", json!({ "mean": 0.612, "interval": [0.41, 0.83], "seeds": [0.5, null, 0.7] })));
    }

    #[test]
    fn numbers_inside_sentences() {
        assert_eq!(
            pieces("Of 3 seeds, 61% (.25) pass 2.5."),
            ["Of ", "3", " seeds, ", "61%", " (", ".25", ") pass ", "2.5", "."]
        );
        assert_eq!(pieces(""), [""; 0]);
    }
}
