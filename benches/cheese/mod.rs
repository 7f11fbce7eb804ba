//! The world of all benches: scattered walls and one cheese.

use shardbed::world::spec::{Layout, Object, Place, Touch, View, World};

pub fn cheese(view: View) -> World {
    let cheese = Object { rewards: Object::reward_of(1.0), touch: Touch::Ends, ..Object::named("cheese") };
    World {
        layout: Layout::Scatter { width: 8, height: 8, walls: 0.25 },
        start: Place::Anywhere.into(),
        view,
        horizon: 64,
        step_reward: -0.01,
        slip: 0.0,
        carry: None,
        objects: vec![cheese],
    }
}
