//! Bouts: the runs of one dominant solver.
//!
//! A bout is a maximal run of steps with one dominant solver. It ends when it is resolved: its target is reached, or it
//! fires no more, its condition gone; or another state takes over; or the episode ends. The same solver can go on right
//! after a bout of its own is resolved: that is another bout.
//!
//! A bout is completed, and an event, if it is resolved. A bout that is taken over was a change of mind: between two
//! pieces of food that are equally near a network wavers, and counting each leg as an event makes an alternation of what
//! has no order. So a heuristic that moves toward nothing and always fires is on the step chain alone.
//!
//! Nothing runs across episodes, and `other` has no bouts.

use crate::solver::dominant::{Moment, bit, dominant};

/// How a bout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The target was reached, or the condition is gone.
    Resolved,
    /// Another solver is dominant, or none.
    TakenOver,
    /// The episode ended.
    CutOff,
}

/// One bout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bout {
    pub solver: usize,
    /// The index of its first step in the episode.
    pub start: usize,
    /// In steps, at least 1.
    pub length: usize,
    pub end: End,
}

impl Bout {
    /// Whether it is completed: a symbol of the event chain.
    pub fn is_event(&self) -> bool {
        self.end == End::Resolved
    }
}

/// What one episode says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Episode {
    /// The step chain: one state per step, a solver or, after all of them, `other`.
    pub states: Vec<usize>,
    pub bouts: Vec<Bout>,
}

impl Episode {
    /// Reads an episode, with the [floor](crate::solver::dominant::floor) of its network.
    pub fn read(moments: &[Moment], solvers: usize, floor: f32) -> Episode {
        let states = dominant(moments, solvers, floor);
        let bouts = bouts(moments, &states, solvers);
        Episode { states, bouts }
    }

    /// The event chain: one symbol per completed bout.
    pub fn events(&self) -> Vec<usize> {
        self.bouts.iter().filter(|bout| bout.is_event()).map(|bout| bout.solver).collect()
    }
}

/// The bouts of an episode, in order.
pub fn bouts(moments: &[Moment], states: &[usize], solvers: usize) -> Vec<Bout> {
    let mut bouts: Vec<Bout> = Vec::new();
    let mut open = None;
    for (step, (moment, &state)) in moments.iter().zip(states).enumerate() {
        if open != Some(state) && state < solvers {
            bouts.push(Bout { solver: state, start: step, length: 0, end: End::TakenOver });
        }
        open = None;
        if state >= solvers {
            continue;
        }
        let Some(bout) = bouts.last_mut() else { continue };
        bout.length += 1;
        if moment.reached & bit(state) != 0 || moment.goes_on & bit(state) == 0 {
            bout.end = End::Resolved;
        } else if step + 1 == states.len() {
            bout.end = End::CutOff;
        } else {
            open = Some(state);
        }
    }
    bouts
}

/// What all episodes of a network in a world say of one solver.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The mean activity over the steps at which it is dominant, logits.
    pub activity: Option<f64>,
    /// Bouts per episode.
    pub bouts: Option<f64>,
    /// Mean steps per bout.
    pub length: Option<f64>,
    /// The share of its bouts that are resolved.
    pub resolved: Option<f64>,
    /// The share of its completed bouts that are followed by another one in the episode.
    pub return_probability: Option<f64>,
    /// For each completed bout with another one of it in the episode, the steps from start to start.
    pub returns: Vec<usize>,
}

/// One summary per solver. `moments` are those that the episodes were read from.
pub fn summaries(moments: &[Vec<Moment>], episodes: &[Episode], solvers: usize) -> Vec<Summary> {
    (0..solvers).map(|solver| summary(moments, episodes, solver)).collect()
}

fn summary(moments: &[Vec<Moment>], episodes: &[Episode], solver: usize) -> Summary {
    let (mut activity, mut steps) = (0.0, 0usize);
    for (moments, episode) in moments.iter().zip(episodes) {
        for (moment, _) in moments.iter().zip(&episode.states).filter(|(_, state)| **state == solver) {
            activity += f64::from(moment.activity);
            steps += 1;
        }
    }
    let own =
        |episode: &Episode| episode.bouts.iter().filter(|bout| bout.solver == solver).copied().collect::<Vec<_>>();
    let (mut bouts, mut length, mut resolved, mut completed) = (0usize, 0usize, 0usize, 0usize);
    let mut returns = Vec::new();
    for episode in episodes {
        let own = own(episode);
        bouts += own.len();
        length += own.iter().map(|bout| bout.length).sum::<usize>();
        resolved += own.iter().filter(|bout| bout.end == End::Resolved).count();
        let events: Vec<usize> = own.iter().filter(|bout| bout.is_event()).map(|bout| bout.start).collect();
        completed += events.len();
        returns.extend(events.windows(2).map(|pair| pair[1] - pair[0]));
    }
    let ratio = |sum: f64, of: usize| (of > 0).then(|| sum / of as f64);
    Summary {
        activity: ratio(activity, steps),
        bouts: ratio(bouts as f64, episodes.len()),
        length: ratio(length as f64, bouts),
        resolved: ratio(resolved as f64, bouts),
        return_probability: ratio(returns.len() as f64, completed),
        returns,
    }
}

#[cfg(test)]
mod tests {
    use super::{Bout, End, Episode, summaries};
    use crate::solver::dominant::{Moment, bit};

    /// A step at which solver `leader` is dominant, that reaches `reached`, after which `goes_on` fire.
    fn step(leader: usize, reached: &[usize], goes_on: &[usize]) -> Moment {
        let bits = |solvers: &[usize]| solvers.iter().fold(0, |bits, solver| bits | bit(*solver));
        Moment { leaders: bit(leader), activity: 2.0, reached: bits(reached), goes_on: bits(goes_on) }
    }

    fn read(moments: &[Moment]) -> Vec<(usize, usize, usize, End)> {
        let episode = Episode::read(moments, 2, 1.0);
        episode.bouts.iter().map(|bout| (bout.solver, bout.start, bout.length, bout.end)).collect()
    }

    #[test]
    fn a_bout_ends_when_it_is_resolved_or_another_takes_over() {
        let both = &[0, 1][..];
        // The target of 0 is reached, and it goes on to the next; 1 takes over; its condition is gone; no solver acts.
        let moments = [
            step(0, &[], both),
            step(0, &[0], both),
            step(0, &[1], both),
            step(1, &[0], &[1]),
            step(1, &[], &[0]),
            step(2, &[], both),
            step(0, &[], both),
        ];
        let expected =
            [(0, 0, 2, End::Resolved), (0, 2, 1, End::TakenOver), (1, 3, 2, End::Resolved), (0, 6, 1, End::CutOff)];
        assert_eq!(read(&moments), expected);
        assert_eq!(Episode::read(&moments, 2, 1.0).events(), [0, 1]);
    }

    #[test]
    fn the_end_of_an_episode_cuts_off_what_is_not_resolved() {
        assert_eq!(read(&[step(0, &[], &[0])]), [(0, 0, 1, End::CutOff)]);
        assert_eq!(read(&[step(0, &[0], &[0])]), [(0, 0, 1, End::Resolved)]);
        assert_eq!(read(&[step(0, &[], &[1])]), [(0, 0, 1, End::Resolved)]);
        assert_eq!(read(&[]), []);
    }

    #[test]
    fn returns_are_from_start_to_start_of_completed_bouts_within_an_episode() {
        let both = &[0, 1][..];
        let first = vec![
            step(0, &[0], both),
            step(1, &[1], both),
            step(0, &[], both),
            step(1, &[], both),
            step(0, &[], both),
            step(0, &[0], both),
        ];
        let second = vec![step(0, &[0], both)];
        let moments = vec![first, second];
        let episodes: Vec<Episode> = moments.iter().map(|moments| Episode::read(moments, 2, 1.0)).collect();
        let [zero, one] = &summaries(&moments, &episodes, 2)[..] else { panic!("two solvers") };
        // The bout at step 2 was taken over: it is no event. Nothing returns across episodes.
        assert_eq!(zero.returns, [4]);
        assert_eq!(zero.return_probability, Some(1.0 / 3.0));
        assert_eq!((zero.bouts, zero.resolved, zero.activity), (Some(2.0), Some(0.75), Some(2.0)));
        assert_eq!(zero.length, Some(5.0 / 4.0));
        assert_eq!((one.returns.len(), one.return_probability), (0, Some(0.0)));
        let bout = Bout { solver: 0, start: 0, length: 1, end: End::TakenOver };
        assert!(!bout.is_event());
    }
}
