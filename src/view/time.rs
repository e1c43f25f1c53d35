//! Times and durations as a person reads them. A time is never shown without its zone in sight:
//! the caller says which offset it wants, and the page names that offset beside it.

use crate::record::time::{DAY_MS, civil_from_days};

/// In which zone times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    /// The zone of the bundle's reference clock, where a log names one.
    #[default]
    Bundle,
    /// UTC.
    Utc,
    /// The zone of this computer.
    Local,
}

impl Zone {
    /// The next one of the switch.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Bundle => Self::Utc,
            Self::Utc => Self::Local,
            Self::Local => Self::Bundle,
        }
    }
}

/// What the time column of the ladder shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeMode {
    /// Time of day.
    #[default]
    Absolute,
    /// Since the start of the sign-in.
    Relative,
    /// Since the message before.
    Delta,
}

impl TimeMode {
    /// The next one of the switch.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Absolute => Self::Relative,
            Self::Relative => Self::Delta,
            Self::Delta => Self::Absolute,
        }
    }
}

/// `18:40:05.180`, or `18:40:05` where the log prints no milliseconds.
/// `at` is epoch ms UTC, `offset` minutes east of UTC.
#[must_use]
pub fn time_of_day(at: i64, offset: i32, exact: bool) -> String {
    let ms = shift(at, offset).rem_euclid(DAY_MS);
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    if exact {
        format!("{h:02}:{m:02}:{s:02}.{:03}", ms % 1000)
    } else {
        format!("{h:02}:{m:02}:{s:02}")
    }
}

/// `2013-04-23`. `at` is epoch ms UTC, `offset` minutes east of UTC.
#[must_use]
pub fn date(at: i64, offset: i32) -> String {
    let (year, month, day) = civil_from_days(shift(at, offset).div_euclid(DAY_MS));
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2013-04-23 18:40:05`. `at` is epoch ms UTC, `offset` minutes east of UTC.
#[must_use]
pub fn date_time(at: i64, offset: i32) -> String {
    format!("{} {}", date(at, offset), time_of_day(at, offset, false))
}

/// `2013-04-23 18:40:05 – 18:45:12`; the date again only where it differs. Epoch ms UTC with the
/// offset of each, minutes east of UTC.
#[must_use]
pub fn range((first, first_offset): (i64, i32), (last, last_offset): (i64, i32)) -> String {
    let start = date_time(first, first_offset);
    if date(first, first_offset) == date(last, last_offset) {
        format!("{start} – {}", time_of_day(last, last_offset, false))
    } else {
        format!("{start} – {}", date_time(last, last_offset))
    }
}

/// `120 ms`, `5.8 s`, `2 min 05 s`, `3 h 20 min`; a true minus before negative ones.
#[must_use]
pub fn duration(ms: i64) -> String {
    let sign = if ms < 0 { "−" } else { "" };
    let ms = ms.unsigned_abs();
    let (s, min, h) = (ms / 1000, ms / 60_000, ms / 3_600_000);
    match ms {
        0..1000 => format!("{sign}{ms} ms"),
        1000..9_950 => format!("{sign}{:.1} s", ms as f64 / 1000.0),
        9_950..60_000 => format!("{sign}{} s", (ms + 500) / 1000),
        60_000..3_600_000 => format!("{sign}{min} min {:02} s", s % 60),
        _ => format!("{sign}{h} h {:02} min", min % 60),
    }
}

/// `+5.832 s`: seconds to the millisecond with a sign, for columns that are compared by eye.
#[must_use]
pub fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { '−' } else { '+' };
    let ms = ms.unsigned_abs();
    format!("{sign}{}.{:03} s", ms / 1000, ms % 1000)
}

/// `-04:00` as minutes east of UTC; `None` for what is no ISO 8601 offset.
#[must_use]
pub fn offset_of(zone: &str) -> Option<i32> {
    if zone == "Z" || zone == "UTC" {
        return Some(0);
    }
    let east = match zone.chars().next()? {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.trim_start_matches(['+', '-', '−']).split_once(':')?;
    let total = hours.parse::<i32>().ok()?.checked_mul(60)? + minutes.parse::<i32>().ok()?;
    (total <= 24 * 60).then_some(east * total)
}

/// `UTC−04:00`, `UTC`. `offset` is minutes east of UTC.
#[must_use]
pub fn offset_name(offset: i32) -> String {
    if offset == 0 {
        return "UTC".to_owned();
    }
    let sign = if offset < 0 { '−' } else { '+' };
    let minutes = offset.unsigned_abs();
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Saturating, because a hostile log may claim any instant.
fn shift(at: i64, offset: i32) -> i64 {
    at.saturating_add(i64::from(offset) * 60_000)
        .clamp(-LIMIT_MS, LIMIT_MS)
}

/// The instants ECMAScript's `Date` can name: ±100,000,000 days around 1970 (ECMA-262, "Time values").
const LIMIT_MS: i64 = 100_000_000 * DAY_MS;

#[cfg(test)]
mod tests {
    use super::*;

    const PUT: i64 = 1_366_756_805_180;

    #[test]
    fn a_time_of_day_is_shown_in_the_zone_asked_for() {
        assert_eq!(time_of_day(PUT, 0, true), "22:40:05.180");
        assert_eq!(time_of_day(PUT, -240, true), "18:40:05.180");
        assert_eq!(time_of_day(PUT, 330, false), "04:10:05");
    }

    #[test]
    fn the_date_follows_the_zone() {
        assert_eq!(date(PUT, 0), "2013-04-23");
        assert_eq!(date(PUT, 330), "2013-04-24");
    }

    #[test]
    fn a_range_names_its_date_once() {
        assert_eq!(
            range((PUT, 0), (PUT + 60_000, 0)),
            "2013-04-23 22:40:05 – 22:41:05"
        );
        let next_day = range((PUT, 0), (PUT + DAY_MS, 0));
        assert_eq!(next_day, "2013-04-23 22:40:05 – 2013-04-24 22:40:05");
    }

    #[test]
    fn impossible_instants_do_not_panic() {
        for at in [i64::MIN, i64::MAX] {
            assert!(!date_time(at, 840).is_empty());
        }
    }

    #[test]
    fn durations_use_the_unit_that_fits() {
        let shown = [0, 999, 5_832, 9_949, 15_000, 125_000, 12_000_000, -2_310].map(duration);
        assert_eq!(
            shown,
            [
                "0 ms",
                "999 ms",
                "5.8 s",
                "9.9 s",
                "15 s",
                "2 min 05 s",
                "3 h 20 min",
                "−2.3 s"
            ]
        );
    }

    #[test]
    fn seconds_keep_their_milliseconds() {
        assert_eq!(seconds(5_832), "+5.832 s");
        assert_eq!(seconds(-40), "−0.040 s");
        assert_eq!(seconds(i64::MIN), "−9223372036854775.808 s");
    }

    #[test]
    fn offsets_are_read_back() {
        assert_eq!(offset_of("-04:00"), Some(-240));
        assert_eq!(offset_of("+05:30"), Some(330));
        assert_eq!(offset_of("EDT"), None);
        assert_eq!(offset_of("+99999999:00"), None);
        assert_eq!(offset_name(-240), "UTC−04:00");
        assert_eq!(offset_name(0), "UTC");
    }
}
