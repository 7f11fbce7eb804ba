//! Bouts: the runs of one dominant solver.
//!
//! A bout is a maximal run of steps with one dominant solver. It ends when it is resolved: its target is reached, or it
//! fires no more, its condition gone; or another state takes over; or the episode ends. The same solver can go on right
//! after a bout of its own is resolved: that is another bout.
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
    /// Whether it is a symbol of the event chain.
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
