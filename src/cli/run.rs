//! `shardbed run FILE…`: the main job.

use crate::cli::arguments::{Format, Run, RunPart};
use crate::cli::files::shown;
use crate::cli::kept::Kept;
use crate::cli::ledgers::{MEND, standing};
use crate::cli::predict::named;
use crate::cli::progress::Progress;
use crate::cli::snapshot::compared;
use crate::cli::studies::{Pages, one, place, shown_as, source, studies};
use crate::cli::train::train;
use crate::cli::{Report, TAMPERED};
use crate::experiment::claims::correct;
use crate::experiment::error::ExperimentError;
use crate::experiment::seal::{Sealing, instead};
use crate::experiment::{self, Options, keep};
use crate::language::number::value;
use crate::language::render::visible;
use crate::ledger::standing::Standing;
use crate::outcome::Outcome;
use crate::parallel::processors;
use crate::report::claims::of_file;
use crate::report::terminal::{Style, terminal};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::study::Study;
use crate::study::ppo::SETTINGS;
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Trains, measures and scores every study of the files. All files are read and checked before anything is trained;
/// one that is in error stops the command with code 2. A study that fails does not stop the others, unless the store does; nor
/// does a ledger that is broken, which is code 3, or cannot be read, which is 2. `print` is given each study's report as soon as it
/// is there, but for JSON of files of which several studies have claims: these are corrected for one another, and what is
/// printed says so. What is returned is the rest.
pub fn run(arguments: &Run, style: Style, colour: bool, kept: &Kept, print: &mut dyn FnMut(&Report)) -> Report {
    let start = Instant::now();
    let given = [arguments.seeds.as_deref(), arguments.steps.as_deref(), arguments.jobs.as_deref()];
    let (overrides, predictors) = match (Overrides::read(given), named(&arguments.predictor)) {
        (Ok(overrides), Ok(predictors)) => (overrides, predictors),
        (Err(message), _) | (_, Err(message)) => return Report::failure(message),
    };
    // What is said of seeds is about forecasts, of which training alone scores none.
    let seeds_count = overrides.seeds.is_none() && arguments.only.is_none();
    let (studies, report) = studies(&arguments.files, !seeds_count, colour);
    if report.code != 0 {
        return report;
    }
    let store = match Store::open(&arguments.output.store) {
        Ok(store) => store,
        Err(error) => return report.and(Report::failure(error)),
    };
    kept.in_store(&arguments.output.store);
    print(&report);
    let options = Options { jobs: overrides.jobs, gradients: arguments.gradients.into() };
    if let Some(RunPart::Training) = arguments.only {
        let shown = (arguments.output.format, arguments.quiet);
        return train(&studies, (&overrides, options), &store, shown, kept, start, print);
    }
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
        let alarm = match &standing {
            Standing::Broken(fault) => Some((format!("the ledger is broken. {fault}. {MEND}"), TAMPERED)),
            Standing::Unreadable(why) => Some((format!("the ledger cannot be read: {why}"), 2)),
            Standing::Unsealed | Standing::Sealed { .. } | Standing::Changed { .. } => None,
        };
        if let Some((what, code)) = alarm {
            let said = format!("warning: {}: study {}: {what}\n", shown(file), study.name);
            report.stderr.push_str(&visible(&said));
            report.code = code;
        }
        source.sealing = Some(Sealing { standing, instead: instead(written, &study) });
        let progress = Progress::new(&study.name, !arguments.quiet, kept);
        let outcome = experiment::outcome(&study, &source, options, &predictors, &store, &progress);
        // What was computed is shown whether or not it can be kept.
        if let Err(error) = outcome
            .as_ref()
            .map_or(Ok(()), |outcome| keep(&study, outcome, options.gradients, place(file), &store, &progress))
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
    let (format, mut pages) = (arguments.output.format, Pages::new(arguments.output.format, print));
    for file in by_file(&studies) {
        let several = file.iter().filter(|(_, study)| !study.claims.is_empty()).count() > 1;
        let outcomes = RefCell::new(Vec::new());
        for (path, study) in file {
            pages.print(one(path, study, work, |outcome| {
                let waits = several && format == Format::Json;
                // The family of a claim is that of the file, which is not known before its last study.
                let page = |outcome: &Outcome| match several {
                    true => terminal(&without_family(outcome), style),
                    false => terminal(outcome, style),
                };
                let text = if waits { String::new() } else { shown_as(format, &outcome, page)? };
                outcomes.borrow_mut().extend(several.then_some(outcome));
                Ok(text)
            }));
        }
        if several {
            let keep = |outcome: &Outcome| if stuck.get() { Ok(()) } else { store.put_outcome(outcome) };
            pages.print(corrected(outcomes.into_inner(), format, style, keep));
        }
    }
    Report { code: pages.code, ..Report::default() }
}

/// An outcome whose claims are not corrected for any others.
fn without_family(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    outcome.claims.iter_mut().for_each(|claim| claim.family = None);
    outcome
}

/// The studies of one file after another. Those of a file have different names: the first name again is the file once more.
fn by_file(studies: &[(PathBuf, Study)]) -> Vec<&[(PathBuf, Study)]> {
    let mut files = Vec::new();
    for of_path in studies.chunk_by(|one, next| one.0 == next.0) {
        let again = |(at, (_, study)): (usize, &(PathBuf, Study))| (study.name == of_path[0].1.name).then_some(at);
        let begins: Vec<usize> = of_path.iter().enumerate().filter_map(again).collect();
        let ends = begins.iter().skip(1).copied().chain([of_path.len()]);
        files.extend(begins.iter().zip(ends).map(|(&begin, end)| &of_path[begin..end]));
    }
    files
}

/// The outcomes of a file of which several studies have claims, these corrected for one another and kept: what is printed of
/// them below their pages, or in JSON all.
fn corrected(
    mut outcomes: Vec<Outcome>,
    format: Format,
    style: Style,
    keep: impl Fn(&Outcome) -> Result<(), StoreError>,
) -> Report {
    let mut report = Report::default();
    correct(outcomes.iter_mut().map(|outcome| &mut outcome.claims));
    let claiming: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.claims.is_empty()).collect();
    for outcome in &claiming {
        if let Err(error) = keep(outcome) {
            let name = &outcome.study.name;
            let said = format!(
                "error: what the claims of {name} are worth beside the others is shown, but not kept: {error}\n"
            );
            report.stderr.push_str(&visible(&said));
            report.code = 2;
        }
    }
    match format {
        Format::Human if claiming.len() > 1 => {
            let studies: Vec<_> =
                claiming.iter().map(|outcome| (outcome.study.name.as_str(), outcome.claims.as_slice())).collect();
            report.stdout = of_file(&claiming[0].study.file, &studies, style);
        }
        Format::Human => {}
        Format::Json => {
            for outcome in &outcomes {
                match serde_json::to_string(outcome) {
                    Ok(json) => report.stdout.push_str(&(json + "\n")),
                    Err(error) => report = report.and(Report::failure(error)),
                }
            }
        }
    }
    report
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
    use super::{by_file, corrected};
    use crate::cli::arguments::Format;
    use crate::language::read;
    use crate::outcome::{Outcome, fixture};
    use crate::report::terminal::Style;
    use crate::store::error::StoreError;
    use crate::study::Study;
    use std::cell::RefCell;
    use std::path::PathBuf;

    fn outcome(study: &str, claims: usize) -> Outcome {
        let mut outcome = fixture::outcome();
        outcome.study.name = study.to_string();
        outcome.study.file = "a.shard".to_string();
        outcome.claims.truncate(claims);
        outcome
    }

    #[test]
    fn the_claims_of_a_file_are_corrected_for_one_another_and_kept() {
        let of = || vec![outcome("one", 2), outcome("none", 0), outcome("two", 1)];
        let stored = RefCell::new(Vec::new());
        let keep = |outcome: &Outcome| {
            stored.borrow_mut().push(outcome.clone());
            Ok(())
        };
        let human = corrected(of(), Format::Human, Style::default(), keep);
        // 3 x .0078, the others 2 x .0078 and .18.
        let expected = "\
ALL CLAIMS of a.shard  Holm over the 3 claims of 2 studies of the file
  one, proxy_wins: ✓ confirmed, after Holm too · p = 0.008 · after Holm 0.023
  one, useless: ? inconclusive · p = 0.18 · after Holm 0.18
  two, proxy_wins: ✓ confirmed, after Holm too · p = 0.008 · after Holm 0.023
";
        assert_eq!((human.stdout.as_str(), human.stderr.as_str(), human.code), (expected, "", 0));
        let kept: Vec<Option<(usize, usize)>> =
            stored.take().iter().map(|kept| kept.claims[0].family.as_ref().map(|f| (f.claims, f.studies))).collect();
        assert_eq!(kept, [Some((3, 2)), Some((3, 2))]);

        let json = corrected(of(), Format::Json, Style::default(), |_| Ok(()));
        let printed: Vec<Outcome> =
            json.stdout.lines().map(|line| serde_json::from_str(line).expect("an outcome")).collect();
        assert_eq!(
            printed.iter().map(|outcome| outcome.study.name.as_str()).collect::<Vec<_>>(),
            ["one", "none", "two"]
        );
        assert_eq!(printed[2].claims[0].family.as_ref().map(|family| family.adjusted_p), Some(6.0 / 256.0));

        // Where the others failed nothing is left to compare with.
        let alone = corrected(vec![outcome("one", 2)], Format::Human, Style::default(), |_| Ok(()));
        assert_eq!(alone.stdout, "");
        let missing = |_: &Outcome| Err(StoreError::Missing { path: PathBuf::from("gone") });
        let lost = corrected(of(), Format::Human, Style::default(), missing);
        assert!(lost.code == 2 && lost.stdout == expected && lost.stderr.contains("not kept"), "{}", lost.stderr);
    }

    #[test]
    fn a_file_given_twice_is_two_files() {
        let study = |name: &str| -> Study {
            let text = format!(
                "edition 1\nworld w {{ layout room 3x3; object cheese {{ ends }} }}\nstudy {name} {{ on w; agent mlp(8)\n                  heuristic h {{ if always then stay }} }}\n"
            );
            read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0)
        };
        let of = |file: &str, names: &[&str]| -> Vec<(PathBuf, Study)> {
            names.iter().map(|name| (PathBuf::from(file), study(name))).collect()
        };
        let all = [of("a", &["one", "two", "one", "two"]), of("b", &["one"])].concat();
        let sizes: Vec<usize> = by_file(&all).iter().map(|file| file.len()).collect();
        assert_eq!(sizes, [2, 2, 1]);
    }
}
