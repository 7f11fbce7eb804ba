//! Properties that hold in every world, level and state.

#[path = "world/bits.rs"]
mod bits;
mod generate;
#[path = "world/reference.rs"]
mod reference;

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
use shardbed::world::spec::{Anchor, Site, Touch, View, World};
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

/// What a level promises, apart from what can be reached, which the reference engine checks.
fn level(engine: &Engine, state: &State) -> Result<(), TestCaseError> {
    sound(engine, state)?;
    let world = engine.world();
    prop_assert!(!state.slots.contains(&state.agent), "an object is on the agent");
    prop_assert!(has(engine, state, &world.start, state.agent));
    for (slot, &cell) in state.slots.iter().enumerate() {
        prop_assert!(cell != GONE && cell != HELD);
        let kind = engine.kind_of(slot);
        let placement = state.placed.get(kind).map_or(0, |&placement| usize::from(placement));
        prop_assert!(has(engine, state, &world.objects[kind].at[placement].site, cell));
    }
    Ok(())
}

fn has(engine: &Engine, state: &State, site: &Site, cell: u16) -> bool {
    match site {
        Site::Place(place) => place::contains(place, &state.grid, cell),
        Site::Near { of, distance } => {
            let paths = Paths::of(&state.grid);
            let near = |from: u16| u32::from(paths.between(from, cell)) <= *distance;
            match of {
                Anchor::Agent => near(state.agent),
                Anchor::Object(name) => {
                    let kind = engine.kind_named(name).unwrap();
                    engine.slots_of(kind).any(|slot| near(state.slots[slot]))
                }
            }
        }
    }
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
            prop_assert!(outcome.moved || outcome.touched.is_empty() || !engine.movers().is_empty());
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
                    let Ok(state) = State::draw(&engine, &mut streams[i]) else { return Ok(()) };
                    states[i] = state;
                }
            }
            let Ok(()) = batch.reset_ended() else { return Ok(()) };
        }
    }

    #[test]
    fn toward_and_away_change_the_distance_by_one(world in generate::world(), seed in 0..1_000_u64) {
        let engine = engine(&world, &world);
        let Ok(state) = State::draw(&engine, &mut Seed(seed).stream("level", &[])) else { return Ok(()) };
        let paths = Paths::of(&state.grid);
        let scene = Scene::of(&engine, state.borrow(), &paths);
        let looks = engine.sight().looks.iter().cloned().map(Target::Look);
        let sites = world.objects.iter().flat_map(|object| &object.at).map(|placement| &placement.site);
        for target in looks.chain(sites.filter_map(Site::place).map(Target::Place)) {
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

    #[test]
    fn a_window_shows_what_all_shows_around_the_agent(
        mut world in generate::world(), other in generate::world(), half in 0..5_u32, seed in 0..1_000_u64,
    ) {
        world.view = View::All;
        let all = engine(&world, &other);
        let Ok(mut state) = State::draw(&all, &mut Seed(seed).stream("level", &[])) else { return Ok(()) };
        let across = 2 * half + 1;
        world.view = View::Window(across);
        let window = engine(&world, &other);
        for step in 0..10 {
            let bits = |engine: &Engine| {
                let mut rows = LitRows::new();
                state.observe(engine, 0, &mut rows);
                rows.row(0).to_vec()
            };
            let (seen, shown) = (bits(&all), bits(&window));
            let lit = |plane: usize, column: i64, row: i64| {
                let (width, height) = (i64::from(all.sight().width), i64::from(all.sight().height));
                let inside = (0..width).contains(&column) && (0..height).contains(&row);
                let bit = plane as i64 * width * height + row * width + column;
                if inside { seen.contains(&(bit as u16)) } else { plane == 0 }
            };
            let planes = 2 + all.sight().looks.len();
            let area = (across * across) as usize;
            let (column, row) = (i64::from(state.grid.column(state.agent)), i64::from(state.grid.row(state.agent)));
            for (plane, position) in (0..planes).flat_map(|plane| (0..area).map(move |position| (plane, position))) {
                let (dx, dy) = (position as u32 % across, position as u32 / across);
                let there = (column + i64::from(dx) - i64::from(half), row + i64::from(dy) - i64::from(half));
                prop_assert_eq!(shown.contains(&((plane * area + position) as u16)), lit(plane, there.0, there.1));
            }
            let hands = |engine: &Engine, bits: &[u16]| {
                let first = engine.sight().carried_bits(0).start;
                let mut hands: Vec<usize> =
                    bits.iter().filter_map(|&bit| usize::from(bit).checked_sub(first)).collect();
                hands.sort_unstable();
                hands
            };
            prop_assert_eq!(hands(&all, &seen), hands(&window, &shown));
            let paths = Paths::of(&state.grid);
            let scene = Scene::of(&window, state.borrow(), &paths);
            for look in 0..window.sight().looks.len() {
                let visible = shown.iter().any(|bit| window.sight().look_bits(look).contains(&usize::from(*bit)));
                prop_assert_eq!(visible, !scene.cells(look).is_empty(), "rules see what the agent sees");
            }
            let rng = &mut Seed(seed).stream("step", &[step]);
            state.step(&all, Action::ALL[(seed + step) as usize % ACTIONS], rng);
        }
    }
}
