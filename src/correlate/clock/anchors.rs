//! What dates the CTI side's logs, which do not date themselves: the Finesse record of the same invoke
//! id; where the webservices log is missing, the sign-in requests of agents who made exactly one.

use super::runs::{Anchor, ms_of, place_run, runs};
use super::{At, ClockId, Clocks};
use crate::correlate::calls::is_cti_request;
use crate::record::intern::Sym;
use crate::record::time::{EpochMs, Stamp, local_near};
use crate::record::zone::ZoneName;
use crate::record::{AgentState, FileId, Kind, Records, What};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Ids are reused: a few partners are enough to find the zone by majority.
const PARTNERS: usize = 8;

/// Dumplogs: time of day, the date on a line of its own if at all, the zone never. Engine logs: no
/// year, and a zone whose name may mean several.
pub(super) fn read_cti_servers(records: &Records, agents: &[Sym], clocks: &mut Clocks) {
    let partners = Partners::new(records, agents, clocks);
    for (clock, lines) in runs(records, clocks, |record| record.kind() == Kind::CtiServer) {
        let anchors = partners.anchors(records, agents, &lines);
        place_run(records, clocks, clock, &lines, &anchors);
    }
    for (clock, lines) in engine_runs(records, clocks) {
        let anchors = partners.anchors(records, agents, &lines);
        place_engine_run(records, clocks, clock, &lines, &anchors);
    }
}

/// Exchanges that date a log without a second opinion.
const ENOUGH: usize = 3;

/// An anchor for each of the first few partners of each line.
fn keyed<'p>(
    agents: &[Sym],
    lines: &[usize],
    partners: impl Fn(usize) -> Option<&'p Vec<i64>>,
) -> Vec<Anchor> {
    let named = lines.iter().enumerate();
    let named = named.filter(|(_, at)| agents[**at].is_some());
    named
        .flat_map(|(nth, &at)| {
            let partners = partners(at).into_iter().flatten().take(PARTNERS);
            partners.map(move |&utc| Anchor { nth, utc })
        })
        .collect()
}

/// Dated records that stand for the same moment as a record of the CTI side.
struct Partners {
    /// Finesse's requests, by agent and invoke id.
    sent: FxHashMap<(Sym, u32), Vec<i64>>,
    /// Finesse's events, by agent and extension.
    events: FxHashMap<(Sym, Sym), Vec<i64>>,
    /// The only sign-in request of an agent outside the CTI side; used where Finesse's own log of
    /// the exchange is not there.
    only: FxHashMap<Sym, i64>,
}

impl Partners {
    fn new(records: &Records, agents: &[Sym], clocks: &Clocks) -> Self {
        let mut sent: FxHashMap<(Sym, u32), Vec<i64>> = FxHashMap::default();
        let mut events: FxHashMap<(Sym, Sym), Vec<i64>> = FxHashMap::default();
        for (at, record) in records.all.iter().enumerate() {
            let Some(when) = clocks.at.get(at) else {
                continue;
            };
            match (record.what(), record.keys().invoke_id) {
                (What::CtiSent, Some(invoke_id)) => sent
                    .entry((agents[at], invoke_id))
                    .or_default()
                    .push(when.at.0),
                (What::CtiDecoded, None) if agents[at].is_some() => events
                    .entry((agents[at], record.keys().extension))
                    .or_default()
                    .push(when.at.0),
                _ => {}
            }
        }
        let only = if sent.is_empty() && events.is_empty() {
            only_sign_ins(records, agents, clocks)
        } else {
            FxHashMap::default()
        };
        Self { sent, events, only }
    }

    fn anchors(&self, records: &Records, agents: &[Sym], lines: &[usize]) -> Vec<Anchor> {
        let exchange = |at: usize| {
            let invoke_id = records.all[at].keys().invoke_id?;
            self.sent.get(&(agents[at], invoke_id))
        };
        let event = |at: usize| {
            let keys = records.all[at].keys();
            let of = keys.invoke_id.is_none().then_some(keys.extension)?;
            self.events.get(&(agents[at], of))
        };
        // An agent has many events a day, and each may stand for any of them: they vote only where
        // exchanges do not.
        let mut anchors = keyed(agents, lines, exchange);
        if anchors.len() < ENOUGH {
            anchors.extend(keyed(agents, lines, event));
        }
        anchors.extend(self.only_anchors(records, agents, lines));
        anchors
    }

    /// Agents who signed in exactly once on either side; nothing if they do not agree.
    fn only_anchors(&self, records: &Records, agents: &[Sym], lines: &[usize]) -> Vec<Anchor> {
        let mut asked: BTreeMap<Sym, Vec<usize>> = BTreeMap::new();
        for (nth, &at) in lines.iter().enumerate() {
            let record = &records.all[at];
            let login = record.facts().state == Some(AgentState::Login);
            if login && is_cti_request(record) && self.only.contains_key(&agents[at]) {
                asked.entry(agents[at]).or_default().push(nth);
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
fn only_sign_ins(records: &Records, agents: &[Sym], clocks: &Clocks) -> FxHashMap<Sym, i64> {
    let mut asked: BTreeMap<Sym, Vec<i64>> = BTreeMap::new();
    for (at, record) in records.all.iter().enumerate() {
        let performs = record.what() == What::LoginPerformed && agents[at].is_some();
        if let (true, Some(when)) = (performs, clocks.at.get(at)) {
            asked.entry(agents[at]).or_default().push(when.at.0);
        }
    }
    let once = |(agent, times): (Sym, Vec<i64>)| (times.len() == 1).then(|| (agent, times[0]));
    asked.into_iter().filter_map(once).collect()
}

/// Engine records by file and clock, in file order.
fn engine_runs(records: &Records, clocks: &Clocks) -> Vec<(ClockId, Vec<usize>)> {
    let mut runs: BTreeMap<(FileId, ClockId), Vec<usize>> = BTreeMap::new();
    for (at, record) in records.all.iter().enumerate() {
        if matches!(record.stamp(), Stamp::DayOfYear { .. }) {
            let key = (record.file(), clocks.of_record[at]);
            runs.entry(key).or_default().push(at);
        }
    }
    runs.into_iter()
        .map(|((_, clock), lines)| (clock, lines))
        .collect()
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
    let dated = || clocks.at.iter().flatten().map(|when| when.at.0).min();
    let Some(near) = anchors.iter().map(|anchor| anchor.utc).min().or_else(dated) else {
        return;
    };
    let known = clocks.all[clock.0 as usize].zone_minutes;
    let mut zones: BTreeMap<ZoneName, Option<i16>> = BTreeMap::new();
    for &at in lines {
        let Stamp::DayOfYear {
            month,
            day,
            ms,
            precision,
            zone,
        } = records.all[at].stamp()
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
            clocks.at.set(at, Some(read));
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
