//! The commands, one a file: functions from arguments to what is to be printed.

pub mod check;
pub mod files;
pub mod fmt;

/// What a command has to say; only `main` prints and exits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub stdout: String,
    pub stderr: String,
    /// The exit code.
    pub code: u8,
}
