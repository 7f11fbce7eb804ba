//! Networks wired by hand that follow rules with given strengths, in four ways of laying the rules out over units.

use crate::network::parameters::{Affine, Parameters};
use crate::seed::Stream;
use crate::validation::circuit::Unit;
use crate::world::action::ACTIONS;
use faer::Mat;
use rand::RngExt;
use serde::Serialize;

/// How large the outputs are that cancel, logits.
const CANCELLED: f32 = 3.0;

/// A way of laying rules out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Wiring {
    /// One hidden unit for each unit of a rule.
    Aligned,
    /// Each unit of a rule in three that share its output unevenly.
    Split,
    /// A second hidden layer carries rotated coordinates y = R h, each as the pair relu(y), relu(-y).
    Rotated,
    /// Each unit of a rule in two, to whose outputs something is added that cancels.
    Cancelling,
}

impl Wiring {
    pub const ALL: [Wiring; 4] = [Wiring::Aligned, Wiring::Split, Wiring::Rotated, Wiring::Cancelling];

    pub fn name(self) -> &'static str {
        match self {
            Wiring::Aligned => "aligned",
            Wiring::Split => "split",
            Wiring::Rotated => "rotated",
            Wiring::Cancelling => "cancelling",
        }
    }
}

/// A network for `bits` bits that follows rules, given by their units, with these strengths.
///
/// How large the activations are is drawn: it must not matter, only what they do. One unit more turns all logits
/// alike, which is no policy.
pub fn wire(bits: usize, rules: &[Vec<Unit>], strengths: &[f64], wiring: Wiring, random: &mut Stream) -> Parameters {
    let mut parts: Vec<(&Unit, [f32; ACTIONS])> = Vec::new();
    for (units, &strength) in rules.iter().zip(strengths) {
        for unit in units {
            let whole = unit.direction.map(|weight| weight * strength as f32);
            match wiring {
                Wiring::Aligned | Wiring::Rotated => parts.push((unit, whole)),
                Wiring::Split => {
                    let (first, second) = (random.random_range(0.1..0.6_f32), random.random_range(0.1..0.3_f32));
                    let shares = [first, second, 1.0 - first - second];
                    parts.extend(shares.map(|share| (unit, whole.map(|weight| weight * share))));
                }
                Wiring::Cancelling => {
                    let extra: [f32; ACTIONS] = std::array::from_fn(|_| random.random_range(-CANCELLED..CANCELLED));
                    parts.push((unit, std::array::from_fn(|action| whole[action] + extra[action])));
                    parts.push((unit, extra.map(|weight| -weight)));
                }
            }
        }
    }
    let width = parts.len() + 1;
    let mut parameters = Parameters::zero(bits, &[width]);
    for (index, (unit, output)) in parts.iter().enumerate() {
        let size = random.random_range(0.2..5.0_f32);
        unit.write(&mut parameters.hidden[0], index, size);
        let weights = &mut parameters.policy.weight[index * ACTIONS..(index + 1) * ACTIONS];
        weights.iter_mut().zip(output).for_each(|(weight, output)| *weight = output / size);
    }
    parameters.hidden[0].bias[width - 1] = 1.0;
    parameters.policy.weight[(width - 1) * ACTIONS..].fill(7.0);
    if wiring == Wiring::Rotated { rotated(parameters, random) } else { parameters }
}

/// The same function with a second hidden layer of twice the width: for h the first, R orthogonal and V the policy's
/// weights, V^T h = (R V)^T R h, and y = relu(y) - relu(-y).
fn rotated(mut parameters: Parameters, random: &mut Stream) -> Parameters {
    let width = parameters.policy.inputs;
    let rotation = Mat::from_fn(width, width, |_, _| random.random_range(-1.0..1.0)).qr().compute_thin_Q();
    let (mut second, mut policy) = (Affine::zero(width, 2 * width), Affine::zero(2 * width, ACTIONS));
    for (row, sign) in (0..2 * width).map(|unit| if unit < width { (unit, 1.0) } else { (unit - width, -1.0) }) {
        let unit = if sign > 0.0 { row } else { row + width };
        for column in 0..width {
            let turned = (sign * rotation[(row, column)]) as f32;
            second.weight[column * 2 * width + unit] = turned;
            for action in 0..ACTIONS {
                policy.weight[unit * ACTIONS + action] += turned * parameters.policy.weight[column * ACTIONS + action];
            }
        }
    }
    parameters.hidden.push(second);
    parameters.policy = policy;
    parameters.value = Affine::zero(2 * width, 1);
    parameters
}
