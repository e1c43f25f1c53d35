//! The REST API said no: an HTTP error on one of the sign-in's own calls.
//!
//! *Detects* status 4xx or 5xx on SystemInfo, GET User or PUT User. The error type and message of
//! the body decide between rules of one status.
//!
//! *Rules*: `wrong_password` (401), `sso_sign_in_failed` (401 while calls to the identity service
//! fail), `credentials_mismatch` (401 with another user's URI),
//! `user_unknown` (404), `parameter_missing` (400), `aw_database_unavailable` (500 that says so),
//! `server_out_of_service` (503, and 500 in the seconds before Finesse notices).
//!
//! *Source*: Cisco Finesse developer guide, "API errors" and "User API errors".
//!
//! *Must not fire* on follow-up reads: the agent is signed in by then.

use super::{Case, Finding, SignInRule};
use crate::correlate::servers::ServerEvent;
use crate::flow::{Confidence, Severity, StepName};
use crate::record::Record;
use crate::words::Said;

pub(super) const RULE: SignInRule = SignInRule {
    slugs: &[
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
            own_call && record.facts.status.is_some_and(|status| status >= 400)
        })
        .collect();
    let Some(&(step, first)) = failed.first() else {
        return Vec::new();
    };
    let status = first.facts.status.unwrap_or_default();
    let text = |value: fn(&Record) -> crate::record::intern::Sym| {
        case.name(
            failed
                .iter()
                .map(|(_, record)| value(record))
                .find(|sym| sym.is_some())
                .unwrap_or_default(),
        )
    };
    let failure_type = text(|record| record.facts.failure_type);
    let failure_text = text(|record| record.facts.failure_text);
    let Some(mut rule) = rule_of(status, &failure_type, &failure_text) else {
        return Vec::new();
    };
    let sso = sso_errors(case);
    if rule == "wrong_password" && !sso.is_empty() {
        rule = "sso_sign_in_failed";
    }
    let proof = failed.iter().map(|(_, record)| record.place);
    let sso = sso.into_iter().filter(|_| rule == "sso_sign_in_failed");
    vec![Finding {
        rule,
        severity: Severity::Error,
        confidence: Confidence::Seen,
        said: Said::HttpRefused {
            rule,
            step,
            status,
            agent: case.name(case.sign_in.agent),
            failure_type,
            failure_text,
        },
        evidence: proof.chain(sso.map(|at| case.place(at))).collect(),
    }]
}

/// An error of the identity service this near explains a refused token, ms.
const SSO_AROUND_MS: i64 = 30_000;

/// Errors of the identity service about this agent, or about nobody by name, around the sign-in.
fn sso_errors(case: &Case<'_>) -> Vec<usize> {
    let Some((from, until)) = case.span() else {
        return Vec::new();
    };
    let near = from - SSO_AROUND_MS..=until + SSO_AROUND_MS;
    let servers = case.flows.servers.iter();
    let own = servers.filter(|server| {
        let about = server.agent.is_none() || server.agent == case.sign_in.agent;
        server.event == ServerEvent::SsoError && about && near.contains(&server.when)
    });
    own.map(|server| server.at).collect()
}

fn rule_of(status: u16, failure_type: &str, failure_text: &str) -> Option<&'static str> {
    Some(match (status, failure_type, failure_text) {
        (401, "Invalid Authorization User Specified", _) => "credentials_mismatch",
        (401 | 403, ..) => "wrong_password",
        (404, ..) => "user_unknown",
        (400, ..) => "parameter_missing",
        (500, _, text) if text.contains("AWS_SERVICE_UNAVAILABLE") => "aw_database_unavailable",
        (500..=599, ..) => "server_out_of_service",
        _ => return None,
    })
}
