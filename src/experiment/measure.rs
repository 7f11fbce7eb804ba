//! Measuring one trained network, and what all networks of a study are measured with.

use crate::attribution::contribution::{Contributions, centred, contributed_by_units, contributed_in_all};
use crate::behaviour::arena::Arena;
use crate::behaviour::episodes::play;
use crate::behaviour::policy::{Policy, Sampled};
use crate::experiment::alike::alike;
use crate::experiment::chain::Chain;
use crate::experiment::error::ExperimentError;
use crate::experiment::learned::{LearnedSolvers, Seen, learned_solvers};
use crate::experiment::reinforcement::reinforcements;
use crate::experiment::setup::Setup;
use crate::experiment::solvers::{Solving, solving};
use crate::heuristic::evaluate::Rule;
use crate::heuristic::policy::softmax;
use crate::network::fused::logits;
use crate::network::parameters::Parameters;
use crate::seed::Seed;
use crate::selection::activity::Meter;
use crate::selection::bank::{Bank, visited};
use crate::selection::causal::{self, Causal};
use crate::selection::change::{Change, change};
use crate::selection::emergence::emerged_at;
use crate::selection::features::fisher_weights;
use crate::selection::identifiability::{Identified, identify, inflation};
use crate::selection::normal::Weighed;
use crate::selection::placebo::{self, Placebo};
use crate::selection::reinforcement::Reinforcement;
use crate::selection::selected::{Evidence, selected};
use crate::selection::shuffled::{self, Shuffled, learned};
use crate::selection::{behavioural, strength};
use crate::study::forecast::Behaviour;
use crate::training::ppo::Snapshot;
use crate::world::action::ACTIONS;
use crate::world::batch::Batch;
use crate::world::level::LevelError;
use crate::world::lit::LitRows;
use crate::world::observation::is_in;
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
    /// Per heuristic, whether it has a cue that some state of the bank shows where it fires: else nothing is removed,
    /// and there is neither causal strength nor placebo.
    pub has_cue: Vec<bool>,
    /// The bank's observations without each cue that some heuristic has, and without all of them.
    pub without: Vec<(u64, LitRows)>,
    /// Per heuristic, which of them is without its cue; without all if it has none.
    bare_of: Vec<usize>,
    /// Heuristics that are always equally active, in pairs.
    pub alike: Vec<[usize; 2]>,
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
    pub shuffled: Vec<Option<Shuffled>>,
    /// Per heuristic, what decides on its selection beside the strength; nothing without a cue.
    pub evidence: Vec<Option<Evidence>>,
    pub on_policy: Vec<f64>,
    /// What the bias of the policy head would add to the strengths, logits.
    pub bias: Vec<f64>,
    pub magnitude: Vec<Option<f64>>,
    pub vif: Vec<Option<f64>>,
    pub selected: Vec<bool>,
    /// Strengths per snapshot, then heuristic.
    pub course: Vec<Vec<f64>>,
    /// Per heuristic, the snapshot at which it emerged; nothing for one that is not selected.
    pub emerged: Vec<Option<usize>>,
    /// Means over episodes per world of the training, then quantity.
    pub behaviours: Vec<Vec<f64>>,
    /// The chains per world of the training.
    pub chains: Vec<Chain>,
    /// Nothing where the study asks for none.
    pub learned: Option<LearnedSolvers>,
    /// Per heuristic, how a further step would change it.
    pub reinforcement: Vec<Option<Reinforcement>>,
    /// Mean return of the network before the training.
    pub return_start: f64,
    /// What the training changed in the network that it went on from; nothing where it was fresh.
    pub change: Option<Change>,
    /// The median over the bank of the largest action probability.
    pub top_probability: f64,
}

/// What a network does on the bank without each of the cues.
pub struct Bare<'m> {
    measurement: &'m Measurement,
    /// One per entry of [`Measurement::without`].
    logits: Vec<Vec<[f32; ACTIONS]>>,
}

impl Bare<'_> {
    /// The logits without the cue of heuristic `h`; without all cues if it has none.
    pub fn without(&self, h: usize) -> &[[f32; ACTIONS]] {
        &self.logits[self.measurement.bare_of[h]]
    }
}

impl Measurement {
    /// The observations of the bank without the cue of heuristic `h`; without all cues if it has none.
    pub fn bare_observations(&self, h: usize) -> &LitRows {
        &self.without[self.bare_of[h]].1
    }

    /// Per heuristic, logits.
    pub fn strengths(&self, parameters: &Parameters) -> Vec<f64> {
        let (logits, total) = contributed_in_all(parameters, &self.bank.observations);
        strength::total(&self.bank.features, &fisher_weights(&logits), &total, &self.identified.basis)
    }

    /// Runs a network on the bank without each of the cues.
    pub fn bare(&self, parameters: &Parameters) -> Bare<'_> {
        let logits = self.without.iter().map(|(_, rows)| logits(parameters, rows)).collect();
        Bare { measurement: self, logits }
    }

    pub fn prepare(setup: &Setup) -> Result<Measurement, ExperimentError> {
        let seed = setup.measurement_seed;
        let bank = Bank::of_study(setup.study, &setup.sight, &setup.rules).map_err(|error| setup.bank_error(error))?;
        let identified = identify(&bank.features.uniform_gram());
        let all_cues = setup.rules.iter().fold(0, |cues, rule| cues | rule.cue());
        let mut without: Vec<(u64, LitRows)> = Vec::new();
        for cue in setup.rules.iter().map(|rule| rule.cue()).chain([all_cues]) {
            if without.iter().all(|(known, _)| *known != cue) {
                without.push((cue, bank.observations_without(cue)));
            }
        }
        let shows = |(h, rule): (usize, &Rule)| {
            let bare = without.iter().find(|(known, _)| *known == rule.cue());
            bare.is_some_and(|(_, bare)| bank.shows(h, bare))
        };
        let has_cue: Vec<bool> = setup.rules.iter().enumerate().map(shows).collect();
        let placebos = placebo::draw(&bank, &setup.rules, &has_cue, seed);
        let bare_of = |(rule, has_cue): (&Rule, &bool)| {
            let cue = if *has_cue { rule.cue() } else { all_cues };
            without.iter().position(|(known, _)| *known == cue).unwrap_or(0)
        };
        let bare_of = setup.rules.iter().zip(&has_cue).map(bare_of).collect();
        let cues: Vec<Option<u64>> =
            setup.rules.iter().zip(&has_cue).map(|(rule, has_cue)| has_cue.then(|| rule.cue())).collect();
        let alike = alike(&bank.features, &cues);
        Ok(Measurement { bank, identified, placebos, has_cue, without, bare_of, alike })
    }
}

/// Plays [`EPISODES`] episodes in a world; the values of its quantities in each of them.
pub fn behaviour(
    setup: &Setup,
    arena: &Arena,
    player: Player,
    policy: &mut dyn Policy,
) -> Result<Vec<Vec<f64>>, ExperimentError> {
    let episodes = play(&arena.engine, policy, &arena.watch, EPISODES, player.seed(setup, arena))
        .map_err(|source| setup.level_error(arena, source))?;
    let values = |behaviour: &Behaviour| episodes.iter().map(|e| e.value(&arena.watch, behaviour)).collect();
    Ok(arena.behaviours.iter().map(values).collect())
}

/// Who plays: every trained seed meets levels of its own, so that intervals over seeds hold the chance of levels too;
/// what they are compared with meets common ones.
#[derive(Clone, Copy, Debug)]
pub enum Player {
    Seed(u64),
    Baseline,
}

impl Player {
    /// From which levels and actions in this world are drawn.
    pub fn seed(self, setup: &Setup, arena: &Arena) -> Seed {
        match self {
            Player::Seed(seed) => setup.measurement_seed.child("behaviour of a seed", &arena.indices(&[seed])),
            Player::Baseline => setup.measurement_seed.child("behaviour", &arena.indices(&[])),
        }
    }
}

/// Measures the networks of one seed of a training, the final one last. Call it in a rayon pool of one thread.
pub fn measure(
    setup: &Setup,
    measurement: &Measurement,
    training: usize,
    seed: u64,
    snapshots: &[Snapshot],
) -> Result<Measured, ExperimentError> {
    let bank = &measurement.bank;
    let basis = &measurement.identified.basis;
    let (Some(first), Some((last, earlier))) = (snapshots.first(), snapshots.split_last()) else {
        return Err(ExperimentError::Lost { seed });
    };
    let mut course: Vec<Vec<f64>> =
        earlier.iter().map(|snapshot| measurement.strengths(&snapshot.parameters)).collect();
    let parameters = &last.parameters;
    let reading = Reading::take(parameters, &bank.observations);
    let final_strengths = strength::total(&bank.features, &reading.q, &reading.contributions.total, basis);
    let meter = Meter::new(parameters, bank, &setup.rules, &measurement.has_cue, &final_strengths);
    course.push(final_strengths);
    let strengths = strength::measure(&bank.features, &reading.q, &reading.contributions, basis);
    // By the same kernel as those without cues, so that a cue that is not there has an effect of exactly 0.
    let logits = &reading.logits;
    let policy: Vec<[f64; ACTIONS]> = logits.iter().map(|logits| softmax(logits.map(f64::from))).collect();
    let behavioural = behavioural::fit(&bank.features, &policy);
    let bare = measurement.bare(parameters);

    let weighed: Vec<Weighed> =
        reading.q.iter().zip(&reading.contributions.total).map(|(q, total)| Weighed::of(q, total)).collect();
    let (mut causal, mut placebos, mut shuffled) = (Vec::new(), Vec::new(), Vec::new());
    for (h, rule) in setup.rules.iter().enumerate() {
        let has_cue = measurement.has_cue[h];
        let without = bare.without(h);
        let effect = has_cue.then(|| causal::measure(&bank.features, h, logits, without)).flatten();
        let mixed = effect.and_then(|_| {
            let looks = (0..setup.sight.looks.len()).filter(|&look| is_in(rule.cue(), look));
            let bits: Vec<_> = looks.map(|look| setup.sight.look_bits(look)).collect();
            shuffled::measure(parameters, bank, h, &bits, without, setup.measurement_seed)
        });
        let largest = measurement.placebos[h].as_ref().map(|placebo| placebo.largest(&bank.features, &weighed));
        causal.push(effect);
        placebos.push(largest);
        shuffled.push(mixed);
    }
    let cues: Vec<u64> = setup.rules.iter().map(|rule| rule.cue()).collect();
    let learned = learned(&cues, &shuffled);
    let of = |h: usize| {
        placebos[h].zip(causal[h]).map(|(placebo, causal)| Evidence { placebo, causal, learned: learned[h] })
    };
    let evidence: Vec<Option<Evidence>> = (0..setup.rules.len()).map(of).collect();
    let chosen: Vec<bool> = strengths.strength.iter().zip(&evidence).map(|(s, cue)| selected(*s, *cue)).collect();

    let player = Player::Seed(seed);
    let play = |arena: &Arena, parameters: &Parameters| {
        let mut policy = Sampled::new(parameters, player.seed(setup, arena));
        behaviour(setup, arena, player, &mut policy)
    };
    let arenas = &setup.arenas[training];
    let mut behaviours = Vec::with_capacity(arenas.len());
    for arena in arenas {
        behaviours.push(play(arena, parameters)?.iter().map(|values| mean(values)).collect());
    }
    let groups = setup.study.learned_solvers;
    let mut seen = Seen::default();
    let mut see = |batch: &Batch| {
        if groups.is_some() {
            seen.see(batch);
        }
    };
    let solvings = solving(setup, &meter, training, player, parameters, &mut see)?;
    let learn = |(groups, own): (usize, &Solving)| learned_solvers(setup, groups, &seen, own, parameters);
    let learned_solvers = groups.zip(solvings.first()).map(learn).transpose()?;
    let permutations = setup.measurement_seed.child("cycles", &[]).0;
    let states = setup.study.states().solvers();
    let chains = solvings.iter().map(|solving| Chain::of(solving, states, permutations)).collect::<Result<_, _>>()?;
    let own = setup.own_arena(training);
    let start = play(own, &first.parameters)?;
    let goes_on = setup.study.training(training).after.is_some();
    let change = goes_on.then(|| {
        let reading = Reading::take(&first.parameters, &bank.observations);
        let before = strength::measure(&bank.features, &reading.q, &reading.contributions, basis);
        change(&first.parameters, parameters, [&before.by_unit, &strengths.by_unit])
    });
    let emerged = (0..setup.rules.len()).map(|h| {
        let course: Vec<f64> = course.iter().map(|strengths| strengths[h]).collect();
        emerged_at(&course).filter(|_| chosen[h])
    });
    let emerged = emerged.collect();
    let mut top: Vec<f64> = policy.iter().map(|p| p.iter().copied().fold(0.0, f64::max)).collect();
    top.sort_by(f64::total_cmp);
    Ok(Measured {
        on_policy: own_strengths(setup, measurement, own, player, parameters)
            .map_err(|source| setup.level_error(own, source))?,
        bias: bias_strengths(measurement, &reading.q, parameters),
        vif: inflation(&bank.features.gram(reading.q.iter())),
        strength: strengths.strength,
        standard_error: strengths.standard_error,
        behavioural: behavioural.strength,
        explained: behavioural.explained,
        causal,
        placebo: placebos,
        shuffled,
        evidence,
        magnitude: meter.magnitudes(&bank.features, logits, |h| bare.without(h)),
        selected: chosen,
        course,
        emerged,
        change,
        behaviours,
        chains,
        learned: learned_solvers,
        reinforcement: reinforcements(setup, training, seed, parameters)?,
        return_start: start.first().map_or(0.0, |returns| mean(returns)),
        top_probability: top.get(top.len() / 2).copied().unwrap_or(0.0),
    })
}

/// What is read off a network on a set of observations.
struct Reading {
    logits: Vec<[f32; ACTIONS]>,
    contributions: Contributions,
    /// Fisher weights.
    q: Vec<[f64; ACTIONS]>,
}

impl Reading {
    fn take(parameters: &Parameters, observations: &LitRows) -> Reading {
        let (logits, contributions) = contributed_by_units(parameters, observations);
        Reading { q: fisher_weights(&logits), contributions, logits }
    }
}

/// Strengths on the states that the policy itself visits in the world of its training.
fn own_strengths(
    setup: &Setup,
    measurement: &Measurement,
    arena: &Arena,
    player: Player,
    parameters: &Parameters,
) -> Result<Vec<f64>, LevelError> {
    let engine = Arc::new(arena.engine.clone());
    let seed = player.seed(setup, arena).child("own states", &[]);
    let mut policy = Sampled::new(parameters, seed);
    let probes =
        visited(&engine, OWN_STATES, seed, |batch, waits, actions| policy.act_where(batch, |i| waits[i], actions))?;
    let own = Bank::of(probes, &setup.rules);
    let (logits, total) = contributed_in_all(parameters, &own.observations);
    Ok(strength::total(&own.features, &fisher_weights(&logits), &total, &measurement.identified.basis))
}

/// The part of each strength that the bias of the policy head alone would make, which strengths leave out.
fn bias_strengths(measurement: &Measurement, q: &[[f64; ACTIONS]], parameters: &Parameters) -> Vec<f64> {
    let bias: [f64; ACTIONS] =
        std::array::from_fn(|action| parameters.policy.bias.get(action).copied().map_or(0.0, f64::from));
    let constant = vec![centred(bias); q.len()];
    strength::total(&measurement.bank.features, q, &constant, &measurement.identified.basis)
}

/// The mean; 0 of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
