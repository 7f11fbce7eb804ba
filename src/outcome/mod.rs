//! The serialisable result of a run: what was trained, measured, forecast and scored.
//!
//! Two runs with the same [`Ids`] on the same kind of processor are equal to the last bit,
//! whatever the number of threads, but for the speeds (`training.steps_per_second`), the name of the file
//! (`study.file`), what the ledger beside it says (`seal`), and what other claims the file has (`family` of a claim).

pub mod benchmark;
pub mod bias;
pub mod chain;
pub mod change;
pub mod claim;
pub mod convergence;
pub mod diagnosis;
pub mod difference;
#[cfg(test)]
pub mod fixture;
pub mod history;
pub mod learned;
pub mod measured;
pub mod predictor;
pub mod schema;
pub mod seal;

use crate::outcome::chain::ChainOutcome;
use crate::outcome::change::Change;
use crate::outcome::claim::ClaimOutcome;
use crate::outcome::convergence::Convergence;
use crate::outcome::learned::LearnedOutcome;
use crate::outcome::measured::Measured;
use crate::outcome::predictor::{PredictorForecast, PredictorOutcome, SkillOutcome};
use crate::outcome::seal::Seal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of this layout; raised whenever a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// The name of a study's own training in a prediction file, which no phase has.
pub const OWN: &str = "train";

/// The outcome of one study.
///
/// All numbers are finite, as JSON knows no others: `null` stands where a number is undefined or infinite, and each field that can be
/// null says when. A field that is not required may be absent where an older version
/// measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// The version of this layout; raised whenever a field changes its meaning.
    pub schema: u32,
    /// The version of the program.
    pub version: String,
    /// What was run.
    pub study: StudyInfo,
    /// What the result depends on.
    pub ids: Ids,
    /// Whether the prediction was sealed before its result; left out where nobody looked, and where an older version
    /// measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<Seal>,
    /// The seeds measured, in order; every `by_seed` follows it.
    pub seeds: Vec<u64>,
    /// Seeds that stopped in some training, with the step and what to try; they are left out of all.
    pub failed: Vec<FailedSeed>,
    /// After the study's own training.
    #[serde(flatten)]
    pub results: Results,
    /// After every further training, in file order.
    #[serde(default)]
    pub phases: Vec<PhaseOutcome>,
    /// Which heuristics are selected under several reward functions; null where the study has one, and where an older
    /// version measured.
    #[serde(default)]
    pub convergence: Option<Convergence>,
    /// The author's forecasts, in file order.
    pub forecasts: Vec<ForecastOutcome>,
    /// In file order; empty where an older version measured, which knew no claims.
    #[serde(default)]
    pub claims: Vec<ClaimOutcome>,
    /// Every predictor that was run, in the order in which they are shown; empty where an older version measured.
    #[serde(default)]
    pub predictors: Vec<PredictorOutcome>,
    /// Every forecaster against every reference, the author first; empty where an older version measured.
    #[serde(default)]
    pub skills: Vec<SkillOutcome>,
    /// Of the whole prediction.
    pub verdict: Verdict,
    /// What a reader should keep in mind.
    pub warnings: Vec<Warning>,
}

/// What was measured after one training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Results {
    /// How the training went.
    pub training: Training,
    /// In file order.
    pub heuristics: Vec<HeuristicOutcome>,
    /// Rules that cannot be told apart; most studies have none.
    pub alias_groups: Vec<AliasGroup>,
    /// 1 - KL(network || pi_w) / KL(network || uniform), on the probe bank.
    pub explained: Measured,
    /// The world of this training first, then scenarios in file order: all of them after the study's own training, after
    /// a phase those that a forecast or a claim asks for.
    pub scenarios: Vec<ScenarioOutcome>,
    /// What `solvers learned` asks for; null where the study does not.
    #[serde(default)]
    pub learned_solvers: Option<LearnedOutcome>,
}

/// A further training and what was measured after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseOutcome {
    /// As in the file.
    pub name: String,
    /// The `///` lines above it.
    pub doc: String,
    /// The training whose final networks it went on from: `train`, or the name of a phase; null if its networks were
    /// fresh.
    pub after: Option<String>,
    /// For example `mlp(64, 64)`.
    pub agent: String,
    /// The statements by which its world differs from the one that it starts from.
    pub world: Vec<String>,
    /// The settings by which its training differs from the one that it starts from.
    pub settings: Vec<String>,
    #[serde(flatten)]
    pub results: Results,
    /// Which weights it changed; null where its networks were fresh.
    pub change: Option<Change>,
}

impl Outcome {
    /// Takes away what may differ between two runs with the same [`Ids`]: the speeds, the name of the file, what its ledger
    /// says, and what other claims it has.
    pub fn without_circumstances(&mut self) {
        self.study.file.clear();
        self.seal = None;
        self.claims.iter_mut().for_each(|claim| claim.family = None);
        let phases = self.phases.iter_mut().map(|phase| &mut phase.results);
        phases.chain([&mut self.results]).for_each(|results| results.training.steps_per_second = None);
    }

    /// The same without what predictors said: they are told of whatever else a store holds.
    pub fn without_predictors(&self) -> Outcome {
        let mut outcome = self.clone();
        outcome.predictors.clear();
        outcome.skills.clear();
        outcome.forecasts.iter_mut().for_each(|forecast| forecast.predictors.clear());
        outcome
    }

    /// What was measured after a phase, or after the study's own training, which [`OWN`] also stands for.
    pub fn after(&self, phase: Option<&str>) -> Option<&Results> {
        match phase {
            None | Some(OWN) => Some(&self.results),
            Some(name) => self.phases.iter().find(|phase| phase.name == name).map(|phase| &phase.results),
        }
    }
}

/// What was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StudyInfo {
    /// As in the file.
    pub name: String,
    /// The `///` lines above the study.
    pub doc: String,
    /// The name of the file, without its folder.
    pub file: String,
    /// The name of the training world.
    pub world: String,
    /// The `///` lines above the world.
    pub world_doc: String,
    /// For example `mlp(64, 64)`.
    pub agent: String,
}

/// SHA-256 in hexadecimal of what each component of the result depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ids {
    /// Of all of them: the name of the run.
    pub run: String,
    /// The study as written.
    pub prediction: String,
    /// The worlds and what agents see in them.
    pub world: String,
    /// What networks depend on, and how many seeds there are.
    pub training: String,
    /// What is measured of a network, and how.
    pub measurement: String,
    /// The forecasts, how they are scored, and what predictors were told.
    pub scoring: String,
}

/// A seed that stopped before its training was over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailedSeed {
    /// Which one.
    pub seed: u64,
    /// The name of the phase in which it stopped; null in the study's own training.
    #[serde(default)]
    pub phase: Option<String>,
    /// Environment steps taken before it stopped.
    pub step: u64,
    /// Why, and what to try.
    pub message: String,
}

/// How a training went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Training {
    /// Environment steps per seed, whole rollouts.
    pub steps: u64,
    /// Over all seeds trained in this run, wall time; null when every network came from the store.
    pub steps_per_second: Option<f64>,
    /// Mean return per episode of the final networks in the world of this training.
    pub return_mean: Measured,
    /// The same of the networks before this training.
    pub return_start: Measured,
    /// The return of the uniformly random policy.
    pub return_random: f64,
    /// The best return known, and of what.
    pub return_best: f64,
    /// Whose return that is, a clause.
    pub best_policy: String,
    /// The lower 95% bound of the return is at least half of the way from random to best.
    pub learned: bool,
    /// The steps of the snapshots, the first 0, the last `steps`.
    pub snapshots: Vec<u64>,
    /// Mean training return at each snapshot, by seed then snapshot; null where no episode ended.
    pub curve: Vec<Vec<Option<f64>>>,
}

/// What was measured of a heuristic after a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeuristicOutcome {
    /// As in the file.
    pub name: String,
    /// The `///` lines above it.
    pub doc: String,
    /// The rule in words, canonical.
    pub rule: String,
    /// The share in [0, 1] of the random policy's states in the world of this training on which it fires.
    pub fires: f64,
    /// Logits.
    pub strength: Measured,
    /// The standard error of the strength within each network, logits: sandwich, clustered by probe state.
    pub strength_error: Measured,
    /// In [0, 1]; undefined in a seed where no strength is positive.
    pub share: Measured,
    /// Behavioural strength, logits.
    pub behavioural: Measured,
    /// Causal strength, logits; undefined without a cue.
    pub causal: Measured,
    /// The largest of the placebo strengths, logits; undefined without a cue.
    pub placebo: Measured,
    /// The largest causal strength over shuffles of the weights from the cue, logits; undefined without a cue, and where
    /// an older version measured.
    #[serde(default)]
    pub shuffled: Measured,
    /// Strength on the trained policy's own states, logits.
    pub on_policy: Measured,
    /// Mean activity of its solver over the probe states where the rule fires, logits; undefined if it never fires.
    pub magnitude: Measured,
    /// Variance inflation on the probe bank.
    pub vif: Measured,
    /// An index into `alias_groups`.
    pub alias_group: Option<usize>,
    /// Environment steps at the first snapshot from which on the strength stays at half of the final one or above;
    /// undefined in a seed where the rule is not selected.
    pub emerged_at: Measured,
    /// Strengths at each snapshot, by seed then snapshot, logits.
    pub course: Vec<Vec<f64>>,
    /// By seed.
    pub selected: Vec<bool>,
    /// Whether a further step of the training would strengthen it; null where an older version measured.
    #[serde(default)]
    pub reinforcement: Option<Reinforcement>,
    /// Whether the selection rests on a placebo and a cue, or on the strength alone.
    pub has_cue: bool,
}

/// What the gradient of the return at the end of a training does to a heuristic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reinforcement {
    /// g = mean of advantage x (phi(s, a) - E_pi phi(s, .)) over batches of the network's own steps.
    pub gradient: Measured,
    /// g over its standard error over batches.
    pub t: Measured,
    /// By seed: `reinforced` where t > 3, `disinforced` where t < -3, else `unchanged`; null where the rule never fires.
    pub verdict: Vec<Option<String>>,
}

/// Rules whose strengths cannot be told apart on the probe bank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AliasGroup {
    /// Names of heuristics.
    pub members: Vec<String>,
    /// `aligned`: the sum of strengths is identified. `opposed`: their difference. `mixed`: neither.
    pub kind: String,
    /// The identified combination of strengths, logits; undefined if mixed.
    pub combined: Measured,
    /// The share of an aligned group.
    pub share: Measured,
}

/// A world in which behaviour was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioOutcome {
    /// `training` for the world of this training.
    pub name: String,
    /// The `///` lines above it.
    pub doc: String,
    /// Per seed.
    pub episodes: u64,
    /// What is always measured, then what forecasts ask for.
    pub quantities: Vec<BehaviourOutcome>,
    /// Which solvers act there; null where an older version measured.
    #[serde(default)]
    pub chain: Option<ChainOutcome>,
}

/// What agents do in a world, as one number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BehaviourOutcome {
    /// As written in a forecast, for example `P(reach cheese)`.
    pub name: String,
    /// `probability` (in [0, 1]), or `number`.
    pub unit: String,
    /// Over the episodes of each seed.
    pub value: Measured,
    /// The mean of the uniformly random policy.
    pub random: Option<f64>,
}

/// A forecast beside what was measured and how well it did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForecastOutcome {
    /// The canonical text.
    pub text: String,
    /// The `///` lines above it.
    pub doc: String,
    /// `weights`, `transitions`, `event` or `number`.
    pub kind: String,
    /// For weights: the forecast shares in [0, 1], sum 1, in the order of `heuristics`; null otherwise.
    pub shares: Option<Vec<f64>>,
    /// For weights and each row of transitions: the sum of the Dirichlet parameters, above 0; null otherwise.
    pub concentration: Option<f64>,
    /// For transitions: the rows forecast; empty otherwise.
    #[serde(default)]
    pub rows: Vec<RowOutcome>,
    /// For an event: the forecast probability in [0, 1]; null otherwise.
    pub probability: Option<f64>,
    /// For a number: the forecast 5% quantile, in the number's own unit; null otherwise.
    pub low: Option<f64>,
    /// For a number: the forecast 95% quantile; null otherwise.
    pub high: Option<f64>,
    /// For a number and for the sides of a comparison: `probability` (in [0, 1]; a share counts as one), `logits`, or
    /// `number`; null otherwise.
    pub unit: Option<String>,
    /// For a number about behaviour: the `name` of its quantity in `scenarios`; null otherwise.
    pub quantity: Option<String>,
    /// For a number about behaviour or chains, transitions and a cycle: the `name` of its scenario in `scenarios`; null
    /// otherwise.
    pub scenario: Option<String>,
    /// The `name` of the phase after which it is measured; null after the study's own training, and for a comparison,
    /// whose sides may be measured after different ones.
    #[serde(default)]
    pub after: Option<String>,
    /// For a number: its value by seed. For an event: 1 where it holds, 0 where not.
    pub measured: Option<Measured>,
    /// For a comparison: what its numbers were measured at, the left one first; a constant has none.
    #[serde(default)]
    pub sides: Vec<Measured>,
    /// Every score that applies.
    pub scores: Vec<ScoreOutcome>,
    /// For weights: the sum of squared differences between the forecast and the mean over seeds, aligned alias groups as one;
    /// null otherwise, and where it is inadmissible.
    #[serde(default)]
    pub squared_error: Option<f64>,
    /// What predictors say of the same quantity, one for each that did not fail, in the order of `predictors`.
    #[serde(default)]
    pub predictors: Vec<PredictorForecast>,
    /// Why it is not scored, if it is not: a clause without a full stop.
    pub inadmissible: Option<String>,
    /// Seeds left unscored because the quantity is undefined in them.
    pub undefined_seeds: usize,
}

/// A forecast row of the step chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RowOutcome {
    /// The state that it starts from.
    pub from: String,
    /// Over the states of the chain, `other` last; in [0, 1], sum 1.
    pub shares: Vec<f64>,
    /// What was measured, one per state.
    pub measured: Vec<Measured>,
}

/// A score, lower is better, beside the uniform reference forecast's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreOutcome {
    /// As in the registry of scores: `energy`, `brier`, `interval`, `log`, or `crps`, which only predictors have and
    /// which has no reference.
    pub rule: String,
    /// Infinite log scores are null in `by_seed`, counted in `infinite`, and leave `mean` null.
    pub score: Measured,
    /// In how many seeds the score is infinite: what had been given no chance happened.
    pub infinite: usize,
    /// Nothing where no reference exists.
    pub reference: Option<Measured>,
    /// The unit, fixed before the outcome, in which the verdict adds this score to others; null where it takes no part in
    /// that sum, and where an older version measured.
    #[serde(default)]
    pub scale: Option<f64>,
    /// 1 - sum of scores / sum of reference scores; for the log score the mean difference, reference - score.
    pub skill: Option<f64>,
}

impl ScoreOutcome {
    /// In the seed with this index, infinite where a log score is; nothing where it is undefined. Only what has a reference
    /// can be infinite, and that is defined in the same seeds.
    pub fn at(&self, seed: usize) -> Option<f64> {
        let possible = || self.reference.as_ref().filter(|_| self.infinite > 0)?.at(seed);
        self.score.at(seed).or_else(|| possible().map(|_| f64::INFINITY))
    }

    /// In every seed, as [`at`](ScoreOutcome::at).
    pub fn by_seed(&self) -> Vec<Option<f64>> {
        (0..self.score.by_seed.len()).map(|seed| self.at(seed)).collect()
    }

    /// The mean over seeds, infinite where one is.
    pub fn mean(&self) -> Option<f64> {
        if self.infinite > 0 { Some(f64::INFINITY) } else { self.score.mean }
    }
}

/// Whether the prediction did better than knowing nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// One plain sentence.
    pub sentence: String,
    /// The sum over forecasts of (reference score - score), each over a scale fixed before the outcome; above 0 is better.
    pub advantage: Option<Measured>,
    /// Exact two-sided sign-flip test over seeds, up to 16 seeds.
    pub p_value: Option<f64>,
    /// How many forecasts score better than their reference.
    pub forecasts_better: usize,
    /// Of how many that have a reference.
    pub forecasts_scored: usize,
}

/// What a reader should keep in mind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Stable, in kebab case, for example `few-seeds`.
    pub code: String,
    /// A plain sentence that says what it means for the reader.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use crate::outcome::{Outcome, fixture};
    use serde_json::Value;

    #[test]
    fn json_holds_what_was_measured_after_each_training() {
        let outcome = fixture::with_phases();
        let json = serde_json::to_value(&outcome).expect("serialises");
        assert_eq!(json["heuristics"][1]["name"], "to_cheese");
        assert_eq!(json["phases"][0]["after"], "train");
        assert_eq!(json["phases"][0]["heuristics"][1]["share"]["by_seed"].as_array().map(Vec::len), Some(8));
        assert_eq!(serde_json::from_value::<Outcome>(json).expect("still an outcome"), outcome);
    }

    #[test]
    fn an_infinite_score_is_told_from_an_undefined_one() {
        let mut score = fixture::outcome().forecasts[1].scores[1].clone();
        assert_eq!(score.by_seed(), score.score.by_seed);
        (score.infinite, score.score.mean) = (1, None);
        score.score.by_seed[2] = None;
        score.score.by_seed[5] = None;
        score.reference.as_mut().expect("of a log score").by_seed[5] = None;
        assert_eq!((score.at(2), score.at(5), score.mean()), (Some(f64::INFINITY), None, Some(f64::INFINITY)));
        assert_eq!(score.at(1), score.score.at(1));
    }

    #[test]
    fn outcomes_from_before_there_were_phases_predictors_or_claims_are_read() {
        let mut outcome = fixture::troubled();
        outcome.predictors.clear();
        outcome.claims.clear();
        outcome.forecasts.iter_mut().for_each(|forecast| forecast.predictors.clear());
        let mut json = serde_json::to_value(&outcome).expect("serialises");
        let without = |object: &mut Value, key: &str| object.as_object_mut().and_then(|object| object.remove(key));
        assert!(without(&mut json, "phases").is_some());
        assert!(without(&mut json["failed"][0], "phase").is_some());
        assert!(without(&mut json, "predictors").is_some() && without(&mut json, "claims").is_some());
        assert!(without(&mut json, "skills").is_some());
        for forecast in json["forecasts"].as_array_mut().into_iter().flatten() {
            assert!(without(forecast, "after").is_some());
            assert!(without(forecast, "predictors").is_some() && without(forecast, "squared_error").is_some());
        }
        assert_eq!(serde_json::from_value::<Outcome>(json).expect("still an outcome"), outcome);
    }
}
