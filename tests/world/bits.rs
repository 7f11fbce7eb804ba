//! Known answers: the same seed gives the same levels and walks, on every platform and in every version.

use shardbed::seed::Seed;
use shardbed::world::action::Side;
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use shardbed::world::lit::LitRows;
use shardbed::world::sight::Sight;
use shardbed::world::spec::{Layout, Object, Place, Placement, Touch, View, World};

/// FNV-1a of all observations, rewards and endings of 16 environments over 200 steps.
fn walked(world: &World) -> u64 {
    let engine = Engine::new(world, &Sight::of([world]));
    let mut batch = Batch::new(&engine, 16, Seed(5)).unwrap();
    let (mut hash, mut rows) = (0xcbf2_9ce4_8422_2325_u64, LitRows::new());
    let mut add = |number: u64| hash = (hash ^ number).wrapping_mul(0x0100_0000_01b3);
    for step in 0..200_u64 {
        batch.observe(&mut rows);
        for row in rows.rows() {
            // The order within a row has no meaning.
            let mut bits = row.to_vec();
            bits.sort_unstable();
            bits.into_iter().for_each(|bit| add(u64::from(bit)));
        }
        let actions: Vec<u8> =
            (0..16).map(|i| (((step + 1) * (i + 3)).wrapping_mul(2_654_435_761) >> 9) as u8 % 5).collect();
        batch.step(&actions);
        batch.rewards().iter().for_each(|reward| add(u64::from(reward.to_bits())));
        batch.endings().iter().for_each(|ending| add(*ending as u64));
        batch.reset_ended().unwrap();
    }
    hash
}

fn world(layout: Layout, view: View, objects: Vec<Object>) -> World {
    World {
        layout,
        start: Place::Anywhere.into(),
        view,
        horizon: 40,
        step_reward: -0.01,
        slip: 0.1,
        carry: None,
        objects,
    }
}

#[test]
fn levels_and_walks_do_not_change() {
    let corner = Place::Corner { vertical: Side::North, horizontal: Side::East, size: 2 };
    let object = |name: &str, count, at: Place, reward, touch| Object {
        count,
        at: Placement::only(at),
        rewards: Object::reward_of(reward),
        touch,
        ..Object::named(name)
    };
    let cheese = object("cheese", 1, corner, 1.0, Touch::Ends);
    let food = object("food", 3, Place::Anywhere, 0.5, Touch::Respawns);
    let pill = object("pill", 2, Place::Edge(Side::South), -0.5, Touch::Vanishes);
    let key = object("key", 2, Place::Columns(0, 3), 0.0, Touch::Carried { returns: false });
    let scatter = Layout::Scatter { width: 9, height: 8, walls: 0.2 };
    let maze = Layout::Maze { width: 9, height: 7, braid: 0.3 };
    let room = Layout::Room { width: 7, height: 6 };
    let found = [
        walked(&world(scatter, View::Offsets, vec![cheese.clone(), key.clone()])),
        walked(&world(maze, View::All, vec![food.clone(), key])),
        walked(&world(room, View::All, vec![cheese, food, pill])),
    ];
    assert_eq!(found, [8_549_833_327_345_277_019, 1_390_072_867_870_593_001, 4_783_797_378_792_764_600]);
}
