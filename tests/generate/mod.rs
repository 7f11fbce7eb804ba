//! Random worlds for property tests.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use shardbed::world::action::Side;
use shardbed::world::spec::{Glyph, Layout, Object, Place, Placement, Touch, View, World};

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::North), Just(Side::South), Just(Side::East), Just(Side::West)]
}

/// Any layout of at most 9 x 9.
pub fn layout() -> impl Strategy<Value = Layout> {
    let size = || (1..=9_u32, 1..=9_u32);
    let glyph = prop_oneof![1 => Just(Glyph::Wall), 4 => Just(Glyph::Floor), 1 => Just(Glyph::Marker('m'))];
    prop_oneof![
        size().prop_map(|(width, height)| Layout::Room { width, height }),
        (0..5_u32, 0..5_u32, 0.0..=1.0).prop_map(|(w, h, braid)| Layout::Maze {
            width: 2 * w + 1,
            height: 2 * h + 1,
            braid
        }),
        (size(), 0.0..0.6).prop_map(|((width, height), walls)| Layout::Scatter { width, height, walls }),
        size().prop_flat_map(move |(width, height)| {
            vec(glyph.clone(), (width * height) as usize).prop_map(move |cells| Layout::Map { width, height, cells })
        }),
    ]
}

/// Any place, mostly large ones.
pub fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        4 => Just(Place::Anywhere),
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

fn object(index: usize) -> impl Strategy<Value = Object> {
    let touch = prop_oneof![
        Just(Touch::Stays),
        Just(Touch::Ends),
        Just(Touch::Vanishes),
        Just(Touch::Respawns),
        Just(Touch::Carried { returns: false })
    ];
    let looks = prop_oneof![
        Just(vec![format!("kind{index}")]),
        Just(vec!["red".to_owned()]),
        Just(vec!["red".to_owned(), "ball".to_owned()])
    ];
    (0..4_u32, place(), prop_oneof![Just(0.0), Just(1.0), Just(-0.5)], touch, looks).prop_map(
        move |(count, at, reward, touch, looks)| Object {
            count,
            at: Placement::only(at),
            rewards: Object::reward_of(reward),
            touch,
            looks,
            ..Object::named(&format!("kind{index}"))
        },
    )
}

/// Any world; some have no level.
pub fn world() -> impl Strategy<Value = World> {
    let view = prop_oneof![Just(View::All), Just(View::Offsets)];
    let slip = prop_oneof![Just(0.0), Just(0.3)];
    let objects = (0..4_usize).prop_flat_map(|kinds| (0..kinds).map(object).collect::<Vec<_>>());
    (layout(), place(), view, 1..40_u32, slip, objects).prop_map(|(layout, start, view, horizon, slip, objects)| {
        World { layout, start: start.into(), view, horizon, step_reward: -0.01, slip, carry: None, objects }
    })
}
