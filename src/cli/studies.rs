//! The studies of prediction files, and work on one after another.

use crate::cli::arguments::Format;
use crate::cli::{Report, files};
use crate::experiment::Source;
use crate::language::canonical::canonical_hash;
use crate::language::codes::{FEW_SEEDS, TOO_FEW_TO_DECIDE};
use crate::language::diagnostic::Diagnostic;
use crate::language::read_bytes;
use crate::language::render::{self, render, visible};
use crate::study::Study;
use serde::Serialize;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// The studies of files, each with the path of its file. The report says what is wrong with them; its code is 2 where one
/// cannot be used. `seeds_given` is whether the number of seeds in a file does not count.
pub fn studies(files: &[PathBuf], seeds_given: bool, colour: bool) -> (Vec<(PathBuf, Study)>, Report) {
    let (mut studies, mut report) = (Vec::new(), Report::default());
    for path in files {
        read(path, seeds_given, colour, &mut studies, &mut report);
    }
    (studies, report)
}

/// Adds the studies of a file; what is wrong with it goes into the report.
fn read(path: &Path, seeds_given: bool, colour: bool, studies: &mut Vec<(PathBuf, Study)>, report: &mut Report) {
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
            if checked.studies.is_empty() {
                report.stderr.push_str(&format!("error: {name}: there is no study in it; add a `study`\n"));
                report.code = 2;
            }
            studies.extend(checked.studies.into_iter().map(|study| (path.to_owned(), study)));
            // The number of seeds in the file does not count where the command line gives another.
            let about_seeds = |finding: &Diagnostic| [&FEW_SEEDS, &TOO_FEW_TO_DECIDE].contains(&finding.code);
            checked.warnings.into_iter().filter(|finding| !seeds_given || !about_seeds(finding)).collect()
        }
        Err(findings) => {
            report.code = 2;
            findings
        }
    };
    report.stderr.push_str(&render(&findings, &name, &text, render::Format::Human, colour));
}

/// Where a study comes from: an outcome names the file alone, so that it does not depend on where the command was given.
pub fn source(path: &Path, study: &Study) -> Source {
    Source { file: file_name(path), prediction: canonical_hash(study), sealing: None }
}

/// Where a file is, absolute and without links; nothing where that is no text.
pub fn place(path: &Path) -> Option<String> {
    files::real(path).ok()?.into_os_string().into_string().ok()
}

/// The name of a file without its folder.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Does `work` on one study after another, as [`one`] does, and prints the page of each as soon as it is there. One that fails does
/// not stop the others. What is returned is the rest, with the largest code of all.
pub fn each<T: Serialize, E: Display>(
    studies: &[(PathBuf, Study)],
    format: Format,
    print: &mut dyn FnMut(&Report),
    work: impl Fn(&Path, &Study, &mut Report) -> Result<T, E>,
    page: impl Fn(&T) -> String,
) -> Report {
    let mut pages = Pages::new(format, print);
    for (path, study) in studies {
        pages.print(one(path, study, &work, |done| shown_as(format, &done, &page)));
    }
    Report { code: pages.code, ..Report::default() }
}

/// Does `work` on a study, given the path of its file and a report for what is to be said on standard error beside the result: the
/// report, with the text of the result. The code is 2 if it fails.
pub fn one<T, E: Display>(
    path: &Path,
    study: &Study,
    work: impl Fn(&Path, &Study, &mut Report) -> Result<T, E>,
    text: impl FnOnce(T) -> Result<String, serde_json::Error>,
) -> Report {
    let mut report = Report::default();
    let done = work(path, study, &mut report).map_err(|error| error.to_string());
    match done.and_then(|done| text(done).map_err(|error| error.to_string())) {
        Ok(text) => report.stdout = text,
        Err(message) => {
            let file = files::shown(path);
            report.stderr.push_str(&format!("error: {file}: study {}: {}\n", study.name, visible(&message)));
            report.code = report.code.max(2);
        }
    }
    report
}

/// A page for people, or a line of JSON.
///
/// # Errors
/// If it cannot be written as JSON.
pub fn shown_as<T: Serialize>(
    format: Format,
    done: &T,
    page: impl Fn(&T) -> String,
) -> Result<String, serde_json::Error> {
    match format {
        Format::Human => Ok(page(done)),
        Format::Json => serde_json::to_string(done).map(|json| json + "\n"),
    }
}

/// Prints one report after another, with an empty line between pages.
pub struct Pages<'a> {
    print: &'a mut dyn FnMut(&Report),
    format: Format,
    begun: bool,
    /// The largest of all.
    pub code: u8,
}

impl<'a> Pages<'a> {
    pub fn new(format: Format, print: &'a mut dyn FnMut(&Report)) -> Pages<'a> {
        Pages { print, format, begun: false, code: 0 }
    }

    pub fn print(&mut self, mut report: Report) {
        if !report.stdout.is_empty() {
            if self.begun && self.format == Format::Human {
                report.stdout.insert(0, '\n');
            }
            self.begun = true;
        }
        self.code = self.code.max(report.code);
        (self.print)(&report);
    }
}
