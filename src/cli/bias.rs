//! `shardbed bias FILE…`: how fast fresh networks learn each rule by itself, which is what `bias measured` means.

use crate::cli::Report;
use crate::cli::arguments::Bias;
use crate::cli::run::jobs;
use crate::cli::studies::{each, studies};
use crate::experiment::bias::biases;
use crate::report::bias::page;
use crate::report::terminal::Style;
use crate::study::Study;

/// Trains networks on each rule of each study and shows what was found. All files are read and checked first; one that is in
/// error stops the command with code 2. `print` is given each study's page as soon as it is there; what is returned is the
/// rest.
pub fn bias(arguments: &Bias, style: Style, colour: bool, print: &mut dyn FnMut(&Report)) -> Report {
    let jobs = match jobs(arguments.jobs.as_deref()) {
        Ok(jobs) => jobs,
        Err(message) => return Report::failure(message),
    };
    // How many seeds are trained is of no account here.
    let (studies, report) = studies(&arguments.files, true, colour);
    if report.code != 0 {
        return report;
    }
    print(&report);
    let work = |_: &str, study: &Study, _: &mut Report| biases(study, jobs);
    each(&studies, arguments.format, print, work, |found| page(found, style))
}
