//! The worlds in which behaviour is measured after each training of a study, and what is asked for there.

use crate::behaviour::episodes::Watch;
use crate::behaviour::quantities::behaviours;
use crate::heuristic::evaluate::Rule;
use crate::study::Study;
use crate::study::forecast::{Behaviour, Goal};
use crate::world::engine::Engine;
use crate::world::image::Image;
use crate::world::sight::Sight;
use crate::world::spec::{Place, World};

/// What outcomes call the world that was trained in.
pub const TRAINING: &str = "training";

/// A world in which behaviour is measured after a training.
pub struct Arena {
    /// [`TRAINING`], or the scenario's name.
    pub name: String,
    pub doc: String,
    /// The index of the training.
    pub training: usize,
    /// The index of the scenario; nothing for the world of the training.
    pub scenario: Option<usize>,
    pub engine: Engine,
    /// What is measured, each once; the return is the first.
    pub behaviours: Vec<Behaviour>,
    /// What of it is counted.
    pub watch: Watch,
}

impl Arena {
    /// Its world turned over, and what is measured there. `sight` is that of the images of all worlds of the study.
    pub fn image(&self, image: Image, sight: &Sight) -> Arena {
        let size = self.engine.world().layout.size();
        let place = |place: &Place| image.place(*place, size);
        let goal = |goal: &Goal| match goal {
            Goal::Object(name) => Goal::Object(name.clone()),
            Goal::Place(own) => Goal::Place(place(own)),
        };
        let turned = |behaviour: &Behaviour| match behaviour {
            Behaviour::Reach { goal: reached, before, within } => {
                Behaviour::Reach { goal: goal(reached), before: before.as_ref().map(goal), within: *within }
            }
            Behaviour::TimeAt(own) => Behaviour::TimeAt(place(own)),
            Behaviour::MeanReach(reached) => Behaviour::MeanReach(goal(reached)),
            Behaviour::Return | Behaviour::Length => behaviour.clone(),
        };
        let behaviours: Vec<Behaviour> = self.behaviours.iter().map(turned).collect();
        Arena {
            name: self.name.clone(),
            doc: self.doc.clone(),
            training: self.training,
            scenario: self.scenario,
            engine: Engine::image_of(&self.engine, image, sight),
            watch: Watch::new(&behaviours),
            behaviours,
        }
    }

    /// What its random streams are told apart by, `more` being the seed or the like. It depends neither on names nor on
    /// the training: after each one a scenario has the same levels and the same luck, so that a comparison of two
    /// trainings compares networks alone.
    pub fn indices(&self, more: &[u64]) -> Vec<u64> {
        let place = self.scenario.map_or(0, |scenario| scenario as u64 + 1);
        std::iter::once(place).chain(more.iter().copied()).collect()
    }
}

/// Every world that a forecast could ask for, the study's first, so that no forecast changes what networks see.
pub fn worlds(study: &Study) -> impl Iterator<Item = &World> {
    let scenarios = study.scenarios.iter().map(|scenario| &scenario.world);
    let phases = study.phases.iter().map(|phase| &phase.world);
    let pairs = study.scenarios.iter().flat_map(|scenario| &scenario.over_phases);
    // Looks are numbered in this order: a scenario that adds one moves none of those that are trained on.
    std::iter::once(&study.world).chain(phases).chain(scenarios).chain(pairs)
}

/// What all the worlds of a study show, the worlds of each of its trainings, and its rules, compiled.
pub fn compiled(study: &Study) -> (Sight, Vec<Vec<Arena>>, Vec<Rule>) {
    let sight = Sight::of(worlds(study));
    let arenas = (0..=study.phases.len()).map(|training| arenas(study, &sight, training)).collect();
    let rules = study.heuristics.iter().map(|heuristic| Rule::compile(heuristic, &sight)).collect();
    (sight, arenas, rules)
}

/// The worlds of one training.
fn arenas(study: &Study, sight: &Sight, training: usize) -> Vec<Arena> {
    let arena = |name: &str, doc: &str, scenario: Option<usize>, world: &World| {
        let behaviours = behaviours(study, world, training, scenario);
        Arena {
            name: name.to_string(),
            doc: doc.to_string(),
            training,
            scenario,
            engine: Engine::new(world, sight),
            watch: Watch::new(&behaviours),
            behaviours,
        }
    };
    let own = study.trainings().get(training).map(|own| arena(TRAINING, "", None, own.world));
    let asked = |scenario: usize| study.worlds_asked().any(|world| world == (training, Some(scenario)));
    let scenarios = study.scenarios.iter().enumerate().filter(|(index, _)| training == 0 || asked(*index));
    let deployed = scenarios.filter_map(|(index, scenario)| {
        Some(arena(&scenario.name, &scenario.doc, Some(index), scenario.over(training)?))
    });
    own.into_iter().chain(deployed).collect()
}
