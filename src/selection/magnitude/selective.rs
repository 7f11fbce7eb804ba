//! The units of a layer that are most selective for a heuristic: those with the largest
//! |mean where it fires - mean where not| / deviation, [`SELECTIVE`] of them at most.
//!
//! Activations are taken after the ReLU. Units that never change are not selective for anything, and where a heuristic
//! fires always or never no unit is selective for it.

use crate::attribution::gradients::LayerAttribution;
use crate::selection::features::Features;
use crate::selection::magnitude::Evidence;
use crate::world::action::ACTIONS;

/// How many units are looked at.
pub const SELECTIVE: usize = 5;

/// The selective units of a layer for one heuristic, in one state where it fires.
pub struct Group<'a> {
    pub evidence: &'a Evidence<'a>,
    pub layer: &'a LayerAttribution,
    pub heuristic: usize,
    pub state: usize,
    /// The most selective first.
    pub units: &'a [usize],
}

/// One of them.
pub struct Unit<'a> {
    group: &'a Group<'a>,
    index: usize,
}

impl Group<'_> {
    /// The sum of `value` over the units.
    pub fn sum(&self, value: impl Fn(&Unit) -> f64) -> f64 {
        self.units.iter().map(|&unit| value(&self.unit(unit))).sum()
    }

    pub fn unit(&self, unit: usize) -> Unit<'_> {
        Unit { group: self, index: self.state * self.layer.units + unit }
    }

    /// The action taken.
    pub fn taken(&self) -> usize {
        self.evidence.taken[self.state]
    }

    /// The action with the largest logit.
    pub fn highest(&self) -> usize {
        let logits = &self.evidence.logits[self.state];
        (0..ACTIONS).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap_or(0)
    }
}

impl Unit<'_> {
    /// After the ReLU.
    pub fn activation(&self) -> f64 {
        f64::from(self.group.layer.after[self.index])
    }

    /// Before the ReLU.
    pub fn before(&self) -> f64 {
        f64::from(self.group.layer.before[self.index])
    }

    /// Of each logit with respect to the activation after the ReLU.
    pub fn gradient(&self) -> [f64; ACTIONS] {
        std::array::from_fn(|action| f64::from(self.group.layer.gradient_after[action][self.index]))
    }

    /// Of each logit with respect to the activation before the ReLU.
    pub fn gradient_before(&self) -> [f64; ACTIONS] {
        std::array::from_fn(|action| f64::from(self.group.layer.gradient_before[action][self.index]))
    }
}

/// For each heuristic, the mean of `value` over the states where it fires, on its selective units of a layer; nothing
/// where no unit is selective.
pub fn over_groups(
    evidence: &Evidence,
    layer: Option<&LayerAttribution>,
    value: &dyn Fn(&Group) -> f64,
) -> Vec<Option<f64>> {
    let one = |heuristic: usize| {
        let layer = layer?;
        let contrast = Contrast::of(evidence.features, layer, heuristic)?;
        let units = contrast.selective();
        let states = evidence.firing(heuristic);
        let sum: f64 = states.map(|state| value(&Group { evidence, layer, heuristic, state, units })).sum();
        Some(sum / contrast.fires)
    };
    (0..evidence.features.heuristics).map(one).collect()
}

/// How the activations differ between the states where a heuristic fires and those where not.
pub struct Contrast {
    /// The number of states where it fires.
    pub fires: f64,
    /// Per unit of the layer, the mean where it fires less the mean where not.
    pub differences: Vec<f64>,
    /// The units, the most selective first; those that never change are left out.
    order: Vec<usize>,
}

impl Contrast {
    /// Nothing if the heuristic fires always or never.
    pub fn of(features: &Features, layer: &LayerAttribution, h: usize) -> Option<Contrast> {
        let states = features.states();
        // Per unit: sums where it fires and where not, and the sum of squares.
        let mut sums = vec![[0.0f64; 3]; layer.units];
        let mut fires = 0.0;
        for state in 0..states {
            let firing = !features.row(state)[h].is_empty();
            fires += f64::from(u8::from(firing));
            let activations = &layer.after[state * layer.units..(state + 1) * layer.units];
            for (sums, &activation) in sums.iter_mut().zip(activations) {
                let activation = f64::from(activation);
                sums[usize::from(!firing)] += activation;
                sums[2] += activation * activation;
            }
        }
        let (n, rest) = (states as f64, states as f64 - fires);
        if fires == 0.0 || rest == 0.0 {
            return None;
        }
        let contrast = |[on, off, squares]: &[f64; 3]| {
            let difference = on / fires - off / rest;
            let variance = squares / n - ((on + off) / n).powi(2);
            let deviation = variance.max(0.0).sqrt();
            (difference, if deviation > 1e-6 { difference.abs() / deviation } else { 0.0 })
        };
        let (differences, selectivity): (Vec<f64>, Vec<f64>) = sums.iter().map(contrast).unzip();
        let mut order: Vec<usize> = (0..layer.units).filter(|&unit| selectivity[unit] > 0.0).collect();
        order.sort_by(|&a, &b| selectivity[b].total_cmp(&selectivity[a]));
        Some(Contrast { fires, differences, order })
    }

    /// The most selective units, the most selective first.
    pub fn selective(&self) -> &[usize] {
        &self.order[..self.order.len().min(SELECTIVE)]
    }
}
