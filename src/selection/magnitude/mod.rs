//! Magnitudes: the candidate definitions of how strongly a network's activations follow each heuristic.
//!
//! [`MAGNITUDES`] lists them all. The first is the one that outcomes report, the mean of the [activity](crate::selection::activity)
//! that decides which solver is dominant; the [`counterfactual`] is what that was first defined as. The others are kept so that they can be
//! compared with it on networks whose strengths are known.
//!
//! Most of them look at the units of the last hidden layer that are most [`selective`] for a heuristic, and take the mean
//! over the states where it fires: of single units, by gradients at a point, along a [`path`] or by the [`effect`] of a
//! step; or of the group of [`weights`] that come into them. Where a heuristic fires always or never no unit is selective
//! for it, and such a magnitude is undefined.
//!
//! With a the activation of a unit after the ReLU and x before it: dz/dx is dz/da where the unit is on and 0 where it is
//! off, so gradients before the ReLU and after it differ; a dz/da and x dz/dx are the same wherever x is not 0, so of
//! gradient x activation there is one.

pub mod counterfactual;
pub mod effect;
pub mod path;
pub mod selective;
pub mod weights;

use crate::attribution::contribution::{centred, contributions};
use crate::attribution::gradients::Attribution;
use crate::heuristic::feature::phi;
use crate::network::parameters::Parameters;
use crate::selection::activity::Meter;
use crate::selection::features::Features;
use crate::selection::magnitude::selective::{Contrast, Group, Unit, over_groups};
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use std::sync::Arc;

/// What a magnitude is computed from: one network on one set of states.
pub struct Evidence<'a> {
    pub parameters: &'a Parameters,
    pub features: &'a Features,
    /// One row per state of `features`.
    pub observations: &'a Arc<LitRows>,
    /// One row per state.
    pub attribution: &'a Attribution,
    /// The action taken in each state, sampled from the network's policy.
    pub taken: &'a [usize],
    /// The logits in each state.
    pub logits: &'a [[f32; ACTIONS]],
    /// Per heuristic, the logits without its cue; without all cues if it has none.
    pub without: &'a [&'a [[f32; ACTIONS]]],
    /// Per heuristic, the observations of which these are the logits.
    pub bare: &'a [&'a LitRows],
    /// Per heuristic, whether it has a cue.
    pub has_cue: &'a [bool],
    /// What activities in the network are measured with.
    pub meter: &'a Meter,
}

impl Evidence<'_> {
    /// The states where a heuristic fires.
    pub fn firing(&self, heuristic: usize) -> impl Iterator<Item = usize> {
        (0..self.features.states()).filter(move |&state| !self.features.row(state)[heuristic].is_empty())
    }
}

/// One definition.
pub struct Magnitude {
    pub name: &'static str,
    pub formula: &'static str,
    /// Of its values.
    pub unit: &'static str,
    /// Who defined it, or what it is made of.
    pub reference: &'static str,
    /// Per heuristic; nothing where it is undefined.
    pub compute: fn(&Evidence) -> Vec<Option<f64>>,
}

const PER_ACTIVATION: &str = "logits per unit of activation";
const SALIENCY: &str = "shard-theory notes; Simonyan, Vedaldi and Zisserman 2013, arXiv:1312.6034";
const PRODUCT: &str = "Shrikumar, Greenside, Shcherbina and Kundaje 2016, arXiv:1605.01713";

/// Every definition. z are logits, `taken` is the action taken and `highest` that with the largest logit; a is a unit's
/// activation after the ReLU, x before it; sums over units are over the selective ones, means over the states where the
/// heuristic fires.
pub const MAGNITUDES: &[Magnitude] = &[
    Magnitude {
        name: "solver activity",
        formula: "mean max(0, <z_c - z_c without the cue - its baseline, phi / |phi|>); without a cue, of max(0, w) |phi| \
                  times the part of sum w phi that is there, w the strengths",
        unit: "logits",
        reference: "this project, `selection::activity`; the sum over units of integrated gradients",
        compute: |evidence| evidence.meter.magnitudes(evidence.features, evidence.logits, |h| evidence.without[h]),
    },
    Magnitude {
        name: "counterfactual",
        formula: "mean max(0, <z_c - z_c without the cue, phi / |phi|>); without a cue, of z_c without all cues",
        unit: "logits",
        reference: "this project, its first definition of activity; the sum over units of integrated gradients",
        compute: counterfactual::counterfactual,
    },
    Magnitude {
        name: "gradient, action taken",
        formula: "sum over units of mean |dz_taken/da|",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|group, at| at.gradient()[group.taken()].abs()),
    },
    Magnitude {
        name: "gradient, highest-valued action",
        formula: "sum over units of mean |dz_highest/da|",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|group, at| at.gradient()[group.highest()].abs()),
    },
    Magnitude {
        name: "gradient, whole output (L1)",
        formula: "sum over units of mean sum_b |dz_b/da|",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|_, at| one_norm(at.gradient())),
    },
    Magnitude {
        name: "gradient, whole output (L2)",
        formula: "sum over units of mean sqrt(sum_b (dz_b/da)^2)",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|_, at| two_norm(at.gradient())),
    },
    Magnitude {
        name: "gradient, whole output (sum)",
        formula: "sum over units of mean |sum_b dz_b/da|, which no policy depends on",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|_, at| at.gradient().iter().sum::<f64>().abs()),
    },
    Magnitude {
        name: "gradient before the ReLU, action taken",
        formula: "sum over units of mean |dz_taken/dx|",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|group, at| at.gradient_before()[group.taken()].abs()),
    },
    Magnitude {
        name: "gradient before the ReLU, highest-valued action",
        formula: "sum over units of mean |dz_highest/dx|",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|group, at| at.gradient_before()[group.highest()].abs()),
    },
    Magnitude {
        name: "gradient before the ReLU, whole output (L1)",
        formula: "sum over units of mean sum_b |dz_b/dx|",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|_, at| one_norm(at.gradient_before())),
    },
    Magnitude {
        name: "gradient before the ReLU, whole output (L2)",
        formula: "sum over units of mean sqrt(sum_b (dz_b/dx)^2)",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|_, at| two_norm(at.gradient_before())),
    },
    Magnitude {
        name: "gradient before the ReLU, whole output (sum)",
        formula: "sum over units of mean |sum_b dz_b/dx|, which no policy depends on",
        unit: PER_ACTIVATION,
        reference: SALIENCY,
        compute: |evidence| over_selective(evidence, &|_, at| at.gradient_before().iter().sum::<f64>().abs()),
    },
    Magnitude {
        name: "gradient x activation, action taken",
        formula: "sum over units of mean |a dz_taken/da|",
        unit: "logits",
        reference: PRODUCT,
        compute: |evidence| over_selective(evidence, &|g, at| (at.activation() * at.gradient()[g.taken()]).abs()),
    },
    Magnitude {
        name: "gradient x activation, highest-valued action",
        formula: "sum over units of mean |a dz_highest/da|",
        unit: "logits",
        reference: PRODUCT,
        compute: |evidence| over_selective(evidence, &|g, at| (at.activation() * at.gradient()[g.highest()]).abs()),
    },
    Magnitude {
        name: "gradient x activation, whole output (L1)",
        formula: "sum over units of mean sum_b |a dz_b/da|",
        unit: "logits",
        reference: PRODUCT,
        compute: |evidence| over_selective(evidence, &|_, at| at.activation() * one_norm(at.gradient())),
    },
    Magnitude {
        name: "integrated gradients, last hidden layer",
        formula: "sum over units of mean |(a - a without the cue) dz_taken/da|",
        unit: "logits",
        reference: "Sundararajan, Taly and Yan 2017, arXiv:1703.01365; Dhamdhere et al. 2018, arXiv:1805.12233",
        compute: path::last_hidden_layer,
    },
    Magnitude {
        name: "integrated gradients, first hidden layer",
        formula: "sum over its units of mean |(x - x without the cue) integral dz_taken/dx|, 16 midpoints",
        unit: "logits",
        reference: "Sundararajan, Taly and Yan 2017, arXiv:1703.01365",
        compute: path::first_hidden_layer,
    },
    Magnitude {
        name: "contribution of selective units",
        formula: "sum over units of mean |u|, u = a (dz/da - mean over actions)",
        unit: "logits",
        reference: "this project; the direct logit attribution of Elhage et al. 2021",
        compute: |evidence| over_selective(evidence, &|_, at| at.activation() * two_norm(centred(at.gradient()))),
    },
    Magnitude {
        name: "contribution along the recommendation",
        formula: "mean max(0, <sum of u over all units, phi / |phi|>)",
        unit: "logits",
        reference: "this project; the direct logit attribution of Elhage et al. 2021",
        compute: contribution_along,
    },
    Magnitude {
        name: "gradient of incoming weights, action taken",
        formula: "mean norm of dz_taken/dw, w all weights and biases into the units",
        unit: "logits per unit of weight",
        reference: "shard-theory notes; computed as in Goodfellow 2015, arXiv:1510.01799",
        compute: weights::gradient_norm,
    },
    Magnitude {
        name: "weight x gradient, action taken",
        formula: "mean |sum of w dz_taken/dw|, w all weights into the units",
        unit: "logits",
        reference: "Molchanov et al. 2019, arXiv:1906.10771",
        compute: weights::weight_times_gradient,
    },
    Magnitude {
        name: "effect of a step, before the ReLU",
        formula: "sum over units of |mean change of x| per rate of a step up log pi(taken)",
        unit: "activation per unit of rate",
        reference: "shard-theory notes",
        compute: |evidence| effect::change(evidence, |step| &step.before),
    },
    Magnitude {
        name: "effect of a step, after the ReLU",
        formula: "sum over units of |mean change of a| per rate of a step up log pi(taken)",
        unit: "activation per unit of rate",
        reference: "shard-theory notes",
        compute: |evidence| effect::change(evidence, |step| &step.after),
    },
    Magnitude {
        name: "concept direction",
        formula: "|mean of a where it fires - mean where not|, all units",
        unit: "activation",
        reference: "Kim et al. 2018, arXiv:1711.11279; as a difference of means, Marks and Tegmark 2023, arXiv:2310.06824",
        compute: concept_direction,
    },
];

/// The sum over the selective units of the last hidden layer of the mean of `value` over the states where a heuristic
/// fires.
fn over_selective(evidence: &Evidence, value: &dyn Fn(&Group, &Unit) -> f64) -> Vec<Option<f64>> {
    over_groups(evidence, evidence.attribution.layers.last(), &|group| group.sum(|unit| value(group, unit)))
}

fn contribution_along(evidence: &Evidence) -> Vec<Option<f64>> {
    let total = contributions(evidence.attribution).total;
    let one = |h: usize| {
        let (mut sum, mut fires) = (0.0, 0usize);
        for state in evidence.firing(h) {
            let feature = phi(evidence.features.row(state)[h]);
            let along: f64 = total[state].iter().zip(feature).map(|(part, f)| part * f).sum();
            sum += along.max(0.0) / two_norm(feature);
            fires += 1;
        }
        (fires > 0).then(|| sum / fires as f64)
    };
    (0..evidence.features.heuristics).map(one).collect()
}

fn concept_direction(evidence: &Evidence) -> Vec<Option<f64>> {
    let Some(layer) = evidence.attribution.layers.last() else { return vec![None; evidence.features.heuristics] };
    let length = |contrast: Contrast| contrast.differences.iter().map(|d| d.powi(2)).sum::<f64>().sqrt();
    (0..evidence.features.heuristics).map(|h| Contrast::of(evidence.features, layer, h).map(length)).collect()
}

fn one_norm(values: [f64; ACTIONS]) -> f64 {
    values.iter().map(|value| value.abs()).sum()
}

fn two_norm(values: [f64; ACTIONS]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::{Evidence, MAGNITUDES};
    use crate::attribution::gradients::attribute;
    use crate::network::parameters::Parameters;
    use crate::selection::activity::Meter;
    use crate::selection::features::Features;
    use crate::world::action::{ACTIONS, ActionSet};
    use crate::world::lit::LitRows;
    use std::sync::Arc;

    fn rows(rows: [&[u16]; 3]) -> LitRows {
        let mut lit = LitRows::new();
        rows.iter().for_each(|row| lit.push_row(row));
        lit
    }

    /// Unit 0 is at 2 in the first state, with the cue, and held off at -1 in the others; unit 1 is at 1 as always and
    /// turns all logits alike. The rule fires in the first and the last state.
    #[test]
    fn each_definition_on_numbers_done_by_hand() {
        let mut parameters = Parameters::zero(1, &[2]);
        parameters.hidden[0].weight = vec![3.0, 0.0];
        parameters.hidden[0].bias = vec![-1.0, 1.0];
        parameters.policy.weight = vec![3.0, -4.0, 0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 9.0, 9.0];
        let (observations, bare) = (Arc::new(rows([&[0], &[], &[]])), rows([&[]; 3]));
        let features = Features { heuristics: 1, sets: vec![ActionSet(1), ActionSet::EMPTY, ActionSet(1)] };
        let attribution = attribute(&parameters, &observations);
        let without = [[9.0; ACTIONS]; 3];
        let meter = Meter { cues: vec![(1, [1.0, 0.0, 0.0, 0.0, -1.0])], cue_of: vec![0], strengths: vec![None] };
        let evidence = Evidence {
            parameters: &parameters,
            features: &features,
            observations: &observations,
            attribution: &attribution,
            taken: &[1, 0, 1],
            logits: &attribution.logits,
            without: &[&without],
            bare: &[&bare],
            has_cue: &[true],
            meter: &meter,
        };
        // Twice 3.2 above the mean of (6, -8, 0, 0, 0) where the cue is; and of this the part along phi.
        let along = (6.4 * 0.8 + 7.6 * 0.2 - 3.0 * 0.4 * 0.2) / 0.8f64.sqrt() / 2.0;
        // The gradient of log pi(taken) in the first state; on the other the unit is off.
        let total = 6.0f64.exp() + (-8.0f64).exp() + 3.0;
        let up = (-4.0 - 3.0 * 6.0f64.exp() / total + 4.0 * (-8.0f64).exp() / total) / 2.0;
        let expected = [
            // The baseline goes along phi by (0.8 + 0.2) / |phi|; in the last state nothing is taken away.
            ("solver activity", along - 1.0 / 0.8f64.sqrt() / 2.0),
            ("counterfactual", along),
            ("gradient, action taken", 4.0),
            // Where all logits are equal the last action counts as the highest.
            ("gradient, highest-valued action", 1.5),
            ("gradient, whole output (L1)", 7.0),
            ("gradient, whole output (L2)", 5.0),
            ("gradient, whole output (sum)", 1.0),
            ("gradient before the ReLU, action taken", 2.0),
            ("gradient before the ReLU, highest-valued action", 1.5),
            ("gradient before the ReLU, whole output (L1)", 3.5),
            ("gradient before the ReLU, whole output (L2)", 2.5),
            ("gradient before the ReLU, whole output (sum)", 0.5),
            ("gradient x activation, action taken", 4.0),
            ("gradient x activation, highest-valued action", 3.0),
            ("gradient x activation, whole output (L1)", 7.0),
            ("integrated gradients, last hidden layer", 4.0),
            // 11 of the 16 points lie where the unit is on.
            ("integrated gradients, first hidden layer", 3.0 * 4.0 * 11.0 / 16.0 / 2.0),
            ("contribution of selective units", 24.8f64.sqrt()),
            ("contribution along the recommendation", along),
            ("gradient of incoming weights, action taken", 8.0f64.sqrt()),
            ("weight x gradient, action taken", 6.0),
            // What the weight and the bias of the unit change, and in the last state the bias alone.
            ("effect of a step, before the ReLU", 1.5 * up.abs()),
            ("effect of a step, after the ReLU", up.abs()),
            ("concept direction", 1.0),
        ];
        assert_eq!(MAGNITUDES.len(), expected.len());
        for (magnitude, (name, expected)) in MAGNITUDES.iter().zip(expected) {
            assert_eq!(magnitude.name, name);
            let found = (magnitude.compute)(&evidence)[0].unwrap();
            assert!((found - expected).abs() < 1e-3 * expected, "{name}: {found}, expected {expected}");
        }

        // No unit is selective for what always fires.
        let always = Features { heuristics: 1, sets: vec![ActionSet(1); 3] };
        let evidence = Evidence { features: &always, ..evidence };
        for magnitude in MAGNITUDES {
            let defined = ["solver activity", "counterfactual", "contribution along the recommendation"]
                .contains(&magnitude.name);
            assert_eq!((magnitude.compute)(&evidence)[0].is_some(), defined, "{}", magnitude.name);
        }
        // Nothing leads from a state without the cue to one with it.
        let evidence = Evidence { features: &features, has_cue: &[false], ..evidence };
        for magnitude in MAGNITUDES {
            let on_a_path = magnitude.name.starts_with("integrated");
            assert_eq!((magnitude.compute)(&evidence)[0].is_none(), on_a_path, "{}", magnitude.name);
        }
    }

    #[test]
    fn names_are_unique_and_every_field_is_filled() {
        for (index, magnitude) in MAGNITUDES.iter().enumerate() {
            assert!(MAGNITUDES[..index].iter().all(|other| other.name != magnitude.name), "{}", magnitude.name);
            let fields = [magnitude.formula, magnitude.unit, magnitude.reference];
            assert!(fields.iter().all(|field| !field.is_empty()), "{}", magnitude.name);
        }
    }
}
