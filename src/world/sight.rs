//! The size and the meaning of an observation, common to all worlds of a study.
//!
//! With W x H the largest grid of these worlds, the bits are, in this order:
//!
//! `view all`: a plane of W x H bits for the walls, one for the agent, one per look. A smaller grid
//! lies in the north-west; the cells beyond it are walls.
//!
//! `view window N`: the same with planes of N x N bits, of the square centred on the agent, whose bit in its own plane
//! is always that of the centre. Objects outside are not seen.
//!
//! `view offsets`: per look, one bit per offset from the agent, (2W - 1)(2H - 1) of them row by row from the
//! north-west; four for a wall on each side; W for the column of the agent and H for its row.
//!
//! All: for every kind that can be carried, as many bits as it has objects; bit i is lit when more than
//! i are in hand.

use crate::world::action::Side;
use crate::world::spec::{View, World};
use serde::Serialize;
use std::ops::Range;

/// What every bit of an observation means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sight {
    pub view: View,
    /// Of the widest grid.
    pub width: u32,
    /// Of the highest grid.
    pub height: u32,
    /// All looks in the order of their first appearance; a look's place here is its index everywhere. Bitmasks
    /// of looks (what is hidden, cues) reach the first 64; see [`is_in`](crate::world::observation::is_in).
    pub looks: Vec<String>,
    /// The kinds that can be carried, with the most objects that any world has of each.
    pub carried: Vec<(String, u32)>,
}

impl Sight {
    /// The sight of these worlds. The first is the one trained in, whose `view` holds for all.
    pub fn of<'a>(worlds: impl IntoIterator<Item = &'a World>) -> Sight {
        let mut worlds = worlds.into_iter().peekable();
        let view = worlds.peek().map_or(View::All, |world| world.view);
        let mut sight = Sight { view, width: 0, height: 0, looks: Vec::new(), carried: Vec::new() };
        for world in worlds {
            let (width, height) = world.layout.size();
            (sight.width, sight.height) = (sight.width.max(width), sight.height.max(height));
            for object in &world.objects {
                for look in &object.looks {
                    if !sight.looks.contains(look) {
                        sight.looks.push(look.clone());
                    }
                }
                if object.is_carried() {
                    match sight.carried.iter_mut().find(|(name, _)| *name == object.name) {
                        Some((_, count)) => *count = object.count.max(*count),
                        None => sight.carried.push((object.name.clone(), object.count)),
                    }
                }
            }
        }
        sight
    }

    /// How many bits an observation has. Lit bits are stored in 16, so more than 65,536 cannot be observed.
    pub fn bits(&self) -> usize {
        self.carried_start() + self.carried.iter().map(|(_, count)| *count as usize).sum::<usize>()
    }

    /// The index of a look.
    pub fn look(&self, name: &str) -> Option<usize> {
        self.looks.iter().position(|look| look == name)
    }

    /// The place of a kind in [`Sight::carried`].
    pub fn carried(&self, name: &str) -> Option<usize> {
        self.carried.iter().position(|(kind, _)| kind == name)
    }

    /// The bits that show a look.
    pub fn look_bits(&self, look: usize) -> Range<usize> {
        let start = match self.view {
            View::All | View::Window(_) => (2 + look) * self.plane(),
            View::Offsets => look * self.plane(),
        };
        start..start + self.plane()
    }

    /// The bit of an agent in cell 0, or of the north-west of the window; the others follow (`all`, `window`).
    pub fn agent_plane(&self) -> usize {
        self.plane()
    }

    /// The bit of a wall on this side of the agent (`offsets`).
    pub fn wall_bit(&self, side: Side) -> usize {
        self.looks.len() * self.plane() + side as usize
    }

    /// The bit of an agent in this column (`offsets`).
    pub fn column_bit(&self, column: u32) -> usize {
        self.looks.len() * self.plane() + Side::ALL.len() + column as usize
    }

    /// The bit of an agent in this row (`offsets`).
    pub fn row_bit(&self, row: u32) -> usize {
        self.column_bit(self.width) + row as usize
    }

    /// The bits that show how many of a carried kind are in hand.
    pub fn carried_bits(&self, kind: usize) -> Range<usize> {
        let before: usize = self.carried.iter().take(kind).map(|(_, count)| *count as usize).sum();
        let start = self.carried_start() + before;
        start..start + self.carried.get(kind).map_or(0, |(_, count)| *count as usize)
    }

    fn carried_start(&self) -> usize {
        match self.view {
            View::All | View::Window(_) => (2 + self.looks.len()) * self.plane(),
            View::Offsets => self.row_bit(self.height),
        }
    }

    /// How many bits show one look.
    fn plane(&self) -> usize {
        let (width, height) = (self.width as usize, self.height as usize);
        match self.view {
            View::All => width * height,
            View::Window(across) => (across as usize).pow(2),
            View::Offsets => (2 * width).saturating_sub(1) * (2 * height).saturating_sub(1),
        }
    }
}
