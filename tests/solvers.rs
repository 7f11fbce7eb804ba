//! Solvers against what is known to act: in networks wired by hand exactly, in trained ones nearly always. And whether they
//! lead to one another in a circle, where a world demands it and where it does not.

mod trained;

use shardbed::attribution::contribution::contributions;
use shardbed::attribution::gradients::attribute;
use shardbed::experiment::chain::Chain;
use shardbed::experiment::measure::{Measurement, Player};
use shardbed::experiment::observer::Silent;
use shardbed::experiment::setup::Setup;
use shardbed::experiment::solvers::{CHAIN_EPISODES, meter, rollout, solving};
use shardbed::heuristic::feature::phi;
use shardbed::heuristic::scene::Scene;
use shardbed::language::read;
use shardbed::markov::solver_cycle::SolverCycles;
use shardbed::network::fused::logits;
use shardbed::network::initialise::orthogonal;
use shardbed::network::parameters::Parameters;
use shardbed::parallel::side_by_side;
use shardbed::seed::Seed;
use shardbed::selection::features::fisher_weights;
use shardbed::selection::strength;
use shardbed::solver::bouts::Episode;
use shardbed::solver::by_unit::by_unit;
use shardbed::solver::dominant::{Moment, floor};
use shardbed::study::Study;
use shardbed::study::solver::Solver;
use shardbed::validation::circuit::units;
use shardbed::validation::solvers::{Plan, dominances};
use shardbed::validation::wiring::{Wiring, wire};
use shardbed::world::action::ActionSet;
use shardbed::world::batch::Batch;
use shardbed::world::environment::Ending;
use shardbed::world::paths::Paths;

const WIRED: &str = "
edition 1
world pen {
  layout room 7x5
  view offsets
  horizon 40
  object ant { respawns }
  object bee { respawns }
}
study wired {
  on pen
  agent mlp(8)
  train ppo { }
  heuristic to_ant { if ant within 3 then move toward ant }
  heuristic to_bee { if bee visible then move toward bee }
  heuristic northward { if at columns(0, 2) then move north }
}
";
/// By name, in the order of the study above.
const STRENGTHS: [(&str, f64); 3] = [("to_ant", 4.0), ("to_bee", 2.5), ("northward", 3.1)];
/// `forage` without its fish.
const TWO_FOODS: &str = "
edition 1
world meadow {
  layout room 8x8
  view offsets
  horizon 60
  object berry { count 2; reward +1; respawns }
  object nut { count 2; reward +1; respawns }
}
study two_foods {
  on meadow
  agent mlp(64, 64)
  train ppo { steps 500k; seeds 8; discount 0.95; entropy 0.01 }
  heuristic to_berry { if berry visible then move toward berry }
  heuristic to_nut { if nut visible then move toward nut }
  heuristic avoid_walls { if wall north or wall south or wall east or wall west then move free }
}
";

fn study(text: &str) -> Study {
    read(text).unwrap().studies.remove(0)
}

fn shipped(name: &str) -> Study {
    study(&std::fs::read_to_string(format!("{}/predictions/{name}.shard", env!("CARGO_MANIFEST_DIR"))).unwrap())
}

fn strengths(study: &Study) -> Vec<f64> {
    let of = |name: &str| STRENGTHS.iter().find(|(own, _)| *own == name).unwrap().1;
    study.heuristics.iter().map(|heuristic| of(&heuristic.name)).collect()
}

fn wired(setup: &Setup, wiring: Wiring) -> Parameters {
    let circuits: Vec<_> = setup.study.heuristics.iter().map(|h| units(h, &setup.sight).unwrap()).collect();
    let mut random = Seed(3).stream(wiring.name(), &[]);
    wire(setup.sight.bits(), &circuits, &strengths(setup.study), wiring, &mut random)
}

/// What the rules recommend at each step of each episode.
#[derive(Default)]
struct Watched {
    sets: Vec<Vec<Vec<ActionSet>>>,
    ended: Vec<bool>,
}

impl Watched {
    fn see(&mut self, setup: &Setup, batch: &Batch) {
        self.sets.resize(batch.len(), Vec::new());
        self.ended.resize(batch.len(), false);
        for i in 0..batch.len() {
            self.ended[i] |= batch.endings()[i] != Ending::None;
            if !self.ended[i] {
                let paths = Paths::of(batch.grid(i));
                let scene = Scene::of(batch.engine(), batch.borrow(i), &paths);
                self.sets[i].push(setup.rules.iter().map(|rule| rule.recommends(&scene)).collect());
            }
        }
    }
}

fn size(strength: f64, set: ActionSet) -> f64 {
    strength * phi(set).iter().map(|f| f * f).sum::<f64>().sqrt()
}

/// The rule that matters most, where there is one; the number of rules where none fires.
fn truth(strengths: &[f64], sets: &[ActionSet]) -> Option<usize> {
    let sizes: Vec<f64> = strengths.iter().zip(sets).map(|(strength, set)| size(*strength, *set)).collect();
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    let mut best = (0..sizes.len()).filter(|&h| sizes[h] > largest - 1e-6);
    match (largest > 0.0, best.next(), best.next()) {
        (false, ..) => Some(sizes.len()),
        (true, Some(h), None) => Some(h),
        _ => None,
    }
}

#[test]
fn in_a_wired_network_the_strongest_rule_is_dominant_at_every_step() {
    let study = study(WIRED);
    let setup = Setup::new(&study).unwrap();
    let measurement = Measurement::prepare(&setup).unwrap();
    for wiring in Wiring::ALL {
        let parameters = wired(&setup, wiring);
        let mut watched = Watched::default();
        let mut see = |batch: &Batch| watched.see(&setup, batch);
        let meter = meter(&setup, &measurement, &parameters);
        let moments = rollout(&setup, &meter, setup.own_arena(0), &parameters, Seed(7), &mut see).unwrap();
        let least = floor(moments.iter().map(Vec::as_slice));
        let mut seen = [0; 4];
        assert_eq!(moments.len(), CHAIN_EPISODES);
        for (moments, sets) in moments.iter().zip(&watched.sets) {
            let states = Episode::read(moments, 3, least).states;
            assert_eq!(states.len(), sets.len());
            for (state, sets) in states.iter().zip(sets) {
                if let Some(truth) = truth(&strengths(&study), sets) {
                    assert_eq!(*state, truth, "{wiring:?}: {sets:?}");
                    seen[truth] += 1;
                }
            }
        }
        // Not `other`: some rule fires in every state.
        assert!(seen[..3].iter().all(|count| *count > 300), "{seen:?}");
    }
}

#[test]
fn the_order_of_the_heuristics_changes_no_bout() {
    let first = study(WIRED);
    let order = [2, 0, 1];
    let heuristics = order.iter().map(|&h| first.heuristics[h].clone()).collect();
    let other = Study { heuristics, ..first.clone() };
    let episodes = |study: &Study| {
        let setup = Setup::new(study).unwrap();
        let measurement = Measurement::prepare(&setup).unwrap();
        // The same network for both.
        let parameters = wired(&Setup::new(&first).unwrap(), Wiring::Aligned);
        solving(&setup, &meter(&setup, &measurement, &parameters), 0, Player::Seed(1), &parameters, &mut |_| {})
            .unwrap()
            .remove(0)
    };
    let (one, two) = (episodes(&first), episodes(&other));
    assert_eq!(one.floor, two.floor);
    let mut events = 0;
    for (one, two) in one.episodes.iter().zip(&two.episodes) {
        let named = |states: &[usize]| states.iter().map(|&s| order.get(s).copied().unwrap_or(3)).collect::<Vec<_>>();
        assert_eq!(one.states, named(&two.states));
        assert_eq!(one.events(), named(&two.events()));
        events += one.events().len();
        let steps: usize = one.bouts.iter().map(|bout| bout.length).sum();
        assert_eq!(steps, one.states.iter().filter(|state| **state < 3).count());
        assert!(one.bouts.windows(2).all(|pair| pair[0].start + pair[0].length <= pair[1].start));
    }
    assert!(events > 300, "{events}");
    for (h, solver) in one.solvers.iter().enumerate() {
        let twin = order.iter().position(|&own| own == h).unwrap();
        assert_eq!(*solver, two.solvers[twin]);
        assert!(solver.resolved.unwrap() > 0.3 && solver.activity.unwrap() > 1.0, "{solver:?}");
    }
}

#[test]
fn a_group_is_as_active_as_its_most_active_member_and_what_is_in_no_group_is_other() {
    let alone = self::study(WIRED);
    let insects = Solver { name: "insects".into(), doc: String::new(), heuristics: vec![0, 1] };
    let study = Study { solvers: vec![insects], ..alone.clone() };
    let (setup, singles) = (Setup::new(&study).unwrap(), Setup::new(&alone).unwrap());
    let measurement = Measurement::prepare(&singles).unwrap();
    let parameters = wired(&singles, Wiring::Split);
    let states = |setup: &Setup, solvers: usize| -> Vec<usize> {
        let meter = meter(setup, &measurement, &parameters);
        let moments = rollout(setup, &meter, setup.own_arena(0), &parameters, Seed(8), &mut |_| {}).unwrap();
        moments.iter().flat_map(|moments| Episode::read(moments, solvers, 0.0).states).collect()
    };
    let (grouped, single) = (states(&setup, 1), states(&singles, 3));
    assert_eq!(grouped.len(), single.len());
    for (grouped, single) in grouped.iter().zip(single) {
        assert_eq!(*grouped, usize::from(single >= 2));
    }
}

/// What `shardbed validate --only solvers` demands, on a part of its networks.
#[test]
fn in_every_wiring_the_dominant_solver_is_the_true_one() {
    let rows = dominances(&Plan { draws: 8, distilled: 0, lessons: 10, ..Plan::full() }, 2, &Silent).unwrap();
    assert_eq!(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), ["object", "place", "wall"]);
    for row in rows {
        assert!(row.states > 500 && row.accuracy() > 0.99, "{row:?}");
    }
}

/// Integrated gradients give units the parts of an activity, and nothing is lost.
#[test]
fn the_parts_of_the_units_sum_to_the_magnitude() {
    let study = study(WIRED);
    let setup = Setup::new(&study).unwrap();
    let measurement = Measurement::prepare(&setup).unwrap();
    let bank = &measurement.bank;
    let mut active = [0; 3];
    for seed in 0..6 {
        let mut parameters = orthogonal(setup.sight.bits(), &[24, 16], Seed(seed));
        parameters.policy.bias = vec![0.4, -0.3, 0.2, 0.0, 0.1];
        parameters.policy.weight.iter_mut().for_each(|weight| *weight *= 50.0);
        let (full, bare) = (logits(&parameters, &bank.observations), measurement.bare(&parameters));
        let attribution = attribute(&parameters, &bank.observations);
        let (q, contributions) = (fisher_weights(&attribution.logits), contributions(&attribution));
        let strengths = strength::measure(&bank.features, &q, &contributions, &measurement.identified.basis).by_unit;
        let meter = meter(&setup, &measurement, &parameters);
        let magnitudes = meter.magnitudes(&bank.features, &full, |h| bare.without(h));
        for (h, whole) in magnitudes.iter().enumerate() {
            let whole = whole.unwrap();
            let parts = by_unit(&meter, &parameters, bank, &strengths, h).unwrap();
            let sum = parts.iter().sum::<f64>();
            assert!(parts.len() == 16 && (sum - whole).abs() <= 1e-4 * whole, "{seed}, {h}: {sum}, {whole}");
            let units = parts.iter().filter(|part| part.abs() > 0.01 * whole).count();
            active[h] += usize::from(whole > 0.01 && units > 3);
        }
        // Ten times what the sums may be off: to leave a baseline out would be seen.
        let size = |baseline: &[f64]| baseline.iter().fold(0.0, |most: f64, b| most.max(b.abs()));
        let most = magnitudes.iter().flatten().fold(0.0, |most: f64, own| most.max(*own));
        assert!(meter.cues.iter().all(|(_, baseline)| size(baseline) > 1e-3 * most), "{:?}, {most}", meter.cues);
    }
    // A network that was never trained may act by none of the rules: each is acted by in some.
    assert!(active.iter().all(|&networks| networks > 0), "{active:?}");
}

/// The true solver at each step of an episode, where it is known.
type Truth = fn(&Seen, usize) -> Vec<Option<usize>>;

/// What a rollout shows beside its solvers.
#[derive(Default)]
struct Seen {
    /// Per episode and step, how many of each kind are in hand.
    held: Vec<Vec<Vec<u32>>>,
    /// Per episode, the step and the kind of each touch.
    touches: Vec<Vec<(usize, usize)>>,
    ended: Vec<bool>,
}

impl Seen {
    fn see(&mut self, batch: &Batch) {
        let n = batch.len();
        self.held.resize(n, Vec::new());
        self.touches.resize(n, Vec::new());
        self.ended.resize(n, false);
        for i in 0..n {
            if self.ended[i] {
                continue;
            }
            for kind in (0..batch.engine().world().objects.len()).filter(|&kind| batch.touched()[i].contains(kind)) {
                self.touches[i].push((self.held[i].len() - 1, kind));
            }
            self.ended[i] = batch.endings()[i] != Ending::None;
            if !self.ended[i] {
                self.held[i].push(batch.borrow(i).held.to_vec());
            }
        }
    }

    /// The kind that is touched next, at each step of an episode; nothing after the last.
    fn next(&self, episode: usize) -> Vec<Option<usize>> {
        let next = |step: usize| self.touches[episode].iter().find(|(at, _)| *at >= step).map(|(_, kind)| *kind);
        (0..self.held[episode].len()).map(next).collect()
    }
}

/// Normalised mutual information, by the mean of the entropies.
fn information(pairs: &[(usize, usize)]) -> f64 {
    let entropy = |symbols: Vec<usize>| -> f64 {
        let mut counts = std::collections::BTreeMap::new();
        symbols.iter().for_each(|symbol| *counts.entry(*symbol).or_insert(0.0) += 1.0 / symbols.len() as f64);
        counts.values().map(|p: &f64| -p * p.ln()).sum()
    };
    let left = entropy(pairs.iter().map(|(left, _)| *left).collect());
    let right = entropy(pairs.iter().map(|(_, right)| *right).collect());
    let both = entropy(pairs.iter().map(|(left, right)| left * 100 + right).collect());
    2.0 * (left + right - both) / (left + right)
}

/// One network: the share of steps at which the dominant solver is the true one, and the normalised mutual information;
/// the part of the events that repeat the one before, in the chain and in truth, and of independent ones.
struct Found {
    accuracy: f64,
    information: f64,
    repeats: [f64; 3],
}

fn find(setup: &Setup, measurement: &Measurement, seed: u64, parameters: &Parameters, truth: Truth) -> Found {
    let arena = setup.own_arena(0);
    let root = Player::Seed(seed).seed(setup, arena).child("chains", &[]);
    let mut seen = Seen::default();
    let meter = meter(setup, measurement, parameters);
    let moments: Vec<Vec<Moment>> =
        rollout(setup, &meter, arena, parameters, root, &mut |batch| seen.see(batch)).unwrap();
    let least = floor(moments.iter().map(Vec::as_slice));
    let (mut pairs, mut events): (Vec<(usize, usize)>, Vec<Vec<usize>>) = Default::default();
    let mut touches: Vec<Vec<usize>> = Vec::new();
    for (index, moments) in moments.iter().enumerate() {
        let episode = Episode::read(moments, setup.rules.len(), least);
        let known = episode.states.iter().zip(truth(&seen, index));
        pairs.extend(known.filter_map(|(state, truth)| truth.map(|truth| (*state, truth))));
        events.push(episode.events());
        touches.push(seen.touches[index].iter().map(|(_, kind)| *kind).collect());
    }
    let right = pairs.iter().filter(|(state, truth)| state == truth).count();
    let repeats = [repeats(&events), repeats(&touches), independent(&touches)];
    Found { accuracy: right as f64 / pairs.len() as f64, information: information(&pairs), repeats }
}

/// The part of the symbols that repeat the one before in their sequence.
fn repeats(sequences: &[Vec<usize>]) -> f64 {
    let pairs = || sequences.iter().flat_map(|sequence| sequence.windows(2));
    pairs().filter(|pair| pair[0] == pair[1]).count() as f64 / pairs().count() as f64
}

/// How many would, if each symbol were drawn by itself.
fn independent(sequences: &[Vec<usize>]) -> f64 {
    let all: Vec<usize> = sequences.concat();
    let part = |kind: usize| all.iter().filter(|own| **own == kind).count() as f64 / all.len() as f64;
    (0..16).map(|kind| part(kind).powi(2)).sum()
}

/// What `one` makes of the trained network of each seed of a study.
fn of_each_seed<T: Send>(study: &Study, one: impl Fn(&Setup, &Measurement, u64, &Parameters) -> T + Sync) -> Vec<T> {
    let setup = Setup::new(study).unwrap();
    let measurement = Measurement::prepare(&setup).unwrap();
    let snapshots = trained::snapshots(&setup);
    let one = |seed: usize| one(&setup, &measurement, seed as u64, &snapshots[seed].last().unwrap().parameters);
    side_by_side(2, snapshots.len(), one).unwrap()
}

fn found(name: &str, study: &Study, truth: Truth) -> Vec<Found> {
    let found =
        of_each_seed(study, |setup, measurement, seed, parameters| find(setup, measurement, seed, parameters, truth));
    for (seed, one) in found.iter().enumerate() {
        println!(
            "{name}, seed {seed}: accuracy {:.3}, normalised mutual information {:.3}; events that repeat {:.3}, touches \
             {:.3}, independent ones {:.3}",
            one.accuracy, one.information, one.repeats[0], one.repeats[1], one.repeats[2]
        );
    }
    found
}

/// What is in hand says where to go: nothing of it to the first, and so on.
fn by_hand(seen: &Seen, episode: usize) -> Vec<Option<usize>> {
    let target = |held: &Vec<u32>| Some(held.iter().rposition(|held| *held > 0).map_or(0, |kind| kind + 1));
    seen.held[episode].iter().map(target).collect()
}

/// `cargo test --release --test solvers -- --ignored --nocapture` trains in earnest and prints what is reached.
#[test]
#[ignore = "trains two studies: `.ci/run` does it"]
fn on_loops_the_dominant_solver_is_the_one_that_is_needed() {
    for name in ["deliver", "relay"] {
        for found in found(name, &shipped(name), by_hand) {
            assert!(found.accuracy >= 0.95, "{name}: {}", found.accuracy);
            assert!(found.information >= 0.85, "{name}: {}", found.information);
            assert!(found.repeats[0] < 0.02, "{name}: {:?}", found.repeats);
        }
    }
}

/// Where nothing is needed next, the target is what comes to be touched next. A network that wavers between two pieces
/// of food is counted wrong on the legs that it gives up, so this accuracy has a ceiling below 1.
#[test]
#[ignore = "trains two studies: `.ci/run` does it"]
fn foraging_has_no_order_that_its_solvers_make_up() {
    for (name, study) in [("forage", shipped("forage")), ("two foods", study(TWO_FOODS))] {
        for found in found(name, &study, Seen::next) {
            assert!(found.accuracy >= 0.8, "{name}: {}", found.accuracy);
            // The event chain repeats itself as often as the touches do.
            assert!((found.repeats[0] - found.repeats[1]).abs() < 0.03, "{name}: {:?}", found.repeats);
        }
    }
}

/// The chain of each seed in the world of the training, as runs measure it; printed.
fn chains(name: &str, study: &Study) -> Vec<Chain> {
    let chains = of_each_seed(study, |setup, measurement, seed, parameters| {
        let solving =
            solving(setup, &meter(setup, measurement, parameters), 0, Player::Seed(seed), parameters, &mut |_| {})
                .unwrap()
                .remove(0);
        let permutations = setup.measurement_seed.child("cycles", &[]).0;
        Chain::of(&solving, study.states().solvers(), permutations).unwrap()
    });
    for (seed, chain) in chains.iter().enumerate() {
        let SolverCycles { events, p, cycles, .. } = &chain.cycles;
        println!("{name}, seed {seed}: {events} events, least p {p:?}");
        for cycle in cycles {
            let solvers: Vec<&str> = cycle.states.iter().map(|&h| study.heuristics[h].name.as_str()).collect();
            let reverse = cycle.direction.map_or(String::new(), |direction| {
                format!(", {} times the other way round, p {:.1e}", direction.reverse, direction.adjusted_p)
            });
            let beyond =
                cycle.beyond_non_repetition.map_or(String::new(), |p| format!(", beyond non-repetition p {p:.3}"));
            println!(
                "  {}: flux share {:.3}, {} times where {:.1} +- {:.1} are expected, p {:.3}{reverse}{beyond}: {:?}",
                solvers.join(", "),
                cycle.share,
                cycle.count,
                cycle.expected,
                cycle.deviation,
                cycle.p,
                cycle.verdict
            );
        }
    }
    chains
}

fn heuristics<const N: usize>(study: &Study, names: [&str; N]) -> [usize; N] {
    names.map(|name| study.heuristics.iter().position(|heuristic| heuristic.name == name).unwrap())
}

#[test]
#[ignore = "trains two studies: `.ci/run` does it"]
fn loops_have_their_cycle_in_every_seed() {
    let deliver = shipped("deliver");
    let [parcel, house] = heuristics(&deliver, ["to_parcel", "to_house"]);
    for (seed, chain) in chains("deliver", &deliver).iter().enumerate() {
        assert!(chain.cycles.holds(&[parcel, house]), "seed {seed}: {:?}", chain.cycles);
    }
    let relay = shipped("relay");
    let [ore, plate, house] = heuristics(&relay, ["to_ore", "to_plate", "to_house"]);
    for (seed, chain) in chains("relay", &relay).iter().enumerate() {
        assert!(chain.cycles.holds(&[ore, plate, house]), "seed {seed}: {:?}", chain.cycles);
        assert!(!chain.cycles.holds(&[house, plate, ore]), "seed {seed}: {:?}", chain.cycles);
    }
}

#[test]
#[ignore = "trains two studies: `.ci/run` does it"]
fn foraging_has_no_cycle_in_any_seed() {
    for (name, study) in [("forage", shipped("forage")), ("two foods", study(TWO_FOODS))] {
        let chains = chains(name, &study);
        assert!(chains.len() >= 5);
        for (seed, chain) in chains.iter().enumerate() {
            assert!(chain.cycles.untestable.is_none(), "{name}, seed {seed}: {:?}", chain.cycles);
            assert_eq!(chain.cycles.found().count(), 0, "{name}, seed {seed}: {:?}", chain.cycles);
        }
    }
}
