//! The ledger beside a prediction file: `study.shard` has `study.shard.ledger`.

use crate::cli::TAMPERED;
use crate::cli::files::{self, FileError, Lock, shown};
use crate::ledger::fault::Fault;
use crate::ledger::read::{MAX_BYTES, read};
use crate::ledger::standing::Standing;
use crate::ledger::whole::{Ledger, Refusal};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What follows the name of a prediction file in that of its ledger.
const ENDING: &str = ".ledger";

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{}: this is a link, and a ledger is a file of its own; remove it", shown(.0))]
    Link(PathBuf),
    #[error("{}: the ledger is broken. {fault}", shown(.path))]
    Broken { path: PathBuf, fault: Fault },
    #[error("{}: {refusal}", shown(.path))]
    Refused { path: PathBuf, refusal: Refusal },
}

impl LedgerError {
    /// 3 where a ledger was tampered with, else 2.
    pub fn code(&self) -> u8 {
        match self {
            LedgerError::Broken { fault: Fault::Newer { .. }, .. } => 2,
            LedgerError::Broken { .. } => TAMPERED,
            _ => 2,
        }
    }

    /// A clause that names no path.
    pub fn clause(&self) -> String {
        match self {
            LedgerError::Broken { fault, .. } => fault.to_string(),
            LedgerError::Link(_) => "it is a link and no file of its own".to_string(),
            LedgerError::File(FileError::Folder(_)) => "a folder is in its place".to_string(),
            LedgerError::File(FileError::Special(_)) => "a device or a pipe is in its place".to_string(),
            LedgerError::File(FileError::Permission { .. }) => "there is no permission to read it".to_string(),
            _ => "it cannot be read".to_string(),
        }
    }
}

/// Where the ledger of a prediction file is: beside the file itself, links to it followed.
///
/// # Errors
/// If there is no such file.
pub fn path(file: &Path) -> Result<PathBuf, FileError> {
    let mut name = OsString::from(files::real(file)?);
    name.push(ENDING);
    Ok(PathBuf::from(name))
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
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ledger::default()),
        Ok(kind) if kind.is_symlink() => return Err(LedgerError::Link(path.to_owned())),
        _ => {}
    }
    let bytes = files::read_up_to(path, MAX_BYTES)?;
    read(&bytes).map_err(|fault| LedgerError::Broken { path: path.to_owned(), fault })
}

/// What the ledger of a prediction file says of a study with this name and canonical hash.
pub fn standing(file: &Path, study: &str, prediction: &str) -> Standing {
    match path(file).map_err(LedgerError::from).and_then(|path| load(&path)) {
        Ok(ledger) => Standing::of(&ledger, study, prediction),
        Err(error) => Standing::Broken(error.clause()),
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
