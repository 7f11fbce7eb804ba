//! A world as data: everything a prediction file can say of one. There is one engine for all.

use crate::world::action::Side;
use serde::Serialize;

/// A world, complete: what the file leaves out stands here with its default.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct World {
    pub layout: Layout,
    /// Where the agent begins.
    pub start: Site,
    pub view: View,
    /// An episode is cut (truncated) after this many steps.
    pub horizon: u32,
    /// Added to the reward at every step.
    pub step_reward: f64,
    /// The probability in [0, 1] that a uniformly random one of the five actions replaces the one taken.
    pub slip: f64,
    /// The most objects in hand; nothing for no limit.
    pub carry: Option<u32>,
    pub objects: Vec<Object>,
}

impl World {
    /// With every site replaced: where the agent begins, where objects are placed, and where touching them is rewarded.
    pub fn with_sites(&self, site: impl Fn(&Site) -> Site) -> World {
        let object = |object: &Object| {
            let placement = |own: &Placement| Placement { site: site(&own.site), share: own.share };
            let reward = |own: &Reward| Reward { amount: own.amount, at: own.at.as_ref().map(&site) };
            Object {
                at: object.at.iter().map(placement).collect(),
                rewards: object.rewards.iter().map(reward).collect(),
                ..object.clone()
            }
        };
        World { start: site(&self.start), objects: self.objects.iter().map(object).collect(), ..self.clone() }
    }
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
    /// `columns` x `rows` rooms, as equal as can be, with walls one cell thick between them; every two neighbouring
    /// rooms are joined by one door, a cell of that wall drawn per level.
    Rooms { width: u32, height: u32, columns: u32, rows: u32 },
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
            | Layout::Rooms { width, height, .. }
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
    /// The same in a square of this odd width, centred on the agent. What lies outside is not seen.
    Window(u32),
    /// One bit per look and offset from the agent, one per side for a wall, one per row and column for where it is.
    Offsets,
}

/// A set of cells, named by where it is. Only its floor cells count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Hash, Serialize)]
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

/// Where something is put: a place, or cells near something that a level already has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Site {
    Place(Place),
    /// The floor cells at a path distance of at most `distance` from the nearest of these.
    Near {
        of: Anchor,
        distance: u32,
    },
}

/// What a [`Site`] is near to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    Agent,
    /// A kind of object of the same world, by name.
    Object(String),
}

/// One of the sites at which a kind is placed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placement {
    pub site: Site,
    /// The probability in [0, 1] that a level has the kind there. It is drawn again with a level that is
    /// [drawn again](crate::world::level), so among levels it holds only where all placements succeed alike.
    pub share: f64,
}

/// A reward for touching.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reward {
    pub amount: f64,
    /// Where the object must be touched; nothing for anywhere. Near the agent is no condition: what is touched always
    /// is, as it shares the agent's cell.
    pub at: Option<Site>,
}

/// A kind of object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Object {
    pub name: String,
    pub count: u32,
    /// At least one; the shares sum to 1. Where there are several, one is drawn per level, for all objects of the kind
    /// and for every fresh place that they get in it.
    pub at: Vec<Placement>,
    /// Received when touching works; several add up. At most one without a place, the sum of the file's, is first.
    pub rewards: Vec<Reward>,
    pub touch: Touch,
    /// Its cell can be entered only when touching works.
    pub blocks: bool,
    /// Touching works only while this kind is carried, and uses one up.
    pub needs: Option<String>,
    /// While this kind is carried, touching instead uses one up and removes this object, without reward.
    pub unless: Option<String>,
    /// The looks it shows; its own name where the file names none. Never empty, no duplicates.
    pub looks: Vec<String>,
    pub moves: Moves,
}

/// How an object moves: with these probabilities, together at most 1, it takes one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Moves {
    /// To a side drawn from those that are free.
    pub random: f64,
    /// Along a shortest path to the agent.
    pub toward_agent: f64,
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
    /// The agent takes it in hand. Used up it is gone, or returns to a fresh place.
    Carried { returns: bool },
}

impl From<Place> for Site {
    fn from(place: Place) -> Site {
        Site::Place(place)
    }
}

impl Site {
    /// The place that it names; nothing for cells near something.
    pub fn place(&self) -> Option<Place> {
        match self {
            Site::Place(place) => Some(*place),
            Site::Near { .. } => None,
        }
    }
}

impl Placement {
    /// Always at this place.
    pub fn only(place: Place) -> Vec<Placement> {
        vec![Placement { site: place.into(), share: 1.0 }]
    }
}

impl Object {
    /// An object of which a file says nothing but its name.
    pub fn named(name: &str) -> Object {
        Object {
            name: name.to_string(),
            count: 1,
            at: Placement::only(Place::Anywhere),
            rewards: Vec::new(),
            touch: Touch::Stays,
            blocks: false,
            needs: None,
            unless: None,
            looks: vec![name.to_string()],
            moves: Moves::default(),
        }
    }

    /// Rewards as a file without places gives them: one, or none where it is 0.
    pub fn reward_of(amount: f64) -> Vec<Reward> {
        if amount == 0.0 { Vec::new() } else { vec![Reward { amount, at: None }] }
    }

    /// What touching it brings wherever it is.
    pub fn reward(&self) -> f64 {
        self.rewards.iter().filter(|reward| reward.at.is_none()).map(|reward| reward.amount).sum()
    }

    /// Whether there is something to be gained from touching it, somewhere.
    pub fn is_rewarded(&self) -> bool {
        let placed = |reward: &Reward| reward.at.is_some() && reward.amount > 0.0;
        self.reward() > 0.0 || self.rewards.iter().any(placed)
    }

    pub fn is_mover(&self) -> bool {
        self.moves.random > 0.0 || self.moves.toward_agent > 0.0
    }

    pub fn is_carried(&self) -> bool {
        matches!(self.touch, Touch::Carried { .. })
    }
}
