//! What an author forecasts. Every forecast is about one freshly trained seed: the value that this
//! program would measure on it.

use crate::heuristic::rule::Comparison;
use crate::world::spec::Place;
use serde::Serialize;

/// A `predict` statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// The `///` lines above it, without the slashes.
    pub doc: String,
    /// Its text for people on one line, without `predict`; shares of selection have at most two decimals.
    pub text: String,
    pub statement: Statement,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Statement {
    /// A Dirichlet distribution over the shares of selection.
    Weights {
        /// One per heuristic, in the order of the study; at least 0, sum 1.
        shares: Vec<f64>,
        /// Above 0; the Dirichlet parameters are this times the shares.
        concentration: f64,
        /// The index of the training.
        after: usize,
    },
    /// A Dirichlet distribution over each of these rows of the step chain.
    Transitions {
        /// At least one, each from another state.
        rows: Vec<Row>,
        /// Above 0; the Dirichlet parameters of a row are this times its shares.
        concentration: f64,
        /// The index of a scenario; nothing for the world of the training.
        scenario: Option<usize>,
        /// The index of the training.
        after: usize,
    },
    /// The probability in [0, 1] that an event holds.
    Event { event: Event, probability: f64 },
    /// The 5% and 95% quantiles of a number, `low` < `high`.
    Number { number: Number, low: f64, high: f64 },
}

/// Where the step chain goes from one state. States are solvers in the order of
/// [`States`](crate::study::solver::States), then `other`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    pub from: usize,
    /// One per state, `other` last; at least 0, sum 1.
    pub shares: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The heuristic with this index is selected in the training with this index.
    Selected {
        heuristic: usize,
        after: usize,
    },
    /// At least two different heuristics emerge in this order in the training with this index; what is not selected
    /// never emerges, and a tie makes it false.
    Order {
        heuristics: Vec<usize>,
        after: usize,
    },
    /// At the end of the training with this index, its gradient still strengthens the heuristic.
    Reinforced {
        heuristic: usize,
        after: usize,
    },
    /// At least two different solvers follow one another in this order, up to rotation, in the event chain.
    Cycle {
        solvers: Vec<usize>,
        scenario: Option<usize>,
        after: usize,
    },
    Comparison {
        left: Number,
        comparison: Comparison,
        right: Operand,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operand {
    Number(Number),
    Constant(f64),
}

/// A measured number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Number {
    pub quantity: Quantity,
    /// The index of a scenario, for behaviour and chains; nothing for the world of the training.
    pub scenario: Option<usize>,
    /// The index of the training after which it is measured: 0 is the study's own.
    pub after: usize,
}

/// What is measured. Shares and probabilities lie in [0, 1].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Quantity {
    /// The share of the heuristic with this index.
    Share(usize),
    /// The strength, in logits, of the heuristic with this index.
    Strength(usize),
    /// The causal strength, in logits, of the heuristic with this index, which names a look.
    Causal(usize),
    /// The part of the policy that all listed heuristics explain.
    Explained,
    /// The mean magnitude, in logits, of the solver of the heuristic with this index.
    Magnitude(usize),
    /// A probability of the step chain. The states are solvers, then `other`.
    Transition {
        from: usize,
        to: usize,
    },
    /// The mean number of steps from the start of a bout of this solver that is completed, its target reached or its
    /// condition gone, to the start of its next in the episode.
    Returns(usize),
    Behaviour(Behaviour),
}

/// A mean over episodes, actions sampled from the policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Behaviour {
    /// The share of episodes in which `goal` is reached after the start, within so many steps and strictly before `before`.
    Reach {
        goal: Goal,
        before: Option<Goal>,
        within: Option<u32>,
    },
    /// The share of steps at a place.
    TimeAt(Place),
    Return,
    Length,
    /// Times that `goal` is reached.
    MeanReach(Goal),
}

/// What an agent can reach: an object (touching works) or a place (the agent enters it).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    Object(String),
    Place(Place),
}

impl Quantity {
    /// It is measured in a world, so that it takes `in`.
    pub fn has_a_world(&self) -> bool {
        matches!(self, Quantity::Transition { .. } | Quantity::Returns(_) | Quantity::Behaviour(_))
    }

    /// The least and the largest value that it can have.
    pub fn possible(&self) -> [f64; 2] {
        match self {
            Quantity::Share(_) | Quantity::Transition { .. } => [0.0, 1.0],
            Quantity::Behaviour(Behaviour::Reach { .. } | Behaviour::TimeAt(_)) => [0.0, 1.0],
            Quantity::Explained => [f64::NEG_INFINITY, 1.0],
            Quantity::Magnitude(_) | Quantity::Behaviour(Behaviour::Length | Behaviour::MeanReach(_)) => {
                [0.0, f64::INFINITY]
            }
            Quantity::Returns(_) => [1.0, f64::INFINITY],
            Quantity::Strength(_) | Quantity::Causal(_) | Quantity::Behaviour(Behaviour::Return) => {
                [f64::NEG_INFINITY, f64::INFINITY]
            }
        }
    }
}

impl Statement {
    /// The numbers that it is about.
    pub fn numbers(&self) -> Vec<&Number> {
        match self {
            Statement::Number { number, .. } => vec![number],
            Statement::Event { event: Event::Comparison { left, right, .. }, .. } => match right {
                Operand::Number(right) => vec![left, right],
                Operand::Constant(_) => vec![left],
            },
            Statement::Event {
                event: Event::Selected { .. } | Event::Order { .. } | Event::Reinforced { .. } | Event::Cycle { .. },
                ..
            }
            | Statement::Weights { .. }
            | Statement::Transitions { .. } => Vec::new(),
        }
    }

    /// The trainings that it is about, each once.
    pub fn trainings(&self) -> Vec<usize> {
        match self {
            Statement::Weights { after, .. }
            | Statement::Transitions { after, .. }
            | Statement::Event {
                event:
                    Event::Selected { after, .. }
                    | Event::Order { after, .. }
                    | Event::Reinforced { after, .. }
                    | Event::Cycle { after, .. },
                ..
            } => vec![*after],
            Statement::Number { .. } | Statement::Event { event: Event::Comparison { .. }, .. } => {
                let mut trainings: Vec<usize> = self.numbers().iter().map(|number| number.after).collect();
                trainings.dedup();
                trainings
            }
        }
    }

    /// The worlds in which it asks for something to be measured: training, scenario.
    pub fn worlds(&self) -> Vec<(usize, Option<usize>)> {
        match self {
            Statement::Transitions { scenario, after, .. }
            | Statement::Event { event: Event::Cycle { scenario, after, .. }, .. } => vec![(*after, *scenario)],
            _ => self.numbers().iter().map(|number| (number.after, number.scenario)).collect(),
        }
    }
}
