//! The codes of a record, each with its name and what it means.

use crate::codes::{self, Deployment, SYSTEM_EVENT};
use crate::correlate::step::SignIn;
use crate::protocol::Decoded;
use crate::record::{AgentState, Record, Records, What};
use crate::words::Lang;
use crate::words::codes::{Code, CodeKind, filler, kind, meaning};
use std::collections::BTreeSet;

/// CTI message numbers of OPEN_CONF and SYSTEM_EVENT (GED-188): they tell the state of the
/// peripheral's gateway.
const OF_GATEWAY: [u16; 2] = [4, SYSTEM_EVENT];

/// All codes of a record: those that say something, and the values that join it to others.
#[must_use]
pub fn decoded(records: &Records, record: &Record, lang: Lang) -> Vec<Decoded> {
    let mut decoded = telling(records, record, lang);
    decoded.extend(joining(record, lang));
    decoded
}

/// The codes that say what was asked or answered: message, failure, status, state, reason.
#[must_use]
pub(super) fn telling(records: &Records, record: &Record, lang: Lang) -> Vec<Decoded> {
    let facts = record.facts();
    let message = facts.msg_id.map(|id| Decoded {
        name: codes::cti_message_name(id).map(str::to_owned),
        ..plain(CodeKind::Message, id.to_string(), lang)
    });
    let error_type = records
        .strings
        .some(facts.failure_type)
        .map(|name| Decoded {
            meaning: said(Code::ErrorType(name), lang),
            ..plain(CodeKind::ErrorType, name.to_owned(), lang)
        });
    let state = facts.state.map(|state| Decoded {
        meaning: said(Code::State(state), lang).map(|said| format!("{said} [CTI {}]", state as u8)),
        ..plain(CodeKind::State, state.name().to_owned(), lang)
    });
    let codes = [
        message,
        http(record, lang),
        failure(records, record, lang),
        peripheral(record, lang),
        system_event(record, lang),
        error_type,
        state,
        reason(records, record, lang),
    ];
    codes.into_iter().flatten().collect()
}

/// The codes that say how a sign-in failed and why the agent's state changed after it, each once.
#[must_use]
pub fn causes(records: &Records, sign_in: &SignIn, lang: Lang) -> BTreeSet<Decoded> {
    let own = sign_in.records_with_later().map(|at| &records.all[at]);
    own.flat_map(|record| causes_in(records, record, lang))
        .collect()
}

fn causes_in(records: &Records, record: &Record, lang: Lang) -> Vec<Decoded> {
    // The reason code of a request to sign in is a filler.
    let changed = record.facts().state != Some(AgentState::Login);
    let reason = reason(records, record, lang).filter(|_| changed);
    let refused = record.facts().status.is_some_and(|status| status >= 400);
    let status = http(record, lang).filter(|_| refused);
    let failure = failure(records, record, lang);
    [status, failure, reason].into_iter().flatten().collect()
}

/// The values that tie a record to others, and times inside it.
fn joining(record: &Record, lang: Lang) -> impl Iterator<Item = Decoded> {
    let invoke = record.keys().invoke_id.map(|id| Decoded {
        name: Some(format!("{id:#x}")),
        ..plain(CodeKind::InvokeId, id.to_string(), lang)
    });
    let nocache = record.keys().nocache.map(|ms| Decoded {
        name: Some(ms.to_string()),
        ..plain(CodeKind::Nocache, ms.0.to_string(), lang)
    });
    let server = record.facts().server_time;
    let server = server.map(|(at, _)| plain(CodeKind::ServerTime, at.to_string(), lang));
    [invoke, nocache, server].into_iter().flatten()
}

fn plain(of: CodeKind, raw: String, lang: Lang) -> Decoded {
    Decoded {
        what: kind(of, lang).to_owned(),
        raw,
        name: None,
        meaning: None,
    }
}

fn said(code: Code<'_>, lang: Lang) -> Option<String> {
    meaning(code, lang).map(str::to_owned)
}

fn http(record: &Record, lang: Lang) -> Option<Decoded> {
    let status = record.facts().status?;
    Some(Decoded {
        meaning: said(Code::Http(status), lang),
        ..plain(CodeKind::Http, status.to_string(), lang)
    })
}

fn failure(records: &Records, record: &Record, lang: Lang) -> Option<Decoded> {
    let failure = records.failure(record)?;
    Some(Decoded {
        name: failure.name().map(str::to_owned),
        meaning: said(Code::Failure(failure), lang),
        ..plain(CodeKind::Failure, failure.number().to_string(), lang)
    })
}

/// The peripheral's own error, or the state of its gateway; 0 is nothing to speak of.
fn peripheral(record: &Record, lang: Lang) -> Option<Decoded> {
    let code = record.facts().peripheral.filter(|&code| code != 0)?;
    if record
        .facts()
        .msg_id
        .is_some_and(|id| OF_GATEWAY.contains(&id))
    {
        return Some(pg_status(code, lang));
    }
    let own = codes::Failure::Control(code);
    let of_engine = codes::ccx_error_name(code).is_some();
    Some(Decoded {
        name: own.name().filter(|_| of_engine).map(str::to_owned),
        meaning: said(Code::Failure(own), lang).filter(|_| of_engine),
        ..plain(CodeKind::PeripheralError, code.to_string(), lang)
    })
}

fn pg_status(status: u32, lang: Lang) -> Decoded {
    let names: Vec<&str> = codes::pg_status_names(status).collect();
    let bits = (0..u32::BITS).map(|nth| 1 << nth);
    let set = bits.filter(|bit| status & bit != 0);
    let meanings: Vec<&str> = set
        .filter_map(|bit| meaning(Code::PgStatus(bit), lang))
        .collect();
    let between = match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    };
    Decoded {
        name: (!names.is_empty()).then(|| names.join(" + ")),
        meaning: (!meanings.is_empty()).then(|| meanings.join(between)),
        ..plain(CodeKind::PgStatus, format!("{status:#x}"), lang)
    }
}

fn system_event(record: &Record, lang: Lang) -> Option<Decoded> {
    let of_cti = matches!(record.what(), What::CtiMessage | What::CtiDecoded);
    let id = u32::try_from(record.facts().count.filter(|_| of_cti)?).ok()?;
    Some(Decoded {
        name: codes::system_event_name(id).map(str::to_owned),
        meaning: said(Code::SystemEvent(id), lang),
        ..plain(CodeKind::SystemEvent, id.to_string(), lang)
    })
}

/// A reason code, as the log prints it and as CTI holds it.
fn reason(records: &Records, record: &Record, lang: Lang) -> Option<Decoded> {
    let reason = record.facts().reason.filter(|reason| reason.code != 0)?;
    let (code, raw) = (reason.code, reason.to_string());
    let of_sign_in = record.facts().state == Some(AgentState::Login);
    let deployment = Deployment::from_name(records.strings.get(record.facts().deployment));
    let meaning = match of_sign_in {
        true => Some(filler(lang).to_owned()),
        false => said(Code::Reason(code, deployment), lang),
    };
    Some(Decoded {
        name: (raw != code.to_string()).then(|| code.to_string()),
        meaning,
        ..plain(CodeKind::Reason, raw, lang)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_a_gateways_status_is_told() {
        let status = pg_status(0xc, Lang::En);
        assert_eq!(
            status.shown(),
            "0xc = PGS_PERIPHERAL_OFFLINE + PGS_CTI_SERVER_OFFLINE: \
             the peripheral is offline, the CTI server is offline"
        );
        assert_eq!(pg_status(0x100, Lang::Zh).shown(), "0x100");
    }
}
