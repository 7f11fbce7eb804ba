//! Rendering a state as the lit bits of its [`Sight`](crate::world::sight::Sight).

use crate::world::action::Side;
use crate::world::engine::Engine;
use crate::world::lit::LitRows;
use crate::world::spec::View;
use crate::world::state::{HELD, StateRef};

/// Whether the look with this index is in the bitmask; looks from 64 on never are.
pub fn is_in(looks: u64, look: usize) -> bool {
    look < 64 && looks >> look & 1 == 1
}

/// Adds the observation of the state as a row. Looks in the bitmask `hidden` are rendered as absent.
pub fn render(engine: &Engine, state: StateRef<'_>, hidden: u64, out: &mut LitRows) {
    let origin = match engine.sight().view {
        View::All => {
            all(engine, state, out);
            0
        }
        View::Offsets => {
            offsets(engine, state, out);
            engine.bit_position(state.agent)
        }
    };
    for (&cell, &kind) in state.slots.iter().zip(engine.slot_kinds()) {
        if cell >= HELD {
            continue;
        }
        for &(look, first) in engine.looks_of(usize::from(kind)) {
            if !is_in(hidden, look) {
                out.light((first + engine.bit_position(cell) - origin) as u16);
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
