//! The store in temporary folders: what it gives back, what it refuses, and what it says then.

use crate::digest::digest;
use crate::outcome::measured::Measured;
use crate::outcome::seal::{Seal, SealStatus};
use crate::outcome::{Outcome, fixture};
use crate::store::error::StoreError;
use crate::store::inventory::Removal;
use crate::store::schema::VERSION;
use crate::store::study::StoredStudy;
use crate::store::training::{StoredSnapshot, StoredTraining};
use crate::store::{FILE, Store, now};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn training(snapshots: u8) -> StoredTraining {
    let snapshot = |i: u8| StoredSnapshot {
        step: u64::from(i) * 1000,
        mean_return: (i > 0).then_some(f64::from(i) * 0.1),
        network: vec![i; 64],
    };
    StoredTraining { snapshots: (0..snapshots).map(snapshot).collect() }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn open(folder: &TempDir) -> Store {
    Store::open(folder.path()).expect("opens")
}

/// Changes the database behind the store's back.
fn tamper(folder: &TempDir, statement: &str) {
    Connection::open(folder.path().join(FILE)).expect("opens").execute_batch(statement).expect("runs");
}

/// The error, which names the path and how to mend it.
fn refusal(dir: &Path) -> StoreError {
    let error = Store::open(dir).err().expect("refused");
    assert!(error.to_string().contains(&dir.display().to_string()), "{error}");
    error
}

#[test]
fn networks_come_back_whole() {
    let folder = folder();
    let store = open(&folder);
    assert_eq!(store.networks("key", 1).expect("readable"), None);
    store.put_networks("key", u64::MAX, &training(3)).expect("stored");
    assert_eq!(store.networks("key", u64::MAX).expect("readable"), Some(training(3)));
    assert_eq!(store.networks("other", u64::MAX).expect("readable"), None);
    store.put_networks("key", u64::MAX, &training(2)).expect("stored");
    assert_eq!(open(&folder).networks("key", u64::MAX).expect("readable"), Some(training(2)));
    assert!(matches!(store.put_networks("key", 1, &training(0)), Err(StoreError::NoSnapshots { .. })));
}

/// What the column of times holds.
fn times(folder: &TempDir) -> Vec<Option<i64>> {
    let connection = Connection::open(folder.path().join(FILE)).expect("opens");
    let mut statement = connection.prepare("SELECT trained FROM networks").expect("a column");
    statement.query_map([], |row| row.get(0)).expect("readable").map(Result::unwrap).collect()
}

#[test]
fn networks_keep_the_time_when_they_were_first_there() {
    let folder = folder();
    let store = open(&folder);
    assert_eq!(store.trained("key", 1).expect("readable"), None);
    let before = now();
    store.put_networks("key", 1, &training(3)).expect("stored");
    let stored = store.trained("key", 1).expect("readable").expect("a time");
    assert!((before..=now()).contains(&stored));
    assert_eq!(store.trained("key", 2).expect("readable"), None);
    assert_eq!(times(&folder), vec![Some(stored.cast_signed()); 3]);
    // Another time is damage, and what is trained again in its place is no younger.
    tamper(&folder, "UPDATE networks SET trained = 7 WHERE snapshot = 1");
    assert_eq!(store.networks("key", 1).expect("readable"), None);
    store.put_networks("key", 1, &training(3)).expect("stored");
    assert_eq!(store.networks("key", 1).expect("readable"), Some(training(3)));
    assert_eq!(store.trained("key", 1).expect("readable"), Some(7));
}

#[test]
fn networks_of_layout_2_are_read_and_have_no_time() {
    let folder = folder();
    let store = open(&folder);
    store.put_networks("key", 1, &training(2)).expect("stored");
    drop(store);
    // As layout 2 left it: its hash has no time in it.
    let columns = "ALTER TABLE studies DROP COLUMN keys; ALTER TABLE studies DROP COLUMN path";
    let older = "ALTER TABLE networks DROP COLUMN trained; PRAGMA user_version = 2";
    tamper(&folder, &format!("DROP TABLE removed; ALTER TABLE runs DROP COLUMN first; {columns}; {older}"));
    let connection = Connection::open(folder.path().join(FILE)).expect("opens");
    for snapshot in training(2).snapshots {
        let index = snapshot.step / 1000;
        let mean_return = snapshot.mean_return.map(|value| value.to_bits().to_le_bytes());
        let [seed, index, total, step] = [1, index, 2, snapshot.step].map(u64::to_le_bytes);
        let returned: &[u8] = mean_return.as_ref().map_or(&[], |bits| bits);
        let sha256 = digest(&[b"key", &seed, &index, &total, &step, returned, &snapshot.network]);
        let arguments = rusqlite::params![sha256, i64::from_le_bytes(index)];
        connection.execute("UPDATE networks SET sha256 = ?1 WHERE snapshot = ?2", arguments).expect("runs");
    }
    drop(connection);
    let old = Store::open_existing(folder.path()).expect("opens to read");
    assert_eq!(old.networks("key", 1).expect("readable"), Some(training(2)));
    assert_eq!(old.trained("key", 1).expect("readable"), None);
    let store = open(&folder);
    assert_eq!(store.networks("key", 1).expect("readable"), Some(training(2)));
    assert_eq!(times(&folder), [None, None]);
    // Trained again or for the first time.
    store.put_networks("key", 1, &training(2)).expect("stored");
    store.put_networks("key", 2, &training(2)).expect("stored");
    assert_eq!(old.trained("key", 1).expect("readable"), None);
    assert!(old.trained("key", 2).expect("readable").is_some());
    assert_eq!(old.networks("key", 1).expect("readable"), Some(training(2)));
    assert!(old.take_damage().is_empty() && store.take_damage().is_empty());
}

#[test]
fn damaged_networks_count_as_absent_and_are_told() {
    for damage in [
        "UPDATE networks SET network = x'00' WHERE snapshot = 1",
        "UPDATE networks SET mean_return = 0.3 WHERE snapshot = 1",
        "UPDATE networks SET step = 'soon' WHERE snapshot = 1",
        "DELETE FROM networks WHERE snapshot = 2",
        "UPDATE networks SET seed = 5",
    ] {
        let folder = folder();
        let store = open(&folder);
        store.put_networks("key", 4, &training(3)).expect("stored");
        tamper(&folder, damage);
        let seed = if damage.contains("seed") { 5 } else { 4 };
        assert_eq!(store.networks("key", seed).expect("readable"), None, "{damage}");
        let told = store.take_damage();
        assert_eq!((told.len(), told[0].seed), (1, seed), "{damage}");
        assert!(store.take_damage().is_empty());
        store.put_networks("key", seed, &training(3)).expect("stored");
        assert_eq!(store.networks("key", seed).expect("readable"), Some(training(3)));
    }
}

#[test]
fn outcomes_come_back_to_the_last_bit() {
    let folder = folder();
    let store = open(&folder);
    let mut outcome = fixture::outcome();
    let awkward: Vec<f64> = (1..2000).map(|i| (f64::from(i) * 0.7391).sin() / 3.0).collect();
    outcome.results.explained = Measured::over_seeds(awkward.iter().copied().map(Some).collect());
    store.put_outcome(&outcome).expect("stored");
    assert_eq!(store.outcome(&outcome.ids.run).expect("found"), outcome);
    assert_eq!(store.outcome("3f9a").expect("found"), outcome);
    tamper(&folder, "UPDATE runs SET stored = 7, first = NULL");
    outcome.study.name = "again".to_string();
    store.put_outcome(&outcome).expect("stored");
    let runs = store.runs().expect("readable");
    assert_eq!(runs[0].first_stored, 7, "when it was first stored stays");
    assert!(runs[0].stored > 7);
    assert_eq!((runs.len(), runs[0].study.as_str(), runs[0].seeds), (1, "again", 8));
    assert_eq!(runs[0].id, outcome.ids.run);
}

#[test]
fn runs_are_found_by_a_unique_beginning() {
    let folder = folder();
    let store = open(&folder);
    for id in ["abc1", "abc2", "abc"] {
        let mut outcome = fixture::outcome();
        outcome.ids.run = id.to_string();
        store.put_outcome(&outcome).expect("stored");
    }
    // All in one second, or so: the latest first.
    tamper(&folder, "UPDATE runs SET stored = 7");
    let ids: Vec<String> = store.runs().expect("readable").into_iter().map(|run| run.id).collect();
    assert_eq!(ids, ["abc", "abc2", "abc1"]);
    assert_eq!(store.outcome("abc").expect("the exact one").ids.run, "abc");
    assert_eq!(store.outcome("abc2").expect("found").ids.run, "abc2");
    let several = store.outcome("ab").expect_err("several");
    assert!(several.to_string().contains(": abc (corner_cheese, 1970-01-01 00:00 UTC"), "{several}");
    for none in ["", "%", "x", "abc1 "] {
        assert!(matches!(store.outcome(none), Err(StoreError::NoSuchRun { .. })), "{none:?}");
    }
}

#[test]
fn a_damaged_outcome_is_an_error() {
    for damage in ["UPDATE runs SET outcome = replace(outcome, '0.81', '0.91')", "UPDATE runs SET outcome = x'ff'"] {
        let folder = folder();
        let store = open(&folder);
        store.put_outcome(&fixture::outcome()).expect("stored");
        tamper(&folder, damage);
        assert!(matches!(store.outcome("3f"), Err(StoreError::DamagedRun { .. })), "{damage}");
    }
}

#[test]
fn what_json_cannot_hold_is_refused_when_stored() {
    let folder = folder();
    let mut outcome = fixture::outcome();
    outcome.results.training.return_best = f64::INFINITY;
    assert!(matches!(open(&folder).put_outcome(&outcome), Err(StoreError::Unstorable { .. })));
}

#[test]
fn keeps_itself_out_of_version_control_and_nothing_else() {
    let folder = folder();
    let inside = folder.path().join("a/b");
    Store::open(&inside).expect("opens");
    assert_eq!(fs::read_to_string(inside.join(".gitignore")).expect("there"), "*\n");
    fs::write(folder.path().join("thesis.tex"), "").expect("written");
    Store::open(folder.path()).expect("opens");
    assert!(!folder.path().join(".gitignore").exists());
}

#[test]
fn opening_an_existing_one_makes_nothing() {
    let folder = folder();
    let inside = folder.path().join("store");
    assert!(matches!(Store::open_existing(&inside), Err(StoreError::Missing { .. })));
    assert!(matches!(Store::open_existing(folder.path()), Err(StoreError::Missing { .. })));
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
    drop(Store::open(&inside).expect("opens"));
    assert!(Store::open_existing(&inside).is_ok());
}

#[test]
fn refuses_what_is_no_directory() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    assert!(matches!(refusal(&file), StoreError::NotADirectory { .. }));
    assert!(matches!(refusal(&file.join("below")), StoreError::NotADirectory { .. }));
    fs::create_dir_all(folder.path().join("store").join(FILE)).expect("made");
    assert!(matches!(refusal(&folder.path().join("store")), StoreError::NotAFile { .. }));
}

#[cfg(target_os = "linux")]
#[test]
fn refuses_where_nothing_can_be_made() {
    assert!(matches!(refusal(Path::new("/proc/shardbed")), StoreError::Directory { .. }));
    let written = Store::open(Path::new("/proc/self/task"));
    assert!(matches!(written, Err(StoreError::Unwritable { .. })));
}

#[test]
fn refuses_a_damaged_database() {
    let folder = folder();
    fs::write(folder.path().join(FILE), "this is a letter, and not a database at all".repeat(100)).expect("written");
    assert!(matches!(refusal(folder.path()), StoreError::Corrupt { .. }));
}

#[test]
fn a_database_damaged_inside_is_told() {
    let folder = folder();
    let path = folder.path().join(FILE);
    let store = open(&folder);
    for seed in 0..200 {
        store.put_networks("key", seed, &training(4)).expect("stored");
    }
    drop(store);
    let mut bytes = fs::read(&path).expect("there");
    let half = bytes.len() / 4;
    bytes[half..].fill(0xff);
    fs::write(&path, bytes).expect("written");
    let told = Store::open(folder.path()).and_then(|store| {
        (0..200).try_for_each(|seed| store.networks("key", seed).map(|_| ()))?;
        Ok(store.take_damage().len())
    });
    match told {
        Err(error) => assert!(matches!(error, StoreError::Corrupt { .. }), "{error}"),
        Ok(damaged) => assert!(damaged > 0),
    }
}

#[test]
fn refuses_a_newer_layout() {
    let folder = folder();
    drop(open(&folder));
    tamper(&folder, &format!("PRAGMA user_version = {}", VERSION + 1));
    let error = refusal(folder.path());
    assert!(matches!(error, StoreError::Newer { .. }));
    assert!(error.to_string().contains(&format!("layout {}", VERSION + 1)), "{error}");
}

#[test]
fn a_full_disk_is_told_and_leaves_no_half_of_a_seed() {
    let folder = folder();
    let store = open(&folder);
    store.put_networks("key", 1, &training(2)).expect("stored");
    store.connection().execute_batch("PRAGMA max_page_count = 40").expect("runs");
    let mut large = training(40);
    large.snapshots.iter_mut().for_each(|snapshot| snapshot.network = vec![7; 100_000]);
    assert!(matches!(store.put_networks("key", 1, &large), Err(StoreError::Full { .. })));
    assert_eq!(store.networks("key", 1).expect("readable"), Some(training(2)));
}

#[test]
fn many_threads_and_connections_at_once() {
    let folder = folder();
    std::thread::scope(|scope| {
        for thread in 0..6_u64 {
            let folder = &folder;
            scope.spawn(move || {
                let store = open(folder);
                let shared = &store;
                std::thread::scope(|inner| {
                    for seed in thread * 10..thread * 10 + 4 {
                        inner.spawn(move || shared.put_networks("key", seed, &training(3)).expect("stored"));
                    }
                });
                store.put_outcome(&fixture::outcome()).expect("stored");
            });
        }
    });
    let store = open(&folder);
    for seed in (0..6).flat_map(|thread| thread * 10..thread * 10 + 4) {
        assert_eq!(store.networks("key", seed).expect("readable"), Some(training(3)));
    }
}

#[test]
fn the_speed_of_the_first_run_is_kept() {
    let folder = folder();
    let store = open(&folder);
    let first = fixture::outcome();
    store.put_outcome(&first).expect("stored");
    let mut again = first.clone();
    again.results.training.steps_per_second = None;
    store.put_outcome(&again).expect("stored");
    assert_eq!(store.outcome(&first.ids.run).expect("found"), first);
}

#[test]
fn what_was_sealed_before_the_run_stays_so() {
    let folder = folder();
    let store = open(&folder);
    let sealed = fixture::outcome();
    assert!(sealed.seal.as_ref().is_some_and(|seal| seal.status == SealStatus::Before), "{:?}", sealed.seal);
    // The same file in another folder, where there is no ledger.
    let mut copy = sealed.clone();
    copy.study.file = "copy.shard".to_string();
    copy.seal =
        sealed.seal.clone().map(|seal| Seal { status: SealStatus::Unsealed, author: None, entry: None, ..seal });
    let unsealed = copy.clone();
    store.put_outcome(&copy).expect("stored");
    assert_eq!(store.outcome(&sealed.ids.run).expect("found"), unsealed, "nothing was known of a seal");
    store.put_outcome(&sealed).expect("stored");
    for seal in [copy.seal.clone(), None] {
        copy.seal = seal;
        store.put_outcome(&copy).expect("stored");
        assert_eq!(store.outcome(&sealed.ids.run).expect("found"), sealed);
    }
}

#[test]
fn an_outcome_of_another_layout_is_not_called_damaged() {
    let folder = folder();
    let store = open(&folder);
    let mut other = fixture::outcome();
    other.schema += 1;
    store.put_outcome(&other).expect("stored");
    let error = store.outcome(&other.ids.run).expect_err("not readable");
    assert!(matches!(error, StoreError::Schema { .. }), "{error}");
}

#[test]
fn reading_changes_nothing_and_waits_for_no_writer() {
    let folder = folder();
    let store = open(&folder);
    store.put_outcome(&fixture::outcome()).expect("stored");
    let writer = Connection::open(folder.path().join(FILE)).expect("opens");
    writer.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let reader = Store::open_existing(folder.path()).expect("opens");
    assert_eq!(reader.runs().expect("readable").len(), 1);
    assert!(reader.put_outcome(&fixture::outcome()).is_err());
}

fn study(text: &str) -> StoredStudy {
    let keys = Some(vec!["one".to_string(), "two".to_string()]);
    StoredStudy { text: text.to_string(), keys, path: Some("/folder/a.shard".to_string()) }
}

/// As the run of another study.
fn outcome(id: &str) -> Outcome {
    let mut outcome = fixture::outcome();
    outcome.ids.run = id.to_string();
    outcome
}

#[test]
fn studies_come_back_and_layout_1_had_none() {
    let folder = folder();
    let store = open(&folder);
    assert_eq!(store.study("abc").expect("readable"), None);
    store.put_run(&outcome("abc"), &study("edition 1\n")).expect("stored");
    store.put_run(&outcome("abc"), &study("edition 1\n\nworld")).expect("stored again");
    store.put_outcome(&outcome("abc")).expect("stored without it");
    assert_eq!(store.stored_study("abc").expect("readable"), Some(study("edition 1\n\nworld")));
    for damage in ["text = 'edition 2'", "keys = 'one'", "keys = NULL", "path = '/a.shard'"] {
        tamper(&folder, &format!("UPDATE studies SET {damage}"));
        assert!(matches!(store.study("abc"), Err(StoreError::DamagedRun { .. })), "{damage}");
        store.put_run(&outcome("abc"), &study("edition 1\n")).expect("stored again");
        assert!(store.study("abc").is_ok(), "{damage}");
    }
    drop(store);
    // As an older version left it.
    tamper(
        &folder,
        "DROP TABLE removed; ALTER TABLE runs DROP COLUMN first; DROP TABLE studies; ALTER TABLE networks DROP COLUMN trained; PRAGMA user_version = 1",
    );
    let old = Store::open_existing(folder.path()).expect("opens to read");
    assert_eq!((old.study("abc").expect("readable"), old.orphans().expect("readable")), (None, 0));
    open(&folder).put_run(&outcome("abc"), &study("edition 1\n")).expect("brought up to date");
    assert_eq!(old.study("abc").expect("readable").as_deref(), Some("edition 1\n"));
}

#[test]
fn studies_of_layout_3_are_read_and_name_no_networks() {
    let folder = folder();
    let store = open(&folder);
    store.put_run(&outcome("abc"), &study("edition 1\n")).expect("stored");
    drop(store);
    let connection = Connection::open(folder.path().join(FILE)).expect("opens");
    let columns = "ALTER TABLE studies DROP COLUMN keys; ALTER TABLE studies DROP COLUMN path";
    connection
        .execute_batch(&format!(
            "DROP TABLE removed; ALTER TABLE runs DROP COLUMN first; {columns}; PRAGMA user_version = 3"
        ))
        .expect("runs");
    connection.execute("UPDATE studies SET sha256 = ?1", [digest(&[b"abc", b"edition 1\n"])]).expect("runs");
    drop(connection);
    let plain = StoredStudy { keys: None, path: None, ..study("edition 1\n") };
    let old = Store::open_existing(folder.path()).expect("opens to read");
    assert_eq!(old.stored_study("abc").expect("readable"), Some(plain.clone()));
    let runs = old.runs().expect("readable");
    assert_eq!((runs.len(), runs[0].first_stored), (1, runs[0].stored), "layout 3 does not tell when first");
    let store = open(&folder);
    assert_eq!(store.stored_study("abc").expect("readable"), Some(plain));
    store.put_run(&outcome("abc"), &study("edition 1\n")).expect("stored again");
    assert_eq!(store.stored_study("abc").expect("readable"), Some(study("edition 1\n")));
}

#[test]
fn a_run_enters_with_its_study_or_not_at_all() {
    let folder = folder();
    let store = open(&folder);
    store.connection().execute_batch("PRAGMA max_page_count = 60").expect("runs");
    let long = study(&"x".repeat(1_000_000));
    assert!(matches!(store.put_run(&outcome("abc"), &long), Err(StoreError::Full { .. })));
    assert!(store.runs().expect("readable").is_empty() && store.study("abc").expect("readable").is_none());
    store.put_run(&outcome("abc"), &study("edition 1\n")).expect("there is room for this one");
}

/// Takes the networks of a seed away.
fn remove(store: &Store, seed: u64) {
    let seeds = store.seeds().expect("readable").into_iter().filter(|stored| stored.seed == seed).collect();
    store.alone(|| store.remove(&Removal { seeds, ..Removal::default() })).expect("removed");
}

#[test]
fn networks_that_were_removed_are_no_younger_when_they_are_trained_again() {
    let folder = folder();
    let store = open(&folder);
    let rows = |table: &str| -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        store.connection().query_row(&count, [], |row| row.get(0)).expect("readable")
    };
    for seed in 1..4 {
        store.put_networks("key", seed, &training(3)).expect("stored");
    }
    // Of the first it is known when, of the second not of all, and of the third nobody says it in a number.
    tamper(&folder, "UPDATE networks SET trained = 7 WHERE seed = 1 AND snapshot > 0");
    tamper(&folder, "UPDATE networks SET trained = NULL WHERE seed = 2 AND snapshot = 1");
    tamper(&folder, "UPDATE networks SET trained = 'soon' WHERE seed = 3");
    for (seed, time) in [(1, Some(7)), (2, None), (3, None)] {
        for _ in 0..2 {
            remove(&store, seed);
            assert_eq!((store.networks("key", seed).expect("readable"), rows("removed")), (None, 1));
            store.put_networks("key", seed, &training(3)).expect("stored");
            assert_eq!(store.trained("key", seed).expect("readable"), time, "seed {seed}");
            assert_eq!(store.networks("key", seed).expect("readable"), Some(training(3)));
            assert_eq!(rows("removed"), 0, "what the networks say is said once");
        }
    }
    // A time to come would make them younger than they are.
    remove(&store, 1);
    tamper(&folder, "UPDATE removed SET trained = 1000000000000");
    store.put_networks("key", 1, &training(3)).expect("stored");
    assert!(store.trained("key", 1).expect("readable") <= Some(now()));
}

#[test]
fn what_goes_goes_while_no_other_writes_and_whole() {
    let folder = folder();
    let store = open(&folder);
    store.put_run(&outcome("abc"), &study("edition 1\n")).expect("stored");
    let other = Connection::open(folder.path().join(FILE)).expect("opens");
    other
        .execute_batch("PRAGMA busy_timeout = 0; INSERT INTO studies (run, text, sha256) VALUES ('lost', '', x'00')")
        .expect("runs");
    assert_eq!(store.orphans().expect("readable"), 1);
    let removal = Removal { runs: vec!["abc".to_string()], ..Removal::default() };
    let failed = store.alone(|| -> Result<(), StoreError> {
        assert!(other.execute_batch("DELETE FROM networks").is_err(), "it is locked");
        store.remove(&removal)?;
        Err(StoreError::NoSuchRun { path: folder.path().to_path_buf(), id: "xyz".to_string() })
    });
    assert!(matches!(failed, Err(StoreError::NoSuchRun { .. })));
    assert!(store.outcome("abc").is_ok() && store.study("abc").expect("readable").is_some(), "nothing of it is kept");
    store.alone(|| store.remove(&removal)).expect("removed");
    let left: i64 = other.query_row("SELECT count(*) FROM studies", [], |row| row.get(0)).expect("readable");
    assert_eq!((left, store.runs().expect("readable").len()), (0, 0));
}

#[test]
fn runs_that_a_beginning_may_mean_are_told_apart() {
    let folder = folder();
    let store = open(&folder);
    let id = |end: &str| format!("abcdef0123{}{end}", "0".repeat(53));
    for end in ["1", "2"] {
        store.put_outcome(&outcome(&id(end))).expect("stored");
    }
    store.put_outcome(&outcome(&"abcd".repeat(16))).expect("stored");
    tamper(&folder, "UPDATE runs SET stored = 951782400");
    let told = |start: &str| store.outcome(start).expect_err("several").to_string();
    let when = "(corner_cheese, 2000-02-29 00:00 UTC)";
    assert!(told("abcdef").contains(&format!("several runs in {}: {} {when}", store.path().display(), id("1"))));
    // As many digits as tell them apart, and no more.
    tamper(&folder, "DELETE FROM runs WHERE id LIKE '%2'");
    assert!(told("ab").contains(&format!(": abcdabcd {when}, abcdef01 {when}; write more of it")), "{}", told("ab"));
    for more in 10..30 {
        store.put_outcome(&outcome(&format!("ab{more}").repeat(16))).expect("stored");
    }
    let many = told("ab");
    assert!(many.contains(", and others; write more") && many.matches("corner_cheese").count() == 10, "{many}");
}
