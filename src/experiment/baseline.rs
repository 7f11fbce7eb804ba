//! The policies that a trained one is compared with: chance, and the best that is known.

use crate::behaviour::arena::Arena;
use crate::behaviour::episodes::levels;
use crate::behaviour::policy::{Random, Rules};
use crate::experiment::error::ExperimentError;
use crate::experiment::measure::{EPISODES, Measured, Player, behaviour, mean};
use crate::experiment::setup::Setup;
use crate::parallel::side_by_side;
use crate::world::level::LevelError;
use crate::world::paths::{Paths, UNREACHABLE};
use crate::world::spec::{Object, Touch};

/// The strength, in logits, at which rules are tried as a policy: nearly deterministic.
const FIRM: f64 = 8.0;

/// Chance, and the best return known in the world of one training.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// What the uniformly random policy does, per world, then quantity.
    pub random: Vec<Vec<Chance>>,
    pub best_return: f64,
    /// Whose return it is, in words.
    pub best_policy: String,
}

/// A quantity under the random policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    pub mean: f64,
    /// The least and the largest value over the episodes.
    pub range: (f64, f64),
}

impl Baseline {
    /// The best known is the largest among shortest paths, where one object ends the episode, the rules alone and
    /// together at strength 8, and the seeds themselves.
    pub fn measure(
        setup: &Setup,
        training: usize,
        seeds: &[u64],
        networks: &[Measured],
        jobs: usize,
    ) -> Result<Baseline, ExperimentError> {
        let arenas = &setup.arenas[training];
        let own = setup.own_arena(training);
        let random = side_by_side(jobs, arenas.len(), |index| chances(setup, &arenas[index]))?;
        let random = random.into_iter().collect::<Result<Vec<_>, _>>()?;

        let rules = setup.rules.len();
        let tried = side_by_side(jobs, rules + 1, |tried| {
            let strengths = (0..rules).map(|h| if tried == h || tried == rules { FIRM } else { 0.0 }).collect();
            let mut policy = Rules::new(&setup.rules, strengths, setup.measurement_seed);
            let values = behaviour(setup, own, Player::Baseline, &mut policy)?;
            Ok::<_, ExperimentError>(values.first().map_or(f64::NEG_INFINITY, |returns| mean(returns)))
        })?;
        let mut candidates = Vec::new();
        for (tried, total) in tried.into_iter().enumerate() {
            let who = match setup.study.heuristics.get(tried) {
                Some(heuristic) => format!("the rule {} alone", heuristic.name),
                None => "all rules together".to_string(),
            };
            candidates.push((total?, who));
        }
        for (seed, measured) in seeds.iter().zip(networks) {
            let total = measured.behaviours.first().and_then(|values| values.first()).copied();
            candidates.push((total.unwrap_or(f64::NEG_INFINITY), format!("the network of seed {seed}")));
        }
        for (seed, measured) in seeds.iter().zip(networks) {
            candidates.push((measured.return_start, format!("the network of seed {seed} before this training")));
        }
        let shortest = shortest_paths(setup, own).map_err(|source| setup.level_error(own, source))?;
        candidates.extend(shortest.map(|total| (total, "shortest paths".to_string())));
        let (best_return, best_policy) = candidates
            .into_iter()
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap_or((f64::NEG_INFINITY, "no policy".to_string()));
        Ok(Baseline { random, best_return, best_policy })
    }
}

/// What the uniformly random policy does in a world, per quantity.
///
/// # Errors
/// If the world has no level.
pub fn chances(setup: &Setup, arena: &Arena) -> Result<Vec<Chance>, ExperimentError> {
    let seed = setup.measurement_seed.child("random policy", &arena.indices(&[]));
    let values = behaviour(setup, arena, Player::Baseline, &mut Random::new(seed))?;
    Ok(values.iter().map(|values| Chance::of(values)).collect())
}

impl Chance {
    fn of(values: &[f64]) -> Chance {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Chance { mean: mean(values), range: (low, high) }
    }
}

/// Whether touching the object always ends the episode, with the same reward, at the place where it was put.
fn is_plain_goal(object: &Object) -> bool {
    let conditional = object.needs.is_some() || object.unless.is_some();
    let by_place = object.rewards.iter().any(|reward| reward.at.is_some());
    object.touch == Touch::Ends && object.reward() > 0.0 && !conditional && !by_place && !object.is_mover()
}

/// The mean return of shortest paths; nothing where more than one kind of object matters or moves slip.
fn shortest_paths(setup: &Setup, arena: &Arena) -> Result<Option<f64>, LevelError> {
    let engine = &arena.engine;
    let world = engine.world();
    let mut present = world.objects.iter().filter(|object| object.count > 0);
    let (Some(object), None) = (present.next(), present.next()) else { return Ok(None) };
    if !is_plain_goal(object) || world.slip > 0.0 {
        return Ok(None);
    }
    let mut total = 0.0;
    for batch in levels(engine, EPISODES, Player::Baseline.seed(setup, arena)) {
        let batch = batch?;
        for i in 0..batch.len() {
            let (paths, state) = (Paths::of(batch.grid(i)), batch.borrow(i));
            let field = paths.from_cell(state.agent);
            let reach = |cell: &u16| field.get(usize::from(*cell)).copied().unwrap_or(UNREACHABLE);
            let distance = u32::from(state.slots.iter().map(reach).min().unwrap_or(UNREACHABLE));
            let idle = world.step_reward * f64::from(world.horizon);
            let walked = object.reward() + world.step_reward * f64::from(distance);
            total += if distance <= world.horizon { walked.max(idle) } else { idle };
        }
    }
    Ok(Some(total / EPISODES as f64))
}
