//! A checked study as plain data: [`forecast`]s about [`heuristic`](crate::heuristic)s that
//! training in a world selects, and the settings of the training ([`ppo`]).

pub mod forecast;
pub mod ppo;

use crate::heuristic::rule::Heuristic;
use crate::study::forecast::Forecast;
use crate::study::ppo::Ppo;
use crate::world::spec::World;
use serde::Serialize;

/// A study: a world to train in, an agent, rules, scenarios to deploy in, forecasts.
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
    pub forecasts: Vec<Forecast>,
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
}
