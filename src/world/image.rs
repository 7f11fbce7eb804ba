//! Mirror images of worlds, of their states and of what is said about them.
//!
//! An image turns every column, row, side and action into another. A world and its image differ in nothing that matters,
//! so what is computed of one should be the image of what is computed of the other. Levels are drawn with random numbers,
//! and the same numbers make no mirror image of the same level; so an engine can be made the
//! [image of another](crate::world::engine::Engine::image_of), whose levels are those of the other, each turned over. Then the
//! two can be compared exactly. An image turned over again is the original.

use crate::world::action::{Action, ActionSet, Side};
use crate::world::spec::{Layout, Place, Site, World};
use crate::world::state::{HELD, State, StateRef};

/// A way to turn a grid over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Image {
    /// East and west are exchanged.
    EastWest,
    /// North and south are exchanged.
    NorthSouth,
    /// Columns and rows are exchanged: north with west, and south with east.
    Diagonal,
}

impl Image {
    pub const ALL: [Image; 3] = [Image::EastWest, Image::NorthSouth, Image::Diagonal];

    pub fn side(self, side: Side) -> Side {
        match (self, side) {
            (Image::EastWest, Side::East) => Side::West,
            (Image::EastWest, Side::West) => Side::East,
            (Image::NorthSouth, Side::North) => Side::South,
            (Image::NorthSouth, Side::South) => Side::North,
            (Image::Diagonal, Side::North) => Side::West,
            (Image::Diagonal, Side::West) => Side::North,
            (Image::Diagonal, Side::South) => Side::East,
            (Image::Diagonal, Side::East) => Side::South,
            (Image::EastWest | Image::NorthSouth, side) => side,
        }
    }

    pub fn action(self, action: Action) -> Action {
        action.side().map_or(Action::Stay, |side| Action::ALL[self.side(side) as usize])
    }

    /// The set of the images of its actions.
    pub fn actions(self, set: ActionSet) -> ActionSet {
        let mut image = ActionSet::EMPTY;
        Action::ALL
            .into_iter()
            .filter(|action| set.contains(*action as usize))
            .for_each(|action| image.insert(self.action(action)));
        image
    }

    /// The size of the image of a grid of this width and height.
    pub fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self == Image::Diagonal { (height, width) } else { (width, height) }
    }

    /// The column and row of the image of a cell of a grid of this size.
    fn position(self, (column, row): (u32, u32), (width, height): (u32, u32)) -> (u32, u32) {
        match self {
            Image::EastWest => (flip(column, width), row),
            Image::NorthSouth => (column, flip(row, height)),
            Image::Diagonal => (row, column),
        }
    }

    /// The image of a cell of a grid of this size; a mark in place of a cell is its own.
    pub fn cell(self, cell: u16, size: (u32, u32)) -> u16 {
        if cell >= HELD || size.0 == 0 {
            return cell;
        }
        let (column, row) = self.position((u32::from(cell) % size.0, u32::from(cell) / size.0), size);
        (row * self.size(size).0 + column) as u16
    }

    /// What lies in a grid of this size, row by row, turned over.
    pub fn grid<T: Clone>(self, cells: &[T], size: (u32, u32)) -> Vec<T> {
        // Turned over twice it is itself, so the image of a cell of the image is where that comes from.
        (0..cells.len()).map(|cell| cells[usize::from(self.cell(cell as u16, self.size(size)))].clone()).collect()
    }

    /// The image of a place of a grid of this size. What lies beyond the grid is cut off.
    pub fn place(self, place: Place, (width, height): (u32, u32)) -> Place {
        let span = |first: u32, last: u32, length: u32| (flip(last, length), flip(first, length));
        match (self, place) {
            (_, Place::Anywhere | Place::Marker(_)) => place,
            (_, Place::Edge(side)) => Place::Edge(self.side(side)),
            (Image::Diagonal, Place::Corner { vertical, horizontal, size }) => {
                Place::Corner { vertical: self.side(horizontal), horizontal: self.side(vertical), size }
            }
            (_, Place::Corner { vertical, horizontal, size }) => {
                Place::Corner { vertical: self.side(vertical), horizontal: self.side(horizontal), size }
            }
            (_, Place::Cell(column, row)) => {
                let (column, row) = self.position((column, row), (width, height));
                Place::Cell(column, row)
            }
            (Image::Diagonal, Place::Columns(first, last)) => Place::Rows(first, last),
            (Image::Diagonal, Place::Rows(first, last)) => Place::Columns(first, last),
            (Image::EastWest, Place::Columns(first, last)) => {
                let (first, last) = span(first, last, width);
                Place::Columns(first, last)
            }
            (Image::NorthSouth, Place::Rows(first, last)) => {
                let (first, last) = span(first, last, height);
                Place::Rows(first, last)
            }
            (_, Place::Columns(..) | Place::Rows(..)) => place,
        }
    }

    /// The image of a world: what is said of it turned over, so that its levels are as likely as those of which they are
    /// the images. Of rooms that do not divide a grid evenly the longer ones lie elsewhere, so there it is so for the
    /// [image of an engine](crate::world::engine::Engine::image_of) alone.
    pub fn world(self, world: &World) -> World {
        let size = world.layout.size();
        let site = |site: &Site| match site {
            Site::Place(place) => Site::Place(self.place(*place, size)),
            Site::Near { .. } => site.clone(),
        };
        World { layout: self.layout(&world.layout), ..world.with_sites(site) }
    }

    fn layout(self, layout: &Layout) -> Layout {
        let (width, height) = self.size(layout.size());
        match layout {
            Layout::Room { .. } => Layout::Room { width, height },
            Layout::Maze { braid, .. } => Layout::Maze { width, height, braid: *braid },
            Layout::Scatter { walls, .. } => Layout::Scatter { width, height, walls: *walls },
            Layout::Rooms { columns, rows, .. } => {
                let (columns, rows) = self.size((*columns, *rows));
                Layout::Rooms { width, height, columns, rows }
            }
            Layout::Map { cells, .. } => Layout::Map { width, height, cells: self.grid(cells, layout.size()) },
        }
    }

    /// The image of a state.
    pub fn state(self, state: StateRef<'_>) -> State {
        let size = (state.grid.width, state.grid.height);
        State {
            grid: state.grid.image(self),
            agent: self.cell(state.agent, size),
            slots: state.slots.iter().map(|&cell| self.cell(cell, size)).collect(),
            held: state.held.to_vec(),
            placed: state.placed.to_vec(),
            step: state.step,
        }
    }
}

/// The other end of so many columns or rows.
fn flip(index: u32, length: u32) -> u32 {
    length.saturating_sub(1).saturating_sub(index)
}

#[cfg(test)]
mod tests {
    use crate::seed::Seed;
    use crate::world::action::{Action, ActionSet, Side};
    use crate::world::drawn::{lit, object, of_world, world};
    use crate::world::engine::Engine;
    use crate::world::image::Image;
    use crate::world::place;
    use crate::world::sight::Sight;
    use crate::world::spec::{Layout, Place, Touch, World};
    use crate::world::state::State;

    fn places() -> Vec<Place> {
        vec![
            Place::Anywhere,
            Place::Corner { vertical: Side::North, horizontal: Side::East, size: 2 },
            Place::Edge(Side::South),
            Place::Columns(0, 1),
            Place::Rows(1, 1),
            Place::Cell(3, 0),
            Place::Marker('m'),
        ]
    }

    fn maze() -> World {
        let mut world = world("@..m #..c ....", &[object("cheese", Touch::Ends, 1.0)]);
        world.start = Place::Anywhere.into();
        world.objects[0].at[0].site = Place::Columns(1, 3).into();
        world
    }

    #[test]
    fn an_image_turned_over_is_the_original() {
        let world = maze();
        for image in Image::ALL {
            assert_eq!(image.world(&image.world(&world)), world, "{image:?}");
            for set in 0..32 {
                assert_eq!(image.actions(image.actions(ActionSet(set))), ActionSet(set));
            }
        }
        let turned = Image::Diagonal.world(&world);
        assert_eq!(turned.layout.size(), (3, 4));
        assert_eq!(turned.objects[0].at[0].site, Place::Rows(1, 3).into());
    }

    #[test]
    fn places_and_steps_keep_their_meaning() {
        let state = of_world(&maze()).state;
        let size = (state.grid.width, state.grid.height);
        for image in Image::ALL {
            let turned = state.grid.image(image);
            for cell in 0..state.grid.len() as u16 {
                let there = image.cell(cell, size);
                assert_eq!(turned.marker(there), state.grid.marker(cell));
                for place in places() {
                    let (here, other) = (place::contains(&place, &state.grid, cell), image.place(place, size));
                    assert_eq!(place::contains(&other, &turned, there), here, "{image:?} {place:?} {cell}");
                }
                for side in Side::ALL {
                    let next = state.grid.neighbour(cell, side).map(|next| image.cell(next, size));
                    assert_eq!(turned.neighbour(there, image.side(side)), next, "{image:?} {side:?} {cell}");
                }
            }
        }
    }

    #[test]
    fn the_image_of_an_engine_draws_and_plays_images() {
        let mut scattered = maze();
        scattered.layout = Layout::Scatter { width: 5, height: 4, walls: 0.3 };
        scattered.slip = 0.3;
        for (world, image) in
            [maze(), scattered].into_iter().flat_map(|world| Image::ALL.map(|image| (world.clone(), image)))
        {
            let engine = Engine::new(&world, &Sight::of([&world]));
            let turned = image.world(&world);
            let other = Engine::image_of(&engine, image, &Sight::of([&turned]));
            assert_eq!(other.world(), &turned);
            for seed in 0..20 {
                let (mut rng, mut same) = (Seed(seed).stream("level", &[]), Seed(seed).stream("level", &[]));
                let mut state = State::draw(&engine, &mut rng).unwrap();
                let mut turned = State::draw(&other, &mut same).unwrap();
                for action in [Action::North, Action::East, Action::South, Action::West, Action::Stay] {
                    assert_eq!(turned, image.state(state.borrow()), "{image:?} {seed}");
                    let drawn = crate::world::drawn::Drawn { engine: engine.clone(), state: state.clone() };
                    let seen = crate::world::drawn::Drawn { engine: other.clone(), state: turned.clone() };
                    assert_eq!(lit(&drawn, 0), lit(&seen, 0));
                    let outcome = state.step(&engine, action, &mut rng);
                    let mirrored = turned.step(&other, image.action(action), &mut same);
                    assert_eq!((outcome.reward, outcome.ending), (mirrored.reward, mirrored.ending));
                    assert_eq!(image.action(outcome.action), mirrored.action);
                }
            }
        }
    }
}
