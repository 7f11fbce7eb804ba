//! The chains of one network in one world: which solver acts at each step, and which bout follows which.

use crate::experiment::solvers::Solving;
use crate::markov::classes::recurrent;
use crate::markov::convergent::convergent;
use crate::markov::counts::Counts;
use crate::markov::entropy::entropy_rate;
use crate::markov::error::MarkovError;
use crate::markov::solver_cycle::{LEAST_EVENTS, LEAST_IN_LONG, SolverCycles, Untestable, solver_cycles, untestable};
use crate::markov::stationary::unique;
use crate::solver::bouts::Summary;

/// What was measured of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// The step chain, over solvers, then `other`.
    pub steps: Counts,
    /// The share of steps at each of its states.
    pub occupancy: Vec<f64>,
    /// Its stationary distribution; nothing where it has several recurrent classes, or none.
    pub stationary: Option<Vec<f64>>,
    /// Nats per step; nothing as for the stationary distribution.
    pub entropy_rate: Option<f64>,
    /// One per solver.
    pub solvers: Vec<Summary>,
    /// The event chain: one sequence per episode.
    pub events: Vec<Vec<usize>>,
    pub cycles: SolverCycles,
    /// Solvers on the way of every cycle found that are in none of their own.
    pub convergent: Vec<usize>,
}

impl Chain {
    /// Of what the solvers of a network do in a world. `seed` is that of the permutations.
    ///
    /// # Errors
    /// If there are more solvers than chains have states.
    pub fn of(solving: &Solving, solvers: usize, seed: u64) -> Result<Chain, MarkovError> {
        let states: Vec<Vec<usize>> = solving.episodes.iter().map(|episode| episode.states.clone()).collect();
        let events: Vec<Vec<usize>> = solving.episodes.iter().map(|episode| episode.events()).collect();
        let steps = Counts::from_sequences(&states, solvers + 1, 1)?;
        let p = steps.transition();
        let stationary = unique(&p);
        let cycles = solver_cycles(&events, solvers, seed)?;
        let found: Vec<Vec<usize>> = cycles.found().map(|cycle| cycle.states.clone()).collect();
        Ok(Chain {
            occupancy: occupancy(&states, solvers + 1),
            entropy_rate: stationary.as_ref().and_then(|_| Some(entropy_rate(&p, recurrent(&p).first()?))),
            stationary,
            steps,
            solvers: solving.solvers.clone(),
            convergent: convergent(&Counts::from_sequences(&events, solvers, 1)?.transition(), &found),
            events,
            cycles,
        })
    }

    /// Mean steps from the start of a bout of a solver to the start of its next in the episode.
    pub fn returns(&self, solver: usize) -> Option<f64> {
        let returns = &self.solvers.get(solver)?.returns;
        (!returns.is_empty()).then(|| returns.iter().sum::<usize>() as f64 / returns.len() as f64)
    }

    /// Whether a cycle is found; else why it cannot be tested, a clause.
    pub fn holds(&self, cycle: &[usize]) -> Result<bool, String> {
        match untestable(&self.events, cycle.len()) {
            None => Ok(self.cycles.holds(cycle)),
            Some(reason) => Err(words(reason)),
        }
    }

    /// Why nothing could be tested, a clause.
    pub fn not_testable(&self) -> Option<String> {
        self.cycles.untestable.map(words)
    }
}

/// The share of all steps at each state.
fn occupancy(episodes: &[Vec<usize>], states: usize) -> Vec<f64> {
    let mut steps = vec![0usize; states];
    episodes.iter().flatten().for_each(|&state| steps[state] += 1);
    let all = steps.iter().sum::<usize>().max(1) as f64;
    steps.into_iter().map(|steps| steps as f64 / all).collect()
}

fn words(reason: Untestable) -> String {
    match reason {
        Untestable::FewEvents { events } => {
            format!("{events} bouts were completed, and {LEAST_EVENTS} are needed")
        }
        Untestable::ShortEpisodes { length, events } => format!(
            "{events} bouts were completed in episodes with more than {length} of them, and {LEAST_IN_LONG} are needed"
        ),
        Untestable::TooManyEvents { events } => format!("{events} bouts are too many"),
    }
}
