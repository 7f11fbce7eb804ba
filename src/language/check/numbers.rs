//! Numbers: whole or not, with `%` or without, in range.

use crate::language::check::Findings;
use crate::language::codes::{NEEDS_PERCENT, NO_PERCENT, NOT_WHOLE, OUT_OF_RANGE};
use crate::language::diagnostic::Diagnostic;
use crate::language::number;
use crate::language::tree::Amount;

/// Rewards and biases are at most this large, so that sums of them stay numbers.
pub const LARGEST: f64 = 1e6;
/// The least of what must be above 0.
pub const SMALLEST: f64 = 1e-6;

/// The most steps of an episode.
pub const MAX_HORIZON: u32 = 1_000_000;

/// Shares whose sum is that near to 100% sum to it: tenths and thirds are no exact numbers.
const TOLERANCE: f64 = 1e-6;

pub fn is_whole_sum(sum: f64) -> bool {
    (sum - 1.0).abs() <= TOLERANCE
}

pub fn is_at_most_whole(sum: f64) -> bool {
    sum <= 1.0 + TOLERANCE
}

/// A sum of shares without its last digits, which are errors of the sum and would be shown to people.
pub fn rounded_sum(sum: f64) -> f64 {
    (sum * 1e12).round() / 1e12
}

/// A sum of shares for people.
pub fn shown_sum(sum: f64) -> String {
    number::percent(rounded_sum(sum))
}

/// How shares of this sum become shares of 100%.
pub fn to_whole(sum: f64) -> String {
    let apart = shown_sum((sum - 1.0).abs());
    if sum > 1.0 { format!("take {apart} away") } else { format!("add {apart}") }
}

/// A whole number in a range, or nothing with a finding. `what` begins a sentence: "`horizon`".
pub fn whole(amount: &Amount, what: &str, range: (u32, u32), findings: &mut Findings) -> Option<u32> {
    let value = plain(amount, what, (range.0.into(), range.1.into()), findings)?;
    if value.fract() != 0.0 {
        let message = format!("{what} is a whole number, found {value}");
        findings.push(Diagnostic::new(&NOT_WHOLE, amount.span, message));
        return None;
    }
    Some(value as u32)
}

/// A bare number in a range.
pub fn plain(amount: &Amount, what: &str, range: (f64, f64), findings: &mut Findings) -> Option<f64> {
    if amount.percent {
        let message = format!("{what} takes a bare number, found {}", number::percent(amount.value));
        let percent = number::percent(amount.value);
        let bare = percent.trim_end_matches('%');
        findings.push(
            Diagnostic::new(&NO_PERCENT, amount.span, message)
                .help(format!("`%` is for shares and probabilities; did you mean `{bare}`?")),
        );
        return None;
    }
    if !(range.0..=range.1).contains(&amount.value) {
        let shown = |value: f64| if value.abs() >= 1e4 { number::rounded(value) } else { number::plain(value) };
        let range = match range {
            (low, f64::INFINITY) => format!("is at least {}", shown(low)),
            (low, high) => format!("lies between {} and {}", shown(low), shown(high)),
        };
        let message = format!("{what} {range}, found {}", shown(amount.value));
        findings.push(Diagnostic::new(&OUT_OF_RANGE, amount.span, message));
        return None;
    }
    Some(amount.value)
}

/// A bare number above 0.
pub fn positive(amount: &Amount, what: &str, findings: &mut Findings) -> Option<f64> {
    let value = plain(amount, what, (f64::MIN, f64::MAX), findings)?;
    if !(SMALLEST..=LARGEST).contains(&value) {
        let message = format!("{what} is above 0, from 0.000001 to 1M, found {}", number::plain(value));
        findings.push(Diagnostic::new(&OUT_OF_RANGE, amount.span, message));
        return None;
    }
    Some(value)
}

/// A share or a probability, written with `%`, between 0% and 100%.
pub fn share(amount: &Amount, what: &str, findings: &mut Findings) -> Option<f64> {
    percentage(amount, what, 0.0, findings)
}

/// A number written with `%`, between `least` and 100%.
pub fn percentage(amount: &Amount, what: &str, least: f64, findings: &mut Findings) -> Option<f64> {
    if !amount.percent {
        let shown = if (0.0..=1.0).contains(&amount.value) { amount.value } else { amount.value / 100.0 };
        let message = format!("{what} is written with `%`, found {}", number::plain(amount.value));
        let help = format!("write `{}`", number::percent(shown));
        findings.push(Diagnostic::new(&NEEDS_PERCENT, amount.span, message).help(help));
        return None;
    }
    if !(least..=1.0).contains(&amount.value) {
        let range = if least.is_finite() {
            format!("lies between {} and 100%", number::percent(least))
        } else {
            "is at most 100%".to_owned()
        };
        let message = format!("{what} {range}, found {}", number::percent(amount.value));
        findings.push(Diagnostic::new(&OUT_OF_RANGE, amount.span, message));
        return None;
    }
    Some(amount.value)
}
