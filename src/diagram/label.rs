//! What stands on an arrow: verb and object, in the words of the log, and the result.

use crate::codes::{self, FAILURE_CONF, Failure};
use crate::correlate::message::Message;
use crate::correlate::stay::{CONNECTION_FAILURE, Later};
use crate::correlate::step::SignIn;
use crate::correlate::{CONTROL_FAILURE_CONF, Joined};
use crate::flow::{Lane, LaterEvent, StepName};
use crate::record::intern::Sym;
use crate::record::{Record, Records, What};

/// Verb and object: `PUT User/2001 LOGIN 2003`.
pub(super) fn label(records: &Records, sign_in: &SignIn, message: &Message) -> String {
    let text = |sym: Sym| records.strings.get(sym);
    let first = |value: fn(&Record) -> Sym| text(first(records, message, value));
    match message.step {
        StepName::PageLoad => page_label(records, message),
        StepName::SystemInfo if message.from == message.to => {
            format!("system status {}", first(|record| record.facts().word))
        }
        StepName::SystemInfo => "GET SystemInfo".to_owned(),
        StepName::Connect => connect_label(records, message),
        StepName::Presence => format!("presence {}", first(|record| record.facts().word)),
        StepName::UserGet => format!("GET User/{}", text(sign_in.agent)),
        StepName::LoginRequest => login_label(records, sign_in),
        StepName::LoginAccepted => format!("PUT User/{}", text(sign_in.agent)),
        StepName::CtiRequest => match invoke_id(records, message) {
            Some(id) => format!("SetAgentStateReq LOGIN #{id}"),
            None => "SetAgentStateReq LOGIN".to_owned(),
        },
        StepName::CtiReply | StepName::CtiEvent => cti_label(records, message),
        StepName::Publish => "event User".to_owned() + &state_suffix(records, message),
        StepName::Route => "event routed".to_owned(),
        StepName::EventReceived => "event User".to_owned() + &state_suffix(records, message),
        StepName::SignedIn => "Successfully logged in".to_owned(),
        StepName::FollowUp => format!("GET {}", text(resource_of_call(records, sign_in, message))),
    }
}

/// What a call asked for: only its request says so.
fn resource_of_call(records: &Records, sign_in: &SignIn, message: &Message) -> Sym {
    let own = |other: &&Message| (other.step, other.repeat) == (message.step, message.repeat);
    let resources = sign_in
        .messages
        .iter()
        .filter(own)
        .map(|own| first(records, own, |record| record.facts().resource));
    resources
        .into_iter()
        .find(|resource| resource.is_some())
        .unwrap_or_default()
}

/// The result, if the message has one: `202`, `CF_RESOURCE_BUSY`.
pub(super) fn result(records: &Records, message: &Message) -> Option<String> {
    let own = || message.records.iter().map(|joined| &records.all[joined.at]);
    if let Some(code) = own().find_map(|record| records.failure(record)) {
        return Some(failure(code));
    }
    let failure = own()
        .map(|record| record.facts().failure_type)
        .find(|sym| sym.is_some());
    if let Some(failure) = failure {
        return Some(records.strings.get(failure).to_owned());
    }
    // The request's own arrow stays without result; the answer's carries it.
    let answers =
        message.from == Lane::RestApi && matches!(message.to, Lane::Client | Lane::Notification);
    let status = own().find_map(|record| record.facts().status)?;
    (answers || status >= 400).then(|| status.to_string())
}

/// `CF_RESOURCE_BUSY (33)`.
pub(super) fn failure(code: Failure) -> String {
    let number = code.number();
    code.name()
        .map_or_else(|| number.to_string(), |name| format!("{name} ({number})"))
}

/// What stands on the arrow of something that happened after the sign-in.
pub(super) fn later(records: &Records, later: &Later) -> String {
    let record = later.records.first().map(|joined| &records.all[joined.at]);
    let word = record.map_or("", |record| records.strings.get(record.facts().word));
    let state = later
        .state
        .map_or_else(String::new, |state| format!(" {}", state.name()));
    match later.event {
        LaterEvent::PresenceLost | LaterEvent::PresenceBack => format!("presence {word}"),
        LaterEvent::StateAsked => format!("change state to{state}"),
        LaterEvent::StateRefused => format!("state change{state} refused"),
        LaterEvent::StateChanged => format!("state{state}"),
        LaterEvent::ForcedLogout => format!("SetAgentStateReq LOGOUT {CONNECTION_FAILURE}"),
        LaterEvent::SignedOut => match later.reason.filter(|&reason| reason != 0) {
            Some(reason) => format!("state LOGOUT {reason}"),
            None => "state LOGOUT".to_owned(),
        },
        LaterEvent::Disconnected => "disconnected".to_owned(),
        LaterEvent::Reconnecting => "connecting".to_owned(),
        LaterEvent::Reconnected => "connected".to_owned(),
        LaterEvent::TokenRefreshFailed | LaterEvent::DesktopError => word.to_owned(),
        LaterEvent::OutOfService | LaterEvent::BackInService => format!("system status {word}"),
    }
}

/// What stands on the arrow of a step that was not seen.
pub(super) fn absent(records: &Records, sign_in: &SignIn, step: StepName) -> String {
    let agent = records.strings.get(sign_in.agent);
    match step {
        StepName::PageLoad => "GET /desktop/container/".to_owned(),
        StepName::SystemInfo => "GET SystemInfo".to_owned(),
        StepName::Connect => "connecting".to_owned(),
        StepName::Presence => "presence available".to_owned(),
        StepName::UserGet => format!("GET User/{agent}"),
        StepName::LoginRequest => login_label(records, sign_in),
        StepName::LoginAccepted => format!("PUT User/{agent}"),
        StepName::CtiRequest => "SetAgentStateReq LOGIN".to_owned(),
        StepName::CtiReply => "SET_AGENT_STATE_CONF".to_owned(),
        StepName::CtiEvent => "AGENT_STATE_EVENT".to_owned(),
        StepName::Publish | StepName::EventReceived => "event User".to_owned(),
        StepName::Route => "event routed".to_owned(),
        StepName::SignedIn => "Successfully logged in".to_owned(),
        StepName::FollowUp => "GET ReasonCodes".to_owned(),
    }
}

/// Between which lanes a step goes, from its first sender to its last receiver.
#[must_use]
pub fn between(step: StepName) -> (Lane, Lane) {
    match step {
        StepName::PageLoad | StepName::LoginRequest => (Lane::Client, Lane::Tomcat),
        StepName::SystemInfo | StepName::UserGet | StepName::FollowUp => {
            (Lane::Client, Lane::RestApi)
        }
        StepName::Connect => (Lane::Client, Lane::Notification),
        StepName::Presence => (Lane::Notification, Lane::RestApi),
        StepName::LoginAccepted => (Lane::RestApi, Lane::Client),
        StepName::CtiRequest => (Lane::RestApi, Lane::CtiServer),
        StepName::CtiReply | StepName::CtiEvent => (Lane::CtiServer, Lane::RestApi),
        StepName::Publish => (Lane::RestApi, Lane::Notification),
        StepName::Route => (Lane::Notification, Lane::Notification),
        StepName::EventReceived => (Lane::Notification, Lane::Client),
        StepName::SignedIn => (Lane::Client, Lane::Client),
    }
}

/// The keys of some records, each name once, in the order of the vocabulary.
#[must_use]
pub fn keys(records: &Records, joined: &[Joined]) -> Vec<(String, String)> {
    let own = || joined.iter().map(|joined| records.all[joined.at].keys());
    let text = |sym: Sym| records.strings.some(sym).map(str::to_owned);
    let named = [
        ("request_id", own().find_map(|keys| text(keys.request_id))),
        (
            "nocache",
            own()
                .find_map(|keys| keys.nocache)
                .map(|ms| ms.0.to_string()),
        ),
        (
            "invoke_id",
            own()
                .find_map(|keys| keys.invoke_id)
                .map(|id| id.to_string()),
        ),
        ("thread", own().find_map(|keys| text(keys.thread))),
        ("jid", own().find_map(|keys| text(keys.jid))),
        ("agent", own().find_map(|keys| text(keys.agent))),
        ("extension", own().find_map(|keys| text(keys.extension))),
        ("client", own().find_map(|keys| text(keys.client))),
    ];
    named
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

fn first(records: &Records, message: &Message, value: fn(&Record) -> Sym) -> Sym {
    let own = message
        .records
        .iter()
        .map(|joined| value(&records.all[joined.at]));
    own.into_iter()
        .find(|sym| sym.is_some())
        .unwrap_or_default()
}

fn page_label(records: &Records, message: &Message) -> String {
    let resource = |joined: &Joined| records.strings.get(records.all[joined.at].facts().resource);
    let page = message
        .records
        .iter()
        .map(resource)
        .find(|path| path.starts_with("/desktop/container"));
    let more = message.records.len().saturating_sub(1);
    let page = page
        .or_else(|| message.records.first().map(resource))
        .unwrap_or("/");
    if more == 0 {
        format!("GET {page}")
    } else {
        format!("GET {page} +{more}")
    }
}

fn connect_label(records: &Records, message: &Message) -> String {
    let Some(record) = message
        .records
        .first()
        .map(|joined| &records.all[joined.at])
    else {
        return String::new();
    };
    match (record.what(), record.facts().count) {
        (What::ConnectStarted, _) => "establishing connection".to_owned(),
        (What::Connected, _) => "connection established".to_owned(),
        (What::ConnectRetry, Some(count)) => format!("retrying, retryCount={count}"),
        (What::ConnectRetry, None) => "retrying".to_owned(),
        _ => records.strings.get(record.facts().word).to_owned(),
    }
}

fn login_label(records: &Records, sign_in: &SignIn) -> String {
    let text = |sym: Sym| records.strings.get(sym);
    format!(
        "PUT User/{} LOGIN {}",
        text(sign_in.agent),
        text(sign_in.extension)
    )
    .trim_end()
    .to_owned()
}

fn cti_label(records: &Records, message: &Message) -> String {
    let name = match message.step {
        StepName::CtiEvent => "AGENT_STATE_EVENT",
        _ => match refusal(records, message) {
            Some(number) => codes::cti_message_name(number).unwrap_or("refused"),
            None => "SET_AGENT_STATE_CONF",
        },
    };
    name.to_owned() + &state_suffix(records, message)
}

/// The number of the message by which the CTI server says no.
fn refusal(records: &Records, message: &Message) -> Option<u16> {
    let own = message.records.iter();
    let mut numbers = own.filter_map(|joined| records.all[joined.at].facts().msg_id);
    numbers.find(|number| matches!(*number, CONTROL_FAILURE_CONF | FAILURE_CONF))
}

fn state_suffix(records: &Records, message: &Message) -> String {
    let state = message
        .records
        .iter()
        .find_map(|joined| records.all[joined.at].facts().state);
    state.map_or_else(String::new, |state| format!(" {}", state.name()))
}

fn invoke_id(records: &Records, message: &Message) -> Option<u32> {
    message
        .records
        .iter()
        .find_map(|joined| records.all[joined.at].keys().invoke_id)
}
