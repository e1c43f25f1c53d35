//! What of a bundle is wanted, where not all of it is: entries of a time, and members left out.
//!
//! Whether something is wanted depends on the thing itself and on nothing read before it, so that
//! the same bundle and the same scope give the same report, whoever reads what. What a scope leaves
//! out is as if the bundle did not have it: a log covers no time it lost, and silence there proves
//! nothing.

use crate::record::time::{DAY_MS, Stamp, local_near};
use serde::{Deserialize, Serialize};

/// The zones there are, ms east of UTC: from Baker Island to the Line Islands (IANA tz database).
const WESTMOST_MS: i64 = -12 * 3_600_000;
const EASTMOST_MS: i64 = 14 * 3_600_000;

/// What is read before and after the time wanted, ms: of the sign-ins that start within it, all is to
/// be seen, and by clocks that are minutes apart. Ours: longer than any sign-in waits for anything.
const MARGIN_MS: i64 = 10 * 60_000;

/// What is wanted; everything, by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Only sign-ins that started within this time, and what was written around it.
    pub window: Option<Window>,
    /// What is left out.
    pub without: Vec<Branch>,
}

/// A time, epoch ms UTC, half-open. Every log's own clock counts: its offset is not known while it
/// is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first instant.
    pub from: i64,
    /// The first instant after it.
    pub until: i64,
}

/// A member, or an archive or folder with all that is in it: its names from the dropped file
/// inwards. A last name that ends with `/` is a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Branch(pub Vec<String>);

impl Scope {
    /// Whether everything is wanted.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.window.is_none() && self.without.is_empty()
    }

    /// Whether the member with these names, outermost first, is wanted.
    #[must_use]
    pub fn wants(&self, chain: &[String]) -> bool {
        !self.without.iter().any(|branch| branch.holds(chain))
    }
}

impl Branch {
    /// Whether the member with these names, outermost first, is this or in this.
    #[must_use]
    pub fn holds(&self, chain: &[String]) -> bool {
        let Some((last, outer)) = self.0.split_last() else {
            return false;
        };
        let name = chain.get(outer.len());
        let is_in = |name: &String| name == last || last.ends_with('/') && name.starts_with(last);
        chain.starts_with(outer) && name.is_some_and(is_in)
    }
}

impl Window {
    /// Whether an instant, epoch ms UTC, is within.
    #[must_use]
    pub fn holds(self, at: i64) -> bool {
        (self.from..self.until).contains(&at)
    }

    /// Whether an entry with this stamp may bear on a sign-in that started within. What does not tell its date is
    /// kept, and so is what would be within in some zone, where it does not tell its zone.
    #[must_use]
    pub fn may_hold(self, stamp: Stamp) -> bool {
        let Self { from, until } = self.with_margin();
        match stamp {
            Stamp::None | Stamp::TimeOfDay { .. } => true,
            Stamp::DayOfYear { month, day, ms, .. } => {
                local_near(month, day, ms, from).is_none_or(|local| self.may_hold_local(local))
                    || local_near(month, day, ms, until.saturating_add(DAY_MS))
                        .is_none_or(|local| self.may_hold_local(local))
            }
            Stamp::Local { ms, .. } => self.may_hold_local(ms),
            Stamp::Utc { at, precision, .. } => {
                at.0 < until && at.0.saturating_add(precision.slack_ms()) >= from
            }
        }
    }

    fn with_margin(self) -> Self {
        Self {
            from: self.from.saturating_sub(MARGIN_MS),
            until: self.until.saturating_add(MARGIN_MS),
        }
    }

    /// `local` in ms since 1970-01-01T00:00:00 of some zone. A second is left for what is printed in
    /// whole seconds.
    fn may_hold_local(self, local: i64) -> bool {
        let Self { from, until } = self.with_margin();
        let first = from.saturating_add(WESTMOST_MS - 999);
        let end = until.saturating_add(EASTMOST_MS);
        (first..end).contains(&local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::time::{EpochMs, Precision};

    fn chain(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn branch(names: &[&str]) -> Branch {
        Branch(chain(names))
    }

    #[test]
    fn a_branch_is_a_member_an_archive_or_a_folder() {
        let log = chain(&["a.tgz", "logs/x.zip", "x.log"]);
        for within in [
            branch(&["a.tgz"]),
            branch(&["a.tgz", "logs/"]),
            branch(&["a.tgz", "logs/x.zip"]),
            branch(&["a.tgz", "logs/x.zip", "x.log"]),
        ] {
            assert!(within.holds(&log), "{within:?}");
        }
        for beside in [
            branch(&[]),
            branch(&["a"]),
            branch(&["b.tgz"]),
            branch(&["a.tgz", "logs"]),
            branch(&["a.tgz", "logs/x"]),
            branch(&["a.tgz", "logs/x.zip", "x.log", "more"]),
        ] {
            assert!(!beside.holds(&log), "{beside:?}");
        }
    }

    #[test]
    fn an_instant_is_in_the_window_or_not() {
        let window = Window {
            from: 10_000 + MARGIN_MS,
            until: 20_000 - MARGIN_MS,
        };
        let utc = |at, precision| Stamp::Utc {
            at: EpochMs(at),
            zone_minutes: -240,
            precision,
        };
        for (at, inside) in [
            (9_999, false),
            (10_000, true),
            (19_999, true),
            (20_000, false),
        ] {
            let stamp = utc(at, Precision::Millisecond);
            assert_eq!(window.may_hold(stamp), inside, "{at}");
        }
        // Written some time in its second.
        assert!(window.may_hold(utc(9_001, Precision::Second)));
        assert!(!window.may_hold(utc(9_000, Precision::Second)));
    }

    #[test]
    fn a_time_without_zone_may_be_within_in_some_zone() {
        let hour = 3_600_000;
        let window = Window {
            from: 100 * hour + MARGIN_MS,
            until: 101 * hour - MARGIN_MS,
        };
        let local = |ms| Stamp::Local {
            ms,
            precision: Precision::Millisecond,
        };
        for (at, inside) in [(87, false), (88, true), (114, true), (115, false)] {
            assert_eq!(window.may_hold(local(at * hour)), inside, "{at}");
        }
    }

    #[test]
    fn a_day_without_year_is_within_if_it_is_in_any_year() {
        // 2020-12-31T23:00Z to 2021-01-01T01:00Z.
        let window = Window {
            from: 1_609_455_600_000,
            until: 1_609_462_800_000,
        };
        let day = |month, day| Stamp::DayOfYear {
            month,
            day,
            ms: DAY_MS / 2,
            precision: Precision::Millisecond,
            zone: crate::record::zone::ZoneName::new(b"UTC").unwrap(),
        };
        assert!(window.may_hold(day(12, 31)) && window.may_hold(day(1, 1)));
        assert!(!window.may_hold(day(7, 1)) && !window.may_hold(day(12, 29)));
    }

    #[test]
    fn what_tells_no_date_is_kept() {
        let window = Window { from: 0, until: 1 };
        assert!(window.may_hold(Stamp::None));
    }
}
