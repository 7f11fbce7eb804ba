//! A study made ready to run: its worlds compiled for one common observation, its rules compiled.

use crate::behaviour::episodes::Watch;
use crate::experiment::error::ExperimentError;
use crate::experiment::quantities::behaviours;
use crate::heuristic::evaluate::Rule;
use crate::seed::Seed;
use crate::selection::disagreement::{BankError, Origin};
use crate::study::Study;
use crate::study::forecast::Behaviour;
use crate::world::engine::Engine;
use crate::world::level::LevelError;
use crate::world::sight::Sight;
use crate::world::spec::World;
use crate::world::state::State;

/// The root of everything that measuring draws: it is no seed of training.
const MEASUREMENT: &str = "measurement";
/// What outcomes call the world that was trained in.
pub const TRAINING: &str = "training";

/// A study ready to run.
pub struct Setup<'a> {
    pub study: &'a Study,
    pub sight: Sight,
    /// For each training, the worlds in which behaviour is measured after it: its own first, then scenarios in file order.
    /// After the study's own training these are all scenarios, after a phase those that a forecast asks for.
    pub arenas: Vec<Vec<Arena>>,
    pub rules: Vec<Rule>,
    /// From which bank, episodes and placebos are drawn.
    pub measurement_seed: Seed,
}

/// A world in which behaviour is measured after a training.
pub struct Arena {
    /// [`TRAINING`], or the scenario's name.
    pub name: String,
    pub doc: String,
    /// The index of the training.
    training: usize,
    /// The index of the scenario; nothing for the world of the training.
    pub scenario: Option<usize>,
    pub engine: Engine,
    /// What is measured, each once; the return is the first.
    pub behaviours: Vec<Behaviour>,
    /// What of it is counted.
    pub watch: Watch,
}

impl Arena {
    /// What its random streams are told apart by, `more` being the seed or the like. It depends neither on names nor on
    /// the training: after each one a scenario has the same levels and the same luck, so that a comparison of two
    /// trainings compares networks alone.
    pub fn indices(&self, more: &[u64]) -> Vec<u64> {
        let place = self.scenario.map_or(0, |scenario| scenario as u64 + 1);
        std::iter::once(place).chain(more.iter().copied()).collect()
    }
}

impl<'a> Setup<'a> {
    /// Compiles a study, and draws a level of each world that is used, so that an impossible one is found before training.
    pub fn new(study: &'a Study) -> Result<Setup<'a>, ExperimentError> {
        let sight = Sight::of(worlds(study));
        let arenas = (0..=study.phases.len()).map(|training| arenas(study, &sight, training)).collect();
        let rules = study.heuristics.iter().map(|heuristic| Rule::compile(heuristic, &sight)).collect();
        let measurement_seed = Seed(0).child(MEASUREMENT, &[]);
        let setup = Setup { study, sight, arenas, rules, measurement_seed };
        for arena in setup.arenas.iter().flatten() {
            let mut stream = measurement_seed.stream("trial level", &arena.indices(&[]));
            State::draw(&arena.engine, &mut stream).map_err(|source| setup.level_error(arena, source))?;
        }
        Ok(setup)
    }

    /// The world of a training.
    pub fn own_arena(&self, training: usize) -> &Arena {
        &self.arenas[training][0]
    }

    /// The names of these heuristics in a row, `and` before the last.
    pub fn names(&self, members: &[usize]) -> String {
        let names: Vec<&str> = members.iter().map(|&h| self.study.heuristics[h].name.as_str()).collect();
        match names.split_last() {
            Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            _ => names.concat(),
        }
    }

    /// The name of a training for outcomes: nothing for the study's own.
    pub fn phase_name(&self, training: usize) -> Option<String> {
        training.checked_sub(1).and_then(|phase| Some(self.study.phases.get(phase)?.name.clone()))
    }

    /// An error of drawing levels, with the world's name.
    pub fn level_error(&self, arena: &Arena, source: LevelError) -> ExperimentError {
        let scenario = arena.scenario.map_or(String::new(), |_| format!(" in scenario {}", arena.name));
        let phase = self.phase_name(arena.training).map_or(String::new(), |phase| match arena.scenario {
            Some(_) => format!(" after {phase}"),
            None => format!(" in phase {phase}"),
        });
        ExperimentError::Level { world: format!("{}{scenario}{phase}", self.study.world_name), source }
    }

    /// An error of drawing the bank, with the name of the world that it is about.
    pub fn bank_error(&self, error: BankError) -> ExperimentError {
        let arena = match error.of {
            Origin::Training(training) => self.own_arena(training),
            Origin::Scenario(scenario) => {
                let own = self.arenas[0].iter().find(|arena| arena.scenario == Some(scenario));
                own.unwrap_or_else(|| self.own_arena(0))
            }
        };
        self.level_error(arena, error.source)
    }
}

/// Every world that a forecast could ask for, the study's first, so that no forecast changes what networks see.
fn worlds(study: &Study) -> impl Iterator<Item = &World> {
    let scenarios = study.scenarios.iter().map(|scenario| &scenario.world);
    let phases = study.phases.iter().map(|phase| &phase.world);
    let pairs = study.scenarios.iter().flat_map(|scenario| &scenario.over_phases);
    // Looks are numbered in this order: a scenario that adds one moves none of those that are trained on.
    std::iter::once(&study.world).chain(phases).chain(scenarios).chain(pairs)
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
    let asked = |scenario: usize| {
        let mut worlds = study.forecasts.iter().flat_map(|forecast| forecast.statement.worlds());
        worlds.any(|world| world == (training, Some(scenario)))
    };
    let scenarios = study.scenarios.iter().enumerate().filter(|(index, _)| training == 0 || asked(*index));
    let deployed = scenarios.filter_map(|(index, scenario)| {
        Some(arena(&scenario.name, &scenario.doc, Some(index), scenario.over(training)?))
    });
    own.into_iter().chain(deployed).collect()
}
