//! The skill of every forecaster against every reference.

use crate::outcome::benchmark::AUTHOR;
use crate::outcome::predictor::{PredictorOutcome, SkillOutcome};
use crate::outcome::{ForecastOutcome, ScoreOutcome};
use crate::predictor::registry::is_reference;
use crate::scoring::against::{Task, against, nats};
use crate::scoring::registry::LOG;

/// The reference that stands beside every score. On shares it is the predictor of this name.
pub const UNIFORM: &str = "uniform";

/// Of the author and of every predictor that did not fail, in order, against the uniform reference and every predictor that is
/// a reference; those that share no task are left out.
pub fn skills(forecasts: &[ForecastOutcome], predictors: &[PredictorOutcome]) -> Vec<SkillOutcome> {
    let spoken = || predictors.iter().filter(|predictor| predictor.failure.is_none()).map(|own| own.name.as_str());
    let references: Vec<&str> =
        [UNIFORM].into_iter().chain(spoken().filter(|name| is_reference(name) && *name != UNIFORM)).collect();
    let mut skills = Vec::new();
    for forecaster in [AUTHOR].into_iter().chain(spoken()) {
        for reference in references.iter().filter(|reference| **reference != forecaster) {
            let skill = skill(forecasts, forecaster, reference);
            if skill.tasks > 0 || skill.log_tasks > 0 {
                skills.push(skill);
            }
        }
    }
    skills
}

fn skill(forecasts: &[ForecastOutcome], forecaster: &str, reference: &str) -> SkillOutcome {
    let (mut counting, mut logs) = (Vec::new(), Vec::new());
    for forecast in forecasts {
        let (own, other) = (scores(forecast, forecaster), scores(forecast, reference));
        // The first is the one that counts.
        if let Some(score) = own.first() {
            counting.extend(task(score, other, reference).zip(score.scale));
        }
        logs.extend(
            own.iter().filter(|score| score.rule == LOG.name).filter_map(|score| task(score, other, reference)),
        );
    }
    let (counted, logs) = (against(&counting), nats(&logs));
    SkillOutcome {
        forecaster: forecaster.to_string(),
        reference: reference.to_string(),
        tasks: counted.tasks,
        skill: counted.skill,
        log_tasks: logs.tasks,
        nats: logs.gained,
        infinite: logs.infinite,
        reference_infinite: logs.reference_infinite,
    }
}

/// A score beside that of the reference.
fn task(score: &ScoreOutcome, other: &[ScoreOutcome], reference: &str) -> Option<Task> {
    let reference = if reference == UNIFORM {
        score.reference.as_ref()?.by_seed.clone()
    } else {
        other.iter().find(|other| other.rule == score.rule)?.by_seed()
    };
    Some(Task { scores: score.by_seed(), reference })
}

/// The scores of somebody on a forecast.
fn scores<'a>(forecast: &'a ForecastOutcome, who: &str) -> &'a [ScoreOutcome] {
    if who == AUTHOR {
        return &forecast.scores;
    }
    forecast.predictors.iter().find(|said| said.name == who).map_or(&[], |said| &said.scores)
}

#[cfg(test)]
mod tests {
    use super::{UNIFORM, skills};
    use crate::experiment::score::score_outcome;
    use crate::outcome::predictor::{PredictorForecast, PredictorOutcome};
    use crate::outcome::{ForecastOutcome, ScoreOutcome};
    use crate::predictor::registry::{is_reference, predictors, references};
    use crate::scoring::event::event;
    use crate::scoring::number::number;

    fn of_event(probability: f64) -> Vec<ScoreOutcome> {
        let scores = event(probability, &[Some(true), Some(true), Some(false)]).expect("a probability");
        [scores.brier, scores.log].iter().map(score_outcome).collect()
    }

    fn of_number(low: f64, reference: Option<(f64, f64)>) -> Vec<ScoreOutcome> {
        vec![score_outcome(&number(low, 3.0, reference, &[Some(2.0), None, Some(2.5)]).expect("a range"))]
    }

    fn forecast(author: Vec<ScoreOutcome>, said: &[(&str, Vec<ScoreOutcome>)]) -> ForecastOutcome {
        let of = |(name, scores): &(&str, Vec<ScoreOutcome>)| PredictorForecast {
            name: (*name).to_string(),
            scores: scores.clone(),
            ..PredictorForecast::default()
        };
        ForecastOutcome { scores: author, predictors: said.iter().map(of).collect(), ..ForecastOutcome::default() }
    }

    fn named(names: &[&str]) -> Vec<PredictorOutcome> {
        let of = |name: &&str| PredictorOutcome { name: (*name).to_string(), ..PredictorOutcome::default() };
        names.iter().map(of).collect()
    }

    #[test]
    fn over_the_tasks_of_both() {
        let forecasts = [
            forecast(of_event(0.8), &[("bias only", of_event(0.6)), ("mix", of_event(0.5))]),
            forecast(of_number(1.0, Some((0.0, 4.0))), &[("bias only", of_number(0.0, Some((0.0, 4.0))))]),
            // Without a scale, and for the author alone.
            forecast(of_number(1.0, None), &[("bias only", of_number(2.0, None))]),
        ];
        let found = skills(&forecasts, &named(&["mix", "bias only"]));
        let pairs: Vec<(&str, &str, usize)> =
            found.iter().map(|skill| (skill.forecaster.as_str(), skill.reference.as_str(), skill.tasks)).collect();
        let expected = [
            ("author", "uniform", 2),
            ("author", "bias only", 2),
            ("mix", "uniform", 1),
            ("mix", "bias only", 1),
            ("bias only", "uniform", 2),
        ];
        assert_eq!(pairs, expected);
        // Brier over 1/4: .04, .04 and .64 against .16, .16 and .36; widths 2 and 3, twice, over 4.
        let skill = 1.0 - (0.72 / 0.25 + 1.0) / (0.68 / 0.25 + 1.5);
        assert!((found[1].skill.expect("defined") - skill).abs() < 1e-12, "{:?}", found[1]);
        let nats = (2.0 * (0.8_f64 / 0.6).ln() + (0.2_f64 / 0.4).ln()) / 3.0;
        assert_eq!((found[1].log_tasks, found[1].infinite), (1, 0));
        assert!((found[1].nats.expect("finite") - nats).abs() < 1e-12, "{:?}", found[1]);
    }

    #[test]
    fn what_was_called_impossible_is_counted_on_either_side() {
        let found = skills(&[forecast(of_event(1.0), &[("bias only", of_event(0.0))])], &named(&["bias only"]));
        let infinite: Vec<(Option<f64>, usize, usize)> =
            found.iter().map(|skill| (skill.nats, skill.infinite, skill.reference_infinite)).collect();
        assert_eq!(infinite, [(None, 1, 0), (None, 1, 2), (None, 2, 0)]);
        assert!(found.iter().all(|skill| skill.skill.is_some()), "the Brier score is bounded: {found:?}");
    }

    #[test]
    fn references_are_predictors_of_the_program() {
        let known: Vec<String> = predictors().iter().map(|predictor| predictor.name().to_string()).collect();
        assert!(references().iter().all(|reference| known.iter().any(|name| name == reference.name())));
        assert!(is_reference(UNIFORM) && !is_reference("mix") && references().len() == 5);
    }
}
