//! Worlds: from statements to data, and statements laid over a world that exists.

use crate::language::check::Findings;
use crate::language::check::limits::{MAX_GRID, MAX_HANDS, MAX_WINDOW};
use crate::language::check::names::Once;
use crate::language::check::numbers::{self, LARGEST, MAX_HORIZON};
use crate::language::check::objects::{self, ObjectDraft};
use crate::language::check::placement::{self, Located};
use crate::language::codes::{BAD_MAP, GRID_SIZE, NO_LAYOUT, OUT_OF_RANGE, SCENARIO_VIEW};
use crate::language::diagnostic::Diagnostic;
use crate::language::span::{Span, Spanned};
use crate::language::tree::{self, WorldStatement};
use crate::world::spec::{Glyph, Layout, View, World};
use std::collections::BTreeMap;

/// A world in the making: its parts with the places where they are written.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The `///` lines above the world.
    pub doc: String,
    /// Missing only where that has been reported.
    pub layout: Option<Spanned<Layout>>,
    pub start: Located,
    pub view: Spanned<View>,
    pub horizon: u32,
    pub step_reward: f64,
    pub slip: f64,
    pub carry: Option<u32>,
    pub objects: Vec<ObjectDraft>,
}

impl Draft {
    /// The finished world, if it has a layout.
    pub fn finish(&self) -> Option<World> {
        Some(World {
            layout: self.layout.as_ref()?.value.clone(),
            start: self.start.site.clone(),
            view: self.view.value,
            horizon: self.horizon,
            step_reward: self.step_reward,
            slip: self.slip,
            carry: self.carry,
            objects: self.objects.iter().map(ObjectDraft::finish).collect(),
        })
    }

    /// The same, as if all of it were written at one place: where a file uses the one that it is written in.
    pub fn written_at(mut self, span: Span) -> Draft {
        if let Some(layout) = &mut self.layout {
            layout.span = span;
        }
        self.view.span = span;
        self.start = self.start.written_at(span);
        self.objects = self.objects.into_iter().map(|object| object.written_at(span)).collect();
        self
    }
}

/// A `world` block.
pub fn world(world: &tree::World, findings: &mut Findings) -> Draft {
    let name = world.name.span;
    let mut draft = Draft {
        doc: world.doc.clone(),
        layout: None,
        start: Located::anywhere(name),
        view: Spanned::new(View::All, name),
        horizon: 100,
        step_reward: 0.0,
        slip: 0.0,
        carry: None,
        objects: Vec::new(),
    };
    let asked = world.statements.iter().any(|statement| matches!(statement.value, WorldStatement::Layout(_)));
    if !asked && !world.broken {
        let message = format!("the world `{}` has no layout", world.name.value);
        findings.push(Diagnostic::new(&NO_LAYOUT, name, message).help("add, for example, `layout room 9x9`"));
    }
    lay(&mut draft, &world.statements, Role::World, findings);
    placement::check(&draft, name, None, findings);
    draft
}

/// What the statements make up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    World,
    /// They lie over a world that exists.
    Scenario,
    /// The same.
    Phase,
}

/// Lays statements over a draft: one that is given replaces all of its kind.
pub fn lay(draft: &mut Draft, statements: &[Spanned<WorldStatement>], role: Role, findings: &mut Findings) {
    let mut once = Once::default();
    let mut named: BTreeMap<String, Span> = BTreeMap::new();
    for Spanned { value: statement, span } in statements {
        match statement {
            WorldStatement::Layout(written) => {
                once.note("`layout`", *span, findings);
                draft.layout = layout(written, *span, findings).map(|layout| Spanned::new(layout, *span));
            }
            WorldStatement::Start(written) => {
                once.note("`start`", *span, findings);
                if let Some(start) = placement::site(written, findings) {
                    draft.start = start;
                }
            }
            WorldStatement::View(_) if role != Role::World => {
                let what = if role == Role::Phase { "a phase" } else { "a scenario" };
                let finding = Diagnostic::new(&SCENARIO_VIEW, *span, format!("{what} cannot change the view"));
                findings.push(
                    finding.help("the network reads one kind of observation; write another study for another view"),
                );
            }
            WorldStatement::View(written) => {
                once.note("`view`", *span, findings);
                if let Some(view) = view(written, findings) {
                    draft.view = Spanned::new(view, *span);
                }
            }
            WorldStatement::Horizon(amount) => {
                once.note("`horizon`", *span, findings);
                let horizon = numbers::whole(amount, "`horizon`", (1, MAX_HORIZON), findings);
                draft.horizon = horizon.unwrap_or(draft.horizon);
            }
            WorldStatement::StepReward(amount) => {
                once.note("`step reward`", *span, findings);
                let reward = numbers::plain(amount, "`step reward`", (-LARGEST, LARGEST), findings);
                draft.step_reward = reward.unwrap_or(draft.step_reward);
            }
            WorldStatement::Slip(amount) => {
                once.note("`slip`", *span, findings);
                draft.slip = numbers::share(amount, "`slip`", findings).unwrap_or(draft.slip);
            }
            WorldStatement::Carry(amount) => {
                once.note("`carry`", *span, findings);
                draft.carry = numbers::whole(amount, "`carry`", (1, MAX_HANDS), findings).or(draft.carry);
            }
            WorldStatement::Object(object) => {
                if role != Role::World {
                    objects::warn_of_slip(draft, &object.name, findings);
                }
                objects::lay(draft, object, &mut named, findings);
            }
        }
    }
}

fn view(written: &tree::View, findings: &mut Findings) -> Option<View> {
    let width = match written {
        tree::View::All => return Some(View::All),
        tree::View::Offsets => return Some(View::Offsets),
        tree::View::Window(width) => width,
    };
    let across = numbers::whole(width, "the width of a window", (1, MAX_WINDOW), findings)?;
    if across.is_multiple_of(2) {
        let message = format!("a window has an odd width, so that the agent is in its middle; found {across}");
        let help = format!("try `window {}`", across + 1);
        findings.push(Diagnostic::new(&GRID_SIZE, width.span, message).help(help));
        return None;
    }
    Some(View::Window(across))
}

fn layout(written: &tree::Layout, span: Span, findings: &mut Findings) -> Option<Layout> {
    match written {
        tree::Layout::Room(written) => {
            let (width, height) = size(written.width, written.height, written.span, findings)?;
            Some(Layout::Room { width, height })
        }
        tree::Layout::Maze(written, braid) => {
            let braid = match braid {
                Some(braid) => numbers::share(braid, "`braid`", findings),
                None => Some(0.0),
            };
            let (width, height) = size(written.width, written.height, written.span, findings)?;
            if width.is_multiple_of(2) || height.is_multiple_of(2) {
                let odd = |side: u32| if side.is_multiple_of(2) { side - 1 } else { side };
                let message = format!("a maze has odd sizes, found {width}x{height}");
                let help = format!("try `{}x{}`", odd(width), odd(height));
                findings.push(Diagnostic::new(&GRID_SIZE, written.span, message).help(help));
                return None;
            }
            Some(Layout::Maze { width, height, braid: braid? })
        }
        tree::Layout::Scatter(written, walls) => {
            let share = numbers::share(walls, "`walls`", findings);
            let (width, height) = size(written.width, written.height, written.span, findings)?;
            let share = share?;
            if share >= 1.0 {
                findings.push(Diagnostic::new(&OUT_OF_RANGE, walls.span, "walls everywhere leave no floor"));
                return None;
            }
            Some(Layout::Scatter { width, height, walls: share })
        }
        tree::Layout::Rooms(written, grid) => {
            let (width, height) = size(written.width, written.height, written.span, findings)?;
            let beside = |rooms: u64| (1..=MAX_GRID).contains(&rooms).then_some(rooms as u32);
            let (Some(columns), Some(rows)) = (beside(grid.width), beside(grid.height)) else {
                let message = format!("there are between 1x1 and {MAX_GRID}x{MAX_GRID} rooms");
                findings.push(Diagnostic::new(&GRID_SIZE, grid.span, message));
                return None;
            };
            let (least, lowest) = (2 * columns - 1, 2 * rows - 1);
            if width < least || height < lowest {
                let message = format!(
                    "{columns}x{rows} rooms with walls between them take at least {least}x{lowest} cells, found {width}x{height}"
                );
                let most = |side: u32| side.div_ceil(2);
                let help = format!(
                    "make the grid larger, or take at most {}x{} rooms",
                    most(width).min(columns),
                    most(height).min(rows)
                );
                let finding = Diagnostic::new(&GRID_SIZE, grid.span, message).also(written.span, "the grid");
                findings.push(finding.help(help));
                return None;
            }
            Some(Layout::Rooms { width, height, columns, rows })
        }
        tree::Layout::Map(rows) => map(rows, span, findings),
    }
}

fn size(width: u64, height: u64, span: Span, findings: &mut Findings) -> Option<(u32, u32)> {
    let good = |side: u64| (1..=MAX_GRID).contains(&side).then_some(side as u32);
    match (good(width), good(height)) {
        (Some(width), Some(height)) => Some((width, height)),
        _ => {
            let message = format!("a grid has between 1x1 and {MAX_GRID}x{MAX_GRID} cells");
            findings.push(Diagnostic::new(&GRID_SIZE, span, message));
            None
        }
    }
}

fn map(rows: &[Spanned<String>], span: Span, findings: &mut Findings) -> Option<Layout> {
    let Some(first) = rows.first() else {
        findings.push(Diagnostic::new(&BAD_MAP, span, "the map is empty"));
        return None;
    };
    let width = first.value.chars().count();
    let mut cells = Vec::new();
    let (mut even, mut readable) = (true, true);
    for row in rows {
        let length = row.value.chars().count();
        if length != width {
            let message = format!("this row of the map has {length} cells, the first has {width}");
            findings.push(Diagnostic::new(&BAD_MAP, row.span, message).also(first.span, format!("{width} cells")));
            even = false;
        }
        for (offset, sign) in row.value.char_indices() {
            match sign {
                '#' => cells.push(Glyph::Wall),
                '.' => cells.push(Glyph::Floor),
                letter if letter.is_ascii_alphabetic() => cells.push(Glyph::Marker(letter)),
                other if readable => {
                    let start = row.span.start + offset;
                    let span = Span { start, end: start + other.len_utf8() };
                    let message = format!("`{}` is nothing in a map", other.escape_debug());
                    findings.push(
                        Diagnostic::new(&BAD_MAP, span, message).help("`#` is wall, `.` floor, a letter a marker"),
                    );
                    readable = false;
                }
                _ => {}
            }
        }
    }
    if !even || !readable {
        return None;
    }
    let (width, height) = size(width as u64, rows.len() as u64, span, findings)?;
    if !cells.iter().any(|cell| *cell != Glyph::Wall) {
        findings.push(Diagnostic::new(&BAD_MAP, span, "the map has no floor"));
        return None;
    }
    Some(Layout::Map { width, height, cells })
}
