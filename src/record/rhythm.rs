//! How steadily a log writes: the longest silences between two entries of one file.
//!
//! Every entry counts, kept or not, so an entry costs no more than a comparison. What comes out does not
//! depend on how the file is cut into pieces.

use super::time::{DAY_MS, Stamp, days_from_civil};
use serde::{Deserialize, Serialize};

/// Silences kept of a file. Ours: a log that is silent for long more often than that has no rhythm that
/// a silence could break.
pub const KEPT: usize = 8;

/// Shorter silences are not kept, ms. Ours: whole seconds are all that some logs print.
pub const SHORTEST_MS: i64 = 1_000;

/// A leap year, for dates that print none.
const ANY_YEAR: i64 = 2000;

/// The longest silences of a file, in the order its entries stand in.
///
/// Times are those of the log's own clock in ms: since 1970 in UTC or on the local clock, since the start of
/// some year, or since the midnight before the first entry, as far as it prints them. Only entries with the most
/// telling kind of time in the file count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// How much the times tell: 0 for nothing so far.
    telling: u8,
    /// The first entry, and the line it stands in.
    first: (i64, u64),
    /// The last entry.
    last: i64,
    /// The midnights that went by, where only the time of day is printed, ms.
    midnights: i64,
    /// The farthest that the clock goes back from one entry to the next, ms.
    back_ms: i64,
    /// The longest first; of equals, the earliest.
    silences: Vec<Silence>,
}

/// A time without entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// The last entry before, and the first one after it.
    pub between: (i64, i64),
    /// The line of the one after it, 1-based.
    pub line: u64,
}

impl Silence {
    /// How long it is, ms.
    #[must_use]
    pub fn ms(&self) -> i64 {
        self.between.1 - self.between.0
    }
}

impl Rhythm {
    /// Takes note of the next entry and the line it starts in.
    #[inline]
    pub(crate) fn take(&mut self, stamp: Stamp, line: u64) {
        let (telling, at) = reading(stamp);
        let step = at + self.midnights - self.last;
        if telling == self.telling && (0..=SHORTEST_MS).contains(&step) {
            self.last += step;
        } else {
            self.step((telling, at), line);
        }
    }

    /// A step that is no short one forwards.
    #[cold]
    fn step(&mut self, (telling, at): (u8, i64), line: u64) {
        if telling < self.telling || telling == 0 {
            return;
        }
        if telling > self.telling {
            *self = Self {
                telling,
                first: (at, line),
                last: at,
                ..Self::default()
            };
            return;
        }
        let mut next = at + self.midnights;
        if telling == TIME_OF_DAY && next - self.last < -DAY_MS / 2 {
            self.midnights += DAY_MS;
            next += DAY_MS;
        }
        self.back_ms = self.back_ms.max(self.last - next);
        self.keep(Silence {
            between: (self.last, next),
            line,
        });
        self.last = next;
    }

    fn keep(&mut self, silence: Silence) {
        let is_long = match self.silences.get(KEPT - 1) {
            Some(shortest) => silence.ms() > shortest.ms(),
            None => silence.ms() > SHORTEST_MS,
        };
        if is_long {
            let longer = |kept: &Silence| kept.ms() >= silence.ms();
            let place = self.silences.partition_point(longer);
            self.silences.insert(place, silence);
            self.silences.truncate(KEPT);
        }
    }

    /// Takes in what follows in the same file, where `lines` lines stand before it.
    pub(crate) fn take_after(&mut self, next: Self, lines: u64) {
        if next.telling != self.telling {
            if next.telling > self.telling {
                *self = next.moved(0, lines);
            }
            return;
        }
        if self.telling > 0 {
            self.step((next.telling, next.first.0), next.first.1 + lines);
            let next = next.moved(self.midnights, lines);
            for silence in next.silences {
                self.keep(silence);
            }
            self.last = next.last;
            self.midnights += next.midnights;
            self.back_ms = self.back_ms.max(next.back_ms);
        }
    }

    fn moved(mut self, by_ms: i64, by_lines: u64) -> Self {
        self.first = (self.first.0 + by_ms, self.first.1 + by_lines);
        self.last += by_ms;
        for silence in &mut self.silences {
            silence.between.0 += by_ms;
            silence.between.1 += by_ms;
            silence.line += by_lines;
        }
        self
    }

    /// The longest silences, [`KEPT`] at most, the longest first.
    #[must_use]
    pub fn silences(&self) -> &[Silence] {
        &self.silences
    }

    /// First and last entry, in the order they stand in.
    #[must_use]
    pub fn ends(&self) -> (i64, i64) {
        (self.first.0, self.last)
    }

    /// The farthest that the clock goes back from one entry to the next, ms.
    #[must_use]
    pub fn back_ms(&self) -> i64 {
        self.back_ms
    }

    /// Whether each entry prints the instant it was written, so that no change of summer time can look like a
    /// silence.
    #[must_use]
    pub fn is_zoned(&self) -> bool {
        self.telling == ZONED
    }
}

const TIME_OF_DAY: u8 = 1;
const ZONED: u8 = 4;

/// How much a stamp tells, and its time in ms.
#[must_use]
pub fn reading(stamp: Stamp) -> (u8, i64) {
    match stamp {
        Stamp::None => (0, 0),
        Stamp::TimeOfDay { ms, .. } => (TIME_OF_DAY, ms),
        Stamp::DayOfYear { month, day, ms, .. } => {
            let days = days_from_civil(ANY_YEAR, month.into(), day.into());
            (2, days * DAY_MS + ms)
        }
        Stamp::Local { ms, .. } => (3, ms),
        Stamp::Utc { at, .. } => (ZONED, at.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::time::{EpochMs, Precision};

    const HOUR: i64 = 3_600_000;

    fn utc(ms: i64) -> Stamp {
        Stamp::Utc {
            at: EpochMs(ms),
            zone_minutes: 0,
            precision: Precision::Millisecond,
        }
    }

    fn time_of_day(ms: i64) -> Stamp {
        Stamp::TimeOfDay {
            ms,
            precision: Precision::Millisecond,
        }
    }

    /// One entry in each line.
    fn rhythm(stamps: &[Stamp]) -> Rhythm {
        let mut rhythm = Rhythm::default();
        for (line, stamp) in (1..).zip(stamps) {
            rhythm.take(*stamp, line);
        }
        rhythm
    }

    fn silences(rhythm: &Rhythm) -> Vec<(i64, i64, u64)> {
        let silences = rhythm.silences().iter();
        silences
            .map(|silence| (silence.between.0, silence.between.1, silence.line))
            .collect()
    }

    #[test]
    fn the_longest_silences_are_kept_with_the_line_after_them() {
        let stamps = [0, 500, 3_500, 3_400, 4_000, 90_000].map(utc);
        let rhythm = rhythm(&stamps);
        assert_eq!(silences(&rhythm), [(4_000, 90_000, 6), (500, 3_500, 3)]);
        assert_eq!((rhythm.back_ms(), rhythm.ends()), (100, (0, 90_000)));
    }

    #[test]
    fn of_equal_silences_the_first_ones_are_kept() {
        let stamps: Vec<Stamp> = (0..20).map(|nth| utc(nth * 5_000)).collect();
        let lines: Vec<u64> = rhythm(&stamps)
            .silences()
            .iter()
            .map(|it| it.line)
            .collect();
        assert_eq!(lines, (2..2 + KEPT as u64).collect::<Vec<_>>());
    }

    #[test]
    fn times_of_day_go_on_after_midnight() {
        let stamps = [23 * HOUR, 23 * HOUR + 10, HOUR, 2 * HOUR].map(time_of_day);
        let rhythm = rhythm(&stamps);
        let expected = [(23 * HOUR + 10, 25 * HOUR, 3), (25 * HOUR, 26 * HOUR, 4)];
        assert_eq!(silences(&rhythm), expected);
        assert_eq!(rhythm.ends(), (23 * HOUR, 26 * HOUR));
    }

    #[test]
    fn a_clock_that_goes_back_is_told_of() {
        assert_eq!(
            rhythm(&[3 * HOUR, 2 * HOUR].map(time_of_day)).back_ms(),
            HOUR
        );
    }

    #[test]
    fn pieces_put_together_are_the_whole() {
        let mut seed: u64 = 7;
        let mut roll = |sides: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            i64::try_from((seed >> 33) % sides).unwrap()
        };
        for _ in 0..300 {
            let mut at = 0;
            let stamps: Vec<Stamp> = (0..60)
                .map(|_| {
                    at += [10, 5_000, -20, 3 * HOUR][usize::try_from(roll(4)).unwrap()];
                    match roll(12) {
                        0 => Stamp::None,
                        1 => utc(at),
                        _ => time_of_day(at.rem_euclid(DAY_MS)),
                    }
                })
                .collect();
            let stamps = if roll(2) == 0 {
                stamps
            } else {
                let dated = |stamp: &Stamp| !matches!(stamp, Stamp::Utc { .. });
                stamps.into_iter().filter(dated).collect()
            };
            let whole = rhythm(&stamps);
            let mut spliced = Rhythm::default();
            let mut lines = 0;
            while lines < stamps.len() {
                let end = stamps.len().min(lines + usize::try_from(roll(20)).unwrap());
                spliced.take_after(rhythm(&stamps[lines..end]), lines as u64);
                lines = end;
            }
            assert_eq!(spliced, whole, "{stamps:?}");
        }
    }
}
