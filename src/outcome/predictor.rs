//! What predictors, programs that forecast from a study alone, said of it, and how well they did.

use crate::outcome::{ForecastOutcome, ScoreOutcome, StudyInfo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A predictor and its forecast of a study.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictorOutcome {
    /// For example `shard dynamics`.
    pub name: String,
    /// What it does, in a sentence without a full stop.
    pub summary: String,
    /// Raised whenever it forecasts otherwise.
    pub version: u32,
    /// Why it has no forecast; null where it has one.
    pub failure: Option<String>,
    /// What the forecasts of the file ask about and it says nothing of; shares always count as asked.
    pub silences: Vec<SilenceOutcome>,
    /// The study's own training, then its phases in file order; empty where it failed.
    pub trainings: Vec<PredictedTraining>,
}

/// What a predictor says nothing of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SilenceOutcome {
    /// For example `transitions`.
    pub topic: String,
    /// Why, a clause without a full stop.
    pub reason: String,
}

/// What a predictor expects after one training. Lists of heuristics are in the order of the study.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictedTraining {
    /// `train`, or the name of the phase.
    pub training: String,
    /// The mean share of each heuristic where something is selected, in [0, 1], sum 1; null where `silent` says why.
    pub shares: Option<Vec<f64>>,
    /// Why it says nothing of shares; null where it does.
    pub silent: Option<String>,
    /// The mean strength of each heuristic, logits; null where it says nothing of them.
    pub strengths: Option<Vec<f64>>,
    /// The probability that each heuristic is selected; null where it says nothing of it.
    pub selected: Option<Vec<f64>>,
    /// The mean strengths along the training; null where it says nothing of them.
    pub course: Option<CourseOutcome>,
    /// How good its shares are; null where it has none or shares are not known, and before anything is measured.
    pub score: Option<ShareScore>,
}

/// Strengths along a training, at most 33 points of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CourseOutcome {
    /// Environment steps, ascending.
    pub steps: Vec<u64>,
    /// Per entry of `steps`, then heuristic, logits.
    pub strengths: Vec<Vec<f64>>,
}

/// How good a forecast of all shares is. Rules of an aligned alias group count as one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShareScore {
    /// The energy score, and the skill against a uniform split.
    pub energy: ScoreOutcome,
    /// Between the mean shares forecast and the mean over seeds of those measured: the sum of squared differences.
    pub squared_error: f64,
    /// The same of equal shares for all rules.
    pub squared_error_uniform: f64,
}

/// What a predictor says of the quantity that an author's forecast is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictorForecast {
    /// The predictor's `name`.
    pub name: String,
    /// Why it says nothing, a clause without a full stop; null where it does.
    pub silent: Option<String>,
    /// For weights: the mean share of each heuristic; null otherwise.
    pub shares: Option<Vec<f64>>,
    /// For transitions: the rows that the author forecasts, as this predictor does; empty otherwise.
    pub rows: Vec<PredictedRow>,
    /// For an event: the probability, in (0, 1); null otherwise.
    pub probability: Option<f64>,
    /// For a number: the 5% quantile; null otherwise.
    pub low: Option<f64>,
    /// For a number: the 95% quantile; null otherwise.
    pub high: Option<f64>,
    /// As the author's; a number has a `crps` besides. Empty where the forecast is inadmissible.
    pub scores: Vec<ScoreOutcome>,
}

/// A row of the step chain as a predictor forecasts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictedRow {
    /// The state that it starts from.
    pub from: String,
    /// Over the states of the chain, `other` last; in (0, 1), sum 1.
    pub shares: Vec<f64>,
}

/// How much better a forecaster is than a reference, over the forecasts of the file that both are scored on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SkillOutcome {
    /// `author`, or the name of a predictor.
    pub forecaster: String,
    /// `uniform`, the reference that every score has, or the name of a predictor that is a reference.
    pub reference: String,
    /// Forecasts on which both have the score that counts in the verdict.
    pub tasks: usize,
    /// 1 - (sum of score / scale) / (sum of the reference's score / scale), over these and all seeds; null where the reference
    /// scores 0.
    pub skill: Option<f64>,
    /// Forecasts on which both have a log score.
    pub log_tasks: usize,
    /// The mean over seeds of the reference's log score - log score, summed over these, nats; null where one is infinite.
    pub nats: Option<f64>,
    /// Infinite log scores of the forecaster, over these and all seeds.
    pub infinite: usize,
    /// Those of the reference.
    pub reference_infinite: usize,
}

/// The forecasts of one study, before anything is trained: what `shardbed predict` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StudyForecast {
    /// The version of the layout of outcomes.
    pub schema: u32,
    /// The version of the program.
    pub version: String,
    pub study: StudyInfo,
    /// SHA-256 in hexadecimal of the study, as `ids.prediction` of an outcome.
    pub prediction: String,
    /// How many earlier studies the predictors were told of.
    pub earlier: usize,
    /// Names of the heuristics, in the order of all lists of them.
    pub heuristics: Vec<String>,
    /// The states of chains, in the order of all rows of transitions: solvers, then `other`.
    pub states: Vec<String>,
    pub predictors: Vec<PredictorOutcome>,
    /// The author's forecasts with what every predictor says; nothing in them is measured or scored.
    pub forecasts: Vec<ForecastOutcome>,
}

impl PredictorForecast {
    /// The skill of the score that counts, the first; nothing where it has none.
    pub fn skill(&self) -> Option<f64> {
        self.scores.first()?.skill
    }
}

impl ShareScore {
    /// 1 - squared error / squared error of equal shares; nothing where these are right.
    pub fn skill(&self) -> Option<f64> {
        skill(self.squared_error, self.squared_error_uniform)
    }
}

/// 1 - error / reference, where that is a number.
pub fn skill(error: f64, reference: f64) -> Option<f64> {
    Some(1.0 - error / reference).filter(|skill| skill.is_finite())
}
