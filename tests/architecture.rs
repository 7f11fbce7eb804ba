//! The architecture, enforced on the text of `src`: which module may use which, and what no file may hold.
//!
//! Comments and strings are left out, but for `TODO` and `FIXME`, which are looked for everywhere. Paths are followed
//! as they are written, which suffices as long as nothing is re-exported.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every module in reading order, and the modules that it may use besides itself.
const MODULES: &[(&str, &[&str])] = &[
    ("seed", &[]),
    ("parallel", &[]),
    ("digest", &[]),
    ("ledger", &["digest"]),
    ("world", &["seed"]),
    ("heuristic", &["world"]),
    ("study", &["world", "heuristic"]),
    ("scoring", &[]),
    ("language", &["seed", "digest", "world", "heuristic", "study", "scoring"]),
    ("network", &["seed", "world"]),
    ("training", &["seed", "world", "heuristic", "study", "network"]),
    ("attribution", &["world", "network"]),
    ("behaviour", &["seed", "world", "heuristic", "study", "network"]),
    ("selection", &["seed", "world", "heuristic", "study", "network", "attribution"]),
    ("solver", &["seed", "world", "heuristic", "study", "network", "attribution", "selection"]),
    ("markov", &["scoring"]),
    (
        "predictor",
        &[
            "seed",
            "parallel",
            "world",
            "heuristic",
            "study",
            "network",
            "training",
            "attribution",
            "behaviour",
            "selection",
            "solver",
            "markov",
        ],
    ),
    ("outcome", &[]),
    ("store", &["digest", "outcome"]),
    (
        "experiment",
        &[
            "seed",
            "parallel",
            "digest",
            "ledger",
            "world",
            "heuristic",
            "study",
            "language",
            "network",
            "training",
            "attribution",
            "behaviour",
            "selection",
            "solver",
            "markov",
            "scoring",
            "predictor",
            "outcome",
            "store",
        ],
    ),
    (
        "validation",
        &[
            "seed",
            "parallel",
            "world",
            "heuristic",
            "study",
            "language",
            "network",
            "training",
            "attribution",
            "behaviour",
            "selection",
            "solver",
            "experiment",
        ],
    ),
    ("report", &["outcome"]),
];
/// Those that may use every module; `main` also prints and exits.
const UNBOUND: &[&str] = &["cli", "lib", "main"];
/// The modules that may name dfdx.
const ON_TENSORS: &[&str] = &["network", "training", "attribution"];
/// The crates of vector instructions, and the modules that may name them.
const ON_VECTORS: (&[&str], &[&str]) = (&["pulp", "aligned_vec"], &["network", "scoring"]);
/// Names that say nothing of what a module holds.
const DRAWERS: &[&str] = &["util", "utils", "misc", "helper", "helpers", "common"];
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];
const UNFINISHED: &[&str] = &["todo", "unimplemented"];
/// What may stand at the top of the repository, besides `LICENSE…` and names that begin with a dot.
const TOP: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "predictions",
    "tests",
    "benches",
    "README.md",
    "CHANGELOG.md",
    "CITATION.cff",
];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Violation {
    file: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.rule)
    }
}

/// A word, `::`, or another single character of code.
#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    line: usize,
    text: &'a str,
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The code of a file without comments, strings, characters and the quotes of lifetimes.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        let length = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest),
            '\'' => character(rest),
            'r' | 'b' | 'c' if raw_string(rest).is_some() => raw_string(rest).unwrap(),
            ':' if rest.starts_with("::") => {
                tokens.push(Token { line, text: "::" });
                2
            }
            c if in_word(c) => {
                let length = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
                tokens.push(Token { line, text: &rest[..length] });
                length
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(Token { line, text: &rest[..c.len_utf8()] });
                }
                c.len_utf8()
            }
        };
        line += rest[..length].matches('\n').count();
        at += length;
    }
    tokens
}

/// Its length; block comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character in quotes, or 1 for the quote of a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((escaped, c))) => {
            let after = escaped + c.len_utf8();
            rest[after..].find('\'').map_or(rest.len(), |end| after + end + 1)
        }
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 1,
    }
}

/// The length of a raw string, if one begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"')))?;
    let hashes = rest[prefix.len()..].find('"')?;
    let start = prefix.len() + hashes + 1;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(rest[start..].find(&close).map_or(rest.len(), |end| start + end + close.len()))
}

/// Everything against the rules in a file of `src`; `file` is its path below `src`, with `/`.
fn violations(file: &str, source: &str) -> Vec<Violation> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    let module = file.split('/').next().unwrap_or(file).trim_end_matches(".rs");
    let mut report = |line: usize, rule: String| {
        found.push(Violation { file: format!("src/{file}"), line, rule });
    };
    let allowed = MODULES.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed);
    if allowed.is_none() && !UNBOUND.contains(&module) {
        report(1, format!("the module `{module}` is not in the table of tests/architecture.rs"));
    }
    if file.split(['/', '.']).any(|part| DRAWERS.contains(&part)) {
        report(1, "a file is named for what it holds".to_string());
    }
    for (index, line) in source.lines().enumerate() {
        if line.split(|c| !in_word(c)).any(|word| word == "TODO" || word == "FIXME") {
            report(index + 1, "no TODO or FIXME".to_string());
        }
    }
    for (index, &Token { line, text }) in tokens.iter().enumerate() {
        let after = |distance: usize| tokens.get(index + distance).map_or("", |token| token.text);
        let before = index.checked_sub(1).map_or("", |previous| tokens[previous].text);
        match text {
            "crate" if after(1) == "::" => {
                for Token { line, text: used } in used(&tokens[index + 2..]) {
                    let known = UNBOUND.contains(&used) || MODULES.iter().any(|(name, _)| *name == used);
                    if !known {
                        report(line, format!("`crate::{used}` is no module; write the full path"));
                    } else if used != module && allowed.is_some_and(|allowed| !allowed.contains(&used)) {
                        report(line, format!("`{module}` may not use `{used}`"));
                    }
                }
            }
            "crate" if after(1) == "as" => report(line, "the crate has one name".to_string()),
            "super" if after(1) == "::" && after(2) == "super" => {
                report(line, "no `super::super`; write the path from `crate`".to_string());
            }
            "dfdx" if !ON_TENSORS.contains(&module) => report(line, format!("`{module}` may not name dfdx")),
            crated if ON_VECTORS.0.contains(&crated) && !ON_VECTORS.1.contains(&module) => {
                report(line, format!("`{module}` may not name {crated}"));
            }
            "use" => {
                if before == "pub" || before == ")" {
                    report(line, "no `pub use`: everything has one path".to_string());
                }
                let statement: Vec<&str> =
                    tokens[index..].iter().map(|token| token.text).take_while(|text| *text != ";").collect();
                if statement.contains(&"*") && statement.iter().any(|t| ["crate", "super", "self"].contains(t)) {
                    report(line, "no glob import of our own modules".to_string());
                }
            }
            "mod" if DRAWERS.contains(&after(1)) => report(line, "a module is named for what it holds".to_string()),
            "process" if after(1) == "::" && after(2) == "exit" && module != "main" => {
                report(line, "only main exits".to_string());
            }
            "allow" if before == "[" || (after(1) == "(" && before == ",") => {
                report(line, "no `#[allow]`: mend what the lint names".to_string());
            }
            word if after(1) == "!" && after(2) != "=" && PRINTING.contains(&word) && module != "main" => {
                report(line, format!("only main prints; no `{word}!`"));
            }
            word if after(1) == "!" && after(2) != "=" && UNFINISHED.contains(&word) => {
                report(line, format!("no `{word}!`"));
            }
            _ => {}
        }
    }
    found
}

/// The modules that a path names whose tokens follow `crate::`: one, or in braces the first word of each path.
fn used<'a>(path: &[Token<'a>]) -> Vec<Token<'a>> {
    match path.first() {
        Some(first) if first.text == "{" => {
            let (mut depth, mut used) = (0, Vec::new());
            for (index, token) in path.iter().enumerate() {
                match token.text {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    _ if depth == 1 && matches!(path[index - 1].text, "{" | ",") => used.push(*token),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            used
        }
        // A glob has its own rule.
        Some(first) if first.text != "*" => vec![*first],
        _ => Vec::new(),
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder, in order, as paths relative to it with `/`.
fn files(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push(name);
        }
    }
}

#[test]
fn every_file_keeps_to_the_architecture() {
    let source = root().join("src");
    let mut names = Vec::new();
    files(&source, "", &mut names);
    names.retain(|name| name.ends_with(".rs"));
    assert!(names.len() > 50, "src was not found: {names:?}");
    let found: Vec<String> = names
        .iter()
        .flat_map(|name| violations(name, &std::fs::read_to_string(source.join(name)).unwrap()))
        .map(|violation| violation.to_string())
        .collect();
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

#[test]
fn modules_use_only_modules_before_them() {
    for (index, (name, allowed)) in MODULES.iter().enumerate() {
        for used in *allowed {
            assert!(MODULES[..index].iter().any(|(before, _)| before == used), "{name} uses {used}");
        }
    }
}

/// The paths of all tracked files; none where there is no repository.
fn tracked() -> Vec<String> {
    let tracked = Command::new("git").arg("ls-files").current_dir(root()).output();
    let tracked = tracked.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    let paths = String::from_utf8_lossy(&tracked.unwrap_or_default()).into_owned();
    paths.lines().map(|path| path.trim_matches('"').to_string()).collect()
}

#[test]
fn no_snapshot_waits_for_review() {
    let waiting: Vec<String> = tracked().into_iter().filter(|path| path.ends_with(".snap.new")).collect();
    assert!(waiting.is_empty(), "accept or delete: {waiting:?}");
}

/// What stands at the top: tracked files, or those of the folder where there is no repository.
fn top() -> BTreeSet<String> {
    let names: BTreeSet<String> =
        tracked().iter().filter_map(|path| path.split('/').next().map(str::to_string)).collect();
    if !names.is_empty() {
        return names;
    }
    let entries = std::fs::read_dir(root()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).filter(|n| n != "target").collect()
}

#[test]
fn the_top_of_the_repository_holds_what_the_layout_names() {
    let allowed = |name: &str| TOP.contains(&name) || name.starts_with("LICENSE") || name.starts_with('.');
    let top = top();
    assert!(top.contains("Cargo.toml"), "{top:?}");
    let others: Vec<&String> = top.iter().filter(|name| !allowed(name)).collect();
    assert!(others.is_empty(), "not in the layout of the repository: {others:?}");
}

/// The lines that break a rule, with a part of the rule.
fn caught(file: &str, source: &str) -> Vec<(usize, String)> {
    violations(file, source).into_iter().map(|violation| (violation.line, violation.rule)).collect()
}

#[test]
fn planted_violations_are_caught() {
    let planted = [
        ("scoring/x.rs", "use crate::world::lit::LitRows;", "`scoring` may not use `world`"),
        ("scoring/x.rs", "use crate::{\n scoring::brier::brier, seed::Seed};", "`scoring` may not use `seed`"),
        ("scoring.rs", "fn f(x: crate::network::tape::Network) {}", "`scoring` may not use `network`"),
        ("world/x.rs", "use crate::heuristic::{rule::Heuristic, scene};", "`world` may not use `heuristic`"),
        ("study/x.rs", "use crate::Thing;", "`crate::Thing` is no module"),
        ("study/x.rs", "use crate as ours;", "one name"),
        ("selection/x.rs", "use dfdx::prelude::*;", "`selection` may not name dfdx"),
        ("training/x.rs", "use pulp::Arch;", "`training` may not name pulp"),
        ("solver/x.rs", "fn f(x: aligned_vec::AVec<f32>) {}", "`solver` may not name aligned_vec"),
        ("seed.rs", "pub use rand::Rng;", "no `pub use`"),
        ("seed.rs", "pub(crate) use rand::Rng;", "no `pub use`"),
        ("world/x.rs", "use super::super::seed;", "super::super"),
        ("world/x.rs", "mod tests {\n use super::*;\n}", "glob"),
        ("world/x.rs", "use crate::seed::*;", "glob"),
        ("cli/x.rs", "fn f() { eprintln!(\"\") }", "only main prints"),
        ("cli/x.rs", "fn f() { std::process::exit(1) }", "only main exits"),
        ("cli/x.rs", "#[allow(dead_code)] fn f() {}", "no `#[allow]`"),
        ("cli/x.rs", "#![allow(dead_code)]", "no `#[allow]`"),
        ("cli/x.rs", "#[cfg_attr(test, allow(dead_code))] fn f() {}", "no `#[allow]`"),
        ("main.rs", "fn f() { todo!() }", "no `todo!`"),
        ("main.rs", "fn f() { unimplemented!() }", "no `unimplemented!`"),
        ("world/x.rs", "// TODO: later", "no TODO"),
        ("world/x.rs", "mod helpers;", "named for what it holds"),
        ("world/util.rs", "fn f() {}", "named for what it holds"),
        ("plugins/x.rs", "fn f() {}", "not in the table"),
    ];
    for (file, source, rule) in planted {
        let found = caught(file, source);
        assert!(found.len() == 1 && found[0].1.contains(rule), "{file}: {source}: {found:?}");
    }
}

#[test]
fn a_violation_is_named_by_its_line() {
    let source =
        "//! One\n/* two\n /* three */ */ const X: &str = \"\n four\";\nuse crate::{\n  seed::Seed,\n  report};\n";
    let found: Vec<String> = violations("world/x.rs", source).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["src/world/x.rs:7: `world` may not use `report`"]);
}

#[test]
fn comments_strings_and_allowed_paths_are_no_violations() {
    let innocent = "
        //! See [`crate::report`]; `dfdx` is not used here, nothing is `println!`ed.
        /* use crate::cli::*; /* pub use nested */ */
        use crate::seed::Seed;
        use crate::{seed, world::{lit::LitRows, paths}};
        pub(in crate::world) fn f<'a>(c: char, x: &'a str) -> bool { c == '\"' || c == '\\'' || x == \"crate::cli\" }
        const RAW: &str = r#\"use super::super::x; \" dbg!(1)\"#;
        pub fn allow(println: bool) -> bool { println != true }
    ";
    assert_eq!(caught("world/x.rs", innocent), []);
    assert_eq!(caught("main.rs", "fn main() { println!(); std::process::exit(0) } use shardbed::cli::arguments;"), []);
}
