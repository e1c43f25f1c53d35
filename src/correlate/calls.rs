//! REST calls and CTI exchanges: records that belong together whoever they belong to.
//!
//! A record that lacks a key gets it from the others of its call: `REQUEST_END` has nothing but a
//! thread, a client's answer to a GET nothing but its place after the request, a
//! `SET_AGENT_STATE_CONF` nothing but an invoke id.

use super::clock::{ClockId, Clocks};
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
    /// For each record, the position of the one that opened its call; its own if none did.
    pub(super) opener: Vec<usize>,
    /// For each record, where in `shared` the keys of the call it opened are; [`ALONE`] if nothing
    /// else is of that call.
    opened: Vec<u32>,
    /// Keys of the calls of more than one record.
    shared: Vec<CallKeys>,
}

/// The call has no other record.
const ALONE: u32 = u32::MAX;

/// What the records of a call say together: the first of them that says it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CallKeys {
    pub(super) agent: Sym,
    pub(super) request_id: Sym,
    pub(super) nocache: Option<EpochMs>,
    pub(super) resource: Sym,
    pub(super) method: Sym,
}

impl CallKeys {
    fn of(record: &Record, agent: Sym) -> Self {
        Self {
            agent,
            request_id: record.keys().request_id,
            nocache: record.keys().nocache,
            resource: record.facts().resource,
            method: record.facts().method,
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
    /// Whether the record has its keys from another one.
    pub(super) fn borrowed(&self, at: usize) -> bool {
        self.opener[at] != at
    }

    /// The record's own keys, and those of its call where it has none.
    pub(super) fn keys(&self, record: &Record, at: usize, agent: Sym) -> CallKeys {
        let own = CallKeys::of(record, agent);
        let shared = self.shared.get(self.opened[self.opener[at]] as usize);
        shared.map_or(own, |shared| own.or(*shared))
    }
}

pub(super) fn calls(records: &Records, agents: &[Sym], clocks: &Clocks) -> Calls {
    let mut opener: Vec<usize> = (0..records.all.len()).collect();
    group_threads(records, clocks, &mut opener);
    group_client_answers(records, clocks, &mut opener);
    group_cti_replies(records, clocks, &mut opener);
    group_wire_answers(records, clocks, &mut opener);
    let mut opened = vec![ALONE; opener.len()];
    let mut shared: Vec<CallKeys> = Vec::new();
    for at in (0..opener.len()).filter(|&at| opener[at] != at) {
        let first = opener[at];
        if opened[first] == ALONE {
            opened[first] = u32::try_from(shared.len()).unwrap_or(ALONE);
            shared.push(CallKeys::of(&records.all[first], agents[first]));
        }
        if let Some(keys) = shared.get_mut(opened[first] as usize) {
            *keys = keys.or(CallKeys::of(&records.all[at], agents[at]));
        }
    }
    Calls {
        opener,
        opened,
        shared,
    }
}

/// One request: `REQUEST_START`, `API_REQUEST`, `REQUEST_END` on one thread, not interleaved.
fn group_threads(records: &Records, clocks: &Clocks, opener: &mut [usize]) {
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
                    opener[at] = call.opener;
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
                    opener[at] = call.opener;
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
    let [from, to] = [opener, at].map(|at| clocks.at.get(at).map(|at| at.at.0));
    let took = i64::from(record.facts().elapsed_ms.unwrap_or_default());
    let soon = |(from, to): (i64, i64)| to - from <= took + CLOCK_TOLERANCE_MS;
    asked.place().file == record.place().file || from.zip(to).is_none_or(soon)
}

/// Webservices records in the order they were written: rotated files by their time.
fn webservices_in_order(records: &Records, clocks: &Clocks) -> Vec<usize> {
    let mut order: Vec<usize> = (0..records.all.len())
        .filter(|&at| records.all[at].kind() == Kind::Webservices)
        .collect();
    let file_start = |at: &usize| {
        let file = records.all[*at].file();
        (
            clocks.of_file[file.0 as usize].map(|(first, _)| first),
            file,
        )
    };
    order.sort_by_key(file_start);
    order
}

/// A client's answer names its class (`User`, `SystemInfo`) and, for a PUT, the request id; a GET's
/// answer belongs to the oldest request of that class in the same log that has none yet, or that the
/// log before it ended with.
fn group_client_answers(records: &Records, clocks: &Clocks, opener: &mut [usize]) {
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
                    opener[at] = put;
                }
            }
            What::ClientAnswer if record.keys().request_id.is_none() => {
                match waiting
                    .get_mut(&(file, record.facts().word))
                    .and_then(VecDeque::pop_front)
                {
                    Some(request) => opener[at] = request,
                    None => unasked.push(at),
                }
            }
            _ => {}
        }
    }
    group_split_answers(records, clocks, waiting, &unasked, opener);
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
    opener: &mut [usize],
) {
    let key = |at: usize| (clocks.of_record[at], records.all[at].facts().word);
    let time = |at: usize| clocks.at.get(at).map(|when| when.at.0);
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
            opener[at] = requests.remove(nth);
        }
    }
}

/// A GET is answered within this time, or the desktop has given up on it, ms. Ours: generous, since
/// only requests whose answer is missing are looked at.
const SPLIT_CALL_MS: i64 = 30_000;

/// The reply to a CTI request has its invoke id and follows it soon, in the same log.
fn group_cti_replies(records: &Records, clocks: &Clocks, opener: &mut [usize]) {
    let mut asked: FxHashMap<(Kind, Sym, Option<u32>, u32), usize> = FxHashMap::default();
    for at in cti_in_order(records, clocks) {
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
            asked.insert(key, at);
        } else if let Some(&request) = asked.get(&key) {
            let waited = clocks
                .at
                .get(at)
                .zip(clocks.at.get(request))
                .map(|(reply, request)| reply.at.0 - request.at.0);
            if waited.is_none_or(|waited| (-CLOCK_STEP_MS..=INVOKE_LIFE_MS).contains(&waited)) {
                opener[at] = request;
            }
        }
    }
}

/// A reply may be printed just before its request where two threads write one log.
const CLOCK_STEP_MS: i64 = 1_000;

fn cti_in_order(records: &Records, clocks: &Clocks) -> Vec<usize> {
    let mut order: Vec<usize> = (0..records.all.len())
        .filter(|&at| {
            matches!(
                records.all[at].what(),
                What::CtiSent | What::CtiDecoded | What::CtiMessage
            )
        })
        .collect();
    order.sort_by_key(|&at| (clocks.at.get(at).map(|when| when.at), at));
    order
}

pub(super) fn is_cti_request(record: &Record) -> bool {
    record.what() == What::CtiSent
        || (record.what() == What::CtiMessage && record.facts().msg_id == Some(SET_AGENT_STATE_REQ))
}

/// The answers of the wire log follow their request; the log serves one request after another. An answer
/// that a file begins with is that of the request another one ended with when the log was rotated.
fn group_wire_answers(records: &Records, clocks: &Clocks, opener: &mut [usize]) {
    let mut asked: FxHashMap<FileId, usize> = FxHashMap::default();
    let mut last: BTreeMap<FileId, usize> = BTreeMap::new();
    let mut early = Vec::new();
    for (at, record) in records.all.iter().enumerate() {
        let file = record.file();
        match record.what() {
            What::WireRequest => {
                asked.insert(file, at);
            }
            What::WireAnswer => match asked.get(&file) {
                Some(&request) => opener[at] = request,
                None => early.push(at),
            },
            _ => continue,
        }
        last.insert(file, at);
    }
    for answer in early {
        let goes_on = |&end: &usize| goes_on_with(records, clocks, end, answer);
        let mut ends = last.values().copied().filter(goes_on);
        if let (Some(end), None) = (ends.next(), ends.next())
            && records.all[opener[end]].what() == What::WireRequest
        {
            opener[answer] = opener[end];
        }
    }
}

/// The REST API answers the Notification Service within this time, ms; later than that, nobody knows
/// whether a file between two is missing. Ours.
const WIRE_ANSWER_MS: i64 = 10_000;

/// Whether a wire log may have been rotated between the last thing in its file and an answer to it, or the
/// same answer: HttpClient 3 writes some lines twice.
fn goes_on_with(records: &Records, clocks: &Clocks, end: usize, answer: usize) -> bool {
    let waited = clocks.at.get(end).zip(clocks.at.get(answer));
    let waited = waited.map(|(end, answer)| answer.at.0 - end.at.0);
    let longest = match records.all[end].what() {
        What::WireRequest => WIRE_ANSWER_MS,
        _ if records.all[end].facts().status == records.all[answer].facts().status => 0,
        _ => return false,
    };
    records.all[end].file() != records.all[answer].file()
        && clocks.of_record[end] == clocks.of_record[answer]
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
        let nobody = vec![Sym::NONE; last];
        let clocks = read_clocks(&bundle.records, &nobody);
        calls(&bundle.records, &nobody, &clocks).opener[last - 1]
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
