//! Files that are large, deep or cruel: a clear answer, soon.

use shardbed::language::render::{Format, render};
use shardbed::language::{MAX_BYTES, format, read};

const START: &str = "edition 1\nworld w { layout room 9x9 }\nstudy s {\non w\nagent mlp(8)\n";

fn codes(text: &str) -> Vec<&'static str> {
    match read(text) {
        Ok(_) => Vec::new(),
        Err(findings) => {
            for style in [Format::Human, Format::Short, Format::Json] {
                assert!(render(&findings, "large", text, style, false).len() < 8 * MAX_BYTES);
            }
            findings.iter().map(|finding| finding.code.id).collect()
        }
    }
}

#[test]
fn a_file_too_long() {
    assert_eq!(codes(&"#".repeat(MAX_BYTES + 1)), ["E0103"]);
    assert_eq!(
        codes(&format!("{START}heuristic h {{ if always then stay }}\n}}\n#{}", "x".repeat(1_000_000))),
        [""; 0]
    );
}

#[test]
fn a_million_digits() {
    let digits = "9".repeat(1_000_000);
    assert_eq!(codes(&format!("edition 1\nworld w {{ layout room 9x9; horizon {digits} }}")), ["E0106"]);
    assert_eq!(codes(&format!("edition 1\nworld w {{ layout room {digits}x9 }}")), ["E0502", "E0601"]);
    assert_eq!(codes(&format!("edition 1\nworld w {{ layout room 9x9; slip 0.{digits}% }}")), ["E0601"]);
}

#[test]
fn deep_nesting() {
    for (open, close) in [("not ", ""), ("(", ")"), ("not (", ")"), ("(not ", ")")] {
        let deep = |levels: usize| {
            let condition = format!("{}always{}", open.repeat(levels), close.repeat(levels));
            codes(&format!("{START}heuristic h {{ if {condition} then stay }}\n}}\n"))
        };
        assert_eq!(deep(30), [""; 0]);
        assert_eq!(deep(100_000), ["E0205"], "{open}");
    }
    assert_eq!(codes(&format!("edition 1\nclaim x {}", "{ ".repeat(400_000))), ["E0205"]);
    assert_eq!(codes(&format!("edition 1\nworld w {}", "}".repeat(1_000_000))).first(), Some(&"E0204"));
}

#[test]
fn a_rule_of_a_hundred_thousand_parts() {
    let text = format!("{START}heuristic h {{ if always{} then stay }}\n}}\n", " or wall east".repeat(70_000));
    assert_eq!(codes(&text), [""; 0]);
    let tidy = format(&text).unwrap_or_default();
    assert_eq!(format(&tidy).as_ref(), Ok(&tidy));
}

#[test]
fn a_thousand_mistakes() {
    assert_eq!(codes(&format!("edition 1\n{}", "wrold w { }\n".repeat(50_000))).len(), 500);
    assert!(codes(&"§ @ $ ".repeat(100_000)).len() <= 1_000);
    assert!(!codes(&format!("{START}{}", "heuristic h { if always then stay }\n".repeat(20_000))).is_empty());
    assert!(!codes(&format!("{START}{}", "predict explained = 1% to 2%\n".repeat(20_000))).is_empty());
}

/// Lines that `line` makes of numbers, up to the longest file, which they end.
fn filled(start: &str, line: impl Fn(usize) -> String) -> String {
    let mut text = start.to_owned();
    for index in 0.. {
        let line = line(index);
        if text.len() + line.len() + 20 > MAX_BYTES {
            break;
        }
        text.push_str(&line);
    }
    text
}

/// A name that is like no other and like all of its kind.
fn odd(index: usize) -> String {
    format!("z{index:0>38}")
}

#[test]
fn names_that_nobody_knows() {
    let rules: String =
        (0..10_000).map(|index| format!("heuristic {} {{ if always then stay }}\n", odd(index))).collect();
    let asked = |index| format!("predict selected(a{}) = 5%\n", odd(index));
    assert!(codes(&(filled(&format!("{START}{rules}"), asked) + "}")).contains(&"E0602"));
    let few: String = (0..16).map(|index| format!("heuristic {} {{ if always then stay }}\n", odd(index))).collect();
    assert_eq!(codes(&(filled(&format!("{START}{few}"), asked) + "}")), ["E0304"; 500]);

    let worlds: String = (0..10_000).map(|index| format!("world {} {{ layout room 9x9 }}\n", odd(index))).collect();
    let study = |index| format!("study s{index} {{ on {}; agent mlp(8) }}\n", odd(20_000 + index));
    let found = codes(&filled(&format!("edition 1\n{worlds}"), study));
    assert!(found.contains(&"E0301") && found.contains(&"E0602"), "{found:?}");

    let looks: String = (0..64).map(|index| format!(", {}", odd(index))).collect();
    let world = format!("edition 1\nworld w {{ layout room 9x9; object a {{ looks b{looks} }} }}\n");
    assert_eq!(
        codes(&format!("{world}study s {{ on w; agent mlp(8); heuristic h {{ if always then stay }} }}")),
        ["E0602"]
    );
    let rule = |index| format!(" or {} visible", odd(9_000 + index));
    let start = format!("edition 1\nworld w {{ layout room 9x9; object a {{ looks b{} }} }}\n", &looks[..63 * 41]);
    let start = format!("{start}study s {{ on w; agent mlp(8); heuristic h {{ if always");
    assert_eq!(codes(&(filled(&start, rule) + " then stay } }")), ["E0302"; 500]);
}

#[test]
fn a_hundred_thousand_names() {
    let looks = |index| format!(", a{index}");
    assert!(
        codes(&(filled("edition 1\nworld w { layout room 9x9; object a { looks a", looks) + "}}")).contains(&"E0602")
    );
    let objects = |index| format!("object a{index} {{}}\n");
    assert_eq!(codes(&(filled("edition 1\nworld w { layout room 9x9\n", objects) + "}")).first(), Some(&"E0506"));
    let forecasts = |index| format!("predict mean(return) > {index} = 5%\n");
    let start = format!("{START}heuristic h {{ if always then stay }}\n");
    assert_eq!(codes(&(filled(&start, forecasts) + "}")), [""; 0]);
}

#[test]
fn many_places_on_many_large_grids() {
    let row = "#".repeat(63) + ".\n";
    let objects: String = (0..16).map(|index| format!("object o{index} {{ count 0; looks a }}\n")).collect();
    let worlds = format!("edition 1\nworld w {{ layout map \"\"\"\n{}\"\"\"\n{objects}}}\n", row.repeat(64));
    let scenarios: String = (0..20).map(|index| format!("scenario s{index} {{ slip {index}% }}\n")).collect();
    let study =
        |index| format!("study s{index} {{ on w; agent mlp(8)\n{scenarios}heuristic h {{ if always then stay }}\n}}\n");
    assert_eq!(codes(&filled(&worlds, study)), ["E0602"]);

    let scenarios: String = (0..20).map(|index| format!("scenario s{index} {{ layout room 64x64 }}\n")).collect();
    let start = format!("{worlds}study s {{ on w; agent mlp(8)\n{scenarios}heuristic h {{ if always");
    let places = |index| format!(" or at columns({}, 62)", index % 62);
    assert_eq!(codes(&(filled(&start, places) + " then stay }\n}")), [""; 0]);
}

#[test]
fn what_a_terminal_would_obey() {
    let text = format!("{START}heuristic h {{ if \u{202e}a\u{9b}31m visible then stay }}\n\u{7f}\u{1b}[31m\n}}\n");
    let Err(findings) = read(&text) else { panic!("this is no file in order") };
    for (style, color) in [(Format::Human, false), (Format::Short, false)] {
        let shown = render(&findings, "a\u{1b}[2J\u{2066}.shard", &text, style, color);
        assert!(!shown.contains(|sign: char| sign != '\n' && sign.is_control()), "{shown:?}");
        assert!(!shown.contains(['\u{202e}', '\u{2066}']), "{shown:?}");
        assert!(shown.contains("a\\u{1b}[2J\\u{2066}.shard:6:18"), "{shown}");
    }
    let human = render(&findings, "a.shard", &text, Format::Human, false);
    assert!(
        human.contains("6 | heuristic h { if \u{fffd}a\u{fffd}31m visible then stay }\n  |                  ^"),
        "{human}"
    );
    assert!(render(&findings, "a", &text, Format::Json, false).contains('\u{202e}'), "JSON is exact");
}
