//! What pi_w does in worlds, against cases that are known and against networks that follow it.

use shardbed::experiment::measure::Measurement;
use shardbed::experiment::setup::Setup;
use shardbed::experiment::solvers::{meter, rollout};
use shardbed::language::read;
use shardbed::network::fused::logits;
use shardbed::network::parameters::Parameters;
use shardbed::predictor::enact::{causal, in_worlds, magnitude, watched};
use shardbed::predictor::prediction::{Chain, InWorld};
use shardbed::predictor::task::Task;
use shardbed::seed::Seed;
use shardbed::selection::causal as of_network;
use shardbed::solver::dominant::Moment;
use shardbed::study::Study;
use shardbed::study::forecast::{Behaviour, Goal};
use shardbed::validation::circuit::units;
use shardbed::validation::wiring::{Wiring, wire};

/// A room in which every rule can be wired, with a place, walls and two objects in it.
const WIRED: &str = "edition 1\n\
    world pen { layout room 7x5; view offsets; horizon 40; object ant { respawns }; object bee { respawns } }\n\
    study wired {\n on pen\n agent mlp(8)\n train ppo { }\n\
     heuristic to_ant { if ant within 3 then move toward ant }\n\
     heuristic to_bee { if bee visible then move toward bee }\n\
     heuristic northward { if at columns(0, 2) then move north }\n\
     heuristic avoid_walls { if wall north or wall south then move free }\n\
     scenario far { layout room 7x5; start corner(north, west); object bee { at corner(south, east) } }\n}\n";
const STRENGTHS: [f64; 4] = [2.0, 1.2, 1.7, 0.9];

/// A row of cells with the cheese at its east end.
const ROW: &str = "edition 1\n\
    world row { layout room 4x1; start cell(0, 0); horizon 30; object cheese { at cell(3, 0); reward +1; ends } }\n\
    study one {\n on row\n agent mlp(8)\n train ppo { }\n\
     heuristic to_cheese { if cheese visible then move toward cheese }\n\
     heuristic wait { if always then stay }\n\
     heuristic to_bee { if bee visible then move toward bee }\n\
     scenario bees { start cell(2, 0); object cheese { count 0 }; object bee { at cell(0, 0) } }\n\
     phase sour { object cheese { reward -1 } }\n}\n";

fn study(text: &str) -> Study {
    read(text).unwrap_or_else(|findings| panic!("{findings:?}")).studies.remove(0)
}

fn shipped(name: &str) -> Study {
    study(&std::fs::read_to_string(format!("{}/predictions/{name}.shard", env!("CARGO_MANIFEST_DIR"))).unwrap())
}

fn task(study: &Study) -> Task {
    Task::new(study, Vec::new()).unwrap()
}

fn chain(world: &InWorld) -> &Chain {
    world.chain.as_ref().unwrap()
}

/// The mean of a behaviour in the world with this index.
fn mean(task: &Task, training: usize, worlds: &[InWorld], world: usize, behaviour: &Behaviour) -> f64 {
    let index = task.arenas[training][world].behaviours.iter().position(|own| own == behaviour).unwrap();
    worlds[world].behaviours.as_ref().unwrap()[index]
}

#[test]
fn who_follows_one_rule_alone_does_what_it_says() {
    let task = task(&study(ROW));
    let worlds = in_worlds(&task, 0, &[90.0, 20.0, 60.0], 80, Seed(1)).unwrap();
    let goal = Goal::Object("cheese".to_string());
    let cheese = Behaviour::Reach { goal, before: None, within: None };
    let of = |behaviour: &Behaviour| mean(&task, 0, &worlds, 0, behaviour);
    assert_eq!([of(&Behaviour::Return), of(&Behaviour::Length), of(&cheese)], [1.0, 3.0, 1.0]);
    // Two steps are left, with the cheese next; nothing else ever acts.
    let own = chain(&worlds[0]);
    assert_eq!(own.rows, [Some(vec![1.0, 0.0, 0.0, 0.0]), None, None, None]);
    // One bout is completed in each episode: it has no next.
    assert_eq!((&own.returns, &own.cycles), (&vec![None; 3], &Vec::<Vec<usize>>::new()));
    // Eighty events, none of them in an episode that could hold a cycle.
    assert_eq!(own.testable, [true, false, false, false]);
    // Two steps to the bee, and then there is nothing but to wait.
    assert_eq!(mean(&task, 0, &worlds, 1, &Behaviour::Length), 30.0);
    let rows = [None, Some(vec![0.0, 1.0, 0.0, 0.0]), Some(vec![0.0, 0.5, 0.5, 0.0]), None];
    assert_eq!(chain(&worlds[1]).rows, rows);
    // What counts as acting is what would in the world of the training.
    let weak = in_worlds(&task, 0, &[90.0, 0.5, 0.5], 80, Seed(1)).unwrap();
    assert_eq!(chain(&weak[1]).rows, [None, None, None, Some(vec![0.0, 0.0, 0.0, 1.0])]);
}

#[test]
fn a_phase_is_asked_about_in_its_own_world() {
    let task = task(&study(ROW));
    let worlds = in_worlds(&task, 1, &[60.0, 0.0, 0.0], 20, Seed(1)).unwrap();
    assert_eq!(worlds.len(), task.arenas[1].len());
    assert_eq!(mean(&task, 1, &worlds, 0, &Behaviour::Return), -1.0);
}

#[test]
fn rules_that_are_followed_in_no_way_leave_the_steps_to_other() {
    let task = task(&study(ROW));
    let worlds = in_worlds(&task, 0, &[-1.0, 0.0, -2.0], 20, Seed(2)).unwrap();
    let other = chain(&worlds[0]).rows[3].as_ref().unwrap();
    assert_eq!(other, &[0.0, 0.0, 0.0, 1.0]);
    let wrong = in_worlds(&task, 0, &[1.0], 20, Seed(2)).unwrap_err();
    assert_eq!(wrong.to_string(), "there are 1 strengths, and 3 are needed");
}

#[test]
fn the_loop_of_the_relay_is_a_cycle() {
    let task = task(&shipped("relay"));
    let worlds = in_worlds(&task, 0, &[6.0, 6.0, 6.0, 0.5], 60, Seed(3)).unwrap();
    let own = chain(&worlds[0]);
    assert_eq!(own.cycles, [[0, 1, 2]]);
    assert_eq!(own.testable, [true; 5]);
    assert!(own.returns[..3].iter().all(|steps| steps.is_some_and(|steps| (10.0..20.0).contains(&steps))), "{own:?}");
    assert!(mean(&task, 0, &worlds, 0, &Behaviour::Return) > 4.0);
    assert_eq!(in_worlds(&task, 0, &[6.0, 6.0, 6.0, 0.5], 60, Seed(3)).unwrap(), worlds, "the same bits");
}

/// The network that is wired to follow the rules of a study.
fn network(setup: &Setup, wiring: Wiring) -> Parameters {
    let circuits: Vec<_> = setup.study.heuristics.iter().map(|h| units(h, &setup.sight).unwrap()).collect();
    wire(setup.sight.bits(), &circuits, &STRENGTHS, wiring, &mut Seed(3).stream(wiring.name(), &[]))
}

#[test]
fn a_network_that_follows_the_rules_has_their_activities_at_every_step() {
    let study = study(WIRED);
    let (setup, task) = (Setup::new(&study).unwrap(), task(&study));
    let measurement = Measurement::prepare(&setup).unwrap();
    let own = task.absence().unwrap().meter(&STRENGTHS);
    for wiring in Wiring::ALL {
        let parameters = network(&setup, wiring);
        let meter = meter(&setup, &measurement, &parameters);
        assert_eq!(meter.cue_of, own.cue_of.iter().map(|&cue| index_of(own.cues[cue].0, &meter)).collect::<Vec<_>>());
        for (arena, twin) in setup.arenas[0].iter().zip(&task.arenas[0]) {
            let seed = Seed(7);
            let of_network = rollout(&setup, &meter, arena, &parameters, seed, &mut |_| {}).unwrap();
            // The same levels, and the same luck.
            let mut random = seed.stream("network policy", &[]);
            let (episodes, of_rules) =
                watched(&task, twin, &own, &STRENGTHS, of_network.len(), seed, &mut random).unwrap();
            assert!(episodes.iter().zip(&of_rules).all(|(episode, moments)| episode.length as usize == moments.len()));
            let pairs: Vec<(&Moment, &Moment)> = of_network.iter().flatten().zip(of_rules.iter().flatten()).collect();
            assert_eq!(of_network.iter().flatten().count(), of_rules.iter().flatten().count());
            let alike = |(one, other): &&(&Moment, &Moment)| {
                (one.leaders, one.reached, one.goes_on) == (other.leaders, other.reached, other.goes_on)
                    && (one.activity - other.activity).abs() < 0.01
            };
            let alike = pairs.iter().filter(alike).count();
            assert!(alike as f64 > 0.999 * pairs.len() as f64, "{wiring:?}: {alike} of {}", pairs.len());
        }
    }
}

fn index_of(looks: u64, meter: &shardbed::selection::activity::Meter) -> usize {
    meter.cues.iter().position(|(own, _)| *own == looks).unwrap()
}

#[test]
fn causal_strengths_and_magnitudes_are_those_of_a_network_that_follows_the_rules() {
    let study = study(WIRED);
    let (setup, task) = (Setup::new(&study).unwrap(), task(&study));
    let measurement = Measurement::prepare(&setup).unwrap();
    let parameters = network(&setup, Wiring::Split);
    let (bank, full) = (&measurement.bank, logits(&parameters, &measurement.bank.observations));
    let bare = measurement.bare(&parameters);
    let found = causal(&task, &STRENGTHS).unwrap();
    for (h, found) in found.iter().enumerate() {
        let known = of_network::measure(&bank.features, h, &full, bare.without(h)).filter(|_| measurement.has_cue[h]);
        match (found, known) {
            (Some(found), Some(known)) => {
                assert!((found - known.strength).abs() < 1e-4 && (found - STRENGTHS[h]).abs() < 1e-4)
            }
            (None, None) => assert!(h > 1),
            (found, known) => panic!("{h}: {found:?} {known:?}"),
        }
    }
    let known = meter(&setup, &measurement, &parameters).magnitudes(&bank.features, &full, |h| bare.without(h));
    for (found, known) in magnitude(&task, &STRENGTHS).unwrap().iter().zip(known) {
        assert!((found.unwrap() - known.unwrap()).abs() < 0.01, "{found:?} {known:?}");
    }
}

#[test]
fn a_rule_that_shares_its_cue_takes_part_in_the_effect() {
    // Both name the cheese, so that it takes both away, and they recommend the same where it lies to the east.
    let both = study(
        "edition 1\nworld row { layout room 4x1; start cell(0, 0); horizon 9; object cheese { at cell(3, 0); ends } }\nstudy two {\n on row\n \
         agent mlp(8)\n train ppo { }\n heuristic toward { if cheese visible then move toward cheese }\n \
         heuristic go_east { if cheese visible then move east }\n heuristic bees { if bee visible then stay }\n \
         scenario bees { object bee { count 0 } }\n}\n",
    );
    let found = causal(&task(&both), &[1.5, 0.5, 3.0]).unwrap();
    assert!((found[0].unwrap() - 2.0).abs() < 1e-5 && (found[1].unwrap() - 2.0).abs() < 1e-5, "{found:?}");
    assert_eq!(found[2], None);
    assert_eq!(magnitude(&task(&both), &[1.5, 0.5, 3.0]).unwrap()[2], None);
}
