//! Records to sign-ins: which lines belong together, why, on which clock, and how it ended.
//!
//! Everything here is pure and looks at the records in one canonical order, so that the same bundle
//! gives the same sign-ins whatever order its files were read in.
//!
//! ```text
//! agents ─→ clock ─→ calls ─→ view ─→ attempt ─→ message ─→ step ─→ stay
//!            nodes              offset    coverage ──────────┘
//! ```

mod agents;
mod attempt;
mod calls;
pub mod clock;
pub mod coverage;
#[cfg(test)]
mod fixture;
pub mod latency;
pub mod message;
mod nodes;
mod notes;
pub mod offset;
pub mod servers;
pub mod stay;
pub mod step;
pub mod thresholds;
mod time_line;
mod times;
mod verdict;
mod view;

use crate::flow::StepName;
use crate::record::intern::Sym;
use crate::record::marks::Marks;
use crate::record::time::{EpochMs, zone_name};
use crate::record::{Records, What};
use crate::scope::Window;
pub use attempt::Joined;
use attempt::{Attempt, ByAgent};
use clock::{ClockId, ClockOwner, Clocks};
use coverage::Coverage;
use latency::Latency;
pub(crate) use offset::Rank;
use offset::{Branch, Comparison, Moment, Offset};
use rustc_hash::FxHashMap;
use servers::Servers;
use std::collections::BTreeMap;
use step::SignIn;
use times::Times;
use view::View;

pub use calls::{
    AGENT_STATE_EVENT, CONTROL_FAILURE_CONF, SET_AGENT_STATE_CONF, SET_AGENT_STATE_REQ,
};

/// What a bundle tells about sign-ins.
#[derive(Debug, Default)]
pub struct Flows {
    /// In order of start, then agent, then request.
    pub sign_ins: Vec<SignIn>,
    /// The clocks, and what they read.
    pub clocks: Clocks,
    /// The offset of each clock from the reference; `None` where nothing connects them.
    pub offsets: Vec<Option<Offset>>,
    /// The clock the others are compared with.
    pub reference: Option<ClockId>,
    /// Which records belong to a sign-in.
    pub claimed: Marks,
    /// The sign-ins of each agent, by position, in order.
    pub of_agent: BTreeMap<Sym, Vec<usize>>,
    /// How long the legs of the sign-ins took, as far as measured.
    pub latencies: Vec<Latency>,
    /// What happened to the servers.
    pub servers: Servers,
    times: Times,
    /// Which log covers which time, and where it has holes.
    pub coverage: Coverage,
}

/// Finds the sign-ins. `records` must be arranged ([`Records::arrange`]).
#[must_use]
pub fn correlate(records: &Records) -> Flows {
    let view = View::new(records);
    let by_agent = ByAgent::new(&view);
    let attempts = attempt::attempts(&view, &by_agent);
    let coverage = Coverage::new(&view);
    let offsets = compare(&view, &attempts).offsets(view.clocks.all.len(), view.reference);
    let mut sign_ins: Vec<SignIn> = attempts
        .iter()
        .zip(next_attempts(&attempts))
        .map(|(attempt, next)| {
            step::sign_in(&view, &coverage, attempt, next.map(|next| &attempts[next]))
        })
        .collect();
    for (sign_in, stay) in sign_ins
        .iter_mut()
        .zip(stay::stays(&view, &by_agent, &attempts))
    {
        sign_in.stay = stay;
    }
    let name = |sym: Sym| records.strings.get(sym);
    sign_ins.sort_by_cached_key(|sign_in| {
        let none_last = (sign_in.started.is_none(), sign_in.started);
        (
            none_last,
            name(sign_in.agent).to_owned(),
            name(sign_in.request_id).to_owned(),
            first_place(records, sign_in),
        )
    });
    name_sign_ins(records, &mut sign_ins);
    let mut claimed = Marks::none(records.all.len());
    for at in sign_ins.iter().flat_map(SignIn::records_with_later) {
        claimed.mark(at);
    }
    for sign_in in &mut sign_ins {
        sign_in.legs = latency::legs(records, &view.clocks, &offsets, sign_in);
    }
    let reference = (!view.clocks.all.is_empty()).then_some(view.reference);
    Flows {
        of_agent: of_agent(&sign_ins),
        latencies: latency::latencies(&sign_ins),
        servers: servers::servers(&view),
        times: view.when,
        sign_ins,
        offsets,
        reference,
        claimed,
        coverage,
        clocks: view.clocks,
    }
}

impl Flows {
    /// When a record was written, by its own clock; `None` where its log does not tell. `at` is its
    /// position, 0-based.
    #[must_use]
    pub fn read(&self, records: &Records, at: usize) -> Option<EpochMs> {
        let read = self.clocks.read(&records.all[at], at)?;
        Some(read.at)
    }

    /// When a record was written, ms on the reference clock, as far as known. `at` is its position,
    /// 0-based.
    #[must_use]
    pub fn when(&self, records: &Records, at: usize) -> Option<i64> {
        self.times.get(&self.clocks, &records.all[at], at)
    }

    /// Leaves out the sign-ins that started outside a time, and returns how many those are. Those of
    /// which no log tells when they started stay.
    pub fn keep_within(&mut self, window: Window) -> usize {
        let before = self.sign_ins.len();
        let is_within = |sign_in: &SignIn| sign_in.started.is_none_or(|at| window.holds(at.0));
        self.sign_ins.retain(is_within);
        self.of_agent = of_agent(&self.sign_ins);
        self.latencies = latency::latencies(&self.sign_ins);
        before - self.sign_ins.len()
    }
}

fn of_agent(sign_ins: &[SignIn]) -> BTreeMap<Sym, Vec<usize>> {
    let mut of_agent: BTreeMap<Sym, Vec<usize>> = BTreeMap::new();
    for (nth, sign_in) in sign_ins.iter().enumerate() {
        of_agent.entry(sign_in.agent).or_default().push(nth);
    }
    of_agent
}

fn first_place(records: &Records, sign_in: &SignIn) -> Option<crate::record::Place> {
    sign_in.records().next().map(|at| records.all[at].place())
}

/// The agent's next attempt after each, by position.
fn next_attempts(attempts: &[Attempt]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..attempts.len())
        .filter(|&nth| attempts[nth].asked.is_some())
        .collect();
    order.sort_by_key(|&nth| (attempts[nth].agent, attempts[nth].asked));
    let mut next = vec![None; attempts.len()];
    for pair in order
        .windows(2)
        .filter(|pair| attempts[pair[0]].agent == attempts[pair[1]].agent)
    {
        next[pair[0]] = Some(pair[1]);
    }
    next
}

/// An id that stays the same from run to run: the request id where there is one, else the start.
fn name_sign_ins(records: &Records, sign_ins: &mut [SignIn]) {
    let mut taken: FxHashMap<String, u32> = FxHashMap::default();
    for sign_in in sign_ins {
        let agent = records.strings.get(sign_in.agent);
        let request_id = records.strings.get(sign_in.request_id);
        let mark = match sign_in.started {
            _ if !request_id.is_empty() => request_id.chars().take(8).collect(),
            Some(started) => started.0.to_string(),
            None => "undated".to_owned(),
        };
        let id = format!(
            "{}-{mark}",
            if agent.is_empty() { "unknown" } else { agent }
        );
        let seen = taken
            .entry(id.clone())
            .and_modify(|seen| *seen += 1)
            .or_insert(1);
        sign_in.id = if *seen == 1 {
            id
        } else {
            format!("{id}.{seen}")
        };
    }
}

/// Compares clocks over whole sign-ins: their steps are in causal order, too.
fn compare(view: &View<'_>, attempts: &[Attempt]) -> Comparison {
    let mut comparison = Comparison::default();
    for attempt in attempts {
        let moments: Vec<Moment> = attempt
            .joined
            .iter()
            .filter(|joined| !is_later_event(view, attempt, joined))
            .filter_map(|joined| {
                let what = view.record(joined.at).what();
                let by_browser = view.nocache(joined.at).is_some();
                Some((joined.at, rank(joined.step, what, by_browser)?))
            })
            .flat_map(|(at, rank)| [view.moment(at, rank), view.nocache_moment(at, asked(rank))])
            .flatten()
            .collect();
        comparison.learn(&moments);
    }
    comparison
}

/// The CTI server sends one event for each skill group, and only the first of them was surely sent
/// before anything came of it.
fn is_later_event(view: &View<'_>, attempt: &Attempt, joined: &Joined) -> bool {
    let sent = |joined: &Joined| {
        let what = view.record(joined.at).what();
        matches!(what, What::CtiMessage | What::AgentTrace)
            .then_some(view.when(joined.at))
            .flatten()
    };
    joined.step == StepName::CtiEvent
        && sent(joined).is_some_and(|when| {
            attempt
                .of(StepName::CtiEvent)
                .any(|other| sent(other).is_some_and(|other| other < when))
        })
}

/// The moment the browser asked, for a record of the same call: before all others of its step.
fn asked(rank: Rank) -> Rank {
    Rank {
        position: rank.position / 10 * 10,
        ..rank
    }
}

/// Where a record of a step stands in the causal order of a whole sign-in; `None` where that is not
/// certain. `by_browser` says whether its call carries the browser's `nocache`.
pub(crate) fn rank(step: StepName, what: What, by_browser: bool) -> Option<Rank> {
    let position = |branch, position| Some(Rank { branch, position });
    let within = match what {
        What::ClientRequest | What::LoginPerformed => 0,
        What::RequestStart | What::ApiRequest => 1,
        What::RequestEnd => 2,
        What::ClientAnswer => 3,
        What::SystemStatus => 4,
        _ => 0,
    };
    match (step, what) {
        (_, What::RestCall | What::ContainerCall | What::PageRequest) => None,
        (StepName::SystemInfo, _) => position(Branch::Common, 10 + within),
        (StepName::UserGet, What::WireRequest | What::WireAnswer) => None,
        // The Notification Service asks for the user by itself, before the desktop does.
        (StepName::UserGet, What::RequestStart | What::ApiRequest | What::RequestEnd)
            if !by_browser =>
        {
            None
        }
        (StepName::UserGet, _) => position(Branch::Common, 30 + within),
        (StepName::LoginRequest, _) => position(Branch::Common, 40 + within),
        (StepName::LoginAccepted, _) => position(Branch::Http, 50 + within),
        (StepName::CtiRequest, What::CtiSent) => position(Branch::Cti, 50),
        (StepName::CtiRequest, _) => position(Branch::Cti, 51),
        (StepName::CtiReply, What::CtiMessage) => position(Branch::Reply, 52),
        (StepName::CtiReply, _) => position(Branch::Reply, 53),
        (StepName::CtiEvent, What::CtiMessage | What::AgentTrace) => position(Branch::Cti, 52),
        (StepName::CtiEvent, _) => position(Branch::Cti, 53),
        (StepName::Publish, _) => position(Branch::Cti, 54),
        (StepName::Route, _) => position(Branch::Cti, 55),
        (StepName::EventReceived, _) => position(Branch::Cti, 56),
        (StepName::SignedIn, _) => position(Branch::Cti, 57),
        _ => None,
    }
}

/// A clock's name in the report: `client:2001`, `finesse:192.0.2.10`, `cti:cg1A`.
#[must_use]
pub fn clock_name(records: &Records, owner: ClockOwner) -> String {
    let name = |sym: Sym| records.strings.some(sym).unwrap_or("unknown");
    match owner {
        ClockOwner::Client(agent) => format!("client:{}", name(agent)),
        ClockOwner::Finesse(node) => format!("finesse:{}", name(node)),
        ClockOwner::Cti(node) => format!("cti:{}", name(node)),
    }
}

/// A clock's zone in the report.
#[must_use]
pub fn clock_zone(clock: &clock::Clock) -> Option<String> {
    clock.zone_minutes.map(zone_name)
}
