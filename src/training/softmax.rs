//! The policies that logits stand for, of many rows side by side.
//!
//! The exponential and the logarithm have no branches and call nothing, so that loops over lanes become vector instructions
//! where they are inlined, and have the same bits wherever they run. Source of the polynomials: Moshier, "Methods and programs
//! for mathematical functions", 1989 (Cephes, `expf` and `logf`).

use crate::seed::Stream;
use crate::world::action::ACTIONS;
use rand::RngExt;
use std::f32::consts::{LOG2_E, SQRT_2};

/// Rows side by side.
pub const LANES: usize = 16;
/// A number of each of them.
pub type Lanes = [f32; LANES];

/// The policies of so many rows.
pub struct Softmax {
    /// By action.
    pub policy: [Lanes; ACTIONS],
    /// By action, in nats.
    pub log_policy: [Lanes; ACTIONS],
}

impl Softmax {
    /// Of rows that begin with their logits, at most [`LANES`]; the policies beyond them are even.
    #[inline(always)]
    pub fn of<const WIDTH: usize>(rows: &[[f32; WIDTH]]) -> Softmax {
        let mut logits = [[0.0; LANES]; ACTIONS];
        for (lane, row) in rows.iter().take(LANES).enumerate() {
            for action in 0..ACTIONS {
                logits[action][lane] = row[action];
            }
        }
        let mut all = Softmax { policy: logits, log_policy: logits };
        for lane in 0..LANES {
            let mut largest = logits[0][lane];
            for logits in &logits[1..] {
                largest = if logits[lane] > largest { logits[lane] } else { largest };
            }
            let (mut weights, mut total) = ([0.0; ACTIONS], 0.0);
            for action in 0..ACTIONS {
                weights[action] = exp(logits[action][lane] - largest);
                total += weights[action];
            }
            let log_total = ln(total);
            for action in 0..ACTIONS {
                all.policy[action][lane] = weights[action] / total;
                all.log_policy[action][lane] = logits[action][lane] - largest - log_total;
            }
        }
        all
    }

    /// An action drawn from the policy of a row.
    pub fn sample(&self, lane: usize, random: &mut Stream) -> usize {
        let mut left = random.random::<f32>();
        for (action, policy) in self.policy.iter().enumerate() {
            if left < policy[lane] {
                return action;
            }
            left -= policy[lane];
        }
        // Beyond them all by rounding.
        ACTIONS - 1
    }
}

/// A number of each row; 0 beyond them.
#[inline(always)]
pub fn lanes<R>(rows: &[R], number: impl Fn(&R) -> f32) -> Lanes {
    let mut lanes = [0.0; LANES];
    for (lane, row) in lanes.iter_mut().zip(rows) {
        *lane = number(row);
    }
    lanes
}

/// ln 2 in two parts, the first so short that its products with whole numbers are exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// e^x within 2 units in the last place; 0 below -87.3, where it would be subnormal, and infinite from 88.7 on.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Adding this leaves the nearest whole number in the last bits, with the bias of the exponent.
    const ROUND: f32 = 12_582_912.0 + 127.0;
    let shifted = x * LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = x - whole * LN_2[0] - whole * LN_2[1];
    let series = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5];
    let polynomial = horner(series, rest);
    let power = f32::from_bits(shifted.to_bits() << 23);
    let result = (polynomial * (rest * rest) + rest + 1.0) * power;
    let result = if x < -87.3 { 0.0 } else { result };
    if x > 88.0 { f32::INFINITY } else { result }
}

/// The natural logarithm of a normal number above 0, within 2 units in the last place or of those of 1.
#[inline(always)]
fn ln(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let mantissa = f32::from_bits(bits & 0x007f_ffff | 0x3f80_0000);
    let high = mantissa > SQRT_2;
    let (exponent, mantissa) =
        (exponent as f32 + f32::from(u8::from(high)), if high { mantissa * 0.5 } else { mantissa });
    let rest = mantissa - 1.0;
    let series = [
        7.037_683_6e-2,
        -0.115_146_1,
        0.116_769_98,
        -0.124_201_41,
        0.142_493_23,
        -0.166_680_58,
        0.200_007_15,
        -0.249_999_94,
        0.333_333_3,
    ];
    let square = rest * rest;
    let polynomial = horner(series, rest) * (rest * square);
    let result = polynomial + exponent * LN_2[1] - 0.5 * square + rest + exponent * LN_2[0];
    if x.is_nan() { x } else { result }
}

/// The polynomial with these factors, that of the highest power first.
#[inline(always)]
fn horner<const COUNT: usize>(factors: [f32; COUNT], x: f32) -> f32 {
    let mut sum = 0.0;
    for factor in factors {
        sum = sum * x + factor;
    }
    sum
}

#[cfg(test)]
mod tests {
    use crate::training::softmax::{LANES, Softmax, exp, ln};
    use proptest::prelude::prop_assert;
    use proptest::proptest;

    /// The distance in units of the last place of f32.
    fn units(found: f32, expected: f64) -> f64 {
        let nearest = (expected as f32).abs();
        (f64::from(found) - expected).abs() / f64::from(nearest.next_up() - nearest)
    }

    proptest! {
        #[test]
        fn exponentials_are_right_to_the_last_places(x in -87.0f32..88.0) {
            prop_assert!(units(exp(x), f64::from(x).exp()) <= 2.0, "{x}");
        }

        #[test]
        fn logarithms_are_right_to_the_last_places(x in 1e-30f32..1e30, near in 0.5f32..6.0) {
            for x in [x, near] {
                let expected = f64::from(x).ln();
                let wrong = (f64::from(ln(x)) - expected).abs();
                prop_assert!(units(ln(x), expected) <= 2.0 || wrong <= 2.0 * f64::from(f32::EPSILON), "{x}");
            }
        }
    }

    #[test]
    fn the_ends_are_zero_infinite_and_no_number() {
        assert_eq!(
            [exp(-1e4), exp(f32::NEG_INFINITY), exp(0.0), exp(1e4), exp(f32::INFINITY)],
            [0.0, 0.0, 1.0, f32::INFINITY, f32::INFINITY]
        );
        assert!(exp(f32::NAN).is_nan() && ln(f32::NAN).is_nan() && ln(1.0) == 0.0);
        for no in [f32::NAN, f32::INFINITY] {
            let found = Softmax::of(&[[0.0, no, 1.0, 0.0, 2.0]]);
            assert!(found.log_policy.iter().any(|lanes| lanes[0].is_nan()), "{no}");
        }
    }

    #[test]
    fn rows_are_side_by_side() {
        let rows: Vec<[f32; 6]> =
            (0..LANES as i32 - 3).map(|row| std::array::from_fn(|column| (row * column as i32) as f32 / 3.0)).collect();
        let found = Softmax::of(&rows);
        for (lane, row) in rows.iter().enumerate() {
            let total: f64 = row[..5].iter().map(|logit| f64::from(*logit).exp()).sum();
            for (action, logit) in row[..5].iter().enumerate() {
                let expected = f64::from(*logit).exp() / total;
                assert!((f64::from(found.policy[action][lane]) - expected).abs() < 1e-6);
                assert!((f64::from(found.log_policy[action][lane]) - expected.ln()).abs() < 1e-5);
            }
        }
    }
}
