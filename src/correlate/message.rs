//! The messages of a step: who sent what to whom, from the records that show it.

use super::attempt::{Attempt, Joined};
use super::clock::ClockId;
use super::view::View;
use crate::flow::{Lane, StepName};
use crate::record::What;
use crate::record::time::EpochMs;
use std::collections::BTreeMap;

/// An arrow of the diagram.
#[derive(Debug, Clone)]
pub struct Message {
    /// The step it belongs to.
    pub step: StepName,
    /// Which repetition of a step that repeats, 0-based: messages of one call have one number.
    pub repeat: u32,
    /// Who sent it.
    pub from: Lane,
    /// Who got it; the sender itself for what happens inside a lane.
    pub to: Lane,
    /// When, by the clock of the log that shows it best.
    pub time: Option<MessageTime>,
    /// What shows it, best first.
    pub records: Vec<Joined>,
}

/// A time, and whose clock it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageTime {
    /// As read.
    pub at: EpochMs,
    /// From this clock.
    pub clock: ClockId,
    /// To the ms, or only to the second.
    pub exact: bool,
    /// The record it stands in, by position.
    pub record: usize,
}

/// Where in its step a record's message stands, and between whom it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    position: u8,
    from: Lane,
    to: Lane,
}

/// The messages of an attempt, in causal order.
pub(super) fn messages(view: &View<'_>, attempt: &Attempt) -> Vec<Message> {
    let mut groups: BTreeMap<(StepName, u32, Slot), Vec<Joined>> = BTreeMap::new();
    let order = repeat_order(view, attempt);
    for joined in &attempt.joined {
        let slot = slot(view, joined);
        let repeat = order.get(&(joined.at, joined.step)).copied().unwrap_or(0);
        groups
            .entry((joined.step, repeat, slot))
            .or_default()
            .push(*joined);
    }
    groups
        .into_iter()
        .map(|((step, repeat, slot), mut records)| {
            records.sort_by_key(|joined| (rank(view, joined), joined.at));
            let time = records.iter().find_map(|joined| time(view, joined));
            Message {
                step,
                repeat,
                from: slot.from,
                to: slot.to,
                time,
                records,
            }
        })
        .collect()
}

/// Steps that repeat show each repetition as messages of its own: every change of the connection,
/// every follow-up read. Their number, in order of time.
fn repeat_order(view: &View<'_>, attempt: &Attempt) -> BTreeMap<(usize, StepName), u32> {
    let mut order = BTreeMap::new();
    let mut connects: Vec<&Joined> = of_step(attempt, StepName::Connect);
    connects.sort_by_key(|joined| (view.when(joined.at), joined.at));
    for (nth, joined) in (0u32..).zip(connects) {
        order.insert((joined.at, joined.step), nth);
    }
    let mut calls: BTreeMap<i64, (i64, u32)> = BTreeMap::new();
    let mut follow_ups = of_step(attempt, StepName::FollowUp);
    follow_ups.sort_by_key(|joined| (view.when(joined.at), joined.at));
    for joined in follow_ups {
        let key = view
            .nocache(joined.at)
            .map_or(-(joined.at as i64), |nocache| nocache.0);
        let next = u32::try_from(calls.len()).expect("fewer records than 2^32");
        let nth = calls.entry(key).or_insert((key, next)).1;
        order.insert((joined.at, joined.step), nth);
    }
    order
}

fn of_step(attempt: &Attempt, step: StepName) -> Vec<&Joined> {
    attempt
        .joined
        .iter()
        .filter(|joined| joined.step == step)
        .collect()
}

fn slot(view: &View<'_>, joined: &Joined) -> Slot {
    use Lane::{Client, CtiServer, Notification, RestApi, Tomcat};
    let record = view.record(joined.at);
    let slot = |position, from, to| Slot { position, from, to };
    match (joined.step, record.what()) {
        (StepName::LoginAccepted, _) | (_, What::ClientAnswer | What::RequestEnd) => {
            slot(2, RestApi, Client)
        }
        (_, What::RestCall) if record.facts().from_localhost => slot(1, Tomcat, RestApi),
        (
            _,
            What::PageRequest
            | What::RestCall
            | What::ContainerCall
            | What::ClientRequest
            | What::LoginPerformed,
        ) => slot(0, Client, Tomcat),
        (_, What::RequestStart | What::ApiRequest) => slot(1, Tomcat, RestApi),
        (_, What::SystemStatus) => slot(3, Client, Client),
        (_, What::WireRequest) => slot(4, Notification, RestApi),
        (_, What::WireAnswer) => slot(5, RestApi, Notification),
        (StepName::Connect, _) => connect_slot(view, joined),
        (StepName::Presence, _) => slot(0, Notification, RestApi),
        (StepName::CtiRequest, _) => slot(0, RestApi, CtiServer),
        (StepName::CtiReply | StepName::CtiEvent, _) => slot(0, CtiServer, RestApi),
        (StepName::Publish, _) => slot(0, RestApi, Notification),
        (StepName::Route, _) => slot(0, Notification, Notification),
        (StepName::EventReceived, _) => slot(0, Notification, Client),
        _ => slot(0, Client, Client),
    }
}

/// Connecting goes out, being connected or cut off comes back; what the desktop decides is its own.
fn connect_slot(view: &View<'_>, joined: &Joined) -> Slot {
    use Lane::{Client, Notification};
    let record = view.record(joined.at);
    let (from, to) = match (record.what(), view.records.strings.get(record.facts().word)) {
        (What::ConnectStarted, _) | (What::ConnectionStatus, "connecting" | "reconnecting") => {
            (Client, Notification)
        }
        (What::ConnectionStatus, "connected" | "disconnected") => (Notification, Client),
        _ => (Client, Client),
    };
    Slot {
        position: 0,
        from,
        to,
    }
}

/// Which record shows a message best: the sender's own log, then the receiver's.
fn rank(view: &View<'_>, joined: &Joined) -> u8 {
    match (joined.step, view.record(joined.at).what()) {
        (_, What::ClientRequest | What::CtiSent | What::ApiRequest | What::Published) => 0,
        (StepName::CtiReply | StepName::CtiEvent, What::CtiMessage) => 0,
        (_, What::RequestEnd | What::LoginPerformed | What::RequestStart) => 1,
        (StepName::CtiReply | StepName::CtiEvent, What::CtiDecoded) => 1,
        (_, What::ClientAnswer) => 2,
        _ => 3,
    }
}

/// When a record's message was sent, as its log says.
pub(super) fn time(view: &View<'_>, joined: &Joined) -> Option<MessageTime> {
    let clock = view.clocks.of(joined.at);
    let read = view.read(joined.at).map(|when| MessageTime {
        at: when.at,
        clock,
        exact: when.slack_ms == 0,
        record: joined.at,
    });
    // A request the browser logged without a time (or only to the second) carries its clock to the ms.
    let record = view.record(joined.at);
    let asked = record
        .keys()
        .nocache
        .filter(|_| record.what() == What::ClientRequest);
    asked
        .map(|at| MessageTime {
            at,
            clock,
            exact: true,
            record: joined.at,
        })
        .or(read)
}
