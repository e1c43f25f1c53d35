//! Runs of records that print a time of day only, or a date without zone: put on the time line by
//! *anchors*, records near them that tell UTC.

use super::{At, ClockId, Clocks};
use crate::record::time::{DAY_MS, EpochMs, Precision, Stamp};
use crate::record::{Kind, Record, Records, What};
use std::collections::BTreeMap;
use std::ops::Range;

/// The zones people live by, minutes east of UTC (tz database, 2026). Of those that show the same
/// time of day, a day apart, the one with more people: Honolulu and not Kiribati, Auckland and not
/// Pago Pago.
const ZONES: [i16; 36] = [
    -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 0, 60, 120, 180,
    210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780,
];
/// How many records away a record without a time may borrow one to find a zone.
const BORROW: usize = 3;
/// A log that goes back by more than this has come to a new day: more than the hour of a DST change
/// and the disorder of threads that share a log.
const NEW_DAY_MS: i64 = 2 * 3_600_000;
/// Summer time is one hour ahead of winter time nearly everywhere.
pub(super) const DST_MINUTES: i16 = 60;
/// A clock that is put by an hour leaves a step of that in the log, give or take the disorder of threads
/// and the time in which nothing was written. Ours.
const DISORDER_MS: i64 = 5_000;
const QUIET_MS: i64 = 20 * 60_000;
/// Clocks are put back to one, two or three o'clock at night (tz database): a log that goes back by about an
/// hour by day was silent for 23 of them.
const PUT_BACK_BEFORE_MS: i64 = 4 * 3_600_000;
/// This many anchors must speak for a second zone before a change of zone is believed that the
/// log itself does not show.
const CHANGE_ANCHORS: usize = 2;

/// Something near the `nth` line of a run that tells UTC.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    /// Position in the run, 0-based.
    pub(super) nth: usize,
    /// Epoch ms.
    pub(super) utc: i64,
}

/// The records of a file that are `wanted`, by clock, in file order.
pub(super) fn by_clock(
    records: &Records,
    clocks: &Clocks,
    file: Range<usize>,
    wanted: impl Fn(&Record) -> bool,
) -> BTreeMap<ClockId, Vec<usize>> {
    let mut runs: BTreeMap<ClockId, Vec<usize>> = BTreeMap::new();
    for at in file.filter(|&at| wanted(&records.all[at])) {
        runs.entry(clocks.of(at)).or_default().push(at);
    }
    runs
}

/// Whether a log of the kind prints the time of a record, or of its neighbours, without a zone.
pub(super) fn is_zoneless(record: &Record, kind: Kind) -> bool {
    let is_other = || matches!(record.stamp(), Stamp::Utc { .. } | Stamp::DayOfYear { .. });
    record.kind() == kind && !is_other()
}

/// Dates the records of a run, if its zone is known or the anchors tell it.
pub(super) fn place_run(
    records: &Records,
    clocks: &mut Clocks,
    clock: ClockId,
    lines: &[usize],
    anchors: &[Anchor],
) {
    let run = Run { records, lines };
    let known = clocks.all[clock.0 as usize].zone_minutes;
    let Some(zones) = run.zones(known, anchors) else {
        return;
    };
    clocks.all[clock.0 as usize]
        .zone_minutes
        .get_or_insert(zones.first);
    let days = run.days(&zones, anchors);
    for (nth, &at) in lines.iter().enumerate() {
        let record = &records.all[at];
        if record.what() == What::DayStarted {
            continue;
        }
        let (zone, unsure_ms) = zones.of(nth);
        let utc = match (record.stamp(), days[nth]) {
            (Stamp::Local { ms, .. }, _) => Some(ms),
            (Stamp::TimeOfDay { ms, .. }, Some(day)) => Some(day * DAY_MS + ms),
            _ => None,
        };
        let precision = time_of_day(record.stamp()).map(|(_, precision)| precision);
        let read = utc.zip(precision).map(|(local, precision)| At {
            at: EpochMs(local - ms_of(zone)),
            slack_ms: precision.slack_ms() + unsure_ms,
        });
        clocks.readings.set(record, at, read);
    }
}

/// The zone of a run: one, or two with a change between two of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Zones {
    first: i16,
    change: Option<Change>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    /// Last line known to be in the first zone, and first line known to be in the second.
    between: (usize, usize),
    to: i16,
}

impl Zones {
    /// The zone of a line, minutes east of UTC; and by how much later than read with it, in ms, the
    /// line may be where nobody knows whether the change was before or after it.
    fn of(&self, nth: usize) -> (i16, i64) {
        match self.change {
            Some(change) if nth >= change.between.1 => (change.to, 0),
            Some(change) if nth > change.between.0 => {
                let east = self.first.max(change.to);
                (east, ms_of(east - self.first.min(change.to)))
            }
            _ => (self.first, 0),
        }
    }
}

/// Records of one clock in one file, by position.
struct Run<'a> {
    records: &'a Records,
    lines: &'a [usize],
}

impl Run<'_> {
    fn record(&self, nth: usize) -> Option<&Record> {
        self.lines.get(nth).map(|&at| &self.records.all[at])
    }

    /// The zone most anchors say; a zone known already counts where they do not agree. Of two as
    /// frequent, the one nearer to UTC.
    fn zones(&self, known: Option<i16>, anchors: &[Anchor]) -> Option<Zones> {
        let mut said: BTreeMap<i16, Vec<usize>> = BTreeMap::new();
        let mut all = 0;
        for anchor in anchors {
            if let Some(zone) = self.zone_at(*anchor) {
                said.entry(zone).or_default().push(anchor.nth);
                all += 1;
            }
        }
        let best = said
            .iter()
            .max_by_key(|&(&zone, nths)| (nths.len(), std::cmp::Reverse((zone.abs(), zone))));
        let (most, votes) = match best {
            Some((&zone, nths)) => (Some(zone), nths.len()),
            None => (None, 0),
        };
        let decided = votes > 1 && 2 * votes > all;
        let zone = if decided { most } else { known.or(most) }?;
        let changes = [zone - DST_MINUTES, zone + DST_MINUTES]
            .into_iter()
            .find_map(|second| self.change(zone, said.get(&zone)?, second, said.get(&second)?))
            .or_else(|| self.put_back(zone, said.get(&zone)?));
        Some(changes.unwrap_or(Zones {
            first: zone,
            change: None,
        }))
    }

    /// A change to winter time that nothing but the log itself tells of: its only step back by an hour,
    /// where all that speaks for a zone stands on one side of it. Forward nobody knows such a step from
    /// an hour in which nothing happened.
    fn put_back(&self, zone: i16, nths: &[usize]) -> Option<Zones> {
        let at = self.jump((0, self.lines.len() - 1), -DST_MINUTES)?;
        if self.is_pasted(at) || self.time_of(at)? >= PUT_BACK_BEFORE_MS {
            return None;
        }
        let before = nths.iter().filter(|&&nth| nth < at).count();
        let first = match before {
            0 => zone + DST_MINUTES,
            all if all == nths.len() => zone,
            _ => return None,
        };
        Some(Zones {
            first,
            change: Some(Change {
                between: (at - 1, at),
                to: first - DST_MINUTES,
            }),
        })
    }

    /// A change between two zones that anchors speak for: where the log itself shows the clock being put
    /// forward or back, exactly there; else there must be more than one anchor for each.
    fn change(&self, zone: i16, nths: &[usize], second: i16, others: &[usize]) -> Option<Zones> {
        let zones = changed(zone, nths, second, others)?;
        let change = zones.change?;
        match self.jump(change.between, change.to - zones.first) {
            Some(at) => Some(Zones {
                change: Some(Change {
                    between: (at - 1, at),
                    ..change
                }),
                ..zones
            }),
            None => (others.len() >= CHANGE_ANCHORS).then_some(zones),
        }
    }

    /// The only line of those behind the first of `between` that is an hour ahead of the line before it, or
    /// back, as a clock is that is put by `minutes`.
    fn jump(&self, (from, until): (usize, usize), minutes: i16) -> Option<usize> {
        let ms = |nth: usize| self.time_of(nth);
        let jumps = |nth: &usize| {
            let step = ms(*nth).zip(ms(nth - 1)).map(|(next, ms)| wrap(next - ms));
            step.is_some_and(|step| is_put_by(minutes, step))
        };
        let mut found = (from + 1..=until).filter(jumps);
        found.next().filter(|_| found.next().is_none())
    }

    /// The zone one anchor says: local time of day of the line it stands at (or of the next or
    /// previous one that has a time) minus UTC, to the nearest zone there is; the rest is a clock
    /// that is wrong, or an anchor that only stands near.
    fn zone_at(&self, anchor: Anchor) -> Option<i16> {
        let (_, local) = self.time_near(anchor.nth)?;
        let ahead = local - anchor.utc;
        let distance = |zone: i16| wrap(ahead - ms_of(zone)).abs();
        ZONES
            .into_iter()
            .min_by_key(|&zone| (distance(zone), zone.abs()))
    }

    /// The line at or near the `nth` that prints a time of day, and what it prints.
    fn time_near(&self, nth: usize) -> Option<(usize, i64)> {
        let after = nth..=nth + BORROW;
        let before = (nth.saturating_sub(BORROW)..nth).rev();
        after
            .chain(before)
            .find_map(|nth| Some((nth, self.time_of(nth)?)))
    }

    /// What a line prints as time of day; a date line prints none.
    fn time_of(&self, nth: usize) -> Option<i64> {
        let record = self.record(nth)?;
        let prints = record.what() != What::DayStarted;
        prints
            .then(|| time_of_day(record.stamp()))?
            .map(|(ms, _)| ms)
    }

    /// The local day of each line (days since 1970-01-01), where something tells it: a date line
    /// before it, the nearest anchor, or a date line after it. Days are counted on from there: a
    /// log that goes back by hours has come to a new one.
    fn days(&self, zones: &Zones, anchors: &[Anchor]) -> Vec<Option<i64>> {
        let turns = self.turns();
        let anchored = self.anchored_days(zones, anchors);
        let mut days = vec![None; self.lines.len()];
        let mut dated: Option<(usize, i64)> = None;
        for nth in 0..self.lines.len() {
            if let Some((What::DayStarted, Stamp::Local { ms, .. })) = self
                .record(nth)
                .map(|record| (record.what(), record.stamp()))
            {
                // What precedes the first date line is of the day before.
                if dated.is_none() && self.starts_at_midnight(nth) {
                    for before in 0..nth {
                        let day = ms.div_euclid(DAY_MS) - 1 - (turns[nth] - turns[before]);
                        days[before] = days[before].or(Some(day));
                    }
                }
                dated = Some((nth, ms.div_euclid(DAY_MS)));
                continue;
            }
            days[nth] = match dated {
                Some((from, day)) => Some(day + turns[nth] - turns[from]),
                None => nearest(&anchored, nth).map(|(from, local)| {
                    if self.is_pasted(nth) {
                        // A ticket's excerpts are in any order.
                        let ms = self.time_near(nth).map_or(local, |(_, ms)| ms);
                        (local + wrap(ms - local)).div_euclid(DAY_MS)
                    } else {
                        local.div_euclid(DAY_MS) + turns[nth] - turns[from]
                    }
                }),
            };
        }
        days
    }

    /// How many times the log had come to a new day before each line; a date line counts for all
    /// turns before it.
    fn turns(&self) -> Vec<i64> {
        let (mut turn, mut previous) = (0, None);
        (0..self.lines.len())
            .map(|nth| {
                let record = self.record(nth);
                if record.is_some_and(|record| record.what() == What::DayStarted) {
                    previous = None;
                } else if let Some((ms, _)) = record.and_then(|record| time_of_day(record.stamp()))
                {
                    turn += i64::from(previous.is_some_and(|previous| previous - ms > NEW_DAY_MS));
                    previous = Some(ms);
                }
                turn
            })
            .collect()
    }

    /// Lines whose whole local time the anchors tell, in order: those of anchors that agree with
    /// the zone.
    fn anchored_days(&self, zones: &Zones, anchors: &[Anchor]) -> Vec<(usize, i64)> {
        let mut days: Vec<(usize, i64)> = anchors
            .iter()
            .filter_map(|anchor| {
                let (nth, ms) = self.time_near(anchor.nth)?;
                let zone = zones.of(nth).0;
                let near = anchor.utc + ms_of(zone);
                (self.zone_at(*anchor) == Some(zone)).then(|| (nth, near + wrap(ms - near)))
            })
            .collect();
        days.sort_unstable();
        days
    }

    /// Whether the first lines after a date line are of the first hours of that day: then the line
    /// was written at midnight, and not when the dump began.
    fn starts_at_midnight(&self, nth: usize) -> bool {
        self.time_near(nth + 1)
            .is_some_and(|(_, ms)| ms < NEW_DAY_MS)
    }

    fn is_pasted(&self, nth: usize) -> bool {
        let file = self.record(nth).map(|record| record.file());
        file.is_some_and(|file| self.records.files[file.0 as usize].kind == Kind::Mixed)
    }
}

/// A change of zone, if all that speaks for one zone stands before all that speaks for the other.
fn changed(zone: i16, nths: &[usize], second: i16, others: &[usize]) -> Option<Zones> {
    let ends = |nths: &[usize]| Some((*nths.iter().min()?, *nths.iter().max()?));
    let (one, other) = (ends(nths)?, ends(others)?);
    let zones = |first, from, to, until| Zones {
        first,
        change: Some(Change {
            between: (from, until),
            to,
        }),
    };
    if one.1 < other.0 {
        Some(zones(zone, one.1, second, other.0))
    } else if other.1 < one.0 {
        Some(zones(second, other.1, zone, one.0))
    } else {
        None
    }
}

/// Whether a step from one line to the next is that of a clock that is put by `minutes`.
pub(super) fn is_put_by(minutes: i16, step_ms: i64) -> bool {
    let by = ms_of(minutes);
    (by - DISORDER_MS..by + QUIET_MS).contains(&step_ms)
}

/// The entry nearest to a position; the earlier one of two equally near.
fn nearest(days: &[(usize, i64)], nth: usize) -> Option<(usize, i64)> {
    let next = days.partition_point(|&(at, _)| at < nth);
    let around = [next.checked_sub(1), Some(next)];
    let near = around.into_iter().flatten().filter_map(|at| days.get(at));
    near.min_by_key(|(at, _)| at.abs_diff(nth)).copied()
}

/// A difference between times of day, as the shorter way round: in `[-12 h, +12 h)`.
pub(super) fn wrap(ms: i64) -> i64 {
    (ms + DAY_MS / 2).rem_euclid(DAY_MS) - DAY_MS / 2
}

pub(super) fn ms_of(zone_minutes: i16) -> i64 {
    i64::from(zone_minutes) * 60_000
}

fn time_of_day(stamp: Stamp) -> Option<(i64, Precision)> {
    match stamp {
        Stamp::TimeOfDay { ms, precision } => Some((ms, precision)),
        Stamp::DayOfYear { ms, precision, .. } => Some((ms, precision)),
        Stamp::Local { ms, precision } => Some((ms.rem_euclid(DAY_MS), precision)),
        Stamp::None | Stamp::Utc { .. } => None,
    }
}
