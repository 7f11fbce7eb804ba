//! Reports of hand-written outcomes, as snapshots, and what holds for any.

use crate::outcome::fixture;
use crate::outcome::{Outcome, PhaseOutcome};
use crate::report::terminal::{Style, terminal};
use crate::report::wrap::columns;

fn plain(outcome: &Outcome, width: usize) -> String {
    terminal(outcome, Style { width, colour: false })
}

#[test]
fn a_study_of_eight_seeds() {
    insta::assert_snapshot!(plain(&fixture::outcome(), 100));
}

#[test]
fn a_study_of_one_seed_in_a_narrow_terminal() {
    insta::assert_snapshot!(plain(&fixture::single_seed(), 60));
}

#[test]
fn a_study_in_which_everything_went_wrong() {
    insta::assert_snapshot!(plain(&fixture::troubled(), 100));
}

#[test]
fn a_study_with_phases() {
    insta::assert_snapshot!(plain(&fixture::with_phases(), 100));
}

/// Sixteen rules with names as long as they may be, and hardly any room.
fn crowded() -> Outcome {
    let mut outcome = fixture::outcome();
    let long = "a_name_that_goes_on_for_longer_than_any_terminal_is_wide_".repeat(4);
    outcome.results.heuristics = (0..16)
        .map(|i| fixture::heuristic(&format!("{long}{i}"), "if always then move free", 1.0 / 16.0, 0.4))
        .collect();
    outcome.claims[0].name = long.clone();
    outcome.study.name = long.clone();
    outcome.study.doc = long.clone();
    outcome.results.scenarios[1].quantities[0].name = format!("P(reach {long})");
    let phase =
        PhaseOutcome { name: long.clone(), after: Some(long.clone()), ..fixture::with_phases().phases.remove(0) };
    outcome.phases = vec![PhaseOutcome { results: outcome.results.clone(), world: vec![long.clone()], ..phase }];
    outcome.forecasts[0].shares = Some(vec![1.0 / 16.0; 16]);
    outcome.forecasts[0].text = format!("weights {{ {long} 100%; concentration 20 }}");
    outcome.warnings[0].message = long;
    outcome
}

#[test]
fn no_line_is_wider_than_asked() {
    let mut empty = fixture::outcome();
    empty.forecasts.clear();
    empty.results.scenarios.clear();
    empty.warnings.clear();
    for outcome in
        [fixture::outcome(), fixture::single_seed(), fixture::troubled(), fixture::with_phases(), crowded(), empty]
    {
        for width in [0, 60, 61, 62, 63, 77, 80, 100, 200] {
            for line in plain(&outcome, width).lines() {
                assert!(columns(line) <= width.max(60), "{width}: {line}");
                assert_eq!(line.trim_end(), line);
            }
        }
    }
}

#[test]
fn no_outcome_from_a_store_can_make_it_panic() {
    let mut outcome = fixture::outcome();
    let odd = &mut outcome.results.heuristics[0].share;
    (odd.mean, odd.interval) = (Some(-7.0), Some([9.0, -9.0]));
    odd.by_seed = vec![Some(f64::MAX), Some(-1.0)];
    outcome.results.heuristics[1].selected.clear();
    outcome.results.heuristics[1].alias_group = Some(99);
    outcome.seeds.clear();
    outcome.results.training.return_best = outcome.results.training.return_random;
    outcome.forecasts[0].shares = Some(vec![]);
    assert!(plain(&outcome, 100).contains("VERDICT"));
}

#[test]
fn colours_change_no_text() {
    let outcome = fixture::outcome();
    let coloured = terminal(&outcome, Style { width: 80, colour: true });
    assert!(coloured.contains("\u{1b}[1m"));
    let lines: Vec<String> = coloured.lines().map(crate::report::sanitize::sanitize).collect();
    assert_eq!(lines.join("\n"), plain(&outcome, 80).trim_end());
}

#[test]
fn no_escape_sequence_of_a_prediction_file_gets_through() {
    let evil = "\u{1b}[2J\u{1b}]0;owned\u{7}evil\u{9b}1m\u{202e}\r";
    let troubled = Outcome { phases: fixture::with_phases().phases, ..fixture::troubled() };
    let mut json = serde_json::to_value(troubled).expect("serialises");
    poison(&mut json, evil);
    let outcome: Outcome = serde_json::from_value(json).expect("still an outcome");
    for colour in [false, true] {
        let text = terminal(&outcome, Style { width: 80, colour });
        assert!(text.contains("evil") && !text.contains("owned"));
        for sequence in text.split('\u{1b}').skip(1) {
            assert!(colour && sequence.starts_with('[') && sequence[1..].find('m').is_some_and(|at| at <= 2));
        }
        assert!(!text.contains(['\r', '\u{9b}', '\u{202e}', '\u{7}']));
    }
}

/// Puts `evil` before every string.
fn poison(json: &mut serde_json::Value, evil: &str) {
    match json {
        serde_json::Value::String(text) => text.insert_str(0, evil),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| poison(item, evil)),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|field| poison(field, evil)),
        _ => {}
    }
}

#[test]
fn undefined_and_infinite_are_said_in_words() {
    let mut outcome = fixture::outcome();
    outcome.results.heuristics[0].share = fixture::undefined();
    outcome.results.heuristics[1].share.by_seed[2] = None;
    outcome.forecasts[1].scores[1].infinite = 2;
    outcome.forecasts[2].undefined_seeds = 3;
    let text = plain(&outcome, 100);
    for words in [
        "undefined: no strength is positive in any seed",
        "1 undefined",
        "infinite: what it called impossible happened in 2 seeds",
        "undefined, and so unscored, in 3 seeds",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    outcome.forecasts.clear();
    outcome.claims.clear();
    let text = plain(&outcome, 100);
    assert!(text.contains("The prediction file states none") && !text.contains("CLAIMS"));
}

#[test]
fn a_difference_of_parts_is_cut_to_what_is_possible() {
    let mut outcome = fixture::outcome();
    let side = outcome.claims[0].confirm.as_mut().expect("it has one");
    (side.difference.mean, side.difference.interval) = (Some(-0.9), Some([-1.03, -0.056]));
    assert!(plain(&outcome, 100).contains("difference -90 points (-100 to -5.6)"));
}
