//! A study made ready to run: its worlds compiled for one common observation, its rules compiled.

use crate::behaviour::arena::{Arena, compiled};
use crate::experiment::error::ExperimentError;
use crate::heuristic::evaluate::Rule;
use crate::seed::Seed;
use crate::selection::bank::measurement_seed;
use crate::selection::disagreement::{BankError, Origin};
use crate::study::Study;
use crate::training::learner::Gradients;
use crate::world::level::LevelError;
use crate::world::sight::Sight;
use crate::world::state::State;

/// A study ready to run.
pub struct Setup<'a> {
    pub study: &'a Study,
    pub sight: Sight,
    /// For each training, the worlds in which behaviour is measured after it: its own first, then scenarios in file order.
    /// After the study's own training these are all scenarios, after a phase those that a forecast or a
    /// claim asks for.
    pub arenas: Vec<Vec<Arena>>,
    pub rules: Vec<Rule>,
    /// From which bank, episodes and placebos are drawn.
    pub measurement_seed: Seed,
    /// How its networks are trained.
    pub gradients: Gradients,
}

impl<'a> Setup<'a> {
    /// Compiles a study, and draws a level of each world that is used, so that an impossible one is found before training.
    /// Networks are trained by fused kernels.
    pub fn new(study: &'a Study) -> Result<Setup<'a>, ExperimentError> {
        let (sight, arenas, rules) = compiled(study);
        let measurement_seed = measurement_seed();
        let setup = Setup { study, sight, arenas, rules, measurement_seed, gradients: Gradients::default() };
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

    /// The world of a training with a scenario laid over it; nothing where none is measured.
    pub fn arena(&self, training: usize, scenario: Option<usize>) -> Option<&Arena> {
        self.arenas.get(training)?.iter().find(|arena| arena.scenario == scenario)
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
