//! From the outcomes of a store, and from ledgers, to the track records of those who forecast.
//!
//! Which outcomes count is [`counting`](crate::experiment::counting). Of one author, those that train the same networks, but for
//! the number of seeds, are one study: they are copies, or the same networks under several forecasts. A store knows nothing
//! of what was sealed and never run; [`unrun`](crate::experiment::unrun) is what ledgers say of that.

use crate::experiment::counting::{Counting, count};
use crate::experiment::unrun::unrun;
use crate::ledger::whole::Ledger;
use crate::outcome::history::{EventCalibration, ForecasterRecord, History, LedgerRead, LeftOut, RangeCalibration};
use crate::outcome::measured::Measured;
use crate::outcome::{ForecastOutcome, Outcome, ScoreOutcome};
use crate::scoring::record::{EventRecord, StudyRecord, as_one, record};
use crate::scoring::registry::LOG;
use crate::store::Store;
use crate::store::error::StoreError;
use std::collections::{BTreeMap, BTreeSet};

/// Who forecasts; authors come first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forecaster {
    /// Nothing where the outcome names none.
    Author(Option<String>),
    Predictor(String, u32),
}

/// What one outcome says of a forecaster.
pub struct Counted {
    pub study: String,
    pub sealed_before: bool,
    pub record: StudyRecord,
}

/// Of a store's outcomes, none where there is no store, and of ledgers, by their names, each or why it cannot be read. With `all`,
/// outcomes count as well that were not sealed before the run.
///
/// # Errors
/// If the store cannot be read.
pub fn history(
    store: Option<&Store>,
    all: bool,
    ledgers: impl IntoIterator<Item = (String, Result<Ledger, String>)>,
) -> Result<History, StoreError> {
    let Counting { outcomes, counted, other_seeds, left_out, predictions, studies } =
        store.map_or_else(|| Ok(Counting::default()), |store| count(store, all))?;
    let left_out = left_out.into_iter().map(|(reason, outcomes)| LeftOut { reason: reason.to_string(), outcomes });
    let mut found = History { outcomes, counted, all, other_seeds, left_out: left_out.collect(), ..History::default() };
    let mut known = BTreeSet::new();
    for (name, read) in ledgers {
        let (ledger, fault) = read.map_or_else(|fault| (Ledger::default(), Some(fault)), |ledger| (ledger, None));
        // A ledger may have been copied.
        let new = unrun(&name, &ledger, &predictions)
            .into_iter()
            .filter(|own| known.insert((own.entry, own.sealed.clone(), own.study.clone(), own.author.clone())));
        found.never_run.extend(new);
        found.ledgers.push(LedgerRead { ledger: name, entries: ledger.entries().len(), fault });
    }
    let mut forecasters: BTreeMap<Forecaster, Vec<Vec<Counted>>> = BTreeMap::new();
    for ((forecaster, _), copies) in studies {
        forecasters.entry(forecaster).or_default().push(copies);
    }
    let mut never_run: BTreeMap<Forecaster, usize> = BTreeMap::new();
    for sealed in &found.never_run {
        let author = Forecaster::Author(Some(sealed.author.clone()));
        forecasters.entry(author.clone()).or_default();
        *never_run.entry(author).or_default() += 1;
    }
    let asked = !found.ledgers.is_empty();
    found.forecasters = forecasters
        .into_iter()
        .map(|(forecaster, units)| {
            let sealed = asked && matches!(forecaster, Forecaster::Author(_));
            let never_run = sealed.then(|| never_run.get(&forecaster).copied().unwrap_or_default());
            ForecasterRecord { never_run, ..together(forecaster, &units) }
        })
        .collect();
    Ok(found)
}

/// Everybody who forecasts in an outcome, the author first, and their records: empty ones where nothing could be scored.
pub fn records(outcome: &Outcome) -> impl Iterator<Item = (Forecaster, StudyRecord)> {
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
    authors.chain(predictors)
}

/// Who sealed it, by their own word.
pub fn author(outcome: &Outcome) -> Option<String> {
    outcome.seal.as_ref().and_then(|seal| seal.author.clone())
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
        never_run: None,
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
    use crate::ledger::entry::Sealing;
    use crate::ledger::whole::Ledger;
    use crate::outcome::history::{ForecasterRecord, History};
    use crate::outcome::measured::Measured;
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
        for (index, outcome) in outcomes.iter().enumerate() {
            store.put_outcome(outcome).expect("stored");
            // Each a minute after the one before; one that is stored again keeps its time.
            let later = format!("UPDATE runs SET first = {} WHERE id = '{}'", 60 * index, outcome.ids.run);
            let known = outcomes[..index].iter().any(|other| other.ids.run == outcome.ids.run);
            if !known {
                rusqlite::Connection::open(store.path()).expect("opens").execute_batch(&later).expect("runs");
            }
        }
        history(Some(&store), all, Vec::new()).expect("readable")
    }

    /// With other seeds than the prediction says.
    fn with_seeds(mut outcome: Outcome, run: u64) -> Outcome {
        let seeds = Instead { setting: "seeds".to_string(), phase: None, written: 8, run };
        outcome.seal.as_mut().expect("a seal").instead = vec![seeds];
        outcome
    }

    /// Measured as if the author had been right, and at once.
    fn lucky(mut outcome: Outcome) -> Outcome {
        for score in outcome.forecasts.iter_mut().flat_map(|forecast| &mut forecast.scores) {
            score.score = Measured::over_seeds(vec![Some(0.0); 8]);
        }
        outcome
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
        let [(reason, 1)] = left_out(&history)[..] else { panic!("{history:?}") };
        assert!(reason.starts_with("of a prediction of which another run counts: "), "{reason}");
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
    fn nobody_chooses_after_the_result_which_run_counts() {
        let sealed = outcome("1", "a", "c");
        let skill = |outcomes: &[Outcome]| author(&of(outcomes, false)).skill.expect("a skill");
        let as_sealed = skill(std::slice::from_ref(&sealed));
        // Whatever else is run, before or after, or again.
        let more = lucky(with_seeds(outcome("2", "a", "d"), 64));
        let again = lucky(outcome("3", "a", "e"));
        assert!(skill(std::slice::from_ref(&more)) > as_sealed);
        for outcomes in [
            [sealed.clone(), more.clone(), more.clone()],
            [more.clone(), sealed.clone(), again.clone()],
            [sealed.clone(), again.clone(), again.clone()],
        ] {
            let found = of(&outcomes, false);
            assert_eq!((author(&found).skill, found.counted, found.other_seeds), (Some(as_sealed), 1, 0));
        }
        assert!(skill(&[again.clone(), sealed.clone(), again.clone()]) > as_sealed, "the first counts");
        // Never run as sealed: that of most seeds.
        let few = lucky(with_seeds(outcome("4", "a", "f"), 4));
        let many = with_seeds(outcome("5", "a", "9"), 16);
        let found = of(&[few.clone(), many.clone(), few.clone()], false);
        assert_eq!((author(&found).skill, found.counted, found.other_seeds), (Some(as_sealed), 1, 1));
        // One in which nothing could be scored is not passed over for one that went better.
        let mut silent = sealed.clone();
        silent.forecasts.clear();
        let found = of(&[again, silent, more], false);
        assert_eq!(author(&found).skill.map(|skill| skill > as_sealed), Some(true));
        let mut silent = outcome("1", "a", "c");
        silent.forecasts.clear();
        let found = of(&[silent, lucky(with_seeds(outcome("2", "a", "d"), 64))], false);
        assert!(found.forecasters.is_empty(), "{found:?}");
        assert_eq!(left_out(&found).last(), Some(&("without a forecast that could be scored", 1)));
    }

    #[test]
    fn a_predictor_that_the_first_run_lacks_counts_where_the_next_has_it() {
        let mut bare = outcome("1", "a", "c");
        bare.predictors.clear();
        let full = outcome("2", "a", "d");
        let predictors = |found: &History| -> Vec<String> {
            let all = found.forecasters.iter().filter(|found| found.kind == "predictor");
            all.map(|found| format!("{:?} {:?} {:?}", found.name, found.version, found.skill)).collect()
        };
        let alone = predictors(&of(std::slice::from_ref(&full), false));
        let found = of(&[bare.clone(), full.clone()], false);
        assert_eq!((found.counted, author(&found).studies.len()), (2, 1));
        assert!(!alone.is_empty());
        assert_eq!(predictors(&found), alone);
        let found = of(&[bare, with_seeds(full.clone(), 64)], false);
        assert_eq!((found.counted, found.other_seeds, predictors(&found)), (2, 0, alone.clone()));
        // Its next version is another predictor.
        let mut newer = outcome("3", "a", "e");
        newer.predictors.iter_mut().for_each(|predictor| predictor.version += 1);
        assert_eq!(predictors(&of(&[full, newer], false)).len(), 2 * alone.len());
    }

    #[test]
    fn ledgers_tell_what_was_sealed_and_never_run() {
        let mut ledger = Ledger::default();
        for (study, prediction, author) in [("one", "a", "Ada"), ("two", "b", "Ada"), ("three", "d", "Eve")] {
            let prediction = prediction.repeat(64);
            let sealing = Sealing { study, prediction: &prediction, time: 1, author, version: "1" };
            ledger.append(sealing).expect("a sound entry");
        }
        let read = || [("x.ledger".to_string(), Ok(ledger.clone())), ("y.ledger".to_string(), Err("cut".to_string()))];
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(folder.path()).expect("opens");
        store.put_outcome(&outcome("1", "a", "c")).expect("stored");
        let found = history(Some(&store), false, read()).expect("readable");
        let by_name: Vec<_> = found
            .forecasters
            .iter()
            .filter(|found| found.kind == "author")
            .map(|found| (found.name.as_deref(), found.studies.len(), found.never_run))
            .collect();
        assert_eq!(by_name, [(Some("Ada"), 1, Some(1)), (Some("Eve"), 0, Some(1))]);
        assert!(found.forecasters.iter().filter(|found| found.kind != "author").all(|found| found.never_run.is_none()));
        let studies: Vec<&str> = found.never_run.iter().map(|sealed| sealed.study.as_str()).collect();
        assert_eq!(studies, ["two", "three"]);
        assert_eq!((found.ledgers[0].entries, found.ledgers[1].fault.as_deref()), (3, Some("cut")));
        // A copy of a ledger tells the same once; an outcome that does not count takes no prediction off the list.
        let mut otherwise = outcome("2", "b", "e");
        let steps = Instead { setting: "steps".to_string(), phase: None, written: 500_000, run: 8_192 };
        otherwise.seal.as_mut().expect("sealed").instead.push(steps);
        store.put_outcome(&otherwise).expect("stored");
        let twice = read().into_iter().chain([("copy.ledger".to_string(), Ok(ledger.clone()))]);
        let again = history(Some(&store), false, twice).expect("readable");
        assert_eq!((again.counted, again.never_run), (found.counted, found.never_run));
        // Without a store all of it was never run, as far as is known.
        let found = history(None, false, read()).expect("nothing to read");
        assert_eq!((found.outcomes, found.never_run.len(), found.forecasters.len()), (0, 3, 2));
        // Without ledgers nothing is said of it.
        let found = history(Some(&store), false, Vec::new()).expect("readable");
        assert!(found.forecasters.iter().all(|found| found.never_run.is_none()));
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
        let fewer = with_seeds(outcome("2", "2", "2"), 4);
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
            sealed("9", SealStatus::Unreadable),
        ];
        let history = of(&outcomes, false);
        assert_eq!((history.outcomes, history.counted, author(&history).studies.len()), (9, 1, 1));
        assert_eq!(history.other_seeds, 1);
        let expected = [
            ("changed since they were sealed", 1),
            ("of a broken ledger", 1),
            ("of a ledger that could not be read", 1),
            ("sealed after training", 1),
            ("trained for other steps than the prediction says", 1),
            ("unsealed", 2),
            ("without a forecast that could be scored", 1),
        ];
        assert_eq!(left_out(&history), expected);
        let all = of(&outcomes, true);
        assert_eq!((all.counted, left_out(&all).len()), (7, 2));
        let of_all: usize =
            all.forecasters.iter().filter(|found| found.kind == "author").map(|f| f.not_sealed_before).sum();
        assert_eq!(of_all, 6);
        assert!(of(&[], false).forecasters.is_empty());
    }
}
