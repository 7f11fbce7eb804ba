//! What pi_w, the policy that rules with strengths w stand for, does: in the worlds of a training, and on the bank.
//!
//! One rollout per world gives both what is counted in its episodes and its chains. Which solver acts at a step is decided
//! as it is for networks, with pi_w in place of the network: the [activity](crate::selection::activity) of a rule with a cue
//! is what goes away along its recommendation when its cue does, that of a rule without one is max(0, w_h) |phi_h|, since all
//! that such rules say is there; [dominance](crate::solver::dominant), its floor from the world of the training, and
//! [bouts](crate::solver::bouts) are the same functions. So a network that follows pi_w exactly has these chains.

use crate::behaviour::arena::Arena;
use crate::behaviour::episodes::{self, Played, levels};
use crate::behaviour::policy::{Policy, Rules, sample_in};
use crate::markov::counts::Counts;
use crate::markov::error::MarkovError;
use crate::markov::solver_cycle::{solver_cycles_among, untestable};
use crate::predictor::PredictorError;
use crate::predictor::prediction::{Chain, InWorld};
use crate::predictor::task::Task;
use crate::seed::{Seed, Stream};
use crate::selection::activity::Meter;
use crate::solver::actor::RulesActor;
use crate::solver::bouts::{Episode, Summary, summaries};
use crate::solver::dominant::{Moment, floor};
use crate::solver::recorder::{LONGEST, Recorder};
use crate::world::environment::Ending;
use crate::world::level::LevelError;

/// Permutations of each test for cycles. The least p is .005, half of the level at which a cycle is found; networks are
/// tested once each with 999, strengths are drawn many times.
const PERMUTATIONS: usize = 199;

/// What pi_w does in each world of a training, its own first: means over so many episodes of each behaviour that is asked
/// about there, and the chains of its solvers. The tests for cycles are sharper with more episodes: those of networks are
/// made on 200. `strengths` in logits, one per rule.
///
/// # Errors
/// If a world has no level, or the number of strengths is not that of the rules.
pub fn in_worlds(
    task: &Task,
    training: usize,
    strengths: &[f64],
    episodes: usize,
    seed: Seed,
) -> Result<Vec<InWorld>, PredictorError> {
    checked(task, strengths)?;
    let meter = task.absence()?.meter(strengths);
    let solvers = task.study.states().solvers();
    let mut least = None;
    let mut found = Vec::with_capacity(task.arenas[training].len());
    for arena in &task.arenas[training] {
        let seed = seed.child("rules in a world", &arena.indices(&[]));
        let mut random = seed.stream("rule policy", &[]);
        let (played, moments) = watched(task, arena, &meter, strengths, episodes, seed, &mut random)?;
        // The first world is that of the training.
        let least = *least.get_or_insert_with(|| floor(moments.iter().map(Vec::as_slice)));
        let chain = chain(&moments, solvers, least, seed.child("cycles", &[]).0);
        let count = played.len().max(1) as f64;
        let mean = |behaviour| played.iter().map(|own| own.value(&arena.watch, behaviour)).sum::<f64>() / count;
        found.push(InWorld {
            behaviours: Some(arena.behaviours.iter().map(mean).collect()),
            chain: Some(chain.map_err(|error| PredictorError::Other(error.to_string()))?),
        });
    }
    Ok(found)
}

/// The causal strength of each rule in pi_w on the bank of the task, logits; nothing for one without a cue that the bank
/// shows where it fires.
///
/// # Errors
/// As for [`in_worlds`].
pub fn causal(task: &Task, strengths: &[f64]) -> Result<Vec<Option<f64>>, PredictorError> {
    checked(task, strengths)?;
    Ok(task.absence()?.causal(strengths))
}

/// The magnitude of each rule in pi_w on the bank of the task, logits; nothing for one that never fires there.
///
/// # Errors
/// As for [`in_worlds`].
pub fn magnitude(task: &Task, strengths: &[f64]) -> Result<Vec<Option<f64>>, PredictorError> {
    checked(task, strengths)?;
    Ok(task.absence()?.magnitude(strengths))
}

fn checked(task: &Task, strengths: &[f64]) -> Result<(), PredictorError> {
    match (strengths.len(), task.rules.len()) {
        (found, needed) if found == needed => Ok(()),
        (found, needed) => Err(PredictorError::Other(format!("there are {found} strengths, and {needed} are needed"))),
    }
}

/// Plays `count` episodes of pi_w in a world: what is counted in each, and its steps, at most [`LONGEST`] of them. Actions
/// are drawn from `random`.
///
/// # Errors
/// If the world has no level.
pub fn watched(
    task: &Task,
    arena: &Arena,
    meter: &Meter,
    strengths: &[f64],
    count: usize,
    seed: Seed,
    random: &mut Stream,
) -> Result<(Vec<episodes::Episode>, Vec<Vec<Moment>>), LevelError> {
    let engine = &arena.engine;
    let actor = RulesActor::new(&task.rules, strengths);
    let mut recorder = Recorder::new(&task.study, &task.rules, meter.clone(), engine, actor);
    // Beyond what is looked at nobody needs to know which solver acts.
    let mut later = Rules::new(&task.rules, strengths.to_vec(), seed.child("later", &[]));
    let (mut episodes, mut moments, mut actions) = (Vec::with_capacity(count), Vec::with_capacity(count), Vec::new());
    for batch in levels(engine, count, seed) {
        let mut batch = batch?;
        let mut played = Played::begin(&batch, &arena.watch);
        actions.resize(batch.len(), 0);
        recorder.begin(&batch);
        for _ in 0..=LONGEST {
            if !recorder.observe(&batch) {
                break;
            }
            for (i, action) in actions.iter_mut().enumerate() {
                if let Some(logits) = recorder.logits(i) {
                    *action = sample_in(engine, logits, random);
                }
            }
            played.step(&mut batch, &actions);
            recorder.record(&batch);
        }
        moments.append(&mut recorder.episodes());
        while batch.endings().contains(&Ending::None) {
            later.act(&batch, &mut actions);
            played.step(&mut batch, &actions);
        }
        episodes.append(&mut played.end(&batch));
    }
    Ok((episodes, moments))
}

/// The chains of so many solvers. `seed` is that of the permutations.
fn chain(moments: &[Vec<Moment>], solvers: usize, floor: f32, seed: u64) -> Result<Chain, MarkovError> {
    let episodes: Vec<Episode> = moments.iter().map(|moments| Episode::read(moments, solvers, floor)).collect();
    let events: Vec<Vec<usize>> = episodes.iter().map(Episode::events).collect();
    let summaries = summaries(moments, &episodes, solvers);
    let states: Vec<Vec<usize>> = episodes.into_iter().map(|episode| episode.states).collect();
    let steps = Counts::from_sequences(&states, solvers + 1, 1)?;
    let p = steps.transition();
    let row = |state: usize| (steps.row_total(state) > 0).then(|| p.rows()[state].to_vec());
    let cycles = solver_cycles_among(PERMUTATIONS, &events, solvers, seed)?;
    Ok(Chain {
        rows: (0..=solvers).map(row).collect(),
        returns: summaries.iter().map(mean_return).collect(),
        testable: (0..=solvers).map(|length| untestable(&events, length).is_none()).collect(),
        cycles: cycles.found().map(|cycle| cycle.states.clone()).collect(),
    })
}

fn mean_return(solver: &Summary) -> Option<f64> {
    let returns = &solver.returns;
    (!returns.is_empty()).then(|| returns.iter().sum::<usize>() as f64 / returns.len() as f64)
}
