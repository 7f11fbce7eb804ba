//! Rollouts of pi_w: what rules with strengths do in environments that step together, and what comes of it.

use crate::behaviour::policy::draw_in;
use crate::heuristic::evaluate::Rule;
use crate::heuristic::policy::softmax;
use crate::heuristic::scene::Scene;
use crate::predictor::budget::Plan;
use crate::predictor::situation::Situations;
use crate::predictor::update::logits;
use crate::seed::{Seed, Stream};
use crate::world::action::ActionSet;
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::environment::Ending;
use crate::world::level::LevelError;
use crate::world::paths::Paths;

/// All distances in a grid of so many cells fill little.
const SMALL: usize = 256;

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To the state of the step with this index.
    Step(usize),
    /// To the state with this index among those after which nothing was done: the episode was cut, or the rollout ends.
    Last(usize),
    /// Nowhere: the episode has ended.
    End,
}

/// States as rules and critics know them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct States {
    /// What the rules recommend, state by state.
    sets: Vec<ActionSet>,
    /// The facts that hold, state by state, the same number in each: see [`Situations`].
    facts: Vec<u32>,
    rules: usize,
    facts_each: usize,
}

impl States {
    fn of(rules: usize, facts_each: usize) -> States {
        States { rules, facts_each, ..States::default() }
    }

    fn clear(&mut self) {
        self.sets.clear();
        self.facts.clear();
    }

    fn add(&mut self, rules: &[&Rule], situations: &Situations, scene: &Scene<'_>) {
        self.sets.extend(rules.iter().map(|rule| rule.recommends(scene)));
        situations.facts(scene, &mut self.facts);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.facts.len() / self.facts_each.max(1)
    }

    /// What each rule recommends in a state.
    pub fn sets(&self, state: usize) -> &[ActionSet] {
        &self.sets[state * self.rules..(state + 1) * self.rules]
    }

    /// The facts that hold in a state.
    pub fn facts(&self, state: usize) -> &[u32] {
        &self.facts[state * self.facts_each..(state + 1) * self.facts_each]
    }
}

/// Steps, time by time: index = time * environments + environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollout {
    /// Before each step.
    pub states: States,
    pub actions: Vec<u8>,
    /// Of the actions, when they were taken.
    pub probabilities: Vec<f64>,
    pub rewards: Vec<f64>,
    pub next: Vec<Next>,
    /// Those that [`Next::Last`] means.
    pub last: States,
    /// The largest absolute value of a reward, in this rollout and all before it.
    pub largest_reward: f64,
}

/// Environments in which rules act, rollout by rollout.
pub struct Imagined<'a> {
    rules: Vec<&'a Rule>,
    engine: &'a Engine,
    situations: Situations,
    batch: Batch<'a>,
    /// The distances of each environment; of the first alone where all grids are the same.
    paths: Vec<Paths>,
    actions: Stream,
    taken: Vec<u8>,
    length: usize,
    rollout: Rollout,
}

impl<'a> Imagined<'a> {
    /// Fresh environments, which draw from this seed.
    ///
    /// # Errors
    /// If the world has no level.
    pub fn new(rules: Vec<&'a Rule>, engine: &'a Engine, plan: &Plan, seed: Seed) -> Result<Imagined<'a>, LevelError> {
        let n = plan.environments;
        let batch = Batch::new(engine, n, seed.child("environments", &[]))?;
        let situations = Situations::of(engine.sight());
        let different = if engine.is_fixed() { 1 } else { n };
        let states = || States::of(rules.len(), situations.facts_each());
        Ok(Imagined {
            rollout: Rollout {
                states: states(),
                actions: Vec::new(),
                probabilities: Vec::new(),
                rewards: Vec::new(),
                next: Vec::new(),
                last: states(),
                largest_reward: 0.0,
            },
            paths: (0..different).map(|i| Paths::of(batch.grid(i))).collect(),
            actions: seed.stream("actions", &[]),
            taken: vec![0; n],
            length: plan.rollout,
            rules,
            engine,
            situations,
            batch,
        })
    }

    /// Goes on under pi_w with these strengths.
    ///
    /// # Errors
    /// If the world has no further level.
    pub fn collect(&mut self, strengths: &[f64]) -> Result<&Rollout, LevelError> {
        let rollout = &mut self.rollout;
        rollout.states.clear();
        rollout.last.clear();
        rollout.actions.clear();
        rollout.probabilities.clear();
        rollout.rewards.clear();
        rollout.next.clear();
        let mut lasts = 0;
        for time in 0..self.length {
            // The same grids again: this bounds the memory of large ones.
            if time == 0 || self.engine.grid().len() > SMALL {
                self.paths.iter_mut().enumerate().for_each(|(i, paths)| paths.turn_to(self.batch.grid(i)));
            }
            self.act(strengths);
            self.batch.step(&self.taken);
            self.note(time, &mut lasts);
            self.reset()?;
        }
        Ok(&self.rollout)
    }

    /// One action for every environment.
    fn act(&mut self, strengths: &[f64]) {
        let of = |i: usize| if self.paths.len() == 1 { 0 } else { i };
        let mut scene = Scene::of(self.engine, self.batch.borrow(0), &self.paths[0]);
        for i in 0..self.batch.len() {
            if i > 0 {
                scene.turn_to(self.engine, self.batch.borrow(i), &self.paths[of(i)]);
            }
            let rollout = &mut self.rollout;
            let state = rollout.actions.len();
            rollout.states.add(&self.rules, &self.situations, &scene);
            let p = softmax(logits(strengths, rollout.states.sets(state)));
            let action = draw_in(self.engine, p, &mut self.actions);
            self.taken[i] = action;
            rollout.actions.push(action);
            rollout.probabilities.push(p[usize::from(action)]);
        }
    }

    /// What the step of every environment led to.
    fn note(&mut self, time: usize, lasts: &mut usize) {
        let (n, rollout) = (self.batch.len(), &mut self.rollout);
        let mut scene = None;
        for (i, ending) in self.batch.endings().iter().enumerate() {
            let reward = f64::from(self.batch.rewards()[i]);
            rollout.rewards.push(reward);
            rollout.largest_reward = rollout.largest_reward.max(reward.abs());
            let next = match ending {
                Ending::Terminated => Next::End,
                Ending::None if time + 1 < self.length => Next::Step((time + 1) * n + i),
                Ending::None | Ending::Truncated => {
                    let paths = &self.paths[if self.paths.len() == 1 { 0 } else { i }];
                    let (engine, state) = (self.engine, self.batch.borrow(i));
                    let scene = scene.get_or_insert_with(|| Scene::of(engine, state, paths));
                    scene.turn_to(engine, state, paths);
                    rollout.last.add(&self.rules, &self.situations, scene);
                    *lasts += 1;
                    Next::Last(*lasts - 1)
                }
            };
            rollout.next.push(next);
        }
    }

    fn reset(&mut self) -> Result<(), LevelError> {
        if self.paths.len() == 1 {
            return self.batch.reset_ended();
        }
        let ended: Vec<usize> = (0..self.batch.len()).filter(|&i| self.batch.endings()[i] != Ending::None).collect();
        self.batch.reset_ended()?;
        ended.into_iter().for_each(|i| self.paths[i].turn_to(self.batch.grid(i)));
        Ok(())
    }
}

/// Generalised advantage estimation: A_t = delta_t + discount x lambda x A_{t+1}, with
/// delta_t = r_t + discount x V(s_{t+1}) - V(s_t), where nothing passes over the end of an episode or of the rollout, and
/// the value of a state after which nothing was done stands for what would follow. `values` are those of the states
/// before each step, `last` of the states that [`Next::Last`] means.
///
/// So with values of 0, a reward k steps after an action is credited to it (discount x lambda)^k times.
///
/// Source: Schulman et al. 2016, arXiv:1506.02438.
pub fn advantages(
    (rewards, next): (&[f64], &[Next]),
    values: &[f64],
    last: &[f64],
    discount: f64,
    lambda: f64,
) -> Vec<f64> {
    let mut advantages = vec![0.0; rewards.len()];
    for t in (0..rewards.len()).rev() {
        let (value, later) = match next[t] {
            Next::Step(next) => (values[next], advantages[next]),
            Next::Last(index) => (last[index], 0.0),
            Next::End => (0.0, 0.0),
        };
        advantages[t] = rewards[t] + discount * value - values[t] + discount * lambda * later;
    }
    advantages
}

#[cfg(test)]
mod tests {
    use super::{Next, advantages};

    #[test]
    fn nothing_passes_over_an_end_and_what_was_cut_bootstraps() {
        let rewards = [0.0, 1.0, 0.0, 0.0];
        let next = [Next::Step(1), Next::End, Next::Step(3), Next::Last(0)];
        let found = advantages((&rewards, &next), &[0.5, 0.25, 0.0, 0.0], &[2.0], 0.5, 0.5);
        // Surprises: 0.125 - 0.5, 1 - 0.25, 0, 0.5 x 2; each is credited back at a quarter.
        assert_eq!(found, [-0.375 + 0.25 * 0.75, 0.75, 0.25, 1.0]);
    }
}
