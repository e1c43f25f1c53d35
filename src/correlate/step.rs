//! Attempts to sign-ins: steps and messages in causal order, and how each went.

use super::attempt::{Attempt, Joined};
use super::calls::CONTROL_FAILURE_CONF;
use super::coverage::{Coverage, Subject, proof};
use super::latency::LegTime;
use super::message::{self, Message, MessageTime};
use super::stay::Stay;
use super::thresholds::limit;
use super::verdict::{OPTIONAL, Verdict, judge, last_sign, last_step, untold};
use super::view::View;
use crate::codes::FAILURE_CONF;
use crate::flow::{Lane, Outcome, STEPS, StepName, StepStatus};
use crate::record::intern::Sym;
use crate::record::time::EpochMs;
use crate::record::{Kind, Record, What};

/// One step of a sign-in.
#[derive(Debug, Clone)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// How it went.
    pub status: StepStatus,
    /// When, by the clock of the log that shows it first; `None` where none prints a time.
    pub time: Option<EpochMs>,
    /// How long it was waited for, ms: in vain if it is missing, until it came if it is slow.
    pub waited_ms: Option<i64>,
    /// What proves it, in order of message, file and line.
    pub evidence: Vec<Joined>,
}

/// One agent's one try to sign in, as far as the bundle tells.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Stable across runs and unique in the bundle.
    pub id: String,
    /// Agent id.
    pub agent: Sym,
    /// Extension, where a log has it.
    pub extension: Sym,
    /// Login name, where a log has it.
    pub login_name: Sym,
    /// UUID of the sign-in request.
    pub request_id: Sym,
    /// Finesse node.
    pub node: Sym,
    /// `CCE` or `CCX`.
    pub deployment: Sym,
    /// First time after the page load, by the clock of the log that shows it.
    pub started: Option<EpochMs>,
    /// Last time before the follow-ups, by the clock of the log that shows it.
    pub ended: Option<EpochMs>,
    /// From `started` to `ended`, clocks compared, ms.
    pub duration_ms: Option<i64>,
    /// How it ended.
    pub outcome: Outcome,
    /// Last step with evidence, follow-ups aside.
    pub last_step: Option<StepName>,
    /// First step that failed or never came.
    pub stopped_at: Option<StepName>,
    /// Lanes whose log covers the time, whether or not it shows anything.
    pub covered: Vec<Lane>,
    /// All steps, in causal order.
    pub steps: Vec<Step>,
    /// The messages of the steps, in causal order.
    pub messages: Vec<Message>,
    /// What happened to the agent's session until the agent's next sign-in.
    pub stay: Stay,
    /// How long its legs took, as far as measured.
    pub legs: Vec<LegTime>,
}

impl SignIn {
    /// A step by name.
    #[must_use]
    pub fn step(&self, name: StepName) -> &Step {
        &self.steps[name as usize]
    }

    /// Every record of it, each once.
    pub fn records(&self) -> impl Iterator<Item = usize> {
        let mut records: Vec<usize> = self
            .steps
            .iter()
            .flat_map(|step| step.evidence.iter().map(|joined| joined.at))
            .collect();
        records.sort_unstable();
        records.dedup();
        records.into_iter()
    }

    /// Every record of it and of what happened after it, each once.
    pub fn records_with_later(&self) -> impl Iterator<Item = usize> {
        let later = self.stay.events.iter().flat_map(|event| &event.records);
        self.records().chain(later.map(|joined| joined.at))
    }
}

pub(super) fn sign_in(
    view: &View<'_>,
    coverage: &Coverage,
    attempt: &Attempt,
    next: Option<&Attempt>,
) -> SignIn {
    let node = node(view, attempt);
    let subject = Subject {
        agent: attempt.agent,
        node,
        untold: untold(view, attempt),
    };
    let messages = message::messages(view, attempt);
    let mut steps: Vec<Step> = STEPS
        .iter()
        .map(|&name| step(view, attempt, &messages, name))
        .collect();
    let verdict = judge(view, coverage, subject, attempt, next, &steps);
    mark_absent(view, coverage, subject, attempt, &verdict, &mut steps);
    let (started, ended, duration_ms) = span(view, &messages);
    SignIn {
        id: String::new(),
        agent: attempt.agent,
        extension: attempt
            .extension
            .or(any(view, attempt, |at| view.record(at).keys().extension)),
        login_name: any(view, attempt, |at| view.record(at).facts().login_name),
        request_id: attempt.request_id,
        node,
        deployment: any(view, attempt, |at| view.record(at).facts().deployment),
        started,
        ended,
        duration_ms,
        outcome: verdict.outcome,
        last_step: last_step(&steps),
        stopped_at: verdict.stopped_at,
        covered: covered_lanes(view, coverage, subject, attempt),
        steps,
        messages,
        stay: Stay::default(),
        legs: Vec::new(),
    }
}

fn step(view: &View<'_>, attempt: &Attempt, messages: &[Message], name: StepName) -> Step {
    let own = messages.iter().filter(|message| message.step == name);
    let evidence: Vec<Joined> = own
        .clone()
        .flat_map(|message| message.records.iter().copied())
        .collect();
    let time = own
        .clone()
        .find_map(|message| message.time)
        .map(|time| time.at);
    let late_ms = lateness_ms(view, attempt, name);
    let status = if evidence.is_empty() {
        StepStatus::NotCovered
    } else if evidence
        .iter()
        .any(|joined| refuses(joined.step, view.record(joined.at)))
    {
        StepStatus::Error
    } else if late_ms.is_some() {
        StepStatus::Slow
    } else {
        StepStatus::Ok
    };
    Step {
        name,
        status,
        time,
        waited_ms: late_ms,
        evidence,
    }
}

/// Whether a record that proves a step says no to it.
#[must_use]
pub fn refuses(step: StepName, record: &Record) -> bool {
    let facts = record.facts();
    match step {
        // The request's access line carries the status of its answer.
        StepName::LoginRequest => false,
        StepName::CtiReply => matches!(facts.msg_id, Some(CONTROL_FAILURE_CONF | FAILURE_CONF)),
        StepName::Publish | StepName::Route | StepName::EventReceived => {
            facts.failure.is_some() || facts.failure_type.is_some()
        }
        _ => facts.status.is_some_and(|status| status >= 400),
    }
}

/// The step whose answer or consequence another one is, for those that may come late.
#[must_use]
pub fn waits_for(name: StepName) -> Option<StepName> {
    Some(match name {
        StepName::CtiRequest | StepName::EventReceived | StepName::LoginAccepted => {
            StepName::LoginRequest
        }
        StepName::CtiReply | StepName::CtiEvent => StepName::CtiRequest,
        StepName::Publish => StepName::CtiEvent,
        _ => return None,
    })
}

/// How long a step that came too late was waited for, ms. Only readings of one clock are compared:
/// an uncertain offset must not make a step slow.
fn lateness_ms(view: &View<'_>, attempt: &Attempt, name: StepName) -> Option<i64> {
    let waits_for = waits_for(name)?;
    let of = |name: StepName| {
        attempt
            .joined
            .iter()
            .filter(move |joined| joined.step == name)
    };
    // An access line is written when the request is over: the first sign of the request counts.
    let waited = |done: &Joined| {
        let asked = of(waits_for).filter_map(|asked| same_clock_ms(view, asked.at, done.at));
        asked.max()
    };
    let waits = of(name).filter_map(waited);
    waits.min().filter(|&waited| waited > limit(name).slow_ms)
}

/// `later − earlier` in ms if one clock stamped both; at least that, where whole seconds are printed.
fn same_clock_ms(view: &View<'_>, earlier: usize, later: usize) -> Option<i64> {
    let (from, to) = (view.read(earlier)?, view.read(later)?);
    (view.clocks.of(earlier) == view.clocks.of(later))
        .then_some(to.at.0 - from.at.0 - from.slack_ms)
}

/// Steps without evidence: missing where a log would show them, otherwise not covered. What a later
/// step proves to have happened is not missing.
fn mark_absent(
    view: &View<'_>,
    coverage: &Coverage,
    subject: Subject,
    attempt: &Attempt,
    verdict: &Verdict,
    steps: &mut [Step],
) {
    let Some(stopped_at) = verdict.stopped_at else {
        return;
    };
    let Some(last) = last_sign(view, attempt) else {
        return;
    };
    // A refusal that only its event tells of was given all the same.
    let came = |step: StepName| verdict.outcome == Outcome::Refused && step == stopped_at;
    for step in steps
        .iter_mut()
        .filter(|step| step.name >= stopped_at && step.evidence.is_empty() && !came(step.name))
    {
        let until = last + limit(step.name).stalled_ms;
        let covered = proof(step.name)
            .iter()
            .any(|&kind| coverage.covers(kind, subject, last, until));
        if covered && !OPTIONAL.contains(&step.name) {
            step.status = StepStatus::Missing;
            step.waited_ms = verdict.waited_ms;
        }
    }
}

fn covered_lanes(
    view: &View<'_>,
    coverage: &Coverage,
    subject: Subject,
    attempt: &Attempt,
) -> Vec<Lane> {
    let times = || {
        attempt
            .joined
            .iter()
            .filter(|joined| joined.step != StepName::FollowUp)
            .filter_map(|joined| view.when(joined.at))
    };
    let (Some(from), Some(until)) = (times().min(), times().max()) else {
        return Vec::new();
    };
    const LOGS: [(Lane, Kind); 5] = [
        (Lane::Client, Kind::ClientLog),
        (Lane::Tomcat, Kind::AccessLog),
        (Lane::RestApi, Kind::Webservices),
        (Lane::CtiServer, Kind::CtiServer),
        (Lane::Notification, Kind::Notification),
    ];
    LOGS.iter()
        .filter(|(_, log)| coverage.covers(*log, subject, from, until))
        .map(|&(lane, _)| lane)
        .collect()
}

fn node(view: &View<'_>, attempt: &Attempt) -> Sym {
    let finesse = |joined: &&Joined| {
        let kind = view.record(joined.at).kind();
        kind != Kind::ClientLog && !kind.is_cti_side()
    };
    let own = attempt.joined.iter().filter(finesse);
    let named = |joined: &Joined| {
        let record = view.record(joined.at);
        let printed = if record.kind() == Kind::Webservices {
            record.keys().node
        } else {
            Sym::NONE
        };
        printed.or(view.clocks.node_of_file[record.file().0 as usize])
    };
    own.max_by_key(|joined| {
        (
            named(joined).is_some(),
            joined.step >= StepName::LoginRequest,
        )
    })
    .map_or(Sym::NONE, named)
}

fn any(view: &View<'_>, attempt: &Attempt, value: impl Fn(usize) -> Sym) -> Sym {
    let mut records: Vec<usize> = attempt.joined.iter().map(|joined| joined.at).collect();
    records.sort_unstable_by_key(|&at| (view.record(at).what() != What::EventReceived, at));
    records
        .into_iter()
        .map(value)
        .find(|value| value.is_some())
        .unwrap_or_default()
}

/// First and last time of the sign-in itself, and the time between on the reference clock. The page
/// may have been open for long before, and what follows is no longer waited for.
fn span(view: &View<'_>, messages: &[Message]) -> (Option<EpochMs>, Option<EpochMs>, Option<i64>) {
    let timed = |aside: &'static [StepName]| {
        let own = messages
            .iter()
            .filter(|message| !aside.contains(&message.step));
        own.filter_map(|message| message.time).collect::<Vec<_>>()
    };
    let mut times = timed(&[StepName::PageLoad, StepName::FollowUp]);
    if times.is_empty() {
        times = timed(&[StepName::FollowUp]);
    }
    let on_reference = |time: &&MessageTime| view.on_reference(time.clock, time.at);
    let first = times.iter().min_by_key(on_reference);
    let done = messages
        .iter()
        .rev()
        .find(|message| message.step == StepName::SignedIn);
    let last = done
        .and_then(|message| message.time.as_ref())
        .or(times.iter().max_by_key(on_reference));
    let duration = first
        .zip(last)
        .map(|(first, last)| (on_reference(&last) - on_reference(&first)).max(0));
    (
        first.map(|time| time.at),
        last.map(|time| time.at),
        duration,
    )
}
