//! REST calls and CTI exchanges: records that belong together whoever they belong to.
//!
//! A record that lacks a key gets it from the others of its call: `REQUEST_END` has nothing but a
//! thread, a client's answer to a GET nothing but its place after the request, a
//! `SET_AGENT_STATE_CONF` nothing but an invoke id.

use super::agents::Agents;
use super::clock::{ClockId, Clocks};
use super::notes::Noted;
use super::thresholds::CLOCK_TOLERANCE_MS;
use crate::record::intern::Sym;
use crate::record::time::EpochMs;
use crate::record::{FileId, Kind, Record, Records, What};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};

/// CTI message number of SET_AGENT_STATE_REQ (GED-188).
pub const SET_AGENT_STATE_REQ: u16 = 38;
/// CTI message number of SET_AGENT_STATE_CONF (GED-188).
pub const SET_AGENT_STATE_CONF: u16 = 39;
/// CTI message number of CONTROL_FAILURE_CONF (GED-188).
pub const CONTROL_FAILURE_CONF: u16 = 35;
/// CTI message number of AGENT_STATE_EVENT (GED-188).
pub const AGENT_STATE_EVENT: u16 = 30;

/// CTI message number of OPEN_CONF (GED-188).
pub(super) const OPEN_CONF: u16 = 4;

/// An answer with the same invoke id later than this is to another request (ids are reused).
const INVOKE_LIFE_MS: i64 = 120_000;

/// Which records make one call, and what the call's records say together.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// The record that opened the call, by position, for those of a call that another one opened.
    opener: Noted<u32>,
    /// What the records of a call say together, noted of the one that opened it, where that is more than it
    /// says itself.
    together: Noted<CallKeys>,
}

/// What the records of a call say together: the first of them that says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CallKeys {
    pub(super) agent: Sym,
    pub(super) request_id: Sym,
    pub(super) nocache: Option<EpochMs>,
    pub(super) resource: Sym,
    pub(super) method: Sym,
}

impl CallKeys {
    /// What a record says alone.
    fn of(records: &Records, agents: &Agents, at: usize) -> Self {
        let record = &records.all[at];
        let (keys, facts) = (record.keys(), record.facts());
        Self {
            agent: agents.of(record, at),
            request_id: keys.request_id,
            nocache: keys.nocache,
            resource: facts.resource,
            method: facts.method,
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            agent: self.agent.or(other.agent),
            request_id: self.request_id.or(other.request_id),
            nocache: self.nocache.or(other.nocache),
            resource: self.resource.or(other.resource),
            method: self.method.or(other.method),
        }
    }
}

impl Calls {
    /// The record that opened the call of a record; itself if no other did.
    #[inline]
    pub(super) fn opener(&self, at: usize) -> usize {
        self.opener.get(at).map_or(at, |&opener| opener as usize)
    }

    /// Whether the record has its keys from another one.
    pub(super) fn borrowed(&self, at: usize) -> bool {
        self.opener(at) != at
    }

    /// The record's own keys, and those of its call where it has none.
    pub(super) fn keys(&self, records: &Records, agents: &Agents, at: usize) -> CallKeys {
        let own = CallKeys::of(records, agents, at);
        let together = self.together(records, agents, at);
        together.map_or(own, |together| own.or(together))
    }

    /// What the records of a call say together, for one of them; `None` where that says nothing more than
    /// the record itself.
    #[inline]
    pub(super) fn together(
        &self,
        records: &Records,
        agents: &Agents,
        at: usize,
    ) -> Option<CallKeys> {
        let opener = self.opener(at);
        let together = self.together.get(opener).copied();
        together.or_else(|| (opener != at).then(|| CallKeys::of(records, agents, opener)))
    }
}

pub(super) fn calls(records: &Records, agents: &Agents, clocks: &Clocks) -> Calls {
    let mut pairs = Pairs::default();
    group_threads(records, clocks, &mut pairs);
    group_client_answers(records, clocks, &mut pairs);
    group_cti_replies(records, clocks, &mut pairs);
    group_wire_answers(records, clocks, &mut pairs);
    let Pairs(mut pairs) = pairs;
    pairs.sort_unstable();
    let calls = pairs.chunk_by(|one, other| one.0 == other.0);
    let together = calls.filter_map(|call| {
        let opener = call[0].0 as usize;
        let own = CallKeys::of(records, agents, opener);
        let together = call.iter().fold(own, |together, &(_, at)| {
            together.or(CallKeys::of(records, agents, at as usize))
        });
        (together != own).then_some((opener, together))
    });
    let together = Noted::new(records.all.len(), together);
    pairs.sort_unstable_by_key(|&(_, at)| at);
    let openers = pairs.iter().map(|&(opener, at)| (at as usize, opener));
    Calls {
        opener: Noted::new(records.all.len(), openers),
        together,
    }
}

/// Records of calls that another one opened: the opener, then the record; each record once.
#[derive(Default)]
struct Pairs(Vec<(u32, u32)>);

impl Pairs {
    fn add(&mut self, opener: usize, at: usize) {
        let position = |at: usize| u32::try_from(at).expect("fewer than 2^32 records");
        self.0.push((position(opener), position(at)));
    }
}

/// One request: `REQUEST_START`, `API_REQUEST`, `REQUEST_END` on one thread, not interleaved.
fn group_threads(records: &Records, clocks: &Clocks, pairs: &mut Pairs) {
    struct Open {
        opener: usize,
        has_api_request: bool,
    }
    let mut open: FxHashMap<(Sym, Sym), Open> = FxHashMap::default();
    for at in webservices_in_order(records, clocks) {
        let record = &records.all[at];
        let node = record
            .keys()
            .node
            .or(clocks.node_of_file[record.file().0 as usize]);
        let key = (node, record.keys().thread);
        match record.what() {
            What::RequestStart => {
                open.insert(
                    key,
                    Open {
                        opener: at,
                        has_api_request: false,
                    },
                );
            }
            What::ApiRequest => match open
                .get_mut(&key)
                .filter(|call| !call.has_api_request && may_go_on(records, clocks, call.opener, at))
            {
                Some(call) => {
                    call.has_api_request = true;
                    pairs.add(call.opener, at);
                }
                None => {
                    open.insert(
                        key,
                        Open {
                            opener: at,
                            has_api_request: true,
                        },
                    );
                }
            },
            What::RequestEnd => {
                if let Some(call) = open.remove(&key)
                    && may_go_on(records, clocks, call.opener, at)
                {
                    pairs.add(call.opener, at);
                }
            }
            _ => {}
        }
    }
}

/// Whether a request that ends a file may go on with `at`, in the next file that there is: files in between may be
/// missing. It does so at once, but for its end, which says how long it took.
fn may_go_on(records: &Records, clocks: &Clocks, opener: usize, at: usize) -> bool {
    let [asked, record] = [opener, at].map(|at| &records.all[at]);
    let [from, to] = [opener, at].map(|at| clocks.read(&records.all[at], at).map(|at| at.at.0));
    let took = i64::from(record.facts().elapsed_ms.unwrap_or_default());
    let soon = |(from, to): (i64, i64)| to - from <= took + CLOCK_TOLERANCE_MS;
    asked.place().file == record.place().file || from.zip(to).is_none_or(soon)
}

/// Webservices records in the order they were written: rotated files by their time.
fn webservices_in_order(records: &Records, clocks: &Clocks) -> impl Iterator<Item = usize> {
    let mut files = records.by_file();
    files.sort_by_cached_key(|file| {
        let id = records.all[file.start].file();
        (clocks.of_file[id.0 as usize].map(|(first, _)| first), id)
    });
    let all = files.into_iter().flatten();
    all.filter(|&at| records.all[at].kind() == Kind::Webservices)
}

/// A client's answer names its class (`User`, `SystemInfo`) and, for a PUT, the request id; a GET's
/// answer belongs to the oldest request of that class in the same log that has none yet, or that the
/// log before it ended with.
fn group_client_answers(records: &Records, clocks: &Clocks, pairs: &mut Pairs) {
    let mut waiting = Waiting::default();
    let mut last_put: FxHashMap<FileId, usize> = FxHashMap::default();
    let mut unasked = Vec::new();
    for (at, record) in records
        .all
        .iter()
        .enumerate()
        .filter(|(_, record)| record.kind() == Kind::ClientLog)
    {
        let file = record.file();
        match record.what() {
            What::ClientRequest if record.keys().request_id.is_some() => {
                last_put.insert(file, at);
            }
            What::ClientRequest => waiting
                .entry((file, record.facts().word))
                .or_default()
                .push_back(at),
            // Cut out of its line: an answer without class. 202 is the answer to a PUT only.
            What::ClientAnswer
                if record.facts().word.is_none() && record.keys().request_id.is_none() =>
            {
                if let (Some(&put), Some(202)) = (last_put.get(&file), record.facts().status) {
                    pairs.add(put, at);
                }
            }
            What::ClientAnswer if record.keys().request_id.is_none() => {
                match waiting
                    .get_mut(&(file, record.facts().word))
                    .and_then(VecDeque::pop_front)
                {
                    Some(request) => pairs.add(request, at),
                    None => unasked.push(at),
                }
            }
            _ => {}
        }
    }
    group_split_answers(records, clocks, waiting, &unasked, pairs);
}

/// Requests without an answer so far, by file and class, oldest first.
type Waiting = BTreeMap<(FileId, Sym), VecDeque<usize>>;

/// An answer without a request in its own log, and a request without an answer in another log of the
/// same client: an upload ended between the two. Only where there is one such request.
fn group_split_answers(
    records: &Records,
    clocks: &Clocks,
    waiting: Waiting,
    unasked: &[usize],
    pairs: &mut Pairs,
) {
    let key = |at: usize| (clocks.of(at), records.all[at].facts().word);
    let time = |at: usize| clocks.read(&records.all[at], at).map(|when| when.at.0);
    let mut left: BTreeMap<(ClockId, Sym), Vec<usize>> = BTreeMap::new();
    for request in waiting.into_values().flatten() {
        left.entry(key(request)).or_default().push(request);
    }
    for &at in unasked {
        let Some(requests) = left.get_mut(&key(at)) else {
            continue;
        };
        let fits = |request: usize| {
            let waited = time(at).zip(time(request)).map(|(at, asked)| at - asked);
            records.all[request].file() != records.all[at].file()
                && waited.is_some_and(|waited| (0..=SPLIT_CALL_MS).contains(&waited))
        };
        let mut fitting = (0..requests.len()).filter(|&nth| fits(requests[nth]));
        if let (Some(nth), None) = (fitting.next(), fitting.next()) {
            pairs.add(requests.remove(nth), at);
        }
    }
}

/// A GET is answered within this time, or the desktop has given up on it, ms. Ours: generous, since
/// only requests whose answer is missing are looked at.
const SPLIT_CALL_MS: i64 = 30_000;

/// The reply to a CTI request has its invoke id and follows it soon, in the same log.
fn group_cti_replies(records: &Records, clocks: &Clocks, pairs: &mut Pairs) {
    let mut asked = Asked::default();
    for (time, at) in cti_in_order(records, clocks) {
        let record = &records.all[at];
        let Some(invoke_id) = record.keys().invoke_id else {
            continue;
        };
        let node = record
            .keys()
            .node
            .or(clocks.node_of_file[record.file().0 as usize]);
        let key = (record.kind(), node, record.keys().session, invoke_id);
        if is_cti_request(record) {
            asked.insert(key, (time, at));
        } else if let Some(&(asked, request)) = asked.0.get(&key) {
            let waited = time.zip(asked).map(|(reply, asked)| reply.0 - asked.0);
            if waited.is_none_or(|waited| (-CLOCK_STEP_MS..=INVOKE_LIFE_MS).contains(&waited)) {
                pairs.add(request, at);
            }
        }
    }
}

/// The latest request with each invoke id in each log, and when that was.
#[derive(Default)]
struct Asked(FxHashMap<Exchange, (Option<EpochMs>, usize)>);

/// Log, node, session and invoke id.
type Exchange = (Kind, Sym, Option<u32>, u32);

impl Asked {
    fn insert(&mut self, key: Exchange, (time, at): (Option<EpochMs>, usize)) {
        if self.0.len() == self.0.capacity() {
            // Those that no reply can be to any more make room: a day has many, and only the last few count.
            let may_be_answered = |asked: Option<EpochMs>| {
                let waited = time.zip(asked).map(|(now, asked)| now.0 - asked.0);
                waited.is_none_or(|waited| waited <= INVOKE_LIFE_MS)
            };
            self.0.retain(|_, (asked, _)| may_be_answered(*asked));
            self.0.reserve(self.0.len() + 1);
        }
        self.0.insert(key, (time, at));
    }
}

/// A reply may be printed just before its request where two threads write one log.
const CLOCK_STEP_MS: i64 = 1_000;

/// CTI messages with an invoke id in order of time, and when each was; those without a time first.
fn cti_in_order(
    records: &Records,
    clocks: &Clocks,
) -> impl Iterator<Item = (Option<EpochMs>, usize)> {
    let mut order: Vec<(Option<EpochMs>, u32)> = Vec::new();
    for (at, record) in (0u32..).zip(&records.all) {
        let what = record.what();
        let is_cti = matches!(what, What::CtiSent | What::CtiDecoded | What::CtiMessage);
        if is_cti && record.keys().invoke_id.is_some() {
            let read = clocks.read(record, at as usize);
            order.push((read.map(|read| read.at), at));
        }
    }
    order.sort_unstable();
    order.into_iter().map(|(time, at)| (time, at as usize))
}

pub(super) fn is_cti_request(record: &Record) -> bool {
    record.what() == What::CtiSent
        || (record.what() == What::CtiMessage && record.facts().msg_id == Some(SET_AGENT_STATE_REQ))
}

/// The answers of the wire log follow their request; the log serves one request after another. An answer
/// that a file begins with is that of the request another one ended with when the log was rotated.
fn group_wire_answers(records: &Records, clocks: &Clocks, pairs: &mut Pairs) {
    // The request of what each file ended with so far, if it is known, and what that is.
    let mut last: BTreeMap<FileId, (Option<usize>, usize)> = BTreeMap::new();
    let mut early = Vec::new();
    for (at, record) in records.all.iter().enumerate() {
        let asked = match record.what() {
            What::WireRequest => Some(at),
            What::WireAnswer => {
                let asked = last.get(&record.file()).and_then(|&(asked, _)| asked);
                match asked {
                    Some(request) => pairs.add(request, at),
                    None => early.push(at),
                }
                asked
            }
            _ => continue,
        };
        last.insert(record.file(), (asked, at));
    }
    for answer in early {
        let goes_on = |&(_, end): &(_, usize)| goes_on_with(records, clocks, end, answer);
        let mut ends = last.values().copied().filter(goes_on);
        if let (Some((Some(request), _)), None) = (ends.next(), ends.next()) {
            pairs.add(request, answer);
            let end = last.entry(records.all[answer].file());
            end.and_modify(|(asked, end)| {
                if *end == answer {
                    *asked = Some(request);
                }
            });
        }
    }
}

/// The REST API answers the Notification Service within this time, ms; later than that, nobody knows
/// whether a file between two is missing. Ours.
const WIRE_ANSWER_MS: i64 = 10_000;

/// Whether a wire log may have been rotated between the last thing in its file and an answer to it, or the
/// same answer: HttpClient 3 writes some lines twice.
fn goes_on_with(records: &Records, clocks: &Clocks, end: usize, answer: usize) -> bool {
    let [end_at, answer_at] = [end, answer].map(|at| clocks.read(&records.all[at], at));
    let waited = end_at.zip(answer_at);
    let waited = waited.map(|(end, answer)| answer.at.0 - end.at.0);
    let longest = match records.all[end].what() {
        What::WireRequest => WIRE_ANSWER_MS,
        _ if records.all[end].facts().status == records.all[answer].facts().status => 0,
        _ => return false,
    };
    records.all[end].file() != records.all[answer].file()
        && clocks.of(end) == clocks.of(answer)
        && waited.is_some_and(|waited| (0..=longest).contains(&waited))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlate::clock::read_clocks;
    use crate::correlate::fixture::Fixture;

    /// A wire log in two files: what the first ends with and what the second begins with, each with its ms
    /// and its status. The opener of the second's answer.
    fn opener_of_the_last(records: [&[(i64, What, u16)]; 2]) -> usize {
        let mut bundle = Fixture::default();
        let mut last = 0;
        for (name, records) in ["debug.log.1", "debug.log.2"].into_iter().zip(records) {
            bundle.file(name, Kind::HttpWire, (0, 100_000));
            for &(ms, what, status) in records {
                let record = bundle.record(Kind::HttpWire, what).utc(ms);
                record.facts(|facts| facts.status = Some(status));
            }
            last += records.len();
        }
        let nobody = Agents::default();
        let clocks = read_clocks(&bundle.records, &nobody);
        calls(&bundle.records, &nobody, &clocks).opener(last - 1)
    }

    const ASKED: (i64, What, u16) = (1_000, What::WireRequest, 0);

    #[test]
    fn an_answer_goes_with_the_request_that_the_file_before_ended_with() {
        let answer = (3_000, What::WireAnswer, 200);
        assert_eq!(opener_of_the_last([&[ASKED], &[answer]]), 0);
        let twice = (1_000, What::WireAnswer, 200);
        assert_eq!(opener_of_the_last([&[ASKED, twice], &[twice]]), 0);
    }

    #[test]
    fn an_answer_that_is_late_or_to_something_else_is_nobodys() {
        let late = (12_000, What::WireAnswer, 200);
        assert_eq!(opener_of_the_last([&[ASKED], &[late]]), 1);
        let before = (500, What::WireAnswer, 200);
        assert_eq!(opener_of_the_last([&[ASKED], &[before]]), 1);
        let (first, other) = (
            (1_200, What::WireAnswer, 200),
            (1_900, What::WireAnswer, 200),
        );
        assert_eq!(opener_of_the_last([&[ASKED, first], &[other]]), 2);
    }
}
