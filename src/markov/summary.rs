//! All that is said about one chain, from counts, a transition matrix or sequences.
//!
//! States are numbers from 0; `states` holds their names. In JSON every number is exact, and `null` stands for what is infinite
//! (a mean time where the visit is not certain, an entropy production where a transition has no reverse, G where something
//! impossible happened) or does not exist (what needs counts or sequences where there are none, the period of a class
//! without a closed walk, a conditional time without a way back). The documentation of each field says which.

use crate::markov::classes::{Class, classes};
use crate::markov::convergent::convergent;
use crate::markov::counts::Counts;
use crate::markov::cycles::{Cycle, cycle_weights};
use crate::markov::entropy::{entropy_production, entropy_rate};
use crate::markov::error::MarkovError;
use crate::markov::fit::{Fit, fit};
use crate::markov::flux::{Flux, flux};
use crate::markov::g_test::SIMULATIONS;
use crate::markov::jump::{collapsed, jump};
use crate::markov::order::{Order, order};
use crate::markov::passage::{hitting, mean_first_passage};
use crate::markov::posterior::{Entry, uniform};
use crate::markov::returns::{Observed, Return, observed, returns};
use crate::markov::solver_cycle::{SolverCycles, solver_cycles};
use crate::markov::spectrum::{Spectrum, spectrum};
use crate::markov::stationary::on_class;
use crate::markov::transition::Transition;
use serde::Serialize;

/// How sequences or matrices are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// As they are.
    Step,
    /// Without self-loops.
    Jump,
    /// As they are, each symbol a completed bout: solver-cycles are tested.
    Event,
}

/// What a chain is made from.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Counts(Counts),
    Transition(Transition),
    Sequences(Vec<Vec<usize>>),
}

/// A communicating class, with what only a recurrent one has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Described {
    #[serde(flatten)]
    pub class: Class,
    /// Over all states, 0 outside of the class. This and the next three are null for transient classes.
    pub stationary: Option<Vec<f64>>,
    /// In nats per step.
    pub entropy_rate: Option<f64>,
    /// In nats per step. Null also where it is infinite; `irreversible` tells.
    pub entropy_production: Option<f64>,
    /// Whether a transition of the class has no reverse, so that its entropy production is infinite.
    pub irreversible: Option<bool>,
    /// The exact weights; null also where there are more than 20,000.
    pub cycles: Option<Vec<Cycle>>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    pub states: Vec<String>,
    pub kind: Kind,
    /// Of transitions; null for a matrix of probabilities.
    pub counts: Option<Vec<Vec<u64>>>,
    pub transition: Vec<Vec<f64>>,
    /// Under the uniform prior; null without counts.
    pub posterior: Option<Vec<Vec<Entry>>>,
    pub classes: Vec<Described>,
    pub spectrum: Spectrum,
    /// The probability that the column's state is ever visited from the row's; 1 on the diagonal.
    pub hitting: Vec<Vec<f64>>,
    /// The mean number of steps to the first visit, 0 on the diagonal; null where it is infinite, the visit not being certain.
    pub mean_first_passage: Vec<Vec<f64>>,
    /// Of the chain that goes on for ever.
    pub returns: Vec<Return>,
    /// Of the chain that ends as the sequences do; null without these.
    pub returns_before_end: Option<Vec<Return>>,
    /// What happened in the sequences, in positions; null without these.
    pub observed_returns: Option<Vec<Observed>>,
    /// By loop erasure; null without sequences.
    pub flux: Option<Flux>,
    /// Null without sequences.
    pub order: Option<Order>,
    /// For events alone, else null.
    pub solver_cycles: Option<SolverCycles>,
    /// For events alone, else null.
    pub convergent: Option<Vec<usize>>,
    /// Of the counts with the predicted matrix; null without either.
    pub fit: Option<Fit>,
}

/// Everything about a chain with these names of states. `predicted` is compared with the counts, if there are any.
///
/// # Errors
/// If names, data and prediction have different numbers of states, or the spectrum does not converge.
pub fn summary(
    states: Vec<String>,
    kind: Kind,
    data: &Data,
    predicted: Option<&Transition>,
    seed: u64,
) -> Result<Summary, MarkovError> {
    let sequences = match (data, kind) {
        (Data::Sequences(sequences), Kind::Jump) => Some(collapsed(sequences)),
        (Data::Sequences(sequences), _) => Some(sequences.clone()),
        _ => None,
    };
    let counts = match (data, &sequences) {
        (Data::Counts(counts), _) if kind == Kind::Jump => Some(without_loops(counts)?),
        (Data::Counts(counts), _) => Some(counts.clone()),
        (_, Some(sequences)) => Some(Counts::from_sequences(sequences, states.len(), 1)?),
        _ => None,
    };
    let p = match (data, &counts) {
        (Data::Transition(p), _) if kind == Kind::Jump => jump(p),
        (Data::Transition(p), _) => p.clone(),
        (_, Some(counts)) => counts.transition(),
        _ => Transition::from_checked(Vec::new()),
    };
    if p.states() != states.len() {
        return Err(MarkovError::Dimension { expected: states.len(), found: p.states() });
    }
    let sequences = sequences.as_deref();
    let cycles = match (kind, sequences) {
        (Kind::Event, Some(events)) => Some(solver_cycles(events, states.len(), seed)?),
        _ => None,
    };
    let converge = |found: &SolverCycles| {
        convergent(&p, &found.found().map(|cycle| cycle.states.clone()).collect::<Vec<Vec<usize>>>())
    };
    let columns: Vec<Vec<f64>> = (0..p.states()).map(|target| hitting(&p, &[target])).collect();
    let ended = |sequences: &[Vec<usize>]| {
        let counts = Counts::with_end(sequences, states.len())?;
        let mut found = returns(&counts.transition());
        found.truncate(states.len());
        Ok::<Vec<Return>, MarkovError>(found)
    };
    Ok(Summary {
        kind,
        posterior: counts.as_ref().map(uniform),
        transition: p.rows().to_vec(),
        classes: classes(&p).into_iter().map(|class| describe(&p, class)).collect(),
        spectrum: spectrum(&p)?,
        hitting: (0..p.states()).map(|from| columns.iter().map(|column| column[from]).collect()).collect(),
        mean_first_passage: mean_first_passage(&p),
        returns: returns(&p),
        returns_before_end: sequences.map(ended).transpose()?,
        observed_returns: sequences.map(|sequences| observed(sequences, None, states.len())),
        flux: sequences.map(|sequences| flux(sequences, states.len())).transpose()?,
        order: sequences.map(|sequences| order(sequences, states.len(), SIMULATIONS, seed)).transpose()?,
        convergent: cycles.as_ref().map(converge),
        solver_cycles: cycles,
        fit: match (&counts, predicted) {
            (Some(counts), Some(predicted)) => Some(fit(counts, predicted, SIMULATIONS, seed)?),
            _ => None,
        },
        counts: counts.map(|counts| counts.rows()),
        states,
    })
}

fn without_loops(counts: &Counts) -> Result<Counts, MarkovError> {
    let mut rows = counts.rows();
    rows.iter_mut().enumerate().for_each(|(state, row)| row[state] = 0);
    Counts::from_rows(&rows)
}

fn describe(p: &Transition, class: Class) -> Described {
    let of_class = |value: fn(&Transition, &[usize]) -> f64| class.recurrent.then(|| value(p, &class.states));
    Described {
        stationary: class.recurrent.then(|| on_class(p, &class.states)),
        entropy_rate: of_class(entropy_rate),
        entropy_production: of_class(entropy_production),
        irreversible: of_class(entropy_production).map(f64::is_infinite),
        cycles: class.recurrent.then(|| cycle_weights(p, &class.states).ok()).flatten(),
        class,
    }
}
