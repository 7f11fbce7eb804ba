//! In which order the things of a level are placed: objects in file order, then the agent, except that what something
//! is placed near to comes before it.

use crate::world::spec::{Anchor, Site, World};

/// What has a place in a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Agent,
    /// All objects of a kind, by its index in [`World::objects`].
    Kind(usize),
}

/// The things in the order in which they are placed; of a circle that `near` closes, one of its things.
pub fn order(world: &World) -> Result<Vec<Thing>, Thing> {
    let mut placing = Placing { world, placed: Vec::new(), begun: Vec::new() };
    (0..world.objects.len()).map(Thing::Kind).chain([Thing::Agent]).try_for_each(|thing| placing.place(thing))?;
    Ok(placing.placed)
}

struct Placing<'w> {
    world: &'w World,
    placed: Vec<Thing>,
    /// The things that wait for what they are near to.
    begun: Vec<Thing>,
}

impl Placing<'_> {
    fn place(&mut self, thing: Thing) -> Result<(), Thing> {
        if self.placed.contains(&thing) {
            return Ok(());
        }
        if self.begun.contains(&thing) {
            return Err(thing);
        }
        self.begun.push(thing);
        let world = self.world;
        match thing {
            Thing::Agent => self.place_anchor(&world.start)?,
            Thing::Kind(kind) => {
                world.objects[kind].at.iter().try_for_each(|placement| self.place_anchor(&placement.site))?;
            }
        }
        self.begun.pop();
        self.placed.push(thing);
        Ok(())
    }

    fn place_anchor(&mut self, site: &Site) -> Result<(), Thing> {
        let Site::Near { of, .. } = site else { return Ok(()) };
        match of {
            Anchor::Agent => self.place(Thing::Agent),
            // A name that no object has is near to nothing, which the level reports.
            Anchor::Object(name) => match self.world.objects.iter().position(|object| object.name == *name) {
                Some(kind) => self.place(Thing::Kind(kind)),
                None => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::world::drawn::{near, object, world};
    use crate::world::order::Thing::{Agent, Kind};
    use crate::world::order::order;
    use crate::world::spec::{Touch, World};

    fn abc() -> World {
        world("@abc", &["a", "b", "c"].map(|name| object(name, Touch::Stays, 0.0)))
    }

    #[test]
    fn file_order_then_the_agent_unless_near_says_otherwise() {
        let mut world = abc();
        assert_eq!(order(&world).unwrap(), [Kind(0), Kind(1), Kind(2), Agent]);
        world.objects[0].at[0].site = near("c", 1);
        assert_eq!(order(&world).unwrap(), [Kind(2), Kind(0), Kind(1), Agent]);
        world.objects[2].at[0].site = near("agent", 1);
        assert_eq!(order(&world).unwrap(), [Agent, Kind(2), Kind(0), Kind(1)]);
        world.objects[1].at[0].site = near("nothing", 1);
        assert!(order(&world).is_ok());
    }

    #[test]
    fn circles_are_found() {
        let mut world = abc();
        world.objects[1].at[0].site = near("b", 1);
        assert_eq!(order(&world), Err(Kind(1)));
        world.objects[1].at[0].site = near("agent", 1);
        world.start = near("b", 1);
        assert_eq!(order(&world), Err(Kind(1)));
    }
}
