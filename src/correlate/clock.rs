//! The clocks of a bundle, and what each record's time is in UTC *by its own clock*.
//!
//! A log that prints no zone or no date gets them from values that carry both: `nocache` is the
//! browser's epoch ms, so it places a 9.x client log; a CTI record and the Finesse record of the
//! same invoke id place a dumplog. Nothing here corrects a clock that is wrong: how far clocks are
//! apart is [`super::offset`]'s.

mod anchors;
mod runs;

use super::nodes;
use crate::record::intern::Sym;
use crate::record::time::{DAY_MS, EpochMs, Stamp, local_near};
use crate::record::{FileId, InsidePrecision, Kind, Record, Records, What};
use anchors::{read_cti_servers, read_desktops, zone_of_name};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// A clock: position in [`Clocks::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockId(pub u32);

/// Whose clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockOwner {
    /// The browser of an agent ([`Sym::NONE`]: of somebody).
    Client(Sym),
    /// A Finesse node ([`Sym::NONE`]: the only one, unnamed).
    Finesse(Sym),
    /// A CTI server, such as `cg1A`.
    Cti(Sym),
}

/// A clock and its zone.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Whose.
    pub owner: ClockOwner,
    /// Minutes east of UTC, printed in its logs or recovered.
    pub zone_minutes: Option<i16>,
}

/// An instant by some clock: the true reading lies in `[at, at + slack_ms]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// As read.
    pub at: EpochMs,
    /// 999 where only whole seconds are printed, else 0; an hour more where nobody knows whether
    /// a change of zone was before or after it.
    pub slack_ms: i64,
}

/// All clocks, and the times read from them.
#[derive(Debug, Default)]
pub struct Clocks {
    /// In order of owner.
    pub all: Vec<Clock>,
    /// The clock of each record, by position.
    pub of_record: Vec<ClockId>,
    /// When each record was written, by its own clock; `None` where its log does not tell.
    pub at: Vec<Option<At>>,
    /// First and last entry of each file, by its own clock.
    pub of_file: Vec<Option<(EpochMs, EpochMs)>>,
    /// The Finesse node of each file.
    pub node_of_file: Vec<Sym>,
    /// The browser clock of each agent who has one.
    pub of_browser: FxHashMap<Sym, ClockId>,
}

/// Finds the clocks and reads every time. `agents` has the agent of each record.
pub(super) fn read_clocks(records: &Records, agents: &[Sym]) -> Clocks {
    let node_of_file = nodes::nodes(records);
    let cti_of_file = nodes::printed(records, Kind::CtiServer);
    let owners: Vec<ClockOwner> = (0..records.all.len())
        .map(|at| owner(&records.all[at], agents[at], &node_of_file, &cti_of_file))
        .collect();
    let all = clocks(records, &owners, agents);
    let id_of: FxHashMap<ClockOwner, ClockId> = (0u32..)
        .zip(&all)
        .map(|(id, clock)| (clock.owner, ClockId(id)))
        .collect();
    let of_record = owners.iter().map(|owner| id_of[owner]).collect();
    let of_browser = id_of
        .iter()
        .filter_map(|(owner, &id)| match owner {
            ClockOwner::Client(agent) => Some((*agent, id)),
            _ => None,
        })
        .collect();
    let mut clocks = Clocks {
        all,
        of_record,
        at: vec![None; owners.len()],
        of_file: Vec::new(),
        node_of_file,
        of_browser,
    };
    read_zoned(records, &mut clocks);
    borrow_node_zones(records, &mut clocks);
    read_desktops(records, &mut clocks);
    read_cti_servers(records, agents, &mut clocks);
    clocks.of_file = file_spans(records, &clocks);
    clocks
}

fn owner(record: &Record, agent: Sym, node_of_file: &[Sym], cti_of_file: &[Sym]) -> ClockOwner {
    let file = record.place.file.0 as usize;
    match record.kind {
        Kind::ClientLog => ClockOwner::Client(agent),
        // The engine runs on a Finesse node.
        Kind::UccxEngine if node_of_file[file].is_some() => ClockOwner::Finesse(node_of_file[file]),
        Kind::UccxEngine => ClockOwner::Cti(Sym::NONE),
        // The date line of a dumplog prints no node.
        Kind::CtiServer => ClockOwner::Cti(record.keys.node.or(cti_of_file[file])),
        Kind::Webservices => ClockOwner::Finesse(record.keys.node.or(node_of_file[file])),
        _ => ClockOwner::Finesse(node_of_file[file]),
    }
}

/// The clocks the records were written by, and that of every browser whose reading stands in a
/// `nocache`, whether or not its log is in the bundle.
fn clocks(records: &Records, owners: &[ClockOwner], agents: &[Sym]) -> Vec<Clock> {
    let mut zones: BTreeMap<ClockKey, (ClockOwner, BTreeMap<i16, u32>)> = BTreeMap::new();
    for (record, &owner) in records.all.iter().zip(owners) {
        let votes = &mut zones
            .entry(ClockKey::of(owner, records))
            .or_insert_with(|| (owner, BTreeMap::new()))
            .1;
        // The Identity Service may run on a machine of its own, in another zone than Finesse.
        if let Stamp::Utc { zone_minutes, .. } = record.stamp
            && record.kind != Kind::IdentityService
        {
            *votes.entry(zone_minutes).or_default() += 1;
        }
    }
    for (record, &agent) in records.all.iter().zip(agents) {
        if record.keys.nocache.is_some() && agent.is_some() {
            let browser = ClockOwner::Client(agent);
            zones
                .entry(ClockKey::of(browser, records))
                .or_insert_with(|| (browser, BTreeMap::new()));
        }
    }
    let most = |votes: BTreeMap<i16, u32>| {
        votes
            .into_iter()
            .max_by_key(|&(_, count)| count)
            .map(|(zone, _)| zone)
    };
    zones
        .into_values()
        .map(|(owner, votes)| Clock {
            owner,
            zone_minutes: most(votes),
        })
        .collect()
}

/// Orders clocks by name, whatever order the names were first seen in.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ClockKey(u8, String);

impl ClockKey {
    fn of(owner: ClockOwner, records: &Records) -> Self {
        let (rank, name) = match owner {
            ClockOwner::Finesse(node) => (0, node),
            ClockOwner::Cti(node) => (1, node),
            ClockOwner::Client(agent) => (2, agent),
        };
        Self(rank, records.strings.get(name).to_owned())
    }
}

/// Records that print date and zone, and records whose payload carries the server's epoch ms.
fn read_zoned(records: &Records, clocks: &mut Clocks) {
    for (record, at) in records.all.iter().zip(&mut clocks.at) {
        *at = match (record.stamp, record.facts.server_time) {
            (Stamp::Utc { at, precision, .. }, _) => Some(At {
                at,
                slack_ms: precision.slack_ms(),
            }),
            // A stripped line: `CTI_MSG_RECEIVED` is the instant Finesse got the message.
            (Stamp::None, Some((at, InsidePrecision::CtiReceivedMs)))
                if record.kind == Kind::Webservices =>
            {
                Some(At { at, slack_ms: 0 })
            }
            _ => None,
        };
    }
}

/// Logs with a date but no zone on a Finesse node (Openfire) are in the zone the node prints in its
/// webservices log at that time: it is the same machine.
fn borrow_node_zones(records: &Records, clocks: &mut Clocks) {
    let printed = PrintedZones::new(records, clocks);
    let put_back = put_back(records);
    for (at, record) in records.all.iter().enumerate() {
        let clock = clocks.of_record[at];
        let finesse = matches!(clocks.all[clock.0 as usize].owner, ClockOwner::Finesse(_));
        let (true, Stamp::Local { ms, precision }) = (finesse, record.stamp) else {
            continue;
        };
        if let Some((utc, unsure_ms)) = printed.utc(clock, ms) {
            // The log itself shows which of two equal hours is the second one.
            let (utc, unsure_ms) = match put_back.get(&record.place.file) {
                Some(&back) if at >= back => (utc + unsure_ms, 0),
                Some(_) => (utc, 0),
                None => (utc, unsure_ms),
            };
            clocks.at[at] = Some(At {
                at: EpochMs(utc),
                slack_ms: precision.slack_ms() + unsure_ms,
            });
        }
    }
}

/// The position in each file of the first record after its clock was put back by an hour, where it
/// shows that once.
fn put_back(records: &Records) -> FxHashMap<FileId, usize> {
    let mut steps: FxHashMap<FileId, Vec<usize>> = FxHashMap::default();
    let mut before: Option<(FileId, i64)> = None;
    for (at, record) in records.all.iter().enumerate() {
        let Stamp::Local { ms, .. } = record.stamp else {
            continue;
        };
        let file = record.place.file;
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
struct PrintedZones(Vec<OwnZones>);

/// The zones one clock printed.
#[derive(Default)]
struct OwnZones {
    /// From when on which, in epoch ms.
    from: Vec<(i64, i16)>,
    /// Each zone once, in the order in which they were first in force. A clock has two at most,
    /// unless machines of the same name are in the bundle.
    each: Vec<i16>,
}

impl PrintedZones {
    fn new(records: &Records, clocks: &Clocks) -> Self {
        let mut zones: Vec<OwnZones> = Vec::new();
        zones.resize_with(clocks.all.len(), OwnZones::default);
        for (record, clock) in records.all.iter().zip(&clocks.of_record) {
            if let Stamp::Utc {
                at, zone_minutes, ..
            } = record.stamp
            {
                zones[clock.0 as usize].from.push((at.0, zone_minutes));
            }
        }
        for own in &mut zones {
            own.from.sort_unstable();
            own.from.dedup_by_key(|&mut (_, zone)| zone);
            let mut seen = FxHashSet::default();
            let zones = own.from.iter().map(|&(_, zone)| zone);
            own.each = zones.filter(|&zone| seen.insert(zone)).collect();
        }
        Self(zones)
    }

    /// A local time in UTC, and by how much later it may be: in the hour that a change to winter
    /// time repeats, both readings are possible. A time the change skips is read by the zone before.
    fn utc(&self, clock: ClockId, local: i64) -> Option<(i64, i64)> {
        let own = &self.0[clock.0 as usize];
        let reading = |zone: i16| local - runs::ms_of(zone);
        if let [only] = own.each.as_slice() {
            return Some((reading(*only), 0));
        }
        let in_force = |utc: i64| {
            let next = own.from.partition_point(|&(from, _)| from <= utc);
            own.from.get(next.saturating_sub(1)).map(|&(_, zone)| zone)
        };
        let zones = own.each.iter().copied();
        let possible = zones.filter(|&zone| in_force(reading(zone)) == Some(zone));
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

fn file_spans(records: &Records, clocks: &Clocks) -> Vec<Option<(EpochMs, EpochMs)>> {
    let mut spans: Vec<Option<(EpochMs, EpochMs, ClockId)>> = vec![None; records.files.len()];
    let entries = records.all.iter().enumerate();
    // The date line of a dumplog says no more than a date.
    for (at, record) in entries.filter(|(_, record)| record.what != What::DayStarted) {
        if let Some(when) = clocks.at[at] {
            let clock = clocks.of_record[at];
            let span = spans[record.place.file.0 as usize].get_or_insert((when.at, when.at, clock));
            *span = (span.0.min(when.at), span.1.max(when.at), span.2);
        }
    }
    let widen = |(file, span): (&crate::record::File, Option<(EpochMs, EpochMs, ClockId)>)| {
        let zone = |span: Option<(EpochMs, EpochMs, ClockId)>| {
            clocks.all[span?.2.0 as usize]
                .zone_minutes
                .map(|zone| i64::from(zone) * 60_000)
        };
        let first = end_of_span(
            file.first,
            span.map(|span| span.0.0),
            zone(span),
            Side::First,
        );
        let last = end_of_span(file.last, span.map(|span| span.1.0), zone(span), Side::Last);
        Some((EpochMs(first?), EpochMs(last?)))
    };
    records.files.iter().zip(spans).map(widen).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
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

#[cfg(test)]
mod tests;
