//! Kinds of object, and statements laid over a kind that exists.

use crate::language::check::Findings;
use crate::language::check::limits::{MAX_COUNT, MAX_KINDS, MAX_LOOKS};
use crate::language::check::names::{self, Once};
use crate::language::check::numbers::{self, LARGEST};
use crate::language::check::placement;
use crate::language::check::worlds::Draft;
use crate::language::codes::{DUPLICATE, NOT_BUILT, OUT_OF_RANGE, TOO_MANY, TOO_MANY_KINDS};
use crate::language::diagnostic::Diagnostic;
use crate::language::span::{Span, Spanned};
use crate::language::tree::{self, Name, ObjectStatement};
use crate::world::spec::{Object, Place, Placement, Touch};
use std::collections::BTreeMap;

/// A kind of object in the making.
#[derive(Clone, Debug)]
pub struct ObjectDraft {
    pub name: Name,
    pub count: Spanned<u32>,
    pub at: Spanned<Place>,
    pub reward: f64,
    pub touch: Touch,
    pub looks: Vec<Name>,
}

impl ObjectDraft {
    fn new(name: &Name) -> Self {
        ObjectDraft {
            name: name.clone(),
            count: Spanned::new(1, name.span),
            at: Spanned::new(Place::Anywhere, name.span),
            reward: 0.0,
            touch: Touch::Stays,
            looks: vec![name.clone()],
        }
    }

    pub fn finish(&self) -> Object {
        Object {
            count: self.count.value,
            at: Placement::only(self.at.value),
            rewards: Object::reward_of(self.reward),
            touch: self.touch,
            looks: self.looks.iter().map(|look| look.value.clone()).collect(),
            ..Object::named(&self.name.value)
        }
    }
}

/// Lays an `object` block over the kind of that name, or adds it. `named` are the kinds that this block of
/// statements has named before.
pub fn lay(draft: &mut Draft, written: &tree::Object, named: &mut BTreeMap<String, Span>, findings: &mut Findings) {
    let name = &written.name;
    match named.get(&name.value) {
        Some(first) => findings.push(names::duplicate("object", name, *first)),
        None => {
            named.insert(name.value.clone(), name.span);
        }
    }
    if !draft.objects.iter().any(|object| object.name.value == name.value) {
        if draft.objects.len() == MAX_KINDS {
            let message = format!("more than {MAX_KINDS} kinds of object");
            findings.push(Diagnostic::new(&TOO_MANY_KINDS, name.span, message));
            return;
        }
        draft.objects.push(ObjectDraft::new(name));
    }
    let Some(object) = draft.objects.iter_mut().find(|object| object.name.value == name.value) else { return };
    statements(object, &written.statements, findings);
}

fn statements(object: &mut ObjectDraft, statements: &[Spanned<ObjectStatement>], findings: &mut Findings) {
    let mut once = Once::default();
    let (mut reward, mut touches) = (None, Vec::new());
    for Spanned { value: statement, span } in statements {
        match statement {
            ObjectStatement::Count(amount) => {
                once.note("`count`", *span, findings);
                if let Some(count) = numbers::whole(amount, "`count`", (0, MAX_COUNT), findings) {
                    object.count = Spanned::new(count, *span);
                }
            }
            ObjectStatement::At(written) => {
                once.note("the place", *span, findings);
                if let Some(place) = placement::place(written, findings) {
                    object.at = Spanned::new(place, written.span);
                }
            }
            ObjectStatement::Reward(amount) => {
                if let Some(value) = numbers::plain(amount, "`reward`", (-LARGEST, LARGEST), findings) {
                    let sum = reward.unwrap_or(0.0) + value;
                    if sum.abs() > LARGEST {
                        let message = "the rewards of this object add up to more than 1M";
                        findings.push(Diagnostic::new(&OUT_OF_RANGE, *span, message));
                    }
                    reward = Some(sum);
                }
            }
            ObjectStatement::Touch(touch) => {
                let pair = [touches.last().copied(), Some(*touch)];
                if pair.contains(&Some(Touch::Carried { returns: false })) && pair.contains(&Some(Touch::Respawns)) {
                    let message = "not built yet: `carried` together with `respawns`";
                    findings.push(Diagnostic::new(&NOT_BUILT, *span, message).help("keep one of them"));
                } else {
                    once.note("what touching does", *span, findings);
                }
                touches.push(*touch);
                object.touch = *touch;
            }
            ObjectStatement::Looks(looks) => {
                once.note("`looks`", *span, findings);
                object.looks = distinct(looks, findings);
            }
        }
    }
    object.reward = reward.unwrap_or(object.reward);
}

/// The looks, each once, and no more than a study may have.
fn distinct(looks: &[Name], findings: &mut Findings) -> Vec<Name> {
    let mut kept: Vec<Name> = Vec::new();
    for look in looks {
        match kept.iter().find(|known| known.value == look.value) {
            Some(first) => {
                let message = format!("the look `{}` a second time", look.value);
                findings.push(Diagnostic::new(&DUPLICATE, look.span, message).also(first.span, "first here"));
            }
            None if kept.len() == MAX_LOOKS => {
                let message = format!("more than {MAX_LOOKS} looks of an object");
                findings.push(Diagnostic::new(&TOO_MANY, look.span, message));
                break;
            }
            None => kept.push(look.clone()),
        }
    }
    kept
}
