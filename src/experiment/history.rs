//! From the outcomes of a store to the track records of those who forecast.
//!
//! Outcomes count that were sealed before the run, with the steps that were sealed, and in which something was scored. Of
//! several outcomes of one prediction the latest counts. Of one author, those that train the same networks, but for the number
//! of seeds, are one study: they are copies, or the same networks under several forecasts.

use crate::experiment::ids::hash;
use crate::language;
use crate::outcome::history::{EventCalibration, ForecasterRecord, History, LeftOut, RangeCalibration};
use crate::outcome::measured::Measured;
use crate::outcome::seal::SealStatus;
use crate::outcome::{ForecastOutcome, Outcome, ScoreOutcome};
use crate::scoring::record::{EventRecord, StudyRecord, as_one, record};
use crate::scoring::registry::LOG;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::study::phase::Training;
use crate::study::ppo::Ppo;
use std::collections::{BTreeMap, BTreeSet};

/// Who forecasts; authors come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Forecaster {
    /// Nothing where the outcome names none.
    Author(Option<String>),
    Predictor(String, u32),
}

/// What one outcome says of a forecaster.
struct Counted {
    study: String,
    sealed_before: bool,
    record: StudyRecord,
}

/// Of a store's outcomes. With `all`, those count as well that were not sealed before the run.
///
/// # Errors
/// If the store cannot be read.
pub fn history(store: &Store, all: bool) -> Result<History, StoreError> {
    let mut found = History { all, ..History::default() };
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut studies: BTreeMap<(Forecaster, String), Vec<Counted>> = BTreeMap::new();
    // The latest come first.
    for row in store.runs()? {
        found.outcomes += 1;
        let outcome = match store.outcome(&row.id) {
            Ok(outcome) => outcome,
            Err(StoreError::DamagedRun { .. } | StoreError::Schema { .. } | StoreError::NoSuchRun { .. }) => {
                *left_out.entry("damaged, or of another layout".to_string()).or_default() += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        if let Some(reason) = unfit(&outcome, all) {
            *left_out.entry(reason.to_string()).or_default() += 1;
        } else if !seen.insert((author(&outcome), outcome.ids.prediction.clone())) {
            *left_out.entry("of a prediction that was run again later".to_string()).or_default() += 1;
        } else {
            found.counted += 1;
            let networks = networks(store, &outcome)?;
            for (forecaster, record) in records(&outcome) {
                let (study, sealed_before) = (outcome.study.name.clone(), sealed_before(&outcome));
                studies.entry((forecaster, networks.clone())).or_default().push(Counted {
                    study,
                    sealed_before,
                    record,
                });
            }
        }
    }
    found.left_out = left_out.into_iter().map(|(reason, outcomes)| LeftOut { reason, outcomes }).collect();
    let mut forecasters: BTreeMap<Forecaster, Vec<Vec<Counted>>> = BTreeMap::new();
    for ((forecaster, _), copies) in studies {
        forecasters.entry(forecaster).or_default().push(copies);
    }
    found.forecasters = forecasters.into_iter().map(|(forecaster, units)| together(forecaster, &units)).collect();
    Ok(found)
}

/// What the networks of an outcome are known by: worlds, agents and settings of all trainings but the number of seeds. Where the
/// store keeps no study, the number of seeds is part of it.
fn networks(store: &Store, outcome: &Outcome) -> Result<String, StoreError> {
    let text = match store.study(&outcome.ids.run) {
        Ok(text) => text,
        Err(StoreError::DamagedRun { .. }) => None,
        Err(error) => return Err(error),
    };
    let study = text.and_then(|text| language::read(&text).ok()?.studies.into_iter().next());
    let trained = study.and_then(|study| {
        let one = |training: Training| {
            let settings = Ppo { seeds: 0, ..training.train.clone() };
            hash(&(settings, training.agent, training.world, training.after)).ok()
        };
        study.trainings().into_iter().map(one).collect::<Option<Vec<String>>>()
    });
    Ok(trained.map_or_else(|| outcome.ids.training.clone(), |trained| trained.join(" ")))
}

fn sealed_before(outcome: &Outcome) -> bool {
    outcome.seal.as_ref().is_some_and(|seal| seal.status == SealStatus::Before)
}

/// Why an outcome does not count, if it does not.
fn unfit(outcome: &Outcome, all: bool) -> Option<&'static str> {
    let status = outcome.seal.as_ref().map_or(SealStatus::Unsealed, |seal| seal.status);
    let unsealed = match status {
        SealStatus::Before => None,
        SealStatus::After => Some("sealed after training"),
        SealStatus::Unsealed => Some("unsealed"),
        SealStatus::Changed => Some("changed since they were sealed"),
        SealStatus::Broken => Some("of a broken ledger"),
        SealStatus::Unknown => Some("sealed in a way that this version does not know"),
    };
    let instead = outcome.seal.iter().flat_map(|seal| &seal.instead);
    let steps = instead.into_iter().any(|instead| instead.setting != "seeds");
    let something = records(outcome).next().is_some();
    unsealed
        .filter(|_| !all)
        .or_else(|| steps.then_some("trained for other steps than the prediction says"))
        .or_else(|| (!something).then_some("without a forecast that could be scored"))
}

/// Who sealed it, by their own word.
fn author(outcome: &Outcome) -> Option<String> {
    outcome.seal.as_ref().and_then(|seal| seal.author.clone())
}

/// Everybody of whom an outcome says something.
fn records(outcome: &Outcome) -> impl Iterator<Item = (Forecaster, StudyRecord)> {
    let author = author(outcome);
    let own = |forecast: &ForecastOutcome| Stated {
        probability: forecast.probability,
        range: forecast.low.zip(forecast.high),
        scores: forecast.scores.clone(),
    };
    let authors = std::iter::once((Forecaster::Author(author), of(outcome, |forecast| Some(own(forecast)))));
    let predictors = outcome.predictors.iter().map(|predictor| {
        let said = |forecast: &ForecastOutcome| {
            let said = forecast.predictors.iter().find(|said| said.name == predictor.name)?;
            let range = said.low.zip(said.high);
            Some(Stated { probability: said.probability, range, scores: said.scores.clone() })
        };
        (Forecaster::Predictor(predictor.name.clone(), predictor.version), of(outcome, said))
    });
    authors.chain(predictors).filter(|(_, record)| *record != StudyRecord::default())
}

/// What somebody stated of the quantity of a forecast.
struct Stated {
    probability: Option<f64>,
    range: Option<(f64, f64)>,
    scores: Vec<ScoreOutcome>,
}

/// The record of somebody in a study.
fn of(outcome: &Outcome, stated: impl Fn(&ForecastOutcome) -> Option<Stated>) -> StudyRecord {
    let mut found = StudyRecord::default();
    let mut logs = Vec::new();
    for forecast in outcome.forecasts.iter().filter(|forecast| forecast.inadmissible.is_none()) {
        let Some(Stated { probability, range, scores }) = stated(forecast) else { continue };
        if let Some([score, reference]) = scores.first().and_then(scaled) {
            let [sum, sum_reference] = found.scores.get_or_insert([0.0, 0.0]);
            *sum += score;
            *sum_reference += reference;
        }
        for log in scores.iter().filter(|score| score.rule == LOG.name) {
            // Of a forecast that was infinitely wrong in one seed, the seeds in which it was right say nothing by themselves.
            match log.infinite {
                0 => logs.extend(means(log).map(|[score, reference]| reference - score)),
                _ => found.infinite += 1,
            }
        }
        let Some(measured) = &forecast.measured else { continue };
        found.events.extend(probability.zip(measured.mean).map(|(stated, happened)| EventRecord { stated, happened }));
        found.ranges.extend(range.and_then(|range| held(range, measured)));
    }
    found.log = Measured::over_seeds(logs.into_iter().map(Some).collect()).mean;
    found
}

/// Means of a score and of its reference over the seeds that have both.
fn means(score: &ScoreOutcome) -> Option<[f64; 2]> {
    let reference = score.reference.as_ref()?;
    let both: Vec<(f64, f64)> =
        score.score.by_seed.iter().zip(&reference.by_seed).filter_map(|(s, r)| (*s).zip(*r)).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| both.iter().map(of).sum::<f64>() / both.len() as f64;
    (!both.is_empty()).then(|| [mean(|pair| pair.0), mean(|pair| pair.1)])
}

/// The same over its scale; nothing where it has none.
fn scaled(score: &ScoreOutcome) -> Option<[f64; 2]> {
    let scale = score.scale.filter(|scale| *scale > 0.0)?;
    means(score).map(|means| means.map(|mean| mean / scale))
}

/// The part of the seeds in which a number lies in a range; nothing where it is defined in none.
fn held((low, high): (f64, f64), measured: &Measured) -> Option<f64> {
    let values: Vec<f64> = measured.by_seed.iter().flatten().copied().collect();
    let inside = values.iter().filter(|value| (low..=high).contains(*value)).count();
    (!values.is_empty()).then(|| inside as f64 / values.len() as f64)
}

/// The studies of a forecaster, copies of each in a list of their own.
fn together(forecaster: Forecaster, units: &[Vec<Counted>]) -> ForecasterRecord {
    let study = |copies: &Vec<Counted>| {
        as_one(&copies.iter().map(|counted| counted.record.clone()).collect::<Vec<StudyRecord>>())
    };
    let name = |copies: &Vec<Counted>| {
        let names: BTreeSet<&str> = copies.iter().map(|counted| counted.study.as_str()).collect();
        names.into_iter().collect::<Vec<_>>().join(" = ")
    };
    let found = record(&units.iter().map(study).collect::<Vec<_>>());
    let (kind, name_of, version) = match forecaster {
        Forecaster::Author(name) => ("author", name, None),
        Forecaster::Predictor(name, version) => ("predictor", Some(name), Some(version)),
    };
    let mut studies: Vec<String> = units.iter().map(name).collect();
    studies.sort();
    ForecasterRecord {
        kind: kind.to_string(),
        name: name_of,
        version,
        studies,
        not_sealed_before: units.iter().filter(|copies| !copies.iter().all(|counted| counted.sealed_before)).count(),
        scored: found.scored,
        skill: found.skill.map(|pooled| pooled.skill),
        interval: found.skill.and_then(|pooled| pooled.interval),
        log_difference: found.log.map(|(mean, _)| mean),
        log_studies: found.log.map_or(0, |(_, studies)| studies),
        log_infinite: found.infinite,
        events: found
            .events
            .iter()
            .map(|bin| EventCalibration {
                from: bin.from,
                to: bin.to,
                stated: bin.stated,
                happened: bin.happened.part,
                forecasts: bin.happened.forecasts,
                studies: bin.happened.studies,
            })
            .collect(),
        ranges: found.ranges.map(|share| RangeCalibration {
            held: share.part,
            forecasts: share.forecasts,
            studies: share.studies,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::history;
    use crate::outcome::history::{ForecasterRecord, History};
    use crate::outcome::seal::{Instead, SealStatus};
    use crate::outcome::{Outcome, fixture};
    use crate::store::Store;

    /// An outcome with these names, in place of the fixture's.
    fn outcome(run: &str, prediction: &str, training: &str) -> Outcome {
        let mut outcome = fixture::outcome();
        outcome.ids.run = run.repeat(64);
        outcome.ids.prediction = prediction.repeat(64);
        outcome.ids.training = training.repeat(64);
        outcome.study.name = format!("study_{prediction}");
        outcome
    }

    fn of(outcomes: &[Outcome], all: bool) -> History {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(folder.path()).expect("opens");
        outcomes.iter().for_each(|outcome| store.put_outcome(outcome).expect("stored"));
        history(&store, all).expect("readable")
    }

    fn author(history: &History) -> &ForecasterRecord {
        history.forecasters.iter().find(|forecaster| forecaster.kind == "author").expect("an author")
    }

    fn left_out(history: &History) -> Vec<(&str, usize)> {
        history.left_out.iter().map(|left_out| (left_out.reason.as_str(), left_out.outcomes)).collect()
    }

    #[test]
    fn what_the_fixture_says() {
        let history = of(&[outcome("1", "a", "c")], false);
        let fixture = fixture::outcome();
        let expected = fixture.forecasts.iter().filter_map(|forecast| {
            let score = forecast.scores.first()?;
            let reference = score.reference.as_ref()?.mean?;
            Some((score.score.mean? / score.scale?, reference / score.scale?))
        });
        let (score, reference) = expected.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let found = author(&history);
        assert_eq!((found.name.as_deref(), found.scored, found.interval), (Some("Ada"), 1, None));
        assert!((found.skill.expect("a skill") - (1.0 - score / reference)).abs() < 1e-9, "{found:?}");
        assert!(found.ranges.is_some() && !found.events.is_empty() && found.log_difference.is_some(), "{found:?}");
        assert_eq!((history.outcomes, history.counted, found.not_sealed_before), (1, 1, 0));
        let predictors = history.forecasters.iter().filter(|forecaster| forecaster.kind == "predictor");
        assert!(predictors.clone().count() > 0 && predictors.clone().all(|predictor| predictor.version.is_some()));
    }

    #[test]
    fn copies_and_later_runs_are_no_further_studies() {
        let one = of(&[outcome("1", "a", "c")], false);
        // The same prediction once more, and two others of the same networks.
        let copies = [outcome("1", "a", "c"), outcome("2", "a", "d"), outcome("3", "b", "c"), outcome("4", "e", "c")];
        let history = of(&copies, false);
        assert_eq!(left_out(&history), [("of a prediction that was run again later", 1)]);
        assert!(author(&history).scored <= 2 && author(&history).studies.len() <= 2, "{history:?}");
        assert_eq!(of(&copies[2..], false).forecasters[0].studies, ["study_b = study_e"]);
        let same = author(&one).skill.zip(author(&history).skill).expect("skills");
        assert!((same.0 - same.1).abs() < 1e-9);
        // Other networks are another study; of another author, the same networks are a study too.
        let mut other = outcome("5", "f", "9");
        assert_eq!(author(&of(&[copies[0].clone(), other.clone()], false)).scored, 2);
        other.ids.training.clone_from(&copies[0].ids.training);
        other.seal.as_mut().expect("a seal").author = Some("Eve".to_string());
        let two = of(&[copies[0].clone(), other], false);
        assert_eq!(two.forecasters.iter().filter(|forecaster| forecaster.kind == "author").count(), 2);
        assert!(two.forecasters.iter().all(|forecaster| forecaster.studies.len() == 1), "{two:?}");
    }

    #[test]
    fn what_does_not_count_is_told_with_the_reason() {
        let sealed = |run: &str, status: SealStatus| {
            let mut outcome = outcome(run, run, run);
            outcome.seal.as_mut().expect("a seal").status = status;
            outcome
        };
        let mut short = outcome("1", "1", "1");
        let phase = Some("sour".to_string());
        let steps = Instead { setting: "steps".to_string(), phase, written: 9, run: 8 };
        short.seal.as_mut().expect("a seal").instead = vec![steps];
        let mut fewer = outcome("2", "2", "2");
        let seeds = Instead { setting: "seeds".to_string(), phase: None, written: 9, run: 8 };
        fewer.seal.as_mut().expect("a seal").instead = vec![seeds];
        let mut silent = outcome("3", "3", "3");
        silent.forecasts.clear();
        let mut older = outcome("4", "4", "4");
        older.seal = None;
        let outcomes = [
            short,
            fewer,
            silent,
            older,
            sealed("5", SealStatus::After),
            sealed("6", SealStatus::Changed),
            sealed("7", SealStatus::Broken),
            sealed("8", SealStatus::Unsealed),
        ];
        let history = of(&outcomes, false);
        assert_eq!((history.outcomes, history.counted, author(&history).studies.len()), (8, 1, 1));
        let expected = [
            ("changed since they were sealed", 1),
            ("of a broken ledger", 1),
            ("sealed after training", 1),
            ("trained for other steps than the prediction says", 1),
            ("unsealed", 2),
            ("without a forecast that could be scored", 1),
        ];
        assert_eq!(left_out(&history), expected);
        let all = of(&outcomes, true);
        assert_eq!((all.counted, left_out(&all).len()), (6, 2));
        let of_all: usize =
            all.forecasters.iter().filter(|found| found.kind == "author").map(|f| f.not_sealed_before).sum();
        assert_eq!(of_all, 5);
        assert!(of(&[], false).forecasters.is_empty());
    }
}
