//! When each record was written, in few bytes for all of them: what a record prints itself is not noted, and what
//! is known of the others is the same for many in a row.

use super::clock::{At, Clocks};
use super::notes::{Noted, Stretches};
use crate::record::time::{EpochMs, Precision, Stamp};
use crate::record::{InsidePrecision, Kind, Record, Records};

/// What a clock read for each record, where its log tells.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// What was found out about records that do not print date and zone, each once in a row.
    moves: Vec<Move>,
    /// While it is found out, for each of those: a position in `moves`, 1-based; 0 where nothing is known.
    found: Noted<u32>,
    /// The same after that.
    settled: Stretches<u32>,
}

/// From what a record prints to what its clock read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Move {
    /// From the time printed to UTC: the zone, and the date where none is printed.
    by_ms: i64,
    /// By how much later it may be than that ([`At::slack_ms`]), the precision of the stamp aside.
    unsure_ms: i64,
}

impl Readings {
    /// What the records print themselves.
    pub(super) fn new(records: &Records) -> Self {
        let entries = records.all.iter().enumerate();
        let in_part = entries.filter(|(_, record)| in_part(record.stamp()).is_some());
        Self {
            found: Noted::new(records.all.len(), in_part.map(|(at, _)| (at, 0))),
            ..Self::default()
        }
    }

    /// The reading for a record, which is the one at this position.
    #[inline]
    pub(super) fn get(&self, record: &Record, at: usize) -> Option<At> {
        match record.stamp() {
            Stamp::Utc { at, precision, .. } => Some(At {
                at,
                slack_ms: precision.slack_ms(),
            }),
            Stamp::None => received(record).map(|at| At { at, slack_ms: 0 }),
            stamp => self.found_out(stamp, at),
        }
    }

    fn found_out(&self, stamp: Stamp, at: usize) -> Option<At> {
        let nth = self.found.get(at).or_else(|| self.settled.get(at))?;
        let by = self.moves.get((*nth as usize).checked_sub(1)?)?;
        let (ms, precision) = in_part(stamp)?;
        Some(At {
            at: EpochMs(ms + by.by_ms),
            slack_ms: precision.slack_ms() + by.unsure_ms,
        })
    }

    /// Notes what was found out about a record; nothing about one that prints all or nothing.
    pub(super) fn set(&mut self, record: &Record, at: usize, read: Option<At>) {
        if let Some(found) = self.found.get_mut(at) {
            let by = read.zip(in_part(record.stamp()));
            let by = by.map(|(read, (ms, precision))| Move {
                by_ms: read.at.0 - ms,
                unsure_ms: read.slack_ms - precision.slack_ms(),
            });
            if by.is_some() && self.moves.last() != by.as_ref() {
                self.moves.extend(by);
            }
            let last = u32::try_from(self.moves.len()).expect("fewer than 2^32 records");
            *found = by.map_or(0, |_| last);
        }
    }

    /// All is found out: it is the same for nearly all records of a log.
    pub(super) fn settle(&mut self, records: &Records) {
        let found = std::mem::take(&mut self.found);
        let found = found.iter().map(|(at, &nth)| (at, nth));
        self.settled = Stretches::new(records.all.len(), found);
    }
}

/// A time printed without its date or its zone, in ms, and how finely.
fn in_part(stamp: Stamp) -> Option<(i64, Precision)> {
    match stamp {
        Stamp::None | Stamp::Utc { .. } => None,
        Stamp::TimeOfDay { ms, precision }
        | Stamp::DayOfYear { ms, precision, .. }
        | Stamp::Local { ms, precision } => Some((ms, precision)),
    }
}

/// The instant that a stripped line prints inside: `CTI_MSG_RECEIVED` is when Finesse got the message.
fn received(record: &Record) -> Option<EpochMs> {
    let inside = record.facts().server_time;
    let received = inside.filter(|(_, what)| *what == InsidePrecision::CtiReceivedMs);
    let (at, _) = received.filter(|_| record.kind() == Kind::Webservices)?;
    Some(at)
}

/// When each record was written, in ms on the reference clock, as far as known.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// How far each clock is ahead of the reference, ms.
    ahead_ms: Vec<i64>,
    /// When those were written that no clock tells of; [`NONE`] where nothing does.
    lent: Noted<i64>,
}

/// No time that any log prints.
const NONE: i64 = i64::MIN;

impl Times {
    /// The times that clocks tell, which are so many ms ahead of the reference, each.
    pub(super) fn new(records: &Records, clocks: &Clocks, ahead_ms: Vec<i64>) -> Self {
        let entries = records.all.iter().enumerate();
        let untold = entries.filter(|&(at, record)| clocks.read(record, at).is_none());
        Self {
            ahead_ms,
            lent: Noted::new(records.all.len(), untold.map(|(at, _)| (at, NONE))),
        }
    }

    /// When a record was written, which is the one at this position (0-based).
    #[inline]
    pub(super) fn get(&self, clocks: &Clocks, record: &Record, at: usize) -> Option<i64> {
        match clocks.read(record, at) {
            Some(read) => Some(read.at.0 - self.ahead_ms.get(clocks.of(at).0 as usize)?),
            None => self.lent.get(at).copied().filter(|&ms| ms != NONE),
        }
    }

    /// Notes the time of a record that no clock tells of.
    pub(super) fn lend(&mut self, at: usize, ms: Option<i64>) {
        if let Some(lent) = self.lent.get_mut(at) {
            *lent = ms.unwrap_or(NONE);
        }
    }

    /// Whether nothing tells of a record so far.
    pub(super) fn is_missing(&self, at: usize) -> bool {
        self.lent.get(at) == Some(&NONE)
    }

    /// Whether no clock tells of a record.
    pub(super) fn is_untold(&self, at: usize) -> bool {
        self.lent.get(at).is_some()
    }
}
