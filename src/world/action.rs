//! What an agent can do, and sets of it.

use serde::Serialize;

/// How many actions there are.
pub const ACTIONS: usize = 5;

/// A side of a cell or of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    North,
    South,
    East,
    West,
}

impl Side {
    pub const ALL: [Side; 4] = [Side::North, Side::South, Side::East, Side::West];

    /// The change of (column, row) of a step to this side.
    pub fn delta(self) -> (i32, i32) {
        match self {
            Side::North => (0, -1),
            Side::South => (0, 1),
            Side::East => (1, 0),
            Side::West => (-1, 0),
        }
    }

    /// The name in a prediction file.
    pub fn name(self) -> &'static str {
        match self {
            Side::North => "north",
            Side::South => "south",
            Side::East => "east",
            Side::West => "west",
        }
    }
}

/// An action; the discriminant is its column in logits: north, south, east, west, stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Action {
    North,
    South,
    East,
    West,
    Stay,
}

impl Action {
    pub const ALL: [Action; ACTIONS] = [Action::North, Action::South, Action::East, Action::West, Action::Stay];

    /// The side moved to; nothing for `stay`.
    pub fn side(self) -> Option<Side> {
        Side::ALL.get(self as usize).copied()
    }
}

/// A set of actions, bit `a` for the action with discriminant `a`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActionSet(pub u8);

impl ActionSet {
    pub const EMPTY: ActionSet = ActionSet(0);
    pub const ALL: ActionSet = ActionSet((1 << ACTIONS) - 1);

    pub fn insert(&mut self, action: Action) {
        self.0 |= 1 << action as u8;
    }

    pub fn insert_side(&mut self, side: Side) {
        self.0 |= 1 << side as u8;
    }

    pub fn contains(self, action: usize) -> bool {
        self.0 >> action & 1 == 1
    }

    /// How many actions are in the set.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
