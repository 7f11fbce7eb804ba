//! Stores that were damaged, or come from strangers.

use crate::desk::Desk;
use crate::study::{bits, reused, run, sign};
use shardbed::store::FILE;
use std::fs;

/// What a command says of a store that it cannot use, each with a change to one that was good.
#[test]
fn databases_that_are_no_store_are_refused_and_left_alone() {
    let desk = Desk::new();
    desk.outcome(&run("good", &[]));
    for (change, words) in [
        ("PRAGMA user_version = -1", &["it has layout -1", "move it away"][..]),
        ("PRAGMA user_version = 9", &["has layout 9", "use the newer shardbed"]),
        ("PRAGMA user_version = 0", &["it holds the table `networks`, and no store does"]),
        ("DROP TABLE networks", &["its table `networks` is not that of layout 1"]),
        ("ALTER TABLE runs DROP COLUMN verdict", &["its table `runs` is not that of layout 1"]),
        ("DROP TABLE runs; CREATE VIEW runs AS SELECT 1 AS id", &["it holds the view `runs`, and no store does"]),
        (
            "CREATE TRIGGER t AFTER INSERT ON networks BEGIN DELETE FROM networks; END",
            &["it holds the trigger `t`, and no store does"],
        ),
        ("CREATE INDEX i ON runs (length(zeroblob(1000)))", &["it holds the index `i`, and no store does"]),
        (
            "ALTER TABLE runs ADD COLUMN huge TEXT AS (hex(zeroblob(4000)))",
            &["its table `runs` is not that of layout 1"],
        ),
        ("CREATE VIEW \"\u{1b}[2J\" AS SELECT 1", &["it holds the view `\\u{1b}[2J`"]),
    ] {
        let store = "changed";
        fs::create_dir_all(desk.path(store)).expect("a folder");
        fs::copy(desk.path("good").join(FILE), desk.path(store).join(FILE)).expect("copied");
        desk.database(store).execute_batch(change).unwrap_or_else(|error| panic!("{change}: {error}"));
        let before = fs::read(desk.path(store).join(FILE)).expect("bytes");
        desk.fails(&run(store, &[]), 2, words);
        desk.fails(&["runs", "--store", store], 2, words);
        desk.fails(&["show", "0", "--store", store], 2, words);
        desk.fails(&["export", "0", "--store", store], 2, words);
        assert_eq!(fs::read(desk.path(store).join(FILE)).expect("bytes"), before, "{change}");
        fs::remove_dir_all(desk.path(store)).expect("removed");
    }
}

/// SQLite would follow them when it writes.
#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    let desk = Desk::new();
    desk.outcome(&run("good", &[]));
    for name in [FILE.to_string(), format!("{FILE}-wal"), format!("{FILE}-shm"), format!("{FILE}-journal")] {
        fs::create_dir(desk.path("linked")).expect("a folder");
        fs::copy(desk.path("good").join(FILE), desk.path("linked").join(FILE)).expect("copied");
        let link = desk.path("linked").join(&name);
        fs::remove_file(&link).ok();
        desk.write("precious", "a letter");
        std::os::unix::fs::symlink(desk.path("precious"), &link).expect("linked");
        for arguments in [run("linked", &[]), vec!["runs", "--store", "linked"]] {
            desk.fails(&arguments, 2, &[&name, "no file of its own but a link", "remove it"]);
        }
        assert_eq!(fs::read_to_string(desk.path("precious")).expect("text"), "a letter");
        fs::remove_dir_all(desk.path("linked")).expect("removed");
    }
}

/// A file that was cut anywhere: an error, or what is whole is used and the rest trained again.
#[test]
fn a_truncated_database_is_told() {
    let desk = Desk::new();
    let whole = bits(desk.outcome(&run("whole", &[])));
    let bytes = fs::read(desk.path("whole").join(FILE)).expect("bytes");
    for part in [1, 20, 50, 90, 99] {
        fs::create_dir(desk.path("cut")).expect("a folder");
        desk.write(&format!("cut/{FILE}"), &bytes[..bytes.len() * part / 100]);
        let said = desk.says(&run("cut", &[]));
        match said.code {
            Some(0) => assert_eq!(bits(serde_json::from_str(&said.out).expect("one outcome")), whole, "{part}%"),
            code => {
                assert_eq!(code, Some(2), "{part}%: {}", said.err);
                // What was computed before the damage was met is shown all the same.
                let shown = said.err.contains("is shown, but not kept");
                assert_eq!(shown, !said.out.is_empty(), "{part}%: {}", said.err);
                if shown {
                    assert_eq!(bits(serde_json::from_str(&said.out).expect("one outcome")), whole, "{part}%");
                }
                assert!(said.err.contains("damaged") && said.err.contains("move it away"), "{part}%: {}", said.err);
            }
        }
        fs::remove_dir_all(desk.path("cut")).expect("removed");
    }
}

/// Rows that hold what they should not, their checksums made right by a function of the test.
#[test]
fn networks_that_are_none_are_trained_again() {
    let desk = Desk::new();
    let whole = desk.outcome(&run("store", &[]));
    let database = desk.database("store");
    for change in [
        // A header of safetensors that claims 2^60 bytes, one that claims 90 MB of tensors, and none at all.
        "network = CAST(x'0000000000000010' || zeroblob(100) AS BLOB)",
        "network = CAST(x'2f00000000000000' || '{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[9000000]}}' AS BLOB)",
        "network = x''",
        "step = -1",
        "step = 9223372036854775807",
        "mean_return = 9e999",
        "snapshots = -3",
        "snapshot = snapshot + 1000000",
        "key = key || 'x'",
    ] {
        database.execute_batch(&format!("UPDATE networks SET {change} WHERE seed = 1")).expect("changed");
        sign(&database);
        let again = desk.outcome(&run("store", &[]));
        assert_eq!(bits(again), bits(whole.clone()), "{change}");
    }
    drop(database);
    assert!(reused(&desk.outcome(&run("store", &[])), 0));
}

#[test]
fn rows_of_runs_that_hold_anything() {
    let desk = Desk::new();
    let id = desk.outcome(&run("store", &[]))["ids"]["run"].as_str().expect("an id").to_string();
    let show = ["show", &id, "--store", "store"];
    for (change, shown) in [
        ("study = char(27) || '[2J' || char(155) || 'x', verdict = char(8238) || 'y' || char(7)", Some(0)),
        ("seeds = -1", Some(0)),
        ("seeds = 'many'", Some(0)),
        ("stored = -9223372036854775808", Some(0)),
        ("stored = 9223372036854775807", Some(0)),
        ("verdict = x'ff'", Some(0)),
        ("verdict = CAST(zeroblob(200000) AS TEXT)", Some(0)),
        ("outcome = CAST(zeroblob(100000) AS TEXT)", Some(2)),
        ("outcome = replace(hex(zeroblob(100000)), '0', '[')", Some(2)),
        ("outcome = replace(hex(zeroblob(100000)), '00', '{\"a\":')", Some(2)),
        ("outcome = '{\"schema\": 1}'", Some(2)),
        ("outcome = '{\"schema\": -1}'", Some(2)),
        ("outcome = '{\"schema\": 2}'", Some(2)),
        ("outcome = replace(outcome, '\"explained\"', '\"\u{1b}[31m\"')", Some(2)),
        ("outcome = x'ff'", Some(2)),
        ("sha256 = 7", Some(2)),
    ] {
        desk.database("store").execute_batch(&format!("UPDATE runs SET {change}")).expect("changed");
        if !change.contains("sha256") {
            sign(&desk.database("store"));
        }
        let listed = desk.says(&["runs", "--store", "store"]);
        assert_eq!((listed.code, listed.err.as_str()), (Some(0), ""), "{change}");
        let said = desk.says(&show);
        assert_eq!(said.code, shown, "{change}: {}", said.err);
        for text in [&listed.out, &said.out, &said.err] {
            let obeyed = |sign: char| sign.is_control() && sign != '\n' || sign == '\u{202e}';
            assert!(!text.contains(obeyed), "{change}: {text:?}");
        }
        // The next run puts it right.
        assert_eq!(desk.says(&run("store", &[])).code, Some(0), "{change}");
        assert_eq!(desk.says(&show).code, Some(0), "{change}");
        assert!(desk.says(&["runs", "--store", "store"]).out.starts_with(&id[..12]), "{change}");
    }
}
