//! What is to be expected of a study's forecasts and claims if the forecasts are right: what `shardbed diagnose` prints.

use crate::outcome::StudyInfo;
use serde::{Deserialize, Serialize};

/// One study, before anything is trained.
///
/// A forecast is about one seed and says nothing of how alike seeds are. Where that matters there are two numbers, for the two
/// extremes: every seed a draw of its own (`independent`), and one draw for all seeds (`alike`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// The version of the layout of outcomes.
    pub schema: u32,
    /// The version of the program.
    pub version: String,
    pub study: StudyInfo,
    /// SHA-256 in hexadecimal of the study, as `ids.prediction` of an outcome.
    pub prediction: String,
    /// How many seeds each simulated study has.
    pub seeds: u64,
    /// How many studies were simulated.
    pub simulations: u64,
    /// In file order.
    pub forecasts: Vec<ForecastDiagnosis>,
    /// Of all forecasts that have a reference: the gain of a verdict; null where there is none.
    pub together: Option<Gain>,
    /// In file order.
    pub claims: Vec<ClaimDiagnosis>,
}

/// A forecast, if it is right.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ForecastDiagnosis {
    /// The canonical text.
    pub text: String,
    /// The forecast from which what happens is drawn instead of from this one, since it says the same and more: shares and
    /// transitions are drawn once for all that is said of them; null where it is this one.
    pub drawn_from: Option<String>,
    /// For an event that is drawn from another forecast: how probable that makes it.
    pub implied: Option<f64>,
    /// The score that counts first.
    pub scores: Vec<ExpectedScore>,
    /// How many seeds tell it from the reference; null where it has none.
    pub needed: Option<Needed>,
    /// What to know about it: plain sentences.
    pub remarks: Vec<String>,
}

/// A score over simulated studies; lower is better.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExpectedScore {
    /// `energy`, `brier`, `log` or `interval`.
    pub rule: String,
    /// The mean over studies; null where it is infinite.
    pub mean: Option<f64>,
    /// The 5% and 95% quantiles of a study's score, every seed a draw of its own; null where the mean is.
    pub independent: Option<[f64; 2]>,
    /// The same where all seeds are alike.
    pub alike: Option<[f64; 2]>,
    /// The mean score of the reference; null where no reference exists.
    pub reference: Option<f64>,
    /// 1 - expected score / expected reference score; for the log score the difference, reference - score.
    pub skill: Option<f64>,
}

/// What all forecasts together gain on the reference: reference score minus score, over a scale fixed beforehand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// How many forecasts take part.
    pub forecasts: usize,
    pub mean: f64,
    /// The 5% and 95% quantiles of a study's gain.
    pub independent: [f64; 2],
    pub alike: [f64; 2],
    pub needed: Needed,
}

/// The fewest seeds with which the 95% interval of the gain over seeds lies above 0 in at least 80% of simulated studies; null
/// where not even 1,000 do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needed {
    pub independent: Option<u64>,
    pub alike: Option<u64>,
}

/// A claim, if the forecasts are right.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimDiagnosis {
    pub name: String,
    /// What is claimed.
    pub text: String,
    /// Why nothing is known: no forecast is about what it compares; a clause without a full stop. Null where it is known.
    pub silent: Option<String>,
    /// Why it is inconclusive wherever the seeds lie, of which there are too few: a clause without a full stop; null where it can
    /// come out.
    #[serde(default)]
    pub too_few: Option<String>,
    pub independent: Option<Chances>,
    pub alike: Option<Chances>,
}

/// How probable each outcome of a claim is; they sum to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chances {
    pub confirmed: f64,
    pub refuted: f64,
    pub inconclusive: f64,
}
