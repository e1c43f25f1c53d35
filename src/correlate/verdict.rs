//! How it all ended: refused, signed in, given up, never come, or not to be told from these logs.

use super::attempt::{Attempt, Joined};
use super::coverage::{Coverage, Subject, proof};
use super::step::Step;
use super::thresholds::{GIVEN_UP_MS, limit};
use super::view::View;
use crate::flow::{Outcome, StepName, StepStatus};
use crate::record::{AgentState, Kind, What};
use std::ops::RangeInclusive;

/// Steps whose absence never stops a sign-in: logs that show them are often not in a bundle, or not
/// switched on (Openfire's debug logging is off by default).
pub(super) const OPTIONAL: [StepName; 5] = [
    StepName::PageLoad,
    StepName::Presence,
    StepName::Route,
    StepName::FollowUp,
    StepName::UserGet,
];

/// How a sign-in ended.
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    /// First step that failed or never came.
    pub(super) stopped_at: Option<StepName>,
    /// How long the step it stopped at was waited for, ms.
    pub(super) waited_ms: Option<i64>,
}

pub(super) fn judge(
    view: &View<'_>,
    coverage: &Coverage,
    subject: Subject,
    attempt: &Attempt,
    next: Option<&Attempt>,
    steps: &[Step],
) -> Verdict {
    let failed = steps
        .iter()
        .find(|step| step.status == StepStatus::Error && step.name != StepName::FollowUp);
    if let Some(failed) = failed {
        return Verdict {
            outcome: Outcome::Refused,
            stopped_at: Some(refused_by(failed.name)),
            waited_ms: None,
        };
    }
    if attempt.has(StepName::SignedIn) {
        return Verdict {
            outcome: Outcome::SignedIn,
            stopped_at: None,
            waited_ms: None,
        };
    }
    let stopped_at = if never_connected(view, steps) {
        StepName::Connect
    } else {
        first_absent(steps)
    };
    let last = last_sign(view, attempt);
    let covered = |step: StepName, waited_for: StepName| {
        let until = last.map(|last| last + limit(waited_for).stalled_ms);
        proof(step).iter().any(|&kind| {
            last.zip(until)
                .is_some_and(|(last, until)| coverage.covers(kind, subject, last, until))
        })
    };
    let client_covers = covered(StepName::SignedIn, stopped_at);
    if is_in_state(view, attempt) && attempt.has(StepName::Publish) && !client_covers {
        return Verdict {
            outcome: Outcome::SignedIn,
            stopped_at: None,
            waited_ms: None,
        };
    }
    let waited_ms = next.and_then(|next| waited_ms(view, attempt, next));
    let may_be_in = attempt.read_on || attempt.may_be_kept;
    let given_up = waited_ms.is_some_and(|waited| waited < GIVEN_UP_MS) && !may_be_in;
    // Where the log that would show the next step is missing, another may show that a later one
    // never came.
    let never_came = needed_from(steps, stopped_at)
        .find(|&step| covered(step, step))
        .filter(|_| !may_be_in);
    let (outcome, stopped_at) = match never_came {
        _ if given_up => (Outcome::Abandoned, stopped_at),
        Some(never_came) => (Outcome::Stalled, never_came),
        None => (Outcome::NotCovered, stopped_at),
    };
    Verdict {
        outcome,
        stopped_at: Some(stopped_at),
        waited_ms: waited_ms.or(Some(limit(stopped_at).stalled_ms)),
    }
}

/// The step that said no: an event with an error only passes on what the CTI server replied.
fn refused_by(failed: StepName) -> StepName {
    match failed {
        StepName::Publish | StepName::Route | StepName::EventReceived => StepName::CtiReply,
        step => step,
    }
}

/// The logs that say nothing of what they must have shown.
pub(super) fn untold(view: &View<'_>, attempt: &Attempt) -> [Option<Kind>; 2] {
    [
        untold_by_the_api(view, attempt),
        untold_by_the_desktop(view, attempt),
    ]
}

/// The desktop's, if another log shows its request to sign in and its own neither that nor an answer: it is
/// a ring buffer, and begins later.
fn untold_by_the_desktop(view: &View<'_>, attempt: &Attempt) -> Option<Kind> {
    let own = |step: StepName| {
        let mut kinds = attempt.of(step).map(|joined| view.record(joined.at).kind());
        kinds.any(|kind| kind == Kind::ClientLog)
    };
    let told = [
        StepName::LoginRequest,
        StepName::LoginAccepted,
        StepName::EventReceived,
    ];
    let asked = attempt.has(StepName::LoginRequest);
    (asked && !told.into_iter().any(own)).then_some(Kind::ClientLog)
}

/// The REST API, if another log proves that the request passed it, or what the desktop read then, and
/// its own says nothing of it: a rotated file is missing, which in a quiet time leaves no hole.
fn untold_by_the_api(view: &View<'_>, attempt: &Attempt) -> Option<Kind> {
    let told_elsewhere_only = |passing: RangeInclusive<StepName>| {
        let mut kinds = attempt
            .joined
            .iter()
            .filter(|joined| passing.contains(&joined.step))
            .map(|joined| view.record(joined.at).kind());
        let own = kinds.clone().any(|kind| kind == Kind::Webservices);
        !own && kinds.any(|kind| kind == Kind::AccessLog || kind.is_cti_side())
    };
    let passes = [
        StepName::LoginRequest..=StepName::Publish,
        StepName::FollowUp..=StepName::FollowUp,
    ];
    let untold = passes.into_iter().any(told_elsewhere_only);
    untold.then_some(Kind::Webservices)
}

/// A desktop that tries to connect and never gets through stops there, though the step has evidence.
fn never_connected(view: &View<'_>, steps: &[Step]) -> bool {
    let is_up = |joined: &Joined| {
        let record = view.record(joined.at);
        record.what() == What::Connected
            || view.records.strings.get(record.facts().word) == "connected"
    };
    let connect = &steps[StepName::Connect as usize];
    last_step(steps) == Some(StepName::Connect) && !connect.evidence.iter().any(is_up)
}

/// The first step after the last one with evidence that a sign-in cannot do without.
fn first_absent(steps: &[Step]) -> StepName {
    let last = last_step(steps).map_or(0, |last| last as usize + 1);
    let next = steps[last.min(steps.len() - 1)].name;
    needed_from(steps, next)
        .find(|&step| steps[step as usize].evidence.is_empty())
        .unwrap_or(StepName::SignedIn)
}

/// The steps from `first` on that a sign-in cannot do without, and `first` itself.
fn needed_from(steps: &[Step], first: StepName) -> impl Iterator<Item = StepName> {
    let names = steps[first as usize..].iter().map(|step| step.name);
    names.filter(move |&step| step == first || !OPTIONAL.contains(&step))
}

pub(super) fn last_step(steps: &[Step]) -> Option<StepName> {
    steps
        .iter()
        .rev()
        .find(|step| step.name != StepName::FollowUp && !step.evidence.is_empty())
        .map(|step| step.name)
}

/// How long after the last record of an attempt the next one began, ms: by clocks that can be compared, if
/// there are such.
fn waited_ms(view: &View<'_>, attempt: &Attempt, next: &Attempt) -> Option<i64> {
    let last = last_record(view, attempt)?;
    let dated = || {
        let records = next.joined.iter().map(|joined| joined.at);
        records.filter(|&at| view.is_dated(at))
    };
    let apart = dated().filter_map(|at| Some(view.apart(last, at)?.ms));
    apart.min().or_else(|| {
        let began = dated().filter_map(|at| view.when(at)).min();
        Some(began? - view.when(last)?)
    })
}

/// Time of the last record of the attempt, ms on the reference clock.
pub(super) fn last_sign(view: &View<'_>, attempt: &Attempt) -> Option<i64> {
    view.when(last_record(view, attempt)?)
}

/// The last record of the attempt that a log dates.
fn last_record(view: &View<'_>, attempt: &Attempt) -> Option<usize> {
    let read = |joined: &&Joined| view.read(joined.at).is_some();
    let own = attempt
        .joined
        .iter()
        .filter(|joined| joined.step != StepName::FollowUp);
    own.filter(read)
        .map(|joined| joined.at)
        .filter(|&at| view.when(at).is_some())
        .max_by_key(|&at| (view.when(at), at))
}

/// Whether a CTI event says that the agent is signed in.
fn is_in_state(view: &View<'_>, attempt: &Attempt) -> bool {
    attempt
        .joined
        .iter()
        .filter(|joined| joined.step == StepName::CtiEvent)
        .any(|joined| {
            matches!(
                view.record(joined.at).facts().state,
                Some(AgentState::NotReady | AgentState::Ready)
            )
        })
}
