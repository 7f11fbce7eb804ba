//! Stores that released versions wrote, in `tests/stores`, a folder for each: every later version opens them.

use crate::desk::Desk;
use crate::study::{reused, run};
use serde_json::Value;
use shardbed::store::FILE;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores")
}

/// Two seeds, a phase, and few snapshots, so that it stays small.
const STUDY: &str = "\
edition 1

world room {
  layout room 3x3
  view offsets
  horizon 5
  object cheese { at anywhere; reward +1; ends }
}

/// Kept for later versions to read.
study kept {
  on room
  agent mlp(4)
  train ppo { steps 512; seeds 2; environments 16; rollout 16 }

  heuristic to_cheese { if cheese visible then move toward cheese }
  heuristic go_east { if always then move east }

  phase sour after train { object cheese { reward -1 } }

  predict share(to_cheese) = 20% to 60%
}
";

/// Writes the store of this version: `cargo test --test faults -- --ignored`.
#[test]
#[ignore = "writes into tests/stores, once for a version"]
fn write_the_store_of_this_version() {
    let desk = Desk::new();
    desk.write("study.shard", STUDY);
    desk.outcome(&run("store", &[]));
    desk.database("store").execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)").expect("runs");
    let own = folder().join(concat!("v", env!("CARGO_PKG_VERSION")));
    fs::create_dir_all(&own).expect("a folder");
    fs::copy(desk.path("study.shard"), own.join("study.shard")).expect("copied");
    fs::copy(desk.path("store").join(FILE), own.join(FILE)).expect("copied");
    assert!(fs::metadata(own.join(FILE)).expect("a file").len() < 200_000);
}

#[test]
fn stores_of_released_versions_are_opened() {
    let versions: Vec<PathBuf> =
        fs::read_dir(folder()).expect("a folder").map(|entry| entry.expect("readable").path()).collect();
    assert!(versions.iter().any(|version| version.ends_with("v0.1.0")), "{versions:?}");
    for version in versions {
        let desk = Desk::new();
        fs::create_dir(desk.path("store")).expect("a folder");
        fs::copy(version.join("study.shard"), desk.path("study.shard")).expect("copied");
        fs::copy(version.join(FILE), desk.path("store").join(FILE)).expect("copied");
        let bytes = || fs::read(desk.path("store").join(FILE)).expect("bytes");
        let before = bytes();

        let runs = desk.says(&["runs", "--store", "store", "--format", "json"]);
        let runs: Value = serde_json::from_str(&runs.out).expect("JSON");
        assert_eq!((runs.as_array().map(Vec::len), &runs[0]["study"]), (Some(1), &Value::from("kept")));
        let id = runs[0]["id"].as_str().expect("an id");
        let shown = desk.says(&["show", id, "--store", "store"]);
        assert!(shown.code == Some(0) && shown.out.starts_with("kept\n"), "{}{}", shown.out, shown.err);
        let outcome = desk.outcome(&["show", id, "--store", "store", "--format", "json"]);
        valid(&desk, &outcome);
        // Its networks are measured again, unless this version measures in another way, which it then says.
        let exported = desk.says(&["export", id, "--store", "store", "-o", "out"]);
        let same = outcome["version"] == env!("CARGO_PKG_VERSION");
        let counted = &runs[0]["networks"];
        assert!(!same || (&counted["of"], &counted["seeds"]) == (&Value::from(4), &Value::from(4)), "{counted}");
        let told = !same && exported.code == Some(2) && exported.err.contains("in another way");
        assert!(exported.code == Some(0) || told, "{}", exported.err);
        assert_eq!(bytes(), before, "reading changes nothing");

        let networks = desk.rows("store");
        let again = desk.outcome(&run("store", &[]));
        assert!(reused(&again, 0) && reused(&again, 1), "nothing is trained again");
        assert_eq!(desk.rows("store"), networks);
        valid(&desk, &again);
    }
}

/// Against the schema that the program prints.
fn valid(desk: &Desk, outcome: &Value) {
    let schema = desk.says(&["schema"]);
    assert_eq!((schema.code, schema.err.as_str()), (Some(0), ""));
    let schema: Value = serde_json::from_str(&schema.out).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
    let errors: Vec<String> = validator.iter_errors(outcome).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}
