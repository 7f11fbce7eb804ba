//! What further training changes in a network: layer by layer, and in the units of the last hidden layer, with the part
//! of each heuristic's strength that they carry.
//!
//! A layer changes by |W' - W| / |W|, W its weights and biases taken as one vector. A unit changes by what comes in (its
//! column of weights and its bias) and by what goes out to the actions; the mean over the actions is left out of the
//! latter, since adding the same to all logits changes no policy.
//!
//! The strength that a unit carries is that of each network's own regression, with its own Fisher weights, so that over
//! all units the changes sum to the change of the strength. A unit whose weights stayed may thus carry a little more or
//! less, as the policy around it changed.

use crate::network::parameters::{Affine, Parameters};
use crate::world::action::ACTIONS;

/// How many units are listed at most.
pub const LISTED: usize = 16;

/// The change of one network.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Relative, per layer: hidden, policy, value; nothing for a layer of zeros.
    pub layers: Vec<Option<f64>>,
    /// Per heuristic, logits.
    pub strength: Vec<f64>,
    /// Per heuristic: how many units carry half of the sum of absolute changes; nothing where that is 0.
    pub half_in_units: Vec<Option<usize>>,
    /// How many units the last hidden layer has.
    pub units: usize,
    /// Those whose weights changed most, the most changed first.
    pub most_changed: Vec<UnitChange>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UnitChange {
    pub unit: usize,
    pub incoming: f64,
    pub outgoing: f64,
    /// Per heuristic, logits.
    pub strength: Vec<f64>,
}

/// What changed from one network to another of the same shape. `carried` are the strengths by unit of both:
/// `[unit][heuristic]`.
pub fn change(before: &Parameters, after: &Parameters, carried: [&[Vec<f64>]; 2]) -> Change {
    let layers = before.layers().zip(after.layers()).map(|(old, new)| relative(old, new)).collect();
    let strength: Vec<Vec<f64>> = carried[0]
        .iter()
        .zip(carried[1])
        .map(|(old, new)| old.iter().zip(new).map(|(old, new)| new - old).collect())
        .collect();
    let heuristics = strength.first().map_or(0, Vec::len);
    let of = |h: usize| strength.iter().map(move |unit| unit[h]);
    let mut units: Vec<UnitChange> = strength
        .iter()
        .enumerate()
        .map(|(unit, strength)| UnitChange {
            unit,
            incoming: incoming(before, after, unit),
            outgoing: outgoing(before, after, unit),
            strength: strength.clone(),
        })
        .collect();
    let size = |unit: &UnitChange| unit.incoming.hypot(unit.outgoing);
    units.sort_by(|a, b| size(b).total_cmp(&size(a)));
    units.truncate(LISTED);
    Change {
        layers,
        strength: (0..heuristics).map(|h| of(h).sum()).collect(),
        half_in_units: (0..heuristics).map(|h| half(of(h).map(f64::abs).collect())).collect(),
        units: strength.len(),
        most_changed: units,
    }
}

fn relative(old: &Affine, new: &Affine) -> Option<f64> {
    let pairs = || old.weight.iter().zip(&new.weight).chain(old.bias.iter().zip(&new.bias));
    let size = norm(pairs().map(|(old, _)| f64::from(*old)));
    (size > 0.0).then(|| norm(pairs().map(|(old, new)| f64::from(*new) - f64::from(*old))) / size)
}

fn incoming(before: &Parameters, after: &Parameters, unit: usize) -> f64 {
    let (Some(old), Some(new)) = (before.hidden.last(), after.hidden.last()) else { return 0.0 };
    let column = |layer: &Affine| -> Vec<f64> {
        let weights = layer.weight.iter().skip(unit).step_by(layer.outputs.max(1));
        weights.chain(layer.bias.get(unit)).copied().map(f64::from).collect()
    };
    norm(column(old).into_iter().zip(column(new)).map(|(old, new)| new - old))
}

fn outgoing(before: &Parameters, after: &Parameters, unit: usize) -> f64 {
    let row = |layer: &Affine| -> Vec<f64> {
        layer.weight.iter().skip(unit * ACTIONS).take(ACTIONS).copied().map(f64::from).collect()
    };
    let difference: Vec<f64> =
        row(&before.policy).into_iter().zip(row(&after.policy)).map(|(old, new)| new - old).collect();
    let mean = difference.iter().sum::<f64>() / ACTIONS as f64;
    norm(difference.into_iter().map(|value| value - mean))
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}

/// The fewest of these sizes that make up half of their sum.
fn half(mut sizes: Vec<f64>) -> Option<usize> {
    sizes.sort_by(|a, b| b.total_cmp(a));
    let total: f64 = sizes.iter().sum();
    let mut sum = 0.0;
    let reached = sizes.iter().position(|size| {
        sum += size;
        sum >= total / 2.0
    });
    reached.filter(|_| total > 0.0).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::{change, half};
    use crate::network::parameters::Parameters;

    #[test]
    fn half_of_a_sum() {
        assert_eq!(half(vec![1.0, 5.0, 1.0, 3.0]), Some(1));
        assert_eq!(half(vec![1.0, 1.0, 1.0, 1.0]), Some(2));
        assert_eq!(half(vec![0.0, 0.0]), None);
        assert_eq!(half(Vec::new()), None);
    }

    #[test]
    fn what_changed_is_found() {
        let mut before = Parameters::zero(3, &[2, 2]);
        before.layers_mut().for_each(|layer| layer.weight.fill(1.0));
        before.value.weight.fill(0.0);
        let mut after = before.clone();
        // Unit 1 of the last hidden layer: 3 more from unit 0 below, 4 more of bias; the logit of one action by 5 more.
        after.hidden[1].weight[1] += 3.0;
        after.hidden[1].bias[1] += 4.0;
        after.policy.weight[5] += 5.0;
        let found = change(&before, &after, [&[vec![0.0], vec![1.0]], &[vec![0.5], vec![4.0]]]);
        assert_eq!(found.layers[0], Some(0.0));
        assert_eq!(found.layers[1], Some(2.5), "5 over a norm of 2");
        assert_eq!(found.layers[3], None, "nothing is relative to zero");
        assert_eq!(
            (found.strength.as_slice(), found.half_in_units.as_slice()),
            ([3.5].as_slice(), [Some(1)].as_slice())
        );
        assert_eq!(found.units, 2);
        let first = &found.most_changed[0];
        assert_eq!((first.unit, first.incoming, first.strength[0]), (1, 5.0, 3.0));
        assert!(
            (first.outgoing - 20.0_f64.sqrt()).abs() < 1e-12,
            "of (5, 0, 0, 0, 0) less its mean: {}",
            first.outgoing
        );

        // The same added to all logits is no change.
        let mut shifted = before.clone();
        shifted.policy.weight[..5].iter_mut().for_each(|weight| *weight += 2.0);
        let same = [vec![0.0], vec![0.0]];
        assert_eq!(change(&before, &shifted, [&same, &same]).most_changed[0].outgoing, 0.0);
    }
}
