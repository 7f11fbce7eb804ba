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
