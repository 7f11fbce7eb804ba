//! A forecaster's track record: the study is the unit of everything.
//!
//! Forecasts of one study are scored on the same seeds, so neither forecasts nor seeds are a sample. A study's score is the
//! sum that the [`verdict`](crate::scoring::verdict) adds up: over forecasts, the mean over seeds of S / scale, every scale
//! fixed before the outcome; its reference score is the same sum of the reference forecasts. Skill is 1 - sum S / sum S_ref
//! over studies, with the interval of [`pooled`](crate::scoring::pooled).
//!
//! Calibration: of events, by the probability that was stated, how often they happened; of 90% ranges, how often they held.
//! Each is the mean over seeds, then over a study's forecasts, then over studies. A calibrated forecaster's events happen as
//! often as stated in the long run, 9 in 10 of the ranges hold (Dawid, A. P. (1982), The well-calibrated Bayesian, Journal
//! of the American Statistical Association 77, 605-610).

use crate::scoring::pooled::{Pooled, pooled};

/// Upper ends of the bins of stated probabilities; the last holds 1 too.
const BINS: [f64; 5] = [0.2, 0.4, 0.6, 0.8, 1.0];

/// What a forecaster did in one study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudyRecord {
    /// The sum of scores over their scales, and that of the reference; nothing where no forecast has both.
    pub scores: Option<[f64; 2]>,
    /// The mean over forecasts of the mean difference S_ref - S of log scores, in nats, where it is finite.
    pub log: Option<f64>,
    /// Forecasts of which a log score is infinite: what they called impossible happened.
    pub infinite: usize,
    pub events: Vec<EventRecord>,
    /// Of each 90% range, the part of the seeds in which it held.
    pub ranges: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventRecord {
    /// The probability stated, in [0, 1].
    pub stated: f64,
    /// The part of the seeds in which it happened.
    pub happened: f64,
}

/// Of several studies.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Studies of which the skill is.
    pub scored: usize,
    pub skill: Option<Pooled>,
    /// The mean over studies of their finite log differences, and of how many studies it is.
    pub log: Option<(f64, usize)>,
    /// Studies with a forecast that called impossible what happened.
    pub infinite: usize,
    /// The bins of stated probabilities that are not empty.
    pub events: Vec<Bin>,
    /// Of 90% ranges, the part that held.
    pub ranges: Option<Share>,
}

/// Events whose stated probability lies between two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    pub stated: f64,
    pub happened: Share,
}

/// A part, over forecasts of several studies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// In [0, 1].
    pub part: f64,
    pub forecasts: usize,
    pub studies: usize,
}

fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// Copies of a study, which share their networks, as one study: scores are their means, so that no copy can be chosen.
pub fn as_one(copies: &[StudyRecord]) -> StudyRecord {
    let scores: Vec<[f64; 2]> = copies.iter().filter_map(|copy| copy.scores).collect();
    let part = |index: usize| mean(&scores.iter().map(|scores| scores[index]).collect::<Vec<_>>());
    StudyRecord {
        scores: part(0).zip(part(1)).map(|(score, reference)| [score, reference]),
        log: mean(&copies.iter().filter_map(|copy| copy.log).collect::<Vec<_>>()),
        infinite: copies.iter().map(|copy| copy.infinite).sum(),
        events: copies.iter().flat_map(|copy| copy.events.iter().copied()).collect(),
        ranges: copies.iter().flat_map(|copy| copy.ranges.iter().copied()).collect(),
    }
}

/// What studies say together.
pub fn record(studies: &[StudyRecord]) -> Record {
    let scores: Vec<[f64; 2]> = studies.iter().filter_map(|study| study.scores).collect();
    let part = |index: usize| scores.iter().map(|scores| scores[index]).collect::<Vec<f64>>();
    let logs: Vec<f64> = studies.iter().filter_map(|study| study.log).collect();
    let ranges: Vec<Vec<f64>> = studies.iter().map(|study| study.ranges.clone()).collect();
    Record {
        scored: scores.len(),
        skill: pooled(&part(0), &part(1)),
        log: mean(&logs).map(|mean| (mean, logs.len())),
        infinite: studies.iter().filter(|study| study.infinite > 0).count(),
        events: (0..BINS.len()).filter_map(|bin| events(studies, bin)).collect(),
        ranges: share(&ranges),
    }
}

/// The mean over studies of their means; nothing where all are empty.
fn share(by_study: &[Vec<f64>]) -> Option<Share> {
    let means: Vec<f64> = by_study.iter().filter_map(|numbers| mean(numbers)).collect();
    let forecasts = by_study.iter().map(Vec::len).sum();
    mean(&means).map(|part| Share { part, forecasts, studies: means.len() })
}

fn events(studies: &[StudyRecord], bin: usize) -> Option<Bin> {
    let from = bin.checked_sub(1).map_or(0.0, |before| BINS[before]);
    let to = BINS[bin];
    let last = bin + 1 == BINS.len();
    let inside = |event: &&EventRecord| event.stated >= from && (event.stated < to || last);
    let of = |number: fn(&EventRecord) -> f64| -> Vec<Vec<f64>> {
        studies.iter().map(|study| study.events.iter().filter(inside).map(number).collect()).collect()
    };
    let (stated, happened) = (share(&of(|event| event.stated))?, share(&of(|event| event.happened))?);
    Some(Bin { from, to, stated: stated.part, happened })
}

#[cfg(test)]
mod tests {
    use super::{EventRecord, Record, StudyRecord, as_one, record};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn of(score: f64, reference: f64) -> StudyRecord {
        StudyRecord { scores: Some([score, reference]), ..StudyRecord::default() }
    }

    fn event(stated: f64, happened: f64) -> EventRecord {
        EventRecord { stated, happened }
    }

    #[test]
    fn nothing_of_nothing() {
        let nothing = Record { scored: 0, skill: None, log: None, infinite: 0, events: Vec::new(), ranges: None };
        assert_eq!(record(&[]), nothing);
        assert_eq!(record(&[StudyRecord::default()]), nothing);
    }

    #[test]
    fn skill_is_that_of_the_sums_over_studies() {
        let found = record(&[of(0.5, 1.0), of(1.0, 4.0), StudyRecord::default(), of(0.0, 1.0)]);
        let skill = found.skill.expect("defined");
        assert!((skill.skill - 0.75).abs() < 1e-12 && found.scored == 3, "{found:?}");
        // Leaving one out: 1 - 1/5, 1 - .5/2, 1 - 1.5/5; their mean is .75, and t(.975, 2) = 4.302653.
        let error = (2.0 / 3.0 * (0.05_f64.powi(2) + 0.0 + 0.05_f64.powi(2))).sqrt();
        let [low, high] = skill.interval.expect("three studies");
        assert!((high - (0.75 + 4.302_652_73 * error)).abs() < 1e-6 && (low + high - 1.5).abs() < 1e-9);
        assert_eq!(record(&[of(0.5, 1.0)]).skill.expect("defined").interval, None);
    }

    #[test]
    fn calibration_is_by_study() {
        // Many forecasts of one study weigh no more than one of another.
        let many = StudyRecord { events: vec![event(0.9, 1.0); 9], ranges: vec![1.0; 9], ..StudyRecord::default() };
        let one = StudyRecord {
            events: vec![event(0.8, 0.0), event(0.2, 0.5), event(1.0, 0.0)],
            ranges: vec![0.5],
            ..StudyRecord::default()
        };
        let found = record(&[many, one]);
        let [low, high] = found.events[..] else { panic!("{found:?}") };
        assert_eq!((low.from, low.to, low.stated, low.happened.part), (0.2, 0.4, 0.2, 0.5));
        assert!((high.stated - 0.9).abs() < 1e-12);
        assert_eq!((high.happened.part, high.happened.forecasts, high.happened.studies), (0.5, 11, 2));
        let ranges = found.ranges.expect("some");
        assert_eq!((ranges.part, ranges.forecasts, ranges.studies), (0.75, 10, 2));
    }

    #[test]
    fn infinite_log_scores_are_counted_beside_the_finite() {
        let study = |log, infinite| StudyRecord { log, infinite, ..StudyRecord::default() };
        let found = record(&[study(Some(0.5), 0), study(Some(0.1), 2), study(None, 1)]);
        assert_eq!((found.log, found.infinite), (Some((0.3, 2)), 2));
    }

    proptest! {
        /// Copies add nothing, however many there are.
        #[test]
        fn copies_are_one_study(copies in 1..20_usize, score in 0.0..3.0_f64, stated in 0.0..=1.0_f64) {
            let study = StudyRecord { events: vec![event(stated, 1.0)], ranges: vec![0.5], log: Some(score), ..of(score, 1.5) };
            let (one, many) = (record(&[study.clone(), of(1.0, 2.0)]), record(&[as_one(&vec![study; copies]), of(1.0, 2.0)]));
            let [one, other] = [&one, &many].map(|found| found.skill.expect("defined"));
            prop_assert!((one.skill - other.skill).abs() < 1e-9);
            prop_assert_eq!(many.scored, 2);
            prop_assert_eq!(many.events[0].happened.studies, 1);
        }
    }
}
