//! From imagined courses to a forecast.
//!
//! Shares are those of the strengths that a course ends with, one per imagined seed; how far they err is what kappa widens
//! them by. Strengths err too, and for numbers there is no kappa: each imagined seed gives [`DRAWS`] draws, the first as
//! it is, the others with strengths and course times a log-normal factor of deviation [`SIGMA`], one for each rule and
//! training. Rules of the same strength share a factor, and factors are dealt in the order of the strengths, so that
//! neither names nor the order in the file count. What is done in worlds, and what cues do, is that of the policy with the
//! strengths of each draw.

use crate::parallel::{processors, side_by_side};
use crate::predictor::PredictorError;
use crate::predictor::budget::work;
use crate::predictor::enact::{causal, in_worlds, magnitude};
use crate::predictor::prediction::{After, Course, Draw, Prediction, Selection, Silence, Topic};
use crate::predictor::task::Task;
use crate::seed::{Seed, Stream};
use crate::selection::selected::THRESHOLD;
use rand::RngExt;

/// Draws of each imagined seed.
pub const DRAWS: u64 = 4;
/// Episodes of pi_w that each draw plays in every world, fewer where they are long.
const EPISODES: u64 = 100;
/// With fewer, nothing is said of worlds.
const LEAST_EPISODES: u64 = 10;
/// Ordinary steps that all draws together play at most.
const PLAYED: u64 = 6_000_000;
/// The deviation of the logarithm of a strength.
pub const SIGMA: f64 = 0.3;

/// The forecast that these courses make: per imagined seed, one for every training of the study.
///
/// # Errors
/// If a world of the study has no level.
pub fn foretold(task: &Task, courses: Vec<Vec<Course>>, kappa: f64) -> Result<Prediction, PredictorError> {
    // What all draws share is made before they are drawn side by side.
    task.absence()?;
    let episodes = episodes(task, courses.len() as u64 * DRAWS);
    let drawn = side_by_side(processors(), courses.len() * DRAWS as usize, |index| {
        let (seed, draw) = (index as u64 / DRAWS, index as u64 % DRAWS);
        let after = |(training, course): (usize, &Course)| {
            let mut stream = task.seed.stream("noise", &[seed, draw, training as u64]);
            let enacted = task.seed.child("enacted", &[seed, draw]);
            after(task, training, course, (draw > 0).then_some(&mut stream), (episodes, enacted))
        };
        let trainings = courses[seed as usize].iter().enumerate().map(after).collect::<Result<_, _>>();
        trainings.map(|trainings| Draw { trainings })
    })?;
    let draws = drawn.into_iter().collect::<Result<_, PredictorError>>()?;
    Ok(Prediction { draws, seeds: Some(courses.len()), kappa: Some(kappa), silences: silences(episodes) })
}

/// How many episodes each of so many draws plays in every world; nothing where they are too long.
fn episodes(task: &Task, draws: u64) -> Option<usize> {
    let worlds = task.arenas.iter().flatten().map(|arena| arena.engine.world());
    let steps: u64 = worlds.map(|world| u64::from(world.horizon) * work(world)).sum();
    let each = PLAYED / (draws * steps).max(1);
    (each >= LEAST_EPISODES).then_some(each.min(EPISODES) as usize)
}

/// What one draw says after a training. `played` are the episodes of what pi_w does, and its seed.
fn after(
    task: &Task,
    training: usize,
    course: &Course,
    noise: Option<&mut Stream>,
    (played, seed): (Option<usize>, Seed),
) -> Result<After, PredictorError> {
    let last = course.strengths.last().cloned().unwrap_or_default();
    let factors = noise.map_or_else(|| vec![1.0; last.len()], |stream| factors(&last, stream));
    let times = |row: &Vec<f64>| row.iter().zip(&factors).map(|(strength, factor)| strength * factor).collect();
    let strengths: Vec<f64> = times(&last);
    Ok(After {
        selection: Some(Selection::of(&last)),
        selected: Some(strengths.iter().map(|strength| *strength > THRESHOLD).collect()),
        course: Some(Course { steps: course.steps.clone(), strengths: course.strengths.iter().map(times).collect() }),
        worlds: match played {
            Some(episodes) => in_worlds(task, training, &strengths, episodes, seed)?,
            None => Vec::new(),
        },
        causal: Some(causal(task, &strengths)?),
        magnitude: Some(magnitude(task, &strengths)?),
        strength: Some(strengths),
        ..After::default()
    })
}

fn silences(played: Option<usize>) -> Vec<Silence> {
    let silence = |(topic, reason): (Topic, &str)| Silence { topic, reason: reason.to_string() };
    let long = "episodes are so long that playing enough of them would take minutes";
    let worlds = [(Topic::Behaviour, long), (Topic::Transitions, long), (Topic::Cycles, long)];
    let unplayed = worlds.into_iter().filter(|_| played.is_none());
    [
        (Topic::Reinforced, "it forecasts where strengths end, and not what a step beyond would do"),
        (Topic::Explained, "its policy consists of the listed rules, so that they explain all of it"),
    ]
    .into_iter()
    .chain(unplayed)
    .map(silence)
    .collect()
}

/// Strengths as near as this are the same but for rounding, absolutely up to 1, beyond in proportion.
const SAME: f64 = 1e-9;

/// A log-normal factor for each strength, the same for the same strength.
fn factors(strengths: &[f64], stream: &mut Stream) -> Vec<f64> {
    let mut distinct = strengths.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup_by(|next, kept| *next - *kept <= SAME * kept.abs().max(1.0));
    let factors: Vec<f64> = distinct.iter().map(|_| (SIGMA * normal(stream)).exp()).collect();
    let of = |strength: &f64| factors[distinct.partition_point(|other| other <= strength).saturating_sub(1)];
    strengths.iter().map(of).collect()
}

/// A standard normal number, by the method of Box and Muller.
fn normal(stream: &mut Stream) -> f64 {
    let (u, v): (f64, f64) = (stream.random(), stream.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

#[cfg(test)]
mod tests {
    use super::{SIGMA, factors, normal};
    use crate::seed::Seed;

    #[test]
    fn factors_follow_strengths_not_places() {
        let of = |strengths: &[f64]| factors(strengths, &mut Seed(1).stream("noise", &[]));
        let (there, back) = (of(&[2.0, -1.0, 0.0, 2.0]), of(&[0.0, 2.0, 2.0, -1.0]));
        assert_eq!(there[0], there[3]);
        assert_eq!([there[2], there[0], there[3], there[1]], back[..]);
        assert_ne!(there[0], there[1]);
        let near = of(&[0.1 + 0.2, 0.3, 0.4]);
        assert!(near[0] == near[1] && near[1] != near[2], "rounding parts nothing: {near:?}");
    }

    #[test]
    fn noise_is_normal() {
        let stream = &mut Seed(2).stream("noise", &[]);
        let sample: Vec<f64> = (0..10_000).map(|_| SIGMA * normal(stream)).collect();
        let mean = sample.iter().sum::<f64>() / 1e4;
        let deviation = (sample.iter().map(|x| x * x).sum::<f64>() / 1e4).sqrt();
        assert!(mean.abs() < 0.01 && (deviation - SIGMA).abs() < 0.01, "{mean} {deviation}");
    }
}
