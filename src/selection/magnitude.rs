//! Magnitudes: the candidate definitions of how strongly a network's activations follow each heuristic.
//!
//! [`MAGNITUDES`] lists them all. The first is the one that outcomes report; the others are kept so that they can be
//! compared with it on networks whose strengths are known.
//!
//! Most of them look at the units of the last hidden layer, after the ReLU, that are most *selective* for a
//! heuristic: those with the largest |mean where it fires - mean where not| / deviation, [`SELECTIVE`] of them.
//! Where a heuristic fires always or never no unit is selective for it, and such a magnitude is undefined.

use crate::attribution::gradients::{Attribution, LayerAttribution};
use crate::selection::activity;
use crate::selection::features::Features;
use crate::world::action::ACTIONS;

/// How many units are looked at.
pub const SELECTIVE: usize = 5;

/// What a magnitude is computed from: one network on one set of states.
pub struct Evidence<'a> {
    pub features: &'a Features,
    /// One row per state of `features`.
    pub attribution: &'a Attribution,
    /// The action taken in each state, sampled from the network's policy.
    pub taken: &'a [usize],
    /// The logits in each state.
    pub logits: &'a [[f32; ACTIONS]],
    /// Per heuristic, the logits without its cue; without all cues if it has none.
    pub without: &'a [&'a [[f32; ACTIONS]]],
    /// Per heuristic, whether it has a cue.
    pub has_cue: &'a [bool],
}

/// One definition.
pub struct Magnitude {
    pub name: &'static str,
    pub formula: &'static str,
    /// Per heuristic; nothing where it is undefined.
    pub compute: fn(&Evidence) -> Vec<Option<f64>>,
}

/// Every definition.
pub const MAGNITUDES: &[Magnitude] = &[
    Magnitude {
        name: "solver activity",
        formula: "mean over firing states of max(0, <z_c - z_c without the cue, phi / |phi|>)",
        compute: solver_activity,
    },
    Magnitude {
        name: "gradient, action taken",
        formula: "sum over selective units of mean |dz_taken/da|",
        compute: |evidence| over_selective(evidence, &|at| at.gradient(at.taken()).abs()),
    },
    Magnitude {
        name: "gradient, highest-valued action",
        formula: "sum over selective units of mean |dz_highest/da|",
        compute: |evidence| over_selective(evidence, &|at| at.gradient(at.highest()).abs()),
    },
    Magnitude {
        name: "gradient, whole output",
        formula: "sum over selective units of mean sum_b |dz_b/da|",
        compute: |evidence| over_selective(evidence, &|at| (0..ACTIONS).map(|b| at.gradient(b).abs()).sum()),
    },
    Magnitude {
        name: "gradient x activation, action taken",
        formula: "sum over selective units of mean |a dz_taken/da|",
        compute: |evidence| over_selective(evidence, &|at| (at.activation() * at.gradient(at.taken())).abs()),
    },
    Magnitude {
        name: "concept direction",
        formula: "|mean activations where it fires - mean where not|",
        compute: concept_direction,
    },
];

/// One unit of the last hidden layer in one state.
struct At<'a> {
    evidence: &'a Evidence<'a>,
    layer: &'a LayerAttribution,
    state: usize,
    unit: usize,
}

impl At<'_> {
    fn activation(&self) -> f64 {
        f64::from(self.layer.after[self.state * self.layer.units + self.unit])
    }

    fn gradient(&self, action: usize) -> f64 {
        f64::from(self.layer.gradient_after[action][self.state * self.layer.units + self.unit])
    }

    fn taken(&self) -> usize {
        self.evidence.taken[self.state]
    }

    fn highest(&self) -> usize {
        let logits = &self.evidence.logits[self.state];
        (0..ACTIONS).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap_or(0)
    }
}

fn solver_activity(evidence: &Evidence) -> Vec<Option<f64>> {
    let of =
        |h: usize| activity::magnitude(evidence.features, h, evidence.logits, evidence.without[h], evidence.has_cue[h]);
    (0..evidence.features.heuristics).map(of).collect()
}

/// The sum over the selective units of each heuristic of the mean of `value` over the states where it fires.
fn over_selective(evidence: &Evidence, value: &dyn Fn(&At) -> f64) -> Vec<Option<f64>> {
    let Some(layer) = evidence.attribution.layers.last() else { return vec![None; evidence.features.heuristics] };
    let one = |h: usize| {
        let contrast = Contrast::of(evidence.features, layer, h)?;
        let states = (0..evidence.features.states()).filter(|&state| !evidence.features.row(state)[h].is_empty());
        let sum: f64 = states
            .map(|state| {
                let units = contrast.selective().take(SELECTIVE);
                units.map(|unit| value(&At { evidence, layer, state, unit })).sum::<f64>()
            })
            .sum();
        Some(sum / contrast.fires)
    };
    (0..evidence.features.heuristics).map(one).collect()
}

fn concept_direction(evidence: &Evidence) -> Vec<Option<f64>> {
    let Some(layer) = evidence.attribution.layers.last() else { return vec![None; evidence.features.heuristics] };
    let length = |contrast: Contrast| contrast.units.iter().map(|unit| unit.difference.powi(2)).sum::<f64>().sqrt();
    (0..evidence.features.heuristics).map(|h| Contrast::of(evidence.features, layer, h).map(length)).collect()
}

/// How the activations differ between the states where a heuristic fires and those where not.
struct Contrast {
    /// The number of states where it fires.
    fires: f64,
    /// In the order of the layer.
    units: Vec<UnitContrast>,
    /// The units, the most selective first; those that never change are left out.
    order: Vec<usize>,
}

struct UnitContrast {
    /// Mean where it fires less the mean where not.
    difference: f64,
    /// |difference| over the deviation on all states; 0 of a unit that never changes.
    selectivity: f64,
}

impl Contrast {
    /// Nothing if the heuristic fires always or never.
    fn of(features: &Features, layer: &LayerAttribution, h: usize) -> Option<Contrast> {
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
            let selectivity = if deviation > 1e-6 { difference.abs() / deviation } else { 0.0 };
            UnitContrast { difference, selectivity }
        };
        let units: Vec<UnitContrast> = sums.iter().map(contrast).collect();
        let mut order: Vec<usize> = (0..units.len()).filter(|&unit| units[unit].selectivity > 0.0).collect();
        order.sort_by(|&a, &b| units[b].selectivity.total_cmp(&units[a].selectivity));
        Some(Contrast { fires, units, order })
    }

    /// The units, the most selective first.
    fn selective(&self) -> impl Iterator<Item = usize> {
        self.order.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, MAGNITUDES};
    use crate::attribution::gradients::{Attribution, LayerAttribution};
    use crate::selection::features::Features;
    use crate::world::action::{ACTIONS, ActionSet};

    /// Two states, two units; the rule fires in the first state, where unit 0 is at 2 and unit 1 at 1 as always.
    #[test]
    fn each_definition_on_numbers_done_by_hand() {
        let mut gradient: [Vec<f32>; ACTIONS] = Default::default();
        gradient.fill(vec![0.0, 9.0, 0.0, 9.0]);
        (gradient[0][0], gradient[1][0]) = (3.0, -4.0);
        let layer = LayerAttribution {
            units: 2,
            before: vec![2.0, 1.0, -1.0, 1.0],
            after: vec![2.0, 1.0, 0.0, 1.0],
            gradient_before: gradient.clone(),
            gradient_after: gradient,
        };
        let features = Features { heuristics: 1, sets: vec![ActionSet(1), ActionSet::EMPTY] };
        let logits = [[6.0, -8.0, 0.0, 0.0, 0.0], [0.0; ACTIONS]];
        let bare = [[0.0, -8.0, 0.0, 0.0, 0.0], [0.0; ACTIONS]];
        let attribution = Attribution { states: 2, logits: logits.to_vec(), layers: vec![layer] };
        let evidence = Evidence {
            features: &features,
            attribution: &attribution,
            taken: &[1, 0],
            logits: &logits,
            without: &[&bare],
            has_cue: &[true],
        };
        let expected = [6.0 * 0.8f64.sqrt(), 4.0, 3.0, 7.0, 8.0, 2.0];
        for (magnitude, expected) in MAGNITUDES.iter().zip(expected) {
            let found = (magnitude.compute)(&evidence)[0].unwrap();
            assert!((found - expected).abs() < 1e-6, "{}: {found}, expected {expected}", magnitude.name);
        }
        let always = Features { heuristics: 1, sets: vec![ActionSet(1); 2] };
        let evidence = Evidence { features: &always, ..evidence };
        assert!(MAGNITUDES[1..].iter().all(|magnitude| (magnitude.compute)(&evidence) == [None]));
    }
}
