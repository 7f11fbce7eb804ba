//! Networks that learn one rule: measured bias, as a library and as the command `bias`, and the mixture of rules.

use serde_json::Value;
use shardbed::language::read;
use shardbed::predictor::Predictor;
use shardbed::predictor::courses::Budget;
use shardbed::predictor::critic::Critic;
use shardbed::predictor::enact::{causal, magnitude};
use shardbed::predictor::guard::sensible;
use shardbed::predictor::measured_bias::{Learning, MeasuredBias, PART, STEPS, biases, in_file, learning};
use shardbed::predictor::mix::{Mix, Mixture};
use shardbed::predictor::prediction::{Course, Prediction, Selection};
use shardbed::predictor::shard_dynamics::{SPEED, Settings, ShardDynamics};
use shardbed::predictor::task::Task;
use shardbed::predictor::weights::Form;
use shardbed::training::supervised::{Looks, steps_until};
use std::process::{Command, Output};

/// A small room, in which the door is never there before the scenario; rules are added to it.
const ROOM: &str = "edition 1\nworld room {\n layout room 4x4\n view offsets\n horizon 12\n object cheese { at anywhere; \
                    reward +1; ends }\n object door { count 0 }\n}\n";
const TO_CHEESE: &str = "if cheese visible then move toward cheese; bias 3";
const GO_EAST: &str = "if always then move east; bias measured";
const TO_DOOR: &str = "if door visible then move toward door";
/// The same as going to the cheese, in other words.
const SEE_CHEESE: &str = "if not not cheese visible then move toward cheese";
const IMPOSSIBLE: &str = "if holding cheese then stay";

fn text(rules: &[(&str, &str)]) -> String {
    let rules: String = rules.iter().map(|(name, rule)| format!(" heuristic {name} {{ {rule} }}\n")).collect();
    format!(
        "{ROOM}study rules {{\n on room\n agent mlp(24)\n train ppo {{ steps 1k; learning rate 0.005 }}\n{rules} scenario \
         out {{ object door {{ count 1 }} }}\n}}\n"
    )
}

fn task(rules: &[(&str, &str)]) -> Task {
    let study = read(&text(rules)).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    Task::new(&study, Vec::new()).expect("a possible world")
}

fn learned(rules: &[(&str, &str)]) -> Learning {
    learning(&task(rules), Looks::Until(PART)).expect("networks learn")
}

#[test]
fn easy_rules_have_the_larger_bias_and_the_geometric_mean_is_one() {
    let task = task(&[("to_cheese", TO_CHEESE), ("go_east", GO_EAST)]);
    let biases = biases(&task).expect("networks learn");
    assert!(biases[1] > 1.5 * biases[0], "going east needs no cue: {biases:?}");
    assert!((biases[0] * biases[1] - 1.0).abs() < 1e-12, "{biases:?}");
}

#[test]
fn neither_names_nor_order_nor_the_words_of_a_rule_count() {
    let one = learned(&[("to_cheese", TO_CHEESE), ("go_east", GO_EAST)]);
    let two = learned(&[("first", GO_EAST), ("second", TO_CHEESE), ("third", SEE_CHEESE)]);
    assert_eq!((&one.rules[0].curves, &one.rules[1].curves), (&two.rules[1].curves, &two.rules[0].curves));
    assert_eq!(two.rules[1].curves, two.rules[2].curves);
    assert_eq!((two.rules[1].first, two.rules[2].first), (1, 1));
    // What is alike counts once.
    assert_eq!(one.mean_bias(), two.mean_bias());
    assert_eq!([one.relative(0), one.relative(1)], [two.relative(2), two.relative(0)]);
}

#[test]
fn a_rule_about_what_training_never_shows_is_left_out_of_the_mean() {
    let bare = learned(&[("to_cheese", TO_CHEESE), ("go_east", GO_EAST)]);
    let all =
        learned(&[("to_cheese", TO_CHEESE), ("to_door", TO_DOOR), ("go_east", GO_EAST), ("impossible", IMPOSSIBLE)]);
    assert_eq!(bare.mean_bias(), all.mean_bias());
    let [_, door, _, impossible] = &all.rules[..] else { panic!("four rules") };
    assert!(door.fires == 0.0 && door.bias().is_some(), "the door is in the scenario: {door:?}");
    assert!(impossible.curves.is_empty() && impossible.bias().is_none() && all.relative(3).is_none());
}

#[test]
fn curves_to_the_last_step_have_the_same_half() {
    let task = task(&[("to_cheese", TO_CHEESE)]);
    let long = learning(&task, Looks::All).expect("networks learn");
    assert_eq!(long.rules[0].half, task.learning().expect("networks learn").rules[0].half);
    for curve in &long.rules[0].curves {
        assert_eq!(curve.last().expect("a curve").step, STEPS);
        assert!(steps_until(curve, 0.8).expect("easily learned") > steps_until(curve, PART).expect("less"));
    }
}

const QUICK: Settings = Settings {
    budget: Budget { seeds: 2, steps: 8_192, all_steps: 8_192 },
    form: Form::Plain,
    critic: Critic::Facts,
    speed: SPEED,
};

fn predict(predictor: &dyn Predictor, task: &Task) -> Prediction {
    let prediction = predictor.predict(task).expect("a forecast");
    assert_eq!(sensible(&prediction, task), Ok(()), "{}", predictor.name());
    prediction
}

#[test]
fn numbers_in_the_file_count_for_shard_dynamics_and_not_for_measured_bias() {
    let rules = |bias: &str| {
        let to_cheese = format!("if cheese visible then move toward cheese; bias {bias}");
        task(&[("to_cheese", &to_cheese), ("go_east", "if always then move east; bias 0.5")])
    };
    let (given, measured) = (rules("4"), rules("measured"));
    let own = biases(&measured).expect("networks learn");
    assert_eq!(in_file(&given).expect("nothing is measured"), [4.0, 0.5]);
    assert_eq!(in_file(&measured).expect("networks learn"), [own[0], 0.5]);
    let dynamics = ShardDynamics { settings: QUICK };
    assert_ne!(predict(&dynamics, &given), predict(&dynamics, &measured));
    let blind = MeasuredBias { settings: QUICK };
    assert_eq!(predict(&blind, &given), predict(&blind, &measured));
    assert_eq!(blind.name(), "measured bias");
}

#[test]
fn mix_is_indifferent_to_order_and_names_and_gives_copies_the_same() {
    let mix = Mix { settings: QUICK };
    let one = predict(&mix, &task(&[("to_cheese", TO_CHEESE), ("go_east", "if always then move east")]));
    let two = predict(&mix, &task(&[("a", "if always then move east"), ("b", TO_CHEESE)]));
    let shares = |prediction: &Prediction| prediction.mean_shares(0).expect("something is selected");
    let (one, two) = (shares(&one), shares(&two));
    assert!((one[0] - two[1]).abs() < 1e-9 && (one[1] - two[0]).abs() < 1e-9, "{one:?} {two:?}");
    assert!(one[0] > 0.7, "{one:?}");
    let copies = [("to_cheese", TO_CHEESE), ("go_east", "if always then move east"), ("see", SEE_CHEESE)];
    let copies = copies.map(|(name, rule)| (name, rule.trim_end_matches("; bias 3")));
    let shares = shares(&predict(&mix, &task(&copies)));
    assert!((shares[0] - shares[2]).abs() < 1e-9, "{shares:?}");
}

#[test]
fn where_nothing_pays_nothing_is_represented() {
    let text = text(&[("to_cheese", TO_CHEESE), ("go_east", GO_EAST)]).replace("reward +1", "reward 0");
    let study = read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    let task = Task::new(&study, Vec::new()).expect("a possible world");
    for draw in predict(&Mix { settings: QUICK }, &task).draws {
        assert_eq!(draw.trainings[0].strength, Some(vec![0.0; 2]));
        assert_eq!(draw.trainings[0].selection, Some(Selection::Nothing));
    }
}

#[test]
fn a_sum_of_networks_has_about_the_strengths_that_they_were_given() {
    let task = task(&[("to_cheese", TO_CHEESE), ("go_east", GO_EAST)]);
    let course = |w: [f64; 2]| vec![Course { steps: vec![0, 9], strengths: vec![vec![0.0; 2], w.to_vec()] }];
    let mixture = Mixture::new(&task).expect("networks learn");
    let strengths = |w: [f64; 2], seed: usize| {
        let measured = mixture.measured(&course(w), 0, seed);
        assert_eq!((&measured.steps, &measured.strengths[0]), (&vec![0, 9], &vec![0.0; 2]));
        measured.strengths[1].clone()
    };
    for seed in 0..5 {
        let found = strengths([2.0, 1.0], seed);
        assert!((found[0] - 2.0).abs() < 0.4 && (found[1] - 1.0).abs() < 0.3, "{found:?}");
        let found = strengths([0.0, -1.0], seed);
        assert!(found[0].abs() < 0.2 && (found[1] + 1.0).abs() < 0.3, "{found:?}");
    }
    assert!(mixture.explained(&course([2.0, 1.0]), 0, 0).is_some_and(|part| part > 0.8));
    assert_eq!(mixture.explained(&course([0.0; 2]), 0, 0), None);
}

#[test]
fn rules_that_training_cannot_tell_apart_are_one_network() {
    let text = "edition 1\nworld room {\n layout room 5x5\n view offsets\n horizon 12\n object cheese { at corner(north, east); \
                reward +1; ends }\n}\nstudy confounded {\n on room\n agent mlp(24)\n train ppo { steps 1k; learning rate 0.005 }\n \
                heuristic to_cheese { if cheese visible then move toward cheese }\n heuristic to_corner { if always then \
                move toward corner(north, east) }\n scenario elsewhere { object cheese { at anywhere } }\n}\n";
    let study = read(text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    let task = Task::new(&study, Vec::new()).expect("a possible world");
    let mixture = Mixture::new(&task).expect("networks learn");
    let of = |w: [f64; 2]| {
        let course = Course { steps: vec![0, 9], strengths: vec![vec![0.0; 2], w.to_vec()] };
        mixture.measured(&[course], 0, 0).strengths[1].clone()
    };
    assert_eq!(of([1.0, 0.0]), of([0.0, 1.0]));
    // The place is in view as a bit, the cheese as one of many: the network goes to the corner.
    let found = of([1.0, 1.0]);
    assert!(found[1] > found[0], "{found:?}");
    // And so the cheese does less than under rules of these strengths, and not what it would under those that are measured.
    let course = Course { steps: vec![0, 9], strengths: vec![vec![0.0; 2], vec![1.0; 2]] };
    let own = mixture.effects(&[course], 0, 0).causal[0].expect("the cheese is in view");
    let of_rules = |w: &[f64]| causal(&task, w).expect("the bank has levels")[0].expect("the cheese is in view");
    assert!(own < 0.5 * of_rules(&[1.0, 1.0]) && (own - of_rules(&found)).abs() > 0.05, "{own} {found:?}");
}

#[test]
fn cues_are_taken_away_from_the_sum_of_networks() {
    let task = task(&[("to_cheese", TO_CHEESE), ("go_east", GO_EAST)]);
    let mixture = Mixture::new(&task).expect("networks learn");
    let effects = |w: [f64; 2]| {
        let course = Course { steps: vec![0, 9], strengths: vec![vec![0.0; 2], w.to_vec()] };
        mixture.effects(&[course], 0, 1)
    };
    let causal = |w: [f64; 2]| effects(w).causal[0].expect("the cheese is in view");
    let (cheese, east) = (causal([1.0, 0.0]), causal([0.0, 1.0]));
    // A well represented rule is near what it would be alone, and what cues do is linear in strengths.
    assert!((cheese - 1.0).abs() < 0.35 && east.abs() < 0.2, "{cheese} {east}");
    assert!((causal([2.0, -3.0]) - (2.0 * cheese - 3.0 * east)).abs() < 1e-5);
    let (both, rules) = (effects([2.0, 1.0]), magnitude(&task, &[2.0, 1.0]).expect("the bank has levels"));
    assert_eq!(both.causal[1], None, "it has no cue");
    for (of_networks, of_rules) in both.magnitude.iter().zip(rules) {
        let (of_networks, of_rules) = (of_networks.expect("it fires"), of_rules.expect("it fires"));
        assert!(of_networks > 0.0 && (of_networks / of_rules).ln().abs() < 0.5, "{of_networks} {of_rules}");
    }
    let twice = both.times(&[2.0, 1.0]);
    assert_eq!(twice.causal[0], both.causal[0].map(|causal| 2.0 * causal));
    assert_eq!(twice.magnitude[1], both.magnitude[1]);
}

/// What the command says of a file with this text.
fn bias(text: &str, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("rules.shard"), text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_shardbed"));
    command.current_dir(folder.path()).arg("bias").args(more).output().expect("the command starts")
}

fn said(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn the_command_shows_rules_in_the_order_of_the_file() {
    let text = text(&[("go_east", GO_EAST), ("to_cheese", TO_CHEESE), ("impossible", IMPOSSIBLE), ("see", SEE_CHEESE)]);
    let output = bias(&text, &["rules.shard", "rules.shard", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    let found: Vec<Value> =
        said(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    assert!(found.len() == 2 && found[0] == found[1], "one per study of each file");
    let found = &found[0];
    let names: Vec<&str> =
        found["heuristics"].as_array().unwrap().iter().filter_map(|rule| rule["name"].as_str()).collect();
    assert_eq!(names, ["go_east", "to_cheese", "impossible", "see"]);
    let rule = |index: usize| &found["heuristics"][index];
    assert_eq!((rule(0)["given"].as_f64(), rule(1)["given"].as_f64()), (None, Some(3.0)));
    assert_eq!((&rule(3)["same_as"], &rule(3)["curves"]), (&Value::from("to_cheese"), &rule(1)["curves"]));
    assert_eq!(
        (&rule(2)["steps"], &rule(2)["bias"], rule(2)["fires"].as_f64()),
        (&Value::Null, &Value::Null, Some(0.0))
    );
    let bias = rule(0)["bias"].as_f64().unwrap();
    assert!((bias * rule(0)["steps"].as_f64().unwrap() - 1.0).abs() < 1e-12);
    let again = bias_of_human(&text);
    for words in
        ["go_east", "impossible: fires in no state", "see: recommends the same as to_cheese", "measured", "400"]
    {
        assert!(again.contains(words), "no `{words}` in {again}");
    }
    assert!(again.lines().all(|line| line.chars().count() <= 100), "{again}");
}

fn bias_of_human(text: &str) -> String {
    let output = bias(text, &["rules.shard"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
    said(&output.stdout).to_string()
}

#[test]
fn the_command_refuses_what_it_cannot_use() {
    let good = text(&[("go_east", GO_EAST)]);
    let typo = good.replace("move east", "move eats");
    for (text, file, words) in [
        (typo.as_str(), "rules.shard", "rules.shard:13:42"),
        (ROOM, "rules.shard", "rules.shard: there is no study in it; add a `study`"),
        (&good, "rule.shard", "rule.shard: there is no such file; check the path"),
        (&good, ".", "this is a folder; name the files in it"),
        (&good, "rules.shard missing.shard", "missing.shard: there is no such file; check the path"),
    ] {
        let output = bias(text, &file.split(' ').collect::<Vec<_>>());
        assert_eq!((output.status.code(), said(&output.stdout)), (Some(2), ""), "{file}");
        assert!(said(&output.stderr).contains(words), "no `{words}` in {}", said(&output.stderr));
    }
}

#[test]
fn a_rate_that_leads_nowhere_is_said() {
    let wild = text(&[("go_east", GO_EAST)]).replace("learning rate 0.005", "learning rate 0.00000001");
    let shown = bias_of_human(&wild);
    assert!(
        shown.contains("> 400") && shown.contains("half is not explained within 400 steps by 3 of 3 networks"),
        "{shown}"
    );
}
