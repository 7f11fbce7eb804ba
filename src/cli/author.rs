//! Who seals.

use crate::ledger::entry::{MAX_AUTHOR, unfit_name};
use std::process::{Command, Stdio};

/// The variable that names the author.
pub const VARIABLE: &str = "SHARDBED_AUTHOR";

/// The first of these that is there: the name given, the variable [`VARIABLE`], git's `user.name`, the name of the login.
///
/// # Errors
/// If there is none, or it cannot stand in a ledger.
pub fn author(given: Option<&str>) -> Result<String, String> {
    let variable = |name: &str| std::env::var_os(name).map(|name| name.to_string_lossy().into_owned());
    let login = || {
        let mut names = ["USER", "LOGNAME", "USERNAME"].into_iter();
        names.find_map(|name| Some((name, present(variable(name))?)))
    };
    let found = match given {
        Some(name) => Some(("--author", name.trim().to_string())),
        None => present(variable(VARIABLE))
            .map(|name| (VARIABLE, name))
            .or_else(|| Some(("git's user.name", present(of_git())?)))
            .or_else(login),
    };
    let (source, name) = found.ok_or_else(|| {
        format!("nobody is known who seals: give a name with --author, or in the variable {VARIABLE}")
    })?;
    match unfit_name(&name, MAX_AUTHOR) {
        None => Ok(name),
        Some(what) => Err(format!("{source}: the name of who seals {what}; give another with --author")),
    }
}

fn present(name: Option<String>) -> Option<String> {
    name.map(|name| name.trim().to_string()).filter(|name| !name.is_empty())
}

/// Nothing where git is not there or knows none.
fn of_git() -> Option<String> {
    let said = Command::new("git").args(["config", "user.name"]).stdin(Stdio::null()).stderr(Stdio::null()).output();
    said.ok().filter(|said| said.status.success()).map(|said| String::from_utf8_lossy(&said.stdout).into_owned())
}
