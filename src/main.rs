//! The command `shardbed`. This file alone prints and exits.
#![forbid(unsafe_code)]

use clap::Parser;
use shardbed::cli::arguments::Arguments;
use shardbed::cli::execute::{Terminal, execute};
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal {
        width: std::io::stdout()
            .is_terminal()
            .then(|| console::Term::stdout().size_checked().map_or(100, |(_, columns)| usize::from(columns))),
        errors: std::io::stderr().is_terminal(),
        plain: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
    };
    let report = execute(&arguments.command, terminal, || {
        let mut input = Vec::new();
        std::io::stdin().read_to_end(&mut input).map(|_| input)
    });
    let errors = std::io::stderr().write_all(report.stderr.as_bytes());
    let output = std::io::stdout().write_all(report.stdout.as_bytes());
    // A reader that went away, as `head` does, is no failure of the command; a full disk is.
    match output.and(errors) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::from(2),
        _ => ExitCode::from(report.code),
    }
}
