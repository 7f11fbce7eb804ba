//! The outcome, from what was trained, measured and scored.

use crate::experiment::Source;
use crate::experiment::baseline::Baseline;
use crate::experiment::error::ExperimentError;
use crate::experiment::ids::ids;
use crate::experiment::measure::{EPISODES, Measured as Network, Measurement};
use crate::experiment::score::{Findings, score, verdict};
use crate::experiment::setup::Setup;
use crate::experiment::train::Trained;
use crate::experiment::warnings::warnings;
use crate::language::print;
use crate::outcome::measured::Measured;
use crate::outcome::{
    AliasGroup, BehaviourOutcome, HeuristicOutcome, Outcome, SCHEMA, ScenarioOutcome, StudyInfo, Training,
};
use crate::selection::emergence::emerged_at;
use crate::selection::identifiability::{Alias, AliasKind};
use crate::selection::share::{Parts, shares};
use crate::study::forecast::Behaviour;
use crate::training::ppo::whole_steps;

/// Puts an outcome together. `networks` are in the order of `trained.seeds`.
pub fn assemble(
    setup: &Setup,
    source: &Source,
    trained: &Trained,
    measurement: &Measurement,
    baseline: &Baseline,
    networks: &[Network],
) -> Result<Outcome, ExperimentError> {
    let study = setup.study;
    let training = training(setup, trained, baseline, networks);
    let findings = Findings { setup, measurement, baseline, networks, learned: training.learned };
    let (forecasts, scored) = score(&findings);
    let agent = study.agent.hidden.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    Ok(Outcome {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_string(),
        study: StudyInfo {
            name: study.name.clone(),
            doc: study.doc.clone(),
            file: source.file.clone(),
            world: study.world_name.clone(),
            world_doc: study.world_doc.clone(),
            agent: format!("mlp({agent})"),
        },
        ids: ids(setup, &source.prediction, &measurement.quantities)?,
        seeds: trained.seeds.iter().map(|seed| seed.seed).collect(),
        failed: trained.failed.clone(),
        heuristics: heuristics(setup, trained, measurement, networks),
        alias_groups: alias_groups(setup, measurement, networks),
        explained: over(networks, |network| network.explained),
        scenarios: scenarios(setup, measurement, baseline, networks),
        verdict: verdict(&findings, &forecasts, &scored),
        forecasts,
        warnings: warnings(&findings, trained, &training),
        training,
    })
}

/// A number of every network.
fn over(networks: &[Network], number: impl Fn(&Network) -> Option<f64>) -> Measured {
    Measured::over_seeds(networks.iter().map(number).collect())
}

fn training(setup: &Setup, trained: &Trained, baseline: &Baseline, networks: &[Network]) -> Training {
    // The first quantity of every world is the return.
    let return_mean = over(networks, |network| network.behaviours.first()?.first().copied());
    let return_random = baseline.random.first().and_then(|world| world.first()).map_or(f64::NAN, |chance| chance.mean);
    // With a single seed there is no interval: its own return stands for the bound.
    let bound = return_mean.interval.map(|[low, _]| low).or(return_mean.mean);
    let halfway = return_random + (baseline.best_return - return_random) / 2.0;
    let first = trained.seeds.first();
    Training {
        steps: whole_steps(&setup.study.train),
        steps_per_second: trained.steps_per_second,
        return_start: over(networks, |network| Some(network.return_start)),
        return_random,
        return_best: baseline.best_return,
        best_policy: baseline.best_policy.clone(),
        learned: bound.is_some_and(|bound| bound >= halfway && bound > return_random),
        snapshots: first.map_or_else(Vec::new, |seed| seed.steps.clone()),
        curve: trained.seeds.iter().map(|s| s.returns.clone()).collect(),
        return_mean,
    }
}

fn heuristics(
    setup: &Setup,
    trained: &Trained,
    measurement: &Measurement,
    networks: &[Network],
) -> Vec<HeuristicOutcome> {
    let fires = measurement.bank.training_features();
    let aliases = &measurement.identified.aliases;
    let emerged = |seed: usize, h: usize| {
        let course: Vec<f64> = networks[seed].course.iter().map(|strengths| strengths[h]).collect();
        let index = emerged_at(&course).filter(|_| networks[seed].selected[h])?;
        trained.seeds[seed].steps.get(index).map(|&step| step as f64)
    };
    let outcome = |(h, heuristic): (usize, &crate::heuristic::rule::Heuristic)| HeuristicOutcome {
        name: heuristic.name.clone(),
        doc: heuristic.doc.clone(),
        rule: print::heuristic_words(heuristic),
        fires: fires.firing(h),
        strength: over(networks, |network| Some(network.strength[h])),
        strength_error: over(networks, |network| Some(network.standard_error[h])),
        share: over(networks, |network| shares(&network.strength).map(|shares| shares[h])),
        behavioural: over(networks, |network| Some(network.behavioural[h])),
        causal: over(networks, |network| network.causal[h].map(|causal| causal.strength)),
        placebo: over(networks, |network| network.placebo[h]),
        on_policy: over(networks, |network| Some(network.on_policy[h])),
        magnitude: over(networks, |network| network.magnitude[h]),
        vif: over(networks, |network| network.vif[h]),
        alias_group: aliases.iter().position(|alias| alias.members.contains(&h)),
        emerged_at: Measured::over_seeds((0..networks.len()).map(|seed| emerged(seed, h)).collect()),
        course: networks.iter().map(|n| n.course.iter().map(|strengths| strengths[h]).collect()).collect(),
        selected: networks.iter().map(|network| network.selected[h]).collect(),
        has_cue: measurement.has_cue[h],
    };
    setup.study.heuristics.iter().enumerate().map(outcome).collect()
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

fn scenarios(
    setup: &Setup,
    measurement: &Measurement,
    baseline: &Baseline,
    networks: &[Network],
) -> Vec<ScenarioOutcome> {
    let scenario = |(arena, place): (usize, &crate::experiment::setup::Arena)| {
        let behaviours = &measurement.quantities[arena].behaviours;
        let quantity = |(index, behaviour): (usize, &Behaviour)| BehaviourOutcome {
            name: print::behaviour(behaviour),
            unit: behaviour_unit(behaviour).to_string(),
            value: over(networks, |network| network.behaviours[arena].get(index).copied()),
            random: baseline.random[arena].get(index).map(|chance| chance.mean),
        };
        ScenarioOutcome {
            name: place.name.clone(),
            doc: place.doc.clone(),
            episodes: EPISODES as u64,
            quantities: behaviours.iter().enumerate().map(quantity).collect(),
        }
    };
    setup.arenas.iter().enumerate().map(scenario).collect()
}

/// `probability` of what lies in [0, 1], else `number`.
pub fn behaviour_unit(behaviour: &Behaviour) -> &'static str {
    match behaviour {
        Behaviour::Reach { .. } | Behaviour::TimeAt(_) => "probability",
        Behaviour::Return | Behaviour::Length | Behaviour::MeanReach(_) => "number",
    }
}
