//! What led to the sign-in request: page, system information, connection, presence, user data.

use super::{Attempt, Claimed, Joined};
use crate::correlate::thresholds::{CLOCK_TOLERANCE_MS, PRE_GAP_MS};
use crate::correlate::view::{Resource, View};
use crate::flow::{JoinedBy, StepName};
use crate::record::intern::Sym;
use crate::record::time::EpochMs;
use crate::record::{FileId, Kind, Record, What};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// The step a record proves if it stands before a sign-in request.
pub(super) fn step_before(view: &View<'_>, at: usize) -> Option<StepName> {
    let record = view.record(at);
    Some(match record.what() {
        What::SystemStatus => StepName::SystemInfo,
        What::ConnectStarted | What::ConnectionStatus | What::Connected | What::ConnectRetry => {
            StepName::Connect
        }
        What::Presence if view.records.strings.get(record.facts().word) == "available" => {
            StepName::Presence
        }
        What::WireRequest | What::WireAnswer => StepName::UserGet,
        What::RestCall
        | What::ContainerCall
        | What::ClientRequest
        | What::ClientAnswer
        | What::RequestStart
        | What::ApiRequest
        | What::RequestEnd
            if !view.is_put(at) && view.request_id(at).is_none() =>
        {
            call_step(view, at)?
        }
        _ => return None,
    })
}

fn call_step(view: &View<'_>, at: usize) -> Option<StepName> {
    match view.resource(at) {
        Resource::SystemInfo => Some(StepName::SystemInfo),
        Resource::User => Some(StepName::UserGet),
        // An answer whose request the log no longer has names its class only.
        Resource::Other if view.record(at).what() == What::ClientAnswer => {
            match view.records.strings.get(view.record(at).facts().word) {
                "SystemInfo" => Some(StepName::SystemInfo),
                "User" => Some(StepName::UserGet),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Why a record before the request belongs to the agent's attempt.
pub(super) fn reason(view: &View<'_>, at: usize) -> JoinedBy {
    let record = view.record(at);
    match record.kind() {
        _ if record.keys().nocache.is_some() => JoinedBy::Nocache,
        Kind::Webservices if record.what() == What::Presence => JoinedBy::JidTime,
        Kind::Webservices if view.borrowed(at) => JoinedBy::Thread,
        Kind::ClientLog if view.borrowed(at) => JoinedBy::Sequence,
        Kind::ClientLog => JoinedBy::ClientLog,
        _ => JoinedBy::AgentTime,
    }
}

/// Walks back from each request as long as nothing lies between for more than a minute. What stands
/// before the system information of one attempt belongs to an earlier life of the desktop.
pub(super) fn join(
    view: &View<'_>,
    lines: &[usize],
    attempts: &mut [Attempt],
    claimed: &mut Claimed,
) {
    // A record without any time could belong to each of several attempts, so to none; and of several
    // undated calls of the Notification Service one may be of a page that was only refreshed.
    let undated_calls = lines
        .iter()
        .filter(|&&at| view.when(at).is_none() && view.record(at).what() == What::WireRequest);
    let single = attempts.len() == 1 && undated_calls.count() <= 1;
    // The one that is left of a log that was cut may be of that page, too.
    let one_page = pages(view, lines) <= 1;
    let certain = |at: usize| {
        let is_call = view.record(at).kind() == Kind::HttpWire;
        view.when(at).is_some() || single && (one_page || !is_call)
    };
    let steps: Vec<(usize, StepName)> = lines
        .iter()
        .filter(|&&at| certain(at))
        .filter_map(|&at| Some((at, step_before(view, at)?)))
        .collect();
    let several = attempts.len() > 1;
    let mut floor = None;
    for attempt in attempts.iter_mut() {
        let asked = attempt.asked;
        let until = steps.partition_point(|&(at, _)| {
            view.when(at) <= asked.map(|asked| asked + CLOCK_TOLERANCE_MS)
        });
        let mut walk = Walk {
            last: asked,
            system_info: None,
        };
        for &(at, step) in steps[..until]
            .iter()
            .rev()
            .filter(|(at, _)| claimed.free(*at))
            .collect::<Vec<_>>()
        {
            let when = view.when(at);
            // Behind an answer that refused lies the attempt before.
            if view.is_refused(at)
                || when.zip(floor).is_some_and(|(when, floor)| when <= floor)
                || !walk.reaches(when, step)
            {
                break;
            }
            if several && !is_near_for_sure(view, attempt, at) {
                continue;
            }
            attempt.join(claimed, at, step, reason(view, at));
        }
        floor = asked.or(floor);
    }
}

/// Whether a record that names the agent and nothing of the page is this attempt's by its time: the clocks must
/// be such that can be compared.
fn is_near_for_sure(view: &View<'_>, attempt: &Attempt, at: usize) -> bool {
    let names_a_page = !matches!(
        view.record(at).what(),
        What::WireRequest | What::WireAnswer | What::Presence
    );
    let mut own = attempt.joined.iter();
    let is_compared = |joined: &Joined| view.apart(joined.at, at).is_some();
    names_a_page || !view.is_dated(at) || attempt.joined.is_empty() || own.any(is_compared)
}

/// How many pages of the agent read who is signed in, as far as the browser's clock tells.
fn pages(view: &View<'_>, lines: &[usize]) -> usize {
    let of_user = lines
        .iter()
        .filter(|&&at| view.resource(at) == Resource::User);
    let asked: BTreeSet<EpochMs> = of_user.filter_map(|&at| view.nocache(at)).collect();
    asked.len()
}

struct Walk {
    /// Time of the earliest record taken so far.
    last: Option<i64>,
    /// Time of the system information, once it was met.
    system_info: Option<i64>,
}

impl Walk {
    fn reaches(&mut self, when: Option<i64>, step: StepName) -> bool {
        let Some((when, last)) = when.zip(self.last) else {
            return true;
        };
        let too_long = last - when > PRE_GAP_MS;
        let earlier_life = step > StepName::SystemInfo
            && self
                .system_info
                .is_some_and(|system_info| when < system_info - CLOCK_TOLERANCE_MS);
        if too_long || earlier_life {
            return false;
        }
        self.last = Some(last.min(when));
        if step == StepName::SystemInfo {
            self.system_info = Some(self.system_info.map_or(when, |known| known.min(when)));
        }
        true
    }
}

/// Page loads name no agent. They belong to the next sign-in from the same browser address in the
/// same access log, if only one agent at a time uses that address.
pub(super) fn join_pages(view: &View<'_>, attempts: &mut [Attempt], claimed: &mut Claimed) {
    let mut owner: FxHashMap<usize, usize> = FxHashMap::default();
    for (nth, attempt) in attempts.iter().enumerate() {
        let own = attempt.joined.iter().map(|joined| joined.at);
        let called = own.filter(|&at| is_from_browser(view.record(at)));
        owner.extend(called.map(|at| (at, nth)));
    }
    for lines in lines_by_address(view, &owner) {
        if shared_by_agents(view, &lines) {
            continue;
        }
        let mut pages = Vec::new();
        for &at in lines.iter().flatten() {
            let at = at as usize;
            if view.record(at).what() == What::PageRequest {
                pages.push(at);
            } else if view.agent(at).is_some() {
                if let Some(&nth) = owner.get(&at) {
                    for page in last_load(view, &pages) {
                        attempts[nth].join(
                            claimed,
                            page,
                            StepName::PageLoad,
                            JoinedBy::ClientAddress,
                        );
                    }
                }
                pages.clear();
            }
        }
    }
}

/// Whether an access line tells which browser called.
fn is_from_browser(record: &Record) -> bool {
    record.kind() == Kind::AccessLog
        && record.keys().client.is_some()
        && !record.facts().from_localhost
}

/// The lines of each browser address that somebody signed in from, in each node's access logs: those of each
/// file, rotated ones one after the other. `owner` has the lines of sign-ins.
fn lines_by_address(view: &View<'_>, owner: &FxHashMap<usize, usize>) -> Vec<Vec<Vec<u32>>> {
    let clients = owner.keys().map(|&at| view.record(at).keys().client);
    let clients: FxHashSet<Sym> = clients.collect();
    let mut files: BTreeMap<(FileId, Sym), Vec<u32>> = BTreeMap::new();
    for (at, record) in (0u32..).zip(&view.records.all) {
        if is_from_browser(record) && clients.contains(&record.keys().client) {
            let lines = files.entry((record.file(), record.keys().client));
            lines.or_default().push(at);
        }
    }
    let mut logs: BTreeMap<(Log, Sym), Vec<Vec<u32>>> = BTreeMap::new();
    for ((file, client), lines) in files {
        let log = Log::of(view, file, &lines);
        logs.entry((log, client)).or_default().push(lines);
    }
    for files in logs.values_mut() {
        files.sort_by_key(|lines| lines.iter().find_map(|&at| view.when(at as usize)));
    }
    logs.into_values().collect()
}

/// The files whose lines follow each other: those of one node, or a file of nobody knows whom and when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Log {
    Of(Sym),
    Alone(FileId),
}

impl Log {
    fn of(view: &View<'_>, file: FileId, lines: &[u32]) -> Self {
        let node = view.clocks.node_of_file[file.0 as usize];
        let dated = lines.iter().any(|&at| view.when(at as usize).is_some());
        if dated && node.is_some() {
            Self::Of(node)
        } else {
            Self::Alone(file)
        }
    }
}

/// Whether two agents use an address at the same time (a proxy, a terminal server).
fn shared_by_agents(view: &View<'_>, lines: &[Vec<u32>]) -> bool {
    let mut spans: BTreeMap<Sym, (usize, usize)> = BTreeMap::new();
    for (nth, &at) in lines.iter().flatten().enumerate() {
        let agent = view.agent(at as usize);
        if agent.is_some() {
            let span = spans.entry(agent).or_insert((nth, nth));
            span.1 = nth;
        }
    }
    let mut spans: Vec<(usize, usize)> = spans.into_values().collect();
    spans.sort_unstable();
    spans.windows(2).any(|pair| pair[1].0 < pair[0].1)
}

/// Of several loads in a row the last: from its `GET /`, or from its container page.
fn last_load(view: &View<'_>, pages: &[usize]) -> Vec<usize> {
    let path = |at: usize| view.records.strings.get(view.record(at).facts().resource);
    let container = pages
        .iter()
        .rposition(|&at| path(at).starts_with("/desktop/container"));
    let start = match container {
        Some(container) if container > 0 && path(pages[container - 1]) == "/" => container - 1,
        Some(container) => container,
        None => 0,
    };
    pages[start..].to_vec()
}
