//! Rendering a state as the lit bits of its [`Sight`](crate::world::sight::Sight).

use crate::world::action::Side;
use crate::world::engine::Engine;
use crate::world::lit::LitRows;
use crate::world::spec::View;
use crate::world::state::{HELD, StateRef};
use crate::world::window::Window;

/// Whether the look with this index is in the bitmask; looks from 64 on never are. No prediction file has so many, as
/// checking refuses more than 64 looks in a study; the guards here and where cues are gathered keep shifts in range for
/// worlds that are built without a file.
pub fn is_in(looks: u64, look: usize) -> bool {
    look < 64 && looks >> look & 1 == 1
}

/// Adds the observation of the state as a row. Looks in the bitmask `hidden` are rendered as absent. The image of an
/// engine shows what its original would.
pub fn render(engine: &Engine, state: StateRef<'_>, hidden: u64, out: &mut LitRows) {
    if let Some((original, image)) = engine.original() {
        return render(original, image.state(state).borrow(), hidden, out);
    }
    match engine.sight().view {
        View::All => {
            all(engine, state, out);
            objects(engine, state, hidden, |cell| Some(engine.bit_position(cell)), out);
        }
        View::Offsets => {
            offsets(engine, state, out);
            let origin = engine.bit_position(state.agent);
            // Bits to the north and the west of no offset lie before it.
            objects(engine, state, hidden, |cell| Some(engine.bit_position(cell).wrapping_sub(origin)), out);
        }
        View::Window(_) => {
            if let Some(window) = Window::of(engine.sight().view, state.grid, state.agent) {
                window.light_walls(state.grid, out);
                let centre = window.position(state.grid, state.agent);
                centre.into_iter().for_each(|centre| out.light((engine.sight().agent_plane() + centre) as u16));
                objects(engine, state, hidden, |cell| window.position(state.grid, cell), out);
            }
        }
    }
    for (kind, &held) in state.held.iter().enumerate().filter(|(_, held)| **held > 0) {
        if let Some(carried) = engine.carried_index(kind) {
            engine.sight().carried_bits(carried).take(held as usize).for_each(|bit| out.light(bit as u16));
        }
    }
    out.end_row();
}

/// The looks of the objects in view; `position` says how far along the bits of a look a cell is.
fn objects(
    engine: &Engine,
    state: StateRef<'_>,
    hidden: u64,
    position: impl Fn(u16) -> Option<usize>,
    out: &mut LitRows,
) {
    for (&cell, &kind) in state.slots.iter().zip(engine.slot_kinds()) {
        if cell >= HELD {
            continue;
        }
        let Some(position) = position(cell) else { continue };
        for &(look, first) in engine.looks_of(usize::from(kind)) {
            if !is_in(hidden, look) {
                out.light(first.wrapping_add(position) as u16);
            }
        }
    }
}

/// The walls and the agent.
fn all(engine: &Engine, state: StateRef<'_>, out: &mut LitRows) {
    out.light_all(engine.beyond());
    if state.grid.width == engine.sight().width {
        out.light_all(state.grid.walls());
    } else {
        state.grid.walls().iter().for_each(|&cell| out.light(engine.bit_position(cell) as u16));
    }
    out.light((engine.sight().agent_plane() + engine.bit_position(state.agent)) as u16);
}

/// The walls beside the agent, and where it is.
fn offsets(engine: &Engine, state: StateRef<'_>, out: &mut LitRows) {
    let (sight, grid) = (engine.sight(), state.grid);
    for side in Side::ALL {
        if grid.neighbour(state.agent, side).is_none() {
            out.light(sight.wall_bit(side) as u16);
        }
    }
    out.light(sight.column_bit(grid.column(state.agent)) as u16);
    out.light(sight.row_bit(grid.row(state.agent)) as u16);
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::action::Action;
    use crate::world::drawn::{Drawn, drawn, lit, object, of_world, world};
    use crate::world::engine::Engine;
    use crate::world::sight::Sight;
    use crate::world::spec::{Layout, Touch, View};
    use crate::world::state::State;

    #[test]
    fn view_all_has_a_plane_for_walls_the_agent_and_every_look() {
        let mut red = object("red", Touch::Stays, 0.0);
        red.looks = vec!["colour".into(), "ball".into()];
        let drawn = drawn("#.r c@.", &[object("cheese", Touch::Ends, 1.0), red]);
        assert_eq!(drawn.engine.sight().bits(), 6 * 5);
        assert_eq!(drawn.engine.sight().looks, ["cheese", "colour", "ball"]);
        // Wall 0; agent 4; cheese at 3; colour and ball at 2.
        assert_eq!(lit(&drawn, 0), [0, 6 + 4, 12 + 3, 18 + 2, 24 + 2]);
        assert_eq!(lit(&drawn, 0b101), [0, 6 + 4, 18 + 2]);
    }

    #[test]
    fn view_offsets_has_offsets_sides_and_the_place_of_the_agent() {
        let mut world = world("#.r c@.", &[object("cheese", Touch::Ends, 1.0), object("red", Touch::Stays, 0.0)]);
        world.view = View::Offsets;
        let drawn = of_world(&world);
        // 5 x 3 offsets, the middle one 7. Cheese one to the west, red one to the east and north.
        assert_eq!(drawn.engine.sight().bits(), 2 * 15 + 4 + 3 + 2);
        let (sides, column, row) = (30 + 1, 34 + 1, 37 + 1);
        assert_eq!(lit(&drawn, 0), [6, 15 + 3, sides, column, row]);
        assert_eq!(lit(&drawn, 0b01), [15 + 3, sides, column, row]);
    }

    #[test]
    fn view_window_is_centred_on_the_agent_and_shows_what_is_inside() {
        let mut world =
            world("c#.. .@r. ...k", &[object("cheese", Touch::Ends, 1.0), object("red", Touch::Stays, 0.0)]);
        world.view = View::Window(3);
        let mut drawn = of_world(&world);
        assert_eq!(drawn.engine.sight().bits(), 4 * 9);
        // The wall to the north, the agent in the centre, cheese to the north-west, red to the east.
        assert_eq!(lit(&drawn, 0), [1, 9 + 4, 18, 27 + 5]);
        assert_eq!(lit(&drawn, 0b10), [1, 9 + 4, 18]);
        // In the south-east corner three cells are beyond the grid to the east, three to the south, one to both.
        drawn.state.agent = 11;
        assert_eq!(lit(&drawn, 0), [2, 5, 6, 7, 8, 9 + 4, 27]);
        world.view = View::Window(1);
        assert_eq!(lit(&of_world(&world), 0), [1]);
    }

    #[test]
    fn offsets_reach_from_corner_to_corner() {
        for (map, bit) in [("@. .c", 8), ("c. .@", 0), (".@ c.", 6), (".c @.", 2)] {
            let mut world = world(map, &[object("cheese", Touch::Ends, 1.0)]);
            world.view = View::Offsets;
            assert_eq!(lit(&of_world(&world), 0)[0], bit, "{map}");
        }
    }

    #[test]
    fn what_lies_beyond_a_smaller_grid_is_wall() {
        let small = world("@c .#", &[object("cheese", Touch::Ends, 1.0)]);
        let mut large = small.clone();
        large.layout = Layout::Room { width: 3, height: 3 };
        let sight = Sight::of([&small, &large]);
        assert_eq!((sight.width, sight.height, sight.bits()), (3, 3, 27));
        let engine = Engine::new(&small, &sight);
        let state = State::draw(&engine, &mut Seed(1).stream("level", &[])).unwrap();
        assert_eq!(lit(&Drawn { engine, state }, 0), [2, 4, 5, 6, 7, 8, 9, 18 + 1]);
    }

    #[test]
    fn what_is_carried_shows_one_bit_each_and_leaves_its_cell() {
        for view in [View::All, View::Offsets, View::Window(5)] {
            let mut world = world("@kk", &[object("key", Touch::Carried { returns: false }, 0.0)]);
            world.view = view;
            let mut drawn = of_world(&world);
            let first = drawn.engine.sight().bits() as u16 - 2;
            let mut after = |steps: u32| {
                while drawn.state.step < steps {
                    drawn.state.step(&drawn.engine, Action::East, &mut Seed(1).stream("", &[]));
                }
                let looks = drawn.engine.sight().look_bits(0);
                let bits = lit(&drawn, 0);
                let seen = bits.iter().filter(|bit| looks.contains(&usize::from(**bit))).count();
                (seen, bits.into_iter().filter(|bit| *bit >= first).map(|bit| bit - first).collect::<Vec<_>>())
            };
            assert_eq!(after(0), (2, vec![]));
            assert_eq!(after(1), (1, vec![0]));
            assert_eq!(after(2), (0, vec![0, 1]));
        }
    }
}
