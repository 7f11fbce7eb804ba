//! How large everything may be.

use crate::language::check::objects::ObjectDraft;
use crate::language::check::worlds::Draft;
use crate::study::ppo::Ppo;
use crate::world::spec::{Touch, View};
use std::collections::{BTreeMap, BTreeSet};

pub const MAX_GRID: u64 = 64;
pub const MAX_COUNT: u32 = 32;
/// As many objects as a world can have.
pub const MAX_HANDS: u32 = MAX_COUNT * MAX_KINDS as u32;
/// From one end of the largest grid it reaches to the other.
pub const MAX_WINDOW: u32 = 127;
/// No path in the largest grid is longer.
pub const MAX_DISTANCE: u32 = 4_095;
/// Places, and places of rewards, of an object.
pub const MAX_PLACES: usize = 16;
pub const MAX_KINDS: usize = 16;
pub const MAX_HEURISTICS: usize = 16;
/// Groups of units that are to be found.
pub const MAX_LEARNED: u32 = 16;
pub const MAX_CLAIMS: usize = 100;
pub const MAX_SCENARIOS: usize = 20;
/// Studies of a file: each holds its worlds, with all that scenarios lay over them.
pub const MAX_STUDIES: usize = 100;
pub const MAX_LAYERS: usize = 4;
pub const MAX_WIDTH: u32 = 512;
pub const MAX_OBSERVATION: u64 = 65_536;
pub const MAX_PARAMETERS: u64 = 10_000_000;
/// Looks of a study: cues are sets of looks, in 64 bits.
pub const MAX_LOOKS: usize = 64;
/// What the training of one network may fill.
pub const MAX_TRAINING_BYTES: u64 = 4 << 30;

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
            if matches!(object.touch, Touch::Carried { .. }) {
                let count = carried.entry(&object.name.value).or_default();
                *count = (*count).max(object.count.value.into());
            }
        }
    }
    let (looks, carried) = (looks.len() as u64, carried.values().sum::<u64>());
    carried
        + match view {
            View::All => (2 + looks) * width * height,
            View::Window(across) => (2 + looks) * u64::from(across) * u64::from(across),
            View::Offsets => {
                looks * (2 * width).saturating_sub(1) * (2 * height).saturating_sub(1) + 4 + width + height
            }
        }
}

/// The looks of a study, in its world and scenarios.
pub fn looks<'a>(worlds: impl Iterator<Item = &'a Draft>) -> usize {
    let objects = worlds.flat_map(|world| &world.objects);
    objects.flat_map(|object| object.looks.iter().map(|look| look.value.as_str())).collect::<BTreeSet<_>>().len()
}

/// The most bits that one observation of a study lights.
pub fn lit_bits<'a>(view: View, worlds: impl Iterator<Item = &'a Draft>) -> u64 {
    let (mut width, mut height, mut shown) = (0, 0, 0);
    for world in worlds {
        let (columns, rows) = world.layout.as_ref().map_or((0, 0), |layout| layout.value.size());
        (width, height) = (width.max(u64::from(columns)), height.max(u64::from(rows)));
        let bits = |object: &ObjectDraft| u64::from(object.count.value) * object.looks.len().max(1) as u64;
        shown = shown.max(world.objects.iter().map(bits).sum());
    }
    shown
        + match view {
            View::All => width * height + 1,
            View::Window(across) => u64::from(across) * u64::from(across) + 1,
            View::Offsets => 6,
        }
}

/// About the bytes that training one network fills: the observations of a rollout with what belongs to each step, the
/// activations of a minibatch with their gradients, and the network with its moments and snapshots.
pub fn training_bytes(ppo: &Ppo, lit: u64, hidden: &[usize], parameters: u64) -> u64 {
    const STEP: u64 = 48;
    const ACTIVATION: u64 = 32;
    const PARAMETER: u64 = 320;
    let steps = u64::from(ppo.environments) * u64::from(ppo.rollout);
    let units: u64 = hidden.iter().map(|&width| width as u64).sum();
    steps * (2 * lit + STEP)
        + steps.div_ceil(u64::from(ppo.minibatches).max(1)) * (units + 8) * ACTIVATION
        + parameters * PARAMETER
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
