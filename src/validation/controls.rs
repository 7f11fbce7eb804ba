//! Negative controls: networks trained on cheese, on nothing, and on a coin; are rules about cheese found in them?
//!
//! Cheese stands in a scenario of all three studies, so its bits are part of every observation and of the probe bank.
//! Where training never lights them, their weights stay as they were drawn. The harder control trains on another
//! object: the network learns to go somewhere, and what it does when it sees cheese is an accident.

use crate::experiment::measure::{Measured, Measurement, mean, measure};
use crate::experiment::observer::Observer;
use crate::experiment::parallel::side_by_side;
use crate::experiment::setup::Setup;
use crate::language::read;
use crate::network::initialise::orthogonal;
use crate::seed::Seed;
use crate::selection::selected::THRESHOLD;
use crate::study::Study;
use crate::training::ppo::train;
use crate::validation::error::ValidationError;
use serde::Serialize;

/// The three studies.
const STUDIES: &str = include_str!("controls.shard");
/// The object that the rules in question are about, and the one of them that earns it.
const OBJECT: &str = "cheese";
const EARNING: &str = "to_cheese";

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
    /// Training never shows what it is about.
    None,
    /// Training shows what it is about and rewards something else: that is open.
    Open,
}

/// The three studies, in order.
pub fn studies() -> Result<Vec<Study>, ValidationError> {
    read(STUDIES).map(|checked| checked.studies).map_err(|_| ValidationError::Study("controls"))
}

/// Trains and measures `seeds` seeds of each study.
pub fn controls(seeds: usize, jobs: usize, observer: &dyn Observer) -> Result<Vec<Control>, ValidationError> {
    let studies = studies()?;
    observer.begin(None, seeds * studies.len(), 1);
    observer.stage("training");
    let mut controls = Vec::new();
    for study in &studies {
        let setup = Setup::new(study)?;
        let measurement = Measurement::prepare(&setup)?;
        let measured = side_by_side(jobs, seeds, |seed| -> Result<Measured, ValidationError> {
            let root = Seed(seed as u64);
            let fresh = orthogonal(setup.sight.bits(), &study.agent.hidden, root);
            let snapshots = train(fresh, &study.train, &setup.own_arena(0).engine, root, &mut |_| {})?;
            // The course along training is not asked for.
            let last = snapshots.len().saturating_sub(1);
            let measured = measure(&setup, &measurement, 0, seed as u64, &snapshots[last..])?;
            observer.measured(seeds * studies.len());
            Ok(measured)
        })?;
        let networks = measured.into_iter().collect::<Result<Vec<_>, _>>()?;
        let about_it = (0..setup.rules.len()).filter(|&h| setup.rules[h].cue() != 0);
        controls.extend(about_it.map(|h| Control::of(study, h, &networks)));
    }
    Ok(controls)
}

impl Control {
    fn of(study: &Study, h: usize, networks: &[Measured]) -> Control {
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
                (false, _) => Demand::None,
                (true, true) => Demand::All,
                (true, false) => Demand::Open,
            },
            rule,
            seeds: networks.len(),
            selected: count(&|network| network.selected[h]),
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
