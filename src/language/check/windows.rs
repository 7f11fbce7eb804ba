//! What `view window` shows too little of for a rule, and what it has too much of.
//!
//! A window has no bits for where the agent is, so a rule about a place is about what the agent does not see, unless
//! the window shows every grid of the study whole, from every cell. A window of one cell does not show the walls beside
//! the agent either.

use crate::language::check::Findings;
use crate::language::check::placement;
use crate::language::check::worlds::Draft;
use crate::language::codes::{UNSEEN, WIDE_WINDOW};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::span::{Span, Spanned};
use crate::language::tree::{Condition, Heuristic, Place, PlaceKind, Recommendation, Target};
use crate::world::spec::View;

/// The window of a study.
pub struct Window {
    /// Its width in cells.
    across: u32,
    /// The longest side of a grid.
    side: u32,
    span: Span,
}

impl Window {
    /// Nothing where the view is no window, or where a world has no layout, which has been reported.
    pub fn of<'a>(view: &Spanned<View>, worlds: impl Iterator<Item = &'a Draft>) -> Option<Window> {
        let View::Window(across) = view.value else { return None };
        let sides = worlds.map(|world| {
            let (width, height) = world.layout.as_ref()?.value.size();
            Some(width.max(height))
        });
        let side = sides.collect::<Option<Vec<u32>>>()?.into_iter().max()?;
        Some(Window { across, side, span: view.span })
    }

    /// The width at which it shows every grid whole from every cell.
    fn whole(&self) -> u32 {
        2 * self.side - 1
    }

    /// Whether it is wider than any grid can use.
    pub fn width(&self, study: Span, findings: &mut Findings) {
        if self.across > self.whole() {
            let (across, side, whole) = (self.across, self.side, self.whole());
            let cells = if side == 1 { "1 cell".to_owned() } else { format!("{side} cells") };
            let message = format!(
                "`view window {across}`, but no grid of the study has a side of more than {cells}: what lies beyond \
                 {whole}x{whole} is always wall"
            );
            let help = format!("`view window {whole}` shows the whole grid from every cell");
            let finding = Diagnostic::new(&WIDE_WINDOW, self.span, message).also(study, "in this study");
            findings.push(finding.help(help));
        }
    }

    /// Whether the agent sees what a rule is about.
    pub fn heuristic(&self, written: &Heuristic, findings: &mut Findings) {
        let Some(rule) = written.rules.first().filter(|_| self.across < self.whole()) else { return };
        let mut parts = Parts::default();
        parts.condition(&rule.value.condition);
        parts.recommendation(&rule.value.recommendation);
        // Numbers out of range have been reported.
        let place = |place: &Place| placement::place(place, &mut Findings::default());
        let view = print::view(View::Window(self.across));
        if let Some((written, place)) = parts.place.and_then(|written| Some((written, place(written)?))) {
            let place = print::place(&place);
            let message = format!("`{place}` is a place, but under `view {view}` the agent does not see where it is");
            let help = "take `view offsets` or `view all`, or make the rule about something in view";
            findings.push(self.unseen(written.span, message).help(help));
        }
        if let Some((part, span)) = parts.walls.filter(|_| self.across == 1) {
            let message = format!("`{part}` is about walls beside the agent, which `view {view}` does not show");
            let help = "take `view window 3` or a larger one, `view offsets` or `view all`";
            findings.push(self.unseen(span, message).help(help));
        }
    }

    fn unseen(&self, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(&UNSEEN, span, message).also(self.span, "what it sees")
    }
}

/// The first parts of a rule that a window may not show.
#[derive(Default)]
struct Parts<'a> {
    place: Option<&'a Place>,
    walls: Option<(String, Span)>,
}

impl<'a> Parts<'a> {
    fn condition(&mut self, written: &'a Condition) {
        match written {
            Condition::Visible(target)
            | Condition::Within(target, _)
            | Condition::Side { target, .. }
            | Condition::Distance(target, ..)
            | Condition::Count(target, ..) => self.target(target),
            Condition::At(place) => self.place(place),
            Condition::Wall(side) => self.walls(side.span, || format!("wall {}", side.value.name())),
            Condition::Not(inner) => self.condition(inner),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| self.condition(part)),
            Condition::Always | Condition::Holding(_) => {}
        }
    }

    fn recommendation(&mut self, written: &'a Recommendation) {
        match written {
            Recommendation::Toward { target, .. } | Recommendation::AwayFrom(target) => self.target(target),
            Recommendation::Free(span) => self.walls(*span, || "move free".to_owned()),
            Recommendation::Side(_) | Recommendation::Stay => {}
        }
    }

    fn target(&mut self, target: &'a Target) {
        match target {
            Target::Place(place) => self.place(place),
            Target::Look(_) => {}
        }
    }

    /// It needs no sight to be anywhere.
    fn place(&mut self, place: &'a Place) {
        if place.kind != PlaceKind::Anywhere {
            self.place.get_or_insert(place);
        }
    }

    fn walls(&mut self, span: Span, part: impl FnOnce() -> String) {
        self.walls.get_or_insert_with(|| (part(), span));
    }
}
