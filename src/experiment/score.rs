//! Where forecasts and measurements meet.

use crate::experiment::MeasuredTraining;
use crate::experiment::chain::Chain;
use crate::experiment::described::described;
use crate::experiment::measure::{Measured as Network, Measurement};
use crate::experiment::measured_shares::MeasuredShares;
use crate::experiment::predicted::PredictedRow;
use crate::experiment::reference::{place, reference};
use crate::experiment::setup::Setup;
use crate::outcome::measured::Measured;
use crate::outcome::{ForecastOutcome, ScoreOutcome, Verdict};
use crate::scoring::error::ScoringError;
use crate::scoring::event::event;
use crate::scoring::mixture::Mixture;
use crate::scoring::number::number;
use crate::scoring::scored::Scored;
use crate::scoring::transitions::{Row as ForecastRow, TransitionScores, frequencies, transitions};
use crate::scoring::verdict::{Advantage, not_scored};
use crate::selection::emergence::in_order;
use crate::selection::identifiability::AliasKind;
use crate::selection::share::{Parts, shares};
use crate::study::forecast::{Event, Forecast, Number, Operand, Quantity, Row, Statement};

/// What is known once everything is measured.
pub struct Findings<'a> {
    pub setup: &'a Setup<'a>,
    pub measurement: &'a Measurement,
    /// The study's own training, then the phases.
    pub trainings: &'a [MeasuredTraining],
    /// For each of them, whether the agent learned.
    pub learned: &'a [bool],
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
    let reason = if forecasts.is_empty() {
        Some("the study has no forecast")
    } else if !findings.learned.contains(&true) {
        Some("the agent did not learn, so no forecast about it can be judged")
    } else if forecasts.iter().all(|forecast| forecast.inadmissible.is_some()) {
        Some("every forecast is inadmissible")
    } else {
        None
    };
    judged(&representatives, findings.networks(0).len(), forecasts.len(), reason)
}

/// The verdict over the scores that stand for forecasts, of so many forecasts in all, else why there is none, a clause.
pub fn judged(representatives: &[Scored], seeds: usize, all: usize, reason: Option<&str>) -> Verdict {
    let advantage = Advantage::of(representatives, seeds);
    let measured = Measured::over_seeds(advantage.by_seed.clone());
    let sentence = match reason {
        Some(reason) => not_scored(reason),
        None => advantage.sentence(measured.mean, measured.interval, all),
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
    /// Those of a training, in the order of the outcome's seeds.
    pub fn networks(&self, training: usize) -> &[Network] {
        &self.trainings[training].networks
    }

    /// Why a forecast cannot be judged on this outcome, if so: a clause.
    pub fn inadmissible(&self, statement: &Statement) -> Option<String> {
        let not_learned = |training: usize| {
            // Nor is anything known of what goes on from networks that had not learned.
            let training = self.setup.study.lineage(training).into_iter().find(|&one| !self.learned[one])?;
            let phase = self.setup.phase_name(training).map_or(String::new(), |phase| format!(" in phase {phase}"));
            Some(format!("the agent did not learn{phase}"))
        };
        let own = || match statement {
            Statement::Weights { .. } => self.unknown_total(),
            Statement::Event { event: Event::Reinforced { .. }, .. } => None,
            // Activity rests on no regression, but what is equal is nobody's.
            Statement::Transitions { .. } => self.alike(&(0..=self.setup.study.states().solvers()).collect::<Vec<_>>()),
            Statement::Event { event: Event::Cycle { solvers, .. }, .. } => {
                self.alike(solvers).or_else(|| self.untestable(statement))
            }
            Statement::Event { event: Event::Selected { heuristic, .. }, .. } => self.aliased(*heuristic),
            Statement::Event { event: Event::Order { heuristics, .. }, .. } => {
                heuristics.iter().find_map(|&heuristic| self.aliased(heuristic))
            }
            Statement::Number { .. } | Statement::Event { event: Event::Comparison { .. }, .. } => {
                statement.numbers().into_iter().find_map(|number| self.unidentified(&number.quantity))
            }
        };
        let not_learned = statement.trainings().into_iter().find_map(not_learned);
        not_learned.or_else(own).or_else(|| self.nothing_selected(statement))
    }

    /// Shares and strengths inside an alias group are not identified, nor is any share where the total is not.
    fn unidentified(&self, quantity: &Quantity) -> Option<String> {
        match quantity {
            Quantity::Share(h) => self.aliased(*h).or_else(|| self.unknown_total()),
            Quantity::Strength(h) => self.aliased(*h),
            Quantity::Transition { from, to } => self.alike(&[*from, *to]),
            Quantity::Returns(solver) => self.alike(&[*solver]),
            // No regression: rules that recommend the same each have their own.
            Quantity::Causal(_) | Quantity::Explained | Quantity::Magnitude(_) | Quantity::Behaviour(_) => None,
        }
    }

    /// Why one of these states of the chain is not measured: it has a rule that is [alike](crate::experiment::alike) one of
    /// another state, or it is `other`, where the steps of such rules are counted.
    fn alike(&self, asked: &[usize]) -> Option<String> {
        let states = self.setup.study.states();
        let other = states.solvers();
        let of = |h: usize| states.of_heuristic[h].unwrap_or(other);
        let pair = self.measurement.alike.iter().find(|[one, two]| {
            let taken = [of(*one), of(*two), other];
            of(*one) != of(*two) && asked.iter().any(|state| taken.contains(state))
        })?;
        Some(format!(
            "{} recommend the same by the same cue, so they are always equally active, and the steps at which they lead \
             are not those of either solver",
            self.setup.names(pair)
        ))
    }

    /// Why a cycle cannot be tested in any seed.
    fn untestable(&self, statement: &Statement) -> Option<String> {
        let worlds = statement.worlds();
        let chains = worlds.iter().flat_map(|&(after, scenario)| self.chains(after, scenario));
        let Statement::Event { event: Event::Cycle { solvers, .. }, .. } = statement else { return None };
        let mut untested = Vec::new();
        for chain in chains {
            match chain.holds(solvers) {
                Ok(_) => return None,
                Err(reason) => untested.push(reason),
            }
        }
        untested.into_iter().next()
    }

    fn aliased(&self, heuristic: usize) -> Option<String> {
        let aliases = &self.measurement.identified.aliases;
        let alias = aliases.iter().find(|alias| alias.members.contains(&heuristic))?;
        Some(format!("{} cannot be told apart by any state of the probe bank", self.setup.names(&alias.members)))
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
        let of_shares = |number: &&Number| matches!(number.quantity, Quantity::Share(_));
        let mut trainings: Vec<usize> =
            statement.numbers().into_iter().filter(of_shares).map(|number| number.after).collect();
        if let Statement::Weights { after, .. } = statement {
            trainings.push(*after);
        }
        let nothing = |&training: &usize| self.networks(training).iter().all(|n| shares(&n.strength).is_none());
        trainings.iter().any(nothing).then(|| "no rule was selected in any seed".to_string())
    }

    fn one(&self, forecast: &Forecast, inadmissible: Option<String>) -> (ForecastOutcome, Representative) {
        let mut outcome = ForecastOutcome { inadmissible, ..described(self.setup, forecast) };
        let scored = self.measure(&forecast.statement, &mut outcome);
        let reason = scored.as_ref().err().map(|error| format!("its score cannot be computed: {error}"));
        outcome.inadmissible = outcome.inadmissible.or(reason);
        if let (Ok(scored), None) = (scored, &outcome.inadmissible) {
            outcome.scores = scored.iter().map(score_outcome).collect();
            return (outcome, scored.into_iter().next());
        }
        (outcome, None)
    }

    /// Writes what was measured of a forecast into the outcome; its scores.
    fn measure(&self, statement: &Statement, outcome: &mut ForecastOutcome) -> Result<Vec<Scored>, ScoringError> {
        Ok(match statement {
            Statement::Weights { shares, concentration, after } => {
                let measured = self.shares(*after);
                outcome.undefined_seeds = measured.by_seed.iter().filter(|shares| shares.is_none()).count();
                let forecast = Mixture::new(std::slice::from_ref(shares), Some(*concentration))?;
                let (squared_error, energy) = measured.scored(&forecast, self.setup.measurement_seed.0)?;
                outcome.squared_error = squared_error.filter(|_| outcome.inadmissible.is_none());
                vec![energy]
            }
            Statement::Transitions { rows, concentration, scenario, after } => {
                for (outcome, row) in outcome.rows.iter_mut().zip(rows) {
                    outcome.measured = self.measured_row(row, *after, *scenario);
                }
                let of = |row: &Row| {
                    let forecast = Mixture::new(std::slice::from_ref(&row.shares), Some(*concentration))?;
                    Ok(PredictedRow { from: row.from, forecast })
                };
                let stated: Vec<PredictedRow> = rows.iter().map(of).collect::<Result<_, ScoringError>>()?;
                let scored = self.transitions(&stated, *after, *scenario)?;
                outcome.undefined_seeds = scored.energy.scores.iter().filter(|score| score.is_none()).count();
                vec![scored.energy, scored.log]
            }
            Statement::Event { event: asked, probability } => {
                let held = self.held(asked);
                outcome.undefined_seeds = held.iter().filter(|held| held.is_none()).count();
                let as_number = |held: &Option<bool>| held.map(|held| f64::from(u8::from(held)));
                outcome.measured = Some(Measured::over_seeds(held.iter().map(as_number).collect()));
                let side = |number: &&Number| Measured::over_seeds(self.values(number));
                outcome.sides = statement.numbers().iter().map(side).collect();
                let scores = event(*probability, &held)?;
                vec![scores.brier, scores.log]
            }
            Statement::Number { number: asked, low, high } => {
                let values = self.values(asked);
                outcome.undefined_seeds = values.iter().filter(|value| value.is_none()).count();
                outcome.measured = Some(Measured::over_seeds(values.clone()));
                vec![number(*low, *high, self.reference(asked)?, &values)?]
            }
        })
    }

    /// Whether an event holds in each seed; nothing where that is undefined.
    pub fn held(&self, event: &Event) -> Vec<Option<bool>> {
        self.seeds().map(|seed| self.holds(event, seed)).collect()
    }

    /// A number in each seed; nothing where it is undefined.
    pub fn values(&self, number: &Number) -> Vec<Option<f64>> {
        self.seeds().map(|seed| self.value(number, seed)).collect()
    }

    /// The shares after a training, aligned groups as one.
    pub fn shares(&self, training: usize) -> MeasuredShares {
        let parts = Parts::new(self.setup.rules.len(), &self.measurement.identified.aliases);
        let by_seed = self.networks(training).iter().map(|network| parts.shares(&network.strength)).collect();
        MeasuredShares { parts, by_seed }
    }

    /// The places of the seeds among those of the outcome.
    fn seeds(&self) -> std::ops::Range<usize> {
        0..self.networks(0).len()
    }

    /// The scores of forecast rows on what was counted in each seed.
    pub fn transitions(
        &self,
        rows: &[PredictedRow],
        after: usize,
        scenario: Option<usize>,
    ) -> Result<TransitionScores, ScoringError> {
        let counted = |row: &PredictedRow| {
            let counts = self.chains(after, scenario).map(|chain| chain.steps.row(row.from).to_vec()).collect();
            ForecastRow { forecast: row.forecast.clone(), counts }
        };
        let rows: Vec<ForecastRow> = rows.iter().map(counted).collect();
        transitions(&rows, self.setup.measurement_seed.0)
    }

    /// The frequencies of a row, one per state.
    fn measured_row(&self, row: &Row, after: usize, scenario: Option<usize>) -> Vec<Measured> {
        let measured = |to: usize| {
            let of = |chain: &Chain| Some(frequencies(chain.steps.row(row.from))?[to]);
            Measured::over_seeds(self.chains(after, scenario).map(of).collect())
        };
        (0..row.shares.len()).map(measured).collect()
    }

    /// The chains of every seed in one world.
    fn chains(&self, after: usize, scenario: Option<usize>) -> impl Iterator<Item = &Chain> {
        let world = self.setup.arenas[after].iter().position(|arena| arena.scenario == scenario);
        self.networks(after).iter().filter_map(move |network| network.chains.get(world?))
    }

    fn holds(&self, event: &Event, seed: usize) -> Option<bool> {
        match event {
            Event::Reinforced { heuristic, after } => {
                let reinforcement = self.networks(*after)[seed].reinforcement.get(*heuristic).copied()?;
                Some(reinforcement?.reinforced())
            }
            Event::Cycle { solvers, scenario, after } => self.chains(*after, *scenario).nth(seed)?.holds(solvers).ok(),
            Event::Selected { heuristic, after } => self.networks(*after)[seed].selected.get(*heuristic).copied(),
            Event::Order { heuristics, after } => {
                let emerged = &self.networks(*after)[seed].emerged;
                let asked: Option<Vec<_>> = heuristics.iter().map(|&h| emerged.get(h).copied()).collect();
                Some(in_order(&asked?))
            }
            Event::Comparison { left, comparison, right } => {
                let right = match right {
                    Operand::Number(right) => self.value(right, seed)?,
                    Operand::Constant(right) => *right,
                };
                Some(comparison.holds(self.value(left, seed)?, right))
            }
        }
    }

    /// The value of a number in one seed.
    fn value(&self, number: &Number, seed: usize) -> Option<f64> {
        let network = self.networks(number.after).get(seed)?;
        match &number.quantity {
            Quantity::Share(h) => shares(&network.strength)?.get(*h).copied(),
            Quantity::Strength(h) => network.strength.get(*h).copied(),
            Quantity::Causal(h) => network.causal.get(*h)?.map(|causal| causal.strength),
            Quantity::Explained => network.explained,
            Quantity::Magnitude(h) => *network.magnitude.get(*h)?,
            Quantity::Transition { from, to } => {
                let chain = self.chains(number.after, number.scenario).nth(seed)?;
                frequencies(chain.steps.row(*from))?.get(*to).copied()
            }
            Quantity::Returns(solver) => self.chains(number.after, number.scenario).nth(seed)?.returns(*solver),
            Quantity::Behaviour(_) => {
                let (arena, index) = place(self.setup, number)?;
                network.behaviours.get(arena)?.get(index).copied()
            }
        }
    }

    /// The interval of a forecaster who knows nothing; nothing where there is none.
    pub fn reference(&self, number: &Number) -> Result<Option<(f64, f64)>, ScoringError> {
        let chance = |arena: usize, index: usize| {
            Some(self.trainings.get(number.after)?.baseline.random.get(arena)?.get(index)?.range)
        };
        reference(self.setup, number, chance)
    }
}

/// A score as outcomes hold it.
pub fn score_outcome(scored: &Scored) -> ScoreOutcome {
    let (score, infinite) = Measured::over_scores(scored.scores.clone());
    ScoreOutcome {
        rule: scored.rule.name.to_string(),
        score,
        infinite,
        reference: scored.reference.clone().map(Measured::over_seeds),
        scale: scored.scale,
        skill: scored.skill().filter(|skill| skill.is_finite()),
    }
}
