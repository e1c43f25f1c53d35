//! How long each leg of a sign-in took, and how the legs of a bundle are distributed.
//!
//! A leg goes from one record to another. Both are read from one clock; only the delivery to the
//! desktop crosses clocks, and is taken where the offset between them is known well enough. Logs
//! that print whole seconds measure nothing here.

use super::clock::Clocks;
use super::offset::Offset;
use super::step::SignIn;
use super::thresholds::limit;
use crate::flow::StepName;
use crate::record::{Record, Records, What};
use serde::{Deserialize, Serialize};

/// An offset less certain than this is no base for a duration, ms.
const CERTAIN_MS: i64 = 500;

/// A part of the way of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leg {
    /// GET SystemInfo inside the REST API.
    SystemInfo,
    /// From the first try to connect to the Notification Service to the connection, in the browser.
    Connect,
    /// GET User inside the REST API.
    UserGet,
    /// From the sign-in request to HTTP 202, inside the REST API.
    Accepted,
    /// From the sign-in request to the request to the CTI server, inside Finesse.
    ToCti,
    /// From the request to the CTI server to its reply, as Finesse sees it.
    CtiReply,
    /// From the request to the CTI server to the agent state event, as Finesse sees it.
    CtiEvent,
    /// From the decoded agent state event to its publication, inside Finesse.
    Publish,
    /// From the publication to the desktop.
    Delivery,
    /// From the sign-in request to "signed in", in the browser.
    Whole,
}

/// All legs, in causal order.
pub const LEGS: [Leg; 10] = [
    Leg::SystemInfo,
    Leg::Connect,
    Leg::UserGet,
    Leg::Accepted,
    Leg::ToCti,
    Leg::CtiReply,
    Leg::CtiEvent,
    Leg::Publish,
    Leg::Delivery,
    Leg::Whole,
];

type End = (StepName, &'static [What]);

impl Leg {
    /// The slug of the report.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::SystemInfo => "system_info",
            Self::Connect => "connect",
            Self::UserGet => "user_get",
            Self::Accepted => "accepted",
            Self::ToCti => "to_cti",
            Self::CtiReply => "cti_reply",
            Self::CtiEvent => "cti_event",
            Self::Publish => "publish",
            Self::Delivery => "delivery",
            Self::Whole => "whole",
        }
    }

    /// From which records to which.
    fn ends(self) -> (End, End) {
        use What::{
            ApiRequest, ClientRequest, ConnectStarted, Connected, CtiDecoded, CtiSent,
            EventReceived, LoginPerformed, Published, RequestEnd, RequestStart, SignedIn,
        };
        let inside = |step| ((step, &[RequestStart][..]), (step, &[RequestEnd][..]));
        let login: End = (StepName::LoginRequest, &[RequestStart, ApiRequest]);
        let sent: End = (StepName::CtiRequest, &[CtiSent]);
        match self {
            Self::SystemInfo => inside(StepName::SystemInfo),
            Self::UserGet => inside(StepName::UserGet),
            Self::Connect => (
                (StepName::Connect, &[ConnectStarted]),
                (StepName::Connect, &[Connected]),
            ),
            Self::Accepted => (login, (StepName::LoginAccepted, &[RequestEnd])),
            Self::ToCti => (login, sent),
            Self::CtiReply => (sent, (StepName::CtiReply, &[CtiDecoded])),
            Self::CtiEvent => (sent, (StepName::CtiEvent, &[CtiDecoded])),
            Self::Publish => (
                (StepName::CtiEvent, &[CtiDecoded]),
                (StepName::Publish, &[Published]),
            ),
            Self::Delivery => (
                (StepName::Publish, &[Published]),
                (StepName::EventReceived, &[EventReceived]),
            ),
            Self::Whole => (
                (StepName::LoginRequest, &[LoginPerformed, ClientRequest]),
                (StepName::SignedIn, &[SignedIn]),
            ),
        }
    }

    /// Longer than this is slow, ms (ours, as in [`super::thresholds`]).
    #[must_use]
    pub fn slow_over_ms(self) -> i64 {
        let step = match self {
            Self::Whole => StepName::SignedIn,
            _ => self.ends().1.0,
        };
        limit(step).slow_ms
    }

    /// The figure Cisco documents for a healthy system, ms: technote 116255 shows 98 ms for
    /// SystemInfo, 8 ms for the accepted request, two seconds for a connection with one retry and a
    /// sign-in within the second; technote 200937 gives 62 ms as the mean a CTI reply may take.
    #[must_use]
    pub fn documented_ms(self) -> Option<i64> {
        match self {
            Self::SystemInfo => Some(98),
            Self::Connect => Some(2_000),
            Self::Accepted => Some(8),
            Self::CtiReply => Some(62),
            Self::Whole => Some(1_000),
            Self::UserGet | Self::ToCti | Self::CtiEvent | Self::Publish | Self::Delivery => None,
        }
    }
}

/// How long one leg of one sign-in took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegTime {
    /// Which.
    pub leg: Leg,
    /// How long, ms.
    pub ms: i64,
    /// Position of the record it starts with.
    pub from: usize,
    /// Position of the record it ends with.
    pub to: usize,
}

/// How one leg is distributed over the sign-ins of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// Which.
    pub leg: Leg,
    /// Sign-ins that were measured.
    pub n: usize,
    /// Half of them took at most this, ms.
    pub median_ms: i64,
    /// 95 of 100 took at most this (nearest rank), ms.
    pub p95_ms: i64,
    /// The longest, ms.
    pub worst_ms: i64,
    /// Position of the sign-in that took longest.
    pub worst: usize,
}

/// The legs of one sign-in that can be measured.
#[must_use]
pub fn legs(
    records: &Records,
    clocks: &Clocks,
    offsets: &[Option<Offset>],
    sign_in: &SignIn,
) -> Vec<LegTime> {
    let measured = |leg: Leg| {
        let (from, to) = leg.ends();
        let (starts, ends) = (of(records, sign_in, from), of(records, sign_in, to));
        let pairs = starts.flat_map(|from| ends.clone().map(move |to| (from, to)));
        let times = pairs.filter_map(|(from, to)| {
            let ms = between_ms((records, clocks), offsets, from, to)?;
            (ms >= 0).then_some(LegTime { leg, ms, from, to })
        });
        // The first answer counts, from the first asking.
        times.min_by_key(|time| {
            let at = |at: usize| clocks.read(&records.all[at], at).map(|read| read.at);
            (at(time.to), at(time.from), time.to)
        })
    };
    LEGS.into_iter().filter_map(measured).collect()
}

fn of<'a>(
    records: &'a Records,
    sign_in: &'a SignIn,
    (step, whats): End,
) -> impl Iterator<Item = usize> + Clone + 'a {
    let is_end = move |record: &Record| whats.contains(&record.what());
    let evidence = sign_in.step(step).evidence.iter().map(|joined| joined.at);
    evidence.filter(move |&at| is_end(&records.all[at]))
}

/// From one record to another, ms; `None` where their clocks do not tell to the ms.
fn between_ms(
    (records, clocks): (&Records, &Clocks),
    offsets: &[Option<Offset>],
    from: usize,
    to: usize,
) -> Option<i64> {
    let read = |at: usize| clocks.read(&records.all[at], at);
    let (one, other) = (read(from)?, read(to)?);
    if one.slack_ms > 0 || other.slack_ms > 0 {
        return None;
    }
    let (from, to) = (clocks.of(from), clocks.of(to));
    let raw = other.at.0 - one.at.0;
    if from == to {
        return Some(raw);
    }
    let (from, to) = (offsets[from.0 as usize]?, offsets[to.0 as usize]?);
    let uncertainty_ms = from.uncertainty_ms? + to.uncertainty_ms?;
    (uncertainty_ms <= CERTAIN_MS).then_some((raw - (to.ms - from.ms)).max(0))
}

/// The distribution of each leg that was measured at all.
pub(super) fn latencies(sign_ins: &[SignIn]) -> Vec<Latency> {
    LEGS.into_iter()
        .filter_map(|leg| latency(leg, sign_ins))
        .collect()
}

fn latency(leg: Leg, sign_ins: &[SignIn]) -> Option<Latency> {
    let own = |(nth, sign_in): (usize, &SignIn)| {
        let time = sign_in.legs.iter().find(|time| time.leg == leg)?;
        Some((time.ms, std::cmp::Reverse(nth)))
    };
    let mut times: Vec<_> = sign_ins.iter().enumerate().filter_map(own).collect();
    times.sort_unstable();
    let &(worst_ms, std::cmp::Reverse(worst)) = times.last()?;
    let n = times.len();
    let rank = |percent: usize| times[(n * percent).div_ceil(100).max(1) - 1].0;
    Some(Latency {
        leg,
        n,
        median_ms: rank(50),
        p95_ms: rank(95),
        worst_ms,
        worst,
    })
}
