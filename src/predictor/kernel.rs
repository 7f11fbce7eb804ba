//! Kernel: shard dynamics, with what the study's own architecture makes of a step along each rule in place of a bias.
//!
//! A step that training takes along one rule does not strengthen that rule alone. The network changes in all states that look
//! alike to it, so that rules which agree with the first are strengthened too, each as far as the architecture and what
//! training shows make them one; and rules that are hard to represent gain less from the same step. So
//!
//! dw/dt = M g,
//!
//! with g the gradient of shard dynamics, and M_hk how strong rule h is measured to be in a fresh network after [`STEPS`]
//! gradient steps on phi_k(s, .), in states of a random policy in the world of the training: the mean over a few networks,
//! measured on the probe bank as any network is, at the policy that is uniform. Shard dynamics has the diagonal of biases
//! in its place. M is divided by the part of the rules that their networks know, all rules together, so that the speed is
//! that of shard dynamics. The loop is closed: what a step along one rule does to another one changes what pi_w meets and
//! learns next, where [mix](crate::predictor::mix) lets rules act apart and looks at the networks at the end.
//!
//! Biases that the file gives do not count, since the same networks show how fast each rule is learned; rules that are alike
//! share what one of them would gain.
//!
//! It is the neural tangent kernel between rules, as the optimiser of training has it, a hundred steps on; what M is later in
//! training is not known from fresh networks.
//!
//! Source: Jacot, Gabriel and Hongler 2018, arXiv:1806.07572.

use crate::attribution::contribution::contributed;
use crate::heuristic::feature::phi;
use crate::network::fused::logits;
use crate::network::parameters::Parameters;
use crate::predictor::courses::{courses, order};
use crate::predictor::fits;
use crate::predictor::foretold::foretold;
use crate::predictor::kappa::Kappa;
use crate::predictor::practice::{Practice, practise};
use crate::predictor::prediction::Prediction;
use crate::predictor::shard_dynamics::{Settings, ShardLearner};
use crate::predictor::task::Task;
use crate::predictor::weights::Form;
use crate::predictor::{Exemption, Predictor, PredictorError};
use crate::selection::bank::Bank;
use crate::selection::features::Features;
use crate::selection::identifiability::identify;
use crate::selection::linear::times;
use crate::selection::strength;
use crate::world::action::ACTIONS;
use std::sync::Arc;

/// How far it errs.
const KAPPA: Kappa = Kappa { relative: 14.0, pixel: 28.0 };

/// Gradient steps of each network: few, and what a network does to other rules hides what is learned; many, and the
/// architecture has no say. On tuning and shipped studies 100 and 150 were best, 30 and 60 clearly worse, 300 better on three
/// of them alone.
const STEPS: usize = 100;
/// Networks per rule, fewer where they are large.
const NETWORKS: u64 = 4;

/// The predictor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Kernel {
    /// Of shard dynamics, whose form is plain here whatever it says.
    pub settings: Settings,
}

impl Predictor for Kernel {
    fn name(&self) -> &str {
        "kernel"
    }

    fn summary(&self) -> &str {
        "shard dynamics, each rule strengthening others as steps of the study's architecture do"
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        // Rules that are alike share one response: listed twice, it strengthens what they agree on no faster than once.
        let biases: Vec<f64> =
            fits::copies(&fits::firsts(&task.bank()?.features)).into_iter().map(|copies| 1.0 / copies as f64).collect();
        let responses = Arc::new(responses(task, &order(&task.rules, &biases))?);
        let settings = Settings { form: Form::Plain, ..self.settings };
        let fresh = |biases: &[f64]| ShardLearner::new(task, biases, &settings).responding(responses.clone());
        foretold(task, &courses(task, &biases, &self.settings.budget, fresh)?, KAPPA.of(&task.study))
    }

    fn exemptions(&self) -> Vec<Exemption> {
        let update = "its update depends on networks of the study's architecture, which a process known whole has not";
        [
            ("divided bias", "it measures how fast rules are learned, whatever numbers there are"),
            ("never fires", "a step along other rules may strengthen what it recommends"),
            ("mirror", "a network's first weights have no mirror image among those that are drawn"),
            ("bias", update),
            ("sign", update),
            ("shaping", update),
        ]
        .map(|(law, reason)| Exemption { law, reason })
        .to_vec()
    }
}

/// What a step along each rule (column) adds to the strength of every rule (row), for each training of the study; both in
/// this order of the rules, so that the order in the file changes not a bit. A rule that never fires in the world of a
/// training has a column of zeros.
///
/// # Errors
/// If one of the worlds has no level, or a network finds no memory or diverges.
pub fn responses(task: &Task, order: &[usize]) -> Result<Vec<Vec<Vec<f64>>>, PredictorError> {
    let bank = task.bank()?;
    let practice = Practice { steps: STEPS, networks: NETWORKS, seed: task.seed.child("kernel", &[]) };
    let practised = practise(task, &practice, |network| policy(&network.parameters, bank))?;
    let features = &ordered(&bank.features, order);
    let uniform = vec![[1.0 / ACTIONS as f64; ACTIONS]; features.states()];
    let gram = features.uniform_gram();
    let solve = strength::solver(&gram, &identify(&gram).basis);
    let measured = |network: &Vec<[f64; ACTIONS]>| times(&solve, &strength::moments(features, &uniform, network));
    let of = |networks: &Arc<Practised>| {
        let networks: Practised = order.iter().map(|&rule| networks[rule].clone()).collect();
        response(features, &networks, measured)
    };
    Ok(practised.iter().map(of).collect())
}

/// What the units of networks contribute on the bank: per rule, then network, one row per state.
type Practised = Vec<Vec<Vec<[f64; ACTIONS]>>>;

/// In the world of a training.
fn response(
    features: &Features,
    practised: &Practised,
    measured: impl Fn(&Vec<[f64; ACTIONS]>) -> Vec<f64>,
) -> Vec<Vec<f64>> {
    let n = features.heuristics;
    let mut response = vec![vec![0.0; n]; n];
    for (rule, networks) in practised.iter().enumerate() {
        for network in networks {
            let part = |strength: f64| strength / networks.len() as f64;
            response.iter_mut().zip(measured(network)).for_each(|(row, strength)| row[rule] += part(strength));
        }
    }
    let unit = unit(features, practised);
    response.iter_mut().flatten().for_each(|response| *response /= unit);
    response
}

/// The part of the rules that their networks know, all rules together, those that are alike counted once, so that a rule
/// that fires rarely weighs little; 1 if none is known.
fn unit(features: &Features, fitted: &[Vec<Vec<[f64; ACTIONS]>>]) -> f64 {
    let first = fits::firsts(features);
    let (mut known, mut whole) = (0.0, 0.0);
    for rule in (0..fitted.len()).filter(|&rule| first[rule] == rule) {
        for (state, z) in fitted[rule].iter().flat_map(|network| network.iter().enumerate()) {
            let phi = phi(features.row(state)[rule]);
            known += z.iter().zip(&phi).map(|(z, phi)| z * phi).sum::<f64>();
            whole += phi.iter().map(|phi| phi * phi).sum::<f64>();
        }
    }
    if whole > 0.0 && known > 0.0 { known / whole } else { 1.0 }
}

/// What the units contribute on the bank; nothing where it is not finite.
fn policy(parameters: &Parameters, bank: &Bank) -> Option<Vec<[f64; ACTIONS]>> {
    let bias = std::array::from_fn(|action| f64::from(parameters.policy.bias[action]));
    let rows = logits(parameters, &bank.observations);
    let rows: Vec<[f64; ACTIONS]> = rows.iter().map(|row| contributed(row.map(f64::from), bias)).collect();
    rows.iter().flatten().all(|z| z.is_finite()).then_some(rows)
}

/// The same states, with the rules in this order.
fn ordered(features: &Features, order: &[usize]) -> Features {
    let row = |state: usize| order.iter().map(move |&rule| features.row(state)[rule]);
    Features { heuristics: features.heuristics, sets: (0..features.states()).flat_map(row).collect() }
}
