//! What a rule is about, found in a scene: how far the nearest is, on which sides, and which moves lead there.
//!
//! Distances are path distances in which only walls matter. The nearest counts, ties together. If none can be
//! reached there is no distance, and all count as nearest for the question on which sides they lie.

use crate::heuristic::rule::Target;
use crate::heuristic::scene::Scene;
use crate::world::action::{ActionSet, Side};
use crate::world::grid::Grid;
use crate::world::paths::Paths;
use crate::world::paths::UNREACHABLE;
use crate::world::place;
use crate::world::sight::Sight;
use crate::world::spec::Place;
use std::cmp::Ordering;

/// With more objects than this, on a grid of more cells than [`SMALL`], searches start from the agent's side: there the
/// distances from every cell are too many to be kept, and of objects that move few are asked for twice.
const FEW: usize = 8;
/// The distances between all cells of this many fill half a MiB.
const SMALL: usize = 512;

/// A [`Target`] compiled against a sight.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Aim {
    Look(usize),
    Place(Place),
    /// A look that no world of the study has: always absent.
    Nowhere,
}

impl Aim {
    pub fn compile(target: &Target, sight: &Sight) -> Aim {
        match target {
            Target::Look(name) => sight.look(name).map_or(Aim::Nowhere, Aim::Look),
            Target::Place(place) => Aim::Place(*place),
        }
    }

    /// How many are in view; of a place, its floor cells.
    pub fn count(&self, scene: &Scene<'_>) -> usize {
        match self {
            Aim::Look(look) => scene.cells(*look).len(),
            Aim::Place(place) => place::cells(place, scene.paths().grid()).count(),
            Aim::Nowhere => 0,
        }
    }

    /// Whether at least one is in view.
    pub fn visible(&self, scene: &Scene<'_>) -> bool {
        match self {
            Aim::Look(look) => !scene.cells(*look).is_empty(),
            Aim::Place(place) => place::cells(place, scene.paths().grid()).next().is_some(),
            Aim::Nowhere => false,
        }
    }

    /// The path distance from a cell to the one nearest to it, if any can be reached.
    pub fn distance(&self, scene: &Scene<'_>, cell: u16) -> Option<u16> {
        let paths = scene.paths();
        let distance = match self {
            Aim::Look(look) => {
                let sources = scene.cells(*look);
                if are_many(sources, paths) {
                    nearest(sources, paths.grid(), cell)
                } else {
                    sources.iter().map(|&source| paths.between(source, cell)).min()?
                }
            }
            Aim::Place(place) => *paths.from_place(place).get(usize::from(cell))?,
            Aim::Nowhere => UNREACHABLE,
        };
        (distance != UNREACHABLE).then_some(distance)
    }

    /// The sides on which a nearest one lies, columns and rows each compared alone.
    pub fn sides(&self, scene: &Scene<'_>) -> ActionSet {
        let (paths, agent) = (scene.paths(), scene.agent());
        let nearest = self.distance(scene, agent).unwrap_or(UNREACHABLE);
        let mut sides = ActionSet::EMPTY;
        match self {
            Aim::Look(look) => {
                let cells = scene.cells(*look);
                let many = are_many(cells, paths);
                let between = |cell| if many { paths.between(agent, cell) } else { paths.between(cell, agent) };
                for &cell in cells.iter().filter(|&&cell| between(cell) == nearest) {
                    insert_sides(&mut sides, paths.grid(), agent, cell);
                }
            }
            Aim::Place(place) => {
                let from_agent = paths.from_cell(agent);
                for cell in place::cells(place, paths.grid()) {
                    if from_agent.get(usize::from(cell)) == Some(&nearest) {
                        insert_sides(&mut sides, paths.grid(), agent, cell);
                    }
                }
            }
            Aim::Nowhere => {}
        }
        sides
    }

    /// The sides without a wall to which the distance to the nearest changes like this: `Less` toward, `Greater`
    /// away. Empty where none can be reached.
    pub fn moves(&self, scene: &Scene<'_>, change: Ordering) -> ActionSet {
        let (grid, agent) = (scene.paths().grid(), scene.agent());
        let mut moves = ActionSet::EMPTY;
        let Some(own) = self.distance(scene, agent) else { return moves };
        for side in Side::ALL {
            let distance = grid.neighbour(agent, side).and_then(|next| self.distance(scene, next));
            if distance.is_some_and(|distance| distance.cmp(&own) == change) {
                moves.insert_side(side);
            }
        }
        moves
    }
}

fn are_many(sources: &[u16], paths: &Paths) -> bool {
    sources.len() > FEW && paths.grid().len() > SMALL
}

/// The distance from a cell to the nearest of some, by a search that ends there.
fn nearest(targets: &[u16], grid: &Grid, from: u16) -> u16 {
    const TARGET: u8 = 1;
    const SEEN: u8 = 2;
    if grid.wall(from) {
        return UNREACHABLE;
    }
    let mut marks = vec![0_u8; grid.len()];
    for &target in targets {
        marks[usize::from(target)] = TARGET;
    }
    let (mut edge, mut next) = (vec![from], Vec::new());
    marks[usize::from(from)] |= SEEN;
    for distance in 0.. {
        if edge.iter().any(|&cell| marks[usize::from(cell)] & TARGET != 0) {
            return distance;
        }
        for &cell in &edge {
            for beside in Side::ALL.into_iter().filter_map(|side| grid.neighbour(cell, side)) {
                if marks[usize::from(beside)] & SEEN == 0 {
                    marks[usize::from(beside)] |= SEEN;
                    next.push(beside);
                }
            }
        }
        if next.is_empty() {
            break;
        }
        std::mem::swap(&mut edge, &mut next);
        next.clear();
    }
    UNREACHABLE
}

/// Adds the sides of `from` on which `to` lies.
fn insert_sides(sides: &mut ActionSet, grid: &Grid, from: u16, to: u16) {
    match grid.column(to).cmp(&grid.column(from)) {
        Ordering::Less => sides.insert_side(Side::West),
        Ordering::Greater => sides.insert_side(Side::East),
        Ordering::Equal => {}
    }
    match grid.row(to).cmp(&grid.row(from)) {
        Ordering::Less => sides.insert_side(Side::North),
        Ordering::Greater => sides.insert_side(Side::South),
        Ordering::Equal => {}
    }
}
