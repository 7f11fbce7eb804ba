//! Small studies for property tests: in order, with levels, and quick to forecast.
//!
//! Every part is drawn by itself from choices that go with all choices of the others, so whatever proptest makes simpler
//! is a study in order again. Few biases are measured, since that takes the training of networks.

use crate::heuristic::rule::{Bias, Comparison, Condition, Heuristic, Recommendation, Target};
use crate::predictor::change::{Change, changed_heuristic};
use crate::study::phase::Phase;
use crate::study::ppo::Ppo;
use crate::study::solver::Solver;
use crate::study::{Mlp, Scenario, Study};
use crate::world::action::Side;
use crate::world::spec::{Anchor, Glyph, Layout, Moves, Object, Place, Placement, Reward, Site, Touch, View, World};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

/// Most rules of a study that is generated.
pub const MOST_RULES: usize = 5;
/// Maps whose corners are floor, with at least 3 cells in each square of 2 x 2 there. Rows are separated by white space.
const MAPS: [&str; 4] = ["..... .###. .....", "..#.. ..... ..#..", ".... .... .##. ....", "...... ..##.. ......"];
const KINDS: [&str; 3] = ["cheese", "stone", "key"];

/// Studies with 1 to [`MOST_RULES`] rules in worlds of at most 6 x 6 cells with up to three kinds of object.
pub fn study() -> impl Strategy<Value = Study> {
    let more = (weighted(0.3, any::<bool>()), weighted(0.25, any::<bool>()), weighted(0.2, any::<bool>()));
    (world(), vec(rule(), 1..=MOST_RULES), settings(), more).prop_map(
        |(world, rules, train, (scenario, phase, solver))| {
            let names = Resolve::new(&world);
            let named = |(index, rule)| Heuristic { name: format!("rule{index}"), ..changed_heuristic(rule, &names) };
            let heuristics: Vec<Heuristic> = rules.iter().enumerate().map(named).collect();
            let agent = Mlp { hidden: vec![8] };
            let phases: Vec<Phase> = phase
                .map(|longer| Phase {
                    name: "later".to_string(),
                    doc: String::new(),
                    after: Some(0),
                    world: trained_on(&world, longer),
                    agent: agent.clone(),
                    train: Ppo { steps: 2_048, ..train.clone() },
                })
                .into_iter()
                .collect();
            let scenarios = scenario.map(|anywhere| Scenario {
                name: "elsewhere".to_string(),
                doc: String::new(),
                world: deployed(&world, anywhere, world.horizon + 1),
                over_phases: phases.iter().map(|phase| deployed(&phase.world, anywhere, world.horizon + 1)).collect(),
            });
            Study {
                name: "generated".to_string(),
                doc: String::new(),
                world_name: "small".to_string(),
                world_doc: String::new(),
                solvers: solver.map_or_else(Vec::new, |apart| solvers(heuristics.len(), apart)),
                heuristics,
                scenarios: scenarios.into_iter().collect(),
                phases,
                world,
                agent,
                train,
                learned_solvers: None,
                forecasts: Vec::new(),
                claims: Vec::new(),
            }
        },
    )
}

/// The first rule and the last as one solver; where rules are apart, those between them are another.
fn solvers(rules: usize, apart: bool) -> Vec<Solver> {
    let solver = |name: &str, heuristics: Vec<usize>| Solver { name: name.to_string(), doc: String::new(), heuristics };
    let mut ends = vec![0, rules - 1];
    ends.dedup();
    let between = (apart && rules > 2).then(|| solver("between", (1..rules - 1).collect()));
    std::iter::once(solver("ends", ends)).chain(between).collect()
}

/// Studies whose worlds draw nothing once a level has begun but the slip of actions: no object moves or gets a fresh
/// place. No bias is measured, as the networks that are drawn for that have no images. The image of such a study is exact.
pub fn settled_study() -> impl Strategy<Value = Study> {
    study().prop_map(|mut study| {
        for heuristic in &mut study.heuristics {
            if heuristic.bias == Bias::Measured {
                heuristic.bias = Bias::Given(1.0);
            }
        }
        in_every_world(&study, |world| {
            for object in &mut world.objects {
                object.moves = Moves::default();
                object.touch = match object.touch {
                    Touch::Respawns => Touch::Vanishes,
                    Touch::Carried { .. } => Touch::Carried { returns: false },
                    touch => touch,
                };
            }
        })
    })
}

/// The study with something changed in all its worlds.
pub fn in_every_world(study: &Study, change: impl Fn(&mut World)) -> Study {
    let mut study = study.clone();
    let scenarios = study
        .scenarios
        .iter_mut()
        .flat_map(|scenario| std::iter::once(&mut scenario.world).chain(&mut scenario.over_phases));
    let phases = study.phases.iter_mut().map(|phase| &mut phase.world);
    std::iter::once(&mut study.world).chain(scenarios).chain(phases).for_each(change);
    study
}

fn side() -> impl Strategy<Value = Side> {
    select(Side::ALL.to_vec())
}

fn corner(size: u32) -> impl Strategy<Value = Place> {
    (select(vec![Side::North, Side::South]), select(vec![Side::East, Side::West]))
        .prop_map(move |(vertical, horizontal)| Place::Corner { vertical, horizontal, size })
}

/// Places with room for all objects.
fn wide_place() -> impl Strategy<Value = Place> {
    prop_oneof![
        3 => Just(Place::Anywhere),
        1 => Just(Place::Columns(0, 1)),
        1 => Just(Place::Rows(0, 1)),
        1 => side().prop_map(Place::Edge),
        1 => corner(2),
    ]
}

/// Places that rules are about.
fn place() -> impl Strategy<Value = Place> {
    prop_oneof![3 => corner(1), 1 => Just(Place::Cell(1, 0)), 2 => wide_place()]
}

fn layout() -> impl Strategy<Value = Layout> {
    let length = || 3..=6_u32;
    let map = |text: &str| {
        let rows: Vec<&str> = text.split_whitespace().collect();
        let glyph = |letter| if letter == '#' { Glyph::Wall } else { Glyph::Floor };
        Layout::Map {
            width: rows[0].len() as u32,
            height: rows.len() as u32,
            cells: rows.iter().flat_map(|row| row.chars()).map(glyph).collect(),
        }
    };
    let odd = || select(vec![3, 5_u32]);
    let share = |least: u32, most: u32| (least..=most).prop_map(|tenths| f64::from(tenths) / 10.0);
    prop_oneof![
        3 => (length(), length()).prop_map(|(width, height)| Layout::Room { width, height }),
        2 => select(MAPS.to_vec()).prop_map(map),
        2 => (4..=6_u32, 4..=6_u32, share(1, 3)).prop_map(|(width, height, walls)| Layout::Scatter { width, height, walls }),
        1 => (odd(), odd(), share(0, 5)).prop_map(|(width, height, braid)| Layout::Maze { width, height, braid }),
        1 => (5..=6_u32, 5..=6_u32, 1..=2_u32)
            .prop_map(|(width, height, rows)| Layout::Rooms { width, height, columns: 2, rows }),
    ]
}

fn reward() -> impl Strategy<Value = Vec<Reward>> {
    let amount = select(vec![1.0, 0.5, 0.0, -0.5, -1.0]);
    (amount, weighted(0.15, Just(Place::Columns(0, 1)))).prop_map(|(amount, placed)| {
        let placed = placed.map(|place| Reward { amount: 0.5, at: Some(place.into()) });
        Object::reward_of(amount).into_iter().chain(placed).collect()
    })
}

/// The object with this number. Only the first may be bound to a single cell, and be there twice where it may not. The
/// second may need the first in hand, the third may lie near it or the agent, stand in the way, or be used up by it.
fn object(number: usize) -> impl Strategy<Value = Object> {
    let at = if number == 0 { prop_oneof![corner(1), wide_place()].boxed() } else { wide_place().boxed() };
    let touch = select(vec![
        Touch::Ends,
        Touch::Vanishes,
        Touch::Stays,
        Touch::Respawns,
        Touch::Carried { returns: false },
        Touch::Carried { returns: true },
    ]);
    let moves = prop_oneof![
        6 => Just(Moves::default()),
        1 => Just(Moves { random: 0.25, toward_agent: 0.0 }),
        1 => Just(Moves { random: 0.0, toward_agent: 0.25 }),
    ];
    let flag = |part: f64| weighted(part, Just(()));
    let flags = (flag(0.2), flag(0.2), flag(0.3), flag(0.3), flag(0.3), weighted(0.3, any::<bool>()));
    let all = (at, reward(), touch, moves, flags);
    all.prop_map(move |(at, rewards, touch, moves, (twice, red, needs, blocks, unless, near))| Object {
        count: if twice.is_some() && number == 0 && at == Place::Anywhere { 2 } else { 1 },
        at: match near.filter(|_| number == 2) {
            Some(agent) => {
                let of = if agent { Anchor::Agent } else { Anchor::Object(KINDS[0].to_string()) };
                vec![Placement { site: Site::Near { of, distance: 4 }, share: 1.0 }]
            }
            None => Placement::only(at),
        },
        blocks: blocks.is_some() && number == 2,
        unless: (unless.is_some() && number == 2).then(|| KINDS[0].to_string()),
        rewards,
        touch,
        moves,
        looks: vec![if red.is_some() { "red" } else { KINDS[number] }.to_string()],
        needs: (needs.is_some() && number == 1).then(|| KINDS[0].to_string()),
        ..Object::named(KINDS[number])
    })
}

fn world() -> impl Strategy<Value = World> {
    let start = prop_oneof![3 => Just(Place::Anywhere), 1 => Just(Place::Columns(0, 1)), 1 => Just(Place::Rows(0, 1))];
    let view = select(vec![View::All, View::Offsets, View::Window(3), View::Window(5)]);
    let rest = (select(vec![0.0, -0.01, -0.1]), weighted(0.15, Just(0.1)), weighted(0.3, Just(1)));
    let kinds = prop_oneof![1 => Just(0_usize), 5 => Just(1), 3 => Just(2), 2 => Just(3)];
    let objects = (kinds, object(0), object(1), object(2));
    (layout(), start, view, 5..=20_u32, rest, objects).prop_map(
        |(layout, start, view, horizon, (step_reward, slip, carry), (kinds, first, second, third))| {
            let mut objects = vec![first, second, third];
            objects.truncate(kinds);
            // What is needed is what can be in hand.
            if objects.first().is_some_and(|object| !object.is_carried()) {
                objects.iter_mut().for_each(|object| (object.needs, object.unless) = (None, None));
            }
            World { layout, start: start.into(), view, horizon, step_reward, slip: slip.unwrap_or(0.0), carry, objects }
        },
    )
}

/// What a look or an object is called before the world is known: a number.
fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        2 => (0..KINDS.len()).prop_map(|number| Target::Look(number.to_string())),
        1 => place().prop_map(Target::Place),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let comparison =
        select(vec![Comparison::Less, Comparison::AtMost, Comparison::Greater, Comparison::AtLeast, Comparison::Equal]);
    let number = || (0..4_u32).prop_map(f64::from);
    let atom = prop_oneof![
        4 => Just(Condition::Always),
        2 => target().prop_map(Condition::Visible),
        1 => (target(), 1..4_u32).prop_map(|(target, steps)| Condition::Within(target, steps)),
        1 => (target(), side(), of(1..4_u32)).prop_map(|(target, side, within)| Condition::Side { target, side, within }),
        1 => place().prop_map(Condition::At),
        1 => side().prop_map(Condition::Wall),
        1 => (0..KINDS.len()).prop_map(|number| Condition::Holding(number.to_string())),
        1 => (target(), comparison.clone(), number()).prop_map(|(target, sign, n)| Condition::Distance(target, sign, n)),
        1 => (target(), comparison, number()).prop_map(|(target, sign, n)| Condition::Count(target, sign, n)),
    ]
    .boxed();
    prop_oneof![
        5 => atom.clone(),
        1 => atom.clone().prop_map(|inner| Condition::Not(Box::new(inner))),
        1 => (atom.clone(), atom.clone()).prop_map(|(left, right)| Condition::And(Box::new(left), Box::new(right))),
        1 => (atom.clone(), atom).prop_map(|(left, right)| Condition::Or(Box::new(left), Box::new(right))),
    ]
}

fn rule() -> impl Strategy<Value = Heuristic> {
    let recommendation = prop_oneof![
        3 => (target(), any::<bool>())
            .prop_map(|(target, by_direction)| Recommendation::Toward { target, by_direction }),
        1 => target().prop_map(Recommendation::AwayFrom),
        2 => side().prop_map(Recommendation::Side),
        1 => Just(Recommendation::Free),
        1 => Just(Recommendation::Stay),
    ];
    let bias = prop_oneof![
        40 => select(vec![1.0, 2.0, 0.5, 3.0]).prop_map(Bias::Given),
        1 => Just(Bias::Measured),
    ];
    (condition(), recommendation, bias).prop_map(|(condition, recommendation, bias)| Heuristic {
        name: String::new(),
        doc: String::new(),
        condition,
        recommendation,
        bias,
    })
}

fn settings() -> impl Strategy<Value = Ppo> {
    let steps = select(vec![2_048, 4_096, 8_192]);
    (steps, select(vec![0.9, 0.95, 0.99]), select(vec![0.0, 0.01]), 1..=2_u32).prop_map(
        |(steps, discount, entropy, epochs)| Ppo {
            steps,
            environments: 8,
            rollout: 16,
            epochs,
            minibatches: 2,
            discount,
            entropy,
            ..Ppo::default()
        },
    )
}

/// The world of a phase: what was sought is to be shunned, and there may be more time.
fn trained_on(world: &World, longer: bool) -> World {
    let turned = |object: &Object| Object { rewards: Object::reward_of(-object.reward()), ..object.clone() };
    let horizon = if longer { world.horizon + 5 } else { world.horizon };
    World { horizon, objects: world.objects.iter().map(turned).collect(), ..world.clone() }
}

/// The world of a scenario, with this horizon: objects are anywhere, and the agent may begin so.
fn deployed(world: &World, anywhere: bool, horizon: u32) -> World {
    let moved = |object: &Object| Object { at: Placement::only(Place::Anywhere), ..object.clone() };
    let start = if anywhere { Place::Anywhere.into() } else { world.start.clone() };
    World { start, horizon, objects: world.objects.iter().map(moved).collect(), ..world.clone() }
}

/// Numbers in place of names become the names of a world; where there are none, a place, and what is always so.
struct Resolve {
    looks: Vec<String>,
    carried: Vec<String>,
}

impl Resolve {
    fn new(world: &World) -> Resolve {
        let names = world.objects.iter().filter(|object| object.is_carried()).map(|object| object.name.clone());
        Resolve {
            looks: world.objects.iter().flat_map(|object| object.looks.clone()).collect(),
            carried: names.collect(),
        }
    }
}

fn named(names: &[String], number: &str) -> Option<String> {
    let number: usize = number.parse().ok()?;
    names.get(number % names.len().max(1)).cloned()
}

impl Change for Resolve {
    fn target(&self, target: &Target) -> Target {
        match target {
            Target::Look(number) => match named(&self.looks, number) {
                Some(look) => Target::Look(look),
                None => Target::Place(Place::Edge(Side::North)),
            },
            Target::Place(place) => Target::Place(*place),
        }
    }

    fn holding(&self, number: &str) -> Condition {
        named(&self.carried, number).map_or(Condition::Always, Condition::Holding)
    }
}
