//! The shapes of time the logs print, read from bytes without allocating.
//!
//! Every function reads one shape at the start of its input and returns the stamp with what follows
//! it, or `None` when the input does not start with that shape or names no real date or time of
//! day. Month names are English in every locale, years have
//! four digits, leap seconds do not occur (Java prints none).

use crate::record::time::{DAY_MS, EpochMs, Precision, Stamp, days_from_civil};
use crate::record::zone::ZoneName;

/// What a shape reads: the stamp, and the bytes after it.
pub type Stamped<'a> = Option<(Stamp, &'a [u8])>;

/// `Apr 23 2013 22:40:08.374 -0400`, also with `,` before the milliseconds and with `-04:00`:
/// the Finesse server logs and the second time of client logs.
#[must_use]
pub fn month_first(line: &[u8]) -> Stamped<'_> {
    fixed_month_first(line).or_else(|| free_month_first(line))
}

/// `Apr 23 2013 22:40:08.374 -0400`, every part where it stands here: nearly every line of a large
/// log starts with it. `None` says nothing but that it is not quite so.
fn fixed_month_first(line: &[u8]) -> Stamped<'_> {
    const DIGITS: [usize; 12] = [5, 7, 8, 9, 10, 21, 22, 23, 26, 27, 28, 29];
    const BLANKS: [usize; 4] = [3, 6, 11, 24];
    let (text, rest) = line.split_first_chunk::<30>()?;
    let day_below_10 = text[4] == b' ';
    let fits = DIGITS.iter().all(|at| text[*at].is_ascii_digit())
        && BLANKS.iter().all(|at| text[*at] == b' ')
        && (day_below_10 || text[4].is_ascii_digit())
        && matches!(text[20], b'.' | b',')
        && matches!(text[25], b'+' | b'-')
        && !rest.first().is_some_and(u8::is_ascii_digit);
    if !fits {
        return None;
    }
    let digit = |at: usize| u32::from(text[at] - b'0');
    let two = |at: usize| digit(at) * 10 + digit(at + 1);
    let day = if day_below_10 { digit(5) } else { two(4) };
    let days = days(two(7) * 100 + two(9), Cursor(text).month_name()?, day)?;
    let clock = text[12..].first_chunk::<8>()?;
    let [hour, minute, second] = clock_of(*clock)?;
    if hour > 23 || minute > 59 || second > 59 || two(26) > 23 {
        return None;
    }
    let ms = ((hour * 60 + minute) * 60 + second) * 1000 + digit(21) * 100 + two(22);
    let east = i16::try_from(two(26) * 60 + two(28)).ok()?;
    let zone = if text[25] == b'-' { -east } else { east };
    let stamp = utc(days, i64::from(ms), zone, Precision::Millisecond);
    Some((stamp, rest))
}

fn free_month_first(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let month = at.month_name()?;
    at.blanks()?;
    let day = at.number(1, 2)?;
    at.blanks()?;
    let days = at.digits::<4>().and_then(|year| days(year, month, day))?;
    at.blanks()?;
    let time = at.time_of_day()?;
    let ms = at.fraction(b".,")?;
    at.byte(b' ')?;
    at.zoned(days, time + ms, Precision::Millisecond)
}

/// `2016-02-11T14:05:10.310 -04:00`, also with a blank for the `T` and without a blank or a colon
/// in the zone: the first time of 11.x client logs.
#[must_use]
pub fn iso_zoned(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let days = at.date(b'-')?;
    at.one_of(b"T ")?;
    let time = at.time_of_day()?;
    let ms = at.fraction(b".,")?;
    let _ = at.byte(b' ');
    at.zoned(days, time + ms, Precision::Millisecond)
}

/// `2017-06-02 09:14:58,120`: log4j's own layout. No zone.
#[must_use]
pub fn iso_local(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let days = at.date(b'-')?;
    at.one_of(b" T")?;
    let time = at.time_of_day()?;
    let ms = at.fraction(b",.")?;
    at.local(days, time + ms, Precision::Millisecond)
}

/// `Jun 2, 2017 9:14:31 AM`: `java.util.logging` as Tomcat 5 to 8.0 set it up. No zone.
#[must_use]
pub fn month_first_12_hours(line: &[u8]) -> Stamped<'_> {
    const HALF_DAY: i64 = DAY_MS / 2;
    let mut at = Cursor(line);
    let month = at.month_name()?;
    at.blanks()?;
    let day = at.number(1, 2)?;
    at.byte(b',')?;
    at.blanks()?;
    let days = at.digits::<4>().and_then(|year| days(year, month, day))?;
    at.blanks()?;
    let time = at.time_of_day()?;
    at.byte(b' ')?;
    let (half, rest) = at.0.split_first_chunk::<2>()?;
    at.0 = rest;
    // 12:30 is half past midnight or noon; there is no 0:30 and no 13:30.
    let past = (3_600_000..HALF_DAY + 3_600_000)
        .contains(&time)
        .then_some(time % HALF_DAY)?;
    match half {
        b"AM" => at.local(days, past, Precision::Second),
        b"PM" => at.local(days, past + HALF_DAY, Precision::Second),
        _ => None,
    }
}

/// `02-Jun-2017 09:14:31.123`: `java.util.logging` as later Tomcats set it up. No zone.
#[must_use]
pub fn day_first_local(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let day = at.number(1, 2)?;
    at.byte(b'-')?;
    let month = at.month_name()?;
    at.byte(b'-')?;
    let days = at.digits::<4>().and_then(|year| days(year, month, day))?;
    at.byte(b' ')?;
    let time = at.time_of_day()?;
    let (fraction, precision) = at.optional_fraction(b".,");
    at.local(days, time + fraction, precision)
}

/// `2016-08-24 18:46:56.780 IST(+0530)`: the Identity Service. The number counts, not the name.
#[must_use]
pub fn iso_named_zone(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let days = at.date(b'-')?;
    at.byte(b' ')?;
    let time = at.time_of_day()?;
    let ms = at.fraction(b".,")?;
    at.byte(b' ')?;
    let letters = at.0.iter().take_while(|b| b.is_ascii_alphabetic());
    at.0 = at.0.get(letters.count()..)?;
    at.byte(b'(')?;
    let (stamp, rest) = at.zoned(days, time + ms, Precision::Millisecond)?;
    Some((stamp, rest.strip_prefix(b")")?))
}

/// `2023/05/17 10:22:33`: the error log of nginx. No zone.
#[must_use]
pub fn slashed_local(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let days = at.date(b'/')?;
    at.byte(b' ')?;
    let time = at.time_of_day()?;
    at.local(days, time, Precision::Second)
}

/// `2013.04.23 22:40:08`: Openfire. No zone; milliseconds only in its newest versions.
#[must_use]
pub fn dotted_local(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let days = at.date(b'.')?;
    at.byte(b' ')?;
    let time = at.time_of_day()?;
    let (fraction, precision) = at.optional_fraction(b".,");
    at.local(days, time + fraction, precision)
}

/// `23/Apr/2013:22:40:08 -0400`: Tomcat's and Apache's access log time, without its brackets.
#[must_use]
pub fn access_log(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let day = at.number(1, 2)?;
    at.byte(b'/')?;
    let month = at.month_name()?;
    at.byte(b'/')?;
    let days = at.digits::<4>().and_then(|year| days(year, month, day))?;
    at.byte(b':')?;
    let time = at.time_of_day()?;
    let (fraction, precision) = at.optional_fraction(b".,:");
    at.byte(b' ')?;
    at.zoned(days, time + fraction, precision)
}

/// `22:10:05` or `22:10:05:123`: dumplog output and 9.x client logs. A colon starts milliseconds
/// only when exactly three digits and no further digit follow it.
#[must_use]
pub fn time_of_day(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let time = at.time_of_day()?;
    let (fraction, precision) = at.optional_fraction(b":.");
    let ms = time + fraction;
    Some((Stamp::TimeOfDay { ms, precision }, at.0))
}

/// `March 4, 2009`: the date lines of dumplog output, as local midnight.
#[must_use]
pub fn long_date(line: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(line);
    let month = at.long_month_name()?;
    at.blanks()?;
    let day = at.number(1, 2)?;
    at.byte(b',')?;
    at.blanks()?;
    let days = at.digits::<4>().and_then(|year| days(year, month, day))?;
    at.local(days, 0, Precision::Second)
}

/// `Mar 14 09:22:41.903 EDT`: the UCCX engine. No year, and the name of a zone.
#[must_use]
pub fn yearless(line: &[u8]) -> Stamped<'_> {
    /// Any leap year: every day of a year exists in it.
    const LEAP_YEAR: u32 = 2000;
    let mut at = Cursor(line);
    let month = at.month_name()?;
    at.blanks()?;
    let day = at.number(1, 2)?;
    days(LEAP_YEAR, month, day)?;
    at.blanks()?;
    let time = at.time_of_day()?;
    let (fraction, precision) = at.optional_fraction(b".,");
    at.byte(b' ')?;
    let zone = at.zone_name()?;
    let stamp = Stamp::DayOfYear {
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        ms: time + fraction,
        precision,
        zone,
    };
    Some((stamp, at.0))
}

/// `2013-04-23T22:40:08Z` or `2013-04-23T22:40:08.374Z`: `stateChangeTime` of payloads. The zone
/// may also be an offset (`+00:00`).
#[must_use]
pub fn payload_instant(text: &[u8]) -> Stamped<'_> {
    let mut at = Cursor(text);
    let days = at.date(b'-')?;
    at.byte(b'T')?;
    let time = at.time_of_day()?;
    let (fraction, precision) = at.optional_fraction(b".,");
    if at.byte(b'Z').is_some() {
        return Some((utc(days, time + fraction, 0, precision), at.0));
    }
    at.zoned(days, time + fraction, precision)
}

/// The rest of a line while its start is read.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn byte(&mut self, wanted: u8) -> Option<()> {
        self.one_of(&[wanted])
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        wanted.contains(first).then(|| self.0 = rest)
    }

    fn blanks(&mut self) -> Option<()> {
        self.byte(b' ')?;
        while self.byte(b' ').is_some() {}
        Some(())
    }

    /// A decimal number of exactly `N` digits, not followed by another digit.
    fn digits<const N: usize>(&mut self) -> Option<u32> {
        let (digits, rest) = self.0.split_first_chunk::<N>()?;
        let mut number = 0;
        for byte in digits {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + u32::from(digit);
        }
        if rest.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        Some(number)
    }

    /// A decimal number of `least..=most` digits, not followed by another digit.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits < least || digits > most {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        Some(number.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
    }

    /// `HH:MM:SS` in ms since midnight, or `H:MM:SS`.
    fn time_of_day(&mut self) -> Option<i64> {
        // Nearly all times have this form; they stand in nearly every line.
        if let Some((clock, rest)) = self.0.split_first_chunk::<8>()
            && let Some([hour, minute, second]) = clock_of(*clock)
            && !rest.first().is_some_and(u8::is_ascii_digit)
        {
            self.0 = rest;
            let valid = hour < 24 && minute < 60 && second < 60;
            return valid.then_some(i64::from((hour * 60 + minute) * 60 + second) * 1000);
        }
        let hour = self.digits::<2>().or_else(|| self.digits::<1>());
        let hour = hour.filter(|&h| h < 24)?;
        self.byte(b':')?;
        let minute = self.digits::<2>().filter(|&m| m < 60)?;
        self.byte(b':')?;
        let second = self.digits::<2>().filter(|&s| s < 60)?;
        Some(i64::from((hour * 60 + minute) * 60 + second) * 1000)
    }

    /// One of `marks` and three digits.
    fn fraction(&mut self, marks: &[u8]) -> Option<i64> {
        self.one_of(marks)?;
        self.digits::<3>().map(i64::from)
    }

    fn optional_fraction(&mut self, marks: &[u8]) -> (i64, Precision) {
        let before = self.0;
        if let Some(ms) = self.fraction(marks) {
            return (ms, Precision::Millisecond);
        }
        self.0 = before;
        (0, Precision::Second)
    }

    /// `YYYY-MM-DD` with `mark` between, in days since 1970-01-01.
    fn date(&mut self, mark: u8) -> Option<i64> {
        let year = self.digits::<4>()?;
        self.byte(mark)?;
        let month = self.digits::<2>()?;
        self.byte(mark)?;
        let day = self.digits::<2>()?;
        days(year, month, day)
    }

    /// `Apr`, 1–12.
    fn month_name(&mut self) -> Option<u32> {
        let (name, rest) = self.0.split_first_chunk::<3>()?;
        let month = match name {
            b"Jan" => 1,
            b"Feb" => 2,
            b"Mar" => 3,
            b"Apr" => 4,
            b"May" => 5,
            b"Jun" => 6,
            b"Jul" => 7,
            b"Aug" => 8,
            b"Sep" => 9,
            b"Oct" => 10,
            b"Nov" => 11,
            b"Dec" => 12,
            _ => return None,
        };
        self.0 = rest;
        Some(month)
    }

    /// `April`, 1–12.
    fn long_month_name(&mut self) -> Option<u32> {
        let found = (1u32..)
            .zip(MONTHS)
            .find(|(_, name)| self.0.starts_with(name.as_bytes()));
        let (month, name) = found?;
        self.0 = &self.0[name.len()..];
        Some(month)
    }

    /// `±HHMM` or `±HH:MM` in minutes east of UTC.
    fn zone(&mut self) -> Option<i16> {
        let west = self.0.first() == Some(&b'-');
        self.one_of(b"+-")?;
        let minutes = match self.digits::<4>() {
            Some(both) => both / 100 * 60 + both % 100,
            None => {
                let hours = self.digits::<2>()?;
                self.byte(b':')?;
                hours * 60 + self.digits::<2>()?
            }
        };
        let minutes = i16::try_from(minutes).ok().filter(|&m| m < 24 * 60)?;
        Some(if west { -minutes } else { minutes })
    }

    /// `EST`: capitals, as many as follow.
    fn zone_name(&mut self) -> Option<ZoneName> {
        let letters = self.0.iter().take_while(|b| b.is_ascii_uppercase());
        let (name, rest) = self.0.split_at(letters.count());
        self.0 = rest;
        ZoneName::new(name)
    }

    fn zoned(mut self, days: i64, ms: i64, precision: Precision) -> Stamped<'a> {
        let zone = self.zone()?;
        Some((utc(days, ms, zone, precision), self.0))
    }

    fn local(self, days: i64, ms: i64, precision: Precision) -> Stamped<'a> {
        let ms = days * DAY_MS + ms;
        Some((Stamp::Local { ms, precision }, self.0))
    }
}

/// The numbers of `HH:MM:SS`; `None` if it is none. All eight bytes are looked at at once.
fn clock_of(text: [u8; 8]) -> Option<[u32; 3]> {
    const FORM: u64 = u64::from_le_bytes(*b"00:00:00");
    const MOST: u64 = u64::from_le_bytes([9, 9, 0, 9, 9, 0, 9, 9]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let digits = u64::from_le_bytes(text) ^ FORM;
    // A byte with its high bit set never borrows from the next one.
    let within = ((MOST | HIGH) - (digits & !HIGH)) & !digits & HIGH;
    let byte = |at: u32| (digits >> (8 * at) & 0xff) as u32;
    (within == HIGH).then(|| [0, 3, 6].map(|at| byte(at) * 10 + byte(at + 1)))
}

/// English month names, in order.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=length)
        .contains(&day)
        .then(|| days_from_civil(i64::from(year), month, day))
}

fn utc(days: i64, ms: i64, zone_minutes: i16, precision: Precision) -> Stamp {
    Stamp::Utc {
        at: EpochMs(days * DAY_MS + ms - i64::from(zone_minutes) * 60_000),
        zone_minutes,
        precision,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stamp as text, and the rest.
    fn shown((stamp, rest): (Stamp, &[u8])) -> String {
        let rest = String::from_utf8_lossy(rest);
        match stamp {
            Stamp::None => format!("none|{rest}"),
            Stamp::TimeOfDay { ms, precision } => format!("{ms} {precision:?}|{rest}"),
            Stamp::DayOfYear {
                month,
                day,
                ms,
                precision,
                zone,
            } => format!("{month}/{day} {ms} {zone} {precision:?}|{rest}"),
            Stamp::Local { ms, precision } => format!("{} {precision:?}|{rest}", EpochMs(ms)),
            Stamp::Utc {
                at,
                zone_minutes,
                precision,
            } => format!("{at} {zone_minutes} {precision:?}|{rest}"),
        }
    }

    #[track_caller]
    fn reads<'a>(shape: fn(&'a [u8]) -> Stamped<'a>, line: &'a str, expected: &str) {
        assert_eq!(shape(line.as_bytes()).map(shown).as_deref(), Some(expected));
    }

    #[test]
    fn month_first_reads_both_zones_and_marks() {
        let want = "2014-05-23T05:04:12.372Z 330 Millisecond|: %CCBU";
        reads(month_first, "May 23 2014 10:34:12.372 +0530: %CCBU", want);
        reads(month_first, "May 23 2014 10:34:12,372 +05:30: %CCBU", want);
        let single = "2009-03-04T05:12:31.118Z 0 Millisecond|";
        reads(month_first, "Mar  4 2009 05:12:31.118 +0000", single);
        reads(month_first, "Mar 04 2009 05:12:31.118 +0000", single);
    }

    #[test]
    fn the_usual_form_of_month_first_reads_as_any_other() {
        let line = b"Mar 14 2017 14:07:58.263 +0100: %";
        let both = |line: &[u8]| {
            let fixed = fixed_month_first(line).map(shown);
            (fixed, free_month_first(line).map(shown))
        };
        let (fixed, free) = both(line);
        assert_eq!(fixed, free);
        assert!(fixed.is_some());
        for at in 0..line.len() {
            for other in b" 0159:.,+-Zx" {
                let mut changed = *line;
                changed[at] = *other;
                let (fixed, free) = both(&changed);
                let shown = String::from_utf8_lossy(&changed);
                assert!(
                    fixed.is_none() || fixed == free,
                    "{shown}: {fixed:?} {free:?}"
                );
            }
        }
    }

    #[test]
    fn a_western_zone_makes_the_instant_later() {
        let want = "2013-04-23T22:40:08.374Z -240 Millisecond|";
        reads(month_first, "Apr 23 2013 18:40:08.374 -0400", want);
    }

    #[test]
    fn iso_zoned_reads_the_client_time() {
        let want = "2016-02-11T18:05:10.310Z -240 Millisecond|: :";
        reads(iso_zoned, "2016-02-11T14:05:10.310 -04:00: :", want);
        reads(iso_zoned, "2016-02-11T14:05:10.310-0400: :", want);
    }

    #[test]
    fn log4j_and_openfire_have_no_zone() {
        let log4j = "2017-06-02T09:14:58.120Z Millisecond| INFO";
        reads(iso_local, "2017-06-02 09:14:58,120 INFO", log4j);
        let openfire = "2013-04-23T22:40:08.000Z Second| org";
        reads(dotted_local, "2013.04.23 22:40:08 org", openfire);
    }

    #[test]
    fn tomcat_prints_two_forms_without_zone() {
        let shape = month_first_12_hours;
        let morning = "2017-06-02T09:14:31.000Z Second| org";
        reads(shape, "Jun 2, 2017 9:14:31 AM org", morning);
        let evening = "2017-06-02T21:14:31.000Z Second|";
        reads(shape, "Jun 02, 2017 09:14:31 PM", evening);
        let midnight = "2017-06-02T00:14:31.000Z Second|";
        reads(shape, "Jun 2, 2017 12:14:31 AM", midnight);
        let noon = "2017-06-02T12:14:31.000Z Second|";
        reads(shape, "Jun 2, 2017 12:14:31 PM", noon);
        for line in [
            "Jun 2, 2017 0:14:31 AM",
            "Jun 2, 2017 13:14:31 PM",
            "Jun 2, 2017 9:14:31 A",
        ] {
            assert_eq!(shape(line.as_bytes()), None, "{line}");
        }
        let later = "2017-06-02T09:14:31.123Z Millisecond| INFO";
        reads(day_first_local, "02-Jun-2017 09:14:31.123 INFO", later);
    }

    #[test]
    fn the_identity_services_zone_is_the_number() {
        let want = "2016-08-24T13:16:56.780Z 330 Millisecond| [x]";
        reads(
            iso_named_zone,
            "2016-08-24 18:46:56.780 IST(+0530) [x]",
            want,
        );
        let want = "2016-08-24T18:46:56.780Z 0 Millisecond|";
        reads(iso_named_zone, "2016-08-24 18:46:56.780 GMT(-0000)", want);
    }

    #[test]
    fn access_log_time_reads_whole_seconds() {
        let want = "2013-04-24T02:40:08.000Z -240 Second|]";
        reads(access_log, "23/Apr/2013:22:40:08 -0400]", want);
    }

    #[test]
    fn milliseconds_of_a_time_of_day_follow_a_colon() {
        reads(
            time_of_day,
            "22:10:05:123 cg1A",
            "79805123 Millisecond| cg1A",
        );
        reads(time_of_day, "22:10:05 cg1A", "79805000 Second| cg1A");
        reads(
            time_of_day,
            "18:40:03: Container",
            "67203000 Second|: Container",
        );
        reads(time_of_day, "18:40:03:12345", "67203000 Second|:12345");
    }

    #[test]
    fn dumplog_dates_are_local_midnight() {
        reads(
            long_date,
            "March 4, 2009",
            "2009-03-04T00:00:00.000Z Second|",
        );
    }

    #[test]
    fn the_engine_prints_no_year_and_a_zone_by_name() {
        let want = "3/14 33761903 EDT Millisecond| %MIVR";
        reads(yearless, "Mar 14 09:22:41.903 EDT %MIVR", want);
        reads(yearless, "Feb  9 00:00:00 UTC%", "2/9 0 UTC Second|%");
        assert!(yearless(b"Feb 29 08:22:41.903 EST").is_some());
        for line in [
            "Feb 30 08:22:41.903 EST",
            "Feb 29 08:22:41.903 -0500",
            "Feb 29 2012 08:22:41.903 EST",
        ] {
            assert_eq!(yearless(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn state_change_times_have_ms_or_not() {
        let whole = "2013-04-23T22:40:08.000Z 0 Second|";
        reads(payload_instant, "2013-04-23T22:40:08Z", whole);
        let fine = "2013-04-23T22:40:08.374Z 0 Millisecond|";
        reads(payload_instant, "2013-04-23T22:40:08.374Z", fine);
    }

    #[test]
    fn dates_and_times_that_do_not_exist_are_refused() {
        for line in [
            "Foo 23 2014 10:34:12.372 +0530",
            "Feb 29 2013 10:34:12.372 +0530",
            "Feb 20 2013 24:34:12.372 +0530",
            "Feb 20 2013 10:60:12.372 +0530",
            "Feb 20 2013 10:34:12.372 +2530",
            "Feb 20 2013 10:34:12 +0530",
            "Feb 20 13 10:34:12.372 +0530",
            "Feb",
            "",
            "Zürich",
        ] {
            assert_eq!(month_first(line.as_bytes()), None, "{line}");
        }
        assert_eq!(iso_local(b"2017-13-02 09:14:58,120"), None);
        assert_eq!(iso_local(b"2017-00-02 09:14:58,120"), None);
        assert!(month_first(b"Feb 29 2012 10:34:12.372 +0530").is_some());
    }
}
