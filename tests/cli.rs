//! The command itself, as a user meets it: exit codes, what it says and where, and what survives an interruption.

mod desk;
#[path = "desk/fails.rs"]
mod fails;

use crate::desk::{Desk, said};
use serde_json::{Value, json};
use shardbed::store::FILE;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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
  agent mlp(16)
  train ppo { steps 1k; seeds 2; environments 16; rollout 16 }

  heuristic to_cheese { if cheese visible then move toward cheese }
  heuristic go_east { if always then move east }

  predict share(to_cheese) = 20% to 60%
}
";

impl Desk {
    fn new() -> Desk {
        let desk = Desk::empty();
        desk.write("study.shard", STUDY);
        desk
    }

    /// The outcomes that a run prints.
    fn outcomes(&self, arguments: &[&str]) -> Vec<Value> {
        let said = self.says(arguments);
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
    }

    fn outcome(&self, arguments: &[&str]) -> Value {
        let [outcome] = <[Value; 1]>::try_from(self.outcomes(arguments)).expect("one outcome");
        outcome
    }

    /// How many seeds the store has, those of another training counted again.
    fn stored(&self, store: &str) -> i64 {
        let count = || {
            let connection = rusqlite::Connection::open(self.path(store).join(FILE))?;
            connection.query_row("SELECT count(*) FROM (SELECT DISTINCT key, seed FROM networks)", [], |row| row.get(0))
        };
        count().unwrap_or(0)
    }
}

/// Files that no command can use: name, and what every command says of it.
fn unusable(desk: &Desk) -> Vec<(&'static str, Vec<&'static str>)> {
    desk.write("empty.shard", "");
    desk.write("binary.shard", [0x7f, b'E', b'L', b'F', 0, 1, 2, 0xff, 0xfe]);
    fs::create_dir(desk.path("folder")).expect("a folder");
    desk.write("long.shard", "é".repeat(1 << 20));
    vec![
        ("empty.shard", vec!["empty.shard", "the file is empty", "begin with `edition 1`"]),
        ("binary.shard", vec!["binary.shard", "no text but a binary file"]),
        ("missing.shard", vec!["missing.shard: there is no such file; check the path"]),
        ("folder", vec!["folder: this is a folder; name the files in it"]),
        ("long.shard", vec!["long.shard", "longer than 1 MiB", "split it into several files"]),
    ]
}

#[test]
fn files_that_cannot_be_used() {
    let desk = Desk::new();
    for (file, words) in unusable(&desk) {
        desk.fails(&["run", "study.shard", file], 2, &words);
        desk.fails(&["check", file], 1, &words);
        desk.fails(&["fmt", file], 2, &words);
        desk.fails(&["fmt", "--check", file], 1, &words);
    }
    assert!(!desk.path(".shardbed").exists(), "nothing was run");
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_refused_at_once() {
    let desk = Desk::new();
    let made = Command::new("mkfifo").arg(desk.path("pipe")).status().expect("mkfifo is there");
    assert!(made.success());
    let began = Instant::now();
    for file in ["/dev/zero", "pipe"] {
        for (command, code) in [("run", 2), ("check", 1), ("fmt", 2)] {
            desk.fails(&[command, file], code, &[file, "a device or a pipe", "save its text in a file"]);
        }
    }
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_file_with_errors_and_one_without_a_study() {
    let desk = Desk::new();
    desk.write("typo.shard", STUDY.replace("toward cheese", "toward chese"));
    for (command, code) in [("run", 2), ("check", 1)] {
        let words = ["typo.shard:15:", "`chese`", "`cheese`"];
        desk.fails(&[command, "typo.shard"], code, &words);
    }
    desk.write("world.shard", STUDY.split("study").next().expect("a world"));
    desk.fails(&["run", "world.shard"], 2, &["world.shard: there is no study in it; add a `study`"]);
    let said = desk.says(&["check", "world.shard"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "world.shard: ok: no study, 1 world\n"), "{}", said.err);
    desk.write("bare.shard", "edition 1\n");
    desk.fails(&["check", "bare.shard"], 1, &["bare.shard", "no world and no study", "`study NAME { … }`"]);
}

#[test]
fn worlds_of_other_files() {
    let desk = Desk::new();
    let (world, study) = STUDY.split_at(STUDY.find("study").expect("a study"));
    fs::create_dir_all(desk.path("here/worlds")).expect("a folder");
    desk.write("here/worlds/room.shard", world);
    desk.write("here/uses.shard", format!("edition 1\nuse \"worlds/room.shard\"\n{study}"));
    let outcome = |file| desk.outcome(&["run", file, "--seeds", "1", "--format", "json"]);
    let (alone, split) = (outcome("study.shard"), outcome("here/uses.shard"));
    assert_eq!(split["ids"]["prediction"], alone["ids"]["prediction"], "the same prediction in two files");
    assert_eq!(split["training"]["steps_per_second"], Value::Null, "and the same training");
    // From its own folder, too.
    let said = desk.command(&["check", "uses.shard"]).current_dir(desk.path("here")).output().expect("it starts");
    assert!(said.status.success());

    desk.write("here/worlds/room.shard", world.replace("layout room", "layuot room"));
    let words = ["uses.shard:2:5", "worlds/room.shard:4:3: `layuot` is not known in a world", "did you mean `layout`?"];
    desk.fails(&["check", "here/uses.shard"], 1, &words);
    desk.fails(&["run", "here/uses.shard"], 2, &words);
    assert_eq!(desk.says(&["fmt", "here/uses.shard"]).code, Some(0), "layout follows no `use`");
    let text = fs::read_to_string(desk.path("here/uses.shard")).expect("a file");
    assert!(text.starts_with("edition 1\n\nuse \"worlds/room.shard\"\n\nstudy"), "{text}");

    let uses = |path: &str| format!("edition 1\nuse \"{path}\"\n{study}");
    desk.write("here/uses.shard", uses("../study.shard"));
    desk.fails(&["run", "here/uses.shard"], 2, &["`../study.shard` lies outside of the folder of the prediction"]);
    desk.write("here/uses.shard", uses("worlds/rom.shard"));
    desk.fails(&["check", "here/uses.shard"], 1, &["`worlds/rom.shard` does not exist", "begins in the folder of"]);
    desk.write("here/uses.shard", uses("worlds"));
    desk.fails(&["check", "here/uses.shard"], 1, &["`worlds` is a folder", "name a file in it"]);
}

#[test]
fn flags_that_make_no_sense() {
    let desk = Desk::new();
    for (flag, value, words) in [
        ("--seeds", "0", "--seeds 0: a whole number from 1 to 1000 is expected, for example --seeds 8"),
        ("--seeds", "x", "--seeds x: a whole number from 1"),
        ("--seeds", "-3", "--seeds -3: a whole number from 1"),
        ("--seeds", "1001", "from 1 to 1000 is"),
        ("--steps", "1.5", "--steps 1.5: a whole number from 1 to 1000M is expected, for example --steps 500k"),
        ("--steps", "", "--steps"),
        ("--jobs", "0", "--jobs 0: a whole number from 1 to 1024 is expected, for example --jobs 2"),
    ] {
        desk.fails(&["run", "study.shard", flag, value], 2, &[words]);
    }
    desk.fails(&["run", "study.shard", "--sedes", "3"], 2, &["'--sedes'", "'--seeds'"]);
    desk.fails(&["rnu", "study.shard"], 2, &["'rnu'", "'runs'"]);
    desk.fails(&["run"], 2, &["<FILES>"]);
    desk.fails(&["run", "study.shard", "--format", "xml"], 2, &["xml", "human, json"]);
}

#[test]
fn stores_that_cannot_be_used() {
    let desk = Desk::new();
    desk.write("file", "something else");
    desk.fails(&["run", "study.shard", "--store", "file"], 2, &["file is not a directory", "--store"]);
    desk.fails(&["run", "study.shard", "--store", "file/inside"], 2, &["lies inside of a file", "--store"]);
    desk.fails(&["show", "3f9a"], 2, &["there is no store in .shardbed", "--store"]);
    desk.fails(&["show", "3f9a", "--store", "file"], 2, &["file is not a directory"]);
    assert_eq!(fs::read_to_string(desk.path("file")).expect("a file"), "something else");
    fs::create_dir(desk.path("damaged")).expect("a folder");
    desk.write(&format!("damaged/{FILE}"), "no database at all, but long enough to look like one".repeat(100));
    desk.fails(&["run", "study.shard", "--store", "damaged"], 2, &["damaged", "move it away"]);
}

#[test]
fn layout_and_findings() {
    let desk = Desk::new();
    let mut child =
        desk.command(&["fmt", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the command starts");
    let untidy = STUDY.replace("  ", "\t").replace(" {", "{");
    child.stdin.take().expect("a pipe").write_all(untidy.as_bytes()).expect("it reads");
    let said = said(&child.wait_with_output().expect("it ends"));
    assert_eq!((said.code, said.out.as_str()), (Some(0), STUDY));

    desk.write("untidy.shard", &untidy);
    let said = desk.says(&["fmt", "--check", "study.shard", "untidy.shard"]);
    assert_eq!(said.code, Some(1));
    assert_eq!(said.out, "untidy.shard: not in canonical layout; `shardbed fmt` mends it\n");
    assert_eq!(fs::read_to_string(desk.path("untidy.shard")).expect("a file"), untidy, "--check writes nothing");
    assert_eq!(desk.says(&["fmt", "untidy.shard"]).code, Some(0));
    assert_eq!(fs::read_to_string(desk.path("untidy.shard")).expect("a file"), STUDY);

    desk.write("typo.shard", STUDY.replace("toward cheese", "toward chese"));
    let said = desk.says(&["check", "--format", "short", "typo.shard"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.starts_with("typo.shard:15:"), "{}", said.err);
    let said = desk.says(&["check", "--format", "json", "study.shard", "typo.shard", "missing.shard"]);
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    let findings: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let found = |file: &str| findings.iter().filter(|finding| finding["file"] == file).count();
    assert!(found("study.shard") > 0, "it has few seeds");
    assert!(found("typo.shard") > 0 && found("missing.shard") == 1, "{findings:?}");
}

#[test]
fn a_run_is_listed_and_shown() {
    let desk = Desk::new();
    let outcome = desk.outcome(&["run", "study.shard", "--format", "json"]);
    assert!(outcome["training"]["steps_per_second"].as_f64().is_some_and(|speed| speed > 0.0));
    let id = outcome["ids"]["run"].as_str().expect("a run has an id");

    let runs: Value = serde_json::from_str(&desk.says(&["runs", "--format", "json"]).out).expect("JSON");
    assert_eq!((runs.as_array().map(Vec::len), runs[0]["id"].as_str()), (Some(1), Some(id)));
    assert!(desk.says(&["runs"]).out.starts_with(&id[..12]));
    assert_eq!(desk.outcome(&["show", &id[..8], "--format", "json"]), outcome);
    let shown = desk.says(&["show", id]);
    assert!(shown.out.starts_with("cheese\n") && shown.out.contains("VERDICT"), "{}", shown.out);
    desk.fails(&["show", "nothing"], 2, &["begins with `nothing`", "`shardbed runs`"]);
}

/// Training alone keeps networks that the next run finds, and no outcome.
#[test]
fn training_alone() {
    let desk = Desk::new();
    let first = desk.says(&["run", "study.shard", "--only", "training"]);
    // That two seeds are few is about forecasts.
    assert_eq!((first.code, first.err.as_str()), (Some(0), ""));
    let [line, note] = first.out.lines().collect::<Vec<_>>()[..] else { panic!("{}", first.out) };
    let speed =
        line.strip_prefix("cheese: 2 seeds of 1,024 steps: ").and_then(|rest| rest.strip_suffix(" steps a second"));
    assert!(speed.is_some_and(|speed| speed.replace(',', "").parse::<f64>().is_ok_and(|speed| speed > 0.0)), "{line}");
    assert!(note.starts_with("  start-up of ") && note.ends_with(" ms is not counted"), "{note}");
    assert_eq!(desk.stored(".shardbed"), 2);
    assert!(desk.says(&["runs"]).out.starts_with("No runs yet"));

    let again = desk.says(&["run", "study.shard", "--only", "training"]);
    assert_eq!(again.out, "cheese: 2 seeds of 1,024 steps: nothing to train, the store has them\n");
    let more = desk.outcome(&["run", "study.shard", "--only", "training", "--seeds", "3", "--format", "json"]);
    let [training] = more["trainings"].as_array().expect("trainings").as_slice() else { panic!("{more}") };
    assert_eq!((&more["study"], &more["file"], &more["failed"]), (&json!("cheese"), &json!("study.shard"), &json!([])));
    assert_eq!((&training["phase"], &training["seeds"], &training["steps"]), (&json!(null), &json!(3), &json!(1024)));
    assert!(training["steps_per_second"].as_f64().is_some_and(|speed| speed > 0.0), "{training}");
    assert!(more["start_up_seconds"].as_f64().is_some_and(|seconds| seconds > 0.0), "{more}");
    assert_eq!(desk.stored(".shardbed"), 3);

    let outcome = desk.outcome(&["run", "study.shard", "--predictor", "uniform", "--format", "json"]);
    assert_eq!(outcome["training"]["steps_per_second"], json!(null), "the run trains again");
    let last = training["last_return"].as_f64().expect("episodes ended");
    assert!((-0.2..=1.0).contains(&last), "{last}");
    assert_eq!(desk.stored(".shardbed"), 3);
}

#[test]
fn training_alone_of_what_cannot_be_trained_or_makes_no_sense() {
    let desk = Desk::new();
    let only = ["run", "study.shard", "--only"];
    let with = |rest: &[&'static str]| [&only[..], rest].concat();
    desk.fails(&with(&["trainng"]), 2, &["'trainng'", "'training'"]);
    desk.fails(&with(&["training", "--snapshot"]), 2, &["--only", "cannot be used with", "--snapshot"]);
    desk.fails(&with(&["training", "--predictor", "uniform"]), 2, &["--only", "cannot be used with", "--predictor"]);
    desk.fails(&with(&["training", "--store", "study.shard"]), 2, &["study.shard"]);
    desk.fails(&["run", "none.shard", "--only", "training"], 2, &["none.shard: there is no such file"]);
    desk.write(
        "wild.shard",
        STUDY.replace("seeds 2;", "seeds 2; learning rate 1; gradient norm 1000;").replace("+1", "+100000"),
    );
    let wild = desk.says(&["run", "wild.shard", "--only", "training"]);
    assert_eq!(wild.code, Some(0), "{wild:?}");
}

/// The tape is the definition: the same study, and all that is measured the same to three digits. Its networks are others.
#[test]
fn training_on_the_tape_gives_the_same_outcome() {
    let desk = Desk::new();
    let run = |gradients: &[&str]| {
        let rest = ["--predictor", "uniform", "--format", "json"];
        desk.outcome(&[&["run", "study.shard"], gradients, &rest[..]].concat())
    };
    let (plain, fused, tape) = (run(&[]), run(&["--gradients", "fused"]), run(&["--gradients", "tape"]));
    assert_eq!(bits(plain.clone()), bits(fused));
    assert_ne!(plain["ids"]["training"], tape["ids"]["training"]);
    assert_eq!(plain["ids"]["measurement"], tape["ids"]["measurement"]);
    assert_eq!(desk.stored(".shardbed"), 4);
    let strengths = |outcome: &Value| -> Vec<f64> {
        let of = |rule: &Value| rule["strength"]["by_seed"].as_array().expect("seeds").clone();
        let all = outcome["heuristics"].as_array().expect("heuristics").iter().flat_map(of);
        all.map(|strength| strength.as_f64().expect("a number")).collect()
    };
    let (fused, tape) = (strengths(&plain), strengths(&tape));
    assert_eq!(fused.len(), 4);
    for (fused, tape) in fused.iter().zip(&tape) {
        assert!((fused - tape).abs() < 1e-3, "{fused} {tape}");
    }
    desk.fails(&["run", "study.shard", "--gradients", "tap"], 2, &["'tap'", "'tape'"]);
}

#[test]
fn edits_of_what_is_said_about_training_do_not_train_again() {
    let desk = Desk::new();
    let run = ["run", "study.shard", "--format", "json"];
    let first = desk.outcome(&run);
    let edits = [
        ("20% to 60%", "30% to 70%", "a forecast"),
        ("go_east { if always then move east }", "go_west { if always then move west }", "a heuristic"),
        ("seeds 2;", "seeds 1;", "fewer seeds"),
    ];
    let mut text = STUDY.to_string();
    for (old, new, what) in edits {
        text = text.replace(old, new);
        desk.write("study.shard", &text);
        let outcome = desk.outcome(&run);
        assert_eq!(outcome["training"]["steps_per_second"], Value::Null, "{what} trained again");
        assert_ne!(outcome["ids"]["run"], first["ids"]["run"], "{what} is another run");
        assert_eq!(outcome["training"]["return_mean"]["by_seed"][0], first["training"]["return_mean"]["by_seed"][0]);
    }
    desk.write("study.shard", STUDY.replace("horizon 10", "horizon 11"));
    assert_ne!(desk.outcome(&run)["training"]["steps_per_second"], Value::Null, "another world is trained in");
}

#[test]
fn several_studies_are_reported_one_by_one() {
    let desk = Desk::new();
    // Nothing can be drawn in the second world: it stands in nobody else's way.
    let walled = "layout map \"\"\"\n    ..#..\n    ..#..\n  \"\"\"\n  start columns(3, 4)";
    let text = STUDY.replace("layout room 4x4", walled).replace("at anywhere", "at columns(0, 1)");
    desk.write("walled.shard", text.replace("study cheese", "study walled"));
    let said = desk.says(&["run", "study.shard", "walled.shard", "study.shard", "--format", "json"]);
    assert_eq!(said.code, Some(2));
    let lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.iter().map(|line| &line["study"]["name"]).collect::<Vec<_>>(), ["cheese", "cheese"]);
    assert!(said.err.contains("error: walled.shard: study walled: world `room`"), "{}", said.err);
    assert!(said.err.contains("`cheese` cannot be reached"), "{}", said.err);
    let said = desk.says(&["run", "walled.shard", "study.shard", "study.shard"]);
    assert!(said.out.starts_with("cheese\n") && said.out.contains("\n\ncheese\n"), "{}", said.out);
}

#[test]
fn an_interrupted_run_goes_on_to_the_same_bits() {
    let desk = Desk::new();
    let run = |store: &'static str| {
        ["run", "study.shard", "--seeds", "3", "--steps", "200k", "--jobs", "1", "--format", "json", "--store", store]
    };
    let whole = desk.outcome(&run("whole"));
    let mut child =
        desk.command(&run("cut")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
    let began = Instant::now();
    while desk.stored("cut") == 0 {
        assert!(began.elapsed() < Duration::from_secs(120), "no seed is ever stored");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert!((1..3).contains(&desk.stored("cut")), "{} seeds", desk.stored("cut"));
    let rest = desk.outcome(&run("cut"));
    assert_ne!(rest["training"]["steps_per_second"], Value::Null, "the other seeds were trained");
    assert_eq!(bits(rest), bits(whole));
}

#[test]
fn a_run_interrupted_in_a_phase_goes_on_to_the_same_bits() {
    let desk = Desk::new();
    let phase = "phase sour after train { object cheese { reward -1 }; train { steps 200k } }\n\n  predict";
    desk.write("study.shard", STUDY.replace("predict", phase));
    let run = |store: &'static str| {
        ["run", "study.shard", "--seeds", "3", "--jobs", "1", "--format", "json", "--store", store]
    };
    let whole = desk.outcome(&run("whole"));
    assert_eq!(whole["phases"][0]["after"], "train");
    let mut child =
        desk.command(&run("cut")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
    let began = Instant::now();
    while desk.stored("cut") < 4 {
        assert!(began.elapsed() < Duration::from_secs(120), "no seed of the phase is ever stored");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    assert!((4..6).contains(&desk.stored("cut")), "{} networks", desk.stored("cut"));
    let rest = desk.outcome(&run("cut"));
    assert_eq!(rest["training"]["steps_per_second"], Value::Null, "the study's own training was over");
    assert_ne!(rest["phases"][0]["training"]["steps_per_second"], Value::Null, "the other seeds were trained");
    assert_eq!(bits(rest), bits(whole));
}

#[test]
fn steps_given_are_the_most_of_a_phase_and_those_of_one_that_follows() {
    let desk = Desk::new();
    let phases = "phase brief after train { train { steps 256 } }\n\n  phase long { train { steps 4k } }\n\n  \
                  phase small { agent mlp(4) }\n\n  predict";
    desk.write("study.shard", STUDY.replace("predict", phases));
    let steps = |arguments: &[&str]| {
        let outcome = desk.outcome(arguments);
        let phases = outcome["phases"].as_array().expect("phases").iter();
        let all = [&outcome["training"]].into_iter().chain(phases.map(|phase| &phase["training"]));
        all.map(|training| training["steps"].as_u64().expect("a number")).collect::<Vec<_>>()
    };
    assert_eq!(steps(&["run", "study.shard", "--seeds", "1", "--format", "json"]), [1024, 256, 4096, 1024]);
    let given = steps(&["run", "study.shard", "--seeds", "1", "--steps", "2k", "--format", "json"]);
    assert_eq!(given, [2048, 256, 2048, 2048]);
    let said = desk.says(&["run", "study.shard", "--seeds", "1", "--quiet"]);
    assert!(said.out.contains("PHASE brief  goes on from train, 256"), "{}", said.out);
    assert!(said.out.contains("  ! After "), "{}", said.out);
}

/// An outcome without its speeds.
fn bits(mut outcome: Value) -> String {
    outcome["training"]["steps_per_second"] = Value::Null;
    for phase in outcome["phases"].as_array_mut().expect("phases") {
        phase["training"]["steps_per_second"] = Value::Null;
    }
    outcome.to_string()
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let desk = Desk::new();
    let mut child = desk.command(&["run", "study.shard"]);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
    drop(child.stdout.take());
    let said = said(&child.wait_with_output().expect("it ends"));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(!said.err.contains("error"), "{}", said.err);
    if Path::new("/dev/full").exists() {
        let full = fs::File::options().write(true).open("/dev/full").expect("a full disk");
        let output = desk.command(&["runs"]).stdout(full).output().expect("the command starts");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && err.contains("the output cannot be written"), "{err}");
    }
}

#[test]
fn forecasts_before_training() {
    let desk = Desk::new();
    desk.write(
        "two.shard",
        STUDY.to_string() + &STUDY[STUDY.find("study").expect("a study")..].replace("study cheese", "study again"),
    );
    let arguments = ["predict", "two.shard", "--predictor", "uniform", "--format", "json"];
    let [one, two] = <[Value; 2]>::try_from(desk.outcomes(&arguments)).expect("an object for each study");
    assert_eq!((&one["study"]["name"], &two["study"]["name"]), (&Value::from("cheese"), &Value::from("again")));
    assert_eq!(one["predictors"][0]["trainings"][0]["shares"], serde_json::json!([0.5, 0.5]));
    let said = &one["forecasts"][0]["predictors"][0];
    let [low, high] = ["low", "high"].map(|bound| said[bound].as_f64().expect("a number"));
    // Of two rules each share is equally likely to be anywhere.
    assert!((low - 0.05).abs() < 1e-9 && (high - 0.95).abs() < 1e-9, "{said}");
    assert_eq!(one["forecasts"][0]["measured"], Value::Null);
    assert!(!desk.path(".shardbed").exists(), "nothing is trained or kept");
    let said = desk.says(&["predict", "two.shard", "--predictor", "uniform"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for words in ["SHARES", "to_cheese  50%", "1  share(to_cheese) = 20% to 60%", "uniform 5% to 95%"] {
        assert!(said.out.contains(words), "no `{words}` in {}", said.out);
    }
    assert!(!said.out.contains("says nothing"), "of what the file asks it says something: {}", said.out);
    assert_eq!(said.out.matches("FORECASTERS").count(), 2, "{}", said.out);
}

#[test]
fn forecasts_that_cannot_be_made() {
    let desk = Desk::new();
    for (file, words) in unusable(&desk) {
        desk.fails(&["predict", "study.shard", file], 2, &words);
    }
    desk.write("typo.shard", STUDY.replace("toward cheese", "toward chese"));
    desk.fails(&["predict", "typo.shard"], 2, &["typo.shard:15:", "`chese`", "`cheese`"]);
    desk.write("world.shard", STUDY.split("study").next().expect("a world"));
    desk.fails(&["predict", "world.shard"], 2, &["world.shard: there is no study in it; add a `study`"]);
    let words = ["--predictor unifrom: there is no such predictor; did you mean `uniform`?"];
    desk.fails(&["predict", "study.shard", "--predictor", "unifrom"], 2, &words);
    desk.fails(&["predict", "study.shard", "--jobs", "0"], 2, &["--jobs 0: a whole number from 1 to 1024"]);
    desk.fails(&["predict"], 2, &["<FILES>"]);
    desk.write("file", "");
    desk.fails(&["predict", "study.shard", "--store", "file"], 2, &["file"]);
}

#[test]
fn a_chain_is_described() {
    let desk = Desk::new();
    desk.write("counts.json", r#"{"counts": [[5, 2], [3, 10]], "states": ["near", "far"]}"#);
    let said = desk.says(&["chain", "counts.json"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    for words in ["CHAIN  2 states", "near, far  recurrent · period 1", "near > far > near"] {
        assert!(said.out.contains(words), "no `{words}` in {}", said.out);
    }
    let found = desk.outcome(&["chain", "counts.json", "--format", "json"]);
    assert_eq!(found["transition"][0][0].as_f64(), Some(5.0 / 7.0));
    assert_eq!(found["classes"][0]["recurrent"], true);
    assert_eq!(found["order"], Value::Null);
    let again = desk.outcome(&["chain", "counts.json", "--format", "json", "--seed", "9"]);
    assert_eq!(found, again, "nothing of counts alone is drawn");
}

const RAIN: &str = r#"{"forecasts": [{"name": "rain", "probability": 0}]}"#;
const RAINED: &str = r#"{"outcomes": [{"name": "rain", "by_seed": [true, false, null, false]}]}"#;

#[test]
fn forecasts_from_elsewhere_are_scored() {
    let desk = Desk::new();
    desk.write("rain.json", RAIN);
    desk.write("rained.json", RAINED);
    let said = desk.says(&["score", "rain.json", "rained.json"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for words in ["1  rain", "Brier score", "infinite: what it called impossible happened in one seed", "VERDICT"] {
        assert!(said.out.contains(words), "no `{words}` in {}", said.out);
    }
    for (file, other, input) in [("-", "rained.json", RAIN), ("rain.json", "-", RAINED)] {
        let mut child = desk.command(&["score", file, other, "--format", "json"]);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the command starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
        let found: Value = serde_json::from_slice(&child.wait_with_output().expect("it ends").stdout).expect("JSON");
        let [brier, log] = [0, 1].map(|index| &found["forecasts"][0]["scores"][index]);
        assert_eq!(
            (brier["score"]["by_seed"].clone(), log["infinite"].clone()),
            (json!([1.0, 0.0, null, 0.0]), json!(1))
        );
    }
}

#[test]
fn scores_that_cannot_be_had() {
    let desk = Desk::new();
    desk.write("rain.json", RAIN);
    desk.write("rained.json", RAINED);
    let cases = [
        ("", "bad.json: this is no JSON"),
        (RAINED, "bad.json: this says what happened, and what is forecast comes first"),
        (&RAIN.replace("rain", "\\u001b[31mrian"), "bad.json: forecast 1 ("),
        (
            &RAIN.replace("rain", "rian"),
            "bad.json: forecast 1 (`rian`): rained.json has no outcome of this name; did you mean `rain`?",
        ),
        (&RAIN.replace(": 0}", ": 2}"), "bad.json: forecast 1 (`rain`): `probability` is 2; it lies between 0 and 1"),
    ];
    for (text, words) in cases {
        desk.write("bad.json", text);
        desk.fails(&["score", "bad.json", "rained.json"], 2, &[words]);
        assert!(!desk.says(&["score", "bad.json", "rained.json"]).err.contains('\u{1b}'));
    }
    desk.fails(&["score", "missing.json", "rained.json"], 2, &["missing.json: there is no such file"]);
    desk.fails(&["score", "rain.json", "rain.json"], 2, &["rain.json: this says what is forecast"]);
    desk.fails(&["score", "-", "-"], 2, &["name a file for the other"]);
    desk.write("long.json", " ".repeat((32 << 20) + 1));
    desk.fails(&["score", "long.json", "rained.json"], 2, &["long.json: the file is longer than 32 MiB"]);
}

#[test]
fn a_chain_from_standard_input() {
    let desk = Desk::new();
    let mut child = desk.command(&["chain", "-", "--format", "json"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the command starts");
    let input = br#"{"transition": [[0, 1], [0, 0]]}"#;
    child.stdin.take().expect("a pipe").write_all(input).expect("written");
    let output = child.wait_with_output().expect("it ends");
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(found["mean_first_passage"], json!([[0.0, 1.0], [null, 0.0]]));
    assert_eq!(found["returns"][0]["probability"], 0.0);
    assert_eq!(found["classes"][0]["stationary"], Value::Null);
}

#[test]
fn chains_that_cannot_be_used() {
    let desk = Desk::new();
    let cases = [
        ("", "this is no JSON"),
        (
            r#"{"counts": [[1, 2], [3, -4]]}"#,
            "bad.json: `counts`, row 2, column 2: expected a whole number of at least 0",
        ),
        (r#"{"transition": [[0.5, 0.6], [1, 0]]}"#, "row 1: probabilities sum to 1.1"),
        (r#"{"sequences": [[0, 100]]}"#, "sequence 1, position 2"),
    ];
    for (text, words) in cases {
        desk.write("bad.json", text);
        desk.fails(&["chain", "bad.json"], 2, &[words]);
    }
    desk.write("long.json", " ".repeat(1 << 21));
    desk.fails(&["chain", "long.json"], 2, &["long.json", "at most 1 MiB"]);
    desk.fails(&["chain", "missing.json"], 2, &["there is no such file"]);
}
