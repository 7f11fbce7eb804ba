//! `seal`, `verify`, and what `run` and `show` say of a seal, as a user meets them.

mod desk;
#[path = "desk/fails.rs"]
mod fails;

use crate::desk::{Desk, said};
use serde_json::Value;
use shardbed::store::FILE;
use std::fs;
use std::process::{Command, Stdio};

const STUDY: &str = "\
edition 1

world room {
  layout room 4x4
  view offsets
  horizon 10
  object cheese { at anywhere; reward +1; ends }
}

study cheese {
  on room
  agent mlp(8)
  train ppo { steps 256; seeds 3; environments 16; rollout 16 }

  heuristic to_cheese { if cheese visible then move toward cheese }
  heuristic go_east { if always then move east }

  predict share(to_cheese) = 20% to 60%
}
";

/// Learned at once, so that forecasts are scored.
const LEARNED: &str = "\
edition 1

world alcove {
  layout room 3x3
  horizon 12
  step reward -0.05
  object cheese { at corner(north, east); reward +1; ends }
}

study cheese {
  on alcove
  agent mlp(32)
  train ppo {
    steps 8k; seeds 3; environments 256; rollout 32; epochs 20; minibatches 4; learning rate 5e-3; clip 1; discount 0.8
    entropy 0
  }

  heuristic to_cheese { if cheese visible then move toward cheese }
  heuristic go_west { if always then move west }

  predict share(to_cheese) = 20% to 60%
  predict strength(to_cheese) > 0 = 70%
}
";

impl Desk {
    fn new() -> Desk {
        let desk = Desk::empty();
        desk.write("study.shard", STUDY);
        desk
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    /// What it prints, on success.
    #[track_caller]
    fn prints(&self, arguments: &[&str]) -> String {
        let said = self.says(arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}: {said:?}");
        said.out
    }

    #[track_caller]
    fn json(&self, code: i32, arguments: &[&str]) -> Value {
        let said = self.says(&[arguments, &["--format", "json"]].concat());
        assert_eq!(said.code, Some(code), "{arguments:?}: {said:?}");
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {said:?}"))
    }

    /// Seals the study; the head.
    #[track_caller]
    fn seal(&self) -> String {
        self.json(0, &["seal", "study.shard"])["head"].as_str().expect("a head").to_string()
    }

    /// The seal in the outcome of a run of few seeds.
    #[track_caller]
    fn run(&self, code: i32) -> Value {
        let outcome = self.json(code, &["run", "study.shard", "--quiet", "--predictor", "uniform"]);
        outcome["seal"].clone()
    }

    /// No file that is not named here is left in the folder.
    #[track_caller]
    fn holds(&self, expected: &[&str]) {
        let entries = fs::read_dir(self.0.path()).expect("readable");
        let mut found: Vec<String> =
            entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
        found.sort();
        assert_eq!(found, expected);
    }
}

/// Another prediction of the same study.
fn changed() -> String {
    STUDY.replace("20% to 60%", "30% to 60%")
}

#[test]
fn what_is_sealed_is_verified_and_sealed_once() {
    let desk = Desk::new();
    let first = desk.prints(&["seal", "study.shard"]);
    assert!(first.starts_with("study.shard: study cheese is sealed by Ada at 20"), "{first}");
    assert!(first.contains(", as entry 1 of study.shard.ledger\n  head "), "{first}");
    desk.holds(&["study.shard", "study.shard.ledger"]);
    let ledger = desk.read("study.shard.ledger");
    let again = desk.prints(&["seal", "study.shard", "--author", "Eve"]);
    assert!(again.starts_with("study.shard: study cheese is sealed as it is since 20"), "{again}");
    let other = ", by Ada, as entry 1 of study.shard.ledger; nothing is added for Eve: one prediction is whose who sealed it first\n";
    assert!(again.contains(other), "{again}");
    assert!(desk.prints(&["seal", "study.shard"]).contains(", by Ada, as entry 1 of study.shard.ledger\n"));
    assert_eq!(desk.read("study.shard.ledger"), ledger);
    // Comments and layout are not part of what is predicted.
    desk.write("study.shard", STUDY.replace("study cheese {", "# why\nstudy   cheese {"));
    let verified = desk.prints(&["verify", "study.shard"]);
    assert!(verified.starts_with("study.shard: study.shard.ledger is whole, 1 entry\n  head "), "{verified}");
    assert!(verified.contains("\n  study cheese: as sealed\n    entry 1: 20"), "{verified}");
    assert!(!ledger.lines().any(|line| line.ends_with(' ')));
}

#[test]
fn each_state_of_a_study_has_its_code() {
    let desk = Desk::new();
    let found = desk.json(1, &["verify", "study.shard"]);
    assert_eq!((&found["state"], &found["studies"][0]["state"]), (&"absent".into(), &"unsealed".into()));
    desk.holds(&["study.shard"]);
    let head = desk.seal();
    let second = STUDY[STUDY.find("study cheese").expect("there")..].replace("study cheese", "study brie");
    desk.write("study.shard", STUDY.to_string() + "\n" + &second);
    let found = desk.json(1, &["verify", "study.shard"]);
    assert_eq!((&found["studies"][0]["state"], &found["studies"][1]["state"]), (&"sealed".into(), &"unsealed".into()));
    let both = desk.json(0, &["seal", "study.shard"]);
    assert_eq!((&both["studies"][0]["new"], &both["studies"][1]["new"]), (&false.into(), &true.into()));
    desk.json(0, &["verify", "study.shard"]);
    // One is changed, the other taken out.
    desk.write("study.shard", changed());
    let said = desk.says(&["verify", "study.shard"]);
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    assert!(said.out.contains("study cheese: CHANGED SINCE IT WAS SEALED\n    entry 1: 20"), "{}", said.out);
    assert!(said.out.contains("by Ada, shardbed 0.1.0, another text\n"), "{}", said.out);
    assert!(said.out.contains("study brie: NO LONGER IN THE FILE\n    entry 2: 20"), "{}", said.out);
    assert_eq!(desk.json(1, &["verify", "study.shard", "--head", &head])["published"], 1);
    desk.fails(&["verify", "none.shard"], 2, &["none.shard: there is no such file"]);
}

#[test]
fn the_ledger_of_a_file_that_cannot_be_used_is_checked_all_the_same() {
    let desk = Desk::new();
    let head = desk.seal();
    desk.write("study.shard", "edition 1\nstudy");
    desk.fails(&["seal", "study.shard"], 2, &["study.shard:2"]);
    let whole = desk.says(&["verify", "study.shard"]);
    assert!(whole.code == Some(2) && whole.err.contains("study.shard:2"), "{whole:?}");
    assert!(whole.out.starts_with("study.shard: study.shard.ledger is whole, 1 entry\n"), "{whole:?}");
    assert!(whole.out.contains("study cheese: whether it is as sealed cannot be told"), "{whole:?}");
    assert!(whole.out.contains("by Ada, shardbed 0.1.0\n"), "{whole:?}");
    let found = desk.json(2, &["verify", "study.shard", "--head", &head]);
    assert_eq!((&found["studies"][0]["state"], &found["published"]), (&"unknown".into(), &1.into()));
    assert_eq!(desk.says(&["verify", "study.shard", "--head", &"0".repeat(64)]).code, Some(3));
    // The graver code, also where the file is gone.
    desk.write("study.shard.ledger", desk.read("study.shard.ledger").replace("Ada", "Eve"));
    let broken = desk.says(&["verify", "study.shard"]);
    assert!(broken.code == Some(3) && broken.out.contains("IS BROKEN. line 2, entry 1"), "{broken:?}");
    fs::remove_file(desk.path("study.shard")).expect("there");
    let gone = desk.says(&["verify", "study.shard"]);
    assert!(gone.code == Some(3) && gone.out.contains("IS BROKEN"), "{gone:?}");
    assert!(gone.err.contains("study.shard: there is no such file"), "{gone:?}");
}

#[test]
fn a_ledger_is_no_prediction_file() {
    let desk = Desk::new();
    desk.seal();
    for (command, code) in
        [("seal", 2), ("verify", 2), ("run", 2), ("check", 1), ("fmt", 2), ("predict", 2), ("diagnose", 2)]
    {
        let words = "error: study.shard.ledger: this is the ledger of a prediction file; name that one: study.shard\n";
        desk.fails(&[command, "study.shard.ledger"], code, &[words]);
    }
}

#[test]
fn nothing_is_half_sealed_in_silence() {
    let desk = Desk::new();
    for name in ["a.shard", "b.shard", "c.shard"] {
        desk.write(name, STUDY);
    }
    desk.write("b.shard", "edition 1\nstudy");
    let all = ["seal", "a.shard", "b.shard", "c.shard"];
    desk.fails(&all, 2, &["b.shard:2", "error: nothing was sealed: mend what is named above"]);
    // Nor where a ledger is broken.
    desk.write("b.shard", STUDY);
    desk.write("b.shard.ledger", "nothing\n");
    desk.fails(&all, 3, &["b.shard.ledger: the ledger is broken. ", "error: nothing was sealed"]);
    fs::remove_file(desk.path("b.shard.ledger")).expect("there");
    desk.holds(&["a.shard", "b.shard", "c.shard", "study.shard"]);
    // What shows only when it is written.
    fs::create_dir(desk.path(".b.shard.ledger.lock")).expect("a folder");
    let said = desk.says(&all);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.ends_with("error: NOT sealed: b.shard; the other files are, as is said of each\n"), "{said:?}");
    assert!(said.out.contains("a.shard: study cheese is sealed by Ada") && said.out.contains("c.shard: "), "{said:?}");
    desk.prints(&["verify", "a.shard", "c.shard"]);
}

#[test]
fn a_published_head_shows_a_ledger_written_anew() {
    let desk = Desk::new();
    let head = desk.seal();
    let said = desk.prints(&["verify", "study.shard", "--head", &head.to_uppercase()]);
    assert!(said.contains("the published head is entry 1: no entry up to it was changed"), "{said}");
    fs::remove_file(desk.path("study.shard.ledger")).expect("there");
    let said = desk.says(&["verify", "study.shard", "--head", &head]);
    assert_eq!(said.code, Some(3));
    let words = "study.shard: THERE IS NO LEDGER study.shard.ledger, and a head of it was published: ";
    assert!(said.out.starts_with(words) && said.out.contains("Bring it back from a copy"), "{said:?}");
    desk.json(0, &["seal", "study.shard", "--author", "Eve"]);
    let said = desk.says(&["verify", "study.shard", "--head", &head]);
    assert!(said.out.contains("  THE PUBLISHED HEAD IS NOT IN IT: no entry has this hash"), "{said:?}");
    assert_eq!(desk.says(&["verify", "study.shard"]).code, Some(0), "a ledger alone does not show it");
    assert_eq!(desk.json(3, &["verify", "study.shard", "--head", &head])["published"], Value::Null);
    // A part of a hash could be found again by whoever writes a ledger anew.
    for bad in ["", &head[..63], "x123456789"] {
        let words = format!("--head {bad}: the whole hash of an entry is expected, all 64 digits");
        desk.fails(&["verify", "study.shard", "--head", bad], 2, &[&words]);
    }
    desk.fails(&["verify", "study.shard", "study.shard", "--head", &head], 2, &["name one file"]);
}

/// Each way to tamper with a ledger, with what is said of it.
#[test]
fn a_broken_ledger_is_code_3_and_nothing_is_added_to_it() {
    let desk = Desk::new();
    desk.seal();
    desk.write("study.shard", changed());
    desk.seal();
    let whole = desk.read("study.shard.ledger");
    let lines: Vec<&str> = whole.lines().collect();
    let broken: Vec<(Vec<u8>, &str)> = vec![
        (whole.replace("Ada", "Eve").into_bytes(), "line 2, entry 1: its hash is not that of what it says"),
        (format!("{}\n{}\n", lines[0], lines[2]).into_bytes(), "entry 1 is missing there, so it was deleted"),
        (format!("{}\n{}\n{}\n", lines[0], lines[2], lines[1]).into_bytes(), "entries were reordered"),
        (format!("{}\n{}\n", lines[0], lines[1]).into_bytes(), "the ledger was truncated after line 2"),
        (whole.as_bytes()[..whole.len() - 9].to_vec(), "line 3 ends within an entry"),
        (Vec::new(), "it is empty"),
        (vec![0; 100], "not that of a ledger"),
        (vec![0x7f, 0xff, 0xfe], "this is no text"),
        (("[".repeat(1 << 20)).into_bytes(), "not that of a ledger"),
        (vec![b'\n'; (8 << 20) + 1], "it is longer than 8388608 bytes"),
    ];
    for (bytes, words) in broken {
        desk.write("study.shard.ledger", &bytes);
        let verified = desk.says(&["verify", "study.shard"]);
        assert!(verified.code == Some(3) && verified.out.contains(words), "{words}: {verified:?}");
        let found = desk.json(3, &["verify", "study.shard"]);
        assert!(
            found["state"] == "broken" && found["fault"].as_str().is_some_and(|fault| fault.contains(words)),
            "{found}"
        );
        let sealed = desk.says(&["seal", "study.shard"]);
        assert!(sealed.code == Some(3) && sealed.err.contains(words) && sealed.out.is_empty(), "{words}: {sealed:?}");
        let mend = "bring it back from a copy or from version control; or move it away and seal again";
        assert!(verified.out.contains(mend) && sealed.err.contains(mend), "{words}: {verified:?} {sealed:?}");
        assert_eq!(fs::read(desk.path("study.shard.ledger")).expect("there"), bytes, "{words}");
    }
    desk.write("study.shard.ledger", whole.replacen("\"layout\":1", "\"layout\":2", 1));
    let newer = ["cannot be read: it has layout 2", "use the newer shardbed"];
    desk.fails(&["verify", "study.shard"], 2, &newer);
    desk.fails(&["seal", "study.shard"], 2, &newer);
    desk.holds(&["study.shard", "study.shard.ledger"]);
    // Nothing shows that it was tampered with: not code 3.
    let said = desk.says(&["run", "study.shard", "--quiet", "--predictor", "uniform"]);
    assert!(said.code == Some(2) && said.err.contains("study cheese: the ledger cannot be read: it has"), "{said:?}");
    assert!(!said.out.contains("BROKEN") && said.out.contains("since its ledger cannot be read: it has"), "{said:?}");
    assert_eq!(desk.run(2)["status"], "unreadable");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_elsewhere_than_beside_the_file() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.write("letter", "dear");
    symlink("letter", desk.path("study.shard.ledger")).expect("a link");
    for command in ["seal", "verify"] {
        let said = desk.says(&[command, "study.shard"]);
        assert!(said.code == Some(2) && said.err.contains("this is a link"), "{said:?}");
    }
    fs::remove_file(desk.path("study.shard.ledger")).expect("there");
    symlink("letter", desk.path(".study.shard.ledger.lock")).expect("a link");
    let said = desk.says(&["seal", "study.shard"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    fs::remove_file(desk.path(".study.shard.ledger.lock")).expect("there");
    fs::create_dir(desk.path("study.shard.ledger")).expect("a folder");
    for command in ["seal", "verify"] {
        let said = desk.says(&[command, "study.shard"]);
        assert!(said.code == Some(2) && said.err.contains("this is a folder"), "{said:?}");
    }
    fs::remove_dir(desk.path("study.shard.ledger")).expect("there");
    assert_eq!(desk.read("letter"), "dear");
    // A link to a prediction file leads to its ledger.
    fs::create_dir(desk.path("desk")).expect("a folder");
    symlink("../study.shard", desk.path("desk/link.shard")).expect("a link");
    desk.prints(&["seal", "desk/link.shard"]);
    desk.prints(&["verify", "study.shard"]);
    desk.holds(&["desk", "letter", "study.shard", "study.shard.ledger"]);
    // What a killed process left behind is in nobody's way.
    desk.write(".study.shard.ledger.lock", "");
    desk.write("study.shard", changed());
    desk.seal();
    desk.holds(&["desk", "letter", "study.shard", "study.shard.ledger"]);
}

/// As somebody who may not write there; the tests may run as somebody who may write everywhere.
#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_nothing_is_sealed() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let desk = Desk::new();
    desk.seal();
    desk.write("study.shard", changed());
    let mode = |mode| fs::set_permissions(desk.path("."), fs::Permissions::from_mode(mode)).expect("ours");
    mode(0o555);
    let as_root = fs::write(desk.path("trial"), "").is_ok();
    let mut command = desk.command(&["seal", "study.shard"]);
    if as_root {
        fs::remove_file(desk.path("trial")).expect("there");
        command.uid(65534).gid(65534);
    }
    let sealed = said(&command.output().expect("the command starts"));
    assert!(sealed.code == Some(2) && sealed.err.contains("no permission to write"), "{sealed:?}");
    mode(0o755);
    desk.holds(&["study.shard", "study.shard.ledger"]);
    assert_eq!(desk.json(1, &["verify", "study.shard"])["entries"], 1);
    // A ledger that was made read-only on purpose.
    fs::set_permissions(desk.path("study.shard.ledger"), fs::Permissions::from_mode(0o444)).expect("ours");
    let said = desk.says(&["seal", "study.shard"]);
    assert!(said.code == Some(2) && said.err.contains("no permission to write"), "{said:?}");
    desk.holds(&["study.shard", "study.shard.ledger"]);
}

#[test]
fn processes_that_seal_at_once_lose_nothing() {
    let desk = Desk::new();
    let study = STUDY[STUDY.find("study cheese").expect("there")..].to_string();
    let names: Vec<String> = (0..12).map(|number| format!("cheese_{number}")).collect();
    let all: String = names.iter().map(|name| study.replace("study cheese", &format!("study {name}")) + "\n").collect();
    let world = &STUDY[..STUDY.find("study cheese").expect("there")];
    desk.write("study.shard", format!("{world}{all}"));
    let mut children: Vec<_> = (0..8)
        .map(|author| {
            let mut command = desk.command(&["seal", "study.shard", "--author", &format!("author {author}")]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts")
        })
        .collect();
    for child in &mut children {
        assert!(child.wait().expect("ends").success());
    }
    let found = desk.json(0, &["verify", "study.shard"]);
    assert_eq!(found["entries"], 12, "each study once, whoever came first");
    desk.holds(&["study.shard", "study.shard.ledger"]);
}

#[test]
fn the_author_is_the_first_who_is_known() {
    let desk = Desk::new();
    let author = |command: &mut Command| {
        let said = said(&command.output().expect("the command starts"));
        let _ = fs::remove_file(desk.path("study.shard.ledger"));
        let json: Value = serde_json::from_str(&said.out).unwrap_or_default();
        (json["studies"][0]["author"].as_str().unwrap_or_default().to_string(), said)
    };
    let seal = ["seal", "study.shard", "--format", "json"];
    let nobody = || {
        let mut command = desk.command(&seal);
        command.env_remove("SHARDBED_AUTHOR").env("HOME", desk.path("home")).env("XDG_CONFIG_HOME", desk.path("home"));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CEILING_DIRECTORIES", desk.path(".."));
        command.env_remove("USER").env_remove("LOGNAME").env_remove("USERNAME").env_remove("GIT_CONFIG_COUNT");
        command
    };
    assert_eq!(
        author(nobody().env("USER", "login").env("SHARDBED_AUTHOR", " Ada ").args(["--author", "Eve "])).0,
        "Eve"
    );
    assert_eq!(author(nobody().env("USER", "login").env("SHARDBED_AUTHOR", " Ada ")).0, "Ada");
    assert_eq!(author(nobody().env("USER", "login")).0, "login");
    let (_, none) = author(&mut nobody());
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("give a name with --author, or in the variable SHARDBED_AUTHOR"), "{none:?}");
    for bad in ["", "a\u{1b}[2Jb", &"x".repeat(201)] {
        let (_, said) = author(nobody().args(["--author", bad]));
        let words = "error: --author: the name of who seals ";
        assert!(said.code == Some(2) && said.err.starts_with(words), "{said:?}");
    }
    let (_, said) = author(nobody().env("SHARDBED_AUTHOR", "a\nb"));
    assert!(said.code == Some(2) && said.err.starts_with("error: SHARDBED_AUTHOR: the name of who seals"), "{said:?}");
    desk.holds(&["study.shard"]);
}

#[test]
fn outcomes_say_whether_the_prediction_was_sealed_before_the_run() {
    let desk = Desk::new();
    let unsealed = desk.run(0);
    assert_eq!((&unsealed["status"], &unsealed["author"]), (&"unsealed".into(), &Value::Null));
    let head = desk.seal();
    // As if the networks had been trained earlier. Their hashes are wrong then, so they are trained again, but stay as old.
    let trained_before = |seconds: i64| {
        let store = rusqlite::Connection::open(desk.path(".shardbed").join(FILE)).expect("a store");
        store.execute("UPDATE networks SET trained = trained - ?1", [seconds]).expect("runs");
    };
    trained_before(60);
    let after = desk.run(0);
    assert_eq!((&after["status"], &after["author"]), (&"sealed after training".into(), &"Ada".into()));
    assert_eq!(after["entry"], head.as_str());
    // What is trained anew after the seal counts as sealed before, as long as all of it is.
    fs::remove_dir_all(desk.path(".shardbed")).expect("there");
    assert_eq!(desk.run(0)["status"], "sealed before the run");
    let id = desk.json(0, &["runs"])[0]["id"].as_str().expect("an id").to_string();
    let shown = desk.prints(&["show", &id]);
    assert!(shown.contains("\n  sealed before the run: by Ada at 20"), "{shown}");
    let more =
        desk.json(0, &["run", "study.shard", "--quiet", "--predictor", "uniform", "--seeds", "4", "--steps", "512"]);
    assert_eq!(more["seal"]["status"], "sealed before the run");
    assert_eq!(
        more["seal"]["instead"][0],
        serde_json::json!({"setting": "seeds", "phase": null, "written": 3, "run": 4})
    );
    assert_eq!(more["seal"]["instead"][1]["run"], 512);
    desk.write("study.shard", changed());
    assert_eq!(desk.run(0)["status"], "changed since");
    // The same networks, under a prediction that was sealed when they were there.
    trained_before(60);
    desk.seal();
    assert_eq!(desk.run(0)["status"], "sealed after training");
}

#[test]
fn a_broken_ledger_does_not_stop_a_run_but_shows_on_top_and_in_the_code() {
    let desk = Desk::new();
    desk.seal();
    desk.write("study.shard.ledger", desk.read("study.shard.ledger").replace("Ada", "Eve"));
    let said = desk.says(&["run", "study.shard", "--quiet", "--predictor", "uniform"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.out.starts_with("THE LEDGER OF THIS PREDICTION IS BROKEN. line 2, entry 1: "), "{}", said.out);
    assert!(said.out.contains("\nVERDICT"), "{}", said.out);
    assert!(said.err.contains("warning: study.shard: study cheese: the ledger is broken. line 2"), "{}", said.err);
    let seal = desk.run(3);
    assert_eq!((&seal["status"], &seal["author"]), (&"broken".into(), &Value::Null));
    assert!(seal["fault"].as_str().is_some_and(|fault| fault.starts_with("line 2, entry 1: ")), "{seal}");
}

#[test]
fn history_counts_studies_that_were_sealed_before_the_run() {
    let desk = Desk::new();
    let asked = LEARNED;
    desk.write("study.shard", asked);
    // The same networks and one more under another name, others of the same author, and what is not sealed.
    let named = |name: &str, agent: &str| {
        asked.replace("study cheese", &format!("study {name}")).replace("mlp(32)", &format!("mlp({agent})"))
    };
    desk.write("copy.shard", named("brie", "32").replace("seeds 3", "seeds 4"));
    desk.write("other.shard", named("gouda", "24"));
    desk.write("late.shard", named("late", "20"));
    let empty = desk.prints(&["history"]);
    assert!(empty.starts_with("There is no outcome in .shardbed: `shardbed seal FILE`, and then `"), "{empty}");
    desk.fails(&["history", "--store", "elsewhere"], 2, &["there is no store in elsewhere", "--store"]);
    desk.prints(&["seal", "study.shard", "copy.shard", "other.shard"]);
    let files = ["study.shard", "copy.shard", "other.shard", "late.shard"];
    let run = [&["run", "--quiet", "--predictor", "uniform", "--format", "json"], &files[..]].concat();
    let outcomes: Vec<Value> =
        desk.prints(&run).lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect();
    let history = desk.json(0, &["history"]);
    assert_eq!((&history["outcomes"], &history["counted"]), (&4.into(), &3.into()));
    assert_eq!(history["left_out"], serde_json::json!([{"reason": "unsealed", "outcomes": 1}]));
    let [author, uniform] = &history["forecasters"].as_array().expect("a list")[..] else { panic!("{history}") };
    assert_eq!((&author["kind"], &author["name"]), (&"author".into(), &"Ada".into()));
    assert_eq!((&uniform["kind"], &uniform["name"]), (&"predictor".into(), &"uniform".into()));
    assert_eq!(author["studies"], serde_json::json!(["brie = cheese", "gouda"]));
    // The verdict's sum is that of the reference minus that of the author.
    let sums = |outcome: &Value| {
        let mean = |score: &Value| score["mean"].as_f64().expect("a mean");
        let forecasts = outcome["forecasts"].as_array().expect("forecasts").iter();
        let scores = forecasts.map(|forecast| &forecast["scores"][0]).filter(|score| score["scale"].is_number());
        scores.fold((0.0, 0.0), |sum, score| {
            let scale = score["scale"].as_f64().expect("a scale");
            (sum.0 + mean(&score["score"]) / scale, sum.1 + mean(&score["reference"]) / scale)
        })
    };
    let (cheese, brie, gouda) = (sums(&outcomes[0]), sums(&outcomes[1]), sums(&outcomes[2]));
    let advantage = outcomes[2]["verdict"]["advantage"]["mean"].as_f64().expect("an advantage");
    assert!((gouda.1 - gouda.0 - advantage).abs() < 1e-9, "{gouda:?} {advantage}");
    let skill = 1.0 - ((cheese.0 + brie.0) / 2.0 + gouda.0) / ((cheese.1 + brie.1) / 2.0 + gouda.1);
    assert!((author["skill"].as_f64().expect("a skill") - skill).abs() < 1e-9, "{author} {skill}");
    assert_eq!((&author["events"][0]["forecasts"], &author["events"][0]["studies"]), (&3.into(), &2.into()));
    assert_eq!(author["ranges"]["studies"], 2);
    let page = desk.prints(&["history"]);
    assert!(page.starts_with("TRACK RECORD  3 of the 4 outcomes in .shardbed count\n"), "{page}");
    assert!(page.contains("  ! Only outcomes in .shardbed are seen here"), "{page}");
    assert!(page.contains("2 studies at most: so few say little"), "{page}");
    let all = desk.json(0, &["history", "--all"]);
    assert_eq!((&all["counted"], &all["left_out"]), (&4.into(), &serde_json::json!([])));
    let nameless = &all["forecasters"][0];
    assert_eq!((&nameless["name"], &nameless["not_sealed_before"]), (&Value::Null, &1.into()));
    // Again with other seeds: the same prediction, of which the run with the seeds that were sealed counts.
    desk.prints(&["run", "other.shard", "--quiet", "--predictor", "uniform", "--seeds", "4"]);
    let again = desk.json(0, &["history"]);
    let reason = again["left_out"][0]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("of a prediction of which another run counts: the one with the seeds that"), "{reason}");
    assert_eq!(again["forecasters"], history["forecasters"]);
}

#[test]
fn history_reads_ledgers_for_what_was_never_run() {
    let desk = Desk::new();
    fs::create_dir(desk.path("more")).expect("a folder");
    desk.write("more/one.shard", LEARNED);
    desk.prints(&["seal", "study.shard"]);
    desk.prints(&["seal", "more/one.shard", "--author", "Eve"]);
    desk.run(0);
    let page = desk.prints(&["history", "."]);
    assert!(
        page.contains("\nSEALED, NEVER RUN  1 prediction without an outcome in .shardbed, of 2 entries in 2 ledgers\n"),
        "{page}"
    );
    assert!(page.contains("\n  cheese: by Eve at 20"), "{page}");
    assert!(page.contains(", entry 1 of ./more/one.shard.ledger\n"), "{page}");
    let of = |paths: &[&str]| desk.json(0, &[&["history"], paths].concat());
    let both = of(&["."]);
    let eve = &both["forecasters"][0];
    assert_eq!((&eve["name"], &eve["never_run"], &eve["studies"]), (&"Eve".into(), &1.into(), &serde_json::json!([])));
    // Each ledger once, however it is named.
    let again = of(&["more", "more/one.shard", "study.shard.ledger", "study.shard", "."]);
    assert_eq!((again["ledgers"].as_array().map(Vec::len), &again["never_run"][0]["entry"]), (Some(2), &1.into()));
    assert_eq!(of(&["study.shard"])["never_run"], serde_json::json!([]));
    assert_eq!(of(&[])["ledgers"], serde_json::json!([]));
    desk.fails(&["history", "none.shard"], 2, &["none.shard: there is no such file"]);
    fs::create_dir(desk.path("empty")).expect("a folder");
    let empty = desk.says(&["history", "empty"]);
    assert_eq!(
        (empty.code, empty.err.as_str()),
        (Some(0), "warning: empty: nothing was sealed in this folder: no ledger is in it\n")
    );
    assert!(empty.out.contains("  ! Only outcomes in .shardbed are seen here"), "{empty:?}");
    desk.write("study.shard.ledger", desk.read("study.shard.ledger").replace("Ada", "Eve"));
    let broken = desk.says(&["history", "."]);
    assert!(broken.code == Some(3) && broken.err.contains("study.shard.ledger: the ledger is broken"), "{broken:?}");
    assert!(broken.out.contains("study.shard.ledger could not be read: line 2, entry 1"), "{broken:?}");
    assert!(broken.out.contains("\n  cheese: by Eve at 20"), "the others are read: {broken:?}");
}
