//! Predictors that simulate training on the rules alone: what they forecast of small studies.

use shardbed::heuristic::evaluate::Rule;
use shardbed::language::read;
use shardbed::predictor::Predictor;
use shardbed::predictor::budget::Plan;
use shardbed::predictor::courses::{Budget, courses};
use shardbed::predictor::critic::{Critic, Values};
use shardbed::predictor::foretold::foretold;
use shardbed::predictor::guard::sensible;
use shardbed::predictor::imagined::{Imagined, advantages};
use shardbed::predictor::prediction::{After, Course, Prediction, Selection};
use shardbed::predictor::predictive_processing::{Believer, PredictiveProcessing};
use shardbed::predictor::shard_dynamics::{Settings, ShardDynamics, ShardLearner};
use shardbed::predictor::situation::Situations;
use shardbed::predictor::task::Task;
use shardbed::seed::Seed;
use shardbed::study::ppo::Ppo;

const TO_CHEESE: &str = "heuristic to_cheese { if cheese visible then move toward cheese }\n";
const GO_EAST: &str = "heuristic go_east { if always then move east }\n";
const STAY: &str = "heuristic keep_still { if count(cheese) > 9 then stay }\n";
const BUDGET: Budget = Budget { seeds: 3, steps: 12_000, all_steps: 100_000 };

fn predictors() -> [Box<dyn Predictor>; 2] {
    let dynamics = ShardDynamics { settings: Settings { budget: BUDGET, ..Settings::default() } };
    [Box::new(dynamics), Box::new(PredictiveProcessing { budget: BUDGET })]
}

/// A study of cheese in a room, which brings `reward`.
fn task(reward: f64, rules: &str) -> Task {
    let text = format!(
        "edition 1\nworld room {{\n layout room 5x5\n view offsets\n horizon 20\n object cheese {{ reward {reward}; ends }}\n}}\n\
         study small {{\n on room\n agent mlp(8)\n train ppo {{ steps 100k; entropy 0.01 }}\n {rules}\n}}\n"
    );
    let study = read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    Task::new(&study, Vec::new()).expect("a possible world")
}

fn predict(predictor: &dyn Predictor, task: &Task) -> Prediction {
    let prediction = predictor.predict(task).expect("a forecast");
    assert_eq!(sensible(&prediction, task), Ok(()));
    prediction
}

/// What each draw says after a training.
fn afters(prediction: &Prediction, training: usize) -> Vec<&After> {
    prediction.draws.iter().map(|draw| &draw.trainings[training]).collect()
}

#[test]
fn the_rewarded_rule_wins_and_the_same_task_gives_the_same_bits() {
    let task = task(1.0, &[TO_CHEESE, GO_EAST].concat());
    for predictor in predictors() {
        let prediction = predict(&*predictor, &task);
        let shares = prediction.mean_shares(0).expect("something is selected");
        assert!(shares[0] > 0.8, "{}: {shares:?}", predictor.name());
        for after in afters(&prediction, 0) {
            let course = after.course.as_ref().expect("a course");
            assert_eq!((course.steps[0], course.steps.last()), (0, Some(&106_496)));
            assert!(course.strengths[0].iter().all(|strength| *strength == 0.0));
            assert_eq!(course.strengths.last(), after.strength.as_ref());
            assert!(after.selected.as_ref().expect("selected")[0]);
        }
        assert_eq!(prediction, predict(&*predictor, &task));
    }
}

#[test]
fn the_critic_learns_what_a_state_is_worth() {
    let task = task(1.0, TO_CHEESE);
    let plan = Plan::of(&Ppo { steps: 8_000, ..Ppo::default() }, 8_000);
    let rules: Vec<&Rule> = task.rules.iter().collect();
    let mut imagined = Imagined::new(rules, &task.own_arena(0).engine, &plan, Seed(1)).expect("a level");
    let mut values = Values::new(Critic::Facts, Situations::of(&task.sight).count());
    let mut unexplained = || {
        let rollout = imagined.collect(&[6.0]).expect("a level");
        let steps = (&rollout.rewards[..], &rollout.next[..]);
        let found = values.of(&rollout.states, rollout.actions.len());
        let last = values.of(&rollout.last, rollout.last.count());
        let returns: Vec<f64> =
            advantages(steps, &found, &last, 0.9, 1.0).iter().zip(&found).map(|(left, value)| left + value).collect();
        (0..4).for_each(|_| values.learn(&rollout.states, &returns));
        let mean = returns.iter().sum::<f64>() / returns.len() as f64;
        let squares = |of: &dyn Fn(usize) -> f64| (0..returns.len()).map(|t| (returns[t] - of(t)).powi(2)).sum::<f64>();
        squares(&|t| found[t]) / squares(&|_| mean)
    };
    let course: Vec<f64> = (0..12).map(|_| unexplained()).collect();
    // The agent hardly ever strays, so that the distance says what will follow.
    assert!(course[0] > 1.0 && course[11] < 0.3, "{course:?}");
}

#[test]
fn threads_change_nothing() {
    let of = |threads| {
        let mut task = task(1.0, &[TO_CHEESE, GO_EAST].concat());
        task.threads = threads;
        let settings = Settings::default();
        let actors = courses(&task, &[1.0, 2.0], &BUDGET, |biases| ShardLearner::new(&task, biases, &settings));
        let believers = courses(&task, &[1.0, 2.0], &BUDGET, Believer::new);
        (actors.expect("courses"), believers.expect("courses"))
    };
    assert_eq!(of(1), of(3));
}

#[test]
fn the_order_of_rules_permutes_the_answer_to_the_last_bit() {
    let there = task(1.0, &[TO_CHEESE, GO_EAST, STAY].concat());
    let back = task(1.0, &[STAY, TO_CHEESE, GO_EAST].concat());
    for predictor in predictors() {
        let (there, back) = (predict(&*predictor, &there), predict(&*predictor, &back));
        for (there, back) in afters(&there, 0).into_iter().zip(afters(&back, 0)) {
            let permuted = |numbers: &[f64]| vec![numbers[1], numbers[2], numbers[0]];
            assert_eq!(there.strength, back.strength.as_deref().map(permuted));
            let shares = |after: &After| after.selection.as_ref().and_then(Selection::shares).map(<[f64]>::to_vec);
            let (there, back) = (shares(there).expect("shares"), shares(back).expect("shares"));
            assert!(there.iter().zip(permuted(&back)).all(|(there, back)| (there - back).abs() < 1e-12));
        }
    }
}

#[test]
fn two_at_half_the_bias_get_together_what_one_gets() {
    let one = task(1.0, &[TO_CHEESE, GO_EAST].concat());
    let half = |name: &str| TO_CHEESE.replace("to_cheese", name).replace(" }", "; bias 0.5 }");
    let two = task(1.0, &[&half("a"), &half("b"), GO_EAST].concat());
    for predictor in predictors() {
        let (one, two) = (predict(&*predictor, &one), predict(&*predictor, &two));
        let (one, two) = (one.mean_shares(0).expect("shares"), two.mean_shares(0).expect("shares"));
        assert_eq!(two[0], two[1], "{}", predictor.name());
        assert!((one[0] - two[0] - two[1]).abs() < 1e-6, "{}: {one:?} {two:?}", predictor.name());
    }
}

#[test]
fn without_reward_nothing_is_selected_and_what_never_fires_stays_at_zero() {
    let (empty, rewarded) = (task(0.0, &[TO_CHEESE, GO_EAST].concat()), task(1.0, &[TO_CHEESE, STAY].concat()));
    for predictor in predictors() {
        for after in afters(&predict(&*predictor, &empty), 0) {
            assert_eq!((after.strength.as_deref(), &after.selection), (Some(&[0.0; 2][..]), &Some(Selection::Nothing)));
        }
        for after in afters(&predict(&*predictor, &rewarded), 0) {
            assert_eq!(after.strength.as_ref().expect("strengths")[1], 0.0);
        }
    }
}

#[test]
fn a_phase_goes_on_where_the_training_before_it_ended() {
    let phases =
        " phase poison after train { object cheese { reward -1 } }\n phase fresh { object cheese { reward -1 } }\n";
    let task = task(1.0, &[TO_CHEESE, GO_EAST, phases].concat());
    for predictor in predictors() {
        let prediction = predict(&*predictor, &task);
        for draw in &prediction.draws {
            let of = |training: usize| draw.trainings[training].course.as_ref().expect("a course");
            assert_eq!(of(1).strengths.first(), of(0).strengths.last());
            assert_eq!(of(2).strengths[0], [0.0, 0.0]);
            let last = |training: usize| of(training).strengths.last().expect("a last one")[0];
            assert!(last(0) > last(1) && last(2) < 0.0, "{}", predictor.name());
        }
    }
}

#[test]
fn a_rule_whose_cue_works_against_it_is_not_selected() {
    let away = "heuristic avoid { if cheese visible then move away from cheese }\n";
    let task = task(1.0, &[TO_CHEESE, away, GO_EAST].concat());
    let course = |last: [f64; 3]| Course { steps: vec![0, 106_496], strengths: vec![vec![0.0; 3], last.to_vec()] };
    let selected = |last: [f64; 3]| {
        let prediction = foretold(&task, &[vec![course(last)]], 10.0).expect("a forecast");
        assert_eq!(sensible(&prediction, &task), Ok(()));
        let first = &prediction.draws[0].trainings[0];
        (first.selected.clone().expect("selected"), first.causal.clone().expect("causal strengths"))
    };
    let (alone, causal) = selected([0.5, 0.0, 0.5]);
    assert!(alone == [true, false, true] && causal[0] > Some(0.0) && causal[2].is_none(), "{causal:?}");
    let (beside, causal) = selected([0.5, 2.0, 0.5]);
    assert!(beside == [false, true, true] && causal[0] < Some(0.0), "{causal:?}");
}
