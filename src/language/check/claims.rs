//! Claims: what confirms and what refutes them compares means, can happen with the seeds of the study, and excludes the other.

use crate::heuristic::rule::Comparison;
use crate::language::check::Findings;
use crate::language::check::limits::MAX_CLAIMS;
use crate::language::check::names::Once;
use crate::language::check::numbers;
use crate::language::check::quantities::{self, Asked};
use crate::language::check::studies::unique;
use crate::language::check::subjects::Names;
use crate::language::codes::{NO_MEAN, NO_SIDE, ONE_WAY, OUT_OF_RANGE, OVERLAP, TOO_FEW_TO_DECIDE};
use crate::language::diagnostic::Diagnostic;
use crate::language::number;
use crate::language::print;
use crate::language::span::Span;
use crate::language::tree;
use crate::scoring::claim::{fewest, surest};
use crate::study::claim::{Claim, Criterion};
use crate::study::forecast::{Event, Operand};

/// All `claim` blocks of a study with so many seeds, if these are known, in order; nothing where one is wrong.
pub fn claims(
    written: &[tree::Claim],
    seeds: Option<u32>,
    names: &Names<'_>,
    findings: &mut Findings,
) -> Option<Vec<Claim>> {
    unique("claim", "claims", MAX_CLAIMS, written.iter().map(|claim| &claim.name), findings);
    let mut good = true;
    let mut checked = Vec::new();
    for claim in written.iter().take(MAX_CLAIMS) {
        let Some(checked_claim) = self::claim(claim, names, findings) else {
            good = false;
            continue;
        };
        if let Some(seeds) = seeds {
            decided(&checked_claim, claim, seeds, findings);
        }
        checked.push(checked_claim);
    }
    good.then_some(checked)
}

fn claim(written: &tree::Claim, names: &Names<'_>, findings: &mut Findings) -> Option<Claim> {
    let mut once = Once::default();
    written.confirm.iter().for_each(|side| once.note("what confirms the claim", side.span, findings));
    written.refute.iter().for_each(|side| once.note("what refutes the claim", side.span, findings));
    let mut side = |sides: &[tree::Criterion]| match sides.first() {
        None => Some(None),
        Some(side) => criterion(side, names, findings).map(Some),
    };
    let (confirm, refute) = (side(&written.confirm), side(&written.refute));
    let name = &written.name;
    if written.broken {
        return None;
    }
    if written.confirm.is_empty() && written.refute.is_empty() {
        let message = format!("the claim `{}` has neither `confirm` nor `refute`", name.value);
        let help = "say what would settle it, for example `confirm share(a) > share(b) at 95%`";
        findings.push(Diagnostic::new(&NO_SIDE, name.span, message).help(help));
        return None;
    }
    let (doc, text) = (written.doc.clone(), written.text.value.clone());
    let claim = Claim { name: name.value.clone(), doc, text, confirm: confirm?, refute: refute? };
    outcomes(&claim, written, names, findings);
    Some(claim)
}

fn criterion(written: &tree::Criterion, names: &Names<'_>, findings: &mut Findings) -> Option<Criterion> {
    let level = level(written, findings);
    let Some((comparison, operand)) = &written.comparison else {
        match quantities::quantity(&written.quantity, names, findings)? {
            Asked::Event(event) => findings.push(no_number(&event, written.quantity.span)),
            Asked::Number(number) => {
                let shown = print::number(&number, &names.words);
                let message = format!("`{shown}` is compared with nothing");
                let help = format!("write, for example, `{shown} > {} at 95%`", quantities::example(&number).1);
                findings.push(Diagnostic::new(&NO_MEAN, written.quantity.span, message).help(help));
            }
        }
        return None;
    };
    let (left, right) = quantities::compared(&written.quantity, operand, no_number, names, findings)?;
    Some(Criterion { left, comparison: *comparison, right, level: level? })
}

/// What to write where an event stands in a claim.
fn no_number(event: &Event, span: Span) -> Diagnostic {
    let (what, help) = match event {
        Event::Selected { .. } => ("selected", "compare its strength, `strength(h) > 0.25`, or its share"),
        Event::Order { .. } => {
            ("order", "forecast it, `predict order(a, b) = 70%`; when rules emerge has no mean to claim")
        }
        Event::Reinforced { .. } => {
            ("reinforced", "forecast it, `predict reinforced(h) = 70%`, or compare strengths after two phases")
        }
        Event::Cycle { .. } => {
            ("cycle", "forecast it, `predict cycle(a, b) = 70%`, or compare its steps, `transition(a, b) > 20%`")
        }
        Event::Comparison { .. } => ("a comparison", "compare two numbers"),
    };
    let message = format!("a claim compares means over seeds, and `{what}` is an event, which has none");
    Diagnostic::new(&NO_MEAN, span, message).help(help)
}

fn level(written: &tree::Criterion, findings: &mut Findings) -> Option<f64> {
    let amount = &written.level;
    let level = numbers::share(amount, "how sure a claim has to be", findings)?;
    if level <= 0.5 || level >= 1.0 {
        let message =
            format!("how sure a claim has to be lies above 50% and below 100%, found {}", number::percent(level));
        let help = if level >= 1.0 {
            "no number of resamples shows certainty; 95% or 99% is usual"
        } else {
            "what holds in half of the resamples is a toss of a coin; 95% is usual"
        };
        findings.push(Diagnostic::new(&OUT_OF_RANGE, amount.span, message).help(help));
        return None;
    }
    Some(level)
}

/// Warns of a claim that so many seeds cannot confirm or cannot refute, wherever they lie.
fn decided(claim: &Claim, written: &tree::Claim, seeds: u32, findings: &mut Findings) {
    let sides = [("confirmed", &claim.confirm, &written.confirm), ("refuted", &claim.refute, &written.refute)];
    let short: Vec<(&str, f64, Span)> = sides
        .into_iter()
        .filter_map(|(become_, side, written)| Some((become_, side.as_ref()?.level, written.first()?.level.span)))
        .filter(|(_, level, _)| (seeds as usize) < fewest(*level))
        .collect();
    let Some(&(become_, level, span)) = short.first() else { return };
    let never = if short.len() == 2 { "come out either way".to_string() } else { format!("be {become_}") };
    let (with, lie) = match seeds {
        1 => ("one seed".to_string(), "a seed lies on that side".to_string()),
        _ => (format!("{seeds} seeds"), format!("all {seeds} lie on that side")),
    };
    let (asked, takes) = (number::percent(level), fewest(level));
    let message = format!("with {with} the claim `{}` can never {never}: {asked} takes at least {takes}", claim.name);
    let highest = surest(seeds as usize);
    let lower =
        if highest > 0.5 { format!(", or ask for {} at most", number::percent(highest)) } else { String::new() };
    let chance = number::percent(1.0 - highest);
    let more = short.iter().map(|(_, level, _)| fewest(*level)).max().unwrap_or(takes);
    let help = format!("{lie} by chance in {chance} of studies; train {more} seeds or more{lower}");
    let mut finding = Diagnostic::new(&TOO_FEW_TO_DECIDE, span, message).help(help);
    if let Some(&(_, other, place)) = short.get(1) {
        finding = finding.also(place, format!("this takes at least {}", fewest(other)));
    }
    findings.push(finding);
}

/// Warns of a claim that cannot be confirmed or cannot be refuted, or could be both.
fn outcomes(claim: &Claim, written: &tree::Claim, names: &Names<'_>, findings: &mut Findings) {
    let sides = [("confirm", "confirmed", &claim.confirm), ("refute", "refuted", &claim.refute)];
    let spans =
        [&written.confirm, &written.refute].map(|side| side.first().map_or(written.name.span, |side| side.span));
    let mut open = true;
    for ((word, become_, side), span) in sides.into_iter().zip(spans) {
        let Some(side) = side else {
            let message = format!("the claim `{}` cannot be {become_}: it says nothing that would", claim.name);
            let help = format!("add what would: `{word} … at 95%`");
            findings.push(Diagnostic::new(&ONE_WAY, span, message).help(help));
            continue;
        };
        let shown = print::criterion(side, &names.words);
        let same = matches!(&side.right, Operand::Number(right) if *right == side.left);
        let finding = match Region::of(side, names).always(side) {
            None => continue,
            Some(true) => format!("`{shown}` always holds, so the claim `{}` is always {become_}", claim.name),
            Some(false) => format!("`{shown}` never holds, so the claim `{}` is never {become_}", claim.name),
        };
        let help = if same { "compare two different numbers" } else { "choose a bound inside of what is possible" };
        findings.push(Diagnostic::new(&ONE_WAY, span, finding).help(help));
        open = false;
    }
    // Where a side always or never holds that is what is wrong, and not that the other could hold as well.
    if let (true, Some(confirm), Some(refute)) = (open, &claim.confirm, &claim.refute) {
        let (one, other) = (Region::of(confirm, names), Region::of(refute, names));
        if one.meets(&other) {
            let message = format!("the claim `{}` could be confirmed and refuted at once", claim.name);
            let finding = Diagnostic::new(&OVERLAP, spans[1], message).also(spans[0], "this could hold as well");
            findings.push(finding.help("let the two exclude each other; where both hold, it is inconclusive"));
        }
    }
}

/// Where a comparison holds: a half line of one number, or of the difference of two.
struct Region {
    /// What it is a half line of; the first of two names comes first.
    of: (String, Option<String>),
    /// It reaches upwards.
    above: bool,
    bound: f64,
    /// The bound belongs to it.
    closed: bool,
}

impl Region {
    fn of(side: &Criterion, names: &Names<'_>) -> Region {
        let mut above = matches!(side.comparison, Comparison::Greater | Comparison::AtLeast);
        let closed = matches!(side.comparison, Comparison::AtMost | Comparison::AtLeast);
        let left = print::number(&side.left, &names.words);
        let (of, bound) = match &side.right {
            Operand::Constant(bound) => ((left, None), *bound),
            Operand::Number(right) => {
                let right = print::number(right, &names.words);
                // `a > b` and `b < a` are the same.
                above = above == (left <= right);
                (if left <= right { (left, Some(right)) } else { (right, Some(left)) }, 0.0)
            }
        };
        Region { of, above, bound, closed }
    }

    /// Whether it is all that is possible, or nothing of it; nothing where it is a part.
    fn always(&self, side: &Criterion) -> Option<bool> {
        let [low, high] = match &side.right {
            Operand::Constant(_) => side.left.quantity.possible(),
            Operand::Number(right) if *right == side.left => [0.0, 0.0],
            Operand::Number(_) => return None,
        };
        let (near, far) = if self.above { (low, high) } else { (high, low) };
        let beyond = |end: f64| if self.above { end > self.bound } else { end < self.bound };
        let holds = |end: f64| beyond(end) || (self.closed && end == self.bound);
        if holds(near) {
            return Some(true);
        }
        (!holds(far)).then_some(false)
    }

    /// Whether some value lies in both.
    fn meets(&self, other: &Region) -> bool {
        if self.of != other.of {
            return false;
        }
        let (low, high) = match (self.above, other.above) {
            (true, false) => (self, other),
            (false, true) => (other, self),
            _ => return true,
        };
        low.bound < high.bound || (low.bound == high.bound && low.closed && high.closed)
    }
}
