//! Runs of versions that named the networks of the same study otherwise, as one does that trains otherwise.

use crate::desk::Desk;
use crate::study::{STUDY, reused, run, sign};
use serde_json::{Value, json};

/// The run's id, in a store as such a version would have left it; `noted` says whether it noted which networks are the run's, as
/// versions do since layout 4 of the store.
fn left(desk: &Desk, noted: bool) -> String {
    let outcome = desk.outcome(&run("store", &[]));
    let id = |name: &str| outcome["ids"][name].as_str().expect("an id").to_string();
    let other: String = id("training").chars().rev().collect();
    desk.tamper(&format!(
        "UPDATE networks SET key = 'then-' || key; UPDATE studies SET keys = 'then-' || replace(keys, ' ', ' then-'); \
         UPDATE runs SET outcome = replace(outcome, '{}', '{other}')",
        id("training")
    ));
    if !noted {
        desk.tamper("UPDATE studies SET keys = NULL, path = NULL");
    }
    sign(&desk.database("store"));
    id("run")
}

/// What `runs` says of the networks of a run.
fn networks(desk: &Desk, id: &str) -> Value {
    let said = desk.says(&["runs", "--store", "store", "--format", "json"]);
    let runs: Vec<Value> = serde_json::from_str(&said.out).expect("JSON");
    runs.into_iter().find(|run| run["id"] == id).expect("it is listed")["networks"].clone()
}

#[test]
fn networks_are_found_under_the_names_that_they_were_given() {
    let desk = Desk::new();
    let id = left(&desk, true);
    let exported = desk.says(&["export", &id, "--store", "store", "-o", "out"]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    let counted = networks(&desk, &id);
    assert_eq!((&counted["of"], &counted["seeds"]), (&json!(6), &json!(6)));

    desk.write("study.shard", STUDY.replace("20% to 60%", "30% to 60%"));
    let new = desk.outcome(&run("store", &[]));
    assert!(!reused(&new, 0), "they are not those of this version");
    let before = desk.rows("store");
    let said =
        desk.says(&["diff", &id, new["ids"]["run"].as_str().expect("an id"), "--store", "store", "--format", "json"]);
    for words in [
        "the networks of a were measured",
        "the networks of a were asked what b asks",
        "the networks of b were measured",
    ] {
        assert!(said.out.contains(words), "no `{words}` in {said:?}");
    }
    assert_eq!(desk.rows("store"), before, "nothing is trained to compare");
    let kept = desk.gc(&["--unfinished"]);
    assert_eq!((&kept["needed"]["seeds"], &kept["unfinished"]["seeds"]), (&json!(12), &json!(0)), "{kept}");

    // Nor does it take the outcome to know them.
    desk.tamper("UPDATE runs SET outcome = replace(outcome, '\"schema\":1,', '\"schema\":99,')");
    sign(&desk.database("store"));
    let kept = desk.gc(&["--unfinished"]);
    assert_eq!((&kept["needed"]["seeds"], &kept["unfinished"]["seeds"]), (&json!(12), &json!(0)), "{kept}");
    assert_eq!(desk.rows("store"), before);
}

#[test]
fn networks_that_may_be_those_of_a_run_are_kept_and_not_taken_for_others() {
    let desk = Desk::new();
    let id = left(&desk, false);
    let words = ["which networks are those of run", "cannot be told", "run its prediction file again"];
    desk.fails(&["export", &id, "--store", "store", "-o", "out"], 2, &words);
    assert_eq!(networks(&desk, &id), Value::Null);
    assert!(desk.says(&["runs", "--store", "store"]).out.contains("networks not known"));
    let before = desk.rows("store");
    let kept = desk.gc(&["--unfinished"]);
    assert_eq!((&kept["perhaps_needed"]["seeds"], &kept["unnamed"]), (&json!(6), &json!([id])), "{kept}");
    assert_eq!(desk.rows("store"), before);
    let human = desk.says(&["gc", "--store", "store"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(human.contains("6 trained seeds") && human.contains("may be those of run"), "{human}");

    desk.write("study.shard", STUDY.replace("20% to 60%", "30% to 60%"));
    let new = desk.outcome(&run("store", &[]));
    let said =
        desk.says(&["diff", &id, new["ids"]["run"].as_str().expect("an id"), "--store", "store", "--format", "json"]);
    assert!(said.out.contains("networks of a, does not tell which they are"), "{said:?}");
    // Once the run is gone, nobody needs them.
    desk.tamper(&format!("UPDATE runs SET stored = 1000 WHERE id = '{id}'"));
    let gone = desk.gc(&["--older-than", "30", "--unfinished"]);
    assert_eq!((&gone["unfinished"]["seeds"], &gone["needed"]["seeds"]), (&json!(6), &json!(6)), "{gone}");
    assert!(desk.rows("store").keys().all(|row| !before.contains_key(row)));
}
