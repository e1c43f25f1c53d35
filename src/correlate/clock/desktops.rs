//! What dates the client logs of release 9, which print a time of day only: the `nocache` among their
//! lines, a reading of the same clock; and where there is none, as long after the sign-in, the requests
//! whose id a server's log has as well.

use super::runs::{Anchor, by_clock, is_zoneless, place_run};
use super::{ClockId, Clocks};
use crate::correlate::agents::Agents;
use crate::record::intern::Sym;
use crate::record::{Kind, Record, Records};
use rustc_hash::FxHashMap;

/// Finds date and zone of the client logs that do not print them.
pub(super) fn read_desktops(records: &Records, agents: &Agents, clocks: &mut Clocks) {
    let wanted = |record: &Record| is_zoneless(record, Kind::ClientLog);
    let mut servers = None;
    for file in records.by_file() {
        for (clock, lines) in by_clock(records, clocks, file, wanted) {
            // Most bundles have no such log.
            let servers = servers.get_or_insert_with(|| Servers::new(records, agents, clocks));
            let own = lines.iter().enumerate().flat_map(|(nth, &at)| {
                let keys = records.all[at].keys();
                let read = keys.nocache.map(|nocache| nocache.0);
                let told = servers.when(keys.request_id, clock);
                read.or(told).map(|utc| Anchor { nth, utc })
            });
            let anchors: Vec<Anchor> = own.collect();
            place_run(records, clocks, clock, &lines, &anchors);
        }
    }
}

/// What dated records of servers tell about the time of desktops.
struct Servers {
    /// When each server first had a request id, by its clock. A request and all that comes of it take
    /// seconds.
    requests: FxHashMap<Sym, Vec<(ClockId, i64)>>,
    /// How far a browser's clock is ahead of a server's, ms, by the GETs whose `nocache` the server
    /// has: `(browser, server)`.
    ahead: FxHashMap<(ClockId, ClockId), i64>,
}

impl Servers {
    fn new(records: &Records, agents: &Agents, clocks: &Clocks) -> Self {
        let mut requests: FxHashMap<Sym, Vec<(ClockId, i64)>> = FxHashMap::default();
        let mut asked: FxHashMap<(ClockId, ClockId), Vec<i64>> = FxHashMap::default();
        for (at, record) in records.all.iter().enumerate() {
            if record.kind() == Kind::ClientLog {
                continue;
            }
            let Some(when) = clocks.read(record, at) else {
                continue;
            };
            let server = clocks.of(at);
            if record.keys().request_id.is_some() {
                let known = requests.entry(record.keys().request_id).or_default();
                if known.iter().all(|&(clock, _)| clock != server) {
                    known.push((server, when.at.0));
                }
            }
            if let Some(nocache) = record.keys().nocache
                && let Some(&browser) = clocks.of_browser.get(&agents.of(record, at))
            {
                let pair = asked.entry((browser, server)).or_default();
                pair.push(nocache.0 - when.at.0);
            }
        }
        let ahead = asked.into_iter().map(|(pair, apart)| (pair, median(apart)));
        Self {
            requests,
            ahead: ahead.collect(),
        }
    }

    /// What a browser's clock read when a server had a request, epoch ms.
    fn when(&self, request_id: Sym, browser: ClockId) -> Option<i64> {
        let mut known = self.requests.get(&request_id)?.iter();
        known.find_map(|(server, when)| Some(when + self.ahead.get(&(browser, *server))?))
    }
}

/// Of a replayed or corrupt log a few values may be far off.
fn median(mut values: Vec<i64>) -> i64 {
    values.sort_unstable();
    values[values.len() / 2]
}
