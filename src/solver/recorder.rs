//! A recorder of rollouts: fed a batch step by step, it keeps what each step says of the solvers.
//!
//! A rollout is `begin`, then as long as [`Recorder::observe`] finds an episode that runs: choose actions from
//! [`Recorder::logits`], step the batch, [`Recorder::record`]. Episodes are played once; nothing is reset.
//!
//! Who acts is an [`Actor`]: a network, or rules with strengths.

use crate::heuristic::evaluate::Rule;
use crate::heuristic::scene::Scene;
use crate::selection::activity::Meter;
use crate::solver::actor::Actor;
use crate::solver::dominant::{Moment, bit, leaders};
use crate::solver::targets::{Goal, Step};
use crate::study::Study;
use crate::study::solver::States;
use crate::world::action::{ACTIONS, ActionSet};
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::environment::Ending;
use crate::world::paths::Paths;

/// Steps of an episode at most: of a longer one so many are looked at.
pub const LONGEST: usize = 5000;
/// No row.
const NONE: u32 = u32::MAX;

/// Records what one actor does in one world.
pub struct Recorder<'a, A> {
    rules: &'a [Rule],
    states: States,
    meter: Meter,
    /// Per heuristic.
    goals: Vec<Goal>,
    /// Whether all levels have the same walls, so that one set of distances serves all.
    is_fixed: bool,
    actor: A,
    /// One per environment; the first for all where the walls are fixed.
    paths: Vec<Paths>,
    /// Per environment, whether its episode still runs.
    runs: Vec<bool>,
    /// Per environment, the agent's cell before the step.
    agents: Vec<u16>,
    /// `[environment * heuristics + heuristic]`.
    sets: Vec<ActionSet>,
    /// `[environment * (cues + 1)]` and the next: the rows of the actor's logits with all looks, then without each cue, of
    /// those that matter there; [`NONE`] where not needed.
    row_of: Vec<u32>,
    /// By heuristic, and by state of the chain.
    activities: (Vec<f64>, Vec<f64>),
    episodes: Vec<Vec<Moment>>,
}

impl<'a, A: Actor> Recorder<'a, A> {
    /// `rules` are the heuristics of the study, compiled; `meter` is that of the actor.
    pub fn new(study: &Study, rules: &'a [Rule], meter: Meter, engine: &Engine, actor: A) -> Recorder<'a, A> {
        Recorder {
            rules,
            states: study.states(),
            meter,
            goals: study.heuristics.iter().map(|heuristic| Goal::of(heuristic, engine)).collect(),
            is_fixed: engine.is_fixed(),
            actor,
            paths: Vec::new(),
            runs: Vec::new(),
            agents: Vec::new(),
            sets: Vec::new(),
            row_of: Vec::new(),
            activities: Default::default(),
            episodes: Vec::new(),
        }
    }

    /// Begins with a batch, each environment of which is at the first step of its episode.
    pub fn begin(&mut self, batch: &Batch) {
        let n = batch.len();
        self.runs.clear();
        self.runs.resize(n, true);
        self.agents.resize(n, 0);
        self.sets.resize(n * self.rules.len(), ActionSet::EMPTY);
        self.row_of.resize(n * (self.meter.cues.len() + 1), NONE);
        self.episodes.clear();
        self.episodes.resize(n, Vec::new());
        let (kept, needed) = (self.paths.len(), if self.is_fixed { 1 } else { n });
        self.paths.extend((kept..needed).map(|i| Paths::of(batch.grid(i))));
    }

    /// Looks at the states before a step; whether some episode still runs.
    pub fn observe(&mut self, batch: &Batch) -> bool {
        for (i, paths) in self.paths.iter_mut().enumerate().take(batch.len()) {
            paths.turn_to(batch.grid(i));
        }
        self.actor.begin();
        let mut scene: Option<Scene<'_>> = None;
        for i in 0..batch.len() {
            if !self.runs[i] {
                continue;
            }
            let state = batch.borrow(i);
            let paths = &self.paths[if self.is_fixed { 0 } else { i }];
            let scene = Scene::turned(&mut scene, batch, i, paths);
            let sets = &mut self.sets[i * self.rules.len()..][..self.rules.len()];
            sets.iter_mut().zip(self.rules).for_each(|(set, rule)| *set = rule.recommends(scene));
            if let Some(before) = self.episodes[i].last_mut() {
                before.goes_on = firing(sets, &self.states);
            }
            self.agents[i] = state.agent;
            self.runs[i] = batch.endings()[i] == Ending::None;
            if !self.runs[i] {
                continue;
            }
            let row_of = &mut self.row_of[i * (self.meter.cues.len() + 1)..][..self.meter.cues.len() + 1];
            row_of.fill(NONE);
            row_of[0] = self.actor.see(batch.engine(), state, 0, scene, sets);
            for h in (0..sets.len()).filter(|&h| !sets[h].is_empty()) {
                let cue = self.meter.cue_of[h];
                if row_of[cue + 1] == NONE
                    && let Some(&(looks, _)) = self.meter.cues.get(cue)
                {
                    row_of[cue + 1] = self.actor.see(batch.engine(), state, looks, scene, sets);
                }
            }
        }
        self.actor.decide();
        let logits = self.actor.logits();
        (0..batch.len()).filter(|&i| self.runs[i]).for_each(|i| {
            let moment = moment(
                &self.meter,
                &self.states,
                &self.sets[i * self.rules.len()..][..self.rules.len()],
                &self.row_of[i * (self.meter.cues.len() + 1)..],
                logits,
                &mut self.activities,
            );
            self.episodes[i].push(moment);
        });
        self.runs.contains(&true)
    }

    /// The actor's logits in the state that was observed in environment `i`; nothing where the episode has ended.
    pub fn logits(&self, i: usize) -> Option<&[f32; ACTIONS]> {
        let row = self.row_of[i * (self.meter.cues.len() + 1)] as usize;
        self.runs[i].then(|| self.actor.logits().get(row)).flatten()
    }

    /// Looks at what the step did.
    pub fn record(&mut self, batch: &Batch) {
        for i in (0..batch.len()).filter(|&i| self.runs[i]) {
            let step = Step {
                grid: batch.grid(i),
                before: self.agents[i],
                after: batch.agent(i),
                touched: batch.touched()[i],
            };
            let Some(moment) = self.episodes[i].last_mut() else { continue };
            let sets = &self.sets[i * self.rules.len()..];
            for ((goal, set), solver) in self.goals.iter().zip(sets).zip(&self.states.of_heuristic) {
                if let Some(solver) = solver
                    && !set.is_empty()
                    && goal.is_reached(&step)
                {
                    moment.reached |= bit(*solver);
                }
            }
        }
    }

    /// The episodes of the batch, in its order, so far as their steps were recorded.
    pub fn episodes(&mut self) -> Vec<Vec<Moment>> {
        for (episode, _) in self.episodes.iter_mut().zip(&self.runs).filter(|(_, runs)| **runs) {
            // The step that was observed last has not been taken.
            episode.pop();
        }
        std::mem::take(&mut self.episodes)
    }
}

/// The solvers that fire, as a bitmask.
fn firing(sets: &[ActionSet], states: &States) -> u32 {
    let fires = sets.iter().zip(&states.of_heuristic).filter(|(set, _)| !set.is_empty());
    fires.filter_map(|(_, solver)| *solver).fold(0, |bits, solver| bits | bit(solver))
}

fn moment(
    meter: &Meter,
    states: &States,
    sets: &[ActionSet],
    row_of: &[u32],
    logits: &[[f32; ACTIONS]],
    (of_rules, of_states): &mut (Vec<f64>, Vec<f64>),
) -> Moment {
    meter.measure(sets, &logits[row_of[0] as usize], |cue| &logits[row_of[cue + 1] as usize], of_rules);
    of_states.clear();
    of_states.resize(states.solvers() + 1, 0.0);
    for (activity, solver) in of_rules.iter().zip(&states.of_heuristic) {
        let own = &mut of_states[solver.unwrap_or(states.solvers())];
        *own = own.max(*activity);
    }
    let (leaders, activity) = leaders(of_states);
    Moment { leaders, activity, ..Moment::default() }
}
