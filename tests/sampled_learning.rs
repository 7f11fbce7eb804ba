//! The learners that predictors run on rollouts, against what is computed without sampling: their mean update in a small world
//! is the expected update of [`Finite`], within sampling error, and followed through many rollouts they give known answers.

use serde_json::Value;
use shardbed::heuristic::policy::softmax;
use shardbed::language::read;
use shardbed::predictor::Predictor;
use shardbed::predictor::budget::Plan;
use shardbed::predictor::courses::Learner;
use shardbed::predictor::critic::{Critic, Values};
use shardbed::predictor::finite::{Finite, FiniteState, Move};
use shardbed::predictor::imagined::{Imagined, Next, Rollout, States, advantages};
use shardbed::predictor::predictive_processing::{Believer, PredictiveProcessing};
use shardbed::predictor::shard_dynamics::{SPEED, Settings, ShardDynamics, ShardLearner};
use shardbed::predictor::situation::Situations;
use shardbed::predictor::task::Task;
use shardbed::seed::Seed;
use shardbed::study::ppo::Ppo;
use shardbed::world::action::{ACTIONS, ActionSet};

/// Steps of an episode, and of a rollout.
const DEPTH: usize = 3;
/// Three cells with cheese at the far end, in which nothing is left to chance; every episode is cut after [`DEPTH`] steps.
const ROW: &str = "edition 1\nworld row {\n layout room 3x1\n view offsets\n start cell(0, 0)\n horizon 3\n step reward -0.1\n \
    object cheese { at cell(2, 0); reward +1; vanishes }\n}\nstudy few {\n on row\n agent mlp(8)\n train ppo { }\n \
    heuristic to_cheese { if cheese visible then move toward cheese }\n heuristic go_west { if always then move west; bias 3 }\n \
    heuristic wait { if at cell(1, 0) then stay; bias 0.5 }\n}\n";
const BIASES: [f64; 3] = [1.0, 3.0, 0.5];
const ENVIRONMENTS: usize = 2_000;
const ROLLOUTS: usize = 40;
/// So little that strengths stay as they are.
const RATE: f64 = 1e-7;

fn task(text: &str) -> Task {
    let study = read(text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    Task::new(&study, Vec::new()).expect("a possible world")
}

fn settings() -> Ppo {
    Ppo { entropy: 0.0, discount: 0.9, lambda: 0.8, ..Ppo::default() }
}

/// Rollouts of this length, learned from in one step, or in several.
fn plan(environments: usize, rollout: usize, (passes, parts): (usize, usize)) -> Plan {
    Plan { updates: 1, environments, rollout, passes, parts, scale: 1.0, steps: 0 }
}

fn imagined<'a>(task: &'a Task, plan: &Plan, seed: u64) -> Imagined<'a> {
    Imagined::new(task.rules.iter().collect(), &task.own_arena(0).engine, plan, Seed(seed)).expect("a level")
}

fn actor(task: &Task, biases: &[f64], critic: Critic) -> ShardLearner {
    ShardLearner::new(task, biases, &Settings { critic, speed: 1.0, ..Settings::default() })
}

/// The advantages of a rollout, with what the critic learns of it and their deviation.
fn judged(rollout: &Rollout, values: &Values) -> (Vec<f64>, f64) {
    let known = values.of(&rollout.states, rollout.actions.len());
    let last = values.of(&rollout.last, rollout.last.count());
    let steps = (&rollout.rewards[..], &rollout.next[..]);
    let advantages = advantages(steps, &known, &last, settings().discount, settings().lambda);
    let n = advantages.len() as f64;
    let mean = advantages.iter().sum::<f64>() / n;
    let deviation = (advantages.iter().map(|own| (own - mean).powi(2)).sum::<f64>() / n).sqrt();
    (advantages.iter().zip(known).map(|(advantage, value)| advantage + value).collect(), deviation)
}

/// The index of the first state after so many steps.
fn first(steps: usize) -> usize {
    (0..steps).map(|step| ACTIONS.pow(step as u32)).sum()
}

/// The world as a tree: a state for everything that can have been done, as one rollout shows it, in which all of it is tried,
/// with these values of its states and of those that it is cut at. What follows the last step is worth its value, as there.
fn tree(rollout: &Rollout, (known, last): (&[f64], &[f64])) -> (Finite, Vec<f64>) {
    let n = rollout.actions.len() / DEPTH;
    let state = || FiniteState { sets: Vec::new(), available: ActionSet::ALL, moves: Default::default() };
    let mut states: Vec<FiniteState> = (0..first(DEPTH + 1)).map(|_| state()).collect();
    let mut values = vec![0.0; states.len()];
    let onward = |reward: f64, next: Option<usize>| vec![Move { probability: 1.0, reward, next }];
    for environment in 0..n {
        let mut here = 0;
        for time in 0..DEPTH {
            let index = time * n + environment;
            let action = usize::from(rollout.actions[index]);
            let next = first(time + 1) + (here - first(time)) * ACTIONS + action;
            states[here].sets = rollout.states.sets(index).to_vec();
            states[here].moves[action] = onward(rollout.rewards[index], Some(next));
            values[here] = known[index];
            match rollout.next[index] {
                Next::Step(step) => assert_eq!(step, index + n),
                Next::Last(cut) => {
                    assert_eq!(time + 1, DEPTH);
                    values[next] = last[cut];
                    states[next].sets = rollout.last.sets(cut).to_vec();
                    states[next].moves = std::array::from_fn(|_| onward(values[next], None));
                }
                Next::End => panic!("no episode ends"),
            }
            here = next;
        }
    }
    assert!(states.iter().all(|state| state.moves.iter().all(|moves| !moves.is_empty())), "all is tried");
    let start = (0..states.len()).map(|state| f64::from(u8::from(state == 0))).collect();
    let Ppo { discount, lambda, .. } = settings();
    (Finite { states, start, horizon: DEPTH, discount, lambda }, values)
}

/// The same with what critics say.
fn valued(rollout: &Rollout, values: &Values) -> (Finite, Vec<f64>) {
    let (known, last) = (rollout.actions.len(), rollout.last.count());
    tree(rollout, (&values.of(&rollout.states, known), &values.of(&rollout.last, last)))
}

/// What a learner adds to each strength in each of many rollouts, per rate, times a number of the rollout.
fn changes<L: Learner>(learner: &L, task: &Task, plan: &Plan, times: impl Fn(&Rollout) -> f64) -> Vec<Vec<f64>> {
    let mut imagined = imagined(task, plan, 7);
    let mut change = || {
        let rollout = imagined.collect(learner.strengths()).expect("a level");
        let mut own = learner.clone();
        own.learn(rollout, &settings(), plan, RATE);
        let times = times(rollout) / RATE;
        own.strengths().iter().zip(learner.strengths()).map(|(after, before)| (after - before) * times).collect()
    };
    (0..ROLLOUTS).map(|_| change()).collect()
}

/// Means are these, within 4 standard errors, which are small.
fn agree(samples: &[Vec<f64>], expected: &[f64], what: &str) {
    let n = samples.len() as f64;
    let largest = expected.iter().fold(0.0, |largest: f64, own| largest.max(own.abs()));
    for (h, expected) in expected.iter().enumerate() {
        let mean = samples.iter().map(|sample| sample[h]).sum::<f64>() / n;
        let squares = samples.iter().map(|sample| (sample[h] - mean).powi(2)).sum::<f64>();
        let error = (squares / (n - 1.0) / n).sqrt();
        assert!(
            (mean - expected).abs() <= 4.0 * error,
            "{what}, rule {h}: {mean} +- {error}, and {expected} is expected"
        );
        assert!(error < 0.03 * largest, "{what}, rule {h}: {error} is much beside {largest}");
    }
}

#[test]
fn the_tree_is_the_world() {
    let task = task(ROW);
    let plan = plan(ENVIRONMENTS, DEPTH, (1, 1));
    let mut imagined = imagined(&task, &plan, 1);
    let zero = Values::new(Critic::Zero, 0);
    let (process, _) = valued(imagined.collect(&[0.0; 3]).expect("a level"), &zero);
    // At random: two steps east of two, or of three in which the other one leads nowhere.
    let cheese = 0.9 * 5.0 / 125.0 + 0.81 * 7.0 / 125.0;
    let value = process.values(&[0.0; 3])[0];
    assert!((value - (cheese - 0.1 * (1.0 + 0.9 + 0.81))).abs() < 1e-6, "{value}");
}

#[test]
fn the_mean_update_of_shard_dynamics_is_the_expected_one() {
    let task = task(ROW);
    let several = plan(ENVIRONMENTS, DEPTH, (2, 4));
    let uniform = actor(&task, &BIASES, Critic::Zero);
    let zero = Values::new(Critic::Zero, 0);
    let (process, critic) = valued(imagined(&task, &several, 1).collect(&[0.0; 3]).expect("a level"), &zero);
    let expected = |strengths: &[f64], process: &Finite, critic: &[f64]| {
        ShardDynamics::default().expected_update(process, &BIASES, strengths, critic).expect("an update")
    };
    let found = changes(&uniform, &task, &several, |rollout| judged(rollout, &zero).1 / 8.0);
    agree(&found, &expected(&[0.0; 3], &process, &critic), "at random");

    // After a large step, with what the critic learned in it.
    let (mut moved, mut values) = (actor(&task, &BIASES, Critic::Facts), Values::new(Critic::Facts, facts(&task)));
    let one = plan(ENVIRONMENTS, DEPTH, (1, 1));
    let mut imagined = imagined(&task, &one, 2);
    let rollout = imagined.collect(moved.strengths()).expect("a level");
    moved.learn(rollout, &settings(), &one, 4.0);
    values.learn(&rollout.states, &judged(rollout, &values).0);
    assert!(moved.strengths().iter().all(|strength| strength.abs() > 0.03), "{:?}", moved.strengths());
    let (process, critic) = valued(rollout, &values);
    assert!(critic.iter().any(|value| value.abs() > 0.03), "{critic:?}");
    let found = changes(&moved, &task, &several, |rollout| judged(rollout, &values).1 / 8.0);
    agree(&found, &expected(moved.strengths(), &process, &critic), "later");
}

fn facts(task: &Task) -> usize {
    Situations::of(&task.sight).count()
}

#[test]
fn the_mean_update_of_predictive_processing_is_the_expected_one() {
    let task = task(ROW);
    let plan = plan(ENVIRONMENTS, DEPTH, (1, 1));
    let (fresh, zero) = (Believer::new(&BIASES), Values::new(Critic::Zero, 0));
    let mut imagined = imagined(&task, &plan, 1);
    let rollout = imagined.collect(fresh.strengths()).expect("a level");
    let (process, critic) = valued(rollout, &zero);
    let expected = PredictiveProcessing::default().expected_update(&process, &BIASES, &[0.0; 3], &critic).expect("one");
    agree(&changes(&fresh, &task, &plan, |rollout| judged(rollout, &zero).1 / SPEED), &expected, "at random");

    // With beliefs: as its precision is not known, by the proportions of the update.
    let mut moved = fresh;
    moved.learn(rollout, &settings(), &plan, 0.04);
    // So many gradient steps that surprises are taken up whole.
    let open = Plan { passes: 4, parts: 5, ..plan };
    for _ in 0..10 {
        let rollout = imagined.collect(moved.strengths()).expect("a level");
        moved.learn(rollout, &settings(), &open, 0.0);
    }
    assert!(moved.strengths().iter().all(|strength| strength.abs() > 0.03), "{:?}", moved.strengths());
    let rollout = imagined.collect(moved.strengths()).expect("a level");
    let expects = |states: &States, count: usize| -> Vec<f64> {
        (0..count).map(|state| moved.expects_on_average(states.sets(state))).collect()
    };
    let (known, last) = (expects(&rollout.states, rollout.actions.len()), expects(&rollout.last, rollout.last.count()));
    let (process, beliefs) = tree(rollout, (&known, &last));
    assert!(beliefs.iter().any(|value| value.abs() > 0.03), "{beliefs:?}");
    let proportions = |numbers: &[f64]| -> Vec<f64> {
        let all: f64 = numbers.iter().map(|number| number.abs()).sum();
        numbers.iter().map(|number| number / all).collect()
    };
    let found: Vec<Vec<f64>> = changes(&moved, &task, &plan, |_| 1.0).iter().map(|own| proportions(own)).collect();
    agree(&found, &proportions(&moved.expected_update(&process)), "later");
}

fn known() -> Value {
    serde_json::from_str(include_str!("known-answers/learning.json")).expect("known answers are JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

/// A choice made once: east, west or to stay, with these rewards; a rule for each of the five actions.
fn arms([east, west, stay]: [f64; 3]) -> Task {
    task(&format!(
        "edition 1\nworld choice {{\n layout room 3x3\n view offsets\n start cell(1, 1)\n horizon 1\n object one {{ at cell(2, 1); \
         reward {} }}\n object two {{ at cell(0, 1); reward {} }}\n step reward {stay}\n}}\nstudy arms {{\n on choice\n agent mlp(8)\n \
         train ppo {{ }}\n heuristic one {{ if always then move east }}\n heuristic two {{ if always then move west }}\n \
         heuristic three {{ if always then stay }}\n heuristic four {{ if always then move north }}\n heuristic five {{ if \
         always then move south }}\n}}\n",
        east - stay,
        west - stay
    ))
}

/// Follows the gradient flow for a time by updates from rollouts: their scale is undone by the rate.
fn followed(task: &Task, mut actor: ShardLearner, time: f64, seed: u64) -> Vec<f64> {
    const STEP: f64 = 0.1;
    let (plan, zero) = (plan(400, 1, (1, 1)), Values::new(Critic::Zero, 0));
    let mut imagined = imagined(task, &plan, seed);
    for _ in 0..(time / STEP).round() as usize {
        let rollout = imagined.collect(actor.strengths()).expect("a level");
        actor.learn(rollout, &settings(), &plan, STEP * judged(rollout, &zero).1);
    }
    actor.strengths().to_vec()
}

#[test]
fn bandits_follow_their_known_courses() {
    let cases = known()["softmax_policy_gradient_bandit"].as_array().cloned().expect("cases");
    assert!(!cases.is_empty());
    for case in cases {
        let rewards: [f64; 3] = numbers(&case["rewards"]).try_into().expect("three arms");
        let (start, expected) = (numbers(&case["start"]), numbers(&case["pi"]));
        // The other two actions are never taken.
        let start: Vec<f64> = start.iter().map(|p| p.ln()).chain([-40.0; 2]).collect();
        let task = arms(rewards);
        let ends: Vec<Vec<f64>> = (0..6)
            .map(|seed| {
                let actor = actor(&task, &[1.0; 5], Critic::Zero).starting_at(&start);
                let w = followed(&task, actor, case["t"].as_f64().expect("a time"), seed);
                softmax([w[0], w[1], w[2], w[3], w[4]]).to_vec()
            })
            .collect();
        for (arm, expected) in expected.iter().enumerate() {
            let n = ends.len() as f64;
            let mean = ends.iter().map(|end| end[arm]).sum::<f64>() / n;
            let error = (ends.iter().map(|end| (end[arm] - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
            let most = 4.0 * error + case["tolerance"].as_f64().expect("a tolerance");
            assert!((mean - expected).abs() <= most && most < 0.05, "{mean} +- {error}, {expected} is known: {case}");
        }
    }
}

#[test]
fn the_salient_cue_overshadows_the_other_by_the_known_ratio_and_both_are_unlearned_alike() {
    let known = &known()["overshadowing"];
    for case in known["logit_shares"].as_array().expect("cases") {
        let biases: Vec<f64> = numbers(&case["salience"]).into_iter().map(|salience| salience * salience).collect();
        let cues = |reward: f64| {
            task(&format!(
                "edition 1\nworld choice {{ layout room 2x1; view offsets; start cell(0, 0); horizon 1; object cheese {{ at \
                 cell(1, 0); reward {reward} }} }}\nstudy cues {{\n on choice\n agent mlp(8)\n train ppo {{ }}\n heuristic one {{ \
                 if cheese visible then move east }}\n heuristic two {{ if always then move east }}\n}}\n"
            ))
        };
        for (reward, sign) in [(1.0, 1.0), (-1.0, -1.0)] {
            let task = cues(reward);
            let w = followed(&task, actor(&task, &biases, Critic::Zero), 2.0, 1);
            assert!(w.iter().all(|w| w * sign > 0.1), "{w:?}");
            for (w_h, share) in w.iter().zip(numbers(&case["share"])) {
                assert!(
                    (w_h / w.iter().sum::<f64>() - share).abs() < known["tolerance"].as_f64().unwrap(),
                    "{w:?}: {case}"
                );
            }
        }
    }
}
