//! The law kit: registered predictors keep the laws that apply to them, and a predictor that breaks a law is found out.

use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use shardbed::heuristic::rule::Bias;
use shardbed::language::canonical::canonical;
use shardbed::language::read;
use shardbed::language::render::{Format, render};
use shardbed::predictor::finite::Finite;
use shardbed::predictor::first_step::FirstStep;
use shardbed::predictor::laws::config::Config;
use shardbed::predictor::laws::generate::{settled_study, study};
use shardbed::predictor::laws::process::update;
use shardbed::predictor::laws::{LAWS, LawReport, Verdict, check, check_law, law, without_update};
use shardbed::predictor::prediction::{Prediction, Selection};
use shardbed::predictor::predictive_processing::PredictiveProcessing;
use shardbed::predictor::registry::predictors;
use shardbed::predictor::shard_dynamics::ShardDynamics;
use shardbed::predictor::task::Task;
use shardbed::predictor::{Exemption, Predictor, PredictorError};
use shardbed::seed::Seed;
use shardbed::study::Study;
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a study shows of each rule, by which shares are given.
type Worth = fn(&Task) -> Vec<f64>;
/// An expected update.
type Rise = fn(&Finite, &[f64], &[f64], &[f64]) -> Vec<f64>;

/// A predictor made of functions.
struct Planted {
    worth: Worth,
    select: fn(&[f64]) -> Selection,
    rise: Rise,
    exempt: Vec<Exemption>,
}

impl Predictor for Planted {
    fn name(&self) -> &str {
        "planted"
    }

    fn summary(&self) -> &str {
        "shares by a function, and updates by another"
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        let selection = (self.select)(&(self.worth)(task));
        let selections = vec![selection; task.arenas.len()];
        Ok(Prediction::of_selections(selections, 10.0, "the test needs no more"))
    }

    fn expected_update(&self, process: &Finite, bias: &[f64], w: &[f64], critic: &[f64]) -> Option<Vec<f64>> {
        Some((self.rise)(process, bias, w, critic))
    }

    fn exemptions(&self) -> Vec<Exemption> {
        self.exempt.clone()
    }
}

/// How often each rule fires where a random policy walks, times its bias; nothing without rewards.
fn sound(task: &Task) -> Vec<f64> {
    if !rewarded(&task.study) {
        return vec![0.0; task.rules.len()];
    }
    firing(task)
}

fn firing(task: &Task) -> Vec<f64> {
    let seen = task.bank().expect("the study has levels").training_features(0);
    let fires = |h: usize| seen.sets.iter().skip(h).step_by(seen.heuristics).filter(|set| !set.is_empty()).count();
    (0..task.rules.len()).map(|h| fires(h) as f64 * bias(&task.study, h)).collect()
}

fn rewarded(study: &Study) -> bool {
    study.world.step_reward != 0.0 || study.world.objects.iter().any(|object| !object.rewards.is_empty())
}

fn bias(study: &Study, rule: usize) -> f64 {
    match study.heuristics[rule].bias {
        Bias::Given(bias) => bias,
        Bias::Measured => 1.0,
    }
}

fn gradient(process: &Finite, bias: &[f64], strengths: &[f64], critic: &[f64]) -> Vec<f64> {
    process.gradient(strengths, critic).iter().zip(bias).map(|(g, bias)| g * bias).collect()
}

fn planted(worth: Worth, rise: Rise) -> Planted {
    Planted { worth, select: Selection::of, rise, exempt: Vec::new() }
}

fn config(cases: u32) -> Config {
    Config { cases, show: canonical, limit: Duration::from_secs(20), ..Config::default() }
}

fn reports(predictor: Planted, cases: u32) -> Vec<LawReport> {
    let predictor: Arc<dyn Predictor> = Arc::new(predictor);
    check(&predictor, &config(cases))
}

/// The names of the laws that it breaks.
fn breaks(predictor: Planted) -> Vec<&'static str> {
    reports(predictor, 12).iter().filter(|report| report.is_broken()).map(|report| report.law).collect()
}

#[test]
fn what_keeps_all_laws_passes() {
    for report in reports(planted(sound, gradient), 8) {
        assert_eq!(report.verdict, Verdict::Holds, "{report}");
    }
}

/// Every law that a registered predictor breaks.
fn broken(cases: u32) -> String {
    let reports = predictors().iter().flat_map(|predictor| check(predictor, &config(cases))).collect::<Vec<_>>();
    let broken = reports.iter().filter(|report| report.is_broken()).map(LawReport::to_string);
    broken.collect::<Vec<_>>().join("\n\n")
}

#[test]
fn registered_predictors_keep_the_laws_that_apply() {
    let broken = broken(3);
    assert!(broken.is_empty(), "{broken}");
}

/// Training divides advantages by their deviation, however small it is; few of the cases above have small rewards.
#[test]
fn who_learns_from_rewards_does_not_care_how_small_they_are() {
    let scale = law("scale").expect("it is a law");
    let learners: Vec<Arc<dyn Predictor>> =
        vec![Arc::new(ShardDynamics::default()), Arc::new(PredictiveProcessing::default()), Arc::new(FirstStep)];
    for learner in learners {
        assert_eq!(check_law(scale, &learner, &config(16)), Ok(()), "{}", learner.name());
    }
}

#[test]
#[ignore = "minutes"]
fn registered_predictors_keep_the_laws_in_many_cases() {
    let broken = broken(40);
    assert!(broken.is_empty(), "{broken}");
}

#[test]
#[ignore = "minutes"]
fn no_exemption_is_for_a_law_that_holds() {
    let mut needless = Vec::new();
    for predictor in predictors() {
        for exemption in predictor.exemptions() {
            let law = law(exemption.law).expect("a law");
            if check_law(law, &predictor, &config(40)).is_ok() {
                needless.push(format!("{} of `{}`", exemption.law, predictor.name()));
            }
        }
    }
    assert!(needless.is_empty(), "these hold all the same: {}", needless.join(", "));
}

#[test]
fn every_law_has_a_predictor_that_breaks_it() {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let mistakes: [(&str, Planted); 13] = [
        ("shares", Planted { select: |worth| Selection::Shares(worth.to_vec()), ..planted(sound, gradient) }),
        (
            "same bits",
            planted(
                |task| {
                    let noise = CALLS.fetch_add(1, Ordering::Relaxed) as f64;
                    sound(task).iter().enumerate().map(|(h, worth)| worth * (1.0 + 1e-6 * noise * h as f64)).collect()
                },
                gradient,
            ),
        ),
        ("order", planted(|task| sound(task).iter().enumerate().map(|(h, w)| w / (h + 1) as f64).collect(), gradient)),
        (
            "names",
            planted(
                |task| {
                    let length = |h: usize| task.study.heuristics[h].name.starts_with('r');
                    let worth = sound(task).into_iter().enumerate();
                    let odd = |h: usize| task.study.heuristics[h].name.ends_with(['1', '3']);
                    worth.map(|(h, worth)| if length(h) && odd(h) { worth / 2.0 } else { worth }).collect()
                },
                gradient,
            ),
        ),
        (
            "equal copies",
            planted(
                |task| {
                    let mut worth = sound(task);
                    let rules = &task.study.heuristics;
                    for h in 0..rules.len() {
                        let twin = |other: usize| {
                            (&rules[other].condition, &rules[other].recommendation)
                                == (&rules[h].condition, &rules[h].recommendation)
                        };
                        if (0..h).any(twin) {
                            worth[h] = 0.0;
                        }
                    }
                    worth
                },
                gradient,
            ),
        ),
        ("divided bias", planted(|task| sound(task).iter().map(|worth| worth.sqrt()).collect(), gradient)),
        ("never fires", planted(|task| sound(task).iter().map(|worth| worth + 1.0).collect(), gradient)),
        ("no reward", planted(firing, gradient)),
        (
            "scale",
            planted(
                |task| {
                    let large: f64 = task.study.world.objects.iter().map(|object| object.reward().abs()).sum();
                    sound(task).iter().enumerate().map(|(h, w)| if h == 0 { w * large } else { *w }).collect()
                },
                gradient,
            ),
        ),
        ("mirror", planted(on_levels_of_its_own, gradient)),
        (
            "bias",
            planted(sound, |process, bias, w, critic| {
                gradient(process, &bias.iter().map(|bias| 1.0 / bias).collect::<Vec<f64>>(), w, critic)
            }),
        ),
        (
            "sign",
            planted(sound, |process, bias, w, critic| {
                gradient(process, bias, w, critic).iter().map(|rise| rise + rise * rise).collect()
            }),
        ),
        ("shaping", planted(sound, |process, bias, w, critic| gradient(process, bias, w, &vec![0.0; critic.len()]))),
    ];
    let tested: BTreeSet<&str> = mistakes.iter().map(|(law, _)| *law).collect();
    assert_eq!(tested.len() + 1, LAWS.len(), "exemptions have a test of their own");
    for (name, mistake) in mistakes {
        let predictor: Arc<dyn Predictor> = Arc::new(mistake);
        let found = law(name).map(|law| check_law(law, &predictor, &config(24)));
        assert!(matches!(found, Some(Err(_))), "{name} is broken, and the kit does not see it");
    }
}

/// How often rules fire in levels that are drawn from other engines than those of the task.
fn on_levels_of_its_own(task: &Task) -> Vec<f64> {
    let engine = Engine::new(&task.study.world, &task.sight);
    let batch = Batch::new(&engine, 40, Seed(5)).expect("the study has levels");
    let mut worth = vec![0.0; task.rules.len()];
    for i in 0..batch.len() {
        let paths = shardbed::world::paths::Paths::of(batch.grid(i));
        let scene = shardbed::heuristic::scene::Scene::of(&engine, batch.borrow(i), &paths);
        for (worth, rule) in worth.iter_mut().zip(&task.rules) {
            *worth += f64::from(u8::from(!rule.recommends(&scene).is_empty()));
        }
    }
    worth
}

#[test]
fn what_is_broken_is_said_with_the_simplest_case() {
    let smoothed = planted(|task| sound(task).iter().map(|worth| worth + 1.0).collect(), gradient);
    let predictor: Arc<dyn Predictor> = Arc::new(smoothed);
    let never = law("never fires").expect("it is a law");
    let message = check_law(never, &predictor, &config(12)).expect_err("one is added");
    assert_eq!(check_law(never, &predictor, &config(12)), Err(message.clone()), "the same cases in every run");
    let (what, case) = message.split_once("\nThe simplest case found:\n").expect("a case is shown");
    assert!(
        what.starts_with("in draw 0, after training 0, `rule0` gets ") && what.ends_with(" and never fires"),
        "{what}"
    );
    let text = case.strip_prefix("`rule0` never fires in\n").expect(case);
    let study = read(text).unwrap_or_else(|findings| panic!("{findings:?}\n{text}")).studies.remove(0);
    // As simple as can be: one rule in a room, and nothing else.
    assert_eq!(study.heuristics.len(), 1, "{text}");
    assert!(study.world.objects.is_empty() && study.scenarios.is_empty() && study.phases.is_empty(), "{text}");
}

#[test]
fn panics_and_silence_break_laws_and_end_nothing() {
    let verdicts = |worth: Worth, limit: u64| -> Vec<LawReport> {
        let predictor: Arc<dyn Predictor> = Arc::new(planted(worth, gradient));
        let config = Config { limit: Duration::from_millis(limit), shrinks: 4, ..config(2) };
        check(&predictor, &config)
    };
    let panicking = verdicts(|_| panic!("out of ideas"), 20_000);
    let of = |reports: &[LawReport], name: &str| -> String {
        reports.iter().find(|report| report.law == name).map(ToString::to_string).unwrap_or_default()
    };
    let said = of(&panicking, "order");
    assert!(said.starts_with("order is broken by `planted`: it panicked: out of ideas\n"), "{said}");
    assert_eq!(of(&panicking, "sign"), "sign holds for `planted`");
    let silent = verdicts(
        |_| {
            std::thread::sleep(Duration::from_secs(30));
            Vec::new()
        },
        50,
    );
    let said = of(&silent, "shares");
    assert!(said.starts_with("shares is broken by `planted`: it did not answer within 50ms\n"), "{said}");
    let later = "it is asked no more, as it did not answer in time under an earlier law";
    assert_eq!(of(&silent, "shaping"), format!("shaping is broken by `planted`: {later}"));
}

#[test]
fn exemptions_are_honoured_and_name_laws() {
    let exempt = |law: &'static str, reason: &'static str| Exemption { law, reason };
    let with = |exempt: Vec<Exemption>| Planted { exempt, ..planted(firing, gradient) };
    assert_eq!(breaks(with(Vec::new())), ["no reward"]);
    let exempted = reports(with(vec![exempt("no reward", "it is blind to rewards")]), 2);
    let said: Vec<String> = exempted.iter().map(ToString::to_string).collect();
    assert!(said.contains(&"no reward does not apply to `planted`: it is blind to rewards".to_string()), "{said:?}");
    assert!(exempted.iter().all(|report| !report.is_broken()), "{said:?}");
    for (wrong, message) in [
        (vec![exempt("gravity", "it is light")], "there is no law `gravity` to be exempt from; there are: shares, "),
        (vec![exempt("exemptions", "it likes none")], "there is no law `exemptions` to be exempt from"),
        (vec![exempt("sign", "a"), exempt("sign", "b")], "it is exempt from `sign` twice"),
        (vec![exempt("sign", " ")], "it gives no reason why it is exempt from `sign`"),
    ] {
        let predictor: Arc<dyn Predictor> = Arc::new(with(wrong));
        let said = check_law(&LAWS[0], &predictor, &config(1)).expect_err("a wrong exemption");
        assert!(said.starts_with(message), "{said}");
    }
    assert!(without_update("it learns nothing").iter().all(|exemption| law(exemption.law).is_some()));
}

/// What the checker says of a study, and whether it is read as it is written.
fn in_order(study: &Study) {
    let text = canonical(study);
    match read(&text) {
        Ok(checked) => assert_eq!(checked.studies, vec![study.clone()], "{text}"),
        Err(findings) => panic!("{}", render(&findings, "generated", &text, Format::Human, false)),
    }
    if let Err(error) = Task::new(study, Vec::new()) {
        panic!("{error}\n{text}");
    }
}

#[test]
fn generated_studies_are_in_order_and_stay_so_when_made_simpler() {
    let mut runner = TestRunner::deterministic();
    for case in 0..60 {
        let mut tree = if case % 2 == 0 {
            study().boxed().new_tree(&mut runner).expect("a study")
        } else {
            settled_study().boxed().new_tree(&mut runner).expect("a study")
        };
        in_order(&tree.current());
        // Half of what is tried is taken back, as where a law holds for it.
        for step in 0..40 {
            let moved = if step % 3 == 2 { tree.complicate() } else { tree.simplify() };
            if !moved {
                break;
            }
            in_order(&tree.current());
        }
    }
}

#[test]
fn generated_studies_differ_in_all_that_laws_are_about() {
    let mut runner = TestRunner::deterministic();
    let studies: Vec<Study> = (0..300).map(|_| study().new_tree(&mut runner).expect("a study").current()).collect();
    let text: String = studies.iter().map(canonical).collect();
    for word in [
        "layout room",
        "layout map",
        "layout scatter",
        "layout maze",
        "layout rooms",
        "slip",
        "carry",
        "view window",
        "view offsets",
        "ends",
        "vanishes",
        "respawns",
        "carried",
        "moves random",
        "needs",
        "unless",
        "blocks",
        "near(agent, 4)",
        "near(cheese, 4)",
        "solver ends",
        "solver between",
        "bias measured",
        "looks red",
        " not ",
        "or ",
        "within",
        "holding",
        "count(",
        "distance(",
        "wall ",
        "toward",
        "by direction",
        "away from",
        "free",
        "stay",
        "scenario",
        "phase",
        "entropy 0",
        "bias 3",
    ] {
        assert!(text.contains(word), "no study has `{word}`");
    }
    for rules in 1..=5 {
        assert!(studies.iter().any(|study| study.heuristics.len() == rules), "no study has {rules} rules");
    }
}

#[test]
fn generated_processes_are_processes() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let process = update().new_tree(&mut runner).expect("a process").current().process;
        assert!((process.start.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        for situation in &process.states {
            for (action, moves) in situation.moves.iter().enumerate() {
                let sum: f64 = moves.iter().map(|step| step.probability).sum();
                assert_eq!(sum, f64::from(u8::from(situation.available.contains(action))));
                assert!(moves.iter().flat_map(|step| step.next).all(|next| next < process.states.len()));
            }
        }
        let values = process.values(&vec![0.0; process.rules()]);
        assert!(values.iter().all(|value| value.is_finite()), "{values:?}");
    }
}
