//! The report of a run for a terminal.

use crate::outcome::Outcome;
use crate::report::paper::Paper;
use crate::report::{
    aliases, claims, closing, convergence, forecasts, head, heuristics, phases, predictors, scenarios, solvers,
    training,
};

/// How a report is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns; below 60 counts as 60.
    pub width: usize,
    /// Whether to use ANSI colours.
    pub colour: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style { width: 100, colour: false }
    }
}

/// What was trained, measured, forecast and scored, to be read from top to bottom without a manual.
pub fn terminal(outcome: &Outcome, style: Style) -> String {
    let mut paper = Paper::new(style);
    head::write(&mut paper, outcome);
    training::write(&mut paper, outcome);
    heuristics::write(&mut paper, outcome);
    aliases::write(&mut paper, outcome);
    scenarios::write(&mut paper, outcome);
    solvers::write(&mut paper, outcome);
    phases::write(&mut paper, outcome);
    convergence::write(&mut paper, outcome);
    forecasts::write(&mut paper, outcome);
    claims::write(&mut paper, outcome);
    predictors::write(&mut paper, outcome);
    closing::write(&mut paper, outcome);
    paper.into_text()
}
