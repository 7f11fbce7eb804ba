//! Whether a prediction as a whole did better than knowing nothing.
//!
//! Its advantage in a seed is D = sum over forecasts of (S_ref - S) / scale, over the forecasts that have a
//! reference and are defined in that seed. Every scale is fixed before the outcome, so the sum of proper scores stays
//! proper; a perfect forecast gains about 1, and far more where the reference interval misses by many of its widths: a
//! trained agent that does ten times what a random one ever did. The seeds are the sample: the sign of the mean
//! of D is judged by its 95% interval over seeds, and an exact sign-flip test stands beside it.

use crate::scoring::scored::Scored;
use crate::scoring::sign_flip::sign_flip;

/// The advantage over knowing nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Advantage {
    /// D in each seed; nothing where no forecast is defined.
    pub by_seed: Vec<Option<f64>>,
    /// Two-sided, exact; nothing above 16 seeds and below two.
    pub p_value: Option<f64>,
    /// How many forecasts have positive skill.
    pub better: usize,
    /// How many forecasts take part.
    pub scored: usize,
}

impl Advantage {
    /// Of forecasts scored on the same `seeds`, one score for each. Those without reference or scale take no part.
    pub fn of(forecasts: &[Scored], seeds: usize) -> Advantage {
        let mut by_seed: Vec<Option<f64>> = vec![None; seeds];
        let (mut better, mut scored) = (0, 0);
        for forecast in forecasts {
            let (Some(reference), Some(scale)) = (&forecast.reference, forecast.scale) else { continue };
            if forecast.scores.iter().zip(reference).all(|(score, reference)| score.and(*reference).is_none()) {
                continue;
            }
            scored += 1;
            better += usize::from(forecast.skill().is_some_and(|skill| skill > 0.0));
            for ((sum, score), reference) in by_seed.iter_mut().zip(&forecast.scores).zip(reference) {
                if let (Some(score), Some(reference)) = (score, reference) {
                    *sum = Some(sum.unwrap_or(0.0) + (reference - score) / scale);
                }
            }
        }
        let defined: Vec<f64> = by_seed.iter().flatten().copied().collect();
        let p_value = if defined.len() > 1 { sign_flip(&defined) } else { None };
        Advantage { by_seed, p_value, better, scored }
    }

    /// The verdict in one sentence, given the mean of D over seeds and its 95% interval, and how many forecasts there
    /// are, those that are not scored among them.
    pub fn sentence(&self, mean: Option<f64>, interval: Option<[f64; 2]>, all: usize) -> String {
        let seeds = self.by_seed.iter().flatten().count();
        let Some(mean) = mean.filter(|_| self.scored > 0) else {
            return not_scored("no forecast could be compared with a reference");
        };
        let (forecasts, have) = match self.scored {
            1 => ("the one scored forecast", if self.better == 1 { "it has" } else { "it lacks" }.to_string()),
            n => (&*format!("the {n} scored forecasts together"), format!("{} of {n} have", self.better)),
        };
        let forecasts = if all > self.scored { format!("{forecasts}, of {all},") } else { forecasts.to_string() };
        let gained = format!("{} {:.2} on", if mean < 0.0 { "lost" } else { "gained" }, mean.abs());
        let Some([low, high]) = interval else {
            return format!(
                "One seed only: in it {forecasts} {gained} knowing nothing ({have} positive skill), but a single seed \
                 cannot tell whether the next would agree."
            );
        };
        let (judgement, decided) = match (low, high) {
            (low, _) if low > 0.0 => ("Better than knowing nothing", true),
            (_, high) if high < 0.0 => ("Worse than knowing nothing", true),
            _ => ("Cannot be told apart from knowing nothing", false),
        };
        let p = self.p_value.map_or(String::new(), |p| format!("; sign-flip p = {}", shown(p)));
        let doubt = match self.p_value {
            Some(p) if decided && p > 0.05 && seeds < 6 => {
                format!(" {seeds} seeds are too few for the sign-flip test to confirm it; 6 are the least.")
            }
            Some(p) if decided && p > 0.05 => " The sign-flip test alone does not confirm it.".to_string(),
            _ => String::new(),
        };
        format!(
            "{judgement}: over {seeds} seeds {forecasts} {gained} it on average (95% interval {low:.2} to {high:.2}{p}); \
             {have} positive skill.{doubt}"
        )
    }
}

/// The verdict where there is none, with the reason, a clause without a full stop.
pub fn not_scored(reason: &str) -> String {
    format!("Not scored: {reason}.")
}

/// A p, to three decimals from 1% on.
fn shown(p: f64) -> String {
    if p >= 0.01 { format!("{p:.3}") } else { format!("{p:.5}") }
}

#[cfg(test)]
mod tests {
    use super::{Advantage, not_scored};
    use crate::scoring::event::event;
    use crate::scoring::number::number;
    use crate::scoring::scored::Scored;

    fn events(probability: f64, seeds: usize, held: usize) -> Scored {
        let outcomes: Vec<Option<bool>> = (0..seeds).map(|seed| Some(seed < held)).collect();
        event(probability, &outcomes).expect("valid").brier
    }

    fn judge(forecasts: &[Scored], seeds: usize, interval: Option<[f64; 2]>) -> (Advantage, String) {
        let advantage = Advantage::of(forecasts, seeds);
        let defined: Vec<f64> = advantage.by_seed.iter().flatten().copied().collect();
        let mean = (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64);
        let sentence = advantage.sentence(mean, interval, forecasts.len());
        (advantage, sentence)
    }

    #[test]
    fn adds_gains_in_units_of_their_scale() {
        let number = number(0.5, 0.7, Some((0.0, 0.4)), &[Some(0.6), None]).expect("valid");
        let (advantage, _) = judge(&[events(0.9, 2, 1), number], 2, None);
        // Brier: (.25 - .01) / .25 and (.25 - .81) / .25; interval: (.4 + 20 x .2 - .2) / .4.
        let [Some(first), Some(second)] = advantage.by_seed[..] else { panic!("both defined") };
        assert!((first - (0.96 + 10.5)).abs() < 1e-9 && (second + 2.24).abs() < 1e-9, "{first} {second}");
        assert_eq!((advantage.better, advantage.scored), (1, 2));
    }

    #[test]
    fn verdicts() {
        let says = |forecasts: &[Scored], seeds, interval, sentence: &str| {
            assert_eq!(judge(forecasts, seeds, interval).1, sentence);
        };
        let right = [events(0.9, 8, 8), events(0.8, 8, 7)];
        let better = "Better than knowing nothing: over 8 seeds the 2 scored forecasts together gained 1.50 on it on \
                      average (95% interval 1.20 to 1.80; sign-flip p = 0.016); 2 of 2 have positive skill.";
        says(&right, 8, Some([1.2, 1.8]), better);
        let worse = "Worse than knowing nothing: over 8 seeds the one scored forecast lost 2.24 on it on average \
                     (95% interval -2.30 to -2.10; sign-flip p = 0.00781); it lacks positive skill.";
        says(&[events(0.1, 8, 8)], 8, Some([-2.3, -2.1]), worse);
        let unclear = "Cannot be told apart from knowing nothing: over 8 seeds the one scored forecast lost 0.04 on it \
                       on average (95% interval -0.40 to 0.30; sign-flip p = 0.734); it lacks positive skill.";
        says(&[events(0.6, 8, 4)], 8, Some([-0.4, 0.3]), unclear);
        let few = "Better than knowing nothing: over 4 seeds the one scored forecast gained 0.96 on it on average (95% \
                   interval 0.90 to 1.00; sign-flip p = 0.125); it has positive skill. 4 seeds are too few for the \
                   sign-flip test to confirm it; 6 are the least.";
        says(&[events(0.9, 4, 4)], 4, Some([0.9, 1.0]), few);
        let single = "One seed only: in it the one scored forecast gained 0.96 on knowing nothing (it has positive \
                      skill), but a single seed cannot tell whether the next would agree.";
        says(&[events(0.9, 1, 1)], 1, None, single);
        says(&[], 8, None, "Not scored: no forecast could be compared with a reference.");
        assert_eq!(not_scored("the agent did not learn"), "Not scored: the agent did not learn.");
    }

    #[test]
    fn what_has_no_reference_takes_no_part() {
        let alone = number(0.0, 1.0, None, &[Some(0.5)]).expect("valid");
        let undefined = event(0.9, &[None]).expect("valid").brier;
        let (advantage, _) = judge(&[alone, undefined], 1, None);
        assert_eq!((advantage.scored, advantage.p_value, advantage.by_seed), (0, None, vec![None]));
    }
}
