//! `shardbed run FILE…`: the main job.

use crate::cli::arguments::{Format, Run};
use crate::cli::predict::named;
use crate::cli::progress::Progress;
use crate::cli::{Report, files};
use crate::experiment::{self, Options, Source};
use crate::language::canonical::canonical_hash;
use crate::language::codes::FEW_SEEDS;
use crate::language::number::value;
use crate::language::read_bytes;
use crate::language::render::{self, render};
use crate::parallel::processors;
use crate::report::terminal::{Style, terminal};
use crate::store::Store;
use crate::study::Study;
use crate::study::ppo::SETTINGS;
use std::path::{Path, PathBuf};

/// Trains, measures and scores every study of the files. All files are read and checked before anything is trained;
/// one that is in error stops the command with code 2. A study that fails does not stop the others. `print` is given
/// each study's report as soon as it is there; what is returned is the rest.
pub fn run(arguments: &Run, style: Style, colour: bool, print: &mut dyn FnMut(&Report)) -> Report {
    let given = [arguments.seeds.as_deref(), arguments.steps.as_deref(), arguments.jobs.as_deref()];
    let (overrides, predictors) = match (Overrides::read(given), named(&arguments.predictor)) {
        (Ok(overrides), Ok(predictors)) => (overrides, predictors),
        (Err(message), _) | (_, Err(message)) => return Report::failure(message),
    };
    let (mut studies, report) = studies(&arguments.files, overrides.seeds.is_some(), colour);
    if report.code != 0 {
        return report;
    }
    let store = match Store::open(&arguments.output.store) {
        Ok(store) => store,
        Err(error) => return Report { stderr: format!("{}error: {error}\n", report.stderr), code: 2, ..report },
    };
    print(&report);
    let (mut code, mut gap) = (0, "");
    for (file, study) in &mut studies {
        let source = Source { file: file.clone(), prediction: canonical_hash(study) };
        overrides.apply(study);
        let progress = Progress::new(&study.name, !arguments.quiet);
        let result = experiment::run(study, &source, Options { jobs: overrides.jobs }, &predictors, &store, &progress);
        drop(progress);
        let mut report = Report::default();
        for damage in store.take_damage() {
            report.stderr.push_str(&format!("warning: {damage}\n"));
        }
        let shown = result.map_err(|error| error.to_string()).and_then(|outcome| match arguments.output.format {
            Format::Human => Ok(terminal(&outcome, style)),
            Format::Json => serde_json::to_string(&outcome).map(|json| json + "\n").map_err(|error| error.to_string()),
        });
        match shown {
            Ok(text) => {
                report.stdout = format!("{gap}{text}");
                gap = if arguments.output.format == Format::Human { "\n" } else { "" };
            }
            Err(message) => {
                report.stderr.push_str(&format!(
                    "error: {}: study {}: {message}\n",
                    files::shown(Path::new(file)),
                    study.name
                ));
                code = 2;
            }
        }
        print(&report);
    }
    Report { code, ..Report::default() }
}

/// The studies of files, each with the name of its file. The report says what is wrong with them; its code is 2 where one
/// cannot be used. `seeds_given` is whether the number of seeds in a file does not count.
pub fn studies(files: &[PathBuf], seeds_given: bool, colour: bool) -> (Vec<(String, Study)>, Report) {
    let (mut studies, mut report) = (Vec::new(), Report::default());
    for path in files {
        read(path, seeds_given, colour, &mut studies, &mut report);
    }
    (studies, report)
}

/// Adds the studies of a file; what is wrong with it goes into the report.
fn read(path: &Path, seeds_given: bool, colour: bool, studies: &mut Vec<(String, Study)>, report: &mut Report) {
    let name = files::shown(path);
    let (bytes, folder) = match files::open(path) {
        Ok(opened) => opened,
        Err(error) => {
            report.stderr.push_str(&format!("error: {error}\n"));
            report.code = 2;
            return;
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    let findings = match read_bytes(&bytes, &folder) {
        Ok(checked) => {
            // The outcome names the file alone, so that it does not depend on where the command was given.
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if checked.studies.is_empty() {
                report.stderr.push_str(&format!("error: {name}: there is no study in it; add a `study`\n"));
                report.code = 2;
            }
            studies.extend(checked.studies.into_iter().map(|study| (file.clone(), study)));
            // The number of seeds in the file does not count where the command line gives another.
            checked.warnings.into_iter().filter(|finding| !seeds_given || finding.code != &FEW_SEEDS).collect()
        }
        Err(findings) => {
            report.code = 2;
            findings
        }
    };
    report.stderr.push_str(&render(&findings, &name, &text, render::Format::Human, colour));
}

/// What the command line says in place of the file.
pub struct Overrides {
    pub seeds: Option<u64>,
    pub steps: Option<u64>,
    pub jobs: usize,
}

impl Overrides {
    /// From the texts of `--seeds`, `--steps` and `--jobs`.
    ///
    /// # Errors
    /// What is wrong with one, and how to mend it.
    pub fn read([given_seeds, given_steps, given_jobs]: [Option<&str>; 3]) -> Result<Overrides, String> {
        let range = |name: &str| {
            let setting = SETTINGS.iter().find(|setting| setting.name == name);
            setting.map_or((1, u64::MAX), |setting| (setting.range.0 as u64, setting.range.1 as u64))
        };
        let (seeds, steps) = (range("seeds"), range("steps"));
        Ok(Overrides {
            seeds: flag("--seeds 8", given_seeds, seeds.0, seeds.1)?,
            steps: flag("--steps 500k", given_steps, steps.0, steps.1)?,
            jobs: jobs(given_jobs)?,
        })
    }

    /// A phase with as many steps as what it begins with follows it; else it is trained for no more steps than the study,
    /// since its own number may be far smaller on purpose.
    pub fn apply(&self, study: &mut Study) {
        if let Some(seeds) = self.seeds {
            study.train.seeds = seeds as u32;
        }
        if let Some(steps) = self.steps {
            let follows: Vec<bool> =
                study.phases.iter().map(|phase| phase.train.steps == study.base_of(phase).1.steps).collect();
            study.train.steps = steps;
            for training in study.training_order() {
                let Some(phase) = training.checked_sub(1) else { continue };
                let base = study.base_of(&study.phases[phase]).1.steps;
                let own = &mut study.phases[phase].train.steps;
                *own = if follows[phase] { base } else { steps.min(*own) };
            }
        }
    }
}

/// What `--jobs` says; the number of processors where it is absent.
pub fn jobs(text: Option<&str>) -> Result<usize, String> {
    Ok(flag("--jobs 2", text, 1, 1024)?.map_or_else(processors, |jobs| jobs as usize))
}

/// A whole number as in a prediction file, suffixes `k` and `M` included. `example` is the flag with a good value.
fn flag(example: &str, text: Option<&str>, least: u64, most: u64) -> Result<Option<u64>, String> {
    let Some(text) = text else { return Ok(None) };
    let number = value(text).filter(|number| number.fract() == 0.0 && (least as f64..=most as f64).contains(number));
    match number.map(|number| number as u64) {
        Some(number) => Ok(Some(number)),
        None => {
            let name = example.split(' ').next().unwrap_or(example);
            let most = if most >= 1_000_000 { format!("{}M", most / 1_000_000) } else { most.to_string() };
            Err(format!("{name} {text}: a whole number from {least} to {most} is expected, for example {example}"))
        }
    }
}
