//! Logs that print a date and no zone, on machines that print their zone elsewhere.

use super::{At, ClockId, ClockOwner, Clocks, runs};
use crate::record::time::{EpochMs, Stamp};
use crate::record::{FileId, Records};
use rustc_hash::{FxHashMap, FxHashSet};

/// Logs with a date but no zone on a Finesse node (Openfire) are in the zone the node prints in its
/// webservices log at that time: it is the same machine.
pub(super) fn borrow_node_zones(records: &Records, printed: &PrintedZones, clocks: &mut Clocks) {
    let put_back = put_back(records);
    for (at, record) in records.all.iter().enumerate() {
        let clock = clocks.of(at);
        let finesse = matches!(clocks.all[clock.0 as usize].owner, ClockOwner::Finesse(_));
        let (true, Stamp::Local { ms, precision }) = (finesse, record.stamp()) else {
            continue;
        };
        if let Some((utc, unsure_ms)) = printed.utc(clock, ms) {
            // The log itself shows which of two equal hours is the second one.
            let (utc, unsure_ms) = match put_back.get(&record.file()) {
                Some(&back) if at >= back => (utc + unsure_ms, 0),
                Some(_) => (utc, 0),
                None => (utc, unsure_ms),
            };
            let read = At {
                at: EpochMs(utc),
                slack_ms: precision.slack_ms() + unsure_ms,
            };
            clocks.readings.set(record, at, Some(read));
        }
    }
}

/// The position in each file of the first record after its clock was put back by an hour, where it
/// shows that once.
fn put_back(records: &Records) -> FxHashMap<FileId, usize> {
    let mut steps: FxHashMap<FileId, Vec<usize>> = FxHashMap::default();
    let mut before: Option<(FileId, i64)> = None;
    for (at, record) in records.all.iter().enumerate() {
        let Stamp::Local { ms, .. } = record.stamp() else {
            continue;
        };
        let file = record.file();
        let step = before.filter(|last| last.0 == file).map(|last| ms - last.1);
        if step.is_some_and(|step| runs::is_put_by(-runs::DST_MINUTES, step)) {
            steps.entry(file).or_default().push(at);
        }
        before = Some((file, ms));
    }
    let once = |(file, steps): (FileId, Vec<usize>)| match steps.as_slice() {
        [only] => Some((file, *only)),
        _ => None,
    };
    steps.into_iter().filter_map(once).collect()
}

/// The zones each clock printed.
pub(super) struct PrintedZones(Vec<OwnZones>);

/// What is known so far of the zones one clock printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// From when until when, in epoch ms, and which.
    One((i64, i64, i16)),
    Several,
}

/// The zones one clock printed.
#[derive(Default)]
struct OwnZones {
    /// From when until when one was printed again and again, in epoch ms; in order.
    spans: Vec<(i64, i64, i16)>,
    /// Each zone once, in the order in which they were first in force. A clock has two at most,
    /// unless machines of the same name are in the bundle.
    each: Vec<i16>,
}

impl OwnZones {
    /// From when which zone was printed.
    fn of(mut printed: Vec<(i64, i16)>) -> Self {
        printed.sort_unstable();
        let spans = printed.chunk_by(|one, other| one.1 == other.1);
        let spans: Vec<_> = spans
            .map(|span| (span[0].0, span[span.len() - 1].0, span[0].1))
            .collect();
        let mut seen = FxHashSet::default();
        let zones = spans.iter().map(|&(.., zone)| zone);
        let each = zones.filter(|&zone| seen.insert(zone)).collect();
        Self { spans, each }
    }

    /// Whether a zone may have been in force: between the last record that prints one and the first that
    /// prints the next, both may.
    fn may_be(&self, zone: i16, utc: i64) -> bool {
        let next = self.spans.partition_point(|&(first, ..)| first <= utc);
        let begun = next.checked_sub(1).map(|last| self.spans[last]);
        let is_over = begun.is_none_or(|(_, last, _)| last < utc);
        let coming = self.spans.get(next).filter(|_| is_over);
        begun.iter().chain(coming).any(|&(.., it)| it == zone)
    }
}

impl PrintedZones {
    pub(super) fn new(records: &Records, clocks: &Clocks) -> Self {
        let mut known: Vec<Option<Known>> = vec![None; clocks.all.len()];
        let zoned = || {
            let records = records.all.iter().enumerate();
            records.filter_map(|(nth, record)| match record.stamp() {
                Stamp::Utc {
                    at, zone_minutes, ..
                } => Some((clocks.of(nth).0 as usize, at.0, zone_minutes)),
                _ => None,
            })
        };
        for (clock, at, zone) in zoned() {
            let known = known[clock].get_or_insert(Known::One((at, at, zone)));
            match known {
                Known::One(span) if span.2 == zone => {
                    *span = (span.0.min(at), span.1.max(at), zone);
                }
                _ => *known = Known::Several,
            }
        }
        // Nearly every clock prints one zone, and nearly every record one: only where there are several does
        // it matter which record prints which.
        let mut several: Vec<Vec<(i64, i16)>> = vec![Vec::new(); clocks.all.len()];
        let changing = zoned().filter(|&(clock, ..)| known[clock] == Some(Known::Several));
        for (clock, at, zone) in changing {
            several[clock].push((at, zone));
        }
        let zones = known.iter().zip(several);
        let zones = zones.map(|(known, printed)| match known {
            Some(Known::One(span)) => OwnZones {
                spans: vec![*span],
                each: vec![span.2],
            },
            _ => OwnZones::of(printed),
        });
        Self(zones.collect())
    }

    /// Whether a clock printed any.
    pub(super) fn has(&self, clock: ClockId) -> bool {
        !self.0[clock.0 as usize].each.is_empty()
    }

    /// A local time in UTC, and by how much later it may be: in the hour that a change to winter
    /// time repeats, both readings are possible. A time the change skips is read by the zone before.
    pub(super) fn utc(&self, clock: ClockId, local: i64) -> Option<(i64, i64)> {
        let own = &self.0[clock.0 as usize];
        let reading = |zone: i16| local - runs::ms_of(zone);
        if let [only] = own.each.as_slice() {
            return Some((reading(*only), 0));
        }
        let zones = own.each.iter().copied();
        let possible = zones.filter(|&zone| own.may_be(zone, reading(zone)));
        let (first, last) = possible
            .map(reading)
            .fold((i64::MAX, i64::MIN), |(first, last), utc| {
                (first.min(utc), last.max(utc))
            });
        if first <= last {
            return Some((first, last - first));
        }
        own.each.first().map(|&first| (reading(first), 0))
    }
}
