//! A study made ready to run: its worlds compiled for one common observation, its rules compiled.

use crate::experiment::error::ExperimentError;
use crate::heuristic::evaluate::Rule;
use crate::seed::Seed;
use crate::study::Study;
use crate::world::engine::Engine;
use crate::world::sight::Sight;
use crate::world::spec::World;
use crate::world::state::State;

/// The root of everything that measuring draws: it is no seed of training.
const MEASUREMENT: &str = "measurement";

/// A study ready to run.
pub struct Setup<'a> {
    pub study: &'a Study,
    pub sight: Sight,
    /// The training world first, then the scenarios in file order.
    pub arenas: Vec<Arena>,
    pub rules: Vec<Rule>,
    /// From which bank, episodes and placebos are drawn.
    pub measurement_seed: Seed,
}

/// A world in which behaviour is measured.
pub struct Arena {
    /// `training`, or the scenario's name.
    pub name: String,
    pub doc: String,
    pub engine: Engine,
}

impl<'a> Setup<'a> {
    /// Compiles a study, and draws a level of each of its worlds, so that an impossible one is found before training.
    pub fn new(study: &'a Study) -> Result<Setup<'a>, ExperimentError> {
        let worlds = || std::iter::once(&study.world).chain(study.scenarios.iter().map(|scenario| &scenario.world));
        let sight = Sight::of(worlds());
        let arena = |name: &str, doc: &str, world: &World| Arena {
            name: name.to_string(),
            doc: doc.to_string(),
            engine: Engine::new(world, &sight),
        };
        let mut arenas = vec![arena("training", "", &study.world)];
        arenas.extend(study.scenarios.iter().map(|s| arena(&s.name, &s.doc, &s.world)));
        let measurement_seed = Seed(0).child(MEASUREMENT, &[]);
        for (index, arena) in arenas.iter().enumerate() {
            let mut stream = measurement_seed.stream("trial level", &[index as u64]);
            State::draw(&arena.engine, &mut stream).map_err(|source| level(study, &arena.name, source))?;
        }
        let rules = study.heuristics.iter().map(|heuristic| Rule::compile(heuristic, &sight)).collect();
        Ok(Setup { study, sight, arenas, rules, measurement_seed })
    }

    /// The world that is trained in.
    pub fn training(&self) -> &Engine {
        &self.arenas[0].engine
    }

    /// The names of these heuristics in a row, `and` before the last.
    pub fn names(&self, members: &[usize]) -> String {
        let names: Vec<&str> = members.iter().map(|&h| self.study.heuristics[h].name.as_str()).collect();
        match names.split_last() {
            Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            _ => names.concat(),
        }
    }

    /// An error of drawing levels, with the world's name.
    pub fn level_error(&self, arena: &str, source: crate::world::level::LevelError) -> ExperimentError {
        level(self.study, arena, source)
    }
}

fn level(study: &Study, arena: &str, source: crate::world::level::LevelError) -> ExperimentError {
    let world = match arena {
        "training" => study.world_name.clone(),
        scenario => format!("{} in scenario {scenario}", study.world_name),
    };
    ExperimentError::Level { world, source }
}
