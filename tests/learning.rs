//! The update that shard dynamics uses, against what is known of learning: every case of `known-answers/learning.json`.
//!
//! Time is that of the gradient flow, d w / d t = bias x the expected policy gradient, followed in small steps of the
//! predictor's own update: the gradient of [`Finite`], which sums scores as samples do, and the step of [`Weights`].

use serde_json::Value;
use shardbed::predictor::Predictor;
use shardbed::predictor::finite::{Finite, FiniteState, Move};
use shardbed::predictor::imagined::{Next, advantages};
use shardbed::predictor::shard_dynamics::ShardDynamics;
use shardbed::predictor::weights::{Form, Weights};
use shardbed::world::action::ActionSet;

fn known() -> Value {
    serde_json::from_str(include_str!("known-answers/learning.json")).expect("known answers are JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list")).iter().map(number).collect()
}

fn close(found: f64, expected: f64, tolerance: f64, what: &Value) {
    assert!((found - expected).abs() <= tolerance, "{found}, and {expected} is known: {what}");
}

/// A choice between arms with these rewards, made once; `sets` is what each rule recommends.
fn bandit(rewards: &[f64], sets: Vec<ActionSet>) -> Finite {
    let moves = |action: usize| -> Vec<Move> {
        rewards.get(action).map(|&reward| Move { probability: 1.0, reward, next: None }).into_iter().collect()
    };
    let state = FiniteState { sets, available: ActionSet((1 << rewards.len()) - 1), moves: std::array::from_fn(moves) };
    Finite { states: vec![state], start: vec![1.0], horizon: 1, discount: 1.0, lambda: 1.0 }
}

/// A rule for each arm.
fn arms(rewards: &[f64]) -> Finite {
    bandit(rewards, (0..rewards.len()).map(|arm| ActionSet(1 << arm)).collect())
}

/// To act or not, acting is rewarded: one rule for each cue, which fires where the cue is there.
fn cues(there: &[bool]) -> Finite {
    bandit(&[1.0, 0.0], there.iter().map(|&there| ActionSet(u8::from(there))).collect())
}

/// Follows the gradient flow for a time.
fn flow(process: &Finite, weights: &mut Weights, time: f64, step: f64) {
    let critic = vec![0.0; process.states.len()];
    for _ in 0..(time / step).round() as usize {
        let gradient = process.gradient(weights.strengths(), &critic);
        let fisher = if weights.is_natural() { process.fisher(weights.strengths()) } else { Vec::new() };
        weights.step(&gradient, &fisher, step);
    }
}

/// The policy of a bandit after a time, from these probabilities.
fn after(case: &Value, form: Form) -> Vec<f64> {
    let (rewards, start) = (numbers(&case["rewards"]), numbers(&case["start"]));
    let logits: Vec<f64> = start.iter().map(|p| p.ln()).collect();
    let process = arms(&rewards);
    let mut weights = Weights::new(&vec![1.0; rewards.len()], form).starting_at(&logits);
    flow(&process, &mut weights, number(&case["t"]), 0.001);
    process.policy(0, weights.strengths())[..rewards.len()].to_vec()
}

fn bandits(name: &str, form: Form) {
    let cases = known()[name].as_array().cloned().unwrap_or_default();
    assert!(!cases.is_empty());
    for case in &cases {
        for (found, expected) in after(case, form).iter().zip(numbers(&case["pi"])) {
            close(*found, expected, number(&case["tolerance"]), case);
        }
    }
}

#[test]
fn the_plain_gradient_follows_its_flow() {
    bandits("softmax_policy_gradient_bandit", Form::Plain);
}

#[test]
fn the_natural_gradient_is_the_replicator_equation() {
    bandits("natural_policy_gradient_bandit", Form::Natural { damping: 1e-9 });
}

#[test]
fn two_arms_follow_their_law() {
    let law = &known()["two_arm_law"];
    for case in law["cases"].as_array().expect("cases") {
        let process = arms(&[number(&case["delta"]), 0.0]);
        let mut weights = Weights::new(&[1.0; 2], Form::Plain);
        flow(&process, &mut weights, number(&case["t"]), 0.001);
        close(process.policy(0, weights.strengths())[0], number(&case["p_best"]), number(&law["tolerance"]), case);
    }
}

#[test]
fn unlearning_is_a_plateau_and_then_as_slow_as_learning() {
    let reversal = &known()["reversal"];
    let mut weights = Weights::new(&[1.0; 2], Form::Plain);
    flow(&arms(&[1.0, 0.0]), &mut weights, number(&reversal["train_t"]), 0.002);
    let mut passed = 0.0;
    let mut cases: Vec<(f64, &Value)> = (reversal["p_best_after"].as_object().expect("times").iter())
        .map(|(time, p)| (time.parse().expect("a time"), p))
        .collect();
    cases.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    assert!(!cases.is_empty());
    let process = arms(&[-1.0, 0.0]);
    for (time, p) in cases {
        flow(&process, &mut weights, time - passed, 0.002);
        passed = time;
        close(process.policy(0, weights.strengths())[0], number(p), number(&reversal["tolerance"]), reversal);
    }
}

/// The logit that each of two cues adds, which always occur together.
fn overshadowing(name: &str, time: f64, form: Form, bias: fn(f64) -> f64) {
    let known = &known()[name];
    for case in known["logit_shares"].as_array().expect("cases") {
        let biases: Vec<f64> = numbers(&case["salience"]).into_iter().map(bias).collect();
        let mut weights = Weights::new(&biases, form);
        flow(&cues(&[true, true]), &mut weights, time, 0.02);
        let all: f64 = weights.strengths().iter().sum();
        for (strength, share) in weights.strengths().iter().zip(numbers(&case["share"])) {
            close(strength / all, share, number(&known["tolerance"]), case);
        }
    }
}

#[test]
fn the_salient_cue_overshadows_the_other() {
    // What a cue adds is its salience times a weight, and so is the gradient of the weight.
    overshadowing("overshadowing", 20.0, Form::Plain, |salience| salience * salience);
}

#[test]
fn depth_makes_overshadowing_nearly_winner_takes_all() {
    // The shares settle slowly: .880 at a time of 100, .886 at 1,000.
    overshadowing("overshadowing_depth_two", 1_000.0, Form::Product { start: [0.01; 2] }, |salience| salience);
}

#[test]
fn what_is_learned_first_blocks_the_rest() {
    let blocking = &known()["blocking"];
    for case in blocking["cases"].as_array().expect("cases") {
        let mut weights = Weights::new(&[1.0; 2], Form::Plain);
        flow(&cues(&[true, false]), &mut weights, number(&case["t1"]), 0.01);
        flow(&cues(&[true, true]), &mut weights, 100.0, 0.01);
        let alone = cues(&[false, true]).policy(0, weights.strengths())[0];
        close(alone, number(&case["p"]), number(&blocking["tolerance"]), case);
    }
}

#[test]
fn a_later_reward_is_credited_with_discount_times_lambda_for_each_step_between() {
    assert_eq!(known()["credit"], "reward k steps after an action is credited (gamma*lambda)^k");
    let (discount, lambda, k) = (0.9, 0.8, 6);
    let mut rewards = vec![0.0; k + 1];
    rewards[k] = 1.0;
    let next: Vec<Next> = (0..=k).map(|t| if t < k { Next::Step(t + 1) } else { Next::End }).collect();
    let credited = advantages((&rewards, &next), &vec![0.0; k + 1], &[], discount, lambda);
    for (t, credit) in credited.iter().enumerate() {
        assert!((credit - (discount * lambda).powi((k - t) as i32)).abs() < 1e-12, "{credited:?}");
    }
}

#[test]
fn the_expected_update_is_one_step_of_it() {
    let process = cues(&[true, true]);
    let (biases, start) = ([4.0, 1.0], [0.3, -0.2]);
    let update = ShardDynamics::default().expected_update(&process, &biases, &start, &[0.0]).expect("an update");
    let mut weights = Weights::new(&biases, Form::Plain).starting_at(&start);
    weights.step(&process.gradient(&start, &[0.0]), &[], 0.5);
    for h in 0..2 {
        assert!((weights.strengths()[h] - start[h] - 0.5 * update[h]).abs() < 1e-15);
    }
}
