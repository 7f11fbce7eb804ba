//! What a world says of one object by the name of another, asked once all its statements are laid: `near`, `needs` and
//! `unless`.

use crate::language::check::Findings;
use crate::language::check::objects::ObjectDraft;
use crate::language::check::placement::{Located, Scope};
use crate::language::check::worlds::Draft;
use crate::language::codes::{NEAR_CIRCLE, NEED_CIRCLE, NOT_CARRIED, UNKNOWN_OBJECT};
use crate::language::diagnostic::Diagnostic;
use crate::language::span::Span;
use crate::language::suggest;
use crate::language::tree::Name;
use crate::world::spec::{Anchor, Site};

/// Whether every named object is there and is what it must be, and whether something can be placed first.
pub fn check(world: &Draft, scope: Scope, findings: &mut Findings) {
    let mut known = is_known(&world.start, world, scope, findings);
    for object in &world.objects {
        for (at, _) in &object.at {
            known &= is_known(at, world, scope, findings);
        }
        for (at, _) in &object.placed_rewards {
            is_known(at, world, scope, findings);
        }
        for (word, name) in [("needs", &object.needs), ("unless", &object.unless)] {
            if let Some(name) = name {
                carried(object, word, name, world, scope, findings);
            }
        }
    }
    needs_circle(world, scope, findings);
    if known {
        near_circle(world, scope, findings);
    }
}

fn is_known(at: &Located, world: &Draft, scope: Scope, findings: &mut Findings) -> bool {
    let Site::Near { of: Anchor::Object(name), .. } = &at.site else { return true };
    let known = world.objects.iter().any(|object| object.name.value == *name);
    if !known {
        findings.push_with(|| unknown(name, at.anchor, world.objects.iter(), scope));
    }
    known
}

fn unknown<'a>(name: &str, span: Span, known: impl Iterator<Item = &'a ObjectDraft>, scope: Scope) -> Diagnostic {
    let known: Vec<&str> = known.map(|object| object.name.value.as_str()).collect();
    let message = format!("this world has no object `{name}`");
    scope.finding(&UNKNOWN_OBJECT, span, message, "named here").help(suggest::help(name, "object", &known))
}

fn carried(object: &ObjectDraft, word: &str, name: &Name, world: &Draft, scope: Scope, findings: &mut Findings) {
    let Some(other) = world.objects.iter().find(|other| other.name.value == name.value) else {
        return findings.push_with(|| {
            let others = world.objects.iter().filter(|other| other.name.value != object.name.value);
            let (carried, rest): (Vec<_>, Vec<_>) = others.partition(|other| other.is_carried());
            let name = (&name.value, name.span);
            let missing = |known: Vec<&ObjectDraft>| unknown(name.0, name.1, known.into_iter(), scope);
            match carried.is_empty() {
                true => missing(rest).help(format!("add it, in hand: `object {} {{ carried }}`", name.0)),
                false => missing(carried),
            }
        });
    };
    let (kind, other_kind) = (&object.name.value, &name.value);
    let finding = if kind == other_kind && word == "needs" {
        let message = format!("`{kind}` needs itself: none is ever touched first");
        scope.finding(&NOT_CARRIED, name.span, message, "said here").help("name another object, one that is `carried`")
    } else if !other.is_carried() {
        let message = format!("`{kind}` has `{word} {other_kind}`, but `{other_kind}` is never in hand");
        let finding = scope.finding(&NOT_CARRIED, name.span, message, "said here");
        finding.help(format!("make it so: `object {other_kind} {{ carried }}`"))
    } else {
        return;
    };
    findings.push(finding);
}

/// Reports the first circle of needs: none of it is ever in hand, so none of it is ever touched. Of itself, and of what
/// is not carried, [`carried`] has complained.
fn needs_circle(world: &Draft, scope: Scope, findings: &mut Findings) {
    let next = |object: &ObjectDraft| {
        let name = object.needs.as_ref().filter(|_| object.is_carried())?;
        world.objects.iter().find(|other| other.name.value == name.value)
    };
    for object in &world.objects {
        let way: Vec<&ObjectDraft> =
            std::iter::successors(Some(object), |last| next(last)).take(world.objects.len() + 1).collect();
        let back = way.iter().skip(1).position(|other| other.name.value == object.name.value);
        let (Some(others @ 1..), Some(need)) = (back, &object.needs) else { continue };
        let steps: Vec<String> = way
            .windows(2)
            .take(others + 1)
            .map(|pair| format!("`{}` needs `{}`", pair[0].name.value, pair[1].name.value))
            .collect();
        let message = format!("{}: none of them is ever in hand", steps.join(", "));
        let finding = scope.finding(&NEED_CIRCLE, need.span, message, "said here");
        return findings.push(finding.help("let one of them need nothing, or something outside of the circle"));
    }
}

/// What is near to what: the agent, then the objects.
struct Nearness<'a> {
    world: &'a Draft,
}

impl Nearness<'_> {
    fn shown(&self, node: usize) -> String {
        let object = node.checked_sub(1).and_then(|index| self.world.objects.get(index));
        object.map_or("the agent".to_owned(), |object| format!("`{}`", object.name.value))
    }

    /// The nodes that this one is placed near, each with where that is written.
    fn anchors(&self, node: usize) -> Vec<(usize, &Located)> {
        let sites: Vec<&Located> = match node.checked_sub(1).and_then(|index| self.world.objects.get(index)) {
            Some(object) => object.at.iter().map(|(at, _)| at).collect(),
            None => vec![&self.world.start],
        };
        let anchor = |at: &Located| match &at.site {
            Site::Place(_) => None,
            Site::Near { of: Anchor::Agent, .. } => Some(0),
            Site::Near { of: Anchor::Object(name), .. } => {
                self.world.objects.iter().position(|object| object.name.value == *name).map(|index| index + 1)
            }
        };
        sites.into_iter().filter_map(|at| Some((anchor(at)?, at))).collect()
    }

    /// The way along anchors from the last node of `way` to its first, if there is one. Nodes in `seen` lead nowhere.
    fn back<'b>(&'b self, way: &mut Vec<(usize, &'b Located)>, seen: &mut [bool]) -> bool {
        let (Some(&(first, _)), Some(&(last, _))) = (way.first(), way.last()) else { return false };
        if first == last && way.len() > 1 {
            return true;
        }
        for (next, at) in self.anchors(last) {
            if next == first || !std::mem::replace(&mut seen[next], true) {
                way.push((next, at));
                if self.back(way, seen) {
                    return true;
                }
                way.pop();
            }
        }
        false
    }
}

/// Reports the first circle of nearness: nothing in it can be placed before the others.
fn near_circle(world: &Draft, scope: Scope, findings: &mut Findings) {
    let nearness = Nearness { world };
    let nodes = world.objects.len() + 1;
    for node in (1..nodes).chain([0]) {
        let mut way = vec![(node, &world.start)];
        if !nearness.back(&mut way, &mut vec![false; nodes]) {
            continue;
        }
        let at = way.get(1).map_or(&world.start, |(_, at)| at);
        let names: Vec<String> = way.iter().map(|(node, _)| nearness.shown(*node)).collect();
        let message = match names.as_slice() {
            [one, _] if node == 0 => format!("{one} cannot start near itself"),
            [one, _] => format!("{one} cannot be placed near itself"),
            _ => {
                let steps: Vec<String> = names.windows(2).map(|pair| format!("{} near {}", pair[0], pair[1])).collect();
                format!("{}: none of them is placed first", steps.join(", "))
            }
        };
        let finding = scope.finding(&NEAR_CIRCLE, at.span, message, "placed here");
        return findings.push(finding.help("give one of them a place such as `anywhere` or `corner(north, east)`"));
    }
}
