//! Properties: studies survive being written and read, nothing panics, the layout is settled after one pass.

use crate::studies::study;
use proptest::prelude::*;
use shardbed::language::canonical::{canonical, canonical_hash};
use shardbed::language::layout::{Keep, layout};
use shardbed::language::library::NoLibrary;
use shardbed::language::render::{Format, render};
use shardbed::language::{format, read, read_bytes, source};
use std::fs;

/// Nothing of this may panic, whatever the bytes.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    let findings = match read_bytes(bytes, &NoLibrary) {
        Ok(checked) => checked.warnings,
        Err(findings) => {
            prop_assert!(findings.iter().any(|finding| finding.is_error()));
            findings
        }
    };
    let text = String::from_utf8_lossy(bytes);
    for style in [Format::Human, Format::Short, Format::Json] {
        render(&findings, "fuzzed", &text, style, style == Format::Human);
    }
    let Ok(tidy) = format(&text) else { return Ok(()) };
    let again = format(&tidy);
    prop_assert_eq!(again.as_ref(), Ok(&tidy), "of {:?}", text);
    // Comments, and what the text means, are kept.
    prop_assert_eq!(comments(&tidy), comments(&text), "of {:?}", text);
    prop_assert_eq!(words(&tidy), words(&text), "of {:?}\n{}", text, tidy);
    if let Ok(checked) = read(&text) {
        let tidied = read(&tidy).map(|checked| checked.studies);
        prop_assert_eq!(tidied, Ok(checked.studies));
    }
    Ok(())
}

/// The words of a file, with its documentation.
fn words(text: &str) -> String {
    layout(source(text), Keep::Documentation)
}

/// The comments of [`commented`], in order.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.find("# note").and_then(|at| line.get(at..))).map(str::trim_end).collect()
}

/// A shipped or test file.
fn sample() -> impl Strategy<Value = String> {
    let folders = ["predictions", "tests/language/good", "tests/language/bad"];
    let files = folders.into_iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let texts: Vec<String> = files.filter_map(|file| fs::read_to_string(file.path()).ok()).collect();
    prop::sample::select(texts)
}

/// A sample with a comment behind or above some of its lines.
fn commented() -> impl Strategy<Value = String> {
    (sample(), any::<u64>()).prop_map(|(text, bits)| {
        let lines = text.lines().enumerate().map(|(index, line)| match (bits >> (index % 32 * 2)) & 3 {
            0 if !line.contains(['#', '"']) && !line.contains("///") => format!("{line} # note {index}"),
            1 => format!("# note {index}\n{line}"),
            2 => format!("\n{line}"),
            _ => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    })
}

/// Words, numbers and signs of the language in any order.
fn soup() -> impl Strategy<Value = String> {
    let words: Vec<&str> = sample_words();
    prop::collection::vec(prop::sample::select(words), 0..120).prop_map(|words| words.join(" "))
}

fn sample_words() -> Vec<&'static str> {
    "edition 1 \n world study w s { } ( ) , ; = < <= > >= -> % ' \" \"\"\" 'A' # /// 9x9 0 1 0.5 -1 +2 500k 1e999 60% \
     layout room maze scatter walls map view all offsets horizon step reward slip object cheese at anywhere corner \
     north south east west edge columns cell marker count ends carried looks on agent mlp train ppo steps seeds \
     heuristic if then and or not always wall holding visible within distance move toward away from free stay by \
     direction bias measured scenario predict weights rest concentration share strength causal selected explained P reach \
     before time mean return length in after to order solver solvers learned transitions transition returns cycle \
     magnitude reinforced other claim confirm refute 95% \"yes\" phase rooms grid window carry near agent blocks needs \
     unless train reward moves random respawns use \"a.shard\" \u{e9} \u{feff} \0 \r"
        .split(' ')
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_study_is_read_as_it_is_written(study in study()) {
        let text = canonical(&study);
        match read(&text) {
            Ok(checked) => {
                prop_assert_eq!(&checked.studies, &vec![study.clone()], "{}", text);
                prop_assert_eq!(canonical_hash(&study), canonical_hash(&checked.studies[0]));
            }
            Err(findings) => prop_assert!(false, "{}", render(&findings, "written", &text, Format::Human, false)),
        }
        prop_assert_eq!(format(&text), Ok(text));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes)?;
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        survives(text.as_bytes())?;
    }

    #[test]
    fn any_words(text in soup()) {
        survives(text.as_bytes())?;
        survives(format!("edition 1\nworld w {{ layout room 9x9 }}\nstudy s {{ on w; {text}").as_bytes())?;
    }

    #[test]
    fn comments_are_kept(text in commented()) {
        survives(text.as_bytes())?;
    }

    #[test]
    fn files_cut_and_changed(
        text in sample(), at in any::<prop::sample::Index>(), length in 0usize..30, new in soup(), cut in any::<bool>()
    ) {
        let bytes = text.as_bytes();
        let start = at.index(bytes.len() + 1);
        let end = (start + length).min(bytes.len());
        let mut changed = bytes[..start].to_vec();
        if !cut {
            changed.extend(new.bytes().take(length));
            changed.extend(&bytes[end..]);
        }
        survives(&changed)?;
    }
}

#[test]
fn layout_and_comments_do_not_change_hashes() {
    let text = fs::read_to_string("predictions/corner_cheese.shard").unwrap_or_default();
    let line = |line: &str| match line.contains("///") {
        true => format!("\t{line}\r\n"),
        false => format!("{line}\r\n").replace("; ", "\n").replace("{ ", "{ # note\n").replace("  ", "\t"),
    };
    let changed: String = text.lines().map(line).collect();
    assert_ne!(text, changed);
    assert_eq!(words(&text), words(&changed));
    let hash = |text: &str| read(text).map(|checked| canonical_hash(&checked.studies[0])).unwrap_or_default();
    assert_eq!(hash(&text), hash(&changed));
    assert_ne!(hash(&text), hash(&text.replace("bias 2", "bias 3")));
    assert_eq!(hash(&text), hash(&text.replace("seeds 8", "seeds 8; clip 0.2")), "a default that is written out");
}

#[test]
fn what_means_the_same_has_one_hash() {
    let text = fs::read_to_string("tests/language/good/solvers.shard").unwrap_or_default();
    let hash = |text: &str| read(text).map(|checked| canonical_hash(&checked.studies[0])).unwrap_or_default();
    let changed = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        hash(&text.replace(old, new))
    };
    let whole = hash(&text);
    assert!(!whole.is_empty());
    assert_eq!(whole, changed("corner = still, to_corner", "corner = to_corner, still"), "members of a solver");
    assert_eq!(
        whole,
        changed("other->rest;corner->corner 75%,food 20%,rest", "corner->food 20%,corner 75%,rest;other->rest")
    );
    assert_eq!(whole, changed("cycle(food, corner)", "cycle(corner, food)"), "a cycle begins anywhere");
    let circle = "food,\n    concentration,\n    corner";
    assert_eq!(whole, changed(circle, "concentration, corner, food"));
    assert_ne!(whole, changed(circle, "corner, concentration, food"), "the other way round");
    assert_ne!(whole, changed("food = to_cheese", "food = to_cheese, dodge"));
    assert_ne!(whole, changed("learned 16", "learned 15"));
    assert_ne!(whole, changed("corner 75%", "corner 70%"));
}
