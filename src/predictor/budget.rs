//! How a training is imagined in fewer steps than it takes, so that its course means the same.
//!
//! An imagined training makes as many updates as the study's, from smaller rollouts, as long as these are not smaller than
//! [`LEAST`] steps; beyond that it makes fewer, each with a rate so many times larger. Passes over a rollout, and parts that
//! it is cut into, are likewise the study's own up to a limit.

use crate::predictor::PredictorError;
use crate::study::ppo::Ppo;
use crate::training::ppo::{keeps_snapshot, whole_steps};
use crate::world::spec::{Object, World};

/// The smallest rollouts that updates are worked out from, in steps of all environments together, unless the study's own are
/// smaller.
const LEAST: u64 = 512;
/// The fewest environments that a rollout is shortened for.
const SIDE_BY_SIDE: u64 = 8;
/// The most environments that step together.
const ENVIRONMENTS: u64 = 256;
/// The most passes over a rollout.
const PASSES: u32 = 10;
/// The smallest parts that a pass is cut into, in steps.
const SMALLEST_PART: u64 = 32;

/// Cells that distances are worked out for in an ordinary step, at most.
const ORDINARY: u64 = 300;
/// Steps over which distances that stay the same are shared out: more episodes than one are always imagined.
const SHARED: u32 = 100;

/// How many ordinary steps a step in a world is worth, at least 1. Rules ask for distances, which are worked out over all
/// cells from each object: anew wherever it has moved, else once an episode.
pub fn work(world: &World) -> u64 {
    let (width, height) = world.layout.size();
    let count = |moving: bool| -> u64 {
        let own = |object: &&Object| object.is_mover() == moving;
        world.objects.iter().filter(own).map(|object| u64::from(object.count)).sum()
    };
    let standing = count(false) / u64::from(world.horizon.clamp(1, SHARED));
    (u64::from(width) * u64::from(height) * (count(true) + standing) / ORDINARY).max(1)
}

/// So many ordinary steps as steps in a world.
///
/// # Errors
/// If these are too few to learn from.
pub fn steps_in(world: &World, ordinary: u64) -> Result<u64, PredictorError> {
    match ordinary / work(world) {
        0..LEAST => Err(PredictorError::Other(
            "with so many objects in so large a world, imagining enough steps would take minutes".to_string(),
        )),
        steps => Ok(steps),
    }
}

/// How a training is imagined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    pub updates: u64,
    pub environments: usize,
    /// Steps of each environment between updates.
    pub rollout: usize,
    pub passes: usize,
    /// Into how many parts each pass is cut.
    pub parts: usize,
    /// How many gradient steps of the study one of the imagined ones stands for, at least 1.
    pub scale: f64,
    /// Environment steps of the study's training.
    pub steps: u64,
}

impl Plan {
    /// A training with these settings in about `most` imagined steps, or its own if these are fewer.
    pub fn of(settings: &Ppo, most: u64) -> Plan {
        let steps = whole_steps(settings);
        let own_rollout = u64::from(settings.environments) * u64::from(settings.rollout);
        let own_updates = steps / own_rollout;
        let all = steps.min(most.max(1));
        let updates = own_updates.min(all / LEAST).max(1);
        let each = all / updates;
        let rollout = u64::from(settings.rollout).min((each / SIDE_BY_SIDE).max(1));
        let environments = (each / rollout).clamp(1, ENVIRONMENTS);
        let passes = settings.epochs.min(PASSES);
        let parts = u64::from(settings.minibatches).min((environments * rollout / SMALLEST_PART).max(1));
        let times = |own: f64, imagined: f64| own / imagined;
        Plan {
            updates,
            environments: environments as usize,
            rollout: rollout as usize,
            passes: passes as usize,
            parts: parts as usize,
            scale: times(own_updates as f64, updates as f64)
                * times(settings.epochs.into(), passes.into())
                * times(settings.minibatches.into(), parts as f64),
            steps,
        }
    }

    /// The environment steps of the study at which an imagined update is done, where the course has a point there: as
    /// snapshots of a training.
    pub fn point(&self, done: u64) -> Option<u64> {
        let steps = || (u128::from(self.steps) * u128::from(done) / u128::from(self.updates)) as u64;
        keeps_snapshot(done, self.updates).then(steps)
    }

    /// The part of the learning rate that is left at an update, counted from 0: it falls linearly to 0.
    pub fn rate(&self, update: u64) -> f64 {
        1.0 - update as f64 / self.updates as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{LEAST, Plan, steps_in, work};
    use crate::study::ppo::Ppo;
    use crate::world::spec::{Layout, Moves, Object, Place, View, World};

    /// A square room with so many objects, which move or not.
    fn room(size: u32, count: u32, moving: bool) -> World {
        let moves = Moves { random: f64::from(u8::from(moving)), toward_agent: 0.0 };
        World {
            layout: Layout::Room { width: size, height: size },
            start: Place::Anywhere.into(),
            view: View::All,
            horizon: 1_000_000,
            step_reward: 0.0,
            slip: 0.0,
            carry: None,
            objects: vec![Object { count, moves, ..Object::named("fox") }],
        }
    }

    #[test]
    fn a_step_is_worth_more_where_more_distances_change() {
        assert_eq!((work(&room(9, 7, true)), work(&room(64, 32, false))), (1, 1));
        assert_eq!(work(&room(64, 32, true)), 64 * 64 * 32 / 300);
        assert_eq!(steps_in(&room(9, 7, true), 100_000).unwrap(), 100_000);
        assert_eq!(steps_in(&room(64, 32, true), 1_000_000).unwrap(), 1_000_000 / 436);
        assert!(steps_in(&room(64, 32, true), 436 * LEAST - 1).is_err());
    }

    #[test]
    fn a_short_training_is_imagined_step_by_step() {
        let plan = Plan::of(&Ppo { steps: 20_000, ..Ppo::default() }, 100_000);
        assert_eq!((plan.updates, plan.environments, plan.rollout), (3, 64, 128));
        assert_eq!((plan.passes, plan.parts, plan.scale, plan.steps), (4, 4, 1.0, 24_576));
    }

    #[test]
    fn a_long_one_keeps_its_gradient_steps_or_scales_them() {
        let plan = Plan::of(&Ppo::default(), 100_000);
        assert_eq!((plan.updates, plan.scale), (62, 1.0));
        let long = Plan::of(&Ppo { steps: 100_000_000, ..Ppo::default() }, 100_000);
        assert_eq!((long.updates, long.scale), (195, 12_208.0 / 195.0));
        let tiny =
            Ppo { steps: 1_000_000, environments: 1, rollout: 1, epochs: 100, minibatches: 1024, ..Ppo::default() };
        let tiny = Plan::of(&tiny, 100_000);
        assert_eq!(tiny.scale, 1_000_000.0 / 195.0 * 10.0 * 1024.0 / tiny.parts as f64);
        for plan in [plan, long, tiny] {
            assert!(plan.updates * (plan.environments * plan.rollout) as u64 <= 100_000, "{plan:?}");
        }
    }

    #[test]
    fn points_ascend_to_the_last_step() {
        for steps in [1, 100_000, 3_000_000] {
            let plan = Plan::of(&Ppo { steps, ..Ppo::default() }, 50_000);
            let points: Vec<u64> = (1..=plan.updates).filter_map(|done| plan.point(done)).collect();
            assert!(points.is_sorted_by(|a, b| a < b) && points.len() <= 32, "{points:?}");
            assert_eq!(points.last(), Some(&plan.steps));
        }
    }
}
