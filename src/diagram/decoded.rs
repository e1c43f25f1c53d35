//! The codes of a record, each with its name and what it means.

use crate::codes::{self, Deployment};
use crate::correlate::{FAILURE_CONF, FAILURE_EVENT};
use crate::protocol::Decoded;
use crate::record::{AgentState, Record, Records};
use crate::words::Lang;
use crate::words::codes::{Code, filler, meaning};

/// All codes of a record: message, failure, error type, state, invoke id, reason, and times inside.
#[must_use]
pub fn decoded(records: &Records, record: &Record, lang: Lang) -> Vec<Decoded> {
    let facts = &record.facts;
    let plain = |what: &str, raw: String, name: Option<String>| Decoded {
        what: what.to_owned(),
        raw,
        name,
        meaning: None,
    };
    let message = facts.msg_id.map(|id| {
        let name = codes::cti_message_name(id).map(str::to_owned);
        plain("message", id.to_string(), name)
    });
    let error_type = records
        .strings
        .some(facts.failure_type)
        .map(|kind| Decoded {
            meaning: meaning(Code::ErrorType(kind), lang).map(str::to_owned),
            ..plain("error type", kind.to_owned(), None)
        });
    let state = facts
        .state
        .map(|state| plain("state", state.name().to_owned(), None));
    let invoke = record
        .keys
        .invoke_id
        .map(|id| plain("invoke id", id.to_string(), Some(format!("{id:#x}"))));
    let nocache = record
        .keys
        .nocache
        .map(|ms| plain("nocache", ms.0.to_string(), Some(ms.to_string())));
    let server = facts
        .server_time
        .map(|(at, _)| plain("server time", at.to_string(), None));
    let failure = failure(record, lang);
    let reason = reason(records, record, lang);
    [
        message, failure, error_type, state, invoke, reason, nocache, server,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The codes of a record that say what went wrong, or why the state changed.
#[must_use]
pub fn causes(records: &Records, record: &Record, lang: Lang) -> Vec<Decoded> {
    // The reason code of a request to sign in is a filler.
    let changed = record.facts.state != Some(AgentState::Login);
    let reason = reason(records, record, lang).filter(|_| changed);
    failure(record, lang).into_iter().chain(reason).collect()
}

fn failure(record: &Record, lang: Lang) -> Option<Decoded> {
    let code = record.facts.failure?;
    let is_status = matches!(record.facts.msg_id, Some(FAILURE_CONF | FAILURE_EVENT));
    let (name, code_of) = match is_status {
        true => (codes::status_name(code), Code::Status(code)),
        false => (
            codes::control_failure_name(code).or_else(|| codes::ccx_error_name(code)),
            Code::Failure(code),
        ),
    };
    Some(Decoded {
        what: "failure code".to_owned(),
        raw: code.to_string(),
        name: name.map(str::to_owned),
        meaning: meaning(code_of, lang).map(str::to_owned),
    })
}

/// A reason code as the log prints it: Finesse prints the unsigned 16-bit number as a signed one.
fn reason(records: &Records, record: &Record, lang: Lang) -> Option<Decoded> {
    let code = record.facts.reason.filter(|&code| code != 0)?;
    let signed = code.cast_signed().to_string();
    let raw = match records.text_of(record).contains(&signed) {
        true => signed,
        false => code.to_string(),
    };
    let of_sign_in = record.facts.state == Some(AgentState::Login);
    let deployment = Deployment::from_name(records.strings.get(record.facts.deployment));
    let said = match of_sign_in {
        true => Some(filler(lang)),
        false => meaning(Code::Reason(code, deployment), lang),
    };
    Some(Decoded {
        what: "reason code".to_owned(),
        name: (raw != code.to_string()).then(|| code.to_string()),
        raw,
        meaning: said.map(str::to_owned),
    })
}
