//! Whether two predictions are the same forecast, rule by rule.

use crate::predictor::prediction::{After, Chain, InWorld, Prediction, Selection};
use crate::predictor::task::Task;
use crate::study::forecast::Behaviour;

/// A prediction with the task that it answers.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub task: &'a Task,
    pub prediction: &'a Prediction,
}

/// How two studies belong together.
#[derive(Clone, Debug)]
pub struct Match {
    /// For each rule of the first, its index in the second.
    pub rules: Vec<usize>,
    /// Whether behaviours belong together that are equal; otherwise those at the same place of their lists.
    pub equal_behaviours: bool,
    /// How far numbers may be apart: absolutely up to 1, beyond in proportion.
    pub tolerance: f64,
}

impl Match {
    /// Rule by rule.
    pub fn in_order(rules: usize, tolerance: f64) -> Match {
        Match { rules: (0..rules).collect(), equal_behaviours: false, tolerance }
    }

    fn number(&self, what: &str, first: f64, second: f64) -> Result<(), String> {
        let most = self.tolerance * first.abs().max(second.abs()).max(1.0);
        if (first - second).abs() <= most {
            return Ok(());
        }
        Err(format!("{what} is {first:?} in the first, and {second:?} in the second"))
    }

    fn optional(&self, what: &str, first: Option<f64>, second: Option<f64>) -> Result<(), String> {
        match (first, second) {
            (Some(first), Some(second)) => self.number(what, first, second),
            (None, None) => Ok(()),
            (first, second) => Err(format!("{what} is {first:?} in the first, and {second:?} in the second")),
        }
    }

    /// For each state of the chains of the first, the state of the second that it is. Declared solvers are at the same place
    /// in both.
    fn states(&self, first: &Task) -> Vec<usize> {
        let states = first.study.states().solvers() + 1;
        let declared = !first.study.solvers.is_empty();
        // The last is `other` in both.
        let of = |state: usize| if declared { state } else { self.rules.get(state).copied().unwrap_or(state) };
        (0..states).map(of).collect()
    }
}

/// Whether two predictions say the same of rules, worlds and chains that belong together; else the first difference, a
/// clause. Reasons for silence may differ, as they may hold names.
pub fn alike(first: Answer<'_>, second: Answer<'_>, matched: &Match) -> Result<(), String> {
    let (own, other) = (first.prediction, second.prediction);
    matched.optional("kappa", own.kappa, other.kappa)?;
    let topics = |prediction: &Prediction| prediction.silences.iter().map(|silence| silence.topic).collect::<Vec<_>>();
    same("the topics that it is silent about", topics(own), topics(other))?;
    same("the number of imagined seeds", own.seeds, other.seeds)?;
    same("the number of draws", own.draws.len(), other.draws.len())?;
    for (draw, (own, other)) in own.draws.iter().zip(&other.draws).enumerate() {
        for (training, (own, other)) in own.trainings.iter().zip(&other.trainings).enumerate() {
            let place = || format!("in draw {draw}, after {}, ", first.task.study.training(training).name);
            after(own, other, (first.task, second.task), training, matched).map_err(|what| place() + &what)?;
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, first: T, second: T) -> Result<(), String> {
    if first == second {
        return Ok(());
    }
    Err(format!("{what} is {first:?} in the first, and {second:?} in the second"))
}

/// One of two lists of numbers has nothing that the other has, or a number differs.
fn numbers(
    what: &str,
    names: &[&str],
    first: Option<Vec<Option<f64>>>,
    second: Option<Vec<Option<f64>>>,
    matched: &Match,
) -> Result<(), String> {
    match (first, second) {
        (None, None) => Ok(()),
        (Some(first), Some(second)) => names.iter().enumerate().try_for_each(|(h, name)| {
            matched.optional(&format!("{what} of `{name}`"), first[h], second[matched.rules[h]])
        }),
        (first, _) => {
            let which = if first.is_some() { "first" } else { "second" };
            Err(format!("only the {which} forecasts {what}"))
        }
    }
}

fn after(first: &After, second: &After, tasks: (&Task, &Task), training: usize, matched: &Match) -> Result<(), String> {
    let names: Vec<&str> = tasks.0.study.heuristics.iter().map(|heuristic| heuristic.name.as_str()).collect();
    let each = |list: &Option<Vec<f64>>| list.as_ref().map(|list| list.iter().copied().map(Some).collect());
    let flags = |list: &Option<Vec<bool>>| {
        list.as_ref().map(|list| list.iter().map(|&flag| Some(f64::from(u8::from(flag)))).collect())
    };
    let shares =
        |selection: &Option<Selection>| selection.as_ref().map(|selection| selection.shares().map(<[f64]>::to_vec));
    match (shares(&first.selection), shares(&second.selection)) {
        (Some(Some(first)), Some(Some(second))) => {
            numbers("the share", &names, each(&Some(first)), each(&Some(second)), matched)?;
        }
        (first, second) => same("what is selected", first, second)?,
    }
    numbers("the strength", &names, each(&first.strength), each(&second.strength), matched)?;
    numbers("being selected", &names, flags(&first.selected), flags(&second.selected), matched)?;
    numbers("being reinforced", &names, flags(&first.reinforced), flags(&second.reinforced), matched)?;
    numbers("the causal strength", &names, first.causal.clone(), second.causal.clone(), matched)?;
    numbers("the magnitude", &names, first.magnitude.clone(), second.magnitude.clone(), matched)?;
    matched.optional("explained", first.explained, second.explained)?;
    let steps = |after: &After| after.course.as_ref().map(|course| course.steps.clone());
    same("the steps of the course", steps(first), steps(second))?;
    if let (Some(first), Some(second)) = (&first.course, &second.course) {
        for ((steps, first), second) in first.steps.iter().zip(&first.strengths).zip(&second.strengths) {
            let what = format!("the strength after {steps} steps");
            numbers(&what, &names, each(&Some(first.clone())), each(&Some(second.clone())), matched)?;
        }
    }
    same("the number of worlds", first.worlds.len(), second.worlds.len())?;
    let states = matched.states(tasks.0);
    for (index, (first, second)) in first.worlds.iter().zip(&second.worlds).enumerate() {
        let arenas = (&tasks.0.arenas[training][index], &tasks.1.arenas[training][index]);
        in_world(first, second, (&arenas.0.behaviours, &arenas.1.behaviours), &states, matched)
            .map_err(|what| format!("in {}, {what}", arenas.0.name))?;
    }
    Ok(())
}

fn in_world(
    first: &InWorld,
    second: &InWorld,
    asked: (&[Behaviour], &[Behaviour]),
    states: &[usize],
    matched: &Match,
) -> Result<(), String> {
    same("whether behaviours are forecast", first.behaviours.is_some(), second.behaviours.is_some())?;
    if let (Some(first), Some(second)) = (&first.behaviours, &second.behaviours) {
        for (index, (behaviour, value)) in asked.0.iter().zip(first).enumerate() {
            let place = if matched.equal_behaviours {
                asked.1.iter().position(|other| other == behaviour)
            } else {
                Some(index)
            };
            let other = place.and_then(|place| second.get(place)).copied();
            matched.optional(&format!("{behaviour:?}"), Some(*value), other)?;
        }
    }
    same("whether a chain is forecast", first.chain.is_some(), second.chain.is_some())?;
    match (&first.chain, &second.chain) {
        (Some(first), Some(second)) => chain(first, second, states, matched),
        _ => Ok(()),
    }
}

fn chain(first: &Chain, second: &Chain, states: &[usize], matched: &Match) -> Result<(), String> {
    for (state, row) in first.rows.iter().enumerate() {
        let other = &second.rows[states[state]];
        same(&format!("whether state {state} is left"), row.is_some(), other.is_some())?;
        for (to, p) in row.iter().flatten().enumerate() {
            let other = other.as_ref().map(|row| row[states[to]]);
            matched.optional(&format!("the transition from state {state} to state {to}"), Some(*p), other)?;
        }
    }
    for (state, steps) in first.returns.iter().enumerate() {
        matched.optional(&format!("the return of state {state}"), *steps, second.returns[states[state]])?;
    }
    same("which lengths of cycles are testable", &first.testable, &second.testable)?;
    let turned = |cycle: &Vec<usize>| smallest_first(cycle.iter().map(|&state| states[state]).collect());
    let sorted = |mut cycles: Vec<Vec<usize>>| {
        cycles.sort();
        cycles
    };
    same("the cycles", sorted(first.cycles.iter().map(turned).collect()), sorted(second.cycles.clone()))
}

fn smallest_first(mut cycle: Vec<usize>) -> Vec<usize> {
    let least = (0..cycle.len()).min_by_key(|&place| cycle[place]).unwrap_or(0);
    cycle.rotate_left(least);
    cycle
}
