//! The clocks of the simulated machines, and the ways their logs print a time.
//!
//! Everything happens at a *true* time (epoch ms UTC); a log prints what its own machine's clock says.

use crate::record::time::{DAY_MS, civil_from_days};

/// Month names as every Cisco log prints them, whatever the locale.
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

/// Day names, Thursday first: 1970-01-01 was one.
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// A machine's clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// How far it runs ahead of true time, ms.
    pub(super) offset_ms: i64,
    /// Its zone, minutes east of UTC.
    pub(super) zone: i64,
    /// When it is put forward or back (true time), and its zone from then on.
    pub(super) change: Option<(i64, i64)>,
}

/// A clock reading, taken apart in the clock's zone.
#[derive(Debug)]
struct Reading {
    year: i64,
    month: u32,
    day: u32,
    weekday: &'static str,
    hour: i64,
    minute: i64,
    second: i64,
    ms: i64,
}

impl Clock {
    /// What this clock reads at the true time `at`, as epoch ms.
    pub(super) fn epoch(&self, at: i64) -> i64 {
        at + self.offset_ms
    }

    /// Its zone at the true time `at`.
    fn zone_at(&self, at: i64) -> i64 {
        let changed = self.change.filter(|&(when, _)| at >= when);
        changed.map_or(self.zone, |(_, zone)| zone)
    }

    /// Days since 1970-01-01 on the local calendar.
    pub(super) fn local_day(&self, at: i64) -> i64 {
        (self.epoch(at) + self.zone_at(at) * 60_000).div_euclid(DAY_MS)
    }

    /// `Mar 14 2017 09:01:02.345 -0400`: webservices.
    pub(super) fn webservices(&self, at: i64, colon: bool) -> String {
        let r = self.read(at);
        format!(
            "{} {:02} {} {:02}:{:02}:{:02}.{:03} {}",
            r.short_month(),
            r.day,
            r.year,
            r.hour,
            r.minute,
            r.second,
            r.ms,
            self.zone_text(at, colon)
        )
    }

    /// `2017-03-14T09:01:02.345 -04:00`: client log, 11.x.
    pub(super) fn client(&self, at: i64) -> String {
        let r = self.read(at);
        format!(
            "{}T{}.{:03} {}",
            r.iso_date(),
            r.time(),
            r.ms,
            self.zone_text(at, true)
        )
    }

    /// `09:01:02`: client log, 9.x, and dumplog without `/ms`.
    pub(super) fn time_of_day(&self, at: i64) -> String {
        self.read(at).time()
    }

    /// `09:01:02:345`: dumplog with `/ms`.
    pub(super) fn time_of_day_ms(&self, at: i64) -> String {
        let r = self.read(at);
        format!("{}:{:03}", r.time(), r.ms)
    }

    /// `March 14, 2017`: dumplog's date line.
    pub(super) fn long_date(&self, at: i64) -> String {
        let r = self.read(at);
        format!("{} {}, {}", r.long_month(), r.day, r.year)
    }

    /// `Mar 14 09:01:02.345 EDT`: UCCX engine, no year.
    pub(super) fn engine(&self, at: i64) -> String {
        let r = self.read(at);
        format!(
            "{} {:02} {}.{:03} {}",
            r.short_month(),
            r.day,
            r.time(),
            r.ms,
            self.zone_name(at)
        )
    }

    /// The zone as Java abbreviates it.
    fn zone_name(&self, at: i64) -> &'static str {
        match self.zone_at(at) {
            -480 => "PST",
            -420 => "PDT",
            -360 => "CST",
            -300 => "EST",
            -240 => "EDT",
            60 => "CET",
            120 => "EET",
            330 => "IST",
            _ => "GMT",
        }
    }

    /// `2017.03.14 09:01:02`: Openfire.
    pub(super) fn openfire(&self, at: i64) -> String {
        let r = self.read(at);
        format!("{:04}.{:02}.{:02} {}", r.year, r.month, r.day, r.time())
    }

    /// `2017-03-14 09:01:02,345`: the platform's command line.
    pub(super) fn command_line(&self, at: i64) -> String {
        let ms = self.read(at).ms;
        format!("{} {},{ms:03}", self.date(at), self.time_of_day(at))
    }

    /// `2017-03-14 09:01:02.345 GMT(-0400)`: identity service. The name is no help, the number counts.
    pub(super) fn identity(&self, at: i64) -> String {
        let ms = self.read(at).ms;
        let (date, time, zone) = (
            self.date(at),
            self.time_of_day(at),
            self.zone_text(at, false),
        );
        format!("{date} {time}.{ms:03} GMT({zone})")
    }

    /// `[14/Mar/2017:09:01:02 -0400]`: access log with time.
    pub(super) fn access(&self, at: i64) -> String {
        let r = self.read(at);
        format!(
            "[{:02}/{}/{}:{} {}]",
            r.day,
            r.short_month(),
            r.year,
            r.time(),
            self.zone_text(at, false)
        )
    }

    /// `2017-03-14T09-01-02.345`: names of rotated files.
    pub(super) fn file_name(&self, at: i64) -> String {
        let r = self.read(at);
        format!(
            "{}T{:02}-{:02}-{:02}.{:03}",
            r.iso_date(),
            r.hour,
            r.minute,
            r.second,
            r.ms
        )
    }

    /// `Tue Mar 14 2017 09:01:02 GMT-0400`: JavaScript's `Date.toString`.
    pub(super) fn javascript(&self, at: i64) -> String {
        let r = self.read(at);
        format!(
            "{} {} {:02} {} {} GMT{}",
            r.weekday,
            r.short_month(),
            r.day,
            r.year,
            r.time(),
            self.zone_text(at, false)
        )
    }

    /// `14-Mar-2017 09:01:02.345`: `catalina.out` of a newer Tomcat.
    pub(super) fn catalina(&self, at: i64) -> String {
        let r = self.read(at);
        format!(
            "{:02}-{}-{} {}.{:03}",
            r.day,
            r.short_month(),
            r.year,
            r.time(),
            r.ms
        )
    }

    /// `Mar 14, 2017 9:01:02 AM`: `catalina.out` of an older one.
    pub(super) fn catalina_old(&self, at: i64) -> String {
        let r = self.read(at);
        let half = if r.hour < 12 { "AM" } else { "PM" };
        format!(
            "{} {}, {} {}:{:02}:{:02} {half}",
            r.short_month(),
            r.day,
            r.year,
            (r.hour + 11) % 12 + 1,
            r.minute,
            r.second
        )
    }

    /// `2017-03-14`.
    pub(super) fn date(&self, at: i64) -> String {
        self.read(at).iso_date()
    }

    /// `2017-03-14T13:01:02Z`, or with ms: `stateChangeTime`.
    pub(super) fn state_change(&self, at: i64, ms: bool) -> String {
        let utc = Clock {
            zone: 0,
            change: None,
            ..*self
        };
        let r = utc.read(at);
        if ms {
            format!("{}T{}.{:03}Z", r.iso_date(), r.time(), r.ms)
        } else {
            format!("{}T{}Z", r.iso_date(), r.time())
        }
    }

    fn zone_text(&self, at: i64, colon: bool) -> String {
        let zone = self.zone_at(at);
        let sign = if zone < 0 { '-' } else { '+' };
        let (hours, minutes) = (zone.abs() / 60, zone.abs() % 60);
        let colon = if colon { ":" } else { "" };
        format!("{sign}{hours:02}{colon}{minutes:02}")
    }

    fn read(&self, at: i64) -> Reading {
        let local = self.epoch(at) + self.zone_at(at) * 60_000;
        let days = local.div_euclid(DAY_MS);
        let (year, month, day) = civil_from_days(days);
        let ms = local.rem_euclid(DAY_MS);
        Reading {
            year,
            month,
            day,
            weekday: DAYS[days.rem_euclid(7) as usize],
            hour: ms / 3_600_000,
            minute: ms / 60_000 % 60,
            second: ms / 1000 % 60,
            ms: ms % 1000,
        }
    }
}

impl Reading {
    fn long_month(&self) -> &'static str {
        MONTHS[self.month as usize - 1]
    }

    fn short_month(&self) -> &'static str {
        &self.long_month()[..3]
    }

    fn iso_date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    fn time(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_prints_in_every_form() {
        let clock = Clock {
            offset_ms: 5,
            zone: -240,
            change: None,
        };
        let at = 1_366_756_808_369; // 2013-04-23T22:40:08.369Z
        assert_eq!(
            clock.webservices(at, false),
            "Apr 23 2013 18:40:08.374 -0400"
        );
        assert_eq!(clock.client(at), "2013-04-23T18:40:08.374 -04:00");
        assert_eq!(clock.time_of_day_ms(at), "18:40:08:374");
        assert_eq!(clock.long_date(at), "April 23, 2013");
        assert_eq!(clock.engine(at), "Apr 23 18:40:08.374 EDT");
        assert_eq!(clock.openfire(at), "2013.04.23 18:40:08");
        assert_eq!(clock.access(at), "[23/Apr/2013:18:40:08 -0400]");
        assert_eq!(clock.file_name(at), "2013-04-23T18-40-08.374");
        assert_eq!(clock.javascript(at), "Tue Apr 23 2013 18:40:08 GMT-0400");
        assert_eq!(clock.state_change(at, false), "2013-04-23T22:40:08Z");
        assert_eq!(clock.catalina(at), "23-Apr-2013 18:40:08.374");
        assert_eq!(clock.catalina_old(at), "Apr 23, 2013 6:40:08 PM");
    }
}
