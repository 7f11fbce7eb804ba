//! Policies: a network, heuristics with strengths, or chance.

use crate::heuristic::evaluate::Rule;
use crate::heuristic::policy::probabilities;
use crate::heuristic::scene::Scene;
use crate::network::fused::Fused;
use crate::network::parameters::Parameters;
use crate::seed::{Seed, Stream};
use crate::world::action::{ACTIONS, ActionSet};
use crate::world::batch::Batch;
use crate::world::engine::Engine;
use crate::world::environment::Ending;
use crate::world::lit::LitRows;
use crate::world::paths::Paths;
use rand::RngExt;

/// Something that acts in a batch of environments.
pub trait Policy {
    /// Chooses an action, its discriminant, for every environment of the batch.
    fn act(&mut self, batch: &Batch, actions: &mut [u8]);
}

/// Every action equally likely.
pub struct Random {
    stream: Stream,
}

impl Random {
    pub fn new(seed: Seed) -> Random {
        Random { stream: seed.stream("random policy", &[]) }
    }
}

impl Policy for Random {
    fn act(&mut self, batch: &Batch, actions: &mut [u8]) {
        let order = batch.engine().actions();
        actions.fill_with(|| order[usize::from(self.stream.random_range(0..ACTIONS as u8))] as u8);
    }
}

/// Actions sampled from a network's policy.
pub struct Sampled {
    network: Fused,
    stream: Stream,
    rows: LitRows,
    logits: Vec<[f32; ACTIONS]>,
    values: Vec<f32>,
}

impl Sampled {
    pub fn new(parameters: &Parameters, seed: Seed) -> Sampled {
        Sampled {
            network: Fused::new(parameters),
            stream: seed.stream("network policy", &[]),
            rows: LitRows::new(),
            logits: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Chooses actions where `plays` holds, and draws them elsewhere without a look at the state: so no environment has a part in
    /// what happens in another.
    pub fn act_where(&mut self, batch: &Batch, plays: impl Fn(usize) -> bool, actions: &mut [u8]) {
        self.rows.clear();
        (0..batch.len()).filter(|&i| plays(i)).for_each(|i| batch.observe_one(i, &mut self.rows));
        self.logits.resize(self.rows.len(), [0.0; ACTIONS]);
        self.values.resize(self.rows.len(), 0.0);
        self.network.run(&self.rows, &mut self.logits, &mut self.values);
        let mut logits = self.logits.iter();
        for (i, action) in actions.iter_mut().enumerate() {
            *action = match if plays(i) { logits.next() } else { None } {
                Some(logits) => sample(logits, &mut self.stream),
                None => draw([1.0; ACTIONS], &mut self.stream),
            };
        }
    }
}

impl Policy for Sampled {
    fn act(&mut self, batch: &Batch, actions: &mut [u8]) {
        self.act_where(batch, |i| batch.endings()[i] == Ending::None, actions);
    }
}

/// Actions sampled from pi_w, the policy that heuristics with these strengths stand for.
///
/// It keeps the path distances of every environment as long as its walls stay the same; they are one where all have the same walls.
pub struct Rules<'a> {
    rules: &'a [Rule],
    strengths: Vec<f64>,
    stream: Stream,
    paths: Vec<Paths>,
    sets: Vec<ActionSet>,
}

impl<'a> Rules<'a> {
    /// `strengths` in logits, one per rule.
    pub fn new(rules: &'a [Rule], strengths: Vec<f64>, seed: Seed) -> Rules<'a> {
        Rules { rules, strengths, stream: seed.stream("rule policy", &[]), paths: Vec::new(), sets: Vec::new() }
    }
}

impl Policy for Rules<'_> {
    fn act(&mut self, batch: &Batch, actions: &mut [u8]) {
        let is_fixed = batch.engine().is_fixed();
        for i in 0..if is_fixed { 1 } else { batch.len() } {
            match self.paths.get_mut(i) {
                Some(paths) => paths.turn_to(batch.grid(i)),
                None => self.paths.push(Paths::of(batch.grid(i))),
            }
        }
        let mut scene: Option<Scene<'_>> = None;
        for (i, action) in actions.iter_mut().enumerate() {
            if batch.endings()[i] != Ending::None {
                continue;
            }
            let scene = Scene::turned(&mut scene, batch, i, &self.paths[if is_fixed { 0 } else { i }]);
            self.sets.clear();
            self.sets.extend(self.rules.iter().map(|rule| rule.recommends(scene)));
            let p = probabilities(&self.strengths, &self.sets);
            *action = draw_in(batch.engine(), p, &mut self.stream);
        }
    }
}

/// An action drawn from the policy that logits stand for.
pub fn sample(logits: &[f32; ACTIONS], stream: &mut Stream) -> u8 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    draw(logits.map(|logit| f64::from((logit - largest).exp())), stream)
}

/// [`sample`] in the world of an engine, as [`draw_in`] draws.
pub fn sample_in(engine: &Engine, logits: &[f32; ACTIONS], stream: &mut Stream) -> u8 {
    let order = engine.actions();
    order[usize::from(sample(&order.map(|action| logits[action as usize]), stream))] as u8
}

/// An action drawn in proportion to the weights of the actions. In the image of an engine it is the image of what is drawn
/// in the original, which [`draw`] would miss: whoever samples what happens in a world draws it so.
pub fn draw_in(engine: &Engine, weights: [f64; ACTIONS], stream: &mut Stream) -> u8 {
    let order = engine.actions();
    order[usize::from(draw(order.map(|action| weights[action as usize]), stream))] as u8
}

/// An index drawn in proportion to the weights.
pub fn draw(weights: [f64; ACTIONS], stream: &mut Stream) -> u8 {
    let mut left = stream.random::<f64>() * weights.iter().sum::<f64>();
    for (action, weight) in weights.iter().enumerate() {
        if left < *weight {
            return action as u8;
        }
        left -= weight;
    }
    ACTIONS as u8 - 1
}
