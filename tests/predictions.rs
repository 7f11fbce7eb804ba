//! What every predictor says of every study that is shipped, as snapshots.

#[path = "outcomes/near.rs"]
mod near;

use crate::near::Near;
use insta::{Settings, assert_compact_json_snapshot, glob};
use shardbed::experiment::foresight::foresee;
use shardbed::experiment::{Options, Source};
use shardbed::language::canonical::canonical_hash;
use shardbed::language::read;
use shardbed::outcome::predictor::StudyForecast;
use shardbed::predictor::registry::predictors;
use std::fs;

/// Without hashes, which every edit of a file moves, and with the end of each course for all of it.
fn result(mut forecast: StudyForecast) -> StudyForecast {
    forecast.version = "[version]".to_string();
    forecast.prediction = "[hash]".to_string();
    let trainings = forecast.predictors.iter_mut().flat_map(|predictor| &mut predictor.trainings);
    for course in trainings.filter_map(|training| training.course.as_mut()) {
        let last = course.steps.len().saturating_sub(1);
        (course.steps, course.strengths) = (course.steps.split_off(last), course.strengths.split_off(last));
    }
    forecast
}

#[test]
#[ignore = "takes some minutes: `.ci/run` does it"]
fn shipped_predictions() {
    let mut settings = Settings::clone_current();
    settings.set_comparator(Box::new(Near));
    let predictors = predictors();
    settings.bind(|| {
        glob!("../predictions", "*.shard", |path| {
            let text = fs::read_to_string(path).expect("a prediction file");
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for study in read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).studies {
                let source = Source { file: file.clone(), prediction: canonical_hash(&study), sealing: None };
                let said = foresee(&study, &source, Options::jobs(2), &predictors, None).expect("possible worlds");
                for predictor in &said.predictors {
                    assert_eq!(predictor.failure, None, "{} of {}", predictor.name, study.name);
                }
                assert_compact_json_snapshot!(study.name.clone(), result(said));
            }
        });
    });
}
