//! Laws of what changes nothing: order, names, the scale of rewards, mirror images.

use crate::predictor::change::{Change, changed_study};
use crate::predictor::laws::TOLERANCE;
use crate::predictor::laws::compare::{Match, alike};
use crate::predictor::laws::generate::{MOST_RULES, in_every_world, settled_study, study};
use crate::predictor::laws::subject::{Answered, Subject};
use crate::predictor::prediction::After;
use crate::predictor::task::Task;
use crate::study::Study;
use crate::study::ppo::Ppo;
use crate::world::image::Image;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::select;
use std::sync::Arc;

/// The order of rules permutes the answer.
pub fn order(subject: &Subject<'_>) -> Result<(), String> {
    let cases = (study(), vec(any::<u8>(), MOST_RULES)).prop_map(|(study, keys)| {
        let mut order: Vec<usize> = (0..study.heuristics.len()).collect();
        order.sort_by_key(|&rule| keys[rule]);
        if order.is_sorted() {
            order.reverse();
        }
        (study, order)
    });
    let show = |(study, order): &(Study, Vec<usize>)| {
        format!("with the rules in the order {order:?} instead of that of\n{}", (subject.config.show)(study))
    };
    subject.for_all(cases, show, |(study, order)| {
        let place = |rule: usize| order.iter().position(|&other| other == rule).unwrap_or(rule);
        let mut reordered =
            Study { heuristics: order.iter().map(|&rule| study.heuristics[rule].clone()).collect(), ..study.clone() };
        for solver in &mut reordered.solvers {
            solver.heuristics.iter_mut().for_each(|rule| *rule = place(*rule));
            solver.heuristics.sort_unstable();
        }
        let (first, second) = (subject.predict(study)?, subject.predict(&reordered)?);
        let rules = (0..order.len()).map(place).collect();
        let matched = Match { rules, equal_behaviours: true, tolerance: TOLERANCE };
        alike(first.answer(), second.answer(), &matched)
            .map_err(|what| format!("with its rules in another order, {what}"))
    })
}

/// Names mean nothing.
pub fn names(subject: &Subject<'_>) -> Result<(), String> {
    subject.for_all(study(), subject.config.show, |study| {
        let (first, second) = (subject.predict(study)?, subject.predict(&changed_study(study, &Renamed))?);
        let exactly = Match::in_order(study.heuristics.len(), 0.0);
        alike(first.answer(), second.answer(), &exactly).map_err(|what| format!("with other names, {what}"))
    })
}

/// Other names, in the opposite order of the alphabet.
struct Renamed;

fn opposite(name: &str) -> String {
    let turned = |letter: char| match letter {
        'a'..='z' => char::from(b'z' - (letter as u8 - b'a')),
        '0'..='9' => char::from(b'9' - (letter as u8 - b'0')),
        other => other,
    };
    name.chars().map(turned).collect()
}

impl Change for Renamed {
    fn look(&self, name: &str) -> String {
        opposite(name)
    }

    fn object(&self, name: &str) -> String {
        opposite(name)
    }

    fn name(&self, name: &str) -> String {
        opposite(name)
    }

    fn doc(&self, doc: &str) -> String {
        format!("{doc}Said otherwise.")
    }
}

/// The unit of rewards means nothing.
pub fn scale(subject: &Subject<'_>) -> Result<(), String> {
    let cases = (study(), select(vec![2.0, 10.0, 0.1, 1e-4])).prop_map(|(mut study, factor)| {
        let settings = |train: &Ppo| Ppo { entropy: 0.0, ..train.clone() };
        study.train = settings(&study.train);
        study.phases.iter_mut().for_each(|phase| phase.train = settings(&phase.train));
        (study, factor)
    });
    let show = |(study, factor): &(Study, f64)| {
        format!("with {factor} times the rewards of\n{}", (subject.config.show)(study))
    };
    subject.for_all(cases, show, |(study, factor)| {
        let scaled = in_every_world(study, |world| {
            world.step_reward *= factor;
            let rewards = world.objects.iter_mut().flat_map(|object| &mut object.rewards);
            rewards.for_each(|reward| reward.amount *= factor);
        });
        let (first, second) = (subject.predict(study)?, subject.predict(&scaled)?);
        (0..study.trainings().len()).try_for_each(|training| alike_on_average(&first, &second, training))
    })
}

/// How far shares may be apart that come of rewards in single precision.
const SINGLE: f64 = 1e-6;
/// Standard errors that two means may be apart.
const ERRORS: f64 = 4.0;

/// Whether two forecasts have the same mean shares and strengths, and select something as often, as far as their draws tell:
/// apart by at most [`ERRORS`] standard errors, as of independent draws, and rounding.
fn alike_on_average(first: &Answered, second: &Answered, training: usize) -> Result<(), String> {
    let of = |answered: &Answered, number: &dyn Fn(&After) -> Option<f64>| {
        spread(answered.prediction.draws.iter().filter_map(|draw| number(&draw.trainings[training])))
    };
    let compare = |what: &str, number: &dyn Fn(&After) -> Option<f64>| {
        let (Some(one), Some(other)) = (of(first, number), of(second, number)) else { return Ok(()) };
        let most = ERRORS * (one.1 + other.1).sqrt() + SINGLE * one.0.abs().max(1.0);
        if (one.0 - other.0).abs() <= most {
            return Ok(());
        }
        Err(format!(
            "with other rewards, after {}, {what} is {:.4} instead of {:.4}, and at most {most:.4} can be chance",
            first.task.study.training(training).name,
            other.0,
            one.0
        ))
    };
    let selects = |after: &After| after.selection.as_ref().map(|own| f64::from(u8::from(own.shares().is_some())));
    compare("how often something is selected", &selects)?;
    first.task.study.heuristics.iter().enumerate().try_for_each(|(rule, heuristic)| {
        let name = &heuristic.name;
        compare(&format!("the mean share of `{name}`"), &|after| Some(after.selection.as_ref()?.shares()?[rule]))?;
        compare(&format!("the mean strength of `{name}`"), &|after| Some(after.strength.as_ref()?[rule]))
    })
}

/// The mean of numbers and the square of its standard error; nothing of none.
fn spread(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let numbers: Vec<f64> = numbers.collect();
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    (!numbers.is_empty()).then(|| (mean, if n > 1.0 { squares / (n - 1.0) / n } else { 0.0 }))
}

/// East is no better than west.
pub fn mirror(subject: &Subject<'_>) -> Result<(), String> {
    let show = |(study, image): &(Study, Image)| format!("the image {image:?} of\n{}", (subject.config.show)(study));
    subject.for_all((settled_study(), select(Image::ALL.to_vec())), show, |(study, image)| {
        let task = Arc::new(subject.task(study)?);
        let turned = Task::image(&task, *image).ok_or("its worlds differ in size")?;
        let (first, second) = (subject.answer(task)?, subject.answer(Arc::new(turned))?);
        let matched = Match::in_order(study.heuristics.len(), TOLERANCE);
        alike(first.answer(), second.answer(), &matched).map_err(|what| format!("turned over, {what}"))
    })
}

#[cfg(test)]
mod tests {
    use crate::predictor::laws::invariance::{opposite, spread};

    #[test]
    fn other_names_are_names_and_different() {
        assert_eq!(opposite("rule0_cheese"), "ifov9_xsvvhv");
        assert_eq!(opposite(&opposite("key")), "key");
    }

    #[test]
    fn a_mean_has_an_error() {
        assert_eq!(spread([1.0, 3.0].into_iter()), Some((2.0, 1.0)));
        assert_eq!((spread([5.0].into_iter()), spread(std::iter::empty())), (Some((5.0, 0.0)), None));
    }
}
