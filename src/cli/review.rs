//! `shardbed review`: outcomes that changed, one after the other, to be accepted or rejected.

use crate::cli::Report;
use crate::cli::arguments::Review;
use crate::cli::files::{self, DEPTH};
use crate::cli::json::brief;
use crate::cli::kept::Kept;
use crate::cli::outcomes::{OutcomesError, read};
use crate::cli::progress::Progress;
use crate::cli::run::jobs;
use crate::cli::snapshot::{FOLDER, PENDING, accepted, no_link};
use crate::experiment::Options;
use crate::experiment::difference::again::explain;
use crate::experiment::difference::compare::compare;
use crate::language::render::visible;
use crate::outcome::Outcome;
use crate::report::difference::terminal;
use crate::report::terminal::Style;
use crate::store::Store;
use std::fs;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

/// What is done with an outcome.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Accept,
    Reject,
    Skip,
    /// Shows every number that differs.
    All,
    Quit,
    /// No more input.
    Ended,
    /// What is none.
    Other(String),
}

/// Shows every outcome that waits, with what moved against the accepted one, and asks what to do. `print` is given each page
/// and question; what is returned is the rest, with code 1 where some still wait.
pub fn review(arguments: &Review, style: Style, stdin: &mut dyn BufRead, print: &mut dyn FnMut(&Report)) -> Report {
    let jobs = match jobs(arguments.jobs.as_deref()) {
        Ok(jobs) => jobs,
        Err(message) => return Report::failure(message),
    };
    let waiting = match waiting(&arguments.paths) {
        Ok(waiting) => waiting,
        Err(message) => return Report::failure(message),
    };
    let store = Store::open_existing(&arguments.store).ok();
    let (mut taken, mut rejected, mut others) = (0, 0, Vec::new());
    for pending in &waiting {
        let links = no_link(&accepted(pending)).and_then(|()| no_link(pending)).map_err(|error| error.to_string());
        let outcome = match links.and_then(|()| one(pending).map_err(|error| error.to_string())) {
            Ok(outcome) => outcome,
            // A snapshot of something else is for whoever wrote it.
            Err(why) => {
                others.push(why);
                continue;
            }
        };
        let shown = |all| page(pending, &outcome, all, style, store.as_ref(), jobs);
        let page = match shown(false) {
            Ok(page) => page,
            Err(message) => return Report::failure(message),
        };
        print(&Report::success(page));
        let answer = loop {
            match (arguments.accept, arguments.reject) {
                (true, _) => break Answer::Accept,
                (_, true) => break Answer::Reject,
                _ => {}
            }
            let question = "accept (a), reject (r), skip (s), show all numbers (d), quit (q)? ".to_string();
            print(&Report { stderr: question, ..Report::default() });
            match ask(stdin) {
                Ok(Answer::All) => match shown(true) {
                    Ok(page) => print(&Report::success(page)),
                    Err(message) => return Report::failure(message),
                },
                // The question still waits for the end of its line.
                Ok(Answer::Ended) => {
                    print(&Report { stderr: "\n".to_string(), ..Report::default() });
                    break Answer::Quit;
                }
                Ok(Answer::Other(line)) => {
                    let said =
                        if line.is_empty() { String::new() } else { format!("`{}` is no answer. ", brief(&line)) };
                    let stderr = format!("{said}Type one of the letters a, r, s, d and q, or the word, then Enter.\n");
                    print(&Report { stderr, ..Report::default() });
                }
                Ok(answer) => break answer,
                Err(error) => return Report::failure(format!("standard input cannot be read: {error}")),
            }
        };
        let (done, count) = match answer {
            Answer::Accept => (accept(pending), &mut taken),
            Answer::Reject => (remove(pending), &mut rejected),
            Answer::Skip | Answer::All | Answer::Other(_) => continue,
            Answer::Quit | Answer::Ended => break,
        };
        if let Err(message) = done {
            return Report::failure(message);
        }
        *count += 1;
    }
    let left = waiting.len() - others.len() - taken - rejected;
    let said = match waiting.len() - others.len() {
        0 => "No outcome waits to be reviewed; `shardbed run FILE --snapshot` compares with what was accepted.\n"
            .to_string(),
        _ => format!("{taken} accepted, {rejected} rejected, {left} still waiting.\n"),
    };
    let left_alone = |why: &String| format!("left alone: {}\n", visible(why));
    Report { stdout: said, stderr: others.iter().map(left_alone).collect(), code: u8::from(left > 0) }
}

/// The outcomes that wait in these places, in order: a folder with all below it, a prediction file, or one of them.
fn waiting(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files::below(path, DEPTH, PENDING).map_err(|error| error.to_string())?);
        } else if !path.exists() {
            return Err(format!("{}: there is no such file or folder; check the path", files::shown(path)));
        } else if name.ends_with(PENDING) {
            found.push(path.clone());
        } else {
            let stem = format!("{}@", path.file_stem().unwrap_or_default().to_string_lossy());
            let folder = path.with_file_name(FOLDER);
            let beside = folder.is_dir().then(|| files::below(&folder, 0, PENDING)).transpose();
            let beside = beside.map_err(|error| error.to_string())?.unwrap_or_default();
            let own = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().starts_with(&stem);
            found.extend(beside.into_iter().filter(own));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The outcome in a snapshot.
fn one(path: &Path) -> Result<Outcome, OutcomesError> {
    let outcomes = read(path)?;
    outcomes.into_iter().next().ok_or_else(|| OutcomesError::Empty(path.to_owned()))
}

fn page(
    pending: &Path,
    new: &Outcome,
    all: bool,
    style: Style,
    store: Option<&Store>,
    jobs: usize,
) -> Result<String, String> {
    let accepted = accepted(pending);
    let title = files::shown(pending);
    if !accepted.exists() {
        let seeds = if new.seeds.len() == 1 { "1 seed".to_string() } else { format!("{} seeds", new.seeds.len()) };
        return Ok(format!("{title}\nnew: {}, {seeds}\n{}\n\n", new.study.name, new.verdict.sentence));
    }
    let old = match one(&accepted) {
        Ok(old) => old,
        // Of another layout, say: nothing can be compared, but the new one can take its place.
        Err(error) => {
            return Ok(format!("{title}\nthe accepted outcome cannot be read: {error}\n{}\n\n", new.verdict.sentence));
        }
    };
    let mut difference = compare(("accepted", &old), ("new", new)).map_err(|error| error.to_string())?;
    let progress = Progress::new(&new.study.name, true, &Kept::default());
    explain(&mut difference, (&old, new), store, Options::jobs(jobs), &progress);
    drop(progress);
    Ok(format!("{title}\n{}\n", terminal(&difference, all, style)))
}

/// An answer.
fn ask(stdin: &mut dyn BufRead) -> io::Result<Answer> {
    let mut line = String::new();
    // A line of any length is no answer, and need not be read whole.
    if io::Read::take(&mut *stdin, 1024).read_line(&mut line)? == 0 {
        return Ok(Answer::Ended);
    }
    Ok(match line.trim().to_lowercase().as_str() {
        "a" | "accept" => Answer::Accept,
        "r" | "reject" => Answer::Reject,
        "s" | "skip" => Answer::Skip,
        "d" | "show" | "all" => Answer::All,
        "q" | "quit" => Answer::Quit,
        _ => Answer::Other(line.trim().to_string()),
    })
}

/// Puts a snapshot in the place of the accepted one, without the line in which a test asserted it.
fn accept(pending: &Path) -> Result<(), String> {
    let text = fs::read_to_string(pending).map_err(|error| format!("{}: {error}", files::shown(pending)))?;
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("assertion_line: ")).collect();
    files::replace_or_make(&accepted(pending), &(kept.join("\n") + "\n")).map_err(|error| error.to_string())?;
    remove(pending)
}

fn remove(pending: &Path) -> Result<(), String> {
    fs::remove_file(pending).map_err(|error| format!("{}: {error}; check its permissions", files::shown(pending)))
}
