//! The interval that a forecaster who knows nothing states of a number.

use crate::experiment::setup::Setup;
use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::error::ScoringError;
use crate::study::forecast::{Number, Quantity};

/// Of a share, the 5% and 95% quantiles of its part in a uniform split, and so of a transition in its row; of a behaviour, the
/// least and the largest value in single episodes of the random policy, which `chance` says by the place of its world and its
/// own place there. Nothing for other numbers.
///
/// # Errors
/// None that a checked study could cause.
pub fn reference(
    setup: &Setup,
    number: &Number,
    chance: impl Fn(usize, usize) -> Option<(f64, f64)>,
) -> Result<Option<(f64, f64)>, ScoringError> {
    let part = |parts: usize, part: usize| {
        let uniform = Dirichlet::uniform(parts)?;
        Ok(uniform.quantile(part, 0.05).zip(uniform.quantile(part, 0.95)))
    };
    match &number.quantity {
        Quantity::Share(h) => part(setup.rules.len(), *h),
        Quantity::Transition { to, .. } => part(setup.study.states().solvers() + 1, *to),
        Quantity::Strength(_)
        | Quantity::Causal(_)
        | Quantity::Explained
        | Quantity::Magnitude(_)
        | Quantity::Returns(_) => Ok(None),
        Quantity::Behaviour(_) => Ok(place(setup, number)
            .and_then(|(arena, index)| chance(arena, index))
            // What a random policy never varies in says nothing of what a trained one might do.
            .filter(|(low, high)| low < high)),
    }
}

/// Where a number about behaviour stands among those measured after its training: world and quantity.
pub fn place(setup: &Setup, number: &Number) -> Option<(usize, usize)> {
    let Quantity::Behaviour(behaviour) = &number.quantity else { return None };
    let arenas = setup.arenas.get(number.after)?;
    let arena = arenas.iter().position(|arena| arena.scenario == number.scenario)?;
    Some((arena, arenas[arena].behaviours.iter().position(|measured| measured == behaviour)?))
}
