//! Outcomes kept beside prediction files: `run --snapshot`, `review` and `diff` as they are used, from a first run to a change.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const FILE: &str = "edition 1\nworld kitchen { layout room 4x4; view offsets; horizon 20; object cheese { at corner(north, east); \
                    reward +1; ends } }\nstudy small {\n on kitchen\n agent mlp(16)\n train ppo { steps 8k; seeds 3 }\n heuristic to_cheese { \
                    if cheese visible then move toward cheese }\n predict strength(to_cheese) > 0.5 = 60%\n}\n";

struct Said {
    out: String,
    error: String,
    code: Option<i32>,
}

/// A command in a folder, with this on standard input.
fn shardbed(folder: &Path, arguments: &[&str], input: &str) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shardbed"));
    command.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // One that asks nothing may be gone before it is told.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Said { out: text(stdout), error: text(stderr), code: status.code() }
}

fn run(folder: &Path) -> Said {
    shardbed(folder, &["run", "small.shard", "--predictor", "uniform", "--quiet", "--snapshot"], "")
}

#[test]
fn a_changed_outcome_waits_until_somebody_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (accepted, pending) = (folder.join("outcomes/small@small.snap"), folder.join("outcomes/small@small.snap.new"));
    fs::write(folder.join("small.shard"), FILE).expect("written");

    // New.
    let first = run(folder);
    assert_eq!(first.code, Some(1), "{}", first.error);
    assert!(
        first.error.contains("no outcome of this study was accepted") && first.out.contains("VERDICT"),
        "{}",
        first.error
    );
    let skipped = shardbed(folder, &["review"], "what?\ns\n");
    assert_eq!((skipped.code, skipped.error.matches("accept (a)").count()), (Some(1), 2), "{}", skipped.error);
    assert!(skipped.out.contains("new: small, 3 seeds") && skipped.out.contains("1 still waiting"), "{}", skipped.out);
    let taken = shardbed(folder, &["review", "small.shard"], "a\n");
    assert_eq!((taken.code, accepted.exists(), pending.exists()), (Some(0), true, false), "{}", taken.error);

    // Nothing moves without a reason.
    let again = run(folder);
    assert_eq!((again.code, pending.exists()), (Some(0), false), "{}", again.error);
    assert!(again.error.contains("The same to the last bit"), "{}", again.error);

    // Another world.
    fs::write(folder.join("small.shard"), FILE.replace("at corner(north, east)", "at anywhere")).expect("written");
    let moved = run(folder);
    assert_eq!((moved.code, pending.exists()), (Some(1), true), "{}", moved.error);
    let rejected = shardbed(folder, &["review", "--reject"], "");
    assert_eq!((rejected.code, pending.exists()), (Some(0), false), "{}", rejected.error);
    assert!(rejected.out.contains("because of world") && rejected.out.contains("1 rejected"), "{}", rejected.out);
    assert!(shardbed(folder, &["review"], "").out.contains("No outcome waits"));

    // Runs and snapshots are compared alike.
    let runs = shardbed(folder, &["runs", "--format", "json"], "").out;
    let runs: serde_json::Value = serde_json::from_str(&runs).expect("JSON");
    let ids = [0, 1].map(|run| runs[run]["id"].as_str().expect("an id"));
    let is_old = fs::read_to_string(&accepted).expect("text").contains(ids[0]);
    let (old, new) = if is_old { (ids[0], ids[1]) } else { (ids[1], ids[0]) };
    let same = shardbed(folder, &["diff", &old[..10], &accepted.to_string_lossy()], "");
    assert!(same.code == Some(0) && same.out.contains("The same to the last bit"), "{}", same.out);
    let json = shardbed(folder, &["diff", old, new, "--format", "json", "--quiet"], "");
    let difference: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((json.code, difference["conclusion"].as_str()), (Some(1), Some("moved")));
    assert!(shardbed(folder, &["diff", old, new, "--format", "markdown"], "").out.contains("| number | a | b |"));

    // The same id with other content.
    let edited = folder.join("edited.json");
    let shown = shardbed(folder, &["show", old, "--format", "json"], "").out;
    let mut outcome: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    outcome["training"]["return_random"] = serde_json::json!(0.123);
    fs::write(&edited, outcome.to_string()).expect("written");
    let tampered = shardbed(folder, &["diff", old, &edited.to_string_lossy()], "");
    assert_eq!(tampered.code, Some(3), "{}", tampered.out);

    // Mistakes.
    let missing = shardbed(folder, &["diff", old, "nothing.json"], "");
    assert_eq!(missing.code, Some(2));
    assert!(missing.error.contains("nothing.json: there is no such file"), "{}", missing.error);
    let neither = shardbed(folder, &["diff", old, "fffffffff"], "");
    assert!(neither.code == Some(2) && neither.error.contains("is no file, and no run"), "{}", neither.error);
    assert_eq!(shardbed(folder, &["review", "gone.shard"], "").code, Some(2));
}
