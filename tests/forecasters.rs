//! What is made of predictors: how their draws are read, and how they are scored beside the author.

use serde_json::Value;
use shardbed::cli::arguments::{Format, Score};
use shardbed::cli::score::score;
use shardbed::experiment::earlier::earlier;
use shardbed::experiment::observer::Silent;
use shardbed::experiment::predicted::{EVEN, ROWS, Reading, STATED, Said};
use shardbed::experiment::setup::Setup;
use shardbed::experiment::{self, Options, Source};
use shardbed::heuristic::rule::Condition;
use shardbed::language::canonical::canonical_hash;
use shardbed::language::read;
use shardbed::outcome::Outcome;
use shardbed::predictor::prediction::{After, Chain, Course, Draw, InWorld, Prediction, Selection, Silence, Topic};
use shardbed::predictor::task::Task;
use shardbed::predictor::uniform::Uniform;
use shardbed::predictor::{Predictor, PredictorError};
use shardbed::report::terminal::{Style, terminal};
use shardbed::scoring::energy::Ensemble;
use shardbed::scoring::mixture::Mixture;
use shardbed::scoring::predictive;
use shardbed::store::Store;
use shardbed::study::Study;
use shardbed::world::spec::Layout;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const FORECASTS: &str = "
  predict weights { to_berry 50%; rest; concentration 10 }
  predict selected(to_berry) = 50%
  predict order(to_berry, to_nut) = 50%
  predict reinforced(to_berry) = 50%
  predict strength(to_berry) = 0 to 1
  predict share(to_berry) = 10% to 20%
  predict share(to_berry) > share(to_nut) = 50%
  predict share(to_berry) after sour > share(to_berry) = 50%
  predict cycle(nut, berry) = 50%
  predict returns(berry) = 1 to 9
  predict transitions { berry -> berry 50%, rest; nut -> nut 50%, rest; concentration 10 }
  predict mean(return) = 0 to 1
  predict P(reach nut within 4) = 10% to 20%
  predict causal(to_berry) = 0 to 1
  predict explained = 10% to 20%
  predict magnitude(to_nut) = 0 to 1
  predict transition(berry, nut) = 10% to 20%
  predict transition(nut, berry) = 10% to 20%
  predict transition(other, berry) > transition(berry, berry) = 50%
  predict transition(berry, nut) > transition(other, berry) = 50%
  predict transition(nut, berry) > 50% = 50%
  predict transition(nut, berry) > transition(nut, other) = 50%
  predict transition(nut, berry) > transition(berry, berry) = 50%
";

fn study() -> Study {
    let file = format!(
        "edition 1\nworld pantry {{ layout room 3x3; horizon 12; object berry {{ reward +1; respawns }} object nut {{ }} }}\n\
         study asked {{\n on pantry\n agent mlp(8)\n train ppo {{ steps 256; seeds 2; environments 8; rollout 32 }}\n\
         heuristic to_berry {{ if berry visible then move toward berry }}\n\
         heuristic to_nut {{ if nut visible then move toward nut }}\n\
         solver berry = to_berry\n solver nut = to_nut\n\
         phase sour after train {{ object berry {{ reward -1 }} }}\n{FORECASTS}\n}}\n"
    );
    read(&file).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0)
}

/// A draw that says everything, with these strengths after the study's own training; after the phase all is the nut's.
fn draw(study: &Study, setup: &Setup, strengths: [f64; 2]) -> Draw {
    let world = |training: usize, arena: usize| InWorld {
        behaviours: Some(vec![strengths[0]; setup.arenas[training][arena].behaviours.len()]),
        chain: Some(Chain {
            rows: vec![Some(vec![0.5, 0.5, 0.0]), None, Some(vec![1.0, 0.0, 0.0])],
            returns: vec![Some(4.0 + strengths[0]), None],
            testable: vec![true, true, strengths[0] > 0.0],
            cycles: if strengths[1] > 1.5 { vec![vec![0, 1]] } else { Vec::new() },
        }),
    };
    let after = |training: usize| {
        let strengths = if training == 0 { strengths } else { [0.0, 1.0] };
        After {
            selection: Some(Selection::of(&strengths)),
            strength: Some(strengths.to_vec()),
            selected: Some(strengths.iter().map(|w| *w > 0.25).collect()),
            course: Some(Course {
                steps: vec![0, 128, 256],
                strengths: vec![vec![0.0, 0.0], vec![strengths[0], 0.0], strengths.to_vec()],
            }),
            causal: Some(vec![Some(strengths[0]), None]),
            magnitude: Some(vec![None, None]),
            reinforced: Some(vec![true, false]),
            explained: Some(0.75),
            worlds: (0..setup.arenas[training].len()).map(|arena| world(training, arena)).collect(),
        }
    };
    Draw { trainings: (0..study.trainings().len()).map(after).collect() }
}

/// What draws of so many imagined seeds say of each forecast, in order; without seeds they are all there is.
fn said(
    strengths: &[[f64; 2]],
    seeds: Option<usize>,
    kappa: Option<f64>,
    silences: &[Topic],
) -> Vec<Result<Said, String>> {
    let study = study();
    let setup = Setup::new(&study).expect("a possible world");
    let draws = strengths.iter().map(|strengths| draw(&study, &setup, *strengths)).collect();
    let silence = |topic: &Topic| Silence { topic: *topic, reason: format!("no {}", topic.name()) };
    let prediction = Prediction { draws, seeds, kappa, silences: silences.iter().map(silence).collect() };
    let reading = Reading { setup: &setup, prediction: &prediction };
    study.forecasts.iter().map(|forecast| reading.of(&forecast.statement)).collect()
}

#[track_caller]
fn probability(said: &Result<Said, String>) -> f64 {
    match said {
        Ok(Said::Probability(probability)) => *probability,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn range(said: &Result<Said, String>) -> [f64; 2] {
    match said {
        Ok(Said::Number { low, high, .. }) => [*low, *high],
        other => panic!("{other:?}"),
    }
}

/// What is said of an event that holds in a part of the draws, where these are stated to be all.
fn stated(part: f64, defined: f64) -> f64 {
    predictive::probability(part, STATED * defined)
}

/// The last selects nothing, and the first the berry alone.
const FOUR: [[f64; 2]; 4] = [[1.0, 0.0], [3.0, 1.0], [1.0, 3.0], [-1.0, 0.0]];

#[test]
fn draws_that_are_the_distribution() {
    let said = said(&FOUR, None, None, &[]);
    let Ok(Said::Weights(shares)) = &said[0] else { panic!("{:?}", said[0]) };
    assert_eq!((shares.mean(), shares.imagined().count()), (vec![2.0 / 3.0, 1.0 / 3.0], 3));
    assert_eq!(probability(&said[1]), stated(0.75, 1.0));
    assert_eq!(probability(&said[2]), 0.5, "where the nut is not selected, it never emerges");
    assert_eq!(probability(&said[3]), stated(1.0, 1.0));
    assert!(probability(&said[3]) < 1.0, "nothing is certain");
    let [low, high] = range(&said[4]);
    // -1, 1, 1, 3, linear between them.
    assert!((low + 0.7).abs() < 1e-12 && (high - 2.7).abs() < 1e-12, "{low} {high}");
    let [low, high] = range(&said[5]);
    assert!((low - 0.3).abs() < 1e-12 && (high - 0.975).abs() < 1e-12, "{low} {high}");
    assert_eq!(probability(&said[6]), stated(2.0 / 3.0, 0.75), "undefined where nothing is selected");
    assert_eq!(probability(&said[7]), stated(0.0, 0.75));
    assert_eq!(probability(&said[8]), stated(1.0 / 3.0, 0.75), "turned, and untestable in one draw");
    let [low, high] = range(&said[9]);
    assert!((low - 3.3).abs() < 1e-12 && (high - 6.7).abs() < 1e-12, "{low} {high}");
    assert!(said[11].is_ok() && said[12].is_ok());
    assert!((range(&said[13])[1] - 2.7).abs() < 1e-12);
    assert_eq!(range(&said[14]), [0.75, 0.75]);
    assert_eq!(said[15], Err("it is undefined in every draw".to_string()));
}

#[test]
fn imagined_seeds_are_a_sample() {
    let four = said(&FOUR, Some(4), None, &[]);
    assert_eq!(probability(&four[1]), 3.5 / 5.0);
    assert_eq!(probability(&four[3]), 4.5 / 5.0, "four seeds make nothing surer");
    assert_eq!(probability(&four[6]), 2.5 / 4.0, "three where it is undefined in one");
    // -1, 1, 1, 3: mean 1, variance 8/3; t(95%, 3) from tables.
    let half = 2.353_363_434_801_8 * (8.0_f64 / 3.0 * 1.25).sqrt();
    let [low, high] = range(&four[4]);
    assert!((low - (1.0 - half)).abs() < 1e-9 && (high - (1.0 + half)).abs() < 1e-9, "{low} {high}");
    assert_eq!(range(&four[9])[0], 1.0, "no bout begins less than a step after another");
    let [low, high] = range(&four[5]);
    assert_eq!((low, high), (0.0, 1.0), "shares of 1, 3/4 and 1/4, cut to what is possible");
    // The same draws, each of the two seeds twice.
    let twice: Vec<[f64; 2]> = FOUR[..2].iter().flat_map(|draw| [*draw; 2]).collect();
    let (two, often) = (said(&FOUR[..2], Some(2), None, &[]), said(&twice, Some(2), None, &[]));
    for (index, (once, twice)) in two.iter().zip(&often).enumerate() {
        match (once, twice) {
            (Ok(Said::Probability(once)), Ok(Said::Probability(twice))) => assert_eq!(once, twice, "{index}"),
            (Ok(Said::Number { .. }), _) => assert_eq!(range(once), range(twice), "{index}"),
            _ => assert_eq!(once.is_ok(), twice.is_ok(), "{index}"),
        }
    }
    let one = said(&FOUR[1..2], Some(1), None, &[]);
    assert_eq!(one[4], Err("it is defined in one imagined seed alone, which gives no range".to_string()));
    assert_eq!(probability(&one[1]), 0.75);
}

#[test]
fn shares_are_wider_than_the_draws_where_the_predictor_says_so() {
    let narrow = said(&[[3.0, 1.0]], None, None, &[]);
    let wide = said(&[[3.0, 1.0]], None, Some(4.0), &[]);
    assert_eq!(range(&narrow[5]), [0.75, 0.75]);
    // Beta(3, 1) has the distribution function x^3.
    let [low, high] = range(&wide[5]);
    assert!((low - 0.05_f64.cbrt()).abs() < 1e-9 && (high - 0.95_f64.cbrt()).abs() < 1e-9, "{low} {high}");
    assert_eq!(probability(&narrow[6]), stated(1.0, 1.0));
    let p = probability(&wide[6]);
    assert!((p - stated(0.875, 1.0)).abs() < 1e-12, "{p}");
    assert_eq!(range(&wide[4]), [3.0, 3.0], "strengths are not");
    let (even, turned) =
        (said(&[[1.0, 1.0]], Some(1), Some(7.0), &[]), said(&[[1.0, 3.0], [3.0, 1.0]], Some(2), Some(4.0), &[]));
    assert_eq!(probability(&even[6]), 0.5, "what is even by symmetry is said to be");
    assert!((probability(&turned[6]) - 0.5).abs() < 1e-15);
}

#[test]
fn rows_are_mixtures_over_draws_as_wide_as_single_transitions() {
    let said = said(&FOUR, Some(4), Some(200.0), &[]);
    let Ok(Said::Rows(rows)) = &said[10] else { panic!("{:?}", said[10]) };
    let spread = |row: [f64; 3]| row.map(|share| (1.0 - EVEN) * share + EVEN / 3.0).to_vec();
    let berry = Mixture::new(&vec![spread([0.5, 0.5, 0.0]); 4], Some(ROWS)).expect("four draws");
    assert_eq!((rows[0].from, &rows[0].forecast), (0, &berry));
    let anything = Mixture::new(&[vec![1.0 / 3.0; 3]], Some(3.0)).expect("one");
    assert_eq!((rows[1].from, &rows[1].forecast), (1, &anything), "never left in any draw: every split is as likely");
    // The range of one transition is that of its part in the row: Beta(own, ROWS - own).
    let own = ROWS * spread([0.5, 0.5, 0.0])[1];
    let row = shardbed::scoring::dirichlet::Dirichlet::new(vec![own, ROWS - own]).expect("two parts");
    let [low, high] = range(&said[16]);
    let [least, most] = [0.05, 0.95].map(|level| row.quantile(0, level).expect("a part"));
    assert!((low - least).abs() < 1e-9 && (high - most).abs() < 1e-9, "{low} {high}");
}

/// The nut's state is never left in any draw: whatever is asked of its row, it is Dirichlet(1, 1, 1).
#[test]
fn what_is_left_in_no_draw_is_even_however_it_is_asked_about() {
    let said = said(&FOUR, Some(4), Some(200.0), &[]);
    let [low, high] = range(&said[17]);
    assert!((low - (1.0 - 0.95_f64.sqrt())).abs() < 1e-9 && (high - (1.0 - 0.05_f64.sqrt())).abs() < 1e-9);
    // Beta(1, 2) is above 1/2 with probability 1/4.
    assert!((probability(&said[20]) - predictive::probability(0.25, 4.0)).abs() < 1e-12);
    assert_eq!(probability(&said[21]), 0.5);
    let spread = (1.0 - EVEN) * 0.5 + EVEN / 3.0;
    let above = (1.0 - spread).powi(2);
    assert!((probability(&said[22]) - predictive::probability(above, 4.0)).abs() < 1e-12, "{:?}", said[22]);
}

/// From `other` the berry always follows, from the berry's own state half of the time, in every draw.
#[test]
fn rows_of_different_states_are_compared_in_each_draw() {
    let said = said(&FOUR, Some(4), Some(200.0), &[]);
    assert_eq!(probability(&said[18]), predictive::probability(1.0, 4.0));
    assert_eq!(probability(&said[19]), predictive::probability(0.0, 4.0));
}

#[test]
fn draws_are_a_sample_of_seeds_or_stated() {
    let strengths = |seeds| match &said(&FOUR, seeds, None, &[])[4] {
        Ok(Said::Number { draws, .. }) => draws.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(strengths(None), Ensemble::stated(vec![vec![-1.0, 1.0, 1.0, 3.0]]).expect("draws"));
    assert_eq!(strengths(Some(2)), Ensemble::grouped(vec![vec![1.0, 3.0, 1.0, -1.0]], &[2, 2]).expect("draws"));
    let shares = |seeds, kappa| match &said(&FOUR, seeds, kappa, &[])[0] {
        Ok(Said::Weights(shares)) => shares.clone(),
        other => panic!("{other:?}"),
    };
    let [first, second] = [vec![vec![1.0, 0.0], vec![0.75, 0.25]], vec![vec![0.25, 0.75]]];
    let all = [first.clone(), second.clone()].concat();
    assert_eq!(shares(None, None), Mixture::new(&all, None).expect("shares"));
    assert_eq!(shares(Some(2), None), Mixture::sample(&[first, second]).expect("shares"));
    assert_eq!(shares(Some(2), Some(9.0)), Mixture::new(&all, Some(9.0)).expect("shares"));
}

/// Three rules in an order, the second two of which are expected to fare alike.
fn in_order(order: [usize; 3]) -> Vec<Result<Said, String>> {
    let rules = ["berry", "nut", "leaf"];
    let each = |line: fn(&str) -> String| order.map(|rule| line(rules[rule])).concat();
    let file = format!(
        "edition 1\nworld pantry {{ layout room 3x3; horizon 12; object berry {{ reward +1; respawns }} object nut {{ }} \
         object leaf {{ }} }}\nstudy asked {{\n on pantry\n agent mlp(8)\n train ppo {{ steps 256; seeds 2 }}\n{}{}\
         phase sour after train {{ object berry {{ reward -1 }} }}\n{PERMUTED}}}\n",
        each(|name| format!("heuristic to_{name} {{ if {name} visible then move toward {name} }}\n")),
        each(|name| format!("solver {name} = to_{name}\n")),
    );
    let study = read(&file).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    let setup = Setup::new(&study).expect("a possible world");
    let placed = |values: [f64; 3]| order.map(|rule| values[rule]).to_vec();
    let after = |strengths: [f64; 3], training: usize| {
        let row = |values: [f64; 3]| Some([placed(values), vec![0.1]].concat());
        // From each rule's state: its own is kept most often, and from the first the two others are as likely.
        let rows = order.map(|from| row([[0.5, 0.2, 0.2], [0.3, 0.5, 0.1], [0.3, 0.1, 0.5]][from])).to_vec();
        let chain = Chain {
            rows: [rows, vec![None]].concat(),
            returns: placed(strengths).into_iter().map(|w| Some(w + 3.0)).collect(),
            ..Chain::default()
        };
        let world = InWorld { behaviours: None, chain: Some(chain) };
        After {
            selection: Some(Selection::Shares(placed(strengths.map(|w| w / 8.0)))),
            strength: Some(placed(strengths)),
            selected: Some(placed(strengths).iter().map(|w| *w > 1.5).collect()),
            course: Some(Course { steps: vec![0, 256], strengths: vec![vec![0.0; 3], placed(strengths)] }),
            worlds: vec![world; setup.arenas[training].len()],
            ..After::default()
        }
    };
    // Sums of 8, so that shares are exact and symmetric over the draws.
    let draws = [[4.0, 2.0, 2.0], [6.0, 1.0, 1.0], [3.0, 1.0, 4.0], [3.0, 4.0, 1.0]];
    let draws = draws.map(|w| Draw { trainings: vec![after(w, 0), after([2.0, 3.0, 3.0], 1)] }).to_vec();
    let silent =
        [Topic::Causal, Topic::Magnitude, Topic::Reinforced, Topic::Explained, Topic::Behaviour, Topic::Cycles];
    let silences = silent.map(|topic| Silence { topic, reason: "not asked".to_string() }).to_vec();
    let prediction = Prediction { draws, seeds: Some(2), kappa: Some(11.0), silences };
    let reading = Reading { setup: &setup, prediction: &prediction };
    study.forecasts.iter().map(|forecast| reading.of(&forecast.statement)).collect()
}

const PERMUTED: &str = "
  predict share(to_nut) > share(to_leaf) = 50%
  predict share(to_nut) after sour > share(to_leaf) after sour = 50%
  predict transition(berry, nut) > transition(berry, leaf) = 50%
  predict share(to_berry) = 10% to 20%
  predict share(to_berry) > 40% = 50%
  predict share(to_leaf) after sour > share(to_leaf) = 50%
  predict transition(berry, nut) = 10% to 20%
  predict transition(nut, nut) > share(to_nut) = 50%
  predict strength(to_nut) = 1 to 2
  predict returns(leaf) = 1 to 2
  predict selected(to_leaf) = 50%
  predict order(to_berry, to_nut) = 50%
";

#[test]
fn the_order_of_rules_changes_no_bit_of_what_is_said() {
    let first = in_order([0, 1, 2]);
    assert!(first.iter().all(Result::is_ok), "{first:?}");
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(first, in_order(order), "{order:?}");
    }
    for (index, said) in first[..3].iter().enumerate() {
        assert!((probability(said) - 0.5).abs() < 1e-15, "{index}: even by symmetry, not {}", probability(said));
    }
}

#[test]
fn who_expects_nothing_or_says_nothing_is_silent_with_the_reason() {
    let nothing = said(&[[-1.0, 0.0], [0.0, -2.0]], Some(2), Some(10.0), &[]);
    for index in [0, 5, 6] {
        assert_eq!(nothing[index], Err("it expects that nothing is selected".to_string()));
    }
    assert_eq!(probability(&nothing[1]), 0.5 / 3.0, "which is no reason to say nothing else");
    let silent = said(&[[1.0, 1.0]], None, None, &[Topic::Shares, Topic::Cycles, Topic::Behaviour, Topic::Phases]);
    let reasons: Vec<(usize, String)> =
        silent.into_iter().enumerate().filter_map(|(index, said)| Some((index, said.err()?))).collect();
    let expected = [
        (0, "shares"),
        (5, "shares"),
        (6, "shares"),
        (7, "phases"),
        (8, "cycles"),
        (11, "behaviour"),
        (12, "behaviour"),
    ];
    let expected: Vec<(usize, String)> =
        expected.iter().map(|(index, topic)| (*index, format!("no {topic}"))).collect();
    assert_eq!(reasons[..7], expected);
}

/// Says that the first rule takes nearly all, and nothing else.
struct First;

impl Predictor for First {
    fn name(&self) -> &str {
        "first"
    }

    fn summary(&self) -> &str {
        "the first rule takes nearly all"
    }

    fn predict(&self, task: &Task) -> Result<Prediction, PredictorError> {
        assert!(task.study.forecasts.is_empty(), "no forecast of the author reaches a predictor");
        let rest = 0.1 / (task.rules.len() - 1) as f64;
        let shares = (0..task.rules.len()).map(|h| if h == 0 { 0.9 } else { rest }).collect();
        Ok(Prediction::of_shares(&task.study, shares, 20.0, "it looks at the list alone"))
    }
}

/// Never has an answer.
struct Broken;

impl Predictor for Broken {
    fn name(&self) -> &str {
        "broken"
    }

    fn summary(&self) -> &str {
        "has no answer"
    }

    fn predict(&self, _: &Task) -> Result<Prediction, PredictorError> {
        panic!("out of ideas")
    }
}

/// A study that learns within its budget, on three seeds: the interval over two is too wide to be sure of it.
fn learned() -> Study {
    let text = fs::read_to_string("tests/outcomes/learned.shard").expect("a prediction file");
    let mut study = read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0);
    study.train.seeds = 3;
    study
}

fn run(study: &Study, predictors: &[Arc<dyn Predictor>], store: &Path) -> Outcome {
    let source = Source { file: "learned.shard".to_string(), prediction: canonical_hash(study), sealing: None };
    let store = Store::open(store).expect("a store in a temporary folder");
    experiment::run(study, &source, Options::jobs(2), predictors, &store, &Silent).expect("an outcome")
}

#[test]
fn predictors_are_scored_beside_the_author_and_one_that_fails_ends_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let outcome = run(&learned(), &[Arc::new(First), Arc::new(Broken), Arc::new(Uniform)], folder.path());
    let [first, broken, uniform] = &outcome.predictors[..] else { panic!("{:?}", outcome.predictors) };
    assert_eq!(broken.failure.as_deref(), Some("it panicked: out of ideas"));
    assert!(broken.trainings.is_empty());
    let score = |predictor: &shardbed::outcome::predictor::PredictorOutcome| {
        predictor.trainings[0].score.clone().expect("shares are known")
    };
    let shares: Vec<f64> = outcome.results.heuristics.iter().map(|h| h.share.mean.expect("selected")).collect();
    let squares = |forecast: [f64; 3]| shares.iter().zip(forecast).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    assert!((score(first).squared_error - squares([0.9, 0.05, 0.05])).abs() < 1e-12);
    assert!((score(first).squared_error_uniform - squares([1.0 / 3.0; 3])).abs() < 1e-12);
    assert_eq!(score(uniform).energy.skill, Some(0.0), "it is the reference");
    assert!(score(first).energy.skill.expect("defined") > 0.3, "{:?} {shares:?}", score(first));
    let author = outcome.forecasts[0].squared_error.expect("forecast");
    assert!((author - squares([0.8, 0.05, 0.15])).abs() < 1e-12);
    for forecast in &outcome.forecasts {
        let names: Vec<&str> = forecast.predictors.iter().map(|said| said.name.as_str()).collect();
        assert_eq!(names, ["first", "uniform"], "{}", forecast.text);
        let about_shares = forecast.text.contains("share") || forecast.kind == "weights";
        assert!(forecast.predictors.iter().all(|said| said.silent.is_none() == about_shares), "{}", forecast.text);
    }
    assert_eq!(outcome.forecasts[0].predictors[0].scores, [score(first).energy]);
    let number =
        outcome.forecasts.iter().find(|forecast| forecast.text.starts_with("share(to_cheese) =")).expect("asked");
    let rules: Vec<&str> = number.predictors[0].scores.iter().map(|score| score.rule.as_str()).collect();
    assert_eq!(rules, ["interval", "crps"]);
    let author = outcome.skills.iter().find(|skill| skill.forecaster == "author").expect("scored");
    let scored = outcome.forecasts.iter().filter(|forecast| forecast.scores.first().is_some_and(|s| s.scale.is_some()));
    assert_eq!((author.reference.as_str(), author.tasks), ("uniform", scored.count()));
    scored_again(&outcome);
    let report = terminal(&outcome, Style::default());
    for words in
        ["PREDICTORS", "over", "broken has no forecast: it panicked: out of ideas", "first says nothing of strengths"]
    {
        assert!(report.contains(words), "no `{words}` in {report}");
    }
}

/// What `score` makes of an outcome's own forecasts is what the run made of them.
fn scored_again(outcome: &Outcome) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("outcome.json");
    fs::write(&file, serde_json::to_string(outcome).expect("an outcome is JSON")).expect("a file");
    let again = |forecaster: Option<&str>| -> Value {
        let forecaster = forecaster.map(str::to_string);
        let arguments = Score { forecast: file.clone(), outcome: file.clone(), forecaster, format: Format::Json };
        let report = score(&arguments, Style::default(), None);
        assert_eq!((report.code, report.stderr.as_str()), (0, ""));
        serde_json::from_str(&report.stdout).expect("JSON")
    };
    let json = |value: &dyn Fn() -> serde_json::Result<Value>| value().expect("JSON");
    let author = again(None);
    for (again, forecast) in author["forecasts"].as_array().expect("a list").iter().zip(&outcome.forecasts) {
        assert_eq!(again["scores"], json(&|| serde_json::to_value(&forecast.scores)), "{}", forecast.text);
    }
    assert_eq!(author["verdict"], json(&|| serde_json::to_value(&outcome.verdict)));
    let first = again(Some("first"));
    for (again, forecast) in first["forecasts"].as_array().expect("a list").iter().zip(&outcome.forecasts) {
        // Ranges and probabilities as they are; of shares only the means are printed, and how sure it is of a number is not.
        if forecast.kind == "weights" {
            assert!(again["note"].is_string() && again["scores"][0]["rule"] == "energy", "{again}");
        } else {
            let known: Vec<_> = forecast.predictors[0].scores.iter().filter(|score| score.rule != "crps").collect();
            assert_eq!(again["scores"], json(&|| serde_json::to_value(&known)), "{}", forecast.text);
            assert_eq!(again["not_scored"].is_string(), known.is_empty());
        }
    }
    let arguments =
        Score { forecast: file.clone(), outcome: file.clone(), forecaster: Some("frist".into()), format: Format::Json };
    let report = score(&arguments, Style::default(), None);
    assert!(report.code == 2 && report.stderr.contains("did you mean `first`?"), "{}", report.stderr);
}

#[test]
fn what_other_studies_did_is_given_and_what_the_study_did_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let study = learned();
    let mut other = learned();
    other.name = "cousin".to_string();
    other.world.layout = Layout::Room { width: 3, height: 2 };
    // The same networks under another name and with another rule.
    let mut twin = learned();
    twin.name = "twin".to_string();
    twin.heuristics[0].condition = Condition::Always;
    let uniform: &[Arc<dyn Predictor>] = &[Arc::new(Uniform)];
    let alone = run(&study, uniform, folder.path());
    assert_eq!(run(&study, uniform, folder.path()).ids, alone.ids, "its own run tells it nothing");
    let beside = tempfile::tempdir().expect("a temporary folder");
    let twins = run(&twin, uniform, beside.path());
    assert!(twins.results.training.learned && twins.ids.training == alone.ids.training);
    assert_eq!(run(&study, uniform, beside.path()).ids, alone.ids, "nor do its own networks under another name");
    let told = run(&other, uniform, folder.path());
    assert!(told.results.training.learned, "or it would count for nothing");
    let again = run(&study, uniform, folder.path());
    assert_ne!(again.ids.scoring, alone.ids.scoring);
    let same = |of: fn(&shardbed::outcome::Ids) -> &String| of(&again.ids) == of(&alone.ids);
    assert!(same(|ids| &ids.prediction) && same(|ids| &ids.training) && same(|ids| &ids.measurement));
    assert_ne!(run(&study, &[Arc::new(First)], folder.path()).ids.scoring, again.ids.scoring);

    let store = Store::open(folder.path()).expect("a store");
    let known = |study: &Study| earlier(&store, study).expect("readable");
    let [of_other] = &known(&study)[..] else { panic!("{:?}", known(&study)) };
    assert_eq!(of_other.heuristics, other.heuristics);
    let shares: Vec<f64> = told.results.heuristics.iter().map(|h| h.share.mean.expect("selected")).collect();
    assert_eq!(of_other.shares, shares);
    // In disguise: other names, other settings, another agent.
    let mut renamed = study.clone();
    renamed.name = "renamed".to_string();
    renamed.forecasts.clear();
    renamed.train.seeds = 5;
    renamed.train.discount = 0.5;
    renamed.agent.hidden = vec![33];
    renamed.heuristics.reverse();
    assert_eq!(known(&renamed), known(&study));
    // A third that is neither is told of both, in an order that is not that of the store.
    let mut third = renamed;
    third.world.carry = Some(1);
    assert_eq!(known(&third).len(), 2);
    // Later runs with fewer seeds, or that learned nothing, hide nothing and add nothing.
    let before = known(&third);
    let mut short = study.clone();
    short.train.seeds = 2;
    run(&short, uniform, folder.path());
    short.train.seeds = 4;
    short.train.learning_rate = 1e-9;
    assert!(!run(&short, uniform, folder.path()).results.training.learned);
    assert_eq!(known(&third), before);
}
