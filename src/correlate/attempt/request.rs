//! Attempts that made a sign-in request, and everything that shares a key with it.

use super::{
    Attempt, Claimed, begin, is_access_line, is_placed, latest_before, latest_served_before,
};
use crate::correlate::calls::is_cti_request;
use crate::correlate::thresholds::{CLOCK_TOLERANCE_MS, CTI_REQUEST_WINDOW_MS};
use crate::correlate::view::View;
use crate::flow::{JoinedBy, StepName};
use crate::record::intern::Sym;
use crate::record::{AgentState, Kind, Record, What};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// How many client records may stand between "Performing login" and its PUT.
const LOGIN_TO_PUT: usize = 3;

/// The attempts of one agent that made a request, in order of time. `lines` are the agent's records.
pub(super) fn requested(
    view: &View<'_>,
    lines: &[usize],
    by_request: &FxHashMap<Sym, Vec<usize>>,
    claimed: &mut Claimed,
) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    for request_id in request_ids(view, lines) {
        let records = by_request.get(&request_id);
        if let Some(records) = records.filter(|records| is_login(view, records)) {
            attempts.push(attempt_of_request(view, request_id, records, claimed));
        }
    }
    attempts.sort_by_key(|attempt| attempt.asked);
    join_login_lines(view, lines, &mut attempts, claimed);
    join_exchanges(view, lines, &mut attempts, claimed);
    for attempt in &mut attempts {
        attempt.extension = extension(view, attempt);
    }
    attempts
}

/// The records of each request that may be one to sign in. A day has far more others.
pub(super) fn by_request_id(view: &View<'_>) -> FxHashMap<Sym, Vec<usize>> {
    let mut requests: FxHashMap<Sym, Vec<usize>> = FxHashMap::default();
    let entries = view.records.all.iter().enumerate();
    for (at, _) in entries.clone().filter(|(_, record)| may_be_login(record)) {
        let request_id = view.request_id(at);
        if request_id.is_some() {
            requests.entry(request_id).or_default();
        }
    }
    for (at, _) in entries {
        if let Some(records) = requests.get_mut(&view.request_id(at)) {
            records.push(at);
        }
    }
    requests
}

/// Whether a record is such that [`is_login`] looks at.
fn may_be_login(record: &Record) -> bool {
    match record.what() {
        What::ApiRequest | What::ContainerCall => record.facts().state == Some(AgentState::Login),
        What::ClientRequest | What::EventReceived => true,
        _ => false,
    }
}

fn request_ids(view: &View<'_>, lines: &[usize]) -> Vec<Sym> {
    let mut ids = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    for request_id in lines
        .iter()
        .map(|&at| view.request_id(at))
        .filter(|id| id.is_some())
    {
        if seen.insert(request_id) {
            ids.push(request_id);
        }
    }
    ids
}

/// Every state change is a PUT with a request id. It is a sign-in if the REST API or the gadget
/// container's access line says so, or if the client says "Performing login" right before it or
/// "Successfully logged in" on its event.
fn is_login(view: &View<'_>, records: &[usize]) -> bool {
    let mut api_states = records
        .iter()
        .filter(|&&at| view.record(at).what() == What::ApiRequest && view.is_put(at));
    if let Some(&at) = api_states.next() {
        return view.record(at).facts().state == Some(AgentState::Login);
    }
    records.iter().any(|&at| match view.record(at).what() {
        What::ClientRequest => {
            client_neighbour(view, at, Way::Back, What::LoginPerformed).is_some()
        }
        What::EventReceived => client_neighbour(view, at, Way::Forth, What::SignedIn).is_some(),
        What::ContainerCall => view.record(at).facts().state == Some(AgentState::Login),
        _ => false,
    })
}

#[derive(Clone, Copy)]
enum Way {
    Back,
    Forth,
}

/// The record that says `what` within a few client records of the same log and agent.
fn client_neighbour(view: &View<'_>, at: usize, way: Way, what: What) -> Option<usize> {
    let file = view.record(at).file();
    let same_log = |&other: &usize| {
        let record = view.record(other);
        record.file() == file
            && record.kind() == Kind::ClientLog
            && view.agent(other) == view.agent(at)
    };
    let says = |&other: &usize| view.record(other).what() == what;
    match way {
        Way::Back => (0..at)
            .rev()
            .take(64)
            .filter(same_log)
            .take(LOGIN_TO_PUT)
            .find(says),
        Way::Forth => (at + 1..view.records.all.len())
            .take(64)
            .filter(same_log)
            .take(LOGIN_TO_PUT)
            .find(says),
    }
}

fn attempt_of_request(
    view: &View<'_>,
    request_id: Sym,
    records: &[usize],
    claimed: &mut Claimed,
) -> Attempt {
    let agent = records
        .iter()
        .map(|&at| view.agent(at))
        .find(|agent| agent.is_some())
        .unwrap_or_default();
    let mut attempt = Attempt {
        agent,
        request_id,
        ..Attempt::default()
    };
    for &at in records {
        let Some(step) = step_of(view, at) else {
            continue;
        };
        attempt.join(claimed, at, step, reason(view, at));
        if is_access_line(view.record(at)) && view.record(at).facts().status.is_some() {
            attempt.join_also(at, StepName::LoginAccepted);
        }
    }
    attempt.asked = attempt.first(view, StepName::LoginRequest).or_else(|| {
        attempt
            .joined
            .iter()
            .filter_map(|joined| view.when(joined.at))
            .min()
    });
    let is_dated = |joined: &super::Joined| view.is_dated(joined.at);
    let says_when = attempt.of(StepName::LoginRequest).any(is_dated);
    attempt.borrowed = !says_when;
    if attempt.borrowed {
        attempt.served = served(view, &attempt);
    }
    attempt
}

/// When a server first did something about the request.
fn served(view: &View<'_>, attempt: &Attempt) -> Option<i64> {
    let joined = attempt.joined.iter();
    let served = joined.filter(|joined| view.is_served(joined.at));
    served.filter_map(|joined| view.when(joined.at)).min()
}

fn step_of(view: &View<'_>, at: usize) -> Option<StepName> {
    Some(match view.record(at).what() {
        What::ClientRequest
        | What::RequestStart
        | What::ApiRequest
        | What::RestCall
        | What::ContainerCall => StepName::LoginRequest,
        What::RequestEnd | What::ClientAnswer => StepName::LoginAccepted,
        What::Published => StepName::Publish,
        What::Routed => StepName::Route,
        What::EventReceived => StepName::EventReceived,
        _ => return None,
    })
}

fn reason(view: &View<'_>, at: usize) -> JoinedBy {
    match view.record(at) {
        record if record.keys().request_id.is_some() => JoinedBy::RequestId,
        record if record.kind() == Kind::Webservices => {
            // `REQUEST_START` comes first but only its thread ties it to the `API_REQUEST`.
            JoinedBy::Thread
        }
        _ => JoinedBy::Sequence,
    }
}

/// "Performing login": right before the PUT in the same log, or an attempt of its own.
fn join_login_lines(
    view: &View<'_>,
    lines: &[usize],
    attempts: &mut Vec<Attempt>,
    claimed: &mut Claimed,
) {
    let mut alone = Vec::new();
    for &at in lines
        .iter()
        .filter(|&&at| view.record(at).what() == What::LoginPerformed)
    {
        let put = client_neighbour(view, at, Way::Forth, What::ClientRequest)
            .map(|put| view.request_id(put))
            .filter(|id| id.is_some());
        match put.and_then(|id| attempts.iter_mut().find(|attempt| attempt.request_id == id)) {
            Some(attempt) => attempt.join(claimed, at, StepName::LoginRequest, JoinedBy::Sequence),
            None => alone.push(at),
        }
    }
    for at in alone {
        let near = latest_before(
            attempts,
            view.when(at).map(|when| when + CLOCK_TOLERANCE_MS),
            2 * CLOCK_TOLERANCE_MS,
        );
        match near {
            Some(near) => {
                attempts[near].join(claimed, at, StepName::LoginRequest, JoinedBy::AgentTime)
            }
            None => {
                if let Some(place) = begin(view, attempts, at) {
                    attempts[place].join(claimed, at, StepName::LoginRequest, JoinedBy::AgentTime);
                }
            }
        }
    }
}

/// The exchange with the CTI server: Finesse's request joins by agent, extension and time, the CTI
/// server's record of it by the invoke id, the replies by the invoke id of their request.
fn join_exchanges(
    view: &View<'_>,
    lines: &[usize],
    attempts: &mut Vec<Attempt>,
    claimed: &mut Claimed,
) {
    let exchanges = exchanges(view, lines);
    let of_side = |cti_side: bool| {
        let requests = exchanges.keys();
        requests.filter(move |&&request| view.record(request).kind().is_cti_side() == cti_side)
    };
    for cti_side in [false, true] {
        let lone = of_side(cti_side).count() == 1;
        for (&request, replies) in exchanges
            .iter()
            .filter(|(request, _)| view.record(**request).kind().is_cti_side() == cti_side)
        {
            let found = attempt_of_exchange(view, attempts, request, lone);
            if found.is_none() && cti_side && !is_new(view, attempts, request) {
                continue;
            }
            let begun = || {
                Some((
                    begin(view, attempts, request)?,
                    JoinedBy::AgentExtensionTime,
                ))
            };
            let Some((place, by)) = found.or_else(begun) else {
                continue;
            };
            attempts[place].join(claimed, request, StepName::CtiRequest, by);
            attempts[place].serve(view, request);
            for &reply in replies {
                attempts[place].join(claimed, reply, StepName::CtiReply, JoinedBy::InvokeId);
            }
        }
    }
}

/// Whether a request of the CTI side that found no attempt certainly belongs to none of them.
fn is_new(view: &View<'_>, attempts: &[Attempt], request: usize) -> bool {
    let mut attempts = attempts.iter();
    attempts.all(|attempt| is_placed(view, attempt, request))
}

/// Sign-in requests to the CTI server, each with its replies.
fn exchanges(view: &View<'_>, lines: &[usize]) -> BTreeMap<usize, Vec<usize>> {
    let is_login = |at: usize| {
        is_cti_request(view.record(at)) && view.record(at).facts().state == Some(AgentState::Login)
    };
    let mut exchanges: BTreeMap<usize, Vec<usize>> = lines
        .iter()
        .filter(|&&at| is_login(at))
        .map(|&at| (at, Vec::new()))
        .collect();
    for &at in lines.iter().filter(|&&at| view.borrowed(at)) {
        if let Some(replies) = exchanges.get_mut(&view.opener(at)) {
            replies.push(at);
        }
    }
    exchanges
}

fn attempt_of_exchange(
    view: &View<'_>,
    attempts: &[Attempt],
    request: usize,
    lone: bool,
) -> Option<(usize, JoinedBy)> {
    let record = view.record(request);
    let same_invoke = |attempt: &Attempt| {
        let mut requests = attempt.of(StepName::CtiRequest);
        requests.any(|joined| {
            let invoke_id = view.record(joined.at).keys().invoke_id;
            invoke_id.is_some()
                && invoke_id == record.keys().invoke_id
                && near(view, joined.at, request)
        })
    };
    // The other side of the connection, or the same line in a second copy of the log.
    if let Some(place) = attempts.iter().position(same_invoke) {
        return Some((place, JoinedBy::InvokeId));
    }
    let place = latest_served_before(view, attempts, request, CTI_REQUEST_WINDOW_MS)?;
    // Times of clocks that nothing connects say nothing, but one request and one attempt are a pair.
    let told = lone && attempts.len() == 1 || is_placed(view, &attempts[place], request);
    if record.kind().is_cti_side() && !told {
        return None;
    }
    let taken = attempts[place]
        .of(StepName::CtiRequest)
        .any(|joined| view.record(joined.at).kind() == record.kind());
    let known = extension(view, &attempts[place]);
    let same_extension =
        known.is_none() || record.keys().extension.is_none() || known == record.keys().extension;
    (same_extension && !taken).then_some((place, JoinedBy::AgentExtensionTime))
}

fn near(view: &View<'_>, one: usize, other: usize) -> bool {
    view.when(one)
        .zip(view.when(other))
        .is_none_or(|(one, other)| (one - other).abs() <= CTI_REQUEST_WINDOW_MS)
}

fn extension(view: &View<'_>, attempt: &Attempt) -> Sym {
    let prints = |joined: &&super::Joined| view.record(joined.at).keys().extension.is_some();
    let best = attempt
        .joined
        .iter()
        .filter(prints)
        .min_by_key(|joined| (joined.step, joined.at));
    best.map_or(Sym::NONE, |joined| view.record(joined.at).keys().extension)
}
