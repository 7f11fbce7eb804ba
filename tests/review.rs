//! Outcomes kept beside prediction files: `run --snapshot`, `review` and `diff` as they are used, from a first run to a change.

mod desk;
#[path = "outcomes/judged.rs"]
mod judged;

use crate::desk::{Desk, Said, said};
use serde_json::{Value, json};
use shardbed::cli::outcomes::read;
use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

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
    let skipped = told(&desk, &["review"], "what?\n\ns\n");
    assert_eq!((skipped.code, skipped.err.matches("accept (a)").count()), (Some(1), 3), "{}", skipped.err);
    assert!(skipped.err.contains("`what?` is no answer. Type one of the letters a, r, s, d and q"), "{}", skipped.err);
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

    // Of two studies, one is in both.
    let named = |name: &str| {
        let mut outcome: Value = serde_json::from_str(&shown).expect("JSON");
        outcome["study"]["name"] = json!(name);
        outcome.to_string() + "\n"
    };
    desk.write("one.json", named("small"));
    desk.write("two.json", named("small") + &named("large"));
    let alone = desk.says(&["diff", "one.json", "two.json"]);
    assert!(alone.code == Some(1) && alone.out.contains("The same to the last bit"), "{}", alone.out);
    assert!(
        alone.err.contains("warning: two.json: study large has no partner, or several, in the other"),
        "{}",
        alone.err
    );

    // Mistakes.
    let missing = desk.says(&["diff", old, "nothing.json"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("nothing.json: there is no such file"), "{}", missing.err);
    let neither = desk.says(&["diff", old, "fffffffff"]);
    assert!(neither.code == Some(2) && neither.err.contains("is no file, and no run"), "{}", neither.err);
    assert_eq!(desk.says(&["review", "gone.shard"]).code, Some(2));
}

/// Files that wait and are none of ours are named and left alone; what waits beside them is shown.
#[test]
fn what_is_no_outcome_or_lies_elsewhere_is_left_alone() {
    let desk = Desk::empty();
    desk.write("small.shard", FILE);
    run(&desk);
    let pending = desk.path("outcomes/small@small.snap.new");
    let text = fs::read_to_string(&pending).expect("text");
    desk.write("outcomes/broken.snap.new", "---\nsource: x");
    let ended = told(&desk, &["review"], "");
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.err.contains("quit (q)? \nleft alone: "), "the question has a line of its own: {}", ended.err);
    assert!(ended.err.contains("broken.snap.new: the snapshot has no end of its head"), "{}", ended.err);
    assert!(ended.out.ends_with("0 accepted, 0 rejected, 1 still waiting.\n"), "{}", ended.out);

    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        fs::create_dir(desk.path("elsewhere")).expect("a folder");
        fs::remove_file(desk.path("outcomes/broken.snap.new")).expect("there");
        fs::rename(&pending, desk.path("elsewhere/small@small.snap.new")).expect("moved");
        let untouched = |arguments: &[&str]| {
            let said = desk.says(arguments);
            assert_eq!(said.code, Some(0), "{}", said.err);
            assert!(said.err.contains("left alone: ") && said.err.contains("this is a link"), "{}", said.err);
            let there = fs::read_dir(desk.path("elsewhere")).expect("a folder").count();
            let kept = fs::read_to_string(desk.path("elsewhere/small@small.snap.new")).expect("still there");
            assert!(there == 1 && kept == text);
        };
        symlink(desk.path("elsewhere/small@small.snap.new"), &pending).expect("a link");
        untouched(&["review", "outcomes/small@small.snap.new", "--accept"]);
        fs::remove_dir_all(desk.path("outcomes")).expect("removed");
        symlink(desk.path("elsewhere"), desk.path("outcomes")).expect("a link");
        untouched(&["review", "small.shard", "--accept"]);
        untouched(&["review", "small.shard", "--reject"]);
        let run = run(&desk);
        assert!(run.code == Some(2) && run.err.contains("outcomes: this is a link"), "{}", run.err);
        assert!(run.out.contains("VERDICT"), "the result is shown all the same: {}", run.out);
    }
}

/// The accepted file is what a test in Rust asserts, and what such a test leaves is walked by `review`.
#[test]
fn a_test_in_rust_reads_the_same_files() {
    // The test in Rust is this one, in another process, that insta may write in.
    if let Some(file) = env::var_os("SHARDBED_ASSERTED") {
        let file = Path::new(&file);
        return judged::holds(file, &read(&file.with_file_name("asserted.json")).expect("an outcome")[0]);
    }
    let desk = Desk::empty();
    desk.write("small.shard", FILE);
    run(&desk);
    let pending = desk.path("outcomes/small@small.snap.new");
    assert_eq!(desk.says(&["review", "--accept"]).code, Some(0));
    let json = desk.says(&["run", "small.shard", "--predictor", "uniform", "--quiet", "--format", "json"]).out;
    let outcome: Value = serde_json::from_str(&json).expect("JSON");
    let holds = |outcome: &Value| {
        desk.write("asserted.json", outcome.to_string());
        let mut test = Command::new(env::current_exe().expect("this program"));
        test.args(["--exact", "a_test_in_rust_reads_the_same_files"])
            .env("SHARDBED_ASSERTED", desk.path("small.shard"));
        let held =
            test.env("INSTA_UPDATE", "new").env_remove("INSTA_FORCE_PASS").output().expect("it runs").status.success();
        assert_eq!(held, !pending.exists(), "what does not hold waits");
        held
    };
    assert!(holds(&outcome));
    // Another kind of processor trains other networks, which are judged by the spread of the seeds.
    let mut other = outcome.clone();
    let last = other["training"]["curve"][0].as_array_mut().and_then(|curve| curve.last_mut()).expect("a curve");
    *last = json!(last.as_f64().expect("a return") + 0.001);
    let explained = other["explained"]["by_seed"].as_array_mut().expect("seeds");
    explained.iter_mut().for_each(|value| *value = json!(value.as_f64().expect("defined") - 1e-4));
    assert!(holds(&other));
    // On the same networks nothing may move.
    let mut moved = outcome.clone();
    moved["explained"]["by_seed"] = other["explained"]["by_seed"].clone();
    moved["explained"]["mean"] = json!(moved["explained"]["mean"].as_f64().expect("defined") - 1e-4);
    assert!(!holds(&moved));

    let taken = told(&desk, &["review", "small.shard"], "a\n");
    assert_eq!((taken.code, pending.exists()), (Some(0), false), "{}", taken.err);
    assert!(taken.out.contains("The ids are the same and the results are not, in 1 of "), "{}", taken.out);
    assert!(taken.out.contains("\n  explained\n"), "{}", taken.out);
    assert!(!fs::read_to_string(desk.path("outcomes/small@small.snap")).expect("text").contains("assertion_line"));
    assert!(holds(&moved));
}
