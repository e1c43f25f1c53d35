//! Instants, and what a log says about one: the only date arithmetic of the product.

use super::zone::ZoneName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds in a day.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Milliseconds since 1970-01-01T00:00:00Z, as read from one log's clock (which may be wrong).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EpochMs(pub i64);

impl fmt::Display for EpochMs {
    /// RFC 3339 in UTC with milliseconds: `2013-04-23T22:40:08.374Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY_MS));
        let ms = self.0.rem_euclid(DAY_MS);
        let (h, m, s, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{ms:03}Z"
        )
    }
}

/// What one record says about when it was written. Nothing is guessed here; date and zone that the
/// record lacks are recovered later, for a whole clock, by [`crate::correlate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Stamp {
    /// No time at all (the access log of Finesse 9.1, stripped pastes).
    #[default]
    None,
    /// Time of day on an unknown day in an unknown zone: ms since local midnight, `0..DAY_MS`.
    TimeOfDay {
        /// Since local midnight.
        ms: i64,
        /// How finely it is printed.
        precision: Precision,
    },
    /// A date without its year, in a zone known by a name only (UCCX engine). The year that makes
    /// it nearest to a known instant is found with [`local_near`].
    DayOfYear {
        /// 1–12.
        month: u8,
        /// Day of the month, 1–31; it exists in leap years at least.
        day: u8,
        /// Since local midnight, `0..DAY_MS`.
        ms: i64,
        /// How finely it is printed.
        precision: Precision,
        /// The zone's name, as printed.
        zone: ZoneName,
    },
    /// A date and time in an unknown zone: ms since 1970-01-01T00:00:00 of that zone.
    Local {
        /// Since 1970-01-01T00:00:00 on the local clock.
        ms: i64,
        /// How finely it is printed.
        precision: Precision,
    },
    /// An instant, and the zone the log printed it in (minutes east of UTC).
    Utc {
        /// The instant.
        at: EpochMs,
        /// Minutes east of UTC, as printed.
        zone_minutes: i16,
        /// How finely it is printed.
        precision: Precision,
    },
}

impl Stamp {
    /// The stamp without its time, and its time: ms since midnight, or since 1970.
    pub(super) fn split(self) -> (Self, i64) {
        let ms = match self {
            Self::None => 0,
            Self::TimeOfDay { ms, .. } | Self::DayOfYear { ms, .. } | Self::Local { ms, .. } => ms,
            Self::Utc { at, .. } => at.0,
        };
        (self.at(0), ms)
    }

    /// The same stamp with another time.
    #[inline]
    pub(super) fn at(mut self, time: i64) -> Self {
        match &mut self {
            Self::None => {}
            Self::TimeOfDay { ms, .. } | Self::DayOfYear { ms, .. } | Self::Local { ms, .. } => {
                *ms = time;
            }
            Self::Utc { at, .. } => at.0 = time,
        }
        self
    }
}

/// How finely a log prints its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// Whole seconds: the instant lies in `[t, t + 1000 ms)`.
    Second,
    /// Milliseconds.
    Millisecond,
}

impl Precision {
    /// How much later than printed the instant may be, in ms.
    #[must_use]
    pub fn slack_ms(self) -> i64 {
        match self {
            Self::Second => 999,
            Self::Millisecond => 0,
        }
    }
}

/// Days from 1970-01-01 to a proleptic Gregorian date (month 1–12, day 1–31).
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2021, `days_from_civil`.
#[must_use]
pub fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`]: (year, month 1–12, day 1–31).
#[must_use]
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (
        year,
        u32::try_from(month).expect("1..=12"),
        u32::try_from(day).expect("1..=31"),
    )
}

/// The local time `ms` after midnight of that day and month in the year that brings it nearest to
/// the local time `near`, both since 1970-01-01T00:00:00; `None` for 29 February where no leap year
/// is near.
#[must_use]
pub fn local_near(month: u8, day: u8, ms: i64, near: i64) -> Option<i64> {
    let (year, ..) = civil_from_days(near.div_euclid(DAY_MS));
    (year - 1..=year + 1)
        .filter_map(|year| {
            let days = days_from_civil(year, month.into(), day.into());
            let exists = civil_from_days(days) == (year, month.into(), day.into());
            exists.then_some(days * DAY_MS + ms)
        })
        .min_by_key(|local| (local - near).abs())
}

/// A zone offset as ISO 8601 prints it: `-04:00`.
#[must_use]
pub fn zone_name(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_print_as_rfc_3339() {
        assert_eq!(
            EpochMs(1_366_756_808_374).to_string(),
            "2013-04-23T22:40:08.374Z"
        );
        assert_eq!(EpochMs(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(EpochMs(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn dates_and_days_are_inverse() {
        for days in -800_000..800_000 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }

    #[test]
    fn a_day_without_year_is_put_next_to_a_known_time() {
        let near = |month, day, at| {
            let local = local_near(month, day, 5, days_from_civil(at, 1, 2) * DAY_MS);
            local.map(|local| EpochMs(local).to_string())
        };
        let new_year = near(12, 31, 2016);
        assert_eq!(new_year.as_deref(), Some("2015-12-31T00:00:00.005Z"));
        let same = near(1, 3, 2016);
        assert_eq!(same.as_deref(), Some("2016-01-03T00:00:00.005Z"));
        let leap = near(2, 29, 2017);
        assert_eq!(leap.as_deref(), Some("2016-02-29T00:00:00.005Z"));
        assert_eq!(near(2, 29, 2014), None);
    }

    #[test]
    fn zones_print_with_a_colon() {
        assert_eq!(zone_name(-240), "-04:00");
        assert_eq!(zone_name(330), "+05:30");
        assert_eq!(zone_name(0), "+00:00");
    }
}
