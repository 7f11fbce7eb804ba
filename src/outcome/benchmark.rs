//! The serialisable result of measuring predictors: what each forecast for studies whose outcome is known, and how well.
//!
//! With the same networks in the store, all of it is the same to the last bit.

use crate::outcome::measured::Measured;
use serde::{Deserialize, Serialize};

/// The version of this layout; raised whenever a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// Every study and every forecaster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    pub schema: u32,
    /// The version of the program.
    pub version: String,
    /// Those compared, in the order shown.
    pub forecasters: Vec<Forecaster>,
    pub groups: Vec<Group>,
    pub studies: Vec<Study>,
}

/// Who forecasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecaster {
    /// The name of a predictor; [`AUTHOR`] for what the studies' files forecast.
    pub name: String,
    /// What it does, in a clause.
    pub summary: String,
    /// Of the predictor; null for the author.
    pub version: Option<u32>,
}

/// The forecasts in the files.
pub const AUTHOR: &str = "author";

/// One study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Study {
    pub name: String,
    /// Whether predictors may be tuned on it.
    pub half: Half,
    pub view: View,
    /// How many seeds were measured.
    pub seeds: usize,
    /// Its own training first.
    pub trainings: Vec<Training>,
}

/// What a study is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    Tuning,
    /// Never to be tuned on.
    HeldOut,
}

/// What the agent sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// `view offsets` and `view window`.
    Relative,
    /// `view all`.
    Pixel,
}

/// What was measured after one training, and what was forecast of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// `train`, or the name of the phase.
    pub name: String,
    /// Environment steps per seed.
    pub steps: u64,
    pub learned: bool,
    /// Why nothing is scored on it, if so: a clause.
    pub left_out: Option<String>,
    /// Rules; those that cannot be told apart, joined by ` + `, are one.
    pub parts: Vec<String>,
    /// The measured share of each part, in [0, 1].
    pub shares: Vec<Measured>,
    /// Squared error of the mean shares that the uniform forecast makes; null where left out.
    pub uniform_squared_error: Option<f64>,
    /// Mean energy score over seeds of the uniform forecast; null where left out.
    pub uniform_energy: Option<f64>,
    /// What the true mean would be expected to make; null with fewer than two seeds.
    pub noise_squared_error: Option<f64>,
    /// What the true distribution would be expected to make; null with fewer than three seeds.
    pub noise_energy: Option<f64>,
    /// In the order of the forecasters.
    pub forecasts: Vec<Forecast>,
}

/// One forecast of shares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// The mean share of each part; null where it says nothing.
    pub shares: Option<Vec<f64>>,
    /// Why it says nothing, if so: a clause.
    pub silent: Option<String>,
    /// Null where it says nothing and where the training is left out.
    pub squared_error: Option<f64>,
    /// The mean over seeds; null as above.
    pub energy: Option<f64>,
}

/// Some studies together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Null for both halves.
    pub half: Option<Half>,
    /// Null for both views.
    pub view: Option<View>,
    /// How many studies are scored.
    pub studies: usize,
    /// How many trainings of them are.
    pub trainings: usize,
    /// One per forecaster.
    pub skills: Vec<Skills>,
    /// What the noise between seeds leaves to be had.
    pub ceiling: Ceiling,
}

/// The skill of a forecaster over a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skills {
    /// On how many trainings of the group it says something; skill is over these.
    pub forecast: usize,
    /// Of mean shares, 1 - sum of squared errors / sum of those of the uniform forecast.
    pub mean: Option<Skill>,
    /// 1 - sum of energy scores / sum of those of the uniform forecast.
    pub energy: Option<Skill>,
}

/// 1 is perfect, 0 is as good as uniform.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    pub value: f64,
    /// The 95% interval, the study as its unit; null of a single study.
    pub interval: Option<[f64; 2]>,
}

/// The skill of who knows the truth but not the seeds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ceiling {
    pub mean: Option<f64>,
    pub energy: Option<f64>,
}
