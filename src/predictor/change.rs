//! Studies in which everything of a kind is replaced: names by other names, sides by their mirror images.

use crate::heuristic::rule::{Condition, Heuristic, Recommendation, Target};
use crate::study::phase::Phase;
use crate::study::solver::Solver;
use crate::study::{Scenario, Study};
use crate::world::action::Side;
use crate::world::spec::{Anchor, Object, Place, Site, World};

/// What takes the place of each part; as it is, unless said otherwise.
pub trait Change {
    fn world(&self, world: &World) -> World {
        world.clone()
    }

    fn side(&self, side: Side) -> Side {
        side
    }

    /// A place that a rule names.
    fn place(&self, place: Place) -> Place {
        place
    }

    /// The name of a look.
    fn look(&self, name: &str) -> String {
        name.to_string()
    }

    /// The name of an object.
    fn object(&self, name: &str) -> String {
        name.to_string()
    }

    /// What a rule is about.
    fn target(&self, target: &Target) -> Target {
        match target {
            Target::Look(look) => Target::Look(self.look(look)),
            Target::Place(place) => Target::Place(self.place(*place)),
        }
    }

    /// That an object of this name is in hand.
    fn holding(&self, name: &str) -> Condition {
        Condition::Holding(self.object(name))
    }

    /// The name of the study or a part of it that is neither a look nor an object.
    fn name(&self, name: &str) -> String {
        name.to_string()
    }

    /// A documentation.
    fn doc(&self, doc: &str) -> String {
        doc.to_string()
    }
}

/// A study with every part replaced, without its forecasts and claims.
pub fn changed_study(study: &Study, change: &dyn Change) -> Study {
    let world = |world: &World| changed_world(&change.world(world), change);
    let scenario = |scenario: &Scenario| Scenario {
        name: change.name(&scenario.name),
        doc: change.doc(&scenario.doc),
        world: world(&scenario.world),
        over_phases: scenario.over_phases.iter().map(world).collect(),
    };
    let phase = |phase: &Phase| Phase {
        name: change.name(&phase.name),
        doc: change.doc(&phase.doc),
        world: world(&phase.world),
        ..phase.clone()
    };
    let solver = |solver: &Solver| Solver {
        name: change.name(&solver.name),
        doc: change.doc(&solver.doc),
        heuristics: solver.heuristics.clone(),
    };
    Study {
        name: change.name(&study.name),
        doc: change.doc(&study.doc),
        world_name: change.name(&study.world_name),
        world_doc: change.doc(&study.world_doc),
        world: world(&study.world),
        agent: study.agent.clone(),
        train: study.train.clone(),
        heuristics: study.heuristics.iter().map(|heuristic| changed_heuristic(heuristic, change)).collect(),
        scenarios: study.scenarios.iter().map(scenario).collect(),
        phases: study.phases.iter().map(phase).collect(),
        solvers: study.solvers.iter().map(solver).collect(),
        learned_solvers: study.learned_solvers,
        forecasts: Vec::new(),
        claims: Vec::new(),
    }
}

/// A rule with every part replaced.
pub fn changed_heuristic(heuristic: &Heuristic, change: &dyn Change) -> Heuristic {
    Heuristic {
        name: change.name(&heuristic.name),
        doc: change.doc(&heuristic.doc),
        condition: condition(&heuristic.condition, change),
        recommendation: match &heuristic.recommendation {
            Recommendation::Toward { target, by_direction } => {
                Recommendation::Toward { target: change.target(target), by_direction: *by_direction }
            }
            Recommendation::AwayFrom(target) => Recommendation::AwayFrom(change.target(target)),
            Recommendation::Side(side) => Recommendation::Side(change.side(*side)),
            Recommendation::Free => Recommendation::Free,
            Recommendation::Stay => Recommendation::Stay,
        },
        bias: heuristic.bias,
    }
}

/// A world with the names of its looks and objects replaced.
pub fn changed_world(world: &World, change: &dyn Change) -> World {
    let site = |site: &Site| match site {
        Site::Near { of: Anchor::Object(name), distance } => {
            Site::Near { of: Anchor::Object(change.object(name)), distance: *distance }
        }
        site => site.clone(),
    };
    let object = |object: &Object| Object {
        name: change.object(&object.name),
        needs: object.needs.as_ref().map(|name| change.object(name)),
        unless: object.unless.as_ref().map(|name| change.object(name)),
        looks: object.looks.iter().map(|look| change.look(look)).collect(),
        ..object.clone()
    };
    let world = world.with_sites(site);
    World { objects: world.objects.iter().map(object).collect(), ..world }
}

fn condition(old: &Condition, change: &dyn Change) -> Condition {
    let target = |old: &Target| change.target(old);
    let inner = |old: &Condition| Box::new(condition(old, change));
    match old {
        Condition::Always => Condition::Always,
        Condition::Visible(about) => Condition::Visible(target(about)),
        Condition::Within(about, steps) => Condition::Within(target(about), *steps),
        Condition::Side { target: about, side, within } => {
            Condition::Side { target: target(about), side: change.side(*side), within: *within }
        }
        Condition::At(place) => Condition::At(change.place(*place)),
        Condition::Wall(side) => Condition::Wall(change.side(*side)),
        Condition::Holding(kind) => change.holding(kind),
        Condition::Distance(about, comparison, number) => Condition::Distance(target(about), *comparison, *number),
        Condition::Count(about, comparison, number) => Condition::Count(target(about), *comparison, *number),
        Condition::Not(old) => Condition::Not(inner(old)),
        Condition::And(left, right) => Condition::And(inner(left), inner(right)),
        Condition::Or(left, right) => Condition::Or(inner(left), inner(right)),
    }
}
