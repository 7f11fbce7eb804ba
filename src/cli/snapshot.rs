//! Outcomes kept beside prediction files, to be compared with later ones: `outcomes/FILE@STUDY.snap`, in the format of insta's
//! snapshots, so that tests in Rust read the same files.
//!
//! A snapshot is an outcome without what differs between two runs of the same: the speeds; and without predictors, which are
//! told of whatever else the store holds.

use crate::cli::Report;
use crate::cli::files::{FileError, replace_or_make, shown};
use crate::cli::outcomes::read;
use crate::experiment::difference::compare::compare;
use crate::outcome::Outcome;
use crate::outcome::difference::Conclusion;
use crate::report::json::readable;
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The folder beside a prediction file.
pub const FOLDER: &str = "outcomes";
/// What ends the name of an outcome that was accepted, and of one that waits to be.
const ACCEPTED: &str = ".snap";
pub const PENDING: &str = ".snap.new";

/// Why an outcome cannot be kept.
#[derive(Debug, Error)]
pub enum SnapshotError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{}: cannot be made: {source}; check the permissions of the folder", shown(.path))]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("{}: this is a link, and outcomes are kept in folders and files alone; put what it leads to in its place", shown(.0))]
    Link(PathBuf),
    #[error("the outcome cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Where the accepted outcome of a study of a prediction file stands, or will.
pub fn path(file: &Path, study: &str) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(FOLDER).join(format!("{stem}@{study}{ACCEPTED}"))
}

/// Where the one stands that waits to be accepted in its place.
pub fn pending(accepted: &Path) -> PathBuf {
    let name = accepted.file_name().unwrap_or_default().to_string_lossy();
    accepted.with_file_name(format!("{}{PENDING}", name.strip_suffix(ACCEPTED).unwrap_or(&name)))
}

/// The place of the accepted one in which that will then stand.
pub fn accepted(pending: &Path) -> PathBuf {
    let name = pending.file_name().unwrap_or_default().to_string_lossy();
    pending.with_file_name(format!("{}{ACCEPTED}", name.strip_suffix(PENDING).unwrap_or(&name)))
}

/// An outcome as snapshots hold it.
pub fn kept(outcome: &Outcome) -> Outcome {
    let mut kept = outcome.without_predictors();
    kept.without_circumstances();
    kept.study.file.clone_from(&outcome.study.file);
    kept
}

/// Makes sure that neither the place of an accepted outcome nor its folder is a link: whoever gave the prediction file may have
/// put it there, to whatever is to be overwritten or shown.
///
/// # Errors
/// If one is.
pub fn no_link(accepted: &Path) -> Result<(), SnapshotError> {
    let links = accepted.parent().into_iter().chain([accepted]).find(|path| path.is_symlink());
    links.map_or(Ok(()), |link| Err(SnapshotError::Link(link.to_owned())))
}

/// An outcome as the text of a snapshot, without its head.
///
/// # Errors
/// If it is no JSON, which no outcome of a run is.
pub fn text(outcome: &Outcome) -> Result<String, serde_json::Error> {
    Ok(readable(&serde_json::to_value(kept(outcome))?))
}

/// Writes an outcome as waiting to be accepted. No link is followed.
///
/// # Errors
/// If the folder cannot be made or written to, or is a link.
pub fn put_pending(accepted: &Path, outcome: &Outcome) -> Result<(), SnapshotError> {
    no_link(accepted)?;
    if let Some(folder) = accepted.parent() {
        let made = fs::create_dir_all(folder);
        made.map_err(|source| SnapshotError::Folder { path: folder.to_owned(), source })?;
    }
    // As JSON, whatever a file is called.
    let source = Value::from(format!("shardbed run {}", outcome.study.file));
    let head = format!("---\nsource: {source}\nexpression: {}\n---\n", Value::from(outcome.study.name.as_str()));
    Ok(replace_or_make(&pending(accepted), &format!("{head}{}\n", text(outcome)?))?)
}

/// Compares an outcome with the accepted one of its file, and has it wait for a review where it moved or there is none: what to
/// say of it, with code 1 where it waits, 3 where ids are the same and results are not.
pub fn compared(file: &Path, outcome: &Outcome) -> Report {
    let accepted = path(file, &outcome.study.name);
    if let Err(error) = no_link(&accepted) {
        return Report::failure(error);
    }
    let said = |stderr: String, code: u8| Report {
        stderr: format!("{}: {stderr}\n", shown(&accepted)),
        code,
        ..Report::default()
    };
    let (what, code) = if accepted.exists() {
        let old = match read(&accepted).map(|mut outcomes| outcomes.swap_remove(0)) {
            Ok(old) => old,
            // Of another layout, say: then the new one can be accepted in its place.
            Err(error) => {
                return waits(file, &accepted, outcome, &format!("The accepted outcome cannot be read: {error}."), 1);
            }
        };
        let difference = match compare(("accepted", &old), ("new", &kept(outcome))) {
            Ok(difference) => difference,
            Err(error) => return Report::failure(error),
        };
        match difference.conclusion {
            Conclusion::Identical | Conclusion::Same => {
                // What waited before is out of date.
                let removed = fs::remove_file(pending(&accepted));
                return match removed {
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        said(format!("{error}; check its permissions"), 2)
                    }
                    _ => said(difference.sentence, 0),
                };
            }
            Conclusion::Contradiction => (difference.sentence, 3),
            Conclusion::Moved | Conclusion::Unjudged => (difference.sentence, 1),
        }
    } else {
        ("New: no outcome of this study was accepted before.".to_string(), 1)
    };
    waits(file, &accepted, outcome, &what, code)
}

/// Has an outcome wait, for the reason given.
fn waits(file: &Path, accepted: &Path, outcome: &Outcome, what: &str, code: u8) -> Report {
    let review = format!("`shardbed review {}` shows it and asks what to do", shown(file));
    match put_pending(accepted, outcome) {
        Ok(()) => Report { stderr: format!("{}: {what} {review}\n", shown(accepted)), code, ..Report::default() },
        Err(error) => Report::failure(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{accepted, compared, kept, path, pending, put_pending, text};
    use crate::cli::outcomes::read;
    use crate::outcome::fixture;
    use std::fs;
    #[cfg(unix)]
    use std::os::unix::fs::symlink;
    use std::path::Path;

    #[test]
    fn what_is_kept_is_read_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let outcome = fixture::with_phases();
        let accepted = path(&folder.path().join("cheese.shard"), &outcome.study.name);
        assert_eq!(accepted, folder.path().join("outcomes").join(format!("cheese@{}.snap", outcome.study.name)));
        put_pending(&accepted, &outcome).expect("written");
        put_pending(&accepted, &outcome).expect("written again");
        assert_eq!(read(&pending(&accepted)).expect("an outcome"), [kept(&outcome)]);
        assert!(kept(&outcome).predictors.is_empty() && kept(&outcome).results.training.steps_per_second.is_none());
    }

    #[test]
    fn a_file_of_any_name_makes_a_head_of_four_lines() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut outcome = fixture::outcome();
        outcome.study.file = "a: \"b\n---\n{}".to_string();
        let accepted = folder.path().join("outcomes/a@b.snap");
        put_pending(&accepted, &outcome).expect("written");
        assert_eq!(read(&pending(&accepted)).expect("an outcome"), [kept(&outcome)]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let outcome = fixture::outcome();
        let elsewhere = folder.path().join("elsewhere");
        fs::create_dir(&elsewhere).expect("a folder");
        let file = folder.path().join("cheese.shard");
        let accepted = path(&file, &outcome.study.name);
        let precious = elsewhere.join(pending(&accepted).file_name().expect("a name"));
        let same = elsewhere.join(accepted.file_name().expect("a name"));
        fs::write(&same, format!("{}\n", text(&outcome).expect("JSON"))).expect("written");
        fs::write(&precious, "precious").expect("written");
        let refused = || {
            let report = compared(&file, &outcome);
            assert!(report.code == 2 && report.stderr.contains("this is a link"), "{report:?}");
            assert_eq!(fs::read_to_string(&precious).expect("there"), "precious");
        };
        symlink(&elsewhere, folder.path().join("outcomes")).expect("a link");
        refused();
        fs::remove_file(folder.path().join("outcomes")).expect("a link");
        fs::create_dir(folder.path().join("outcomes")).expect("a folder");
        symlink(&same, &accepted).expect("a link");
        refused();
        // One in the place of what waits is taken away, and what it leads to stays.
        fs::rename(&same, &accepted).expect("no link any more");
        symlink(&precious, pending(&accepted)).expect("a link");
        assert_eq!(compared(&file, &outcome).code, 0);
        assert!(precious.exists() && !pending(&accepted).is_symlink());
    }

    #[test]
    fn names() {
        assert_eq!(pending(Path::new("a/outcomes/x@y.snap")), Path::new("a/outcomes/x@y.snap.new"));
        assert_eq!(accepted(Path::new("a/outcomes/x@y.snap.new")), Path::new("a/outcomes/x@y.snap"));
        assert_eq!(path(Path::new("x.shard"), "y"), Path::new("outcomes/x@y.snap"));
    }
}
