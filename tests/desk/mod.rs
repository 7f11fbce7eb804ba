//! A folder of prediction files, with a store in it, in which the real program runs.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub struct Desk(pub TempDir);

/// What a command said, as text.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn empty() -> Desk {
        Desk(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// By an author of a name, whoever runs the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shardbed"));
        command.current_dir(self.0.path()).args(arguments).stdin(Stdio::null()).env("SHARDBED_AUTHOR", "Ada");
        command
    }

    #[track_caller]
    pub fn says(&self, arguments: &[&str]) -> Said {
        said(&self.command(arguments).output().expect("the command starts"))
    }
}

/// Nothing that it says is a panic, or obeyed by a terminal.
#[track_caller]
pub fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("what it says is text");
    let said = Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
    assert!(!said.err.contains("panicked"), "{said:?}");
    assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{said:?}");
    said
}
