//! Scores for people.

use crate::cli::score::Scores;
use crate::report::closing::verdict;
use crate::report::forecasts::scored;
use crate::report::paper::{Paint, Paper};
use crate::report::terminal::Style;

const TERMS: &[(&str, &str)] = &[
    ("score", "how far the forecast lay from what happened, mean over seeds; lower is better"),
    (
        "reference",
        "the same for a forecast that knows nothing: any split of shares, 50% for an event, the range given as the reference \
         for a number",
    ),
    ("skill", "1 is perfect, 0 is knowing nothing, below 0 is worse than that"),
];

/// The page.
pub fn page(found: &Scores, style: Style) -> String {
    let mut paper = Paper::new(style);
    paper.heading("FORECASTS", "each is scored on every seed");
    paper.terms(TERMS);
    let digits = found.forecasts.len().to_string().len();
    let indent = " ".repeat(digits + 2);
    for (index, one) in found.forecasts.iter().enumerate() {
        paper.blank();
        paper.hanging(&format!("{:>digits$}  ", index + 1), Paint::Forecast, &one.name);
        if let Some(reason) = &one.not_scored {
            paper.hanging(&indent, Paint::Warning, &format!("not scored: {reason}"));
        }
        for score in &one.scores {
            scored(&mut paper, &indent, score);
        }
        if let Some(note) = one.note {
            paper.hanging(&indent, Paint::Faint, note);
        }
    }
    if !found.not_forecast.is_empty() {
        paper.blank();
        paper.parts("not forecast  ", Paint::Faint, &found.not_forecast);
    }
    verdict(&mut paper, &found.verdict);
    let noted = found.forecasts.iter().filter(|one| one.note.is_some()).count();
    if noted > 0 {
        let forecasts = if noted == 1 { "1 forecast".to_string() } else { format!("{noted} forecasts") };
        let text = format!(
            "This is about the mean shares of {forecasts}, stated as if they were certain, and not about the forecaster, who was \
             less sure: `run` scores that."
        );
        paper.paragraph(2, Paint::Warning, &text);
    }
    // A heading stands apart from what is above it, and here nothing is.
    paper.into_text().trim_start_matches('\n').to_string()
}
