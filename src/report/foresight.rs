//! Everybody's forecasts of a study, before anything is trained.

use crate::outcome::ForecastOutcome;
use crate::outcome::OWN;
use crate::outcome::predictor::{CourseOutcome, PredictedTraining, PredictorOutcome, StudyForecast};
use crate::report::grid::{Column, grid};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};
use crate::report::predictors::{beside, silences, speaks_not, spoken};
use crate::report::terminal::Style;

/// Points of a course that are shown.
const POINTS: usize = 8;

/// What stands below a forecast of the author that no predictor answers.
const NOBODY: &str = "no predictor says anything of it";

/// The page of one study.
pub fn foresight(forecast: &StudyForecast, style: Style) -> String {
    let mut paper = Paper::new(style);
    let study = &forecast.study;
    paper.paragraph(0, Paint::Heading, &study.name);
    let told = match forecast.earlier {
        0 => "no other study in the store".to_string(),
        1 => "1 other study in the store".to_string(),
        n => format!("{n} other studies in the store"),
    };
    let facts =
        [format!("world {}", study.world), format!("agent {}", study.agent), format!("file {}", study.file), told];
    paper.parts("", Paint::Faint, &facts);
    paper.heading("FORECASTERS", "the author, and programs that see the study without its forecasts");
    for predictor in &forecast.predictors {
        paper.hanging(&format!("  {}: ", predictor.name), Paint::Plain, &predictor.summary);
    }
    let trainings = spoken(&forecast.predictors).map(|predictor| predictor.trainings.len()).max().unwrap_or(0);
    for training in 0..trainings {
        shares(&mut paper, forecast, training);
    }
    courses(&mut paper, forecast);
    forecasts(&mut paper, forecast);
    if forecast.predictors.iter().any(speaks_not) {
        paper.heading("SILENT", "what the file asks, and predictors say nothing of");
        silences(&mut paper, &forecast.predictors);
    }
    paper.into_text()
}

/// The phase of a training in outcomes; nothing for the study's own.
fn phase(training: &PredictedTraining) -> Option<&str> {
    (training.training != OWN).then_some(training.training.as_str())
}

/// How selection is shared out after a training, a line for each rule and a column for each forecaster.
fn shares(paper: &mut Paper, forecast: &StudyForecast, training: usize) {
    let predicted = |predictor: &PredictorOutcome| predictor.trainings.get(training).cloned();
    let Some(first) = spoken(&forecast.predictors).find_map(predicted) else { return };
    let (phase, rules) = (phase(&first), forecast.heuristics.len());
    let column = |title: &str, paint: Paint, shares: &Vec<f64>| {
        let cells = shares.iter().map(|share| Unit::Part.show(*share)).collect();
        (shares.len() == rules).then(|| Column { title: title.to_string(), paint, cells })
    };
    let about = |forecast: &&ForecastOutcome| forecast.kind == "weights" && forecast.after.as_deref() == phase;
    let author = forecast.forecasts.iter().filter(about).find_map(|forecast| forecast.shares.as_ref());
    let mut table: Vec<Column> =
        author.and_then(|shares| column("author", Paint::Forecast, shares)).into_iter().collect();
    let of = |predictor: &PredictorOutcome| {
        column(&predictor.name, Paint::Plain, predictor.trainings.get(training)?.shares.as_ref()?)
    };
    table.extend(spoken(&forecast.predictors).filter_map(of));
    let title = phase.map_or("SHARES".to_string(), |phase| format!("SHARES after {phase}"));
    paper.heading(&title, "the part of all positive strength that each rule is expected to have");
    let names: Vec<&str> = forecast.heuristics.iter().map(String::as_str).collect();
    grid(paper, &names, &table);
    for predictor in spoken(&forecast.predictors) {
        let silent = predictor.trainings.get(training).and_then(|training| training.silent.as_ref());
        let known = |reason: &&String| predictor.silences.iter().all(|silence| silence.reason != **reason);
        if let Some(reason) = silent.filter(known) {
            paper.hanging("  ", Paint::Faint, &format!("{}: {reason}", predictor.name));
        }
    }
}

/// The strengths along each training, of the predictors that forecast them.
fn courses(paper: &mut Paper, forecast: &StudyForecast) {
    let mut begun = false;
    for predictor in spoken(&forecast.predictors) {
        for training in &predictor.trainings {
            let Some(course) = &training.course else { continue };
            if !begun {
                paper.heading("COURSE", "the strength of each rule along the training, logits, by environment step");
            } else {
                paper.blank();
            }
            begun = true;
            let after = phase(training).map_or(String::new(), |phase| format!(", in {phase}"));
            paper.paragraph(0, Paint::Plain, &format!("{}{after}", predictor.name));
            self::course(paper, forecast, course);
        }
    }
}

fn course(paper: &mut Paper, forecast: &StudyForecast, course: &CourseOutcome) {
    let last = course.steps.len().saturating_sub(1);
    let mut points: Vec<usize> = (0..POINTS).map(|point| point * last / (POINTS - 1)).collect();
    points.dedup();
    let column = |&at: &usize| Column {
        title: course.steps.get(at).map_or(String::new(), |&steps| Unit::Steps.show(steps as f64)),
        paint: Paint::Plain,
        cells: course.strengths.get(at).into_iter().flatten().map(|w| Unit::Plain.show(*w)).collect(),
    };
    let names: Vec<&str> = forecast.heuristics.iter().map(String::as_str).collect();
    let table: Vec<Column> = points.iter().map(column).filter(|column| column.cells.len() == names.len()).collect();
    grid(paper, &names, &table);
}

/// Every forecast of the author, with what predictors say of the same.
fn forecasts(paper: &mut Paper, forecast: &StudyForecast) {
    if forecast.forecasts.is_empty() {
        paper.heading("FORECASTS", "");
        return paper.paragraph(2, Paint::Plain, "The prediction file states none.");
    }
    paper.heading("FORECASTS", "what the author says, and what predictors say of the same; ranges hold 90%");
    let digits = forecast.forecasts.len().to_string().len();
    let indent = " ".repeat(digits + 2);
    for (i, one) in forecast.forecasts.iter().enumerate() {
        paper.blank();
        paper.hanging(&format!("{:>digits$}  ", i + 1), Paint::Forecast, &one.text);
        if one.kind == "transitions" {
            rows(paper, &indent, forecast, one);
            continue;
        }
        let said = beside(one, &forecast.predictors);
        let none = if one.kind == "weights" { "see SHARES" } else { NOBODY };
        let said = if said.is_empty() { vec![none.to_string()] } else { said };
        paper.parts(&indent, Paint::Plain, &said);
    }
}

/// Where the chain goes from each state that the author forecasts, by forecaster.
fn rows(paper: &mut Paper, indent: &str, all: &StudyForecast, forecast: &ForecastOutcome) {
    let parts = |shares: &[f64]| shares.iter().map(|share| Unit::Part.show(*share)).collect::<Vec<_>>().join(" ");
    for (index, row) in forecast.rows.iter().enumerate() {
        let mut said = vec![format!("author {}", parts(&row.shares))];
        let of = |predictor: &crate::outcome::predictor::PredictorForecast| {
            Some(format!("{} {}", predictor.name, parts(&predictor.rows.get(index)?.shares)))
        };
        said.extend(forecast.predictors.iter().filter_map(of));
        paper.hanging(indent, Paint::Plain, &format!("{} -> {}:", row.from, all.states.join(", ")));
        paper.parts(&format!("{indent}  "), Paint::Plain, &said);
    }
    let special = beside(forecast, &all.predictors);
    if !special.is_empty() {
        paper.parts(indent, Paint::Plain, &special);
    } else if forecast.predictors.iter().all(|said| said.rows.is_empty()) {
        paper.parts(indent, Paint::Plain, &[NOBODY.to_string()]);
    }
}
