//! Kinds of object, and statements laid over a kind that exists.

use crate::language::check::Findings;
use crate::language::check::limits::{MAX_COUNT, MAX_KINDS, MAX_LOOKS, MAX_PLACES};
use crate::language::check::names::{self, Once};
use crate::language::check::numbers::{self, LARGEST};
use crate::language::check::placement::{self, Located};
use crate::language::check::worlds::Draft;
use crate::language::codes::{
    ALWAYS_NEAR, BAD_SUM, DUPLICATE, NEW_OBJECT, NO_SHARES, OUT_OF_RANGE, TOO_MANY, TOO_MANY_KINDS,
};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::span::{Span, Spanned};
use crate::language::suggest;
use crate::language::tree::{self, Amount, Name, ObjectStatement};
use crate::world::spec::{Anchor, Moves, Object, Placement, Reward, Site, Touch};
use std::collections::BTreeMap;

/// A kind of object in the making.
#[derive(Clone, Debug)]
pub struct ObjectDraft {
    pub name: Name,
    pub count: Spanned<u32>,
    /// At least one, each with its share.
    pub at: Vec<(Located, f64)>,
    /// The sum of the rewards without a place.
    pub reward: f64,
    pub placed_rewards: Vec<(Located, f64)>,
    pub touch: Touch,
    pub blocks: bool,
    pub needs: Option<Name>,
    pub unless: Option<Name>,
    pub moves: Moves,
    pub looks: Vec<Name>,
}

impl ObjectDraft {
    fn new(name: &Name) -> Self {
        ObjectDraft {
            name: name.clone(),
            count: Spanned::new(1, name.span),
            at: vec![(Located::anywhere(name.span), 1.0)],
            reward: 0.0,
            placed_rewards: Vec::new(),
            touch: Touch::Stays,
            blocks: false,
            needs: None,
            unless: None,
            moves: Moves::default(),
            looks: vec![name.clone()],
        }
    }

    pub fn finish(&self) -> Object {
        let placed = |(at, amount): &(Located, f64)| Reward { amount: *amount, at: Some(at.site.clone()) };
        let mut rewards = Object::reward_of(self.reward);
        rewards.extend(self.placed_rewards.iter().map(placed));
        Object {
            name: self.name.value.clone(),
            count: self.count.value,
            at: self.at.iter().map(|(at, share)| Placement { site: at.site.clone(), share: *share }).collect(),
            rewards,
            touch: self.touch,
            blocks: self.blocks,
            needs: self.needs.as_ref().map(|name| name.value.clone()),
            unless: self.unless.as_ref().map(|name| name.value.clone()),
            looks: self.looks.iter().map(|look| look.value.clone()).collect(),
            moves: self.moves,
        }
    }

    /// Whether it is ever in hand.
    pub fn is_carried(&self) -> bool {
        matches!(self.touch, Touch::Carried { .. })
    }

    /// The same, as if all of it were written at one place.
    pub fn written_at(mut self, span: Span) -> Self {
        let located = |all: Vec<(Located, f64)>| all.into_iter().map(|(at, number)| (at.written_at(span), number));
        (self.name.span, self.count.span) = (span, span);
        self.at = located(self.at).collect();
        self.placed_rewards = located(self.placed_rewards).collect();
        let names = self.needs.iter_mut().chain(&mut self.unless).chain(&mut self.looks);
        names.for_each(|name| name.span = span);
        self
    }
}

/// Says so where an object that a scenario or a phase adds has nearly the name of one that the world has.
pub fn warn_of_slip(draft: &Draft, name: &Name, findings: &mut Findings) {
    let known: Vec<&str> = draft.objects.iter().map(|object| object.name.value.as_str()).collect();
    if known.contains(&name.value.as_str()) {
        return;
    }
    if let Some(near) = suggest::nearest(&name.value, known) {
        let message = format!("the world has no object `{}`, so this adds one", name.value);
        findings.push(Diagnostic::new(&NEW_OBJECT, name.span, message).help(format!("did you mean `{near}`?")));
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
    let (mut rewards, mut touch, mut moves) = (None, None, None);
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
                if let Some(at) = placements(written, *span, findings) {
                    object.at = at;
                }
            }
            ObjectStatement::Reward(amount, at) => {
                rewards.get_or_insert_with(Rewards::default).add(amount, at.as_ref(), *span, findings);
            }
            ObjectStatement::Touch(written) => {
                touch = match (touch, *written) {
                    (Some(Touch::Carried { returns: false }), Touch::Respawns)
                    | (Some(Touch::Respawns), Touch::Carried { returns: false }) => {
                        Some(Touch::Carried { returns: true })
                    }
                    (_, written) => {
                        once.note("what touching does", *span, findings);
                        Some(written)
                    }
                };
            }
            ObjectStatement::Blocks => {
                once.note("`blocks`", *span, findings);
                object.blocks = true;
            }
            ObjectStatement::Needs(name) => {
                once.note("`needs`", *span, findings);
                object.needs = Some(name.clone());
            }
            ObjectStatement::Unless(name) => {
                once.note("`unless`", *span, findings);
                object.unless = Some(name.clone());
            }
            ObjectStatement::MovesRandom(amount) => {
                once.note("`moves random`", *span, findings);
                let share = numbers::share(amount, "`moves random`", findings);
                moves.get_or_insert_with(Moves::default).random = share.unwrap_or(0.0);
                together(moves, *span, findings);
            }
            ObjectStatement::MovesTowardAgent(amount) => {
                once.note("`moves toward agent`", *span, findings);
                let share = numbers::share(amount, "`moves toward agent`", findings);
                moves.get_or_insert_with(Moves::default).toward_agent = share.unwrap_or(0.0);
                together(moves, *span, findings);
            }
            ObjectStatement::Looks(looks) => {
                once.note("`looks`", *span, findings);
                object.looks = distinct(looks, findings);
            }
        }
    }
    object.touch = touch.unwrap_or(object.touch);
    object.moves = moves.unwrap_or(object.moves);
    if let Some(rewards) = rewards {
        (object.reward, object.placed_rewards) = (rewards.unplaced, rewards.placed);
    }
}

fn together(moves: Option<Moves>, span: Span, findings: &mut Findings) {
    let sum = moves.map_or(0.0, |moves| moves.random + moves.toward_agent);
    if !numbers::is_at_most_whole(sum) {
        let message = format!("an object moves with at most 100% in a step, found {}", numbers::shown_sum(sum));
        let help = "`moves random` and `moves toward agent` exclude one another: lower one of them";
        findings.push(Diagnostic::new(&OUT_OF_RANGE, span, message).help(help));
    }
}

/// The rewards that a block gives to an object.
#[derive(Default)]
struct Rewards {
    unplaced: f64,
    placed: Vec<(Located, f64)>,
}

impl Rewards {
    fn add(&mut self, amount: &Amount, at: Option<&tree::Site>, span: Span, findings: &mut Findings) {
        let value = numbers::plain(amount, "`reward`", (-LARGEST, LARGEST), findings);
        let at = match at {
            Some(at) => match placement::site(at, findings) {
                Some(at) => Some(at),
                None => return,
            },
            None => None,
        };
        let Some(value) = value else { return };
        if let Some(at) = at.as_ref().filter(|at| matches!(at.site, Site::Near { of: Anchor::Agent, .. })) {
            let place = print::site(&at.site);
            let message = format!("what is touched is always at `{place}`: this reward is paid at every touch");
            let help = "leave the place out, or name another, such as `edge(north)` or `near(OBJECT, 2)`";
            findings.push(Diagnostic::new(&ALWAYS_NEAR, at.span, message).help(help));
        }
        match at {
            None => self.unplaced += value,
            Some(_) if self.placed.len() == MAX_PLACES => {
                let message = format!("more than {MAX_PLACES} rewards with a place");
                return findings.push(Diagnostic::new(&TOO_MANY, span, message));
            }
            Some(at) => self.placed.push((at, value)),
        }
        let all = || std::iter::once(self.unplaced).chain(self.placed.iter().map(|(_, amount)| *amount));
        let (gain, loss): (f64, f64) = (all().map(|r| r.max(0.0)).sum(), all().map(|r| r.min(0.0)).sum());
        if gain > LARGEST || loss < -LARGEST {
            let message = "the rewards of this object add up to more than 1M";
            findings.push(Diagnostic::new(&OUT_OF_RANGE, span, message));
        }
    }
}

/// The places of an object with their shares, which sum to 100%; one alone needs no share.
fn placements(written: &[tree::Placement], span: Span, findings: &mut Findings) -> Option<Vec<(Located, f64)>> {
    if let Some(over) = written.get(MAX_PLACES) {
        let message = format!("more than {MAX_PLACES} places of an object");
        findings.push(Diagnostic::new(&TOO_MANY, over.site.span(), message));
        return None;
    }
    let mut good = true;
    let mut sites: Vec<Located> = Vec::new();
    for placement in written {
        let Some(site) = placement::site(&placement.site, findings) else {
            good = false;
            continue;
        };
        if let Some(first) = sites.iter().find(|known| known.site == site.site) {
            let message = format!("the place `{}` a second time", print::site(&site.site));
            let finding = Diagnostic::new(&DUPLICATE, site.span, message).also(first.span, "first here");
            findings.push(finding.help("give it once, with the sum of both shares"));
            good = false;
        }
        sites.push(site);
    }
    let given = written.iter().filter(|placement| placement.share.is_some()).count();
    if given == 0 && written.len() == 1 {
        return sites.pop().map(|site| vec![(site, 1.0)]);
    }
    let missing = written.iter().find(|placement| placement.share.is_none());
    if let Some(missing) = missing {
        let help = "one of several places is drawn per level: give each a share, `at PLACE P%, PLACE P%`";
        let (span, message) = match given {
            0 => (span, format!("{} places without shares", written.len())),
            _ => (missing.site.span(), "a place without a share beside others that have one".to_owned()),
        };
        findings.push(Diagnostic::new(&NO_SHARES, span, message).help(help));
        return None;
    }
    let amounts = written.iter().flat_map(|placement| &placement.share);
    let shares: Vec<Option<f64>> = amounts.map(|amount| numbers::share(amount, "a share", findings)).collect();
    let shares: Vec<f64> = shares.into_iter().collect::<Option<_>>()?;
    let sum: f64 = shares.iter().sum();
    if !numbers::is_whole_sum(sum) {
        let message = format!("the shares of the places sum to {}, not 100%", numbers::shown_sum(sum));
        let help = match written.len() {
            1 => "an object with one place is always there: leave out the share, or add a place".to_owned(),
            _ => numbers::to_whole(sum),
        };
        findings.push(Diagnostic::new(&BAD_SUM, span, message).help(help));
        return None;
    }
    good.then(|| sites.into_iter().zip(shares).collect())
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
