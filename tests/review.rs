//! Outcomes kept beside prediction files: `run --snapshot`, `review` and `diff` as they are used, from a first run to a change.

mod desk;

use crate::desk::{Desk, Said, said};
use std::fs;
use std::io::Write;
use std::process::Stdio;

const FILE: &str = "edition 1\nworld kitchen { layout room 4x4; view offsets; horizon 20; object cheese { at corner(north, east); \
                    reward +1; ends } }\nstudy small {\n on kitchen\n agent mlp(16)\n train ppo { steps 8k; seeds 3 }\n heuristic to_cheese { \
                    if cheese visible then move toward cheese }\n predict strength(to_cheese) > 0.5 = 60%\n}\n";

/// A command with this on standard input.
fn told(desk: &Desk, arguments: &[&str], input: &str) -> Said {
    let mut command = desk.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // One that asks nothing may be gone before it is told.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    said(&child.wait_with_output().expect("it ends"))
}

fn run(desk: &Desk) -> Said {
    desk.says(&["run", "small.shard", "--predictor", "uniform", "--quiet", "--snapshot"])
}

#[test]
fn a_changed_outcome_waits_until_somebody_decides() {
    let desk = Desk::empty();
    let (accepted, pending) = (desk.path("outcomes/small@small.snap"), desk.path("outcomes/small@small.snap.new"));
    desk.write("small.shard", FILE);

    // New.
    let first = run(&desk);
    assert_eq!(first.code, Some(1), "{}", first.err);
    assert!(
        first.err.contains("no outcome of this study was accepted") && first.out.contains("VERDICT"),
        "{}",
        first.err
    );
    let skipped = told(&desk, &["review"], "what?\ns\n");
    assert_eq!((skipped.code, skipped.err.matches("accept (a)").count()), (Some(1), 2), "{}", skipped.err);
    assert!(skipped.out.contains("new: small, 3 seeds") && skipped.out.contains("1 still waiting"), "{}", skipped.out);
    let taken = told(&desk, &["review", "small.shard"], "a\n");
    assert_eq!((taken.code, accepted.exists(), pending.exists()), (Some(0), true, false), "{}", taken.err);

    // Nothing moves without a reason.
    let again = run(&desk);
    assert_eq!((again.code, pending.exists()), (Some(0), false), "{}", again.err);
    assert!(again.err.contains("The same to the last bit"), "{}", again.err);

    // Another world.
    desk.write("small.shard", FILE.replace("at corner(north, east)", "at anywhere"));
    let moved = run(&desk);
    assert_eq!((moved.code, pending.exists()), (Some(1), true), "{}", moved.err);
    let rejected = desk.says(&["review", "--reject"]);
    assert_eq!((rejected.code, pending.exists()), (Some(0), false), "{}", rejected.err);
    assert!(rejected.out.contains("because of world") && rejected.out.contains("1 rejected"), "{}", rejected.out);
    assert!(desk.says(&["review"]).out.contains("No outcome waits"));

    // Runs and snapshots are compared alike.
    let runs = desk.says(&["runs", "--format", "json"]).out;
    let runs: serde_json::Value = serde_json::from_str(&runs).expect("JSON");
    let ids = [0, 1].map(|run| runs[run]["id"].as_str().expect("an id"));
    let is_old = fs::read_to_string(&accepted).expect("text").contains(ids[0]);
    let (old, new) = if is_old { (ids[0], ids[1]) } else { (ids[1], ids[0]) };
    let same = desk.says(&["diff", &old[..10], &accepted.to_string_lossy()]);
    assert!(same.code == Some(0) && same.out.contains("The same to the last bit"), "{}", same.out);
    let json = desk.says(&["diff", old, new, "--format", "json", "--quiet"]);
    let difference: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((json.code, difference["conclusion"].as_str()), (Some(1), Some("moved")));
    assert!(desk.says(&["diff", old, new, "--format", "markdown"]).out.contains("| number | a | b |"));

    // The same id with other content.
    let edited = desk.path("edited.json");
    let shown = desk.says(&["show", old, "--format", "json"]).out;
    let mut outcome: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    outcome["training"]["return_random"] = serde_json::json!(0.123);
    desk.write("edited.json", outcome.to_string());
    let tampered = desk.says(&["diff", old, &edited.to_string_lossy()]);
    assert_eq!(tampered.code, Some(3), "{}", tampered.out);

    // Mistakes.
    let missing = desk.says(&["diff", old, "nothing.json"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("nothing.json: there is no such file"), "{}", missing.err);
    let neither = desk.says(&["diff", old, "fffffffff"]);
    assert!(neither.code == Some(2) && neither.err.contains("is no file, and no run"), "{}", neither.err);
    assert_eq!(desk.says(&["review", "gone.shard"]).code, Some(2));
}
