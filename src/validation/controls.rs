//! Negative controls: networks trained on cheese, on nothing, and on a coin; is "go to the cheese" found in them?
//!
//! Cheese stands in a scenario of all three studies, so its bits are part of every observation and of the probe bank.
//! Where training never lights them, their weights stay as they were drawn. The harder control trains on another
//! object: the network learns to go somewhere, and what it does when it sees cheese is an accident.

use crate::experiment::measure::{Measured, Measurement, mean, measure};
use crate::experiment::observer::Observer;
use crate::experiment::parallel::side_by_side;
use crate::experiment::setup::Setup;
use crate::language::read;
use crate::seed::Seed;
use crate::study::Study;
use crate::training::ppo::train;
use crate::validation::error::ValidationError;
use serde::Serialize;

/// The three studies.
const STUDIES: &str = include_str!("controls.shard");
/// The rule in question is the first of each study.
const TO_CHEESE: usize = 0;

/// What one study shows of the rule in question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Control {
    pub study: String,
    /// Whether training shows the object that the rule is about.
    pub trained_on: bool,
    pub seeds: usize,
    /// In how many seeds the rule is selected.
    pub selected: usize,
    /// In how many seeds the strength alone would have been above the threshold.
    pub strong: usize,
    /// In how many the strength is above the placebo too.
    pub above_placebo: usize,
    /// Means over the seeds, logits.
    pub strength: f64,
    pub placebo: f64,
    pub causal: f64,
    /// The largest strength over the seeds, logits.
    pub largest_strength: f64,
    /// Mean return in training of the final networks, over the seeds.
    pub mean_return: f64,
}

/// The three studies, in order.
pub fn studies() -> Result<Vec<Study>, ValidationError> {
    read(STUDIES).map(|checked| checked.studies).map_err(|_| ValidationError::Study("controls"))
}

/// Trains and measures `seeds` seeds of each study.
pub fn controls(seeds: usize, jobs: usize, observer: &dyn Observer) -> Result<Vec<Control>, ValidationError> {
    let studies = studies()?;
    observer.begin(seeds * studies.len(), 1);
    observer.stage("training");
    let mut controls = Vec::new();
    for study in &studies {
        let setup = Setup::new(study)?;
        let measurement = Measurement::prepare(&setup)?;
        let measured = side_by_side(jobs, seeds, |seed| -> Result<Measured, ValidationError> {
            let snapshots = train(&study.agent, &study.train, setup.training(), Seed(seed as u64), &mut |_| {})?;
            // The course along training is not asked for.
            let last = snapshots.len().saturating_sub(1);
            let measured = measure(&setup, &measurement, seed as u64, &snapshots[last..])?;
            observer.measured(seed as u64);
            Ok(measured)
        })?;
        controls.push(Control::of(study, &measured.into_iter().collect::<Result<Vec<_>, _>>()?));
    }
    Ok(controls)
}

impl Control {
    fn of(study: &Study, networks: &[Measured]) -> Control {
        use crate::selection::selected::THRESHOLD;
        let count = |holds: &dyn Fn(&Measured) -> bool| networks.iter().filter(|network| holds(network)).count();
        let strength = |network: &Measured| network.strength[TO_CHEESE];
        let placebo = |network: &Measured| network.placebo[TO_CHEESE].unwrap_or(f64::NAN);
        let over = |number: &dyn Fn(&Measured) -> f64| mean(&networks.iter().map(number).collect::<Vec<_>>());
        let strong = |network: &Measured| strength(network) > THRESHOLD;
        Control {
            study: study.name.clone(),
            trained_on: study.world.objects.iter().any(|object| object.name == "cheese" && object.count > 0),
            seeds: networks.len(),
            selected: count(&|network| network.selected[TO_CHEESE]),
            strong: count(&strong),
            above_placebo: count(&|network| strong(network) && strength(network) > placebo(network)),
            strength: over(&strength),
            placebo: over(&placebo),
            causal: over(&|network| network.causal[TO_CHEESE].map_or(f64::NAN, |causal| causal.strength)),
            largest_strength: networks.iter().map(strength).fold(f64::NEG_INFINITY, f64::max),
            mean_return: over(&|network| network.behaviours[0][0]),
        }
    }
}
