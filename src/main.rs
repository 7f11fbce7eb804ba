//! The command `shardbed`. This file alone prints and exits.
#![forbid(unsafe_code)]

use clap::Parser;
use shardbed::cli::Report;
use shardbed::cli::arguments::Arguments;
use shardbed::cli::execute::{Terminal, execute};
use shardbed::cli::kept::Kept;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::{ExitCode, exit};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// The exit code of a command that was interrupted: 128 and the number of the signal that Ctrl-C sends, as shells have it.
const INTERRUPTED: i32 = 130;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let kept = Kept::default();
    end_when_interrupted(&kept);
    let terminal = Terminal {
        width: io::stdout()
            .is_terminal()
            .then(|| console::Term::stdout().size_checked().map_or(100, |(_, columns)| usize::from(columns))),
        errors: io::stderr().is_terminal(),
        plain: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
    };
    let mut lost = None;
    let mut show = |report: &Report| lost = print(report).err().or(lost.take());
    let report = execute(&arguments.command, terminal, &mut io::stdin().lock(), &kept, &mut show);
    show(&report);
    let Some(error) = lost else { return ExitCode::from(report.code) };
    // Where standard error is gone too, nobody can be told.
    let _ = writeln!(io::stderr(), "error: the output cannot be written: {error}");
    ExitCode::from(2)
}

/// From now on Ctrl-C, and what asks a process to end, says what is kept and ends this one; a second time at once, should
/// standard error not take what is said.
fn end_when_interrupted(kept: &Kept) {
    let (kept, again) = (kept.clone(), AtomicBool::new(false));
    let handler = move || {
        let kept = kept.clone();
        let end = move || {
            let _ = io::stderr().write_all(kept.interrupted().as_bytes());
            exit(INTERRUPTED)
        };
        if again.swap(true, Ordering::Relaxed) || thread::Builder::new().spawn(end).is_err() {
            exit(INTERRUPTED);
        }
    };
    // Where a signal is ignored, as one is under `nohup`, it stays so, and the others end the process without a word.
    let _ = ctrlc::try_set_handler(handler);
}

/// A reader that went away, as `head` does, is no failure of the command; a full disk is.
fn print(report: &Report) -> io::Result<()> {
    let gone = |error: io::Error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) };
    io::stderr().write_all(report.stderr.as_bytes()).or_else(gone)?;
    let mut output = io::stdout().lock();
    output.write_all(report.stdout.as_bytes()).and_then(|()| output.flush()).or_else(gone)
}
