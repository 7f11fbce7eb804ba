//! Where forecasts and measurements meet.

use crate::experiment::assemble::behaviour_unit;
use crate::experiment::baseline::Baseline;
use crate::experiment::measure::{Measured as Network, Measurement};
use crate::experiment::quantities::arena_index;
use crate::experiment::setup::Setup;
use crate::language::print;
use crate::outcome::measured::Measured;
use crate::outcome::{ForecastOutcome, ScoreOutcome, Verdict};
use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::error::ScoringError;
use crate::scoring::event::event;
use crate::scoring::number::number;
use crate::scoring::scored::Scored;
use crate::scoring::verdict::{Advantage, not_scored};
use crate::scoring::weights::weights;
use crate::selection::identifiability::AliasKind;
use crate::selection::share::{Parts, shares};
use crate::study::forecast::{Behaviour, Event, Forecast, Number, Operand, Statement};

/// What is known once everything is measured.
pub struct Findings<'a> {
    pub setup: &'a Setup<'a>,
    pub measurement: &'a Measurement,
    pub baseline: &'a Baseline,
    pub networks: &'a [Network],
    pub learned: bool,
}

/// The score that stands for a forecast in the verdict, if it has one.
pub type Representative = Option<Scored>;

/// Scores every forecast of the study, in file order.
pub fn score(findings: &Findings) -> (Vec<ForecastOutcome>, Vec<Representative>) {
    let mut outcomes = Vec::new();
    let mut representatives = Vec::new();
    for forecast in &findings.setup.study.forecasts {
        let inadmissible = findings.inadmissible(&forecast.statement);
        let (outcome, representative) = findings.one(forecast, inadmissible);
        outcomes.push(outcome);
        representatives.push(representative);
    }
    (outcomes, representatives)
}

/// Whether the prediction as a whole did better than knowing nothing.
pub fn verdict(findings: &Findings, forecasts: &[ForecastOutcome], scored: &[Representative]) -> Verdict {
    let representatives: Vec<Scored> = scored.iter().flatten().cloned().collect();
    let advantage = Advantage::of(&representatives, findings.networks.len());
    let measured = Measured::over_seeds(advantage.by_seed.clone());
    let sentence = if forecasts.is_empty() {
        not_scored("the study has no forecast")
    } else if !findings.learned {
        not_scored("the agent did not learn, so no forecast about it can be judged")
    } else if forecasts.iter().all(|forecast| forecast.inadmissible.is_some()) {
        not_scored("every forecast is inadmissible")
    } else {
        advantage.sentence(measured.mean, measured.interval)
    };
    Verdict {
        sentence,
        p_value: advantage.p_value,
        forecasts_better: advantage.better,
        forecasts_scored: advantage.scored,
        advantage: measured.mean.is_some().then_some(measured),
    }
}

impl Findings<'_> {
    /// Why a forecast cannot be judged on this outcome, if so: a clause.
    fn inadmissible(&self, statement: &Statement) -> Option<String> {
        if !self.learned {
            return Some("the agent did not learn".to_string());
        }
        match statement {
            Statement::Weights { .. } => self.unknown_total(),
            Statement::Number { number, .. } => self.unidentified(number),
            Statement::Event { event: Event::Selected(h), .. } => self.unidentified(&Number::Strength(*h)),
            Statement::Event { event: Event::Comparison { left, right, .. }, .. } => match right {
                Operand::Number(right) => self.unidentified(left).or_else(|| self.unidentified(right)),
                Operand::Constant(_) => self.unidentified(left),
            },
        }
        .or_else(|| self.nothing_selected(statement))
    }

    /// Shares and strengths inside an alias group are not identified, nor is any share where the total is not.
    fn unidentified(&self, number: &Number) -> Option<String> {
        let (Number::Share(h) | Number::Strength(h)) = number else { return None };
        let aliases = &self.measurement.identified.aliases;
        match aliases.iter().find(|alias| alias.members.contains(h)) {
            Some(alias) => Some(format!(
                "{} cannot be told apart by any state of the probe bank",
                self.setup.names(&alias.members)
            )),
            None if matches!(number, Number::Share(_)) => self.unknown_total(),
            None => None,
        }
    }

    /// Shares are parts of a total, which is known unless a group of rules has no sum that is identified.
    fn unknown_total(&self) -> Option<String> {
        let aliases = &self.measurement.identified.aliases;
        let alias = aliases.iter().find(|alias| alias.kind != AliasKind::Aligned)?;
        let names = self.setup.names(&alias.members);
        Some(format!("{names} cannot be told apart and the sum of their strengths is not known, so no share is"))
    }

    /// Forecasts of shares where no strength is positive in any seed.
    fn nothing_selected(&self, statement: &Statement) -> Option<String> {
        let about_shares = matches!(statement, Statement::Weights { .. })
            || matches!(statement, Statement::Number { number: Number::Share(_), .. });
        let nothing = || self.networks.iter().all(|network| shares(&network.strength).is_none());
        (about_shares && nothing()).then(|| "no rule was selected in any seed".to_string())
    }

    fn one(&self, forecast: &Forecast, inadmissible: Option<String>) -> (ForecastOutcome, Representative) {
        let mut outcome = ForecastOutcome {
            text: forecast.text.clone(),
            doc: forecast.doc.clone(),
            inadmissible,
            ..ForecastOutcome::default()
        };
        let scored = self.measure(&forecast.statement, &mut outcome);
        let reason = scored.as_ref().err().map(|error| format!("its score cannot be computed: {error}"));
        outcome.inadmissible = outcome.inadmissible.or(reason);
        if let (Ok(scored), None) = (scored, &outcome.inadmissible) {
            outcome.scores = scored.iter().map(score_outcome).collect();
            return (outcome, scored.into_iter().next());
        }
        (outcome, None)
    }

    /// Writes what a forecast says and what was measured of it into the outcome; its scores.
    fn measure(&self, statement: &Statement, outcome: &mut ForecastOutcome) -> Result<Vec<Scored>, ScoringError> {
        Ok(match statement {
            Statement::Weights { shares, concentration } => {
                outcome.kind = "weights".to_string();
                (outcome.shares, outcome.concentration) = (Some(shares.clone()), Some(*concentration));
                let (scored, undefined) = self.weights(shares, *concentration)?;
                outcome.undefined_seeds = undefined;
                vec![scored]
            }
            Statement::Event { event: asked, probability } => {
                outcome.kind = "event".to_string();
                outcome.probability = Some(*probability);
                let held: Vec<Option<bool>> = self.networks.iter().map(|network| self.holds(asked, network)).collect();
                outcome.undefined_seeds = held.iter().filter(|held| held.is_none()).count();
                let as_number = |held: &Option<bool>| held.map(|held| f64::from(u8::from(held)));
                outcome.measured = Some(Measured::over_seeds(held.iter().map(as_number).collect()));
                let scores = event(*probability, &held)?;
                vec![scores.brier, scores.log]
            }
            Statement::Number { number: asked, low, high } => {
                outcome.kind = "number".to_string();
                (outcome.low, outcome.high) = (Some(*low), Some(*high));
                outcome.unit = Some(unit(asked).to_string());
                if let Number::Behaviour { behaviour, scenario } = asked {
                    outcome.quantity = Some(print::behaviour(behaviour));
                    outcome.scenario = self.setup.arenas.get(arena_index(*scenario)).map(|arena| arena.name.clone());
                }
                let values: Vec<Option<f64>> = self.networks.iter().map(|network| self.value(asked, network)).collect();
                outcome.undefined_seeds = values.iter().filter(|value| value.is_none()).count();
                outcome.measured = Some(Measured::over_seeds(values.clone()));
                vec![number(*low, *high, self.reference(asked)?, &values)?]
            }
        })
    }

    /// The energy score over heuristics, aligned groups as one; and in how many seeds nothing was selected.
    fn weights(&self, forecast: &[f64], concentration: f64) -> Result<(Scored, usize), ScoringError> {
        let parts = Parts::new(forecast.len(), &self.measurement.identified.aliases);
        let outcomes: Vec<Option<Vec<f64>>> =
            self.networks.iter().map(|network| parts.shares(&network.strength)).collect();
        let undefined = outcomes.iter().filter(|shares| shares.is_none()).count();
        let forecast = Dirichlet::around(&parts.sum(forecast), concentration)?;
        let reference = Dirichlet::new(parts.parts.iter().map(|part| part.len() as f64).collect())?;
        Ok((weights(&forecast, &reference, &outcomes, self.setup.measurement_seed.0)?, undefined))
    }

    fn holds(&self, event: &Event, network: &Network) -> Option<bool> {
        match event {
            Event::Selected(h) => network.selected.get(*h).copied(),
            Event::Comparison { left, comparison, right } => {
                let right = match right {
                    Operand::Number(right) => self.value(right, network)?,
                    Operand::Constant(right) => *right,
                };
                Some(comparison.holds(self.value(left, network)?, right))
            }
        }
    }

    /// The value of a number in one network.
    fn value(&self, number: &Number, network: &Network) -> Option<f64> {
        match number {
            Number::Share(h) => shares(&network.strength)?.get(*h).copied(),
            Number::Strength(h) => network.strength.get(*h).copied(),
            Number::Explained => network.explained,
            Number::Behaviour { behaviour, scenario } => {
                let (arena, index) = self.place(behaviour, *scenario)?;
                network.behaviours.get(arena)?.get(index).copied()
            }
        }
    }

    /// Where a behaviour stands among those measured: world and quantity.
    fn place(&self, behaviour: &Behaviour, scenario: Option<usize>) -> Option<(usize, usize)> {
        let arena = arena_index(scenario);
        let quantities = self.measurement.quantities.get(arena)?;
        Some((arena, quantities.behaviours.iter().position(|measured| measured == behaviour)?))
    }

    /// The interval of a forecaster who knows nothing: of a share, the 5% and 95% quantiles of its part in a uniform
    /// split; of a behaviour, the least and the largest value in single episodes of the random policy. Nothing for
    /// other numbers.
    fn reference(&self, number: &Number) -> Result<Option<(f64, f64)>, ScoringError> {
        Ok(match number {
            Number::Share(h) => {
                let uniform = Dirichlet::uniform(self.setup.rules.len())?;
                uniform.quantile(*h, 0.05).zip(uniform.quantile(*h, 0.95))
            }
            Number::Strength(_) | Number::Explained => None,
            Number::Behaviour { behaviour, scenario } => self
                .place(behaviour, *scenario)
                .and_then(|(arena, index)| self.baseline.random.get(arena)?.get(index))
                // What a random policy never varies in says nothing of what a trained one might do.
                .and_then(|chance| (chance.range.0 < chance.range.1).then_some(chance.range)),
        })
    }
}

fn unit(number: &Number) -> &'static str {
    match number {
        Number::Share(_) | Number::Explained => "probability",
        Number::Strength(_) => "logits",
        Number::Behaviour { behaviour, .. } => behaviour_unit(behaviour),
    }
}

fn score_outcome(scored: &Scored) -> ScoreOutcome {
    let (score, infinite) = Measured::over_scores(scored.scores.clone());
    ScoreOutcome {
        rule: scored.rule.name().to_string(),
        score,
        infinite,
        reference: scored.reference.clone().map(Measured::over_seeds),
        skill: scored.skill().filter(|skill| skill.is_finite()),
    }
}
