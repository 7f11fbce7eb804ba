//! What a step along a rule does to every rule, measured on fresh networks, and the forecast that is made from it.

use shardbed::language::read;
use shardbed::predictor::Predictor;
use shardbed::predictor::courses::{Budget, order};
use shardbed::predictor::critic::Critic;
use shardbed::predictor::guard::sensible;
use shardbed::predictor::kernel::{Kernel, responses};
use shardbed::predictor::shard_dynamics::{SPEED, Settings};
use shardbed::predictor::task::Task;
use shardbed::predictor::weights::Form;

/// A room in which the door is only there after the phase begins.
const ROOM: &str = "edition 1\nworld room {\n layout room 4x4\n view offsets\n horizon 12\n object cheese { at anywhere; \
                    reward +1; ends }\n object door { count 0 }\n}\n";
const TO_CHEESE: &str = "heuristic to_cheese { if cheese visible then move toward cheese }";
const TO_DOOR: &str = "heuristic to_door { if door visible then move toward door }";
const GO_EAST: &str = "heuristic go_east { if always then move east }";

const QUICK: Settings = Settings {
    budget: Budget { seeds: 2, steps: 8_192, all_steps: 16_384 },
    form: Form::Plain,
    critic: Critic::Facts,
    speed: SPEED,
};

fn task(rules: &[&str]) -> Task {
    task_at("0.005", rules)
}

fn task_at(learning_rate: &str, rules: &[&str]) -> Task {
    let text = format!(
        "{ROOM}study rules {{\n on room\n agent mlp(24)\n train ppo {{ steps 8k; learning rate {learning_rate} }}\n {}\n phase shown \
         {{ object door {{ count 1; reward +1 }} }}\n}}\n",
        rules.join("\n ")
    );
    let study = read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    Task::new(&study, Vec::new()).expect("a possible world")
}

fn measured(task: &Task) -> Vec<Vec<Vec<f64>>> {
    responses(task, &order(&task.rules, &vec![1.0; task.rules.len()])).expect("networks learn")
}

#[test]
fn a_step_along_a_rule_strengthens_that_rule_most_and_one_that_never_fires_moves_nothing() {
    let task = task(&[TO_CHEESE, TO_DOOR, GO_EAST]);
    let order = order(&task.rules, &[1.0; 3]);
    let place = |rule: usize| order.iter().position(|&own| own == rule).expect("every rule");
    let [own, shown] = &measured(&task)[..] else { panic!("two trainings") };
    for (training, rules) in [(own, &[0, 2][..]), (shown, &[0, 1, 2])] {
        for &step in rules {
            let gained = |rule: usize| training[place(rule)][place(step)];
            for other in (0..3).filter(|&other| other != step) {
                assert!(gained(step) > gained(other).abs(), "{step} against {other}: {training:?}");
            }
        }
    }
    assert!((0..3).all(|rule| own[place(rule)][place(1)] == 0.0), "the door is not there: {own:?}");
    // Its place in the observation has the weights that were drawn, but no more is said of it than of a cue at random.
    assert!(own[place(1)][place(0)].abs() < 0.5 * own[place(0)][place(0)], "{own:?}");
}

#[test]
fn rules_that_are_quickly_learned_gain_more_from_a_step() {
    // So slowly that neither is learned whole.
    let task = task_at("0.0005", &[TO_CHEESE, GO_EAST]);
    let order = order(&task.rules, &[1.0; 2]);
    let own = &measured(&task)[0];
    let gained = |rule: usize| {
        let place = order.iter().position(|&own| own == rule).expect("every rule");
        own[place][place]
    };
    assert!(gained(1) > gained(0), "going east needs no cue: {own:?}");
}

#[test]
fn the_order_in_the_file_changes_no_bit() {
    assert_eq!(measured(&task(&[TO_CHEESE, TO_DOOR, GO_EAST])), measured(&task(&[GO_EAST, TO_CHEESE, TO_DOOR])));
}

#[test]
fn biases_in_the_file_do_not_count() {
    let kernel = Kernel { settings: QUICK };
    let predict = |rule: &str| {
        let task = task(&[TO_CHEESE, rule]);
        let prediction = kernel.predict(&task).expect("a forecast");
        assert_eq!(sensible(&prediction, &task), Ok(()));
        prediction
    };
    assert_eq!(predict(GO_EAST), predict("heuristic go_east { if always then move east; bias 7 }"));
    assert_ne!(predict(GO_EAST), predict("heuristic go_east { if always then move west }"));
}
