//! How large everything may be.

use crate::language::check::worlds::Draft;
use crate::world::spec::{Touch, View};
use std::collections::{BTreeMap, BTreeSet};

pub const MAX_GRID: u64 = 64;
pub const MAX_COUNT: u32 = 32;
pub const MAX_KINDS: usize = 16;
pub const MAX_HEURISTICS: usize = 16;
pub const MAX_SCENARIOS: usize = 20;
pub const MAX_LAYERS: usize = 4;
pub const MAX_WIDTH: u32 = 512;
pub const MAX_OBSERVATION: u64 = 65_536;
pub const MAX_PARAMETERS: u64 = 10_000_000;

/// Bits of the observation of a study: sized for the largest grid and for all looks and carried counts of its
/// world and scenarios.
pub fn observation_bits<'a>(view: View, worlds: impl Iterator<Item = &'a Draft>) -> u64 {
    let (mut width, mut height) = (0u64, 0u64);
    let mut looks: BTreeSet<&str> = BTreeSet::new();
    let mut carried: BTreeMap<&str, u64> = BTreeMap::new();
    for world in worlds {
        if let Some(layout) = &world.layout {
            let size = layout.value.size();
            width = width.max(size.0.into());
            height = height.max(size.1.into());
        }
        for object in &world.objects {
            looks.extend(object.looks.iter().map(|look| look.value.as_str()));
            if object.touch == Touch::Carried {
                let count = carried.entry(&object.name.value).or_default();
                *count = (*count).max(object.count.value.into());
            }
        }
    }
    let (looks, carried) = (looks.len() as u64, carried.values().sum::<u64>());
    carried
        + match view {
            View::All => (2 + looks) * width * height,
            View::Offsets => {
                looks * (2 * width).saturating_sub(1) * (2 * height).saturating_sub(1) + 4 + width + height
            }
        }
}

/// Weights and biases of a perceptron with heads for the actions and the value.
pub fn parameters(bits: u64, hidden: &[usize], actions: usize) -> u64 {
    let mut inputs = bits;
    let mut sum = 0;
    for &width in hidden {
        sum += (inputs + 1) * width as u64;
        inputs = width as u64;
    }
    sum + (inputs + 1) * (actions as u64 + 1)
}
