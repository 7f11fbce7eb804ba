//! A second engine, slow and obvious, written from the language's description of worlds: columns and rows, lists, and
//! searches that start anew each time. The fast one must do exactly the same.
//!
//! They share the walls of a level and the draws of `chance` and `place`; in which order these are drawn is part of
//! the description of a step.

use crate::generate;
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use shardbed::seed::{Seed, Stream};
use shardbed::world::batch::Batch;
use shardbed::world::chance::{below, happens, which};
use shardbed::world::engine::Engine;
use shardbed::world::environment::Ending;
use shardbed::world::grid::Grid;
use shardbed::world::place;
use shardbed::world::sight::Sight;
use shardbed::world::spec::{Anchor, Object, Site, Touch, World};
use shardbed::world::state::{GONE, HELD, State};
use std::cell::Cell;
use std::collections::BTreeMap;

type Point = (i32, i32);

const SIDES: [Point; 4] = [(0, -1), (0, 1), (1, 0), (-1, 0)];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Where {
    On(Point),
    InHand,
    Nowhere,
}

#[derive(Clone, Debug)]
struct Thing {
    kind: usize,
    at: Where,
}

/// What a step brought.
#[derive(Debug, Default, PartialEq)]
struct Step {
    reward: f64,
    terminated: bool,
    truncated: bool,
    touched: BTreeMap<usize, u32>,
}

struct Reference<'w> {
    world: &'w World,
    grid: Grid,
    agent: Option<Point>,
    things: Vec<Thing>,
    placement: Vec<usize>,
    steps: u32,
}

impl Reference<'_> {
    fn is_floor(&self, (x, y): Point) -> bool {
        x >= 0 && y >= 0 && self.grid.cell(x as u32, y as u32).is_some_and(|cell| !self.grid.wall(cell))
    }

    fn point(&self, cell: u16) -> Point {
        (self.grid.column(cell) as i32, self.grid.row(cell) as i32)
    }

    fn number(&self, (x, y): Point) -> u16 {
        (y as u32 * self.grid.width + x as u32) as u16
    }

    fn object(&self, thing: usize) -> &Object {
        &self.world.objects[self.things[thing].kind]
    }

    fn kind(&self, name: &str) -> usize {
        self.world.objects.iter().position(|object| object.name == name).unwrap()
    }

    fn thing_at(&self, point: Point) -> Option<usize> {
        self.things.iter().position(|thing| thing.at == Where::On(point))
    }

    fn in_hand(&self, kind: usize) -> Vec<usize> {
        (0..self.things.len())
            .filter(|&thing| self.things[thing].kind == kind && self.things[thing].at == Where::InHand)
            .collect()
    }

    /// Path distances to all floor cells that some source leads to.
    fn distances(&self, sources: &[Point]) -> BTreeMap<Point, u32> {
        let mut found: BTreeMap<Point, u32> =
            sources.iter().filter(|source| self.is_floor(**source)).map(|source| (*source, 0)).collect();
        let mut edge: Vec<Point> = found.keys().copied().collect();
        for distance in 1.. {
            let mut next = Vec::new();
            for (x, y) in edge {
                for (dx, dy) in SIDES {
                    let beside = (x + dx, y + dy);
                    if self.is_floor(beside) && !found.contains_key(&beside) {
                        found.insert(beside, distance);
                        next.push(beside);
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            edge = next;
        }
        found
    }

    fn anchors(&self, of: &Anchor, except: Option<usize>) -> Vec<Point> {
        match of {
            Anchor::Agent => self.agent.into_iter().collect(),
            Anchor::Object(name) => {
                let kind = self.kind(name);
                let things = self.things.iter().enumerate();
                let present = things.filter(|(index, thing)| thing.kind == kind && Some(*index) != except);
                present
                    .filter_map(|(_, thing)| match thing.at {
                        Where::On(point) => Some(point),
                        _ => None,
                    })
                    .collect()
            }
        }
    }

    fn free_cell(&self, site: &Site, rng: &mut Stream) -> Option<Point> {
        let free = |point: Point| self.agent != Some(point) && self.thing_at(point).is_none();
        match site {
            Site::Place(place) => {
                let cell = place::draw(place, &self.grid, |cell| free(self.point(cell)), rng)?;
                Some(self.point(cell))
            }
            Site::Near { of, distance } => {
                let near = self.distances(&self.anchors(of, None));
                let mut cells: Vec<Point> =
                    near.into_iter().filter(|(point, far)| far <= distance && free(*point)).map(|(p, _)| p).collect();
                cells.sort_by_key(|point| self.number(*point));
                if cells.is_empty() { None } else { Some(cells[below(cells.len() as u32, rng) as usize]) }
            }
        }
    }

    fn fresh_cell(&self, kind: usize, rng: &mut Stream) -> Option<Point> {
        self.free_cell(&self.world.objects[kind].at[self.placement[kind]].site, rng)
    }

    /// Places what is not placed yet; false where there is no cell.
    fn place(&mut self, kind: Option<usize>, done: &mut Vec<Option<usize>>, rng: &mut Stream) -> bool {
        if done.contains(&kind) {
            return true;
        }
        let world = self.world;
        let sites: Vec<&Site> = match kind {
            Some(kind) => world.objects[kind].at.iter().map(|placement| &placement.site).collect(),
            None => vec![&world.start],
        };
        for site in sites {
            let first = match site {
                Site::Near { of: Anchor::Agent, .. } => None,
                Site::Near { of: Anchor::Object(name), .. } => Some(self.kind(name)),
                Site::Place(_) => continue,
            };
            if !self.place(first, done, rng) {
                return false;
            }
        }
        done.push(kind);
        let Some(kind) = kind else {
            self.agent = self.free_cell(&world.start, rng);
            return self.agent.is_some();
        };
        let at = &world.objects[kind].at;
        if at.len() > 1 {
            let drawn = which(at.iter().map(|placement| placement.share), rng);
            self.placement[kind] = drawn.unwrap_or(at.len() - 1);
        }
        for thing in 0..self.things.len() {
            if self.things[thing].kind == kind {
                match self.fresh_cell(kind, rng) {
                    Some(point) => self.things[thing].at = Where::On(point),
                    None => return false,
                }
            }
        }
        true
    }

    /// Every kind whose rewarded objects can all be touched; see `every_reward_can_be_had`.
    fn can_be_won(&self) -> bool {
        let mut had: Vec<usize> = Vec::new();
        loop {
            let met = |need: &Option<String>| need.as_ref().is_some_and(|name| had.contains(&self.kind(name)));
            let mut reached = vec![self.agent.unwrap()];
            let mut next = 0;
            while next < reached.len() {
                let (x, y) = reached[next];
                next += 1;
                if let Some(thing) = self.thing_at((x, y)) {
                    let object = self.object(thing);
                    let harmless = met(&object.unless) || object.needs.is_some() && !object.blocks;
                    if object.touch == Touch::Ends && !harmless {
                        continue;
                    }
                }
                for beside in SIDES.map(|(dx, dy)| (x + dx, y + dy)) {
                    let barred = self.thing_at(beside).is_some_and(|thing| {
                        let object = self.object(thing);
                        object.blocks && object.needs.is_some() && !met(&object.needs) && !met(&object.unless)
                    });
                    if self.is_floor(beside) && !reached.contains(&beside) && !barred {
                        reached.push(beside);
                    }
                }
            }
            let touchable = |thing: &Thing| {
                let needs = &self.world.objects[thing.kind].needs;
                matches!(thing.at, Where::On(point) if reached.contains(&point)) && (needs.is_none() || met(needs))
            };
            let more: Vec<usize> = self
                .things
                .iter()
                .filter(|thing| {
                    let carried = self.world.objects[thing.kind].is_carried();
                    carried && touchable(thing) && !had.contains(&thing.kind)
                })
                .map(|thing| thing.kind)
                .collect();
            if more.is_empty() {
                let mut rewarded = self.things.iter().filter(|thing| self.world.objects[thing.kind].is_rewarded());
                return rewarded.all(touchable);
            }
            had.extend(more);
        }
    }

    /// A level; the caller knows that there is one.
    fn reset(&mut self, rng: &mut Stream) {
        let fixed = Engine::new(self.world, &Sight::of([self.world])).is_fixed();
        loop {
            if !fixed {
                self.grid = Grid::draw(&self.world.layout, rng);
            }
            (self.agent, self.steps) = (None, 0);
            self.things.iter_mut().for_each(|thing| thing.at = Where::Nowhere);
            let mut done = Vec::new();
            let mut all = (0..self.world.objects.len()).map(Some).chain([None]);
            if all.all(|kind| self.place(kind, &mut done, rng)) && self.can_be_won() {
                return;
            }
        }
    }

    fn step(&mut self, action: usize, rng: &mut Stream) -> Step {
        let mut step = Step::default();
        let action =
            if self.world.slip > 0.0 && happens(self.world.slip, rng) { below(5, rng) as usize } else { action };
        let (x, y) = self.agent.unwrap();
        if let Some((dx, dy)) = SIDES.get(action)
            && self.is_floor((x + dx, y + dy))
        {
            let to = (x + dx, y + dy);
            match self.thing_at(to) {
                None => self.agent = Some(to),
                Some(thing) if self.object(thing).blocks && !self.works(thing) && !self.averted(thing) => {}
                Some(thing) => {
                    self.agent = Some(to);
                    self.touch(thing, &mut step, rng);
                }
            }
        }
        for thing in 0..self.things.len() {
            if !step.terminated {
                self.move_thing(thing, &mut step, rng);
            }
        }
        step.reward += self.world.step_reward;
        self.steps += 1;
        step.truncated = !step.terminated && self.steps >= self.world.horizon;
        step
    }

    fn averted(&self, thing: usize) -> bool {
        self.object(thing).unless.as_ref().is_some_and(|name| !self.in_hand(self.kind(name)).is_empty())
    }

    fn works(&self, thing: usize) -> bool {
        let object = self.object(thing);
        let mut hands = self.things.iter().filter(|thing| thing.at == Where::InHand).count() as u32;
        if let Some(needs) = &object.needs {
            if self.in_hand(self.kind(needs)).is_empty() {
                return false;
            }
            hands -= 1;
        }
        !(object.is_carried() && self.world.carry.is_some_and(|most| hands >= most))
    }

    fn touch(&mut self, thing: usize, step: &mut Step, rng: &mut Stream) {
        let world = self.world;
        let object = &world.objects[self.things[thing].kind];
        if self.averted(thing) {
            self.use_up(object.unless.as_ref().unwrap(), rng);
            self.things[thing].at = Where::Nowhere;
            return;
        }
        if !self.works(thing) {
            return;
        }
        *step.touched.entry(self.things[thing].kind).or_default() += 1;
        let here = self.agent.unwrap();
        for reward in &object.rewards {
            let holds = match &reward.at {
                None => true,
                Some(Site::Place(place)) => place::contains(place, &self.grid, self.number(here)),
                Some(Site::Near { of: Anchor::Agent, .. }) => true,
                Some(Site::Near { of, distance }) => {
                    let far = self.distances(&self.anchors(of, Some(thing)));
                    far.get(&here).is_some_and(|far| far <= distance)
                }
            };
            if holds {
                step.reward += reward.amount;
            }
        }
        if let Some(needs) = &object.needs {
            self.use_up(needs, rng);
        }
        match object.touch {
            Touch::Stays => {}
            Touch::Ends => step.terminated = true,
            Touch::Vanishes => self.things[thing].at = Where::Nowhere,
            Touch::Respawns => {
                if let Some(point) = self.fresh_cell(self.things[thing].kind, rng) {
                    self.things[thing].at = Where::On(point);
                }
            }
            Touch::Carried { .. } => self.things[thing].at = Where::InHand,
        }
    }

    fn use_up(&mut self, name: &str, rng: &mut Stream) {
        let kind = self.kind(name);
        let thing = self.in_hand(kind)[0];
        self.things[thing].at = Where::Nowhere;
        if self.world.objects[kind].touch == (Touch::Carried { returns: true })
            && let Some(point) = self.fresh_cell(kind, rng)
        {
            self.things[thing].at = Where::On(point);
        }
    }

    fn move_thing(&mut self, thing: usize, step: &mut Step, rng: &mut Stream) {
        let moves = self.object(thing).moves;
        let Where::On(from) = self.things[thing].at else { return };
        if moves.random + moves.toward_agent == 0.0 {
            return;
        }
        let Some(way) = which([moves.random, moves.toward_agent], rng) else { return };
        let agent = self.agent.unwrap();
        let far = self.distances(&[agent]);
        let mut sides: Vec<Point> = SIDES.iter().map(|(dx, dy)| (from.0 + dx, from.1 + dy)).collect();
        sides.retain(|&to| self.is_floor(to) && self.thing_at(to).is_none());
        if self.object(thing).blocks && !self.works(thing) && !self.averted(thing) {
            sides.retain(|&to| to != agent);
        }
        if way == 1 {
            sides.retain(|to| far.contains_key(to) && far[to] < far[&from]);
        }
        let to = match sides.len() {
            0 => return,
            1 => sides[0],
            several => sides[below(several as u32, rng) as usize],
        };
        self.things[thing].at = Where::On(to);
        if to == agent {
            self.touch(thing, step, rng);
        }
    }

    /// The same state, as the engine writes it.
    fn state(&self) -> State {
        let cell = |thing: &Thing| match thing.at {
            Where::On(point) => self.number(point),
            Where::InHand => HELD,
            Where::Nowhere => GONE,
        };
        let several = self.world.objects.iter().any(|object| object.at.len() > 1);
        State {
            grid: self.grid.clone(),
            agent: self.number(self.agent.unwrap()),
            slots: self.things.iter().map(cell).collect(),
            held: (0..self.world.objects.len()).map(|kind| self.in_hand(kind).len() as u32).collect(),
            placed: if several { self.placement.iter().map(|&index| index as u16).collect() } else { Vec::new() },
            step: self.steps,
        }
    }
}

const TOGETHER: usize = 4;

#[test]
fn the_engine_does_what_the_slow_and_obvious_one_does() {
    let episodes = Cell::new(0_u32);
    // Touches that worked, in all; several in one step; steps at which something was in hand.
    let (touches, several, hands) = (Cell::new(0_u32), Cell::new(0_u32), Cell::new(0_u32));
    let add = |count: &Cell<u32>, more: bool| count.set(count.get() + u32::from(more));
    let config = ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(world in generate::world(), seed in 0..1_000_000_u64)| {
        let engine = Engine::new(&world, &Sight::of([&world]));
        let Ok(mut batch) = Batch::new(&engine, TOGETHER, Seed(seed)) else { return Ok(()) };
        let things = || (0..engine.slots()).map(|slot| Thing { kind: engine.kind_of(slot), at: Where::Nowhere });
        let mut streams: Vec<Stream> =
            (0..TOGETHER as u64).map(|i| Seed(seed).stream("environment", &[i])).collect();
        let mut references: Vec<Reference> = (0..TOGETHER)
            .map(|_| Reference {
                world: &world,
                grid: engine.grid().clone(),
                agent: None,
                things: things().collect(),
                placement: vec![0; world.objects.len()],
                steps: 0,
            })
            .collect();
        references.iter_mut().zip(&mut streams).for_each(|(reference, rng)| reference.reset(rng));
        let mut number = seed as u32;
        for _ in 0..60 {
            let mut actions = [0_u8; TOGETHER];
            for action in &mut actions {
                number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *action = (number >> 24) as u8 % 5;
            }
            batch.step(&actions);
            for (i, reference) in references.iter_mut().enumerate() {
                let step = reference.step(usize::from(actions[i]), &mut streams[i]);
                let ending = match (step.terminated, step.truncated) {
                    (true, _) => Ending::Terminated,
                    (_, true) => Ending::Truncated,
                    _ => Ending::None,
                };
                prop_assert_eq!(&batch.state(i), &reference.state());
                prop_assert_eq!((batch.rewards()[i], batch.endings()[i]), (step.reward as f32, ending));
                let count = |kind| step.touched.get(&kind).copied().unwrap_or(0);
                for kind in 0..world.objects.len() {
                    prop_assert_eq!(batch.touched()[i].count(kind), count(kind));
                }
                touches.set(touches.get() + step.touched.values().sum::<u32>());
                add(&several, step.touched.values().sum::<u32>() > 1);
                add(&hands, reference.things.iter().any(|thing| thing.at == Where::InHand));
                add(&episodes, ending != Ending::None);
            }
            if batch.reset_ended().is_err() {
                break;
            }
            for (i, reference) in references.iter_mut().enumerate() {
                if reference.steps != batch.lengths()[i] {
                    reference.reset(&mut streams[i]);
                }
                prop_assert_eq!(&batch.state(i), &reference.state());
            }
        }
    });
    let found = [episodes.get(), touches.get(), several.get(), hands.get()];
    assert!(found[0] >= 10_000 && found[1..].iter().all(|&count| count > 100), "{found:?}");
}
