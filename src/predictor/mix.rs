//! Mix: what training makes of the strengths that shard dynamics forecasts, when the study's own architecture has to
//! represent the rules.
//!
//! f_h is a fresh network of that architecture after [`STEPS`] gradient steps of regression on phi_h(s, .), in states of a random
//! policy in the world of the training: where training cannot tell two rules apart, it is the same network for both. With
//! the strengths w of shard dynamics the logits are forecast to be z = sum_h w_h f_h, and z is measured on the probe bank
//! as any network is: a sum of networks is a network, with their units side by side and w in its last layer. Strengths,
//! what is explained, causal strengths and magnitudes are those of z. What is gained in a phase is represented by networks
//! that learned in the world of the phase, on top of what was there before.
//!
//! What is done in worlds is not what z would do there, but what pi_w does with the measured strengths: to ask all
//! networks at every step, and again without each cue, would be by far the most work.
//!
//! So mix knows what the architecture can represent, how it generalises from what training shows, and in which rules
//! that is seen.

use crate::attribution::contribution::contributed;
use crate::heuristic::policy::softmax;
use crate::network::fused;
use crate::network::parameters::Parameters;
use crate::parallel::side_by_side;
use crate::predictor::absence::Absence;
use crate::predictor::foretold::{DRAWS, Effects, foretold_with};
use crate::predictor::kappa::Kappa;
use crate::predictor::measured_bias::in_file;
use crate::predictor::practice::{Practice, practise};
use crate::predictor::prediction::{Course, Prediction, Topic};
use crate::predictor::shard_dynamics::{Settings, shard_courses};
use crate::predictor::task::Task;
use crate::predictor::{Exemption, Predictor, PredictorError};
use crate::selection::activity::{Meter, change};
use crate::selection::bank::Bank;
use crate::selection::baseline::Fit;
use crate::selection::behavioural;
use crate::selection::causal;
use crate::selection::features::fisher_weights;
use crate::selection::identifiability::identify;
use crate::selection::strength;
use crate::training::supervised::Fitted;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use faer::Mat;
use std::sync::Arc;

/// How far it errs.
const KAPPA: Kappa = Kappa { relative: 14.0, pixel: 10.0 };

/// Gradient steps of each network: few, and rules leak into one another; many, and the architecture has no say. On the
/// eight studies that were there to tune on, the skill of mean shares with relative and pixel views was .70 and .92 after 100
/// steps, .82 and .94 after 250, .79 and .96 after 400, .77 and .97 after 700.
const STEPS: usize = 300;
/// Networks per rule, fewer where they are large: imagined seeds take turns with them.
const NETWORKS: u64 = 4;

/// The predictor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mix {
    /// Of shard dynamics.
    pub settings: Settings,
}

impl Predictor for Mix {
    fn name(&self) -> &str {
        "mix"
    }

    fn summary(&self) -> &str {
        "the strengths of shard dynamics as networks of the study's architecture show them; in worlds, as rules"
    }

    fn version(&self) -> u32 {
        2
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        let courses = shard_courses(task, &in_file(task)?, &self.settings)?;
        let mixture = Mixture::new(task)?;
        let trainings = task.study.trainings().len();
        let measured =
            side_by_side(task.threads, courses.len(), |seed| -> (Vec<Course>, Vec<(Effects, Option<f64>)>) {
                let own = &courses[seed];
                let at_its_end =
                    |training| (mixture.effects(own, training, seed), mixture.explained(own, training, seed));
                let course = |training| mixture.measured(own, training, seed);
                ((0..trainings).map(course).collect(), (0..trainings).map(at_its_end).collect())
            })?;
        let (mixed, ends): (Vec<_>, Vec<_>) = measured.into_iter().unzip();
        let mut prediction = foretold_with(task, &mixed, KAPPA.of(&task.study), |drawn| {
            Ok(ends[drawn.seed][drawn.training].0.times(drawn.factors))
        })?;
        for (ends, draws) in ends.iter().zip(prediction.draws.chunks_mut(DRAWS as usize)) {
            for (training, (_, explained)) in ends.iter().enumerate() {
                draws.iter_mut().for_each(|draw| draw.trainings[training].explained = *explained);
            }
        }
        // A policy that is uniform has nothing to be explained, and the silence gives its reason.
        let silent = prediction.draws.iter().flat_map(|draw| &draw.trainings).any(|after| after.explained.is_none());
        prediction.silences.retain(|silence| silent || silence.topic != Topic::Explained);
        for silence in prediction.silences.iter_mut().filter(|silence| silence.topic == Topic::Explained) {
            silence.reason = "where no strength is other than 0 there is nothing to explain".to_string();
        }
        Ok(prediction)
    }

    fn exemptions(&self) -> Vec<Exemption> {
        let update = "its strengths are measured on networks, which have no update of their own";
        let weights = "a network's first weights have no mirror image among those that are drawn";
        let seen = "networks that learned other rules may do what it recommends";
        let ridge = "the ridge of the fit of strengths depends on the rules that are listed";
        [
            ("divided bias", ridge),
            ("never fires", seen),
            ("mirror", weights),
            ("bias", update),
            ("sign", update),
            ("shaping", update),
        ]
        .map(|(law, reason)| Exemption { law, reason })
        .to_vec()
    }
}

/// A network that learned a rule, on the probe bank.
#[derive(Clone)]
struct Represented {
    /// One row per state of the bank.
    logits: Vec<[f32; ACTIONS]>,
    /// The bias of the output: no unit contributes it.
    bias: [f32; ACTIONS],
    /// Per cue that is taken away, one row per state that shows it.
    without: Vec<Vec<[f32; ACTIONS]>>,
}

/// A cue that is taken away.
struct Cue<'a> {
    /// As a bitmask.
    looks: u64,
    /// Those of the bank that show it.
    states: Vec<usize>,
    /// These without it.
    bare: LitRows,
    fit: Fit<'a>,
}

impl<'a> Cue<'a> {
    fn new(bank: &'a Bank, looks: u64, cued: &'a [usize]) -> Cue<'a> {
        let all = bank.observations_without(looks);
        let shows = |state: &usize| bank.observations.row(*state).len() != all.row(*state).len();
        let states: Vec<usize> = (0..bank.probes.len()).filter(shows).collect();
        let mut bare = LitRows::new();
        states.iter().for_each(|&state| bare.push_row(all.row(state)));
        Cue { looks, states, bare, fit: Fit::new(bank, &all, cued) }
    }
}

/// The networks of one training: per rule, then one per seed; none for a rule that never fires in its world.
type Repertoire = Vec<Vec<Represented>>;

/// The rules as networks represent them after each training, in the order of the trainings.
pub struct Mixture<'a> {
    task: &'a Task,
    bank: &'a Bank,
    /// The identified directions.
    basis: Mat<f64>,
    absence: &'a Absence,
    cues: Vec<Cue<'a>>,
    repertoires: Vec<Arc<Repertoire>>,
}

impl<'a> Mixture<'a> {
    /// Trains the networks.
    ///
    /// # Errors
    /// If a world has no level, or a network finds no memory.
    pub fn new(task: &'a Task) -> Result<Mixture<'a>, PredictorError> {
        let bank = task.bank()?;
        let basis = identify(&bank.features.uniform_gram()).basis;
        let absence = task.absence()?;
        let cues: Vec<Cue<'_>> = absence.looks().map(|looks| Cue::new(bank, looks, absence.cued())).collect();
        let practice = Practice { steps: STEPS, networks: NETWORKS, seed: task.seed.child("mix", &[]) };
        let keep = |network: Fitted| represented(&network.parameters, &bank.observations, &cues);
        let repertoires = practise(task, &practice, keep)?;
        Ok(Mixture { task, bank, basis, absence, cues, repertoires })
    }

    /// The strengths that would be measured along a training, per point of its course and rule. `courses` holds what is
    /// forecast of every training in one imagined seed; `training` is the index of this one among them.
    pub fn measured(&self, courses: &[Course], training: usize, seed: usize) -> Course {
        let before = self.before(courses, training, seed, &[]);
        let course = &courses[training];
        let start = course.strengths.first();
        let at = |strengths: &Vec<f64>| {
            let mut sum = before.clone();
            sum.add(&self.repertoires[training], seed, strengths, start);
            self.strengths(&sum)
        };
        Course { steps: course.steps.clone(), strengths: course.strengths.iter().map(at).collect() }
    }

    /// The part of the policy that all rules would be measured to explain after a training, at most 1; nothing where it is
    /// uniform.
    pub fn explained(&self, courses: &[Course], training: usize, seed: usize) -> Option<f64> {
        let sum = self.after(courses, training, seed, &[]);
        let policy: Vec<[f64; ACTIONS]> = sum.logits.iter().map(|row| softmax(*row)).collect();
        behavioural::fit(&self.bank.features, &policy).explained
    }

    /// What would be measured after a training where cues are taken away.
    pub fn effects(&self, courses: &[Course], training: usize, seed: usize) -> Effects {
        let sum = self.after(courses, training, seed, &self.cues);
        let single = |row: &[f64; ACTIONS]| row.map(|z| z as f32);
        let full: Vec<[f32; ACTIONS]> = sum.logits.iter().map(single).collect();
        let bare = |(cue, rows): (&Cue<'_>, &Vec<[f64; ACTIONS]>)| {
            let mut bare = full.clone();
            cue.states.iter().zip(rows).for_each(|(&state, row)| bare[state] = single(row));
            bare
        };
        let bare: Vec<Vec<[f32; ACTIONS]>> = self.cues.iter().zip(&sum.without).map(bare).collect();
        let baseline = |(cue, bare): (&Cue<'_>, &Vec<[f32; ACTIONS]>)| {
            (cue.looks, cue.fit.intercept(|state| change(&full[state], &bare[state])))
        };
        let strengths = self.strengths(&sum);
        let uncued = |(has_cue, own): (&bool, f64)| (!has_cue).then_some(own);
        let meter = Meter {
            cues: self.cues.iter().zip(&bare).map(baseline).collect(),
            cue_of: self.absence.cue_of().to_vec(),
            strengths: self.absence.has_cue().iter().zip(strengths).map(uncued).collect(),
        };
        let features = &self.bank.features;
        let without = |rule: usize| bare[self.absence.cue_of()[rule]].as_slice();
        let causal = |(rule, has_cue): (usize, &bool)| {
            has_cue.then(|| causal::measure(features, rule, &full, without(rule))).flatten().map(|own| own.strength)
        };
        Effects {
            causal: self.absence.has_cue().iter().enumerate().map(causal).collect(),
            magnitude: meter.magnitudes(features, &full, without),
        }
    }

    /// What the networks are after a training, also without these cues.
    fn after(&self, courses: &[Course], training: usize, seed: usize, cues: &[Cue<'_>]) -> Sum {
        let mut sum = self.before(courses, training, seed, cues);
        let course = &courses[training];
        if let Some(last) = course.strengths.last() {
            sum.add(&self.repertoires[training], seed, last, course.strengths.first());
        }
        sum
    }

    /// The same before it.
    fn before(&self, courses: &[Course], training: usize, seed: usize, cues: &[Cue<'_>]) -> Sum {
        let mut sum = Sum::zero(self.bank.probes.len(), cues);
        let lineage = self.task.study.lineage(training);
        for &earlier in lineage.iter().take_while(|&&earlier| earlier != training) {
            let course = &courses[earlier];
            if let Some(last) = course.strengths.last() {
                sum.add(&self.repertoires[earlier], seed, last, course.strengths.first());
            }
        }
        sum
    }

    fn strengths(&self, sum: &Sum) -> Vec<f64> {
        let logits: Vec<[f32; ACTIONS]> = sum.logits.iter().map(|row| row.map(|z| z as f32)).collect();
        let contributions: Vec<[f64; ACTIONS]> = sum.logits.iter().map(|row| contributed(*row, sum.bias)).collect();
        strength::total(&self.bank.features, &fisher_weights(&logits), &contributions, &self.basis)
    }
}

/// A sum of networks on the bank.
#[derive(Clone)]
struct Sum {
    logits: Vec<[f64; ACTIONS]>,
    bias: [f64; ACTIONS],
    /// As in [`Represented`]; empty where nothing is taken away.
    without: Vec<Vec<[f64; ACTIONS]>>,
}

impl Sum {
    fn zero(states: usize, cues: &[Cue<'_>]) -> Sum {
        let without = cues.iter().map(|cue| vec![[0.0; ACTIONS]; cue.states.len()]).collect();
        Sum { logits: vec![[0.0; ACTIONS]; states], bias: [0.0; ACTIONS], without }
    }

    /// Adds each rule's network times its strength less that in `start`.
    fn add(&mut self, repertoire: &Repertoire, seed: usize, strengths: &[f64], start: Option<&Vec<f64>>) {
        for (rule, networks) in repertoire.iter().enumerate().filter(|(_, networks)| !networks.is_empty()) {
            let network = &networks[seed % networks.len()];
            let gained = strengths[rule] - start.map_or(0.0, |start| start[rule]);
            let add = |sum: &mut [f64; ACTIONS], row: &[f32; ACTIONS]| {
                sum.iter_mut().zip(row).for_each(|(sum, z)| *sum += gained * f64::from(*z));
            };
            self.logits.iter_mut().zip(&network.logits).for_each(|(sum, row)| add(sum, row));
            add(&mut self.bias, &network.bias);
            for (sums, rows) in self.without.iter_mut().zip(&network.without) {
                sums.iter_mut().zip(rows).for_each(|(sum, row)| add(sum, row));
            }
        }
    }
}

/// Nothing where the outputs are not finite.
fn represented(parameters: &Parameters, observations: &LitRows, cues: &[Cue<'_>]) -> Option<Represented> {
    let logits = fused::logits(parameters, observations);
    let bias = std::array::from_fn(|action| parameters.policy.bias[action]);
    let without: Vec<_> = cues.iter().map(|cue| fused::logits(parameters, &cue.bare)).collect();
    let all_finite = logits.iter().chain(without.iter().flatten()).flatten().all(|z| z.is_finite());
    all_finite.then_some(Represented { logits, bias, without })
}
