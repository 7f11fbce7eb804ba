//! All that is said about one chain, from counts, a transition matrix or sequences.
//!
//! States are numbers from 0; `states` holds their names. In JSON every number has all its digits, and `null` stands for what is infinite
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
use crate::markov::posterior::{Entry, posterior, uniform};
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
    /// As they are, each symbol a completed bout: in sequences solver-cycles are tested.
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
    /// In nats per step. Null also where it is infinite; `one_way` tells.
    pub entropy_production: Option<f64>,
    /// Whether a transition of the class has no reverse, so that its entropy production is infinite.
    pub one_way: Option<bool>,
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
    /// Under the uniform prior, of jumps over the other states; null without counts.
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
    /// For sequences of events alone, else null.
    pub solver_cycles: Option<SolverCycles>,
    /// For sequences of events alone, else null.
    pub convergent: Option<Vec<usize>>,
    /// Of the counts with the predicted matrix, of jumps with its jump chain; null without either.
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
        posterior: counts.as_ref().map(|counts| rows(counts, kind)).transpose()?,
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
            (Some(counts), Some(predicted)) if kind == Kind::Jump => {
                Some(fit(counts, &jump(predicted), SIMULATIONS, seed)?)
            }
            (Some(counts), Some(predicted)) => Some(fit(counts, predicted, SIMULATIONS, seed)?),
            _ => None,
        },
        counts: counts.map(|counts| counts.rows()),
        states,
    })
}

/// The posterior; a state of jumps never follows itself.
fn rows(counts: &Counts, kind: Kind) -> Result<Vec<Vec<Entry>>, MarkovError> {
    if kind != Kind::Jump {
        return Ok(uniform(counts));
    }
    let prior = |from: usize| (0..counts.states()).map(|to| if to == from { 0.0 } else { 1.0 }).collect();
    posterior(counts, &(0..counts.states()).map(prior).collect::<Vec<Vec<f64>>>())
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
        one_way: of_class(entropy_production).map(f64::is_infinite),
        cycles: class.recurrent.then(|| cycle_weights(p, &class.states).ok()).flatten(),
        class,
    }
}

#[cfg(test)]
mod tests {
    use super::{Data, Kind, summary};
    use crate::markov::counts::{Counts, MAX_STATES};
    use crate::markov::transition::Transition;

    fn names(states: usize) -> Vec<String> {
        (0..states).map(|state| state.to_string()).collect()
    }

    #[test]
    fn of_jumps_nothing_keeps_its_self_loops() {
        let rows = [vec![90, 6, 4], vec![2, 90, 8], vec![5, 5, 90]];
        let counts = Data::Counts(Counts::from_rows(&rows).expect("square"));
        let steps = vec![vec![0.9, 0.06, 0.04], vec![0.02, 0.9, 0.08], vec![0.05, 0.05, 0.9]];
        let steps = Transition::new(steps).expect("valid");
        let found = summary(names(3), Kind::Jump, &counts, Some(&steps), 1).expect("a chain");
        let fit = found.fit.expect("predicted");
        assert!(fit.test.degrees == 3 && fit.test.g < 1e-9, "{fit:?}");
        for (state, row) in found.posterior.expect("counts").iter().enumerate() {
            assert_eq!((row[state].mean, row[state].interval), (0.0, [0.0, 0.0]));
            assert!((row.iter().map(|entry| entry.mean).sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn as_many_states_as_there_can_be() {
        let data = Data::Sequences(vec![(0..MAX_STATES).collect()]);
        let found = summary(names(MAX_STATES), Kind::Event, &data, None, 1).expect("a chain");
        assert_eq!(found.returns_before_end.expect("sequences").len(), MAX_STATES);
    }
}
