//! From imagined courses to a forecast.
//!
//! Shares are those of the strengths that a course ends with, one per imagined seed; how far they err is what kappa widens
//! them by. Strengths err too, and for numbers there is no kappa: each imagined seed gives [`DRAWS`] draws, in which what
//! is forecast of a rule in logits is multiplied by a log-normal factor of mean 1, whose logarithm has the deviation
//! [`SIGMA`]. The factors of all draws of all seeds fall into as many equally likely parts, one into each, and are dealt at
//! random, so that their mean is near 1 however few there are, and seeds differ by them as much as draws of one seed do. A
//! rule has one factor in all trainings that go on from one another: a phase begins in every draw where the training before it
//! has ended. Fresh networks are misjudged anew. Rules whose strengths are the same throughout share factors, and these are
//! dealt in the order of the strengths, so that neither names nor the order in the file count.
//!
//! Why shares are without the factors: kappa is fitted to how far shares err, all in all, and factors would widen them a
//! second time. Besides, a rule that is there twice at half its bias has other places among the strengths, and so would
//! change the factors of the others and with them what they share.
//!
//! What is done in worlds is what pi_w does with the strengths of a draw, and so are [causal strengths and
//! magnitudes](Effects), unless the predictor measures them otherwise. A rule is selected where its strength is above the
//! threshold and, with a cue, its causal strength above 0; what a placebo would show is not foreseen.

use crate::parallel::side_by_side;
use crate::predictor::PredictorError;
use crate::predictor::budget::work;
use crate::predictor::enact::{causal, in_worlds, magnitude};
use crate::predictor::prediction::{After, Course, Draw, Prediction, Selection, Silence, Topic};
use crate::predictor::task::Task;
use crate::seed::{Seed, Stream};
use crate::selection::selected::THRESHOLD;
use rand::RngExt;
use rand::seq::SliceRandom;
use statrs::distribution::{ContinuousCDF, Normal};
use std::collections::{BTreeMap, BTreeSet};

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

/// What cues do after a training, per rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// Logits; nothing for one without a cue.
    pub causal: Vec<Option<f64>>,
    /// Logits; nothing for one that never fires.
    pub magnitude: Vec<Option<f64>>,
}

impl Effects {
    /// The same, each times the factor of its rule.
    pub fn times(&self, factors: &[f64]) -> Effects {
        let times = |numbers: &[Option<f64>]| {
            numbers.iter().zip(factors).map(|(number, factor)| number.map(|number| number * factor)).collect()
        };
        Effects { causal: times(&self.causal), magnitude: times(&self.magnitude) }
    }
}

/// What a draw takes from an imagined seed.
#[derive(Clone, Copy, Debug)]
pub struct Drawn<'a> {
    /// The index of the imagined seed.
    pub seed: usize,
    pub training: usize,
    /// Per rule, by what its course is multiplied.
    pub factors: &'a [f64],
    /// Per rule, with its factor, what the training ends with, logits.
    pub strengths: &'a [f64],
}

/// The forecast that these courses make: per imagined seed, one for every training of the study.
///
/// # Errors
/// If a world of the study has no level.
pub fn foretold(task: &Task, courses: &[Vec<Course>], kappa: f64) -> Result<Prediction, PredictorError> {
    let of_rules = |drawn: Drawn<'_>| {
        Ok(Effects { causal: causal(task, drawn.strengths)?, magnitude: magnitude(task, drawn.strengths)? })
    };
    foretold_with(task, courses, kappa, of_rules)
}

/// The same with other effects of cues than those of pi_w.
///
/// # Errors
/// As [`foretold`], and those of `effects`.
pub fn foretold_with(
    task: &Task,
    courses: &[Vec<Course>],
    kappa: f64,
    effects: impl Fn(Drawn<'_>) -> Result<Effects, PredictorError> + Sync,
) -> Result<Prediction, PredictorError> {
    // What all draws share is made before they are drawn side by side.
    task.absence()?;
    let draws = courses.len() * DRAWS as usize;
    let episodes = episodes(task, draws as u64);
    let factors = factors_of(task, courses, draws);
    let drawn = side_by_side(task.threads, draws, |index| {
        let (seed, draw) = (index as u64 / DRAWS, index as u64 % DRAWS);
        let own = &courses[seed as usize];
        let played = (episodes, task.seed.child("enacted", &[seed, draw]));
        let after = |(training, course): (usize, &Course)| {
            let factors = &factors[training][index];
            let strengths = course.strengths.last().map_or_else(Vec::new, |last| times(last, factors));
            let drawn = Drawn { seed: seed as usize, training, factors, strengths: &strengths };
            after(task, course, drawn, effects(drawn)?, played)
        };
        let trainings = own.iter().enumerate().map(after).collect::<Result<_, _>>();
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

fn times(strengths: &[f64], factors: &[f64]) -> Vec<f64> {
    strengths.iter().zip(factors).map(|(strength, factor)| strength * factor).collect()
}

/// What one draw says after a training. `played` are the episodes of what pi_w does, and their seed.
fn after(
    task: &Task,
    course: &Course,
    drawn: Drawn<'_>,
    effects: Effects,
    (played, seed): (Option<usize>, Seed),
) -> Result<After, PredictorError> {
    let selected =
        |(strength, causal): (&f64, &Option<f64>)| *strength > THRESHOLD && causal.is_none_or(|causal| causal > 0.0);
    let noisy = |row: &Vec<f64>| times(row, drawn.factors);
    Ok(After {
        selection: Some(Selection::of(course.strengths.last().map_or(&[], Vec::as_slice))),
        selected: Some(drawn.strengths.iter().zip(&effects.causal).map(selected).collect()),
        course: Some(Course { steps: course.steps.clone(), strengths: course.strengths.iter().map(noisy).collect() }),
        worlds: match played {
            Some(episodes) => in_worlds(task, drawn.training, drawn.strengths, episodes, seed)?,
            None => Vec::new(),
        },
        causal: Some(effects.causal),
        magnitude: Some(effects.magnitude),
        strength: Some(drawn.strengths.to_vec()),
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

/// For each training, then draw of all imagined seeds, a factor for each rule. Trainings that come from the same fresh networks
/// have the same.
fn factors_of(task: &Task, courses: &[Vec<Course>], draws: usize) -> Vec<Vec<Vec<f64>>> {
    let trainings = task.arenas.len();
    let root = |training: usize| task.study.lineage(training).first().copied().unwrap_or(training);
    let of = |first: usize| {
        let own = courses.iter().flat_map(|seed| seed.iter().enumerate());
        let own: Vec<&Course> =
            own.filter(|(training, _)| root(*training) == first).map(|(_, course)| course).collect();
        factors(&own, draws, &mut task.seed.stream("noise", &[first as u64]))
    };
    let roots: BTreeSet<usize> = (0..trainings).map(root).collect();
    let by_root: BTreeMap<usize, Vec<Vec<f64>>> = roots.into_iter().map(|first| (first, of(first))).collect();
    (0..trainings).map(|training| by_root[&root(training)].clone()).collect()
}

/// For each of so many draws, a factor for each rule, the same for rules whose strengths are the same throughout all courses.
fn factors(courses: &[&Course], draws: usize, stream: &mut Stream) -> Vec<Vec<f64>> {
    let ranked: Vec<Vec<usize>> = courses.iter().flat_map(|course| &course.strengths).map(|row| ranks(row)).collect();
    let rules = ranked.first().map_or(0, Vec::len);
    // From the end: what training ends with is told apart most surely.
    let of = |rule: usize| ranked.iter().rev().map(|ranks| ranks[rule]).collect::<Vec<usize>>();
    let distinct: BTreeSet<Vec<usize>> = (0..rules).map(of).collect();
    let by_ranks: BTreeMap<Vec<usize>, Vec<f64>> =
        distinct.into_iter().map(|ranks| (ranks, dealt(draws, stream))).collect();
    let by_rule: Vec<&Vec<f64>> = (0..rules).map(|rule| &by_ranks[&of(rule)]).collect();
    (0..draws).map(|draw| by_rule.iter().map(|factors| factors[draw]).collect()).collect()
}

/// The place of each strength among those that are different.
fn ranks(strengths: &[f64]) -> Vec<usize> {
    let mut distinct = strengths.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup_by(|next, kept| *next - *kept <= SAME * kept.abs().max(1.0));
    strengths.iter().map(|strength| distinct.partition_point(|other| other <= strength)).collect()
}

/// The factors of a rule in so many draws: exp(SIGMA x - SIGMA^2 / 2), x standard normal and in each of as many equally likely
/// parts once, in any order.
fn dealt(draws: usize, stream: &mut Stream) -> Vec<f64> {
    let mut parts: Vec<usize> = (0..draws).collect();
    parts.shuffle(stream);
    let factor = |part: usize| {
        let below = (part as f64 + stream.random::<f64>()) / draws as f64;
        (SIGMA * Normal::standard().inverse_cdf(below) - SIGMA * SIGMA / 2.0).exp()
    };
    parts.into_iter().map(factor).collect()
}

#[cfg(test)]
mod tests {
    use super::{SIGMA, dealt, factors};
    use crate::predictor::prediction::Course;
    use crate::seed::Seed;

    /// The factors of rules with these strengths after two trainings.
    fn of(first: &[f64], second: &[f64]) -> Vec<f64> {
        let course = |last: &[f64]| Course { steps: vec![0, 9], strengths: vec![vec![0.0; last.len()], last.to_vec()] };
        factors(&[&course(first), &course(second)], 16, &mut Seed(1).stream("noise", &[])).swap_remove(5)
    }

    #[test]
    fn factors_follow_strengths_not_places() {
        let (there, back) = (of(&[2.0, -1.0, 0.0, 2.0], &[1.0; 4]), of(&[0.0, 2.0, 2.0, -1.0], &[1.0; 4]));
        assert_eq!(there[0], there[3]);
        assert_eq!([there[2], there[0], there[3], there[1]], back[..]);
        assert_ne!(there[0], there[1]);
        let near = of(&[0.1 + 0.2, 0.3, 0.4], &[1.0; 3]);
        assert!(near[0] == near[1] && near[1] != near[2], "rounding parts nothing: {near:?}");
    }

    #[test]
    fn rules_that_change_places_between_seeds_keep_factors_of_mean_one() {
        let course = |last: [f64; 2]| Course { steps: vec![9], strengths: vec![last.to_vec()] };
        let courses = [course([2.0, 1.0]), course([1.0, 2.0]), course([2.0, 1.0]), course([1.5, 1.0])];
        let dealt = factors(&courses.each_ref(), 16, &mut Seed(3).stream("noise", &[]));
        for rule in 0..2 {
            let mean = dealt.iter().map(|factors| factors[rule]).sum::<f64>() / 16.0;
            assert!((mean - 1.0).abs() < 0.04, "one factor of each part: {mean}");
        }
    }

    #[test]
    fn only_rules_that_are_the_same_throughout_share_a_factor() {
        let parted = of(&[2.0, 2.0, 2.0], &[1.0, 1.0, 3.0]);
        assert!(parted[0] == parted[1] && parted[1] != parted[2], "{parted:?}");
    }

    #[test]
    fn noise_is_log_normal_of_mean_one() {
        let stream = &mut Seed(2).stream("noise", &[]);
        let sample: Vec<f64> = (0..2_000).flat_map(|_| dealt(16, stream)).collect();
        let n = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / n;
        let logs: Vec<f64> = sample.iter().map(|factor| factor.ln()).collect();
        let middle = logs.iter().sum::<f64>() / n;
        let deviation = (logs.iter().map(|x| (x - middle).powi(2)).sum::<f64>() / n).sqrt();
        // Four standard errors, were all of them independent.
        let error = 4.0 * SIGMA / n.sqrt();
        assert!((mean - 1.0).abs() < error && (deviation - SIGMA).abs() < error, "{mean} {deviation}");
        // And so few as there are of a rule have nearly that mean.
        let means = sample.chunks(16).map(|factors| (factors.iter().sum::<f64>() / 16.0 - 1.0).powi(2));
        assert!((means.sum::<f64>() / (n / 16.0)).sqrt() < 0.02);
    }
}
