//! Properties that hold in every world, level and state.

#[path = "world/bits.rs"]
mod bits;
mod generate;

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::TestCaseError;
use shardbed::heuristic::evaluate::Rule;
use shardbed::heuristic::rule::{Bias, Condition, Heuristic, Recommendation, Target};
use shardbed::heuristic::scene::Scene;
use shardbed::seed::Seed;
use shardbed::world::action::{ACTIONS, Action, ActionSet};
use shardbed::world::batch::Batch;
use shardbed::world::engine::Engine;
use shardbed::world::environment::Ending;
use shardbed::world::lit::LitRows;
use shardbed::world::paths::Paths;
use shardbed::world::place;
use shardbed::world::sight::Sight;
use shardbed::world::spec::{Touch, World};
use shardbed::world::state::{GONE, HELD, State};

/// The walls, who stands where, and what is in hand.
fn sound(engine: &Engine, state: &State) -> Result<(), TestCaseError> {
    prop_assert!(!state.grid.wall(state.agent));
    let mut cells: Vec<u16> = state.slots.iter().copied().filter(|&cell| cell < HELD).collect();
    prop_assert!(cells.iter().all(|&cell| !state.grid.wall(cell)));
    let count = cells.len();
    cells.sort_unstable();
    cells.dedup();
    prop_assert_eq!(cells.len(), count, "two objects share a cell");
    for (kind, &held) in state.held.iter().enumerate() {
        let of_kind = (0..engine.slots()).filter(|&slot| engine.kind_of(slot) == kind);
        prop_assert_eq!(of_kind.filter(|&slot| state.slots[slot] == HELD).count(), held as usize);
    }
    Ok(())
}

fn lit(engine: &Engine, state: &State, hidden: u64) -> Result<(), TestCaseError> {
    let mut rows = LitRows::new();
    state.observe(engine, hidden, &mut rows);
    let mut bits = rows.row(0).to_vec();
    prop_assert!(bits.iter().all(|&bit| usize::from(bit) < engine.sight().bits()));
    bits.sort_unstable();
    prop_assert!(bits.windows(2).all(|pair| pair[0] < pair[1]), "a bit is lit twice");
    let hidden = (0..engine.sight().looks.len()).filter(|look| hidden >> look & 1 == 1);
    for bit in hidden.flat_map(|look| engine.sight().look_bits(look)) {
        prop_assert!(!bits.contains(&(bit as u16)), "a hidden look is lit");
    }
    Ok(())
}

/// An ending object's cell can be entered but not passed, so the last step to it comes from a passable cell.
fn reachable(engine: &Engine, state: &State) -> Result<(), TestCaseError> {
    let objects = &engine.world().objects;
    let ends = |cell: u16| {
        let mut slots = state.slots.iter().zip(engine.slot_kinds());
        slots.any(|(&own, &kind)| own == cell && objects[usize::from(kind)].touch == Touch::Ends)
    };
    let mut reached = vec![state.agent];
    let mut next = 0;
    while next < reached.len() {
        let cell = reached[next];
        next += 1;
        if ends(cell) {
            continue;
        }
        for side in shardbed::world::action::Side::ALL {
            if let Some(other) = state.grid.neighbour(cell, side)
                && !reached.contains(&other)
            {
                reached.push(other);
            }
        }
    }
    for (cell, &kind) in state.slots.iter().zip(engine.slot_kinds()) {
        prop_assert!(objects[usize::from(kind)].reward() <= 0.0 || reached.contains(cell));
    }
    Ok(())
}

fn level(engine: &Engine, state: &State) -> Result<(), TestCaseError> {
    sound(engine, state)?;
    reachable(engine, state)?;
    prop_assert!(!state.slots.contains(&state.agent), "an object is on the agent");
    prop_assert!(place::contains(&engine.world().start.place().unwrap(), &state.grid, state.agent));
    for (slot, &cell) in state.slots.iter().enumerate() {
        prop_assert!(cell != GONE && cell != HELD);
        prop_assert!(place::contains(
            &engine.world().objects[engine.kind_of(slot)].at[0].site.place().unwrap(),
            &state.grid,
            cell
        ));
    }
    Ok(())
}

fn engine(world: &World, other: &World) -> Engine {
    Engine::new(world, &Sight::of([world, other]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_keeps_to_the_rules(
        world in generate::world(), other in generate::world(), seed in 0..1_000_u64, hidden in 0..16_u64,
    ) {
        let engine = engine(&world, &other);
        let rng = &mut Seed(seed).stream("environment", &[0]);
        let Ok(mut state) = State::draw(&engine, rng) else { return Ok(()) };
        level(&engine, &state)?;
        for step in 0..60_u64 {
            let action = Action::ALL[(seed.wrapping_mul(step + 1) >> 3) as usize % ACTIONS];
            let (before, length) = (state.agent, state.step);
            let outcome = state.step(&engine, action, rng);
            sound(&engine, &state)?;
            lit(&engine, &state, hidden)?;
            prop_assert_eq!(outcome.moved, state.agent != before);
            prop_assert!(outcome.moved || outcome.touched.is_empty());
            prop_assert_eq!(state.step, length + 1);
            let ends = (0..world.objects.len()).any(|kind| outcome.touched.contains(kind) && world.objects[kind].touch == Touch::Ends);
            prop_assert_eq!(outcome.ending == Ending::Terminated, ends);
            prop_assert_eq!(outcome.ending == Ending::Truncated, !ends && state.step >= world.horizon);
            if outcome.ending != Ending::None {
                break;
            }
        }
    }

    #[test]
    fn a_batch_is_its_environments_each_stepped_alone(world in generate::world(), seed in 0..1_000_u64) {
        let engine = engine(&world, &world);
        let mut streams: Vec<_> = (0..3).map(|i| Seed(seed).stream("environment", &[i])).collect();
        let Ok(mut batch) = Batch::new(&engine, 3, Seed(seed)) else { return Ok(()) };
        let Ok(mut states) = streams.iter_mut().map(|rng| State::draw(&engine, rng)).collect::<Result<Vec<_>, _>>()
            else { return Ok(()) };
        let mut rows = LitRows::new();
        for step in 0..50_u64 {
            let actions: Vec<u8> = (0..3).map(|i| ((seed + 1).wrapping_mul(7 * step + i + 1) >> 2) as u8 % 5).collect();
            batch.step(&actions);
            batch.observe(&mut rows);
            prop_assert_eq!(rows.len(), 3);
            for i in 0..3 {
                let outcome = states[i].step(&engine, Action::ALL[usize::from(actions[i])], &mut streams[i]);
                prop_assert_eq!(outcome.reward as f32, batch.rewards()[i]);
                prop_assert_eq!(outcome.ending, batch.endings()[i]);
                prop_assert_eq!(outcome.touched, batch.touched()[i]);
                prop_assert_eq!(&states[i], &batch.state(i));
                let mut alone = LitRows::new();
                states[i].observe(&engine, 0, &mut alone);
                prop_assert_eq!(alone.row(0), rows.row(i));
                if outcome.ending != Ending::None {
                    states[i] = State::draw(&engine, &mut streams[i]).unwrap();
                }
            }
            batch.reset_ended().unwrap();
        }
    }

    #[test]
    fn toward_and_away_change_the_distance_by_one(world in generate::world(), seed in 0..1_000_u64) {
        let engine = engine(&world, &world);
        let Ok(state) = State::draw(&engine, &mut Seed(seed).stream("level", &[])) else { return Ok(()) };
        let paths = Paths::of(&state.grid);
        let scene = Scene::of(&engine, state.borrow(), &paths);
        let looks = engine.sight().looks.iter().cloned().map(Target::Look);
        for target in looks.chain(world.objects.iter().map(|object| Target::Place(object.at[0].site.place().unwrap()))) {
            let moves = |recommendation| {
                let (name, doc, condition, bias) = ("h".into(), String::new(), Condition::Always, Bias::Given(1.0));
                let heuristic = Heuristic { name, doc, condition, recommendation, bias };
                Rule::compile(&heuristic, engine.sight()).recommends(&scene)
            };
            let toward = moves(Recommendation::Toward { target: target.clone(), by_direction: false });
            let away = moves(Recommendation::AwayFrom(target.clone()));
            let free = moves(Recommendation::Free);
            prop_assert_eq!(toward.0 & away.0, 0);
            let free = if free.is_empty() { ActionSet::ALL } else { free };
            prop_assert_eq!((toward.0 | away.0) & !free.0, 0, "into a wall");
            prop_assert!(!toward.contains(Action::Stay as usize) && !away.contains(Action::Stay as usize));
        }
    }
}
