//! Measuring one trained network, and what all networks of a study are measured with.

use crate::attribution::contribution::{Contributions, contributions};
use crate::attribution::gradients::{Attribution, attribute};
use crate::behaviour::episodes::{Watch, play};
use crate::behaviour::policy::{Policy, Sampled};
use crate::experiment::error::ExperimentError;
use crate::experiment::quantities::{Quantities, quantities};
use crate::experiment::setup::Setup;
use crate::network::forward::Forward;
use crate::network::parameters::Parameters;
use crate::network::tape::Network;
use crate::seed::Seed;
use crate::selection::activity::magnitude;
use crate::selection::bank::{Bank, Probe};
use crate::selection::causal::{self, Causal};
use crate::selection::features::{Features, fisher_weights, softmax};
use crate::selection::identifiability::{Identified, identify, inflation};
use crate::selection::placebo::{self, Placebo};
use crate::selection::selected::selected;
use crate::selection::{behavioural, strength};
use crate::study::forecast::Behaviour;
use crate::training::ppo::Snapshot;
use crate::world::action::ACTIONS;
use crate::world::batch::Batch;
use crate::world::level::LevelError;
use crate::world::lit::LitRows;
use rand::RngExt;
use std::sync::Arc;

/// Episodes per seed and world.
pub const EPISODES: usize = 1000;
/// States of a policy's own that strengths are measured on beside the bank.
const OWN_STATES: usize = 2000;

/// What all networks of a study are measured with; it depends on the study alone.
pub struct Measurement {
    pub bank: Bank,
    pub identified: Identified,
    /// One per heuristic; nothing without a cue.
    placebos: Vec<Option<Placebo>>,
    /// The bank's observations without each cue that some heuristic has, and without all of them.
    without: Vec<(u64, LitRows)>,
    /// All looks that heuristics name.
    all_cues: u64,
    /// One per world.
    pub quantities: Vec<Quantities>,
    pub watches: Vec<Watch>,
}

/// What one network was measured at.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Per heuristic, logits.
    pub strength: Vec<f64>,
    /// Per heuristic, logits: within the network, clustered by state.
    pub standard_error: Vec<f64>,
    pub behavioural: Vec<f64>,
    pub explained: Option<f64>,
    pub causal: Vec<Option<Causal>>,
    pub placebo: Vec<Option<f64>>,
    pub on_policy: Vec<f64>,
    pub magnitude: Vec<Option<f64>>,
    pub vif: Vec<Option<f64>>,
    pub selected: Vec<bool>,
    /// Strengths per snapshot, then heuristic.
    pub course: Vec<Vec<f64>>,
    /// Means over episodes per world, then quantity.
    pub behaviours: Vec<Vec<f64>>,
    /// Mean return of the untrained network.
    pub return_start: f64,
    /// The median over the bank of the largest action probability.
    pub top_probability: f64,
}

impl Measurement {
    pub fn prepare(setup: &Setup) -> Result<Measurement, ExperimentError> {
        let seed = setup.measurement_seed;
        let bank = Bank::draw(setup.study, &setup.sight, &setup.rules, seed.child("bank", &[]))
            .map_err(|source| setup.level_error("training", source))?;
        let identified = identify(&bank.features.uniform_gram());
        let placebos = placebo::draw(&bank, &setup.rules, seed);
        let all_cues = setup.rules.iter().fold(0, |cues, rule| cues | rule.cue());
        let mut without: Vec<(u64, LitRows)> = Vec::new();
        for cue in setup.rules.iter().map(|rule| rule.cue()).chain([all_cues]) {
            if without.iter().all(|(known, _)| *known != cue) {
                without.push((cue, bank.observations_without(cue)));
            }
        }
        let quantities = quantities(setup);
        let watches = quantities.iter().map(|quantities| Watch::new(&quantities.behaviours)).collect();
        Ok(Measurement { bank, identified, placebos, without, all_cues, quantities, watches })
    }

    /// Plays [`EPISODES`] episodes in the world with this index; the values of its quantities in each of them.
    pub fn behaviour(
        &self,
        setup: &Setup,
        arena: usize,
        policy: &mut dyn Policy,
    ) -> Result<Vec<Vec<f64>>, ExperimentError> {
        let place = &setup.arenas[arena];
        let watch = &self.watches[arena];
        let episodes = play(&place.engine, policy, watch, EPISODES, episode_seed(setup, arena))
            .map_err(|source| setup.level_error(&place.name, source))?;
        let values = |behaviour: &Behaviour| episodes.iter().map(|e| e.value(watch, behaviour)).collect();
        Ok(self.quantities[arena].behaviours.iter().map(values).collect())
    }
}

/// The seed of the levels that are played in the world with this index.
pub fn episode_seed(setup: &Setup, arena: usize) -> Seed {
    setup.measurement_seed.child("behaviour", &[arena as u64])
}

/// Measures the networks of one seed, the final one last. Call it in a rayon pool of one thread.
pub fn measure(setup: &Setup, measurement: &Measurement, snapshots: &[Snapshot]) -> Result<Measured, ExperimentError> {
    let bank = &measurement.bank;
    let basis = &measurement.identified.basis;
    let mut course = Vec::with_capacity(snapshots.len());
    let mut last = None;
    for snapshot in snapshots {
        let reading = Reading::take(&snapshot.parameters, &bank.observations);
        let strengths = strength::measure(&bank.features, &reading.q, &reading.contributions, basis);
        course.push(strengths.strength.clone());
        last = Some((reading, strengths, &snapshot.parameters));
    }
    let (Some((reading, strengths, parameters)), Some(first)) = (last, snapshots.first()) else {
        return Err(ExperimentError::NoSeed("a seed has no network".to_string()));
    };
    let logits = &reading.attribution.logits;
    let policy: Vec<[f64; ACTIONS]> = logits.iter().map(|logits| softmax(logits.map(f64::from))).collect();
    let behavioural = behavioural::fit(&bank.features, &policy);
    let bare: Vec<(u64, Vec<[f32; ACTIONS]>)> =
        measurement.without.iter().map(|(cue, rows)| (*cue, run(parameters, rows))).collect();
    let without = |cue: u64| bare.iter().find(|(known, _)| *known == cue).map_or(logits, |(_, logits)| logits);

    let (mut causal, mut placebos, mut magnitudes, mut chosen) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (h, rule) in setup.rules.iter().enumerate() {
        let has_cue = rule.cue() != 0;
        let cue = if has_cue { rule.cue() } else { measurement.all_cues };
        magnitudes.push(magnitude(&bank.features, h, logits, without(cue), has_cue));
        let effect = has_cue.then(|| causal::measure(&bank.features, h, logits, without(cue))).flatten();
        let largest = measurement.placebos[h]
            .as_ref()
            .map(|placebo| placebo.largest(&bank.features, &reading.q, &reading.contributions.total));
        // A rule with a cue that never fires on the bank has no causal strength and is not selected.
        chosen.push(match (has_cue, largest.zip(effect)) {
            (true, None) => false,
            (_, evidence) => selected(strengths.strength[h], evidence),
        });
        causal.push(effect);
        placebos.push(largest);
    }

    let mut behaviours = Vec::with_capacity(setup.arenas.len());
    for arena in 0..setup.arenas.len() {
        let seed = setup.measurement_seed.child("sampled actions", &[arena as u64]);
        let values = measurement.behaviour(setup, arena, &mut Sampled::new(parameters.clone(), seed))?;
        behaviours.push(values.iter().map(|values| mean(values)).collect());
    }
    let seed = setup.measurement_seed.child("sampled actions", &[0]);
    let start = measurement.behaviour(setup, 0, &mut Sampled::new(first.parameters.clone(), seed))?;
    let mut top: Vec<f64> = policy.iter().map(|p| p.iter().copied().fold(0.0, f64::max)).collect();
    top.sort_by(f64::total_cmp);
    Ok(Measured {
        on_policy: own_strengths(setup, measurement, parameters)
            .map_err(|source| setup.level_error("training", source))?,
        vif: inflation(&bank.features.gram(reading.q.iter())),
        strength: strengths.strength,
        standard_error: strengths.standard_error,
        behavioural: behavioural.strength,
        explained: behavioural.explained,
        causal,
        placebo: placebos,
        magnitude: magnitudes,
        selected: chosen,
        course,
        behaviours,
        return_start: start.first().map_or(0.0, |returns| mean(returns)),
        top_probability: top.get(top.len() / 2).copied().unwrap_or(0.0),
    })
}

/// What is read off a network on a set of observations.
struct Reading {
    attribution: Attribution,
    contributions: Contributions,
    /// Fisher weights.
    q: Vec<[f64; ACTIONS]>,
}

impl Reading {
    fn take(parameters: &Parameters, observations: &Arc<LitRows>) -> Reading {
        let attribution = attribute(&Network::new(parameters), observations);
        let (contributions, q) = (contributions(&attribution), fisher_weights(&attribution.logits));
        Reading { attribution, contributions, q }
    }
}

fn run(parameters: &Parameters, rows: &LitRows) -> Vec<[f32; ACTIONS]> {
    let mut logits = vec![[0.0; ACTIONS]; rows.len()];
    let mut values = vec![0.0; rows.len()];
    Forward::new(parameters.clone()).run(rows, &mut logits, &mut values);
    logits
}

/// Strengths on the states that the policy itself visits in the training world.
fn own_strengths(setup: &Setup, measurement: &Measurement, parameters: &Parameters) -> Result<Vec<f64>, LevelError> {
    let engine = Arc::new(setup.training().clone());
    let seed = setup.measurement_seed.child("own states", &[]);
    let mut policy = Sampled::new(parameters.clone(), seed);
    let mut stream = seed.stream("moments", &[]);
    const TOGETHER: usize = 100;
    let mut batch = Batch::new(&engine, TOGETHER, seed)?;
    let mut actions = [0u8; TOGETHER];
    let mut probes = Vec::with_capacity(OWN_STATES);
    while probes.len() < OWN_STATES {
        // One state in four on average, so that they are spread over episodes.
        let taken: Vec<usize> = (0..TOGETHER).filter(|_| stream.random_range(0..4) == 0).collect();
        probes.extend(taken.into_iter().map(|i| Probe { engine: engine.clone(), state: batch.state(i) }));
        policy.act(&batch, &mut actions);
        batch.step(&actions);
        batch.reset_ended()?;
    }
    probes.truncate(OWN_STATES);
    let own = Bank::of(probes, &setup.rules);
    let reading = Reading::take(parameters, &own.observations);
    let features: &Features = &own.features;
    Ok(strength::measure(features, &reading.q, &reading.contributions, &measurement.identified.basis).strength)
}

/// The mean; 0 of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
