//! What an author's forecasts say, before anything is measured.

use crate::experiment::assemble::behaviour_unit;
use crate::experiment::setup::Setup;
use crate::language::print;
use crate::outcome::{ForecastOutcome, RowOutcome};
use crate::study::forecast::{Event, Forecast, Number, Quantity, Statement};

/// The forecast as outcomes hold it, without measurement and scores.
pub fn described(setup: &Setup, forecast: &Forecast) -> ForecastOutcome {
    let mut outcome =
        ForecastOutcome { text: forecast.text.clone(), doc: forecast.doc.clone(), ..ForecastOutcome::default() };
    let arena = |after: usize, scenario: Option<usize>| setup.arena(after, scenario).map(|arena| arena.name.clone());
    match &forecast.statement {
        Statement::Weights { shares, concentration, after } => {
            outcome.kind = "weights".to_string();
            (outcome.shares, outcome.concentration) = (Some(shares.clone()), Some(*concentration));
            outcome.after = setup.phase_name(*after);
        }
        Statement::Transitions { rows, concentration, scenario, after } => {
            let states = setup.study.states();
            outcome.kind = "transitions".to_string();
            outcome.concentration = Some(*concentration);
            outcome.after = setup.phase_name(*after);
            outcome.scenario = arena(*after, *scenario);
            let row = |row: &crate::study::forecast::Row| RowOutcome {
                from: states.name(row.from).to_string(),
                shares: row.shares.clone(),
                measured: Vec::new(),
            };
            outcome.rows = rows.iter().map(row).collect();
        }
        Statement::Event { event: asked, probability } => {
            outcome.kind = "event".to_string();
            outcome.probability = Some(*probability);
            match asked {
                Event::Selected { after, .. }
                | Event::Order { after, .. }
                | Event::Reinforced { after, .. }
                | Event::Cycle { after, .. } => outcome.after = setup.phase_name(*after),
                Event::Comparison { .. } => {}
            }
            if let Event::Cycle { scenario, after, .. } = asked {
                outcome.scenario = arena(*after, *scenario);
            }
            outcome.unit = forecast.statement.numbers().first().map(|number| unit(number).to_string());
        }
        Statement::Number { number: asked, low, high } => {
            outcome.kind = "number".to_string();
            (outcome.low, outcome.high) = (Some(*low), Some(*high));
            outcome.unit = Some(unit(asked).to_string());
            outcome.after = setup.phase_name(asked.after);
            if let Quantity::Behaviour(behaviour) = &asked.quantity {
                outcome.quantity = Some(print::behaviour(behaviour));
            }
            if asked.quantity.has_a_world() {
                outcome.scenario = arena(asked.after, asked.scenario);
            }
        }
    }
    outcome
}

/// What a number counts, as outcomes say it.
pub fn unit(number: &Number) -> &'static str {
    match &number.quantity {
        Quantity::Share(_) | Quantity::Explained | Quantity::Transition { .. } => "probability",
        Quantity::Strength(_) | Quantity::Causal(_) | Quantity::Magnitude(_) => "logits",
        Quantity::Returns(_) => "number",
        Quantity::Behaviour(behaviour) => behaviour_unit(behaviour),
    }
}
