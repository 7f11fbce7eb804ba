//! What a predictor's draws say of a quantity that an author forecasts.
//!
//! Shares of selection and rows of transitions are wider than the draws: a mixture over these of Dirichlet(kappa x shares).
//! Everything else is as the draws have it. A draw in which nothing is selected says nothing of how shares are split.

use crate::experiment::setup::Setup;
use crate::predictor::prediction::{After, Chain, Draw, InWorld, Prediction, Topic};
use crate::scoring::mixture::Mixture;
use crate::seed::Seed;
use crate::selection::emergence::{emerged_at, in_order};
use crate::study::forecast::{Event, Number, Operand, Quantity, Row, Statement};

/// Samples of a share or a transition, at least: with fewer draws, several of each.
const SAMPLES: usize = 1024;
/// The part of a forecast row that is spread evenly, so that no transition is impossible.
const EVEN: f64 = 0.01;
/// The concentration of rows where a predictor states none.
const CONCENTRATION: f64 = 10.0;
/// Why there are no shares where no draw has any.
const NOTHING: &str = "it expects that nothing is selected";

/// What is said of a quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Weights {
        /// Per heuristic, over the draws in which something is selected.
        mean: Vec<f64>,
        /// The shares in each of these draws.
        draws: Vec<Vec<f64>>,
    },
    Rows {
        rows: Vec<Row>,
        concentration: f64,
    },
    /// Of an event: (k + 1/2) / (n + 1) where it holds in k of n draws, never 0 or 1.
    Probability(f64),
    Number {
        /// The 5% and 95% quantiles.
        low: f64,
        high: f64,
        samples: Vec<f64>,
    },
}

/// A prediction, to be asked.
pub struct Reading<'a> {
    pub setup: &'a Setup<'a>,
    pub prediction: &'a Prediction,
}

impl Reading<'_> {
    /// What it says of the quantity that a statement is about, whatever the author says of it; else why it says nothing, a
    /// clause without a full stop.
    pub fn of(&self, statement: &Statement) -> Result<Said, String> {
        match statement {
            Statement::Weights { after, .. } => self.weights(*after),
            Statement::Transitions { rows, scenario, after, .. } => {
                let from = rows.iter().map(|row| self.row(row.from, *after, *scenario));
                let rows = from.collect::<Result<Vec<Row>, String>>()?;
                Ok(Said::Rows { rows, concentration: self.prediction.kappa.unwrap_or(CONCENTRATION) })
            }
            Statement::Event { event, .. } => probability(&self.held(event)?),
            Statement::Number { number, .. } => {
                let samples = self.samples(number, self.copies(&[number]))?;
                let mut samples: Vec<f64> = samples.into_iter().flatten().collect();
                samples.sort_by(f64::total_cmp);
                match (quantile(&samples, 0.05), quantile(&samples, 0.95)) {
                    (Some(low), Some(high)) => Ok(Said::Number { low, high, samples }),
                    _ => Err(undefined(number)),
                }
            }
        }
    }

    /// What it says of how selection is shared out after a training.
    pub fn weights(&self, training: usize) -> Result<Said, String> {
        let draws = shares(self.prediction, training)?;
        let mean = self.prediction.mean_shares(training).ok_or(NOTHING)?;
        Ok(Said::Weights { mean, draws })
    }

    /// The probability that each heuristic is selected; nothing where it says nothing of it.
    pub fn selected(&self, training: usize) -> Option<Vec<f64>> {
        let draws = self.draws(training, Topic::Selected, |after| after.selected.as_ref()).ok()?;
        let part = |h: usize| draws.iter().filter(|selected| selected[h]).count() as f64 / draws.len() as f64;
        Some((0..self.setup.rules.len()).map(part).collect())
    }

    /// [`drawn`] of the prediction.
    fn draws<'p, T>(
        &'p self,
        training: usize,
        topic: Topic,
        of: impl Fn(&'p After) -> Option<T>,
    ) -> Result<Vec<T>, String> {
        drawn(self.prediction, training, topic, of)
    }

    /// The same of a world.
    fn worlds<'p, T>(
        &'p self,
        training: usize,
        scenario: Option<usize>,
        topic: Topic,
        of: impl Fn(&'p InWorld) -> Option<T>,
    ) -> Result<Vec<T>, String> {
        let arenas = self.setup.arenas.get(training);
        let place = arenas.and_then(|arenas| arenas.iter().position(|arena| arena.scenario == scenario));
        self.draws(training, topic, |after| of(after.worlds.get(place?)?))
    }

    fn row(&self, from: usize, training: usize, scenario: Option<usize>) -> Result<Row, String> {
        let chains = self.worlds(training, scenario, Topic::Transitions, |world| world.chain.as_ref())?;
        let states = self.setup.study.states().solvers() + 1;
        let rows: Vec<&Vec<f64>> = chains.iter().filter_map(|chain| chain.rows.get(from)?.as_ref()).collect();
        let even = 1.0 / states as f64;
        let mean = |to: usize| match rows.len() {
            0 => even,
            n => (1.0 - EVEN) * rows.iter().map(|row| row[to]).sum::<f64>() / n as f64 + EVEN * even,
        };
        Ok(Row { from, shares: (0..states).map(mean).collect() })
    }

    /// Whether an event holds in each sample; nothing where that is undefined.
    fn held(&self, event: &Event) -> Result<Vec<Option<bool>>, String> {
        Ok(match event {
            Event::Selected { heuristic, after } => {
                self.draws(*after, Topic::Selected, |after| Some(after.selected.as_ref()?.get(*heuristic).copied()))?
            }
            Event::Reinforced { heuristic, after } => self
                .draws(*after, Topic::Reinforced, |after| Some(after.reinforced.as_ref()?.get(*heuristic).copied()))?,
            Event::Order { heuristics, after } => self.draws(*after, Topic::Order, |after| {
                let course = &after.course.as_ref()?.strengths;
                let emerged = |&h: &usize| {
                    // What is not selected never emerges.
                    let selected = after.selected.as_ref().is_none_or(|selected| selected[h]);
                    emerged_at(&course.iter().map(|row| row[h]).collect::<Vec<f64>>()).filter(|_| selected)
                };
                Some(Some(in_order(&heuristics.iter().map(emerged).collect::<Vec<_>>())))
            })?,
            Event::Cycle { solvers, scenario, after } => {
                let turned = smallest_first(solvers);
                let holds = |chain: &Chain| chain.testable.get(solvers.len())?.then(|| chain.cycles.contains(&turned));
                self.worlds(*after, *scenario, Topic::Cycles, |world| Some(holds(world.chain.as_ref()?)))?
            }
            Event::Comparison { left, comparison, right } => {
                let numbers = match right {
                    Operand::Number(right) => vec![left, right],
                    Operand::Constant(_) => vec![left],
                };
                let copies = self.copies(&numbers);
                let one = self.samples(left, copies)?;
                let other = match right {
                    Operand::Number(right) => self.samples(right, copies)?,
                    Operand::Constant(right) => vec![Some(*right); one.len()],
                };
                let both = one.into_iter().zip(other);
                both.map(|(left, right)| Some(comparison.holds(left?, right?))).collect()
            }
        })
    }

    /// How many samples each draw gives for these numbers.
    fn copies(&self, numbers: &[&Number]) -> usize {
        let wider = |number: &&Number| matches!(number.quantity, Quantity::Share(_) | Quantity::Transition { .. });
        match self.prediction.kappa {
            Some(_) if numbers.iter().any(wider) => SAMPLES.div_ceil(self.prediction.draws.len().max(1)),
            _ => 1,
        }
    }

    /// Samples of a number, `copies` of each draw, all draws once before any twice; nothing where it is undefined.
    fn samples(&self, number: &Number, copies: usize) -> Result<Vec<Option<f64>>, String> {
        let (after, scenario) = (number.after, number.scenario);
        let narrow: Vec<Option<f64>> = match &number.quantity {
            Quantity::Share(h) => {
                let shares = selections(self.prediction, after)?;
                if shares.iter().all(Option::is_none) {
                    return Err(NOTHING.to_string());
                }
                let wide = self.widened(shares, copies, &[0, after as u64])?;
                return Ok(wide.into_iter().map(|shares| shares?.get(*h).copied()).collect());
            }
            Quantity::Transition { from, to } => {
                let row = |world: &InWorld| Some(world.chain.as_ref()?.rows.get(*from)?.clone());
                let rows = self.worlds(after, scenario, Topic::Transitions, row)?;
                let world = scenario.map_or(0, |scenario| scenario as u64 + 1);
                let wide = self.widened(rows, copies, &[1, after as u64, world, *from as u64])?;
                return Ok(wide.into_iter().map(|row| row?.get(*to).copied()).collect());
            }
            Quantity::Strength(h) => {
                self.draws(after, Topic::Strengths, |after| Some(after.strength.as_ref()?.get(*h).copied()))?
            }
            Quantity::Causal(h) => self.draws(after, Topic::Causal, |after| after.causal.as_ref()?.get(*h).copied())?,
            Quantity::Magnitude(h) => {
                self.draws(after, Topic::Magnitude, |after| after.magnitude.as_ref()?.get(*h).copied())?
            }
            Quantity::Explained => self.draws(after, Topic::Explained, |after| Some(Some(after.explained?)))?,
            Quantity::Returns(solver) => {
                let returns = |world: &InWorld| world.chain.as_ref()?.returns.get(*solver).copied();
                self.worlds(after, scenario, Topic::Transitions, returns)?
            }
            Quantity::Behaviour(behaviour) => {
                let arenas = self.setup.arenas.get(after).map_or(&[][..], |arenas| arenas);
                let arena = arenas.iter().find(|arena| arena.scenario == scenario);
                let place = arena.and_then(|arena| arena.behaviours.iter().position(|asked| asked == behaviour));
                let value = |world: &InWorld| Some(world.behaviours.as_ref()?.get(place?).copied());
                self.worlds(after, scenario, Topic::Behaviour, value)?
            }
        };
        Ok(narrow.iter().copied().cycle().take(narrow.len() * copies).collect())
    }

    /// Samples around shares, in the order of [`Reading::samples`].
    fn widened(
        &self,
        shares: Vec<Option<Vec<f64>>>,
        copies: usize,
        indices: &[u64],
    ) -> Result<Vec<Option<Vec<f64>>>, String> {
        let imagined: Vec<Vec<f64>> = shares.iter().flatten().cloned().collect();
        if imagined.is_empty() {
            return Ok(vec![None; shares.len() * copies]);
        }
        let mut stream = self.seed().stream("around the draws", indices);
        let columns = Mixture::new(&imagined, self.prediction.kappa)
            .and_then(|mixture| mixture.draws(imagined.len() * copies, &mut stream))
            .map_err(|error| error.to_string())?;
        let mut next = 0..imagined.len() * copies;
        let mut take = || next.next().map(|index| columns.iter().map(|column| column[index]).collect());
        Ok((0..copies).flat_map(|_| &shares).map(|shares| shares.as_ref().and_then(|_| take())).collect())
    }

    /// From which samples are drawn; no measurement is.
    fn seed(&self) -> Seed {
        Seed(0).child("prediction read", &[])
    }
}

/// In each draw, what is said of a topic after a training; else why nothing is, a clause without a full stop.
fn drawn<'p, T>(
    prediction: &'p Prediction,
    training: usize,
    topic: Topic,
    of: impl Fn(&'p After) -> Option<T>,
) -> Result<Vec<T>, String> {
    let phases = prediction.silence(Topic::Phases).filter(|_| training > 0);
    if let Some(reason) = phases.or(prediction.silence(topic)) {
        return Err(reason.to_string());
    }
    let in_draw = |draw: &'p Draw| of(draw.trainings.get(training)?);
    let all: Option<Vec<T>> = prediction.draws.iter().map(in_draw).collect();
    all.ok_or_else(|| format!("it says nothing of {}", topic.name()))
}

/// In each draw, the shares after a training; nothing where nothing is selected.
fn selections(prediction: &Prediction, training: usize) -> Result<Vec<Option<Vec<f64>>>, String> {
    let selections = drawn(prediction, training, Topic::Shares, |after| after.selection.as_ref())?;
    Ok(selections.into_iter().map(|selection| selection.shares().map(<[f64]>::to_vec)).collect())
}

/// The shares after a training in the draws in which something is selected, at least one; else why there are none, a clause
/// without a full stop.
pub fn shares(prediction: &Prediction, training: usize) -> Result<Vec<Vec<f64>>, String> {
    let shares: Vec<Vec<f64>> = selections(prediction, training)?.into_iter().flatten().collect();
    if shares.is_empty() { Err(NOTHING.to_string()) } else { Ok(shares) }
}

/// Of an event in samples, those left out in which it is undefined.
fn probability(held: &[Option<bool>]) -> Result<Said, String> {
    let defined: Vec<bool> = held.iter().copied().flatten().collect();
    if defined.is_empty() {
        return Err("it is undefined in every draw".to_string());
    }
    let holds = defined.iter().filter(|held| **held).count() as f64;
    Ok(Said::Probability((holds + 0.5) / (defined.len() as f64 + 1.0)))
}

fn undefined(number: &Number) -> String {
    match number.quantity {
        Quantity::Share(_) => NOTHING.to_string(),
        _ => "it is undefined in every draw".to_string(),
    }
}

/// A cycle, turned so that its smallest state is the first.
fn smallest_first(cycle: &[usize]) -> Vec<usize> {
    let mut turned = cycle.to_vec();
    let smallest = turned.iter().enumerate().min_by_key(|(_, state)| **state).map_or(0, |(at, _)| at);
    turned.rotate_left(smallest);
    turned
}

/// The quantile at `level` of ascending numbers, linear between them; nothing of none.
fn quantile(sorted: &[f64], level: f64) -> Option<f64> {
    let place = level * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}
