//! What an outcome says of solvers, as tables: the chains over them in every world, their cycles, and those learned.
//!
//! The column `world` is the scenario's name, `training` for the world of the training, as in the table `behaviour`.

use crate::outcome::Outcome;
use crate::outcome::chain::{ChainOutcome, CycleOutcome, SolverOutcome};
use crate::outcome::measured::Measured;
use crate::report::csv::{Cell, Table, number, optional, text};
use crate::report::tables::trainings;

/// The rows of every chain in the seed with each index, behind the training, the world and the seed.
fn of_chains(outcome: &Outcome, rows: impl Fn(&ChainOutcome, usize) -> Vec<Vec<Cell>>) -> Vec<Vec<Cell>> {
    let mut all = Vec::new();
    for (name, results) in trainings(outcome) {
        for scenario in &results.scenarios {
            let Some(chain) = &scenario.chain else { continue };
            for (index, &seed) in outcome.seeds.iter().enumerate() {
                let start = [text(name), text(&scenario.name), Cell::Whole(seed)];
                all.extend(rows(chain, index).into_iter().map(|row| [&start[..], &row].concat()));
            }
        }
    }
    all
}

/// The columns of a table of chains.
fn columns(own: &[&'static str]) -> Vec<&'static str> {
    [&["training", "world", "seed"], own].concat()
}

/// A row per chain: what is said of it as a whole.
pub fn chains(outcome: &Outcome) -> Table {
    let rows = of_chains(outcome, |chain, seed| {
        let convergent = chain.convergent.get(seed).map_or_else(String::new, |solvers| solvers.join(" "));
        vec![vec![
            Cell::Whole(chain.episodes),
            number(chain.entropy_rate.at(seed)),
            text(&convergent),
            optional(chain.not_testable.get(seed).and_then(Option::as_deref)),
        ]]
    });
    let columns = columns(&["episodes", "entropy_rate", "convergent", "cycles_not_testable"]);
    Table { name: "chains", about: "the chain over solvers of a seed in a world; nats per step", columns, rows }
}

/// A row per transition of the step chain.
pub fn transitions(outcome: &Outcome) -> Table {
    let rows = of_chains(outcome, |chain, seed| {
        pairs(&chain.states, &chain.counts, seed)
            .map(|(from, to, mut row)| {
                row.push(number(chain.transition.get(from).and_then(|row| row.get(to)?.at(seed))));
                row
            })
            .collect()
    });
    let columns = columns(&["from", "to", "count", "frequency"]);
    let about = "a transition of the step chain of a seed in a world; the frequency is of those that leave `from`";
    Table { name: "transitions", about, columns, rows }
}

/// A row per state of the step chain.
pub fn occupancy(outcome: &Outcome) -> Table {
    let rows = of_chains(outcome, |chain, seed| {
        let numbers = chain.occupancy.iter().zip(&chain.stationary);
        let row = |(state, (occupancy, stationary)): (&String, (&Measured, &Measured))| {
            vec![text(state), number(occupancy.at(seed)), number(stationary.at(seed))]
        };
        chain.states.iter().zip(numbers).map(row).collect()
    });
    let columns = columns(&["state", "occupancy", "stationary"]);
    Table { name: "occupancy", about: "a state of the step chain of a seed in a world, 0 to 1", columns, rows }
}

/// A row per solver.
pub fn solvers(outcome: &Outcome) -> Table {
    let rows = of_chains(outcome, |chain, seed| {
        let row = |solver: &SolverOutcome| {
            let measured = [
                &solver.activity,
                &solver.bouts,
                &solver.length,
                &solver.resolved,
                &solver.return_probability,
                &solver.returns,
            ];
            let names = [text(&solver.name), text(&solver.heuristics.join(" "))];
            names.into_iter().chain(measured.map(|measured| number(measured.at(seed)))).collect()
        };
        chain.solvers.iter().map(row).collect()
    });
    let own = ["solver", "heuristics", "activity", "bouts", "length", "resolved", "return_probability", "returns"];
    let about = "a solver of a seed in a world: logits, bouts per episode, steps per bout, the share of bouts resolved, and \
                 of bouts that another follows, after how many steps";
    Table { name: "solvers", about, columns: columns(&own), rows }
}

/// A row per transition of the event chain.
pub fn events(outcome: &Outcome) -> Table {
    let rows = of_chains(outcome, |chain, seed| {
        let solvers: Vec<String> = chain.solvers.iter().map(|solver| solver.name.clone()).collect();
        pairs(&solvers, &chain.events, seed).map(|(_, _, row)| row).collect()
    });
    let about = "a transition of the event chain of a seed in a world, from one completed bout to the next";
    Table { name: "events", about, columns: columns(&["from", "to", "count"]), rows }
}

/// A row per cycle that is found in some seed.
pub fn cycles(outcome: &Outcome) -> Table {
    let rows = of_chains(outcome, |chain, seed| {
        let row = |cycle: &CycleOutcome| {
            let found = cycle.found.get(seed).copied().flatten();
            vec![
                text(&cycle.solvers.join(" ")),
                text(&cycle.kind),
                found.map_or_else(|| text(""), Cell::Truth),
                number(cycle.flux_share.at(seed)),
                number(cycle.p_value.at(seed)),
                number(cycle.p_reverse.at(seed)),
                number(cycle.p_beyond.at(seed)),
            ]
        };
        chain.cycles.iter().map(row).collect()
    });
    let columns = columns(&["cycle", "kind", "found", "flux_share", "p_value", "p_reverse", "p_beyond"]);
    let about =
        "a cycle of solvers that some seed has, in a seed in a world; `found` is empty where it cannot be tested";
    Table { name: "cycles", about, columns, rows }
}

/// A row per learned solver.
pub fn learned_solvers(outcome: &Outcome) -> Table {
    let mut rows = Vec::new();
    for (name, results) in trainings(outcome) {
        let Some(learned) = &results.learned_solvers else { continue };
        for (index, (&seed, solvers)) in outcome.seeds.iter().zip(&learned.by_seed).enumerate() {
            for (place, solver) in solvers.iter().enumerate() {
                rows.push(vec![
                    text(name),
                    Cell::Whole(seed),
                    Cell::Whole(place as u64 + 1),
                    optional(solver.solver.as_deref()),
                    number(Some(solver.agreement)),
                    number(Some(solver.share)),
                    text(&solver.reads.join("; ")),
                    number(learned.information.at(index)),
                    number(learned.accuracy.at(index)),
                ]);
            }
        }
    }
    let columns =
        vec!["training", "seed", "learned", "matches", "agreement", "share", "reads", "information", "accuracy"];
    let about =
        "a learned solver of a seed after a training, all 0 to 1; information and accuracy are of all of the seed";
    Table { name: "learned_solvers", about, columns, rows }
}

/// Every pair of states in a seed: their indices, and a row with their names and the count.
fn pairs<'a>(
    states: &'a [String],
    counts: &'a [Vec<Vec<u64>>],
    seed: usize,
) -> impl Iterator<Item = (usize, usize, Vec<Cell>)> + 'a {
    let counts = counts.get(seed).map_or(&[][..], Vec::as_slice);
    states.iter().zip(counts).enumerate().flat_map(move |(from, (name, counts))| {
        let row = move |(to, (other, &count)): (usize, (&String, &u64))| {
            (from, to, vec![text(name), text(other), Cell::Whole(count)])
        };
        states.iter().zip(counts).enumerate().map(row)
    })
}

#[cfg(test)]
mod tests {
    use super::{cycles, learned_solvers, solvers, transitions};
    use crate::outcome::fixture;

    /// The fixture's seed 5 cannot be tested for cycles, seed 2 has none, and seed 4 has a learned solver without a match.
    #[test]
    fn rows_are_of_a_world_and_a_seed() {
        let outcome = fixture::outcome();
        let chain = outcome.results.scenarios[0].chain.as_ref().expect("a chain");
        let seeds = outcome.seeds.len();
        let chains = outcome.results.scenarios.iter().filter(|scenario| scenario.chain.is_some()).count();

        let table = transitions(&outcome);
        assert_eq!(table.rows.len(), chains * seeds * chain.states.len().pow(2));
        let frequency = chain.transition[0][1].by_seed[0].expect("defined");
        let line = format!("train,training,{},corner,cheese,90,{frequency:?}", outcome.seeds[0]);
        assert_eq!(table.csv().lines().nth(2), Some(line.as_str()));

        let csv = cycles(&outcome).csv();
        let found = |seed: usize| {
            let start = format!("train,training,{},corner cheese,alternation,", outcome.seeds[seed]);
            csv.lines().find_map(|line| line.strip_prefix(&start)?.split(',').next().map(str::to_string))
        };
        assert_eq!([0, 2, 5].map(found), ["true", "false", ""].map(|cell| Some(cell.to_string())));
        assert_eq!(solvers(&outcome).rows.len(), chains * seeds * chain.solvers.len());
        let learned = learned_solvers(&outcome).csv();
        assert!(learned.contains(&format!("\ntrain,{},2,,0.88,0.4,,", outcome.seeds[4])), "{learned}");
    }
}
