//! Calibration: how often the 95% interval of a strength, strength +- 1.96 sandwich standard errors clustered by
//! state, covers the projection of the policy on a large population of states.
//!
//! A data set is a sample of the population with replacement; the projection is the same estimator on all of it. So
//! what is tested is what the standard error claims: the chance of the states that a bank happens to have.
//!
//! A policy that is exactly log-linear in the features has the same strengths on any states. Its residual is zero but
//! for the ridge, so there is no chance to cover: its errors are reported on their own and are no part of the coverage.
//! What stands in for it there are log-linear policies with something added that no rule describes: the output of a
//! random network of the observation, from narrow (few directions) to wide, or a number of its own for each state
//! and action, which no smooth function of the observation gives.

use crate::attribution::contribution::{Contributions, centred};
use crate::experiment::observer::Observer;
use crate::experiment::setup::Setup;
use crate::heuristic::feature::phi;
use crate::heuristic::policy::softmax;
use crate::network::fused::logits;
use crate::network::initialise::orthogonal;
use crate::parallel::side_by_side;
use crate::seed::{Seed, Stream};
use crate::selection::bank::{Bank, STATES};
use crate::selection::causal::NORMAL_95;
use crate::selection::features::Features;
use crate::selection::identifiability::identify;
use crate::selection::strength::{measure, total};
use crate::validation::error::ValidationError;
use crate::validation::planted::{draw, study};
use crate::world::action::ACTIONS;
use faer::Mat;
use rand::RngExt;
use serde::Serialize;

/// The widths of the random networks that are added.
const WIDTHS: [usize; 4] = [4, 16, 64, 256];
/// The size of what is added: the root of its mean square over states and actions, logits.
const SIZES: [f64; 3] = [0.1, 0.3, 1.0];

/// How much is simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Of all that is drawn.
    pub seed: Seed,
    /// States of the population.
    pub population: usize,
    /// Policies that are not log-linear, and those that are.
    pub policies: usize,
    pub exact: usize,
    /// Data sets of each policy.
    pub samples: usize,
}

impl Plan {
    /// The size of the command: 2,000 data sets of policies that are not log-linear, 200 of those that are.
    pub fn full() -> Plan {
        Plan { seed: Seed(21), population: 100_000, policies: 40, exact: 4, samples: 50 }
    }
}

/// The part of intervals that cover.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// What the intervals have in common.
    pub name: String,
    pub data_sets: usize,
    pub intervals: usize,
    /// In [0, 1].
    pub covered: f64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// All data sets of policies that are not log-linear.
    pub overall: Coverage,
    /// The same by what is added to the log-linear part.
    pub by_addition: Vec<Coverage>,
    /// The same by rule.
    pub by_rule: Vec<Coverage>,
    /// Data sets of policies that are log-linear.
    pub exact_data_sets: usize,
    /// The largest distance of a strength measured there from the planted one, logits: the effect of the ridge.
    pub exact_error: f64,
    /// The largest standard error there, logits.
    pub exact_standard_error: f64,
}

/// What is added to log-linear logits.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Addition {
    Nothing,
    /// A random network with this many hidden units, at this size.
    Network(usize, f64),
    /// Normal noise of its own for each state and action, at this size.
    Noise(f64),
}

impl Addition {
    /// That of the policy with this index: every width and size in turn, and noise.
    fn of(index: usize) -> Addition {
        let size = SIZES[index % SIZES.len()];
        match WIDTHS.get(index / SIZES.len() % (WIDTHS.len() + 1)) {
            Some(&width) => Addition::Network(width, size),
            None => Addition::Noise(size),
        }
    }

    fn name(self) -> String {
        match self {
            Addition::Nothing => "nothing".to_string(),
            Addition::Network(width, _) => format!("random network of {width} units"),
            Addition::Noise(_) => "noise in each state".to_string(),
        }
    }
}

/// The states that data sets are drawn from.
struct Population {
    seed: Seed,
    bank: Bank,
    basis: Mat<f64>,
    bits: usize,
}

/// The data sets of one policy.
struct Simulated {
    addition: Addition,
    data_sets: usize,
    /// How many intervals cover, per rule.
    covered: Vec<usize>,
    /// The largest distance from the planted strengths, and the largest standard error, logits.
    error: f64,
    standard_error: f64,
}

/// Simulates the data sets of a plan.
pub fn calibration(plan: &Plan, jobs: usize, observer: &dyn Observer) -> Result<Calibration, ValidationError> {
    let study = study()?;
    let setup = Setup::new(&study)?;
    observer.begin(None, plan.policies + plan.exact, 1);
    observer.stage("drawing");
    let bank = Bank::of_size(plan.population, &study, &setup.sight, &setup.rules, plan.seed.child("population", &[]))?;
    let basis = identify(&bank.features.uniform_gram()).basis;
    let population = Population { seed: plan.seed, bank, basis, bits: setup.sight.bits() };
    observer.stage("measuring");
    let simulated = side_by_side(jobs, plan.policies + plan.exact, |index| {
        let addition = if index < plan.policies { Addition::of(index) } else { Addition::Nothing };
        let simulated = population.simulate(addition, index as u64, plan.samples);
        observer.measured(plan.policies + plan.exact);
        simulated
    })?;
    let names: Vec<&str> = study.heuristics.iter().map(|heuristic| heuristic.name.as_str()).collect();
    Ok(summary(&simulated, &names))
}

impl Population {
    fn simulate(&self, addition: Addition, index: u64, samples: usize) -> Simulated {
        let features = &self.bank.features;
        let rules = features.heuristics;
        let planted = draw(rules, &mut self.seed.stream("strengths", &[index]));
        let logits = self.logits(&planted, addition, self.seed.child("addition", &[index]));
        let q: Vec<[f64; ACTIONS]> =
            logits.iter().map(|logits| softmax(*logits).map(|p| 0.9 * p + 0.1 / ACTIONS as f64)).collect();
        let truth = total(features, &q, &logits, &self.basis);
        let mut random = self.seed.stream("samples", &[index]);
        let mut result =
            Simulated { addition, data_sets: samples, covered: vec![0; rules], error: 0.0, standard_error: 0.0 };
        for _ in 0..samples {
            let picked: Vec<usize> = (0..STATES).map(|_| random.random_range(0..logits.len())).collect();
            let sets = picked.iter().flat_map(|&state| features.row(state)).copied().collect();
            let sample = Features { heuristics: rules, sets };
            let total: Vec<[f64; ACTIONS]> = picked.iter().map(|&state| logits[state]).collect();
            let q: Vec<[f64; ACTIONS]> = picked.iter().map(|&state| q[state]).collect();
            // One unit that carries everything.
            let whole = Contributions { units: 1, by_unit: total.clone(), total };
            let found = measure(&sample, &q, &whole, &self.basis);
            for (h, (strength, error)) in found.strength.iter().zip(&found.standard_error).enumerate() {
                result.covered[h] += usize::from((strength - truth[h]).abs() <= NORMAL_95 * error);
                result.error = result.error.max((strength - planted[h]).abs());
                result.standard_error = result.standard_error.max(*error);
            }
        }
        result
    }

    /// The centred logits of a policy, one row per state.
    fn logits(&self, strengths: &[f64], addition: Addition, seed: Seed) -> Vec<[f64; ACTIONS]> {
        let (added, size): (Vec<[f64; ACTIONS]>, f64) = match addition {
            Addition::Nothing => (Vec::new(), 0.0),
            Addition::Network(width, size) => {
                let rows = logits(&orthogonal(self.bits, &[width], seed), &self.bank.observations);
                (rows.into_iter().map(|row| centred(row.map(f64::from))).collect(), size)
            }
            Addition::Noise(size) => {
                let mut random = seed.stream("noise", &[]);
                let row = |_| centred(std::array::from_fn(|_| noise(&mut random)));
                ((0..self.bank.probes.len()).map(row).collect(), size)
            }
        };
        let square: f64 = added.iter().flatten().map(|x| x * x).sum::<f64>() / (added.len() * ACTIONS).max(1) as f64;
        let scale = if square > 0.0 { size / square.sqrt() } else { 0.0 };
        let logits = |state: usize| {
            let mut logits = added.get(state).map_or([0.0; ACTIONS], |row| row.map(|x| scale * x));
            for (strength, set) in strengths.iter().zip(self.bank.features.row(state)) {
                logits.iter_mut().zip(phi(*set)).for_each(|(logit, feature)| *logit += strength * feature);
            }
            logits
        };
        (0..self.bank.probes.len()).map(logits).collect()
    }
}

/// A sum of twelve uniform numbers less its mean: nearly normal, variance 1.
fn noise(random: &mut Stream) -> f64 {
    (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
}

fn summary(simulated: &[Simulated], names: &[&str]) -> Calibration {
    let (exact, added): (Vec<&Simulated>, Vec<&Simulated>) =
        simulated.iter().partition(|simulated| simulated.addition == Addition::Nothing);
    let rules = 0..names.len();
    let mut kinds: Vec<String> = Vec::new();
    for name in added.iter().map(|simulated| simulated.addition.name()) {
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    let of_kind = |kind: &String| {
        let own: Vec<&Simulated> = added.iter().filter(|s| s.addition.name() == *kind).copied().collect();
        coverage(kind.clone(), &own, rules.clone())
    };
    Calibration {
        overall: coverage("all".to_string(), &added, rules.clone()),
        by_addition: kinds.iter().map(of_kind).collect(),
        by_rule: rules.clone().map(|h| coverage(names[h].to_string(), &added, h..h + 1)).collect(),
        exact_data_sets: exact.iter().map(|simulated| simulated.data_sets).sum(),
        exact_error: exact.iter().map(|simulated| simulated.error).fold(0.0, f64::max),
        exact_standard_error: exact.iter().map(|simulated| simulated.standard_error).fold(0.0, f64::max),
    }
}

fn coverage(name: String, simulated: &[&Simulated], rules: std::ops::Range<usize>) -> Coverage {
    let data_sets: usize = simulated.iter().map(|simulated| simulated.data_sets).sum();
    let covered: usize = simulated.iter().flat_map(|simulated| &simulated.covered[rules.clone()]).sum();
    let intervals = data_sets * rules.len();
    Coverage { name, data_sets, intervals, covered: covered as f64 / intervals.max(1) as f64 }
}
