//! `shardbed bench-predictors`: how good every predictor is on studies whose outcome is known.

use crate::cli::arguments::{BenchPredictors, Format, Studies};
use crate::cli::kept::Kept;
use crate::cli::predict::named;
use crate::cli::progress::Progress;
use crate::cli::run::Overrides;
use crate::cli::{Report, files};
use crate::experiment::Options;
use crate::experiment::benchmark::studies::studies;
use crate::experiment::benchmark::{Plan, benchmark};
use crate::language::render::{self, render};
use crate::outcome::benchmark::{Benchmark, Half};
use crate::report::benchmark::picture::picture;
use crate::report::benchmark::table::tables;
use crate::store::Store;

/// Trains what the store does not hold, asks the predictors, and says how good they are. Everything that can be wrong
/// with the arguments is found before anything is trained.
pub fn bench_predictors(arguments: &BenchPredictors, kept: &Kept) -> Report {
    let found = find(arguments, kept);
    let benchmark = match &found {
        Ok((benchmark, _)) => benchmark,
        Err(message) => return Report::failure(message),
    };
    let shown = match arguments.format {
        Format::Human => Ok(tables(benchmark)),
        Format::Json => serde_json::to_string(benchmark).map(|json| json + "\n"),
    };
    let stdout = match shown {
        Ok(stdout) => stdout,
        Err(error) => return Report::failure(error),
    };
    let stderr = found.as_ref().map_or(String::new(), |(_, warnings)| warnings.clone());
    match write(arguments, benchmark) {
        Ok(()) => Report { stdout, stderr, code: 0 },
        // What took long is shown all the same.
        Err(message) => Report { stdout, stderr: format!("{stderr}error: {message}\n"), code: 2 },
    }
}

/// The result, and warnings about the store.
fn find(arguments: &BenchPredictors, kept: &Kept) -> Result<(Benchmark, String), String> {
    let given = [&arguments.seeds, &arguments.steps, &arguments.jobs].map(Option::as_deref);
    let overrides = Overrides::read(given)?;
    let predictors = named(&arguments.predictor)?;
    for (flag, path) in [("--table", &arguments.table), ("--picture", &arguments.picture)] {
        if let Some(path) = path {
            files::writable(path).map_err(|error| format!("{flag} {error}"))?;
        }
    }
    if let (Some(table), Some(picture)) = (&arguments.table, &arguments.picture)
        && files::are_one(table, picture)
    {
        return Err("--picture: that is where --table goes; name another file".to_string());
    }
    let mut studies = studies().map_err(|(file, findings)| {
        let found = render(&findings, file.name, file.text, render::Format::Human, false);
        format!("a study of this program is in error\n{found}")
    })?;
    for benched in &mut studies {
        overrides.apply(&mut benched.study);
    }
    let only = arguments.only.map(|only| match only {
        Studies::Tuning => Half::Tuning,
        Studies::HeldOut => Half::HeldOut,
    });
    let store = Store::open(&arguments.store).map_err(|error| error.to_string())?;
    kept.in_store(&arguments.store);
    let plan = Plan { studies, only, predictors };
    let observe = |study: &str| -> Box<dyn crate::experiment::observer::Observer> {
        Box::new(Progress::new(study, !arguments.quiet, kept))
    };
    let result = benchmark(&plan, Options::jobs(overrides.jobs), &store, &observe);
    let warnings = store.take_damage().iter().map(|damage| format!("warning: {damage}\n")).collect();
    Ok((result.map_err(|error| error.to_string())?, warnings))
}

fn write(arguments: &BenchPredictors, benchmark: &Benchmark) -> Result<(), String> {
    if let Some(path) = &arguments.table {
        files::write(path, &tables(benchmark)).map_err(|error| error.to_string())?;
    }
    if let Some(path) = &arguments.picture {
        let drawn = picture(benchmark).map_err(|error| format!("the picture cannot be drawn: {error}"))?;
        files::write(path, &drawn).map_err(|error| error.to_string())?;
    }
    Ok(())
}
