//! Claims as they are used: warned of before training, judged by `run`, corrected over a file, and shown again.

mod desk;

use crate::desk::{Desk, Said};
use serde_json::{Value, json};

/// Every episode is shorter than its claims say.
fn study(name: &str, claims: &str) -> String {
    format!(
        "study {name} {{\n on kitchen\n agent mlp(16)\n train ppo {{ steps 128k; seeds 3 }}\n heuristic to_cheese {{ if cheese \
         visible then move toward cheese }}\n{claims}}}\n"
    )
}

fn claim(name: &str, level: &str) -> String {
    format!(
        " claim {name} \"it does not wander\" {{ confirm mean(length) < 30 at {level}; refute mean(length) > 30 at {level} }}\n"
    )
}

const WORLD: &str = "edition 1\nworld kitchen { layout room 4x4; view offsets; horizon 20; object cheese { at corner(north, east); \
                     reward +1; ends } }\n";

fn run(desk: &Desk, file: &str, more: &[&str]) -> Said {
    desk.says(&[&["run", file, "--predictor", "uniform", "--quiet"], more].concat())
}

fn outcomes(said: &Said) -> Vec<Value> {
    said.out.lines().map(|line| serde_json::from_str(line).expect("an outcome")).collect()
}

#[test]
fn claims_are_decided_by_enough_seeds_and_corrected_over_their_file() {
    let desk = Desk::empty();
    let other = study("two", &claim("third", "80%"));
    let both = [WORLD, &study("one", &[claim("first", "80%"), claim("second", "95%")].concat()), &other].concat();
    desk.write("both.shard", both);

    let few = run(&desk, "both.shard", &["--format", "json"]);
    assert_eq!(few.code, Some(0), "{}", few.err);
    let warning = "with 3 seeds the claim `second` can never come out either way: 95% takes at least 5";
    assert!(few.err.contains(warning) && !few.err.contains("claim `first`"), "{}", few.err);
    let found = outcomes(&few);
    assert_eq!(found.len(), 2);
    let [first, second, third] = [&found[0]["claims"][0], &found[0]["claims"][1], &found[1]["claims"][0]];
    assert_eq!([first, second, third].map(|claim| &claim["verdict"]), ["confirmed", "inconclusive", "confirmed"]);
    assert_eq!(second["reason"], "3 seeds are too few, at 95% it takes at least 5");
    // All three seeds of each are on one side: 2 / 8, three times.
    for (claim, stands) in [(first, json!(false)), (second, Value::Null), (third, json!(false))] {
        assert_eq!(claim["p_value"], 0.25);
        assert_eq!(claim["family"], json!({ "claims": 3, "studies": 2, "adjusted_p": 0.75, "stands": stands }));
    }

    // What is kept is what was printed, and is shown so.
    for outcome in &found {
        let kept = desk.says(&["show", outcome["ids"]["run"].as_str().expect("an id"), "--format", "json"]);
        assert_eq!(outcomes(&kept)[0]["claims"], outcome["claims"]);
    }
    let shown = desk.says(&["show", found[1]["ids"]["run"].as_str().expect("an id")]);
    let words = "✓ confirmed, but not after Holm over the 3 claims of 2 studies of the file";
    assert!(shown.out.contains(words), "{}", shown.out);

    // With as many as 95% takes all are confirmed; the number in the file does not count then.
    let enough = run(&desk, "both.shard", &["--seeds", "5"]);
    assert!(!enough.err.contains("can never"), "{}", enough.err);
    let file = enough.out.split_once("\n\nALL CLAIMS of both.shard  Holm over the 3 claims of 2 studies of the file\n");
    let (_, file) = file.unwrap_or_else(|| panic!("{}", enough.out));
    assert_eq!(
        file,
        "  one, first: ✓ confirmed, after Holm too · p = 0.062 · after Holm 0.19\n  \
         one, second: ✓ confirmed, but not after Holm · p = 0.062 · after Holm 0.19\n  \
         two, third: ✓ confirmed, after Holm too · p = 0.062 · after Holm 0.19\n"
    );

    // A study is the same in a file of its own, but for what else is claimed there.
    desk.write("alone.shard", [WORLD, &other].concat());
    let alone = run(&desk, "alone.shard", &["--format", "json"]);
    let found_alone = outcomes(&alone);
    assert_eq!(found_alone[0]["ids"], found[1]["ids"], "{}", alone.err);
    assert_eq!(
        found_alone[0]["claims"][0]["family"],
        json!({ "claims": 1, "studies": 1, "adjusted_p": 0.25, "stands": false })
    );
    desk.write("before.json", found[1].to_string());
    desk.write("after.json", &alone.out);
    let same = desk.says(&["diff", "before.json", "after.json"]);
    assert_eq!(same.code, Some(0), "{}{}", same.out, same.err);
}
