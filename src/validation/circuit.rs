//! Rules as threshold units: a unit is 1 where each of its groups of bits has a lit one, else 0, and turns the logits
//! by a fixed direction. A sum of such units follows a rule exactly.
//!
//! That needs a room without walls inside, `view offsets`, and at most one object of each look. Then at most
//! one bit of a group is lit at a time, moves toward a thing are those to the sides on which it lies, and path
//! distances are sums of offsets.

use crate::heuristic::rule::{Condition, Heuristic, Recommendation, Target};
use crate::network::parameters::Affine;
use crate::world::action::{ACTIONS, Action, Side};
use crate::world::sight::Sight;
use crate::world::spec::{Place, View};
use std::ops::Range;

/// A threshold unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Each group needs a lit bit; no group, and the unit is always 1.
    pub groups: Vec<Vec<usize>>,
    /// What is added to the logits where the unit is 1.
    pub direction: [f32; ACTIONS],
}

impl Unit {
    /// Makes it the hidden unit `index` of a first layer, `size` in place of 1: relu(size (lit groups - groups + 1)).
    pub fn write(&self, layer: &mut Affine, index: usize, size: f32) {
        for &bit in self.groups.iter().flatten() {
            layer.weight[bit * layer.outputs + index] += size;
        }
        layer.bias[index] = size * (1.0 - self.groups.len() as f32);
    }
}

/// A rule for which there are no units here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the rule {0} cannot be written as threshold units; it needs `view offsets`, and conditions and moves without \
         `not`, counts, distances, what is in hand, and `away`"
)]
pub struct Unwired(String);

/// The units of a rule at strength 1.
pub fn units(heuristic: &Heuristic, sight: &Sight) -> Result<Vec<Unit>, Unwired> {
    let unwired = || Unwired(heuristic.name.clone());
    if sight.view != View::Offsets {
        return Err(unwired());
    }
    let condition = groups(&heuristic.condition, sight).ok_or_else(unwired)?;
    let when = |more: Vec<Vec<usize>>, action: Action, weight: f32| {
        let mut direction = [0.0; ACTIONS];
        direction[action as usize] = weight;
        Unit { groups: condition.iter().cloned().chain(more).collect(), direction }
    };
    let sides = || Side::ALL.into_iter().zip(Action::ALL);
    Ok(match &heuristic.recommendation {
        Recommendation::Side(side) => {
            sides().filter(|(own, _)| own == side).map(|(_, action)| when(Vec::new(), action, 1.0)).collect()
        }
        Recommendation::Stay => vec![when(Vec::new(), Action::Stay, 1.0)],
        // What is not free is bumped into; the difference to 1 on the free ones turns all logits alike.
        Recommendation::Free => {
            sides().map(|(side, action)| when(vec![vec![sight.wall_bit(side)]], action, -1.0)).collect()
        }
        Recommendation::Toward { target: Target::Look(look), .. } => {
            let mut units = Vec::new();
            for (side, action) in sides() {
                let bits = look_bits(look, sight, |offset| lies(offset, side)).ok_or_else(unwired)?;
                units.push(when(vec![bits], action, 1.0));
            }
            units
        }
        Recommendation::Toward { target: Target::Place(place), .. } => {
            let (columns, rows) = bounds(*place, sight).ok_or_else(unwired)?;
            let beyond = |side: Side| -> Vec<usize> {
                match side {
                    Side::North => (rows.end..sight.height).map(|row| sight.row_bit(row)).collect(),
                    Side::South => (0..rows.start).map(|row| sight.row_bit(row)).collect(),
                    Side::East => (0..columns.start).map(|column| sight.column_bit(column)).collect(),
                    Side::West => (columns.end..sight.width).map(|column| sight.column_bit(column)).collect(),
                }
            };
            sides().map(|(side, action)| when(vec![beyond(side)], action, 1.0)).collect()
        }
        Recommendation::AwayFrom(_) => return Err(unwired()),
    })
}

/// The groups of bits that all have a lit one exactly where the condition holds.
fn groups(condition: &Condition, sight: &Sight) -> Option<Vec<Vec<usize>>> {
    let bits = |target: &Target, lit: &dyn Fn((i32, i32)) -> bool| match target {
        Target::Look(look) => look_bits(look, sight, lit),
        Target::Place(_) => None,
    };
    let one = |group: Vec<usize>| vec![group];
    match condition {
        Condition::Always => Some(Vec::new()),
        Condition::Visible(target) => bits(target, &|_| true).map(one),
        Condition::Within(target, distance) => bits(target, &|offset| away(offset) <= *distance).map(one),
        Condition::Side { target, side, within } => {
            bits(target, &|offset| lies(offset, *side) && within.is_none_or(|most| away(offset) <= most)).map(one)
        }
        Condition::At(place) => {
            let (columns, rows) = bounds(*place, sight)?;
            let columns = columns.map(|column| sight.column_bit(column)).collect();
            Some(vec![columns, rows.map(|row| sight.row_bit(row)).collect()])
        }
        Condition::Wall(side) => Some(vec![vec![sight.wall_bit(*side)]]),
        Condition::And(left, right) => Some([groups(left, sight)?, groups(right, sight)?].concat()),
        Condition::Or(left, right) => match (&**left, &**right) {
            // In a room of more than one column and row only one of two opposite walls is beside the agent.
            (Condition::Wall(Side::West), Condition::Wall(Side::East))
            | (Condition::Wall(Side::North), Condition::Wall(Side::South)) => {
                Some(vec![[groups(left, sight)?, groups(right, sight)?].concat().concat()])
            }
            _ => None,
        },
        Condition::Holding(_) | Condition::Distance(..) | Condition::Count(..) | Condition::Not(_) => None,
    }
}

/// The bits of a look at the offsets (columns to the east, rows to the south) for which `lit` holds.
fn look_bits(look: &str, sight: &Sight, lit: impl Fn((i32, i32)) -> bool) -> Option<Vec<usize>> {
    let bits = sight.look_bits(sight.look(look)?);
    let across = 2 * sight.width as usize - 1;
    let offset = |place: usize| {
        ((place % across) as i32 - (sight.width as i32 - 1), (place / across) as i32 - (sight.height as i32 - 1))
    };
    let first = bits.start;
    Some(bits.filter(|bit| lit(offset(bit - first))).collect())
}

/// Whether an offset lies on this side.
fn lies((column, row): (i32, i32), side: Side) -> bool {
    let (east, south) = side.delta();
    column * east + row * south > 0
}

/// The path distance to an offset.
fn away((column, row): (i32, i32)) -> u32 {
    column.unsigned_abs() + row.unsigned_abs()
}

/// The columns and rows of a place; nothing for the markers of a map.
fn bounds(place: Place, sight: &Sight) -> Option<(Range<u32>, Range<u32>)> {
    let (width, height) = (sight.width, sight.height);
    let outermost = |side: Side, size: u32, length: u32| match side {
        Side::North | Side::West => 0..size.min(length),
        Side::South | Side::East => length.saturating_sub(size)..length,
    };
    Some(match place {
        Place::Anywhere => (0..width, 0..height),
        Place::Corner { vertical, horizontal, size } => {
            (outermost(horizontal, size, width), outermost(vertical, size, height))
        }
        Place::Edge(side @ (Side::East | Side::West)) => (outermost(side, 1, width), 0..height),
        Place::Edge(side) => (0..width, outermost(side, 1, height)),
        Place::Columns(first, last) => (first..(last + 1).min(width), 0..height),
        Place::Rows(first, last) => (0..width, first..(last + 1).min(height)),
        Place::Cell(column, row) => (column..column + 1, row..row + 1),
        Place::Marker(_) => return None,
    })
}
