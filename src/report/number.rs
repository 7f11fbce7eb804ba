//! How numbers look in a report.

use crate::outcome::measured::Measured;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// In [0, 1], shown in percent.
    Part,
    /// At least 0 and without an upper bound, shown in percent of something else.
    Relative,
    /// Two decimals, more where they are all zeros, fewer in large ones.
    Plain,
    /// Whole, with commas between thousands.
    Steps,
}

/// How many of something, with the word for one and for several.
pub fn plural(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// How many of something of which several end in s.
pub fn counted(count: usize, what: &str) -> String {
    plural(count, what, &format!("{what}s"))
}

impl Unit {
    /// From a unit's name in an outcome.
    pub fn named(name: &str) -> Unit {
        if name == "probability" { Unit::Part } else { Unit::Plain }
    }

    pub fn show(self, value: f64) -> String {
        self.show_beside(value, value)
    }

    /// The mean, and its interval in parentheses where there is one, all with as many decimals. Student's interval knows
    /// no bounds: it is cut to what is possible.
    pub fn measured(self, measured: &Measured) -> String {
        let Some(mean) = measured.mean else { return "undefined".to_string() };
        match measured.interval {
            Some([low, high]) => {
                let [low, high] = match self {
                    Unit::Part => [low, high].map(|bound| bound.clamp(0.0, 1.0)),
                    Unit::Relative => [low, high].map(|bound| bound.max(0.0)),
                    Unit::Plain | Unit::Steps => [low, high],
                };
                let largest = mean.abs().max(low.abs()).max(high.abs());
                let [mean, low, high] = [mean, low, high].map(|value| self.show_beside(value, largest));
                format!("{mean} ({low} to {high})")
            }
            None => self.show(mean),
        }
    }

    /// `value`, with the decimals that suit the size of `beside`.
    fn show_beside(self, value: f64, beside: f64) -> String {
        match self {
            _ if !value.is_finite() => "undefined".to_string(),
            Unit::Part => percent(value),
            Unit::Relative => format!("{:.0}%", 100.0 * value),
            Unit::Plain => plain(value, beside.abs()),
            Unit::Steps => thousands(value),
        }
    }
}

/// Nothing is shown as 0% or 100% that is not, but for rounding errors.
fn percent(value: f64) -> String {
    let value = 100.0 * value;
    let near_the_end = |gap: f64| gap.abs() > 1e-9 && gap.abs() < 1.0;
    if !near_the_end(value) && !near_the_end(100.0 - value) {
        return without_negative_zero(format!("{value:.0}%"));
    }
    match format!("{value:.1}%").as_str() {
        "0.0%" => "<0.1%".to_string(),
        "-0.0%" => ">-0.1%".to_string(),
        "100.0%" if value < 100.0 => ">99.9%".to_string(),
        text => text.to_string(),
    }
}

fn plain(value: f64, size: f64) -> String {
    without_negative_zero(match size {
        _ if size < 1e-9 => "0".to_string(),
        _ if size < 5e-4 => format!("{value:.0e}"),
        _ if size < 0.0995 => format!("{value:.3}"),
        _ if size < 100.0 => format!("{value:.2}"),
        _ if size < 1000.0 => format!("{value:.1}"),
        _ if size < 1e15 => thousands(value),
        _ => format!("{value:.2e}"),
    })
}

fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    without_negative_zero(if value < 0.0 { format!("-{text}") } else { text })
}

fn without_negative_zero(text: String) -> String {
    let zero = text.starts_with('-') && !text.contains(|c: char| ('1'..='9').contains(&c));
    if zero { text[1..].to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::Unit;
    use crate::outcome::measured::Measured;

    #[test]
    fn shown() {
        let each = |unit: Unit, cases: &[(f64, &str)]| {
            for (value, text) in cases {
                assert_eq!(unit.show(*value), *text);
            }
        };
        each(Unit::Part, &[(0.583, "58%"), (0.0, "0%"), (1.0, "100%"), (0.004, "0.4%"), (0.996, "99.6%")]);
        each(
            Unit::Part,
            &[
                (0.0004, "<0.1%"),
                (0.001, "0.1%"),
                (0.9996, ">99.9%"),
                (0.0006, "0.1%"),
                (0.999, "99.9%"),
                (1e-14, "0%"),
            ],
        );
        each(Unit::Part, &[(1.0 - 1e-14, "100%"), (-0.0002, ">-0.1%")]);
        each(Unit::Part, &[(-0.0, "0%"), (-0.25, "-25%"), (f64::NAN, "undefined")]);
        each(Unit::Plain, &[(0.8149, "0.81"), (0.0621, "0.062"), (-1.5, "-1.50"), (1e-12, "0"), (-0.0, "0")]);
        each(Unit::Plain, &[(123.456, "123.5"), (12_345.6, "12,346"), (2e-5, "2e-5"), (1e300, "1.00e300")]);
        each(Unit::Steps, &[(507_904.0, "507,904"), (12.0, "12"), (0.0, "0"), (-1234.0, "-1,234")]);
    }

    #[test]
    fn with_and_without_an_interval() {
        assert_eq!(Unit::Plain.measured(&Measured::over_seeds(vec![Some(1.0); 3])), "1.00 (1.00 to 1.00)");
        let uneven = Measured { mean: Some(0.2), interval: Some([0.04, 0.36]), ..Measured::default() };
        assert_eq!(Unit::Plain.measured(&uneven), "0.20 (0.04 to 0.36)");
        assert_eq!(Unit::Part.measured(&Measured::over_seeds(vec![Some(0.25)])), "25%");
        assert_eq!(Unit::Part.measured(&Measured::default()), "undefined");
    }

    #[test]
    fn an_interval_of_a_part_is_cut_to_what_is_possible() {
        let wide = Measured::over_seeds(vec![Some(0.0), Some(0.2)]);
        assert_eq!(Unit::Part.measured(&wide), "10% (0% to 100%)");
        assert_eq!(Unit::Relative.measured(&wide), "10% (0% to 137%)");
        assert_eq!(Unit::Plain.measured(&wide), "0.10 (-1.17 to 1.37)");
    }
}
