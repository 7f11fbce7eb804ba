//! Learned solvers on networks that were trained, against the target that each step is known to have.

mod trained;

use shardbed::behaviour::policy::{Policy, Sampled};
use shardbed::experiment::setup::Setup;
use shardbed::language::read;
use shardbed::network::parameters::Parameters;
use shardbed::parallel::side_by_side;
use shardbed::seed::Seed;
use shardbed::solver::labels::label;
use shardbed::solver::learned::learn;
use shardbed::study::Study;
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use shardbed::world::environment::Ending;
use shardbed::world::lit::LitRows;
use std::ops::Range;

const EPISODES: usize = 100;
/// The method's constants were chosen on networks of the seeds 0 to 3.
const SEEDS: Range<usize> = 4..8;

/// The steps of episodes, one episode after the other.
struct Steps {
    observations: LitRows,
    lengths: Vec<usize>,
    /// The index of the kind that the agent is on its way to; nothing where the episode ends before it is known.
    targets: Vec<Option<usize>>,
}

/// What is known while the agent is under way: the kind to go to for what is in hand, or nothing, and then the kind that is
/// touched next is the target.
type Known = fn(&[u32]) -> Option<usize>;

/// Plays a network's own policy.
fn play(engine: &Engine, network: &Parameters, known: Known, seed: Seed) -> Steps {
    let mut batch = Batch::new(engine, EPISODES, seed).unwrap();
    let mut policy = Sampled::new(network, seed);
    let mut actions = vec![0; EPISODES];
    let mut episodes = vec![(LitRows::new(), Vec::new()); EPISODES];
    while batch.endings().contains(&Ending::None) {
        let running: Vec<bool> = batch.endings().iter().map(|ending| *ending == Ending::None).collect();
        for (i, (observations, targets)) in episodes.iter_mut().enumerate().filter(|(i, _)| running[*i]) {
            batch.observe_one(i, observations);
            targets.push(known(batch.borrow(i).held));
        }
        policy.act(&batch, &mut actions);
        batch.step(&actions);
        for (i, (_, targets)) in episodes.iter_mut().enumerate().filter(|(i, _)| running[*i]) {
            let touched = (0..engine.world().objects.len()).find(|&kind| batch.touched()[i].contains(kind));
            if touched.is_some() {
                targets.iter_mut().rev().take_while(|target| target.is_none()).for_each(|target| *target = touched);
            }
        }
    }
    let mut steps = Steps { observations: LitRows::new(), lengths: Vec::new(), targets: Vec::new() };
    for (observations, mut targets) in episodes {
        steps.observations.append(&observations);
        steps.lengths.push(targets.len());
        steps.targets.append(&mut targets);
    }
    steps
}

fn study(name: &str) -> Study {
    let path = format!("{}/predictions/{name}.shard", env!("CARGO_MANIFEST_DIR"));
    read(&std::fs::read_to_string(path).unwrap()).unwrap().studies.remove(0)
}

/// The normalised mutual information and the accuracy in each seed, of as many learned solvers as kinds and of one more.
fn reached(name: &str, kinds: usize, known: Known) -> [Vec<(f64, f64)>; 2] {
    let study = study(name);
    let setup = Setup::new(&study).unwrap();
    let networks = trained::snapshots(&setup);
    let one = |index: usize| {
        let seed = SEEDS.start + index;
        let network = &networks[seed].last().unwrap().parameters;
        let root = Seed(seed as u64).child("episodes", &[]);
        let steps = play(&setup.own_arena(0).engine, network, known, root);
        [kinds, kinds + 1].map(|k| {
            let found = learn(network, &steps.observations, &steps.lengths, k).unwrap();
            let labels = label(k, &found.dominant, kinds, &steps.targets);
            (labels.information, labels.accuracy)
        })
    };
    let reached = side_by_side(2, SEEDS.len(), one).unwrap();
    [0, 1].map(|more| reached.iter().map(|seed| seed[more]).collect())
}

#[test]
#[ignore = "trains three studies, which takes some minutes: `.ci/run` does it"]
fn learned_solvers_name_the_target() {
    let in_hand = |held: &[u32]| Some(held.iter().position(|held| *held > 0).map_or(0, |kind| kind + 1));
    // Per study, the least accuracy of K and of K + 1 learned solvers in any seed.
    let studies: [(&str, usize, Known, [f64; 2]); 3] = [
        ("deliver", 2, in_hand, [0.99, 0.97]),
        ("relay", 3, in_hand, [0.97, 0.85]),
        ("forage", 3, |_| None, [0.83, 0.83]),
    ];
    for (name, kinds, known, least) in studies {
        for (more, (reached, least)) in reached(name, kinds, known).into_iter().zip(least).enumerate() {
            let mean = |value: fn(&(f64, f64)) -> f64| reached.iter().map(value).sum::<f64>() / reached.len() as f64;
            let worst = reached.iter().map(|(_, accuracy)| *accuracy).fold(1.0, f64::min);
            println!(
                "{name} with {} learned solvers: information {:.3}, accuracy {:.3} ({worst:.3} at least)",
                kinds + more,
                mean(|reached| reached.0),
                mean(|reached| reached.1)
            );
            assert!(worst >= least, "{name}: {reached:?}");
        }
    }
}
