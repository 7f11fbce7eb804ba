//! The commands, one a file: functions from arguments to what is to be printed.

pub mod arguments;
pub mod attribute;
pub mod author;
pub mod bench_predictors;
pub mod bias;
pub mod chain;
pub mod check;
pub mod diagnose;
pub mod diff;
pub mod execute;
pub mod export;
pub mod files;
pub mod fmt;
pub mod gc;
pub mod history;
pub mod inputs;
pub mod json;
pub mod kept;
pub mod ledgers;
pub mod manifest;
pub mod npy;
pub mod outcomes;
pub mod predict;
pub mod progress;
pub mod review;
pub mod run;
pub mod runs;
pub mod score;
pub mod seal;
pub mod show;
pub mod snapshot;
pub mod store;
pub mod studies;
pub mod train;
pub mod validate;
pub mod verify;

use crate::language::render::visible;

/// The exit code where a ledger was tampered with.
pub const TAMPERED: u8 = 3;

/// What a command has to say; only `main` prints and exits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub stdout: String,
    pub stderr: String,
    /// The exit code.
    pub code: u8,
}

impl Report {
    /// A command that could not do its work: the message goes to standard error, without anything that a terminal would obey,
    /// since it may tell of what a stranger wrote; the code is 2.
    pub fn failure(message: impl std::fmt::Display) -> Report {
        let stderr = format!("error: {}\n", visible(&message.to_string()));
        Report { stdout: String::new(), stderr, code: 2 }
    }

    /// This, and then that; the larger code stays.
    pub fn and(self, then: Report) -> Report {
        let code = self.code.max(then.code);
        Report { stdout: self.stdout + &then.stdout, stderr: self.stderr + &then.stderr, code }
    }

    /// A command that did its work.
    pub fn success(stdout: String) -> Report {
        Report { stdout, ..Report::default() }
    }
}
