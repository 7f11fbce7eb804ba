//! `shardbed predict FILE…`: everybody's forecast, before anything is trained.

use crate::cli::Report;
use crate::cli::arguments::Predict;
use crate::cli::run::jobs;
use crate::cli::studies::{each, source, studies};
use crate::experiment::Options;
use crate::experiment::foresight::foresee;
use crate::language::suggest::help;
use crate::predictor::Predictor;
use crate::predictor::registry::predictors;
use crate::report::foresight::foresight;
use crate::report::terminal::Style;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::study::Study;
use std::path::Path;
use std::sync::Arc;

/// The author's forecasts beside those of predictors, study by study. All files are read and checked first; one that is in
/// error stops the command with code 2. A store is only read, and only if there is one. `print` is given each study's page
/// as soon as it is there; what is returned is the rest.
pub fn predict(arguments: &Predict, style: Style, colour: bool, print: &mut dyn FnMut(&Report)) -> Report {
    let (predictors, jobs) = match (named(&arguments.predictor), jobs(arguments.jobs.as_deref())) {
        (Ok(predictors), Ok(jobs)) => (predictors, jobs),
        (Err(message), _) | (_, Err(message)) => return Report::failure(message),
    };
    // How many seeds a file trains is nothing that a forecast depends on.
    let (studies, report) = studies(&arguments.files, true, colour);
    if report.code != 0 {
        return report;
    }
    let store = match Store::open_existing(&arguments.output.store) {
        Ok(store) => Some(store),
        Err(StoreError::Missing { .. }) => None,
        Err(error) => return report.and(Report::failure(error)),
    };
    print(&report);
    let work = |path: &Path, study: &Study, _: &mut Report| {
        foresee(study, &source(path, study), Options::jobs(jobs), &predictors, store.as_ref())
    };
    each(&studies, arguments.output.format, print, work, |said| foresight(said, style))
}

/// The predictors with these names, in the order in which all are shown; all where there is no name.
pub fn named(names: &[String]) -> Result<Vec<Arc<dyn Predictor>>, String> {
    let all = predictors();
    let known: Vec<&str> = all.iter().map(|predictor| predictor.name()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!(
            "--predictor {unknown}: there is no such predictor; {}",
            help(unknown, "predictor", &known)
        ));
    }
    let wanted = |predictor: &Arc<dyn Predictor>| names.is_empty() || names.iter().any(|name| name == predictor.name());
    Ok(all.iter().filter(|predictor| wanted(predictor)).cloned().collect())
}
