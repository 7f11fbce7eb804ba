//! Disks that are full, and places where nothing can be written.

use crate::desk::{Desk, said};
use crate::study::{Rows, STUDY, bits, run};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

/// Runs the program where files may have at most so many kB. A write beyond that fails, as on a full disk.
fn limited(desk: &Desk, kilobytes: u64, arguments: &[&str]) -> Output {
    // Blocks are of 512 bytes.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kilobytes * 2);
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_shardbed")]).args(arguments);
    command.current_dir(desk.path(".")).output().expect("sh is there")
}

#[test]
fn a_disk_that_fills_up_loses_nothing() {
    let desk = Desk::new();
    // Of 20 seeds some have room.
    desk.write("study.shard", STUDY.replace("seeds 3", "seeds 20"));
    let whole = bits(desk.outcome(&run("whole", &[])));
    let said = said(&limited(&desk, 200, &run("full", &["--jobs", "2"])));
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    for words in [
        "error: study.shard: study cheese: ",
        "full/shardbed.sqlite",
        "its disk",
        "note: full keeps ",
        "goes on from there",
    ] {
        assert!(said.err.contains(words), "no `{words}` in {}", said.err);
    }
    let kept: Rows = desk.rows("full");
    assert!(!kept.is_empty() && kept.len() < desk.rows("whole").len(), "{} networks", kept.len());
    let again = desk.outcome(&run("full", &[]));
    assert_eq!(bits(again), whole, "it goes on where there is room again");
    let all = desk.rows("full");
    assert!(kept.iter().all(|row| all.get(row.0) == Some(row.1)));
}

/// The networks are there, and the outcome has no room: it is shown all the same.
#[test]
fn an_outcome_that_cannot_be_kept_is_shown() {
    let desk = Desk::new();
    let whole = desk.outcome(&run("store", &[]));
    desk.database("store").execute_batch("DELETE FROM runs; DELETE FROM studies; VACUUM").expect("runs");
    // Enough for what SQLite shares between processes and for the study.
    let said = said(&limited(&desk, 34, &run("store", &[])));
    assert_eq!(said.code, Some(2), "{}", said.err);
    let shown: serde_json::Value = serde_json::from_str(&said.out).expect("the outcome");
    assert_eq!(bits(shown), bits(whole.clone()));
    assert!(said.err.contains("error: the outcome of cheese is shown, but not kept: "), "{}", said.err);
    assert_eq!(bits(desk.outcome(&run("store", &[]))), bits(whole));
}

#[test]
fn a_store_that_cannot_be_written_is_told_and_read_all_the_same() {
    let desk = Desk::new();
    let outcome = desk.outcome(&run("store", &[]));
    let id = outcome["ids"]["run"].as_str().expect("an id");
    let mode = |file: u32, folder: u32| {
        let set = |path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
        set(desk.path("store").join(shardbed::store::FILE), file);
        set(desk.path("store"), folder);
    };
    mode(0o444, 0o555);
    // Permissions do not count for some users.
    let counts = fs::File::create(desk.path("store/trial")).is_err();
    if counts {
        desk.fails(&run("store", &[]), 2, &["store/shardbed.sqlite", "permissions", "--store"]);
        let shown = desk.says(&["show", id, "--store", "store", "--format", "json"]);
        assert_eq!(shown.code, Some(0), "{}", shown.err);
        assert_eq!(desk.says(&["runs", "--store", "store"]).code, Some(0));
    }
    mode(0o644, 0o755);
    assert_eq!(bits(desk.outcome(&run("store", &[]))), bits(outcome));
}
