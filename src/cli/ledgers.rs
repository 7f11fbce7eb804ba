//! The ledger beside a prediction file: `study.shard` has `study.shard.ledger`.

use crate::cli::files::{self, FileError, LEDGER, Lock, shown};
use crate::cli::{Report, TAMPERED};
use crate::ledger::fault::Fault;
use crate::ledger::read::{MAX_BYTES, read};
use crate::ledger::standing::Standing;
use crate::ledger::whole::{Ledger, Refusal};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How a broken ledger is mended.
pub const MEND: &str = "Nothing in it counts until every byte is as `shardbed seal` left it: bring it back from a copy or from version \
                        control; or move it away and seal again, which counts from then on";

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error(transparent)]
    File(#[from] FileError),
    /// Nothing shows that it was tampered with.
    #[error("{}: the ledger cannot be read: {why}", shown(.path))]
    Unreadable { path: PathBuf, why: String },
    #[error("{}: the ledger is broken. {fault}. {MEND}", shown(.path))]
    Broken { path: PathBuf, fault: Fault },
    #[error("{}: {refusal}", shown(.path))]
    Refused { path: PathBuf, refusal: Refusal },
}

impl LedgerError {
    /// 3 where a ledger was tampered with, else 2.
    pub fn code(&self) -> u8 {
        match self {
            LedgerError::Broken { .. } => TAMPERED,
            _ => 2,
        }
    }

    /// What a command says of it.
    pub fn report(&self) -> Report {
        Report { code: self.code(), ..Report::failure(self) }
    }
}

/// Where the ledger of a prediction file is: beside the file itself, links to it followed.
///
/// # Errors
/// If there is no such file.
pub fn path(file: &Path) -> Result<PathBuf, FileError> {
    Ok(beside(&files::real(file)?))
}

/// The same of a file that may not be there.
pub fn beside(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(LEDGER);
    PathBuf::from(name)
}

/// The path of a ledger for people: beside the file as they wrote its path, where it is there.
pub fn named(file: &Path, ledger: &Path) -> String {
    let beside = file.with_file_name(ledger.file_name().unwrap_or_default());
    shown(if files::are_one(&beside, ledger) { &beside } else { ledger })
}

/// The ledger at a path; an empty one where there is none.
///
/// # Errors
/// If it cannot be read, or is broken.
pub fn load(path: &Path) -> Result<Ledger, LedgerError> {
    let unreadable = |why: String| LedgerError::Unreadable { path: path.to_owned(), why };
    match fs::symlink_metadata(path).map_err(|error| error.kind()) {
        Err(io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(Ledger::default()),
        Ok(kind) if kind.is_symlink() => {
            return Err(unreadable("this is a link, and a ledger is a file of its own; remove it".to_string()));
        }
        _ => {}
    }
    let bytes = files::read_up_to(path, MAX_BYTES).map_err(|error| {
        unreadable(match error {
            FileError::Folder(_) => {
                "this is a folder; move it away, and bring the file back that was there".to_string()
            }
            FileError::Special(_) => "this is a device or a pipe; remove it, and bring the file back".to_string(),
            FileError::Permission { .. } => "no permission to read it; change its permissions".to_string(),
            FileError::Other { source, .. } => format!("{source}; check its disk, or bring it back from a copy"),
            error => error.to_string(),
        })
    })?;
    read(&bytes).map_err(|fault| match fault {
        Fault::Newer { .. } => unreadable(fault.to_string()),
        fault => LedgerError::Broken { path: path.to_owned(), fault },
    })
}

/// What the ledger of a prediction file says of a study with this name and canonical hash.
pub fn standing(file: &Path, study: &str, prediction: &str) -> Standing {
    match path(file).map_err(LedgerError::from).and_then(|path| load(&path)) {
        Ok(ledger) => Standing::of(&ledger, study, prediction),
        Err(LedgerError::Broken { fault, .. }) => Standing::Broken(fault.to_string()),
        Err(LedgerError::Unreadable { why, .. }) => Standing::Unreadable(why),
        // It was there a moment ago. An outcome names no folder.
        Err(LedgerError::File(_) | LedgerError::Refused { .. }) => {
            Standing::Unreadable("the prediction file is no longer there".to_string())
        }
    }
}

/// Adds to the ledger at a path what `add` adds, all of it or nothing, while no other process does; gives the ledger.
///
/// # Errors
/// If it cannot be read or written, is broken, or `add` is refused.
pub fn append(path: &Path, add: impl FnOnce(&mut Ledger) -> Result<(), Refusal>) -> Result<Ledger, LedgerError> {
    // A ledger that nothing can be added to is told before the folder is touched.
    load(path)?;
    let _lock = Lock::of(path)?;
    let mut ledger = load(path)?;
    let before = ledger.entries().len();
    add(&mut ledger).map_err(|refusal| LedgerError::Refused { path: path.to_owned(), refusal })?;
    if ledger.entries().len() > before {
        files::replace_or_make(path, &ledger.text())?;
    }
    Ok(ledger)
}
