//! What dates the CTI side's logs, which do not date themselves: the Finesse record of the same invoke
//! id; where the webservices log is missing, the sign-in requests of agents who made exactly one.

use super::runs::{Anchor, by_clock, is_zoneless, ms_of, place_run};
use super::{At, ClockId, Clocks};
use crate::correlate::agents::Agents;
use crate::correlate::calls::is_cti_request;
use crate::record::intern::Sym;
use crate::record::time::{EpochMs, Stamp, local_near};
use crate::record::zone::ZoneName;
use crate::record::{AgentState, Kind, Record, Records, What};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Ids are reused: a few partners are enough to find the zone by majority.
const PARTNERS: usize = 8;

/// Dumplogs: time of day, the date on a line of its own if at all, the zone never. Engine logs: no
/// year, and a zone whose name may mean several.
pub(super) fn read_cti_servers(records: &Records, agents: &Agents, clocks: &mut Clocks) {
    let is_dumplog = |record: &Record| is_zoneless(record, Kind::CtiServer);
    let is_engine_log = |record: &Record| matches!(record.stamp(), Stamp::DayOfYear { .. });
    let mut partners = None;
    for file in records.by_file() {
        for (clock, lines) in by_clock(records, clocks, file, is_dumplog) {
            let partners = partners.get_or_insert_with(|| Partners::new(records, agents, clocks));
            let anchors = partners.anchors(records, agents, &lines);
            place_run(records, clocks, clock, &lines, &anchors);
        }
    }
    for file in records.by_file() {
        for (clock, lines) in by_clock(records, clocks, file, is_engine_log) {
            let partners = partners.get_or_insert_with(|| Partners::new(records, agents, clocks));
            let anchors = partners.anchors(records, agents, &lines);
            place_engine_run(records, clocks, clock, &lines, &anchors);
        }
    }
}

/// Exchanges that date a log without a second opinion.
const ENOUGH: usize = 3;

/// An anchor for each of the first few partners of each line.
fn keyed<K: Ord>(
    records: &Records,
    lines: &[usize],
    partners: &[(K, i64)],
    key: impl Fn(&Record, usize) -> Option<K>,
) -> Vec<Anchor> {
    let named = lines.iter().enumerate();
    let keyed = named.filter_map(|(nth, &at)| Some((nth, key(&records.all[at], at)?)));
    keyed
        .flat_map(|(nth, key)| {
            let from = partners.partition_point(|(other, _)| *other < key);
            let own = partners[from..].iter();
            own.take_while(move |(other, _)| *other == key)
                .take(PARTNERS)
                .map(move |&(_, utc)| Anchor { nth, utc })
        })
        .collect()
}

/// Dated records that stand for the same moment as a record of the CTI side: each key with its times, in order
/// of key, then of record.
struct Partners {
    /// Finesse's requests, by agent and invoke id.
    sent: Vec<((Sym, u32), i64)>,
    /// Finesse's events, by agent and extension.
    events: Vec<((Sym, Sym), i64)>,
    /// The only sign-in request of an agent outside the CTI side; used where Finesse's own log of
    /// the exchange is not there.
    only: FxHashMap<Sym, i64>,
}

impl Partners {
    fn new(records: &Records, agents: &Agents, clocks: &Clocks) -> Self {
        let (mut sent, mut events) = (Vec::new(), Vec::new());
        for (at, record) in records.all.iter().enumerate() {
            if !matches!(record.what(), What::CtiSent | What::CtiDecoded) {
                continue;
            }
            let Some(when) = clocks.read(record, at) else {
                continue;
            };
            let agent = agents.of(record, at);
            match (record.what(), record.keys().invoke_id) {
                (What::CtiSent, Some(invoke_id)) => sent.push(((agent, invoke_id), when.at.0)),
                (What::CtiDecoded, None) if agent.is_some() => {
                    events.push(((agent, record.keys().extension), when.at.0));
                }
                _ => {}
            }
        }
        let only = if sent.is_empty() && events.is_empty() {
            only_sign_ins(records, agents, clocks)
        } else {
            FxHashMap::default()
        };
        sent.sort_by_key(|&(key, _)| key);
        events.sort_by_key(|&(key, _)| key);
        Self { sent, events, only }
    }

    fn anchors(&self, records: &Records, agents: &Agents, lines: &[usize]) -> Vec<Anchor> {
        let named = |record: &Record, at: usize| {
            let agent = agents.of(record, at);
            agent.is_some().then_some(agent)
        };
        let exchange =
            |record: &Record, at: usize| Some((named(record, at)?, record.keys().invoke_id?));
        let event = |record: &Record, at: usize| {
            let keys = record.keys();
            let of = keys.invoke_id.is_none().then_some(keys.extension)?;
            Some((named(record, at)?, of))
        };
        // An agent has many events a day, and each may stand for any of them: they vote only where
        // exchanges do not.
        let mut anchors = keyed(records, lines, &self.sent, exchange);
        if anchors.len() < ENOUGH {
            anchors.extend(keyed(records, lines, &self.events, event));
        }
        anchors.extend(self.only_anchors(records, agents, lines));
        anchors
    }

    /// Agents who signed in exactly once on either side; nothing if they do not agree.
    fn only_anchors(&self, records: &Records, agents: &Agents, lines: &[usize]) -> Vec<Anchor> {
        let mut asked: BTreeMap<Sym, Vec<usize>> = BTreeMap::new();
        for (nth, &at) in lines.iter().enumerate() {
            let record = &records.all[at];
            let login = record.facts().state == Some(AgentState::Login);
            let agent = agents.of(record, at);
            if login && is_cti_request(record) && self.only.contains_key(&agent) {
                asked.entry(agent).or_default().push(nth);
            }
        }
        let once = asked.iter().filter(|(_, nths)| nths.len() == 1);
        once.map(|(agent, nths)| Anchor {
            nth: nths[0],
            utc: self.only[agent],
        })
        .collect()
    }
}

/// When the agents whose client logs tell of exactly one sign-in request made it.
fn only_sign_ins(records: &Records, agents: &Agents, clocks: &Clocks) -> FxHashMap<Sym, i64> {
    let mut asked: BTreeMap<Sym, Vec<i64>> = BTreeMap::new();
    for (at, record) in records.all.iter().enumerate() {
        let agent = agents.of(record, at);
        let performs = record.what() == What::LoginPerformed && agent.is_some();
        if let (true, Some(when)) = (performs, clocks.read(record, at)) {
            asked.entry(agent).or_default().push(when.at.0);
        }
    }
    let once = |(agent, times): (Sym, Vec<i64>)| (times.len() == 1).then(|| (agent, times[0]));
    asked.into_iter().filter_map(once).collect()
}

/// Gives records without a year the year that brings them nearest to what the bundle dates, and
/// their zone's name the offset that the node prints or the anchors say.
fn place_engine_run(
    records: &Records,
    clocks: &mut Clocks,
    clock: ClockId,
    lines: &[usize],
    anchors: &[Anchor],
) {
    let dated = || {
        let all = records.all.iter().enumerate();
        let read = all.filter_map(|(at, record)| clocks.read(record, at));
        read.map(|when| when.at.0).min()
    };
    let Some(near) = anchors.iter().map(|anchor| anchor.utc).min().or_else(dated) else {
        return;
    };
    let known = clocks.all[clock.0 as usize].zone_minutes;
    let mut zones: BTreeMap<ZoneName, Option<i16>> = BTreeMap::new();
    for &at in lines {
        let record = &records.all[at];
        let Stamp::DayOfYear {
            month,
            day,
            ms,
            precision,
            zone,
        } = record.stamp()
        else {
            continue;
        };
        let offset = *zones.entry(zone).or_insert_with(|| {
            zone_of_name(zone, known).or_else(|| vote(records, lines, anchors, zone))
        });
        let Some(zone_ms) = offset.map(ms_of) else {
            continue;
        };
        if let Some(local) = local_near(month, day, ms, near + zone_ms) {
            let read = At {
                at: EpochMs(local - zone_ms),
                slack_ms: precision.slack_ms(),
            };
            clocks.readings.set(record, at, Some(read));
        }
    }
    let first = zones.into_values().flatten().next();
    let own = &mut clocks.all[clock.0 as usize].zone_minutes;
    *own = own.or(first);
}

/// The offset of a zone by its name, in minutes east of UTC: the only one it is known for, or the
/// one of several that the same machine prints; by summer time or by winter time.
pub(super) fn zone_of_name(zone: ZoneName, known: Option<i16>) -> Option<i16> {
    match (zone.offsets(), known) {
        (&[only], _) => Some(only),
        ([], known) => known,
        (several, Some(known)) => [known, known - 60, known + 60]
            .into_iter()
            .find(|offset| several.contains(offset)),
        (_, None) => None,
    }
}

/// Of the offsets a name is known for, the one most anchors say within half an hour.
fn vote(records: &Records, lines: &[usize], anchors: &[Anchor], zone: ZoneName) -> Option<i16> {
    const HALF_HOUR_MS: i64 = 30 * 60_000;
    let says = |offset: i16| {
        let agrees = |anchor: &&Anchor| match records.all[lines[anchor.nth]].stamp() {
            Stamp::DayOfYear {
                month,
                day,
                ms,
                zone: printed,
                ..
            } if printed == zone => {
                let near = anchor.utc + ms_of(offset);
                local_near(month, day, ms, near)
                    .is_some_and(|local| (local - near).abs() <= HALF_HOUR_MS)
            }
            _ => false,
        };
        anchors.iter().filter(agrees).count()
    };
    let votes = zone.offsets().iter().map(|&offset| (offset, says(offset)));
    let best = votes.rev().max_by_key(|&(_, votes)| votes);
    best.filter(|&(_, votes)| votes > 0)
        .map(|(offset, _)| offset)
}
