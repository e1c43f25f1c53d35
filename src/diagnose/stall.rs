//! A step never came, though the log that would show it covers the time.
//!
//! *Detects* the outcome `stalled`. The step it stopped at decides the rule: `connect_failed`
//! (connection to the Notification Service), `cti_not_answering` (no reply or no event from the CTI
//! server), `event_not_decoded` (CTI server sent the event, Finesse never decoded it),
//! `event_not_received` (published, the desktop never got it).
//!
//! *Evidence*: the last line of the step before, after which silence followed.
//!
//! *Must not fire* where the desktop was told that Finesse is out of service: that is why it waits
//! (`server_out_of_service`).
//!
//! *Source*: Cisco Finesse developer guide: a PUT's 202 means accepted only, the desktop waits for
//! the event without a timer of its own.

use super::{Case, Finding, SignInRule, out_of_service};
use crate::flow::{Confidence, Outcome, Severity, StepName};
use crate::record::Kind;
use crate::words::Said;

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
    let evidence: Vec<_> = last_evidence(case, step);
    if evidence.is_empty() || out_of_service::told_out_of_service(case).is_some() {
        return Vec::new();
    }
    let Some(rule) = rule_of(case, step) else {
        return Vec::new();
    };
    vec![Finding {
        rule,
        severity: Severity::Error,
        confidence: Confidence::Documented,
        said: Said::Stalled {
            step,
            waited_ms: case.sign_in.step(step).waited_ms,
            agent: case.name(case.sign_in.agent),
        },
        evidence,
    }]
}

/// No rule for a desktop that never asked, nor for an HTTP answer that never came: nothing tells why.
fn rule_of(case: &Case<'_>, step: StepName) -> Option<&'static str> {
    let decoded = |record: &crate::record::Record| record.kind == Kind::Webservices;
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

fn last_evidence(case: &Case<'_>, stopped_at: StepName) -> Vec<crate::record::Place> {
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
                .map(|joined| case.record(joined.at).place)
        })
        .collect()
}
