//! Random studies that are in order.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use shardbed::heuristic::rule::{Bias, Comparison, Condition, Heuristic, Recommendation, Target};
use shardbed::language::print;
use shardbed::study::claim::{Claim, Criterion};
use shardbed::study::forecast::{Behaviour, Event, Forecast, Goal, Number, Operand, Quantity, Row, Statement};
use shardbed::study::phase::Phase;
use shardbed::study::ppo::{Ppo, SETTINGS};
use shardbed::study::solver::Solver;
use shardbed::study::{Mlp, Scenario, Study};
use shardbed::world::action::Side;
use shardbed::world::spec::{Anchor, Glyph, Layout, Moves, Object, Place, Placement, Reward, Site, Touch, View, World};

fn side() -> impl Strategy<Value = Side> {
    select(Side::ALL.to_vec())
}

/// Numbers as people write them, and as they do not.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![(-500i32..500).prop_map(|n| f64::from(n) / 100.0), -1e3..1e3, Just(1e-7), Just(0.0)]
}

fn share() -> impl Strategy<Value = f64> {
    prop_oneof![(0u32..=1000).prop_map(|n| f64::from(n) / 1000.0), 0.0..=1.0f64]
}

/// Places that every layout below has: they have floor in the first rows and columns, and on every edge, where no two
/// walls cross.
fn place() -> impl Strategy<Value = Place> {
    let corner = (select(vec![Side::North, Side::South]), select(vec![Side::East, Side::West]), 2u32..4)
        .prop_map(|(vertical, horizontal, size)| Place::Corner { vertical, horizontal, size });
    prop_oneof![
        Just(Place::Anywhere),
        corner,
        side().prop_map(Place::Edge),
        (0u32..2, 0u32..2).prop_map(|(a, b)| Place::Columns(a, a + b)),
        (0u32..2, 0u32..2).prop_map(|(a, b)| Place::Rows(a, a + b)),
        (0u32..4, any::<bool>()).prop_map(|(n, west)| if west { Place::Cell(0, n) } else { Place::Cell(n, 0) }),
    ]
}

/// Places with room for everything that is put there.
fn wide_place() -> impl Strategy<Value = Place> {
    prop_oneof![Just(Place::Anywhere), Just(Place::Columns(0, 4)), Just(Place::Rows(0, 4))]
}

fn layout() -> impl Strategy<Value = Layout> {
    let glyphs = prop::collection::vec(select(vec![Glyph::Floor, Glyph::Marker('A'), Glyph::Marker('z')]), 56);
    prop_oneof![
        (6u32..12, 6u32..12).prop_map(|(width, height)| Layout::Room { width, height }),
        (3u32..6, 3u32..6, share()).prop_map(|(w, h, braid)| Layout::Maze {
            width: 2 * w + 1,
            height: 2 * h + 1,
            braid
        }),
        (6u32..12, 6u32..12, 0.0..0.9).prop_map(|(width, height, walls)| Layout::Scatter { width, height, walls }),
        (7u32..12, 7u32..12, 1u32..4, 1u32..4).prop_map(|(width, height, columns, rows)| Layout::Rooms {
            width,
            height,
            columns,
            rows
        }),
        glyphs.prop_map(|mut cells| {
            cells.splice(35..35, [Glyph::Wall; 7]);
            Layout::Map { width: 7, height: 9, cells }
        }),
    ]
}

fn touch() -> impl Strategy<Value = Touch> {
    let carried = [Touch::Carried { returns: false }, Touch::Carried { returns: true }];
    select([&[Touch::Stays, Touch::Ends, Touch::Vanishes, Touch::Respawns][..], &carried].concat())
}

/// Parts that sum to 1.
fn shares(parts: &[u32]) -> Vec<f64> {
    let sum: u32 = parts.iter().sum();
    parts.iter().map(|part| f64::from(*part) / f64::from(sum)).collect()
}

/// The only kind in these worlds that others are near to, need, or fear: it is always there and always carried.
const KEY: &str = "key";

fn near(anchor: Option<&'static str>) -> impl Strategy<Value = Site> {
    let of = anchor.map_or(Anchor::Agent, |name| Anchor::Object(name.into()));
    (1u32..99).prop_map(move |distance| Site::Near { of: of.clone(), distance })
}

/// One or two sites; the key's are places, so that nothing is near itself.
fn placements(name: &'static str) -> impl Strategy<Value = Vec<Placement>> {
    let site = || match name {
        KEY => wide_place().prop_map(Site::Place).boxed(),
        _ => prop_oneof![wide_place().prop_map(Site::Place), near(None), near(Some(KEY))].boxed(),
    };
    (site(), option::of((site(), 1u32..99, 1u32..99))).prop_map(|(first, second)| match second {
        Some((second, a, b)) if first != second => {
            let shares = shares(&[a, b]);
            [first, second].into_iter().zip(shares).map(|(site, share)| Placement { site, share }).collect()
        }
        _ => vec![Placement { site: first, share: 1.0 }],
    })
}

fn rewards() -> impl Strategy<Value = Vec<Reward>> {
    let at = prop_oneof![wide_place().prop_map(Site::Place), near(None), near(Some(KEY))];
    (number(), prop::collection::vec((number(), at), 0..3)).prop_map(|(amount, placed)| {
        let placed = placed.into_iter().map(|(amount, at)| Reward { amount, at: Some(at) });
        Object::reward_of(amount).into_iter().chain(placed).collect()
    })
}

fn moves() -> impl Strategy<Value = Moves> {
    let share = |n: u32| f64::from(n) / 1000.0;
    let some = (0u32..=500, 0u32..=500);
    let moving = some.prop_map(move |(a, b)| Moves { random: share(a), toward_agent: share(b) });
    prop_oneof![Just(Moves::default()), moving]
}

fn object(name: &'static str) -> impl Strategy<Value = Object> {
    let looks = prop_oneof![
        Just(vec![name.to_owned()]),
        prop::sample::subsequence(vec!["round", "red", "big"], 1..=3)
            .prop_map(|looks| looks.into_iter().map(str::to_owned).collect()),
    ];
    let key = move |there: bool| (there && name != KEY).then(|| KEY.to_owned());
    let parts = (0u32..6, placements(name), rewards(), touch(), looks);
    (parts, moves(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        move |((count, at, rewards, touch, looks), moves, blocks, needs, unless)| Object {
            name: name.into(),
            count: if name == KEY { count.max(1) } else { count },
            at,
            rewards,
            touch: if name == KEY { Touch::Carried { returns: touch == Touch::Respawns } } else { touch },
            blocks,
            needs: key(needs),
            unless: key(unless),
            looks,
            moves,
        },
    )
}

/// Some of the objects, in order.
fn objects(least: usize) -> impl Strategy<Value = Vec<Object>> {
    let kinds = [KEY, "cheese", "then_some", "count"];
    (least.max(1)..=kinds.len()).prop_flat_map(move |many| kinds.into_iter().take(many).map(object).collect::<Vec<_>>())
}

fn world(view: View, least: usize) -> impl Strategy<Value = World> {
    let start = prop_oneof![wide_place().prop_map(Site::Place), near(Some(KEY))];
    let parts = (layout(), start, 1u32..2000, number(), share(), option::of(1u32..9));
    (parts, objects(least)).prop_map(move |((layout, start, horizon, step_reward, slip, carry), objects)| World {
        layout,
        start,
        view,
        horizon,
        step_reward,
        slip,
        carry,
        objects,
    })
}

/// What rules and goals of a study can be about.
#[derive(Clone, Debug)]
struct About {
    looks: Vec<String>,
    objects: Vec<String>,
    heuristics: usize,
    /// Those declared, else as many as heuristics.
    solvers: usize,
    scenarios: usize,
    phases: usize,
}

impl About {
    /// Of the scenarios, where there are any.
    fn scenario(&self) -> BoxedStrategy<Option<usize>> {
        let scenarios = self.scenarios;
        option::of(0..scenarios.max(1)).prop_map(move |index| index.filter(|_| scenarios > 0)).boxed()
    }
}

fn target(about: &About) -> BoxedStrategy<Target> {
    let looks = select(about.looks.clone());
    prop_oneof![looks.prop_map(Target::Look), place().prop_map(Target::Place)].boxed()
}

fn comparison() -> impl Strategy<Value = Comparison> {
    select(vec![Comparison::Less, Comparison::AtMost, Comparison::Greater, Comparison::AtLeast])
}

/// Parts joined as the language joins them: a balanced tree.
fn joined(parts: &[Condition], join: fn(Box<Condition>, Box<Condition>) -> Condition) -> Condition {
    match parts {
        [one] => one.clone(),
        _ => {
            let (left, right) = parts.split_at(parts.len().div_ceil(2));
            join(Box::new(joined(left, join)), Box::new(joined(right, join)))
        }
    }
}

fn condition(about: &About) -> BoxedStrategy<Condition> {
    let t = || target(about);
    let amount = || (0u32..100).prop_map(|n| f64::from(n) / 4.0);
    let atom = prop_oneof![
        Just(Condition::Always),
        t().prop_map(Condition::Visible),
        (t(), 0u32..30).prop_map(|(target, steps)| Condition::Within(target, steps)),
        (t(), side(), option::of(0u32..30)).prop_map(|(target, side, within)| Condition::Side { target, side, within }),
        place().prop_map(Condition::At),
        side().prop_map(Condition::Wall),
        select(about.objects.clone()).prop_map(Condition::Holding),
        (t(), comparison(), amount()).prop_map(|(target, sign, n)| Condition::Distance(target, sign, n)),
        (t(), Just(Comparison::Equal), amount()).prop_map(|(target, sign, n)| Condition::Count(target, sign, n)),
    ];
    atom.prop_recursive(4, 24, 5, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..5);
        prop_oneof![
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
            (several, any::<bool>()).prop_map(|(parts, and)| {
                let other = |part: &Condition| match part {
                    Condition::And(..) => !and,
                    Condition::Or(..) => and,
                    _ => true,
                };
                let join = if and { Condition::And } else { Condition::Or };
                let parts: Vec<Condition> = parts.into_iter().filter(other).collect();
                if parts.is_empty() { Condition::Always } else { joined(&parts, join) }
            }),
        ]
    })
    .boxed()
}

fn heuristic(about: &About, index: usize) -> BoxedStrategy<Heuristic> {
    let t = || target(about);
    let recommendation = prop_oneof![
        (t(), any::<bool>()).prop_map(|(target, by_direction)| Recommendation::Toward { target, by_direction }),
        t().prop_map(Recommendation::AwayFrom),
        side().prop_map(Recommendation::Side),
        Just(Recommendation::Free),
        Just(Recommendation::Stay),
    ];
    let bias = prop_oneof![Just(Bias::Measured), (0.001..100.0).prop_map(Bias::Given), Just(Bias::Given(1.0))];
    (doc(), condition(about), recommendation, bias, select(about.looks.clone()))
        .prop_map(move |(doc, condition, recommendation, bias, look)| Heuristic {
            name: format!("h{index}"),
            doc,
            // The first names a look, so that its causal strength can be asked for.
            condition: if index == 0 { Condition::Visible(Target::Look(look)) } else { condition },
            recommendation,
            bias,
        })
        .boxed()
}

fn doc() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z{}#\"]{1,9}( [a-z]{1,9}){0,4}(\n\n? ?[a-z]{1,9}){0,2}"]
}

fn goal(about: &About) -> BoxedStrategy<Goal> {
    prop_oneof![select(about.objects.clone()).prop_map(Goal::Object), place().prop_map(Goal::Place)].boxed()
}

fn asked(about: &About) -> BoxedStrategy<Number> {
    let heuristics = about.heuristics;
    let reach = (goal(about), option::of(goal(about)), option::of(1u32..99)).prop_map(|(goal, before, within)| {
        let before = before.filter(|before| *before != goal);
        Behaviour::Reach { goal, before, within }
    });
    let behaviour = prop_oneof![
        reach,
        place().prop_map(Behaviour::TimeAt),
        Just(Behaviour::Return),
        Just(Behaviour::Length),
        goal(about).prop_map(Behaviour::MeanReach),
    ];
    let (state, solver) = (0..=about.solvers, 0..about.solvers);
    let chain = prop_oneof![
        (state.clone(), state).prop_map(|(from, to)| Quantity::Transition { from, to }),
        solver.prop_map(Quantity::Returns),
    ];
    let quantity = prop_oneof![
        (0..heuristics).prop_map(|index| (Quantity::Magnitude(index), None)),
        (chain, about.scenario()),
        (0..heuristics).prop_map(|index| (Quantity::Share(index), None)),
        (0..heuristics).prop_map(|index| (Quantity::Strength(index), None)),
        Just((Quantity::Causal(0), None)),
        Just((Quantity::Explained, None)),
        (behaviour, about.scenario()).prop_map(|(behaviour, scenario)| (Quantity::Behaviour(behaviour), scenario)),
    ];
    (quantity, 0..=about.phases).prop_map(|((quantity, scenario), after)| Number { quantity, scenario, after }).boxed()
}

fn event(about: &About) -> BoxedStrategy<Event> {
    let after = 0..=about.phases;
    let selected =
        (0..about.heuristics, after.clone()).prop_map(|(heuristic, after)| Event::Selected { heuristic, after });
    let reinforced =
        (0..about.heuristics, after.clone()).prop_map(|(heuristic, after)| Event::Reinforced { heuristic, after });
    let mut events = vec![selected.boxed(), reinforced.boxed()];
    let some = |all: usize| prop::sample::subsequence((0..all).collect::<Vec<_>>(), 2..=all).prop_shuffle();
    if about.heuristics > 1 {
        let order = (some(about.heuristics), after.clone());
        events.push(order.prop_map(|(heuristics, after)| Event::Order { heuristics, after }).boxed());
    }
    if about.solvers > 1 {
        let cycle = (some(about.solvers), about.scenario(), after).prop_map(|(mut solvers, scenario, after)| {
            // It begins at the first of the study.
            let first = (0..solvers.len()).min_by_key(|&index| solvers[index]).unwrap_or(0);
            solvers.rotate_left(first);
            Event::Cycle { solvers, scenario, after }
        });
        events.push(cycle.boxed());
    }
    prop::strategy::Union::new(events).boxed()
}

/// The least value of those that are drawn from 0 to 1 otherwise: no return takes less than a step.
fn least(number: &Number) -> f64 {
    if matches!(number.quantity, Quantity::Returns(_)) { 1.0 } else { 0.0 }
}

fn statement(about: &About) -> BoxedStrategy<Statement> {
    let low_high = (asked(about), share(), share()).prop_filter_map("empty interval", |(number, a, b)| {
        let (low, high) = (least(&number) + a.min(b), least(&number) + a.max(b));
        (low != high).then_some(Statement::Number { number, low, high })
    });
    let happens = (event(about), share()).prop_map(|(event, probability)| Statement::Event { event, probability });
    let compared = (compared(about), share()).prop_map(|((left, comparison, right), probability)| Statement::Event {
        event: Event::Comparison { left, comparison, right },
        probability,
    });
    prop_oneof![low_high, happens, compared].boxed()
}

/// A comparison of two numbers in one unit, or of one with a constant.
fn compared(about: &About) -> BoxedStrategy<(Number, Comparison, Operand)> {
    (asked(about), comparison(), asked(about), any::<bool>(), share())
        .prop_map(|(left, comparison, other, constant, value)| {
            let same_unit = print::is_share(&left) == print::is_share(&other);
            let value = least(&left) + value;
            let right = if constant || !same_unit { Operand::Constant(value) } else { Operand::Number(other) };
            (left, comparison, right)
        })
        .boxed()
}

/// At least one of its sides is there.
fn claim(about: &About) -> BoxedStrategy<Claim> {
    let level = (501u32..1000).prop_map(|n| f64::from(n) / 1000.0);
    let side = (compared(about), level).prop_map(|((left, comparison, right), level)| Criterion {
        left,
        comparison,
        right,
        level,
    });
    (doc(), "[a-z#{}/]([a-z#{}/' ]{0,120}[a-z])?", side.clone(), option::of(side), any::<bool>())
        .prop_map(|(doc, text, one, other, swap)| {
            let (confirm, refute) = if swap { (other, Some(one)) } else { (Some(one), other) };
            Claim { name: String::new(), doc, text, confirm, refute }
        })
        .boxed()
}

fn weights(about: &About) -> BoxedStrategy<Statement> {
    (prop::collection::vec(1u32..100, about.heuristics), 0.01..1e4, 0..=about.phases)
        .prop_map(|(parts, concentration, after)| Statement::Weights { shares: shares(&parts), concentration, after })
        .boxed()
}

/// Rows from some states, in their order.
fn transitions(about: &About) -> BoxedStrategy<Statement> {
    let states = about.solvers + 1;
    let row = prop::collection::vec(0u32..100, states).prop_map(|mut parts| {
        parts[0] += 1;
        shares(&parts)
    });
    let from = prop::sample::subsequence((0..states).collect::<Vec<_>>(), 1..=states);
    let parts = (from, prop::collection::vec(row, states), 0.01..1e4, about.scenario(), 0..=about.phases);
    let statement = parts.prop_map(|(from, shares, concentration, scenario, after)| {
        let rows = from.into_iter().zip(shares).map(|(from, shares)| Row { from, shares }).collect();
        Statement::Transitions { rows, concentration, scenario, after }
    });
    statement.boxed()
}

/// Solvers in which every heuristic stands at most once; `of` holds a number for each, 0 where it stands in none.
fn solvers(of: &[usize], doc: &str) -> Vec<Solver> {
    let groups = (1..=of.len()).map(|group| (0..of.len()).filter(|&h| of[h] == group).collect::<Vec<_>>());
    let groups = groups.filter(|heuristics| !heuristics.is_empty());
    // A solver may have the name of a heuristic, and of a word.
    let names = ["h1", "concentration", "solver", "to", "h0"];
    groups.zip(names).map(|(heuristics, name)| Solver { name: name.into(), doc: doc.into(), heuristics }).collect()
}

fn ppo() -> impl Strategy<Value = Ppo> {
    prop::collection::vec(option::of(0.0..=1.0f64), SETTINGS.len()).prop_map(|parts| {
        let mut ppo = Ppo::default();
        for (setting, part) in SETTINGS.iter().zip(parts) {
            if let Some(part) = part {
                let value = setting.range.0 + part * (setting.range.1 - setting.range.0);
                (setting.set)(&mut ppo, if setting.whole { value.round() } else { value });
            }
        }
        // Within what the training of one network may fill.
        ppo.rollout = ppo.rollout.min(1 + 20_000 / ppo.environments).max(2);
        ppo.minibatches = ppo.minibatches.min(ppo.environments * ppo.rollout / 2);
        ppo
    })
}

/// What a scenario or a phase makes of any world: parts of it replaced, or another one.
#[derive(Clone, Debug)]
struct Overlay {
    other: World,
    parts: u8,
    touch: Touch,
    reward: f64,
}

impl Overlay {
    fn over(&self, base: &World) -> World {
        let take = |bit: u8| self.parts >> bit & 1 == 1;
        if take(7) && take(6) {
            return self.other.clone();
        }
        let (mut world, other) = (base.clone(), &self.other);
        if take(0) {
            world.layout = other.layout.clone();
        }
        if take(1) {
            (world.horizon, world.slip) = (other.horizon, other.slip);
        }
        if take(2) {
            (world.start, world.step_reward) = (other.start.clone(), other.step_reward);
        }
        if take(3) {
            // Some of what is said of the kind that every world has, so that it may have been said before.
            let key = &mut world.objects[0];
            key.touch = Touch::Carried { returns: self.touch == Touch::Respawns };
            key.rewards = Object::reward_of(self.reward);
        }
        if take(4) {
            // A whole kind, which may be there already; then what it cannot take back stays.
            let kind = other.objects.last().expect("every world has a kind");
            match world.objects.iter_mut().find(|object| object.name == kind.name) {
                Some(object) => {
                    let before = object.clone();
                    object.clone_from(kind);
                    object.blocks |= before.blocks;
                    object.needs = object.needs.take().or(before.needs);
                    object.unless = object.unless.take().or(before.unless);
                }
                None => world.objects.push(kind.clone()),
            }
        }
        if take(5) {
            world.carry = other.carry.or(world.carry);
        }
        world
    }
}

fn overlay(view: View) -> impl Strategy<Value = Overlay> {
    (world(view, 1), any::<u8>(), touch(), number()).prop_map(|(other, parts, touch, reward)| Overlay {
        other,
        parts,
        touch,
        reward,
    })
}

/// What a phase goes on from, as a number that is cut to what is there; its settings, and the agent of a fresh one.
type Further = (Overlay, Option<usize>, Ppo, Vec<usize>);

/// A study that the checker accepts.
pub fn study() -> impl Strategy<Value = Study> {
    let base =
        select(vec![View::All, View::Window(1), View::Window(7), View::Offsets]).prop_flat_map(|view| world(view, 1));
    base.prop_flat_map(|base| {
        let scenarios = prop::collection::vec((doc(), overlay(base.view)), 0..4);
        let hidden = prop::collection::vec(1usize..=64, 1..=4);
        let phase = (overlay(base.view), option::of(0usize..9), ppo(), hidden.clone());
        let training = (hidden, ppo());
        let of = prop_oneof![prop::collection::vec(Just(0), 1..6), prop::collection::vec(0usize..4, 1..6)];
        (Just(base), scenarios, prop::collection::vec((doc(), phase), 0..4), training, (of, doc()))
    })
    .prop_flat_map(|(world, scenarios, phases, (hidden, train), (of, doc))| {
        let heuristics = of.len();
        let solvers = solvers(&of, &doc);
        let agent = Mlp { hidden };
        let phases = further(&world, &agent, &train, phases);
        let scenarios: Vec<Scenario> = scenarios
            .into_iter()
            .enumerate()
            .map(|(index, (doc, overlay))| Scenario {
                name: format!("scene_{index}"),
                doc,
                world: overlay.over(&world),
                over_phases: phases.iter().map(|phase| overlay.over(&phase.world)).collect(),
            })
            .collect();
        let further = phases.iter().map(|phase| &phase.world);
        let worlds = || std::iter::once(&world).chain(scenarios.iter().map(|scenario| &scenario.world));
        let objects: Vec<&Object> = worlds().chain(further).flat_map(|world| &world.objects).collect();
        let about = About {
            looks: objects.iter().flat_map(|object| object.looks.clone()).collect(),
            objects: objects.iter().map(|object| object.name.clone()).collect(),
            heuristics,
            solvers: if solvers.is_empty() { heuristics } else { solvers.len() },
            scenarios: scenarios.len(),
            phases: phases.len(),
        };
        let units = phases.iter().map(|phase| &phase.agent).chain([&agent]).map(|agent| agent.hidden.iter().sum());
        let units: usize = units.min().unwrap_or(0);
        let learned = option::of(2usize..=16).prop_map(move |groups| groups.filter(|groups| *groups <= units));
        let rules: Vec<_> = (0..heuristics).map(|index| heuristic(&about, index)).collect();
        let blocks = prop_oneof![weights(&about), transitions(&about)];
        let statements = (prop::collection::vec(blocks, 0..4), prop::collection::vec(statement(&about), 0..6));
        let statements = (statements, prop::collection::vec(claim(&about), 0..4));
        let kept = (Just((world, agent, train)), Just((scenarios, phases, solvers)));
        (kept, learned, rules, statements, [self::doc(), self::doc(), self::doc()])
    })
    .prop_map(|(kept, learned_solvers, heuristics, ((blocks, statements), claims), docs)| {
        let ((world, agent, train), (scenarios, phases, solvers)) = kept;
        let (name, world_name) = ("s".to_owned(), "w".to_owned());
        let [doc, world_doc, _] = docs.clone();
        let mut study = Study {
            name,
            doc,
            world_name,
            world_doc,
            world,
            agent,
            train,
            heuristics,
            scenarios,
            phases,
            solvers,
            learned_solvers,
            forecasts: Vec::new(),
            // A claim may have the name of anything else.
            claims: claims.into_iter().zip(["h0", "claim", "confirm", "s"]).map(named).collect(),
        };
        let mut asked: Vec<String> = Vec::new();
        for statement in blocks.into_iter().chain(statements) {
            let names = print::Names::of(&study);
            let (question, text) = (print::question(&statement, &names), print::shown(&statement, &names));
            if !asked.contains(&question) {
                asked.push(question);
                let doc = docs[study.forecasts.len() % docs.len()].clone();
                study.forecasts.push(Forecast { doc, text, statement });
            }
        }
        study
    })
}

fn named((claim, name): (Claim, &str)) -> Claim {
    Claim { name: name.to_owned(), ..claim }
}

/// Phases that go on from the study or from one another; no chain is a circle, though it may lead to a later one.
fn further(world: &World, agent: &Mlp, train: &Ppo, drawn: Vec<(String, Further)>) -> Vec<Phase> {
    let count = drawn.len();
    let mut phases: Vec<Option<Phase>> = vec![None; count];
    // From the last to the first, so that most go on from a later one.
    for (index, (doc, (overlay, from, ppo, hidden))) in drawn.into_iter().enumerate().rev() {
        let later = count - index - 1;
        let after = from.map(|from| match from % (later + 1) {
            0 => 0,
            step => index + step + 1,
        });
        let parent = after.and_then(|after| phases[after.checked_sub(1)?].clone());
        let (base, agent) = match (&parent, after) {
            (Some(parent), _) => (parent.world.clone(), parent.agent.clone()),
            (None, Some(_)) => (world.clone(), agent.clone()),
            (None, None) => (world.clone(), Mlp { hidden }),
        };
        let train = Ppo { seeds: train.seeds, ..ppo };
        phases[index] =
            Some(Phase { name: format!("phase_{index}"), doc, after, world: overlay.over(&base), agent, train });
    }
    phases.into_iter().flatten().collect()
}
