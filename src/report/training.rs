//! What was trained and whether it learned.

use crate::outcome::{Outcome, Training};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::wrap::left;

pub fn write(paper: &mut Paper, outcome: &Outcome) {
    let training = &outcome.results.training;
    let seeds = match outcome.seeds.len() {
        1 => "one seed".to_string(),
        n => format!("{n} seeds"),
    };
    paper.heading("TRAINING", &format!("{seeds}, {}", length(training)));
    let mut terms = vec![("seed", "one network trained from scratch; seeds differ in chance alone")];
    terms.push(("return", "sum of rewards of one episode"));
    if outcome.seeds.len() > 1 {
        terms.push(("(low to high)", "95% interval of the mean over seeds"));
    }
    paper.terms(&terms);
    for failed in &outcome.failed {
        let steps = Unit::Steps.show(failed.step as f64);
        let phase = failed.phase.as_ref().map_or(String::new(), |phase| format!(" of phase {phase}"));
        let text =
            format!("seed {} stopped after {steps} steps{phase} and is left out: {}", failed.seed, failed.message);
        paper.hanging("  ! ", Paint::Warning, &text);
    }
    paper.blank();
    returns(paper, training);
}

/// How long it was, and how fast.
pub fn length(training: &Training) -> String {
    let steps = if training.steps == 1 { "step" } else { "steps" };
    let speed = match training.steps_per_second {
        Some(speed) => format!("{} a second", Unit::Steps.show(speed)),
        None => "networks from the store".to_string(),
    };
    format!("{} environment {steps} each, {speed}", Unit::Steps.show(training.steps as f64))
}

/// The returns, and whether the agent learned.
pub fn returns(paper: &mut Paper, training: &Training) {
    let best = format!("{}, by {}", Unit::Plain.show(training.return_best), training.best_policy);
    let rows = [
        ("random policy", Unit::Plain.show(training.return_random)),
        ("before training", Unit::Plain.measured(&training.return_start)),
        ("after training", Unit::Plain.measured(&training.return_mean)),
        ("best known", best),
    ];
    for (name, value) in rows {
        let paint = if name == "after training" { Paint::Measured } else { Paint::Plain };
        paper.hanging(&format!("  {}  ", left(name, 15)), paint, &value);
    }
    let way = training.return_best - training.return_random;
    let covered = training.return_mean.mean.map(|mean| (mean - training.return_random) / way).filter(|_| way > 0.0);
    let came = covered.map_or(String::new(), |part| match part {
        ..0.0 => "ended no better than the random policy".to_string(),
        _ => format!("came {} of the way from the random policy to the best known", Unit::Part.show(part)),
    });
    let (paint, mark, text) = match (training.learned, came.is_empty()) {
        (true, true) => (Paint::Good, "✓", "The agent learned.".to_string()),
        (true, false) => (Paint::Good, "✓", format!("The agent learned: it {came}.")),
        (false, true) => {
            (Paint::Bad, "✗", "The agent did not learn: no policy is known that does better than chance.".to_string())
        }
        (false, false) => (
            Paint::Bad,
            "✗",
            format!("The agent did not learn: it {came}; the whole interval has to lie beyond the middle."),
        ),
    };
    paper.hanging(&format!("  {mark} "), paint, &text);
}
