//! The clocks of a bundle, and what each record's time is in UTC *by its own clock*.
//!
//! A log that prints no zone or no date gets them from values that carry both: `nocache` is the
//! browser's epoch ms, so it places a 9.x client log; a CTI record and the Finesse record of the
//! same invoke id place a dumplog. Nothing here corrects a clock that is wrong: how far clocks are
//! apart is [`super::offset`]'s.

use super::nodes;
use crate::record::intern::Sym;
use crate::record::time::{DAY_MS, EpochMs, Precision, Stamp, local_near};
use crate::record::{FileId, InsidePrecision, Kind, Record, Records, What};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Zones are multiples of a quarter of an hour (all of the tz database since 1972).
const ZONE_STEP_MS: i64 = 15 * 60 * 1000;
/// Farthest zones east and west of UTC, in ms: +14:00 (Kiribati) and −12:00.
const EASTMOST_MS: i64 = 14 * 3_600_000;
const WESTMOST_MS: i64 = -12 * 3_600_000;
/// How many records away a record without a time may borrow one to find a zone.
const BORROW: usize = 3;

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
    /// 999 where only whole seconds are printed, else 0.
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
    read_desktops(records, &mut clocks);
    read_cti_servers(records, agents, &mut clocks);
    borrow_node_zones(records, &mut clocks);
    clocks.of_file = file_spans(records, &clocks);
    clocks
}

fn owner(record: &Record, agent: Sym, node_of_file: &[Sym], cti_of_file: &[Sym]) -> ClockOwner {
    let file = record.place.file.0 as usize;
    match record.kind {
        Kind::ClientLog => ClockOwner::Client(agent),
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
        if let Stamp::Utc { zone_minutes, .. } = record.stamp {
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

/// 9.x client logs: time of day only. Date and zone come from the nocache values among the lines.
fn read_desktops(records: &Records, clocks: &mut Clocks) {
    for (clock, lines) in runs(records, clocks, |record| record.kind == Kind::ClientLog) {
        let anchors: Vec<Anchor> = lines
            .iter()
            .enumerate()
            .filter_map(|(nth, &at)| {
                Some(Anchor {
                    nth,
                    utc: records.all[at].keys.nocache?.0,
                })
            })
            .collect();
        place_run(records, clocks, clock, &lines, &anchors);
    }
}

/// Dumplogs: time of day, the date on a line of its own if at all, the zone never. Anchors are the
/// Finesse records of the same agent and invoke id.
fn read_cti_servers(records: &Records, agents: &[Sym], clocks: &mut Clocks) {
    let mut sent: FxHashMap<(Sym, u32), Vec<i64>> = FxHashMap::default();
    for (at, record) in records
        .all
        .iter()
        .enumerate()
        .filter(|(_, record)| record.what == What::CtiSent)
    {
        if let (Some(invoke_id), Some(when)) = (record.keys.invoke_id, clocks.at[at]) {
            sent.entry((agents[at], invoke_id))
                .or_default()
                .push(when.at.0);
        }
    }
    let mut events: FxHashMap<(Sym, Sym), Vec<i64>> = FxHashMap::default();
    for (at, record) in records
        .all
        .iter()
        .enumerate()
        .filter(|(_, record)| record.what == What::CtiDecoded)
    {
        if let (None, Some(when), true) =
            (record.keys.invoke_id, clocks.at[at], agents[at].is_some())
        {
            events
                .entry((agents[at], record.keys.extension))
                .or_default()
                .push(when.at.0);
        }
    }
    for (clock, lines) in runs(records, clocks, |record| record.kind == Kind::CtiServer) {
        let partners = |at: usize| {
            let record = &records.all[at];
            match record.keys.invoke_id {
                Some(invoke_id) => sent.get(&(agents[at], invoke_id)),
                None => events.get(&(agents[at], record.keys.extension)),
            }
        };
        let anchors: Vec<Anchor> = lines
            .iter()
            .enumerate()
            .filter(|(_, at)| agents[**at].is_some())
            .flat_map(|(nth, &at)| {
                // Ids are reused: a few partners are enough to find the zone by majority.
                partners(at)
                    .into_iter()
                    .flatten()
                    .take(8)
                    .map(move |&utc| Anchor { nth, utc })
            })
            .collect();
        place_run(records, clocks, clock, &lines, &anchors);
    }
}

/// Something near the `nth` line of a run that tells UTC.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    /// Position in the run, 0-based.
    nth: usize,
    /// Epoch ms.
    utc: i64,
}

/// The records of one clock in one file that lack a zone, in file order.
fn runs(
    records: &Records,
    clocks: &Clocks,
    wanted: impl Fn(&Record) -> bool,
) -> Vec<(ClockId, Vec<usize>)> {
    let mut runs: BTreeMap<(FileId, ClockId), Vec<usize>> = BTreeMap::new();
    for (at, record) in records
        .all
        .iter()
        .enumerate()
        .filter(|(_, record)| wanted(record))
    {
        if !matches!(record.stamp, Stamp::Utc { .. }) {
            runs.entry((record.place.file, clocks.of_record[at]))
                .or_default()
                .push(at);
        }
    }
    runs.into_iter()
        .map(|((_, clock), lines)| (clock, lines))
        .collect()
}

fn place_run(
    records: &Records,
    clocks: &mut Clocks,
    clock: ClockId,
    lines: &[usize],
    anchors: &[Anchor],
) {
    let known = clocks.all[clock.0 as usize].zone_minutes;
    let Some(zone) = known.or_else(|| vote_zone(records, lines, anchors)) else {
        return;
    };
    clocks.all[clock.0 as usize].zone_minutes = Some(zone);
    let zone_ms = i64::from(zone) * 60_000;
    // The most trustworthy anchors are those that agree with the zone.
    let anchors: Vec<Anchor> = anchors
        .iter()
        .copied()
        .filter(|anchor| anchor_zone(records, lines, *anchor) == Some(zone))
        .collect();
    let mut day: Option<i64> = None;
    let mut previous = 0;
    for (nth, &at) in lines.iter().enumerate() {
        let record = &records.all[at];
        if let (What::DayStarted, Stamp::Local { ms, .. }) = (record.what, record.stamp) {
            day = Some(ms.div_euclid(DAY_MS));
            previous = 0;
            continue;
        }
        let Some((ms, precision)) = time_of_day(record.stamp) else {
            continue;
        };
        if day.is_some() && previous - ms > DAY_MS / 2 {
            day = day.map(|day| day + 1);
        }
        previous = ms;
        let utc = match (record.stamp, day) {
            (Stamp::Local { ms, .. }, _) => Some(ms - zone_ms),
            (_, Some(day)) => Some(day * DAY_MS + ms - zone_ms),
            _ => nearest_anchor(&anchors, nth).map(|anchor| anchor + wrap(ms - zone_ms - anchor)),
        };
        clocks.at[at] = utc.map(|utc| At {
            at: EpochMs(utc),
            slack_ms: precision.slack_ms(),
        });
    }
}

/// The UTC of the anchor nearest to a position; the earlier one of two equally near.
fn nearest_anchor(anchors: &[Anchor], nth: usize) -> Option<i64> {
    let next = anchors.partition_point(|anchor| anchor.nth < nth);
    let around = [next.checked_sub(1), Some(next)];
    let near = around
        .into_iter()
        .flatten()
        .filter_map(|at| anchors.get(at));
    near.min_by_key(|anchor| anchor.nth.abs_diff(nth))
        .map(|anchor| anchor.utc)
}

/// A difference between times of day, as the shorter way round: in `[-12 h, +12 h)`.
fn wrap(ms: i64) -> i64 {
    (ms + DAY_MS / 2).rem_euclid(DAY_MS) - DAY_MS / 2
}

fn time_of_day(stamp: Stamp) -> Option<(i64, Precision)> {
    match stamp {
        Stamp::TimeOfDay { ms, precision } => Some((ms, precision)),
        Stamp::DayOfYear { ms, precision, .. } => Some((ms, precision)),
        Stamp::Local { ms, precision } => Some((ms.rem_euclid(DAY_MS), precision)),
        Stamp::None | Stamp::Utc { .. } => None,
    }
}

/// The zone most anchors say, in minutes east of UTC; of two as frequent, the one nearer to UTC.
fn vote_zone(records: &Records, lines: &[usize], anchors: &[Anchor]) -> Option<i16> {
    let mut votes: BTreeMap<i16, u32> = BTreeMap::new();
    for zone in anchors
        .iter()
        .filter_map(|anchor| anchor_zone(records, lines, *anchor))
    {
        *votes.entry(zone).or_default() += 1;
    }
    let best = votes
        .into_iter()
        .max_by_key(|&(zone, count)| (count, std::cmp::Reverse((zone.abs(), zone))));
    best.map(|(zone, _)| zone)
}

/// The zone one anchor says: local time of day of the line it stands at (or of the next or previous
/// one that has a time) minus UTC, to a quarter of an hour.
fn anchor_zone(records: &Records, lines: &[usize], anchor: Anchor) -> Option<i16> {
    let after = anchor.nth..=anchor.nth + BORROW;
    let before = (anchor.nth.saturating_sub(BORROW)..anchor.nth).rev();
    let stamps = after
        .chain(before)
        .filter_map(|nth| lines.get(nth))
        .map(|&at| &records.all[at]);
    let local = stamps
        .filter(|record| record.what != What::DayStarted)
        .find_map(|record| time_of_day(record.stamp))?
        .0;
    let mut zone = ((local - anchor.utc).rem_euclid(DAY_MS) + ZONE_STEP_MS / 2)
        .div_euclid(ZONE_STEP_MS)
        * ZONE_STEP_MS;
    if zone > EASTMOST_MS {
        zone -= DAY_MS;
    }
    (zone >= WESTMOST_MS).then(|| i16::try_from(zone / 60_000).expect("within a day"))
}

/// Logs with a date but no zone on a Finesse node (Openfire) are in the zone the node prints in its
/// webservices log: it is the same machine.
fn borrow_node_zones(records: &Records, clocks: &mut Clocks) {
    for (at, record) in records.all.iter().enumerate() {
        let zone = clocks.all[clocks.of_record[at].0 as usize].zone_minutes;
        if let (None, Stamp::Local { ms, precision }, Some(zone)) =
            (clocks.at[at], record.stamp, zone)
        {
            let utc = EpochMs(ms - i64::from(zone) * 60_000);
            clocks.at[at] = Some(At {
                at: utc,
                slack_ms: precision.slack_ms(),
            });
        }
    }
}

fn file_spans(records: &Records, clocks: &Clocks) -> Vec<Option<(EpochMs, EpochMs)>> {
    let mut spans: Vec<Option<(EpochMs, EpochMs, ClockId)>> = vec![None; records.files.len()];
    for (at, record) in records.all.iter().enumerate() {
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
        Stamp::DayOfYear { month, day, ms, .. } => {
            let zone_ms = zone_ms?;
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
mod tests {
    use super::*;
    use crate::correlate::agents::agents;
    use crate::correlate::fixture::Fixture;

    const H: i64 = 3_600_000;

    fn at(hours: i64, minutes: i64, seconds: i64) -> i64 {
        hours * H + minutes * 60_000 + seconds * 1000
    }

    #[test]
    fn nocache_gives_a_9x_client_log_its_date_and_zone() {
        let mut bundle = Fixture::default();
        bundle
            .record(Kind::ClientLog, What::ClientRequest)
            .agent("2001")
            .nocache(1_366_756_802_163);
        bundle
            .record(Kind::ClientLog, What::ClientAnswer)
            .time_of_day(at(18, 40, 3));
        bundle
            .record(Kind::ClientLog, What::ConnectStarted)
            .time_of_day(at(18, 40, 4));
        let clocks = read_clocks(&bundle.records, &agents(&bundle.records));
        assert_eq!(clocks.all[0].zone_minutes, Some(-240));
        assert_eq!(
            clocks.at[1].unwrap().at.to_string(),
            "2013-04-23T22:40:03.000Z"
        );
        assert_eq!(
            clocks.at[0], None,
            "a line without a time has none, even if its payload knows one"
        );
    }

    #[test]
    fn an_invoke_id_gives_a_dumplog_its_date_and_zone() {
        let mut bundle = Fixture::default();
        bundle
            .record(Kind::Webservices, What::CtiSent)
            .agent("2001")
            .invoke_id(20)
            .utc(1_366_756_808_000);
        bundle
            .record(Kind::CtiServer, What::CtiMessage)
            .agent("2001")
            .invoke_id(20)
            .time_of_day(at(17, 40, 8));
        let clocks = read_clocks(&bundle.records, &agents(&bundle.records));
        assert_eq!(
            clocks.at[1].unwrap().at.to_string(),
            "2013-04-23T22:40:08.000Z"
        );
    }

    #[test]
    fn zones_east_and_west_of_the_date_line() {
        let zone = |utc, local| {
            let mut bundle = Fixture::default();
            bundle
                .record(Kind::ClientLog, What::ClientRequest)
                .agent("2001")
                .nocache(utc)
                .time_of_day(local);
            read_clocks(&bundle.records, &agents(&bundle.records)).all[0].zone_minutes
        };
        assert_eq!(zone(at(20, 0, 0), at(9, 0, 2)), Some(13 * 60));
        assert_eq!(zone(at(20, 0, 0), at(8, 59, 0)), Some(13 * 60));
        assert_eq!(zone(at(2, 0, 0), at(16, 0, 0)), Some(14 * 60));
        assert_eq!(zone(at(20, 0, 0), at(10, 45, 0)), Some(-9 * 60 - 15));
    }
}
