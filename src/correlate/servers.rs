//! What happened to the servers: CTI connections lost and found, service states, overload, restarts,
//! and what realm, Tomcat and identity service say of users. No step of a sign-in, but the reason why
//! sign-ins fail.

use super::calls::{OPEN_CONF, is_cti_request};
use super::view::View;
use crate::codes::{FAILURE_CONF, FAILURE_EVENT, SYSTEM_EVENT};
use crate::record::intern::Sym;
use crate::record::{Kind, What};
use std::ops::RangeInclusive;

/// FAILURE_CONF status of a UCCX node that is on standby: normal (UCCX CTI protocol, `E_CTI` 92).
const NOT_MASTER: u32 = 92;

/// Something that happened to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerEvent {
    /// Finesse lost its session with the CTI server.
    CtiLost,
    /// The CTI server refused Finesse a session.
    CtiNotOpened,
    /// Finesse has a session with the CTI server.
    CtiOpened,
    /// The CTI server says that something behind it is offline: peripheral, gateway, controller.
    BackendOffline,
    /// The CTI server says that it is back.
    BackendOnline,
    /// Finesse says that it is not in service.
    OutOfService,
    /// Finesse says that it is in service.
    InService,
    /// The statistics of the queues take longer than their interval.
    StatisticsOverload,
    /// A call to the identity service failed, or the identity service could not sign somebody in.
    SsoError,
    /// A service of the node starts or stops.
    Service,
    /// The realm refused a user's password.
    PasswordRefused,
    /// Tomcat refused a user who is locked out.
    LockedOut,
}

/// An event of a server, and the record that tells it.
#[derive(Debug, Clone, Copy)]
pub struct ServerRecord {
    /// What.
    pub event: ServerEvent,
    /// When, ms on the reference clock.
    pub when: i64,
    /// The other time that it may have been, where its log does not tell which of two equal hours it is of
    /// (a change to winter time).
    pub or_when: Option<i64>,
    /// The Finesse node.
    pub node: Sym,
    /// Whom it is about; [`Sym::NONE`] for everybody.
    pub agent: Sym,
    /// Position of the record.
    pub at: usize,
}

/// What happened to the servers.
#[derive(Debug, Default)]
pub struct Servers {
    /// In order of time.
    told: Vec<ServerRecord>,
    /// The longest that [`ServerRecord::or_when`] is after [`ServerRecord::when`], ms.
    longest_doubt_ms: i64,
}

impl Servers {
    /// All events, in order of time.
    pub fn iter(&self) -> std::slice::Iter<'_, ServerRecord> {
        self.told.iter()
    }

    /// The events of a time, ms on the reference clock, in order of time. Looks at no others: bundles with
    /// many failed sign-ins have many events, too.
    pub fn during(&self, time: RangeInclusive<i64>) -> impl Iterator<Item = &ServerRecord> {
        let (first, last) = time.into_inner();
        let from = self.told.partition_point(|event| event.when < first);
        let told = self.told[from..].iter();
        told.take_while(move |event| event.when <= last)
    }

    /// The same, and the events that only may be of that time ([`ServerRecord::or_when`]).
    pub fn perhaps_during(&self, time: RangeInclusive<i64>) -> impl Iterator<Item = &ServerRecord> {
        let earliest = time.start().saturating_sub(self.longest_doubt_ms);
        self.during(earliest..=*time.end()).filter(move |event| {
            let times = [Some(event.when), event.or_when];
            times.into_iter().flatten().any(|when| time.contains(&when))
        })
    }
}

/// All events of servers that have a time.
pub(super) fn servers(view: &View<'_>) -> Servers {
    let mut told: Vec<ServerRecord> = (0..view.records.all.len())
        .filter_map(|at| {
            let record = view.record(at);
            let unsure_ms = view.read(at)?.zone_unsure_ms();
            let when = view.when(at)?;
            Some(ServerRecord {
                event: event(view, at)?,
                when,
                or_when: (unsure_ms > 0).then_some(when + unsure_ms),
                node: record
                    .keys()
                    .node
                    .or(view.clocks.node_of_file[record.file().0 as usize]),
                agent: view.agent(at),
                at,
            })
        })
        .collect();
    told.sort_by_key(|event| (event.when, event.at));
    let doubts = told
        .iter()
        .filter_map(|event| Some(event.or_when? - event.when));
    Servers {
        longest_doubt_ms: doubts.max().unwrap_or(0),
        told,
    }
}

fn event(view: &View<'_>, at: usize) -> Option<ServerEvent> {
    let record = view.record(at);
    let text = |sym: Sym| view.records.strings.get(sym);
    match record.what() {
        What::SystemState if text(record.facts().resource) == "SystemInfo" => {
            match text(record.facts().word) {
                "" => None,
                "IN_SERVICE" => Some(ServerEvent::InService),
                _ => Some(ServerEvent::OutOfService),
            }
        }
        What::SystemState => of_mnemonic(text(record.facts().word)),
        What::IdentityError => Some(ServerEvent::SsoError),
        What::ServiceState => Some(ServerEvent::Service),
        What::AuthenticationFailed => Some(ServerEvent::PasswordRefused),
        What::LockedOut => Some(ServerEvent::LockedOut),
        What::CtiDecoded | What::CtiMessage if record.facts().msg_id == Some(SYSTEM_EVENT) => {
            of_backend(record.facts().count?)
        }
        // The answer to a change of state says nothing of the session.
        What::CtiDecoded if is_cti_request(view.record(view.opener(at))) => None,
        // Only what Finesse itself decoded is surely about the session of Finesse.
        What::CtiDecoded if record.kind() == Kind::Webservices => match record.facts().msg_id {
            Some(FAILURE_EVENT) => Some(ServerEvent::CtiLost),
            Some(FAILURE_CONF) if record.facts().failure != Some(NOT_MASTER) => {
                Some(ServerEvent::CtiNotOpened)
            }
            Some(OPEN_CONF) => Some(ServerEvent::CtiOpened),
            _ => None,
        },
        _ => None,
    }
}

/// SYSTEM_EVENT ids of the peripheral, its gateway, the central controller and the CTI server
/// (GED-188). Those of single phones say nothing of a server.
fn of_backend(id: i64) -> Option<ServerEvent> {
    Some(match id {
        1 | 3 | 8 => ServerEvent::BackendOnline,
        2 | 4 | 6 | 7 => ServerEvent::BackendOffline,
        _ => return None,
    })
}

/// Mnemonics of the webservices log, from Cisco's 12.6 serviceability material; the overload of
/// statistics from technote 200937, whose mnemonic has blanks.
fn of_mnemonic(mnemonic: &str) -> Option<ServerEvent> {
    Some(match mnemonic {
        "CTI_SOCKET_ERROR" | "CTI_CONNECTION_LOST" => ServerEvent::CtiLost,
        "CTI_OPEN_FAILURE" => ServerEvent::CtiNotOpened,
        "CTI_CONNECTION_ESTABLISHED" => ServerEvent::CtiOpened,
        "SSO_API_ERROR" => ServerEvent::SsoError,
        other if other.starts_with("QUEUE") && other.ends_with("ERROR") => {
            ServerEvent::StatisticsOverload
        }
        _ => return None,
    })
}
