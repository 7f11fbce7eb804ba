//! Dominant solvers of networks that follow rules with known strengths: is the rule that leads in a state the one that
//! matters most there?
//!
//! The networks follow pi_w, wired by hand where the world allows it and distilled. In a state the true one is the rule
//! that fires with the largest |w_h phi_h(s)|; states with several such rules, and with none, are left out. Every
//! state of the probe bank is an episode of one step, so that a tie is nobody's.

use crate::experiment::measure::Measurement;
use crate::experiment::observer::Observer;
use crate::experiment::setup::Setup;
use crate::experiment::solvers::meter;
use crate::heuristic::policy::probabilities;
use crate::language::read;
use crate::network::fused::logits;
use crate::network::parameters::Parameters;
use crate::parallel::side_by_side;
use crate::seed::Seed;
use crate::selection::activity::length;
use crate::selection::bank::Bank;
use crate::selection::features::Features;
use crate::selection::magnitude::counterfactual;
use crate::solver::dominant::{Moment, dominant, floor, leaders};
use crate::study::Study;
use crate::training::distil::{Distillation, Lessons, distil};
use crate::validation::circuit::units;
use crate::validation::error::ValidationError;
use crate::validation::planted::draw;
use crate::validation::wiring::{Wiring, wire};
use crate::world::action::ActionSet;
use serde::Serialize;

/// The studies; the doc of each rule says of what kind it is.
const STUDIES: &str = include_str!("solvers.shard");
/// The largest sizes that are closer than this are equal.
const EQUAL: f64 = 1e-9;

/// How many networks, and how they are distilled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Of all that is drawn.
    pub seed: Seed,
    /// Draws of strengths per study.
    pub draws: usize,
    /// The first so many of them are distilled, too.
    pub distilled: usize,
    /// States that distillation learns from.
    pub lessons: usize,
    pub distillation: Distillation,
}

impl Plan {
    /// The size of the command.
    pub fn full() -> Plan {
        let distillation =
            Distillation { batch: 512, learning_rate: 3e-3, steps: 8000, between: 250, divergence: 0.002 };
        Plan { seed: Seed(40), draws: 20, distilled: 10, lessons: 50_000, distillation }
    }
}

/// How well the dominant solver is the true one, over the states of one kind of rule in one kind of network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dominance {
    pub study: String,
    /// Distilled, else wired by hand.
    pub distilled: bool,
    pub networks: usize,
    /// Of the true rule.
    pub kind: String,
    pub states: usize,
    /// Of these, how many name the true rule.
    pub right: usize,
    /// A wrong rule that recommends the same there.
    pub same_advice: usize,
    /// Nobody.
    pub other: usize,
    /// In how many states the plain counterfactual would name the true rule.
    pub counterfactual: usize,
}

impl Dominance {
    /// The share of the states that name the true rule.
    pub fn accuracy(&self) -> f64 {
        self.right as f64 / self.states as f64
    }
}

/// The studies.
fn studies() -> Result<Vec<Study>, ValidationError> {
    Ok(read(STUDIES).map_err(|_| ValidationError::Study("solvers"))?.studies)
}

/// Makes the networks of a plan, and judges who is dominant in them: a row for each study, origin and kind.
pub fn dominances(plan: &Plan, jobs: usize, observer: &dyn Observer) -> Result<Vec<Dominance>, ValidationError> {
    let mut rows = Vec::new();
    let studies = studies()?;
    let count = plan.draws + plan.distilled;
    observer.begin(None, studies.len() * count, 1);
    observer.stage("measuring");
    for study in &studies {
        let setup = Setup::new(study)?;
        let measurement = Measurement::prepare(&setup)?;
        let lessons =
            |n: usize, name: &str| Bank::of_size(n, study, &setup.sight, &setup.rules, plan.seed.child(name, &[]));
        let banks = (lessons(plan.lessons, "lessons")?, lessons(plan.lessons.min(4000), "fresh states")?);
        let results = side_by_side(jobs, count, |index| {
            let draw_index = index.checked_sub(plan.distilled).unwrap_or(index) as u64;
            let strengths = draw(setup.rules.len(), &mut plan.seed.stream("strengths", &[draw_index]));
            let parameters = if index < plan.distilled {
                distilled(&setup, &strengths, &banks, plan, draw_index).map(Some)
            } else {
                wired(&setup, &strengths, plan, draw_index)
            };
            observer.measured(studies.len() * count);
            Ok(parameters?.map(|parameters| judge(&setup, &measurement, &strengths, &parameters)))
        })?;
        let results = results.into_iter().collect::<Result<Vec<_>, ValidationError>>()?;
        let (first, rest) = results.split_at(plan.distilled);
        for (networks, distilled) in [(rest, false), (first, true)] {
            let networks: Vec<&Vec<Verdict>> = networks.iter().flatten().collect();
            if !networks.is_empty() {
                rows.extend(tally(study, &networks, distilled));
            }
        }
    }
    Ok(rows)
}

/// What one state says: the index of the true rule, and what leads.
struct Verdict {
    truth: usize,
    named: Named,
    /// Whether the plain counterfactual names the true rule.
    counterfactual: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Named {
    Right,
    SameAdvice,
    Wrong,
    Other,
}

/// A row per kind of rule, in the order of the study.
fn tally(study: &Study, networks: &[&Vec<Verdict>], distilled: bool) -> Vec<Dominance> {
    let mut rows: Vec<Dominance> = Vec::new();
    for heuristic in &study.heuristics {
        if rows.iter().any(|row| row.kind == heuristic.doc) {
            continue;
        }
        let own = networks.iter().flat_map(|network| network.iter());
        let own: Vec<&Verdict> = own.filter(|verdict| study.heuristics[verdict.truth].doc == heuristic.doc).collect();
        let count = |named: Named| own.iter().filter(|own| own.named == named).count();
        rows.push(Dominance {
            study: study.name.clone(),
            distilled,
            networks: networks.len(),
            kind: heuristic.doc.clone(),
            states: own.len(),
            right: count(Named::Right),
            same_advice: count(Named::SameAdvice),
            other: count(Named::Other),
            counterfactual: own.iter().filter(|own| own.counterfactual).count(),
        });
    }
    rows
}

/// Who leads in each state of the bank in which one rule matters most.
fn judge(setup: &Setup, measurement: &Measurement, strengths: &[f64], parameters: &Parameters) -> Vec<Verdict> {
    let features = &measurement.bank.features;
    let meter = meter(setup, measurement, parameters);
    let full = logits(parameters, &measurement.bank.observations);
    let without = |looks: u64| logits(parameters, &measurement.bank.observations_without(looks));
    let bare: Vec<_> = meter.cues.iter().map(|(looks, _)| without(*looks)).collect();
    let leading = leaders_of(features, |state, activities| {
        meter.measure(features.row(state), &full[state], |cue| &bare[cue][state], activities);
    });
    let plainly = leaders_of(features, |state, activities| {
        let own = features.row(state).iter().enumerate();
        let own = own.map(|(h, &set)| {
            counterfactual::activity(&full[state], &bare[meter.cue_of[h]][state], measurement.has_cue[h], set)
        });
        activities.clear();
        activities.extend(own);
    });
    let verdict = |state: usize| {
        let sets = features.row(state);
        let truth = truth(strengths, sets)?;
        let named = match leading[state] {
            leader if leader == truth => Named::Right,
            leader if leader == features.heuristics => Named::Other,
            leader if sets[leader] == sets[truth] => Named::SameAdvice,
            _ => Named::Wrong,
        };
        Some(Verdict { truth, named, counterfactual: plainly[state] == truth })
    };
    (0..features.states()).filter_map(verdict).collect()
}

/// The dominant rule in each state, or the number of rules for `other`, by the activities that `measure` writes for one.
fn leaders_of(features: &Features, mut measure: impl FnMut(usize, &mut Vec<f64>)) -> Vec<usize> {
    let mut activities = Vec::new();
    let moments: Vec<[Moment; 1]> = (0..features.states())
        .map(|state| {
            measure(state, &mut activities);
            let (leaders, activity) = leaders(&activities);
            [Moment { leaders, activity, ..Moment::default() }]
        })
        .collect();
    let least = floor(moments.iter().map(|moment| &moment[..]));
    moments.iter().map(|moment| dominant(moment, features.heuristics, least)[0]).collect()
}

/// The rule with the largest |w phi| in a state, if there is one such rule.
fn truth(strengths: &[f64], sets: &[ActionSet]) -> Option<usize> {
    let size = |h: usize| strengths[h] * length(sets[h]);
    let largest = (0..sets.len()).max_by(|&h, &k| size(h).total_cmp(&size(k)))?;
    let unique = (0..sets.len()).filter(|&h| size(h) > size(largest) - EQUAL).count() == 1;
    (unique && size(largest) > EQUAL).then_some(largest)
}

/// A network wired by hand; nothing in a world whose rules cannot be, for one that has several objects of a look.
fn wired(setup: &Setup, strengths: &[f64], plan: &Plan, draw: u64) -> Result<Option<Parameters>, ValidationError> {
    let objects = &setup.study.world.objects;
    let shown = |look: &String| -> u32 {
        objects.iter().filter(|object| object.looks.contains(look)).map(|object| object.count).sum()
    };
    if setup.sight.looks.iter().any(|look| shown(look) > 1) {
        return Ok(None);
    }
    let units = setup.study.heuristics.iter().map(|heuristic| units(heuristic, &setup.sight));
    let units = units.collect::<Result<Vec<_>, _>>()?;
    let wiring = Wiring::ALL[draw as usize % Wiring::ALL.len()];
    let mut random = plan.seed.stream(wiring.name(), &[draw]);
    Ok(Some(wire(setup.sight.bits(), &units, strengths, wiring, &mut random)))
}

fn distilled(
    setup: &Setup,
    strengths: &[f64],
    (lessons, fresh): &(Bank, Bank),
    plan: &Plan,
    draw: u64,
) -> Result<Parameters, ValidationError> {
    let of = |bank: &Bank| Lessons {
        observations: bank.observations.clone(),
        policy: (0..bank.probes.len()).map(|state| probabilities(strengths, bank.features.row(state))).collect(),
    };
    let (agent, bits) = (&setup.study.agent, setup.sight.bits());
    let seed = plan.seed.child("distilled", &[draw]);
    Ok(distil(agent, bits, &of(lessons), &of(fresh), &plan.distillation, seed)?.parameters)
}
