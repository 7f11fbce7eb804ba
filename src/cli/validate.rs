//! `shardbed validate`: the instruments turned on what is known, with tables of how well they do.

use crate::cli::Report;
use crate::cli::arguments::{Format, Part, Validate};
use crate::cli::kept::Kept;
use crate::cli::progress::Progress;
use crate::cli::run::jobs;
use crate::validation::calibration::{self, calibration};
use crate::validation::controls::controls;
use crate::validation::error::ValidationError;
use crate::validation::findings::Findings;
use crate::validation::planted::{self, planted};
use crate::validation::solvers::{self, dominances};
use crate::validation::tables::tables;

/// Validates; the code is 0 if every criterion holds, 1 if one fails, 2 if something could not be done.
pub fn validate(arguments: &Validate, kept: &Kept) -> Report {
    let jobs = match jobs(arguments.jobs.as_deref()) {
        Ok(jobs) => jobs,
        Err(message) => return Report::failure(message),
    };
    let findings = match find(arguments, jobs, kept) {
        Ok(findings) => findings,
        Err(error) => return Report::failure(error),
    };
    let shown = match arguments.format {
        Format::Human => Ok(tables(&findings)),
        Format::Json => serde_json::to_string(&findings).map(|json| json + "\n"),
    };
    let stdout = match shown {
        Ok(stdout) => stdout,
        Err(error) => return Report::failure(error),
    };
    let mut stderr = String::new();
    for criterion in findings.criteria.iter().filter(|criterion| !criterion.holds) {
        stderr.push_str(&format!("error: {}: {} fails what is demanded\n", criterion.name, criterion.value));
    }
    Report { stdout, stderr, code: u8::from(!findings.hold()) }
}

fn find(arguments: &Validate, jobs: usize, kept: &Kept) -> Result<Findings, ValidationError> {
    let mut findings = Findings::default();
    let asked = |part: Part| arguments.only.is_none_or(|only| only == part);
    let progress = |what: &str| Progress::new(what, !arguments.quiet, kept);
    if asked(Part::Planted) {
        let plan = planted::Plan::full();
        for (index, seed) in planted::SEEDS.into_iter().enumerate() {
            let draws = if index == 0 { plan.draws } else { 0 };
            let plan = planted::Plan { seed, draws, ..plan.clone() };
            findings.add_planted(&planted(&plan, jobs, &progress("planted networks"))?, &plan);
        }
    }
    if asked(Part::Calibration) {
        findings.add_calibration(calibration(&calibration::Plan::full(), jobs, &progress("simulated policies"))?);
    }
    if asked(Part::Controls) {
        findings.add_controls(controls(usize::MAX, jobs, &progress("controls"))?);
    }
    if asked(Part::Solvers) {
        findings.add_solvers(dominances(&solvers::Plan::full(), jobs, &progress("networks"))?);
    }
    Ok(findings)
}
