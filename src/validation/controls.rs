//! Negative controls: networks trained on cheese, on nothing (in three views), and on a coin; are rules about cheese
//! found in them?
//!
//! Cheese stands in a scenario or in the training world of all studies, so its bits are part of every observation and of the probe bank.
//! Where training never lights them, their weights stay as they were drawn. The harder control trains on another
//! object: the network learns to go somewhere, and what it does when it sees cheese is an accident.

use crate::experiment::measure::{Measured, Measurement, mean, measure};
use crate::experiment::observer::Observer;
use crate::experiment::setup::Setup;
use crate::language::read;
use crate::network::initialise::orthogonal;
use crate::parallel::side_by_side;
use crate::seed::Seed;
use crate::selection::selected::THRESHOLD;
use crate::study::Study;
use crate::training::learner::Gradients;
use crate::training::ppo::train;
use crate::validation::error::ValidationError;
use serde::Serialize;

/// The studies.
const STUDIES: &str = include_str!("controls.shard");
/// The object that the rules in question are about, and the one of them that earns it.
const OBJECT: &str = "cheese";
const EARNING: &str = "to_cheese";
/// The studies in which no seed may select that rule.
const STRICT: [&str; 2] = ["trained_on_nothing", "trained_on_coin"];
/// The first seed. Nothing was chosen by looking at networks of this one or a later one.
const FIRST_SEED: u64 = 1000;

/// What one study shows of one rule about the object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Control {
    pub study: String,
    pub rule: String,
    /// What training is demanded to do with the rule.
    pub demand: Demand,
    pub seeds: usize,
    /// In how many seeds the rule is selected.
    pub selected: usize,
    /// In how many seeds any rule of this study about the object is selected.
    pub any_selected: usize,
    /// In how many seeds the strength alone is above the threshold.
    pub strong: usize,
    /// In how many of these the strength is above the placebo too.
    pub above_placebo: usize,
    /// Means over the seeds, logits.
    pub strength: f64,
    pub placebo: f64,
    pub causal: f64,
    /// The largest strength over the seeds, logits.
    pub largest_strength: f64,
    /// Mean return of the final networks in the training world.
    pub mean_return: f64,
}

/// In how many seeds a rule should be selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Demand {
    /// Training rewards what it recommends.
    All,
    /// Training never shows what it is about, and none of twenty seeds was demanded.
    None,
    /// Training never shows what it is about: no more than chance explains.
    Seldom,
    /// Training shows what it is about and rewards something else: that is open.
    Open,
}

/// The studies, in order.
pub fn studies() -> Result<Vec<Study>, ValidationError> {
    read(STUDIES).map(|checked| checked.studies).map_err(|_| ValidationError::Study("controls"))
}

/// Trains and measures as many seeds of each study as it asks for, but at most `seeds`.
pub fn controls(seeds: usize, jobs: usize, observer: &dyn Observer) -> Result<Vec<Control>, ValidationError> {
    let studies = studies()?;
    let seeds_of = |study: &Study| seeds.min(study.train.seeds as usize);
    let all = studies.iter().map(seeds_of).sum();
    observer.begin(None, all, 1);
    observer.stage("training");
    let mut controls = Vec::new();
    for study in &studies {
        let setup = Setup::new(study)?;
        let measurement = Measurement::prepare(&setup)?;
        let measured = side_by_side(jobs, seeds_of(study), |index| -> Result<Measured, ValidationError> {
            let seed = FIRST_SEED + index as u64;
            let root = Seed(seed);
            let fresh = orthogonal(setup.sight.bits(), &study.agent.hidden, root);
            let snapshots =
                train(fresh, &study.train, &setup.own_arena(0).engine, root, Gradients::default(), &mut |_| {})?;
            // The course along training is not asked for.
            let last = snapshots.len().saturating_sub(1);
            let measured = measure(&setup, &measurement, 0, seed, &snapshots[last..])?;
            observer.measured(all);
            Ok(measured)
        })?;
        let networks = measured.into_iter().collect::<Result<Vec<_>, _>>()?;
        let about_it: Vec<usize> = (0..setup.rules.len()).filter(|&h| setup.rules[h].cue() != 0).collect();
        controls.extend(about_it.iter().map(|&h| Control::of(study, h, &about_it, &networks)));
    }
    Ok(controls)
}

impl Control {
    fn of(study: &Study, h: usize, about_it: &[usize], networks: &[Measured]) -> Control {
        let shown = study.world.objects.iter().any(|object| object.name == OBJECT && object.count > 0);
        let rule = study.heuristics[h].name.clone();
        let count = |holds: &dyn Fn(&Measured) -> bool| networks.iter().filter(|network| holds(network)).count();
        let strength = |network: &Measured| network.strength[h];
        let placebo = |network: &Measured| network.placebo[h].unwrap_or(f64::NAN);
        let over = |number: &dyn Fn(&Measured) -> f64| mean(&networks.iter().map(number).collect::<Vec<_>>());
        let strong = |network: &Measured| strength(network) > THRESHOLD;
        Control {
            study: study.name.clone(),
            demand: match (shown, rule == EARNING) {
                (false, true) if STRICT.contains(&study.name.as_str()) => Demand::None,
                (false, _) => Demand::Seldom,
                (true, true) => Demand::All,
                (true, false) => Demand::Open,
            },
            rule,
            seeds: networks.len(),
            selected: count(&|network| network.selected[h]),
            any_selected: count(&|network| about_it.iter().any(|&h| network.selected[h])),
            strong: count(&strong),
            above_placebo: count(&|network| strong(network) && strength(network) > placebo(network)),
            strength: over(&strength),
            placebo: over(&placebo),
            causal: over(&|network| network.causal[h].map_or(f64::NAN, |causal| causal.strength)),
            largest_strength: networks.iter().map(strength).fold(f64::NEG_INFINITY, f64::max),
            mean_return: over(&|network| network.behaviours[0][0]),
        }
    }
}
