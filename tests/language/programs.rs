//! Every `bad/*.shard` is a snapshot of what the checker says, every `good/*.shard` one of what it understands.

use insta::{assert_snapshot, glob};
use shardbed::cli::files::Folder;
use shardbed::language::canonical::canonical;
use shardbed::language::diagnostic::Diagnostic;
use shardbed::language::render::{Format, render};
use shardbed::language::{Checked, codes, format, read, read_bytes};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn opened(path: &Path) -> (String, Result<Checked, Vec<Diagnostic>>) {
    let bytes = fs::read(path).unwrap_or_default();
    let folder = Folder::of(path).expect("it is there");
    (String::from_utf8_lossy(&bytes).into_owned(), read_bytes(&bytes, &folder))
}

fn findings(path: &Path) -> (String, Vec<Diagnostic>) {
    match opened(path) {
        (text, Ok(checked)) => (text, checked.warnings),
        (text, Err(findings)) => (text, findings),
    }
}

#[test]
fn bad_programs_are_explained() {
    glob!("bad/*.shard", |path| {
        let (text, findings) = findings(path);
        assert!(!findings.is_empty(), "{} has nothing wrong", path.display());
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        assert_snapshot!(render(&findings, &name, &text, Format::Human, false));
    });
}

#[test]
fn every_code_has_a_bad_program() {
    let mut seen = BTreeSet::new();
    glob!("bad/*.shard", |path| {
        seen.extend(findings(path).1.iter().map(|finding| finding.code.id));
    });
    // Too long for a file in this folder, and too many for it; no file. Tested in `limits`.
    seen.extend(["E0103", "E0803", "E0806"]);
    let missing: Vec<&str> = codes::ALL.iter().map(|code| code.id).filter(|id| !seen.contains(id)).collect();
    assert!(missing.is_empty(), "no bad program for {missing:?}");
}

#[test]
fn good_programs_are_understood() {
    glob!("good/*.shard", |path| {
        let (text, checked) = opened(path);
        let checked =
            checked.unwrap_or_else(|findings| panic!("{}", render(&findings, "good", &text, Format::Human, false)));
        assert_snapshot!(checked.studies.iter().map(canonical).collect::<Vec<_>>().join("\n"));
    });
}

#[test]
fn layout_of_good_programs() {
    glob!("good/*.shard", |path| {
        let text = fs::read_to_string(path).unwrap_or_default();
        assert_snapshot!(format(&text).unwrap_or_default());
    });
}

#[test]
fn shipped_predictions_are_in_order() {
    let files = fs::read_dir("predictions").into_iter().flatten().flatten().map(|entry| entry.path());
    for path in files.filter(|path| path.is_file()) {
        let (text, checked) = opened(&path);
        let name = path.display().to_string();
        let checked =
            checked.unwrap_or_else(|findings| panic!("{}", render(&findings, &name, &text, Format::Human, false)));
        assert_eq!(render(&checked.warnings, &name, &text, Format::Short, false), "");
        assert_eq!(format(&text).unwrap_or_default(), text, "{name} is not in canonical layout");
        for study in &checked.studies {
            let again = read(&canonical(study)).map(|checked| checked.studies);
            assert_eq!(again.as_deref(), Ok(std::slice::from_ref(study)));
        }
    }
}
