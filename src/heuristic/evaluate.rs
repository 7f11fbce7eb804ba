//! The meaning of a heuristic: the actions that it recommends in a scene.
//!
//! Conditions on what is absent are false and moves about it recommend nothing; only `count`, which is then 0,
//! is compared all the same. A condition on a distance is false where nothing can be reached.

use crate::heuristic::nearest::Aim;
use crate::heuristic::rule::{Comparison, Condition, Heuristic, Recommendation, Target};
use crate::heuristic::scene::Scene;
use crate::world::action::{Action, ActionSet, Side};
use crate::world::place;
use crate::world::sight::Sight;
use crate::world::spec::Place;
use std::cmp::Ordering;

/// A heuristic compiled against a sight: it serves every world of the study.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    condition: Test,
    recommendation: Advice,
    cue: u64,
}

/// A [`Condition`] with indices in place of names.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Always,
    Visible(Aim),
    Within(Aim, u32),
    Side {
        aim: Aim,
        side: Side,
        within: Option<u32>,
    },
    At(Place),
    Wall(Side),
    /// By the kind's place in the sight; nothing for a kind that no world lets carry.
    Holding(Option<usize>),
    Distance(Aim, Comparison, f64),
    Count(Aim, Comparison, f64),
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

/// A [`Recommendation`] with indices in place of names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Advice {
    Toward { aim: Aim, by_direction: bool },
    AwayFrom(Aim),
    Side(Side),
    Free,
    Stay,
}

impl Rule {
    pub fn compile(heuristic: &Heuristic, sight: &Sight) -> Rule {
        let mut cue = 0;
        let mut aim = |target: &Target| {
            let aim = Aim::compile(target, sight);
            if let Aim::Look(look @ 0..64) = aim {
                cue |= 1 << look;
            }
            aim
        };
        let condition = Test::compile(&heuristic.condition, sight, &mut aim);
        let recommendation = match &heuristic.recommendation {
            Recommendation::Toward { target, by_direction } => {
                Advice::Toward { aim: aim(target), by_direction: *by_direction }
            }
            Recommendation::AwayFrom(target) => Advice::AwayFrom(aim(target)),
            Recommendation::Side(side) => Advice::Side(*side),
            Recommendation::Free => Advice::Free,
            Recommendation::Stay => Advice::Stay,
        };
        Rule { condition, recommendation, cue }
    }

    /// The recommended actions; empty where the rule does not fire: its condition is false, or it recommends
    /// nothing or everything.
    pub fn recommends(&self, scene: &Scene<'_>) -> ActionSet {
        if !self.condition.holds(scene) {
            return ActionSet::EMPTY;
        }
        match self.recommendation.actions(scene) {
            ActionSet::ALL => ActionSet::EMPTY,
            actions => actions,
        }
    }

    /// The looks that the condition and the recommendation name, as a bitmask of their indices; 0 without a cue.
    pub fn cue(&self) -> u64 {
        self.cue
    }
}

impl Test {
    fn compile(condition: &Condition, sight: &Sight, aim: &mut impl FnMut(&Target) -> Aim) -> Test {
        match condition {
            Condition::Always => Test::Always,
            Condition::Visible(target) => Test::Visible(aim(target)),
            Condition::Within(target, distance) => Test::Within(aim(target), *distance),
            Condition::Side { target, side, within } => Test::Side { aim: aim(target), side: *side, within: *within },
            Condition::At(place) => Test::At(*place),
            Condition::Wall(side) => Test::Wall(*side),
            Condition::Holding(kind) => Test::Holding(sight.carried(kind)),
            Condition::Distance(target, comparison, number) => Test::Distance(aim(target), *comparison, *number),
            Condition::Count(target, comparison, number) => Test::Count(aim(target), *comparison, *number),
            Condition::Not(inner) => Test::Not(Box::new(Test::compile(inner, sight, aim))),
            Condition::And(left, right) => {
                let left = Box::new(Test::compile(left, sight, aim));
                Test::And(left, Box::new(Test::compile(right, sight, aim)))
            }
            Condition::Or(left, right) => {
                let left = Box::new(Test::compile(left, sight, aim));
                Test::Or(left, Box::new(Test::compile(right, sight, aim)))
            }
        }
    }

    fn holds(&self, scene: &Scene<'_>) -> bool {
        let near = |aim: &Aim, most: u32| {
            let distance = aim.distance(scene, scene.agent());
            distance.is_some_and(|distance| u32::from(distance) <= most)
        };
        match self {
            Test::Always => true,
            Test::Visible(aim) => aim.visible(scene),
            Test::Within(aim, most) => near(aim, *most),
            Test::Side { aim, side, within } => {
                within.is_none_or(|most| near(aim, most)) && aim.sides(scene).contains(*side as usize)
            }
            Test::At(place) => place::contains(place, scene.paths().grid(), scene.agent()),
            Test::Wall(side) => scene.paths().grid().neighbour(scene.agent(), *side).is_none(),
            Test::Holding(carried) => carried.is_some_and(|carried| scene.held(carried) > 0),
            Test::Distance(aim, comparison, number) => {
                let distance = aim.distance(scene, scene.agent());
                distance.is_some_and(|distance| comparison.holds(f64::from(distance), *number))
            }
            Test::Count(aim, comparison, number) => comparison.holds(aim.count(scene) as f64, *number),
            Test::Not(inner) => !inner.holds(scene),
            Test::And(left, right) => left.holds(scene) && right.holds(scene),
            Test::Or(left, right) => left.holds(scene) || right.holds(scene),
        }
    }
}

impl Advice {
    fn actions(&self, scene: &Scene<'_>) -> ActionSet {
        let mut actions = ActionSet::EMPTY;
        match self {
            Advice::Toward { aim, by_direction: true } => return aim.sides(scene),
            Advice::Toward { aim, by_direction: false } => return aim.moves(scene, Ordering::Less),
            Advice::AwayFrom(aim) => return aim.moves(scene, Ordering::Greater),
            Advice::Side(side) => actions.insert_side(*side),
            Advice::Free => {
                let grid = scene.paths().grid();
                let free = Side::ALL.into_iter().filter(|&side| grid.neighbour(scene.agent(), side).is_some());
                free.for_each(|side| actions.insert_side(side));
                actions.insert(Action::Stay);
            }
            Advice::Stay => actions.insert(Action::Stay),
        }
        actions
    }
}
