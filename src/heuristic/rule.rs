//! A heuristic as data: `if CONDITION then RECOMMENDATION`, with its inductive bias.

use crate::world::action::Side;
use crate::world::spec::Place;
use serde::Serialize;

/// An if-then rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Heuristic {
    pub name: String,
    /// The `///` lines above it, without the slashes.
    pub doc: String,
    pub condition: Condition,
    pub recommendation: Recommendation,
    pub bias: Bias,
}

impl Heuristic {
    /// Whether its condition or its recommendation names a look: then there is a cue that can be taken away.
    pub fn names_a_look(&self) -> bool {
        let in_moves = match &self.recommendation {
            Recommendation::Toward { target, .. } | Recommendation::AwayFrom(target) => target.is_look(),
            Recommendation::Side(_) | Recommendation::Free | Recommendation::Stay => false,
        };
        in_moves || self.condition.names_a_look()
    }
}

impl Target {
    fn is_look(&self) -> bool {
        matches!(self, Target::Look(_))
    }
}

impl Condition {
    fn names_a_look(&self) -> bool {
        match self {
            Condition::Visible(target)
            | Condition::Within(target, _)
            | Condition::Side { target, .. }
            | Condition::Distance(target, ..)
            | Condition::Count(target, ..) => target.is_look(),
            Condition::Not(inner) => inner.names_a_look(),
            Condition::And(left, right) | Condition::Or(left, right) => left.names_a_look() || right.names_a_look(),
            Condition::Always | Condition::At(_) | Condition::Wall(_) | Condition::Holding(_) => false,
        }
    }
}

/// How fast training can strengthen a rule relative to the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bias {
    /// A number above 0; 1 where the file says nothing.
    Given(f64),
    /// Measured on fresh networks.
    Measured,
}

/// What a rule is about: a look of objects, or a place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    Look(String),
    Place(Place),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    Always,
    /// At least one is in view.
    Visible(Target),
    /// The nearest is at a path distance of at most this.
    Within(Target, u32),
    /// A nearest one lies on this side of the agent, columns or rows alone compared; with `within`, and at most that far.
    Side {
        target: Target,
        side: Side,
        within: Option<u32>,
    },
    /// The agent is there.
    At(Place),
    /// The cell on this side is wall or beyond the grid.
    Wall(Side),
    /// At least one of this kind of object is in hand.
    Holding(String),
    /// The path distance to the nearest, compared; false where there is none.
    Distance(Target, Comparison, f64),
    /// How many are in view, compared.
    Count(Target, Comparison, f64),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Serialize)]
pub enum Comparison {
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    AtMost,
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "=")]
    Equal,
}

impl Comparison {
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Greater => left > right,
            Comparison::AtLeast => left >= right,
            Comparison::Equal => left == right,
        }
    }

    /// The sign in a prediction file.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
            Comparison::Equal => "=",
        }
    }
}

/// The actions that a rule recommends where its condition holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Recommendation {
    /// The sides that shorten the path distance to the nearest; with `by_direction`, those on which a nearest one lies.
    Toward {
        target: Target,
        by_direction: bool,
    },
    /// The sides that lengthen the path distance to the nearest.
    AwayFrom(Target),
    Side(Side),
    /// Every action that does not bump into a wall.
    Free,
    Stay,
}
