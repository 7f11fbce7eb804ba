//! Random worlds for property tests.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use shardbed::world::action::Side;
use shardbed::world::spec::{Anchor, Glyph, Layout, Moves, Object, Place, Placement, Reward, Site, Touch, View, World};

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::North), Just(Side::South), Just(Side::East), Just(Side::West)]
}

/// Any layout of at most 9 x 9.
pub fn layout() -> impl Strategy<Value = Layout> {
    let size = || (1..=9_u32, 1..=9_u32);
    let glyph = prop_oneof![1 => Just(Glyph::Wall), 6 => Just(Glyph::Floor), 1 => Just(Glyph::Marker('m'))];
    prop_oneof![
        size().prop_map(|(width, height)| Layout::Room { width, height }),
        (0..5_u32, 0..5_u32, 0.0..=1.0).prop_map(|(w, h, braid)| Layout::Maze {
            width: 2 * w + 1,
            height: 2 * h + 1,
            braid
        }),
        (size(), 0.0..0.6).prop_map(|((width, height), walls)| Layout::Scatter { width, height, walls }),
        (1..=3_u32, 1..=3_u32, 0..4_u32, 0..4_u32).prop_map(|(columns, rows, wider, higher)| Layout::Rooms {
            width: 2 * columns - 1 + wider,
            height: 2 * rows - 1 + higher,
            columns,
            rows
        }),
        size().prop_flat_map(move |(width, height)| {
            vec(glyph.clone(), (width * height) as usize).prop_map(move |cells| Layout::Map { width, height, cells })
        }),
    ]
}

/// Any place, mostly large ones.
pub fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        8 => Just(Place::Anywhere),
        1 => (any::<bool>(), any::<bool>(), 1..4_u32).prop_map(|(south, east, size)| Place::Corner {
            vertical: if south { Side::South } else { Side::North },
            horizontal: if east { Side::East } else { Side::West },
            size,
        }),
        1 => side().prop_map(Place::Edge),
        1 => (0..9_u32, 0..9_u32).prop_map(|(first, more)| Place::Columns(first, first + more)),
        1 => (0..9_u32, 0..9_u32).prop_map(|(first, more)| Place::Rows(first, first + more)),
        1 => (0..9_u32, 0..9_u32).prop_map(|(column, row)| Place::Cell(column, row)),
        1 => Just(Place::Marker('m')),
    ]
}

/// A site of the thing with this number among `things`, of which the last is the agent. What it is near to has a larger
/// number where `upward`, and otherwise a smaller one, so that worlds without circles are common.
fn site(number: usize, things: usize, upward: bool) -> impl Strategy<Value = Site> {
    let anchor = move |which: usize| {
        let others = if upward { number + 1..things } else { 0..number };
        let chosen = others.clone().nth(which % others.len().max(1))?;
        Some(if chosen + 1 == things { Anchor::Agent } else { Anchor::Object(format!("kind{chosen}")) })
    };
    (place(), any::<usize>(), 0..6_u32, 0..4_u32).prop_map(move |(place, which, distance, kind)| match anchor(which) {
        Some(of) if kind == 0 => Site::Near { of, distance },
        _ => Site::Place(place),
    })
}

fn placements(number: usize, things: usize, upward: bool) -> impl Strategy<Value = Vec<Placement>> {
    let one = site(number, things, upward).prop_map(|site| vec![Placement { site, share: 1.0 }]);
    let several = vec(site(number, things, upward), 2..4).prop_map(|sites| {
        let share = 1.0 / sites.len() as f64;
        sites.into_iter().map(|site| Placement { site, share }).collect()
    });
    prop_oneof![3 => one, 1 => several]
}

/// Amounts whose sums are exact.
fn rewards(things: usize) -> impl Strategy<Value = Vec<Reward>> {
    let anywhere = prop_oneof![3 => Just(None), 2 => Just(Some(1.0)), 1 => Just(Some(-0.5))];
    let placed = vec((any::<bool>(), site(things - 1, things, false), site(0, things, true)), 0..3);
    let amounts = prop_oneof![2 => Just(0), 1 => 0..3_usize];
    (anywhere, placed, amounts).prop_map(|(anywhere, placed, count)| {
        let placed = placed.into_iter().take(count).map(|(gain, before, after)| {
            let at = Some(if gain { before } else { after });
            Reward { amount: if gain { 0.25 } else { -0.125 }, at }
        });
        anywhere.map(|amount| Reward { amount, at: None }).into_iter().chain(placed).collect()
    })
}

fn moves() -> impl Strategy<Value = Moves> {
    let chance = || prop_oneof![Just(0.0), Just(0.25), Just(0.5)];
    prop_oneof![
        2 => Just(Moves::default()),
        1 => (chance(), chance()).prop_map(|(random, toward_agent)| Moves { random, toward_agent })
    ]
}

fn object(number: usize, kinds: usize, upward: bool) -> impl Strategy<Value = Object> {
    let touch = prop_oneof![
        2 => Just(Touch::Stays),
        1 => Just(Touch::Ends),
        2 => Just(Touch::Vanishes),
        2 => Just(Touch::Respawns),
        4 => any::<bool>().prop_map(|returns| Touch::Carried { returns })
    ];
    let looks = prop_oneof![
        Just(vec![format!("kind{number}")]),
        Just(vec!["red".to_owned()]),
        Just(vec!["red".to_owned(), "ball".to_owned()])
    ];
    let other = || option::weighted(0.3, (0..kinds).prop_map(|kind| format!("kind{kind}")));
    let at = placements(number, kinds + 1, upward);
    (0..4_u32, at, rewards(kinds + 1), (touch, moves(), looks), (any::<u8>(), other(), other())).prop_map(
        move |(count, at, rewards, (touch, moves, looks), (blocks, needs, unless))| Object {
            name: format!("kind{number}"),
            count,
            at,
            rewards,
            touch,
            blocks: blocks % 4 == 0,
            needs,
            unless,
            looks,
            moves,
        },
    )
}

/// Any world; some have no level.
pub fn world() -> impl Strategy<Value = World> {
    let view = prop_oneof![Just(View::All), Just(View::Offsets), (0..4_u32).prop_map(|n| View::Window(2 * n + 1))];
    let slip = prop_oneof![Just(0.0), Just(0.3)];
    let inside = (0..5_usize, any::<bool>()).prop_flat_map(|(kinds, upward)| {
        let objects = (0..kinds).map(|number| object(number, kinds, upward)).collect::<Vec<_>>();
        // The agent, last in number, is near to something only where nothing is near to it.
        (site(kinds, kinds + 1, upward), objects)
    });
    (layout(), view, 1..40_u32, slip, option::of(1..3_u32), inside).prop_map(
        |(layout, view, horizon, slip, carry, (start, objects))| World {
            layout,
            start,
            view,
            horizon,
            step_reward: -0.0625,
            slip,
            carry,
            objects,
        },
    )
}
