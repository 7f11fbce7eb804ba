//! What a predictor answers: draws of what would be measured in one freshly trained seed.
//!
//! What is in one [`Draw`] goes together: it is one imagined seed, so that a comparison of two quantities is an event with
//! a probability. Shares alone stand apart from the rest. How far they err is what kappa says, which is fitted to
//! measured ones; how far numbers err is what draws say, which may have strengths other than those that the shares are of.
//! What a predictor does not forecast is left out and named among its [`Silence`]s.

use crate::selection::share::shares;
use crate::study::Study;
use crate::study::forecast::{Event, Number, Quantity, Statement};
use std::collections::BTreeSet;

/// The forecast of one study.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// At least one.
    pub draws: Vec<Draw>,
    /// How many imagined seeds the draws come from, as many from each, those of one seed in a row: only seeds are independent
    /// of one another. At least 1; nothing where the draws are no sample but all that the predictor holds possible.
    pub seeds: Option<usize>,
    /// How much wider than its draws the forecast of shares is: a mixture over the draws of Dirichlet(kappa x share). Above
    /// 0; nothing where it is no wider.
    pub kappa: Option<f64>,
    /// What it has nothing to say about, each once.
    pub silences: Vec<Silence>,
}

/// What would be measured in one seed. All of it goes together but the selection, which is that of the imagined seed as it
/// is, without what widens its numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draw {
    /// One per training of the study.
    pub trainings: Vec<After>,
}

/// What would be measured after one training. What is nothing is not forecast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct After {
    pub selection: Option<Selection>,
    /// Per heuristic, logits.
    pub strength: Option<Vec<f64>>,
    /// Per heuristic, whether it is selected.
    pub selected: Option<Vec<bool>>,
    /// The strengths along the training.
    pub course: Option<Course>,
    /// Per heuristic, causal strength, logits; nothing for one without a cue.
    pub causal: Option<Vec<Option<f64>>>,
    /// Per heuristic, the mean activity of its solver where it fires, logits; nothing for one that never does.
    pub magnitude: Option<Vec<Option<f64>>>,
    /// Per heuristic, whether a further step would strengthen it.
    pub reinforced: Option<Vec<bool>>,
    /// The part of the policy that all rules explain, at most 1.
    pub explained: Option<f64>,
    /// One per arena of the training, or none at all.
    pub worlds: Vec<InWorld>,
}

/// How selection is shared out.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// The share of each heuristic, at least 0, sum 1.
    Shares(Vec<f64>),
    /// No heuristic has a positive strength.
    Nothing,
}

/// Strengths along a training.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Environment steps of the training, ascending, the first 0 and the last all of them.
    pub steps: Vec<u64>,
    /// Per entry of `steps`, then heuristic, logits.
    pub strengths: Vec<Vec<f64>>,
}

/// What would be measured in one world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InWorld {
    /// The mean over episodes of each behaviour of the arena.
    pub behaviours: Option<Vec<f64>>,
    pub chain: Option<Chain>,
}

/// What would be measured of the chains in one world; states are solvers, then `other`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    /// The rows of the step chain, each at least 0 with sum 1; nothing for a state that is never left.
    pub rows: Vec<Option<Vec<f64>>>,
    /// Per solver, the mean number of steps from a completed bout to its next.
    pub returns: Vec<Option<f64>>,
    /// Per length of a cycle, from 0 to the number of solvers, whether a cycle of so many could be found at all.
    pub testable: Vec<bool>,
    /// The cycles found, each with its smallest state first.
    pub cycles: Vec<Vec<usize>>,
}

/// What a predictor has nothing to say about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    pub topic: Topic,
    /// Why: a clause without a full stop.
    pub reason: String,
}

/// What forecasts are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Shares,
    Strengths,
    Selected,
    Order,
    Causal,
    Magnitude,
    Reinforced,
    Explained,
    Behaviour,
    /// Transitions and returns.
    Transitions,
    Cycles,
    /// Trainings other than the study's own.
    Phases,
}

impl Topic {
    pub const ALL: [Topic; 12] = [
        Topic::Shares,
        Topic::Strengths,
        Topic::Selected,
        Topic::Order,
        Topic::Causal,
        Topic::Magnitude,
        Topic::Reinforced,
        Topic::Explained,
        Topic::Behaviour,
        Topic::Transitions,
        Topic::Cycles,
        Topic::Phases,
    ];

    /// What a statement is about, each once.
    pub fn of(statement: &Statement) -> BTreeSet<Topic> {
        let own = match statement {
            Statement::Weights { .. } => Some(Topic::Shares),
            Statement::Transitions { .. } => Some(Topic::Transitions),
            Statement::Event { event: Event::Selected { .. }, .. } => Some(Topic::Selected),
            Statement::Event { event: Event::Order { .. }, .. } => Some(Topic::Order),
            Statement::Event { event: Event::Reinforced { .. }, .. } => Some(Topic::Reinforced),
            Statement::Event { event: Event::Cycle { .. }, .. } => Some(Topic::Cycles),
            Statement::Event { event: Event::Comparison { .. }, .. } | Statement::Number { .. } => None,
        };
        let of_number = |number: &Number| match number.quantity {
            Quantity::Share(_) => Topic::Shares,
            Quantity::Strength(_) => Topic::Strengths,
            Quantity::Causal(_) => Topic::Causal,
            Quantity::Explained => Topic::Explained,
            Quantity::Magnitude(_) => Topic::Magnitude,
            Quantity::Transition { .. } | Quantity::Returns(_) => Topic::Transitions,
            Quantity::Behaviour(_) => Topic::Behaviour,
        };
        let phases = statement.trainings().iter().any(|&training| training > 0).then_some(Topic::Phases);
        own.into_iter().chain(statement.numbers().into_iter().map(of_number)).chain(phases).collect()
    }

    /// As shown and stored.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Shares => "shares",
            Topic::Strengths => "strengths",
            Topic::Selected => "selected",
            Topic::Order => "order",
            Topic::Causal => "causal strengths",
            Topic::Magnitude => "magnitudes",
            Topic::Reinforced => "reinforcement",
            Topic::Explained => "explained",
            Topic::Behaviour => "behaviour",
            Topic::Transitions => "transitions",
            Topic::Cycles => "cycles",
            Topic::Phases => "phases",
        }
    }
}

impl Selection {
    /// From strengths: max(w, 0) over the sum of these.
    pub fn of(strengths: &[f64]) -> Selection {
        shares(strengths).map_or(Selection::Nothing, Selection::Shares)
    }

    /// The shares; nothing where nothing is selected.
    pub fn shares(&self) -> Option<&[f64]> {
        match self {
            Selection::Shares(shares) => Some(shares),
            Selection::Nothing => None,
        }
    }
}

impl Prediction {
    /// That shares are these, one per heuristic and the same after every training, at least 0 with sum 1, and nothing else,
    /// with the reason.
    pub fn of_shares(study: &Study, shares: Vec<f64>, kappa: f64, reason: &str) -> Prediction {
        Prediction::of_selections(vec![Selection::Shares(shares); study.trainings().len()], kappa, reason)
    }

    /// That this is selected after each training, and nothing else, with the reason.
    pub fn of_selections(selections: Vec<Selection>, kappa: f64, reason: &str) -> Prediction {
        let after = |selection| After { selection: Some(selection), ..After::default() };
        let spoken = |topic: &Topic| matches!(topic, Topic::Shares | Topic::Phases);
        let silences = Topic::ALL.into_iter().filter(|topic| !spoken(topic));
        Prediction {
            draws: vec![Draw { trainings: selections.into_iter().map(after).collect() }],
            seeds: None,
            kappa: Some(kappa),
            silences: silences.map(|topic| Silence { topic, reason: reason.to_string() }).collect(),
        }
    }

    /// Nothing, for this reason, which is a clause without a full stop.
    pub fn silent(study: &Study, reason: &str) -> Prediction {
        let silences = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Phases);
        Prediction {
            draws: vec![Draw { trainings: vec![After::default(); study.trainings().len()] }],
            seeds: None,
            kappa: None,
            silences: silences.map(|topic| Silence { topic, reason: reason.to_string() }).collect(),
        }
    }

    /// Why it has nothing to say about a topic, if so.
    pub fn silence(&self, topic: Topic) -> Option<&str> {
        self.silences.iter().find(|silence| silence.topic == topic).map(|silence| silence.reason.as_str())
    }

    /// The mean share of each heuristic over the draws in which something is selected; nothing where shares are not
    /// forecast or nothing is selected in any.
    pub fn mean_shares(&self, training: usize) -> Option<Vec<f64>> {
        let of = |draw: &Draw| draw.trainings.get(training)?.selection.as_ref()?.shares().map(<[f64]>::to_vec);
        mean(self.draws.iter().filter_map(of))
    }

    /// The mean strength of each heuristic over the draws, logits.
    pub fn mean_strengths(&self, training: usize) -> Option<Vec<f64>> {
        mean(self.draws.iter().filter_map(|draw| draw.trainings.get(training)?.strength.clone()))
    }

    /// The mean course over the draws; nothing without one.
    pub fn mean_course(&self, training: usize) -> Option<Course> {
        let courses: Vec<&Course> =
            self.draws.iter().filter_map(|draw| draw.trainings.get(training)?.course.as_ref()).collect();
        let steps = courses.first()?.steps.clone();
        let at = |index: usize| mean(courses.iter().filter_map(|course| course.strengths.get(index).cloned()));
        let strengths = (0..steps.len()).map(at).collect::<Option<Vec<_>>>()?;
        Some(Course { steps, strengths })
    }
}

/// The mean of rows of the same length; nothing of none.
fn mean(rows: impl Iterator<Item = Vec<f64>>) -> Option<Vec<f64>> {
    let (sum, count) = rows.fold((None, 0usize), |(sum, count): (Option<Vec<f64>>, usize), row| {
        let sum = match sum {
            None => row,
            Some(sum) => sum.iter().zip(&row).map(|(a, b)| a + b).collect(),
        };
        (Some(sum), count + 1)
    });
    sum.map(|sum| sum.into_iter().map(|sum| sum / count as f64).collect())
}
