//! Episodes of a policy, and what is counted in them.

use crate::behaviour::policy::Policy;
use crate::seed::Seed;
use crate::study::forecast::{Behaviour, Goal};
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::environment::Ending;
use crate::world::level::LevelError;
use crate::world::place;
use crate::world::spec::Place;

/// How many environments play side by side: so many that their states stay in cache.
const TOGETHER: usize = 250;

/// What is counted: every goal and place that some behaviours are about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watch {
    goals: Vec<Goal>,
    places: Vec<Place>,
}

impl Watch {
    /// What these behaviours need counted.
    pub fn new<'a>(behaviours: impl IntoIterator<Item = &'a Behaviour>) -> Watch {
        let mut watch = Watch::default();
        for behaviour in behaviours {
            match behaviour {
                Behaviour::Reach { goal, before, .. } => {
                    watch.goal(goal);
                    before.iter().for_each(|before| watch.goal(before));
                }
                Behaviour::MeanReach(goal) => watch.goal(goal),
                Behaviour::TimeAt(place) if !watch.places.contains(place) => watch.places.push(*place),
                Behaviour::TimeAt(_) | Behaviour::Return | Behaviour::Length => {}
            }
        }
        watch
    }

    fn goal(&mut self, goal: &Goal) {
        if !self.goals.contains(goal) {
            self.goals.push(goal.clone());
        }
    }
}

/// One episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Episode {
    /// The sum of rewards, undiscounted.
    pub total: f64,
    /// In steps.
    pub length: u32,
    /// Per goal of the watch, the step at which it is first reached, from 1; nothing if it never is.
    first: Vec<Option<u32>>,
    /// Per goal of the watch, how often it is reached.
    reached: Vec<u32>,
    /// Per place of the watch, the steps that end there.
    at: Vec<u32>,
}

impl Episode {
    fn new(watch: &Watch) -> Episode {
        let goals = watch.goals.len();
        Episode {
            total: 0.0,
            length: 0,
            first: vec![None; goals],
            reached: vec![0; goals],
            at: vec![0; watch.places.len()],
        }
    }

    /// The value of a behaviour in this episode: 0 or 1 for a probability. `watch` must be made from behaviours that
    /// include it.
    pub fn value(&self, watch: &Watch, behaviour: &Behaviour) -> f64 {
        let index = |goal: &Goal| watch.goals.iter().position(|watched| watched == goal);
        let first = |goal: &Goal| index(goal).and_then(|index| self.first[index]);
        match behaviour {
            Behaviour::Reach { goal, before, within } => {
                let barred = before.as_ref().and_then(first);
                let holds = first(goal).is_some_and(|step| {
                    within.is_none_or(|limit| step <= limit) && barred.is_none_or(|other| step < other)
                });
                f64::from(u8::from(holds))
            }
            Behaviour::TimeAt(place) => {
                let steps = watch.places.iter().position(|watched| watched == place).map_or(0, |index| self.at[index]);
                f64::from(steps) / f64::from(self.length.max(1))
            }
            Behaviour::Return => self.total,
            Behaviour::Length => f64::from(self.length),
            Behaviour::MeanReach(goal) => index(goal).map_or(0.0, |index| f64::from(self.reached[index])),
        }
    }
}

/// The levels of `count` episodes, in batches; they depend on the seed alone, so policies meet the same levels.
pub fn levels<'e>(engine: &'e Engine, count: usize, seed: Seed) -> impl Iterator<Item = Result<Batch<'e>, LevelError>> {
    (0..count)
        .step_by(TOGETHER)
        .map(move |first| Batch::new(engine, TOGETHER.min(count - first), seed.child("episodes", &[first as u64])))
}

/// Plays `count` whole episodes, on the [`levels`] of the seed.
pub fn play(
    engine: &Engine,
    policy: &mut dyn Policy,
    watch: &Watch,
    count: usize,
    seed: Seed,
) -> Result<Vec<Episode>, LevelError> {
    let mut episodes = Vec::with_capacity(count);
    let mut actions = [0u8; TOGETHER];
    for batch in levels(engine, count, seed) {
        let mut batch = batch?;
        let mut played = Played::begin(&batch, watch);
        while batch.endings().contains(&Ending::None) {
            policy.act(&batch, &mut actions[..batch.len()]);
            played.step(&mut batch, &actions);
        }
        episodes.append(&mut played.end(&batch));
    }
    Ok(episodes)
}

/// The episodes of a batch while they are played.
pub struct Played<'w> {
    watch: &'w Watch,
    episodes: Vec<Episode>,
    /// Per environment, the agent's cell before the step, and whether its episode ran.
    before: Vec<u16>,
    running: Vec<bool>,
}

impl<'w> Played<'w> {
    /// `batch` is at the first step of every episode.
    pub fn begin(batch: &Batch, watch: &'w Watch) -> Played<'w> {
        let n = batch.len();
        Played { watch, episodes: vec![Episode::new(watch); n], before: vec![0; n], running: vec![true; n] }
    }

    /// Takes a step in every environment of the batch, and counts what it does.
    pub fn step(&mut self, batch: &mut Batch, actions: &[u8]) {
        self.running.iter_mut().zip(batch.endings()).for_each(|(runs, ending)| *runs = *ending == Ending::None);
        self.before.copy_from_slice(batch.agents());
        batch.step(actions);
        for (i, episode) in self.episodes.iter_mut().enumerate().filter(|(i, _)| self.running[*i]) {
            record(episode, batch, i, self.before[i], self.watch);
        }
    }

    /// The episodes, in the order of the batch.
    pub fn end(mut self, batch: &Batch) -> Vec<Episode> {
        for (episode, (total, length)) in self.episodes.iter_mut().zip(batch.returns().iter().zip(batch.lengths())) {
            (episode.total, episode.length) = (*total, *length);
        }
        self.episodes
    }
}

fn record(episode: &mut Episode, batch: &Batch, i: usize, before: u16, watch: &Watch) {
    let (grid, agent, step) = (batch.grid(i), batch.agent(i), batch.lengths()[i]);
    for (index, goal) in watch.goals.iter().enumerate() {
        let reached = match goal {
            Goal::Object(name) => batch.engine().kind_named(name).map_or(0, |kind| batch.touched()[i].count(kind)),
            Goal::Place(place) => {
                u32::from(place::contains(place, grid, agent) && !place::contains(place, grid, before))
            }
        };
        if reached > 0 {
            episode.reached[index] += reached;
            episode.first[index].get_or_insert(step);
        }
    }
    for (at, place) in episode.at.iter_mut().zip(&watch.places) {
        *at += u32::from(place::contains(place, grid, agent));
    }
}

#[cfg(test)]
mod tests {
    use crate::behaviour::episodes::{Watch, play};
    use crate::behaviour::policy::Random;
    use crate::seed::Seed;
    use crate::study::forecast::{Behaviour, Goal};
    use crate::world::drawn::{object, of_world, world};
    use crate::world::spec::{Moves, Object, Touch};

    #[test]
    fn an_object_is_reached_as_often_as_touching_works() {
        let bee = Object { moves: Moves { random: 0.0, toward_agent: 1.0 }, ..object("bee", Touch::Vanishes, 1.0) };
        let mut swarm = world("#b# b@b #b#", &[bee]);
        swarm.horizon = 1;
        let engine = of_world(&swarm).engine;
        let (reached, total) = (Behaviour::MeanReach(Goal::Object("bee".into())), Behaviour::Return);
        let watch = Watch::new([&reached, &total]);
        for episode in play(&engine, &mut Random::new(Seed(1)), &watch, 20, Seed(1)).unwrap() {
            // The agent stays and all come, or it goes to one and the others are a step too late.
            assert!([1.0, 4.0].contains(&episode.total), "{}", episode.total);
            assert_eq!(episode.value(&watch, &reached), episode.total);
        }
    }
}
