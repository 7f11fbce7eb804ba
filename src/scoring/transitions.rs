//! The scores of forecasts of the rows of a chain, Dirichlet distributions or mixtures of them: the log score of the counted
//! transitions ([`dirichlet_multinomial`]) and the energy score of their frequencies
//! ([`weights`](crate::scoring::weights)), each summed over the forecast rows that a seed visits. The reference is the uniform distribution over the shares of a row, Dirichlet(1, …, 1).
//!
//! Only the energy score, which is bounded, takes part in a verdict's sum: the log score grows with every transition
//! that is counted.

use crate::scoring::dirichlet::Dirichlet;
use crate::scoring::dirichlet_multinomial::{dirichlet_multinomial, of_mixture};
use crate::scoring::error::ScoringError;
use crate::scoring::mixture::Mixture;
use crate::scoring::registry::{DIRICHLET_MULTINOMIAL, ENERGY, Rule};
use crate::scoring::scored::Scored;
use crate::scoring::weights::{Drawn, compared};

/// A forecast row, and how often each transition from its state was counted in each seed; all 0 where it was never left.
pub struct Row {
    /// With a kappa.
    pub forecast: Mixture,
    pub counts: Vec<Vec<u64>>,
}

/// Both scores of one forecast, in nats and in probability.
#[derive(Clone, Debug, PartialEq)]
pub struct TransitionScores {
    pub energy: Scored,
    pub log: Scored,
}

/// The scores over all rows; undefined in a seed that visits none of them.
///
/// # Errors
/// If a forecast and its counts have different numbers of states, or it has no kappa.
pub fn transitions(rows: &[Row], seed: u64) -> Result<TransitionScores, ScoringError> {
    let seeds = rows.iter().map(|row| row.counts.len()).max().unwrap_or(0);
    let empty = |rule: &'static Rule| Scored {
        rule,
        scores: vec![None; seeds],
        reference: Some(vec![None; seeds]),
        scale: None,
    };
    let (mut energy, mut log) = (empty(&ENERGY), empty(&DIRICHLET_MULTINOMIAL));
    for row in rows {
        let uniform = Dirichlet::uniform(row.forecast.parts().len())?;
        let frequencies: Vec<Option<Vec<f64>>> = row.counts.iter().map(|counts| frequencies(counts)).collect();
        let [drawn, reference] = [Drawn::mixture(&row.forecast, seed)?, Drawn::dirichlet(&uniform, seed)?];
        let scored = compared(&drawn, &reference, &frequencies)?;
        add(&mut energy.scores, &scored.scores);
        add(energy.reference.get_or_insert_default(), scored.reference.as_deref().unwrap_or_default());
        energy.scale = energy.scale.map_or(scored.scale, |sum| Some(sum + scored.scale?));
        let visited = |counts: &Vec<u64>| counts.iter().any(|&count| count > 0);
        let of = |score: &dyn Fn(&[u64]) -> Result<f64, ScoringError>| -> Result<Vec<Option<f64>>, ScoringError> {
            row.counts.iter().map(|counts| visited(counts).then(|| score(counts)).transpose()).collect()
        };
        add(&mut log.scores, &of(&|counts| of_mixture(&row.forecast, counts))?);
        add(log.reference.get_or_insert_default(), &of(&|counts| dirichlet_multinomial(&uniform, counts))?);
    }
    Ok(TransitionScores { energy, log })
}

/// Adds what is defined.
fn add(sums: &mut [Option<f64>], terms: &[Option<f64>]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum = match (*sum, *term) {
            (Some(sum), Some(term)) => Some(sum + term),
            (sum, term) => sum.or(term),
        };
    }
}

/// The parts of their sum; nothing where that is 0.
pub fn frequencies(counts: &[u64]) -> Option<Vec<f64>> {
    let total: u64 = counts.iter().sum();
    (total > 0).then(|| counts.iter().map(|&count| count as f64 / total as f64).collect())
}

#[cfg(test)]
mod tests {
    use super::{Row, transitions};
    use crate::scoring::mixture::Mixture;

    fn row(shares: &[f64], counts: &[&[u64]]) -> Row {
        let forecast = Mixture::new(&[shares.to_vec()], Some(20.0)).expect("valid");
        Row { forecast, counts: counts.iter().map(|counts| counts.to_vec()).collect() }
    }

    #[test]
    fn rows_that_a_seed_never_visits_are_left_out_of_its_sum() {
        let first = || row(&[0.7, 0.2, 0.1], &[&[70, 20, 10], &[30, 5, 5]]);
        let second = || row(&[0.1, 0.8, 0.1], &[&[0, 0, 0], &[2, 16, 2]]);
        let alone = transitions(&[first()], 1).expect("valid");
        let both = transitions(&[first(), second()], 1).expect("valid");
        assert_eq!(both.log.scores[0], alone.log.scores[0]);
        assert_eq!(both.energy.scores[0], alone.energy.scores[0]);
        assert!(both.log.scores[1] > alone.log.scores[1]);
        assert!(both.log.skill().expect("defined") > 0.0, "right rows beat uniform ones");
        assert!(both.energy.skill().expect("defined") > 0.0);
        let never = transitions(&[row(&[0.5, 0.5], &[&[0, 0]])], 1).expect("valid");
        assert_eq!((never.log.scores[0], never.energy.scores[0]), (None, None));
    }

    #[test]
    fn a_transition_called_impossible_is_infinite_in_nats_alone() {
        let scores = transitions(&[row(&[1.0, 0.0], &[&[9, 1]])], 1).expect("valid");
        assert_eq!(scores.log.infinite(), 1);
        assert!(scores.energy.scores[0].expect("defined").is_finite());
        assert!(transitions(&[row(&[1.0, 0.0], &[&[9, 1, 1]])], 1).is_err());
    }
}
