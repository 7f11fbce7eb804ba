//! What happens in a seed if an author's forecasts are right.
//!
//! Shares and rows of the chain are drawn from their Dirichlet distributions, once for all that is said of them: comparisons
//! and numbers about shares that are forecast as weights follow from those. Any other event is drawn from its probability, any
//! other number from the normal distribution with its 5% and 95% quantiles, clipped to what is possible. Different forecasts are
//! drawn apart: no forecast says how they hang together.

use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::error::ScoringError;
use crate::seed::Seed;
use crate::study::Study;
use crate::study::forecast::{Event, Number, Operand, Quantity, Row, Statement};
use rand::{Rng, RngExt};
use statrs::distribution::{ContinuousCDF, Normal};

/// How many seeds are simulated.
pub const POOL: usize = 4_000;

/// The level of the upper quantile of a number.
const UPPER: f64 = 0.95;

/// A part of a whole in each seed: one column per part.
type Parts = Vec<Vec<f64>>;

/// Simulated seeds.
pub struct Pool<'a> {
    study: &'a Study,
    /// One per forecast.
    drawn: Vec<Drawn>,
}

/// What is drawn of one forecast.
enum Drawn {
    Shares(Parts),
    /// One per row.
    Rows(Vec<Parts>),
    Held(Vec<bool>),
    Values(Vec<f64>),
}

impl<'a> Pool<'a> {
    /// [`POOL`] seeds, in which the forecasts of a study are right.
    ///
    /// # Errors
    /// None that a checked study could cause.
    pub fn of(study: &'a Study, seed: Seed) -> Result<Pool<'a>, ScoringError> {
        let draw = |(index, statement): (usize, &Statement)| {
            let rng = &mut seed.stream("forecast", &[index as u64]);
            Ok(match statement {
                Statement::Weights { shares, concentration, .. } => {
                    Drawn::Shares(Dirichlet::around(shares, *concentration)?.draws(POOL, rng))
                }
                Statement::Transitions { rows, concentration, .. } => {
                    let row = |row: &Row| Ok(Dirichlet::around(&row.shares, *concentration)?.draws(POOL, rng));
                    Drawn::Rows(rows.iter().map(row).collect::<Result<_, ScoringError>>()?)
                }
                Statement::Event { probability, .. } => {
                    Drawn::Held((0..POOL).map(|_| rng.random::<f64>() < *probability).collect())
                }
                Statement::Number { number, low, high } => Drawn::Values(values(number, (*low, *high), rng)),
            })
        };
        let statements = study.forecasts.iter().map(|forecast| &forecast.statement).enumerate();
        Ok(Pool { study, drawn: statements.map(draw).collect::<Result<_, ScoringError>>()? })
    }

    /// The shares of the forecast with this index, part by part; nothing where it is not of weights.
    pub fn shares(&self, forecast: usize) -> Option<&Parts> {
        match self.drawn.get(forecast)? {
            Drawn::Shares(parts) => Some(parts),
            _ => None,
        }
    }

    /// The rows of the forecast with this index; nothing where it is not of transitions.
    pub fn rows(&self, forecast: usize) -> Option<&[Parts]> {
        match self.drawn.get(forecast)? {
            Drawn::Rows(rows) => Some(rows),
            _ => None,
        }
    }

    /// Whether the event of the forecast with this index holds in each seed, and the forecast from which that follows, where it
    /// is another one.
    pub fn held(&self, forecast: usize) -> Option<(Vec<bool>, Option<usize>)> {
        let Statement::Event { event, .. } = &self.study.forecasts.get(forecast)?.statement else { return None };
        let followed = match event {
            Event::Comparison { left, comparison, right } => self.part(left).and_then(|(from, left)| {
                let holds = |(seed, left): (usize, &f64)| match right {
                    Operand::Constant(right) => Some(comparison.holds(*left, *right)),
                    Operand::Number(right) => Some(comparison.holds(*left, *self.part(right)?.1.get(seed)?)),
                };
                Some((left.iter().enumerate().map(holds).collect::<Option<Vec<bool>>>()?, Some(from)))
            }),
            Event::Selected { .. } | Event::Order { .. } | Event::Reinforced { .. } | Event::Cycle { .. } => None,
        };
        followed.or_else(|| match self.drawn.get(forecast)? {
            Drawn::Held(held) => Some((held.clone(), None)),
            _ => None,
        })
    }

    /// A number in each seed, and the forecast that it is drawn from; nothing where no forecast is about it.
    pub fn values(&self, number: &Number) -> Option<(usize, &[f64])> {
        let own = || {
            let about =
                |statement: &Statement| matches!(statement, Statement::Number { number: own, .. } if own == number);
            let forecast = self.study.forecasts.iter().position(|forecast| about(&forecast.statement))?;
            match self.drawn.get(forecast)? {
                Drawn::Values(values) => Some((forecast, values.as_slice())),
                _ => None,
            }
        };
        self.part(number).or_else(own)
    }

    /// A share or a transition that a forecast of all of them gives.
    fn part(&self, number: &Number) -> Option<(usize, &[f64])> {
        let statements = self.study.forecasts.iter().map(|forecast| &forecast.statement);
        statements.zip(&self.drawn).enumerate().find_map(|(index, (statement, drawn))| {
            let parts = match (&number.quantity, statement, drawn) {
                (Quantity::Share(h), Statement::Weights { after, .. }, Drawn::Shares(parts))
                    if *after == number.after =>
                {
                    parts.get(*h)?
                }
                (
                    Quantity::Transition { from, to },
                    Statement::Transitions { rows, scenario, after, .. },
                    Drawn::Rows(drawn),
                ) if (*after, *scenario) == (number.after, number.scenario) => {
                    let row = rows.iter().position(|row| row.from == *from)?;
                    drawn.get(row)?.get(*to)?
                }
                _ => return None,
            };
            Some((index, parts.as_slice()))
        })
    }
}

/// Draws from the normal distribution with these 5% and 95% quantiles, clipped to what is possible.
fn values(number: &Number, (low, high): (f64, f64), rng: &mut impl Rng) -> Vec<f64> {
    let [least, most] = number.quantity.possible();
    let reach = Normal::standard().inverse_cdf(UPPER);
    let (mean, deviation) = (low.midpoint(high), 0.5 * (high - low) / reach);
    let draw = |_| {
        // Between 0 and 1, neither of which has a quantile.
        let level = (rng.random::<f64>() + f64::EPSILON) / (1.0 + 2.0 * f64::EPSILON);
        (mean + deviation * Normal::standard().inverse_cdf(level)).clamp(least, most)
    };
    (0..POOL).map(draw).collect()
}
