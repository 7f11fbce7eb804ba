//! `runs`: what the store holds.

use crate::ledger::time::{Civil, civil};
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::run::RunRow;
use std::path::Path;

/// Digits of an id that tell runs apart well enough.
const SHORT: usize = 12;

/// The runs in the store in `dir`, the latest first; none where there is no store.
///
/// # Errors
/// If there is one that cannot be read.
pub fn list(dir: &Path) -> Result<Vec<RunRow>, StoreError> {
    match Store::open_existing(dir) {
        Err(StoreError::Missing { .. }) => Ok(Vec::new()),
        opened => opened?.runs(),
    }
}

/// For people: id, time, seeds, study and file, with the verdict below.
pub fn human(runs: &[RunRow], style: Style) -> String {
    let mut paper = Paper::new(style);
    if runs.is_empty() {
        paper.paragraph(0, Paint::Plain, "No runs yet: `shardbed run FILE` makes one.");
    }
    for run in runs {
        let id: String = run.id.chars().take(SHORT).collect();
        let seeds = if run.seeds == 1 { "1 seed".to_string() } else { format!("{} seeds", run.seeds) };
        let facts = [run.study.clone(), seeds, time(run.stored), run.file.clone()];
        paper.parts(&format!("{id}  "), Paint::Plain, &facts);
        paper.paragraph(SHORT + 2, Paint::Faint, &run.verdict);
    }
    paper.into_text()
}

/// For programs: an array of objects, in JSON on one line.
///
/// # Errors
/// If they cannot be written as JSON, which text and whole numbers always can.
pub fn json(runs: &[RunRow]) -> Result<String, serde_json::Error> {
    serde_json::to_string(runs).map(|json| json + "\n")
}

/// Seconds since 1970 as a date and time of day (UTC).
fn time(seconds: u64) -> String {
    let Civil { year, month, day, hour, minute, .. } = civil(seconds);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::{human, json, list, time};
    use crate::outcome::fixture;
    use crate::report::terminal::Style;
    use crate::store::Store;

    #[test]
    fn dates() {
        assert_eq!(time(0), "1970-01-01 00:00 UTC");
        assert_eq!(time(951_782_400), "2000-02-29 00:00 UTC");
        assert_eq!(time(1_735_689_599), "2024-12-31 23:59 UTC");
    }

    #[test]
    fn lists_what_the_store_holds() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let none = list(&folder.path().join("none")).expect("no store is no error");
        assert_eq!(json(&none).expect("valid"), "[]\n");
        assert!(human(&none, Style::default()).contains("No runs yet"));
        let store = Store::open(folder.path()).expect("opens");
        store.put_outcome(&fixture::outcome()).expect("stored");
        let runs = list(folder.path()).expect("readable");
        let text = human(&runs, Style::default());
        assert!(text.starts_with("3f9a1c20b7d4  corner_cheese · 8 seeds · 20"), "{text}");
        assert!(text.contains("\n              Better than knowing nothing"), "{text}");
        let parsed: serde_json::Value = serde_json::from_str(&json(&runs).expect("valid")).expect("valid");
        assert_eq!(parsed[0]["id"], runs[0].id.as_str());
    }
}
