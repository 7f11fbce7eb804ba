//! The files that a prediction file uses. The language names them and reads their text; how a file is found is for the
//! caller, who implements [`Library`].

use thiserror::Error;

/// The folder of a prediction file. Names in it are paths from that folder, with `/`.
pub trait Library {
    /// The name of the prediction file itself; nothing for a text that is no file.
    fn top(&self) -> Option<&str>;

    /// The file with this name. Only one inside of the folder is given out, links followed.
    fn load(&self, name: &str) -> Result<Used, NotUsed>;
}

/// A file that is used.
pub struct Used {
    /// Its name with links followed: the same file has the same name.
    pub name: String,
    /// All of it, or more than a prediction file may have.
    pub bytes: Vec<u8>,
}

/// Why a file is not used. The messages go on from its path.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NotUsed {
    #[error("this text is no file, so it cannot use others")]
    NoFolder,
    #[error("the path is empty")]
    Empty,
    #[error("is an absolute path")]
    Absolute,
    #[error("has a `\\`, where paths have `/`")]
    Backslash,
    #[error("lies outside of the folder of the prediction file")]
    Outside,
    #[error("leads by a link out of the folder of the prediction file")]
    LinkedOutside,
    #[error("does not exist")]
    Missing,
    #[error("is a folder")]
    Folder,
    #[error("is a device or a pipe and no file")]
    Special,
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

/// For a text that is no file.
pub struct NoLibrary;

impl Library for NoLibrary {
    fn top(&self) -> Option<&str> {
        None
    }

    fn load(&self, _: &str) -> Result<Used, NotUsed> {
        Err(NotUsed::NoFolder)
    }
}

/// The name of what the file `from` calls `path`: its folder and the path joined, without `.` and `..`.
pub fn resolve(from: &str, path: &str) -> Result<String, NotUsed> {
    let drive = path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') || drive {
        return Err(NotUsed::Absolute);
    }
    if path.contains('\\') {
        return Err(NotUsed::Backslash);
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(NotUsed::Outside)?;
            }
            part => parts.push(part),
        }
    }
    match path.rsplit('/').next() {
        None | Some("") if path.trim_matches('/').is_empty() => Err(NotUsed::Empty),
        None | Some("" | "." | "..") => Err(NotUsed::Folder),
        Some(_) => Ok(parts.join("/")),
    }
}

#[cfg(test)]
mod tests {
    use super::{NotUsed, resolve};

    #[test]
    fn names_stay_in_the_folder() {
        for (from, path, name) in [
            ("a.shard", "b.shard", "b.shard"),
            ("a.shard", "./worlds//b.shard", "worlds/b.shard"),
            ("worlds/a.shard", "b.shard", "worlds/b.shard"),
            ("worlds/a.shard", "../b.shard", "b.shard"),
            ("a.shard", "worlds/deep/../../b.shard", "b.shard"),
            ("a.shard", "...", "..."),
        ] {
            assert_eq!(resolve(from, path).as_deref(), Ok(name), "{from} {path}");
        }
        for (from, path, why) in [
            ("a.shard", "", NotUsed::Empty),
            ("a.shard", "/", NotUsed::Absolute),
            ("a.shard", "/etc/passwd", NotUsed::Absolute),
            ("a.shard", "C:/b.shard", NotUsed::Absolute),
            ("a.shard", "worlds\\b.shard", NotUsed::Backslash),
            ("a.shard", "../b.shard", NotUsed::Outside),
            ("a.shard", "worlds/../../here/b.shard", NotUsed::Outside),
            ("worlds/a.shard", "../../b.shard", NotUsed::Outside),
            ("a.shard", "..", NotUsed::Outside),
            ("a.shard", "worlds/", NotUsed::Folder),
            ("a.shard", "worlds/..", NotUsed::Folder),
            ("a.shard", ".", NotUsed::Folder),
        ] {
            assert_eq!(resolve(from, path), Err(why), "{from} {path}");
        }
    }
}
