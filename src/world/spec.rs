//! A world as data: everything a prediction file can say of one. There is one engine for all.

use crate::world::action::Side;
use serde::Serialize;

/// A world, complete: what the file leaves out stands here with its default.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct World {
    pub layout: Layout,
    /// Where the agent begins.
    pub start: Place,
    pub view: View,
    /// An episode is cut (truncated) after this many steps.
    pub horizon: u32,
    /// Added to the reward at every step.
    pub step_reward: f64,
    /// The probability in [0, 1] that a uniformly random one of the five actions replaces the one taken.
    pub slip: f64,
    pub objects: Vec<Object>,
}

/// The walls, drawn anew per level. Sizes count the cells of the grid; everything beyond is wall.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// All floor.
    Room { width: u32, height: u32 },
    /// A depth-first maze; both sizes odd. `braid`: the share in [0, 1] of dead ends that are opened.
    Maze { width: u32, height: u32, braid: f64 },
    /// Each cell is a wall with probability `walls`; the largest connected part is kept.
    Scatter { width: u32, height: u32, walls: f64 },
    /// Drawn in the file.
    Map { width: u32, height: u32, cells: Vec<Glyph> },
}

impl Layout {
    /// Width and height in cells.
    pub fn size(&self) -> (u32, u32) {
        match *self {
            Layout::Room { width, height }
            | Layout::Maze { width, height, .. }
            | Layout::Scatter { width, height, .. }
            | Layout::Map { width, height, .. } => (width, height),
        }
    }
}

/// A cell of a drawn map, row by row from the north-west.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Glyph {
    Wall,
    Floor,
    /// Floor with a name.
    Marker(char),
}

/// What the agent sees, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// A plane for walls, one for the agent, one per look.
    All,
    /// One bit per look and offset from the agent, one per side for a wall, one per row and column for where it is.
    Offsets,
}

/// A set of cells, named by where it is. Only its floor cells count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    Anywhere,
    /// The `size` x `size` square in the corner; `vertical` is north or south, `horizontal` east or west.
    Corner {
        vertical: Side,
        horizontal: Side,
        size: u32,
    },
    /// The outermost row or column on this side.
    Edge(Side),
    /// Columns from the first to the last, both included.
    Columns(u32, u32),
    /// Rows from the first to the last, both included.
    Rows(u32, u32),
    /// One cell: column, row.
    Cell(u32, u32),
    /// The cells of a map that carry this letter.
    Marker(char),
}

/// A kind of object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Object {
    pub name: String,
    pub count: u32,
    pub at: Place,
    /// Received when touching works; the sum of the file's `reward` statements.
    pub reward: f64,
    pub touch: Touch,
    /// The looks it shows; its own name where the file names none. Never empty, no duplicates.
    pub looks: Vec<String>,
}

/// What touching does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Touch {
    /// Nothing.
    Stays,
    /// The episode ends (it is terminated).
    Ends,
    /// It is removed.
    Vanishes,
    /// It moves to a fresh place.
    Respawns,
    /// The agent takes it in hand.
    Carried,
}
