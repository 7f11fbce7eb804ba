//! Predictors beside the author: how well each did, and what none of them says.

use crate::outcome::benchmark::AUTHOR;
use crate::outcome::predictor::{PredictorForecast, PredictorOutcome, ShareScore, SilenceOutcome, SkillOutcome};
use crate::outcome::{ForecastOutcome, Outcome, ScoreOutcome};
use crate::report::forecasts::seeds;
use crate::report::grid::{Column, grid};
use crate::report::number::Unit;
use crate::report::paper::{Paint, Paper};

const TERMS: &[(&str, &str)] = &[
    ("skill", "of the shares forecast for all rules: 1 is perfect, 0 is knowing nothing, by the energy score"),
    ("squared error", "between the mean shares forecast and those measured, summed over rules"),
    ("over …", "skill over that reference on the forecasts that both are scored on (so many)"),
];

/// How well each did.
pub fn write(paper: &mut Paper, outcome: &Outcome) {
    if outcome.predictors.is_empty() {
        return;
    }
    paper.heading("PREDICTORS", "programs that forecast from the study alone, before anything is trained");
    if !anything_scored(outcome) {
        failures(paper, &outcome.predictors);
        return paper.paragraph(2, Paint::Plain, "Nothing could be scored, so nobody is compared with anybody.");
    }
    paper.terms(TERMS);
    paper.blank();
    table(paper, outcome);
    for (index, phase) in outcome.phases.iter().enumerate() {
        after(paper, outcome, index + 1, &phase.name);
    }
    if outcome.predictors.iter().any(speaks_not) {
        paper.blank();
        silences(paper, &outcome.predictors);
    }
}

/// Whether anybody has a score for anything.
fn anything_scored(outcome: &Outcome) -> bool {
    let predicted = |forecast: &ForecastOutcome| forecast.predictors.iter().any(|said| !said.scores.is_empty());
    let forecast = |forecast: &ForecastOutcome| !forecast.scores.is_empty() || predicted(forecast);
    let trainings = outcome.predictors.iter().flat_map(|predictor| &predictor.trainings);
    outcome.forecasts.iter().any(forecast) || trainings.into_iter().any(|training| training.score.is_some())
}

/// Whether a predictor failed, or is silent on something that the file asks.
pub fn speaks_not(predictor: &PredictorOutcome) -> bool {
    predictor.failure.is_some() || !predictor.silences.is_empty()
}

/// A line for each forecaster of the study's own training.
fn table(paper: &mut Paper, outcome: &Outcome) {
    let spoken: Vec<&PredictorOutcome> = spoken(&outcome.predictors).collect();
    let names: Vec<&str> = [AUTHOR].into_iter().chain(spoken.iter().map(|predictor| predictor.name.as_str())).collect();
    let author = author(outcome, None);
    let score = |predictor: &PredictorOutcome| predictor.trainings.first().and_then(|t| t.score.clone());
    let scores: Vec<Option<ShareScore>> = spoken.iter().map(|predictor| score(predictor)).collect();
    let shown = |number: Option<f64>| number.map_or("-".to_string(), |number| Unit::Plain.show(number));
    let column = |title: &str, author: String, cells: Vec<String>| Column {
        title: title.to_string(),
        paint: Paint::Plain,
        cells: [author].into_iter().chain(cells).collect(),
    };
    let energy = scores.iter().map(|score| shown(score.as_ref().and_then(|score| score.energy.skill)));
    let error = scores.iter().map(|score| shown(score.as_ref().map(|score| score.squared_error)));
    let mut columns = vec![
        column("skill", shown(author.and_then(|(energy, _)| energy.skill)), energy.collect()),
        column("squared error", shown(author.and_then(|(_, error)| error)), error.collect()),
    ];
    columns.extend(references(&outcome.skills).into_iter().map(|reference| over(&outcome.skills, reference, &names)));
    grid(paper, &names, &columns);
}

/// Each once, in order.
fn references(skills: &[SkillOutcome]) -> Vec<&str> {
    let mut references: Vec<&str> = Vec::new();
    for skill in skills {
        if !references.contains(&skill.reference.as_str()) {
            references.push(&skill.reference);
        }
    }
    references
}

/// The skills over one reference.
fn over(skills: &[SkillOutcome], reference: &str, names: &[&str]) -> Column {
    let of = |name: &&str| {
        let known = skills.iter().find(|skill| skill.reference == reference && skill.forecaster == **name);
        let shown = known.and_then(|known| Some(format!("{} ({})", Unit::Plain.show(known.skill?), known.tasks)));
        shown.unwrap_or_else(|| "-".to_string())
    };
    Column { title: format!("over {reference}"), paint: Paint::Plain, cells: names.iter().map(of).collect() }
}

/// The author's first scored forecast of weights after a phase, or the study's own training: its score, and its squared error.
fn author<'a>(outcome: &'a Outcome, phase: Option<&str>) -> Option<(&'a ScoreOutcome, Option<f64>)> {
    let weights = outcome.forecasts.iter().filter(|f| f.kind == "weights" && f.after.as_deref() == phase);
    weights.filter_map(|forecast| Some((forecast.scores.first()?, forecast.squared_error))).next()
}

/// One line of skills on the shares after a phase.
fn after(paper: &mut Paper, outcome: &Outcome, training: usize, phase: &str) {
    let skill = |name: &str, skill: Option<f64>| skill.map(|skill| format!("{name} {}", Unit::Plain.show(skill)));
    let own = author(outcome, Some(phase)).and_then(|(energy, _)| skill(AUTHOR, energy.skill));
    let of = |predictor: &PredictorOutcome| {
        let score = predictor.trainings.get(training)?.score.as_ref()?;
        skill(&predictor.name, score.energy.skill)
    };
    let skills: Vec<String> = own.into_iter().chain(outcome.predictors.iter().filter_map(of)).collect();
    if !skills.is_empty() {
        paper.blank();
        paper.parts(&format!("  skill after {phase}  "), Paint::Plain, &skills);
    }
}

/// Those that did not fail.
pub fn spoken(predictors: &[PredictorOutcome]) -> impl Iterator<Item = &PredictorOutcome> {
    predictors.iter().filter(|predictor| predictor.failure.is_none())
}

fn failures(paper: &mut Paper, predictors: &[PredictorOutcome]) {
    for predictor in predictors {
        if let Some(failure) = &predictor.failure {
            paper.hanging("  ! ", Paint::Warning, &format!("{} has no forecast: {failure}", predictor.name));
        }
    }
}

/// Who failed, and what the others do not speak of: a line for what the same predictors leave out for the same reason.
pub fn silences(paper: &mut Paper, predictors: &[PredictorOutcome]) {
    failures(paper, predictors);
    let mut lines: Vec<Silent> = Vec::new();
    for predictor in predictors {
        let mut own: Vec<Silent> = Vec::new();
        for SilenceOutcome { topic, reason } in &predictor.silences {
            match own.iter_mut().find(|line| line.reason == *reason) {
                Some(line) => line.topics.push(topic),
                None => own.push(Silent { who: vec![&predictor.name], topics: vec![topic], reason }),
            }
        }
        for line in own {
            match lines.iter_mut().find(|known| known.topics == line.topics && known.reason == line.reason) {
                Some(known) => known.who.extend(line.who),
                None => lines.push(line),
            }
        }
    }
    for Silent { who, topics, reason } in lines {
        let who = match who.split_last() {
            Some((last, others)) if !others.is_empty() => format!("each of {} and {last}", others.join(", ")),
            _ => who.concat(),
        };
        paper.hanging("    ", Paint::Faint, &format!("{who} says nothing of {}: {reason}", topics.join(", ")));
    }
}

/// Who says nothing of what, and why.
struct Silent<'a> {
    who: Vec<&'a str>,
    topics: Vec<&'a str>,
    reason: &'a str,
}

/// What predictors say of one forecast's quantity, and how well; nothing where none does.
pub fn beside(forecast: &ForecastOutcome, predictors: &[PredictorOutcome]) -> Vec<String> {
    let unit = Unit::named(forecast.unit.as_deref().unwrap_or_default());
    let part = |said: &PredictorForecast| {
        let skill = said.skill().map(|skill| format!("skill {}", Unit::Plain.show(skill)));
        let words = match (said.probability, said.low.zip(said.high), &said.silent) {
            (Some(probability), ..) => Some(Unit::Part.show(probability)),
            (_, Some((low, high)), _) => Some(format!("{} to {}", unit.show(low), unit.show(high))),
            (.., Some(reason)) => {
                let known = predictors.iter().filter(|p| p.name == said.name).flat_map(|p| &p.silences);
                let special = known.into_iter().all(|silence| silence.reason != *reason);
                special.then(|| format!("nothing ({reason})"))
            }
            _ => None,
        };
        let infinite = said.scores.iter().map(|score| score.infinite).max().filter(|&count| count > 0);
        let infinite = infinite.map(|count| format!("log score infinite in {}", seeds(count)));
        let both: Vec<String> = words.into_iter().chain(skill).chain(infinite).collect();
        (!both.is_empty()).then(|| format!("{} {}", said.name, both.join(", ")))
    };
    forecast.predictors.iter().filter_map(part).collect()
}
