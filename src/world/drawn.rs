//! Worlds and states drawn as text, for tests: `#` wall, `.` floor, `@` the agent, a letter an object.

use crate::seed::Seed;
use crate::world::action::Action;
use crate::world::engine::Engine;
use crate::world::environment::StepOutcome;
use crate::world::lit::LitRows;
use crate::world::sight::Sight;
use crate::world::spec::{Anchor, Glyph, Layout, Object, Place, Placement, Site, Touch, View, World};
use crate::world::state::State;

/// A drawn map, which is also the state that it shows.
pub struct Drawn {
    pub engine: Engine,
    pub state: State,
}

/// An object of which one is on the map for every occurrence of the first letter of its name.
pub fn object(name: &str, touch: Touch, reward: f64) -> Object {
    let letter = name.chars().next().unwrap_or('?');
    let at = Placement::only(Place::Marker(letter));
    Object { at, rewards: Object::reward_of(reward), touch, ..Object::named(name) }
}

/// The cells near to the agent, or to an object.
pub fn near(name: &str, distance: u32) -> Site {
    let of = if name == "agent" { Anchor::Agent } else { Anchor::Object(name.to_owned()) };
    Site::Near { of, distance }
}

/// The world that a map shows. Rows are separated by white space.
pub fn world(map: &str, objects: &[Object]) -> World {
    let rows: Vec<&str> = map.split_whitespace().collect();
    let glyph = |letter| match letter {
        '#' => Glyph::Wall,
        '.' => Glyph::Floor,
        letter => Glyph::Marker(letter),
    };
    let letters = |name: &str| map.matches(name.chars().next().unwrap_or('?')).count() as u32;
    World {
        layout: Layout::Map {
            width: rows[0].len() as u32,
            height: rows.len() as u32,
            cells: rows.iter().flat_map(|row| row.chars()).map(glyph).collect(),
        },
        start: Place::Marker('@').into(),
        view: View::All,
        horizon: 100,
        step_reward: 0.0,
        slip: 0.0,
        carry: None,
        objects: objects.iter().map(|object| Object { count: letters(&object.name), ..object.clone() }).collect(),
    }
}

/// A map whose objects stand where their letters are.
pub fn drawn(map: &str, objects: &[Object]) -> Drawn {
    of_world(&world(map, objects))
}

/// Takes one step; chance is the same in every call.
pub fn step(drawn: &mut Drawn, action: Action) -> StepOutcome {
    drawn.state.step(&drawn.engine, action, &mut Seed(3).stream("step", &[]))
}

/// A level of the world.
pub fn of_world(world: &World) -> Drawn {
    let engine = Engine::new(world, &Sight::of([world]));
    let state = State::draw(&engine, &mut Seed(7).stream("level", &[])).unwrap();
    Drawn { engine, state }
}

/// The lit bits in ascending order.
pub fn lit(drawn: &Drawn, hidden: u64) -> Vec<u16> {
    let mut rows = LitRows::new();
    drawn.state.observe(&drawn.engine, hidden, &mut rows);
    let mut bits = rows.row(0).to_vec();
    bits.sort_unstable();
    bits
}
