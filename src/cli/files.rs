//! Reading prediction files and those that they use, and replacing them whole.

use crate::language::MAX_BYTES;
use crate::language::library::{Library, NotUsed, Used};
use crate::language::render::visible;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What follows the name of a prediction file in that of its ledger.
pub const LEDGER: &str = ".ledger";
/// The most folders inside one another that are looked into.
pub const DEPTH: usize = 16;

/// A path for people: what their terminal would obey is written out.
pub fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy()).replace('\n', "\\n")
}

/// Why a file cannot be used.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("{}: there is no such file; check the path", shown(.0))]
    Missing(PathBuf),
    #[error("{}: this is a folder; name the files in it", shown(.0))]
    Folder(PathBuf),
    #[error("{}: this is a device or a pipe and no file; save its text in a file, and name that", shown(.0))]
    Special(PathBuf),
    #[error("{}: this is the ledger of a prediction file; name that one: {}", shown(.0), shown(&.0.with_extension("")))]
    Ledger(PathBuf),
    #[error("{}: {mend}", shown(.path))]
    Unwritable { path: PathBuf, mend: &'static str },
    #[error("{}: no permission to {action} it; change its permissions or those of its folder", shown(.path))]
    Permission { path: PathBuf, action: &'static str },
    #[error("{}: cannot {action} it: {source}", shown(.path))]
    Other { path: PathBuf, action: &'static str, source: io::Error },
}

fn explain(path: &Path, action: &'static str, source: io::Error) -> FileError {
    let path = path.to_owned();
    match source.kind() {
        _ if path.is_dir() => FileError::Folder(path),
        // A socket, for example, cannot even be opened.
        _ if fs::metadata(&path).is_ok_and(|kind| !kind.is_file()) => FileError::Special(path),
        io::ErrorKind::NotFound => FileError::Missing(path),
        io::ErrorKind::PermissionDenied => FileError::Permission { path, action },
        _ => FileError::Other { path, action, source },
    }
}

/// The bytes of a file: all of them, or one more than a prediction file may have. What is judged is what has been
/// opened, whatever the path leads to a moment later.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let bytes = read_up_to(path, MAX_BYTES)?;
    // In the language, every line of it would be an error.
    match path.as_os_str().as_encoded_bytes().ends_with(LEDGER.as_bytes()) {
        true => Err(FileError::Ledger(path.to_owned())),
        false => Ok(bytes),
    }
}

/// The bytes of a file: all of them, or one more than `most`.
pub fn read_up_to(path: &Path, most: usize) -> Result<Vec<u8>, FileError> {
    let failed = |error| explain(path, "read", error);
    let file = open_at_once(path).map_err(failed)?;
    let kind = file.metadata().map_err(failed)?;
    if kind.is_dir() {
        return Err(FileError::Folder(path.to_owned()));
    }
    // A device can go on for ever.
    if !kind.is_file() {
        return Err(FileError::Special(path.to_owned()));
    }
    up_to(file, most).map_err(failed)
}

/// Opens for reading without waiting: to open a pipe that nobody writes to would otherwise never return.
#[cfg(unix)]
fn open_at_once(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open_at_once(path: &Path) -> io::Result<fs::File> {
    fs::File::open(path)
}

/// What can be read, up to one byte more than a prediction file may have: enough to see that it is too long.
pub fn start(source: impl Read) -> io::Result<Vec<u8>> {
    up_to(source, MAX_BYTES)
}

/// What can be read, up to one byte more than `most`.
pub fn up_to(source: impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most as u64 + 1).read_to_end(&mut bytes).map(|_| bytes)
}

/// The path of a file that exists, links followed.
pub fn real(file: &Path) -> Result<PathBuf, FileError> {
    fs::canonicalize(file).map_err(|error| explain(file, "read", error))
}

/// The folder in which a prediction file lies, links followed, with all below it.
pub struct Folder {
    path: PathBuf,
    top: String,
}

impl Folder {
    /// The folder of a file that exists.
    pub fn of(file: &Path) -> Result<Folder, FileError> {
        let real = real(file)?;
        let top = real.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Folder { path: real.parent().map(Path::to_owned).unwrap_or_default(), top })
    }
}

impl Library for Folder {
    fn top(&self) -> Option<&str> {
        Some(&self.top)
    }

    fn load(&self, name: &str) -> Result<Used, NotUsed> {
        let real = fs::canonicalize(self.path.join(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => NotUsed::Missing,
            _ => NotUsed::Unreadable(error.to_string()),
        })?;
        // Whoever can put links into this folder between here and the reading can as well change the files in it.
        let inside = real.strip_prefix(&self.path).map_err(|_| NotUsed::LinkedOutside)?;
        let parts: Option<Vec<&str>> = inside.components().map(|part| part.as_os_str().to_str()).collect();
        let name = parts.ok_or_else(|| NotUsed::Unreadable("its name is no UTF-8".to_owned()))?.join("/");
        match read(&real) {
            Ok(bytes) => Ok(Used { name, bytes }),
            Err(FileError::Folder(_)) => Err(NotUsed::Folder),
            Err(FileError::Special(_)) => Err(NotUsed::Special),
            Err(FileError::Missing(_)) => Err(NotUsed::Missing),
            Err(FileError::Permission { .. }) => Err(NotUsed::Unreadable("no permission".to_owned())),
            Err(FileError::Other { source, .. }) => Err(NotUsed::Unreadable(source.to_string())),
            Err(error @ (FileError::Unwritable { .. } | FileError::Ledger(_))) => {
                Err(NotUsed::Unreadable(error.to_string()))
            }
        }
    }
}

/// Reads a prediction file: its bytes, and the folder of what it uses.
pub fn open(path: &Path) -> Result<(Vec<u8>, Folder), FileError> {
    Ok((read(path)?, Folder::of(path)?))
}

/// Finds out whether a file can be written, and leaves everything as it was.
///
/// # Errors
/// If it cannot be.
pub fn writable(path: &Path) -> Result<(), FileError> {
    let unwritable = |mend| Err(FileError::Unwritable { path: path.to_owned(), mend });
    let trial = match fs::metadata(path) {
        Ok(kind) if kind.is_dir() => return unwritable("this is a folder; name a file in it"),
        Ok(kind) if !kind.is_file() => return unwritable("this is a device or a pipe; name a file"),
        Ok(kind) if kind.permissions().readonly() => {
            return Err(FileError::Permission { path: path.to_owned(), action: "write" });
        }
        Ok(_) => beside(&fs::canonicalize(path).map_err(|error| explain(path, "write", error))?),
        Err(_) if fs::symlink_metadata(path).is_ok() => {
            return unwritable("this is a link that leads nowhere; remove it, or make what it leads to");
        }
        Err(_) => match path.parent() {
            _ if path.file_name().is_none() => return unwritable("this is no file; name one"),
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                return unwritable("its folder does not exist; make it first");
            }
            _ => path.to_owned(),
        },
    };
    let tried = fs::File::create_new(&trial).and_then(|_| fs::remove_file(&trial));
    tried.map_err(|error| explain(path, "write", error))
}

/// The files in a folder, and in those at most so far below it, whose name ends so, in order. Links are not followed; hidden
/// folders and `target` are left out.
///
/// # Errors
/// If a folder cannot be read.
pub fn below(folder: &Path, depth: usize, ending: &str) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    collect(folder, ending, depth, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, ending: &str, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), FileError> {
    let failed = |source| FileError::Other { path: folder.to_owned(), action: "list", source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))).map_err(failed)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if kind.is_file() && name.ends_with(ending) {
            found.push(path);
        } else if kind.is_dir() && depth > 0 && !name.starts_with('.') && name != "target" {
            collect(&path, ending, depth - 1, found)?;
        }
    }
    Ok(())
}

/// Whether two paths that can be written to are one file, however they are spelled.
pub fn are_one(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::canonicalize(path)
            .or_else(|_| fs::canonicalize(folder).map(|own| own.join(path.file_name().unwrap_or_default())))
    };
    match (place(one), place(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Writes a file, in place of an earlier one if there is one.
///
/// # Errors
/// If it cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), FileError> {
    writable(path)?;
    if path.exists() {
        replace(path, text)
    } else {
        fs::write(path, text).map_err(|error| explain(path, "write", error))
    }
}

/// Where what replaces a file is written first.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

/// Replaces a file in one step: whoever reads it sees the old text or the new one. Links are followed, permissions
/// stay.
pub fn replace(path: &Path, text: &str) -> Result<(), FileError> {
    let failed = |error| explain(path, "write", error);
    let target = fs::canonicalize(path).map_err(failed)?;
    let permissions = fs::metadata(&target).map_err(failed)?.permissions();
    if permissions.readonly() {
        return Err(FileError::Permission { path: path.to_owned(), action: "write" });
    }
    put(&target, text, Some(permissions)).map_err(failed)
}

/// As [`replace`], where there may be no file yet, and what is there is no link: one would be replaced, not followed.
pub fn replace_or_make(path: &Path, text: &str) -> Result<(), FileError> {
    let permissions = fs::symlink_metadata(path).ok().map(|kind| kind.permissions());
    if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(FileError::Permission { path: path.to_owned(), action: "write" });
    }
    put(path, text, permissions).map_err(|error| explain(path, "write", error))
}

/// Writes a file beside its place, and moves it there.
fn put(target: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    let temporary = beside(target);
    let made = fs::File::create_new(&temporary).or_else(|error| match error.kind() {
        // Left by a process of the same number that was killed.
        io::ErrorKind::AlreadyExists => fs::remove_file(&temporary).and_then(|()| fs::File::create_new(&temporary)),
        _ => Err(error),
    });
    let written = made.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.sync_all()?;
        fs::rename(&temporary, target)
    });
    // The error that is reported is the first one; the rest of the file is of no use.
    written.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// Held while a file is read and replaced: no other process does so meanwhile. Its own file, beside that one, is there as
/// long as it is held, and goes with it; what a killed process leaves of it locks nothing.
pub struct Lock {
    path: PathBuf,
    _file: fs::File,
}

impl Lock {
    /// Waits for others that hold it.
    ///
    /// # Errors
    /// If nothing can be written in the folder.
    pub fn of(target: &Path) -> Result<Lock, FileError> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.lock"));
        let failed = |error| explain(&path, "write", error);
        loop {
            let file = open_to_lock(&path).map_err(failed)?;
            if !file.metadata().map_err(failed)?.is_file() {
                return Err(FileError::Special(path));
            }
            file.lock().map_err(failed)?;
            // Whoever held it before may have removed it meanwhile: then this one locks nothing.
            if is_at(&file, &path) {
                return Ok(Lock { path, _file: file });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where it cannot be told whether the file is still the one that is locked, it stays.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Links are not followed, pipes are not waited for.
#[cfg(unix)]
fn open_to_lock(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW;
    fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open_to_lock(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Whether a file is the one at a path.
#[cfg(unix)]
fn is_at(file: &fs::File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |kind: fs::Metadata| (kind.dev(), kind.ino());
    matches!((file.metadata().map(number), fs::symlink_metadata(path).map(number)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
fn is_at(_: &fs::File, _: &Path) -> bool {
    true
}
