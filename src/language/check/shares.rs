//! Shares that sum to 100%, of which `rest` stands for those that are not named, and how sure they are.

use crate::language::check::Findings;
use crate::language::check::names::Once;
use crate::language::check::numbers;
use crate::language::codes::{BAD_SUM, DUPLICATE, NO_CONCENTRATION, NOTHING_LEFT};
use crate::language::diagnostic::Diagnostic;
use crate::language::span::{Span, Spanned};
use crate::language::tree::{Amount, Name};

/// Shares as written.
pub struct Written<'a> {
    pub parts: &'a [(Name, Amount)],
    pub rest: Option<Span>,
    /// What is underlined where no part is written.
    pub span: Span,
    /// What they are: "the shares".
    pub what: &'a str,
    /// What each is a share of: "heuristic".
    pub of: &'a str,
}

/// One share for each of so many, in [0, 1], that sum to 1. `find` is the index of a name.
pub fn shares(
    written: &Written<'_>,
    many: usize,
    mut find: impl FnMut(&Name, &mut Findings) -> Option<usize>,
    findings: &mut Findings,
) -> Option<Vec<f64>> {
    let mut shares: Vec<Option<(f64, Span)>> = vec![None; many];
    let mut good = true;
    for (name, amount) in written.parts {
        let (found, share) = (find(name, findings), numbers::share(amount, "a share", findings));
        good &= found.is_some() && share.is_some();
        let (Some(slot), Some(share)) = (found.and_then(|index| shares.get_mut(index)), share) else { continue };
        match slot {
            Some((_, first)) => {
                let message = format!("a second share of `{}`", name.value);
                findings.push(Diagnostic::new(&DUPLICATE, name.span, message).also(*first, "first here"));
                good = false;
            }
            None => *slot = Some((share, name.span)),
        }
    }
    if !good {
        return None;
    }
    let sum: f64 = shares.iter().flatten().map(|(share, _)| share).sum();
    let unnamed = shares.iter().filter(|share| share.is_none()).count();
    let left = match (written.rest, unnamed) {
        (Some(rest), 0) => {
            let help = format!("every {} is named: remove it", written.of);
            findings.push(Diagnostic::new(&NOTHING_LEFT, rest, "`rest` stands for nothing").help(help));
            return None;
        }
        (Some(_), unnamed) if numbers::is_at_most_whole(sum) => {
            numbers::rounded_sum((1.0 - sum).max(0.0) / unnamed as f64)
        }
        (None, _) if numbers::is_whole_sum(sum) => 0.0,
        (rest, _) => {
            let span = match (written.parts.first(), written.parts.last()) {
                (Some((first, _)), Some((_, last))) => first.span.to(last.span),
                _ => written.span,
            };
            let (what, shown) = (written.what, numbers::shown_sum(sum));
            let wanted = if rest.is_some() { "with `rest` at most 100%" } else { "not 100%" };
            let finding = Diagnostic::new(&BAD_SUM, span, format!("{what} sum to {shown}, {wanted}"));
            findings.push(finding.help(match sum < 1.0 && unnamed > 0 {
                true => "add `rest` to share out what is left".to_owned(),
                false => numbers::to_whole(sum),
            }));
            return None;
        }
    };
    Some(shares.into_iter().map(|share| share.map_or(left, |(share, _)| share)).collect())
}

/// The concentration of a block of `what` ("the shares") at `span`, which is written once.
pub fn concentration(
    written: &[Spanned<Amount>],
    (what, span, broken): (&str, Span, bool),
    findings: &mut Findings,
) -> Option<f64> {
    let mut once = Once::default();
    written.iter().for_each(|amount| once.note("`concentration`", amount.span, findings));
    match written.first() {
        Some(amount) => numbers::positive(&amount.value, "`concentration`", findings),
        None => {
            if !broken {
                let message = format!("{what} have no concentration");
                let help = "add `concentration C`: the Dirichlet parameters are C times the shares; \
                            the larger C, the surer the forecast (try 20)";
                findings.push(Diagnostic::new(&NO_CONCENTRATION, span, message).help(help));
            }
            None
        }
    }
}
