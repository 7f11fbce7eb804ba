//! Heuristics: every look and place in them exists somewhere in the study.

use crate::heuristic::rule::{Bias, Condition, Heuristic, Recommendation, Target};
use crate::language::check::Findings;
use crate::language::check::names::Once;
use crate::language::check::numbers::{self, LARGEST, MAX_HORIZON};
use crate::language::check::placement::{self, Ground};
use crate::language::check::worlds::Draft;
use crate::language::codes::{IMPOSSIBLE_PLACE, INCOMPLETE, NEVER_HELD, UNKNOWN_LOOK, UNKNOWN_OBJECT};
use crate::language::diagnostic::Diagnostic;
use crate::language::print;
use crate::language::suggest;
use crate::language::tree;
use crate::world::spec::{Place, Touch};
use std::collections::BTreeSet;

/// What the world and the scenarios of a study hold: everything that a rule or a goal can be about.
pub struct Vocabulary<'a> {
    pub looks: BTreeSet<&'a str>,
    pub objects: BTreeSet<&'a str>,
    carried: BTreeSet<&'a str>,
    grounds: Vec<Ground<'a>>,
    /// Some world has errors of its own, so nothing can be missed.
    broken: bool,
}

impl<'a> Vocabulary<'a> {
    pub fn new(worlds: impl Iterator<Item = &'a Draft>, mut broken: bool) -> Self {
        let (mut looks, mut objects) = (BTreeSet::new(), BTreeSet::new());
        let (mut carried, mut grounds) = (BTreeSet::new(), Vec::new());
        for world in worlds {
            match &world.layout {
                Some(layout) => grounds.push(Ground::new(&layout.value)),
                None => broken = true,
            }
            for object in &world.objects {
                looks.extend(object.looks.iter().map(|look| look.value.as_str()));
                objects.insert(object.name.value.as_str());
                if matches!(object.touch, Touch::Carried { .. }) {
                    carried.insert(object.name.value.as_str());
                }
            }
        }
        Vocabulary { looks, objects, carried, grounds, broken }
    }

    /// A place of a rule or a goal: it has a cell in some world of the study.
    pub fn place(&self, written: &tree::Place, findings: &mut Findings) -> Option<Place> {
        let place = placement::place(written, findings)?;
        let reasons: Vec<String> = self.grounds.iter().map_while(|ground| ground.cells(place).err()).collect();
        if !self.broken
            && reasons.len() == self.grounds.len()
            && let Some(reason) = reasons.first()
        {
            let message = format!("no world of the study has `{}`: it {reason}", print::place(&place));
            findings.push(Diagnostic::new(&IMPOSSIBLE_PLACE, written.span, message));
            return None;
        }
        Some(place)
    }

    pub fn object(&self, name: &tree::Name, findings: &mut Findings) -> Option<String> {
        if self.objects.contains(name.value.as_str()) || self.broken {
            return Some(name.value.clone());
        }
        findings.push_with(|| {
            let message = format!("no world of the study has an object `{}`", name.value);
            let known: Vec<&str> = self.objects.iter().copied().collect();
            let help = if self.looks.contains(name.value.as_str()) {
                format!("`{}` is a look; name the object: {}", name.value, suggest::some(&known))
            } else {
                suggest::help(&name.value, "object", &known)
            };
            Diagnostic::new(&UNKNOWN_OBJECT, name.span, message).help(help)
        });
        None
    }

    fn target(&self, target: &tree::Target, findings: &mut Findings) -> Option<Target> {
        let name = match target {
            tree::Target::Place(place) => return self.place(place, findings).map(Target::Place),
            tree::Target::Look(name) => name,
        };
        if self.looks.contains(name.value.as_str()) || self.broken {
            return Some(Target::Look(name.value.clone()));
        }
        findings.push_with(|| {
            let message = format!("no world of the study shows a look `{}`", name.value);
            let known: Vec<&str> = self.looks.iter().copied().collect();
            let help = if self.objects.contains(name.value.as_str()) {
                format!("the object `{}` has looks of its own: {}", name.value, suggest::some(&known))
            } else {
                suggest::help(&name.value, "look", &known)
            };
            Diagnostic::new(&UNKNOWN_LOOK, name.span, message).help(help)
        });
        None
    }
}

/// A `heuristic` block.
pub fn heuristic(written: &tree::Heuristic, known: &Vocabulary<'_>, findings: &mut Findings) -> Option<Heuristic> {
    let mut once = Once::default();
    for rule in &written.rules {
        once.note("the rule", rule.span, findings);
    }
    for bias in &written.biases {
        once.note("`bias`", bias.span, findings);
    }
    let bias = match written.biases.first().map(|bias| &bias.value) {
        None => Some(Bias::Given(1.0)),
        Some(tree::Bias::Measured) => Some(Bias::Measured),
        Some(tree::Bias::Given(amount)) => numbers::positive(amount, "`bias`", findings).map(Bias::Given),
    };
    let Some(rule) = written.rules.first() else {
        if !written.broken {
            let message = format!("the heuristic `{}` has no rule", written.name.value);
            let help = "add `if CONDITION then ACTION`";
            findings.push(Diagnostic::new(&INCOMPLETE, written.name.span, message).help(help));
        }
        return None;
    };
    let condition = condition(&rule.value.condition, known, findings);
    let recommendation = recommendation(&rule.value.recommendation, known, findings);
    Some(Heuristic {
        name: written.name.value.clone(),
        doc: written.doc.clone(),
        condition: condition?,
        recommendation: recommendation?,
        bias: bias?,
    })
}

fn distance(amount: &tree::Amount, findings: &mut Findings) -> Option<u32> {
    numbers::whole(amount, "`within`", (0, MAX_HORIZON), findings)
}

fn condition(written: &tree::Condition, known: &Vocabulary<'_>, findings: &mut Findings) -> Option<Condition> {
    Some(match written {
        tree::Condition::Always => Condition::Always,
        tree::Condition::Visible(target) => Condition::Visible(known.target(target, findings)?),
        tree::Condition::Within(target, steps) => {
            let (target, steps) = (known.target(target, findings), distance(steps, findings));
            Condition::Within(target?, steps?)
        }
        tree::Condition::Side { target, side, within } => {
            let target = known.target(target, findings);
            let within = match within {
                Some(steps) => Some(distance(steps, findings)?),
                None => None,
            };
            Condition::Side { target: target?, side: *side, within }
        }
        tree::Condition::At(place) => Condition::At(known.place(place, findings)?),
        tree::Condition::Wall(side) => Condition::Wall(side.value),
        tree::Condition::Holding(name) => {
            let object = known.object(name, findings)?;
            if !known.carried.contains(object.as_str()) && !known.broken {
                let message = format!("`{object}` is never in hand: no world of the study has it `carried`");
                findings.push(Diagnostic::new(&NEVER_HELD, name.span, message));
            }
            Condition::Holding(object)
        }
        tree::Condition::Distance(target, comparison, amount) => {
            let target = known.target(target, findings);
            let number = numbers::plain(amount, "a distance", (0.0, LARGEST), findings);
            Condition::Distance(target?, *comparison, number?)
        }
        tree::Condition::Count(target, comparison, amount) => {
            let target = known.target(target, findings);
            let number = numbers::plain(amount, "a count", (0.0, LARGEST), findings);
            Condition::Count(target?, *comparison, number?)
        }
        tree::Condition::Not(inner) => Condition::Not(Box::new(condition(inner, known, findings)?)),
        tree::Condition::All(parts) => joined(parts, Condition::And, known, findings)?,
        tree::Condition::Any(parts) => joined(parts, Condition::Or, known, findings)?,
    })
}

/// Parts joined two by two. The tree is balanced, so that a long list is no deep tree.
fn joined(
    parts: &[tree::Condition],
    join: fn(Box<Condition>, Box<Condition>) -> Condition,
    known: &Vocabulary<'_>,
    findings: &mut Findings,
) -> Option<Condition> {
    match parts {
        [] => Some(Condition::Always),
        [one] => condition(one, known, findings),
        _ => {
            let (left, right) = parts.split_at(parts.len().div_ceil(2));
            let (left, right) = (joined(left, join, known, findings), joined(right, join, known, findings));
            Some(join(Box::new(left?), Box::new(right?)))
        }
    }
}

fn recommendation(
    written: &tree::Recommendation,
    known: &Vocabulary<'_>,
    findings: &mut Findings,
) -> Option<Recommendation> {
    Some(match written {
        tree::Recommendation::Toward { target, by_direction } => {
            Recommendation::Toward { target: known.target(target, findings)?, by_direction: *by_direction }
        }
        tree::Recommendation::AwayFrom(target) => Recommendation::AwayFrom(known.target(target, findings)?),
        tree::Recommendation::Side(side) => Recommendation::Side(*side),
        tree::Recommendation::Free(_) => Recommendation::Free,
        tree::Recommendation::Stay => Recommendation::Stay,
    })
}
