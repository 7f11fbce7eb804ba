//! Skill over several studies: each half, each view, and all.

use crate::outcome::benchmark::{Ceiling, Group, Half, Skill, Skills, Study, Training, View};
use crate::scoring::pooled::{Pooled, pooled};

/// The groups that hold a scored study, those never tuned on first, all of both halves last.
pub fn groups(studies: &[Study], forecasters: usize) -> Vec<Group> {
    let mut all = Vec::new();
    for half in [Some(Half::HeldOut), Some(Half::Tuning), None] {
        for view in [Some(View::Relative), Some(View::Pixel), None] {
            let members: Vec<&Study> = studies
                .iter()
                .filter(|study| {
                    half.is_none_or(|half| half == study.half) && view.is_none_or(|view| view == study.view)
                })
                .filter(|study| study.trainings.iter().any(is_scored))
                .collect();
            // All of both halves says nothing new where there is one half.
            let whole = half.is_some() || members.iter().any(|study| study.half != members[0].half);
            if !members.is_empty() && whole {
                all.push(group(half, view, &members, forecasters));
            }
        }
    }
    all
}

fn is_scored(training: &Training) -> bool {
    training.left_out.is_none()
}

fn group(half: Option<Half>, view: Option<View>, studies: &[&Study], forecasters: usize) -> Group {
    let skills = |forecaster: usize| {
        let said = |training: &Training| Some(training.forecasts.get(forecaster)?.squared_error.is_some());
        let forecast = studies.iter().flat_map(|study| &study.trainings).filter(|t| said(t) == Some(true)).count();
        let over = |scores: fn(&Training, usize) -> Option<(f64, f64)>| {
            skill(studies, |training| scores(training, forecaster)).map(Skill::from)
        };
        Skills {
            forecast,
            mean: over(|t, forecaster| t.forecasts.get(forecaster)?.squared_error.zip(t.uniform_squared_error)),
            energy: over(|t, forecaster| t.forecasts.get(forecaster)?.energy.zip(t.uniform_energy)),
        }
    };
    let ceiling = |scores: fn(&Training) -> Option<(f64, f64)>| skill(studies, scores).map(|pooled| pooled.skill);
    Group {
        half,
        view,
        studies: studies.len(),
        trainings: studies.iter().flat_map(|study| &study.trainings).filter(|training| is_scored(training)).count(),
        skills: (0..forecasters).map(skills).collect(),
        ceiling: Ceiling {
            mean: ceiling(|t| t.noise_squared_error.zip(t.uniform_squared_error)),
            energy: ceiling(|t| t.noise_energy.zip(t.uniform_energy)),
        },
    }
}

/// Skill over studies, each the sum over its trainings for which there are a score and a reference.
pub fn skill(studies: &[&Study], scores: impl Fn(&Training) -> Option<(f64, f64)>) -> Option<Pooled> {
    let (mut own, mut reference) = (Vec::new(), Vec::new());
    for study in studies {
        let scored: Vec<(f64, f64)> =
            study.trainings.iter().filter(|training| is_scored(training)).filter_map(&scores).collect();
        if !scored.is_empty() {
            own.push(scored.iter().map(|(score, _)| score).sum());
            reference.push(scored.iter().map(|(_, uniform)| uniform).sum());
        }
    }
    pooled(&own, &reference)
}

impl From<Pooled> for Skill {
    fn from(pooled: Pooled) -> Skill {
        Skill { value: pooled.skill, interval: pooled.interval }
    }
}
