//! From when until when each file tells: its first and last entry by its own clock.

use super::anchors::zone_of_name;
use super::printed::PrintedZones;
use super::{Clocks, runs};
use crate::record::time::{DAY_MS, EpochMs, Stamp, local_near};
use crate::record::{Records, What};

/// First and last entry of each file: as it prints them, with the help of what is kept of it.
pub(super) fn file_spans(
    records: &Records,
    clocks: &Clocks,
    printed: &PrintedZones,
) -> Vec<Option<(EpochMs, EpochMs)>> {
    let mut kept: Vec<Option<(Kept, Kept)>> = vec![None; records.files.len()];
    let entries = records.all.iter().enumerate();
    // The date line of a dumplog says no more than a date.
    for (at, record) in entries.filter(|(_, record)| record.what() != What::DayStarted) {
        let Some(when) = clocks.read(record, at) else {
            continue;
        };
        let one = Kept {
            at: when.at.0,
            record: at,
        };
        let span = kept[record.file().0 as usize].get_or_insert((one, one));
        *span = (span.0.min(one), span.1.max(one));
    }
    let end = |stamp: Stamp, kept: Option<Kept>, side: Side| {
        let clock = kept.map(|kept| clocks.of(kept.record));
        let zone_ms = kept.and_then(|kept| zone_at(records, clocks, kept));
        match (stamp, kept.zip(clock)) {
            (Stamp::Local { ms, .. }, Some((kept, clock))) if printed.has(clock) => {
                let (utc, unsure_ms) = printed.utc(clock, ms)?;
                Some(nearest_outside(side, kept.at, [utc, utc + unsure_ms]))
            }
            _ => end_of_span(stamp, kept.map(|kept| kept.at), zone_ms, side),
        }
    };
    let widen = |(file, kept): (&crate::record::File, Option<(Kept, Kept)>)| {
        let first = end(file.first, kept.map(|span| span.0), Side::First)?;
        let last = end(file.last, kept.map(|span| span.1), Side::Last)?;
        Some((EpochMs(first), EpochMs(last)))
    };
    records.files.iter().zip(kept).map(widen).collect()
}

/// A record at an end of what is kept of a file, and its time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    at: i64,
    record: usize,
}

/// The zone that a record was read in, ms east of UTC: a log may have another one at its end than where
/// it begins.
fn zone_at(records: &Records, clocks: &Clocks, kept: Kept) -> Option<i64> {
    let usual = clocks.all[clocks.of(kept.record).0 as usize].zone_minutes;
    let usual_ms = usual.map(runs::ms_of)?;
    Some(match records.all[kept.record].stamp() {
        Stamp::Utc { zone_minutes, .. } => runs::ms_of(zone_minutes),
        Stamp::Local { ms, .. } => ms - kept.at,
        Stamp::TimeOfDay { ms, .. } => usual_ms + runs::wrap(ms - kept.at - usual_ms),
        Stamp::DayOfYear { .. } | Stamp::None => usual_ms,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
}

/// Of two readings of the first or last entry, in order: the one that is nearer to the kept records and not
/// among them.
fn nearest_outside(side: Side, kept: i64, [early, late]: [i64; 2]) -> i64 {
    let takes_late = match side {
        Side::First => late <= kept,
        Side::Last => early < kept,
    };
    if takes_late { late } else { early }
}

/// The first or last entry of a file in UTC: as it prints it, or on the day that makes it the
/// nearest to (and outside of) the kept records.
fn end_of_span(stamp: Stamp, kept: Option<i64>, zone_ms: Option<i64>, side: Side) -> Option<i64> {
    match stamp {
        Stamp::Utc { at, .. } => Some(at.0),
        Stamp::Local { ms, .. } => Some(ms - zone_ms?),
        Stamp::DayOfYear {
            month,
            day,
            ms,
            zone,
            ..
        } => {
            let known = zone_ms.and_then(|zone_ms| i16::try_from(zone_ms / 60_000).ok());
            let zone_ms = zone_of_name(zone, known).map(runs::ms_of).or(zone_ms)?;
            Some(local_near(month, day, ms, kept? + zone_ms)? - zone_ms)
        }
        Stamp::TimeOfDay { ms, .. } => {
            let utc = ms - zone_ms?;
            Some(match side {
                Side::First => kept? - (kept? - utc).rem_euclid(DAY_MS),
                Side::Last => kept? + (utc - kept?).rem_euclid(DAY_MS),
            })
        }
        Stamp::None => kept,
    }
}
