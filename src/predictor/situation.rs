//! What a critic is told of a state: a few facts, each one of a fixed list.
//!
//! In each state one fact of each kind holds: the column and the row of the agent; for each look the path distance to the
//! nearest in view, or that there is none, and how many are in view. What is worth reaching depends on what is in hand, so
//! each combination of kinds that are in hand has a list of its own. No fact depends on names, on the order or the
//! number of rules, or on a random number, and a world that is mirrored or turned has the same facts under another number,
//! so that a critic that begins at zero for each has no preference.

use crate::heuristic::nearest::Aim;
use crate::heuristic::scene::Scene;
use crate::world::sight::Sight;

/// Distances from here on are one fact.
const FARTHEST: u32 = 64;
/// As many in view or more are one fact.
const MANY: usize = 7;
/// Kinds in hand that lists are told apart by.
const IN_HAND: usize = 6;

/// The facts of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Situations {
    columns: u32,
    rows: u32,
    looks: u32,
    /// How many distances are told apart, the farthest one included.
    distances: u32,
    /// How many kinds can be in hand, the first of them.
    in_hand: usize,
}

impl Situations {
    pub fn of(sight: &Sight) -> Situations {
        Situations {
            columns: sight.width,
            rows: sight.height,
            looks: sight.looks.len() as u32,
            distances: (sight.width + sight.height).min(FARTHEST),
            in_hand: sight.carried.len().min(IN_HAND),
        }
    }

    /// How many facts hold in each state.
    pub fn facts_each(&self) -> usize {
        2 + 2 * self.looks as usize
    }

    /// How many facts there are.
    pub fn count(&self) -> usize {
        (self.list() as usize) << self.in_hand
    }

    /// The facts of one combination in hand.
    fn list(&self) -> u32 {
        self.columns + self.rows + self.looks * (self.distances + 1 + MANY as u32 + 1)
    }

    /// Adds the facts that hold in a scene, each below [`Situations::count`].
    pub fn facts(&self, scene: &Scene<'_>, facts: &mut Vec<u32>) {
        let held = (0..self.in_hand).filter(|&kind| scene.held(kind) > 0).fold(0, |bits, kind| bits | 1 << kind);
        let mut start: u32 = held * self.list();
        let mut add = |fact: u32, of: u32| {
            facts.push(start + fact);
            start += of;
        };
        let grid = scene.paths().grid();
        add(grid.column(scene.agent()), self.columns);
        add(grid.row(scene.agent()), self.rows);
        for look in 0..self.looks as usize {
            let distance = Aim::Look(look).distance(scene, scene.agent());
            // The first is that there is none.
            let fact = distance.map_or(0, |distance| 1 + u32::from(distance).min(self.distances - 1));
            add(fact, self.distances + 1);
            add(scene.cells(look).len().min(MANY) as u32, MANY as u32 + 1);
        }
    }
}
