//! `shardbed run FILE…`: the main job.

use crate::cli::arguments::Run;
use crate::cli::files::shown;
use crate::cli::kept::Kept;
use crate::cli::ledgers::standing;
use crate::cli::predict::named;
use crate::cli::progress::Progress;
use crate::cli::snapshot::compared;
use crate::cli::studies::{each, place, source, studies};
use crate::cli::{Report, TAMPERED};
use crate::experiment::claims::adjust;
use crate::experiment::error::ExperimentError;
use crate::experiment::seal::{Sealing, instead};
use crate::experiment::{self, Options, keep};
use crate::language::number::value;
use crate::language::render::visible;
use crate::ledger::standing::Standing;
use crate::outcome::claim::ClaimOutcome;
use crate::outcome::{Outcome, StudyInfo};
use crate::parallel::processors;
use crate::report::claims::of_file;
use crate::report::terminal::{Style, terminal};
use crate::store::Store;
use crate::study::Study;
use crate::study::ppo::SETTINGS;
use std::cell::{Cell, RefCell};
use std::path::Path;

/// Trains, measures and scores every study of the files. All files are read and checked before anything is trained;
/// one that is in error stops the command with code 2. A study that fails does not stop the others, unless the store does; nor
/// does a ledger that is broken, which is code 3. `print` is given each study's report as soon as it is there; what is returned
/// is the rest.
pub fn run(arguments: &Run, style: Style, colour: bool, kept: &Kept, print: &mut dyn FnMut(&Report)) -> Report {
    let given = [arguments.seeds.as_deref(), arguments.steps.as_deref(), arguments.jobs.as_deref()];
    let (overrides, predictors) = match (Overrides::read(given), named(&arguments.predictor)) {
        (Ok(overrides), Ok(predictors)) => (overrides, predictors),
        (Err(message), _) | (_, Err(message)) => return Report::failure(message),
    };
    let (studies, report) = studies(&arguments.files, overrides.seeds.is_some(), colour);
    if report.code != 0 {
        return report;
    }
    let store = match Store::open(&arguments.output.store) {
        Ok(store) => store,
        Err(error) => return report.and(Report::failure(error)),
    };
    kept.in_store(&arguments.output.store);
    print(&report);
    let stuck = Cell::new(false);
    let work = |file: &Path, study: &Study, report: &mut Report| {
        if stuck.get() {
            return Err("it was not begun, since the store could not keep it".to_string());
        }
        let mut source = source(file, study);
        let written = study;
        let mut study = study.clone();
        overrides.apply(&mut study);
        let standing = standing(file, &study.name, &source.prediction);
        if let Standing::Broken(fault) = &standing {
            let file = shown(file);
            report.stderr.push_str(&format!("warning: {file}: study {}: the ledger is broken. {fault}\n", study.name));
            report.code = TAMPERED;
        }
        source.sealing = Some(Sealing { standing, instead: instead(written, &study) });
        let progress = Progress::new(&study.name, !arguments.quiet, kept);
        let options = Options { jobs: overrides.jobs };
        let outcome = experiment::outcome(&study, &source, options, &predictors, &store, &progress);
        // What was computed is shown whether or not it can be kept.
        if let Err(error) =
            outcome.as_ref().map_or(Ok(()), |outcome| keep(&study, outcome, place(file), &store, &progress))
        {
            let said = format!("error: the outcome of {} is shown, but not kept: {error}\n", study.name);
            report.stderr.push_str(&visible(&said));
            report.code = report.code.max(2);
            stuck.set(true);
        }
        for damage in store.take_damage() {
            report.stderr.push_str(&visible(&format!("warning: {damage}\n")));
        }
        if let (true, Ok(outcome)) = (arguments.snapshot, &outcome) {
            *report = std::mem::take(report).and(compared(file, outcome));
        }
        outcome.map_err(|error| match error {
            ExperimentError::Store(error) => {
                stuck.set(true);
                format!("{error}\nnote: {}", kept.said())
            }
            error => error.to_string(),
        })
    };
    let claimed = RefCell::new(Vec::new());
    let page = |outcome: &Outcome| {
        claimed.borrow_mut().push((outcome.study.clone(), outcome.claims.clone()));
        terminal(outcome, style)
    };
    let mut rest = each(&studies, arguments.output.format, print, work, page);
    rest.stdout.push_str(&claims_of_files(claimed.into_inner(), style));
    rest
}

/// The claims of a study, with its name.
type Claimed = (String, Vec<ClaimOutcome>);

/// For each file of which several studies have claims: all of them, corrected for one another.
fn claims_of_files(claimed: Vec<(StudyInfo, Vec<ClaimOutcome>)>, style: Style) -> String {
    let mut files: Vec<(String, Vec<Claimed>)> = Vec::new();
    for (StudyInfo { name, file, .. }, claims) in claimed.into_iter().filter(|(_, claims)| !claims.is_empty()) {
        match files.last_mut() {
            // The studies of a file have different names: the same name again is another file of that name.
            Some((last, studies)) if *last == file && studies.iter().all(|(known, _)| *known != name) => {
                studies.push((name, claims));
            }
            _ => files.push((file, vec![(name, claims)])),
        }
    }
    let several = files.into_iter().filter(|(_, studies)| studies.len() > 1);
    several
        .map(|(file, mut studies)| {
            adjust(studies.iter_mut().flat_map(|(_, claims)| claims));
            of_file(&file, &studies, style)
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::claims_of_files;
    use crate::outcome::{StudyInfo, fixture};
    use crate::report::terminal::Style;

    #[test]
    fn the_claims_of_a_file_are_corrected_for_one_another() {
        let of = |file: &str, study: &str, claims: usize| {
            let outcome = fixture::outcome();
            let info = StudyInfo { name: study.to_string(), file: file.to_string(), ..outcome.study };
            (info, outcome.claims.into_iter().take(claims).collect())
        };
        let one_study = vec![of("a.shard", "one", 2), of("b.shard", "two", 2), of("b.shard", "none", 0)];
        assert_eq!(claims_of_files(one_study, Style::default()), "");
        let namesakes = vec![of("a.shard", "one", 2), of("a.shard", "one", 2)];
        assert_eq!(claims_of_files(namesakes, Style::default()), "");

        let several = vec![of("a.shard", "one", 2), of("a.shard", "none", 0), of("a.shard", "two", 1)];
        let expected = "
ALL CLAIMS of a.shard  the 3 claims of 2 studies, with Holm over all of them
  one, proxy_wins: ✓ confirmed · confirm p = 0.004, Holm 0.012 · refute p = 1, Holm 1
  one, useless: ? inconclusive · confirm p = 0.91, Holm 0.91 · refute p = 0.090, Holm 0.27
  two, proxy_wins: ✓ confirmed · confirm p = 0.004, Holm 0.012 · refute p = 1, Holm 1
";
        assert_eq!(claims_of_files(several, Style::default()), expected);
    }
}
