//! The outcome, from what was trained, measured and scored.

use crate::behaviour::arena::Arena;
use crate::experiment::chain::Chain;
use crate::experiment::chain_outcome::chain_outcome;
use crate::experiment::claims::claims;
use crate::experiment::convergence::convergence;
use crate::experiment::error::ExperimentError;
use crate::experiment::ids::ids;
use crate::experiment::learned;
use crate::experiment::measure::{EPISODES, Measured as Network, Measurement};
use crate::experiment::predictor_outcome;
use crate::experiment::predictors::Forecasters;
use crate::experiment::score::{Findings, score, verdict};
use crate::experiment::seal::seal;
use crate::experiment::setup::Setup;
use crate::experiment::skills::skills;
use crate::experiment::train::{Trained, TrainedSeeds};
use crate::experiment::warnings::warnings;
use crate::experiment::{MeasuredTraining, Source};
use crate::language::canonical::{agent_words, changed_settings, changed_world};
use crate::language::print;
use crate::outcome::chain::ChainOutcome;
use crate::outcome::change::{Change, HeuristicChange, LayerChange, UnitChange};
use crate::outcome::learned::{LearnedOutcome, LearnedSolver};
use crate::outcome::measured::Measured;
use crate::outcome::{
    AliasGroup, BehaviourOutcome, HeuristicOutcome, Outcome, PhaseOutcome, Reinforcement, Results, SCHEMA,
    ScenarioOutcome, StudyInfo, Training,
};
use crate::selection::change::{self, Change as NetworkChange};
use crate::selection::identifiability::{Alias, AliasKind};
use crate::selection::share::{Parts, shares};
use crate::study::Study;
use crate::study::forecast::Behaviour;
use crate::study::phase::OWN;
use crate::training::ppo::whole_steps;

/// Puts an outcome together. `measured` holds every training, the networks in the order of `trained.seeds`.
pub fn assemble(
    setup: &Setup,
    source: &Source,
    trained: &Trained,
    measurement: &Measurement,
    measured: &[MeasuredTraining],
    forecasters: &Forecasters,
) -> Result<Outcome, ExperimentError> {
    let study = setup.study;
    let after = |(training, measured): (usize, &MeasuredTraining)| {
        After { setup, measurement, training, trained: &trained.trainings[training], measured }.results()
    };
    let mut results: Vec<Results> = measured.iter().enumerate().map(after).collect();
    let learned: Vec<bool> = results.iter().map(|results| results.training.learned).collect();
    let findings = Findings { setup, measurement, trainings: measured, learned: &learned };
    let (mut forecasts, scored) = score(&findings);
    let inadmissible: Vec<bool> = forecasts.iter().map(|forecast| forecast.inadmissible.is_some()).collect();
    let (predictors, said) = predictor_outcome::scored(&findings, forecasters, &inadmissible);
    for (forecast, said) in forecasts.iter_mut().zip(said) {
        forecast.predictors = said;
    }
    let verdict = verdict(&findings, &forecasts, &scored);
    let trainings: Vec<&Training> = results.iter().map(|results| &results.training).collect();
    let warnings = warnings(&findings, &trained.failed, &trainings);
    let phases = results.split_off(1);
    let own = results.pop().ok_or_else(|| ExperimentError::NoSeed("nothing was measured".to_string()))?;
    let phase = |(index, results): (usize, Results)| phase(setup, index, results, &measured[index + 1].networks);
    Ok(Outcome {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_string(),
        study: study_info(study, &source.file),
        ids: ids(setup, &source.prediction, &forecasters.given)?,
        seal: source.sealing.as_ref().map(|sealing| seal(sealing, trained.since)),
        seeds: trained.seeds.clone(),
        failed: trained.failed.clone(),
        results: own,
        phases: phases.into_iter().enumerate().map(phase).collect(),
        convergence: convergence(setup, measured, &learned),
        skills: skills(&forecasts, &predictors),
        forecasts,
        claims: claims(&findings),
        predictors,
        verdict,
        warnings,
    })
}

/// What an outcome says of a study.
pub fn study_info(study: &Study, file: &str) -> StudyInfo {
    StudyInfo {
        name: study.name.clone(),
        doc: study.doc.clone(),
        file: file.to_string(),
        world: study.world_name.clone(),
        world_doc: study.world_doc.clone(),
        agent: agent_words(&study.agent),
    }
}

/// A number of every network.
fn over(networks: &[Network], number: impl Fn(&Network) -> Option<f64>) -> Measured {
    Measured::over_seeds(networks.iter().map(number).collect())
}

fn phase(setup: &Setup, index: usize, results: Results, networks: &[Network]) -> PhaseOutcome {
    let phase = &setup.study.phases[index];
    let after = phase.after.map(|training| setup.phase_name(training).unwrap_or_else(|| OWN.to_string()));
    PhaseOutcome {
        name: phase.name.clone(),
        doc: phase.doc.clone(),
        after,
        agent: agent_words(&phase.agent),
        world: changed_world(setup.study, phase),
        settings: changed_settings(setup.study, phase),
        results,
        change: change(setup, networks),
    }
}

/// What a phase changed in the networks, if it went on from others.
fn change(setup: &Setup, networks: &[Network]) -> Option<Change> {
    let first = networks.first()?.change.as_ref()?;
    let seeds = || networks.iter().filter_map(|network| network.change.as_ref());
    let over = |number: &dyn Fn(&NetworkChange) -> Option<f64>| Measured::over_seeds(seeds().map(number).collect());
    let hidden = first.layers.len().saturating_sub(2);
    let layer = |index: usize| LayerChange {
        layer: match index.checked_sub(hidden) {
            None => format!("hidden {}", index + 1),
            Some(0) => "policy".to_string(),
            Some(_) => "value".to_string(),
        },
        change: over(&|change| change.layers[index]),
    };
    let heuristic = |(h, heuristic): (usize, &crate::heuristic::rule::Heuristic)| HeuristicChange {
        name: heuristic.name.clone(),
        strength: over(&|change| change.strength.get(h).copied()),
        half_in_units: over(&|change| change.half_in_units.get(h).copied().flatten().map(|units| units as f64)),
    };
    let unit = |unit: &change::UnitChange| UnitChange {
        unit: unit.unit,
        incoming: unit.incoming,
        outgoing: unit.outgoing,
        strength: unit.strength.clone(),
    };
    Some(Change {
        layers: (0..first.layers.len()).map(layer).collect(),
        heuristics: setup.study.heuristics.iter().enumerate().map(heuristic).collect(),
        units: first.units,
        units_by_seed: seeds().map(|change| change.most_changed.iter().map(unit).collect()).collect(),
    })
}

/// What is known after one training.
struct After<'a> {
    setup: &'a Setup<'a>,
    measurement: &'a Measurement,
    training: usize,
    trained: &'a TrainedSeeds,
    measured: &'a MeasuredTraining,
}

impl After<'_> {
    fn results(&self) -> Results {
        Results {
            training: self.training(),
            heuristics: self.heuristics(),
            alias_groups: alias_groups(self.setup, self.measurement, &self.measured.networks),
            explained: self.over(|network| network.explained),
            scenarios: self.scenarios(),
            learned_solvers: self.learned_solvers(),
        }
    }

    fn over(&self, number: impl Fn(&Network) -> Option<f64>) -> Measured {
        over(&self.measured.networks, number)
    }

    fn training(&self) -> Training {
        let baseline = &self.measured.baseline;
        // The first quantity of every world is the return.
        let return_mean = self.over(|network| network.behaviours.first()?.first().copied());
        let chance = baseline.random.first().and_then(|world| world.first());
        let return_random = chance.map_or(f64::NAN, |chance| chance.mean);
        // With a single seed there is no interval: its own return stands for the bound.
        let bound = return_mean.interval.map(|[low, _]| low).or(return_mean.mean);
        let halfway = return_random + (baseline.best_return - return_random) / 2.0;
        Training {
            steps: whole_steps(self.setup.study.training(self.training).train),
            steps_per_second: self.trained.steps_per_second,
            return_start: self.over(|network| Some(network.return_start)),
            return_random,
            return_best: baseline.best_return,
            best_policy: baseline.best_policy.clone(),
            learned: bound.is_some_and(|bound| bound >= halfway && bound > return_random),
            snapshots: self.trained.seeds.first().map_or_else(Vec::new, |seed| seed.steps.clone()),
            curve: self.trained.seeds.iter().map(|seed| seed.returns.clone()).collect(),
            return_mean,
        }
    }

    fn heuristics(&self) -> Vec<HeuristicOutcome> {
        let networks = &self.measured.networks;
        let fires = self.measurement.bank.training_features(self.training);
        let aliases = &self.measurement.identified.aliases;
        let emerged = |seed: usize, h: usize| {
            let steps = &self.trained.seeds[seed].steps;
            networks[seed].emerged[h].and_then(|index| steps.get(index)).map(|&step| step as f64)
        };
        let outcome = |(h, heuristic): (usize, &crate::heuristic::rule::Heuristic)| HeuristicOutcome {
            name: heuristic.name.clone(),
            doc: heuristic.doc.clone(),
            rule: print::heuristic_words(heuristic),
            fires: fires.firing(h),
            strength: self.over(|network| Some(network.strength[h])),
            strength_error: self.over(|network| Some(network.standard_error[h])),
            share: self.over(|network| shares(&network.strength).map(|shares| shares[h])),
            behavioural: self.over(|network| Some(network.behavioural[h])),
            causal: self.over(|network| network.causal[h].map(|causal| causal.strength)),
            placebo: self.over(|network| network.placebo[h]),
            shuffled: self.over(|network| network.shuffled[h].map(|shuffled| shuffled.largest)),
            on_policy: self.over(|network| Some(network.on_policy[h])),
            magnitude: self.over(|network| network.magnitude[h]),
            vif: self.over(|network| network.vif[h]),
            alias_group: aliases.iter().position(|alias| alias.members.contains(&h)),
            emerged_at: Measured::over_seeds((0..networks.len()).map(|seed| emerged(seed, h)).collect()),
            course: networks.iter().map(|n| n.course.iter().map(|strengths| strengths[h]).collect()).collect(),
            selected: networks.iter().map(|network| network.selected[h]).collect(),
            reinforcement: Some(self.reinforcement(h)),
            has_cue: self.measurement.has_cue[h],
        };
        self.setup.study.heuristics.iter().enumerate().map(outcome).collect()
    }

    fn learned_solvers(&self) -> Option<LearnedOutcome> {
        let states = self.setup.study.states();
        let of = |network: &Network| network.learned.clone();
        let solver = |learned: &learned::LearnedSolver| LearnedSolver {
            solver: learned.label.heuristic.map(|solver| states.name(solver).to_string()),
            agreement: learned.label.agreement,
            share: learned.component.share,
            reads: learned.reads.clone(),
            units: learned.component.weights.clone(),
        };
        let all: Vec<learned::LearnedSolvers> = self.measured.networks.iter().filter_map(of).collect();
        (!all.is_empty()).then(|| LearnedOutcome {
            information: Measured::over_seeds(all.iter().map(|learned| Some(learned.information)).collect()),
            accuracy: Measured::over_seeds(all.iter().map(|learned| Some(learned.accuracy)).collect()),
            by_seed: all.iter().map(|learned| learned.components.iter().map(solver).collect()).collect(),
        })
    }

    fn reinforcement(&self, h: usize) -> Reinforcement {
        let networks = &self.measured.networks;
        let of = |network: &Network| network.reinforcement.get(h).copied().flatten();
        let verdict = |network: &Network| of(network).map(|found| found.effect().name().to_string());
        Reinforcement {
            gradient: self.over(|network| Some(of(network)?.gradient)),
            t: self.over(|network| Some(of(network)?.t)),
            verdict: networks.iter().map(verdict).collect(),
        }
    }

    /// The chains in one world of the training.
    fn chain(&self, arena: usize) -> Option<ChainOutcome> {
        let chains: Vec<&Chain> =
            self.measured.networks.iter().filter_map(|network| network.chains.get(arena)).collect();
        chain_outcome(self.setup.study, &chains, self.setup.measurement_seed)
    }

    fn scenarios(&self) -> Vec<ScenarioOutcome> {
        let scenario = |(index, arena): (usize, &Arena)| {
            let quantity = |(of_arena, behaviour): (usize, &Behaviour)| BehaviourOutcome {
                name: print::behaviour(behaviour),
                unit: behaviour_unit(behaviour).to_string(),
                value: self.over(|network| network.behaviours[index].get(of_arena).copied()),
                random: self.measured.baseline.random[index].get(of_arena).map(|chance| chance.mean),
            };
            ScenarioOutcome {
                name: arena.name.clone(),
                doc: arena.doc.clone(),
                episodes: EPISODES as u64,
                quantities: arena.behaviours.iter().enumerate().map(quantity).collect(),
                chain: self.chain(index),
            }
        };
        self.setup.arenas[self.training].iter().enumerate().map(scenario).collect()
    }
}

fn alias_groups(setup: &Setup, measurement: &Measurement, networks: &[Network]) -> Vec<AliasGroup> {
    let aliases = &measurement.identified.aliases;
    let parts = Parts::new(setup.rules.len(), aliases);
    let group = |alias: &Alias| {
        let combined = |network: &Network| -> Option<f64> {
            let terms = alias.members.iter().zip(&alias.signs).map(|(&h, sign)| sign * network.strength[h]);
            (alias.kind != AliasKind::Mixed).then(|| terms.sum())
        };
        let part = parts.parts.iter().position(|part| *part == alias.members);
        let share = |network: &Network| parts.shares(&network.strength).zip(part).map(|(shares, part)| shares[part]);
        AliasGroup {
            members: alias.members.iter().map(|&h| setup.study.heuristics[h].name.clone()).collect(),
            kind: match alias.kind {
                AliasKind::Aligned => "aligned",
                AliasKind::Opposed => "opposed",
                AliasKind::Mixed => "mixed",
            }
            .to_string(),
            combined: over(networks, combined),
            // Only an aligned group is a part.
            share: over(networks, share),
        }
    };
    aliases.iter().map(group).collect()
}

/// `probability` of what lies in [0, 1], else `number`.
pub fn behaviour_unit(behaviour: &Behaviour) -> &'static str {
    match behaviour {
        Behaviour::Reach { .. } | Behaviour::TimeAt(_) => "probability",
        Behaviour::Return | Behaviour::Length | Behaviour::MeanReach(_) => "number",
    }
}
