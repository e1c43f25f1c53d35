//! What happens to an agent's session after the sign-in: presence, state changes, sign-out, lost
//! connections. None of it is a step of the sign-in; all of it is evidence of how the session went.
//!
//! A sign-in's stay lasts until the agent's next attempt. Only records with a time of their own and
//! of no attempt are taken: without either they could tell of another session.

use super::attempt::{Attempt, ByAgent, Joined};
use super::calls::{AGENT_STATE_EVENT, CONTROL_FAILURE_CONF, SET_AGENT_STATE_CONF, is_cti_request};
use super::message::{self, MessageTime};
use super::thresholds::{SAME_EVENT_MS, STAY_MS};
use super::view::{Resource, View};
use crate::flow::{JoinedBy, Lane, LaterEvent, StepName};
use crate::record::intern::Sym;
use crate::record::marks::Marks;
use crate::record::{AgentState, Kind, Record, What};
use std::collections::BTreeMap;

/// The reason code with which Finesse signs out an agent whose desktop is gone (Finesse developer
/// guide, "Desktop presence and forced logout").
pub const CONNECTION_FAILURE: u16 = 255;

/// What happened after one sign-in.
#[derive(Debug, Clone, Default)]
pub struct Stay {
    /// In order of time.
    pub events: Vec<Later>,
    /// When the agent's next attempt began, ms on the reference clock.
    pub until: Option<i64>,
}

/// One event after a sign-in, as told by one log or more.
#[derive(Debug, Clone)]
pub struct Later {
    /// What.
    pub event: LaterEvent,
    /// Who sent it.
    pub from: Lane,
    /// Who got it.
    pub to: Lane,
    /// Agent state asked for or entered.
    pub state: Option<AgentState>,
    /// Event reason code.
    pub reason: Option<u16>,
    /// Failure code of a refusal.
    pub failure: Option<u32>,
    /// When, by the clock of the log that shows it first.
    pub time: Option<MessageTime>,
    /// The same on the reference clock, ms.
    pub when: i64,
    /// What shows it, in order of time.
    pub records: Vec<Joined>,
    request_id: Sym,
}

/// The stay of each attempt, by position.
pub(super) fn stays(view: &View<'_>, by_agent: &ByAgent, attempts: &[Attempt]) -> Vec<Stay> {
    let mut stays = vec![Stay::default(); attempts.len()];
    let mut claimed = Marks::none(view.records.all.len());
    for joined in attempts.iter().flat_map(|attempt| &attempt.joined) {
        claimed.mark(joined.at);
    }
    let begins = begins(view, attempts);
    for (agent, lines) in by_agent.iter() {
        let Some(own) = begins.get(&agent) else {
            continue;
        };
        let lines: Vec<usize> = lines.collect();
        for (nth, &(began, place)) in own.iter().enumerate() {
            let until = own.get(nth + 1).map(|&(next, _)| next);
            let end = until.unwrap_or(i64::MAX).min(began + STAY_MS);
            let from = lines.partition_point(|&at| view.when(at) <= Some(began));
            let during = lines[from..]
                .iter()
                .copied()
                .take_while(|&at| view.when(at).is_some_and(|when| when < end))
                .filter(|&at| !claimed.has(at) && view.is_dated(at));
            stays[place] = Stay {
                events: events(view, during),
                until,
            };
        }
    }
    stays
}

/// When each attempt of each agent began, on the reference clock, in order; and its position.
fn begins(view: &View<'_>, attempts: &[Attempt]) -> BTreeMap<Sym, Vec<(i64, usize)>> {
    let began = |attempt: &Attempt| {
        let dated = attempt
            .joined
            .iter()
            .filter(|joined| view.is_dated(joined.at));
        dated.filter_map(|joined| view.when(joined.at)).min()
    };
    let mut begins: BTreeMap<Sym, Vec<(i64, usize)>> = BTreeMap::new();
    for (place, attempt) in attempts.iter().enumerate() {
        if let Some(began) = began(attempt) {
            let own = begins.entry(attempt.agent).or_default();
            own.push((began, place));
        }
    }
    for own in begins.values_mut() {
        own.sort_unstable();
    }
    begins
}

fn events(view: &View<'_>, lines: impl Iterator<Item = usize>) -> Vec<Later> {
    let mut events: Vec<Later> = Vec::new();
    for at in lines {
        let Some(later) = later(view, at) else {
            continue;
        };
        let near = |earlier: &Later| later.when - earlier.when <= SAME_EVENT_MS;
        let same = events
            .iter()
            .rposition(|earlier| near(earlier) && earlier.is_told_by(&later));
        match same {
            Some(same) => events[same].take(later),
            None if is_news(&events, &later) => events.push(later),
            None => {}
        }
    }
    events
}

impl Later {
    fn is_told_by(&self, other: &Later) -> bool {
        let agree = |one: Option<AgentState>, other: Option<AgentState>| {
            one.is_none() || other.is_none() || one == other
        };
        let same_request = self.request_id.is_none()
            || other.request_id.is_none()
            || self.request_id == other.request_id;
        self.event == other.event && agree(self.state, other.state) && same_request
    }

    fn take(&mut self, other: Later) {
        self.state = self.state.or(other.state);
        self.reason = self.reason.or(other.reason);
        self.failure = self.failure.or(other.failure);
        self.request_id = self.request_id.or(other.request_id);
        self.records.extend(other.records);
    }
}

/// Whether an event says anything new: updates repeat the agent's state, and every page that opens
/// hears that Finesse is in service.
fn is_news(events: &[Later], later: &Later) -> bool {
    let is_state =
        |event: LaterEvent| matches!(event, LaterEvent::StateChanged | LaterEvent::SignedOut);
    let last_state = || events.iter().rev().find(|earlier| is_state(earlier.event));
    match later.event {
        LaterEvent::StateChanged | LaterEvent::SignedOut => {
            let entered = last_state().map_or(Some(AgentState::NotReady), |last| last.state);
            later.state != entered
        }
        LaterEvent::BackInService => {
            let system = |event: LaterEvent| {
                matches!(event, LaterEvent::OutOfService | LaterEvent::BackInService)
            };
            let last = events.iter().rev().find(|earlier| system(earlier.event));
            last.is_some_and(|last| last.event == LaterEvent::OutOfService)
        }
        _ => true,
    }
}

/// What a record tells of a session, if anything.
fn later(view: &View<'_>, at: usize) -> Option<Later> {
    let record = view.record(at);
    let (event, from, to) = what_happened(view, at)?;
    let opener = view.record(view.opener(at));
    let joined = Joined {
        at,
        step: StepName::FollowUp,
        by: reason(view, at),
    };
    Some(Later {
        event,
        from,
        to,
        state: record.facts().state.or(opener.facts().state),
        reason: (record.facts().reason)
            .or(opener.facts().reason)
            .map(|reason| reason.code),
        failure: record.facts().failure,
        time: message::time(view, &joined),
        when: view.when(at)?,
        records: vec![joined],
        request_id: view.request_id(at),
    })
}

fn what_happened(view: &View<'_>, at: usize) -> Option<(LaterEvent, Lane, Lane)> {
    use Lane::{Client, Notification, RestApi};
    let record = view.record(at);
    let word = view.records.strings.get(record.facts().word);
    Some(match record.what() {
        What::Presence => {
            let event = match word {
                "available" => LaterEvent::PresenceBack,
                "unavailable" => LaterEvent::PresenceLost,
                _ => return None,
            };
            (event, Notification, RestApi)
        }
        What::ConnectStarted | What::ConnectRetry => {
            (LaterEvent::Reconnecting, Client, Notification)
        }
        What::Connected => (LaterEvent::Reconnected, Notification, Client),
        What::ConnectionStatus => match word {
            "connecting" | "reconnecting" => (LaterEvent::Reconnecting, Client, Notification),
            "connected" => (LaterEvent::Reconnected, Notification, Client),
            "disconnected" => (LaterEvent::Disconnected, Notification, Client),
            _ => return None,
        },
        What::SystemStatus if word == "IN_SERVICE" => (LaterEvent::BackInService, Client, Client),
        What::SystemStatus => (LaterEvent::OutOfService, Client, Client),
        What::ClientError if word.contains("refresh access token") => {
            (LaterEvent::TokenRefreshFailed, Client, Client)
        }
        What::ClientError => (LaterEvent::DesktopError, Client, Client),
        What::CtiSent | What::CtiDecoded | What::CtiMessage | What::AgentTrace => {
            return cti_event(view, at);
        }
        What::Published => (state_event(record)?, RestApi, Notification),
        What::EventReceived => (state_event(record)?, Notification, Client),
        _ if is_state_change(view, at) => {
            let refused = record.facts().status.is_some_and(|status| status >= 400);
            match refused {
                true => (LaterEvent::StateRefused, RestApi, Client),
                false => (LaterEvent::StateAsked, Client, RestApi),
            }
        }
        _ => return None,
    })
}

/// Whether a record is of a `PUT User/<id>`.
fn is_state_change(view: &View<'_>, at: usize) -> bool {
    let of_call = matches!(
        view.record(at).what(),
        What::ClientRequest
            | What::ClientAnswer
            | What::RestCall
            | What::ContainerCall
            | What::RequestStart
            | What::ApiRequest
            | What::RequestEnd
    );
    of_call && view.is_put(at) && view.resource(at) == Resource::User
}

fn cti_event(view: &View<'_>, at: usize) -> Option<(LaterEvent, Lane, Lane)> {
    let record = view.record(at);
    let request = view.record(view.opener(at));
    let to_server = |event| Some((event, Lane::RestApi, Lane::CtiServer));
    let from_server = |event| Some((event, Lane::CtiServer, Lane::RestApi));
    if record.what() == What::AgentTrace || record.facts().msg_id == Some(AGENT_STATE_EVENT) {
        let of_sign_in = record.facts().skill_state == Some(AgentState::Login);
        return if of_sign_in {
            None
        } else {
            from_server(state_event(record)?)
        };
    }
    if !is_cti_request(request) || request.facts().state == Some(AgentState::Login) {
        return None;
    }
    match record.facts().msg_id {
        Some(CONTROL_FAILURE_CONF) => from_server(LaterEvent::StateRefused),
        Some(SET_AGENT_STATE_CONF) => to_server(asked(request)),
        _ if is_cti_request(record) => to_server(asked(record)),
        _ => None,
    }
}

fn asked(request: &Record) -> LaterEvent {
    let facts = &request.facts();
    match facts.state == Some(AgentState::Logout)
        && facts.reason.map(|reason| reason.code) == Some(CONNECTION_FAILURE)
    {
        true => LaterEvent::ForcedLogout,
        false => LaterEvent::StateAsked,
    }
}

/// Calls are not told of: only states an agent asks for, or is put in.
fn state_event(record: &Record) -> Option<LaterEvent> {
    if record.facts().failure.is_some() || record.facts().failure_type.is_some() {
        return Some(LaterEvent::StateRefused);
    }
    match record.facts().state? {
        AgentState::Logout => Some(LaterEvent::SignedOut),
        AgentState::NotReady | AgentState::Ready => Some(LaterEvent::StateChanged),
        _ => None,
    }
}

fn reason(view: &View<'_>, at: usize) -> JoinedBy {
    match view.record(at) {
        record if record.what() == What::Presence => JoinedBy::JidTime,
        record if record.keys().request_id.is_some() => JoinedBy::RequestId,
        record if record.kind() == Kind::ClientLog => JoinedBy::ClientLog,
        record if view.borrowed(at) && record.kind() == Kind::Webservices && is_rest(record) => {
            JoinedBy::Thread
        }
        _ if view.borrowed(at) => JoinedBy::InvokeId,
        _ => JoinedBy::AgentTime,
    }
}

fn is_rest(record: &Record) -> bool {
    matches!(record.what(), What::ApiRequest | What::RequestEnd)
}
