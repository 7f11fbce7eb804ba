//! The dominant solver of a step: the one with the largest activity.
//!
//! The activity of a solver is the largest of its heuristics'; what belongs to no solver competes as `other`. Where the
//! largest activity is below the floor, a tenth of the median of the largest activities, no solver acts: `other`. The
//! median is over the steps in the world of the network's own training at which something is active. So what counts as
//! acting is a property of the network: in a scenario where nothing acts, the median of the scenario itself would call
//! noise an act.
//!
//! The order of heuristics and solvers has no say. Where several solvers are equal, the one among them that was dominant
//! one step before in the episode goes on; otherwise it is `other`.

/// The floor, in medians.
pub const FLOOR: f64 = 0.1;
/// Activities less than this part of the largest below it are equal to it: they differ by rounding.
const EQUAL: f64 = 1e-6;

/// What a rollout says of one step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moment {
    /// The states of the chain that have the largest activity, as a bitmask; none where nothing is active.
    pub leaders: u32,
    /// The largest activity, logits.
    pub activity: f32,
    /// The solvers whose target the step reaches, as a bitmask.
    pub reached: u32,
    /// The solvers that fire in the state after the step, as a bitmask.
    pub goes_on: u32,
}

/// The bit of a state of the chain in a [`Moment`]; none beyond 31, of which a study has 17 at most.
pub fn bit(state: usize) -> u32 {
    1u32.checked_shl(state as u32).unwrap_or(0)
}

/// The largest of the activities, one per state of the chain, and the states that have it.
pub fn leaders(activities: &[f64]) -> (u32, f32) {
    let largest = activities.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return (0, 0.0);
    }
    let equal = activities.iter().enumerate().filter(|(_, activity)| **activity >= largest * (1.0 - EQUAL));
    (equal.fold(0, |bits, (state, _)| bits | bit(state)), largest as f32)
}

/// The activity below which no solver acts, from the episodes of a network in the world of its own training: [`FLOOR`]
/// medians. 0 where nothing is ever active.
pub fn floor<'m>(episodes: impl IntoIterator<Item = &'m [Moment]>) -> f32 {
    let mut activities: Vec<f32> =
        episodes.into_iter().flatten().map(|moment| moment.activity).filter(|activity| *activity > 0.0).collect();
    activities.sort_by(f32::total_cmp);
    FLOOR as f32 * activities.get(activities.len() / 2).copied().unwrap_or(0.0)
}

/// The state of the chain at each step of an episode: a solver, or `solvers`, the index of `other`.
pub fn dominant(episode: &[Moment], solvers: usize, floor: f32) -> Vec<usize> {
    let mut states: Vec<usize> = Vec::with_capacity(episode.len());
    for moment in episode {
        let before = states.last().copied();
        states.push(match moment.leaders.count_ones() {
            0 => solvers,
            _ if moment.activity < floor => solvers,
            1 => moment.leaders.trailing_zeros() as usize,
            _ => before.filter(|&before| moment.leaders & bit(before) != 0).unwrap_or(solvers),
        });
    }
    states
}

#[cfg(test)]
mod tests {
    use super::{Moment, bit, dominant, floor, leaders};

    fn moment(leaders: u32, activity: f32) -> Moment {
        Moment { leaders, activity, ..Moment::default() }
    }

    #[test]
    fn the_largest_leads_and_rounding_makes_no_difference() {
        assert_eq!(leaders(&[0.0, 2.0, 1.0]), (0b010, 2.0));
        assert_eq!(leaders(&[2.0 + 1e-9, 2.0, 1.0]).0, 0b011);
        assert_eq!(leaders(&[0.0, 0.0]), (0, 0.0));
        assert_eq!(leaders(&[f64::NAN, 1.0]), (0b10, 1.0));
        assert_eq!((bit(0), bit(31), bit(32)), (1, 1 << 31, 0));
    }

    #[test]
    fn a_tie_goes_on_with_who_was_dominant_or_is_nobodys() {
        let episode = [moment(0b011, 1.0), moment(0b010, 1.0), moment(0b011, 1.0), moment(0b101, 1.0)];
        assert_eq!(dominant(&episode, 3, 0.0), [3, 1, 1, 3]);
        // The same with the first two solvers exchanged.
        let exchanged = [moment(0b011, 1.0), moment(0b001, 1.0), moment(0b011, 1.0), moment(0b110, 1.0)];
        assert_eq!(dominant(&exchanged, 3, 0.0), [3, 0, 0, 3]);
    }

    #[test]
    fn below_a_tenth_of_the_median_no_solver_acts() {
        let own = [moment(1, 2.0), moment(1, 4.0), moment(0, 0.0), moment(2, 6.0), moment(2, 0.39)];
        let floor = floor([&own[..]]);
        assert!((floor - 0.4).abs() < 1e-6, "{floor}");
        assert_eq!(dominant(&own, 2, floor), [0, 0, 2, 1, 2]);
        assert_eq!(super::floor([&[moment(0, 0.0)][..]]), 0.0);
    }
}
