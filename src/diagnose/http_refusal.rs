//! The REST API said no: an HTTP error on one of the sign-in's own calls.
//!
//! *Detects* status 4xx or 5xx on SystemInfo, GET User or PUT User. The error type and message of
//! the body decide between rules of one status.
//!
//! *Rules*: `wrong_password` (401), `account_locked` (401 while Tomcat says that the user is locked),
//! `sso_sign_in_failed` (401 while single sign-on fails), `credentials_mismatch` (401 with another
//! user's URI), `user_unknown` (404), `parameter_missing` (400), `aw_database_unavailable` (500 that
//! says so), `server_out_of_service` (503, and 500 in the seconds before Finesse notices).
//!
//! *Evidence*: the refused calls; for a 401 also what realm, Tomcat or identity service say of the
//! user at that time. A password that the realm refused is no failure of single sign-on.
//!
//! *Cause*: by status and body: wrong password, a locked user, a token nobody trusts, an id that does
//! not exist, a field left out, a database or a server that is not there.
//!
//! *Check next*: by rule; the finding's words name it.
//!
//! *Source*: Cisco Finesse developer guide, "API errors" and "User API errors"; Tomcat's
//! LockOutRealm; Cisco technote 212148 for single sign-on.
//!
//! *Confidence*: seen; inferred where an error of single sign-on names nobody, and where Tomcat's line is of
//! the hour that a change to winter time repeats and may be of either.
//!
//! *Versions*: all; single sign-on from 11.5 on.
//!
//! *Must not fire* on follow-up reads: the agent is signed in by then.

use super::{Case, Finding, SignInRule};
use crate::correlate::servers::{ServerEvent, ServerRecord};
use crate::correlate::thresholds::CLOCK_TOLERANCE_MS;
use crate::flow::{Confidence, Severity, StepName};
use crate::record::Record;
use crate::words::{HttpRefusal, Said};

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &[
        "account_locked",
        "aw_database_unavailable",
        "credentials_mismatch",
        "parameter_missing",
        "server_out_of_service",
        "sso_sign_in_failed",
        "user_unknown",
        "wrong_password",
    ],
    check,
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let failed: Vec<(StepName, &Record)> = case
        .evidence()
        .filter(|(step, record)| {
            let own_call = matches!(
                step,
                StepName::SystemInfo | StepName::UserGet | StepName::LoginAccepted
            );
            own_call && record.facts().status.is_some_and(|status| status >= 400)
        })
        .collect();
    let Some(&(step, first)) = failed.first() else {
        return Vec::new();
    };
    let status = first.facts().status.unwrap_or_default();
    let text = |value: fn(&Record) -> crate::record::intern::Sym| {
        case.name(
            failed
                .iter()
                .map(|(_, record)| value(record))
                .find(|sym| sym.is_some())
                .unwrap_or_default(),
        )
    };
    let failure_type = text(|record| record.facts().failure_type);
    let failure_text = text(|record| record.facts().failure_text);
    let Some(rule) = rule_of(step, status, &failure_type, &failure_text) else {
        return Vec::new();
    };
    let (rule, confidence, witnesses) = match rule {
        "wrong_password" => who_refused(case),
        rule => (rule, Confidence::Seen, Vec::new()),
    };
    let proof = failed.iter().map(|(_, record)| record.place());
    vec![Finding {
        rule,
        severity: Severity::Error,
        confidence,
        said: Said::HttpRefused(HttpRefusal {
            rule,
            step,
            status,
            agent: case.name(case.sign_in.agent),
            failure_type,
            failure_text,
        }),
        evidence: proof
            .chain(witnesses.iter().map(|witness| case.place(witness.at)))
            .collect(),
    }]
}

/// An error of the identity service this near explains a refused token, ms.
const SSO_AROUND_MS: i64 = 30_000;

/// Tomcat says while the call lasts that a user is locked; the second that its log rounds away, ms.
const LOCKED_AROUND_MS: i64 = 1_000;

/// Who refused the credentials, as far as the servers' own logs tell: the rule, how sure it is, and
/// the lines that tell.
fn who_refused<'a>(case: &Case<'a>) -> (&'static str, Confidence, Vec<&'a ServerRecord>) {
    let agent = case.sign_in.agent;
    let own = |event: ServerEvent, slack_ms: i64| -> Vec<&ServerRecord> {
        let near = around(case, event, slack_ms).into_iter();
        near.filter(|server| server.agent == agent).collect()
    };
    let locked = own(ServerEvent::LockedOut, LOCKED_AROUND_MS);
    if !locked.is_empty() {
        let is_sure = locked.iter().any(|server| server.or_when.is_none());
        let confidence = match is_sure {
            true => Confidence::Seen,
            false => Confidence::Inferred,
        };
        return ("account_locked", confidence, locked);
    }
    let refused = own(ServerEvent::PasswordRefused, CLOCK_TOLERANCE_MS);
    let mut sso = around(case, ServerEvent::SsoError, SSO_AROUND_MS);
    // What names nobody and came afterwards is somebody else's.
    let ended = case.span().map(|(_, ended)| ended + CLOCK_TOLERANCE_MS);
    sso.retain(|server| {
        server.agent == agent || server.agent.is_none() && Some(server.when) <= ended
    });
    if !refused.is_empty() || sso.is_empty() {
        return ("wrong_password", Confidence::Seen, refused);
    }
    // An error that names nobody may be somebody else's.
    let named = sso.iter().any(|server| server.agent == agent);
    let confidence = match named {
        true => Confidence::Seen,
        false => Confidence::Inferred,
    };
    ("sso_sign_in_failed", confidence, sso)
}

/// What the servers told at the time of the sign-in, and `slack_ms` before and after it.
fn around<'a>(case: &Case<'a>, event: ServerEvent, slack_ms: i64) -> Vec<&'a ServerRecord> {
    let Some((from, until)) = case.span() else {
        return Vec::new();
    };
    let near = case
        .flows
        .servers
        .perhaps_during(from - slack_ms..=until + slack_ms);
    near.filter(|server| server.event == event).collect()
}

/// The answer to a GET says nothing about what the agent typed in, nor one about the system anything
/// about the agent.
fn rule_of(
    step: StepName,
    status: u16,
    failure_type: &str,
    failure_text: &str,
) -> Option<&'static str> {
    Some(match (status, failure_type, failure_text) {
        (401, "Invalid Authorization User Specified", _) => "credentials_mismatch",
        (401 | 403, ..) => "wrong_password",
        (404, ..) if step == StepName::SystemInfo => "server_out_of_service",
        (404, ..) => "user_unknown",
        (400, ..) if step == StepName::LoginAccepted => "parameter_missing",
        (500, _, text) if text.contains("AWS_SERVICE_UNAVAILABLE") => "aw_database_unavailable",
        (500..=599, ..) => "server_out_of_service",
        _ => return None,
    })
}
