//! Times in UTC, without leap seconds, and as RFC 3339 writes them: `2026-01-31T23:59:59Z`.

/// The end of the year 9999, the last that has four digits, in seconds since 1970.
const LAST: u64 = 253_402_300_799;

/// A date and time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: u64,
    /// From 1 to 12.
    pub month: u64,
    /// From 1 to 31.
    pub day: u64,
    pub hour: u64,
    pub minute: u64,
    pub second: u64,
}

/// Of seconds since 1970, after Howard Hinnant's days-to-civil algorithm.
pub fn civil(seconds: u64) -> Civil {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days since 1 March of year 0, so that leap days come last in a year.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + 400 * era + u64::from(month <= 2);
    Civil { year, month, day, hour: second / 3600, minute: second / 60 % 60, second: second % 60 }
}

/// Seconds since 1970 as RFC 3339 writes them; those after the year 9999 as its end.
pub fn rfc3339(seconds: u64) -> String {
    let Civil { year, month, day, hour, minute, second } = civil(seconds.min(LAST));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// What [`rfc3339`] made the text of; nothing where it cannot have made it.
pub fn seconds(text: &str) -> Option<u64> {
    let part = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u64>().ok());
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    // As `civil`, the year begins in March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    let seconds = days.checked_sub(719_469)? * 86_400 + hour * 3600 + minute * 60 + second;
    (rfc3339(seconds) == text).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::{LAST, rfc3339, seconds};
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn known_times() {
        for (time, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (LAST, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!((rfc3339(time).as_str(), seconds(text)), (text, Some(time)));
        }
        assert_eq!(rfc3339(u64::MAX), "9999-12-31T23:59:59Z");
        for no in [
            "",
            "2026-02-30T00:00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-00-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00+",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Zé",
            "ééééééééééééé",
        ] {
            assert_eq!(seconds(no), None, "{no}");
        }
    }

    proptest! {
        #[test]
        fn every_second_comes_back(time in 0..=LAST) {
            prop_assert_eq!(seconds(&rfc3339(time)), Some(time));
        }
    }
}
