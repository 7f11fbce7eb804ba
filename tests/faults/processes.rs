//! Processes that are killed, interrupted, or at work on one store at once.

use crate::desk::{Desk, said};
use crate::study::{STUDY, bits, reused, run};
use rand::RngExt;
use shardbed::seed::Seed;
use std::fs::{self, File};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// How often the program is killed.
const KILLS: usize = 50;
/// Snapshots of the three seeds: 9 in the study's own training, 3 in the phase.
const NETWORKS: usize = 3 * 9 + 3 * 3;

/// In one store after another, until a run in it has ended by itself; moments are spread over the time that a run takes.
#[test]
fn killed_at_fifty_random_moments() {
    let desk = Desk::new();
    let whole = bits(desk.outcome(&run("whole", &[])));
    assert_eq!(desk.rows("whole").len(), NETWORKS);
    let began = Instant::now();
    desk.outcome(&run("again", &["--jobs", "1"]));
    let whole_time = began.elapsed();

    let mut moments = Seed(6).stream("moments of kills", &[]);
    let (mut kills, mut ended) = (0, 0);
    let mut store = "store-0".to_string();
    while kills < KILLS {
        let before = desk.rows(&store);
        let file = File::create(desk.path("printed")).expect("a file");
        let command = run(&store, &["--jobs", "1"]);
        let mut child = desk.command(&command).stdout(file).stderr(Stdio::null()).spawn().expect("the command starts");
        std::thread::sleep(whole_time.mul_f64(moments.random::<f64>()));
        let status = child.try_wait().expect("a child");
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let after = desk.rows(&store);
        assert!(before.iter().all(|row| after.get(row.0) == Some(row.1)), "after {kills} kills a network is lost");
        let Some(status) = status else {
            kills += 1;
            continue;
        };
        assert!(status.success());
        let printed = fs::read_to_string(desk.path("printed")).expect("text");
        let outcome: serde_json::Value = serde_json::from_str(&printed).expect("one outcome");
        assert_eq!(reused(&outcome, 0), before.len() >= 27, "{} networks were there", before.len());
        assert_eq!(reused(&outcome, 1), before.len() == NETWORKS, "{} networks were there", before.len());
        assert_eq!(bits(outcome), whole, "after {kills} kills");
        ended += 1;
        store = format!("store-{ended}");
    }
    let before = desk.rows(&store);
    let outcome = desk.outcome(&run(&store, &[]));
    assert_eq!(reused(&outcome, 0), before.len() >= 27, "{} networks were there", before.len());
    assert_eq!(bits(outcome), whole, "at last");
    assert_eq!(desk.rows(&store), desk.rows("whole"), "the same networks");
}

#[test]
fn two_processes_at_once() {
    let desk = Desk::new();
    let whole = bits(desk.outcome(&run("whole", &[])));
    let study = |file: &'static str| {
        let mut arguments = run("shared", &[]);
        arguments[1] = file;
        desk.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts")
    };
    // Of a run that is there, something can be shown and exported.
    let mut first = run("shared", &["--seeds", "1"]);
    first[1] = "other.shard";
    let id = desk.outcome(&first)["ids"]["run"].as_str().expect("an id").to_string();
    let mut children = vec![study("study.shard"), study("study.shard"), study("other.shard")];
    let mut looks = 0;
    while looks == 0 || children.iter_mut().any(|child| child.try_wait().expect("a child").is_none()) {
        let runs: serde_json::Value =
            serde_json::from_str(&desk.says(&["runs", "--store", "shared", "--format", "json"]).out).expect("JSON");
        assert!(runs.as_array().is_some_and(|runs| runs.iter().any(|run| run["id"] == id.as_str())), "{runs}");
        assert_eq!(desk.says(&["show", &id, "--store", "shared"]).code, Some(0));
        let said = desk.says(&["export", &id, "--store", "shared", "--force", "-o", "out"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        let said = desk.says(&["gc", "--store", "shared"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        looks += 1;
    }
    let outcomes: Vec<serde_json::Value> = children.into_iter().map(printed).collect();
    assert_eq!(outcomes[2]["study"]["name"], "another");
    for outcome in &outcomes[..2] {
        assert_eq!(bits(outcome.clone()), whole);
    }
    let stored = desk.rows("shared");
    assert!(desk.rows("whole").iter().all(|row| stored.get(row.0) == Some(row.1)), "the same networks");
    assert_eq!(stored.len(), 2 * NETWORKS);
    let again = desk.outcome(&run("shared", &[]));
    assert!(reused(&again, 0) && reused(&again, 1), "nothing is lost or torn");
}

/// What a run is about to use is taken away: it trains it again.
#[test]
fn what_is_removed_meanwhile_is_trained_again() {
    let desk = Desk::new();
    let whole = bits(desk.outcome(&run("whole", &[])));
    let mut child = desk.command(&run("swept", &[]));
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    while child.try_wait().expect("a child").is_none() {
        // There is no store at first.
        desk.says(&["gc", "--unfinished", "--store", "swept"]);
    }
    assert_eq!(bits(printed(child)), whole);
}

fn printed(child: Child) -> serde_json::Value {
    let said = said(&child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, Some(0), "{}", said.err);
    serde_json::from_str(&said.out).expect("one outcome")
}

/// Waits until a process has made up its mind about Ctrl-C: whether it catches it. It does not where these tests run with it
/// ignored, as in the background of a script.
#[cfg(target_os = "linux")]
fn catches(child: &Child) -> bool {
    let mask = |name: &str| {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).map(|line| line.trim().to_string());
        line.and_then(|line| u64::from_str_radix(&line, 16).ok()).unwrap_or(0)
    };
    // SIGHUP, SIGINT, SIGTERM.
    let signals = 1 << 0 | 1 << 1 | 1 << 14;
    loop {
        if mask("SigIgn:") & signals != 0 {
            return false;
        }
        if mask("SigCgt:") & signals == signals {
            return true;
        }
        std::thread::yield_now();
    }
}

#[cfg(target_os = "linux")]
fn interrupt(child: &Child, signal: &str) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success());
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_says_what_is_kept_and_goes_on() {
    let desk = Desk::new();
    desk.write("study.shard", STUDY.replace("steps 1k", "steps 100k"));
    let whole = bits(desk.outcome(&run("whole", &[])));
    for signal in ["INT", "TERM"] {
        let command = run(signal, &["--jobs", "1"]);
        let mut child = desk.command(&command);
        let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        if !catches(&child) {
            child.wait_with_output().expect("it ends");
            return;
        }
        while desk.rows(signal).is_empty() {
            std::thread::yield_now();
        }
        interrupt(&child, signal);
        let said = said(&child.wait_with_output().expect("it ends"));
        assert_eq!((said.code, said.out.as_str()), (Some(130), ""), "{}", said.err);
        let line = said.err.lines().last().expect("a line");
        assert!(line.starts_with(&format!("interrupted: {signal} keeps ")), "{line}");
        assert!(
            line.contains(" of 3 seeds of cheese") && line.ends_with("; the same command again goes on from there")
        );
        assert!(!desk.rows(signal).is_empty());
        assert_eq!(bits(desk.outcome(&command)), whole);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn whatever_it_is_doing_is_interrupted() {
    let desk = Desk::new();
    desk.write("study.shard", STUDY.replace("steps 1k", "steps 1000M"));
    for (arguments, words) in [
        (&["run", "study.shard", "--quiet"][..], "interrupted: nothing was done yet that .shardbed could keep"),
        (&["bench-predictors", "--quiet"], "interrupted: "),
        (&["validate", "--quiet"], "interrupted\n"),
        (&["predict", "study.shard"], "interrupted\n"),
        (&["bias", "study.shard"], "interrupted\n"),
    ] {
        let mut child = desk.command(arguments);
        let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        if !catches(&child) {
            let mut child = child;
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
            return;
        }
        // The store is opened after the files are read, and before predictors are asked.
        while arguments[0] == "run" && !desk.path(".shardbed/shardbed.sqlite-wal").exists() {
            std::thread::yield_now();
        }
        interrupt(&child, "INT");
        let said = said(&child.wait_with_output().expect("it ends"));
        assert_eq!((said.code, said.out.as_str()), (Some(130), ""), "{arguments:?}: {}", said.err);
        if arguments[0] != "run" && arguments[0] != "bench-predictors" {
            assert!(said.err.ends_with(words), "{arguments:?}: {}", said.err);
        } else {
            assert!(said.err.contains("interrupted"), "{arguments:?}: {}", said.err);
        }
    }
}
