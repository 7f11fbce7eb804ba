//! Numbers as written: `12`, `0.5`, `-0.01`, `+1`, `1e-3`, `500k`, `2M`, and sizes such as `9x9`.

/// Where the parts of a number are: digits with an optional point, an exponent, and the suffix as a power of ten.
struct Parts<'a> {
    mantissa: &'a str,
    exponent: i64,
    suffix: i64,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (text, suffix) = match text.strip_suffix('k') {
        Some(rest) => (rest, 3),
        None => text.strip_suffix('M').map_or((text, 0), |rest| (rest, 6)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        None => (text, 0),
        Some((mantissa, exponent)) => (mantissa, exponent_value(exponent)?),
    };
    let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction)).then_some(Parts { mantissa, exponent, suffix })
}

/// Exponents beyond any number are cut: the number is infinite or zero all the same.
fn exponent_value(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(1_000_000_000);
    Some(if text.starts_with('-') { -size } else { size })
}

fn scaled(text: &str, shift: i64) -> Option<f64> {
    let parts = parts(text)?;
    let exponent = parts.exponent + parts.suffix + shift;
    let value = format!("{}e{exponent}", parts.mantissa).parse::<f64>().ok()?;
    // No negative zero: it would print differently and mean the same.
    Some(if value == 0.0 { 0.0 } else { value })
}

/// The number nearest to what is written; infinite where it is too large, nothing where it is malformed.
pub fn value(text: &str) -> Option<f64> {
    scaled(text, 0)
}

/// The number written before a `%`, as a fraction of 1: the number nearest to a hundredth of it.
pub fn fraction(text: &str) -> Option<f64> {
    scaled(text, -2)
}

/// Width and height of `WxH`; sizes beyond any number are cut to the largest.
pub fn size(text: &str) -> Option<(u64, u64)> {
    let (width, height) = text.split_once('x')?;
    let side = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u64>().unwrap_or(u64::MAX))
    };
    Some((side(width)?, side(height)?))
}

/// The shortest text that reads as exactly this number.
pub fn plain(value: f64) -> String {
    format!("{value}")
}

/// With `k` or `M` where that is exact: for counts of steps.
pub fn rounded(value: f64) -> String {
    if value != 0.0 && value % 1e6 == 0.0 {
        format!("{}M", value / 1e6)
    } else if value != 0.0 && value % 1e3 == 0.0 && value.abs() >= 1e4 {
        format!("{}k", value / 1e3)
    } else {
        plain(value)
    }
}

/// A count with its digits in groups of three: `65,536`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// With its sign, zero without: for rewards.
pub fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{value}") } else { plain(value) }
}

/// A fraction of 1 as a percentage: the shortest text that reads as exactly this fraction.
pub fn percent(fraction: f64) -> String {
    let text = format!("{}", fraction.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let padded = format!("{rest:0<2}");
    let (moved, rest) = padded.split_at_checked(2).unwrap_or((&padded, ""));
    let joined = format!("{whole}{moved}");
    let whole = match joined.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let sign = if fraction < 0.0 { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}%") } else { format!("{sign}{whole}.{rest}%") }
}

#[cfg(test)]
mod tests {
    use super::{fraction, percent, rounded, size, value};

    #[test]
    fn numbers_as_written() {
        assert_eq!(value("500k"), Some(500_000.0));
        assert_eq!(value("1.1k"), Some(1100.0));
        assert_eq!(value("2M"), Some(2e6));
        assert_eq!(value("-0.01"), Some(-0.01));
        assert_eq!(value("1e-3"), Some(1e-3));
        assert_eq!(value("1e99999999999999999999999"), Some(f64::INFINITY));
        for bad in ["", "+", "1.", ".5", "1.2.3", "1_000", "1kM", "5m", "1e", "nan", "inf", "0x10"] {
            assert_eq!(value(bad), None, "{bad}");
        }
        assert_eq!(size("9x12"), Some((9, 12)));
        assert_eq!(size("9x"), None);
    }

    #[test]
    fn percentages_round_trip() {
        for (text, shown) in
            [("60", "60%"), ("12.5", "12.5%"), ("0.1", "0.1%"), ("100", "100%"), ("7", "7%"), ("-5", "-5%")]
        {
            let read = fraction(text).unwrap_or(f64::NAN);
            assert_eq!(percent(read), shown);
        }
        assert_eq!(percent(0.0), "0%");
        assert_eq!(rounded(500_000.0), "500k");
        assert_eq!(rounded(1024.0), "1024");
    }
}
