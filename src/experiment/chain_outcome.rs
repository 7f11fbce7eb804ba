//! The chains of all seeds in one world, for the outcome.

use crate::experiment::chain::Chain;
use crate::experiment::solvers::CHAIN_EPISODES;
use crate::markov::counts::Counts;
use crate::markov::homogeneity::homogeneity;
use crate::markov::solver_cycle::Tested;
use crate::outcome::chain::{ChainOutcome, CycleOutcome, SolverOutcome, TestOutcome};
use crate::outcome::measured::Measured;
use crate::scoring::transitions::frequencies;
use crate::seed::Seed;
use crate::study::Study;
use crate::study::solver::States;

/// Simulations of the test that all seeds have one chain.
const SIMULATIONS: usize = 99;

/// Nothing without a chain.
pub fn chain_outcome(study: &Study, chains: &[&Chain], seed: Seed) -> Option<ChainOutcome> {
    if chains.is_empty() {
        return None;
    }
    let states = study.states();
    let all = 0..=states.solvers();
    let over = |number: &dyn Fn(&Chain) -> Option<f64>| {
        Measured::over_seeds(chains.iter().map(|chain| number(chain)).collect())
    };
    let transition = |from: usize, to: usize| over(&|chain| Some(frequencies(chain.steps.row(from))?[to]));
    Some(ChainOutcome {
        states: all.clone().map(|state| states.name(state).to_string()).collect(),
        episodes: CHAIN_EPISODES as u64,
        counts: chains.iter().map(|chain| chain.steps.rows()).collect(),
        transition: all.clone().map(|from| all.clone().map(|to| transition(from, to)).collect()).collect(),
        occupancy: all.clone().map(|state| over(&|chain| chain.occupancy.get(state).copied())).collect(),
        stationary: all.map(|state| over(&|chain| chain.stationary.as_ref()?.get(state).copied())).collect(),
        entropy_rate: over(&|chain| chain.entropy_rate),
        solvers: (0..states.solvers()).map(|solver| solver_outcome(study, &states, solver, over)).collect(),
        events: chains.iter().map(|chain| chain.events.rows()).collect(),
        cycles: cycles(&states, chains),
        not_testable: chains.iter().map(|chain| chain.not_testable()).collect(),
        homogeneity: one_chain(chains, seed),
        convergent: chains
            .iter()
            .map(|chain| chain.convergent.iter().map(|&solver| states.name(solver).to_string()).collect())
            .collect(),
    })
}

fn solver_outcome(
    study: &Study,
    states: &States,
    solver: usize,
    over: impl Fn(&dyn Fn(&Chain) -> Option<f64>) -> Measured,
) -> SolverOutcome {
    let members = states.of_heuristic.iter().enumerate().filter(|(_, of)| **of == Some(solver));
    SolverOutcome {
        name: states.name(solver).to_string(),
        doc: study.solvers.get(solver).map_or_else(String::new, |solver| solver.doc.clone()),
        heuristics: members.map(|(h, _)| study.heuristics[h].name.clone()).collect(),
        activity: over(&|chain| chain.solvers.get(solver)?.activity),
        bouts: over(&|chain| chain.solvers.get(solver)?.bouts),
        length: over(&|chain| chain.solvers.get(solver)?.length),
        resolved: over(&|chain| chain.solvers.get(solver)?.resolved),
        return_probability: over(&|chain| chain.solvers.get(solver)?.return_probability),
        returns: over(&|chain| chain.returns(solver)),
    }
}

/// Every cycle that is found in some seed, those of the most seeds first.
fn cycles(states: &States, chains: &[&Chain]) -> Vec<CycleOutcome> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    for cycle in chains.iter().flat_map(|chain| chain.cycles.found()) {
        if !found.contains(&cycle.states) {
            found.push(cycle.states.clone());
        }
    }
    let one = |cycle: &Vec<usize>| {
        let tested = |chain: &&Chain| chain.cycles.cycles.iter().find(|tested| tested.states == *cycle).cloned();
        let tested: Vec<Option<Tested>> = chains.iter().map(tested).collect();
        let over = |number: &dyn Fn(&Tested) -> Option<f64>| {
            Measured::over_seeds(tested.iter().map(|tested| number(tested.as_ref()?)).collect())
        };
        CycleOutcome {
            solvers: cycle.iter().map(|&solver| states.name(solver).to_string()).collect(),
            kind: if cycle.len() == 2 { "alternation" } else { "cycle" }.to_string(),
            flux_share: over(&|tested| Some(tested.share)),
            p_value: over(&|tested| Some(tested.p)),
            p_reverse: over(&|tested| Some(tested.direction?.adjusted_p)),
            p_beyond: over(&|tested| tested.beyond_non_repetition),
            found: chains.iter().map(|chain| chain.holds(cycle).ok()).collect(),
        }
    };
    let mut outcomes: Vec<CycleOutcome> = found.iter().map(one).collect();
    outcomes.sort_by_key(|cycle| std::cmp::Reverse(cycle.found.iter().filter(|found| **found == Some(true)).count()));
    outcomes
}

/// Whether the step chains of all seeds could be one.
fn one_chain(chains: &[&Chain], seed: Seed) -> Option<TestOutcome> {
    let counts: Vec<Counts> = chains.iter().map(|chain| chain.steps.clone()).collect();
    if counts.len() < 2 {
        return None;
    }
    let test = homogeneity(&counts, SIMULATIONS, seed.0).ok()?;
    Some(TestOutcome { statistic: test.g, freedom: test.degrees as f64, p_value: test.p() })
}
