//! Objects that move, one after the other in file order, each as the one before has left the level.
//!
//! Per object that is on the grid, one random number decides what it does: with probability `random` a step to a side
//! drawn uniformly from the free ones, with probability `toward_agent` one along a shortest path to the agent, drawn
//! uniformly from the free sides that shorten the distance, else nothing. A second number is drawn where there are
//! several such sides, in the order north, south, east, west; where there is none the object stays.
//!
//! A side is free when the cell there is floor without an object. The agent's cell is free too, unless an object
//! stands on it, or the one that moves blocks and touching it would not work. In distances only walls matter. A mover
//! that enters the agent's cell is touched. One that `stays` remains there with the agent, from where it can leave and
//! enter again, and every time that it enters it is touched.

use crate::world::action::Side;
use crate::world::chance::{below, which};
use crate::world::engine::Engine;
use crate::world::environment::{Ending, Environment, StepOutcome};
use crate::world::state::HELD;
use rand::Rng;

/// From this many objects on the cells that they hold are kept in a table, filled once a step; to ask few objects is
/// faster.
const MANY: usize = 32;

impl Environment<'_> {
    /// The moves of the objects, added to the outcome; what follows on one that ends the episode is left out.
    #[inline(never)]
    pub(super) fn move_objects(
        &mut self,
        engine: &Engine,
        mut outcome: StepOutcome,
        rng: &mut impl Rng,
    ) -> StepOutcome {
        // The distances from the agent, as long as no touch has used the search for something else.
        let mut searched = false;
        let many = self.slots.len() >= MANY;
        if many {
            self.occupancy.fill(self.grid.len(), self.slots);
        }
        for &slot in engine.movers() {
            let cell = self.slots[slot];
            if cell >= HELD {
                continue;
            }
            let kind = engine.kind_of(slot);
            let object = &engine.world().objects[kind];
            let toward = match which([object.moves.random, object.moves.toward_agent], rng) {
                Some(0) => false,
                Some(_) => true,
                None => continue,
            };
            if toward && !searched {
                self.search.spread(self.grid, std::iter::once(*self.agent), u32::MAX);
                searched = true;
            }
            let touching = self.touching(engine, kind);
            let free = |next: &u16| {
                (!toward || self.search.distance(*next) < self.search.distance(cell))
                    && (next != self.agent || touching.admits(object))
                    && !if many { self.occupancy.holds(*next) } else { self.slots.contains(next) }
            };
            let (mut sides, mut count) = ([0; 4], 0);
            for next in Side::ALL.into_iter().filter_map(|side| self.grid.neighbour(cell, side)).filter(free) {
                sides[count] = next;
                count += 1;
            }
            let next = match count {
                0 => continue,
                1 => sides[0],
                several => sides[below(several as u32, rng) as usize],
            };
            self.slots[slot] = next;
            if many {
                self.occupancy.shift(cell, next);
            }
            if next == *self.agent {
                self.touch(engine, slot, touching, &mut outcome, rng);
                if outcome.ending != Ending::None {
                    break;
                }
                searched = false;
                // Touching may have moved or removed any object.
                if many {
                    self.occupancy.fill(self.grid.len(), self.slots);
                }
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::action::Action::{self, East, Stay};
    use crate::world::drawn::{Drawn, drawn, object, of_world, world};
    use crate::world::environment::{Ending, StepOutcome};
    use crate::world::spec::{Moves, Object, Place, Placement, Touch};
    use crate::world::state::{GONE, HELD};
    use std::collections::BTreeMap;

    fn mover(name: &str, touch: Touch, random: f64, toward_agent: f64) -> Object {
        Object { moves: Moves { random, toward_agent }, ..object(name, touch, 1.0) }
    }

    /// Where the first object is after one step, and how often, in 3,000 trials.
    fn spread(make: impl Fn() -> Drawn, action: Action) -> BTreeMap<u16, u32> {
        let rng = &mut Seed(1).stream("movers", &[]);
        let mut counts = BTreeMap::new();
        for _ in 0..3_000 {
            let mut drawn = make();
            drawn.state.step(&drawn.engine, action, rng);
            *counts.entry(drawn.state.slots[0]).or_default() += 1;
        }
        counts
    }

    fn shares(counts: &BTreeMap<u16, u32>) -> Vec<(u16, u32)> {
        counts.iter().map(|(&cell, &count)| (cell, (count + 100) / 300)).collect()
    }

    fn last(drawn: &mut Drawn, steps: u32) -> StepOutcome {
        let rng = &mut Seed(1).stream("movers", &[]);
        for _ in 1..steps {
            drawn.state.step(&drawn.engine, Stay, rng);
        }
        drawn.state.step(&drawn.engine, Stay, rng)
    }

    #[test]
    fn random_steps_go_to_free_sides_alike() {
        let around = |random| {
            move || drawn("#.# .go @##", &[mover("g", Touch::Stays, random, 0.0), object("o", Touch::Stays, 0.0)])
        };
        // North and west; neither the wall nor the other object.
        assert_eq!(shares(&spread(around(1.0), Stay)), [(1, 5), (3, 5)]);
        assert_eq!(shares(&spread(around(0.4), Stay)), [(1, 2), (3, 2), (4, 6)]);
        let mut enclosed = mover("g", Touch::Stays, 1.0, 0.0);
        enclosed.rewards.clear();
        assert_eq!(shares(&spread(|| drawn("g# #@", std::slice::from_ref(&enclosed)), Stay)), [(0, 10)]);
    }

    #[test]
    fn toward_the_agent_is_along_shortest_paths_around_walls() {
        let chaser = || [mover("g", Touch::Stays, 0.0, 1.0)];
        assert_eq!(shares(&spread(|| drawn("g.. ... ..@", &chaser()), Stay)), [(1, 5), (3, 5)]);
        assert_eq!(shares(&spread(|| drawn("g#@ ...", &chaser()), Stay)), [(3, 10)]);
        // Another object is in the only way: it waits, though there is a detour.
        let two = || [mover("g", Touch::Stays, 0.0, 1.0), object("o", Touch::Stays, 0.0)];
        assert_eq!(shares(&spread(|| drawn("go@ ...", &two()), Stay)), [(0, 10)]);
        // No path leads to the agent.
        let mut apart = chaser();
        apart[0].rewards.clear();
        assert_eq!(shares(&spread(|| drawn(".g#@", &apart), Stay)), [(1, 10)]);
    }

    #[test]
    fn a_mover_that_enters_the_agents_cell_is_touched() {
        let mut ghost = drawn("g.@", &[mover("g", Touch::Ends, 0.0, 1.0)]);
        let caught = last(&mut ghost, 2);
        assert_eq!((caught.ending, caught.reward, caught.touched.count(0)), (Ending::Terminated, 1.0, 1));
        assert_eq!((caught.moved, ghost.state.slots[0]), (false, 2));
        // Staying on the agent is no touch.
        let mut dog = drawn("d@", &[mover("d", Touch::Stays, 0.0, 1.0)]);
        assert_eq!(last(&mut dog, 1).reward, 1.0);
        assert_eq!(last(&mut dog, 1).reward, 0.0);
        // One that leaves and comes back is, each time.
        let mut restless = drawn("d@", &[mover("d", Touch::Stays, 1.0, 0.0)]);
        let rng = &mut Seed(1).stream("movers", &[]);
        let rewards = (0..4).map(|_| restless.state.step(&restless.engine, Stay, rng).reward);
        assert_eq!(rewards.collect::<Vec<_>>(), [1.0, 0.0, 1.0, 0.0]);
        // The agent meets it before it moves.
        let mut bird = drawn("@b.", &[mover("b", Touch::Vanishes, 0.0, 1.0)]);
        let met = bird.state.step(&bird.engine, East, &mut Seed(1).stream("movers", &[]));
        assert_eq!((met.touched.count(0), bird.state.slots[0]), (1, GONE));
    }

    #[test]
    fn several_can_be_touched_in_one_step_until_one_ends_it() {
        let coins = mover("c", Touch::Carried { returns: false }, 0.0, 1.0);
        let mut all = drawn("#c# c@c #c#", std::slice::from_ref(&coins));
        let outcome = last(&mut all, 1);
        assert_eq!((outcome.touched.count(0), outcome.reward), (4, 4.0));
        assert_eq!((all.state.slots, all.state.held), (vec![HELD; 4], vec![4]));
        let mut first = drawn("#c# e@c ###", &[mover("e", Touch::Ends, 0.0, 1.0), coins]);
        let outcome = last(&mut first, 1);
        assert_eq!((outcome.touched.count(0), outcome.touched.count(1), outcome.reward), (1, 0, 1.0));
        assert!(first.state.slots[1..].iter().all(|cell| [1, 5].contains(cell)));
    }

    #[test]
    fn many_movers_take_the_steps_that_few_take() {
        // A long wall keeps the others apart: they only make the objects many.
        let row = |first: &str| format!("{first}{}", ".".repeat(60 - first.len()));
        let map = |first: &str| format!("{} {} {}", row(first), "#".repeat(60), row(""));
        let mut c = mover("c", Touch::Respawns, 0.5, 0.5);
        c.rewards.clear();
        let few = world(&map("c.c@.c"), std::slice::from_ref(&c));
        let mut apart = object("stone", Touch::Stays, 0.0);
        apart.at = Placement::only(Place::Rows(2, 2));
        let mut many = few.clone();
        many.objects.push(Object { count: 40, ..apart });
        let [mut few, mut many] = [of_world(&few), of_world(&many)];
        let rngs = &mut [1, 1].map(|seed| Seed(seed).stream("movers", &[]));
        let mut touched = 0;
        for step in 0..500 {
            let action = Action::ALL[step % 3 + 2];
            let outcome = few.state.step(&few.engine, action, &mut rngs[0]);
            assert_eq!(many.state.step(&many.engine, action, &mut rngs[1]), outcome);
            assert_eq!((many.state.agent, &many.state.slots[..3]), (few.state.agent, &few.state.slots[..]));
            touched += outcome.touched.count(0);
        }
        assert!(touched > 20, "{touched}");
    }

    #[test]
    fn what_blocks_enters_the_agents_cell_only_when_touching_works() {
        let guard = Object { blocks: true, needs: Some("pass".into()), ..mover("g", Touch::Vanishes, 0.0, 1.0) };
        let pass = object("pass", Touch::Carried { returns: false }, 0.0);
        let mut barred = of_world(&world("g@ .p", &[guard.clone(), pass.clone()]));
        assert_eq!((last(&mut barred, 1).reward, barred.state.slots[0]), (0.0, 0));
        let mut admitted = of_world(&world("g@ .p", &[guard, pass]));
        (admitted.state.slots[1], admitted.state.held[1]) = (HELD, 1);
        assert_eq!(last(&mut admitted, 1).reward, 1.0);
        assert_eq!((admitted.state.slots, admitted.state.held), (vec![GONE, GONE], vec![0, 0]));
    }

    #[test]
    fn averting_a_mover_removes_it_and_what_is_in_hand_stays_put() {
        let wolf = Object { unless: Some("torch".into()), ..mover("w", Touch::Ends, 0.0, 1.0) };
        let torch = Object {
            moves: Moves { random: 1.0, toward_agent: 0.0 },
            ..object("torch", Touch::Carried { returns: false }, 0.0)
        };
        let mut drawn = drawn("w@t", &[wolf, torch]);
        (drawn.state.slots[1], drawn.state.held[1]) = (HELD, 1);
        let averted = last(&mut drawn, 1);
        assert_eq!((averted.ending, averted.reward, averted.touched.is_empty()), (Ending::None, 0.0, true));
        assert_eq!((drawn.state.slots, drawn.state.held), (vec![GONE, GONE], vec![0, 0]));
    }

    #[test]
    fn an_object_on_the_agents_cell_is_in_the_way() {
        let mut drawn = drawn("@sg", &[object("s", Touch::Stays, 0.0), mover("g", Touch::Ends, 0.0, 1.0)]);
        let rng = &mut Seed(1).stream("movers", &[]);
        let outcome = drawn.state.step(&drawn.engine, East, rng);
        assert_eq!((outcome.ending, drawn.state.slots.clone()), (Ending::None, vec![1, 2]));
    }
}
