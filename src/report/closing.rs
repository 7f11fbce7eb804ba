//! The verdict, and what to keep in mind about it.

use crate::outcome::{Outcome, Verdict};
use crate::report::paper::{Paint, Paper};

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    verdict(paper, &outcome.verdict);
    if outcome.warnings.is_empty() {
        return;
    }
    paper.heading("KEEP IN MIND", "");
    for warning in &outcome.warnings {
        paper.hanging("  ! ", Paint::Warning, &warning.message);
    }
}

/// How the prediction did as a whole.
pub fn verdict(paper: &mut Paper, verdict: &Verdict) {
    paper.heading("VERDICT", "");
    if verdict.forecasts_scored > 0 {
        paper.terms(&[(
            "gain",
            "reference score minus score, over a scale fixed beforehand: a perfect forecast gains about 1, and far more \
             where training took a number beyond what chance ever does",
        )]);
    }
    let interval = verdict.advantage.as_ref().and_then(|advantage| advantage.interval);
    let paint = match interval {
        Some([low, _]) if low > 0.0 => Paint::Good,
        Some([_, high]) if high < 0.0 => Paint::Bad,
        _ => Paint::Plain,
    };
    paper.paragraph(2, paint, &verdict.sentence);
}
