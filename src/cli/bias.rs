//! `shardbed bias FILE…`: how fast fresh networks learn each rule by itself, which is what `bias measured` means.

use crate::cli::arguments::{Bias, Format};
use crate::cli::run::{jobs, studies};
use crate::cli::{Report, files};
use crate::experiment::bias::biases;
use crate::report::bias::page;
use crate::report::terminal::Style;
use std::path::Path;

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
    let (mut code, mut gap) = (0, "");
    for (file, study) in &studies {
        let found = biases(study, jobs).map_err(|error| error.to_string()).and_then(|found| match arguments.format {
            Format::Human => Ok(page(&found, style)),
            Format::Json => serde_json::to_string(&found).map(|json| json + "\n").map_err(|error| error.to_string()),
        });
        let mut report = Report::default();
        match found {
            Ok(text) => {
                report.stdout = format!("{gap}{text}");
                gap = if arguments.format == Format::Human { "\n" } else { "" };
            }
            Err(message) => {
                let file = files::shown(Path::new(file));
                report.stderr = format!("error: {file}: study {}: {message}\n", study.name);
                code = 2;
            }
        }
        print(&report);
    }
    Report { code, ..Report::default() }
}
