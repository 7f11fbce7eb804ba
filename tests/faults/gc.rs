//! What `shardbed gc` keeps and removes.

use crate::desk::Desk;
use crate::study::{STUDY, bits, reused, run};
use serde_json::Value;
use std::fs;

impl Desk {
    pub fn gc(&self, more: &[&str]) -> Value {
        let said = self.says(&[&["gc", "--store", "store", "--format", "json"], more].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        serde_json::from_str(&said.out).expect("JSON")
    }

    fn runs(&self) -> usize {
        let runs: Value =
            serde_json::from_str(&self.says(&["runs", "--store", "store", "--format", "json"]).out).expect("JSON");
        runs.as_array().expect("an array").len()
    }

    pub fn tamper(&self, statement: &str) {
        self.database("store").execute_batch(statement).expect("runs");
    }
}

#[test]
fn superseded_and_old_runs_go_with_what_no_other_needs() {
    let desk = Desk::new();
    let first = desk.outcome(&run("store", &[]));
    let networks = desk.rows("store");
    desk.write("study.shard", STUDY.replace("20% to 60%", "30% to 60%"));
    desk.outcome(&run("store", &[]));
    desk.tamper(
        "UPDATE runs SET stored = stored - 1000000 WHERE id = (SELECT id FROM runs ORDER BY stored, rowid LIMIT 1)",
    );
    assert_eq!(desk.gc(&[])["runs_kept"], 2, "nothing goes that is not asked for");
    assert_eq!(desk.gc(&["--older-than", "30"])["runs_kept"], 2);

    let said = desk.gc(&["--superseded", "--dry-run"]);
    assert_eq!((said["runs_kept"].as_u64(), said["needed"]["seeds"].as_u64()), (Some(1), Some(6)), "{said}");
    assert_eq!((&said["runs_removed"][0]["reason"], &said["bytes_after"]), (&Value::from("superseded"), &Value::Null));
    assert_eq!(said["runs_removed"][0]["id"], first["ids"]["run"]);
    assert_eq!(desk.runs(), 2, "a dry run");
    desk.gc(&["--superseded"]);
    assert_eq!((desk.runs(), desk.rows("store")), (1, networks.clone()), "the networks are those of the newer run too");

    desk.write("study.shard", STUDY.replace("horizon 5", "horizon 6"));
    let other = desk.outcome(&run("store", &[]));
    desk.tamper("UPDATE runs SET stored = 1000 WHERE stored = (SELECT min(stored) FROM runs) AND rowid = 2");
    desk.tamper(&format!(
        "UPDATE runs SET stored = 1000 WHERE id <> '{}'",
        other["ids"]["run"].as_str().expect("an id")
    ));
    let human = desk.says(&["gc", "--store", "store", "--older-than", "30", "--dry-run"]);
    for words in [
        "keeps    1 run, with 6 trained seeds",
        "which is older than asked for",
        "that no other run needs",
        "Nothing was removed",
    ] {
        assert!(human.out.contains(words), "no `{words}` in {}", human.out);
    }
    let said = desk.gc(&["--older-than", "30"]);
    assert_eq!((said["no_longer_needed"]["seeds"].as_u64(), desk.runs()), (Some(6), 1), "{said}");
    assert!(said["bytes_after"].as_u64() < said["bytes"].as_u64(), "{said}");
    assert!(desk.rows("store").keys().all(|row| !networks.contains_key(row)));
    let again = desk.outcome(&run("store", &[]));
    assert!(reused(&again, 0) && bits(again) == bits(other));
}

/// A first look with fewer seeds takes no other run's place, and what was sealed before its run is somebody's track record.
#[test]
fn superseded_runs_stay_that_are_sealed_or_have_more_seeds() {
    let desk = Desk::new();
    let older = |desk: &Desk| desk.tamper("UPDATE runs SET stored = stored - 1000");
    desk.outcome(&run("store", &[]));
    older(&desk);
    desk.outcome(&run("store", &["--seeds", "2"]));
    assert_eq!(desk.gc(&["--superseded", "--dry-run"])["runs_kept"], 2, "three seeds and two");
    older(&desk);
    desk.outcome(&run("store", &["--seeds", "4"]));
    let said = desk.gc(&["--superseded"]);
    assert_eq!((said["runs_kept"].as_u64(), desk.runs()), (Some(1), 1), "four seeds: {said}");

    let sealed = Desk::new();
    assert_eq!(sealed.says(&["seal", "study.shard"]).code, Some(0));
    let first = sealed.outcome(&run("store", &[]));
    assert_eq!(first["seal"]["status"], "sealed before the run");
    older(&sealed);
    sealed.write("study.shard", STUDY.replace("20% to 60%", "30% to 60%"));
    for _ in 0..2 {
        sealed.outcome(&run("store", &["--seeds", "4"]));
        assert_eq!(sealed.gc(&["--superseded"])["runs_kept"], 2, "the sealed one and the newest");
    }
}

#[test]
fn damage_goes_and_unfinished_work_stays() {
    let desk = Desk::new();
    let whole = desk.outcome(&run("store", &[]));
    desk.tamper(
        "UPDATE networks SET network = x'00' WHERE seed = 1 AND snapshot = 1; \
         INSERT INTO networks (key, seed, snapshot, snapshots, step, network, sha256) VALUES (x'00', 'x', 0, 0, 0, 0, 0); UPDATE runs SET outcome = 'x'",
    );
    let said = desk.gc(&["--dry-run"]);
    assert_eq!((&said["runs_removed"][0]["reason"], said["misfits"].as_u64()), (&Value::from("damaged"), Some(1)));
    assert_eq!((said["damaged"]["seeds"].as_u64(), said["unfinished"]["seeds"].as_u64()), (Some(2), Some(4)), "{said}");
    desk.gc(&[]);
    assert_eq!(desk.runs(), 0);
    let left = desk.rows("store");
    assert!(!left.is_empty() && left.keys().all(|(_, seed, _)| *seed != 1), "the seeds of no run stay: {left:?}");
    assert!(desk.says(&["gc", "--store", "store"]).out.contains("4 trained seeds"));
    assert_eq!(bits(desk.outcome(&run("store", &[]))), bits(whole.clone()));
    desk.tamper("DELETE FROM runs");
    assert_eq!(desk.gc(&["--unfinished"])["unfinished"]["seeds"], 6);
    assert!(desk.rows("store").is_empty());
    assert_eq!(bits(desk.outcome(&run("store", &[]))), bits(whole));
}

#[test]
fn a_store_that_is_not_there_is_not_made() {
    let desk = Desk::new();
    desk.fails(&["gc"], 2, &["there is no store in .shardbed"]);
    for days in ["soon", "-5", "1.5"] {
        desk.fails(&["gc", "--older-than", days], 2, &["--older-than", "a whole number of days", "--older-than 30"]);
    }
    for command in ["runs", "history"] {
        desk.fails(&[command, "--store", "mistyped"], 2, &["there is no store in mistyped", "--store"]);
    }
    let said = desk.says(&["runs"]);
    assert_eq!((said.code, said.out.starts_with("No runs yet in .shardbed: ")), (Some(0), true), "{said:?}");
    assert_eq!(desk.says(&["runs", "--format", "json"]).out, "[]\n");
    assert!(!desk.path(".shardbed").exists());
}

#[test]
fn a_seal_after_the_result_stays_one_when_the_networks_were_removed() {
    let desk = Desk::new();
    desk.outcome(&run("store", &[]));
    desk.tamper("UPDATE runs SET stored = 1000");
    assert_eq!(desk.gc(&["--older-than", "30"])["no_longer_needed"]["seeds"], 6);
    assert!(desk.rows("store").is_empty());
    // As if all this had been a minute ago, since times are whole seconds.
    desk.tamper("UPDATE removed SET trained = trained - 60");
    assert_eq!(desk.says(&["seal", "study.shard"]).code, Some(0));
    let again = desk.outcome(&run("store", &[]));
    assert!(!reused(&again, 0) && !reused(&again, 1));
    assert_eq!(again["seal"]["status"], "sealed after training");
}

#[test]
fn files_of_one_name_in_two_folders_take_no_others_place() {
    let desk = Desk::new();
    let outcome = |file: &str, high: &str| {
        desk.write(file, STUDY.replace("20% to 60%", &format!("20% to {high}")));
        let mut arguments = run("store", &[]);
        arguments[1] = file;
        desk.outcome(&arguments)
    };
    for folder in ["one", "two"] {
        fs::create_dir(desk.path(folder)).expect("a folder");
    }
    let first = outcome("one/study.shard", "60%");
    desk.tamper("UPDATE runs SET stored = stored - 100");
    outcome("two/study.shard", "70%");
    assert_eq!(desk.gc(&["--superseded"])["runs_kept"], 2);
    desk.tamper("UPDATE runs SET stored = stored - 100");
    outcome("one/study.shard", "80%");
    let said = desk.gc(&["--superseded"]);
    assert_eq!((&said["runs_kept"], &said["runs_removed"][0]["id"]), (&Value::from(2), &first["ids"]["run"]), "{said}");
}
