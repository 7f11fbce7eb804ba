//! The commands, one a file: functions from arguments to what is to be printed.

pub mod arguments;
pub mod attribute;
pub mod bench_predictors;
pub mod bias;
pub mod chain;
pub mod check;
pub mod execute;
pub mod export;
pub mod files;
pub mod fmt;
pub mod inputs;
pub mod json;
pub mod manifest;
pub mod npy;
pub mod predict;
pub mod progress;
pub mod run;
pub mod runs;
pub mod score;
pub mod show;
pub mod studies;
pub mod validate;

/// What a command has to say; only `main` prints and exits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub stdout: String,
    pub stderr: String,
    /// The exit code.
    pub code: u8,
}

impl Report {
    /// A command that could not do its work: the message goes to standard error, the code is 2.
    pub fn failure(message: impl std::fmt::Display) -> Report {
        Report { stdout: String::new(), stderr: format!("error: {message}\n"), code: 2 }
    }

    /// A command that did its work.
    pub fn success(stdout: String) -> Report {
        Report { stdout, ..Report::default() }
    }
}
