//! The solvers of trained networks: which of them acts at each step of episodes, in every world of a training.

use crate::behaviour::arena::Arena;
use crate::behaviour::episodes::levels;
use crate::behaviour::policy::sample;
use crate::experiment::error::ExperimentError;
use crate::experiment::measure::{Measurement, Player};
use crate::experiment::setup::Setup;
use crate::network::parameters::Parameters;
use crate::seed::Seed;
use crate::selection::activity::Meter;
use crate::solver::actor::NetworkActor;
use crate::solver::bouts::{Episode, Summary, summaries};
use crate::solver::dominant::{Moment, floor};
use crate::solver::recorder::{LONGEST, Recorder};
use crate::world::batch::Batch;
use crate::world::level::LevelError;

/// Episodes per seed and world.
pub const CHAIN_EPISODES: usize = 200;

/// What the solvers of one network do in one world.
#[derive(Clone, Debug, PartialEq)]
pub struct Solving {
    /// One per episode.
    pub episodes: Vec<Episode>,
    /// One per solver.
    pub solvers: Vec<Summary>,
    /// The activity below which no solver acts, logits.
    pub floor: f32,
    /// The share in [0, 1] of the steps at which several states of the chain have the largest activity.
    pub tied: f64,
}

/// What activities in a network are measured with.
pub fn meter(setup: &Setup, measurement: &Measurement, parameters: &Parameters) -> Meter {
    let strengths = measurement.strengths(parameters);
    Meter::new(parameters, &measurement.bank, &setup.rules, &measurement.has_cue, &strengths)
}

/// What the solvers of one network do in each world of its training, its own first. The levels are drawn from a stream of
/// their own per seed and world. `see` is shown the batches of its own world, as by [`rollout`].
pub fn solving(
    setup: &Setup,
    meter: &Meter,
    training: usize,
    player: Player,
    parameters: &Parameters,
    see: &mut dyn FnMut(&Batch),
) -> Result<Vec<Solving>, ExperimentError> {
    let solvers = setup.study.states().solvers();
    let mut least = None;
    let mut found = Vec::with_capacity(setup.arenas[training].len());
    for arena in &setup.arenas[training] {
        let seed = player.seed(setup, arena).child("chains", &[]);
        let mut show = |batch: &Batch| {
            if arena.scenario.is_none() {
                see(batch);
            }
        };
        let moments = rollout(setup, meter, arena, parameters, seed, &mut show)
            .map_err(|source| setup.level_error(arena, source))?;
        // The first world is that of the training.
        let least = *least.get_or_insert_with(|| floor(moments.iter().map(Vec::as_slice)));
        let episodes: Vec<Episode> = moments.iter().map(|moments| Episode::read(moments, solvers, least)).collect();
        let solvers = summaries(&moments, &episodes, solvers);
        found.push(Solving { solvers, episodes, floor: least, tied: tied(&moments, least) });
    }
    Ok(found)
}

/// The share of steps at which several states of the chain act alike.
fn tied(episodes: &[Vec<Moment>], floor: f32) -> f64 {
    let tie = |moment: &&Moment| moment.leaders.count_ones() > 1 && moment.activity >= floor;
    let steps: usize = episodes.iter().map(Vec::len).sum();
    episodes.iter().flatten().filter(tie).count() as f64 / steps.max(1) as f64
}

/// Plays [`CHAIN_EPISODES`] episodes of a network in a world, and records every step of them. `see` is shown each batch
/// before its first step and after every step.
pub fn rollout(
    setup: &Setup,
    meter: &Meter,
    arena: &Arena,
    parameters: &Parameters,
    seed: Seed,
    see: &mut dyn FnMut(&Batch),
) -> Result<Vec<Vec<Moment>>, LevelError> {
    let engine = &arena.engine;
    let actor = NetworkActor::new(parameters);
    let mut recorder = Recorder::new(setup.study, &setup.rules, meter.clone(), engine, actor);
    let mut stream = seed.stream("network policy", &[]);
    let (mut episodes, mut actions) = (Vec::new(), Vec::new());
    for batch in levels(engine, CHAIN_EPISODES, seed) {
        let mut batch = batch?;
        actions.resize(batch.len(), 0);
        recorder.begin(&batch);
        see(&batch);
        for _ in 0..=LONGEST {
            if !recorder.observe(&batch) {
                break;
            }
            for (i, action) in actions.iter_mut().enumerate() {
                if let Some(logits) = recorder.logits(i) {
                    *action = sample(logits, &mut stream);
                }
            }
            batch.step(&actions);
            recorder.record(&batch);
            see(&batch);
        }
        episodes.append(&mut recorder.episodes());
    }
    Ok(episodes)
}
