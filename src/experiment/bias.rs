//! How fast fresh networks learn each rule of a study by itself: what `bias measured` means, and its curves.

use crate::heuristic::rule;
use crate::outcome::bias::{Biases, Curve, RuleBias};
use crate::predictor::PredictorError;
use crate::predictor::measured_bias::{Learned, PART, STEPS, learning};
use crate::predictor::task::Task;
use crate::study::Study;
use crate::training::supervised::Looks;

/// Trains networks on each rule of a study, each for all the steps that are tried, on so many threads.
///
/// # Errors
/// If one of the worlds has no level, or a network cannot be trained.
pub fn biases(study: &Study, threads: usize) -> Result<Biases, PredictorError> {
    let mut task = Task::new(study, Vec::new())?;
    task.threads = threads;
    let found = learning(&task, Looks::All)?;
    let rule = |(index, own): (usize, &Learned)| RuleBias {
        name: study.heuristics[index].name.clone(),
        given: match study.heuristics[index].bias {
            rule::Bias::Given(bias) => Some(bias),
            rule::Bias::Measured => None,
        },
        fires: own.fires,
        same_as: (own.first != index).then(|| study.heuristics[own.first].name.clone()),
        steps: own.steps(),
        steps_by_network: own.half.clone(),
        bias: own.bias(),
        relative_bias: found.relative(index),
        curves: own
            .curves
            .iter()
            .map(|points| Curve {
                steps: points.iter().map(|point| point.step).collect(),
                explained: points.iter().map(|point| point.explained).collect(),
            })
            .collect(),
    };
    Ok(Biases {
        study: study.name.clone(),
        agent: study.agent.hidden.clone(),
        networks: found.rules.iter().map(|rule| rule.curves.len()).max().unwrap_or(0),
        steps_tried: STEPS,
        part: PART,
        mean_bias: found.mean_bias(),
        heuristics: found.rules.iter().enumerate().map(rule).collect(),
    })
}
