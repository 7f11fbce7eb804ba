//! A checked study as plain data: [`forecast`]s and [`claim`]s about [`heuristic`](crate::heuristic)s that
//! training in a world selects, the settings of the training ([`ppo`]), further trainings ([`phase`]), and the
//! [`solver`]s that chains are over.

pub mod claim;
pub mod forecast;
pub mod phase;
pub mod ppo;
pub mod solver;

use crate::heuristic::rule::Heuristic;
use crate::study::claim::{Claim, Criterion};
use crate::study::forecast::{Forecast, Number};
use crate::study::phase::Phase;
use crate::study::ppo::Ppo;
use crate::study::solver::Solver;
use crate::world::spec::World;
use serde::Serialize;

/// A study: a world to train in, an agent, rules, scenarios to deploy in, phases that train on, forecasts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Study {
    pub name: String,
    /// The `///` lines above it, without the slashes.
    pub doc: String,
    /// The name of the world it trains in.
    pub world_name: String,
    /// The `///` lines above that world.
    pub world_doc: String,
    pub world: World,
    pub agent: Mlp,
    pub train: Ppo,
    /// Between 1 and 16; names are unique.
    pub heuristics: Vec<Heuristic>,
    pub scenarios: Vec<Scenario>,
    pub phases: Vec<Phase>,
    /// Those declared; without any, every heuristic is its own: see [`Study::states`].
    pub solvers: Vec<Solver>,
    /// Into how many groups the units are to be divided without the heuristics, 2 to 16; nothing where not asked.
    pub learned_solvers: Option<usize>,
    pub forecasts: Vec<Forecast>,
    /// Names are unique.
    pub claims: Vec<Claim>,
}

impl Study {
    /// The numbers that its forecasts and its claims are about.
    pub fn numbers_asked(&self) -> impl Iterator<Item = &Number> {
        let forecasts = self.forecasts.iter().flat_map(|forecast| forecast.statement.numbers());
        forecasts.chain(self.criteria().flat_map(Criterion::numbers))
    }

    /// The worlds in which its forecasts and its claims ask for something to be measured: training, scenario.
    pub fn worlds_asked(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        let forecasts = self.forecasts.iter().flat_map(|forecast| forecast.statement.worlds());
        let claims = self.criteria().flat_map(Criterion::numbers);
        forecasts.chain(claims.map(|number| (number.after, number.scenario)))
    }

    fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.claims.iter().flat_map(Claim::criteria)
    }
}

/// A multilayer perceptron with ReLU: the widths of its hidden layers, 1 to 4 of them, each 1 to 512.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mlp {
    pub hidden: Vec<usize>,
}

/// A world of deployment: nothing is trained in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scenario {
    pub name: String,
    pub doc: String,
    /// The study's world with the scenario's statements laid over it.
    pub world: World,
    /// The same over the world of each phase; some of these may have no level, and forecasts ask for none of those.
    pub over_phases: Vec<World>,
}

impl Scenario {
    /// The scenario's statements over the world of the training with this index.
    pub fn over(&self, training: usize) -> Option<&World> {
        match training.checked_sub(1) {
            None => Some(&self.world),
            Some(phase) => self.over_phases.get(phase),
        }
    }
}
