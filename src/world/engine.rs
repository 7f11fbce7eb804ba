//! A world made ready to step and to be observed: one slot per object, indices in place of names.

use crate::seed::Seed;
use crate::world::action::{ACTIONS, Action};
use crate::world::grid::Grid;
use crate::world::image::Image;
use crate::world::order::{self, Thing};
use crate::world::sight::Sight;
use crate::world::spec::{Layout, Object, Touch, View, World};
use std::ops::Range;
use std::sync::Arc;

/// A world compiled against the sight of its study.
#[derive(Clone, Debug)]
pub struct Engine {
    world: World,
    sight: Sight,
    /// The kind of every slot, in file order.
    slots: Vec<u8>,
    kinds: Vec<Kind>,
    /// The slots of objects that move, in file order.
    movers: Vec<usize>,
    /// See [`Engine::order`].
    order: Result<Vec<Thing>, Thing>,
    /// The grid of a layout that is always the same; otherwise solid.
    grid: Grid,
    /// See [`Engine::bit_position`].
    positions: Vec<u32>,
    /// The wall bits of the cells of the largest grid that this world's does not have.
    beyond: Vec<u16>,
    always_reachable: bool,
    /// See [`Engine::image_of`].
    original: Option<Arc<(Engine, Image)>>,
}

/// What the engine knows of a kind of object.
#[derive(Clone, Debug)]
struct Kind {
    /// Indices of its looks, each with the bit that it lights at position 0.
    looks: Vec<(usize, usize)>,
    /// Its place in [`Sight::carried`].
    carried: Option<usize>,
    slots: Range<usize>,
    /// The kind that it needs, and the one that averts it.
    needs: Option<usize>,
    unless: Option<usize>,
    reward: f64,
    rewarded_by_place: bool,
}

impl Engine {
    /// `sight` is one of this world, possibly among others: it covers its grid, its looks and what it lets carry.
    pub fn new(world: &World, sight: &Sight) -> Engine {
        let (width, height) = world.layout.size();
        let mut grid = Grid::solid(width, height);
        if is_fixed(&world.layout) {
            // A fixed layout draws nothing from its stream.
            grid = Grid::draw(&world.layout, &mut Seed(0).stream("fixed layout", &[]));
        }
        // A kind that the world does not have is never in hand.
        let index = |name: &String| world.objects.iter().position(|object| object.name == *name);
        let index = |name: &String| index(name).unwrap_or(world.objects.len());
        let mut slots = Vec::new();
        let mut kind = |(kind, object): (usize, &Object)| {
            let first = slots.len();
            slots.resize(first + object.count as usize, kind as u8);
            Kind {
                looks: object
                    .looks
                    .iter()
                    .filter_map(|look| sight.look(look))
                    .map(|look| (look, first_bit(sight, look)))
                    .collect(),
                carried: sight.carried(&object.name),
                slots: first..slots.len(),
                needs: object.needs.as_ref().map(index),
                unless: object.unless.as_ref().map(index),
                reward: object.reward(),
                rewarded_by_place: object.rewards.iter().any(|reward| reward.at.is_some()),
            }
        };
        let kinds: Vec<Kind> = world.objects.iter().enumerate().map(&mut kind).collect();
        let moves = |slot: &usize| world.objects[usize::from(slots[*slot])].is_mover();
        Engine {
            movers: (0..slots.len()).filter(moves).collect(),
            order: order::order(world),
            slots,
            kinds,
            positions: positions(width, height, sight),
            beyond: beyond(width, height, sight),
            always_reachable: always_reachable(world),
            grid,
            world: world.clone(),
            sight: sight.clone(),
            original: None,
        }
    }

    /// The image of an engine, for comparisons that no chance may blur: what it draws from a stream is the image of what
    /// the other draws from the same stream, and its states light the bits that their images light there, so that a
    /// network sees them alike. `sight` is that of the images of all worlds of the study.
    ///
    /// Fresh places of objects and the moves of objects are drawn as in any other world: no images of those of the other.
    pub fn image_of(original: &Engine, image: Image, sight: &Sight) -> Engine {
        let engine = Engine::new(&image.world(original.world()), sight);
        Engine { original: Some(Arc::new((original.clone(), image))), ..engine }
    }

    /// The engine that this is the image of, if it is one.
    pub fn original(&self) -> Option<(&Engine, Image)> {
        self.original.as_deref().map(|(engine, image)| (engine, *image))
    }

    /// The actions in the order in which a random number chooses among them: that of their discriminants, or the images
    /// of these. Whoever samples actions for it goes through this.
    pub fn actions(&self) -> [Action; ACTIONS] {
        match self.original() {
            Some((original, image)) => original.actions().map(|action| image.action(action)),
            None => Action::ALL,
        }
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    pub fn sight(&self) -> &Sight {
        &self.sight
    }

    /// How many objects there are, of all kinds together.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The kind of the object in a slot: its index in [`World::objects`].
    pub fn kind_of(&self, slot: usize) -> usize {
        usize::from(self.slots[slot])
    }

    /// The kind of every slot, in file order.
    pub fn slot_kinds(&self) -> &[u8] {
        &self.slots
    }

    /// The slots of a kind.
    pub fn slots_of(&self, kind: usize) -> Range<usize> {
        self.kinds[kind].slots.clone()
    }

    /// The kind with this name.
    pub fn kind_named(&self, name: &str) -> Option<usize> {
        self.world.objects.iter().position(|object| object.name == name)
    }

    /// The slots of the objects that move, in file order.
    pub fn movers(&self) -> &[usize] {
        &self.movers
    }

    /// The order in which a level is placed; of a circle that `near` closes, one of its things.
    pub fn order(&self) -> Result<&[Thing], Thing> {
        self.order.as_ref().map(Vec::as_slice).map_err(|thing| *thing)
    }

    /// How many numbers say which placement each kind has in a level: one per kind where some kind has several
    /// placements, otherwise none.
    pub fn placements(&self) -> usize {
        if self.world.objects.iter().any(|object| object.at.len() > 1) { self.world.objects.len() } else { 0 }
    }

    /// The kind that this kind needs; an index beyond all kinds for one that the world does not have.
    pub fn needs(&self, kind: usize) -> Option<usize> {
        self.kinds[kind].needs
    }

    /// The kind that averts this kind; an index beyond all kinds for one that the world does not have.
    pub fn unless(&self, kind: usize) -> Option<usize> {
        self.kinds[kind].unless
    }

    /// What touching an object of the kind brings wherever it is.
    pub fn reward(&self, kind: usize) -> f64 {
        self.kinds[kind].reward
    }

    /// Whether touching an object of the kind brings more at some sites.
    pub fn rewarded_by_place(&self, kind: usize) -> bool {
        self.kinds[kind].rewarded_by_place
    }

    /// The indices of the looks of a kind, each with the bit it lights where [`Engine::bit_position`] is 0.
    pub fn looks_of(&self, kind: usize) -> &[(usize, usize)] {
        &self.kinds[kind].looks
    }

    /// The place of a kind in [`Sight::carried`]; nothing for a kind that no world lets carry.
    pub fn carried_index(&self, kind: usize) -> Option<usize> {
        self.kinds[kind].carried
    }

    /// Whether every level has the same walls.
    pub fn is_fixed(&self) -> bool {
        is_fixed(&self.world.layout)
    }

    /// The grid to begin with: of a fixed layout the only one, otherwise solid.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Whether no level needs a search to know that its rewarded objects can be reached.
    pub fn always_reachable(&self) -> bool {
        self.always_reachable
    }

    /// How far a cell of this world is along the bits that show a look: by the cell of the largest grid
    /// (`all`), or by an offset so that differences of cells are differences of bits (`offsets`). A window has no such
    /// positions.
    pub fn bit_position(&self, cell: u16) -> usize {
        self.positions.get(usize::from(cell)).map_or(0, |&position| position as usize)
    }

    /// The wall bits of the cells of the largest grid that this world's does not have (`all`).
    pub fn beyond(&self) -> &[u16] {
        &self.beyond
    }
}

fn is_fixed(layout: &Layout) -> bool {
    matches!(layout, Layout::Room { .. } | Layout::Map { .. })
}

/// In a grid that is one connected part, only objects that end the episode can be in the way, and not of themselves,
/// as long as nothing is needed.
fn always_reachable(world: &World) -> bool {
    let connected = match world.layout {
        Layout::Map { .. } => false,
        // With more rooms than there is space for, some are missing.
        Layout::Rooms { width, height, columns, rows } => {
            2 * u64::from(columns) <= u64::from(width) + 1 && 2 * u64::from(rows) <= u64::from(height) + 1
        }
        Layout::Room { .. } | Layout::Maze { .. } | Layout::Scatter { .. } => true,
    };
    let present = || world.objects.iter().filter(|object| object.count > 0);
    let rewarded = present().filter(|object| object.is_rewarded());
    let ends: u32 = present().filter(|object| object.touch == Touch::Ends).map(|object| object.count).sum();
    let mut apart = rewarded.filter(|object| object.touch != Touch::Ends);
    let needed = present().any(|object| object.needs.is_some());
    connected && !needed && (ends == 0 || ends == 1 && apart.next().is_none())
}

/// The bit that a look lights at position 0: in `offsets`, that of no offset.
fn first_bit(sight: &Sight, look: usize) -> usize {
    let bits = sight.look_bits(look);
    match sight.view {
        View::All | View::Window(_) => bits.start,
        View::Offsets => bits.start + bits.len() / 2,
    }
}

fn positions(width: u32, height: u32, sight: &Sight) -> Vec<u32> {
    let stride = match sight.view {
        View::All | View::Window(_) => sight.width,
        View::Offsets => (2 * sight.width).saturating_sub(1),
    };
    (0..width * height).map(|cell| cell / width * stride + cell % width).collect()
}

fn beyond(width: u32, height: u32, sight: &Sight) -> Vec<u16> {
    let outside = |cell: &u32| cell % sight.width >= width || cell / sight.width >= height;
    match sight.view {
        View::All => (0..sight.width * sight.height).filter(outside).map(|cell| cell as u16).collect(),
        View::Window(_) | View::Offsets => Vec::new(),
    }
}
