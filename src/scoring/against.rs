//! One forecaster against another, over the same tasks.
//!
//! A task is a forecast on which both have a score, on the same seeds. With the fixed scales of the
//! [verdict](crate::scoring::verdict), the same for both, skill is 1 - (sum of S / scale) / (sum of S_ref / scale), summed over all
//! tasks and the seeds in which both are defined: never a mean of ratios. Log scores, which may be infinite, stand apart: per
//! task the mean over seeds of S_ref - S, summed over tasks.

use crate::scoring::skill::{difference, ratio};

/// The scores of both on one task, by seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub scores: Vec<Option<f64>>,
    pub reference: Vec<Option<f64>>,
}

impl Task {
    /// The seeds in which both are defined.
    fn shared(&self) -> impl Iterator<Item = (f64, f64)> {
        self.scores.iter().zip(&self.reference).filter_map(|(score, reference)| Some(((*score)?, (*reference)?)))
    }
}

/// How one fares against the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Against {
    /// Tasks with a seed in which both are defined.
    pub tasks: usize,
    /// Nothing without tasks, and where the reference scores 0 or less over all, or a score is infinite.
    pub skill: Option<f64>,
}

/// Over tasks, each with its scale above 0.
pub fn against(tasks: &[(Task, f64)]) -> Against {
    let both =
        tasks.iter().flat_map(|(task, scale)| task.shared().map(move |(s, r)| (Some(s / scale), Some(r / scale))));
    let (scores, reference): (Vec<_>, Vec<_>) = both.unzip();
    let count = tasks.iter().filter(|(task, _)| task.shared().next().is_some()).count();
    Against { tasks: count, skill: ratio(&scores, &reference) }
}

/// How one fares against the other by log scores.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Nats {
    /// Tasks with a seed in which both are defined.
    pub tasks: usize,
    /// Above 0 is better than the reference. Nothing without tasks, and where a score is infinite.
    pub gained: Option<f64>,
    /// Infinite scores, over tasks and seeds.
    pub infinite: usize,
    /// Those of the reference.
    pub reference_infinite: usize,
}

/// Over tasks.
pub fn nats(tasks: &[Task]) -> Nats {
    let shared: Vec<&Task> = tasks.iter().filter(|task| task.shared().next().is_some()).collect();
    let infinite = |of: fn((f64, f64)) -> f64| {
        shared.iter().flat_map(|task| task.shared()).filter(|both| of(*both).is_infinite()).count()
    };
    let gained: Option<f64> = shared.iter().map(|task| difference(&task.scores, &task.reference)).sum();
    Nats {
        tasks: shared.len(),
        gained: gained.filter(|_| !shared.is_empty()),
        infinite: infinite(|(score, _)| score),
        reference_infinite: infinite(|(_, reference)| reference),
    }
}

#[cfg(test)]
mod tests {
    use super::{Against, Task, against, nats};

    fn task(scores: &[Option<f64>], reference: &[Option<f64>]) -> Task {
        Task { scores: scores.to_vec(), reference: reference.to_vec() }
    }

    #[test]
    fn sums_before_it_divides() {
        // Scores of 1 and 6 in units of 2 and 10, references of 4 and 10: 1 - (.5 + .6) / (2 + 1).
        let tasks = [
            (task(&[Some(1.0), None, Some(9.0)], &[Some(4.0), Some(9.0), None]), 2.0),
            (task(&[Some(6.0)], &[Some(10.0)]), 10.0),
            (task(&[None], &[Some(1.0)]), 1.0),
        ];
        let found = against(&tasks);
        assert_eq!(found.tasks, 2);
        assert!((found.skill.expect("defined") - (1.0 - 1.1 / 3.0)).abs() < 1e-12);
        let mean_of_ratios = (0.75 + 0.4) / 2.0;
        assert!((found.skill.expect("defined") - mean_of_ratios).abs() > 0.01);
    }

    #[test]
    fn a_reference_that_is_right_leaves_no_skill() {
        assert_eq!(against(&[(task(&[Some(0.1)], &[Some(0.0)]), 1.0)]), Against { tasks: 1, skill: None });
        // Fair scores can be below 0.
        assert_eq!(against(&[(task(&[Some(0.1)], &[Some(-0.2)]), 1.0)]).skill, None);
        assert_eq!(against(&[]), Against::default());
    }

    #[test]
    fn infinite_log_scores_are_counted() {
        let fine = task(&[Some(0.2), Some(0.4)], &[Some(0.7), Some(0.7)]);
        let found = nats(&[fine.clone(), task(&[None], &[Some(1.0)])]);
        assert!((found.gained.expect("finite") - 0.4).abs() < 1e-12);
        assert_eq!((found.tasks, found.infinite), (1, 0));
        let never = task(&[Some(f64::INFINITY), Some(0.1)], &[Some(0.7), Some(f64::INFINITY)]);
        let found = nats(&[fine, never]);
        assert_eq!((found.tasks, found.gained, found.infinite, found.reference_infinite), (2, None, 1, 1));
        assert_eq!(nats(&[]).gained, None);
    }
}
