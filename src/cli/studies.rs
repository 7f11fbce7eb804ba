//! The studies of prediction files, and work on one after another.

use crate::cli::arguments::Format;
use crate::cli::{Report, files};
use crate::experiment::Source;
use crate::language::canonical::canonical_hash;
use crate::language::codes::FEW_SEEDS;
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
            checked.warnings.into_iter().filter(|finding| !seeds_given || finding.code != &FEW_SEEDS).collect()
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

/// Does `work` on one study after another, given the path of its file and a report for what is to be said on standard error
/// beside the result, and prints the page of each as soon as it is there. One that fails does not stop the others. What is
/// returned is the rest, with the largest code of all, 2 for one that has failed.
pub fn each<T: Serialize, E: Display>(
    studies: &[(PathBuf, Study)],
    format: Format,
    print: &mut dyn FnMut(&Report),
    work: impl Fn(&Path, &Study, &mut Report) -> Result<T, E>,
    page: impl Fn(&T) -> String,
) -> Report {
    let (mut code, mut gap) = (0, "");
    for (path, study) in studies {
        let mut report = Report::default();
        let done = work(path, study, &mut report).map_err(|error| error.to_string());
        let shown = done.and_then(|done| match format {
            Format::Human => Ok(page(&done)),
            Format::Json => serde_json::to_string(&done).map(|json| json + "\n").map_err(|error| error.to_string()),
        });
        match shown {
            Ok(text) => {
                report.stdout = format!("{gap}{text}");
                gap = if format == Format::Human { "\n" } else { "" };
            }
            Err(message) => {
                let file = files::shown(path);
                report.stderr.push_str(&format!("error: {file}: study {}: {}\n", study.name, visible(&message)));
                report.code = report.code.max(2);
            }
        }
        code = code.max(report.code);
        print(&report);
    }
    Report { code, ..Report::default() }
}
