//! A fresh network trained by plain regression on logits that are known: how fast an architecture learns one rule.
//!
//! Minibatches of states drawn with replacement, the loss the mean over them of |z - target|^2, Adam with a constant rate. The
//! learning curve is the part that is explained on states that the network is not trained on,
//! 1 - sum |z_c - target|^2 / sum |target|^2, z_c the logits less their mean over actions. That is the Fisher-weighted fit
//! of strengths at the uniform policy, whose weight (I - 1/|A|)/|A| centres logits and else leaves them as they are.
//!
//! Everything random comes from the seed, and nothing from the targets: with one seed, all targets meet the same
//! initial network and the same states in the same order, so that only what is to be learned differs.

use crate::network::fused::{Heads, Loss, logits};
use crate::network::initialise::orthogonal;
use crate::network::parameters::Parameters;
use crate::seed::Seed;
use crate::study::Mlp;
use crate::training::fused::FusedLearner;
use crate::training::ppo::TrainingError;
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use rand::RngExt;
use std::sync::Arc;

/// States, and the logits that are to be learned there.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// One row per state.
    pub observations: Arc<LitRows>,
    /// One row per state, each with sum 0.
    pub logits: Vec<[f64; ACTIONS]>,
}

/// How a network is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    /// States per gradient step.
    pub batch: usize,
    /// Of Adam.
    pub learning_rate: f64,
    /// Gradient steps at most.
    pub steps: usize,
    pub looks: Looks,
}

/// When it is looked at how much is explained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Looks {
    /// After the last step alone.
    Last,
    /// All along.
    All,
    /// All along, until this part is explained; there training stops.
    Until(f64),
}

/// A place on a learning curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Gradient steps taken.
    pub step: usize,
    /// At most 1; below 0 where the network is worse than none.
    pub explained: f64,
}

/// A network that was trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    pub parameters: Parameters,
    /// Ascending in the step, from 0. It ends early where the loss is no longer finite.
    pub curve: Vec<Point>,
}

/// Trains a fresh network for `bits` bits of observation on `practice`; the curve is that on `fresh`.
///
/// The same arguments give the same bits, whatever else runs beside it: call it in a rayon pool of one thread.
pub fn regress(
    agent: &Mlp,
    bits: usize,
    practice: &Targets,
    fresh: &Targets,
    settings: &Regression,
    seed: Seed,
) -> Result<Fitted, TrainingError> {
    let mut learner = FusedLearner::new(&orthogonal(bits, &agent.hidden, seed));
    let mut random = seed.stream("practice", &[]);
    let mut picked = vec![0; settings.batch];
    let (mut curve, mut step, mut look) = (Vec::new(), 0, 0);
    loop {
        let last = step >= settings.steps || practice.logits.is_empty();
        if last || (settings.looks != Looks::Last && step >= look) {
            let parameters = learner.network.parameters();
            let explained = explained(&logits(&parameters, &fresh.observations), &fresh.logits);
            if explained.is_finite() {
                curve.push(Point { step, explained });
            }
            look = next_look(step);
            let enough = matches!(settings.looks, Looks::Until(part) if explained >= part);
            if last || enough || !explained.is_finite() {
                return Ok(Fitted { parameters, curve });
            }
        }
        picked.fill_with(|| random.random_range(0..practice.logits.len() as u32));
        let loss = SquaredError { targets: &practice.logits, picked: &picked };
        let loss = learner.differentiate(&practice.observations, &picked, loss);
        if !loss.is_finite() {
            return Ok(Fitted { parameters: learner.network.parameters(), curve });
        }
        learner.adam(settings.learning_rate);
        step += 1;
    }
}

/// The mean over the picked states of |z - target|^2.
#[derive(Clone, Copy, Debug)]
pub struct SquaredError<'a> {
    /// One row per state.
    pub targets: &'a [[f64; ACTIONS]],
    pub picked: &'a [u32],
}

impl Loss for SquaredError<'_> {
    fn slopes(&mut self, first: usize, said: &[Heads], slopes: &mut [Heads]) -> f64 {
        let (part, mut loss) = (1.0 / self.picked.len() as f32, 0.0);
        for ((&row, said), slopes) in self.picked[first..].iter().zip(said).zip(slopes) {
            let target = self.targets[row as usize];
            let mut squares = 0.0;
            for ((slope, said), target) in slopes.iter_mut().zip(said).zip(target) {
                let missed = said - target as f32;
                squares += missed * missed;
                *slope = 2.0 * missed * part;
            }
            loss += f64::from(squares * part);
        }
        loss
    }
}

/// Looks are dense at first, then each a tenth later than the last.
fn next_look(step: usize) -> usize {
    step + (step / 10).max(2)
}

/// 1 - sum |z_c - target|^2 / sum |target|^2; `targets` have sum 0 in each row. 0 where all targets are.
pub fn explained(logits: &[[f32; ACTIONS]], targets: &[[f64; ACTIONS]]) -> f64 {
    let (mut missed, mut whole) = (0.0, 0.0);
    for (logits, target) in logits.iter().zip(targets) {
        let mean = logits.iter().map(|&z| f64::from(z)).sum::<f64>() / ACTIONS as f64;
        for (z, target) in logits.iter().zip(target) {
            missed += (f64::from(*z) - mean - target).powi(2);
            whole += target * target;
        }
    }
    if whole > 0.0 { 1.0 - missed / whole } else { 0.0 }
}

/// After how many gradient steps this part is explained for the first time, on straight lines between the places of a
/// curve; nothing where it never is.
pub fn steps_until(curve: &[Point], part: f64) -> Option<f64> {
    let after = curve.iter().position(|point| point.explained >= part)?;
    let Some(before) = after.checked_sub(1).map(|before| curve[before]) else {
        return Some(curve[after].step as f64);
    };
    let along = (part - before.explained) / (curve[after].explained - before.explained);
    Some(before.step as f64 + along * (curve[after].step - before.step) as f64)
}

#[cfg(test)]
mod tests {
    use super::{Fitted, Looks, Point, Regression, Targets, explained, regress, steps_until};
    use crate::heuristic::feature::phi;
    use crate::seed::Seed;
    use crate::study::Mlp;
    use crate::world::action::ActionSet;
    use crate::world::lit::LitRows;
    use std::sync::Arc;

    /// Two places of eight bits are lit; the rule recommends by whether the first is even.
    fn targets(states: std::ops::Range<usize>) -> Targets {
        let mut rows = LitRows::new();
        states.clone().for_each(|state| rows.push_row(&[(state % 8) as u16, 8 + (state * 5 % 7) as u16]));
        let set = |state: usize| ActionSet(if state.is_multiple_of(2) { 0b00001 } else { 0b00110 });
        Targets { observations: Arc::new(rows), logits: states.map(|state| phi(set(state))).collect() }
    }

    fn fitted(rate: f64, seed: u64) -> Fitted {
        let settings = Regression { batch: 32, learning_rate: rate, steps: 200, looks: Looks::All };
        let agent = Mlp { hidden: vec![12, 10] };
        regress(&agent, 16, &targets(0..56), &targets(56..112), &settings, Seed(seed)).unwrap()
    }

    #[test]
    fn what_is_explained_rises_from_nothing_to_nearly_all() {
        let curve = fitted(1e-2, 1).curve;
        assert!(curve[0].step == 0 && curve[0].explained.abs() < 0.02, "{curve:?}");
        assert!(curve.last().unwrap().step == 200 && curve.last().unwrap().explained > 0.99, "{curve:?}");
        let half = steps_until(&curve, 0.5).unwrap();
        assert!(half > 1.0 && half < 60.0, "{half}");
        // A tenth of the rate takes about ten times as long.
        let slow = steps_until(&fitted(1e-3, 1).curve, 0.5).unwrap();
        assert!(slow > 3.0 * half, "{slow}");
    }

    #[test]
    fn the_same_seed_gives_the_same_bits() {
        assert_eq!(fitted(1e-2, 3), fitted(1e-2, 3));
        assert_ne!(fitted(1e-2, 3), fitted(1e-2, 4));
    }

    #[test]
    fn a_rate_at_which_nothing_holds_ends_the_curve_and_is_no_error() {
        let wild = fitted(1e30, 1);
        assert!(wild.curve.iter().all(|point| point.explained.is_finite()) && wild.curve.len() < 5, "{wild:?}");
    }

    #[test]
    fn explained_is_that_of_centred_logits() {
        let target = [phi(ActionSet(1)), phi(ActionSet(6))];
        let shifted = target.map(|row| row.map(|z| z as f32 + 3.0));
        assert!((explained(&shifted, &target) - 1.0).abs() < 1e-6);
        assert!((explained(&target.map(|row| row.map(|z| z as f32 / 2.0)), &target) - 0.75).abs() < 1e-6);
        assert_eq!(explained(&[[0.0; 5]; 2], &target), 0.0);
        assert_eq!(explained(&[[1.0; 5]], &[[0.0; 5]]), 0.0);
    }

    #[test]
    fn half_lies_on_the_line_between_two_places() {
        let curve = [(0, 0.0), (10, 0.4), (20, 0.6), (30, 0.5)].map(|(step, explained)| Point { step, explained });
        assert!((steps_until(&curve, 0.5).unwrap() - 15.0).abs() < 1e-12);
        assert_eq!(steps_until(&curve, 0.0), Some(0.0));
        assert_eq!(steps_until(&curve, 0.7), None);
    }
}
