//! The reference predictors: each answers with what its formula says, in cases where that is known.

use shardbed::language::read;
use shardbed::predictor::Predictor;
use shardbed::predictor::bias_only::BiasOnly;
use shardbed::predictor::earlier::Earlier;
use shardbed::predictor::empirical::EmpiricalFrequency;
use shardbed::predictor::finite::{Finite, FiniteState, Move};
use shardbed::predictor::firing::FiringFrequency;
use shardbed::predictor::first_step::{FirstStep, gradient};
use shardbed::predictor::guard::sensible;
use shardbed::predictor::prediction::{Prediction, Selection, Topic};
use shardbed::predictor::registry::predictors;
use shardbed::predictor::task::Task;
use shardbed::seed::Seed;
use shardbed::study::Study;
use shardbed::study::forecast::Behaviour;
use shardbed::world::action::{ActionSet, Side};
use shardbed::world::image::Image;
use shardbed::world::spec::Place;
use std::sync::Arc;

/// A row of two cells, the cheese in the east. Its statements and its heuristics are the caller's.
fn study(world: &str, heuristics: &str) -> Study {
    let text = format!(
        "edition 1\nworld row {{ layout room 2x1; start cell(0, 0); horizon 200; {world} }}\nstudy one {{\n on row\n agent mlp(8)\n \
         train ppo {{ discount 0.9; lambda 0.8 }}\n {heuristics}\n}}\n"
    );
    read(&text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0)
}

const CHEESE: &str = "object cheese { at cell(1, 0); reward +1; ends }";
/// Toward the cheese, away from it, and about what only a scenario shows.
const RULES: &str = "heuristic go_east { if cheese visible then move toward cheese }\n \
                     heuristic go_west { if always then move west }\n \
                     heuristic bee { if bee visible then stay }\n scenario bees { layout room 3x1; object bee { } }";

fn predict(predictor: &dyn Predictor, study: &Study, earlier: Vec<Earlier>) -> Prediction {
    let task = Task::new(study, earlier).unwrap();
    let prediction = predictor.predict(&task).unwrap();
    assert_eq!(sensible(&prediction, &task), Ok(()));
    assert_eq!(predictor.predict(&task).unwrap(), prediction, "the same bits");
    prediction
}

/// What is selected after a training.
fn selection(prediction: &Prediction, training: usize) -> &Selection {
    prediction.draws[0].trainings[training].selection.as_ref().unwrap()
}

fn close(selection: &Selection, expected: &[f64], tolerance: f64) {
    let shares = selection.shares().expect("something is selected");
    assert_eq!(shares.len(), expected.len());
    let close = shares.iter().zip(expected).all(|(share, expected)| (share - expected).abs() <= tolerance);
    assert!(close, "{shares:?} {expected:?}");
}

#[test]
fn bias_only_divides_by_bias() {
    let rules = "heuristic one { if always then move east; bias 3 }\n heuristic two { if always then stay }\n \
                 heuristic three { if always then move west; bias measured }";
    let found = predict(&BiasOnly, &study(CHEESE, rules), Vec::new());
    close(selection(&found, 0), &[0.6, 0.2, 0.2], 1e-12);
    assert_eq!(found.silence(Topic::Strengths), Some("it looks at biases alone"));
}

#[test]
fn firing_frequency_counts_where_a_random_policy_comes() {
    // Where the cheese ends the episode, it is always in view; what only a scenario shows never is.
    let found = predict(&FiringFrequency, &study(CHEESE, RULES), Vec::new());
    close(selection(&found, 0), &[0.5, 0.5, 0.0], 0.0);
    let never = "heuristic bee { if bee visible then stay }\n scenario bees { layout room 3x1; object bee { } }\n \
                 phase bees_too { layout room 3x1; object bee { } }";
    let found = predict(&FiringFrequency, &study(CHEESE, never), Vec::new());
    assert_eq!(selection(&found, 0), &Selection::Nothing);
    close(selection(&found, 1), &[1.0], 0.0);
}

#[test]
fn the_first_step_is_the_exact_gradient_up_to_the_luck_of_its_samples() {
    let study = study(CHEESE, RULES);
    let task = Task::new(&study, Vec::new()).unwrap();
    // Only east leads anywhere, and ends the episode.
    let stay = || vec![Move { probability: 1.0, reward: 0.0, next: Some(0) }];
    let east = vec![Move { probability: 1.0, reward: 1.0, next: None }];
    let sets = vec![ActionSet(0b00100), ActionSet(0b01000), ActionSet::EMPTY];
    let state = FiniteState { sets, available: ActionSet::ALL, moves: [stay(), stay(), east, stay(), stay()] };
    let exact = Finite { states: vec![state], start: vec![1.0], horizon: 200, discount: 0.9, lambda: 0.8 };
    let exact = FirstStep.expected_update(&exact, &[1.0; 3], &[0.0; 3], &[0.0]).unwrap();
    let found = gradient(&task, 0, 100_000, Seed(1)).unwrap();
    assert!(exact[0] > 0.1 && exact[1] < -0.02, "{exact:?}");
    assert!(found.iter().zip(&exact).all(|(found, exact)| (found - exact).abs() < 0.004), "{found:?} {exact:?}");
    assert_eq!(found[2], 0.0);
}

#[test]
fn the_first_step_follows_reward_and_bias() {
    let step = |world: &str, rules: &str| predict(&FirstStep, &study(world, rules), Vec::new());
    close(selection(&step(CHEESE, RULES), 0), &[1.0, 0.0, 0.0], 0.0);
    // What is punished is left to who leads away, and without any reward nobody gains.
    let sour = "object cheese { at cell(1, 0); reward -1; ends }";
    close(selection(&step(sour, RULES), 0), &[0.0, 1.0, 0.0], 0.0);
    assert_eq!(selection(&step("object cheese { at cell(1, 0); ends }", RULES), 0), &Selection::Nothing);
    let twins = "heuristic one { if cheese visible then move toward cheese; bias 3 }\n \
                 heuristic two { if cheese visible then move east }\n phase sour { object cheese { reward -1 } }";
    let twins = step(CHEESE, twins);
    close(selection(&twins, 0), &[0.75, 0.25], 1e-12);
    assert_eq!(selection(&twins, 1), &Selection::Nothing);
}

#[test]
fn empirical_frequency_looks_at_rules_of_the_same_kind() {
    // The bee is in a scenario alone, so that a rule about it never fires in training.
    let one = study(CHEESE, &RULES.replace("if bee visible", "if always"));
    // Toward looks got .9 of two rules and .3 of three: 1.8 and .9. To a side .1 of two. Staying is not known.
    let earlier = |heuristics: &str, shares: &[f64], selected: &[f64]| Earlier {
        heuristics: study(CHEESE, heuristics).heuristics,
        shares: shares.to_vec(),
        selected: selected.to_vec(),
    };
    let toward = "heuristic a { if cheese visible then move toward cheese }";
    let unfired = predict(&EmpiricalFrequency, &study(CHEESE, RULES), vec![earlier(toward, &[1.0], &[1.0])]);
    close(selection(&unfired, 0), &[0.5, 0.5, 0.0], 1e-12);
    // Nothing is known of any rule: it says so, and does not call them even.
    for nothing in [Vec::new(), vec![earlier("heuristic a { if cheese visible then stay }", &[1.0], &[1.0])]] {
        let silent = predict(&EmpiricalFrequency, &one, nothing);
        assert!(silent.silence(Topic::Shares).is_some() && silent.silence(Topic::Selected).is_some());
        assert!(silent.draws[0].trainings.iter().all(|after| after.selection.is_none()));
    }
    let known = vec![
        earlier(&format!("{toward}\n heuristic b {{ if always then move north }}"), &[0.9, 0.1], &[1.0, 0.0]),
        earlier(
            &format!(
                "{toward}\n heuristic b {{ if cheese visible then move north }}\n heuristic c {{ if always then move free }}"
            ),
            &[0.3, 0.7, 0.0],
            &[0.5, 1.0, 0.25],
        ),
    ];
    let found = predict(&EmpiricalFrequency, &one, known);
    let sum = 1.35 + 0.2 + 1.0;
    close(selection(&found, 0), &[1.35 / sum, 0.2 / sum, 1.0 / sum], 1e-12);
    let selected = |h: usize| {
        let own = |draw: &&_| -> bool {
            let draw: &shardbed::predictor::prediction::Draw = draw;
            draw.trainings[0].selected.as_ref().unwrap()[h]
        };
        found.draws.iter().filter(own).count() as f64 / found.draws.len() as f64
    };
    // Toward looks 1 and .5 of the seeds, in two studies: (2 x .75 + .5) / 3. To a side in one of them never: .5 / 2. Staying
    // as all in each study on average, .5 and 1.75 / 3: (.5 + 1.75 / 3 + .5) / 3 = .528.
    assert_eq!([0, 1, 2].map(selected), [0.67, 0.25, 0.53]);
}

#[test]
fn they_answer_for_shipped_studies_of_every_kind() {
    for name in ["corner_cheese", "sour_cheese", "key_door", "blocking"] {
        let path = format!("{}/predictions/{name}.shard", env!("CARGO_MANIFEST_DIR"));
        let study = read(&std::fs::read_to_string(path).unwrap()).unwrap().studies.remove(0);
        let task = Task::new(&study, Vec::new()).unwrap();
        let names = ["uniform", "bias only", "firing frequency", "first gradient step", "empirical frequency"];
        let own = |own: &str| predictors().into_iter().find(|predictor| predictor.name() == own).expect("registered");
        for predictor in names.map(own) {
            let prediction = predictor.predict(&task).unwrap();
            assert_eq!(sensible(&prediction, &task), Ok(()), "{name}: {}", predictor.name());
        }
    }
}

/// A forecast asks for a scenario after the first of two phases, and for a place there.
#[test]
fn the_image_of_a_task_has_the_images_of_its_worlds() {
    let text = "edition 1\nworld w { layout room 4x3; object cheese { reward +1; ends } }\nstudy s {\n on w\n \
                agent mlp(4)\n train ppo { steps 1k; seeds 8 }\n heuristic r { if always then move east }\n \
                scenario moved { object cheese { at cell(0, 0) } }\n phase one after train { slip 5% }\n \
                phase two after train { slip 10% }\n \
                predict time(at edge(east)) in moved after one = 1% to 50%\n}\n";
    let study = read(text).unwrap().studies.remove(0);
    let task = Arc::new(Task::new(&study, Vec::new()).unwrap());
    let turned = Task::image(&task, Image::EastWest).unwrap();
    assert_eq!(task.arenas.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    for (arenas, images) in task.arenas.iter().zip(&turned.arenas) {
        assert_eq!(arenas.len(), images.len());
        for (arena, image) in arenas.iter().zip(images) {
            assert_eq!((&image.name, image.training, image.scenario), (&arena.name, arena.training, arena.scenario));
            assert_eq!(image.engine.world(), &Image::EastWest.world(arena.engine.world()));
        }
    }
    let asked = |own: &Task, side| own.arenas[1][1].behaviours.contains(&Behaviour::TimeAt(Place::Edge(side)));
    assert!(asked(&task, Side::East) && asked(&turned, Side::West) && !asked(&turned, Side::East));
}
