//! What a predictor's draws say of a quantity that an author forecasts.
//!
//! In each draw a number is known, but for shares of selection and the rows of transitions: shares follow
//! Dirichlet(kappa x shares of the draw), and a row Dirichlet([`ROWS`] x row), with [`EVEN`] of the row spread evenly. Over
//! draws, each as likely as another:
//!
//! - the probability of an event is the part p of draws in which it holds, each counted by the probability with which it does,
//!   in [closed form](crate::scoring::marginal); from n imagined seeds it is said to be (n p + 1/2) / (n + 1), where n is
//!   smaller in proportion if the event is undefined in some draws. A distribution that a predictor states, instead of
//!   imagining seeds, counts as [`STATED`] of them;
//! - the range of a share or a transition is from the 5% to the 95% quantile of the mixture, which is as wide as
//!   kappa makes it;
//! - the range of another number is the [predictive](crate::scoring::predictive) one of Student, with the imagined seed as
//!   the unit, cut to what is possible; or from quantile to quantile where the draws are stated to be all.
//!
//! What is compared with another number is compared in each draw, as these go together: transitions as they are in it, but
//! for two from one state of one world, which are parts of one row, and shares as kappa widens them, since they alone
//! stand apart from the rest of a draw.
//!
//! None of this is sampled, so that neither names nor the order of rules change a bit, and what is even by symmetry is
//! said to be. A draw in which nothing is selected says nothing of how shares are split. A state that is left in no draw says
//! nothing of where it is left for: its row is Dirichlet(1, …, 1), the reference of rows, whether the whole row is asked about or
//! one transition. Silence would take the other rows of a forecast with it, and it is scored only in seeds that do leave the
//! state, which the draws say nothing about.
//!
//! For the score of a number, the draws are a distribution that is stated, or a sample of which imagined seeds alone are
//! independent. A mixture, which is stated too, is sampled: a draw from each of its parts makes one group of the sample.

use crate::experiment::setup::Setup;
use crate::heuristic::rule::Comparison;
use crate::predictor::prediction::{After, Chain, Draw, InWorld, Prediction, Selection, Topic};
use crate::scoring::energy::Ensemble;
use crate::scoring::error::ScoringError;
use crate::scoring::marginal::{Marginal, Odds, quantile};
use crate::scoring::mixture::Mixture;
use crate::scoring::number::between;
use crate::scoring::predictive::{self, range};
use crate::seed::Seed;
use crate::selection::emergence::{emerged_at, in_order};
use crate::study::forecast::{Event, Number, Operand, Quantity, Statement};

/// Samples of a number that is wider than its draws, at least, for the score that needs them.
const SAMPLES: usize = 1024;
/// The part of a forecast row that is spread evenly, so that no transition is impossible.
pub const EVEN: f64 = 0.01;
/// The concentration of rows around those of a draw. It is not fitted: no predictor's kappa, which says how far its shares
/// err, is about chains.
pub const ROWS: f64 = 10.0;
/// As many imagined seeds count for a distribution that is stated: nothing is surer than 99.95%.
pub const STATED: f64 = 1000.0;
/// Why there are no shares where no draw has any.
const NOTHING: &str = "it expects that nothing is selected";
/// Why there is no range of a number that few draws have.
const ALONE: &str = "it is defined in one imagined seed alone, which gives no range";
const UNDEFINED: &str = "it is undefined in every draw";

/// What is said of a quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Shares of selection, over the draws in which something is selected.
    Weights(Mixture),
    /// Rows of transitions.
    Rows(Vec<PredictedRow>),
    /// Of an event, in (0, 1).
    Probability(f64),
    Number {
        /// The 5% and 95% quantiles.
        low: f64,
        high: f64,
        /// What the range is of.
        draws: Ensemble,
    },
}

/// Where the step chain goes from one state.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictedRow {
    /// The state.
    pub from: usize,
    /// Of the shares of all states, with a kappa. Every split is as likely as another where the state is left in no draw.
    pub forecast: Mixture,
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
            Statement::Weights { after, .. } => shares(self.prediction, *after).map(Said::Weights),
            Statement::Transitions { rows, scenario, after, .. } => {
                let row =
                    |from: usize| Ok(PredictedRow { from, forecast: self.row(&self.rows(from, *after, *scenario)?)? });
                Ok(Said::Rows(rows.iter().map(|row_asked| row(row_asked.from)).collect::<Result<_, String>>()?))
            }
            Statement::Event { event, .. } => self.probability(&self.holding(event)?).map(Said::Probability),
            Statement::Number { number, .. } => self.number(number),
        }
    }

    /// The probability that each heuristic is selected; nothing where it says nothing of it.
    pub fn selected(&self, training: usize) -> Option<Vec<f64>> {
        let of = |heuristic: usize| {
            let holding = self.holding(&Event::Selected { heuristic, after: training }).ok()?;
            self.probability(&holding).ok()
        };
        (0..self.setup.rules.len()).map(of).collect()
    }

    /// The probability of an event, from that in each draw, nothing where it is undefined there.
    fn probability(&self, holding: &[Option<f64>]) -> Result<f64, String> {
        let defined: Vec<f64> = holding.iter().copied().flatten().collect();
        if defined.is_empty() {
            return Err(UNDEFINED.to_string());
        }
        let count = defined.len() as f64;
        let seeds = self.prediction.seeds.map_or(STATED, |seeds| seeds as f64) * count / holding.len() as f64;
        Ok(predictive::probability(defined.iter().sum::<f64>() / count, seeds))
    }

    fn number(&self, number: &Number) -> Result<Said, String> {
        let in_draws = self.marginals(number, Some(ROWS))?;
        let defined: Vec<Marginal> = in_draws.iter().copied().flatten().collect();
        let point = |marginal: &Marginal| match marginal {
            Marginal::Point(point) => Some(*point),
            Marginal::Beta { .. } => None,
        };
        let (found, draws) = match (defined.iter().map(point).collect::<Option<Vec<f64>>>(), self.prediction.seeds) {
            _ if defined.is_empty() => return Err(UNDEFINED.to_string()),
            (Some(mut points), None) => {
                points.sort_by(f64::total_cmp);
                (ends(|level| between(&points, level)), Ensemble::stated(vec![points]))
            }
            (Some(points), Some(seeds)) => {
                let of_seed = |draws: &[Option<Marginal>]| draws.iter().flatten().filter_map(point).collect();
                let groups: Vec<Vec<f64>> = by_seed(&in_draws, seeds).map(of_seed).collect();
                let [least, most] = number.quantity.possible();
                let range = range(&groups).map(|ends| ends.map(|end| end.clamp(least, most)));
                let sizes: Vec<usize> = groups.iter().map(Vec::len).filter(|&size| size > 0).collect();
                (range, Ensemble::grouped(vec![points], &sizes))
            }
            (None, _) => (ends(|level| quantile(&defined, level)), sampled(&defined)),
        };
        let ([low, high], draws) = (found.ok_or(ALONE)?, draws.map_err(|error| error.to_string())?);
        Ok(Said::Number { low, high, draws })
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

    /// In each draw, where the step chain goes from a state, [`EVEN`] of it spread; nothing where it is never left.
    fn rows(&self, from: usize, training: usize, scenario: Option<usize>) -> Result<Vec<Option<Vec<f64>>>, String> {
        let rows = self.worlds(training, scenario, Topic::Transitions, |world| {
            Some(world.chain.as_ref()?.rows.get(from).and_then(Option::as_ref))
        })?;
        let spread = |row: &Vec<f64>| row.iter().map(|share| (1.0 - EVEN) * share + EVEN / row.len() as f64).collect();
        Ok(rows.into_iter().map(|row| row.map(spread)).collect())
    }

    /// The distribution of a row that is this in each draw.
    fn row(&self, in_draws: &[Option<Vec<f64>>]) -> Result<Mixture, String> {
        let defined: Vec<Vec<f64>> = in_draws.iter().flatten().cloned().collect();
        let row = if defined.is_empty() {
            let states = self.states();
            Mixture::new(&[vec![1.0 / states as f64; states]], Some(states as f64))
        } else {
            Mixture::new(&defined, Some(ROWS))
        };
        row.map_err(|error| error.to_string())
    }

    /// Of the step chain.
    fn states(&self) -> usize {
        self.setup.study.states().solvers() + 1
    }

    /// The probability of an event in each draw; nothing where it is undefined.
    fn holding(&self, event: &Event) -> Result<Vec<Option<f64>>, String> {
        let held = match event {
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
            Event::Comparison { left, comparison, right } => return self.comparison(left, *comparison, right),
        };
        Ok(held.into_iter().map(|held| held.map(|held| f64::from(u8::from(held)))).collect())
    }

    /// The probability in each draw that a comparison holds. Two shares after one training are parts of one whole, and so are
    /// two transitions from one state; of what else is compared, shares are independent in a draw, and the rest is what it is.
    fn comparison(&self, left: &Number, comparison: Comparison, right: &Operand) -> Result<Vec<Option<f64>>, String> {
        let odds: Vec<Option<Odds>> = match right {
            Operand::Constant(constant) => {
                let one = self.marginals(left, Some(ROWS))?;
                one.iter().map(|one| Some((*one)?.beside(Marginal::Point(*constant)))).collect()
            }
            Operand::Number(right) => {
                let (beside, rows): (fn(Marginal, Marginal) -> Odds, Option<f64>) = match () {
                    () if left == right => (|_, _| Odds::EQUAL, None),
                    () if of_one_whole(left, right) => (Marginal::within_a_whole, Some(ROWS)),
                    () => (Marginal::beside, None),
                };
                let (one, other) = (self.marginals(left, rows)?, self.marginals(right, rows)?);
                one.iter().zip(&other).map(|(one, other)| Some(beside((*one)?, (*other)?))).collect()
            }
        };
        let probability = |odds: Odds| match comparison {
            Comparison::Less => odds.less,
            Comparison::AtMost => odds.less + odds.equal,
            Comparison::Greater => odds.greater,
            Comparison::AtLeast => odds.greater + odds.equal,
            Comparison::Equal => odds.equal,
        };
        Ok(odds.into_iter().map(|odds| odds.map(probability)).collect())
    }

    /// The distribution of a number in each draw; nothing where it is undefined. Rows of transitions are as concentrated as
    /// `rows`, or what they are in the draw.
    fn marginals(&self, number: &Number, rows: Option<f64>) -> Result<Vec<Option<Marginal>>, String> {
        let (after, scenario) = (number.after, number.scenario);
        let values: Vec<Option<f64>> = match &number.quantity {
            Quantity::Share(h) => {
                let shares = selections(self.prediction, after)?;
                if shares.iter().all(Option::is_none) {
                    return Err(NOTHING.to_string());
                }
                let part = |shares: Option<&[f64]>| Some(Marginal::part(*shares?.get(*h)?, self.prediction.kappa));
                return Ok(shares.into_iter().map(part).collect());
            }
            Quantity::Transition { from, to } => {
                let in_draws = self.rows(*from, after, scenario)?;
                if in_draws.iter().all(Option::is_none) {
                    let states = self.states() as f64;
                    return Ok(vec![Some(Marginal::part(1.0 / states, Some(states))); in_draws.len()]);
                }
                let part = |row: Option<Vec<f64>>| Some(Marginal::part(*row?.get(*to)?, rows));
                return Ok(in_draws.into_iter().map(part).collect());
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
        Ok(values.into_iter().map(|value| value.map(Marginal::Point)).collect())
    }
}

/// Whether two different numbers are shares after one training, or transitions from one state in one world.
fn of_one_whole(left: &Number, right: &Number) -> bool {
    let whole = match (&left.quantity, &right.quantity) {
        (Quantity::Share(_), Quantity::Share(_)) => true,
        (Quantity::Transition { from, .. }, Quantity::Transition { from: other, .. }) => from == other,
        _ => false,
    };
    whole && left.after == right.after && left.scenario == right.scenario
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
fn selections(prediction: &Prediction, training: usize) -> Result<Vec<Option<&[f64]>>, String> {
    let selections = drawn(prediction, training, Topic::Shares, |after| after.selection.as_ref())?;
    Ok(selections.into_iter().map(Selection::shares).collect())
}

/// What is said of how selection is shared out after a training; else why nothing is, a clause without a full stop.
pub fn shares(prediction: &Prediction, training: usize) -> Result<Mixture, String> {
    let selections = selections(prediction, training)?;
    if selections.iter().all(Option::is_none) {
        return Err(NOTHING.to_string());
    }
    let owned = |shares: &[Option<&[f64]>]| shares.iter().flatten().map(|shares| shares.to_vec()).collect();
    let mixture = match (prediction.kappa, prediction.seeds) {
        (None, Some(seeds)) => Mixture::sample(&by_seed(&selections, seeds).map(owned).collect::<Vec<_>>()),
        (kappa, _) => Mixture::new(&owned(&selections), kappa),
    };
    mixture.map_err(|error| error.to_string())
}

/// What is in the draws of each imagined seed.
fn by_seed<T>(in_draws: &[T], seeds: usize) -> impl Iterator<Item = &[T]> {
    in_draws.chunks(in_draws.len().div_ceil(seeds).max(1))
}

/// A sample of a mixture of distributions, at least one: groups of a draw from each, of which there are at least two.
fn sampled(mixture: &[Marginal]) -> Result<Ensemble, ScoringError> {
    let mut stream = Seed(0).child("prediction read", &[]).stream("around the draws", &[]);
    let groups = SAMPLES.div_ceil(mixture.len()).max(2);
    let of_each: Vec<Vec<f64>> = mixture.iter().map(|one| one.draws(groups, &mut stream)).collect();
    let draws = (0..groups).flat_map(|group| of_each.iter().map(move |draws| draws[group])).collect();
    Ensemble::grouped(vec![draws], &vec![mixture.len(); groups])
}

/// The 5% and 95% quantiles.
fn ends(quantile: impl Fn(f64) -> Option<f64>) -> Option<[f64; 2]> {
    Some([quantile(0.05)?, quantile(0.95)?])
}

/// A cycle, turned so that its smallest state is the first.
fn smallest_first(cycle: &[usize]) -> Vec<usize> {
    let mut turned = cycle.to_vec();
    let smallest = turned.iter().enumerate().min_by_key(|(_, state)| **state).map_or(0, |(at, _)| at);
    turned.rotate_left(smallest);
    turned
}
