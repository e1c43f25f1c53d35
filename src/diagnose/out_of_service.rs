//! Finesse is not in service: `server_out_of_service`.
//!
//! *Detects*, for a sign-in, a desktop that was told `System info status: OUT_OF_SERVICE` (or
//! PARTIAL_SERVICE, while it starts) and got no further; for the bundle, sign-ins of several agents
//! that were answered 500 or 503 one after another. A sign-in's own HTTP error is told by the rules
//! of the REST API's refusals.
//!
//! *Evidence*: the desktop's lines; for the bundle the first refused call of each sign-in, and what
//! Finesse published of its own state.
//!
//! *Cause*: most often the connection to the CTI server; else the Notification Service or database.
//!
//! *Check next*: SystemInfo's status reason; `cti_session_lost`; the services of the node.
//!
//! *Source*: Cisco Finesse developer guide, "SystemInfo" and "API errors".
//!
//! *Confidence*: seen: the status, or the calls that were refused.
//!
//! *Versions*: all.
//!
//! *Must not fire* on a desktop that waits and then signs in, nor on one agent's error alone.

use super::{BundleRule, Case, Finding, SignInRule};
use crate::correlate::Flows;
use crate::correlate::servers::ServerEvent;
use crate::correlate::step::SignIn;
use crate::flow::{Confidence, LaterEvent, Outcome, Severity, StepName};
use crate::record::intern::Sym;
use crate::record::{Record, Records, What};
use crate::words::{Said, SaidServer};
use std::collections::BTreeSet;

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &["server_out_of_service"],
    check,
};

pub(super) const OUTAGES: BundleRule = BundleRule {
    slugs: &["server_out_of_service"],
    check: outages,
};

/// Refusals that follow each other within this belong to one outage, ms.
const SAME_OUTAGE_MS: i64 = 5 * 60_000;

fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(told) = told_out_of_service(case) else {
        return Vec::new();
    };
    let later = case.sign_in.stay.events.iter();
    let later = later
        .filter(|later| later.event == LaterEvent::OutOfService)
        .flat_map(|later| &later.records)
        .map(|joined| case.place(joined.at));
    vec![Finding {
        rule: "server_out_of_service",
        severity: Severity::Error,
        confidence: Confidence::Seen,
        said: Said::Server(SaidServer::NotInService {
            status: case.name(told.facts().word),
        }),
        evidence: std::iter::once(told.place()).chain(later).collect(),
    }]
}

/// The last status the desktop was told, if it was not in service and the sign-in got no further.
pub(super) fn told_out_of_service<'a>(case: &Case<'a>) -> Option<&'a Record> {
    let stuck = case.sign_in.outcome != Outcome::SignedIn
        && case.sign_in.outcome != Outcome::Refused
        && case.sign_in.last_step <= Some(StepName::Connect);
    let statuses = case
        .evidence()
        .map(|(_, record)| record)
        .filter(|record| record.what() == What::SystemStatus);
    let last = statuses.last().filter(|_| stuck)?;
    (case.records.strings.get(last.facts().word) != "IN_SERVICE").then_some(last)
}

fn outages(records: &Records, flows: &Flows) -> Vec<Finding> {
    let mut refused: Vec<Refused> = flows
        .sign_ins
        .iter()
        .filter_map(|sign_in| refused(records, flows, sign_in))
        .collect();
    refused.sort_unstable_by_key(|one| (one.when, one.at));
    let runs = refused.chunk_by(|one, next| next.when - one.when <= SAME_OUTAGE_MS);
    runs.filter_map(|run| outage(records, flows, run)).collect()
}

/// A sign-in that was answered 5xx.
#[derive(Clone, Copy)]
struct Refused {
    when: i64,
    at: usize,
    agent: Sym,
}

fn refused(records: &Records, flows: &Flows, sign_in: &SignIn) -> Option<Refused> {
    let steps = sign_in
        .steps
        .iter()
        .filter(|step| step.name != StepName::FollowUp);
    let mut lines = steps.flat_map(|step| &step.evidence);
    let failed = lines.find(|joined| {
        let status = records.all[joined.at].facts().status;
        status.is_some_and(|status| status == 500 || status == 503)
            && flows.read(records, joined.at).is_some()
    })?;
    Some(Refused {
        when: flows.when(records, failed.at)?,
        at: failed.at,
        agent: sign_in.agent,
    })
}

fn outage(records: &Records, flows: &Flows, run: &[Refused]) -> Option<Finding> {
    let agents: BTreeSet<Sym> = run.iter().map(|one| one.agent).collect();
    let (first, last) = (run.first()?, run.last()?);
    if agents.len() < 2 {
        return None;
    }
    let near = flows
        .servers
        .during(first.when - SAME_OUTAGE_MS..=last.when + SAME_OUTAGE_MS);
    let states = near.filter(|server| server.event == ServerEvent::OutOfService);
    let calls = run.iter().map(|one| one.at);
    let time = |at: usize| flows.read(records, at);
    Some(Finding {
        rule: "server_out_of_service",
        severity: Severity::Error,
        confidence: Confidence::Seen,
        said: Said::Server(SaidServer::Outage {
            sign_ins: run.len(),
            agents: agents.len(),
            from: time(first.at),
            until: time(last.at),
        }),
        evidence: calls
            .chain(states.map(|server| server.at))
            .map(|at| records.all[at].place())
            .collect(),
    })
}
