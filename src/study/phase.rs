//! Phases: trainings beside the study's own, that go on from another or begin afresh.
//!
//! The trainings of a study are counted from 0, its own; phase i is training i + 1.

use crate::study::ppo::Ppo;
use crate::study::{Mlp, Study};
use crate::world::spec::World;
use serde::Serialize;

/// The name of a study's own training in a prediction file, which no phase has.
pub const OWN: &str = "train";

/// A further training of a study.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Phase {
    pub name: String,
    /// The `///` lines above it, without the slashes.
    pub doc: String,
    /// The training whose final networks it goes on from, which may be a later one of the file; nothing where it trains
    /// fresh networks.
    pub after: Option<usize>,
    /// The world of the training that it goes on from, else of the study, with the phase's statements laid over it.
    pub world: World,
    /// That of the training that it goes on from.
    pub agent: Mlp,
    /// Its `seeds` are those of the study, whose number alone counts.
    pub train: Ppo,
}

/// One of a study's trainings, its own or a phase.
#[derive(Clone, Copy, Debug)]
pub struct Training<'a> {
    /// [`OWN`], or the name of the phase.
    pub name: &'a str,
    pub doc: &'a str,
    pub after: Option<usize>,
    pub world: &'a World,
    pub agent: &'a Mlp,
    pub train: &'a Ppo,
}

impl Study {
    /// Its own training, then its phases in the order of the file.
    pub fn trainings(&self) -> Vec<Training<'_>> {
        let own =
            Training { name: OWN, doc: "", after: None, world: &self.world, agent: &self.agent, train: &self.train };
        let phases = self.phases.iter().map(|phase| Training {
            name: &phase.name,
            doc: &phase.doc,
            after: phase.after,
            world: &phase.world,
            agent: &phase.agent,
            train: &phase.train,
        });
        std::iter::once(own).chain(phases).collect()
    }

    /// The training with this index, which is at most the number of phases.
    pub fn training(&self, index: usize) -> Training<'_> {
        self.trainings()[index]
    }

    /// The indices of all trainings, each behind the one that it goes on from, else as in the file.
    pub fn training_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..=self.phases.len()).collect();
        // Stable, and a chain is deeper with every link.
        order.sort_by_key(|&training| self.depth(training));
        order
    }

    /// A training and all that its networks have been through before it, the first of them first.
    pub fn lineage(&self, training: usize) -> Vec<usize> {
        let before = |training: &usize| training.checked_sub(1).and_then(|phase| self.phases.get(phase)?.after);
        let mut lineage: Vec<usize> =
            // A chain of phases of a checked study is at most as long as there are phases.
            std::iter::successors(Some(training), before).take(self.phases.len() + 1).collect();
        lineage.reverse();
        lineage
    }

    /// How many trainings the networks of this one have been through before it.
    pub fn depth(&self, training: usize) -> usize {
        self.lineage(training).len() - 1
    }

    /// The world and the settings that a phase starts from, before its own statements.
    pub fn base_of(&self, phase: &Phase) -> (&World, &Ppo) {
        match phase.after.and_then(|training| training.checked_sub(1)).and_then(|before| self.phases.get(before)) {
            Some(before) => (&before.world, &before.train),
            None => (&self.world, &self.train),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::study::phase::Phase;
    use crate::study::ppo::Ppo;
    use crate::study::{Mlp, Study};
    use crate::world::spec::{Layout, Place, View, World};

    /// A study whose phases go on from these trainings.
    fn study(after: &[Option<usize>]) -> Study {
        let world = World {
            layout: Layout::Room { width: 3, height: 3 },
            start: Place::Anywhere.into(),
            view: View::All,
            horizon: 9,
            step_reward: 0.0,
            slip: 0.0,
            carry: None,
            objects: Vec::new(),
        };
        let agent = Mlp { hidden: vec![8] };
        let phase = |(index, after): (usize, &Option<usize>)| Phase {
            name: format!("phase_{index}"),
            doc: String::new(),
            after: *after,
            world: World { horizon: index as u32, ..world.clone() },
            agent: agent.clone(),
            train: Ppo::default(),
        };
        Study {
            name: "s".to_string(),
            doc: String::new(),
            world_name: "w".to_string(),
            world_doc: String::new(),
            phases: after.iter().enumerate().map(phase).collect(),
            world: world.clone(),
            agent: agent.clone(),
            train: Ppo::default(),
            heuristics: Vec::new(),
            scenarios: Vec::new(),
            solvers: Vec::new(),
            learned_solvers: None,
            forecasts: Vec::new(),
            claims: Vec::new(),
        }
    }

    #[test]
    fn a_training_comes_behind_the_one_it_goes_on_from() {
        // The first goes on from the second, that from the study's own; the third is fresh, the fourth goes on from it.
        let study = study(&[Some(2), Some(0), None, Some(3)]);
        assert_eq!((0..=4).map(|training| study.depth(training)).collect::<Vec<_>>(), [0, 2, 1, 0, 1]);
        assert_eq!(study.training_order(), [0, 3, 2, 4, 1]);
        let base = |phase: usize| study.base_of(&study.phases[phase]).0.horizon;
        assert_eq!([base(0), base(1), base(2), base(3)], [1, 9, 9, 2]);
        assert_eq!(
            study.trainings().iter().map(|training| training.name).collect::<Vec<_>>()[..2],
            ["train", "phase_0"]
        );
    }
}
