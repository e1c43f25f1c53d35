//! A step never came, though the log that would show it covers the time.
//!
//! *Detects* the outcome `stalled`. The step it stopped at decides the rule: `connect_failed`
//! (connection to the Notification Service), `cti_not_answering` (no reply or no event from the CTI
//! server), `event_not_decoded` (CTI server sent the event, Finesse never decoded it),
//! `event_not_received` (published, the desktop never got it).
//!
//! *Evidence*: the last line of the step before, after which silence followed; what the desktop says of
//! an event that reached it damaged.
//!
//! *Cause*: by step: eventing port or certificate, CTI server or what is behind it, Finesse's queues, a
//! desktop that is gone.
//!
//! *Check next*: by rule; the finding's words name log, invoke id and minute.
//!
//! *Source*: Cisco Finesse developer guide: a PUT's 202 means accepted only, the desktop waits for
//! the event without a timer of its own.
//!
//! *Confidence*: documented: the log that would show the step covers the time, and has nothing.
//!
//! *Versions*: all.
//!
//! *Must not fire* where the desktop was told that Finesse is out of service: that is why it waits
//! (`server_out_of_service`).

use super::{Case, Finding, SignInRule, out_of_service};
use crate::flow::{Confidence, LaterEvent, Outcome, Severity, StepName};
use crate::record::{Kind, Place};
use crate::words::{Said, Stall};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &[
        "connect_failed",
        "cti_not_answering",
        "event_not_decoded",
        "event_not_received",
        "late_publish",
    ],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let (Outcome::Stalled, Some(step)) = (case.sign_in.outcome, case.sign_in.stopped_at) else {
        return Vec::new();
    };
    let mut evidence: Vec<_> = last_evidence(case, step);
    if evidence.is_empty() || out_of_service::told_out_of_service(case).is_some() {
        return Vec::new();
    }
    let Some(rule) = rule_of(case, step) else {
        return Vec::new();
    };
    let malformed = match rule {
        "event_not_received" => malformed_events(case),
        _ => Vec::new(),
    };
    evidence.extend(&malformed);
    vec![Finding {
        rule,
        severity: Severity::Error,
        confidence: Confidence::Documented,
        said: Said::Stalled(Stall {
            rule,
            step,
            waited_ms: case.sign_in.step(step).waited_ms,
            agent: case.agent(),
            invoke_id: invoke_id(case),
            malformed: !malformed.is_empty(),
        }),
        evidence,
    }]
}

/// No rule for a desktop that never asked, nor for an HTTP answer that never came: nothing tells why.
fn rule_of(case: &Case<'_>, step: StepName) -> Option<&'static str> {
    let decoded = |record: &crate::record::Record| record.kind() == Kind::Webservices;
    let event = &case.sign_in.step(StepName::CtiEvent).evidence;
    Some(match step {
        StepName::PageLoad | StepName::SystemInfo | StepName::Connect | StepName::Presence => {
            "connect_failed"
        }
        StepName::Publish
            if !event.is_empty() && !event.iter().any(|joined| decoded(case.record(joined.at))) =>
        {
            "event_not_decoded"
        }
        StepName::Publish => "late_publish",
        StepName::EventReceived | StepName::SignedIn => "event_not_received",
        StepName::CtiRequest | StepName::CtiReply | StepName::CtiEvent => "cti_not_answering",
        StepName::UserGet | StepName::LoginRequest | StepName::LoginAccepted => return None,
        StepName::Route | StepName::FollowUp => return None,
    })
}

/// Which exchange with the CTI server it was.
fn invoke_id(case: &Case<'_>) -> Option<u32> {
    let asked = &case.sign_in.step(StepName::CtiRequest).evidence;
    let mut ids = asked.iter();
    ids.find_map(|joined| case.record(joined.at).keys().invoke_id)
}

/// What the desktop says of events it could not read (`finesse.js`, MasterPublisher).
fn malformed_events(case: &Case<'_>) -> Vec<Place> {
    let events = case.sign_in.stay.events.iter();
    let errors = events.filter(|later| later.event == LaterEvent::DesktopError);
    let lines = errors.flat_map(|later| &later.records);
    let malformed = lines.filter(|joined| {
        let word = case.record(joined.at).facts().word;
        case.records.strings.get(word).contains("Malformed event")
    });
    malformed.map(|joined| case.place(joined.at)).collect()
}

fn last_evidence(case: &Case<'_>, stopped_at: StepName) -> Vec<Place> {
    let mut before = case
        .sign_in
        .steps
        .iter()
        .filter(|step| step.name < stopped_at && !step.evidence.is_empty());
    let last = before.next_back();
    last.into_iter()
        .flat_map(|step| {
            step.evidence
                .iter()
                .map(|joined| case.record(joined.at).place())
        })
        .collect()
}
