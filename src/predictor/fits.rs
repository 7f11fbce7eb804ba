//! Fresh networks of a study's own architecture, each trained on what a rule recommends.

use crate::heuristic::feature::phi;
use crate::parallel::side_by_side;
use crate::predictor::PredictorError;
use crate::seed::Seed;
use crate::selection::features::Features;
use crate::study::Mlp;
use crate::training::ppo::TrainingError;
use crate::training::supervised::{Fitted, Looks, Regression, Targets, regress};
use crate::world::action::ACTIONS;
use crate::world::lit::LitRows;
use std::sync::Arc;

/// States, and what every rule recommends there.
pub struct States<'a> {
    /// One row per state.
    pub observations: &'a LitRows,
    pub features: &'a Features,
}

/// What is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan<'a> {
    pub agent: &'a Mlp,
    /// Of an observation.
    pub bits: usize,
    /// Networks per rule, as far as they are [affordable].
    pub networks: u64,
    /// In how many worlds rules are learned, each on its own, of which this is one.
    pub worlds: usize,
    /// See [`Regression`].
    pub steps: usize,
    pub learning_rate: f64,
    pub looks: Looks,
    /// On how many threads, at least 1.
    pub threads: usize,
    /// From which the networks of every rule are drawn.
    pub seed: Seed,
}

/// States per gradient step.
const BATCH: usize = 256;
/// The least of them where networks are large.
const LEAST_BATCH: usize = 32;
/// One in so many states is kept from the networks, for their learning curves.
const KEPT: usize = 5;
/// Multiplications that 100 gradient steps of all networks of a rule may take: about a second.
const AFFORDABLE: f64 = 8e9;
/// Multiplications that all networks of a study may take together, in all of its worlds: about 20 seconds of a processor.
const ALL: f64 = 2e11;

/// The rules that recommend the same as an earlier one in every state, as the index of the first: rules that are alike are
/// fitted once, and differ in nothing that comes of it.
pub fn firsts(features: &Features) -> Vec<usize> {
    let alike = |one: usize, two: usize| {
        (0..features.states()).all(|state| features.row(state)[one] == features.row(state)[two])
    };
    (0..features.heuristics).map(|own| (0..own).find(|&other| alike(other, own)).unwrap_or(own)).collect()
}

/// How many rules recommend the same as each in every state, itself among them, from the [first](firsts) of each.
pub fn copies(firsts: &[usize]) -> Vec<usize> {
    firsts.iter().map(|first| firsts.iter().filter(|other| *other == first).count()).collect()
}

/// For each rule, what `keep` makes of the networks that are trained on phi_h(s, .); none for a rule that fires in no
/// state.
///
/// What comes of a rule depends on its recommendations alone, neither on its name nor on the other rules: all
/// share the seeds, so that they begin with the same networks and meet the same states.
///
/// # Errors
/// If all networks of the study would take too long, a network finds no memory, or no thread can be started.
pub fn fits<T: Clone + Send>(
    plan: &Plan<'_>,
    states: &States<'_>,
    keep: impl Fn(Fitted) -> T + Sync,
) -> Result<Vec<Vec<T>>, PredictorError> {
    let features = states.features;
    let firsts = firsts(features);
    let wanted: Vec<usize> =
        (0..features.heuristics).filter(|&rule| firsts[rule] == rule && features.firing(rule) > 0.0).collect();
    let (networks, batch) = affordable(plan, states.observations, features.heuristics)?;
    // Where steps are on fewer states, looks at the curve are too.
    let (practice, fresh) = split(features.states(), KEPT * (BATCH / batch));
    let rows = |picked: &[usize]| {
        let mut rows = LitRows::new();
        picked.iter().for_each(|&state| rows.push_row(states.observations.row(state)));
        Arc::new(rows)
    };
    let (practised, looked_at) = (rows(&practice), rows(&fresh));
    let targets = |rule: usize, picked: &[usize], observations: &Arc<LitRows>| Targets {
        observations: observations.clone(),
        logits: picked.iter().map(|&state| phi(features.row(state)[rule])).collect(),
    };
    let settings = Regression { batch, learning_rate: plan.learning_rate, steps: plan.steps, looks: plan.looks };
    let fitted = side_by_side(plan.threads, wanted.len() * networks, |index| {
        let (rule, network) = (wanted[index / networks], index % networks);
        let (own, kept) = (targets(rule, &practice, &practised), targets(rule, &fresh, &looked_at));
        let seed = plan.seed.child("network", &[network as u64]);
        regress(plan.agent, plan.bits, &own, &kept, &settings, seed).map(&keep)
    })?;
    let mut fitted = fitted.into_iter();
    let mut by_rule: Vec<Vec<T>> = vec![Vec::new(); features.heuristics];
    for &rule in &wanted {
        by_rule[rule] = fitted.by_ref().take(networks).collect::<Result<_, _>>().map_err(failed)?;
    }
    Ok(firsts.into_iter().map(|first| by_rule[first].clone()).collect())
}

/// How many networks are trained per rule, and on how many states per step: fewer where they are large, or where there are
/// many rules and worlds. It depends on the architecture, the view and how many rules and worlds there are, counted before
/// anything is trained, and not on what rules say.
///
/// # Errors
/// If one network per rule and world on the fewest states takes too long.
fn affordable(plan: &Plan<'_>, observations: &LitRows, rules: usize) -> Result<(usize, usize), PredictorError> {
    let lit = observations.bits().len() as f64 / observations.len().max(1) as f64;
    let (mut inputs, mut each, mut parameters) = (lit, 0.0, 0.0);
    let mut rows = plan.bits as f64;
    for width in plan.agent.hidden.iter().copied().chain([ACTIONS]) {
        each += inputs * width as f64;
        parameters += rows * width as f64;
        (inputs, rows) = (width as f64, width as f64);
    }
    let among = (rules * plan.worlds).max(1) as f64;
    let most = (AFFORDABLE * plan.steps as f64 / 100.0).min(ALL / among);
    // Forward, and backward to what goes in and to the weights; and what Adam does with each weight.
    let cost = |batch: usize| plan.steps as f64 * (3.0 * batch as f64 * each + 8.0 * parameters);
    let mut batch = BATCH;
    while batch > LEAST_BATCH && cost(batch) > most {
        batch /= 2;
    }
    if cost(batch) * among > ALL {
        let what =
            format!("networks of this size would take too long to learn {rules} rules in {} worlds", plan.worlds);
        return Err(PredictorError::Other(format!("{what}; take a smaller `agent` or view, or fewer of them")));
    }
    Ok(((most / cost(batch)).clamp(1.0, plan.networks.max(1) as f64) as usize, batch))
}

/// The states to train on, and those kept from the networks, of which one in `apart` of all is looked at.
fn split(states: usize, apart: usize) -> (Vec<usize>, Vec<usize>) {
    let practice = (0..states).filter(|state| state % KEPT != 0).collect();
    (practice, (0..states).step_by(apart).collect())
}

fn failed(error: TrainingError) -> PredictorError {
    PredictorError::Other(format!("a network cannot be trained on a rule: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{BATCH, Plan, States, affordable, firsts, fits};
    use crate::seed::Seed;
    use crate::selection::features::Features;
    use crate::study::Mlp;
    use crate::training::supervised::Looks;
    use crate::world::action::ActionSet;
    use crate::world::lit::LitRows;

    /// Rules 0 and 2 are alike, 1 goes the other way, 3 never fires.
    fn features() -> Features {
        let (east, west) = (ActionSet(0b00100), ActionSet(0b01000));
        let row = |state: usize| {
            let (one, two) = if state.is_multiple_of(3) { (east, west) } else { (west, east) };
            [one, two, one, ActionSet::EMPTY]
        };
        Features { heuristics: 4, sets: (0..60).flat_map(row).collect() }
    }

    fn rows() -> LitRows {
        let mut rows = LitRows::new();
        (0..60).for_each(|state| rows.push_row(&[(state % 3) as u16, 3 + (state % 4) as u16]));
        rows
    }

    fn plan(agent: &Mlp) -> Plan<'_> {
        Plan {
            agent,
            bits: 7,
            networks: 2,
            worlds: 1,
            steps: 20,
            learning_rate: 1e-2,
            looks: Looks::All,
            threads: 2,
            seed: Seed(1),
        }
    }

    #[test]
    fn rules_that_are_alike_are_learned_by_the_same_networks() {
        let (features, rows, agent) = (features(), rows(), Mlp { hidden: vec![6] });
        assert_eq!(firsts(&features), [0, 1, 0, 3]);
        let states = States { observations: &rows, features: &features };
        let found = fits(&plan(&agent), &states, |fitted| fitted.curve).unwrap();
        assert_eq!(found[0], found[2]);
        assert_eq!((found[0].len(), found[1].len(), found[3].len()), (2, 2, 0));
        assert!(found[0] != found[1] && found[0][0] != found[0][1]);
        // Alone, a rule is learned as among others.
        let alone = Features { heuristics: 1, sets: features.sets.iter().copied().skip(1).step_by(4).collect() };
        let states = States { observations: &rows, features: &alone };
        assert_eq!(fits(&plan(&agent), &states, |fitted| fitted.curve).unwrap()[0], found[1]);
    }

    #[test]
    fn of_large_networks_there_are_fewer_on_fewer_states() {
        let of = |hidden: Vec<usize>| affordable(&plan(&Mlp { hidden }), &rows(), 4).unwrap();
        assert_eq!(of(vec![64, 64]), (2, BATCH));
        let (networks, batch) = of(vec![512; 4]);
        assert!(networks == 1 && (32..BATCH).contains(&batch) && BATCH.is_multiple_of(batch), "{networks} {batch}");
    }

    #[test]
    fn of_many_rules_in_many_worlds_there_are_fewer_and_at_last_none() {
        let agent = Mlp { hidden: vec![64, 64] };
        let of = |rules: usize, worlds: usize| {
            let plan = Plan { networks: 4, worlds, steps: 300, ..plan(&agent) };
            affordable(&plan, &rows(), rules)
        };
        assert_eq!(of(6, 4).unwrap(), (4, BATCH));
        assert_eq!(of(16, 8).unwrap(), (1, BATCH));
        assert!(of(16, 21).unwrap().1 < BATCH);
        let wide = Mlp { hidden: vec![1024; 2] };
        let none = affordable(&Plan { worlds: 21, steps: 300, ..plan(&wide) }, &rows(), 16).unwrap_err();
        assert!(none.to_string().contains("16 rules in 21 worlds"), "{none}");
    }
}
