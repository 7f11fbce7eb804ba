//! Who acts in a rollout whose solvers are looked for: a network, or pi_w, the policy that rules with strengths stand for.
//!
//! What both have to say is their logits in a state, as it is and without some looks. pi_w has them from what the rules
//! recommend in the scene in which these looks are hidden: sum_h w_h phi_h.

use crate::heuristic::evaluate::Rule;
use crate::heuristic::policy;
use crate::heuristic::scene::Scene;
use crate::network::fused::Fused;
use crate::network::parameters::Parameters;
use crate::world::action::{ACTIONS, ActionSet};
use crate::world::engine::Engine;
use crate::world::lit::LitRows;
use crate::world::observation::render;
use crate::world::state::StateRef;

/// Something that has logits in a state. In each step: [`begin`](Actor::begin), [`see`](Actor::see) as often as needed,
/// [`decide`](Actor::decide).
pub trait Actor {
    /// Forgets what it saw.
    fn begin(&mut self);

    /// Sees a state without the looks in the bitmask; says which row of logits is for it. `sets` are what the rules
    /// recommend where nothing is absent, `scene` that of the state, perhaps with some looks hidden; it may be changed.
    fn see(
        &mut self,
        engine: &Engine,
        state: StateRef<'_>,
        looks: u64,
        scene: &mut Scene<'_>,
        sets: &[ActionSet],
    ) -> u32;

    /// Finds the logits in all that was seen.
    fn decide(&mut self);

    /// The logits as last decided, row by row.
    fn logits(&self) -> &[[f32; ACTIONS]];
}

/// A network.
pub struct NetworkActor {
    network: Fused,
    rows: LitRows,
    logits: Vec<[f32; ACTIONS]>,
    values: Vec<f32>,
}

impl NetworkActor {
    pub fn new(parameters: &Parameters) -> NetworkActor {
        NetworkActor { network: Fused::new(parameters), rows: LitRows::new(), logits: Vec::new(), values: Vec::new() }
    }
}

impl Actor for NetworkActor {
    fn begin(&mut self) {
        self.rows.clear();
    }

    fn see(&mut self, engine: &Engine, state: StateRef<'_>, looks: u64, _: &mut Scene<'_>, _: &[ActionSet]) -> u32 {
        render(engine, state, looks, &mut self.rows);
        self.rows.len() as u32 - 1
    }

    fn decide(&mut self) {
        self.logits.resize(self.rows.len(), [0.0; ACTIONS]);
        self.values.resize(self.rows.len(), 0.0);
        self.network.run(&self.rows, &mut self.logits, &mut self.values);
    }

    fn logits(&self) -> &[[f32; ACTIONS]] {
        &self.logits
    }
}

/// pi_w.
pub struct RulesActor<'a> {
    rules: &'a [Rule],
    strengths: &'a [f64],
    sets: Vec<ActionSet>,
    logits: Vec<[f32; ACTIONS]>,
}

impl<'a> RulesActor<'a> {
    /// `strengths` in logits, one per rule.
    pub fn new(rules: &'a [Rule], strengths: &'a [f64]) -> RulesActor<'a> {
        RulesActor { rules, strengths, sets: Vec::new(), logits: Vec::new() }
    }
}

impl Actor for RulesActor<'_> {
    fn begin(&mut self) {
        self.logits.clear();
    }

    fn see(
        &mut self,
        engine: &Engine,
        state: StateRef<'_>,
        looks: u64,
        scene: &mut Scene<'_>,
        sets: &[ActionSet],
    ) -> u32 {
        self.sets.clear();
        self.sets.extend_from_slice(sets);
        if looks != 0 {
            let paths = scene.paths();
            scene.turn_to(engine, state, paths);
            without(looks, scene, self.rules, &mut self.sets);
        }
        self.logits.push(policy::logits(self.strengths, &self.sets).map(|logit| logit as f32));
        self.logits.len() as u32 - 1
    }

    /// Each was found as it was seen.
    fn decide(&mut self) {}

    fn logits(&self) -> &[[f32; ACTIONS]] {
        &self.logits
    }
}

/// Hides looks in a scene that shows all, and turns `sets`, what the rules recommend there, to what they recommend without.
pub fn without(looks: u64, scene: &mut Scene<'_>, rules: &[Rule], sets: &mut [ActionSet]) {
    scene.hide(looks);
    for (set, rule) in sets.iter_mut().zip(rules).filter(|(_, rule)| rule.cue() & looks != 0) {
        *set = rule.recommends(scene);
    }
}
