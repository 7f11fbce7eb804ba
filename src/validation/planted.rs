//! Planted networks: what was put in must be found.
//!
//! Strengths of twelve rules are drawn and put into networks in two ways: by hand, in every [`Wiring`], and by
//! distilling the policy of the rules into a fresh network until it follows it on states that it never saw. What is
//! distilled carries the rules wherever training puts them.

use crate::attribution::gradients::attribute;
use crate::behaviour::policy;
use crate::experiment::measure::{Measured, Measurement, measure};
use crate::experiment::observer::Observer;
use crate::experiment::setup::Setup;
use crate::experiment::solvers::meter;
use crate::heuristic::policy::{probabilities, softmax};
use crate::language::read;
use crate::network::fused;
use crate::network::parameters::Parameters;
use crate::parallel::side_by_side;
use crate::seed::{Seed, Stream};
use crate::selection::bank::Bank;
use crate::selection::magnitude::{Evidence, MAGNITUDES};
use crate::study::Study;
use crate::training::distil::{Distillation, Lessons, distil};
use crate::training::ppo::Snapshot;
use crate::validation::circuit::{Unit, units};
use crate::validation::error::ValidationError;
use crate::validation::estimators::{ESTIMATORS, Reading};
use crate::validation::wiring::{Wiring, wire};
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use rand::RngExt;

/// The study of twelve rules.
const STUDY: &str = include_str!("planted.shard");
/// The part of rules that are planted at zero, and the range of the others, logits.
const ZERO: f64 = 0.4;
const RANGE: std::ops::Range<f64> = 0.3..3.0;
/// States with a sampled action each, for the fit of sampled actions.
const SAMPLES: usize = 3000;

/// What is drawn with: the first for all networks, the others for distilled ones alone.
pub const SEEDS: [Seed; 3] = [Seed(20), Seed(1020), Seed(2020)];

/// How many networks, and how they are distilled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Of all that is drawn.
    pub seed: Seed,
    /// The first so many draws of strengths are wired by hand in every way.
    pub draws: usize,
    /// The first so many draws are distilled.
    pub distilled: usize,
    /// States that distillation learns from.
    pub lessons: usize,
    /// States that it is stopped by.
    pub fresh: usize,
    pub distillation: Distillation,
}

impl Plan {
    /// The size of the command, with the first of [`SEEDS`].
    ///
    /// That the worst network has a share error of at most 0.05 was demanded before anything was measured; `between`
    /// was chosen after, and so the criterion is no test at the first seed. A distilled network that stops at a
    /// divergence of 0.002 has not learned all of its rules, where they make it nearly certain of what it does. Stopped
    /// more sharply, looking every 50 steps, one of the 30 networks of the first seed has a share error of 0.061, and none
    /// of 120 networks of four other seeds one above 0.05; looking every 250 steps, all hold. The other two of [`SEEDS`]
    /// were not looked at in choosing.
    pub fn full() -> Plan {
        let distillation =
            Distillation { batch: 512, learning_rate: 3e-3, steps: 8000, between: 250, divergence: 0.002 };
        Plan { seed: SEEDS[0], draws: 30, distilled: 30, lessons: 50_000, fresh: 4000, distillation }
    }
}

/// How strengths were put into a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Origin {
    Wired(Wiring),
    /// After so many gradient steps, with this mean KL(pi_w || network) on fresh states, in nats.
    Distilled {
        steps: usize,
        divergence: f64,
    },
}

/// A planted network and what is found in it.
#[derive(Clone, Debug)]
pub struct Planted {
    pub origin: Origin,
    /// The strengths put in.
    pub strengths: Vec<f64>,
    pub measured: Measured,
    /// By each of [`ESTIMATORS`], then of [`MAGNITUDES`]: the value of each rule.
    pub values: Vec<Vec<Option<f64>>>,
}

/// The study of twelve rules.
pub fn study() -> Result<Study, ValidationError> {
    let study = read(STUDY).ok().and_then(|mut checked| checked.studies.pop());
    study.ok_or(ValidationError::Study("planted"))
}

/// Strengths of `rules` rules in logits, not all of them zero.
pub fn draw(rules: usize, random: &mut Stream) -> Vec<f64> {
    loop {
        let one = |_| if random.random_bool(ZERO) { 0.0 } else { random.random_range(RANGE) };
        let strengths: Vec<f64> = (0..rules).map(one).collect();
        if rules == 0 || strengths.iter().any(|strength| *strength > 0.0) {
            return strengths;
        }
    }
}

/// Makes and measures the networks of a plan; those wired by hand first, then the distilled ones.
pub fn planted(plan: &Plan, jobs: usize, observer: &dyn Observer) -> Result<Vec<Planted>, ValidationError> {
    let study = study()?;
    let setup = Setup::new(&study)?;
    let workshop = Workshop::new(&setup, plan)?;
    let wired = plan.draws * Wiring::ALL.len();
    observer.begin(None, wired + plan.distilled, 1);
    observer.stage("measuring");
    // The distilled networks take longest, so they come first.
    let networks = side_by_side(jobs, wired + plan.distilled, |index| {
        let network = match index.checked_sub(plan.distilled) {
            None => workshop.distilled(plan, index),
            Some(index) => workshop.wired(index / Wiring::ALL.len(), Wiring::ALL[index % Wiring::ALL.len()]),
        };
        observer.measured(wired + plan.distilled);
        network
    })?;
    let mut networks = networks.into_iter().collect::<Result<Vec<_>, _>>()?;
    networks.rotate_left(plan.distilled);
    Ok(networks)
}

/// What all planted networks are made and measured with.
struct Workshop<'a> {
    seed: Seed,
    setup: &'a Setup<'a>,
    measurement: Measurement,
    units: Vec<Vec<Unit>>,
    lessons: Option<Bank>,
    fresh: Option<Bank>,
}

impl<'a> Workshop<'a> {
    fn new(setup: &'a Setup<'a>, plan: &Plan) -> Result<Workshop<'a>, ValidationError> {
        let units = setup.study.heuristics.iter().map(|heuristic| units(heuristic, &setup.sight));
        let states = |n: usize, name: &str| -> Result<Option<Bank>, ValidationError> {
            let draw = || Bank::of_size(n, setup.study, &setup.sight, &setup.rules, plan.seed.child(name, &[]));
            Ok((plan.distilled > 0).then(draw).transpose()?)
        };
        Ok(Workshop {
            seed: plan.seed,
            setup,
            measurement: Measurement::prepare(setup)?,
            units: units.collect::<Result<_, _>>()?,
            lessons: states(plan.lessons, "lessons")?,
            fresh: states(plan.fresh, "fresh states")?,
        })
    }

    /// The strengths of a draw.
    fn strengths(&self, draw_index: usize) -> Vec<f64> {
        draw(self.setup.rules.len(), &mut self.seed.stream("strengths", &[draw_index as u64]))
    }

    fn wired(&self, draw: usize, wiring: Wiring) -> Result<Planted, ValidationError> {
        let strengths = self.strengths(draw);
        let mut random = self.seed.stream(wiring.name(), &[draw as u64]);
        let parameters = wire(self.setup.sight.bits(), &self.units, &strengths, wiring, &mut random);
        self.measure(Origin::Wired(wiring), strengths, parameters)
    }

    fn distilled(&self, plan: &Plan, draw: usize) -> Result<Planted, ValidationError> {
        let strengths = self.strengths(draw);
        let lessons = |bank: &Option<Bank>| match bank {
            Some(bank) => Lessons {
                observations: bank.observations.clone(),
                policy: (0..bank.probes.len()).map(|s| probabilities(&strengths, bank.features.row(s))).collect(),
            },
            None => Lessons { observations: Default::default(), policy: Vec::new() },
        };
        let seed = self.seed.child("distilled", &[draw as u64]);
        let (agent, bits) = (&self.setup.study.agent, self.setup.sight.bits());
        let network = distil(agent, bits, &lessons(&self.lessons), &lessons(&self.fresh), &plan.distillation, seed)?;
        let origin = Origin::Distilled { steps: network.steps, divergence: network.divergence };
        self.measure(origin, strengths, network.parameters)
    }

    fn measure(&self, origin: Origin, strengths: Vec<f64>, parameters: Parameters) -> Result<Planted, ValidationError> {
        let (setup, measurement) = (self.setup, &self.measurement);
        let bank = &measurement.bank;
        let attribution = attribute(&parameters, &bank.observations);
        let logits = fused::logits(&parameters, &bank.observations);
        let bare = measurement.bare(&parameters);
        let without: Vec<&[[f32; ACTIONS]]> = (0..setup.rules.len()).map(|h| bare.without(h)).collect();
        // The chance of actions is the same for every network: they are compared on equal terms.
        let mut random = self.seed.stream("actions", &[]);
        let taken: Vec<usize> = logits.iter().map(|logits| sample(logits, &mut random)).collect();
        let mut one = || {
            let state = random.random_range(0..logits.len());
            (state, sample(&logits[state], &mut random))
        };
        let sampled: Vec<(usize, usize)> = (0..SAMPLES).map(|_| one()).collect();
        let snapshot = Snapshot { step: 0, mean_return: None, parameters };
        let measured = measure(setup, measurement, 0, 0, std::slice::from_ref(&snapshot))?;
        let bare: Vec<&LitRows> = (0..setup.rules.len()).map(|h| measurement.bare_observations(h)).collect();
        let evidence = Evidence {
            parameters: &snapshot.parameters,
            features: &bank.features,
            observations: &bank.observations,
            attribution: &attribution,
            taken: &taken,
            logits: &logits,
            without: &without,
            bare: &bare,
            has_cue: &measurement.has_cue,
            meter: &meter(setup, measurement, &snapshot.parameters),
        };
        let reading =
            Reading { measured: &measured, evidence, basis: &measurement.identified.basis, sampled: &sampled };
        let mut values: Vec<Vec<Option<f64>>> = ESTIMATORS.iter().map(|e| (e.compute)(&reading)).collect();
        values.extend(MAGNITUDES.iter().map(|magnitude| (magnitude.compute)(&reading.evidence)));
        Ok(Planted { origin, strengths, measured, values })
    }
}

/// An action drawn from the policy of the logits.
fn sample(logits: &[f32; ACTIONS], random: &mut Stream) -> usize {
    usize::from(policy::draw(softmax(logits.map(f64::from)), random))
}
