//! Learned solvers of a trained network in the world of its training, and which of the study's solvers they match.

use crate::experiment::error::ExperimentError;
use crate::experiment::setup::Setup;
use crate::experiment::solvers::Solving;
use crate::network::parameters::Parameters;
use crate::solver::labels::{Label, label};
use crate::solver::learned::{Component, MOST_STEPS, learn};
use crate::world::batch::Batch;
use crate::world::environment::Ending;
use crate::world::lit::LitRows;
use crate::world::sight::Sight;

/// What was learned from one network.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedSolvers {
    /// The most active first.
    pub components: Vec<LearnedSolver>,
    /// Normalised mutual information in [0, 1] with the solvers of the heuristics.
    pub information: f64,
    /// The share of steps in [0, 1] at which the best pairing of the two agrees.
    pub accuracy: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LearnedSolver {
    /// What it reads: looks, kinds in hand, or where the agent is.
    pub reads: Vec<String>,
    pub component: Component,
    /// The solver that it matches.
    pub label: Label,
}

/// Learns so many solvers from what was `seen` of the episodes in `own`, the network's own world.
pub fn learned_solvers(
    setup: &Setup,
    groups: usize,
    seen: &Seen,
    own: &Solving,
    parameters: &Parameters,
) -> Result<LearnedSolvers, ExperimentError> {
    let solvers = setup.study.states().solvers();
    let longest = MOST_STEPS / own.episodes.len().max(1);
    let (mut observations, mut lengths, mut states) = (LitRows::new(), Vec::new(), Vec::new());
    for (episode, rows) in own.episodes.iter().zip(&seen.episodes) {
        let length = episode.states.len().min(rows.len()).min(longest);
        rows.rows().take(length).for_each(|row| observations.push_row(row));
        lengths.push(length);
        states.extend(episode.states.iter().take(length).map(|&state| (state < solvers).then_some(state)));
    }
    let learned = learn(parameters, &observations, &lengths, groups)?;
    let labels = label(groups, &learned.dominant, solvers, &states);
    let named = |(component, label): (Component, Label)| LearnedSolver {
        reads: reads(&setup.sight, &component.bits),
        component,
        label,
    };
    Ok(LearnedSolvers {
        components: learned.components.into_iter().zip(labels.components).map(named).collect(),
        information: labels.information,
        accuracy: labels.accuracy,
    })
}

/// The observations before each step of each episode.
#[derive(Default)]
pub struct Seen {
    episodes: Vec<LitRows>,
}

impl Seen {
    /// Looks at a batch before its first step and after every step.
    pub fn see(&mut self, batch: &Batch) {
        if batch.lengths().iter().all(|&length| length == 0) {
            self.episodes.extend((0..batch.len()).map(|_| LitRows::new()));
        }
        let first = self.episodes.len() - batch.len();
        for (i, rows) in self.episodes[first..].iter_mut().enumerate() {
            if batch.endings()[i] == Ending::None {
                batch.observe_one(i, rows);
            }
        }
    }
}

/// What these bits of an observation show.
fn reads(sight: &Sight, bits: &[u16]) -> Vec<String> {
    let mut left: Vec<usize> = bits.iter().map(|&bit| usize::from(bit)).collect();
    let mut shown = Vec::new();
    let mut take = |range: std::ops::Range<usize>, name: String| {
        let before = left.len();
        left.retain(|bit| !range.contains(bit));
        if left.len() < before {
            shown.push(name);
        }
    };
    for (look, name) in sight.looks.iter().enumerate() {
        take(sight.look_bits(look), name.clone());
    }
    for (kind, (name, _)) in sight.carried.iter().enumerate() {
        take(sight.carried_bits(kind), format!("{name} in hand"));
    }
    if !left.is_empty() {
        shown.push("walls or the agent's place".to_string());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::reads;
    use crate::world::drawn::{object, world};
    use crate::world::sight::Sight;
    use crate::world::spec::Touch;

    #[test]
    fn bits_are_named_by_what_they_show() {
        let objects = [object("cheese", Touch::Vanishes, 1.0), object("key", Touch::Carried { returns: false }, 0.0)];
        let sight = Sight::of([&world("@ck", &objects)]);
        let first = |range: std::ops::Range<usize>| range.start as u16;
        let (cheese, hand) = (first(sight.look_bits(0)), first(sight.carried_bits(0)));
        assert_eq!(reads(&sight, &[cheese, cheese + 1, hand]), ["cheese", "key in hand"]);
        assert_eq!(reads(&sight, &[0]), ["walls or the agent's place"]);
        assert!(reads(&sight, &[]).is_empty());
    }
}
