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
    /// One per solver, without the returns one by one: with many seeds, these and the events would fill the memory.
    pub solvers: Vec<Summary>,
    /// Per solver, the mean number of steps from the start of a completed bout to the start of its next in the episode.
    returns: Vec<Option<f64>>,
    /// The event chain, over solvers.
    pub events: Counts,
    /// By the length of a cycle, up to the number of solvers: why it cannot be tested, if so.
    untestable: Vec<Option<Untestable>>,
    pub cycles: SolverCycles,
    /// Solvers on the way of every cycle found that are in none of their own.
    pub convergent: Vec<usize>,
    /// The share in [0, 1] of the steps at which several solvers are equally active.
    pub tied: f64,
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
        let counts = Counts::from_sequences(&events, solvers, 1)?;
        let found: Vec<Vec<usize>> = cycles.found().map(|cycle| cycle.states.clone()).collect();
        Ok(Chain {
            occupancy: occupancy(&states, solvers + 1),
            entropy_rate: stationary.as_ref().and_then(|_| Some(entropy_rate(&p, recurrent(&p).first()?))),
            stationary,
            steps,
            solvers: solving.solvers.iter().map(|solver| Summary { returns: Vec::new(), ..solver.clone() }).collect(),
            returns: solving.solvers.iter().map(|solver| mean(&solver.returns)).collect(),
            untestable: (0..=solvers).map(|length| untestable(&events, length)).collect(),
            convergent: convergent(&counts.transition(), &found),
            tied: solving.tied,
            events: counts,
            cycles,
        })
    }

    /// Mean steps from the start of a completed bout of a solver to the start of its next in the episode.
    pub fn returns(&self, solver: usize) -> Option<f64> {
        *self.returns.get(solver)?
    }

    /// Whether a cycle is found; else why it cannot be tested, a clause.
    pub fn holds(&self, cycle: &[usize]) -> Result<bool, String> {
        match self.untestable.get(cycle.len()) {
            Some(Some(reason)) => Err(words(*reason)),
            _ => Ok(self.cycles.holds(cycle)),
        }
    }

    /// Why nothing could be tested, a clause.
    pub fn not_testable(&self) -> Option<String> {
        self.cycles.untestable.map(words)
    }
}

fn mean(returns: &[usize]) -> Option<f64> {
    (!returns.is_empty()).then(|| returns.iter().sum::<usize>() as f64 / returns.len() as f64)
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

#[cfg(test)]
mod tests {
    use super::Chain;
    use crate::experiment::solvers::Solving;
    use crate::solver::bouts::{Episode, summaries};
    use crate::solver::dominant::{Moment, bit};

    /// Episodes in which each solver in turn is dominant for so many steps, all of which it needs to reach its target.
    fn solving(episodes: &[Vec<(usize, usize)>], solvers: usize) -> Solving {
        let step = |solver: usize, last: bool| Moment {
            leaders: bit(solver),
            activity: 1.0 + solver as f32,
            reached: if last { bit(solver) } else { 0 },
            goes_on: u32::MAX,
        };
        let bout = |&(solver, steps): &(usize, usize)| (1..=steps).map(move |n| step(solver, n == steps));
        let moments: Vec<Vec<Moment>> = episodes.iter().map(|bouts| bouts.iter().flat_map(bout).collect()).collect();
        let episodes: Vec<Episode> = moments.iter().map(|moments| Episode::read(moments, solvers, 0.5)).collect();
        Solving { solvers: summaries(&moments, &episodes, solvers), episodes, floor: 0.5, tied: 0.0 }
    }

    /// 20 episodes of four rounds: 0 for two steps, 1 for one, 2 for three; between rounds, one step of nobody.
    fn rounds(solvers: [usize; 3]) -> Solving {
        let [a, b, c] = solvers;
        let round = [(a, 2), (b, 1), (c, 3), (3, 1)];
        solving(&vec![round.repeat(4); 20], 3)
    }

    #[test]
    fn everything_follows_from_the_steps() {
        let chain = Chain::of(&rounds([0, 1, 2]), 3, 7).expect("three solvers");
        // 80 rounds; the last step of an episode goes nowhere.
        let rows: Vec<Vec<u64>> = vec![vec![80, 80, 0, 0], vec![0, 0, 80, 0], vec![0, 0, 160, 80], vec![60, 0, 0, 0]];
        assert_eq!(chain.steps.rows(), rows);
        let expected = [2.0, 1.0, 3.0, 1.0].map(|steps: f64| steps / 7.0);
        assert!(chain.occupancy.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12));
        let stationary = chain.stationary.clone().expect("one recurrent class");
        assert!(stationary.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12));
        // 0 stays half of the time, 2 two thirds.
        let entropy = (2.0 * 2.0_f64.ln() + 3.0 * (3.0_f64.ln() - 2.0 / 3.0 * 2.0_f64.ln())) / 7.0;
        assert!((chain.entropy_rate.expect("defined") - entropy).abs() < 1e-12);
        assert_eq!(chain.events.rows(), [[0, 80, 0], [0, 0, 80], [60, 0, 0]]);
        assert_eq!([0, 1, 2, 3].map(|solver| chain.returns(solver)), [Some(7.0), Some(7.0), Some(7.0), None]);
        assert_eq!(chain.solvers[1].return_probability, Some(0.75));
        assert_eq!(chain.not_testable(), None);
        for (cycle, holds) in [([0, 1, 2], true), ([1, 2, 0], true), ([0, 2, 1], false)] {
            assert_eq!(chain.holds(&cycle), Ok(holds), "{cycle:?}");
        }
        assert_eq!(chain.holds(&[0, 1]), Ok(false));
    }

    #[test]
    fn the_order_of_heuristics_in_the_file_has_no_say() {
        let (first, second) = (rounds([0, 1, 2]), rounds([2, 0, 1]));
        let [first, second] = [first, second].map(|solving| Chain::of(&solving, 3, 7).expect("three solvers"));
        let to = [2, 0, 1, 3];
        for from in 0..4 {
            assert!((first.occupancy[from] - second.occupancy[to[from]]).abs() < 1e-12);
            assert_eq!(first.returns(from), second.returns(to[from]));
            (0..4).for_each(|next| assert_eq!(first.steps.row(from)[next], second.steps.row(to[from])[to[next]]));
        }
        let [one, other] = [&first, &second].map(|chain| chain.cycles.found().next().expect("found").clone());
        assert_eq!(other.states, [0, 1, 2]);
        assert_eq!((one.count, one.p, one.share), (other.count, other.p, other.share));
        assert_eq!(second.holds(&[to[0], to[1], to[2]]), Ok(true));
    }

    #[test]
    fn what_cannot_be_tested_says_why_and_what_never_acts_has_no_numbers() {
        let few = Chain::of(&solving(&[vec![(0, 2), (1, 1)], vec![(0, 1)]], 3), 3, 7).expect("three solvers");
        let reason = "3 bouts were completed, and 60 are needed".to_string();
        assert_eq!((few.holds(&[0, 1]), few.not_testable()), (Err(reason.clone()), Some(reason)));
        assert_eq!((few.returns(0), few.solvers[2].activity), (None, None));
        assert_eq!(few.steps.row(2), [0, 0, 0, 0]);
        // Enough bouts, but none of the episodes could hold a round of three and begin the next.
        let short = Chain::of(&solving(&vec![vec![(0, 1), (1, 1), (0, 1)]; 40], 3), 3, 7).expect("three solvers");
        assert!(short.holds(&[0, 1]).is_ok());
        let reason = "0 bouts were completed in episodes with more than 3 of them, and 20 are needed";
        assert_eq!(short.holds(&[0, 1, 2]), Err(reason.to_string()));
        let nothing = Chain::of(&solving(&[Vec::new(), vec![(3, 2)]], 3), 3, 7).expect("three solvers");
        assert_eq!(nothing.occupancy, [0.0, 0.0, 0.0, 1.0]);
    }
}
